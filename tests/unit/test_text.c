/* sgrad: tests of values as text: print's exact one and the prompt's echo. */
#include "sgrad.h"

#include <check.h>

Suite *text_suite(void);

typedef struct session {
  sg_memory memory;
  sg_buffer echoed;
  int digits;
} session;

static bool echo(void *context, sg_vm *vm, sg_value value) {
  session *s = context;
  bool ok = sg_value_echo(vm, &s->echoed, value, s->digits);
  sg_buffer_putc(&s->echoed, '\n');
  return ok;
}

/* What the prompt shows for the typed lines. */
static void check_echo(int digits, const char *typed, const char *wanted) {
  session s = {.digits = digits};
  sg_memory_init(&s.memory);
  sg_buffer_init(&s.echoed, &s.memory);
  sg_interpreter *sgrad = sg_open(&(sg_host){.context = &s, .echo = echo});
  ck_assert_ptr_nonnull(sgrad);
  ck_assert_int_eq(sg_run_typed(sgrad, "<prompt>", typed, SG_ALL), SG_OK);
  ck_assert_str_eq(sg_buffer_text(&s.echoed), wanted);
  sg_close(sgrad);
  sg_buffer_clear(&s.echoed);
}

START_TEST(test_echo_of_numbers) {
  check_echo(6, "1 / 3", "0.333333\n");
  check_echo(3, "2 / 3", "0.667\n");
  check_echo(6, "x = 2.5", "2.5\n");
}
END_TEST

START_TEST(test_echo_of_gradients) {
  check_echo(6, "x = 3; y = x * x; y.backward(); x", "3 | grad 6\n");
  check_echo(6, "x = 1/3;\n", "");
}
END_TEST

START_TEST(test_echo_of_texts) {
  check_echo(6, "\"a\\nb\"", "\"a\\nb\"\n");
  check_echo(6, "[1/3, \"q\", none, true]", "[0.333333, \"q\", none, true]\n");
  check_echo(6, "x => x + 1", "x => x + 1\n");
  check_echo(6, "{a: 1/3}", "{a: 0.333333}\n");
}
END_TEST

START_TEST(test_echo_shows_the_ends_of_long_lists) {
  check_echo(6, "range(20)",
             "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]\n");
  check_echo(6, "range(21)", "[0, 1, 2, 3, 4, 5, ..., 15, 16, 17, 18, 19, 20]\n");
  check_echo(6, "[range(100), 1]", "[[0, 1, 2, 3, 4, 5, ..., 94, 95, 96, 97, 98, 99], 1]\n");
}
END_TEST

Suite *text_suite(void) {
  Suite *suite = suite_create("text");
  TCase *tests = tcase_create("echo");
  tcase_add_test(tests, test_echo_of_numbers);
  tcase_add_test(tests, test_echo_of_gradients);
  tcase_add_test(tests, test_echo_of_texts);
  tcase_add_test(tests, test_echo_shows_the_ends_of_long_lists);
  suite_add_tcase(suite, tests);
  return suite;
}
