printf 'first\nsecond' | $SGRAD -e 'a = input(); b = input(); print(b, a)'    # expect: second first
