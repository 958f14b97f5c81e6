# Chains are as long as one likes: they are loops in the parser and in the compiler.
# shellcheck disable=SC3045
ulimit -s 256 2>/dev/null
chain() { awk -v text="$1" 'BEGIN { for (i = 0; i < 100000; i++) printf "%s", text }'; }
run() { "$SGRAD" - 2>&1; }
{ printf 'x = 1; print('; chain 'x + '; echo '1)'; } | run         # expect: 100001
{ printf 'x = 1; print('; chain 'x <= '; echo '1)'; } | run        # expect: true
{ printf 'print('; chain 'true and '; echo 'false)'; } | run       # expect: false
{ printf 'print('; chain 'false or '; echo 'true)'; } | run        # expect: true
{ printf 'x = 1; print(x'; chain '.abs()'; echo ')'; } | run       # expect: 1
{ printf 'x = [1]; print(x'; chain '[:]'; echo ')'; } | run        # expect: [1]
{ printf 'f() = f; g = f'; chain '()'; echo '; print(g == f)'; } | run                # expect: true
{ echo 'x = 1; if x == 0 { }'; chain ' elif x == 2 { }'; echo ' else { print(3) }'; } | run # expect: 3
{ printf 'x = ['; chain '1, '; echo ']; print(len(x))'; } | run    # expect: 100000
{ echo 'def f(x) {'; chain 'x = x + 1;'; echo 'x }; print(f(1))'; } | run # expect: 100001
