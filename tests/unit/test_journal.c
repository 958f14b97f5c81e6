/* sgrad tests: the session's journal and the bytes it is kept in, and the commands of a session
 * under every failing allocation. */
#include "repl/session.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

Suite *journal_suite(void);

/* --- Bytes. */

START_TEST(spill_gives_back_what_it_took) {
  enum { PIECE = 1000, PIECES = 300 };
  sg_memory memory;
  sg_spill spill;
  sg_memory_init(&memory);
  sg_spill_init(&spill, &memory);
  if (_i == 1) setenv("TMPDIR", "/dev/null", 1);
  char piece[PIECE], back[3 * PIECE];
  for (int i = 0; i < PIECES; i++) {
    memset(piece, 'a' + i % 26, PIECE);
    sg_spill_add(&spill, piece, PIECE);
  }
  ck_assert_uint_eq(sg_spill_size(&spill), PIECE * PIECES);
  ck_assert(!sg_spill_is_lost(&spill));
  ck_assert((spill.filed == 0) == (_i == 1));
  for (int i = 0; i + 3 <= PIECES; i++) {
    ck_assert(sg_spill_write(&spill, (uint64_t)i * PIECE + PIECE - 1, "AB", 2));
    ck_assert(sg_spill_read(&spill, (uint64_t)i * PIECE, back, sizeof back));
    ck_assert_int_eq(back[PIECE - 1], 'A');
    ck_assert_int_eq(back[PIECE], 'B');
    ck_assert_int_eq(back[PIECE + 1], 'a' + (i + 1) % 26);
    ck_assert_int_eq(back[3 * PIECE - 1], 'a' + (i + 2) % 26);
  }
  ck_assert_uint_lt(memory.peak, _i == 1 ? 1 << 20 : 1 << 18);
  sg_spill_clear(&spill);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

static bool deny(void *context, uint64_t call) {
  (void)context;
  (void)call;
  return true;
}

START_TEST(spill_that_is_full_says_so) {
  sg_memory memory;
  sg_spill spill;
  sg_memory_init(&memory);
  memory.fault = deny;
  sg_spill_init(&spill, &memory);
  sg_spill_add(&spill, "text", 4);
  ck_assert(sg_spill_is_lost(&spill));
  memory.fault = NULL;
  sg_spill_clear(&spill);
  ck_assert(!sg_spill_is_lost(&spill));
}
END_TEST

/* --- Sessions. */

static const char setup[] = "x = uniform(); xs = [normal(), x]; f(t) = t + x; relu = 3";

static const char *const lines[] = {
    "y = x * 2\n[y, xs]\nz = _[0]\n{a: range(100), b: f}",
    ":save out.sg overwrite",
    "3 + 4\nlate(v) = v * _\n5\n:save out.sg overwrite",
    ":set digits 3\n:set\n:set color",
    ":reset",
    ":vars",
    ":time w = random()",
    ":load part.sg",
    "for i in range(3) { xs.append(random()); if i == 1 { error(\"no\") } }",
    ":history",
};

typedef struct host {
  sg_session session;
  uint64_t calls;
  uint64_t first; /* from this allocation on all fail, 0: none */
  bool once;      /* only that one */
} host;

static bool fault(void *context, uint64_t call) {
  host *h = context; /* the session lies first in it */
  h->calls = call;
  return h->first > 0 && (call == h->first || (!h->once && call > h->first));
}

static void open_host(host *h) {
  sg_session_init(&h->session);
  sg_host options = {.fault = fault, .has_seed = true, .seed = 5};
  ck_assert(sg_session_open(&h->session, &options, SG_WHEN_NEVER));
  ck_assert_int_eq(sg_run(h->session.sgrad, "test", setup, SG_ALL), SG_OK);
  h->session.commands.prompt = true;
}

/* What the variables are, as text. */
static char *describe(sg_interpreter *sgrad) {
  static const char code[] = "[is_node(x), x, xs, relu]";
  sg_buffer text;
  static sg_memory memory;
  sg_memory_init(&memory);
  sg_buffer_init(&text, &memory);
  ck_assert_int_eq(sg_evaluate(sgrad, "test", code, SG_ALL, &text), SG_OK);
  char *copy = strdup(sg_buffer_text(&text));
  sg_buffer_clear(&text);
  return copy;
}

/* The session's script, run by another interpreter, leaves the same variables. */
static void check_script(host *h) {
  ck_assert_int_eq(sg_run_typed(h->session.sgrad, "test", ":save again.sg overwrite", SG_ALL),
                   SG_OK);
  char *wanted = describe(h->session.sgrad);
  host other = {0};
  sg_session_init(&other.session);
  ck_assert(sg_session_open(&other.session, &(sg_host){0}, SG_WHEN_NEVER));
  ck_assert_int_eq(sg_run_file(other.session.sgrad, "again.sg"), SG_OK);
  char *got = describe(other.session.sgrad);
  ck_assert_str_eq(got, wanted);
  sg_session_clear(&other.session);
  free(wanted);
  free(got);
}

/* Runs the line with its n-th allocation failing; false: it has fewer. */
static bool fail_at(int line, uint64_t n, bool once) {
  host h = {.once = once};
  open_host(&h);
  sg_interpreter *sgrad = h.session.sgrad;
  h.first = h.calls + n;
  sg_status status = sg_run_typed(sgrad, "test", lines[line], SG_ALL);
  bool reached = h.calls >= h.first;
  h.first = 0;
  bool fails = line >= 8;
  ck_assert_msg(status == (fails ? SG_ERROR : SG_OK) || (reached && status == SG_NO_MEMORY),
                "%s: %d at %d", lines[line], (int)status, (int)n);
  const sg_global *x = sg_vm_global(sg_get_vm(sgrad), "x", 1);
  if (sg_is_undefined(x->value)) /* after a reset */
    ck_assert_int_eq(sg_run(sgrad, "test", setup, SG_ALL), SG_OK);
  if (line != 8) check_script(&h);
  sg_session_clear(&h.session);
  return reached;
}

static char folder[] = "/tmp/sgrad-journal-XXXXXX";

static void enter_folder(void) {
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  FILE *part = fopen("part.sg", "w");
  ck_assert_ptr_nonnull(part);
  fputs("loaded = random()\n", part);
  fclose(part);
  int nowhere = open("/dev/null", O_WRONLY);
  ck_assert(dup2(nowhere, STDOUT_FILENO) >= 0 && dup2(nowhere, STDERR_FILENO) >= 0);
}

static void leave_folder(void) {
  unlink("part.sg");
  unlink("out.sg");
  unlink("again.sg");
  rmdir(folder);
}

START_TEST(every_failing_allocation) {
  enter_folder();
  for (int once = 0; once < 2; once++) {
    uint64_t n = 1;
    while (fail_at(_i, n, once)) ck_assert_uint_lt(n++, 2000);
  }
  leave_folder();
}
END_TEST

START_TEST(a_broken_journal_is_not_saved) {
  static const char *const texts[] = {"3",       "_ + 1",     ":time 4",
                                      ":time _", "# nothing", ":load part.sg"};
  host h = {0};
  enter_folder();
  open_host(&h);
  sg_interpreter *sgrad = h.session.sgrad;
  h.session.memory.fault = deny;
  sg_spill_clear(&h.session.journal.entries);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    ck_assert_int_eq(sg_run_typed(sgrad, "test", texts[i], SG_ALL), SG_OK);
  h.session.memory.fault = NULL;
  ck_assert_int_eq(sg_run_typed(sgrad, "test", ":save again.sg", SG_ALL), SG_ERROR);
  ck_assert_int_ne(access("again.sg", F_OK), 0);
  ck_assert_int_eq(sg_run_typed(sgrad, "test", ":reset", SG_ALL), SG_OK);
  ck_assert_int_eq(sg_run(sgrad, "test", setup, SG_ALL), SG_OK);
  check_script(&h);
  sg_session_clear(&h.session);
  leave_folder();
}
END_TEST

START_TEST(reset_is_a_fresh_session) {
  host h = {0};
  open_host(&h);
  sg_interpreter *sgrad = h.session.sgrad;
  char *first = describe(sgrad);
  ck_assert_int_eq(sg_run(sgrad, "test", ":reset", SG_ALL), SG_OK);
  ck_assert_uint_eq(sg_get_vm(sgrad)->tape.count, 0);
  ck_assert_int_eq(sg_run(sgrad, "test", "assert(relu(-1) == 0)", SG_ALL), SG_OK);
  ck_assert_int_eq(sg_run(sgrad, "test", setup, SG_ALL), SG_OK);
  char *second = describe(sgrad);
  ck_assert_str_eq(first, second);
  free(first);
  free(second);
  sg_session_clear(&h.session);
}
END_TEST

Suite *journal_suite(void) {
  Suite *suite = suite_create("journal");
  TCase *test = tcase_create("journal");
  tcase_set_timeout(test, 120);
  tcase_add_loop_test(test, spill_gives_back_what_it_took, 0, 2);
  tcase_add_test(test, spill_that_is_full_says_so);
  tcase_add_loop_test(test, every_failing_allocation, 0, sizeof lines / sizeof *lines);
  tcase_add_test(test, a_broken_journal_is_not_saved);
  tcase_add_test(test, reset_is_a_fresh_session);
  suite_add_tcase(suite, test);
  return suite;
}
