# Every setting, on a pipe and in a terminal; standard output (o) and standard error (e) apart.
printf 'x = 2;\nx.backward()\nx\nnope\n' >input
for stream in out err; do : >$stream; done
seen() {
  o=-; e=-
  grep -q "$(printf '\033\[2m')" out && o=o
  grep -q "$(printf '\033\[1;31m')" err && e=e
  echo "$1: $o$e"
}
unset NO_COLOR CLICOLOR_FORCE
export TERM=xterm
piped() { name=$1; shift; env "$@" -i -q -n <input >out 2>err || true; seen "$name"; }
piped auto $SGRAD                                                     # expect: auto: --
piped always $SGRAD --color=always                                    # expect: always: oe
piped never CLICOLOR_FORCE=1 $SGRAD --color=never                     # expect: never: --
piped forced CLICOLOR_FORCE=1 $SGRAD                                  # expect: forced: oe
piped force-0 CLICOLOR_FORCE=0 $SGRAD                                 # expect: force-0: --
piped both CLICOLOR_FORCE=1 NO_COLOR=1 $SGRAD                         # expect: both: --
piped empty CLICOLOR_FORCE= NO_COLOR= $SGRAD                          # expect: empty: --
piped always-anyway NO_COLOR=1 TERM=dumb $SGRAD --color=always        # expect: always-anyway: oe
