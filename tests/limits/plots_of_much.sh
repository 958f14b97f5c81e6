# A million points take no time, pictures of them stay small, and Ctrl-C ends what a slow model takes.
cat >p.sg <<'CODE'
ys = no_grad { [sin(k / 100000) for k in range(1000000)] }
ps = no_grad { [[sin(k), cos(k / 7)] for k in range(1000000)] }
:plot ys y.svg
:scatter ps p.svg
CODE
timeout 60 "$SGRAD" p.sg || exit 1
[ "$(wc -c <y.svg)" -lt 50000 ] || exit 2
[ "$(wc -c <p.svg)" -lt 3000000 ] || exit 3
cat >q.sg <<'CODE'
def slow(x) { while true { } }
:boundary slow [[0, 1], [1, 0]] [0, 1] q.svg
CODE
timeout --preserve-status -s INT 0.5 "$SGRAD" q.sg >/dev/null 2>&1
echo $?                             # expect: 130
printf 'ys = no_grad { [k for k in range(2000000)] }\n:plot [ys] * 90\n' >r.sg
timeout --preserve-status -k 5 -s INT 1 "$SGRAD" r.sg >/dev/null 2>&1
echo $?                             # expect: 130
# A model runs as in no_grad.
cat >s.sg <<'CODE'
w = 2
f(x) = w * x[0] + x[1]
:boundary f [[-1, 0], [1, 1]] [0, 1] s.svg
:tape
CODE
"$SGRAD" s.sg | sed -n 's/^ *computed */computed /p'     # expect: computed 0
