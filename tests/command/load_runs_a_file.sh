echo 'loaded = 3' >part.sg
$SGRAD -e ':load part.sg
print(loaded + 1)'                         # expect: 4
