/* sgrad: shaped blocks: a dense layer over a batch of samples, losses over a batch, sums of
 * squares.
 *
 * A shaped block is one operation with vectors of operands and, mostly, many outputs. Each output
 * is a node of its own; the outputs are consecutive, so they are a run, and a run is what the next
 * layer takes. What shows or differentiates the graph further sees the elementary operations inside
 * (sg_block_expand).
 *
 * Matrices are feature-major: element (feature k, sample s) of a batch lies at k * samples + s. The
 * parameters of a layer lie neuron by neuron: its weights in the order of the inputs, then its
 * bias.
 *
 * All sums have one order, whatever the machine's vectors: so a batch has bit for bit the values of
 * its samples one by one, and a sweep gives the same gradients everywhere.
 */
#ifndef SG_GRAPH_SHAPED_H
#define SG_GRAPH_SHAPED_H

#include "graph/tape.h"

typedef enum sg_vector_kind {
  SG_VECTOR_RUN,  /* consecutive nodes */
  SG_VECTOR_LIST, /* any numbers, nodes and plain ones mixed */
  SG_VECTOR_DATA, /* plain doubles; no gradient goes there */
  SG_VECTOR_ROWS  /* plain doubles, sample by sample: turned into feature-major DATA */
} sg_vector_kind;

/* A vector of operands. What it points to stays the caller's, must not lie on the tape, and is read
 * or copied before the call that takes it returns. */
typedef struct sg_vector {
  sg_vector_kind kind;
  uint32_t count; /* numbers in all */
  union {
    sg_node first;
    const sg_value *list;
    const double *data;
    const double *const *rows; /* [samples], each with the features of one sample */
  } of;
} sg_vector;

static inline sg_vector sg_vector_run(sg_node first, uint32_t count) {
  return (sg_vector){SG_VECTOR_RUN, count, {.first = first}};
}
static inline sg_vector sg_vector_list(const sg_value *list, uint32_t count) {
  return (sg_vector){SG_VECTOR_LIST, count, {.list = list}};
}
static inline sg_vector sg_vector_data(const double *data, uint32_t count) {
  return (sg_vector){SG_VECTOR_DATA, count, {.data = data}};
}
static inline sg_vector sg_vector_rows(const double *const *rows, uint32_t count) {
  return (sg_vector){SG_VECTOR_ROWS, count, {.rows = rows}};
}

/* activation(bias + w[0]*x[0] + w[1]*x[1] + ...), added in this order, each product rounded. */
typedef struct sg_dense {
  uint32_t inputs, outputs, samples; /* each at least 1 */
  sg_op activation; /* a row with one operand, or LEAKY_RELU or ELU, whose second is `constant` */
  bool has_bias;
  double constant;
} sg_dense;

typedef enum sg_reduction { SG_REDUCE_NONE, SG_REDUCE_SUM, SG_REDUCE_MEAN } sg_reduction;

/* loss(prediction, target) of each pair; HUBER's is huber(prediction - target, constant). */
typedef struct sg_pairs {
  sg_op loss; /* a LOSS row of ops.def */
  sg_reduction reduction;
  uint32_t count; /* of pairs, at least 1 */
  double constant;
} sg_pairs;

/* -log(softmax(scores)[target]) of each sample; of soft targets t, -sum(t * log(softmax(scores))).
 * Indices are whole numbers from 0 that the caller has checked, and have no gradient. */
typedef struct sg_cross_entropy {
  uint32_t classes, samples;
  sg_reduction reduction;
  bool
      soft; /* targets are `classes` numbers a sample, laid out as the scores; else an index each */
  bool by_sample; /* scores lie sample by sample, not feature-major */
} sg_cross_entropy;

/* Each takes room for its outputs in `plain`, and tells in `*out` what they are: a run of new
 * nodes, or `plain` itself, where nothing was recorded: in no_grad, or without a node among the
 * operands. False: out of memory or interrupted; nothing has changed. */

/* x: inputs * samples; parameters: outputs * (inputs + has_bias); outputs * samples outputs. */
bool sg_apply_dense(sg_tape *tape, const sg_dense *shape, sg_vector x, sg_vector parameters,
                    double *plain, sg_vector *out, sg_error *error);
/* `count` predictions and targets; `count` outputs, or one that is reduced from them. */
bool sg_apply_pairs(sg_tape *tape, const sg_pairs *shape, sg_vector predictions, sg_vector targets,
                    double *plain, sg_vector *out, sg_error *error);
/* classes * samples scores; an output a sample, or one that is reduced from them. */
bool sg_apply_cross_entropy(sg_tape *tape, const sg_cross_entropy *shape, sg_vector scores,
                            sg_vector targets, double *plain, sg_vector *out, sg_error *error);
/* The sum of the squares of x, one output. */
bool sg_apply_squares(sg_tape *tape, sg_vector x, double *plain, sg_vector *out, sg_error *error);

/* Element k of what was given out, as a number. */
static inline sg_value sg_vector_get(sg_vector out, uint32_t k) {
  return out.kind == SG_VECTOR_RUN ? sg_node_value(out.of.first + k) : sg_number(out.of.data[k]);
}

/* The layer that a node is an output of, and its first parameter: the parameters are consecutive
 * nodes, the last operands of the block. False: it is of none, or they lie elsewhere. */
bool sg_node_layer(const sg_tape *tape, sg_node node, sg_dense *shape, sg_node *first);

#endif
