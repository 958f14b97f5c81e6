options=$(sed -n 's/^option	[^	]*	\([^	]*\)	.*/\1/p' build/tables.txt)
$SGRAD --help | grep -oE -- '--[a-z-]+' | sort >named
for option in $options; do echo "--$option"; done | sort | diff named -
for shell in bash/sgrad zsh/_sgrad fish/sgrad.fish; do
  for option in $options; do
    grep -qE -e "(--|-l )$option([^a-z-]|\$)" "build/share/completions/$shell" || echo "$shell: no --$option"
  done
  grep -n '@[a-z_]*@' "build/share/completions/$shell"
done
if command -v zsh >/dev/null; then zsh -n build/share/completions/zsh/_sgrad; fi
if command -v fish >/dev/null; then HOME=$PWD fish -n build/share/completions/fish/sgrad.fish; fi
library=/usr/share/bash-completion/bash_completion
if ! command -v bash >/dev/null || [ ! -f $library ]; then exit; fi

# What Tab offers in bash for a command line.
touch one.sg two.txt
cat >tab.bash <<'EOF'
. /usr/share/bash-completion/bash_completion
. build/share/completions/bash/sgrad
compopt() { :; }
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
tab() {
  COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
  read -r -a COMP_WORDS <<<"${1//=/ = }"
  [[ $1 == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
  _sgrad
  echo "${COMPREPLY[*]}"
}
[[ "$(tab 'sgrad --m')" == --max-memory= ]] || tab 'sgrad --m'
[[ "$(tab 'sgrad --color=a')" == 'auto always' ]] || tab 'sgrad --color=a'
[[ "$(tab 'sgrad --color n')" == never ]] || tab 'sgrad --color n'
[[ "$(tab 'sgrad --color never o')" == one.sg ]] || tab 'sgrad --color never o'
[[ "$(tab 'sgrad -e 1 tw')" == '' ]] || tab 'sgrad -e 1 tw'
[[ "$(tab 'sgrad one.sg --c')" == '' ]] || tab 'sgrad one.sg --c'
[[ "$(tab 'sgrad one.sg tw')" == two.txt ]] || tab 'sgrad one.sg tw'
EOF
bash --norc tab.bash
