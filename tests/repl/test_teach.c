/* sgrad tests: help and examples at the prompt. */
#include "pty.h"

#include <check.h>
#include <string.h>

Suite *teach_suite(void);

static pty t;

static void open_prompt(void) {
  static const char *const quiet[] = {"-q", "-n", NULL};
  pty_open(&t, NULL, quiet);
  ck_assert(pty_wait(&t, "> "));
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

static int count_lines(const char *text) {
  int lines = 0;
  while ((text = strchr(text, '\n')) != NULL) lines++, text++;
  return lines;
}

/* From the line that was typed to the new prompt, all of it on one screen of 24 lines. */
START_TEST(first_page_stays_on_the_screen) {
  static const char *const lines[] = {":help\r", "?\r"};
  open_prompt();
  size_t before = t.shown;
  pty_type(&t, lines[_i]);
  ck_assert(pty_wait(&t, "every number knows its gradient"));
  ck_assert(pty_wait(&t, "Ctrl-D leaves"));
  ck_assert(pty_wait(&t, "\n> "));
  ck_assert_int_le(count_lines(t.screen + before), 23);
  leave();
}
END_TEST

START_TEST(names_are_explained) {
  open_prompt();
  pty_expect(&t, "?relu", "\nrelu(x)\n");
  ck_assert(pty_wait(&t, "value     max(x, 0)\n"));
  ck_assert(pty_wait(&t, "\n> "));
  pty_expect(&t, ":help tnah", "did you mean 'tanh'?");
  pty_expect(&t, ":he :graph", "\n:graph ");
  pty_expect(&t, ":help lists", "A list holds values in order");
  pty_expect(&t, "f(x) = x + 1", "\n> ");
  pty_expect(&t, "?f", "A function of the program.");
  leave();
}
END_TEST

/* What an example leaves behind can be played with. */
START_TEST(examples_leave_their_variables) {
  open_prompt();
  pty_expect(&t, ":examples", "micrograd-paste");
  pty_expect(&t, ":examples micrograd-p", "examples/micrograd-paste.sg");
  ck_assert(pty_wait(&t, "24.7041"));
  pty_expect(&t, "a", "\n-4 | grad 138.834\n");
  leave();
}
END_TEST

Suite *teach_suite(void) {
  Suite *suite = suite_create("teach");
  TCase *tests = tcase_create("terminal");
  tcase_set_timeout(tests, 60);
  suite_add_tcase(suite, tests);
  if (!pty_is_available()) return suite;
  tcase_add_loop_test(tests, first_page_stays_on_the_screen, 0, 2);
  tcase_add_test(tests, examples_leave_their_variables);
  if (pty_edits_lines()) tcase_add_test(tests, names_are_explained);
  return suite;
}
