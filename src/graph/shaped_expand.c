/* sgrad: shaped blocks as elementary rows: what pictures draw and what derivatives as graph are
 * built on. Sums are chains in the order of the operands; shifts that keep exp in range are plain
 * numbers: no derivative goes through them. */
#include "graph/backward.h"

#include "graph/builder.h"

#include <assert.h>

/* Element k of a vector. */
static sg_value get(const sg_builder *b, int vector, uint32_t k) {
  const sg_stored *stored = &b->record->vectors[vector], *first = b->record->vectors;
  if (stored->kind == SG_VECTOR_DATA) return sg_number(b->data[stored->at + k]);
  bool follows = vector > 0 && first->kind != SG_VECTOR_DATA;
  return b->x[(follows ? first->count : 0) + k];
}

static double get_value(const sg_builder *b, int vector, uint32_t k) {
  return sg_tape_value(b->tape, get(b, vector, k));
}

/* ---- dense ---- */

static sg_value activate(sg_builder *b, sg_value z) {
  const sg_dense *s = &b->shape.dense;
  if (s->activation == SG_OP_IDENTITY) return z;
  if (sg_op_arities[s->activation] == 1) return sg_build1(b, s->activation, z);
  return sg_build2(b, s->activation, z, sg_number(s->constant));
}

static sg_value add_inputs(sg_builder *b, uint32_t neuron, uint32_t sample) {
  const sg_dense *s = &b->shape.dense;
  uint32_t weights = neuron * (s->inputs + s->has_bias);
  sg_value z = s->has_bias ? get(b, 1, weights + s->inputs) : sg_number(0.);
  for (uint32_t k = 0; k < s->inputs; k++) {
    sg_value x = get(b, 0, k * s->samples + sample);
    sg_value product = sg_build2(b, SG_OP_MUL, get(b, 1, weights + k), x);
    z = k == 0 && !s->has_bias ? product : sg_build2(b, SG_OP_ADD, z, product);
  }
  return z;
}

static void dense_expand(sg_builder *b) {
  const sg_dense *s = &b->shape.dense;
  for (uint32_t neuron = 0; neuron < s->outputs; neuron++)
    for (uint32_t sample = 0; sample < s->samples && !b->failed; sample++)
      b->out[neuron * s->samples + sample] = activate(b, add_inputs(b, neuron, sample));
}

/* ---- losses ---- */

/* Puts the loss of sample k, of `count`, where the reduction wants it. */
static void add_loss(sg_builder *b, sg_reduction reduction, uint32_t k, uint32_t count,
                     sg_value loss) {
  if (reduction == SG_REDUCE_NONE) {
    b->out[k] = loss;
    return;
  }
  b->out[0] = k == 0 ? loss : sg_build2(b, SG_OP_ADD, b->out[0], loss);
  if (reduction == SG_REDUCE_MEAN && k + 1 == count)
    b->out[0] = sg_build2(b, SG_OP_DIV, b->out[0], sg_number(count));
}

static void pairs_expand(sg_builder *b) {
  const sg_pairs *s = &b->shape.pairs;
  for (uint32_t k = 0; k < s->count && !b->failed; k++) {
    sg_value x = get(b, 0, k), y = get(b, 1, k);
    if (s->loss == SG_OP_HUBER) {
      x = sg_build2(b, SG_OP_SUB, x, y);
      y = sg_number(s->constant);
    }
    add_loss(b, s->reduction, k, s->count, sg_build2(b, s->loss, x, y));
  }
}

static uint32_t find_score(const sg_cross_entropy *s, uint32_t sample, uint32_t k) {
  return s->by_sample ? sample * s->classes + k : k * s->samples + sample;
}

static double find_largest(const sg_builder *b, uint32_t sample) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  double largest = get_value(b, 0, find_score(s, sample, 0));
  for (uint32_t k = 1; k < s->classes; k++)
    largest = sg_op_value2(SG_OP_MAX, largest, get_value(b, 0, find_score(s, sample, k)));
  return largest;
}

/* log(sum of exp(x - largest)) of a sample. */
static sg_value add_exponentials(sg_builder *b, uint32_t sample, sg_value largest) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  sg_value sum = sg_number(0.);
  for (uint32_t k = 0; k < s->classes; k++) {
    sg_value x = sg_build2(b, SG_OP_SUB, get(b, 0, find_score(s, sample, k)), largest);
    sg_value e = sg_build1(b, SG_OP_EXP, x);
    sum = k == 0 ? e : sg_build2(b, SG_OP_ADD, sum, e);
  }
  return sg_build1(b, SG_OP_LOG, sum);
}

/* -log(softmax) of class k, from the logarithm of the sum. */
static sg_value get_loss(sg_builder *b, uint32_t sample, uint32_t k, sg_value largest,
                         sg_value sum) {
  sg_value x = get(b, 0, find_score(&b->shape.cross_entropy, sample, k));
  return sg_build2(b, SG_OP_SUB, sum, sg_build2(b, SG_OP_SUB, x, largest));
}

static sg_value get_sample(sg_builder *b, uint32_t sample) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  sg_value largest = sg_number(find_largest(b, sample)), loss = sg_number(0.);
  sg_value sum = add_exponentials(b, sample, largest);
  if (!s->soft) return get_loss(b, sample, (uint32_t)get_value(b, 1, sample), largest, sum);
  for (uint32_t k = 0; k < s->classes; k++) {
    sg_value target = get(b, 1, find_score(s, sample, k));
    sg_value term = sg_build2(b, SG_OP_MUL, target, get_loss(b, sample, k, largest, sum));
    loss = k == 0 ? term : sg_build2(b, SG_OP_ADD, loss, term);
  }
  return loss;
}

static void cross_entropy_expand(sg_builder *b) {
  const sg_cross_entropy *s = &b->shape.cross_entropy;
  for (uint32_t sample = 0; sample < s->samples && !b->failed; sample++)
    add_loss(b, s->reduction, sample, s->samples, get_sample(b, sample));
}

static void squares_expand(sg_builder *b) {
  b->out[0] = sg_number(0.);
  for (uint32_t k = 0; k < b->shape.squares && !b->failed; k++) {
    sg_value square = sg_build2(b, SG_OP_MUL, get(b, 0, k), get(b, 0, k));
    b->out[0] = k == 0 ? square : sg_build2(b, SG_OP_ADD, b->out[0], square);
  }
}

static sg_build *const expansions[SG_OP_COUNT] = {
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
  sg_builder b = {.tape = tape, .record = record, .x = x, .out = out};
  b.shape = sg_record_shape(record);
  if (record->data_count > 0) b.data = from->data + record->data;
  expansions[op](&b);
  return !b.failed;
}
