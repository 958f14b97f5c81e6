# sgrad: fills templates from the tables that scripts/tables.c prints. Used with a second program that says what the
# markers stand for:
#   awk -f scripts/fill.awk -f scripts/man.awk TABLES [LIST] TEMPLATE
# In the template @name@ and @name:argument@ are replaced by expand(name, argument), which may be several lines. A line
# that is a marker alone, and stands for nothing, goes away. An unknown marker is an error: expand calls fail().
BEGIN { FS = "\t" }
FNR == 1 { part++ }
part == 1 { add_row(); next }
part < ARGC - 1 { list[++lines] = $0; next }
{ fill($0) }
END { exit failed }

# Rows of table T: count[T], and cell[T, i, column], i from 1. Lines of LIST: list[1 ... lines].
function add_row(    table, i, column) {
  table = $1
  i = ++count[table]
  for (column = 2; column <= NF; column++) cell[table, i, column - 1] = $column
}

function fill(line,    start, end, text, out, alone) {
  alone = line ~ /^[ \t]*@[a-z_]+(:[a-z_]+)?@$/
  out = ""
  while (match(line, /@[a-z_]+(:[a-z_]+)?@/)) {
    start = RSTART
    end = RSTART + RLENGTH
    text = expand_marker(substr(line, start + 1, end - start - 2))
    if (alone && text == "") return
    out = out substr(line, 1, start - 1) text
    line = substr(line, end)
  }
  print out line
}

function expand_marker(marker,    colon) {
  if (marker == "version") return cell["version", 1, 1]
  colon = index(marker, ":")
  return colon ? expand(substr(marker, 1, colon - 1), substr(marker, colon + 1)) : expand(marker, "")
}

function fail(message) {
  print "sgrad: " FILENAME ":" FNR ": " message | "cat >&2"
  failed = 1
  return ""
}

# The text with `before` put before each of the characters.
function guard(text, characters, before,    i, c, out) {
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    out = out (index(characters, c) ? before : "") c
  }
  return out
}

function join(items, text, between) { return items == "" ? text : items between text }
