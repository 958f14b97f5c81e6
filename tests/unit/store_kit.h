/* sgrad tests: a session in a folder of its own, and files put there byte by byte. */
#ifndef SG_TESTS_STORE_KIT_H
#define SG_TESTS_STORE_KIT_H

#include "sgrad.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct session {
  sg_memory memory;
  sg_buffer printed;
  char error[SG_MESSAGE_SIZE];
  sg_interpreter *sgrad;
} session;

static session run;
static char folder[] = "/tmp/sgrad-safetensors-XXXXXX";

static bool collect(void *context, const char *text, size_t bytes) {
  sg_buffer_add(&((session *)context)->printed, text, bytes);
  return true;
}

static void keep(void *context, const sg_error *error, const char *text) {
  (void)text;
  memcpy(((session *)context)->error, error->message, SG_MESSAGE_SIZE);
}

static void set_up(void) {
  memcpy(folder, "/tmp/sgrad-safetensors-XXXXXX", sizeof folder);
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  sg_memory_init(&run.memory);
  sg_buffer_init(&run.printed, &run.memory);
  run.error[0] = '\0';
  run.sgrad = sg_open(&(sg_host){.context = &run,
                                 .write = collect,
                                 .report = keep,
                                 .memory_limit = 256 << 20,
                                 .has_seed = true,
                                 .seed = 1});
  ck_assert_ptr_nonnull(run.sgrad);
}

static void tear_down(void) {
  char command[64];
  sg_close(run.sgrad);
  sg_buffer_clear(&run.printed);
  ck_assert_uint_eq(run.memory.used, 0);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  ck_assert_int_eq(chdir("/"), 0);
  ck_assert_int_eq(system(command), 0);
}

static void put_file(const char *name, const char *bytes, size_t count) {
  FILE *file = fopen(name, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(bytes, 1, count, file), count);
  fclose(file);
}

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

/* What a program prints; on an error, its message. */
static const char *print_of(const char *program) {
  run.printed.count = 0;
  run.error[0] = '\0';
  if (sg_run(run.sgrad, "<test>", program, SG_ALL) != SG_OK) return run.error;
  return sg_buffer_text(&run.printed);
}

#define LOOP(tests, test, array) tcase_add_loop_test(tests, test, 0, sizeof array / sizeof *array)

#endif
