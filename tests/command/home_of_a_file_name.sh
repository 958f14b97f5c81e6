echo 'loaded = 3' >part.sg
export HOME=$PWD
$SGRAD -e ':load ~/part.sg
print(loaded + 1)
:graph loaded ~/y.dot'                     # expect: 4
test -s y.dot && echo drawn                # expect: drawn
$SGRAD -i 2>&1 <<'END' >/dev/null
:load ~/part.sg
:save ~/out.sg
END
grep -c "^:load \"$HOME/part.sg\"" out.sg  # expect: 1
HOME=$(printf '%4090s' / | tr ' ' x)
$SGRAD -e ':load ~/part.sg' 2>&1 | grep -c 'too long'  # expect: 1
$SGRAD -e ':load "~/part.sg"'
# error: ...
# exit: 1
