# Whatever happens to Graphviz, the file stays as it was and nothing is left beside it.
mkdir bin
echo old >x.svg
fake() { printf '#!/bin/sh\n%s\n' "$1" >bin/dot; chmod +x bin/dot; }
draw() {
  PATH=$PWD/bin:$PATH $SGRAD -e "x = 2
:graph x * 3 x.svg" 2>&1 | sed -n 's/.*error: //p; /^note/p'
  cat x.svg
  find . -name '*.tmp'
}
fake 'cat >/dev/null; echo new; echo "Error: no such font" >&2; echo more >&2; exit 1'
draw           # expect: Graphviz's 'dot' failed: Error: no such font
               # expect: old
fake 'exit 3'
draw           # expect: Graphviz's 'dot' failed: exit status 3
               # expect: old
fake 'kill -9 $$'
draw           # expect: Graphviz's 'dot' failed: killed by signal 9
               # expect: old
fake 'cat >/dev/null'
draw           # expect: Graphviz's 'dot' failed: it drew nothing
               # expect: old
fake 'exec 2>&-; cat >/dev/null; printf "\033]0;t\007" >&2; exit 1'
draw           # expect: Graphviz's 'dot' failed: exit status 1
               # expect: old
fake 'printf "bad \033[31m byte" >&2; exit 1'
draw           # expect: Graphviz's 'dot' failed: bad \x1b[31m byte
               # expect: old
printf 'no program' >bin/dot
PATH=$PWD/bin:$PATH $SGRAD -e 'x = 2
:graph x x.svg' 2>&1 | sed -n 's/.*error: //p'           # expect: cannot run Graphviz's 'dot': Exec format error
mkdir empty                 # but for what the program itself may run under
under=$(command -v valgrind) && ln -s "$under" empty
PATH=$PWD/empty $SGRAD -e 'x = 2
:graph x x.svg' 2>&1 | sed -n 's/.*error: //p; /^note/p'
# expect: Graphviz is missing: there is no program 'dot' to draw with
# expect: note: on Debian and its kin: apt-get install graphviz. A .dot FILE is written without it
# It gets the text and the format, and what it draws is taken.
fake 'echo "$@"; head -n 1'
draw           # expect: -Tsvg
               # expect: digraph sgrad {
# A reader that goes early is no failure of ours: a text larger than a pipe holds.
fake 'echo early'
PATH=$PWD/bin:$PATH $SGRAD -e 'x = 1; y = sum([x * k for k in range(4000)])
:graph y compact x.svg'
cat x.svg      # expect: early
