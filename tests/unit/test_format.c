/* sgrad: tests of the format mini-language. Expectations are those of Python's format(), but that
 * whole numbers have no ".0". */
#include "base/number.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *format_suite(void);

static sg_memory memory;
static sg_buffer out;

static void set_up(void) {
  sg_memory_init(&memory);
  sg_buffer_init(&out, &memory);
}

static void tear_down(void) {
  sg_buffer_clear(&out);
  ck_assert_uint_eq(memory.used, 0);
}

static const struct {
  const char *spec;
  double x;
  const char *text;
} numbers[] = {
    {"", 2, "2"},
    {"", 0.1, "0.1"},
    {"", -0.0, "-0"},
    {".4f", 24.70408163265306, "24.7041"},
    {".0f", 2.5, "2"},
    {"f", 1, "1.000000"},
    {".2e", 12345.678, "1.23e+04"},
    {"E", 1e-5, "1.000000E-05"},
    {"g", 1e-5, "1e-05"},
    {"G", 1e-5, "1E-05"},
    {".3", 3.14159, "3.14"},
    {".3", 123456, "1.23e+05"},
    {".1%", 0.1234, "12.3%"},
    {"%", 0.5, "50.000000%"},
    {"d", 42, "42"},
    {"d", -0.0, "0"},
    {",d", 1234567, "1,234,567"},
    {",", 1234567.5, "1,234,567.5"},
    {",.2f", -1234.5, "-1,234.50"},
    {"d", 1e22, "10000000000000000000000"},
    {"8.2f", 3.14159, "    3.14"},
    {"<8.2f", 3.14159, "3.14    "},
    {"^8.2f", 3.14159, "  3.14  "},
    {"^7.2f", 3.14159, " 3.14  "},
    {"*>8.2f", 3.14159, "****3.14"},
    {"\xe2\x82\xac^8d", 42,
     "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
     "42\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"},
    {"+d", 5, "+5"},
    {" d", 5, " 5"},
    {"-d", 5, "5"},
    {"+d", -5, "-5"},
    {"06d", -42, "-00042"},
    {"+06.1f", 2.25, "+002.2"},
    {"<06d", 42, "420000"},
    {"*<06d", 42, "42****"},
    {"0>6d", -42, "000-42"},
    {"08,d", 1234, "0,001,234"},
    {"09,d", 1234, "0,001,234"},
    {"010,.1f", 1234.5, "0,001,234.5"},
    {"010,d", 1234, "00,001,234"},
    {"6", INFINITY, "   inf"},
    {"06", -INFINITY, "-00inf"},
    {"010,", INFINITY, "0000000inf"},
    {"+", NAN, "+nan"},
    {"", -NAN, "nan"},
    {"F", NAN, "NAN"},
    {"E", -INFINITY, "-INF"},
    {"%", INFINITY, "inf%"},
    {".1%", 1e308, "inf%"},
    {"<<4d", 7, "7<<<"},
    {".0g", 123, "1e+02"},
};

START_TEST(of_number) {
  sg_format format;
  size_t bad;
  ck_assert(sg_format_parse(&format, numbers[_i].spec, strlen(numbers[_i].spec), &bad));
  ck_assert_ptr_null(sg_format_number(&out, &format, numbers[_i].x));
  ck_assert_str_eq(sg_buffer_text(&out), numbers[_i].text);
}
END_TEST

static const struct {
  const char *spec;
  const char *text;
  const char *shown;
} strings[] = {
    {"", "abc", "abc"},
    {"s", "abc", "abc"},
    {"6", "abc", "abc   "},
    {">6s", "abc", "   abc"},
    {"-^6", "ab", "--ab--"},
    {"06", "ab", "ab0000"},
    {".2", "abc", "ab"},
    {".0", "abc", ""},
    {"4.9", "abc", "abc "},
    {"*<5.2s", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac***"},
};

START_TEST(of_string) {
  sg_format format;
  size_t bad;
  ck_assert(sg_format_parse(&format, strings[_i].spec, strlen(strings[_i].spec), &bad));
  const char *text = strings[_i].text;
  ck_assert_ptr_null(sg_format_string(&out, &format, text, strlen(text)));
  ck_assert_str_eq(sg_buffer_text(&out), strings[_i].shown);
}
END_TEST

static const struct {
  const char *spec;
  size_t bad;
} malformed[] = {
    {"x", 0},      {"5.", 2},   {".", 1},  {"1000001", 0}, {"+99999999999", 1},
    {".1001", 1},  {"5,,", 2},  {"=5", 0}, {"10.2fz", 5},  {"\xc3\xa9", 0},
    {"\xff<5", 0}, {".3e5", 3}, {"5 ", 1}, {"+-", 1},
};

START_TEST(malformed_spec) {
  sg_format format;
  size_t bad = 99;
  ck_assert(!sg_format_parse(&format, malformed[_i].spec, strlen(malformed[_i].spec), &bad));
  ck_assert_uint_eq(bad, malformed[_i].bad);
}
END_TEST

static const struct {
  const char *spec;
  double x; /* nan: the string "abc" */
  const char *why;
} misfits[] = {
    {"d", 0.5, "'d' needs a whole number, got 0.5"},
    {"d", INFINITY, "'d' needs a whole number, got inf"},
    {".2d", 1, "'d' takes no precision"},
    {"s", 1, "'s' needs a string, got a number"},
    {"f", NAN, "'f' needs a number, got a string"},
    {"%", NAN, "'%' needs a number, got a string"},
    {"+", NAN, "a sign needs a number, got a string"},
    {",", NAN, "',' needs a number, got a string"},
};

START_TEST(misfit) {
  sg_format format;
  size_t bad;
  double x = misfits[_i].x;
  sg_buffer_puts(&out, "kept");
  ck_assert(sg_format_parse(&format, misfits[_i].spec, strlen(misfits[_i].spec), &bad));
  const char *why =
      isnan(x) ? sg_format_string(&out, &format, "abc", 3) : sg_format_number(&out, &format, x);
  ck_assert_str_eq(why, misfits[_i].why);
  ck_assert_str_eq(sg_buffer_text(&out), "kept");
}
END_TEST

START_TEST(misfit_without_memory) {
  sg_format format;
  size_t bad;
  memory.limit = 0;
  ck_assert(sg_format_parse(&format, "d", 1, &bad));
  ck_assert_str_eq(sg_format_number(&out, &format, 0.5), "'d' needs a whole number");
}
END_TEST

START_TEST(largest) {
  sg_format format;
  size_t bad;
  ck_assert(sg_format_parse(&format, "01000000,.1000f", 15, &bad));
  ck_assert_ptr_null(sg_format_number(&out, &format, -1.7976931348623157e308));
  ck_assert_uint_ge(out.count, 1000000);
  ck_assert_uint_le(out.count, 1000001);
}
END_TEST

START_TEST(out_of_memory) {
  sg_format format;
  size_t bad;
  memory.limit = 1000;
  ck_assert(sg_format_parse(&format, "\xc3\xa9>100000d", 10, &bad));
  ck_assert_ptr_null(sg_format_number(&out, &format, 1));
  ck_assert(out.failed);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

Suite *format_suite(void) {
  Suite *suite = suite_create("format");
  TCase *format = tcase_create("format");
  tcase_add_checked_fixture(format, set_up, tear_down);
  tcase_add_loop_test(format, of_number, 0, COUNT(numbers));
  tcase_add_loop_test(format, of_string, 0, COUNT(strings));
  tcase_add_loop_test(format, malformed_spec, 0, COUNT(malformed));
  tcase_add_loop_test(format, misfit, 0, COUNT(misfits));
  tcase_add_test(format, misfit_without_memory);
  tcase_add_test(format, largest);
  tcase_add_test(format, out_of_memory);
  suite_add_tcase(suite, format);
  return suite;
}
