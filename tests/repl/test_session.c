/* sgrad tests: the commands about a session, in a terminal. */
#include "pty.h"

#include <check.h>
#include <stdio.h>

Suite *session_suite(void);

static const char *const quiet[] = {"-q", "-n", NULL};

static pty t;

static void open_prompt(void) {
  pty_open(&t, "no absolute path: no history file", quiet);
  ck_assert(pty_wait(&t, "> "));
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

START_TEST(history_lists_entries) {
  open_prompt();
  pty_expect(&t, "x = 2", "\n2\n> ");
  pty_expect(&t, "for i in [1] {", "..{ ");
  pty_expect(&t, "print(i)", "..{ ");
  pty_expect(&t, "}", "\n1\n> ");
  pty_expect(&t, "y = x * 3", "\n6\n> ");
  pty_expect(
      &t, ":history",
      "\n    1  x = 2\n    2  for i in [1] {\n       print(i)\n       }\n    3  y = x * 3\n> ");
  pty_expect(&t, ":history 2", "\n    3  y = x * 3\n    4  :history\n> ");
  pty_expect(&t, ":hist print", "\n    2  for i in [1] {\n       print(i)\n       }\n> ");
  pty_expect(&t, ":history zebra", "\nno entry contains that\n> ");
  pty_expect(&t, ":history 0", "lists 1 entry or more, not 0");
  pty_await(&t, "\n> ");
  leave();
}
END_TEST

START_TEST(settings_change_the_running_session) {
  open_prompt();
  pty_expect(&t, ":set digits 3", "\n> ");
  pty_expect(&t, "pi", "\n3.14\n> ");
  pty_expect(&t, ":set digits 40", "from 1 to 17, not '40'");
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "x = 2;", "\n> ");
  pty_expect(&t, "x.backward()", "\n> ");
  pty_expect(&t, "x", "\n2 | grad 1\n> ");
  pty_expect(&t, ":reset", "\nforgot 1 variable\n> ");
  leave();
}
END_TEST

Suite *session_suite(void) {
  Suite *suite = suite_create("session");
  TCase *tests = tcase_create("terminal");
  tcase_set_timeout(tests, 60);
  suite_add_tcase(suite, tests);
  if (!pty_is_available()) return suite;
  tcase_add_test(tests, settings_change_the_running_session);
  if (pty_edits_lines()) tcase_add_test(tests, history_lists_entries);
  return suite;
}
