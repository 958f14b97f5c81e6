prompt() { $SGRAD -i -q -n 2>&1 | sed 's/^\(> \)*//; /^$/d'; }
printf ':set\n' | prompt
# expect: color   auto    whether to colour errors and echo; auto: on a terminal that can
# expect: digits  6       how many significant digits of a number the echo shows
# expect: grad    yes     whether the echo shows gradients behind values
printf 'x = pi\nx.backward()\n:set digits 10\nx\n:set digits=3\nx\n:set grad no\nx\n:set digits\n' | prompt
# expect: 3.14159
# expect: 3.141592654 | grad 1
# expect: 3.14 | grad 1
# expect: 3.14
# expect: digits  3       how many significant digits of a number the echo shows
for bad in 'digits 0' 'digits 18' 'digits six' 'digits -1' 'digits =' 'color red' 'grad on' 'nothing' 'x=1'; do
  printf ':set %s\n' "$bad" | prompt | sed -n 's/.*error: //p'
done
# expect: 'digits' must be a whole number from 1 to 17, not '0'
# expect: 'digits' must be a whole number from 1 to 17, not '18'
# expect: 'digits' must be a whole number from 1 to 17, not 'six'
# expect: 'digits' must be a whole number from 1 to 17, not '-1'
# expect: 'digits' must be a whole number from 1 to 17, not ''
# expect: 'color' must be auto, always or never, not 'red'
# expect: 'grad' must be yes or no, not 'on'
# expect: there is no setting 'nothing'
# expect: there is no setting 'x'
printf ':set color always\nx = 2\nx.backward()\nx\n' | $SGRAD -i -q -n | grep -c "$(printf '\033\[2m | grad 1\033\[0m')"   # expect: 1
$SGRAD --color=red 2>&1 | head -1       # expect: sgrad: '--color=red': WHEN is not understood: colour errors and echo: auto, always or never
printf ':set color always\nnope\n:set color never\nnope\n' | $SGRAD -i -q -n 2>&1 >/dev/null | grep -c "$(printf '\033')"   # expect: 3
