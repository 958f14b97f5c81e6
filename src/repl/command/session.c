/* sgrad: the commands about the session itself: :history :reset :set. */
#include "repl/session.h"
#include "repl/command/command.h"
#include "repl/line/lineedit.h"
#include "repl/settings.h"

#include <stdlib.h>

enum { WORD_SIZE = 256, NAME_COLUMNS = 8, VALUE_COLUMNS = 8 };

/* --- :set */

static void add_setting(const sg_commands *commands, sg_buffer *out, const sg_setting *row) {
  uint32_t start = out->count;
  sg_buffer_printf(out, "%-*s", NAME_COLUMNS, row->name);
  row->get(commands, out);
  uint32_t used = out->count - start;
  sg_buffer_pad(out, ' ',
                used < NAME_COLUMNS + VALUE_COLUMNS ? NAME_COLUMNS + VALUE_COLUMNS - used : 1);
  sg_buffer_printf(out, "%s\n", row->doc);
}

static bool show_settings(const sg_commands *commands, sg_vm *vm, const sg_setting *only) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  for (const sg_setting *row = sg_settings_table(); row->name != NULL; row++)
    if (only == NULL || row == only) add_setting(commands, &text, row);
  return sg_command_print(vm, &text);
}

static const char *next_name(void *context) {
  const sg_setting **row = context;
  return (*row)->name == NULL ? NULL : (*row)++->name;
}

static bool fail_unknown(sg_vm *vm, const char *name) {
  const sg_setting *rows = sg_settings_table();
  const char *near = sg_nearest_name(name, next_name, &rows);
  sg_vm_fail(vm, "there is no setting '%s'", name);
  return near != NULL ? sg_vm_note(vm, "did you mean '%s'?", near)
                      : sg_vm_note(vm, "':set' alone shows the settings");
}

/* Copies a word, cut when it is too long to be any setting's. */
static void copy_word(char out[WORD_SIZE], sg_argument word) {
  size_t bytes = word.bytes < WORD_SIZE ? word.bytes : WORD_SIZE - 1;
  memcpy(out, word.start, bytes);
  out[bytes] = '\0';
}

bool sg_command_set(sg_commands *commands, sg_vm *vm, const char *rest) {
  sg_argument line = sg_argument_whole(rest);
  char text[WORD_SIZE], *value = text;
  if (line.bytes == 0) return show_settings(commands, vm, NULL);
  copy_word(text, line);
  size_t name = strcspn(text, " \t=");
  value += name;
  value += strspn(value, " \t");
  if (*value == '=') value++;
  value += strspn(value, " \t");
  bool shows = *value == '\0' && strchr(text, '=') == NULL;
  text[name] = '\0';
  const sg_setting *row = sg_settings_find(text);
  if (row == NULL) return fail_unknown(vm, text);
  if (shows) return show_settings(commands, vm, row);
  return row->set(commands, value) ||
         sg_vm_fail(vm, "'%s' must be %s, not '%s'", row->name, row->values, value);
}

/* --- :reset */

static bool fail_alone(sg_vm *vm, const char *command) {
  return sg_vm_fail(vm, "':%s' has a meaning in a session only", command);
}

bool sg_command_reset(sg_commands *commands, sg_vm *vm, const char *rest) {
  if (sg_argument_whole(rest).bytes > 0) return sg_vm_fail(vm, "':reset' takes no arguments");
  if (commands->session == NULL) return fail_alone(vm, "reset");
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  const char *init;
  uint32_t count;
  if (!sg_session_reset(commands->session, &count, &init)) return false;
  sg_buffer_printf(&text, "forgot %u variable%s", count, count == 1 ? "" : "s");
  if (init != NULL) sg_buffer_printf(&text, ", and ran %s again", init);
  sg_buffer_putc(&text, '\n');
  if (commands->prompt && !commands->session->resetting) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return true;
}

/* --- :history */

enum { ENTRIES_SHOWN = 20, INDENT = 7 };

/* "   12  text", further lines under the first. */
static void add_entry(sg_buffer *out, size_t number, const char *text) {
  sg_buffer_printf(out, "%*zu  ", INDENT - 2, number);
  for (;;) {
    size_t bytes = strcspn(text, "\n");
    sg_buffer_escape(out, text, bytes, 0);
    sg_buffer_putc(out, '\n');
    text += bytes;
    if (*text == '\0') return;
    text++;
    sg_buffer_pad(out, ' ', INDENT);
  }
}

/* A whole number, how many of the last entries; false: it is a text to look for. */
static bool read_count(const char *word, size_t *count) {
  *count = ENTRIES_SHOWN;
  if (*word == '\0') return true;
  if (word[strspn(word, "0123456789")] != '\0') return false;
  *count = strtoul(word, NULL, 10);
  return true;
}

bool sg_command_history(sg_commands *commands, sg_vm *vm, const char *rest) {
  char word[WORD_SIZE];
  copy_word(word, sg_argument_unquoted(sg_argument_whole(rest)));
  size_t entries = commands->edit != NULL ? sg_lineedit_count(commands->edit) : 0, wanted;
  if (commands->edit == NULL || !commands->edit->editing)
    return sg_vm_fail(vm, "there is no history: no lines are edited here");
  bool counts = read_count(word, &wanted);
  if (wanted == 0) return sg_vm_fail(vm, "':history' lists 1 entry or more, not 0");
  if (entries > 0) entries--; /* this command itself */
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  for (size_t i = counts && entries > wanted ? entries - wanted : 0; i < entries; i++) {
    const char *entry = sg_lineedit_entry(commands->edit, i);
    if (counts || strstr(entry, word) != NULL) add_entry(&text, i + 1, entry);
  }
  if (text.count == 0 && !text.failed)
    sg_buffer_puts(&text, counts ? "no entries yet\n" : "no entry contains that\n");
  return sg_command_print(vm, &text);
}
