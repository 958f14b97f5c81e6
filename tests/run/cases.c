/* sgrad tests: scripts, sessions, programs. */
#include "cases.h"

#include "base/file.h"
#include "case.h"
#include "expect.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void report_case(runner *r, const char *name, sg_buffer *complaint) {
  if (complaint->count == 0) {
    r->passed++;
    return;
  }
  sg_buffer text;
  sg_buffer_init(&text, &r->memory);
  sg_buffer_printf(&text, "FAILED %s\n", name);
  sg_buffer_add(&text, complaint->items, complaint->count);
  if (write(STDOUT_FILENO, text.items, text.count) < 0) perror("tests/run");
  sg_buffer_clear(&text);
  r->failed++;
}

/* --- A folder of its own for every test. */

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk) {
  (void)about;
  (void)kind;
  (void)walk;
  return remove(path);
}

static void remove_folder(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

static bool link_into(const char *folder, const char *name, const char *base, const char *target) {
  char link[4096], whole[8192];
  snprintf(link, sizeof link, "%s/%s", folder, name);
  snprintf(whole, sizeof whole, "%s%s", base, target);
  return symlink(whole, link) == 0;
}

/* It looks like the project from outside: build, examples, scripts. */
static bool make_folder(const runner *r, char folder[FOLDER_SIZE]) {
  snprintf(folder, FOLDER_SIZE, "/tmp/sgrad-test-XXXXXX");
  if (mkdtemp(folder) == NULL) return false;
  const char *slash = strrchr(r->program, '/');
  char build[4096];
  snprintf(build, sizeof build, "%.*s", slash == NULL ? 0 : (int)(slash - r->program), r->program);
  return link_into(folder, "build", "", build) &&
         link_into(folder, "examples", r->root, "/examples") &&
         link_into(folder, "scripts", r->root, "/scripts");
}

void run_case(runner *r, const char *name, process *p, expectation *wanted) {
  sg_buffer complaint;
  char folder[FOLDER_SIZE];
  sg_buffer_init(&complaint, &r->memory);
  p->seconds = r->seconds;
  p->input = wanted->lines[STDIN].items;
  p->input_bytes = wanted->lines[STDIN].count;
  bool made = make_folder(r, folder);
  p->folder = folder;
  if (made && process_run(p))
    expectation_compare(wanted, p, &complaint);
  else
    sg_buffer_puts(&complaint, "  could not be run\n");
  if (made) remove_folder(folder);
  report_case(r, name, &complaint);
  sg_buffer_clear(&complaint);
}

/* --- Command lines. */

void words_add(words *list, char *text) {
  char *rest = NULL;
  for (char *word = strtok_r(text, " \n", &rest); word != NULL; word = strtok_r(NULL, " \n", &rest))
    if (list->count < WORDS - 1) list->items[list->count++] = word;
}

static void words_add_lines(words *list, sg_buffer *lines) {
  if (sg_buffer_text(lines) != NULL) words_add(list, lines->items);
}

void run_script(runner *r, const char *name, char *path, expectation *wanted) {
  char under[COMMAND_SIZE];
  words list = {0};
  process p;
  process_init(&p, &r->memory);
  snprintf(under, sizeof under, "%s %s", r->under, r->program);
  words_add(&list, under);
  words_add_lines(&list, &wanted->lines[OPTIONS]);
  words_add(&list, path);
  words_add_lines(&list, &wanted->lines[ARGS]);
  p.argv = list.items;
  run_case(r, name, &p, wanted);
  process_clear(&p);
}

static void run_shell(runner *r, const char *name, char *path, expectation *wanted) {
  char *argv[] = {(char *)(uintptr_t) "sh", path, NULL};
  process p;
  process_init(&p, &r->memory);
  p.argv = argv;
  run_case(r, name, &p, wanted);
  process_clear(&p);
}

/* --- Sessions. */

/* The length of the prompt that a line of the screen begins with, its blank included; 0: none. */
static size_t measure_prompt(const char *line, size_t bytes) {
  size_t mark = bytes >= 2 && memcmp(line, "..", 2) == 0 ? 2 : bytes >= 1 && *line == '>' ? 1 : 0;
  if (mark == 2)
    while (mark < bytes && strchr("([{", line[mark]) != NULL && line[mark] != '\0') mark++;
  if (mark == 0 || (mark < bytes && line[mark] != ' ')) return 0;
  return mark < bytes ? mark + 1 : mark;
}

/* Splits what a screen shows into what was typed and what a program without a terminal prints. */
static void split_session(const char *text, const char *end, sg_buffer *typed, sg_buffer *printed) {
  size_t bytes;
  for (const char *line; (line = next_line(&text, end, &bytes)) != NULL;) {
    size_t prompt = measure_prompt(line, bytes);
    if (prompt == 0) {
      sg_buffer_add(printed, line, bytes);
      sg_buffer_putc(printed, '\n');
      continue;
    }
    sg_buffer_add(printed, line, prompt);
    if (line[prompt - 1] != ' ') sg_buffer_putc(printed, ' ');
    sg_buffer_add(typed, line + prompt, bytes - prompt);
    sg_buffer_putc(typed, '\n');
  }
  sg_buffer_puts(printed, "> \n");
}

void run_session(runner *r, const char *name, const char *text, const char *end) {
  char program[COMMAND_SIZE], flags[] = "-i -q -n";
  words list = {0};
  process p;
  expectation wanted;
  process_init(&p, &r->memory);
  expectation_init(&wanted, &r->memory);
  wanted.extent = SESSION;
  split_session(text, end, &wanted.lines[STDIN], &wanted.lines[EXPECT]);
  snprintf(program, sizeof program, "%s %s", r->under, r->program);
  words_add(&list, program);
  words_add(&list, flags);
  p.argv = list.items;
  p.together = true;
  run_case(r, name, &p, &wanted);
  expectation_clear(&wanted);
  process_clear(&p);
}

/* --- Programs that count their own tests. */

static bool read_counts(const sg_buffer *output, const char **last, unsigned *passed,
                        unsigned *failed) {
  const char *text = output->items, *end = text + output->count, *line;
  size_t bytes;
  *last = NULL;
  while ((line = next_line(&text, end, &bytes)) != NULL) *last = line;
  return *last != NULL && sscanf(*last, "%u passed, %u failed", passed, failed) == 2;
}

static void run_program(runner *r, char *path) {
  char under[COMMAND_SIZE];
  words list = {0};
  process p;
  process_init(&p, &r->memory);
  snprintf(under, sizeof under, "%s %s", r->under, path);
  words_add(&list, under);
  p.argv = list.items;
  p.together = true;
  p.seconds = 10 * r->seconds;
  unsigned passed = 0, failed = 0;
  const char *last = NULL;
  bool ok = process_run(&p) && !p.late;
  sg_buffer_putc(&p.output, '\0'); /* for sscanf */
  p.output.count--;
  ok = ok && read_counts(&p.output, &last, &passed, &failed);
  size_t shown = ok ? (size_t)(last - p.output.items) : p.output.count;
  bool quiet = ok && failed == 0 && memmem(p.output.items, shown, "left out", 8) == NULL;
  if (!quiet && write(STDOUT_FILENO, p.output.items, shown) < 0) perror("tests/run");
  if (!ok) printf("FAILED %s: it did not come to its end (status %d)\n", path, p.status);
  if (ok && failed == 0 && p.status != 0) printf("FAILED %s: status %d\n", path, p.status);
  fflush(stdout);
  r->passed += passed;
  r->failed += failed + (!ok || (failed == 0 && p.status != 0));
  process_clear(&p);
}

/* --- Files. */

static bool ends_in(const char *path, const char *end) {
  size_t bytes = strlen(path), length = strlen(end);
  return bytes >= length && strcmp(path + bytes - length, end) == 0;
}

static void run_text(runner *r, const char *path, char *full, sg_buffer *text) {
  expectation wanted;
  expectation_init(&wanted, &r->memory);
  if (!ends_in(path, ".session")) expectation_read(&wanted, text->items, text->count);
  bool example = strncmp(path, "examples/", 9) == 0;
  if (example) wanted.extent = SOME;
  if (ends_in(path, ".session"))
    run_session(r, path, text->items, text->items + text->count);
  else if (ends_in(path, ".sh"))
    run_shell(r, path, full, &wanted);
  else if (!example && expectation_is_empty(&wanted) && strstr(path, "/golden/") != NULL) {
    sg_buffer complaint;
    sg_buffer_init(&complaint, &r->memory);
    sg_buffer_puts(&complaint, "  states no expectation\n");
    report_case(r, path, &complaint);
    sg_buffer_clear(&complaint);
  } else
    run_script(r, path, full, &wanted);
  expectation_clear(&wanted);
}

void run_file(runner *r, const char *path) {
  char full[4096];
  snprintf(full, sizeof full, "%s%s%s", *path == '/' ? "" : r->root, *path == '/' ? "" : "/", path);
  const char *slash = strrchr(path, '/');
  if (strchr(slash == NULL ? path : slash, '.') == NULL) {
    run_program(r, full);
    return;
  }
  sg_buffer text;
  sg_buffer_init(&text, &r->memory);
  int failure = sg_file_read(&text, full);
  if (failure != 0) {
    printf("FAILED %s: %s\n", path, strerror(failure));
    fflush(stdout);
    r->failed++;
  } else if (ends_in(path, ".md"))
    run_document(r, path, &text);
  else
    run_text(r, path, full, &text);
  sg_buffer_clear(&text);
}
