/* sgrad: the kernels of shaped blocks: what they are given and where they put it. Internal to
 * src/graph.
 *
 * Kernels work on plain arrays: operand vectors wherever they lie have been laid out, and gradients
 * are added to arrays of numbers or to the sweep's own work. Adding "no number", -0.0, changes
 * nothing there, and what is added as a number is made + 0.0.
 */
#ifndef SG_GRAPH_SHAPED_BLOCK_H
#define SG_GRAPH_SHAPED_BLOCK_H

#include "graph/record.h"
#include "graph/sweep.h"

/* A block while its value is computed. */
typedef struct sg_shaped_work {
  sg_shape shape;
  uint32_t outputs;
  const double *x[SG_VECTORS]; /* the operand vectors */
  double *y;                   /* [outputs] */
  double *kept;                /* what the sweep will want; NULL when nothing is recorded */
  double *scratch;             /* as much as was asked for */
  bool is_tame;                /* left by the kernel of a layer: see sg_record */
} sg_shaped_work;

/* False: interrupted. */
typedef bool sg_shaped_value(sg_shaped_work *work);
sg_shaped_value sg_dense_value, sg_pairs_value, sg_cross_entropy_value, sg_squares_value;

/* An operand vector while its block is swept. */
typedef struct sg_view {
  const sg_record *record;
  const sg_stored *stored;
  const double *value; /* [count] */
  double *grad;        /* [count] numbers are added here; NULL: plain numbers, which have none */
  uint32_t count;
} sg_view;

/* A block while it is swept. */
typedef struct sg_shaped_block {
  sg_sweep *sweep;
  const sg_record *record;
  sg_shape shape;
  sg_node first; /* output */
  uint32_t outputs;
  const double *y;    /* [outputs] values */
  const double *g;    /* [outputs] their work: final, some of it not reached */
  const double *kept; /* as the value's kernel left it */
  sg_view views[SG_VECTORS];
  double *scratch; /* as much as word_scratch said */
} sg_shaped_block;

/* Adds to the operands what the outputs' work asks for. False: interrupted. */
typedef bool sg_shaped_sweep_kernel(const sg_shaped_block *block);
sg_shaped_sweep_kernel sg_dense_sweep, sg_pairs_sweep, sg_cross_entropy_sweep, sg_squares_sweep;
/* How many doubles of scratch the sweep wants. */
typedef size_t sg_shaped_scratch(const sg_record *record, const sg_shape *shape);
sg_shaped_scratch sg_dense_scratch, sg_pairs_scratch, sg_cross_entropy_scratch, sg_squares_scratch;

/* Whether an output has been reached, by a number or by none (sg_sweep_skip). */
static inline bool sg_shaped_is_touched(const sg_shaped_block *block, uint32_t output) {
  return !sg_is_unreached(block->g[output]) ||
         (sg_sweep_skipped(block->sweep, block->first + output, 1) & 1) != 0;
}

/* Whether 0 may stand for "no number" there (record.h). */
static inline bool sg_view_is_tame(const sg_shaped_block *block, const sg_view *view) {
  return view->stored->kind == SG_VECTOR_RUN &&
         sg_nodes_are_tame(block->sweep->tape, view->stored->at, view->count);
}

/* Elements offset .. offset + count are reached, by no number: of these, where `mask` is given, the
 * ones with a bit there. */
void sg_view_skip(const sg_shaped_block *block, const sg_view *view, uint32_t offset,
                  uint32_t count, const uint64_t *mask);

/* Makes the work of runs among the operands ready to be added to; the sweep of a layer asks for it
 * itself. */
void sg_shaped_make_ready(const sg_shaped_block *block);

/* Sweeps all outputs of the shaped block that begin at `first`, whose work is final. */
void sg_shaped_sweep(sg_sweep *sweep, sg_node first);

#endif
