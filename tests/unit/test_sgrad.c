/* sgrad tests: the embedding API. */
#include "sgrad.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

Suite *sgrad_suite(void);

/* What a host saw. */
typedef struct seen {
  char output[512];
  char reports[2048];
  int errors;
  int lines; /* given out for input() */
  bool full; /* refuse to write */
} seen;

static bool write_text(void *context, const char *text, size_t bytes) {
  seen *s = context;
  size_t used = strlen(s->output);
  if (s->full || used + bytes >= sizeof s->output) return false;
  memcpy(s->output + used, text, bytes);
  s->output[used + bytes] = '\0';
  return true;
}

static void report(void *context, const sg_error *error, const char *text) {
  seen *s = context;
  s->errors++;
  ck_assert_int_ne(error->status, SG_OK);
  snprintf(s->reports, sizeof s->reports, "%s", text);
}

static bool read_line(void *context, const char **line, size_t *bytes) {
  seen *s = context;
  *line = "forty";
  *bytes = 5;
  return s->lines-- > 0;
}

static sg_interpreter *open_with(seen *s) {
  *s = (seen){.lines = 1};
  sg_host host = {.context = s, .write = write_text, .report = report, .read = read_line};
  sg_interpreter *sgrad = sg_open(&host);
  ck_assert_ptr_nonnull(sgrad);
  return sgrad;
}

static sg_status run(sg_interpreter *sgrad, const char *text) {
  return sg_run(sgrad, "test", text, SG_ALL);
}

START_TEST(output_goes_to_the_host) {
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(run(sgrad, "x = 3; y = x**2; y.backward(); print(x.grad, \"ok\")"), SG_OK);
  ck_assert_str_eq(s.output, "6 ok\n");
  ck_assert_int_eq(run(sgrad, "print(input())"), SG_OK);
  ck_assert_str_eq(s.output, "6 ok\nforty\n");
  sg_close(sgrad);
}
END_TEST

START_TEST(silent_host) {
  sg_interpreter *sgrad = sg_open(&(sg_host){0});
  ck_assert_ptr_nonnull(sgrad);
  ck_assert_int_eq(run(sgrad, "print(1)"), SG_OK);
  ck_assert_int_eq(run(sgrad, "print(unknown)"), SG_ERROR);
  ck_assert_int_eq(run(sgrad, "x = 1"), SG_OK);
  sg_close(sgrad);
}
END_TEST

START_TEST(errors_are_reported_and_survived) {
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(run(sgrad, "a = 1\nb = nowhere"), SG_ERROR);
  ck_assert_int_eq(s.errors, 1);
  ck_assert_ptr_nonnull(strstr(s.reports, "test:2:5: error: "));
  ck_assert_int_eq(run(sgrad, "print(a)"), SG_OK);
  ck_assert_str_eq(s.output, "1\n");
  ck_assert_int_eq(run(sgrad, "b = (1 +\n"), SG_ERROR);
  ck_assert_int_eq(s.errors, 2);
  sg_close(sgrad);
}
END_TEST

START_TEST(exit_leaves_the_program_alone) {
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(run(sgrad, "exit(7); print(1)"), SG_EXIT);
  ck_assert_int_eq(sg_exit_code(sgrad), 7);
  ck_assert_int_eq(s.errors, 0);
  ck_assert_str_eq(s.output, "");
  ck_assert_int_eq(run(sgrad, "print(2)"), SG_OK);
  sg_close(sgrad);
}
END_TEST

START_TEST(two_interpreters_share_nothing) {
  seen s, t;
  sg_interpreter *first = open_with(&s), *second = open_with(&t);
  ck_assert_int_eq(run(first, "x = 1; seed(5)"), SG_OK);
  ck_assert_int_eq(run(second, "x = 2; seed(5)"), SG_OK);
  ck_assert_int_eq(run(first, "print(x, random())"), SG_OK);
  ck_assert_int_eq(run(second, "y = x; print(y - 1, random())"), SG_OK);
  ck_assert_str_eq(s.output, t.output);
  ck_assert_int_eq(run(first, "print(y)"), SG_ERROR);
  sg_close(first);
  ck_assert_int_eq(run(second, "print(x)"), SG_OK);
  sg_close(second);
}
END_TEST

START_TEST(typed_text_asks_for_more) {
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(sg_run_typed(sgrad, "prompt", "x = (1 +", SG_ALL), SG_INCOMPLETE);
  ck_assert_int_eq(s.errors, 0);
  ck_assert_int_eq(sg_run_typed(sgrad, "prompt", "x = (1 +\n2)", SG_ALL), SG_OK);
  ck_assert_int_eq(run(sgrad, "print(x)"), SG_OK);
  ck_assert_str_eq(s.output, "3\n");
  sg_close(sgrad);
}
END_TEST

START_TEST(numbers_by_name) {
  seen s;
  double value, grad;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert(sg_set_number(sgrad, "x", 4));
  ck_assert_int_eq(run(sgrad, "y = x**3; y.backward(); name = \"x\""), SG_OK);
  ck_assert(sg_get_number(sgrad, "x", &value, &grad));
  ck_assert_double_eq(value, 4);
  ck_assert_double_eq(grad, 48);
  ck_assert(sg_get_number(sgrad, "y", &value, NULL));
  ck_assert_double_eq(value, 64);
  ck_assert(!sg_get_number(sgrad, "name", &value, &grad));
  ck_assert(!sg_get_number(sgrad, "absent", &value, &grad));
  sg_close(sgrad);
}
END_TEST

START_TEST(expressions_and_layout_as_text) {
  seen s;
  sg_memory memory;
  sg_buffer out;
  sg_memory_init(&memory);
  sg_buffer_init(&out, &memory);
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(sg_evaluate(sgrad, "test", "[1, 2 + 3]", SG_ALL, &out), SG_OK);
  ck_assert_str_eq(sg_buffer_text(&out), "[1, 5]");
  ck_assert_int_eq(sg_evaluate(sgrad, "test", "x = 1", SG_ALL, &out), SG_ERROR);
  sg_buffer_clear(&out);
  ck_assert_int_eq(sg_check(sgrad, "test", "x=1 # one\n", SG_ALL, &out), SG_OK);
  ck_assert_ptr_nonnull(strstr(sg_buffer_text(&out), "x = 1"));
  ck_assert_ptr_nonnull(strstr(sg_buffer_text(&out), "# one"));
  ck_assert_int_eq(run(sgrad, "print(x)"), SG_ERROR);
  sg_buffer_clear(&out);
  sg_close(sgrad);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(arguments_are_strings) {
  seen s;
  char one[] = "one", broken[] = "a\xFFz", *args[] = {one, broken};
  sg_interpreter *sgrad = open_with(&s);
  ck_assert(sg_set_args(sgrad, args, 2));
  ck_assert_int_eq(run(sgrad, "print(args)"), SG_OK);
  ck_assert_str_eq(s.output, "[\"one\", \"a\xEF\xBF\xBDz\"]\n");
  sg_close(sgrad);
}
END_TEST

START_TEST(unwritable_output_is_an_error) {
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  s.full = true;
  ck_assert_int_eq(run(sgrad, "print(1)"), SG_ERROR);
  ck_assert_int_eq(s.errors, 1);
  s.full = false;
  ck_assert_int_eq(run(sgrad, "print(2)"), SG_OK);
  ck_assert_str_eq(s.output, "2\n");
  sg_close(sgrad);
}
END_TEST

START_TEST(memory_limit_is_survived) {
  seen s = {0};
  sg_host host = {.context = &s, .write = write_text, .report = report, .memory_limit = 48 << 20};
  sg_interpreter *sgrad = sg_open(&host);
  ck_assert_ptr_nonnull(sgrad);
  for (int i = 0; i < 20; i++) {
    ck_assert_int_eq(run(sgrad, "xs = []; while true { xs.append(\"word\" * 1000) }"),
                     SG_NO_MEMORY);
    ck_assert_int_eq(run(sgrad, "xs = none"), SG_OK);
  }
  ck_assert_int_eq(s.errors, 20);
  ck_assert_uint_le(sg_get_memory(sgrad)->peak, 48 << 20);
  ck_assert_int_eq(run(sgrad, "print(len(range(1000)))"), SG_OK);
  ck_assert_str_eq(s.output, "1000\n");
  sg_close(sgrad);
}
END_TEST

static bool interrupt(void *context, const char *text, size_t bytes) {
  (void)context;
  (void)text;
  (void)bytes;
  sg_interrupted = 1;
  return true;
}

/* What a variable fills the memory with can still be let go of, in as many lines as it takes. */
START_TEST(short_texts_are_read_when_memory_is_full) {
  seen s = {0};
  sg_host host = {.context = &s, .write = write_text, .report = report, .memory_limit = 12 << 20};
  sg_interpreter *sgrad = sg_open(&host);
  ck_assert_int_eq(run(sgrad, "xs = []; while true { xs.append([xs]) }"), SG_NO_MEMORY);
  size_t used = sg_get_memory(sgrad)->used;
  ck_assert(sg_is_incomplete(sgrad, "if true {", 9));
  ck_assert(!sg_is_incomplete(sgrad, "xs = none", 9));
  ck_assert_uint_eq(sg_get_memory(sgrad)->used, used);
  ck_assert_int_eq(run(sgrad, "if true {\n  xs = none\n}"), SG_OK);
  ck_assert_int_eq(run(sgrad, "ys = range(100000); print(len(ys))"), SG_OK);
  ck_assert_str_eq(s.output, "100000\n");
  sg_close(sgrad);
}
END_TEST

START_TEST(interrupt_stops_and_the_session_goes_on) {
  sg_interpreter *sgrad = sg_open(&(sg_host){.write = interrupt});
  double value;
  ck_assert_int_eq(run(sgrad, "n = 1; print(n); while true { n = 2 }"), SG_INTERRUPTED);
  ck_assert_int_eq(sg_interrupted, 0);
  ck_assert_int_eq(run(sgrad, "m = 3"), SG_OK);
  ck_assert(sg_get_number(sgrad, "m", &value, NULL));
  sg_close(sgrad);
}
END_TEST

START_TEST(seed_is_the_hosts) {
  seen s, t;
  sg_host host = {.write = write_text, .has_seed = true, .seed = 11};
  for (int i = 0; i < 2; i++) {
    seen *each = i == 0 ? &s : &t;
    *each = (seen){0};
    host.context = each;
    sg_interpreter *sgrad = sg_open(&host);
    ck_assert_int_eq(run(sgrad, "print(random(), normal(0, 1))"), SG_OK);
    sg_close(sgrad);
  }
  ck_assert_str_eq(s.output, t.output);
}
END_TEST

START_TEST(missing_file_is_reported) {
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(sg_run_file(sgrad, "/nonexistent/x.sg"), SG_ERROR);
  ck_assert_ptr_nonnull(strstr(s.reports, "/nonexistent/x.sg"));
  sg_close(sgrad);
}
END_TEST

static void raise_interrupt(int signal_number) {
  (void)signal_number;
  sg_interrupted = 1;
}

static void set_timer(int microseconds) {
  struct itimerval timer = {.it_value.tv_usec = microseconds};
  ck_assert_int_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
}

/* Collections are given up or put off wherever they are; nodes, handles and gradients still fit. */
START_TEST(interrupts_at_random_times_keep_the_session) {
  static const char setup[] = "kept = [[i, [i * 2]] for i in range(20000)]; x = 3; n = 0\n"
                              "y = sum(a * b[0] for a, b in kept) * x; y.backward()";
  static const char busy[] = "n += 1; while true { z = [[k * x, str(k)] for k in range(20000)] }";
  static const char check[] = "assert(sum(a.data * b[0].data for a, b in kept) * 3 == y.data)\n"
                              "assert(kept[7][0].grad == 42 and kept[19999][1][0].grad == 59997)";
  seen s;
  sg_interpreter *sgrad = open_with(&s);
  ck_assert_int_eq(run(sgrad, setup), SG_OK);
  signal(SIGALRM, raise_interrupt);
  for (int i = 0; i < 60; i++) {
    set_timer(1000 + 1237 * i % 20000);
    ck_assert_int_eq(run(sgrad, busy), SG_INTERRUPTED);
    ck_assert_int_eq(sg_interrupted, 0);
    if (i % 10 == 9) ck_assert_int_eq(run(sgrad, check), SG_OK);
  }
  sg_close(sgrad);
}
END_TEST

Suite *sgrad_suite(void) {
  Suite *suite = suite_create("sgrad");
  TCase *tests = tcase_create("embedding");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, output_goes_to_the_host);
  tcase_add_test(tests, silent_host);
  tcase_add_test(tests, errors_are_reported_and_survived);
  tcase_add_test(tests, exit_leaves_the_program_alone);
  tcase_add_test(tests, two_interpreters_share_nothing);
  tcase_add_test(tests, typed_text_asks_for_more);
  tcase_add_test(tests, numbers_by_name);
  tcase_add_test(tests, expressions_and_layout_as_text);
  tcase_add_test(tests, arguments_are_strings);
  tcase_add_test(tests, unwritable_output_is_an_error);
  tcase_add_test(tests, memory_limit_is_survived);
  tcase_add_test(tests, short_texts_are_read_when_memory_is_full);
  tcase_add_test(tests, interrupt_stops_and_the_session_goes_on);
  tcase_add_test(tests, interrupts_at_random_times_keep_the_session);
  tcase_add_test(tests, seed_is_the_hosts);
  tcase_add_test(tests, missing_file_is_reported);
  suite_add_tcase(suite, tests);
  return suite;
}
