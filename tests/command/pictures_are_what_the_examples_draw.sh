# examples/README.md says what draws each of its pictures: drawn again, they are what is committed. After a
# change that is meant: make pictures.
compare=$SGRAD_ROOT/tests/command/compare_pictures.awk committed=$SGRAD_ROOT/examples/pictures
"$SGRAD_ROOT/scripts/pictures" | cut -f 1 | sort >list
(cd "$committed" && find . -type f | cut -c 3- | sort) | diff list - | sed 's/^/in the list (<) or the folder (>) alone: /'
for file in examples/*.sg; do grep -qF "(${file#*/})" examples/README.md || echo "$file is not on the page"; done

# What the comparison sees, and what not.
some=$(cd "$committed" && grep -L graphviz ./*.svg | sed -n 1p)
sed 's/\(<text[^>]*>\)[^<]/\1~/' "$committed/$some" >text.svg
sed 's/#0072b2/#0072b3/' "$committed/$some" >colour.svg
sed 's/ x="\([0-9]*\)/ x="9\1/' "$committed/$some" >place.svg
for file in text colour place; do
  [ -n "$(awk -f "$compare" $file.svg "$committed/$some")" ] || echo "$file: not seen"
done
path() { printf '<svg>\n<path d="%s"/>\n' "$1"; }
path 'm10 10h80v80h-80z' >square.svg
path 'm10 10h40.5l39.5 .5v79.5l-80 .3z' >near.svg
path 'm10 10h80v80h-40v-40h-10v40h-30z' >notched.svg
path 'm10 10h80v80h-80zm20 20h9v9z' >more.svg
awk -f "$compare" near.svg square.svg
awk -f "$compare" notched.svg square.svg    # expect: notched.svg: line 2: the path is another: <path d="m10 10h80v80h-40v-40h-10v40h-30z"/>
awk -f "$compare" square.svg more.svg       # expect: square.svg: line 2: the path is another: <path d="m10 10h80v80h-80z"/>

# Under valgrind and sanitizers the examples alone take long enough.
case $SGRAD-$(readlink build) in *valgrind* | */asan | */coverage) exit 0 ;; esac
export SGRAD
"$SGRAD_ROOT/scripts/pictures" drawn || exit 1
for file in drawn/*; do awk -f "$compare" "$file" "$committed/${file#*/}"; done
exit 0
