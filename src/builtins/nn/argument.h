/* sgrad: what the builtins for models read.
 *
 * Errors: every function returns false with the error set; its message begins with `what`.
 */
#ifndef SG_BUILTINS_NN_ARGUMENT_H
#define SG_BUILTINS_NN_ARGUMENT_H

#include "builtins/nn/model.h"
#include "nn/initial.h"

/* The builtin of that name, whatever the program has called so. */
sg_value sg_get_builtin(sg_vm *vm, const char *name);
/* What a string says, or the name of a builtin that holds nothing; NULL: neither. */
const char *sg_name_given(sg_value v);

/* The k-th name of a table; NULL behind the last. */
typedef const char *sg_name_get(uint32_t k);
/* Adds the name of the table nearest to `name` to the error just made. False: none is near. */
bool sg_note_near(sg_vm *vm, const char *name, sg_name_get *get);
/* The same, or else all names and what follows them. Returns false. */
bool sg_note_names(sg_vm *vm, const char *name, sg_name_get *get, const char *ending);

/* An activation by name ("relu"), by its function (relu), or none for identity. */
bool sg_read_activation(sg_vm *vm, const char *what, sg_value v, sg_activation *out);
bool sg_read_probability(sg_vm *vm, const char *what, sg_value v, double *out);
/* `model.training = v`; with `check` says only whether it could. */
bool sg_set_training(sg_vm *vm, sg_model *model, sg_value v, bool check);

/* After sg_layer_make has failed. */
bool sg_fail_making(sg_vm *vm);

/* init=: a row of the table, or a function that gives a weight. */
typedef struct sg_beginning {
  const sg_initial *row; /* NULL: `function` */
  sg_value function;     /* rooted by the caller */
} sg_beginning;

bool sg_read_beginning(sg_vm *vm, const char *what, sg_value v, sg_beginning *out);
/* The sg_layer_count(layer) values of a layer; a function is called for each weight in turn, with
 * as many of nin and nout as it asks for, and biases begin at 0. */
bool sg_draw_beginning(sg_vm *vm, const char *what, const sg_beginning *beginning,
                       const sg_layer *layer, double *values);

#endif
