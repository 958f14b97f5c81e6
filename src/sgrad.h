/* sgrad: the embedding API: interpreters of the language inside a C program.
 *
 * An interpreter is on its own: it shares no state with another one, writes only through its
 * host's callbacks, never exits, and frees everything when closed. One thread at a time may use it.
 * sg_interrupted (base/error.h), set by a signal handler, stops whatever is running.
 *
 *   sg_interpreter *sgrad = sg_open(&(sg_host){.write = write_text});
 *   sg_run(sgrad, "example", "x = 3; y = x**2; y.backward(); print(x.grad)", SG_ALL);
 *   sg_close(sgrad);
 */
#ifndef SG_SGRAD_H
#define SG_SGRAD_H

#include "runtime/vm.h"

typedef struct sg_interpreter sg_interpreter;

/* What the host gives an interpreter. All zero is a host that sees nothing and sets no limit. */
typedef struct sg_host {
  void *context; /* first argument of the callbacks here */
  /* What the program prints; false: it could not be written, an error in the program. */
  bool (*write)(void *context, const char *text, size_t bytes);
  /* A line that tells how far something has come: it stays until the next one, or anything that is
   * written, takes its place; no bytes: takes it away; NULL: leaves it. Returns the terminal's
   * columns; 0: there is none. NULL: nowhere to show it. */
  size_t (*status)(void *context, const char *text, size_t bytes);
  bool unicode; /* what is written and shown may be more than ASCII where ASCII would do */
  /* An error, and the same as text: several lines, the last one ended too. */
  void (*report)(void *context, const sg_error *error, const char *text);
  /* A line for input(), without its end, valid until the next call; false: there are no more. */
  bool (*read)(void *context, const char **line, size_t *bytes);
  /* ":name rest" met in a program: false with the evaluator's error set. NULL: an error. */
  bool (*command)(void *context, sg_vm *vm, const char *name, const char *rest);
  void *command_context; /* its first argument */
  /* The value of a statement run by sg_run_typed. */
  bool (*echo)(void *context, sg_vm *vm, sg_value value);
  /* Around each text that runs, but not around what that loads: before its first statement, and
   * when it has ended, with vm->progress and, if it failed, vm->error. */
  void (*begin)(void *context, sg_vm *vm, const sg_program *program);
  void (*end)(void *context, sg_vm *vm, const sg_program *program);
  size_t memory_limit; /* bytes; 0: none */
  bool has_seed;       /* else the random generator is seeded from the clock */
  uint64_t seed;
  bool color; /* reports carry terminal colours */
  /* When set, asked before each allocation with its number (from 1); true makes it fail. */
  bool (*fault)(void *context, uint64_t call);
} sg_host;

#define SG_ALL SIZE_MAX /* for `bytes`: the text ends at its zero */

/* Copies `host`. NULL: out of memory. */
sg_interpreter *sg_open(const sg_host *host);
void sg_close(sg_interpreter *sgrad); /* NULL is fine */

/* Parses a whole text, then runs it in the global scope. `name` is what errors call it. What went
 * wrong has been reported when it is SG_ERROR, SG_NO_MEMORY or SG_INTERRUPTED; SG_EXIT: see
 * sg_exit_code. After any of them the interpreter goes on. */
sg_status sg_run(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes);
/* The same for what was typed at a prompt: values are echoed, and SG_INCOMPLETE, unreported, asks
 * for the same text with more lines. */
sg_status sg_run_typed(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes);
/* Whether sg_run_typed would ask for more lines. Runs and reports nothing. */
bool sg_is_incomplete(sg_interpreter *sgrad, const char *text, size_t bytes);
/* Reads a file, then as sg_run, with sg_set_directory to where it lies. */
sg_status sg_run_file(sg_interpreter *sgrad, const char *path);
/* The value of one expression, appended to `out` as print would show it. */
sg_status sg_evaluate(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes,
                      sg_buffer *out);
/* Parses only. With `out`, appends the program in canonical layout. */
sg_status sg_check(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes,
                   sg_buffer *out);
/* As if it had just been opened, but for the directory and `args`: no variable, no graph, the
 * random generator seeded anew. Also while a program runs (a command). Returns how many variables
 * it forgot. */
uint32_t sg_reset(sg_interpreter *sgrad);
/* Whether reports carry terminal colours from now on. */
void sg_set_color(sg_interpreter *sgrad, bool color);
/* What the program gave to exit(). */
int sg_exit_code(const sg_interpreter *sgrad);

/* The directory of this path is where relative paths that the program names are tried when they do
 * not exist in the working directory. NULL: nowhere. False: out of memory. */
bool sg_set_directory(sg_interpreter *sgrad, const char *path);
/* The list `args` of the program. False: out of memory. */
bool sg_set_args(sg_interpreter *sgrad, char *const *args, size_t count);
/* A global number by name, as a leaf; false: out of memory. */
bool sg_set_number(sg_interpreter *sgrad, const char *name, double value);
/* False: no global of that name holds a number. `grad` (0 before a sweep) may be NULL. */
bool sg_get_number(sg_interpreter *sgrad, const char *name, double *value, double *grad);

/* The parts, for what this header does not offer. The interpreter's. */
sg_vm *sg_get_vm(sg_interpreter *sgrad);
const sg_memory *sg_get_memory(const sg_interpreter *sgrad);

#endif
