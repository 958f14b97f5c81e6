/* sgrad: what expansions share: a block's operands, and operations upon them until one fails. */
#ifndef SG_GRAPH_BUILDER_H
#define SG_GRAPH_BUILDER_H

#include "graph/record.h"

typedef struct sg_builder {
  sg_tape *tape;           /* where the operations go */
  const sg_value *x;       /* the operands; of a shaped block those that are nodes, in order */
  uint32_t count;          /* of them; unless it is shaped */
  const sg_record *record; /* of a shaped block, as `data` and `shape` */
  const double *data;
  sg_shape shape;
  sg_value *out; /* the outputs */
  bool failed;   /* out of memory, or given up on Ctrl-C */
} sg_builder;

typedef void sg_build(sg_builder *b);

/* One operation; its operand, when the builder has failed. */
static inline sg_value sg_build1(sg_builder *b, sg_op op, sg_value x) {
  sg_value out = x;
  b->failed = b->failed || sg_interrupted || !sg_apply1(b->tape, op, x, &out);
  return out;
}

static inline sg_value sg_build2(sg_builder *b, sg_op op, sg_value x, sg_value y) {
  sg_value out = x;
  b->failed = b->failed || sg_interrupted || !sg_apply2(b->tape, op, x, y, &out);
  return out;
}

#endif
