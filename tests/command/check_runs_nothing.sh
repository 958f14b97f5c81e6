$SGRAD --check -e 'print(1)'
printf 'a = (\n\nb = 2 )) 3\n' >bad.sg
$SGRAD --check bad.sg 2>/dev/null || echo found          # expect: found
