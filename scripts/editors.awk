# sgrad: words, patterns and classes as Vim, Emacs, nano and TextMate write them. See scripts/fill.awk, grammar/words.
#   @words:EDITOR@     rules for all keywords, builtins, constants and commands
#   @group:CLASS@      the class's name in Vim, @face:CLASS@ Emacs, @color:CLASS@ nano, @scope:CLASS@ TextMate
#   @vim:CLASS@        the class's pattern between slashes; as a string @emacs:CLASS@, @nano:CLASS@, @textmate:CLASS@
function expand(name, argument) {
  if (!read) read_list()
  if (name == "words") return list_words(argument)
  if (name == "links") return list_links()
  if (name == "cluster") return list_cluster()
  if (name in columns) return name_of(columns[name], argument)
  if (name in dialect) return find_pattern(name, argument)
  return fail("unknown marker " name)
}

# --- grammar/words

function read_list(    i, n, field) {
  read = 1
  columns["group"] = 3; columns["face"] = 4; columns["color"] = 5; columns["scope"] = 6
  dialect["vim"]; dialect["emacs"]; dialect["nano"]; dialect["textmate"]
  for (i = 1; i <= lines; i++) {
    n = split(list[i], field, " ")
    if (n == 0 || field[1] ~ /^#/) continue
    if (field[1] == "class" && n == 6) add_class(field)
    else if (field[1] == "words" && field[2] in class) add_words(field, n)
    else if (field[1] == "pattern" && field[2] in class) pattern[field[2]] = rest_after(list[i], field[2])
    else fail("grammar/words: not understood: " list[i])
  }
  add_tables()
}

function rest_after(line, word) {
  line = substr(line, index(line, " " word " ") + length(word) + 1)
  sub(/^ +/, "", line)
  return line
}

function add_class(field,    i) {
  order[++classes] = field[2]
  for (i = 3; i <= 6; i++) class[field[2], i] = field[i]
  class[field[2]] = 1
}

function name_of(column, name) {
  return (name, column) in class ? class[name, column] : fail("unknown class " name)
}

function add_words(field, n,    i) {
  for (i = 3; i <= n; i++) class_of[field[i]] = field[2]
}

# Words by class, blanks between them: words[class].
function add_tables(    i, word, first) {
  for (i = 1; i <= count["keyword"]; i++) {
    word = cell["keyword", i, 1]
    first = cell["keyword", i, 2]
    known[first] = 1
    add_word(first in class_of ? class_of[first] : "keyword", word)
  }
  for (word in class_of) if (!(word in known)) fail("grammar/words: no keyword of sgrad: " word)
  for (i = 1; i <= count["constant"]; i++) add_word("constant", cell["constant", i, 1])
  for (i = 1; i <= count["function"]; i++) add_word("function", cell["function", i, 1])
}

function add_word(name, word) { words[name] = join(words[name], word, " ") }

# --- Words

function list_words(editor,    i, name, out) {
  for (i = 1; i <= classes; i++) {
    name = order[i]
    if (name in words) out = join(out, words_rule(editor, name, words[name]), editor == "textmate" ? ",\n" : "\n")
  }
  return out
}

function words_rule(editor, name, text) {
  if (editor == "vim") return "syntax keyword " group(name) " " text
  if (editor == "emacs") return "    (,(regexp-opt '(" quote_each(text) ") 'symbols) 0 font-lock-" class[name, 4] "-face)"
  gsub(/ /, "|", text)
  if (editor == "nano") return "color " class[name, 5] " \"\\<(" text ")\\>\""
  return "        {\"name\": \"" class[name, 6] "\", \"match\": \"" guard("\\b(?:" text ")\\b", "\\", "\\") "\"}"
}

function quote_each(text) {
  gsub(/ /, "\" \"", text)
  return "\"" text "\""
}

function group(name) { return "sgrad" toupper(substr(name, 1, 1)) substr(name, 2) }

function list_links(    i, out) {
  for (i = 1; i <= classes; i++)
    out = join(out, "highlight default link " group(order[i]) " " class[order[i], 3], "\n")
  return out
}

# The Vim groups that may stand in an expression: all that are words, and patterns but escape and command.
function list_cluster(    i, name, out) {
  for (i = 1; i <= classes; i++) {
    name = order[i]
    if (name in words || (name in pattern && name != "escape" && name != "command")) out = join(out, group(name), ",")
  }
  return out
}

# --- Patterns

function find_pattern(editor, name,    text) {
  if (!(name in pattern)) return fail("no pattern for " name)
  text = translate(editor, pattern[name])
  if (editor == "vim") return "/" guard(text, "/", "\\") "/"
  return editor == "nano" ? "\"" text "\"" : "\"" guard(text, "\"\\", "\\") "\""
}


# From the dialect of grammar/words into an editor's.
function translate(editor, text,    out, piece) {
  while (text != "") {
    piece = take_piece(text)
    text = substr(text, length(piece) + 1)
    if (substr(piece, 1, 3) == "(?!") out = look_ahead(editor, out, piece)
    else out = out translate_piece(editor, piece)
  }
  return (editor == "vim" ? "\\v" : "") out
}

# The bracket expression, escape, look-ahead or character at the beginning.
function take_piece(text,    i) {
  if (substr(text, 1, 3) == "(?!") return text
  if (text ~ /^\\/) return substr(text, 1, 2)
  if (text !~ /^\[/) return substr(text, 1, 1)
  i = substr(text, 2, 1) == "^" ? 4 : 3
  while (i <= length(text) && substr(text, i, 1) != "]") {
    if (substr(text, i, 2) == "[:") i += index(substr(text, i), ":]")
    i++
  }
  return substr(text, 1, i)
}

# Emacs and nano cannot look ahead.
function look_ahead(editor, before, piece,    inner) {
  if (editor == "emacs" || editor == "nano") return before
  inner = substr(piece, 4, length(piece) - 4)
  return before (editor == "vim" ? "(" translate_piece(editor, inner) ")@!" : "(?!" inner ")")
}

function translate_piece(editor, piece) {
  if (piece ~ /^\[/) return piece
  if (piece == "\\<" || piece == "\\>" || piece == "\\w") return special(editor, substr(piece, 2))
  if (editor == "vim") return piece == "(" ? "%(" : piece ~ /^[=@%&<>~{}]$/ ? "\\" piece : piece
  if (editor != "emacs") return piece
  if (piece == "(") return "\\(?:"
  if (piece ~ /^[)|]$/) return "\\" piece
  return piece ~ /^\\[(){}|\/"]$/ ? substr(piece, 2) : piece
}

function special(editor, what) {
  if (editor == "vim") return what == "w" ? "\\k" : what
  if (editor == "emacs") return what == "w" ? "\\(?:\\sw\\|\\s_\\)" : "\\_" what
  if (editor == "nano") return "\\" what
  return what == "w" ? "[\\p{L}\\p{M}\\p{N}_]" : "\\b"
}
