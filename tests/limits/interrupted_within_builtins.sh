# Ctrl-C ends what a builtin does for long, also where lists share their parts.
shared='x = [leaf(1)]; for i in range(60) { x = [x, x] }; y = [leaf(1)]; for i in range(60) { y = [y, y] };'
run() { timeout --preserve-status -k 5 -s INT 0.5 "$SGRAD" --max-memory=2G -e "$1" >/dev/null 2>&1; echo $?; }
run "$shared zero_grad(x)"                                # expect: 130
run "$shared x == y"                                      # expect: 130
run 'while true { map(str, range(1000000)) }'             # expect: 130
run 'r = [1]; for i in range(3000) { r.append(r) }; z = leaf(2); graph(z)'    # expect: 0
run 'x = leaf(1); y = x; for i in range(300000) { y = y * x }; while true { graph(y) }'  # expect: 130
run 's = "a" * 50000000; while true { for c in s { } }'   # expect: 130
run 's = "a" * 50000000; while true { upper(s) }'         # expect: 130
run 's = "a\n" * 50000000; while true { str([s]) }'       # expect: 130
run 'try(() => { while true { } }); print("caught")'      # expect: 130
run 'while true { moons(300000); spiral(300000) }'        # expect: 130
run 'y = no_grad { [i % 10 for i in range(200000)] }; while true { one_hot(y, 10); batches(y, y, 1) }'   # expect: 130
run 'y = no_grad { [i % 10 for i in range(200000)] }; while true { train_test_split(y, y, stratify=true); standardize(y) }'   # expect: 130
run "while true { read_idx(\"$SGRAD_ROOT/examples/data/mnist8k-train-images.idx.gz\") }"   # expect: 130
