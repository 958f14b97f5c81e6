/* sgrad tests: the prompt in a terminal. */
#include "pty.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *prompt_suite(void);

static const char *const quiet[] = {"-q", "-n", NULL};

static pty t;

static void open_prompt(void) {
  pty_open(&t, NULL, quiet);
  ck_assert(pty_wait(&t, "> "));
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

START_TEST(greets_echoes_and_leaves) {
  static const char *const words[] = {"-n", NULL};
  pty_open(&t, NULL, words);
  ck_assert(pty_wait(&t, "sgrad "));
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "1 + 2", "\n3\n> ");
  pty_expect(&t, "x = 5", "\n5\n> ");
  pty_expect(&t, "x = 6;", "\n> ");
  pty_expect(&t, "none", "\n> ");
  pty_expect(&t, "print(x)", "\n6\n> ");
  pty_expect(&t, "_ + 1", "\n6\n> ");
  leave();
}
END_TEST

START_TEST(statements_go_on_over_lines) {
  open_prompt();
  pty_expect(&t, "xs = [1,", "..[ ");
  pty_expect(&t, "2]", "[1, 2]\n> ");
  pty_expect(&t, "for x in xs {", "..{ ");
  pty_expect(&t, "print(x * 10)", "..{ ");
  pty_expect(&t, "}", "\n10\n20\n> ");
  leave();
}
END_TEST

START_TEST(ctrl_c_drops_what_was_typed) {
  open_prompt();
  pty_type(&t, "x = 99");
  ck_assert(pty_wait(&t, "x = 99"));
  pty_type(&t, CTRL_C);
  ck_assert(pty_wait(&t, "\n> "));
  pty_expect(&t, "xs = [1,", "..[ ");
  pty_type(&t, CTRL_C);
  ck_assert(pty_wait(&t, "\n> "));
  pty_expect(&t, "7 * 6", "\n42\n> ");
  leave();
}
END_TEST

START_TEST(ctrl_c_stops_a_program) {
  open_prompt();
  pty_type(&t, "n = 0\rprint(\"going\"); while true { n += 1 }\r");
  ck_assert(pty_wait(&t, "\ngoing\n"));
  pty_type(&t, CTRL_C);
  ck_assert(pty_wait(&t, "interrupted"));
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "n >= 0", "\ntrue\n> ");
  leave();
}
END_TEST

/* A `dot` that never ends stands in for Graphviz. */
START_TEST(ctrl_c_stops_a_picture) {
  char folder[] = "/tmp/sgrad-dot-XXXXXX", path[8192], name[64];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  snprintf(name, sizeof name, "%s/dot", folder);
  FILE *program = fopen(name, "w");
  ck_assert_ptr_nonnull(program);
  fprintf(program, "#!/bin/sh\nprintf 'drawing\\n' >/dev/tty\nsleep 60\n");
  ck_assert_int_eq(fclose(program), 0);
  ck_assert_int_eq(chmod(name, 0755), 0);
  snprintf(path, sizeof path, "%s:%s", folder, getenv("PATH"));
  setenv("PATH", path, 1);
  open_prompt();
  pty_expect(&t, "x = 2; y = x * 3", "\n6\n> ");
  snprintf(path, sizeof path, ":graph y %s/y.svg\r", folder);
  pty_type(&t, path);
  ck_assert_msg(pty_wait(&t, "drawing"), "on:\n%s", t.screen);
  pty_type(&t, CTRL_C);
  ck_assert(pty_wait(&t, "interrupted"));
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "y + 1", "\n7\n> ");
  leave();
  unlink(name);
  ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(ctrl_d_abandons_an_open_statement) {
  open_prompt();
  pty_expect(&t, "xs = [1,", "..[ ");
  pty_type(&t, CTRL_D);
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "\"still \" + \"here\"", "\"still here\"\n> ");
  leave();
}
END_TEST

START_TEST(errors_do_not_end_the_session) {
  open_prompt();
  pty_expect(&t, "x = 4", "\n4\n> ");
  pty_expect(&t, "x + nowhere", "error: ");
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "x = )", "error: ");
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "x", "\n4\n> ");
  leave();
}
END_TEST

static const char hint[] = "Type :help for an overview";

START_TEST(the_caret_stands_under_what_was_typed) {
  open_prompt();
  pty_expect(&t, "α = tahn(1)", "\n      ^~~~\nerror: unknown name 'tahn'\nnote: ");
  pty_expect(&t, "", "> ");
  pty_expect(&t, "f(x) = x + no1", "> ");
  pty_expect(&t, "f(3)", "\n<prompt>:1:12: error: unknown name 'no1'\nf(x) = x + no1\n");
  pty_expect(&t, "print(1); no2", "\n1\n<prompt>:1:11: error: ");
  pty_expect(&t,
             "\"a line that is as long as the terminal is wide "
             ".......................................\" + no3",
             "\n<prompt>:1:9");
  pty_expect(&t, "[1,", "..[ ");
  pty_expect(&t, "no4]", "\n<prompt>:2:1: error: unknown name 'no4'\nno4]\n^~~\n");
  leave();
}
END_TEST

START_TEST(the_first_error_mentions_help) {
  open_prompt();
  pty_expect(&t, "nowhere", "error: ");
  pty_await(&t, hint);
  pty_expect(&t, "nowhere", "error: ");
  pty_await(&t, "\n> ");
  leave();
  ck_assert_ptr_null(strstr(strstr(t.screen, hint) + 1, hint));
}
END_TEST

START_TEST(words_that_leave) {
  static const char *const lines[] = {"exit\r", "quit\r", "quit()\r", ":quit\r", "exit(0)\r"};
  open_prompt();
  pty_type(&t, lines[_i]);
  ck_assert_int_eq(pty_close(&t), 0);
}
END_TEST

START_TEST(exit_status_is_given) {
  open_prompt();
  pty_type(&t, "exit(5)\r");
  ck_assert_int_eq(pty_close(&t), 5);
}
END_TEST

START_TEST(exit_may_be_a_name) {
  open_prompt();
  pty_expect(&t, "exit = 3", "\n3\n> ");
  pty_expect(&t, "exit", "\n3\n> ");
  leave();
}
END_TEST

START_TEST(prompt_opens_after_a_program) {
  static const char *const words[] = {"-q", "-n", "-i", "-e", "a = 20", NULL};
  pty_open(&t, NULL, words);
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "a + 1", "\n21\n> ");
  leave();
}
END_TEST

START_TEST(input_reads_a_line_of_the_terminal) {
  open_prompt();
  pty_type(&t, "name = input(\"who? \")\r");
  ck_assert(pty_wait(&t, "\nwho? "));
  pty_type(&t, "me\r");
  ck_assert(pty_wait(&t, "\"me\"\n> "));
  leave();
}
END_TEST

START_TEST(ctrl_c_at_input_stops_the_statement) {
  open_prompt();
  pty_type(&t, "name = input(\"who? \")\r");
  ck_assert(pty_wait(&t, "\nwho? "));
  pty_type(&t, CTRL_C);
  ck_assert(pty_wait(&t, "interrupted"));
  ck_assert(pty_wait(&t, "> "));
  pty_expect(&t, "3 * 3", "\n9\n> ");
  leave();
}
END_TEST

START_TEST(out_of_memory_again_and_again) {
  static const char *const words[] = {"-q", "-n", "--max-memory=40M", NULL};
  pty_open(&t, NULL, words);
  ck_assert(pty_wait(&t, "> "));
  for (int i = 0; i < 20; i++) {
    pty_expect(&t, "xs = []; while true { xs.append(\"word\" * 1000) }", "out of memory");
    ck_assert(pty_wait(&t, "\n> "));
    pty_expect(&t, "xs = none", "\n> ");
  }
  pty_expect(&t, "2 + 2", "\n4\n> ");
  leave();
}
END_TEST

Suite *prompt_suite(void) {
  Suite *suite = suite_create("prompt");
  TCase *tests = tcase_create("terminal");
  tcase_set_timeout(tests, 60);
  suite_add_tcase(suite, tests);
  if (!pty_is_available()) {
    printf("prompt: left out: there are no pseudo-terminals here (mount devpts on /dev/pts)\n");
    return suite;
  }
  tcase_add_test(tests, greets_echoes_and_leaves);
  tcase_add_test(tests, statements_go_on_over_lines);
  tcase_add_test(tests, ctrl_c_drops_what_was_typed);
  tcase_add_test(tests, ctrl_c_stops_a_picture);
  tcase_add_test(tests, ctrl_d_abandons_an_open_statement);
  tcase_add_test(tests, errors_do_not_end_the_session);
  tcase_add_loop_test(tests, words_that_leave, 0, 4);
  tcase_add_test(tests, exit_status_is_given);
  tcase_add_test(tests, exit_may_be_a_name);
  tcase_add_test(tests, prompt_opens_after_a_program);
  tcase_add_test(tests, input_reads_a_line_of_the_terminal);
  tcase_add_test(tests, ctrl_c_at_input_stops_the_statement);
  tcase_add_test(tests, out_of_memory_again_and_again);
  if (!pty_edits_lines()) {
    printf("prompt: tests of edited lines are left out: built without Readline\n");
    return suite;
  }
  tcase_add_test(tests, ctrl_c_stops_a_program);
  tcase_add_test(tests, the_caret_stands_under_what_was_typed);
  tcase_add_test(tests, the_first_error_mentions_help);
  return suite;
}
