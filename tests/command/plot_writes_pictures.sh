# Files by their suffix, whole or not at all. (PNG and PDF where cairo is there: scripts/check installs it.)
cat >p.sg <<'CODE'
seed(1)
h = {loss: [1, 0.5, nan, 0.2], accuracy: [0.5, 0.7, 0.9, 1]}
xs = [[k % 5, k % 3] for k in range(15)]
ys = [k % 3 for k in range(15)]
f(x) = [x[0], x[1], 3 - x[0]]
:plot h h.svg title="<a> & \"b\""
:scatter xs ys "a 'b' é.svg"
:boundary f xs ys B.SVG
CODE
$SGRAD p.sg || exit 1
for file in h.svg "a 'b' é.svg" B.SVG; do
  grep -c '</svg>' "$file"
  if command -v xmllint >/dev/null; then xmllint --noout "$file"; fi
done
# expect: 1
# expect: 1
# expect: 1
grep -c '&#60;a&#62; &#38; ' h.svg                  # expect: 2
grep -c '>class 2<' B.SVG                           # expect: 1
# A mark is described once, however often it is drawn; each lies over those before it.
grep -c '<marker id=' B.SVG                             # expect: 3
grep -c 'marker-mid="url(#mark0-0072b2-380)"' B.SVG      # expect: 1
printf ':plot [1, 2] q.svg\n' | $SGRAD -i -q -n | grep -o 'wrote.*'   # expect: wrote q.svg
echo old >r.svg
$SGRAD -e ':plot [nan] r.svg' 2>/dev/null || cat r.svg          # expect: old
find . -name '*.tmp'
kind() { head -c 5 "$1" | tr -d '\211\r\n'; echo; }
# A cairo that cannot be loaded.
mkdir broken
echo nothing >broken/libcairo.so.2
LD_LIBRARY_PATH=$PWD/broken $SGRAD -e ':plot [1, 2] r.png' 2>err && exit 2
sed -n 's/.*\(the library cairo, which draws such pictures, is missing\).*/\1/p; /^note/p' err
# expect: the library cairo, which draws such pictures, is missing
# expect: note: on Debian and its kin: apt-get install libcairo2. An .svg FILE is written without it
[ ! -e r.png ] || exit 3
# What fontconfig has read it keeps for good.
printf 'leak:libfontconfig\nleak:libcairo\n' >known
export LSAN_OPTIONS="suppressions=$PWD/known:print_suppressions=0"
case $SGRAD in *valgrind*) exit 0 ;; esac
$SGRAD -e ':plot [1, 2] x.png' 2>err || { grep -q 'cairo' err && exit 0; exit 4; }
$SGRAD -e ':scatter [[1, 2]] x.PDF' || exit 5
[ "$(kind x.png)" = PNG ] && [ "$(kind x.PDF)" = '%PDF-' ]
