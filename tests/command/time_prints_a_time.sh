$SGRAD -e ':time x = 2 + 3
print(x)' | sed 's/^[0-9.]* [num]*s$/TIME/'
# expect: TIME
# expect: 5
