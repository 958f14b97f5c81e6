/* sgrad: completion and hints as keys of the line editor. */
#include "repl/assist/assist.h"

#include "config.h"

#ifndef HAVE_READLINE

void sg_lineedit_set_assist(const sg_assist *assist) { (void)assist; }

#else

#include "base/utf8.h"
#include "repl/assist/complete.h"
#include "repl/assist/hint.h"

#include <stdio.h>
#include <string.h>

#include <readline/readline.h>

/* Readline's callbacks carry no context. */
static const sg_assist *assist;
static sg_completion found; /* between the two callbacks of one completion */
static char breaks[2];

void *xmalloc(size_t size); /* Readline's, see line/lineedit.c */

static sg_memory *get_memory(void) { return &assist->session->memory; }
static sg_vm *get_vm(void) { return sg_get_vm(assist->session->sgrad); }

/* The block so far: the lines before, and the one being edited. */
static bool read_block(sg_buffer *text, size_t *cursor) {
  sg_buffer_init(text, get_memory());
  sg_buffer_add(text, assist->pending->items, assist->pending->count);
  *cursor = text->count + (size_t)rl_point;
  sg_buffer_add(text, rl_line_buffer, (size_t)rl_end);
  return sg_buffer_text(text) != NULL;
}

/* --- Completion. Readline asks first which characters end a word, going back from the cursor. The
 * one answer that makes its word begin where the completion does is the character before that; when
 * that occurs in the word too, the word is the whole line, and matches carry what stands before. */

static char *find_breaks(void) {
  sg_buffer text;
  size_t cursor;
  breaks[0] = '\0';
  sg_completion_clear(&found);
  if (assist == NULL) return breaks;
  bool ok = read_block(&text, &cursor) &&
            sg_complete(get_memory(), get_vm(), text.items, text.count, cursor, &found);
  if (ok && found.start > assist->pending->count) {
    char before = text.items[found.start - 1];
    if (memchr(text.items + found.start, before, cursor - found.start) == NULL) breaks[0] = before;
  }
  sg_buffer_clear(&text);
  return breaks;
}

/* The bytes that all candidates begin with, whole code points. */
static size_t count_common(void) {
  const char *first = sg_completion_text(&found, 0);
  size_t common = strlen(first);
  for (uint32_t i = 1; i < found.count; i++) {
    const char *text = sg_completion_text(&found, i);
    size_t same = 0;
    while (same < common && text[same] == first[same]) same++;
    common = same;
  }
  return sg_utf8_start(first, common);
}

static char *join(const char *before, size_t before_bytes, const char *text, size_t bytes) {
  char *joined = xmalloc(before_bytes + bytes + 1);
  memcpy(joined, before, before_bytes);
  memcpy(joined + before_bytes, text, bytes);
  joined[before_bytes + bytes] = '\0';
  return joined;
}

/* Whether there is memory for the matches: xmalloc has little to fall back on. */
static bool has_room(size_t before) {
  enum { OVERHEAD = 64 };
  size_t bytes = found.texts.count + (before + OVERHEAD) * ((size_t)found.count + 2);
  void *room = sg_allocate(get_memory(), bytes);
  sg_release(get_memory(), room, room == NULL ? 0 : bytes);
  return room != NULL;
}

/* A candidate as Readline wants it. Where several files are listed, it marks directories itself and
 * a quote that goes before them all is not part of their names; menu-complete inserts what it is
 * given. */
static char *make_match(const char *before, size_t before_bytes, const char *text) {
  size_t bytes = strlen(text);
  if (found.paths && found.count > 1 && rl_completion_type != '%') {
    if (*text == '"') text++, bytes--;
    if (bytes > 1 && text[bytes - 1] == '/') bytes--;
  }
  return join(before, before_bytes, text, bytes);
}

/* Readline's list: what all have in common, then each, then NULL. Readline frees it. */
static char **make_matches(const char *before, size_t bytes) {
  uint32_t count = found.count;
  char **matches = xmalloc(((size_t)count + 2) * sizeof *matches);
  matches[0] = join(before, bytes, sg_completion_text(&found, 0), count_common());
  for (uint32_t i = 0; i < count; i++)
    matches[i + 1] = make_match(before, bytes, sg_completion_text(&found, i));
  if (count == 1) rl_free(matches[1]);
  matches[count == 1 ? 1 : count + 1] = NULL;
  return matches;
}

static char **find_matches(const char *word, int start, int end) {
  char **matches = NULL;
  (void)word;
  rl_attempted_completion_over = 1;
  rl_sort_completion_matches = 0;
  rl_ignore_completion_duplicates = 0;
  if (end == 0) find_breaks(); /* no word is looked for there */
  if (assist != NULL && found.count > 0) {
    int wanted = (int)(found.start - assist->pending->count);
    size_t before = wanted > start ? (size_t)(wanted - start) : 0;
    char append = found.count == 1 ? found.items[0].append : '\0';
    rl_completion_append_character = append;
    rl_completion_suppress_append = append == '\0';
    rl_filename_completion_desired = found.paths && found.count > 1;
    if (wanted >= start && has_room(before)) matches = make_matches(rl_line_buffer + start, before);
  }
  sg_completion_clear(&found);
  return matches;
}

/* Whether only blanks stand before the cursor, in its line. */
static bool is_indentation(void) {
  for (int at = rl_point; at > 0 && rl_line_buffer[at - 1] != '\n'; at--)
    if (rl_line_buffer[at - 1] != ' ' && rl_line_buffer[at - 1] != '\t') return false;
  return true;
}

/* A tab that indents, with more behind it already, comes from a paste that the terminal did not
 * bracket: it stays a tab. */
static int take_tab(int count, int key) {
  if (assist != NULL && is_indentation() && sg_console_has_keys(&assist->session->console))
    return rl_tab_insert(count, key);
  if (rl_last_func == take_tab) rl_last_func = rl_complete;
  return rl_complete(count, key);
}

/* --- Hints. */

/* Below what is being typed, which is then shown again. */
static void print_hint(const sg_buffer *hint) {
  int point = rl_point;
  rl_point = rl_end;
  (*rl_redisplay_function)();
  rl_crlf();
  fwrite(hint->items, 1, hint->count, rl_outstream);
  rl_point = point;
  rl_forced_update_display();
}

static int show_hint(int count, int key) {
  sg_buffer text, hint;
  size_t cursor;
  (void)count;
  (void)key;
  if (assist == NULL) return 0;
  sg_buffer_init(&hint, get_memory());
  if (read_block(&text, &cursor))
    (void)sg_hint(get_memory(), get_vm(), text.items, text.count, cursor,
                  assist->session->commands.color, &hint);
  if (hint.count > 0)
    print_hint(&hint);
  else
    rl_ding();
  sg_buffer_clear(&hint);
  sg_buffer_clear(&text);
  return 0;
}

void sg_lineedit_set_assist(const sg_assist *given) {
  assist = given;
  if (assist == NULL) return;
  found = (sg_completion){.memory = get_memory()};
  sg_buffer_init(&found.texts, get_memory());
  rl_completion_word_break_hook = find_breaks;
  rl_attempted_completion_function = find_matches;
  rl_completer_quote_characters = NULL;
  rl_basic_quote_characters = "";
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_bind_key_in_map('\t', take_tab, emacs_standard_keymap);
  rl_bind_key_in_map('\t', take_tab, vi_insertion_keymap);
  rl_add_defun("sgrad-hint", show_hint, -1);
  rl_bind_keyseq_if_unbound("\\eh", show_hint);
}

#endif
