/* sgrad tests: the table of commands, and each command under every failing allocation. */
#include "fault_kit.h"
#include "repl/commands.h"

#include <check.h>
#include <stdio.h>

Suite *commands_suite(void);

static const char setup[] =
    "x = 2; α = [x, 1.5]; y = dot(α, α) + 1; f(t) = t + 1; r = {w: 1}; y.backward()";

static const char *const lines[] = {
    ":graph y",       ":graph f(x) rankdir=TB grad=no",
    ":tape y",        ":tape",
    ":vars",          ":ast z = 3 * f(x)",
    ":help",          ":help atan2",
    ":help math",     ":help f",
    ":help **",       ":time z = f(3)",
    ":grpah y",       ":help tahn",
    ":graph pi",      ":graph x + ",
    ":graph zz",      ":help topics",
    ":help lists",    ":help random",
    ":help =>",       ":help y z",
    ":help r.w",      ":help pi",
    ":help :graph",   ":examples",
    ":examples mic",  ":examples micrograd-paste",
    ":examples zzzz", ":graph y compact depth=1",
    ":graph y cm",
};

typedef struct host {
  faults faults; /* first: the interpreter's context is both */
  sg_commands commands;
  uint32_t written;
} host;

static bool count_bytes(void *context, const char *text, size_t bytes) {
  host *h = context;
  (void)text;
  h->written += (uint32_t)bytes;
  return true;
}

static sg_interpreter *open_host(host *h) {
  sg_interpreter *sgrad = sg_open(&(sg_host){.context = h,
                                             .write = count_bytes,
                                             .command = sg_commands_run,
                                             .command_context = &h->commands,
                                             .fault = fault,
                                             .has_seed = true});
  ck_assert_ptr_nonnull(sgrad);
  ck_assert_int_eq(sg_run(sgrad, "test", setup, SG_ALL), SG_OK);
  return sgrad;
}

/* Runs the line with its n-th allocation failing; false: it has fewer. */
static bool fail_at(const char *line, uint64_t n, bool once, sg_status without) {
  host h = {.faults.once = once};
  sg_interpreter *sgrad = open_host(&h);
  h.faults.first = h.faults.calls + n;
  sg_status status = sg_run(sgrad, "test", line, SG_ALL);
  bool reached = h.faults.calls >= h.faults.first;
  h.faults.first = 0;
  if (reached)
    ck_assert_msg(status == SG_NO_MEMORY || status == without, "%s: %d at %d", line, (int)status,
                  (int)n);
  else
    ck_assert_int_eq(status, without);
  ck_assert_int_eq(sg_run(sgrad, "test", "assert(y == 7.25); z = y * 2", SG_ALL), SG_OK);
  sg_close(sgrad);
  ck_assert_uint_eq(h.commands.prompt, 0);
  return reached;
}

START_TEST(every_failing_allocation) {
  host h = {0};
  sg_interpreter *sgrad = open_host(&h);
  sg_status without = sg_run(sgrad, "test", lines[_i], SG_ALL);
  ck_assert(without == SG_OK || without == SG_ERROR);
  ck_assert((h.written > 0) == (without == SG_OK));
  sg_close(sgrad);
  for (int once = 0; once < 2; once++) {
    uint64_t n = 1;
    while (fail_at(lines[_i], n, once, without)) ck_assert_uint_lt(n++, 2000);
  }
}
END_TEST

START_TEST(rows_are_sorted_and_complete) {
  const char *last = "";
  for (const sg_command *row = sg_commands_table(); row->name; row++) {
    ck_assert_str_lt(last, row->name);
    ck_assert_str_ne(row->doc, "");
    ck_assert(row->run != NULL);
    ck_assert_ptr_eq(sg_commands_find(row->name), row);
    last = row->name;
  }
  ck_assert_ptr_null(sg_commands_find("gr"));
}
END_TEST

START_TEST(prefixes_at_the_prompt_only) {
  host h = {0};
  sg_interpreter *sgrad = open_host(&h);
  ck_assert_int_eq(sg_run(sgrad, "test", ":va", SG_ALL), SG_ERROR);
  h.commands.prompt = true;
  ck_assert_int_eq(sg_run(sgrad, "test", ":va", SG_ALL), SG_OK);
  ck_assert_int_eq(sg_run(sgrad, "test", ":t", SG_ALL), SG_ERROR);
  ck_assert_int_eq(sg_run(sgrad, "test", ":q", SG_ALL), SG_EXIT);
  sg_close(sgrad);
}
END_TEST

Suite *commands_suite(void) {
  Suite *suite = suite_create("commands");
  TCase *test = tcase_create("commands");
  tcase_set_timeout(test, 60);
  tcase_add_loop_test(test, every_failing_allocation, 0, sizeof lines / sizeof *lines);
  tcase_add_test(test, rows_are_sorted_and_complete);
  tcase_add_test(test, prefixes_at_the_prompt_only);
  suite_add_tcase(suite, test);
  return suite;
}
