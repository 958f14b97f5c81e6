# In a UTF-8 terminal: braille, half blocks, colours; in a pipe no escape byte unless told.
unset NO_COLOR CLICOLOR_FORCE COLORTERM
cat >p.sg <<'CODE'
:plot [[k**2 for k in range(9)], [40 - k for k in range(9)]]
f(x) = x[0] - x[1]
:boundary f [[0, 1], [1, 0], [2, 1], [1, 3]] [-1, 1, 1, -1]
CODE
export TERM=xterm
look() {
  found=
  for byte in "$(printf '\033')" "$(printf '38;5;')" '⣀' '▀' '░' '●'; do
    grep -q -e "$byte" seen && found="$found yes" || found="$found no"
  done
  echo "$1:$found"
}
$SGRAD p.sg >seen
look pipe                           # expect: pipe: no no yes no yes yes
LC_ALL=C $SGRAD p.sg >seen
look C                              # expect: C: no no no no no no
LC_ALL=C TERM=dumb $SGRAD --color=always p.sg >seen
look ascii                          # expect: ascii: yes no no no no no
$SGRAD --color=always p.sg >seen
look basic                          # expect: basic: yes no yes yes no yes
TERM=xterm-256color $SGRAD --color=always p.sg >seen
look 256                            # expect: 256: yes yes yes yes no yes
COLORTERM=truecolor $SGRAD --color=always p.sg >seen
look COLORTERM                      # expect: COLORTERM: yes yes yes yes no yes
CLICOLOR_FORCE=1 $SGRAD p.sg >seen
look forced                         # expect: forced: yes no yes yes no yes
# No line is wider than a screen.
TERM=dumb $SGRAD p.sg | awk 'length > 80'
# A number between gaps is a mark, which is seen where a single dot is not.
echo ':plot [1, nan, 3]' >q.sg
$SGRAD q.sg | grep -c '●'          # expect: 2
