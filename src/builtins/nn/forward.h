/* sgrad: a model, or any function in its place, called with a batch of samples.
 *
 * A batch is a list of some of the samples themselves (sg_give_picked).
 */
#ifndef SG_BUILTINS_NN_FORWARD_H
#define SG_BUILTINS_NN_FORWARD_H

#include "builtins/nn/model.h"
#include "nn/batch.h"

typedef struct sg_forward {
  sg_vm *vm;
  const sg_builtin *builtin; /* for messages */
  sg_value model;            /* rooted by the caller */
  sg_model *own;             /* the model, when it is one; NULL: some other function */
  bool is_closed;            /* calling it runs no function that could keep what it makes */
  bool *flags;               /* [flag_count] room for the `training` of each part; owned */
  uint32_t flag_count;
} sg_forward;

/* False: the model cannot be called, or out of memory; error set, still to be cleared. */
bool sg_forward_init(sg_forward *forward, sg_vm *vm, const sg_builtin *builtin, sg_value model);
void sg_forward_clear(sg_forward *forward);

/* Whether each of the samples, the argument `name`, is one that the model takes. Of a function
 * nobody knows. False: error set. */
bool sg_forward_check(const sg_forward *forward, const char *name, const sg_list *samples);

/* What the model gives for a batch: a list as long, which is the result. The model is in training
 * or not for as long as that takes, whatever it was before. */
bool sg_forward_call(const sg_forward *forward, sg_value batch, bool training, sg_value *scores);

/* The same for samples laid out in C: they become what the model gives. The model is one. */
bool sg_forward_run(const sg_forward *forward, sg_batch *batch, bool training);

#endif
