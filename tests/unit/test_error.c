/* sgrad: tests of sources, errors and their printing. */
#include "base/error.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *error_suite(void);

static sg_memory memory;
static sg_buffer out;
static sg_error error;

static void set_up(void) {
  sg_memory_init(&memory);
  sg_buffer_init(&out, &memory);
  memset(&error, 0x55, sizeof error); /* sg_error_clear does not rely on what was there */
  sg_error_clear(&error);
}

static void tear_down(void) {
  sg_buffer_clear(&out);
  ck_assert_uint_eq(memory.used, 0);
}

static sg_source *make_source(const char *text) {
  sg_source *source = sg_source_new(&memory, "a.sg", text, strlen(text));
  ck_assert_ptr_nonnull(source);
  return source;
}

/* --- Sources. */

static void check_place(const sg_source *source, uint32_t offset, uint32_t line, uint32_t column) {
  uint32_t found_line, found_column;
  sg_source_place(source, offset, &found_line, &found_column);
  ck_assert_uint_eq(found_line, line);
  ck_assert_uint_eq(found_column, column);
}

START_TEST(places) {
  sg_source *source = make_source("ab\n\r\ncd\re\n");
  ck_assert_uint_eq(source->line_count, 5);
  check_place(source, 0, 1, 1);
  check_place(source, 2, 1, 3);
  check_place(source, 3, 2, 1);
  check_place(source, 5, 3, 1);
  check_place(source, 7, 3, 3);
  check_place(source, 8, 4, 1);
  check_place(source, 10, 5, 1);
  check_place(source, 999, 5, 1);
  sg_source_release(source);
}
END_TEST

START_TEST(columns_are_code_points) {
  sg_source *source = make_source("\xef\xbb\xbf\xce\xb1\xff\xe2\x82x\xf0\x9f\x98\x80y");
  check_place(source, 0, 1, 1);
  check_place(source, 3, 1, 1);
  check_place(source, 5, 1, 2);
  check_place(source, 6, 1, 3);
  check_place(source, 8, 1, 5);
  check_place(source, 13, 1, 7);
  sg_source_release(source);
}
END_TEST

START_TEST(sources_are_counted) {
  sg_source *source = make_source("");
  check_place(source, 0, 1, 1);
  ck_assert_ptr_eq(sg_source_retain(source), source);
  sg_source_release(source);
  ck_assert_str_eq(source->text, "");
  sg_source_release(source);
  sg_source_release(NULL);
}
END_TEST

static bool fail_at(void *context, uint64_t call) { return call == *(uint64_t *)context; }

START_TEST(source_without_memory) {
  uint64_t bad = 0;
  memory.fault = fail_at;
  memory.fault_context = &bad;
  for (bad = 1; bad <= 4; bad++) {
    memory.calls = 0;
    ck_assert_ptr_null(sg_source_new(&memory, "a", "b\n", 2));
    ck_assert_uint_eq(memory.used, 0);
  }
  ck_assert_ptr_null(sg_source_new(&memory, "a", "", UINT32_MAX));
}
END_TEST

/* --- Making errors. */

START_TEST(first_failure_wins) {
  ck_assert(!sg_note(&error, "no error yet"));
  ck_assert_str_eq(error.note, "");
  ck_assert(!sg_fail(&error, (sg_span){1, 2}, "unknown name '%s'", "x"));
  ck_assert(!sg_note(&error, "first"));
  ck_assert(!sg_fail(&error, (sg_span){3, 4}, "other"));
  ck_assert(!sg_note(&error, "of the other"));
  ck_assert(!sg_fail_memory(&error));
  ck_assert_int_eq(error.status, SG_ERROR);
  ck_assert_str_eq(error.message, "unknown name 'x'");
  ck_assert_str_eq(error.note, "first");
  ck_assert_uint_eq(error.span.start, 1);
}
END_TEST

START_TEST(plain_failures) {
  ck_assert(!sg_fail_memory(&error));
  ck_assert_int_eq(error.status, SG_NO_MEMORY);
  ck_assert_str_eq(error.message, "out of memory");
  sg_error_clear(&error);
  ck_assert(!sg_fail_interrupt(&error));
  ck_assert_int_eq(error.status, SG_INTERRUPTED);
  ck_assert(!sg_fail_memory(&error));
  ck_assert_str_eq(error.message, "interrupted");
}
END_TEST

START_TEST(messages_are_escaped) {
  sg_fail(&error, (sg_span){0, 0}, "a\nb\x1b[31m%s\\", "\xff\xe2\x80\xae");
  ck_assert_str_eq(error.message, "a\\nb\\x1b[31m\\xff\\u{202e}\\");
}
END_TEST

START_TEST(long_messages_are_cut_at_a_code_point) {
  char text[3000];
  for (size_t i = 0; i + 1 < sizeof text; i += 2) memcpy(text + i, "\xc3\xa9", 2);
  text[2998] = '\0';
  sg_fail(&error, (sg_span){0, 0}, "%s", text);
  size_t length = strlen(error.message);
  ck_assert_uint_ge(length, SG_MESSAGE_SIZE - 3);
  ck_assert_str_eq(error.message + length - 5, "\xc3\xa9...");
  for (int i = 0; i < 5; i++) sg_note(&error, "%s", text);
  ck_assert_uint_lt(strlen(error.note), sizeof error.note);
  sg_error_clear(&error);
  memset(text, 'x', SG_MESSAGE_SIZE - 1);
  text[SG_MESSAGE_SIZE - 1] = '\0';
  sg_fail(&error, (sg_span){0, 0}, "%s", text);
  ck_assert_str_eq(error.message, text);
}
END_TEST

/* --- Printing. */

static void check_printed(sg_source *source, sg_span span, const char *expected) {
  error.source = source;
  sg_fail(&error, span, "bad");
  sg_error_print(&out, &error, false);
  ck_assert_str_eq(sg_buffer_text(&out), expected);
}

static const struct {
  const char *text;
  sg_span span;
  const char *printed;
} prints[] = {
    {"x = 3\nx + yy\n", {10, 12}, "a.sg:2:5: error: bad\nx + yy\n    ^~\n"},
    {"x = 3\nx + yy\n", {13, 13}, "a.sg:3:1: error: bad\n\n^\n"},
    {"x = (", {5, 5}, "a.sg:1:6: error: bad\nx = (\n     ^\n"},
    {"x = (\r\ny", {4, 8}, "a.sg:1:5: error: bad\nx = (\n    ^\n"},
    {"\tf(x)\t+ y", {6, 7}, "a.sg:1:7: error: bad\n\tf(x)\t+ y\n\t    \t^\n"},
    {"\tf(x)\t+ y", {1, 7}, "a.sg:1:2: error: bad\n\tf(x)\t+ y\n\t^~~~\t~\n"},
    {"a\t", {1, 2}, "a.sg:1:2: error: bad\na\t\n ^\t\n"},
    {"\xe4\xb8\xad\xe6\x96\x87 x",
     {3, 6},
     "a.sg:1:2: error: bad\n\xe4\xb8\xad\xe6\x96\x87 x\n  ^~\n"},
    {"e\xcc\x81 + y", {6, 7}, "a.sg:1:6: error: bad\ne\xcc\x81 + y\n    ^\n"},
    {"a\x1b\xff b", {4, 5}, "a.sg:1:5: error: bad\na\\x1b\\xff b\n          ^\n"},
    {"\xef\xbb\xbfx y", {5, 6}, "a.sg:1:3: error: bad\nx y\n  ^\n"},
    {"", {0, 0}, "a.sg:1:1: error: bad\n\n^\n"},
    {"x", {70, 80}, "a.sg:1:2: error: bad\nx\n ^\n"},
};

START_TEST(printed) {
  sg_source *source = make_source(prints[_i].text);
  check_printed(source, prints[_i].span, prints[_i].printed);
  sg_source_release(source);
}
END_TEST

START_TEST(printed_without_a_place) {
  sg_fail(&error, (sg_span){0, 0}, "cannot read it");
  sg_note(&error, "one");
  sg_note(&error, "two");
  sg_error_print(&out, &error, false);
  ck_assert_str_eq(sg_buffer_text(&out), "sgrad: error: cannot read it\nnote: one\nnote: two\n");
}
END_TEST

START_TEST(printed_in_color) {
  sg_source *source = make_source("x");
  error.source = source;
  sg_fail(&error, (sg_span){0, 1}, "bad");
  sg_note(&error, "why");
  sg_error_print(&out, &error, true);
  ck_assert_str_eq(sg_buffer_text(&out),
                   "\x1b[1ma.sg:1:1: \x1b[0m\x1b[1;31merror:\x1b[0m bad\nx\n\x1b[1;31m^\x1b[0m\n"
                   "\x1b[1;36mnote:\x1b[0m why\n");
  sg_source_release(source);
}
END_TEST

/* The line and the caret line of an error at `offset` in a line of `length` letters. */
static void check_cut(size_t length, uint32_t offset, size_t dots_before, size_t shown,
                      size_t caret) {
  char *text = malloc(length + 1);
  memset(text, 'x', length);
  text[length] = '\0';
  sg_source *source = make_source(text);
  free(text);
  sg_error_clear(&error);
  sg_buffer_clear(&out);
  error.source = source;
  sg_fail(&error, (sg_span){offset, offset + 3}, "bad");
  sg_error_print(&out, &error, false);
  const char *line = strchr(sg_buffer_text(&out), '\n') + 1;
  const char *marks = strchr(line, '\n') + 1;
  ck_assert_uint_eq(strspn(line, "."), dots_before);
  ck_assert_uint_eq((size_t)(marks - line) - 1, shown);
  ck_assert_uint_eq(strspn(marks, " "), caret);
  sg_source_release(source);
}

START_TEST(words_stay_whole_below_a_row) {
  static const struct {
    int columns;
    const char *text;
  } rows[] = {
      {80, "error: the word \xc3\xa4\xc3\xb6 is long\nnote: one  two\nnote: unbreakable_words\n"},
      {21,
       "error: the word \xc3\xa4\xc3\xb6 is\n  long\nnote: one  two\nnote: unbreakable_words\n"},
      {15,
       "error: the word\n  \xc3\xa4\xc3\xb6 is long\nnote: one  two\nnote: unbreakable_words\n"},
      {10, "error: the\n  word \xc3\xa4\xc3\xb6\n  is long\nnote: one \n  two\nnote: "
           "unbreakable_words\n"}};
  sg_source *source = make_source("x");
  sg_error_row row = {.text = "x", .bytes = 1, .margin = 2};
  error.source = source;
  sg_fail(&error, (sg_span){0, 1}, "the word \xc3\xa4\xc3\xb6 is long");
  sg_note(&error, "one  two");
  sg_note(&error, "unbreakable_words");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    row.columns = rows[i].columns;
    sg_buffer_clear(&out);
    ck_assert(sg_error_print_under(&out, &error, &row));
    ck_assert_str_eq(sg_buffer_text(&out) + 4, rows[i].text);
  }
  sg_source_release(source);
}
END_TEST

START_TEST(long_lines_are_cut) {
  check_cut(80, 50, 0, 80, 50);
  check_cut(81, 0, 0, 77, 0);
  check_cut(1000, 47, 0, 77, 47);
  check_cut(1000, 500, 3, 80, 51);
  check_cut(1000, 997, 3, 54, 51);
  check_cut(10000000, 5000000, 3, 80, 51);
}
END_TEST

START_TEST(cut_line_of_wide_and_broken_characters) {
  char text[4003];
  for (size_t i = 0; i < 1000; i++) memcpy(text + 4 * i, "\xe4\xb8\xad\xff", 4);
  memcpy(text + 4000, "yz", 3);
  sg_source *source = make_source(text);
  error.source = source;
  sg_fail(&error, (sg_span){4000, 4001}, "bad");
  sg_error_print(&out, &error, false);
  const char *marks = strrchr(sg_buffer_text(&out), '^');
  ck_assert_int_eq(marks[-1], ' ');
  ck_assert_str_eq(marks - 51, "                                                   ^\n");
  sg_source_release(source);
}
END_TEST

START_TEST(trace) {
  sg_source *source = make_source("f(1)\ng(2)\n");
  error.source = source;
  sg_fail(&error, (sg_span){0, 1}, "bad");
  sg_error_trace(&error, source, (sg_span){5, 9}, "g");
  sg_error_trace(&error, source, (sg_span){0, 4}, "");
  sg_error_trace(&error, NULL, (sg_span){0, 0}, "map");
  sg_error_print(&out, &error, false);
  ck_assert_str_eq(sg_buffer_text(&out),
                   "a.sg:1:1: error: bad\nf(1)\n^\n  called at a.sg:2:1 in g()\n"
                   "  called at a.sg:1:1\n  called in map()\n");
  sg_source_release(source);
}
END_TEST

START_TEST(long_traces_keep_both_ends) {
  sg_fail(&error, (sg_span){0, 0}, "deep");
  for (int i = 0; i < 10000; i++) {
    char name[80];
    (void)snprintf(name, sizeof name, "f%d_and_a_rather_long_name_that_does_not_fit_in_full", i);
    sg_error_trace(&error, NULL, (sg_span){0, 0}, name);
  }
  ck_assert_uint_eq(error.trace_count, 10000);
  for (int i = 0; i < SG_TRACE_SIZE; i++) {
    int call = i < SG_TRACE_SIZE / 2 ? i : 10000 - SG_TRACE_SIZE + i;
    ck_assert_int_eq(atoi(error.trace[i].function + 1), call);
    ck_assert_uint_eq(strlen(error.trace[i].function), sizeof error.trace[i].function - 1);
  }
  sg_error_print(&out, &error, false);
  ck_assert_ptr_nonnull(strstr(sg_buffer_text(&out), "  ... 9980 more calls\n"));
}
END_TEST

START_TEST(equal_calls_are_counted) {
  const char *const names[] = {"f", "f", "f", "g", "f", ""};
  sg_fail(&error, (sg_span){0, 0}, "deep");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    sg_error_trace(&error, NULL, (sg_span){0, 0}, names[i]);
  sg_error_print(&out, &error, false);
  ck_assert_ptr_nonnull(strstr(sg_buffer_text(&out), "error: deep\n"
                                                     "  called in f(), 3 times\n"
                                                     "  called in g()\n"
                                                     "  called in f()\n"
                                                     "  called\n"));
}
END_TEST

START_TEST(equal_calls_are_counted_on_both_sides_of_a_gap) {
  sg_fail(&error, (sg_span){0, 0}, "deep");
  for (int i = 0; i < 1000; i++) sg_error_trace(&error, NULL, (sg_span){0, 0}, "f");
  sg_error_print(&out, &error, false);
  ck_assert_ptr_nonnull(strstr(sg_buffer_text(&out), "  called in f(), 10 times\n"
                                                     "  ... 980 more calls\n"
                                                     "  called in f(), 10 times\n"));
}
END_TEST

START_TEST(printing_without_memory) {
  memory.limit = 8;
  sg_fail(&error, (sg_span){0, 0}, "bad");
  sg_error_print(&out, &error, false);
  ck_assert(out.failed);
}
END_TEST

/* --- Near names. */

typedef struct names {
  const char *const *next;
} names;

static const char *next_name(void *context) {
  names *list = context;
  return *list->next ? *list->next++ : NULL;
}

static const char *const known[] = {"tan",   "tanh", "print", "backward",
                                    "relu",  "exp",  "expm1", "\xce\xb8\xe2\x82\x81\xce\xb1",
                                    "a\xff", NULL};

static const struct {
  const char *wrong;
  const char *right; /* NULL: none is near */
} spellings[] = {
    {"tahn", "tanh"},
    {"Print", "print"},
    {"prnt", "print"},
    {"RELU", "relu"},
    {"bakcwrad", "backward"},
    {"backwards", "backward"},
    {"tanj", "tanh"}, /* tan is as near, but shorter */
    {"exp2", "exp"},
    {"x", NULL},
    {"ab", NULL},
    {"zzz", NULL},
    {"", NULL},
    {"tan", "tanh"}, /* not the name itself */
    {"\xce\x98\xe2\x82\x81\xce\xb2", "\xce\xb8\xe2\x82\x81\xce\xb1"},
    {"\xff\xff\xff", NULL},
    {"a_name_that_is_much_longer_than_any_name_that_a_person_would_write_down", NULL},
};

START_TEST(near_names) {
  names list = {known};
  const char *found = sg_nearest_name(spellings[_i].wrong, next_name, &list);
  if (spellings[_i].right)
    ck_assert_str_eq(found, spellings[_i].right);
  else
    ck_assert_ptr_null(found);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

static TCase *make_case(const char *name) {
  TCase *made = tcase_create(name);
  tcase_add_checked_fixture(made, set_up, tear_down);
  return made;
}

Suite *error_suite(void) {
  Suite *suite = suite_create("error");
  TCase *source = make_case("source");
  tcase_add_test(source, places);
  tcase_add_test(source, columns_are_code_points);
  tcase_add_test(source, sources_are_counted);
  tcase_add_test(source, source_without_memory);
  suite_add_tcase(suite, source);
  TCase *making = make_case("error");
  tcase_add_test(making, first_failure_wins);
  tcase_add_test(making, plain_failures);
  tcase_add_test(making, messages_are_escaped);
  tcase_add_test(making, long_messages_are_cut_at_a_code_point);
  suite_add_tcase(suite, making);
  TCase *printing = make_case("print");
  tcase_add_loop_test(printing, printed, 0, COUNT(prints));
  tcase_add_test(printing, printed_without_a_place);
  tcase_add_test(printing, printed_in_color);
  tcase_add_test(printing, words_stay_whole_below_a_row);
  tcase_add_test(printing, long_lines_are_cut);
  tcase_add_test(printing, cut_line_of_wide_and_broken_characters);
  tcase_add_test(printing, trace);
  tcase_add_test(printing, long_traces_keep_both_ends);
  tcase_add_test(printing, equal_calls_are_counted);
  tcase_add_test(printing, equal_calls_are_counted_on_both_sides_of_a_gap);
  tcase_add_test(printing, printing_without_memory);
  suite_add_tcase(suite, printing);
  TCase *near = make_case("near");
  tcase_add_loop_test(near, near_names, 0, COUNT(spellings));
  suite_add_tcase(suite, near);
  return suite;
}
