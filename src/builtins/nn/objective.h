/* sgrad: what a model is to learn: its targets, the loss that fits them, and what counts as right.
 *
 * Invariant: once settled, an objective has a loss and knows how many numbers the model gives for a
 * sample. It holds no value of its own: `loss` is rooted by who asked for it, or a builtin.
 */
#ifndef SG_BUILTINS_NN_OBJECTIVE_H
#define SG_BUILTINS_NN_OBJECTIVE_H

#include "nn/batch.h"
#include "nn/loss.h"
#include "nn/score.h"
#include "runtime/vm.h"

typedef enum sg_target_kind {
  SG_TARGET_NUMBERS, /* anything else: a regression */
  SG_TARGET_SIGNS,   /* -1 and 1 */
  SG_TARGET_BITS,    /* 0 and 1 */
  SG_TARGET_CLASSES, /* indices from 0 */
  SG_TARGET_SHARES   /* lists of shares that add up to 1: one-hot or soft */
} sg_target_kind;

typedef struct sg_targets {
  sg_target_kind kind;
  uint32_t width;   /* numbers of a target */
  uint32_t classes; /* of BITS, CLASSES and SHARES */
} sg_targets;

/* Of a list that is not empty. False: a target is no number and no list of numbers; error set. */
bool sg_targets_read(sg_vm *vm, const sg_builtin *builtin, const sg_list *ys, sg_targets *out);

/* Whether what learns from targets can be judged by others. `outputs`: of the model, 0: unknown. */
bool sg_targets_fit(const sg_targets *targets, const sg_targets *others, uint32_t outputs);

typedef struct sg_objective {
  sg_vm *vm;
  const sg_builtin *builtin; /* for messages */
  sg_targets targets;
  sg_value loss;      /* a function of scores and targets; SG_UNDEFINED: the one that fits */
  bool is_told;       /* which loss */
  const sg_loss *row; /* of `loss`, when that is one of the language's; else NULL */
  uint32_t outputs;   /* of the model; 0: not settled yet */
  bool counts;        /* a sample can be right or wrong */
  sg_threshold threshold;
  double *room; /* owned */
  uint32_t capacity;
} sg_objective;

/* `loss`: a name, a function, or none. False: error set; still to be cleared. */
bool sg_objective_init(sg_objective *objective, sg_vm *vm, const sg_builtin *builtin, sg_value loss,
                       const sg_list *ys);
void sg_objective_clear(sg_objective *objective);
/* Settles it by what the model gave for a batch. `model` tells whether those are probabilities. */
bool sg_objective_settle(sg_objective *objective, sg_value model, sg_value scores);

/* The loss of a batch, a number. Rooted by nobody. */
bool sg_objective_apply(const sg_objective *objective, sg_value scores, sg_value targets,
                        sg_value *out);
/* How many of a batch are right; nothing unless `counts`. */
bool sg_objective_count(sg_objective *objective, const sg_list *scores, const sg_list *targets,
                        sg_right *out);
/* The same of outputs that lie in C, and one target for each sample. */
bool sg_objective_count_batch(sg_objective *objective, const sg_batch *scores,
                              const double *targets, sg_right *out);

#endif
