# sgrad: an include may only point downward. Prints those that do not.
# "a: b c" below: files of folder a may include those of b, c and of a itself.
BEGIN {
  allow("base", "")
  allow("graph", "base")
  allow("nn", "graph base")
  allow("syntax", "base")
  allow("runtime", "syntax graph base")
  allow("view", "runtime syntax nn graph base")
  allow("builtins", "view runtime syntax nn graph base")
  allow("sgrad", "builtins view runtime syntax nn graph base")
  allow("repl", "sgrad builtins view runtime syntax nn graph base")
  allow("main", "repl sgrad builtins view runtime syntax nn graph base")
}
function allow(folder, below,    names, n, i) {
  may[folder, folder] = 1
  n = split(below, names, " ")
  for (i = 1; i <= n; i++) may[folder, names[i]] = 1
}
# The floor of a file: its folder, or for those of src itself sgrad or main.
function floor_of(path,    parts, n) {
  n = split(path, parts, "/")
  if (n > 1) return parts[1]
  return path ~ /^sgrad\./ ? "sgrad" : "main"
}
/^#include "/ {
  target = $2
  gsub(/"/, "", target)
  if (target == "config.h") next
  from = FILENAME
  sub(/^src\//, "", from)
  if (!((floor_of(from), floor_of(target)) in may)) {
    printf "  %s:%d: includes %s\n", FILENAME, FNR, target
    bad = 1
  }
}
END { exit bad }
