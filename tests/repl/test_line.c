/* sgrad tests: editing a line, blocks of lines, pastes. */
#include "pty.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *line_suite(void);

static pty t;

static void open_with(const char *variable) {
  const char *const words[] = {"-q", "-n", variable, NULL};
  pty_open(&t, NULL, words);
  pty_await(&t, "> ");
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

START_TEST(a_block_is_recalled_whole_and_edited) {
  open_with(NULL);
  pty_expect(&t, "for i in [1, 2] {", "..{ ");
  pty_expect(&t, "  print(i)", "..{ ");
  pty_expect(&t, "", "..{ ");
  pty_expect(&t, "  # print twice", "..{ ");
  pty_expect(&t, "}", "\n1\n2\n> ");
  pty_type(&t, UP UP UP UP END "\b * 10)\r");
  pty_await(&t, "\n10\n20\n> ");
  pty_type(&t, UP UP UP UP UP HOME "print(\"new\");\r");
  pty_await(&t, "\nnew\n10\n20\n> ");
  leave();
}
END_TEST

START_TEST(arrows_leave_a_block_at_its_ends) {
  open_with(NULL);
  pty_expect(&t, "\"first\"", "\n\"first\"\n> ");
  pty_expect(&t, "[7,", "..[ ");
  pty_expect(&t, "8]", "\n[7, 8]\n> ");
  pty_type(&t, UP UP UP);
  pty_await(&t, "first");
  pty_type(&t, DOWN);
  pty_await(&t, "[7,");
  pty_type(&t, DOWN DOWN "99\r");
  pty_await(&t, "\n99\n> ");
  leave();
}
END_TEST

START_TEST(a_paste_is_one_entry) {
  open_with(NULL);
  pty_paste(&t,
            "f(x) = 2 * x\r\n# a comment\n\nif f(1) > 5 {\n  \"big\"\n}\nelse {\n  \"small\"\n}\n"
            "f(21)");
  pty_type(&t, "\r");
  pty_await(&t, "\n\"small\"\n42\n> ");
  pty_type(&t, UP "\b\b\b3)\r");
  pty_await(&t, "\n\"small\"\n6\n> ");
  leave();
}
END_TEST

START_TEST(an_unfinished_paste_goes_on) {
  open_with(NULL);
  pty_paste(&t, "xs = [1,\n2,");
  pty_expect(&t, "", "..[ ");
  pty_expect(&t, "3]", "\n[1, 2, 3]\n> ");
  leave();
}
END_TEST

/* 2,000 lines, a list among them that takes half of these. */
static char *make_long_paste(void) {
  enum { ROWS = 1000, ROOM = 24 };
  char *text = malloc(2 * ROWS * ROOM + 100), *at = text;
  ck_assert_ptr_nonnull(text);
  at += sprintf(at, "n = 0;\r");
  for (int i = 0; i < ROWS; i++) at += sprintf(at, "n += 1;\r");
  at += sprintf(at, "xs = [\r");
  for (int i = 0; i < ROWS; i++) at += sprintf(at, "  %d, # row\r", i);
  sprintf(at, "];\rprint(\"sum\", n, len(xs))\r");
  return text;
}

/* With brackets around it, and from a terminal that has none. */
START_TEST(a_long_paste_loses_nothing) {
  char *text = make_long_paste();
  open_with(NULL);
  if (_i == 0) {
    pty_paste(&t, text);
    pty_type(&t, "\r");
  } else {
    pty_type(&t, text);
  }
  pty_await(&t, "sum 1000 1000\n");
  free(text);
  pty_await(&t, "> ");
  pty_type(&t, "\"still \" + \"here\"\r");
  pty_await(&t, "\n\"still here\"\n> ");
  leave();
}
END_TEST

START_TEST(a_tall_block_is_shown_around_the_cursor) {
  char text[4000], *at = text;
  open_with(NULL);
  for (int i = 0; i < 99; i++) at += sprintf(at, "n%d = %d;\n", i, i);
  sprintf(at, "n0 + n98");
  pty_paste(&t, text);
  pty_await(&t, "n80 = 80;");
  pty_await(&t, "n0 + n98");
  ck_assert_ptr_null(strstr(t.screen, "n50 = "));
  for (int i = 0; i < 60; i++) pty_type(&t, UP);
  pty_await(&t, "= 41;");
  pty_type(&t, HOME "n0 = 5; n39 = 0; #\r");
  pty_await(&t, "\n103\n> ");
  leave();
}
END_TEST

START_TEST(wide_letters_are_typed_in_any_locale) {
  static const char *const locales[] = {"LC_ALL=C.UTF-8", "LC_ALL=C", "LC_ALL="};
  open_with(locales[_i]);
  pty_expect(&t, "αβ = \"日本e\u0301\"", "\n\"日本e\u0301\"\n> ");
  pty_type(&t, "len(αβ" LEFT LEFT "\b\b" UP "\r");
  pty_await(&t, "\n\"日本e\u0301\"\n> ");
  leave();
}
END_TEST

START_TEST(bytes_of_any_kind_are_survived) {
  open_with(NULL);
  pty_type(&t, "x = \"\xff\xfe\xe9\"\r");
  pty_await(&t, "error: ");
  pty_await(&t, "\n> ");
  pty_type(&t, CTRL_V "\x01" CTRL_V "\x1b"
                      "\r");
  pty_await(&t, "error: ");
  pty_await(&t, "> ");
  pty_expect(&t, "6 * 7", "\n42\n> ");
  leave();
}
END_TEST

START_TEST(terminals_that_can_little) {
  static const char *const terminals[] = {"TERM=dumb", "TERM=unknown", "TERM="};
  open_with(terminals[_i]);
  pty_expect(&t, "xs = [1,", "..[ ");
  pty_expect(&t, "2]", "\n[1, 2]\n> ");
  pty_type(&t, UP "\r");
  pty_await(&t, "\n[1, 2]\n> ");
  leave();
}
END_TEST

START_TEST(terminals_of_any_size) {
  static const unsigned short sizes[][2] = {{24, 1}, {1, 80}, {1, 1}, {0, 0}, {3, 2}};
  open_with(NULL);
  pty_resize(&t, sizes[_i][0], sizes[_i][1]);
  pty_type(&t, "xs = [40,\r2];\r" UP LEFT LEFT "\r");
  pty_type(&t, "y = nowhere\r");
  pty_type(&t, UP UP UP DOWN DOWN DOWN "exit(sum(xs))\r");
  ck_assert_int_eq(pty_close(&t), 42);
}
END_TEST

START_TEST(a_window_that_changes_is_survived) {
  open_with(NULL);
  pty_type(&t, "xs = [1,\r2,\r3]\r");
  pty_await(&t, "\n[1, 2, 3]\n> ");
  pty_type(&t, UP);
  for (unsigned short i = 1; i < 300; i++) pty_resize(&t, 24, (unsigned short)(1 + i % 90));
  pty_resize(&t, 24, 80);
  pty_type(&t, LEFT ", 4\r");
  pty_await(&t, "\n[1, 2, 3, 4]\n> ");
  leave();
}
END_TEST

static void check_inputrc(const char *text, const char *keys, const char *answer) {
  char path[] = "/tmp/sgrad-inputrc-XXXXXX", variable[64];
  int file = mkstemp(path);
  FILE *out = file < 0 ? NULL : fdopen(file, "w");
  ck_assert_ptr_nonnull(out);
  fputs(text, out);
  fclose(out);
  snprintf(variable, sizeof variable, "INPUTRC=%s", path);
  open_with(variable);
  remove(path);
  pty_type(&t, keys);
  pty_await(&t, answer);
  leave();
}

START_TEST(inputrc_knows_the_program) {
  check_inputrc("$if sgrad\n\"\\C-xq\": \"6 * 7\"\n$endif\n$if other\n\"\\C-xq\": \"0\"\n$endif\n",
                "\x18q\r", "\n42\n> ");
}
END_TEST

START_TEST(vi_keys_move_in_a_block) {
  check_inputrc("set editing-mode vi\n", "xs = [1,\r2]\r" ESCAPE "kj0i9, \r", "\n[1, 9, 2]\n> ");
}
END_TEST

START_TEST(keys_bound_by_inputrc_stay) {
  check_inputrc("\"\\e[A\": \"7 + \"\n", "1;\r" UP "1\r", "\n8\n> ");
}
END_TEST

START_TEST(the_prompt_begins_a_line) {
  open_with(NULL);
  pty_expect(&t, "print(\"no end\", end=\"\")", "\nno end\n> ");
  pty_expect(&t, "print(\"no end\", end=\"\"); nowhere", "\nno end\n<prompt>:1:26: error: ");
  leave();
}
END_TEST

Suite *line_suite(void) {
  Suite *suite = suite_create("line");
  TCase *tests = tcase_create("terminal");
  tcase_set_timeout(tests, 60);
  suite_add_tcase(suite, tests);
  if (!pty_edits_lines()) return suite;
  tcase_add_test(tests, a_block_is_recalled_whole_and_edited);
  tcase_add_test(tests, arrows_leave_a_block_at_its_ends);
  tcase_add_test(tests, a_paste_is_one_entry);
  tcase_add_test(tests, an_unfinished_paste_goes_on);
  tcase_add_loop_test(tests, a_long_paste_loses_nothing, 0, 2);
  tcase_add_test(tests, a_tall_block_is_shown_around_the_cursor);
  tcase_add_loop_test(tests, wide_letters_are_typed_in_any_locale, 0, 3);
  tcase_add_test(tests, bytes_of_any_kind_are_survived);
  tcase_add_loop_test(tests, terminals_that_can_little, 0, 3);
  tcase_add_loop_test(tests, terminals_of_any_size, 0, 5);
  tcase_add_test(tests, a_window_that_changes_is_survived);
  tcase_add_test(tests, inputrc_knows_the_program);
  tcase_add_test(tests, vi_keys_move_in_a_block);
  tcase_add_test(tests, keys_bound_by_inputrc_stay);
  tcase_add_test(tests, the_prompt_begins_a_line);
  return suite;
}
