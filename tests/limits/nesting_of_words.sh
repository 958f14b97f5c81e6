# A hundred thousand nested keywords, calls, blocks and powers under a small stack.
# shellcheck disable=SC3045
ulimit -s 256 2>/dev/null
many() { awk -v text="$1" 'BEGIN { for (i = 0; i < 100000; i++) printf "%s", text }'; }
check() { "$SGRAD" - 2>err; echo "$?: $(head -1 err | sed 's/.*error: //')"; }
{ many 'not '; echo true; } | check            # expect: 1: nested deeper than 200 levels
{ many '1**'; echo 1; } | check                # expect: 1: nested deeper than 200 levels
{ many 'abs('; echo 1; } | check               # expect: 1: nested deeper than 200 levels
{ many 'if true { '; echo; } | check           # expect: 1: nested deeper than 200 levels
{ many 'def f() { '; echo; } | check           # expect: 1: nested deeper than 200 levels
{ many 'x => '; echo 1; } | check              # expect: 1: nested deeper than 200 levels
{ many 'no_grad { '; echo 1; } | check         # expect: 1: nested deeper than 200 levels
{ printf 'x = '; many '{a: '; } | check        # expect: 1: nested deeper than 200 levels
{ many 'f"{'; echo 1; } | check                # expect: 1: nested deeper than 200 levels
