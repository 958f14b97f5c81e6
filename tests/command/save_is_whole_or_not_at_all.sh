# Killed at any moment, save leaves the old file or the new one, whole.
cat >save.sg <<'END'
xs = no_grad { [[k, k] for k in range(20000)] }
for step in range(1000000) { save({step: step, xs: xs}, "m.safetensors") }
END
cat >load.sg <<'END'
r = load("m.safetensors")
assert(len(r.xs) == 20000 and r.xs[-1] == [19999, 19999])
END
echo 'save({step: -1, xs: [[k, k] for k in range(20000)]}, "m.safetensors")' >first.sg
$SGRAD first.sg
torn=0
for k in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  $SGRAD save.sg &
  sleep 0.0$((k * 37 % 90 + 10))
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
  $SGRAD load.sg || torn=$((torn + 1))
  rm -f ./*.tmp
done 2>/dev/null
echo $torn                              # expect: 0
