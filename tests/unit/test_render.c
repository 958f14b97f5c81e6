/* sgrad tests: pictures by Graphviz: what a failure leaves behind. A program of the tests stands in
 * for `dot`. */
#include "repl/command/render.h"

#include "repl/commands.h"
#include "sgrad.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *render_suite(void);

typedef struct host {
  sg_commands commands;
  uint64_t calls; /* allocations so far */
  uint64_t first; /* from this one on all fail, 0: none */
  bool once;      /* only that one */
  sg_interpreter *sgrad;
} host;

static char folder[64];

static bool fault(void *context, uint64_t call) {
  host *h = context;
  h->calls = call;
  return h->first > 0 && (call == h->first || (!h->once && call > h->first));
}

static void open_host(host *h) {
  h->sgrad = sg_open(&(sg_host){.context = h,
                                .command = sg_commands_run,
                                .command_context = &h->commands,
                                .fault = fault,
                                .has_seed = true});
  ck_assert_ptr_nonnull(h->sgrad);
  ck_assert_int_eq(sg_run(h->sgrad, "test", "a = 2; y = tanh(a * 3) + a; y.backward()", SG_ALL),
                   SG_OK);
}

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fputs(text, file);
  ck_assert_int_eq(fclose(file), 0);
}

/* A folder with old files, the working one; and a `dot` in it, the first that is found. */
static void enter_folder(const char *script) {
  snprintf(folder, sizeof folder, "/tmp/sgrad-render-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  char path[8192];
  snprintf(path, sizeof path, "%s:%s", folder, getenv("PATH"));
  setenv("PATH", path, 1);
  write_file("dot", script);
  ck_assert_int_eq(chmod("dot", 0755), 0);
  write_file("x.dot", "old");
  write_file("x.svg", "old");
}

static uint32_t count_entries(const char *path) {
  DIR *directory = opendir(path);
  uint32_t count = 0;
  ck_assert_ptr_nonnull(directory);
  while (readdir(directory) != NULL) count++;
  closedir(directory);
  return count;
}

static void leave_folder(void) {
  unlink("dot");
  unlink("x.dot");
  unlink("x.svg");
  ck_assert_int_eq(rmdir(folder), 0);
}

static bool is_old(const char *path) {
  char text[4] = "";
  FILE *file = fopen(path, "r");
  ck_assert_ptr_nonnull(file);
  ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
  fclose(file);
  return strcmp(text, "old") == 0;
}

static const char *const lines[] = {":graph y x.dot", ":graph y x.svg compact depth=1 grad=no"};
static const char *const paths[] = {"x.dot", "x.svg"};

/* False: the line has fewer than n allocations. */
static bool fail_at(int i, uint64_t n, bool once) {
  host h = {.once = once};
  open_host(&h);
  h.first = h.calls + n;
  sg_status status = sg_run(h.sgrad, "test", lines[i], SG_ALL);
  bool reached = h.calls >= h.first;
  h.first = 0;
  ck_assert_int_eq(status, reached ? SG_NO_MEMORY : SG_OK);
  ck_assert(is_old(paths[i]) == reached);
  ck_assert_uint_eq(count_entries("."), 5);
  ck_assert_int_eq(sg_run(h.sgrad, "test", "assert(a == 2); z = y * 2", SG_ALL), SG_OK);
  sg_close(h.sgrad);
  return reached;
}

START_TEST(every_failing_allocation_leaves_the_old_file) {
  for (int once = 0; once < 2; once++) {
    enter_folder("#!/bin/sh\nexec cat\n");
    uint64_t n = 1;
    while (fail_at(_i, n, once)) ck_assert_uint_lt(n++, 2000);
    leave_folder();
  }
}
END_TEST

/* What the `dot` does, and the status then. */
static const struct behaviour {
  const char *script;
  sg_status status;
} behaviours[] = {
    {"#!/bin/sh\nexec cat\n", SG_OK},
    {"#!/bin/sh\necho early\n", SG_OK},
    {"#!/bin/sh\necho '  ' >&2; exit 1\n", SG_ERROR},
    {"#!/bin/sh\nexec <&- >&- 2>&-\n", SG_ERROR},
    {"#!/bin/sh\nhead -c 100000 /dev/zero | tr '\\0' x >&2\ncat >/dev/null\nexit 1\n", SG_ERROR},
};

/* The bytes that live. */
static size_t measure(host *h) {
  ck_assert(sg_heap_collect(&sg_get_vm(h->sgrad)->heap));
  return sg_get_memory(h->sgrad)->used;
}

START_TEST(nothing_is_left_behind) {
  host h = {0};
  enter_folder(behaviours[_i].script);
  open_host(&h);
  uint32_t descriptors = count_entries("/proc/self/fd");
  ck_assert_int_eq(sg_run(h.sgrad, "test", lines[1], SG_ALL), behaviours[_i].status);
  size_t used = measure(&h);
  ck_assert_int_eq(sg_run(h.sgrad, "test", lines[1], SG_ALL), behaviours[_i].status);
  ck_assert(is_old("x.svg") == (behaviours[_i].status != SG_OK));
  ck_assert_uint_eq(count_entries("/proc/self/fd"), descriptors);
  ck_assert_uint_eq(measure(&h), used);
  ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
  ck_assert_uint_eq(count_entries("."), 5);
  sg_close(h.sgrad);
  leave_folder();
}
END_TEST

START_TEST(an_interrupt_ends_the_process) {
  host h = {0};
  enter_folder("#!/bin/sh\nsleep 60\n");
  open_host(&h);
  sg_vm *vm = sg_get_vm(h.sgrad);
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  sg_buffer_puts(&text, "digraph {}");
  sg_interrupted = 1;
  ck_assert(!sg_render(vm, &text, "svg", "x.svg"));
  sg_interrupted = 0;
  ck_assert_int_eq(vm->error.status, SG_INTERRUPTED);
  sg_error_clear(&vm->error);
  ck_assert(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
  ck_assert(is_old("x.svg"));
  ck_assert_uint_eq(count_entries("."), 5);
  sg_buffer_clear(&text);
  sg_close(h.sgrad);
  leave_folder();
}
END_TEST

Suite *render_suite(void) {
  Suite *suite = suite_create("render");
  TCase *test = tcase_create("render");
  tcase_set_timeout(test, 60);
  tcase_add_loop_test(test, every_failing_allocation_leaves_the_old_file, 0, 2);
  tcase_add_loop_test(test, nothing_is_left_behind, 0, sizeof behaviours / sizeof *behaviours);
  tcase_add_test(test, an_interrupt_ends_the_process);
  suite_add_tcase(suite, test);
  return suite;
}
