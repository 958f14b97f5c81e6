/* sgrad: tests of values as text: print's exact one and the prompt's echo. */
#include "base/utf8.h"
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

START_TEST(test_echo_puts_rows_on_lines) {
  check_echo(6, "[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]\n");
  check_echo(6, "[range(30), range(20), 7]",
             "[[0, 1, 2, 3, 4, 5, ..., 24, 25, 26, 27, 28, 29],\n"
             " [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],\n 7]\n");
  check_echo(6, "{long_name: range(100), b: \"text\", \"a b\": {c: range(30), d: x => x}}",
             "{long_name: [0, 1, 2, 3, 4, 5, ..., 94, 95, 96, 97, 98, 99],\n"
             " b: \"text\",\n"
             " \"a b\": {c: [0, 1, 2, 3, 4, 5, ..., 24, 25, 26, 27, 28, 29], d: x => x}}\n");
}
END_TEST

START_TEST(test_echo_shows_the_ends_of_many_rows) {
  check_echo(2, "[[i, i / 3, \"a text of some length\"] for i in range(17)]",
             "[[0, 0, \"a text of some length\"],\n"
             " [1, 0.33, \"a text of some length\"],\n"
             " [2, 0.67, \"a text of some length\"],\n"
             " [3, 1, \"a text of some length\"],\n"
             " [4, 1.3, \"a text of some length\"],\n"
             " [5, 1.7, \"a text of some length\"],\n"
             " ...,\n"
             " [11, 3.7, \"a text of some length\"],\n"
             " [12, 4, \"a text of some length\"],\n"
             " [13, 4.3, \"a text of some length\"],\n"
             " [14, 4.7, \"a text of some length\"],\n"
             " [15, 5, \"a text of some length\"],\n"
             " [16, 5.3, \"a text of some length\"]]\n");
}
END_TEST

START_TEST(test_echo_shows_the_ends_of_a_long_function) {
  check_echo(6, "def f(x) {\n  x\n\n\n\n\n\n\n\n\n\n\n\n14\n15\n16\n17\n18\n19\n20\n};\nf",
             "def f(x) {\n  x\n\n\n\n\n\n\n\n\n\n\n\n14\n  ...\n18\n19\n20\n}\n");
  check_echo(6,
             "f = x => \"éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
             "éééééééééééééééé\" + \"1\"",
             "x => \"éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
             "ééééééé...\n");
  check_echo(6, "def g() {\n1\n2\n3\n4\n5\n};\n[g]", "[def g() {...]\n");
}
END_TEST

/* Whatever the value is, it takes less than a screen. */
static const char *const large[] = {
    "\"a\" * 10**6",
    "\"é\" * 10**6",
    "\"\\u{202e}\" * 10**5",
    "[[[[i * j * k * l for l in range(20)] for k in range(20)] for j in range(9)] for i in [1, 2]]",
    "xs = []; for i in range(10**5) { xs = [xs] }; xs",
    "x = [1]; x.append(x); x.append(range(100)); x",
    "[\"word\" * 100] * 1000",
    "r = {}; for i in range(1000) { r[f\"key {i}\"] = range(i) }; r",
    "r = {}; r[\"k\" * 1000] = \"v\" * 1000; r",
    "r = {}; r[\"é \" * 1000] = [{a: r}] * 100; r",
    "[x => \"a function whose source is longer than a line of the screen is wide\" + \"it\"] * 30",
};

static bool measure(void *context, sg_vm *vm, sg_value value) {
  session *s = context;
  s->echoed.count = 0;
  return sg_value_echo(vm, &s->echoed, value, 17);
}

START_TEST(test_echo_takes_less_than_a_screen) {
  session s = {0};
  sg_memory_init(&s.memory);
  sg_buffer_init(&s.echoed, &s.memory);
  sg_interpreter *sgrad = sg_open(&(sg_host){.context = &s, .echo = measure});
  ck_assert_int_eq(sg_run_typed(sgrad, "<prompt>", large[_i], SG_ALL), SG_OK);
  uint32_t lines = 0;
  for (uint32_t i = 0; i < s.echoed.count; i++) lines += s.echoed.items[i] == '\n';
  ck_assert_uint_gt(s.echoed.count, 2);
  ck_assert_uint_le(s.echoed.count / 80 + lines, 24);
  ck_assert_uint_eq(sg_utf8_check(s.echoed.items, s.echoed.count), s.echoed.count);
  sg_close(sgrad);
  sg_buffer_clear(&s.echoed);
}
END_TEST

Suite *text_suite(void) {
  Suite *suite = suite_create("text");
  TCase *tests = tcase_create("echo");
  tcase_add_test(tests, test_echo_of_numbers);
  tcase_add_test(tests, test_echo_of_gradients);
  tcase_add_test(tests, test_echo_of_texts);
  tcase_add_test(tests, test_echo_shows_the_ends_of_long_lists);
  tcase_add_test(tests, test_echo_puts_rows_on_lines);
  tcase_add_test(tests, test_echo_shows_the_ends_of_many_rows);
  tcase_add_test(tests, test_echo_shows_the_ends_of_a_long_function);
  tcase_add_loop_test(tests, test_echo_takes_less_than_a_screen, 0, sizeof large / sizeof *large);
  suite_add_tcase(suite, tests);
  return suite;
}
