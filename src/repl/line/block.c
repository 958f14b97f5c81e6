/* sgrad: lines of several lines: moving within them, and showing them. */
#include "repl/line/parts.h"

#include "base/escape.h"
#include "config.h"

#ifdef HAVE_READLINE

#include <string.h>

#include <readline/readline.h>

static const sg_lineedit *current; /* whose lines these are */

static int find_start(int at) {
  while (at > 0 && rl_line_buffer[at - 1] != '\n') at--;
  return at;
}

static int find_end(int at) {
  while (at < rl_end && rl_line_buffer[at] != '\n') at++;
  return at;
}

/* The first column of the line that starts there. */
static int get_margin(int start) { return start == 0 ? current->prompt_columns : 0; }

static int measure(int start, int end) {
  int column = get_margin(start);
  while (start < end) {
    sg_glyph glyph;
    sg_escape_next(&glyph, rl_line_buffer + start, (size_t)(end - start), '\0');
    start += (int)glyph.taken;
    column += glyph.width;
  }
  return column;
}

/* The place in the line that starts there which is nearest to a column. */
static int find_column(int start, int column) {
  int end = find_end(start), at = start;
  for (int reached = get_margin(start); at < end;) {
    sg_glyph glyph;
    sg_escape_next(&glyph, rl_line_buffer + at, (size_t)(end - at), '\0');
    reached += glyph.width;
    if (reached > column) break;
    at += (int)glyph.taken;
  }
  return at;
}

static int go_up(int count, int key) {
  for (; count > 0; count--) {
    int start = find_start(rl_point);
    if (start == 0) return rl_get_previous_history(count, key);
    rl_point = find_column(find_start(start - 1), measure(start, rl_point));
  }
  return 0;
}

static int go_down(int count, int key) {
  for (; count > 0; count--) {
    int end = find_end(rl_point);
    if (end == rl_end) return rl_get_next_history(count, key);
    rl_point = find_column(end + 1, measure(find_start(rl_point), rl_point));
  }
  return 0;
}

/* The first time to the line's own start or end, then to those of all. */

static int go_home(int count, int key) {
  int start = find_start(rl_point);
  if (start == rl_point) return rl_beg_of_line(count, key);
  rl_point = start;
  return 0;
}

static int go_to_end(int count, int key) {
  int end = find_end(rl_point);
  if (end == rl_point) return rl_end_of_line(count, key);
  rl_point = end;
  return 0;
}

/* Ctrl-P and Ctrl-N go on stepping over whole entries. */
static bool steps_over(const char *keys) {
  return strcmp(keys, "\\C-p") == 0 || strcmp(keys, "\\C-n") == 0;
}

/* All keys of one command get another. */
static void rebind(Keymap map, rl_command_func_t *from, rl_command_func_t *to) {
  char **keys = rl_invoking_keyseqs_in_map(from, map);
  for (char **key = keys; key != NULL && *key != NULL; key++) {
    if (!steps_over(*key)) rl_bind_keyseq_in_map(*key, to, map);
    rl_free(*key);
  }
  rl_free(keys);
}

/* --- A block that is taller than the screen. */

/* A part of the line: whole lines of it. */
typedef struct window {
  int start, end; /* bytes */
  int rows;       /* of the screen that are left */
  int columns;    /* of the screen */
} window;

static int count_rows(const window *w, int start, int end) {
  return 1 + measure(start, end) / (w->columns > 0 ? w->columns : 1);
}

static bool grow_up(window *w) {
  if (w->start == 0) return false;
  int start = find_start(w->start - 1);
  int rows = count_rows(w, start, w->start - 1);
  if (rows > w->rows) return false;
  w->start = start;
  w->rows -= rows;
  return true;
}

static bool grow_down(window *w) {
  if (w->end == rl_end) return false;
  int end = find_end(w->end + 1);
  int rows = count_rows(w, w->end + 1, end);
  if (rows > w->rows) return false;
  w->end = end;
  w->rows -= rows;
  return true;
}

/* The lines around the point that fill the screen. */
static window choose_window(void) {
  int rows, columns;
  rl_get_screen_size(&rows, &columns);
  window w = {find_start(rl_point), find_end(rl_point), rows - 1, columns};
  w.rows -= count_rows(&w, w.start, w.end);
  while (w.rows > rows / 2 && grow_up(&w)) {
  }
  while (grow_down(&w)) {
  }
  while (grow_up(&w)) {
  }
  return w;
}

static int clamp(int at, int least, int most) { return at < least ? least : at > most ? most : at; }

/* Readline would show the beginning alone, wherever the point is: it is shown the window instead.
 */
static void show(void) {
  window w = choose_window();
  char *line = rl_line_buffer, ended_by = line[w.end];
  int point = rl_point, end = rl_end, mark = rl_mark;
  rl_line_buffer = line + w.start;
  rl_line_buffer[w.end - w.start] = '\0';
  rl_point = point - w.start;
  rl_end = w.end - w.start;
  rl_mark = clamp(mark, w.start, w.end) - w.start;
  rl_redisplay();
  rl_line_buffer = line;
  line[w.end] = ended_by;
  rl_point = point;
  rl_end = end;
  rl_mark = mark;
}

void sg_lineedit_bind_block(const sg_lineedit *edit) {
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
  current = edit;
  rl_redisplay_function = show;
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    rebind(maps[i], rl_get_previous_history, go_up);
    rebind(maps[i], rl_get_next_history, go_down);
    rebind(maps[i], rl_beg_of_line, go_home);
    rebind(maps[i], rl_end_of_line, go_to_end);
  }
}

#endif
