/* sgrad: blocks: operations with many operands. Internal to src/graph.
 *
 * Sums have one fixed order, eight lanes, so that results do not depend on the machine's vectors.
 * Kernels give up on Ctrl-C (base/interrupt.h): who calls them asks sg_gave_up afterwards.
 */
#ifndef SG_GRAPH_BLOCKS_H
#define SG_GRAPH_BLOCKS_H

#include "graph/sweep.h"

/* x[count] -> y[outputs]. */
typedef void sg_block_value(const double *x, uint32_t count, double *y);

/* One block while it is swept. */
typedef struct sg_block {
  sg_sweep *sweep;
  const double *value;     /* of all nodes of the tape */
  const sg_node *operands; /* [count] */
  uint32_t count;
  sg_node first; /* the first output; softmax and its kind have `count` in a row */
} sg_block;

/* Adds to the operands what the outputs' work asks for. `g` is the work of the first output; blocks
 * with an output for each operand read all of them, unreached ones (SG_NO_GRAD) too. */
typedef void sg_block_sweep(const sg_block *block, double g);

extern sg_block_value *const sg_block_values[SG_OP_COUNT]; /* NULL for what is no block */
extern sg_block_sweep *const sg_block_sweeps[SG_OP_COUNT];

/* Whether an operand of max or min is (one of) its value; nan is nan. */
bool sg_block_is_chosen(double x, double y);
enum { SG_CLIP_NONE = 3 };
/* Which of x, low, high is the value of clip, that is of min(max(x, low), high); SG_CLIP_NONE where
 * low and high are equal and above x, so that neither alone is the value. */
uint32_t sg_block_choose_clip(const double x[3]);

#endif
