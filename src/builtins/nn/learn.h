/* sgrad: a step of training: forward, zero_grad, backward, step, as a program would write them.
 *
 * Invariant: a step that fails has moved no parameter.
 */
#ifndef SG_BUILTINS_NN_LEARN_H
#define SG_BUILTINS_NN_LEARN_H

#include "builtins/nn/direct.h"
#include "builtins/nn/optimizer.h"

typedef struct sg_learner {
  sg_vm *vm;
  sg_list *xs, *ys; /* as long as each other, rooted by the caller, changed by nobody */
  sg_forward forward;
  sg_objective objective;
  sg_direct direct;
  sg_optimizer_object *optimizer; /* rooted by sg_learner_init */
  double l2;                      /* this times l2(params) is added to each loss */
  double loss;                    /* of the last step */
} sg_learner;

/* Reads these arguments of a call: a model or function, a loss, an optimizer, its learning rate;
 * xs, ys and l2 have been set. Roots what it makes. False: error set, still to be cleared. */
bool sg_learner_init(sg_learner *learner, sg_vm *vm, const sg_call *call, uint32_t model,
                     uint32_t loss, uint32_t optimizer, uint32_t lr);
void sg_learner_clear(sg_learner *learner);

/* One step on the samples listed. A loss that is not finite moves nothing either. */
bool sg_learner_step(sg_learner *learner, const uint32_t *samples, uint32_t count,
                     sg_batch_score *out);
/* Adds to the error just made why that may have been. Returns false. */
bool sg_learner_note_cause(const sg_learner *learner);

#endif
