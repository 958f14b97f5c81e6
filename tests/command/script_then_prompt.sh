echo 'x = 4' >start.sg
echo 'x + 1' | $SGRAD -i -q -n start.sg
# expect: > 5
# expect: >
echo '7' | $SGRAD -i -q -n -e 'nowhere' 2>/dev/null
# expect: > 7
# expect: >
$SGRAD -i -q -n -e 'exit(3)' </dev/null
# exit: 3
