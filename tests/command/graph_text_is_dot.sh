# Graphviz reads every DOT text of the tests without a complaint.
command -v dot >/dev/null || { echo 1; exit 0; } # scripts/check installs it
grep -l '^:graph' "$SGRAD_ROOT"/tests/golden/*.sg | while read -r script; do
  $SGRAD "$script" 2>&1 </dev/null | dot -Tcanon 2>&1 >/dev/null | sed "s|^|$script: |"
  $SGRAD "$script" 2>&1 </dev/null | dot -Tsvg 2>&1 >/dev/null | sed "s|^|$script: |"
done
# Any code point and any odd byte as a name.
cat >p.sg <<'END'
chars = ["\\", "\\N", "\\\\", "&", "&amp;", "&#65;", "<", ">", "<b>", "</b>", "<!--", "-->", "]]>", "\"", "'", "{", "}",
  "|", "\0", "\n", "\r", "\t", "\x7f", "\x85", " ", "  ", "\u{a0}", "\u{ad}", "\u{200b}", "\u{202e}", "\u{2028}",
  "\u{fffe}", "\u{ffff}", "\u{e000}", "\u{10ffff}", "\u{301}", "שלום", "中文", "😀", "%s", "\\G\\E\\T\\H\\L\\l\\r"]
xs = [leaf(k) for k in range(len(chars))]
for x, c in zip(xs, chars) { x.label = c }
y = sum(xs)
:graph y compact p.dot
for x, c in zip(xs, chars) { x.label = c * 100 }
:graph y q.dot
END
$SGRAD p.sg || exit 1
dot -Tcanon p.dot 2>&1 >/dev/null
dot -Tsvg p.dot 2>&1 >p.svg
dot -Tsvg q.dot 2>&1 >/dev/null
grep -c '<b>\|∖N</text>' p.svg            # expect: 1
