printf 'x = 2\nx * 3\nexit\nprint("never")\n' | $SGRAD -i -q -n
# expect: > 2
# expect: > 6
# expect: >
