# What is not there (man, groff, mandoc) is not asked.
page=build/share/sgrad.1
if command -v man >/dev/null; then man --warnings -l $page 2>&1 >/dev/null; fi
if command -v groff >/dev/null; then groff -ww -man -Tutf8 $page 2>&1 >/dev/null; fi
if command -v mandoc >/dev/null; then mandoc -Tlint -Wwarning $page; fi
for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'THE PROMPT' SIGNALS ENVIRONMENT FILES 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
  grep -qx ".SH $section" $page || echo "no section $section"
done
grep -n '@' $page
# Every option and command of the program's own help is there.
plain() { sed 's/\\f[BIR]//g; s/\\-/-/g; s/\\(aq/'"'"'/g; s/\\&//g' $page; }
plain >page.txt
$SGRAD --help | sed -n 's/^ *\(-[^ ].*[^ ]\)  .*/\1/p' | while read -r option; do
  grep -qxF -e "$option" page.txt || echo "no $option"
done
cut -f1,2 build/tables.txt | sed -n 's/^command	/:/p' | while read -r command; do
  grep -qE -e "^$command( |\$)" page.txt || echo "no $command"
done
# Its session shows what the program says; pictures are Graphviz's.
sed -n '/^\.B \$ sgrad$/,/^\.fi$/p' $page | sed '1d;$d;/:graph/d' >session
sed -n 's/^\.B > //p' session | $SGRAD -i -q -n | sed 's/^\(> \)*//' | grep . >said
grep -v '^\.B' session | diff - said
