/* sgrad tests: running a program and keeping what it says. */
#ifndef TESTS_RUN_PROCESS_H
#define TESTS_RUN_PROCESS_H

#include "base/buffer.h"

typedef struct process {
  /* Asked for. */
  char *const *argv;  /* NULL ends; argv[0] is looked for in PATH */
  const char *folder; /* working directory */
  const char *input;  /* what it reads */
  size_t input_bytes;
  bool together; /* standard error goes where standard output goes */
  int seconds;   /* it may take */
  /* Seen. */
  sg_buffer output;
  sg_buffer errors;
  int status; /* exit status; 128 + n when signal n ended it */
  bool late;  /* it took too long and was ended */
} process;

void process_init(process *p, sg_memory *memory);
void process_clear(process *p);
/* False: it could not be started; errno. */
bool process_run(process *p);

#endif
