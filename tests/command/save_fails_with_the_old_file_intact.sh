# A disk that is full, a folder that may not be written to, a value that cannot be saved.
echo 'save([1, 2], "m.safetensors")' >first.sg
$SGRAD first.sg
(ulimit -f 8; trap '' XFSZ; echo 'save(range(100000), "m.safetensors")' | $SGRAD 2>&1) | sed -n 's/.*error: //p' | sed "s|$PWD/||"
# expect: cannot write m.safetensors: File too large
echo 'save({a: 1, f: x => x}, "m.safetensors")' | $SGRAD 2>&1 | sed -n 's/.*error: //p'
# expect: save() cannot put 'f' in a file: it is a function written in sgrad
echo 'save(1, "/dev/full")' | $SGRAD 2>&1 | sed -n 's/.*error: //p'
# expect: cannot write /dev/full: No space left on device
echo 'print(load("m.safetensors"))' | $SGRAD      # expect: [1, 2]
echo ./*.tmp ./*.safetensors                      # expect: ./*.tmp ./m.safetensors
