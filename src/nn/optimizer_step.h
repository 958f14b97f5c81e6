/* sgrad: the formulas of optimizers, on parameters in a row. Internal to src/nn. */
#ifndef SG_NN_OPTIMIZER_STEP_H
#define SG_NN_OPTIMIZER_STEP_H

#include "nn/optimizer.h"

enum { SG_STRETCH = 512 }; /* parameters in a stretch, at most: few enough to stay in the cache */

/* b1**step and b2**step for the step that they were last computed for; 0 for none yet. */
typedef struct sg_powers {
  double step, first, second;
} sg_powers;

/* Parameters in a row that all have a gradient and have been stepped equally often. */
struct sg_stretch {
  const sg_hyper *hyper;
  uint32_t count;
  double step;              /* how often before; 0 where nobody counts */
  double *value;            /* [count] */
  const double *grad;       /* [count] */
  double *state[SG_STATES]; /* [count] each; the first is left to the caller */
  sg_powers *powers;        /* shared by the stretches of a step */
};

void sg_step_sgd(const sg_stretch *stretch);
void sg_step_adam(const sg_stretch *stretch);
void sg_step_adamw(const sg_stretch *stretch);
void sg_step_rmsprop(const sg_stretch *stretch);
void sg_step_adagrad(const sg_stretch *stretch);

#endif
