/* sgrad tests: completion and hints in a terminal. */
#include "pty.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *complete_suite(void);

#define TAB "\t"
#define ALT_H "\033h"

static pty t;

static void open_prompt(void) {
  static const char *const quiet[] = {"-q", "-n", NULL};
  pty_open(&t, "/nonexistent", quiet);
  ck_assert(pty_wait(&t, "> "));
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

static void expect_screen(const char *keys, const char *answer) {
  pty_type(&t, keys);
  ck_assert_msg(pty_wait(&t, answer), "no '%s' on:\n%s", answer, t.screen);
}

START_TEST(tab_completes) {
  open_prompt();
  pty_expect(&t, "abacus = 40", "\n40\n> ");
  pty_expect(&t, "aba" TAB " + 2", "\n42\n> ");
  expect_screen("le" TAB TAB "n([1])\r", "\n1\n> ");
  expect_screen("(-3).abs" TAB ")\r", "\n3\n> ");
  expect_screen("\\alp" TAB TAB " = 7\r", "\n7\n> ");
  expect_screen("\\alpha" TAB "\\_1" TAB " = 8\r", "\n8\n> ");
  expect_screen("α₁\r", "\n8\n> ");
  expect_screen("round(2.25, n" TAB, "n=");
  expect_screen("=1)\r", "\n2.2\n> ");
  expect_screen(":he" TAB "rel" TAB "\r", "\nrelu(x)\n");
  expect_screen("", "\n> ");
  leave();
}
END_TEST

START_TEST(tab_lists_what_is_ambiguous) {
  open_prompt();
  pty_expect(&t, "valve_one = 1; valve_two = 2;", "\n> ");
  expect_screen("valve_" TAB, "valve_one  valve_two");
  expect_screen("t" TAB "\r", "\n2\n> ");
  leave();
}
END_TEST

/* A name with a blank needs quotes, which the list of names is spared. */
START_TEST(tab_lists_files_without_quotes) {
  char folder[] = "/tmp/sgrad-files-XXXXXX", path[64], keys[64];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  static const char *const names[] = {"a b.sg", "a c.sg"};
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_eq(write(file, i ? "print(7)" : "print(6)", 8), 8);
    close(file);
  }
  snprintf(path, sizeof path, "%s/a d", folder);
  ck_assert_int_eq(mkdir(path, 0700), 0);
  open_prompt();
  snprintf(keys, sizeof keys, ":load %s/" TAB, folder);
  expect_screen(keys, "\na b.sg  a c.sg  a d/");
  snprintf(keys, sizeof keys, "> :load \"%s/a ", folder);
  expect_screen("", keys);
  expect_screen("c" TAB "\r", "c.sg\"");
  expect_screen("", "\n7\n> ");
  ck_assert_int_eq(rmdir(path), 0);
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    ck_assert_int_eq(unlink(path), 0);
  }
  ck_assert_int_eq(rmdir(folder), 0);
  leave();
}
END_TEST

START_TEST(tab_indents_blocks) {
  open_prompt();
  expect_screen("f() = {\r", "..{ ");
  expect_screen(TAB, "  ");
  expect_screen("aa: 5}\r", "aa: 5}");
  expect_screen("f().aa\r", "\n5\n> ");
  leave();
}
END_TEST

START_TEST(ctrl_c_and_ctrl_g_leave_the_question) {
  open_prompt();
  expect_screen(TAB, "possibilities? (y or n)");
  pty_type(&t, _i == 0 ? CTRL_C : "\007");
  expect_screen("", "> ");
  pty_expect(&t, "6 * 7", "\n42\n> ");
  leave();
}
END_TEST

START_TEST(a_cursor_in_the_middle) {
  open_prompt();
  expect_screen("ab(-2) + 1\001\006\006" TAB "\r", "\n3\n> ");
  leave();
}
END_TEST

START_TEST(hints_keep_the_line) {
  open_prompt();
  pty_expect(&t, "f(alpha, beta=2) = alpha + beta", "> ");
  expect_screen("f(1, " ALT_H, "\nf(alpha, beta=2)\n");
  expect_screen("5)\r", "> f(1, 5)");
  expect_screen("", "\n6\n> ");
  expect_screen("f(1,\r", "..( ");
  expect_screen(ALT_H, "\nf(alpha, beta=2)\n");
  expect_screen("7)\r", "\n8\n> ");
  leave();
}
END_TEST

/* The person's inputrc has the last word. */
START_TEST(inputrc_rules) {
  char path[] = "/tmp/sgrad-inputrc-XXXXXX", variable[64];
  const char *const words[] = {"-q", "-n", variable, NULL};
  int file = mkstemp(path);
  static const char text[] =
      "set show-all-if-ambiguous off\n$if sgrad\n\"\\C-t\": sgrad-hint\n$endif\n";
  ck_assert_int_eq(write(file, text, sizeof text - 1), (ssize_t)sizeof text - 1);
  close(file);
  snprintf(variable, sizeof variable, "INPUTRC=%s", path);
  pty_open(&t, "/nonexistent", words);
  ck_assert(pty_wait(&t, "> "));
  unlink(path);
  pty_expect(&t, "valve_one = 1; valve_two = 2;", "\n> ");
  expect_screen("valv" TAB, "e_"); /* and a bell between */
  ck_assert_ptr_null(strstr(t.screen, "valve_one  valve_two"));
  expect_screen(TAB TAB, "valve_one  valve_two");
  expect_screen("", "> valve_");
  expect_screen(CTRL_C, "\n> ");
  expect_screen("exit(\024", "\nexit(n=0)\n");
  expect_screen("", "> exit(");
  expect_screen(CTRL_C, "\n> ");
  leave();
}
END_TEST

Suite *complete_suite(void) {
  Suite *suite = suite_create("complete");
  TCase *tests = tcase_create("complete");
  suite_add_tcase(suite, tests);
  if (!pty_edits_lines()) return suite;
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, tab_completes);
  tcase_add_test(tests, tab_lists_what_is_ambiguous);
  tcase_add_test(tests, tab_lists_files_without_quotes);
  tcase_add_test(tests, tab_indents_blocks);
  tcase_add_loop_test(tests, ctrl_c_and_ctrl_g_leave_the_question, 0, 2);
  tcase_add_test(tests, a_cursor_in_the_middle);
  tcase_add_test(tests, hints_keep_the_line);
  tcase_add_test(tests, inputrc_rules);
  return suite;
}
