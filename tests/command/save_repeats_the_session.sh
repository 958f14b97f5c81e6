# A session with random numbers, loops, failures, blocks and commands; its script leaves the same
# variables, bit for bit.
echo 'part = [normal() for _ in range(3)]' >part.sg
echo 'given = uniform() + normal()' >given.sg
cat >typed <<'END'
# a first model
w = [uniform(-1, 1) for _ in range(4)]   # weights
b = normal();
random() + nowhere
ys = []
for x in [0.5, 1.5] {
  # a block
  y = tanh(sum(v * x for v in w) + b)
  ys.append(y)
}
loss = sum((y - 1)**2 for y in ys)
loss.backward()
w[0].data -= 0.1 * w[0].grad
normal() + [1]
f(x) = x * normal()
slope = grad(f)(3)
one = random(); two = random(); three = random() + "text"; four = random()
:help relu
:vars
:set digits 8
:time timed = shuffle_me = permutation(5)
:time timed = permutation(5)
:load part.sg
?tanh
import numpy as np
if w[0] > 0 { positive = true } else { positive = false }
seed(5); again = [random(), normal()]
last = randint(1, 100) + normal()
:save saved.sg
:vars
END
$SGRAD --seed=11 -i -q -n -e 'before = random()' given.sg <typed >out 2>/dev/null
vars() { sed -n '/^.*name .*grad$/,$p' "$1" | grep -v '^> *$' | sed 's/^> //'; }
tail -25 out | sed 's/^\(> \)*//; /^$/d' | sed -n '/^name .*grad$/,$p' >session
mkdir elsewhere
cp saved.sg elsewhere/
echo ':set digits 8
:vars' >>elsewhere/saved.sg
(cd elsewhere && $SGRAD saved.sg) >script
sort session >a
sort script >b
cmp a b && wc -l <a                     # expect: 18
# Exactly, not to 8 digits.
for end in 'print(w, b, ys, loss, slope, one, two, timed, part, given, again, last, before)' 'print([v.grad for v in w], b.grad)'; do
  (sed '$d' typed; echo "$end") | $SGRAD --seed=11 -i -q -n -e 'before = random()' given.sg 2>/dev/null | tail -2 | sed 's/^\(> \)*//; /^$/d' >exact
  (sed '/^:set\|^:vars/d' elsewhere/saved.sg; echo "$end") | $SGRAD >repeated
  tail -1 repeated | cmp - exact && echo same   # expect: same
done                                    # expect: same
sed -n '1,9p' saved.sg | sed 's/"\/.*\//"/'
# expect: # A session of sgrad, saved by :save. To repeat it: sgrad FILE, or :load FILE
# expect: seed(11)
# expect: before = random()
# expect: :load "given.sg"
# expect: # a first model
# expect: w = [uniform(-1, 1) for _ in range(4)]   # weights
# expect: b = normal();
# expect: ys = []
# expect: for x in [0.5, 1.5] {
