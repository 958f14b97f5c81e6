/* sgrad tests: what a script says that it does, and whether it did. */
#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[FIELD_COUNT] = {"expect",  "error", "note", "exit",
                                               "options", "args",  "stdin"};

void expectation_init(expectation *wanted, sg_memory *memory) {
  *wanted = (expectation){0};
  for (int i = 0; i < FIELD_COUNT; i++) sg_buffer_init(&wanted->lines[i], memory);
}

void expectation_clear(expectation *wanted) {
  for (int i = 0; i < FIELD_COUNT; i++) sg_buffer_clear(&wanted->lines[i]);
}

const char *next_line(const char **text, const char *end, size_t *bytes) {
  const char *start = *text;
  if (start == NULL || start >= end) return NULL;
  const char *stop = memchr(start, '\n', (size_t)(end - start));
  *bytes = (size_t)((stop == NULL ? end : stop) - start);
  *text = stop == NULL ? end : stop + 1;
  return start;
}

static size_t trim(const char *text, size_t bytes) {
  while (bytes > 0 && strchr(" \t\r", text[bytes - 1]) != NULL && text[bytes - 1] != '\0') bytes--;
  return bytes;
}

void expectation_add(expectation *wanted, field which, const char *text, size_t bytes) {
  sg_buffer_add(&wanted->lines[which], text, trim(text, bytes));
  sg_buffer_putc(&wanted->lines[which], '\n');
}

/* "# expect: TEXT" anywhere in a line. */
static void read_line(expectation *wanted, const char *line, size_t bytes) {
  for (int i = 0; i < FIELD_COUNT; i++) {
    char mark[16];
    size_t length = (size_t)snprintf(mark, sizeof mark, "# %s:", names[i]);
    const char *found = memmem(line, bytes, mark, length);
    if (found == NULL) continue;
    const char *text = found + length, *end = line + bytes;
    if (text < end && *text == ' ') text++;
    expectation_add(wanted, (field)i, text, (size_t)(end - text));
    return;
  }
}

void expectation_read(expectation *wanted, const char *text, size_t bytes) {
  const char *end = text + bytes;
  size_t length;
  for (const char *line; (line = next_line(&text, end, &length)) != NULL;)
    read_line(wanted, line, length);
}

bool expectation_is_empty(const expectation *wanted) {
  return wanted->lines[EXPECT].count + wanted->lines[ERROR].count + wanted->lines[EXIT].count == 0;
}

static void say(sg_buffer *complaint, char sign, const char *line, size_t bytes) {
  sg_buffer_printf(complaint, "    %c ", sign);
  sg_buffer_escape(complaint, line, bytes < 400 ? bytes : 400, '\0');
  sg_buffer_putc(complaint, '\n');
}

static bool is_same(const char *a, size_t a_bytes, const char *b, size_t b_bytes) {
  a_bytes = trim(a, a_bytes);
  b_bytes = trim(b, b_bytes);
  return a_bytes == b_bytes && memcmp(a, b, a_bytes) == 0;
}

static bool is_cut(const char *line, size_t bytes) {
  return bytes >= 3 && memcmp(line + bytes - 3, "...", 3) == 0;
}

/* As is_same, but a wanted text that ends in "..." is a beginning. */
static bool is_match(const char *wanted, size_t wanted_bytes, const char *seen, size_t bytes) {
  if (is_cut(wanted, wanted_bytes))
    return bytes >= wanted_bytes - 3 && memcmp(wanted, seen, wanted_bytes - 3) == 0;
  return is_same(wanted, wanted_bytes, seen, bytes);
}

void compare_lines(sg_buffer *complaint, const char *what, sg_buffer *wanted, sg_buffer *seen) {
  const char *w = wanted->items, *s = seen->items;
  const char *w_end = w + wanted->count, *s_end = s + seen->count;
  int shown = 0;
  for (int line = 1; shown < 10; line++) {
    size_t w_bytes = 0, s_bytes = 0;
    const char *want = next_line(&w, w_end, &w_bytes), *got = next_line(&s, s_end, &s_bytes);
    if (want == NULL && got == NULL) return;
    if (want != NULL && got != NULL && is_same(want, w_bytes, got, s_bytes)) continue;
    if (shown++ == 0) sg_buffer_printf(complaint, "  %s, from line %d:\n", what, line);
    if (want != NULL) say(complaint, '-', want, w_bytes);
    if (got != NULL) say(complaint, '+', got, s_bytes);
  }
}

/* Each wanted line appears among those seen, in order. */
static void compare_some(sg_buffer *complaint, const char *what, sg_buffer *wanted,
                         sg_buffer *seen) {
  const char *w = wanted->items, *s = seen->items;
  const char *w_end = w + wanted->count, *s_end = s + seen->count;
  size_t w_bytes, s_bytes = 0;
  for (const char *want; (want = next_line(&w, w_end, &w_bytes)) != NULL;) {
    const char *from = s, *got;
    while ((got = next_line(&s, s_end, &s_bytes)) != NULL)
      if (is_match(want, w_bytes, got, s_bytes)) break;
    if (got != NULL) continue;
    sg_buffer_printf(complaint, "  %s, missing:\n", what);
    say(complaint, '-', want, w_bytes);
    for (int i = 0; i < 5 && (got = next_line(&from, s_end, &s_bytes)) != NULL; i++)
      say(complaint, '+', got, s_bytes);
    return;
  }
}

static void compare_session(sg_buffer *complaint, sg_buffer *wanted, sg_buffer *seen) {
  const char *w = wanted->items, *s = seen->items;
  const char *w_end = w + wanted->count, *s_end = s + seen->count;
  for (;;) {
    size_t w_bytes = 0, s_bytes = 0;
    const char *want = next_line(&w, w_end, &w_bytes), *got = next_line(&s, s_end, &s_bytes);
    if (want == NULL && got == NULL) return;
    if (want == NULL || got == NULL || !is_match(want, w_bytes, got, s_bytes)) {
      sg_buffer_puts(complaint, "  session:\n");
      if (want != NULL) say(complaint, '-', want, w_bytes);
      if (got != NULL) say(complaint, '+', got, s_bytes);
      return;
    }
    if (is_cut(want, w_bytes))
      while (s < s_end && *s != '>') next_line(&s, s_end, &s_bytes);
  }
}

/* "L:C: " at the start of a text: its length, or 0. */
static size_t measure_place(const char *text, size_t bytes) {
  size_t i = 0;
  for (int part = 0; part < 2; part++) {
    size_t digits = 0;
    while (i < bytes && text[i] >= '0' && text[i] <= '9') i++, digits++;
    if (digits == 0 || i >= bytes || text[i++] != ':') return 0;
  }
  return i < bytes && text[i] == ' ' ? i + 1 : 0;
}

/* Splits "NAME:L:C: error: MESSAGE" or "error: MESSAGE"; false: the line is neither. */
static bool read_error(const char *line, size_t bytes, sg_buffer *out) {
  static const char mark[] = "error: ";
  const char *found = memmem(line, bytes, mark, sizeof mark - 1);
  if (found == NULL) return false;
  const char *message = found + sizeof mark - 1;
  size_t length = (size_t)(line + bytes - message);
  if (found != line) {
    const char *place = found - 2; /* at the colon before the blank */
    if (found - line < 6 || memcmp(place, ": ", 2) != 0) return false;
    int colons = 0;
    while (place > line && colons < 2) colons += *--place == ':';
    size_t place_bytes = (size_t)(found - place) - 1;
    if (measure_place(place + 1, place_bytes) != place_bytes) return false;
    sg_buffer_add(out, place + 1, place_bytes);
  }
  sg_buffer_add(out, message, length);
  sg_buffer_putc(out, '\n');
  return true;
}

static void collect(sg_buffer *reports, sg_buffer *errors, sg_buffer *notes) {
  const char *text = reports->items, *end = text + reports->count;
  static const char mark[] = "note: ";
  size_t bytes, skip = sizeof mark - 1;
  for (const char *line; (line = next_line(&text, end, &bytes)) != NULL;) {
    while (bytes > 0 && *line == ' ') line++, bytes--;
    if (read_error(line, bytes, errors)) continue;
    if (bytes < skip || memcmp(line, mark, skip) != 0) continue;
    sg_buffer_add(notes, line + skip, bytes - skip);
    sg_buffer_putc(notes, '\n');
  }
}

/* An expected error without a place matches one with any. */
static void compare_errors(sg_buffer *complaint, sg_buffer *wanted, sg_buffer *seen) {
  const char *w = wanted->items, *s = seen->items;
  const char *w_end = w + wanted->count, *s_end = s + seen->count;
  for (;;) {
    size_t w_bytes = 0, s_bytes = 0;
    const char *want = next_line(&w, w_end, &w_bytes), *got = next_line(&s, s_end, &s_bytes);
    if (want == NULL && got == NULL) return;
    size_t place = got == NULL ? 0 : measure_place(got, s_bytes);
    if (want != NULL && measure_place(want, w_bytes) > 0) place = 0;
    if (want != NULL && got != NULL && is_match(want, w_bytes, got + place, s_bytes - place))
      continue;
    sg_buffer_puts(complaint, "  errors:\n");
    if (want != NULL) say(complaint, '-', want, w_bytes);
    if (got != NULL) say(complaint, '+', got, s_bytes);
  }
}

static void compare_reports(expectation *wanted, process *seen, sg_buffer *complaint) {
  sg_buffer errors, notes;
  sg_buffer_init(&errors, seen->errors.memory);
  sg_buffer_init(&notes, seen->errors.memory);
  collect(&seen->errors, &errors, &notes);
  compare_errors(complaint, &wanted->lines[ERROR], &errors);
  compare_some(complaint, "notes", &wanted->lines[NOTE], &notes);
  sg_buffer_clear(&errors);
  sg_buffer_clear(&notes);
}

void expectation_compare(expectation *wanted, process *seen, sg_buffer *complaint) {
  const char *code = sg_buffer_text(&wanted->lines[EXIT]);
  int status = code != NULL && *code != '\0' ? atoi(code) : wanted->lines[ERROR].count > 0;
  if (seen->late) sg_buffer_printf(complaint, "  took more than %d s\n", seen->seconds);
  if (!seen->late && seen->status != status)
    sg_buffer_printf(complaint, "  exit status %d, expected %d\n", seen->status, status);
  sg_buffer *output = &wanted->lines[EXPECT];
  switch (wanted->extent) {
  case ALL: compare_lines(complaint, "output", output, &seen->output); break;
  case SOME: compare_some(complaint, "output", output, &seen->output); break;
  case SESSION: compare_session(complaint, output, &seen->output); break;
  }
  compare_reports(wanted, seen, complaint);
  bool silent = wanted->lines[ERROR].count + wanted->lines[EXIT].count == 0;
  if ((silent || complaint->count > 0) && seen->errors.count > 0) {
    const char *text = seen->errors.items, *end = text + seen->errors.count, *line;
    size_t bytes;
    sg_buffer_puts(complaint, "  standard error:\n");
    for (int i = 0; i < 30 && (line = next_line(&text, end, &bytes)) != NULL; i++)
      say(complaint, '|', line, bytes);
  }
}
