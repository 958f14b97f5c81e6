# Ctrl-C while Graphviz draws: its processes end, the file stays, the session goes on.
mkdir bin
echo old >x.svg
printf '#!/bin/sh\necho $$ >running\nsleep 60 &\necho $! >>running\nwait\n' >bin/dot
chmod +x bin/dot
cat >p.sg <<'END'
x = 2
:graph x x.svg
END
PATH=$PWD/bin:$PATH timeout --preserve-status -s INT 1 $SGRAD p.sg 2>err
echo $?                                   # expect: 130
head -n 1 err                             # expect: p.sg:2:1: error: interrupted
cat x.svg                                 # expect: old
find_state() { sed 's/.*) \(.\).*/\1/' /proc/"$1"/stat 2>/dev/null; }
while read -r pid; do
  for _ in 1 2 3 4 5 6 7 8 9 10; do          # a killed process may still be on its way out
    state=$(find_state "$pid")
    case $state in '' | Z) break ;; esac
    sleep 0.1
  done
  case $state in '' | Z) ;; *) echo "process $pid still runs: $state" ;; esac
done <running
find . -name '*.tmp'
