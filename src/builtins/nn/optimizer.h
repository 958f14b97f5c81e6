/* sgrad: optimizers as objects of the language.
 *
 * Invariant: the object holds its leaves and its learning rate's function; hyperparameters always
 * fit their ranges and each other.
 */
#ifndef SG_BUILTINS_NN_OPTIMIZER_H
#define SG_BUILTINS_NN_OPTIMIZER_H

#include "nn/optimizer.h"
#include "runtime/native.h"

typedef struct sg_optimizer_object {
  sg_native head;
  sg_optimizer core;
  sg_value rate;  /* a function of the step that gives the learning rate, or SG_NONE */
  sg_bound *step; /* the fields that are functions */
  sg_bound *zero_grad;
} sg_optimizer_object;

/* NULL when it is none. */
sg_optimizer_object *sg_find_optimizer(sg_value v);

/* With the defaults of its row. NULL: out of memory or interrupted, error set. */
sg_optimizer_object *sg_optimizer_new(sg_vm *vm, const sg_optimizer_row *row, const sg_node *leaves,
                                      uint32_t count);

/* Reads a hyperparameter into `hyper`, or lr's function into `rate`. False: it does not fit, error
 * set. */
bool sg_optimizer_read(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper_row *hyper_row,
                       sg_value v, sg_hyper *hyper, sg_value *rate);
/* False, error set, where the hyperparameters do not go together. */
bool sg_optimizer_check(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper *hyper);

/* opt.step(): the learning rate's function is called, then all parameters are moved, or none. */
bool sg_optimizer_run(sg_vm *vm, sg_optimizer_object *optimizer);

#endif
