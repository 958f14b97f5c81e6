mkdir -p config/sgrad
echo 'twice(x) = 2 * x; print("ready")' >config/sgrad/init.sg
export XDG_CONFIG_HOME="$PWD/config"
echo 'twice(4)' | $SGRAD -i -q
# expect: ready
# expect: > 8
# expect: >
echo 'print(1)' | $SGRAD             # expect: 1
echo 'print(2)' | $SGRAD -i -q -n
# expect: > 2
# expect: >
echo 'print("not tonight"); exit(3)' >config/sgrad/init.sg
echo 'print(3)' | $SGRAD -i -q; echo "status $?"
# expect: not tonight
# expect: status 3
