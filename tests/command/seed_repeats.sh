$SGRAD --seed=7 -p 'random()' >one
$SGRAD -e 'seed(7); print(random())' >two
cmp one two && echo same     # expect: same
