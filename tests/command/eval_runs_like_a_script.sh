$SGRAD -e 'x = 3; x + 1; print(x)'       # expect: 3
$SGRAD -e 'a = 1' -e 'print(a + 1)'      # expect: 2
