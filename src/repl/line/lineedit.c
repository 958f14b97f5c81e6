/* sgrad: a line from the person at the keyboard. */
#include "repl/line/lineedit.h"

#include "base/error.h"
#include "config.h"
#include "repl/line/parts.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

static const char blanks[] = " \t\r\n";

#ifndef HAVE_READLINE

static bool open_editor(sg_lineedit *edit) {
  (void)edit;
  return false;
}

static void close_editor(void) {}

static sg_line read_edited(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  (void)edit;
  (void)prompt;
  (void)line;
  return SG_LINE_END;
}

static void add_entry(void *edit, const char *entry) {
  (void)edit;
  (void)entry;
}

static int get_columns(void) { return 0; }
static size_t count_entries(void) { return 0; }

static const char *get_entry(size_t index) {
  (void)index;
  return "";
}

#else

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { RESERVE = 1 << 18 };

/* Readline is one for the whole process and its callbacks carry no context: these are its. */
static sg_lineedit *current; /* whose line is being read */
static void *reserve;        /* memory for the rest of a line when there is no more */

/* --- Readline's allocator, whose own version leaves the process when there is no more. It mixes
 * xfree with free, so these must be the C library's blocks. */

void *xmalloc(size_t size);
void *xrealloc(void *block, size_t size);
void xfree(void *block);

static bool spend_reserve(void) {
  if (reserve == NULL) return false;
  free(reserve);
  reserve = NULL;
  if (current != NULL) current->dropped = true;
  return true;
}

void *xmalloc(size_t size) {
  void *block = malloc(size);
  if (block == NULL && spend_reserve()) block = malloc(size);
  if (block == NULL) abort();
  return block;
}

void *xrealloc(void *block, size_t size) {
  void *moved = realloc(block, size);
  if (moved == NULL && spend_reserve()) moved = realloc(block, size);
  if (moved == NULL) abort();
  return moved;
}

void xfree(void *block) { free(block); }

/* --- The editor. */

/* Programs are UTF-8, also where the locale knows less. Readline goes by the environment, anew for
 * each line. */
static void choose_encoding(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return;
  setenv("LC_ALL", "C.UTF-8", 1);
  setlocale(LC_CTYPE, "");
}

static bool open_editor(sg_lineedit *edit) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return false;
  rl_readline_name = "sgrad";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  rl_getc_function = sg_lineedit_get_key;
  rl_input_available_hook = sg_lineedit_await_key;
  using_history();
  stifle_history(SG_HISTORY_ENTRIES);
  choose_encoding();
  rl_initialize();
  sg_lineedit_bind_drop();
  sg_lineedit_bind_block(edit);
  return true;
}

static void close_editor(void) {
  clear_history();
  free(reserve);
  reserve = NULL;
}

/* Since 8.1 Readline itself goes to a new line at the end of the input, where it has asked the
 * terminal to bracket pastes. */
static bool has_ended_line(void) {
  const char *brackets = rl_variable_value("enable-bracketed-paste");
  return RL_READLINE_VERSION >= 0x0801 && brackets != NULL && strcmp(brackets, "on") == 0;
}

static sg_line read_edited(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  if (reserve == NULL) reserve = malloc(RESERVE);
  sg_console_flush(edit->console);
  if (edit->console->midline) sg_console_write(edit->console, "\n", 1);
  if (!sg_lineedit_begin_keys(edit)) return SG_LINE_NO_MEMORY;
  rl_reset_screen_size();
  current = edit;
  char *text = readline(prompt);
  current = NULL;
  sg_lineedit_end_keys(edit);
  bool lost = edit->dropped && reserve == NULL;
  bool ended = text == NULL || edit->ended;
  if (!ended && !edit->dropped) sg_buffer_puts(line, text);
  free(text);
  if (ended && !edit->dropped && !has_ended_line()) sg_console_write(edit->console, "\n", 1);
  if (lost || line->failed) return SG_LINE_NO_MEMORY;
  return edit->dropped ? SG_LINE_DROPPED : ended ? SG_LINE_END : SG_LINE_READ;
}

static void add_entry(void *edit, const char *entry) {
  (void)edit;
  if (*entry != '\0') add_history(entry);
}

static int get_columns(void) {
  int rows, columns;
  rl_get_screen_size(&rows, &columns);
  return columns;
}

static size_t count_entries(void) { return (size_t)history_length; }
static const char *get_entry(size_t index) { return history_list()[index]->line; }

#endif

/* --- Where lines come as they are. */

static sg_line read_plain(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  const char *text;
  size_t bytes;
  sg_console *console = edit->console;
  sg_console_write(console, prompt, strlen(prompt));
  bool got = sg_console_read(console, &text, &bytes);
  if (sg_interrupted) {
    sg_interrupted = 0;
    sg_console_write(console, "\n", 1);
    return SG_LINE_DROPPED;
  }
  if (console->input.failed) return SG_LINE_NO_MEMORY;
  if (!got) {
    sg_console_write(console, "\n", 1);
    return SG_LINE_END;
  }
  sg_buffer_add(line, text, bytes);
  return line->failed ? SG_LINE_NO_MEMORY : SG_LINE_READ;
}

/* --- Both. */

void sg_lineedit_init(sg_lineedit *edit, sg_console *console, sg_memory *memory) {
  sg_buffer complaint;
  *edit = (sg_lineedit){.console = console, .signals = -1};
  sg_buffer_init(&edit->history.path, memory);
  edit->editing = open_editor(edit);
  if (!edit->editing) return;
  sg_buffer_init(&complaint, memory);
  sg_history_init(&edit->history, memory, &complaint);
  sg_history_load(&edit->history, add_entry, edit);
  const char *text = sg_buffer_text(&complaint);
  if (text != NULL && *text != '\0') {
    sg_console_report(console, "sgrad: ");
    sg_console_report(console, text);
    sg_console_report(console, "\n");
  }
  sg_buffer_clear(&complaint);
}

void sg_lineedit_clear(sg_lineedit *edit) {
  sg_history_clear(&edit->history);
  if (edit->editing) close_editor();
}

/* Readline is told by \001 and \002 what takes no room on the screen. */
static void add_style(sg_buffer *out, const sg_lineedit *edit, sg_style style) {
  if (!edit->color) return;
  if (edit->editing) sg_buffer_putc(out, '\001');
  sg_style_begin(out, true, style);
  if (edit->editing) sg_buffer_putc(out, '\002');
}

sg_line sg_lineedit_read(sg_lineedit *edit, const char *prompt, sg_style style, sg_buffer *line) {
  sg_buffer styled;
  sg_buffer_init(&styled, line->memory);
  add_style(&styled, edit, style);
  sg_buffer_puts(&styled, prompt);
  add_style(&styled, edit, SG_STYLE_PLAIN);
  const char *shown = sg_buffer_text(&styled);
  if (shown == NULL) shown = prompt;
  edit->prompt_columns = (int)strlen(prompt);
  sg_line result = edit->editing ? read_edited(edit, shown, line) : read_plain(edit, shown, line);
  sg_buffer_clear(&styled);
  return result;
}

bool sg_lineedit_has_more(const sg_lineedit *edit) {
  return edit->editing && sg_console_has_keys(edit->console);
}

int sg_lineedit_columns(const sg_lineedit *edit) { return edit->editing ? get_columns() : 0; }

/* The entry without the blanks around it; empty: nothing to remember. */
static void trim(sg_buffer *entry, const char *text) {
  text += strspn(text, blanks);
  size_t bytes = strlen(text);
  while (bytes > 0 && strchr(blanks, text[bytes - 1]) != NULL) bytes--;
  sg_buffer_add(entry, text, bytes);
}

void sg_lineedit_remember(sg_lineedit *edit, const char *text) {
  if (!edit->editing) return;
  sg_buffer buffer;
  sg_buffer_init(&buffer, edit->history.path.memory);
  trim(&buffer, text);
  const char *entry = sg_buffer_text(&buffer);
  size_t count = sg_lineedit_count(edit);
  bool known = entry == NULL || *entry == '\0' ||
               (count > 0 && strcmp(sg_lineedit_entry(edit, count - 1), entry) == 0);
  if (!known) {
    add_entry(edit, entry);
    sg_history_append(&edit->history, entry);
  }
  sg_buffer_clear(&buffer);
}

size_t sg_lineedit_count(const sg_lineedit *edit) { return edit->editing ? count_entries() : 0; }

const char *sg_lineedit_entry(const sg_lineedit *edit, size_t index) {
  (void)edit;
  assert(index < sg_lineedit_count(edit));
  return get_entry(index);
}
