printf 'x = 3\nx * 2\nprint(x)\n' | $SGRAD               # expect: 3
printf 'print(args)\n' | $SGRAD - one two                # expect: ["one", "two"]
printf 'print(1)\nif true {\n  print(2)\n}\nelse { }\n' | $SGRAD
# expect: 1
# expect: 2
printf '' | $SGRAD
printf '\357\273\277print(5)' | $SGRAD                   # expect: 5
