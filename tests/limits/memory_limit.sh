# Each way of using more memory than there may be ends in the same error.
run() { "$SGRAD" --max-memory="$1" -e "$2" 2>err; echo "$? $(grep -c 'out of memory' err)"; }
run 16M 'x = []; while true { x.append("a" * 1000) }'                     # expect: 1 1
run 9M 'x = []; while true { x.append(1) }'                               # expect: 1 1
run 16M 's = "a"; while true { s += s }'                                  # expect: 1 1
run 9M 'y = leaf(1); ys = []; while true { y = y * 2; ys.append(y) }'     # expect: 1 1
run 16M 'r = {}; i = 0; while true { i += 1; r[str(i)] = {a: i} }'        # expect: 1 1
run 16M 'f = x => x; while true { f = (g => (x => g(x)))(f) }'            # expect: 1 1
run 16M 'x = [0] * 100000000'                                             # expect: 1 1
run 9M 'x = zeros(2000, 2000)'                                            # expect: 1 1
run 16M 'grad(v => sum(a * a for a in v))(range(1000000))'                # expect: 1 1
run 16M 'x = [leaf(1)]; for i in range(60) { x = [x, x] }; detach(x)'     # expect: 1 1
run 16M 'for i in range(100000) { x = [i, str(i), {a: i}] }'              # expect: 0 0
