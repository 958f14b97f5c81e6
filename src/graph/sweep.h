/* sgrad: the state of a reverse sweep. Internal to src/graph.
 *
 * Invariant: work[i], once it is ready, is the bit pattern of -0.0 until a number has been added to
 * it, and never afterwards: every contribution has + 0.0, which turns -0.0 into 0.0 and changes
 * nothing else. Where the sweep has got to, and whatever it adds to, has been made ready.
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
  sg_node unready, unready_end; /* work between these is not set yet: nothing has reached it */
  uint64_t *skipped;            /* a bit a node: some operation did not select it; NULL: none yet */
  size_t skipped_size;          /* in bytes */
  bool failed;                  /* out of memory */
  bool is_stale;                /* a leaf was changed after its use */
} sg_sweep;

static inline bool sg_is_unreached(double work) {
  uint64_t bits;
  memcpy(&bits, &work, sizeof bits);
  return bits == SG_NO_GRAD_BITS;
}

static inline void sg_sweep_add(sg_sweep *sweep, sg_node node, double contribution) {
  sweep->work[node] += contribution + 0.;
}

/* Sets work to what nothing has reached, unless Ctrl-C comes, when the sweep is given up. */
void sg_sweep_clear(double *work, uint32_t count);
/* Makes `count` nodes from `first` on ready to be added to. */
void sg_sweep_ready(sg_sweep *sweep, sg_node first, uint32_t count);
/* The same; but true where none has been ready: then the caller sets them all. */
bool sg_sweep_claim(sg_sweep *sweep, sg_node first, uint32_t count);

/* Whether some operation did not select the node. */
static inline bool sg_sweep_has_skipped(const sg_sweep *sweep, sg_node node) {
  return sweep->skipped && (sweep->skipped[node >> 6] >> (node & 63) & 1) != 0;
}

/* Notes that, once there are bits. */
static inline void sg_sweep_set_skipped(const sg_sweep *sweep, sg_node node) {
  sweep->skipped[node >> 6] |= UINT64_C(1) << (node & 63);
}

/* The operand was not selected: reached, but by no number. */
void sg_sweep_skip(sg_sweep *sweep, sg_node node);

/* The same for those of `count` nodes from `first` on that have a bit in `mask`, all when it is
 * NULL. */
void sg_sweep_skip_some(sg_sweep *sweep, sg_node first, uint32_t count, const uint64_t *mask);
/* Of up to 64 nodes from `first` on, a bit for each that was not selected. */
static inline uint64_t sg_sweep_skipped(const sg_sweep *sweep, sg_node first, uint32_t count) {
  if (!sweep->skipped) return 0;
  const uint64_t *words = sweep->skipped + (first >> 6);
  uint32_t shift = first & 63;
  uint64_t bits = words[0] >> shift;
  if (count > 64) count = 64;
  if (shift + count > 64) bits |= words[1] << (64 - shift);
  return count < 64 ? bits & ((UINT64_C(1) << count) - 1) : bits;
}

/* Of `count` nodes from `first` on, those that were not selected and that no number reached get 0.
 */
void sg_sweep_clear_skipped(const sg_sweep *sweep, sg_node first, uint32_t count);

/* The error of a sweep, by numbers or as graph, through a graph that no longer fits its leaves.
 * Returns false. */
bool sg_fail_stale(sg_error *error);

#endif
