printf 'x=1+2 # three\nf( x )=x*x\n' >loose.sg
$SGRAD --format loose.sg >tidy.sg
cat tidy.sg
# expect: x = 1 + 2  # three
# expect: f(x) = x * x
$SGRAD --format tidy.sg | cmp - tidy.sg
