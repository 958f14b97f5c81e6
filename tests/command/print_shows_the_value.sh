$SGRAD -p '1 + 2'                        # expect: 3
$SGRAD -p '[1, "a"]'                     # expect: [1, "a"]
$SGRAD -e 'x = 2' -p 'x**3'              # expect: 8
$SGRAD -p '0.1 + 0.2'                    # expect: 0.30000000000000004
