# A legend that is too wide for a picture goes on in the next line, with a line as each curve's key.
$SGRAD -e 'r = {}
for k in range(12) { r[f"a curve of number {k}"] = [k, 1] }
:plot r many.svg'
grep -c '>a curve of number [0-9]*<' many.svg     # expect: 12
sed -n 's/.* y="\([0-9.]*\)".*>a curve of number [0-9]*<.*/\1/p' many.svg | sort -u | wc -l | tr -d ' '  # expect: 4
if command -v xmllint >/dev/null; then xmllint --noout many.svg; fi
