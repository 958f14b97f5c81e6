/* sgrad: what a builtin is. Each file of src/builtins/ ends in a table of these rows; signature,
 * argument errors, `:help`, completion and the tests of examples all come from the row. */
#ifndef SG_RUNTIME_BUILTIN_H
#define SG_RUNTIME_BUILTIN_H

#include "runtime/object.h"

typedef struct sg_vm sg_vm;

typedef struct sg_call {
  const sg_builtin *builtin; /* the row being run: for messages */
  /* One per parameter of the signature, SG_UNDEFINED where an optional one was not given. With a
   * starred parameter (*values, always the first), its values come last: args[parameters ...].
   * On the evaluator's stack: rooted, valid until the builtin returns. */
  sg_value *args;
  uint32_t parameters;  /* of the signature, without the starred one */
  uint32_t rest_count;  /* values of the starred parameter */
  const sg_value *rest; /* = args + parameters */
  const sg_value *held; /* values bound to it, for the function that grad(f) returns and its kind */
} sg_call;

/* Returns false with the evaluator's error set (sg_vm_fail). `*result` is SG_NONE on entry. */
typedef bool sg_builtin_run(sg_vm *vm, const sg_call *call, sg_value *result);

struct sg_builtin {
  const char *name;
  /* The parameters as users read them: "xs, start=0", "*values, sep=\" \", end=\"\\n\"". A
   * parameter with "=" is optional. The text after "=" is documentation: the C code supplies it. */
  const char *parameters;
  sg_builtin_run *run;
  const char *doc;     /* one or more sentences: arguments, shapes, errors; `code` in backticks */
  const char *example; /* one line of sgrad whose print or value is given after "# ", run by a test:
                          "sum([1, 2, 3])  # 6" */
  const char *topic;   /* of grammar/reference.md: "math", "lists", "random" */
  bool forwards; /* its arguments are those of the function held[0], whose names they may bear */
  int op;        /* for a scalar function or a block that is just a row of ops.def: its sg_op */
};

/* Walks a signature: the name (a leading * skipped) of the parameter at `text`, and whether it is
 * optional; returns where the next one starts (at the terminating zero: it was the last). */
const char *sg_builtin_next_parameter(const char *text, const char **name, size_t *bytes,
                                      bool *optional);

#endif
