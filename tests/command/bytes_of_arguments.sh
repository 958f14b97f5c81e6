$SGRAD -e 'print(args, len(args[0]))' - "$(printf 'a\377b')" </dev/null     # expect: ["a�b"] 3
