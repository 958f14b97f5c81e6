/* sgrad: the words of a command's line behind its expression: options, files, or parts of it. */
#include "repl/command/command.h"

#include <ctype.h>
#include <strings.h>

enum { WORD_SHOWN = 40 };

bool sg_argument_option(sg_argument word, sg_argument *name, sg_argument *value) {
  size_t bytes = 0;
  while (bytes < word.bytes &&
         (isalnum((unsigned char)word.start[bytes]) || word.start[bytes] == '_'))
    bytes++;
  bool option = bytes > 0 && bytes < word.bytes && word.start[bytes] == '=' &&
                (bytes + 1 == word.bytes || word.start[bytes + 1] != '=');
  if (!option) return false;
  *name = sg_argument_part(word, 0, bytes);
  *value = sg_argument_part(word, bytes + 1, word.bytes - bytes - 1);
  return true;
}

bool sg_argument_has_suffix(sg_argument word, const char *suffix) {
  size_t bytes = strlen(suffix);
  char quote = word.bytes > 1 ? word.start[0] : 0;
  if ((quote == '"' || quote == '\'') && word.start[word.bytes - 1] == quote) word.bytes--;
  return word.bytes > bytes && strncasecmp(word.start + word.bytes - bytes, suffix, bytes) == 0;
}

bool sg_argument_ends_operand(sg_argument text) {
  static const char *const operators[] = {"and", "or", "not", "in", "if", "elif", "no_grad"};
  sg_argument before = text, word;
  if (!sg_argument_last(&before, &word)) return false;
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
    if (sg_argument_is(word, operators[i])) return false;
  unsigned char last = (unsigned char)word.start[word.bytes - 1];
  return isalnum(last) || last >= 0x80 || strchr("_)]}\"'.", last) != NULL;
}

bool sg_argument_continues(sg_argument before, sg_argument word) {
  static const char *const words[] = {"and", "or", "not", "in", "if", "else", "elif"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (sg_argument_is(word, words[i])) return true;
  unsigned char first = (unsigned char)word.start[0];
  bool starts_operand = isalnum(first) || first == '_' || first >= 0x80;
  return !starts_operand || !sg_argument_ends_operand(before);
}

bool sg_argument_switch(sg_vm *vm, const char *name, sg_argument value, bool *on) {
  static const struct {
    const char *text;
    bool on;
  } words[] = {{"yes", true}, {"true", true}, {"no", false}, {"false", false}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!sg_argument_is(value, words[i].text)) continue;
    *on = words[i].on;
    return true;
  }
  return sg_vm_fail(vm, "%s is yes or no, not '%.*s'", name,
                    value.bytes < WORD_SHOWN ? (int)value.bytes : WORD_SHOWN, value.start);
}
