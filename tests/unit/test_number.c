/* sgrad: tests of numbers as text and text as numbers. */
#include "base/number.h"
#include "base/random.h"

#include <check.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *number_suite(void);

static const struct {
  double x;
  const char *text;
} texts[] = {
    {0, "0"},
    {-0.0, "-0"},
    {2, "2"},
    {-4, "-4"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {123456.789, "123456.789"},
    {0.0001, "0.0001"},
    {0.00001, "1e-05"},
    {0.00012345, "0.00012345"},
    {1e15, "1000000000000000"},
    {9007199254740991, "9007199254740991"},
    {9007199254740994, "9007199254740994"},
    {9999999999999998, "9999999999999998"},
    {1e16, "1e+16"},
    {123456789012345680.0, "1.2345678901234568e+17"},
    {1e22, "1e+22"},
    {1.5e300, "1.5e+300"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {5e-324, "5e-324"},
    {-1.5e-323, "-1.5e-323"},
    /* Powers of two whose nearest short decimal lies outside the narrower gap below. */
    {0x1p-1017, "7.120236347223045e-307"},
    {0x1p-921, "5.641232424577593e-278"},
    {0x1p-44, "5.684341886080802e-14"},
    {INFINITY, "inf"},
    {-INFINITY, "-inf"},
    {NAN, "nan"},
    {-NAN, "nan"},
};

START_TEST(shortest) {
  char out[SG_NUMBER_SIZE];
  ck_assert_str_eq(sg_number_text(out, texts[_i].x), texts[_i].text);
}
END_TEST

static const struct {
  double x;
  int digits;
  const char *text;
} shorts[] = {
    {3.14159265358979, 6, "3.14159"},
    {0.1 + 0.2, 6, "0.3"},
    {0.1, 17, "0.1"},
    {0.1 + 0.2, 17, "0.30000000000000004"},
    {1234567, 6, "1.23457e+06"},
    {123456, 6, "123456"},
    {999999.7, 6, "1e+06"},
    {-0.0000123456789, 3, "-1.23e-05"},
    {5e-324, 6, "5e-324"},
    {9.99, 1, "1e+01"},
    {-0.0, 6, "-0"},
    {-INFINITY, 6, "-inf"},
    {NAN, 6, "nan"},
    {2.5, 0, "2"},
    {1e15, 99, "1000000000000000"},
};

START_TEST(rounded) {
  char out[SG_NUMBER_SIZE];
  ck_assert_str_eq(sg_number_short(out, shorts[_i].x, shorts[_i].digits), shorts[_i].text);
}
END_TEST

static bool same(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

START_TEST(round_trip) {
  sg_random random;
  sg_random_seed(&random, 5);
  for (int i = 0; i < 100000; i++) {
    uint64_t bits = sg_random_bits(&random);
    double x, back;
    memcpy(&x, &bits, sizeof x);
    if (isnan(x)) continue;
    char out[SG_NUMBER_SIZE];
    sg_number_text(out, x);
    ck_assert(sg_number_parse(out, strlen(out), &back));
    ck_assert_msg(same(x, back), "%s", out);
    ck_assert_double_eq(strtod(out, NULL), x);
  }
}
END_TEST

static const struct {
  const char *text;
  double x;
} parsed[] = {
    {"12", 12},
    {"1.5", 1.5},
    {".5", 0.5},
    {"2.", 2},
    {"1e-3", 1e-3},
    {"1E+3", 1e3},
    {"-0", -0.0},
    {"+7", 7},
    {"  4.25\t\r\n", 4.25},
    {"inf", INFINITY},
    {"-inf", -INFINITY},
    {"Inf", INFINITY},
    {"1e309", INFINITY},
    {"1e-400", 0},
    {"-1e-400", -0.0},
    {"0e99999999999999999999", 0},
    {"1e99999999999999999999", INFINITY},
    {"1e-99999999999999999999", 0},
    {"007", 7},
    {"123456789012345678901234567890", 123456789012345678901234567890.0},
    {"2.2250738585072011e-308", 2.2250738585072011e-308},
    {"9007199254740993", 9007199254740992.0},
    {"9007199254740993.00000000000000000000000000000000000000001", 9007199254740994.0},
    {"1e23", 1e23},
    {"8.5e22", 8.5e22},
};

START_TEST(parse) {
  double x;
  ck_assert(sg_number_parse(parsed[_i].text, strlen(parsed[_i].text), &x));
  ck_assert_msg(same(x, parsed[_i].x), "%s", parsed[_i].text);
}
END_TEST

static const char *const refused[] = {
    "",    " ",   "-",   ".",  "+.",   "e5",       "1e",  "1e+",  "1.2.3", "0x10", "1_000",
    "--1", "+-1", "1 2", "in", "nan1", "infinity", "- 5", "1e 5", "5.e",   "a",    "\xc2\xa0 1",
};

START_TEST(refuse) {
  double x = 7;
  ck_assert(!sg_number_parse(refused[_i], strlen(refused[_i]), &x));
  ck_assert_double_eq(x, 7);
}
END_TEST

START_TEST(bounds_of_the_text_are_kept) {
  double x;
  ck_assert(sg_number_parse("123", 2, &x));
  ck_assert_double_eq(x, 12);
  ck_assert(!sg_number_parse("1\0002", 3, &x));
  ck_assert(sg_number_parse("nan", 3, &x) && isnan(x));
}
END_TEST

START_TEST(a_million_digits) {
  enum { MANY = 1000000 };
  char *text = malloc(MANY + 32);
  double x;
  memset(text, '0', MANY);
  (void)sprintf(text + MANY, "1");
  ck_assert(sg_number_parse(text, MANY + 1, &x) && x == 1);
  text[0] = '1';
  (void)sprintf(text + MANY, "e-%d", MANY - 1);
  ck_assert(sg_number_parse(text, strlen(text), &x) && x == 1);
  text[0] = '.';
  (void)sprintf(text + MANY, "25e%d", MANY);
  ck_assert(sg_number_parse(text, strlen(text), &x) && x == 2.5);
  memset(text, '9', MANY);
  ck_assert(sg_number_parse(text, MANY, &x) && isinf(x));
  free(text);
}
END_TEST

/* 2^53 + 1 is halfway: one digit anywhere behind it decides. */
START_TEST(a_far_digit_breaks_a_tie) {
  char text[2000];
  double x;
  memset(text, '0', sizeof text);
  memcpy(text, "9007199254740993.", 17);
  ck_assert(sg_number_parse(text, sizeof text, &x) && x == 9007199254740992.0);
  text[1999] = '1';
  ck_assert(sg_number_parse(text, sizeof text, &x) && x == 9007199254740994.0);
}
END_TEST

START_TEST(decimal_comma_locale) {
  static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"};
  bool found = false;
  for (size_t i = 0; i < 3 && !found; i++) found = setlocale(LC_ALL, names[i]) != NULL;
  char out[SG_NUMBER_SIZE];
  double x;
  ck_assert_str_eq(sg_number_text(out, 0.125), "0.125");
  ck_assert_str_eq(sg_number_short(out, 1234.5678, 6), "1234.57");
  ck_assert(sg_number_parse("1.0000000000000002", 18, &x) && x > 1);
  ck_assert(!sg_number_parse("1,5", 3, &x));
  setlocale(LC_ALL, "C");
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

Suite *number_suite(void) {
  Suite *suite = suite_create("number");
  TCase *text = tcase_create("text");
  tcase_add_loop_test(text, shortest, 0, COUNT(texts));
  tcase_add_loop_test(text, rounded, 0, COUNT(shorts));
  tcase_add_test(text, round_trip);
  tcase_add_test(text, decimal_comma_locale);
  suite_add_tcase(suite, text);
  TCase *reading = tcase_create("parse");
  tcase_add_loop_test(reading, parse, 0, COUNT(parsed));
  tcase_add_loop_test(reading, refuse, 0, COUNT(refused));
  tcase_add_test(reading, bounds_of_the_text_are_kept);
  tcase_add_test(reading, a_million_digits);
  tcase_add_test(reading, a_far_digit_breaks_a_tie);
  suite_add_tcase(suite, reading);
  return suite;
}
