# A model gets the grid in batches, a function place by place: the same picture.
cat >p.sg <<'CODE'
seed(1)
model = mlp(2, [4, 3], act="tanh")
xs, ys = blobs(30, centers=3, seed=2)
:boundary model xs ys title=one a.svg
f(x) = model(x)
:boundary f xs ys title=one b.svg
model = mlp(2, [4, 1])
xs, ys = xor(20, seed=1)
:boundary model xs ys
CODE
$SGRAD p.sg | head -n 2 | sed 's/^ *//; s/[0-9]* of/N of/'
# expect: model: N of 20 right
# expect: x[1]   o  class 0   x. class 1
cmp a.svg b.svg && grep -c '>class 2<' a.svg        # expect: 1
