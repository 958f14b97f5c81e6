/* sgrad: shaped blocks as elementary rows: what pictures draw and what derivatives as graph are
 * built on. Sums are chains in the order of the operands; shifts that keep exp in range are plain
 * numbers: no derivative goes through them. */
#include "graph/backward.h"

#include "graph/record.h"

#include <assert.h>

/* Applies operations until one fails. */
typedef struct builder {
  sg_tape *tape;
  const sg_record *record;
  const double *data; /* the block's */
  const sg_value *x;  /* the operands that are nodes, in order */
  sg_shape shape;
  sg_value *out;
  bool failed; /* out of memory or interrupted */
} builder;

typedef void expansion(builder *b);

static sg_value apply1(builder *b, sg_op op, sg_value x) {
  sg_value out = x;
  b->failed = b->failed || sg_interrupted || !sg_apply1(b->tape, op, x, &out);
  return out;
}

static sg_value apply2(builder *b, sg_op op, sg_value x, sg_value y) {
  sg_value out = x;
  b->failed = b->failed || sg_interrupted || !sg_apply2(b->tape, op, x, y, &out);
  return out;
}

/* Element k of a vector. */
static sg_value get(const builder *b, int vector, uint32_t k) {
  const sg_stored *stored = &b->record->vectors[vector], *first = b->record->vectors;
  if (stored->kind == SG_VECTOR_DATA) return sg_number(b->data[stored->at + k]);
  bool follows = vector > 0 && first->kind != SG_VECTOR_DATA;
  return b->x[(follows ? first->count : 0) + k];
}

static double get_value(const builder *b, int vector, uint32_t k) {
  return sg_tape_value(b->tape, get(b, vector, k));
}

/* ---- dense ---- */

static sg_value activate(builder *b, sg_value z) {
  const sg_dense *s = &b->shape.dense;
  if (s->activation == SG_OP_IDENTITY) return z;
  if (sg_op_arities[s->activation] == 1) return apply1(b, s->activation, z);
  return apply2(b, s->activation, z, sg_number(s->constant));
}

static sg_value add_inputs(builder *b, uint32_t neuron, uint32_t sample) {
  const sg_dense *s = &b->shape.dense;
  uint32_t weights = neuron * (s->inputs + s->has_bias);
  sg_value z = s->has_bias ? get(b, 1, weights + s->inputs) : sg_number(0.);
  for (uint32_t k = 0; k < s->inputs; k++) {
    sg_value x = get(b, 0, k * s->samples + sample);
    sg_value product = apply2(b, SG_OP_MUL, get(b, 1, weights + k), x);
    z = k == 0 && !s->has_bias ? product : apply2(b, SG_OP_ADD, z, product);
  }
  return z;
}

static void dense_expand(builder *b) {
  const sg_dense *s = &b->shape.dense;
  for (uint32_t neuron = 0; neuron < s->outputs; neuron++)
    for (uint32_t sample = 0; sample < s->samples && !b->failed; sample++)
      b->out[neuron * s->samples + sample] = activate(b, add_inputs(b, neuron, sample));
}

/* ---- losses ---- */

/* Puts the loss of sample k, of `count`, where the reduction wants it. */
static void add_loss(builder *b, sg_reduction reduction, uint32_t k, uint32_t count,
                     sg_value loss) {
  if (reduction == SG_REDUCE_NONE) {
    b->out[k] = loss;
    return;
  }
  b->out[0] = k == 0 ? loss : apply2(b, SG_OP_ADD, b->out[0], loss);
  if (reduction == SG_REDUCE_MEAN && k + 1 == count)
    b->out[0] = apply2(b, SG_OP_DIV, b->out[0], sg_number(count));
}

static void pairs_expand(builder *b) {
  const sg_pairs *s = &b->shape.pairs;
  for (uint32_t k = 0; k < s->count && !b->failed; k++) {
    sg_value x = get(b, 0, k), y = get(b, 1, k);
    if (s->loss == SG_OP_HUBER) {
      x = apply2(b, SG_OP_SUB, x, y);
      y = sg_number(s->constant);
    }
    add_loss(b, s->reduction, k, s->count, apply2(b, s->loss, x, y));
  }
}

static uint32_t find_score(const sg_cross_entropy *s, uint32_t sample, uint32_t k) {
  return s->by_sample ? sample * s->classes + k : k * s->samples + sample;
}

static double find_largest(const builder *b, uint32_t sample) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  double largest = get_value(b, 0, find_score(s, sample, 0));
  for (uint32_t k = 1; k < s->classes; k++)
    largest = sg_op_value2(SG_OP_MAX, largest, get_value(b, 0, find_score(s, sample, k)));
  return largest;
}

/* log(sum of exp(x - largest)) of a sample. */
static sg_value add_exponentials(builder *b, uint32_t sample, sg_value largest) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  sg_value sum = sg_number(0.);
  for (uint32_t k = 0; k < s->classes; k++) {
    sg_value x = apply2(b, SG_OP_SUB, get(b, 0, find_score(s, sample, k)), largest);
    sg_value e = apply1(b, SG_OP_EXP, x);
    sum = k == 0 ? e : apply2(b, SG_OP_ADD, sum, e);
  }
  return apply1(b, SG_OP_LOG, sum);
}

/* -log(softmax) of class k, from the logarithm of the sum. */
static sg_value get_loss(builder *b, uint32_t sample, uint32_t k, sg_value largest, sg_value sum) {
  sg_value x = get(b, 0, find_score(&b->shape.cross_entropy, sample, k));
  return apply2(b, SG_OP_SUB, sum, apply2(b, SG_OP_SUB, x, largest));
}

static sg_value get_sample(builder *b, uint32_t sample) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  sg_value largest = sg_number(find_largest(b, sample)), loss = sg_number(0.);
  sg_value sum = add_exponentials(b, sample, largest);
  if (!s->soft) return get_loss(b, sample, (uint32_t)get_value(b, 1, sample), largest, sum);
  for (uint32_t k = 0; k < s->classes; k++) {
    sg_value target = get(b, 1, find_score(s, sample, k));
    sg_value term = apply2(b, SG_OP_MUL, target, get_loss(b, sample, k, largest, sum));
    loss = k == 0 ? term : apply2(b, SG_OP_ADD, loss, term);
  }
  return loss;
}

static void cross_entropy_expand(builder *b) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  for (uint32_t sample = 0; sample < s->samples && !b->failed; sample++)
    add_loss(b, s->reduction, sample, s->samples, get_sample(b, sample));
}

static void squares_expand(builder *b) {
  b->out[0] = sg_number(0.);
  for (uint32_t k = 0; k < b->shape.squares && !b->failed; k++) {
    sg_value square = apply2(b, SG_OP_MUL, get(b, 0, k), get(b, 0, k));
    b->out[0] = k == 0 ? square : apply2(b, SG_OP_ADD, b->out[0], square);
  }
}

static expansion *const expansions[SG_OP_COUNT] = {
#define OP(...)
#define SHAPED(id, name, word) [SG_OP_##id] = word##_expand,
#include "graph/ops.def"
};

bool sg_node_expand(sg_tape *tape, const sg_tape *from, sg_node node, const sg_value *x,
                    sg_value *out) {
  sg_op op = (sg_op)from->op[node];
  if (!sg_node_is_shaped(from, node))
    return sg_tape_expand(tape, op, x, sg_node_operand_count(from, node), out);
  const sg_record *record = sg_record_get(from, node);
  builder b = {.tape = tape, .record = record, .x = x, .out = out};
  b.shape = sg_record_shape(record);
  if (record->data_count > 0) b.data = from->data + record->data;
  expansions[op](&b);
  return !b.failed;
}
