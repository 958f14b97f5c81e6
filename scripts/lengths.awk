# sgrad: how long files and functions are, in the layout that clang-format makes. Prints those that
# may hold more than one idea: files past 500 lines, functions past 60 that are no dispatch (mostly
# cases); fails when more than one function in ten passes forty.
function finish(    lines) {
  lines = FNR - start + 1
  count++
  lengths[lines]++
  if (lines > 40) over++
  if (lines > 60 && cases * 3 < lines) printf "  %s:%d: %d lines\n", FILENAME, start, lines
  start = 0
}
function finish_file() {
  if (last > 500) printf "  %s: %d lines\n", file, last
}
FNR == 1 { finish_file(); start = 0; head = ""; file = FILENAME }
{ last = FNR }
start == 0 && /^[A-Za-z_]/ { head = ""; first = FNR }
start == 0 { head = head $0 }
start == 0 && /;$/ { head = "" }
start == 0 && head ~ /\{.*\}$/ && head ~ /^[^={]*\(/ { start = first; cases = 0; finish(); head = "" }
start == 0 && head ~ /\{$/ { if (head ~ /^[^={]*\(/) { start = first; cases = 0 } head = "" }
start > 0 && /^ *(case|default|X|OP|DO)[ (:]/ { cases++ }
start > 0 && /^\}$/ { finish() }
END {
  finish_file()
  for (i = 1; count > 0 && seen < count / 2; i++) { seen += lengths[i]; median = i }
  printf "functions: %d, median %d lines, %.1f %% over forty\n", count, median, count ? 100 * over / count : 0
  exit over * 10 > count
}
