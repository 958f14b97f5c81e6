printf 'x = 2;\ny = x * x;\n[y];\n:v\n' | $SGRAD -i -q -n 2>/dev/null | sed 's/^[> ]*//; /^$/d'
# expect: name  type    value  grad
# expect: x     number  2      -
# expect: y     number  4      -
printf 'x = 2;\ny = x * x\n:gr y\n' | $SGRAD -i -q -n 2>/dev/null | grep -c '<b>y</b>'   # expect: 1
printf ':t\n' | $SGRAD -i -q -n 2>&1 | grep -c "':t' may be :tape, :time"                  # expect: 1
