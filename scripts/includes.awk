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
  # Folders of one floor: these of the others there. What lies in the floor itself is open to all of
  # them, and they to it.
  allow("builtins/nn", "builtins/data")
  allow("repl/command", "repl/help repl/line")
  allow("repl/assist", "repl/command repl/help repl/line")
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
# The folder within that floor, or "".
function folder_of(path) {
  return path ~ /\/.*\// && sub(/\/[^\/]*$/, "", path) ? path : ""
}
function may_include(from, target,    inner, outer) {
  if (floor_of(from) != floor_of(target)) return (floor_of(from), floor_of(target)) in may
  inner = folder_of(from)
  outer = folder_of(target)
  return inner == "" || outer == "" || inner == outer || (inner, outer) in may
}
/^#include "/ {
  target = $2
  gsub(/"/, "", target)
  if (target == "config.h") next
  from = FILENAME
  sub(/^src\//, "", from)
  if (!may_include(from, target)) {
    printf "  %s:%d: includes %s\n", FILENAME, FNR, target
    bad = 1
  }
}
END { exit bad }
