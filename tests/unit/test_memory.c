/* sgrad: tests of base/memory.h and base/buffer.h. */
#include "base/buffer.h"

#include <check.h>
#include <string.h>

Suite *memory_suite(void);

static bool fail_at(void *context, uint64_t call) { return call == *(uint64_t *)context; }

START_TEST(accounting) {
  sg_memory memory;
  sg_memory_init(&memory);
  char *block = sg_allocate(&memory, 100);
  ck_assert_uint_eq(memory.used, 100);
  block = sg_resize(&memory, block, 100, 1000);
  ck_assert_uint_eq(memory.used, 1000);
  block = sg_resize(&memory, block, 1000, 10);
  ck_assert_uint_eq(memory.used, 10);
  sg_release(&memory, block, 10);
  ck_assert_uint_eq(memory.used, 0);
  ck_assert_uint_eq(memory.peak, 1000);
  ck_assert_uint_eq(memory.calls, 2);
  sg_release(&memory, NULL, 0);
}
END_TEST

START_TEST(limit) {
  sg_memory memory;
  sg_memory_init(&memory);
  memory.limit = 100;
  char *block = sg_allocate(&memory, 60);
  ck_assert_ptr_nonnull(block);
  ck_assert_ptr_null(sg_allocate(&memory, 41));
  ck_assert_ptr_null(sg_resize(&memory, block, 60, 101));
  ck_assert_ptr_null(sg_allocate(&memory, SIZE_MAX));
  ck_assert_ptr_null(sg_resize(&memory, block, 60, SIZE_MAX));
  ck_assert_uint_eq(memory.used, 60);
  block = sg_resize(&memory, block, 60, 100);
  ck_assert_ptr_nonnull(block);
  memory.limit = 50; /* below what is used: shrinking works still */
  ck_assert_ptr_null(sg_allocate(&memory, 1));
  block = sg_resize(&memory, block, 100, 99);
  sg_release(&memory, block, 99);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

/* AddressSanitizer's malloc may refuse too, instead of stopping the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }

START_TEST(system_refuses) {
  size_t too_much = (size_t)1 << 56;
  sg_memory memory;
  sg_memory_init(&memory);
  ck_assert_ptr_null(sg_allocate(&memory, too_much));
  char *block = sg_allocate(&memory, 1);
  ck_assert_ptr_null(sg_resize(&memory, block, 1, too_much));
  ck_assert_uint_eq(memory.used, 1);
  sg_release(&memory, block, 1);
}
END_TEST

START_TEST(fault_hook) {
  sg_memory memory;
  uint64_t bad = 2;
  sg_memory_init(&memory);
  memory.fault = fail_at;
  memory.fault_context = &bad;
  char *block = sg_allocate(&memory, 8);
  strcpy(block, "abc");
  ck_assert_ptr_null(sg_resize(&memory, block, 8, 16));
  ck_assert_str_eq(block, "abc");
  ck_assert_uint_eq(memory.used, 8);
  block = sg_resize(&memory, block, 8, 16);
  ck_assert_str_eq(block, "abc");
  bad = 4;
  ck_assert_ptr_null(sg_allocate(&memory, 8));
  sg_release(&memory, block, 16);
}
END_TEST

START_TEST(large_blocks_keep_content) {
  sg_memory memory;
  sg_memory_init(&memory);
  size_t size = (size_t)5 << 20;
  char *block = sg_allocate(&memory, size);
  memset(block, 7, size);
  block = sg_resize(&memory, block, size, 4 * size);
  ck_assert_int_eq(block[0], 7);
  ck_assert_int_eq(block[size - 1], 7);
  sg_release(&memory, block, 4 * size);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

typedef struct numbers {
  uint32_t *items;
  uint32_t capacity;
} numbers;

START_TEST(reserve_doubles) {
  sg_memory memory;
  sg_memory_init(&memory);
  numbers array = {0};
  for (uint32_t i = 0; i < 100000; i++) {
    ck_assert(SG_RESERVE(&memory, &array, i + 1));
    array.items[i] = i;
  }
  ck_assert_uint_le(memory.calls, 20);
  ck_assert_uint_le(array.capacity, 200000);
  ck_assert_uint_eq(array.items[77777], 77777);
  ck_assert(sg_reserve(&memory, (void **)&array.items, &array.capacity, 5, 4));
  ck_assert(!sg_reserve(&memory, (void **)&array.items, &array.capacity, (size_t)1 << 32, 4));
  ck_assert(!sg_reserve(&memory, (void **)&array.items, &array.capacity, 1000000, SIZE_MAX / 4));
  sg_release(&memory, array.items, array.capacity * sizeof *array.items);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(reserve_reaches_the_limit) {
  sg_memory memory;
  sg_memory_init(&memory);
  memory.limit = 1000003;
  numbers array = {0};
  uint32_t count = 0;
  while (SG_RESERVE(&memory, &array, count + 1)) array.items[count++] = 1;
  ck_assert_uint_eq(count, 250000);
  ck_assert_uint_le(memory.calls, 60);
  sg_release(&memory, array.items, array.capacity * sizeof *array.items);
}
END_TEST

START_TEST(buffer_appends) {
  sg_memory memory;
  sg_buffer buffer;
  sg_memory_init(&memory);
  sg_buffer_init(&buffer, &memory);
  ck_assert_str_eq(sg_buffer_text(&buffer), "");
  sg_buffer_puts(&buffer, "ab");
  sg_buffer_putc(&buffer, 'c');
  sg_buffer_add(&buffer, "defg", 2);
  sg_buffer_add(&buffer, NULL, 0);
  sg_buffer_pad(&buffer, '-', 3);
  sg_buffer_pad(&buffer, '-', 0);
  sg_buffer_printf(&buffer, "%d", 42);
  ck_assert_str_eq(sg_buffer_text(&buffer), "abcde---42");
  sg_buffer_clear(&buffer);
  sg_buffer_printf(&buffer, "%1000d", 1);
  ck_assert_uint_eq(buffer.count, 1000);
  ck_assert_uint_eq(strlen(sg_buffer_text(&buffer)), 1000);
  sg_buffer_clear(&buffer);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(buffer_stays_failed) {
  sg_memory memory;
  sg_buffer buffer;
  sg_memory_init(&memory);
  memory.limit = 16;
  sg_buffer_init(&buffer, &memory);
  sg_buffer_puts(&buffer, "0123456789");
  sg_buffer_puts(&buffer, "0123456789");
  ck_assert(buffer.failed);
  sg_buffer_puts(&buffer, "x");
  sg_buffer_pad(&buffer, 'x', 2);
  sg_buffer_printf(&buffer, "%300d", 1);
  sg_buffer_escape(&buffer, "\x1b", 1, 0);
  ck_assert_uint_eq(buffer.count, 10);
  ck_assert_ptr_null(sg_buffer_text(&buffer));
  sg_buffer_clear(&buffer);
  ck_assert(!buffer.failed);
  sg_buffer_puts(&buffer, "again");
  ck_assert_str_eq(sg_buffer_text(&buffer), "again");
  sg_buffer_pad(&buffer, ' ', (size_t)1 << 33);
  ck_assert(buffer.failed);
  sg_buffer_clear(&buffer);
  sg_buffer_printf(&buffer, "%ls", L"\x20ac"); /* not to be had in the C locale */
  ck_assert(buffer.failed);
  sg_buffer_clear(&buffer);
}
END_TEST

static const struct {
  const char *text;
  size_t bytes;
  char quote;
  const char *shown;
} escapes[] = {
    {"plain \\ \"text\"", 14, 0, "plain \\ \"text\""},
    {"a\\b\"c'", 6, '"', "a\\\\b\\\"c'"},
    {"a\\b\"c'", 6, '\'', "a\\\\b\"c\\'"},
    {"a\n\tb\r", 5, 0, "a\n\tb\\r"},
    {"a\n\tb\r", 5, '"', "a\\n\\tb\\r"},
    {"\x1b[31m", 5, 0, "\\x1b[31m"},
    {"a\0b\x7f", 4, '"', "a\\x00b\\x7f"},
    {"\xff\xc3", 2, 0, "\\xff\\xc3"},
    {"\xc2\x9b", 2, 0, "\\u{9b}"},
    {"\xe2\x80\xae", 3, '"', "\\u{202e}"},
    {"\xe2\x80\x8b", 3, '"', "\\u{200b}"},
    {"\xf3\xa0\x80\x81", 4, '"', "\\u{e0001}"},
    {"\xce\xb1\xf0\x9f\x98\x80", 6, '"', "\xce\xb1\xf0\x9f\x98\x80"},
};

START_TEST(buffer_escapes) {
  sg_memory memory;
  sg_buffer buffer;
  sg_memory_init(&memory);
  sg_buffer_init(&buffer, &memory);
  sg_buffer_escape(&buffer, escapes[_i].text, escapes[_i].bytes, escapes[_i].quote);
  ck_assert_str_eq(sg_buffer_text(&buffer), escapes[_i].shown);
  sg_buffer_clear(&buffer);
}
END_TEST

Suite *memory_suite(void) {
  Suite *suite = suite_create("memory");
  TCase *memory = tcase_create("memory");
  tcase_add_test(memory, accounting);
  tcase_add_test(memory, limit);
  tcase_add_test(memory, system_refuses);
  tcase_add_test(memory, fault_hook);
  tcase_add_test(memory, large_blocks_keep_content);
  tcase_add_test(memory, reserve_doubles);
  tcase_add_test(memory, reserve_reaches_the_limit);
  suite_add_tcase(suite, memory);
  TCase *buffer = tcase_create("buffer");
  tcase_add_test(buffer, buffer_appends);
  tcase_add_test(buffer, buffer_stays_failed);
  tcase_add_loop_test(buffer, buffer_escapes, 0, sizeof escapes / sizeof *escapes);
  suite_add_tcase(suite, buffer);
  return suite;
}
