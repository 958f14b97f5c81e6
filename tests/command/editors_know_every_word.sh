# Keywords, constants and builtins, of the program's tables, in each editor's syntax; the operators fit its pattern.
editors=build/share/editors
sed -n 's/^\(keyword\|constant\|function\)	\([^	]*\).*/\2/p' build/tables.txt >words
grep -c . words | awk '$1 < 100'
for file in vim/syntax/sgrad.vim emacs/sgrad-mode.el nano/sgrad.nanorc vscode/syntaxes/sgrad.tmLanguage.json; do
  grep -oE '[A-Za-z_][A-Za-z_0-9]*' $editors/$file | sort -u >known
  sort -u words | comm -23 - known | sed "s|^|$file: no |"
  grep -n '@[a-z]*:[a-z]*@' $editors/$file
done
pattern=$(sed -n 's/^pattern operator *//p' "$SGRAD_ROOT/grammar/words")
sed -n 's/^operator	//p' build/tables.txt | grep -vxE '[][(){},;.:]' | grep -vxE -e "$pattern"
# The fields of grammar/words are those of a number.
for field in $(sed -n 's/^pattern field .*(\(.*\))\\>.*/\1/p' "$SGRAD_ROOT/grammar/words" | tr '|' ' '); do
  $SGRAD -e "x = 1; x.$field"
done
if command -v python3 >/dev/null; then
  find $editors/vscode -name '*.json' | while read -r file; do python3 -m json.tool "$file" >/dev/null || echo "$file"; done
fi
# A word that is no keyword is refused.
{ cat "$SGRAD_ROOT/grammar/words"; echo 'words repeat loop'; } >list
awk -f "$SGRAD_ROOT/scripts/fill.awk" -f "$SGRAD_ROOT/scripts/editors.awk" build/tables.txt list \
  "$SGRAD_ROOT/grammar/editors/nano/sgrad.nanorc.in" 2>&1 >/dev/null | grep -o 'no keyword of sgrad: loop' # expect: no keyword of sgrad: loop
# The editors that are here take their files.
if command -v vim >/dev/null; then
  cat >colours.vim <<'EOF'
set nocompatible encoding=utf-8
set runtimepath^=build/share/editors/vim
filetype plugin indent on
syntax on
edit sample.sg
let s:groups = []
for s:place in [[1, 1], [2, 1], [2, 6], [2, 13], [2, 15], [2, 19], [2, 20], [3, 7], [3, 9], [3, 11]]
  call add(s:groups, synIDattr(synID(s:place[0], s:place[1], 1), 'name'))
endfor
call writefile(s:groups, 'groups')
quitall!
EOF
  printf '# a comment\nif y.relu() > 2 { "\\n" }\nprint(f"{x:.4f}")\n' >sample.sg
  vim -es -u NONE -S colours.vim </dev/null
  printf 'sgrad%s\n' Comment Conditional Function Operator Number String Escape FString Delimiter Format | diff - groups
fi
