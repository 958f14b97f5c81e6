/* sgrad: samples through a model to their loss without the lists that a program would see.
 *
 * Where a model is made of the language's own stages, the loss is one of its own, samples are lists
 * of plain numbers and targets plain numbers, nothing of a program runs between a batch and its
 * loss. So nothing needs to be made for it to look at; the nodes, and all numbers, are those that
 * calling the model and the loss would give.
 */
#ifndef SG_BUILTINS_NN_DIRECT_H
#define SG_BUILTINS_NN_DIRECT_H

#include "builtins/nn/forward.h"
#include "builtins/nn/objective.h"

typedef struct sg_direct {
  const sg_forward *forward; /* the caller's, as are the next three */
  sg_objective *objective;
  const sg_list *xs, *ys;
  const double **rows; /* [capacity] the samples of a batch; owned */
  double *targets;     /* [capacity] theirs; owned */
  uint32_t capacity;
} sg_direct;

/* Releases what is owned; of zeros, nothing. */
void sg_direct_clear(sg_direct *direct);

/* Takes up the samples listed, of xs and ys. False: this is no such batch, which must go the long
 * way, as also the first one goes, by which the objective is settled; or out of memory or
 * interrupted, which the long way will find too. */
bool sg_direct_take(sg_direct *direct, const uint32_t *which, uint32_t count);
/* The loss of the samples taken up, and how many of them are right. False: error set. */
bool sg_direct_run(sg_direct *direct, uint32_t count, bool training, sg_value *loss,
                   sg_right *right);

#endif
