$SGRAD -e 'x = 2; y = x * 3
:graph y graph.dot rankdir=TB'
grep -c rankdir=TB graph.dot               # expect: 1
$SGRAD -e 'x = 2
:graph x + 1 "a name.dot"'
head -n 1 'a name.dot'                     # expect: digraph sgrad {
$SGRAD -p 'graph(leaf(2))' >a.dot
$SGRAD -e ':graph leaf(2)' >b.dot
printf '\n' >>b.dot
cmp a.dot b.dot
if command -v dot >/dev/null; then dot -Tsvg graph.dot | grep -c "<svg"; else echo 1; fi   # expect: 1
