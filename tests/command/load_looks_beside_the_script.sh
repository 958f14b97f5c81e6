# A path that does not exist here is tried beside the script; a pipe can be loaded from, and saved to.
mkdir there
echo 'save({w: [1, 2]}, "there/w.safetensors")' | $SGRAD
echo 'print(load("w.safetensors"))' >there/load.sg
$SGRAD there/load.sg                              # expect: {w: [1, 2]}
$SGRAD -e 'print(load("/dev/stdin"))' <there/w.safetensors   # expect: {w: [1, 2]}
$SGRAD -e 'save(3, "/dev/stdout")' | $SGRAD -e 'print(load("/dev/stdin"))'   # expect: 3
