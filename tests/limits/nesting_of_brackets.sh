# A million of each bracket under a small stack: an error that names the limit, and never a signal.
# shellcheck disable=SC3045
ulimit -s 256 2>/dev/null
many() { head -c 1000000 /dev/zero | tr '\0' "$1"; }
check() { "$SGRAD" - 2>err; echo "$?: $(head -1 err | sed 's/.*error: //')"; }
many '(' | check                        # expect: 1: nested deeper than 200 levels
many '[' | check                        # expect: 1: nested deeper than 200 levels
many ')' | check                        # expect: 1: this ')' closes nothing
many ']' | check                        # expect: 1: this ']' closes nothing
{ printf 'print('; many -; printf '1)'; } | check     # expect: 1: nested deeper than 200 levels
{ printf 'x = '; many '('; echo 1; } | check          # expect: 1: nested deeper than 200 levels
many ';' | check                        # expect: 0:
