/* sgrad tests: the blocks of a document. */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct block {
  char kind[16]; /* what stands behind ``` */
  int line;      /* of its first line */
  const char *start, *end;
  bool skipped, continues;
} block;

static bool starts_with(const char *line, size_t bytes, const char *start) {
  size_t length = strlen(start);
  return bytes >= length && memcmp(line, start, length) == 0;
}

/* Finds the next block from *text on; `line` counts. */
static bool find_block(const char **text, const char *end, int *line, block *out) {
  size_t bytes;
  *out = (block){0};
  bool inside = false;
  for (const char *start; (start = next_line(text, end, &bytes)) != NULL;) {
    ++*line;
    bool fence = starts_with(start, bytes, "```");
    if (fence && inside) {
      out->end = start;
      return true;
    }
    if (fence) {
      inside = true;
      snprintf(out->kind, sizeof out->kind, "%.*s", (int)bytes - 3, start + 3);
      out->start = *text;
      out->line = *line + 1;
    } else if (!inside) {
      out->skipped = starts_with(start, bytes, "<!-- not run");
      out->continues = starts_with(start, bytes, "<!-- continues");
    }
  }
  return false;
}

/* The comment that ends a line of code, outside quotes; NULL: there is none. */
static const char *find_comment(const char *line, size_t bytes, size_t *length) {
  char quote = '\0';
  for (size_t i = 0; i < bytes; i++) {
    if (quote != '\0') {
      if (line[i] == '\\')
        i++;
      else if (line[i] == quote)
        quote = '\0';
    } else if (line[i] == '"' || line[i] == '\'')
      quote = line[i];
    else if (line[i] == '#') {
      size_t skip = i + 1 < bytes && line[i + 1] == ' ' ? 2 : 1;
      *length = bytes - i - skip;
      return line + i + skip;
    }
  }
  return NULL;
}

/* Whether a comment behind a line of code says what the line prints. */
typedef bool printing(const char *line, size_t bytes);

static bool is_print(const char *line, size_t bytes) { return starts_with(line, bytes, "print("); }

static bool is_command(const char *line, size_t bytes) {
  return memmem(line, bytes, "sgrad", 5) != NULL;
}

/* "2:5: error: MESSAGE", as the program reports it. */
static void add_report(expectation *wanted, const char *place, size_t place_bytes,
                       const char *message, const char *end) {
  char text[512];
  int bytes = snprintf(text, sizeof text, "%.*s: %.*s", (int)place_bytes, place,
                       (int)(end - message), message);
  expectation_add(wanted, ERROR, text, strlen(text) < (size_t)bytes ? strlen(text) : (size_t)bytes);
}

static void read_comments(expectation *wanted, const char *text, const char *end,
                          printing *prints) {
  size_t bytes, length;
  for (const char *line; (line = next_line(&text, end, &bytes)) != NULL;) {
    while (bytes > 0 && *line == ' ') line++, bytes--;
    const char *comment = find_comment(line, bytes, &length);
    if (comment == NULL) continue;
    bool marked = starts_with(comment, length, "expect:") ||
                  starts_with(comment, length, "error:") || starts_with(comment, length, "note:");
    const char *report = memmem(comment, length, ": error: ", 9);
    if (marked)
      expectation_read(wanted, line, bytes);
    else if (report != NULL)
      add_report(wanted, comment, (size_t)(report - comment), report + 9, line + bytes);
    else if (prints(line, (size_t)(comment - line)))
      expectation_add(wanted, EXPECT, comment, length);
  }
}

static void run_sgrad(runner *r, const char *name, const sg_buffer *text) {
  char path[] = "/tmp/sgrad-block-XXXXXX.sg";
  expectation wanted;
  expectation_init(&wanted, &r->memory);
  wanted.extent = SOME;
  read_comments(&wanted, text->items, text->items + text->count, is_print);
  int file = mkstemps(path, 3);
  if (file >= 0 && write(file, text->items, text->count) == (ssize_t)text->count) {
    char word[sizeof path];
    memcpy(word, path, sizeof path);
    run_script(r, name, word, &wanted);
  } else
    r->failed++;
  if (file >= 0) close(file);
  remove(path);
  expectation_clear(&wanted);
}

static void run_commands(runner *r, const char *name, const char *text, size_t bytes,
                         expectation *wanted, bool together) {
  sg_buffer code;
  process p;
  process_init(&p, &r->memory);
  sg_buffer_init(&code, &r->memory);
  sg_buffer_puts(&code, "set -e\n");
  sg_buffer_add(&code, text, bytes);
  char *argv[] = {(char *)(uintptr_t) "sh", (char *)(uintptr_t) "-c",
                  (char *)(uintptr_t)sg_buffer_text(&code), NULL};
  p.argv = argv;
  p.together = together;
  run_case(r, name, &p, wanted);
  sg_buffer_clear(&code);
  process_clear(&p);
}

static void run_sh(runner *r, const char *name, const block *b) {
  expectation wanted;
  expectation_init(&wanted, &r->memory);
  wanted.extent = SOME;
  read_comments(&wanted, b->start, b->end, is_command);
  run_commands(r, name, b->start, (size_t)(b->end - b->start), &wanted, false);
  expectation_clear(&wanted);
}

/* "$ command" lines, each with what it prints, up to the next; then perhaps a session. */
static void run_console(runner *r, const char *name, const block *b) {
  const char *text = b->start;
  size_t bytes;
  while (text < b->end && !starts_with(text, (size_t)(b->end - text), "> ")) {
    const char *command = next_line(&text, b->end, &bytes);
    if (!starts_with(command, bytes, "$ ")) continue; /* a greeting */
    expectation wanted;
    expectation_init(&wanted, &r->memory);
    const char *answer = text;
    while (text < b->end && *text != '$' && *text != '>') {
      size_t length;
      next_line(&text, b->end, &length);
    }
    bool opens = text < b->end && *text == '>';
    sg_buffer_add(&wanted.lines[EXPECT], answer, (size_t)(text - answer));
    if (!opens) run_commands(r, name, command + 2, bytes - 2, &wanted, true);
    expectation_clear(&wanted);
  }
  if (text < b->end) run_session(r, name, text, b->end);
}

static void run_block(runner *r, const char *path, const block *b, sg_buffer *script) {
  char name[512];
  snprintf(name, sizeof name, "%s:%d", path, b->line);
  if (strncmp(b->kind, "sgrad", 5) == 0) {
    if (!b->continues) sg_buffer_clear(script);
    sg_buffer_add(script, b->start, (size_t)(b->end - b->start));
    if (!b->skipped) run_sgrad(r, name, script);
  }
  if (b->skipped) return;
  if (strcmp(b->kind, "sh") == 0) run_sh(r, name, b);
  if (strcmp(b->kind, "console") == 0) run_console(r, name, b);
}

void run_document(runner *r, const char *path, sg_buffer *text) {
  const char *at = text->items, *end = at + text->count;
  int line = 0;
  block b;
  sg_buffer script;
  sg_buffer_init(&script, &r->memory);
  while (find_block(&at, end, &line, &b)) run_block(r, path, &b, &script);
  sg_buffer_clear(&script);
}
