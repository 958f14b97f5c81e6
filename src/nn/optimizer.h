/* sgrad: optimizers: their table, their state, and a step.
 *
 * An optimizer moves leaves of a tape by their gradients. Each leaf is a parameter of its own, as a
 * tensor is in PyTorch: one without a gradient is skipped, and its state and its count of steps
 * stay as they were. A step gives PyTorch's numbers.
 *
 * Invariants: every leaf of the runs is held by the owner (who renumbers them after a collection),
 * and comes once; parameter k is the k-th of the runs taken together, in the state too. Consecutive
 * parameters with consecutive leaves are stepped in one loop.
 */
#ifndef SG_NN_OPTIMIZER_H
#define SG_NN_OPTIMIZER_H

#include "graph/tape.h"

/* The hyperparameters of all optimizers; each looks at its own. */
typedef struct sg_hyper {
  double lr, momentum, dampening, weight_decay, betas[2], eps, alpha, lr_decay;
  double initial_accumulator_value;
  bool nesterov, maximize, amsgrad, centered;
} sg_hyper;

typedef enum sg_hyper_kind { SG_HYPER_NUMBER, SG_HYPER_PAIR, SG_HYPER_FLAG } sg_hyper_kind;

typedef struct sg_range {
  double low, high; /* both belong to it */
  const char *text; /* " from 0": what follows "a number" in a sentence */
} sg_range;

typedef struct sg_hyper_row {
  const char *name;
  sg_hyper_kind kind;
  size_t offset; /* in sg_hyper */
  double fallback[2];
  const sg_range *range; /* NULL for flags */
} sg_hyper_row;

typedef struct sg_state_row {
  const char *name; /* as PyTorch's state_dict has it */
  bool (*is_needed)(const sg_hyper *hyper);
} sg_state_row;

typedef struct sg_stretch sg_stretch;

typedef struct sg_optimizer_row {
  const char *name;                        /* "sgd" */
  const char *text;                        /* its formula, in sentences */
  const char *source;                      /* where it comes from */
  const sg_hyper_row *hyper;               /* a row without a name ends */
  const sg_state_row *state;               /* the same */
  void (*step)(const sg_stretch *stretch); /* optimizer_step.h */
} sg_optimizer_row;

extern const sg_optimizer_row sg_optimizers[];               /* a row without a name ends */
const sg_optimizer_row *sg_optimizer_find(const char *name); /* NULL when there is none */
const sg_hyper_row *sg_hyper_find(const sg_optimizer_row *row, const char *name);

/* A number or two, or a flag of a hyperparameter. */
static inline double *sg_hyper_numbers(sg_hyper *hyper, const sg_hyper_row *row) {
  return (double *)(void *)((char *)hyper + row->offset);
}
static inline bool *sg_hyper_flag(sg_hyper *hyper, const sg_hyper_row *row) {
  return (bool *)((char *)hyper + row->offset);
}
static inline bool sg_hyper_fits(const sg_hyper_row *row, double x) {
  return x >= row->range->low && x <= row->range->high;
}
sg_hyper sg_hyper_defaults(const sg_optimizer_row *row);
/* Why the hyperparameters do not go together, or NULL. */
const char *sg_hyper_conflict(const sg_hyper *hyper);

enum { SG_STATES = 4 }; /* rows of state, at most */

typedef struct sg_leaf_runs {
  sg_node_run *items; /* owned */
  uint32_t count;
  uint32_t capacity;
} sg_leaf_runs;

typedef struct sg_optimizer {
  const sg_optimizer_row *row;
  sg_hyper hyper;
  sg_leaf_runs runs;
  uint32_t count;           /* parameters in all */
  uint64_t steps;           /* how often sg_optimizer_step has been called */
  double *state[SG_STATES]; /* [count] each by row->state, owned; NULL until it is needed */
} sg_optimizer;

/* With the defaults. False: out of memory or interrupted; still to be cleared. */
bool sg_optimizer_init(sg_optimizer *optimizer, sg_memory *memory, const sg_optimizer_row *row,
                       const sg_node *leaves, uint32_t count);
void sg_optimizer_clear(sg_optimizer *optimizer, sg_memory *memory);

/* Moves the parameters that have a gradient, and marks them as changed. False: out of memory, or
 * interrupted, which only a step of millions is; nothing has changed. Those are moved in copies of
 * the values and the state, unless there is no memory for them: then nothing stops it. */
bool sg_optimizer_step(sg_optimizer *optimizer, sg_tape *tape);
/* Makes their gradients absent. */
void sg_optimizer_zero_grad(sg_optimizer *optimizer, sg_tape *tape);

/* For saving and loading: the array of state k of row->state, made with what it begins with when
 * there is none yet; NULL: out of memory. */
double *sg_optimizer_make_state(sg_optimizer *optimizer, sg_memory *memory, uint32_t k);

#endif
