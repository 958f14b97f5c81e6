/* sgrad: the reverse sweep. */
#ifndef SG_GRAPH_BACKWARD_H
#define SG_GRAPH_BACKWARD_H

#include "graph/tape.h"

/* Adds dy/dx to the gradient of every leaf x that y depends on, and sets the gradient of every
 * other node that it depends on. All or nothing: on an error (a stale leaf: SG_ERROR; SG_NO_MEMORY;
 * SG_INTERRUPTED) no gradient has changed. */
bool sg_tape_backward(sg_tape *tape, sg_node y, sg_error *error);

/* dy/dx for `count` nodes x, into `out`, touching no gradient. The plain sweep. */
bool sg_tape_partials(sg_tape *tape, sg_node y, const sg_node *x, uint32_t count, double *out,
                      sg_error *error);

/* The same as nodes of the graph, differentiable again: y and x may be any numbers (0 for a plain
 * y or a plain x, and for an x that y does not depend on). Records even in no_grad. */
bool sg_tape_gradient(sg_tape *tape, sg_value y, const sg_value *x, uint32_t count, sg_value *out,
                      sg_error *error);

/* Rebuilds a block's value from its operands by elementary rows, as new nodes on the tape: what
 * pictures draw and what sg_tape_gradient differentiates. `out`: one per output. */
bool sg_tape_expand(sg_tape *tape, sg_op op, const sg_value *x, uint32_t count, sg_value *out);
/* The same on `tape` for the block, shaped or not, that `node` of `from` is an output of; `x` are
 * its operands as sg_node_operand counts them. False: out of memory or interrupted. */
bool sg_node_expand(sg_tape *tape, const sg_tape *from, sg_node node, const sg_value *x,
                    sg_value *out);

#endif
