/* sgrad tests: the history and its file. */
#include "pty.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Suite *history_suite(void);

static const char *const quiet[] = {"-q", "-n", NULL};
static pty t;
static char home[64], path[128];

static void make_home(void) {
  strcpy(home, "/tmp/sgrad-home-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(home));
  snprintf(path, sizeof path, "%s/.local/state/sgrad/history", home);
}

static void remove_home(void) {
  char command[96];
  snprintf(command, sizeof command, "rm -rf '%s'", home);
  ck_assert_int_eq(system(command), 0);
}

static void open_prompt(void) {
  pty_open(&t, home, quiet);
  pty_await(&t, "> ");
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

static void check_file(const char *wanted) {
  char text[4096];
  struct stat about;
  FILE *file = fopen(path, "r");
  ck_assert_ptr_nonnull(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  ck_assert_str_eq(text, wanted);
  ck_assert_int_eq(stat(path, &about), 0);
  ck_assert_uint_eq(about.st_mode & 0777, 0600);
}

/* Its directories, then what `command` makes of "$f". */
static void prepare(const char *command) {
  char line[512];
  snprintf(line, sizeof line, "f='%s'; mkdir -p \"${f%%/*}\"; %s", path, command);
  ck_assert_int_eq(system(line), 0);
}

START_TEST(blocks_come_back_whole_in_the_next_session) {
  open_prompt();
  pty_expect(&t, "xs = [10,", "..[ ");
  pty_expect(&t, "", "..[ ");
  pty_expect(&t, "# comment", "..[ ");
  pty_expect(&t, "\t20]  ", "\n[10, 20]\n> ");
  pty_expect(&t, "  'é" CTRL_V "\x01'", "> ");
  leave();
  open_prompt();
  pty_type(&t, UP UP HOME "\r");
  pty_await(&t, "\n[10, 20]\n> ");
  leave();
  check_file("xs = [10,\n\t\n\t# comment\n\t\t20]\n'é\x01'\nxs = [10,\n\t\n\t# comment\n\t\t20]\n");
}
END_TEST

START_TEST(repeated_and_blank_entries_are_kept_once) {
  open_prompt();
  pty_expect(&t, "1", "\n1\n> ");
  pty_expect(&t, "  1 ", "\n1\n> ");
  pty_expect(&t, "   ", "> ");
  pty_expect(&t, "2", "\n2\n> ");
  pty_expect(&t, "1", "\n1\n> ");
  leave();
  check_file("1\n2\n1\n");
}
END_TEST

START_TEST(two_sessions_keep_the_entries_of_both) {
  pty other;
  open_prompt();
  pty_open(&other, home, quiet);
  ck_assert(pty_wait(&other, "> "));
  pty_expect(&t, "1", "\n1\n> ");
  pty_expect(&other, "2", "\n2\n> ");
  pty_expect(&t, "3", "\n3\n> ");
  pty_type(&other, CTRL_D);
  ck_assert_int_eq(pty_close(&other), 0);
  leave();
  check_file("1\n2\n3\n");
}
END_TEST

START_TEST(an_entry_is_kept_before_it_runs) {
  open_prompt();
  pty_expect(&t, "print(\"go\"); while true { }", "\ngo\n");
  kill(t.child, 9);
  ck_assert_int_eq(pty_close(&t), 128 + 9);
  check_file("print(\"go\"); while true { }\n");
}
END_TEST

START_TEST(a_file_cut_short_goes_on_with_a_line) {
  prepare("printf '1\\n\\tcut' >\"$f\"; chmod 644 \"$f\"");
  open_prompt();
  pty_expect(&t, "2", "\n2\n> ");
  leave();
  check_file("1\n\tcut\n2\n");
}
END_TEST

typedef struct obstacle {
  const char *make;   /* of "$f" */
  const char *reason; /* shown; "": none is */
} obstacle;

static const obstacle obstacles[] = {
    {"mkdir \"$f\"", "': Is a directory\n"},
    {"ln -s /tmp/sgrad-nowhere \"$f\"", "': it is a symbolic link"},
    {"mkfifo \"$f\"", "': not a regular file\n"},
    {"head -c 100000000 /dev/zero >\"$f\"", ""},
    {"yes 'x = 1' | head -c 100000000 >\"$f\"", ""},
    {"yes '' | head -c 1000000 >\"$f\"", ""},
    {"head -c 3000000 /dev/urandom >\"$f\"", ""},
};

START_TEST(files_that_are_in_the_way_hurt_nothing) {
  prepare(obstacles[_i].make);
  pty_open(&t, home, quiet);
  if (*obstacles[_i].reason != '\0') pty_await(&t, "sgrad: no history is kept: '");
  pty_await(&t, obstacles[_i].reason);
  pty_await(&t, "> ");
  pty_expect(&t, "41 + 1", "\n42\n> ");
  pty_type(&t, UP "+ 1\r");
  pty_await(&t, "\n43\n> ");
  leave();
}
END_TEST

START_TEST(the_environment_says_where) {
  char variable[128];
  const char *const words[] = {"-q", "-n", variable, NULL};
  snprintf(variable, sizeof variable, "SGRAD_HISTORY=%s/deep/er/file", home);
  snprintf(path, sizeof path, "%s/deep/er/file", home);
  pty_open(&t, home, words);
  pty_await(&t, "> ");
  pty_expect(&t, "1", "\n1\n> ");
  leave();
  check_file("1\n");
  strcpy(variable, "SGRAD_HISTORY=");
  pty_open(&t, home, words);
  pty_await(&t, "> ");
  pty_expect(&t, "2", "\n2\n> ");
  pty_type(&t, UP "\r");
  pty_await(&t, "\n2\n> ");
  leave();
  check_file("1\n");
}
END_TEST

Suite *history_suite(void) {
  Suite *suite = suite_create("history");
  TCase *tests = tcase_create("terminal");
  tcase_set_timeout(tests, 60);
  tcase_add_checked_fixture(tests, make_home, remove_home);
  suite_add_tcase(suite, tests);
  if (!pty_edits_lines()) return suite;
  tcase_add_test(tests, blocks_come_back_whole_in_the_next_session);
  tcase_add_test(tests, repeated_and_blank_entries_are_kept_once);
  tcase_add_test(tests, two_sessions_keep_the_entries_of_both);
  tcase_add_test(tests, an_entry_is_kept_before_it_runs);
  tcase_add_test(tests, a_file_cut_short_goes_on_with_a_line);
  tcase_add_loop_test(tests, files_that_are_in_the_way_hurt_nothing, 0,
                      sizeof obstacles / sizeof *obstacles);
  tcase_add_test(tests, the_environment_says_where);
  return suite;
}
