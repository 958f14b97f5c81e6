/* sgrad: tests of UTF-8 and of the classes of code points. */
#include "base/utf8.h"

#include <check.h>
#include <string.h>

Suite *utf8_suite(void);

static bool round_trips(uint32_t code) {
  char text[4];
  uint32_t back = 1;
  size_t length = sg_utf8_encode(text, code);
  if (sg_utf8_decode(text, 4, &back) != length || back != code) return false;
  return length == 1 || sg_utf8_decode(text, length - 1, &back) == 0;
}

START_TEST(every_code_point_round_trips) {
  for (uint32_t code = 0; code <= 0x10ffff; code++) {
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (!surrogate && !round_trips(code)) ck_abort_msg("%x", code);
  }
}
END_TEST

static const char *const invalid[] = {
    "\x80",
    "\xbf",
    "\xc0\x80",
    "\xc1\xbf",
    "\xc3",
    "\xc3(",
    "\xe0\x9f\xbf",
    "\xe2\x82",
    "\xed\xa0\x80",
    "\xed\xbf\xbf",
    "\xf0\x8f\xbf\xbf",
    "\xf0\x9f\x98",
    "\xe2(\xa1",
    "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80",
    "\xfe",
    "\xff",
    "\xf8\x88\x80",
};

START_TEST(invalid_bytes) {
  char text[16] = "a";
  uint32_t code;
  size_t length = strlen(invalid[_i]);
  ck_assert_uint_eq(sg_utf8_decode(invalid[_i], length, &code), 0);
  strcat(text, invalid[_i]);
  ck_assert_uint_eq(sg_utf8_check(text, length + 1), 1);
}
END_TEST

START_TEST(lengths_and_offsets) {
  const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; /* a é € 😀 z */
  size_t bytes = strlen(text);
  static const size_t offsets[] = {0, 1, 3, 6, 10, 11};
  ck_assert_uint_eq(sg_utf8_length(text, bytes), 5);
  ck_assert_uint_eq(sg_utf8_check(text, bytes), bytes);
  for (size_t i = 0; i < 6; i++) ck_assert_uint_eq(sg_utf8_offset(text, bytes, i), offsets[i]);
  ck_assert_uint_eq(sg_utf8_length("", 0), 0);
  ck_assert_uint_eq(sg_utf8_offset("", 0, 0), 0);
}
END_TEST

START_TEST(starts_and_columns) {
  const char *text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; /* a é € 😀 z */
  static const size_t starts[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
  size_t columns = 7;
  for (size_t i = 0; i < 11; i++) ck_assert_uint_eq(sg_utf8_start(text, i), starts[i]);
  ck_assert_uint_eq(sg_utf8_columns(text, strlen(text)), 6);
  ck_assert_uint_eq(sg_utf8_columns("", 0), 0);
  ck_assert_uint_eq(sg_utf8_step(text + 6, 5, &columns), 4);
  ck_assert_uint_eq(columns, 2);
  ck_assert_uint_eq(sg_utf8_columns("\xff\xc3z", 3), 3); /* invalid bytes are one each */
}
END_TEST

static const struct {
  uint32_t code;
  bool start;
  bool part;
  bool hidden;
  int width;
} classes[] = {
    {'a', true, true, false, 1},
    {'_', true, true, false, 1},
    {'7', false, true, false, 1},
    {'$', false, false, false, 1},
    {' ', false, false, false, 1},
    {'~', false, false, false, 1},
    {0, false, false, true, 0},
    {0x1b, false, false, true, 0},
    {0x7f, false, false, true, 0},
    {0x9b, false, false, true, 0},
    {0xa0, false, false, false, 1},
    {0xe9, true, true, false, 1},
    {0x301, false, true, false, 0},   /* combining acute */
    {0x3b1, true, true, false, 1},    /* alpha */
    {0x2081, false, true, false, 1},  /* subscript one */
    {0x208a, false, false, false, 1}, /* subscript plus */
    {0xb2, false, false, false, 1},   /* superscript two */
    {0x661, false, true, false, 1},   /* Arabic-Indic one */
    {0x2207, false, false, false, 1}, /* nabla */
    {0x1d6fc, true, true, false, 1},  /* mathematical italic alpha */
    {0x4e2d, true, true, false, 2},
    {0xac00, true, true, false, 2},
    {0xff21, true, true, false, 2}, /* fullwidth A */
    {0x1f600, false, false, false, 2},
    {0x200b, false, false, true, 0},
    {0x202e, false, false, true, 0},
    {0x2066, false, false, true, 0},
    {0x2028, false, false, true, 0},
    {0xfeff, false, false, true, 0},
    {0xe0041, false, false, true, 0},
    {0x3164, false, false, true, 2}, /* Hangul filler: a letter that shows nothing */
    {0xffff, false, false, true, 1},
    {0x10ffff, false, false, true, 1},
};

START_TEST(classification) {
  uint32_t code = classes[_i].code;
  ck_assert_msg(sg_is_name_start(code) == classes[_i].start, "start of %x", code);
  ck_assert_msg(sg_is_name_part(code) == classes[_i].part, "part of %x", code);
  ck_assert_msg(sg_is_unprintable(code) == classes[_i].hidden, "hidden %x", code);
  ck_assert_msg(sg_utf8_width(code) == classes[_i].width, "width of %x", code);
}
END_TEST

static const struct {
  uint32_t lower;
  uint32_t upper;
} cases[] = {
    {'a', 'A'},       {'z', 'Z'},         {0xe9, 0xc9},     {0xff, 0x178},    {0x101, 0x100},
    {0x3b1, 0x391},   {0x3c9, 0x3a9},     {0x44f, 0x42f},   {0x561, 0x531},   {0x10d0, 0x1c90},
    {0x1e01, 0x1e00}, {0x10428, 0x10400}, {0x1fb3, 0x1fbc}, {0xff41, 0xff21},
};

START_TEST(letter_case) {
  ck_assert_uint_eq(sg_code_upper(cases[_i].lower), cases[_i].upper);
  ck_assert_uint_eq(sg_code_lower(cases[_i].upper), cases[_i].lower);
  ck_assert_uint_eq(sg_code_upper(cases[_i].upper), cases[_i].upper);
  ck_assert_uint_eq(sg_code_lower(cases[_i].lower), cases[_i].lower);
}
END_TEST

START_TEST(one_way_case) {
  static const uint32_t caseless[] = {'1', '@', '[', '`', '{', 0xd7, 0x4e2d, 0x1f600, 0x10ffff};
  for (size_t i = 0; i < sizeof caseless / sizeof *caseless; i++) {
    ck_assert_uint_eq(sg_code_upper(caseless[i]), caseless[i]);
    ck_assert_uint_eq(sg_code_lower(caseless[i]), caseless[i]);
  }
  ck_assert_uint_eq(sg_code_upper(0xdf), 0xdf);   /* sharp s: its upper case is two letters */
  ck_assert_uint_eq(sg_code_upper(0xb5), 0x39c);  /* micro sign to capital mu */
  ck_assert_uint_eq(sg_code_lower(0x130), 'i');   /* I with dot */
  ck_assert_uint_eq(sg_code_lower(0x212a), 'k');  /* Kelvin sign */
  ck_assert_uint_eq(sg_code_upper(0x3c2), 0x3a3); /* final sigma */
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

Suite *utf8_suite(void) {
  Suite *suite = suite_create("utf8");
  TCase *utf8 = tcase_create("utf8");
  tcase_add_test(utf8, every_code_point_round_trips);
  tcase_add_loop_test(utf8, invalid_bytes, 0, COUNT(invalid));
  tcase_add_test(utf8, lengths_and_offsets);
  tcase_add_test(utf8, starts_and_columns);
  suite_add_tcase(suite, utf8);
  TCase *unicode = tcase_create("unicode");
  tcase_add_loop_test(unicode, classification, 0, COUNT(classes));
  tcase_add_loop_test(unicode, letter_case, 0, COUNT(cases));
  tcase_add_test(unicode, one_way_case);
  suite_add_tcase(suite, unicode);
  return suite;
}
