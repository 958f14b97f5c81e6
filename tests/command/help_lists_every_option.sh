$SGRAD --help >help.txt
for option in -e -p -i -q -n --check --format --color=WHEN --seed=N --max-memory=SIZE -h -V; do
  grep -q -e "$option" help.txt || echo "no $option"
done
$SGRAD -h | cmp - help.txt
head -n 1 help.txt           # expect: Usage: sgrad [OPTION...] [FILE|-] [ARG...]
