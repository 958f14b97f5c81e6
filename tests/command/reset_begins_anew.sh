prompt() { $SGRAD -i -q "$@" 2>&1 | sed 's/^\(> \)*//; /^$/d'; }
# Variables, shadowed builtins, labels, the graph, `_` and the random numbers.
printf 'relu = 3;\nx = uniform();\nx.label = "label";\nx * 2\n:reset\nrelu(-2)\n:vars\n:tape\nuniform()\nx\n' | prompt -n --seed=3
# expect: 1.38128
# expect: forgot 2 variables
# expect: 0
# expect: no variables yet
# expect: nodes                       0
# expect:   leaves                    0
# expect:   constants                 0
# expect:   computed                  0
# expect: gradients                   0
# expect: block operands              0
# expect: bytes used                  0
# expect: bytes held                  0
# expect: 0.690638
# expect: <prompt>:1:1: error: unknown name 'x'
# expect: x
# expect: ^
printf ':reset\n_\n' | prompt -n | grep -c "unknown name '_'"       # expect: 1
# In a script, from a file that a running function loads.
echo ':reset' >reset.sg
cat >script.sg <<'END'
x = 3
def f(a) {
  b = a * 2
  run("reset.sg")
  b.backward()
  a.grad + b
}
print(map(f, [1, 2]))
print(try(() => x).error)
END
$SGRAD script.sg
# expect: [4, 6]
# expect: unknown name 'x'
# The init file runs again.
mkdir -p config/sgrad
echo 'k = 5; :reset' | tr ';' '\n' >config/sgrad/init.sg
echo 'twice(x) = 2 * x' >>config/sgrad/init.sg
printf 'z = 1;\n:reset\ntwice(4)\n:vars\n' | XDG_CONFIG_HOME="$PWD/config" prompt | sed 's/ran .* again/ran INIT again/'
# expect: forgot 2 variables, and ran INIT again
# expect: 8
# expect: name   type      value  grad
# expect: twice  function  twice(x) = 2 * x
