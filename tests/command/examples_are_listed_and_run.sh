$SGRAD -e ':examples' | sed -n 1p                      # expect: ':examples NAME' runs one of these:
$SGRAD -e ':examples' | grep -c '^  micrograd  *The program of micrograd.s README: an expression'  # expect: 1
$SGRAD -e ':examples' | awk 'length > 79' | wc -l | tr -d ' '  # expect: 0
$SGRAD -e ':examples micrograd-p' | sed -n 's/^running .*examples/running/p'  # expect: running/micrograd-paste.sg
$SGRAD -e ':examples scalargrad.sg
print(is_node(w0))' | tail -1                          # expect: true
$SGRAD -e ':examples irsi' 2>&1 | tail -1              # expect: note: did you mean 'iris'?
$SGRAD -e ':examples micro' 2>&1 | grep -c "error: 'micro' may be micrograd, micrograd-moons, .*micrograd-paste, "  # expect: 1
