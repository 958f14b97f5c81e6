/* sgrad tests: the live line of train() in a terminal, and Ctrl-C while it trains. */
#include "pty.h"

#include <check.h>
#include <poll.h>
#include <string.h>

Suite *live_suite(void);

static const char *const quiet[] = {"-q", "-n", NULL};

static pty t;

static void open_prompt(const char *const *words) {
  pty_open(&t, NULL, words);
  pty_await(&t, "> ");
  pty_expect(&t, "seed(1); model = mlp(2, [16, 16, 1]); xs, ys = moons(500);", "\n> ");
}

static void leave(void) {
  pty_type(&t, CTRL_D);
  ck_assert_int_eq(pty_close(&t), 0);
}

START_TEST(ctrl_c_ends_training_with_its_history) {
  open_prompt(quiet);
  pty_type(&t, "h = train(model, xs, ys, epochs=1e6);\r");
  pty_await(&t, "/1000000  ");
  pty_await(&t, "loss ");
  pty_await(&t, "accuracy ");
  pty_await(&t, " left");
  poll(NULL, 0, 50);
  pty_type(&t, CTRL_C);
  pty_await(&t, "of 1000000 epochs");
  pty_await(&t, ", interrupted in ");
  pty_await(&t, "hinge loss ");
  pty_await(&t, "> ");
  ck_assert(!strstr(t.screen, "error"));
  pty_expect(&t, "h.stopped", "\n\"interrupted\"\n> ");
  pty_expect(&t, "len(h.loss) > 0 and len(h.loss) == len(h.accuracy)", "\ntrue\n> ");
  pty_expect(&t, "isfinite(sum(model(xs)).data)", "\ntrue\n> ");
  pty_expect(&t, "train(model, xs, ys, epochs=3);", "\n3 epochs in ");
  pty_await(&t, "> ");
  leave();
}
END_TEST

START_TEST(two_of_ctrl_c_end_a_loop_of_trainings) {
  open_prompt(quiet);
  pty_type(&t, "while true { train(model, xs, ys, epochs=3, every=0); print(\"again\") }\r");
  pty_await(&t, "again");
  pty_type(&t, CTRL_C);
  poll(NULL, 0, 200);
  pty_type(&t, CTRL_C);
  pty_await(&t, "interrupted");
  pty_await(&t, "> ");
  pty_expect(&t, "6 * 7", "\n42\n> ");
  leave();
}
END_TEST

START_TEST(ctrl_c_reaches_functions_of_the_program) {
  open_prompt(quiet);
  pty_expect(&t, "f(e) = if e.epoch == 2 { print(\"go\"); while true { } } else { 0 };", "\n> ");
  pty_type(&t, "h = train(model, xs, ys, on_epoch=f);\r");
  pty_await(&t, "go");
  poll(NULL, 0, 50);
  pty_type(&t, CTRL_C);
  pty_await(&t, "2 of 100 epochs, interrupted");
  pty_await(&t, "> ");
  pty_expect(&t, "[len(h.loss), h.stopped]", "\n[2, \"interrupted\"]\n> ");
  pty_expect(&t, "6 * 7", "\n42\n> ");
  leave();
}
END_TEST

START_TEST(what_is_printed_takes_the_place_of_the_line) {
  open_prompt(quiet);
  pty_expect(&t, "say(e) = if e.epoch % 500 == 0 { print(\"epoch\", e.epoch) } else { 0 };",
             "\n> ");
  pty_type(&t, "train(model, xs, ys, epochs=1500, on_epoch=say);\r");
  pty_await(&t, "epoch 500\n");
  pty_await(&t, "epoch 1000\n");
  pty_await(&t, "epoch 1500\n");
  pty_await(&t, "1500 epochs in ");
  pty_await(&t, "> ");
  leave();
}
END_TEST

START_TEST(a_narrow_terminal_gets_what_fits) {
  open_prompt(quiet);
  pty_resize(&t, 24, 34);
  pty_type(&t, "train(model, xs, ys, epochs=1e8);\r");
  pty_await(&t, "epoch ");
  pty_await(&t, "/100000000");
  poll(NULL, 0, 300);
  pty_type(&t, CTRL_C);
  pty_await(&t, "interrupted");
  pty_await(&t, "> ");
  ck_assert(!strstr(t.screen, " left"));
  leave();
}
END_TEST

START_TEST(a_dumb_terminal_gets_plain_lines) {
  static const char *const dumb[] = {"-q", "-n", "TERM=dumb", NULL};
  open_prompt(dumb);
  pty_type(&t, "train(model, xs, ys, epochs=20);\r");
  pty_await(&t, "\nepoch  2/20  loss ");
  pty_await(&t, "\nepoch 20/20  loss ");
  pty_await(&t, "\n20 epochs, hinge loss ");
  pty_await(&t, "> ");
  leave();
}
END_TEST

START_TEST(a_terminal_without_unicode_gets_ascii) {
  static const char *const ascii[] = {"-q", "-n", "LC_ALL=C", NULL};
  open_prompt(ascii);
  pty_type(&t, "train(model, xs, ys, epochs=1e6);\r");
  pty_await(&t, "/1000000  ----");
  pty_type(&t, CTRL_C);
  pty_await(&t, "interrupted");
  pty_await(&t, "> ");
  pty_expect(&t, ":plot [1, 2, 4]", "> ");
  ck_assert(!strstr(t.screen, "\xe2"));
  leave();
}
END_TEST

START_TEST(a_long_summary_is_broken_between_its_parts) {
  open_prompt(quiet);
  pty_type(&t, "train(model, xs, ys, epochs=9, until=100, validation=0.5);\r");
  pty_await(&t, "\n1 of 9 epochs, until was met in ");
  pty_await(&t, ",\n  ");
  pty_await(&t, "val_accuracy ");
  pty_await(&t, "> ");
  leave();
}
END_TEST

START_TEST(silence_is_kept) {
  open_prompt(quiet);
  pty_expect(&t, "print(\"a\"); train(model, xs, ys, epochs=500, every=0); print(\"b\");",
             "\na\nb\n> ");
  leave();
}
END_TEST

Suite *live_suite(void) {
  Suite *suite = suite_create("live line");
  TCase *tests = tcase_create("terminal");
  if (!pty_is_available()) return suite;
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, ctrl_c_ends_training_with_its_history);
  tcase_add_test(tests, two_of_ctrl_c_end_a_loop_of_trainings);
  tcase_add_test(tests, ctrl_c_reaches_functions_of_the_program);
  tcase_add_test(tests, what_is_printed_takes_the_place_of_the_line);
  tcase_add_test(tests, a_narrow_terminal_gets_what_fits);
  tcase_add_test(tests, a_dumb_terminal_gets_plain_lines);
  tcase_add_test(tests, a_terminal_without_unicode_gets_ascii);
  tcase_add_test(tests, a_long_summary_is_broken_between_its_parts);
  tcase_add_test(tests, silence_is_kept);
  suite_add_tcase(suite, tests);
  return suite;
}
