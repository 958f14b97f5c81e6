/* sgrad: tests of the IDX format: every type, and files damaged at every byte. */
#include "folder_kit.h"
#include "nn/idx.h"

#include <zlib.h>

Suite *idx_suite(void);

static void put_zipped(const void *bytes, size_t count) {
  gzFile file = gzopen("f.idx", "wb9");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(gzwrite(file, bytes, (unsigned)count), (int)count);
  gzclose(file);
}

static const char *read_it(void) { return print_of("print(read_idx(\"f.idx\"), end=\"\")"); }

typedef struct sample {
  const char *bytes;
  size_t count;
  const char *printed; /* or the error */
} sample;

static const char whole[] = "\0\0\x0B\3\0\0\0\3\0\0\0\2\0\0\0\1abcdefghijkl";

#define FILE_OF(text) text, sizeof text - 1

static const sample samples[] = {
    {FILE_OF("\0\0\x08\1\0\0\0\3\0\x7F\xFF"), "[0, 127, 255]"},
    {FILE_OF("\0\0\x09\1\0\0\0\4\0\x7F\x80\xFF"), "[0, 127, -128, -1]"},
    {FILE_OF("\0\0\x0B\1\0\0\0\4\1\2\x7F\xFF\x80\0\xFF\xFF"), "[258, 32767, -32768, -1]"},
    {FILE_OF("\0\0\x0C\1\0\0\0\3\1\2\3\4\x80\0\0\0\xFF\xFF\xFF\xFF"),
     "[16909060, -2147483648, -1]"},
    {FILE_OF("\0\0\x0D\1\0\0\0\4\x3F\x80\0\0\xBE\x80\0\0\x7F\x80\0\0\xFF\xC0\0\1"),
     "[1, -0.25, inf, nan]"},
    {FILE_OF("\0\0\x0E\1\0\0\0\3\x3F\xB9\x99\x99\x99\x99\x99\x9A\xFF\xFB\0\0\0\0\0\0\x80\0\0\0\0\0"
             "\0\0"),
     "[0.1, nan, -0]"},
    {FILE_OF("\0\0\x08\1\0\0\0\0"), "[]"},
    {FILE_OF("\0\0\x08\3\0\0\0\0\0\0\0\2\0\0\0\2"), "[]"},
    {FILE_OF("\0\0\x08\2\0\0\0\2\0\0\0\3abcdef"), "[[97, 98, 99], [100, 101, 102]]"},
    {FILE_OF("\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\1abcd"), "[[97, 98], [99, 100]]"},
    {FILE_OF("\0\0\x08\5\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\2\0\0\0\1ab"), "[[97, 98]]"},
    /* errors */
    {FILE_OF(""), "f.idx: at byte 0: cut short: an IDX file begins with 4 bytes"},
    {FILE_OF("\0\0\x08"), "f.idx: at byte 3: cut short: an IDX file begins with 4 bytes"},
    {FILE_OF("a,b\n1,2\n"),
     "f.idx: at byte 0: no IDX file: it begins with two zero bytes, this is 0x61"},
    {FILE_OF("\0\1\x08\1"),
     "f.idx: at byte 1: no IDX file: it begins with two zero bytes, this is 0x01"},
    {FILE_OF("\0\0\x0A\1\0\0\0\1"),
     "f.idx: at byte 2: unknown type 0x0a: IDX has 0x08, 0x09 and 0x0b to 0x0e"},
    {FILE_OF("\0\0\x08\0a"), "f.idx: at byte 3: no dimensions: an array has one at least"},
    {FILE_OF("\0\0\x08\2\0\0\0\1\0\0"),
     "f.idx: at byte 10: cut short: the sizes of 2 dimensions end at byte 12"},
    {FILE_OF("\0\0\x08\2\0\0\0\1\0\0\0\0"),
     "f.idx: at byte 8: a size of 0: samples without numbers"},
    {FILE_OF("\0\0\x08\1\0\0\0\3ab"), "f.idx: cut short at byte 10: 3 of type u8 end at byte 11"},
    {FILE_OF("\0\0\x0B\2\0\0\0\2\0\0\0\2abcdefg"),
     "f.idx: cut short at byte 19: 2 x 2 of type i16 end at byte 20"},
    {FILE_OF("\0\0\x08\1\0\0\0\1ab"),
     "f.idx: at byte 9: more follows behind the end of 1 of type u8"},
    {FILE_OF("\0\0\x08\1\xFF\xFF\xFF\xFF"
             "ab"),
     "f.idx: at byte 4: 4294967295 of type u8: a list holds at most 2147483647 items"},
    {FILE_OF("\0\0\x08\3\0\0\0\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
             "ab"),
     "f.idx: at byte 4: 1 x 4294967295 x 4294967295 of type u8: a list holds at most 2147483647 "
     "items"},
    {FILE_OF("\0\0\x08\2\1\0\0\0\0\0\1\0abc"), "out of memory"},
};

START_TEST(test_reads) {
  const sample *s = &samples[_i];
  put_file("f.idx", s->bytes, s->count);
  ck_assert_str_eq(read_it(), s->printed);
  put_zipped(s->bytes, s->count);
  ck_assert_str_eq(read_it(), s->printed);
}
END_TEST

/* What the header promises is held against the limit before anything is allocated. */
START_TEST(test_says_how_much_memory_it_would_take) {
  static const char bytes[] = "\0\0\x08\2\1\0\0\0\0\0\1\0abc";
  put_file("f.idx", bytes, sizeof bytes - 1);
  size_t peak = sg_get_memory(run.sgrad)->peak;
  ck_assert_str_eq(read_it(), "out of memory");
  ck_assert_ptr_nonnull(strstr(run.error.note, "f.idx holds 16777216 x 256 of type u8, which take "
                                               "34360 MB; "));
  ck_assert_uint_lt(sg_get_memory(run.sgrad)->peak, peak + (1 << 20));
}
END_TEST

/* A file that lies takes no more memory than what it holds. */
START_TEST(test_counts_that_lie) {
  static const char bytes[] = "\0\0\x0E\1\x7F\xFF\xFF\xFF"
                              "12345678";
  open_session(0);
  size_t peak = sg_get_memory(run.sgrad)->peak;
  put_zipped(bytes, sizeof bytes - 1);
  ck_assert_str_eq(read_it(),
                   "f.idx: cut short at byte 16: 2147483647 of type f64 end at byte 17179869184");
  ck_assert_uint_lt(sg_get_memory(run.sgrad)->peak, peak + (1 << 20));
}
END_TEST

/* Each allocation fails in turn: a clean error, and the same line works afterwards. */
START_TEST(test_allocations_that_fail) {
  static const char line[] = "xs = read_idx(\"f.idx\")";
  put_zipped(whole, sizeof whole - 1);
  uint64_t before = sg_get_memory(run.sgrad)->calls;
  ck_assert_int_eq(sg_run(run.sgrad, "<test>", line, SG_ALL), SG_OK);
  uint64_t calls = sg_get_memory(run.sgrad)->calls - before;
  for (uint64_t i = 1; i < calls / 2; i++) {
    run.faults = (faults){.first = sg_get_memory(run.sgrad)->calls + i, .once = true};
    ck_assert_int_eq(sg_run(run.sgrad, "<test>", line, SG_ALL), SG_NO_MEMORY);
    ck_assert_int_eq(sg_run(run.sgrad, "<test>", line, SG_ALL), SG_OK);
  }
}
END_TEST

/* Numbers that begin in one chunk of the file and end in the next. */
START_TEST(test_numbers_across_chunks) {
  enum { COUNT = 20000, HEADER = 12 };
  unsigned char *bytes = calloc(HEADER + 8 * COUNT, 1);
  ck_assert_ptr_nonnull(bytes);
  memcpy(bytes, "\0\0\x0E\2\0\0\x27\x10\0\0\0\2", HEADER);
  for (uint32_t i = 0; i < COUNT; i++) {
    double x = i;
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    for (int k = 0; k < 8; k++) bytes[HEADER + 8 * i + 7 - (uint32_t)k] = (bits >> 8 * k) & 0xFF;
  }
  put_file("f.idx", bytes, HEADER + 8 * COUNT);
  free(bytes);
  ck_assert_str_eq(print_of("print(read_idx(\"f.idx\") == [[2*i, 2*i + 1] for i in range(10000)])"),
                   "true\n");
}
END_TEST

/* Damaged in any way, a file is read or refused with its name; the session goes on. */
static void check_damaged(void) {
  const char *text = read_it();
  bool ok = run.error.status == SG_OK || run.error.status == SG_NO_MEMORY ||
            strncmp(text, "f.idx", 5) == 0;
  ck_assert_msg(ok, "%s", text);
  ck_assert_str_eq(print_of("print(1, end=\"\")"), "1");
}

static size_t load(unsigned char *bytes, size_t size) {
  FILE *file = fopen("f.idx", "rb");
  ck_assert_ptr_nonnull(file);
  size_t count = fread(bytes, 1, size, file);
  fclose(file);
  return count;
}

static void damage_every_byte(const unsigned char *bytes, size_t count) {
  unsigned char damaged[256];
  ck_assert_uint_le(count, sizeof damaged);
  for (size_t i = 0; i < count; i++) {
    put_file("f.idx", bytes, i);
    ck_assert_int_ne(sg_run(run.sgrad, "<test>", "read_idx(\"f.idx\")", SG_ALL), SG_OK);
    for (unsigned flip = 1; flip < 256; flip++) {
      memcpy(damaged, bytes, count);
      damaged[i] ^= (unsigned char)flip;
      put_file("f.idx", damaged, count);
      check_damaged();
    }
  }
}

START_TEST(test_every_byte_damaged) {
  damage_every_byte((const unsigned char *)whole, sizeof whole - 1);
}
END_TEST

START_TEST(test_every_byte_damaged_when_zipped) {
  unsigned char bytes[256];
  put_zipped(whole, sizeof whole - 1);
  damage_every_byte(bytes, load(bytes, sizeof bytes));
}
END_TEST

START_TEST(test_long_shapes_are_cut) {
  sg_idx idx;
  sg_idx_error error;
  unsigned char bytes[4 + 4 * SG_IDX_DIMENSIONS] = {0, 0, 8, SG_IDX_DIMENSIONS};
  char text[54];
  memset(bytes + 4, 0xFF, sizeof bytes - 4);
  ck_assert(sg_idx_read_header(&idx, bytes, sizeof bytes, &error));
  ck_assert_uint_eq(idx.header_bytes, sizeof bytes);
  ck_assert_uint_eq(idx.each, UINT64_MAX);
  ck_assert_uint_eq(sg_idx_end(&idx), UINT64_MAX);
  sg_idx_describe(&idx, text, sizeof text);
  ck_assert_str_eq(text, "4294967295 x 4294967295 x ... of type u8");
}
END_TEST

Suite *idx_suite(void) {
  Suite *suite = suite_create("idx");
  TCase *tests = tcase_create("files");
  tcase_set_timeout(tests, 60);
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_add_loop_test(tests, test_reads, 0, sizeof samples / sizeof *samples);
  tcase_add_test(tests, test_says_how_much_memory_it_would_take);
  tcase_add_test(tests, test_counts_that_lie);
  tcase_add_test(tests, test_allocations_that_fail);
  tcase_add_test(tests, test_numbers_across_chunks);
  tcase_add_test(tests, test_every_byte_damaged);
  tcase_add_test(tests, test_every_byte_damaged_when_zipped);
  tcase_add_test(tests, test_long_shapes_are_cut);
  suite_add_tcase(suite, tests);
  return suite;
}
