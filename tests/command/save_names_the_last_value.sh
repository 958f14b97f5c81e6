# `_` in a saved script is a variable, assigned where the echo was; a constant stays one.
cat >typed <<'END'
x = uniform(-1, 1)
y = _ * 2                  # a variable's
[1, 2, 3]
zs = [v + _[0] for v in _] # an expression's, twice
3 + 4
k = _                      # a constant, stored as a leaf
relu(2.5)
m = 2 * _
p = 4;
p.data -= 1
n = _ + 1
zs[1] = x
o = _ * 1
a, b = 1, 2
c = _[1]
x += 1
q = f"{_} {_ + 1:.2f}"
{w: x}
r = _.w
if x > 0 { 5 } else { 6 }
s = _ * 3
no_grad { x * 2 }
t = _ * 1
later(v) = v + _
100
u = later(1)
200
v = later(1)
:time 5 * 5
:time w = _ + 1
_ = 9
z = _ + 1
for _ in [1] { none }
last = 1;
last2 = [_ for _ in [1, 2]]
:save saved.sg
END
all='y, zs, k, m, n, o, a, b, c, q, r, s, t, u, v, w, z, last, last2, [is_node(i) for i in [y, k, m, n, o, c, r, s, t, u, v, w, z]]'
sums='[k, m, n, o, s, t, u, v, w, z].sum()'
(cat typed; echo "print($all)"; echo "e = $sums; e.backward(); print(k.grad, x.grad, p.grad)") |
  $SGRAD -i -q -n | sed -n 's/^\(> \)*\([-0-9].*\)/\2/p' | tail -2 >session
(cat saved.sg; echo "print($all)"; echo "e = $sums; e.backward(); print(k.grad, x.grad, p.grad)") >again.sg
$SGRAD again.sg >script
cmp session script && wc -l <script          # expect: 2
sed '1,2d; s/uniform(-1, 1)/1/' saved.sg
# expect: x = 1
# expect: last3 = x
# expect: y = last3 * 2                  # a variable's
# expect: last3 = [1, 2, 3]
# expect: zs = [v + last3[0] for v in last3] # an expression's, twice
# expect: last3 = 3 + 4
# expect: no_grad { last3 = last3.data }
# expect: k = last3                      # a constant, stored as a leaf
# expect: last3 = relu(2.5)
# expect: no_grad { last3 = last3.data }
# expect: m = 2 * last3
# expect: p = 4;
# expect: p.data -= 1
# expect: last3 = p.data
# expect: no_grad { last3 = last3.data }
# expect: n = last3 + 1
# expect: last3 = x
# expect: zs[1] = last3
# expect: o = last3 * 1
# expect: last3 = 1, 2
# expect: a, b = last3
# expect: c = last3[1]
# expect: x += 1
# expect: last3 = x
# expect: q = f"{last3} {last3 + 1:.2f}"
# expect: last3 = {w: x}
# expect: r = last3.w
# expect: last3 = if x > 0 { 5 } else { 6 }
# expect: no_grad { last3 = last3.data }
# expect: s = last3 * 3
# expect: last3 = no_grad { x * 2 }
# expect: no_grad { last3 = last3.data }
# expect: t = last3 * 1
# expect: last3 = t
# expect: later(v) = v + last3
# expect: last3 = 100
# expect: no_grad { last3 = last3.data }
# expect: u = later(1)
# expect: last3 = u
# expect: last3 = 200
# expect: no_grad { last3 = last3.data }
# expect: v = later(1)
# expect: last3 = v
# expect: last3 = 5 * 5
# expect: no_grad { last3 = last3.data }
# expect: w = last3 + 1
# expect: last3 = w
# expect: last3 = 9
# expect: no_grad { last3 = last3.data }
# expect: z = last3 + 1
# expect: last3 = z
# expect: for _ in [1] { none }
# expect: last = 1;
# expect: last2 = [last3 for _ in [1, 2]]
# expect: last3 = last2
