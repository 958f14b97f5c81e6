# sgrad: the options as bash, zsh and fish want them. See scripts/fill.awk.
function expand(name, argument) {
  if (name == "bash_options") return list_bash()
  if (name == "bash_words") return list_bash_words()
  if (name == "bash_free") return list_taking(" | ", 0)
  if (name == "bash_taking") return list_taking(" | ", 1)
  if (name == "zsh_options") return list_zsh()
  if (name == "fish_options") return list_fish()
  if (name == "fish_taking") return list_taking(" ", 1)
  return fail("unknown marker " name)
}

function letter(i) { return cell["option", i, 1] }
function long(i) { return cell["option", i, 2] }
function argument_of(i) { return cell["option", i, 3] }
function words(i) { return cell["option", i, 4] }
function doc(i) { return cell["option", i, 5] }

# Inside single quotes of a shell, of fish too.
function quote(text) {
  gsub(/'/, "'\\''", text)
  return text
}

# Every option, long ones with an argument ending in "=".
function list_bash(    i, out) {
  for (i = 1; i <= count["option"]; i++) {
    if (letter(i) != "") out = join(out, "-" letter(i), " ")
    out = join(out, "--" long(i) (argument_of(i) == "" ? "" : "="), " ")
  }
  return out
}

function pattern_of(i) { return (letter(i) == "" ? "" : "-" letter(i) " | ") "--" long(i) }

# "    --color) choices='auto always never' ;;"
function list_bash_words(    i, out) {
  for (i = 1; i <= count["option"]; i++)
    if (words(i) != "") out = join(out, "    " (letter(i) == "" ? "" : "-" letter(i) " | ") "--" long(i) ") choices='" words(i) "' ;;", "\n")
  return out
}

# The options that take an argument; not `all`: one that is free.
function list_taking(between, all,    i, out) {
  for (i = 1; i <= count["option"]; i++)
    if (argument_of(i) != "" && (all || words(i) == ""))
      out = join(out, (letter(i) == "" ? "" : "-" letter(i) between) "--" long(i), between)
  return out
}

# '(-e --eval)'{-e+,--eval=}'[doc]:CODE: ' for _arguments: an argument may be given again.
function list_zsh(    i, takes, names, rest, out) {
  for (i = 1; i <= count["option"]; i++) {
    takes = argument_of(i) != ""
    names = letter(i) == "" ? "--" long(i) (takes ? "=" : "") : \
      "{-" letter(i) (takes ? "+" : "") ",--" long(i) (takes ? "=" : "") "}"
    rest = "'[" quote(guard(doc(i), "[]\\", "\\")) "]"
    if (takes) rest = rest ":" argument_of(i) ":" (words(i) == "" ? " " : "(" words(i) ")")
    out = join(out, "  " (takes ? "'*'" : letter(i) == "" ? "" : "'(-" letter(i) " --" long(i) ")'") names rest "'", " \\\n")
  }
  return out " \\"
}

function list_fish(    i, out) {
  for (i = 1; i <= count["option"]; i++)
    out = join(out, "complete -c sgrad -n __sgrad_before_file" (letter(i) == "" ? "" : " -s " letter(i)) " -l " long(i) \
      (argument_of(i) == "" ? "" : words(i) == "" ? " -x" : " -x -a '" words(i) "'") " -d '" quote(doc(i)) "'", "\n")
  return out
}
