# Graphviz draws. (Where it is missing there is nothing to see: scripts/check installs it.)
command -v dot >/dev/null || exit 0
kind() { head -c 5 "$1" | tr -d '\211\r\n'; echo; }
cat >p.sg <<'END'
a = 2
y = tanh(a * 3)
y.backward()
:graph y p.svg
:graph y rankdir=TB compact p.png grad=no
:graph y depth=1 P.PDF
:graph y "a \"b\" 'c' \\ é.svg"
:graph y -p.svg
END
$SGRAD p.sg || exit 1
[ "$(grep -c '<svg' p.svg)" = 1 ] && [ "$(grep -c '<svg' ./-p.svg)" = 1 ] || exit 2
[ "$(grep -c '<svg' 'a "b" '\''c'\'' \ é.svg')" = 1 ] || exit 3
[ "$(kind p.png)" = PNG ] && [ "$(kind P.PDF)" = '%PDF-' ] || exit 4
grep -qF 'tanh(a)**2' p.svg || exit 5
# Through a closed standard input, and with SIGCHLD ignored by whoever started it.
$SGRAD -e 'x = 2
:graph x * 3 q.svg' <&- || exit 6
(trap '' CHLD; exec $SGRAD -e 'x = 2
:graph x * 3 r.svg') && cmp q.svg r.svg || exit 7
# Under compact a sum is one operation; a file that cannot be written is an error before dot runs.
$SGRAD -e 'x = 1; y = sum([x * k for k in range(400)])
:graph y compact depth=1 s.svg' || exit 8
[ "$(grep -c 'class="node"' s.svg)" -gt 400 ] || exit 9
$SGRAD -e 'x = 2
:graph x none/x.svg' 2>err && exit 10
head -n 1 err | grep -q 'cannot write none/x.svg: No such file or directory' || exit 11
[ "$(find . -name '*.tmp')" = '' ]
