# What one function can hold is limited, and each limit has its own error.
list() { awk -v n="$1" -v text="$2" 'BEGIN { for (i = 0; i < n; i++) printf text, i }'; }
run() { "$SGRAD" - 2>&1 | head -1 | sed 's/.*error: //'; }
{ list 100000 'a%d = 1;'; echo 'print(a99999)'; } | run           # expect: 1
{ printf 'f('; list 300 'a%d, '; echo ') = 1'; } | run            # expect: more than 255 parameters
{ printf 'print('; list 70000 '%d, '; echo ')'; } | run           # expect: too many variables or arguments in one function (over 60,000)
{ printf 'x = f"'; list 70000 '{%d}'; echo '"'; } | run           # expect: too many variables or arguments in one function (over 60,000)
{ printf 'x = [1'; list 200 ' for a%d in [1]'; echo ']'; } | run  # expect: more than 100 clauses in one comprehension
{ printf 'x = {'; list 60000 'k%d: 1, '; echo '}; print(len(x))'; } | run     # expect: 60000
