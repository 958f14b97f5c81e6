# A file that is loaded shows its first syntax error, with its place in that file; nothing of it has run.
printf 'x = 2\ny = 3 +\n' >bad.sg
printf 'x = 1\n:load bad.sg\nprint(x)\n' | $SGRAD -i -q -n 2>&1 | sed 's/^\(> \)*//; /^$/d' | grep -v '[+^]$'
# expect: 1
# expect: bad.sg:2:8: error: expected an expression, got the end of the text
# expect: 1
$SGRAD -e ':load bad.sg' 2>/dev/null
echo "status $?"                                  # expect: status 1
