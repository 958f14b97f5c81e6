# Ten megabytes of one name, string, number or line; a million lines.
# shellcheck disable=SC3045
ulimit -s 256 2>/dev/null
many() { head -c 10000000 /dev/zero | tr '\0' "$1"; }
{ many a; echo ' = 1; print(2)'; } | "$SGRAD" -             # expect: 2
{ printf 'x = "'; many a; echo '"; print(len(x))'; } | "$SGRAD" -       # expect: 10000000
{ printf 'print('; many 1; echo ')'; } | "$SGRAD" -         # expect: inf
{ many a; echo; } | "$SGRAD" - 2>err || echo $?             # expect: 1
test "$(wc -c <err)" -lt 2000 && echo short                 # expect: short
{ many ' '; echo ')'; } | "$SGRAD" - 2>&1 | head -1         # expect: <stdin>:1:10000001: error: this ')' closes nothing
{ yes 'x = 1' | head -1000000; echo nowhere; } | "$SGRAD" - 2>&1 | head -1  # expect: <stdin>:1000001:1: error: unknown name 'nowhere'
