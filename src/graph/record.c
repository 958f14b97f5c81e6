/* sgrad: the operands of a shaped block, counted over its vectors. */
#include "graph/record.h"

#include "base/vectors.h"

#include <assert.h>

_Static_assert(SG_OP_LEAF == 0, "leaves are zero bytes");

static SG_VECTORISED bool is_leaves(const uint8_t *ops, uint32_t count) {
  uint8_t found = 0;
  for (uint32_t k = 0; k < count; k++) found |= ops[k];
  return found == SG_OP_LEAF;
}

bool sg_nodes_are_tame(const sg_tape *tape, sg_node first, uint32_t count) {
  if (tape->op[first] != SG_OP_DENSE) return is_leaves(tape->op + first, count);
  const sg_record *record = sg_record_get(tape, first);
  return record->is_tame && count <= record->outputs - tape->operands[first].b;
}

/* The vector that holds operand `*k`, which becomes the place in it. */
static const sg_stored *find_vector(const sg_record *record, uint32_t *k) {
  const sg_stored *vector = record->vectors;
  for (;; vector++) {
    if (vector->kind == SG_VECTOR_DATA) continue;
    if (*k < vector->count) return vector;
    *k -= vector->count;
  }
}

sg_node sg_record_operand(const sg_record *record, uint32_t k) {
  assert(k < record->operands);
  const sg_stored *vector = find_vector(record, &k);
  return vector->kind == SG_VECTOR_RUN ? vector->at + k : record->listed[vector->at + k];
}

uint32_t sg_record_run(const sg_record *record, uint32_t k, sg_node *first) {
  assert(k < record->operands);
  const sg_stored *vector = find_vector(record, &k);
  uint32_t left = vector->count - k, length = 1;
  if (vector->kind == SG_VECTOR_RUN) {
    *first = vector->at + k;
    return left;
  }
  const sg_node *listed = record->listed + vector->at + k;
  *first = listed[0];
  while (length < left && listed[length] == listed[0] + length) length++;
  return length;
}

/* Elements of a vector: first, first + step, ... */
typedef struct used {
  uint32_t first, step, count;
} used;

static used use_all(const sg_stored *vector) { return (used){0, 1, vector->count}; }

static used use_dense(const sg_dense *s, int v, uint32_t output) {
  uint32_t stride = s->inputs + s->has_bias;
  if (v == 0) return (used){output % s->samples, s->samples, s->inputs};
  return (used){output / s->samples * stride, 1, stride};
}

static used use_sample(const sg_cross_entropy *s, int v, uint32_t sample) {
  if (v == 1 && !s->soft) return (used){0, 0, 0};
  if (s->by_sample) return (used){sample * s->classes, 1, s->classes};
  return (used){sample, s->samples, s->classes};
}

/* What an output uses of a vector. */
static used get_used(const sg_record *record, sg_op op, uint32_t output, int v) {
  sg_shape shape = sg_record_shape(record);
  bool reduced = record->outputs == 1 && op != SG_OP_DENSE;
  if (record->vectors[v].kind == SG_VECTOR_DATA) return (used){0, 0, 0};
  if (reduced) return use_all(&record->vectors[v]);
  switch (op) {
  case SG_OP_DENSE: return use_dense(&shape.dense, v, output);
  case SG_OP_PAIRS: return (used){output, 1, 1};
  default: assert(op == SG_OP_CROSS_ENTROPY); return use_sample(&shape.cross_entropy, v, output);
  }
}

uint32_t sg_record_used_count(const sg_record *record, sg_op op, uint32_t output) {
  uint32_t count = 0;
  for (int v = 0; v < SG_VECTORS; v++) count += get_used(record, op, output, v).count;
  return count;
}

uint32_t sg_record_used(const sg_record *record, sg_op op, uint32_t output, uint32_t i) {
  uint32_t before = 0;
  for (int v = 0;; v++) {
    used u = get_used(record, op, output, v);
    if (i < u.count) return before + u.first + i * u.step;
    i -= u.count;
    if (record->vectors[v].kind != SG_VECTOR_DATA) before += record->vectors[v].count;
  }
}

bool sg_node_layer(const sg_tape *tape, sg_node node, sg_dense *shape, sg_node *first) {
  if (tape->op[node] != SG_OP_DENSE) return false;
  const sg_record *record = sg_record_get(tape, node);
  if (record->vectors[1].kind != SG_VECTOR_RUN) return false;
  *shape = sg_record_shape(record).dense;
  *first = record->vectors[1].at;
  return true;
}
