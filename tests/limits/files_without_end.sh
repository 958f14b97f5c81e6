# What is no program, and what never ends.
run() { "$SGRAD" --max-memory=64M "$@" 2>&1 | head -1; }
run -e 'run("/tmp")'                   # expect: -e:1:1: error: cannot read '/tmp': Is a directory
run -e 'run("/dev/zero")'              # expect: -e:1:1: error: out of memory
run -e 'read_csv("/dev/zero")'         # expect: -e:1:1: error: /dev/zero:1:1: a zero byte: this is not text
echo 'run("self.sg")' >self.sg
run self.sg                            # expect: self.sg:1:1: error: run() nested deeper than 100 files
mkfifo pipe
echo 'print(5)' >pipe & run pipe       # expect: 5
