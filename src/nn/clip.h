/* sgrad: how large gradients are together, and making them smaller. */
#ifndef SG_NN_CLIP_H
#define SG_NN_CLIP_H

#include "graph/tape.h"

/* The norm of order `type` (above 0, or inf) of the gradients that the nodes have; 0 of none.
 * False: out of memory or interrupted. */
bool sg_grad_norm(sg_tape *tape, const sg_node *nodes, uint32_t count, double type, double *out);
/* Multiplies them so that a norm of `norm` becomes at most `most`: by most / (norm + 1e-6), or not
 * at all where that is above 1 (PyTorch's clip_grad_norm_). */
void sg_grad_clip(sg_tape *tape, const sg_node *nodes, uint32_t count, double norm, double most);

#endif
