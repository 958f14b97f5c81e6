/* sgrad: :help. */
#include "repl/help/help.h"
#include "repl/command/command.h"
#include "repl/console.h"

#include <string.h>

enum { WIDEST = 99 /* columns: longer lines are hard to read */ };

/* The name without blanks within or quotes around it; false: it is too long. */
static bool read_name(sg_argument text, char name[SG_HELP_NAME_SIZE]) {
  char quote = text.bytes > 2 ? text.start[0] : '\0';
  if ((quote == '"' || quote == '\'') && text.start[text.bytes - 1] == quote)
    text = sg_argument_part(text, 1, text.bytes - 2);
  if (text.bytes >= SG_HELP_NAME_SIZE) return false;
  memcpy(name, text.start, text.bytes);
  name[text.bytes] = '\0';
  return true;
}

static bool fill(sg_vm *vm, const sg_page *page, const char *name) {
  bool found = true;
  if (name[0] == '\0')
    sg_help_front(page);
  else if (strcmp(name, "topics") == 0)
    sg_help_topics(page);
  else if (!sg_help_explain(vm, page, name, &found))
    return false;
  if (page->out->failed) return sg_vm_fail_memory(vm);
  return found || sg_help_fail(vm, name);
}

bool sg_command_help(sg_commands *commands, sg_vm *vm, const char *rest) {
  char name[SG_HELP_NAME_SIZE];
  sg_argument word = {rest + strspn(rest, " \t"), 0, 0};
  word.bytes = strlen(word.start);
  if (word.start[0] != '#') word = sg_argument_whole(rest);
  if (!read_name(word, name)) return sg_vm_fail(vm, "':help' takes one name");
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  size_t columns = sg_console_columns() - 1;
  sg_page page = {&text, columns < WIDEST ? columns : WIDEST, commands->color};
  if (fill(vm, &page, name)) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}
