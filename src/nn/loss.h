/* sgrad: losses: their table, and how one is applied to a batch.
 *
 * A batch is laid out feature-major, as graph/shaped.h has it. A loss of pairs takes as many
 * targets as predictions; a loss of classes takes for each sample the index of a class, or a share
 * for each class. Values and gradients are PyTorch's, but for the derivative of bce, which is
 * CORNERS.md's.
 */
#ifndef SG_NN_LOSS_H
#define SG_NN_LOSS_H

#include "graph/shaped.h"

typedef struct sg_loss {
  const char *name;   /* "mse" */
  const char *text;   /* its formula, in part of a sentence */
  const char *source; /* where it comes from */
  sg_op op;           /* see loss.def */
} sg_loss;

extern const sg_loss sg_losses[];              /* a row without a name ends */
const sg_loss *sg_loss_find(const char *name); /* NULL when there is none */

/* Whether targets are classes; else each prediction has a target. */
static inline bool sg_loss_has_classes(const sg_loss *loss) { return !sg_op_is_loss(loss->op); }

/* "none", "sum", "mean", by sg_reduction. */
extern const char *const sg_reduction_names[3];

#define SG_HUBER_DELTA 1. /* unless told */

typedef struct sg_loss_shape {
  const sg_loss *loss;
  sg_reduction
      reduction;    /* MEAN divides by the pairs, or by the samples where targets are classes */
  uint32_t samples; /* at least 1 */
  uint32_t width;   /* predictions a sample, at least 1 */
  bool soft;        /* targets are a share for each class, not an index */
  double delta;     /* huber's, above 0 */
} sg_loss_shape;

/* How many numbers the loss gives. */
uint32_t sg_loss_outputs(const sg_loss_shape *shape);
/* width * samples predictions and as many targets, or with classes and without `soft` `samples`
 * plain indices below `width`. Vectors are runs, lists or data. `out` gets sg_loss_outputs numbers.
 * False: out of memory or interrupted. */
bool sg_loss_apply(sg_tape *tape, const sg_loss_shape *shape, sg_vector predictions,
                   sg_vector targets, sg_value *out, sg_error *error);

#endif
