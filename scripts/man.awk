# sgrad: the parts of the man page that come from tables. See scripts/fill.awk.
function expand(name, argument) {
  if (name == "date") return find_date()
  if (name == "place") return ENVIRON[argument]
  if (name == "options") return list_options()
  if (name == "commands") return list_commands()
  if (name == "settings") return list_settings()
  if (name == "functions") return list_names("function")
  return fail("unknown marker " name)
}

# The date of the newest entry of the changelog, as 2026-11-21.
function find_date(    i, n, word) {
  for (i = 1; i <= lines; i++) {
    if (list[i] !~ /^ -- /) continue
    n = split(list[i], word, " ")
    return sprintf("%d-%02d-%02d", word[n - 2], (index("JanFebMarAprMayJunJulAugSepOctNovDec", word[n - 3]) + 2) / 3, word[n - 4])
  }
  return fail("no date in the changelog")
}

# Text that groff and mandoc show as it is.
function quote(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  gsub(/'/, "\\(aq", text)
  gsub(/\^/, "\\(ha", text)
  gsub(/~/, "\\(ti", text)
  gsub(/`/, "\\(ga", text)
  return text ~ /^[.]/ ? "\\&" text : text
}

function list_options(    i, letter, name, argument, out) {
  for (i = 1; i <= count["option"]; i++) {
    letter = cell["option", i, 1]
    name = quote(cell["option", i, 2])
    argument = cell["option", i, 3]
    out = join(out, ".TP\n", "\n") (letter == "" ? "" : "\\fB\\-" letter "\\fR, ") "\\fB\\-\\-" name "\\fR"
    if (argument != "") out = out "=\\fI" quote(argument) "\\fR"
    out = out "\n" sentence(cell["option", i, 5])
  }
  return out
}

function list_commands(    i, arguments, out) {
  for (i = 1; i <= count["command"]; i++) {
    arguments = cell["command", i, 2]
    out = join(out, ".TP\n", "\n") "\\fB:" quote(cell["command", i, 1]) "\\fR"
    if (arguments != "") out = out " " mark_arguments(arguments)
    out = out "\n" sentence(cell["command", i, 3])
  }
  return out
}

function list_settings(    i, out) {
  if (!count["setting"]) return ""
  out = ".SS Settings\n.BI \":set \" \"NAME VALUE\"\nchanges how the prompt behaves."
  for (i = 1; i <= count["setting"]; i++)
    out = out "\n.TP\n.B " quote(cell["setting", i, 1]) "\n" sentence(cell["setting", i, 3] ": " cell["setting", i, 2])
  return out
}

# In "y [FILE.dot] [rankdir=LR]", words are replaceable, punctuation stands for itself.
function mark_arguments(text,    out) {
  while (match(text, /[A-Za-z_.=]+/)) {
    out = out quote(substr(text, 1, RSTART - 1)) "\\fI" quote(substr(text, RSTART, RLENGTH)) "\\fR"
    text = substr(text, RSTART + RLENGTH)
  }
  return out quote(text)
}

# A doc string as a sentence: with a capital letter and a final period.
function sentence(text) {
  text = toupper(substr(text, 1, 1)) substr(text, 2)
  return quote(text) (text ~ /[.!?]$/ ? "" : ".")
}

function list_names(table,    i, out) {
  for (i = 1; i <= count[table]; i++) out = join(out, quote(cell[table, i, 1]), ",\n")
  return out
}
