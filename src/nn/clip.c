/* sgrad: how large gradients are together, and making them smaller. */
#include "nn/clip.h"

#include "base/interrupt.h"

#include <math.h>

/* (sum |x|**p) ** (1/p); the largest |x| for inf. */
static double measure(double *x, uint32_t count, double p) {
  double y = 0.;
  if (p == 2.) {
    sg_op_value_block(SG_OP_NORM, x, count, &y);
    return y;
  }
  SG_EACH (k, 0, count) x[k] = isinf(p) ? fabs(x[k]) : pow(fabs(x[k]), p);
  sg_op_value_block(isinf(p) ? SG_OP_MAX_OF : SG_OP_SUM, x, count, &y);
  return isinf(p) ? y : pow(y, 1. / p);
}

bool sg_grad_norm(sg_tape *tape, const sg_node *nodes, uint32_t count, double type, double *out) {
  uint32_t found = 0;
  *out = 0.;
  if (count == 0) return true;
  if (!sg_tape_reserve_scratch(tape, count)) return false;
  SG_EACH (k, 0, count)
    if (sg_node_has_grad(tape, nodes[k])) tape->scratch[found++] = tape->grad[nodes[k]];
  if (found) *out = measure(tape->scratch, found, type);
  return !sg_gave_up(count);
}

void sg_grad_clip(sg_tape *tape, const sg_node *nodes, uint32_t count, double norm, double most) {
  double factor = most / (norm + 1e-6);
  if (factor >= 1.) return;
  for (uint32_t k = 0; k < count; k++)
    if (sg_node_has_grad(tape, nodes[k])) tape->grad[nodes[k]] = tape->grad[nodes[k]] * factor + 0.;
}
