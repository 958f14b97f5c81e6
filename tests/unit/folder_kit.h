/* sgrad tests: a session in a folder of its own, files put there byte by byte, and an allocation of
 * its interpreter that fails. */
#ifndef SG_TESTS_FOLDER_KIT_H
#define SG_TESTS_FOLDER_KIT_H

#include "fault_kit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY_LIMIT = 256 << 20 };

typedef struct session {
  faults faults; /* first: the interpreter's context is both */
  sg_memory memory;
  sg_buffer printed;
  sg_error error; /* the latest */
  sg_interpreter *sgrad;
} session;

static session run;
static char folder[] = "/tmp/sgrad-test-XXXXXX";

static bool collect(void *context, const char *text, size_t bytes) {
  sg_buffer_add(&((session *)context)->printed, text, bytes);
  return true;
}

static void keep(void *context, const sg_error *error, const char *text) {
  (void)text;
  ((session *)context)->error = *error;
}

/* In place of the one before. */
static void open_session(size_t memory_limit) {
  sg_close(run.sgrad);
  run.faults = (faults){0};
  run.sgrad = sg_open(&(sg_host){.context = &run,
                                 .write = collect,
                                 .report = keep,
                                 .fault = fault,
                                 .memory_limit = memory_limit,
                                 .has_seed = true,
                                 .seed = 1});
  ck_assert_ptr_nonnull(run.sgrad);
}

static void set_up(void) {
  memcpy(strrchr(folder, '-'), "-XXXXXX", sizeof "-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  run = (session){0};
  sg_memory_init(&run.memory);
  sg_buffer_init(&run.printed, &run.memory);
  open_session(MEMORY_LIMIT);
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

static void put_file(const char *name, const void *bytes, size_t count) {
  FILE *file = fopen(name, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(bytes, 1, count, file), count);
  fclose(file);
}

/* What a program prints; on an error, its message. */
static const char *print_of(const char *program) {
  run.printed.count = 0;
  sg_error_clear(&run.error);
  if (sg_run(run.sgrad, "<test>", program, SG_ALL) != SG_OK) return run.error.message;
  return sg_buffer_text(&run.printed);
}

#endif
