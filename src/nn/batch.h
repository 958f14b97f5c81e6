/* sgrad: a batch of samples on its way through a network.
 *
 * Invariant: `x` has features * samples numbers, feature-major, but for plain samples as they came
 * (SG_VECTOR_ROWS). Layers and functions replace it by what they make of it; the numbers of one
 * sample do not depend on which others are in the batch. What a batch refers to stays the caller's.
 */
#ifndef SG_NN_BATCH_H
#define SG_NN_BATCH_H

#include "base/random.h"
#include "nn/layer.h"

/* Plain numbers or values, as many as fit. */
typedef struct sg_batch_room {
  union {
    double *plain;
    sg_value *values;
    void *block;
  } of;
  size_t bytes;
} sg_batch_room;

typedef struct sg_batch {
  sg_tape *tape;
  uint32_t features, samples; /* at least 1 */
  sg_vector x;
  sg_batch_room rooms[2]; /* owned: what `x` may lie in, and where the next one goes */
  int used;               /* the room in which `x` may lie */
} sg_batch;

/* With x and its count as given. To be cleared, also after failures. */
void sg_batch_init(sg_batch *batch, sg_tape *tape, sg_vector x, uint32_t features,
                   uint32_t samples);
void sg_batch_clear(sg_batch *batch);

sg_value sg_batch_get(const sg_batch *batch, uint32_t feature, uint32_t sample);
/* Room for features * samples new values, feature-major; NULL with the error set: out of memory, or
 * more than a tape holds. The old ones are still there until sg_batch_replace. */
sg_value *sg_batch_prepare(sg_batch *batch, uint32_t features, sg_error *error);
void sg_batch_replace(sg_batch *batch, uint32_t features);

/* The following return false with the error set, the batch as it was. */

bool sg_batch_dense(sg_batch *batch, const sg_layer *layer, sg_error *error);
bool sg_batch_activate(sg_batch *batch, sg_activation activation, sg_error *error);
/* Drops each number with probability p and scales the others by 1/(1 - p): Srivastava et al. 2014,
 * as PyTorch scales. Draws are sample by sample, feature by feature. */
bool sg_batch_drop(sg_batch *batch, double p, sg_random *random, sg_error *error);

#endif
