/* sgrad tests: signals while a line is read, and while a program runs. */
#include "pty.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

Suite *signals_suite(void);

static const char *const quiet[] = {"-q", "-n", NULL};
static pty t;

static void open_prompt(void) {
  pty_open(&t, NULL, quiet);
  pty_await(&t, "> ");
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

typedef struct moment {
  const char *keys;
  const char *shown; /* when Readline has taken them */
} moment;

#define PASTE "\x1b[200~"

/* Modes of Readline that read keys of their own. */
static const moment moments[] = {
    {"hello", "hello"},        {"hello" CTRL_R, "(reverse-i-search)"},
    {CTRL_R "1;", "1;"},       {ESCAPE "5", "(arg: "},
    {"hello" CTRL_V, "hello"}, {"hello\x18", "hello"},
    {"hello" ESCAPE, "hello"}, {"xs = [1,\r2,", "..[ 2,"},
    {PASTE "print(1)\n", ""},  {"hello" CTRL_R PASTE "1;", "(reverse-i-search)"},
    {PASTE "\x1b[201", ""},
};

START_TEST(ctrl_c_drops_the_line_in_any_mode) {
  open_prompt();
  pty_expect(&t, "1;", "\n> ");
  pty_type(&t, moments[_i].keys);
  pty_await(&t, moments[_i].shown);
  poll(NULL, 0, 50);
  pty_type(&t, CTRL_C);
  pty_await(&t, "\n> ");
  pty_expect(&t, "6 * 7", "6 * 7\n42\n> ");
  leave();
}
END_TEST

START_TEST(ctrl_c_stops_what_reads_and_runs) {
  static const moment programs[] = {{"x = input(\"who? \")\r", "\nwho? "},
                                    {"print(\"go\"); while true { }\r", "\ngo\n"},
                                    {"print(\"go\"); [1 for i in range(1e12)]\r", "\ngo\n"}};
  open_prompt();
  pty_type(&t, programs[_i].keys);
  pty_await(&t, programs[_i].shown);
  poll(NULL, 0, 50);
  pty_type(&t, CTRL_C);
  pty_await(&t, "\n<prompt>:1:");
  pty_await(&t, "error: interrupted\n");
  pty_await(&t, "> ");
  pty_expect(&t, "6 * 7", "\n42\n> ");
  leave();
}
END_TEST

START_TEST(signals_that_end_restore_the_terminal) {
  static const int signals[] = {SIGTERM, SIGHUP, SIGQUIT};
  open_prompt();
  pty_type(&t, "half a li");
  pty_await(&t, "half a li");
  ck_assert(!pty_is_sane(&t));
  kill(t.child, signals[_i]);
  pty_await(&t, "\n");
  int waited = 0;
  while (!pty_is_sane(&t) && waited++ < 200) poll(NULL, 0, 10);
  ck_assert(pty_is_sane(&t));
  ck_assert_int_eq(pty_close(&t), 128 + signals[_i]);
}
END_TEST

START_TEST(a_terminal_that_goes_ends_the_program) {
  open_prompt();
  pty_type(&t, "exit(3)");
  pty_await(&t, "exit(3)");
  pty_hang_up(&t);
  ck_assert_int_eq(pty_close(&t), 128 + SIGHUP);
}
END_TEST

START_TEST(a_stopped_program_goes_on_with_its_line) {
  int status = 0;
  open_prompt();
  pty_type(&t, "6 *");
  pty_await(&t, "6 *");
  kill(t.child, SIGSTOP);
  ck_assert_int_eq(waitpid(t.child, &status, WUNTRACED), t.child);
  ck_assert(WIFSTOPPED(status));
  kill(t.child, SIGCONT);
  pty_await(&t, "> 6 *");
  pty_type(&t, " 7\r");
  pty_await(&t, "\n42\n> ");
  leave();
}
END_TEST

/* Nobody could make it go on. */
START_TEST(ctrl_z_without_a_shell_stops_nothing) {
  open_prompt();
  pty_type(&t, "6 * 7");
  pty_await(&t, "6 * 7");
  pty_type(&t, CTRL_Z);
  pty_await(&t, "> 6 * 7");
  pty_type(&t, "0\r");
  pty_await(&t, "\n420\n> ");
  leave();
}
END_TEST

Suite *signals_suite(void) {
  Suite *suite = suite_create("signals");
  TCase *tests = tcase_create("terminal");
  tcase_set_timeout(tests, 60);
  suite_add_tcase(suite, tests);
  if (!pty_edits_lines()) return suite;
  tcase_add_loop_test(tests, ctrl_c_drops_the_line_in_any_mode, 0,
                      sizeof moments / sizeof *moments);
  tcase_add_loop_test(tests, ctrl_c_stops_what_reads_and_runs, 0, 3);
  tcase_add_loop_test(tests, signals_that_end_restore_the_terminal, 0, 3);
  tcase_add_test(tests, a_terminal_that_goes_ends_the_program);
  tcase_add_test(tests, a_stopped_program_goes_on_with_its_line);
  tcase_add_test(tests, ctrl_z_without_a_shell_stops_nothing);
  return suite;
}
