$SGRAD -e 'for i in range(10**6) { print(i) }' | head -n 1     # expect: 0
