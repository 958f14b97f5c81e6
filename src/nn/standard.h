/* sgrad: features brought to mean 0 and standard deviation 1, as scikit-learn's StandardScaler
 * does: the deviation divides by n, nan is passed over, and a feature whose deviation is no more
 * than rounding (Chan, Golub and LeVeque, 1983) counts as constant and is only centred.
 *
 * Two passes over the samples: sg_standard_sum for each, sg_standard_center, sg_standard_square for
 * each, sg_standard_finish. Then `mean` and `deviation` are valid. All give up on Ctrl-C where
 * there are many features: to be polled for afterwards.
 */
#ifndef SG_NN_STANDARD_H
#define SG_NN_STANDARD_H

#include "base/interrupt.h"
#include "base/memory.h"

typedef struct sg_standard {
  sg_memory *memory; /* not owned */
  uint32_t features;
  double *mean;       /* [features]; this and the next ones are one block, owned */
  double *deviation;  /* [features]; 1 of a constant feature */
  double *count;      /* [features]: samples that are no nan */
  double *correction; /* [features]: what rounding left of the sum of differences */
} sg_standard;

/* False: out of memory; nothing to clear. */
bool sg_standard_init(sg_standard *standard, sg_memory *memory, uint32_t features);
void sg_standard_clear(sg_standard *standard);
void sg_standard_sum(sg_standard *standard, const double *x);
void sg_standard_center(sg_standard *standard);
void sg_standard_square(sg_standard *standard, const double *x);
void sg_standard_finish(sg_standard *standard);
static inline double sg_standard_apply(const sg_standard *standard, uint32_t i, double x) {
  return (x - standard->mean[i]) / standard->deviation[i];
}

#endif
