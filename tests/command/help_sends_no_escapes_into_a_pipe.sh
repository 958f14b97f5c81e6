for name in '' relu lists ':graph' topics and; do $SGRAD -e ":help $name"; done | grep -c "$(printf '\033')"  # expect: 0
$SGRAD --color=always -e ':help lists' | grep -c "$(printf '\033\[1m')Lists and comprehensions$(printf '\033\[0m')"  # expect: 1
$SGRAD -e '?' | sed -n 1p                               # expect: sgrad: every number knows its gradient. Try:
$SGRAD -e '?relu' | sed -n 1p                           # expect: relu(x)
