/* sgrad: the state of a reverse sweep. Internal to src/graph.
 *
 * Invariant: work[i] is the bit pattern of -0.0 until a number has been added to it, and never
 * afterwards: every contribution has + 0.0, which turns -0.0 into 0.0 and changes nothing else.
 */
#ifndef SG_GRAPH_SWEEP_H
#define SG_GRAPH_SWEEP_H

#include "graph/tape.h"

typedef struct sg_sweep {
  sg_tape *tape;
  double *work;      /* [top + 1] */
  const double *old; /* [old_count] gradients before the sweep; NULL: nothing is carried over */
  uint32_t old_count;
  sg_node top;
  uint64_t *skipped;   /* a bit a node: some operation did not select it; NULL: none yet */
  size_t skipped_size; /* in bytes */
  bool failed;         /* out of memory */
  bool is_stale;       /* a leaf was changed after its use */
} sg_sweep;

static inline bool sg_is_unreached(double work) {
  uint64_t bits;
  memcpy(&bits, &work, sizeof bits);
  return bits == SG_NO_GRAD_BITS;
}

static inline void sg_sweep_add(sg_sweep *sweep, sg_node node, double contribution) {
  sweep->work[node] += contribution + 0.;
}

/* The operand was not selected: reached, but by no number. */
void sg_sweep_skip(sg_sweep *sweep, sg_node node);

/* The error of a sweep, by numbers or as graph, through a graph that no longer fits its leaves.
 * Returns false. */
bool sg_fail_stale(sg_error *error);

#endif
