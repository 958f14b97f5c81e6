timeout --preserve-status -s INT 0.5 $SGRAD -e 'print("going"); while true { }' 2>err     # expect: going
# exit: 130
