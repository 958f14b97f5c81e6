status() { "$@" 2>message; echo $? >status; }
status $SGRAD -e 'print(1)' >/dev/full
cat status message
# expect: 2
# expect: sgrad: cannot write the output: No space left on device
status $SGRAD -e 'while true { print(1) }' >/dev/full
tail -n 1 message            # expect: sgrad: cannot write the output: No space left on device
cat status                   # expect: 2
status $SGRAD -e 'print(1)' >&-
cat status                   # expect: 2
status $SGRAD -e '1' >&-
cat status                   # expect: 0
status $SGRAD --help >/dev/full
cat status                   # expect: 2
