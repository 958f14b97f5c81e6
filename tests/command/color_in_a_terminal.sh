# One stream in a terminal, the other on a pipe: each is decided for itself.
printf 'x = 2;\nx.backward()\nx\nnope\n' >input
unset NO_COLOR CLICOLOR_FORCE
export TERM=xterm
run() { script -qec "$1 <input" /dev/null </dev/null >seen 2>/dev/null; }
look() {
  found=-
  grep -qs "$(printf '\033')" "$2" && found=colour
  [ -e no-terminal ] && found=$3
  echo "$1: $found"
}
run true || touch no-terminal
run "$SGRAD -i -q -n 2>err"
look "out, terminal" seen colour      # expect: out, terminal: colour
look "err, file" err -                # expect: err, file: -
run "$SGRAD -i -q -n >out"
look "out, file" out -                # expect: out, file: -
look "err, terminal" seen colour      # expect: err, terminal: colour
run "$SGRAD --color=never -i -q -n"
look never seen -                     # expect: never: -
run "env NO_COLOR=1 $SGRAD -i -q -n"
look NO_COLOR seen -                  # expect: NO_COLOR: -
run "env TERM=dumb $SGRAD -i -q -n"
look dumb seen -                      # expect: dumb: -
run "env -u TERM $SGRAD -i -q -n"
look "no TERM" seen -                 # expect: no TERM: -
run "env TERM=dumb CLICOLOR_FORCE=1 $SGRAD -i -q -n"
look forced seen colour               # expect: forced: colour
run "env CLICOLOR_FORCE=0 $SGRAD -i -q -n"
look force-0 seen colour              # expect: force-0: colour
