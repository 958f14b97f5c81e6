/* sgrad tests: files of tensors, and whole files as bytes. */
#ifndef SG_TESTS_STORE_KIT_H
#define SG_TESTS_STORE_KIT_H

#include "folder_kit.h"

enum { ROOM = 1 << 16 };

static inline size_t get_file(const char *name, char *bytes) {
  FILE *file = fopen(name, "rb");
  ck_assert_ptr_nonnull(file);
  size_t count = fread(bytes, 1, ROOM, file);
  fclose(file);
  return count;
}

/* A file of a header and data. */
static inline void put_tensors(const char *header, const char *data, size_t bytes) {
  char file[ROOM] = {0};
  size_t length = strlen(header);
  file[0] = (char)length;
  file[1] = (char)(length >> 8);
  memcpy(file + 8, header, length);
  if (bytes) memcpy(file + 8 + length, data, bytes);
  put_file("f", file, 8 + length + bytes);
}

#define LOOP(tests, test, array) tcase_add_loop_test(tests, test, 0, sizeof array / sizeof *array)

#endif
