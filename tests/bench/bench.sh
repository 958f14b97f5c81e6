#!/bin/sh
# sgrad: SPEED.md's W1 to W6, beside what peers are installed: bench.sh PROGRAM FOLDER, where FOLDER
# holds `engine`, `networks` and `measure`. Every peer must compute the same values. Times are the least
# and the median of RUNS runs.
sgrad=$1
tools=$2
here=$(cd "$(dirname "$0")" && pwd)
RUNS=${RUNS:-5}
failed=0

have() { command -v "$1" >/dev/null 2>&1; }

# The least and the median of the numbers on standard input.
summary() { sort -n | awk '{ x[NR] = $1 } END { printf "%10.2f %10.2f", x[1], x[int((NR + 1) / 2)] }'; }

# repeat WHAT COLUMN COMMAND...: a row; COLUMN of the output is a time. What it says last is kept in
# $values, to be compared.
repeat() {
  what=$1
  shift
  : >"$log"
  i=0
  while [ $i -lt "$RUNS" ]; do
    "$@" >>"$log" || { echo "  $what: failed"; failed=1; return; }
    i=$((i + 1))
  done
  values=$(tail -n 1 "$log" | awk '{ print $NF }')
}

row() { printf '  %-34s %s %s\n' "$1" "$(awk -v c="$2" '{ print $c }' "$log" | summary)" "$3"; }

same() {
  if [ "$values" = "$1" ]; then return; fi
  echo "  the values differ: $values, not $1"
  failed=1
}

peer() { # peer NAME TEST COMMAND...
  name=$1
  shift
  have "$1" || return
  repeat "$name" "$@"
  same "$expected"
  row "$name" 1 ''
}

# The microseconds of a step by hand, as `networks` has said.
by_hand() {
  printf '%s\n' "$networks" | awk -v name="$1" 'index($0, name) { sub(/.*by hand */, ""); print $1; exit }'
}

step() { # step NAME BY_HAND PROGRAM ARGUMENT...
  name=$1
  hand=$2
  shift 2
  repeat "$name" "$sgrad" "$@"
  ratio=$(awk -v hand="$hand" '!n || $1 < n { n = $1 } END { printf "%.2f times by hand", n / hand }' "$log")
  row "$name" 1 "$ratio"
}

log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT

echo "W3: the interpreter, no_grad            least ns  median ns"
for test in sum fib nested dot; do
  echo "$test"
  repeat sgrad "$sgrad" "$here/$test.sg"
  expected=$values
  row sgrad 1 ''
  peer 'lua5.4' lua5.4 "$here/$test.lua"
  peer 'luajit, interpreter' luajit -joff "$here/$test.lua"
  peer 'luajit' luajit "$here/$test.lua"
  peer 'python3' python3 "$here/$test.py"
done

echo "W1, W4: a training step, the engine from C and hand-written C: least us"
networks=$("$tools/networks") || failed=1
printf '%s\n' "$networks"

echo "W1, W4: the same in sgrad               least us  median us"
expected=$(tail -n 1 "$here/../../examples/data/moons7-steps.csv" | awk -F , '{ printf "%.10f", $2 }')
for way in train batch single dot products; do
  step "W1, $way" "$(by_hand 'W1 2-16-16-1')" "$here/moons.sg" $way 5
  same "$expected"
done
for inputs in 784 64; do
  expected=
  for way in train batch; do
    step "W4, $inputs-32-10, $way" "$(by_hand "W4 $inputs-32-10")" "$here/images.sg" $way 20 $inputs
    same "${expected:=$values}"
  done
done

echo "W2: a chain of 10^7 operations          least ns  median ns"
repeat engine "$tools/engine"
expected=$(tail -n 1 "$log" | awk '{ print $4 }')
bytes=$(tail -n 1 "$log" | awk '{ print $5 }')
row 'engine, forward' 1 ''
row 'engine, backward' 2 "$bytes bytes a node with its gradient"
repeat sgrad "$sgrad" "$here/chain.sg"
awk -v x="$values" -v y="$expected" 'BEGIN { exit !(x == y && x != 0) }' || same "$expected"
row 'sgrad, forward' 1 ''
row 'sgrad, backward' 2 ''

echo "W5: start-up                             least ms  median ms  kilobytes"
echo "  sgrad -e 1                       $("$tools/measure" 100 "$sgrad" -e 1)"
have lua5.4 && echo "  lua5.4 -e ''                     $("$tools/measure" 100 lua5.4 -e '')"
have python3 && echo "  python3 -c ''                    $("$tools/measure" 10 python3 -c '')"

echo "W6: 10^8 operations alive at once        least ms  median ms  kilobytes"
free=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
if [ "${free:-0}" -gt 4000 ]; then
  echo "  engine                           $("$tools/measure" 1 "$tools/engine" 100000000)"
  echo "  sgrad                            $("$tools/measure" 1 "$sgrad" "$here/chain.sg" 100000000)"
else
  echo "  left out: it needs 4 GB of memory, $free MB are free"
fi
exit $failed
