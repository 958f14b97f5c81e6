for size in 1 1K 4M; do $SGRAD --max-memory=$size -e 'x = 1' 2>&1 | sed 's/[0-9]*M is/NM is/'; done
# expect: sgrad: --max-memory is too small: NM is the least
# expect: sgrad: --max-memory is too small: NM is the least
# expect: sgrad: --max-memory is too small: NM is the least
$SGRAD --max-memory=1K -e 'x = 1' >/dev/null 2>&1 || echo $?     # expect: 2
least=$($SGRAD --max-memory=1 2>&1 </dev/null | sed 's/.*: \([0-9]*M\) is.*/\1/')
$SGRAD --max-memory="$least" -e 'x = 3; y = x * x; y.backward(); print(x.grad)'      # expect: 6
$SGRAD --max-memory=$((${least%M} - 2))M -e 'x = 1' 2>&1 | grep -c 'too small'       # expect: 1
$SGRAD --seed=9007199254740993 -e '' 2>&1 | grep -c 'not understood'                 # expect: 1
