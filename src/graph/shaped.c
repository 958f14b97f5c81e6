/* sgrad: shaped blocks applied: operands laid out, the kernel run, the record and the outputs put
 * on the tape. Nothing is counted as there until the kernel is done, so a failure changes nothing.
 */
#include "graph/shaped.h"

#include "graph/product.h"
#include "graph/rows.h"
#include "graph/shaped_block.h"

#include <assert.h>

enum { AT_ONCE = 8 }; /* samples that are laid out together */

typedef struct job {
  sg_tape *tape;
  sg_op op;
  sg_shaped_work work;
  sg_vector vectors[SG_VECTORS];
  bool has_nodes[SG_VECTORS];
  uint32_t samples; /* rows of a vector that is ROWS */
  bool records;
  uint64_t kept;    /* doubles that the kernel keeps */
  uint64_t scratch; /* doubles that it wants besides */
} job;

/* ---- operands ---- */

static bool is_run(const sg_vector *vector) {
  for (uint32_t k = 0; k < vector->count; k++)
    if (!sg_is_node(vector->of.list[k]) || vector->of.list[k].bits - k != vector->of.list[0].bits)
      return false;
  return vector->count > 0;
}

static bool has_node(const sg_vector *vector) {
  if (vector->kind == SG_VECTOR_RUN) return vector->count > 0;
  for (uint32_t k = 0; vector->kind == SG_VECTOR_LIST && k < vector->count; k++)
    if (sg_is_node(vector->of.list[k])) return true;
  return false;
}

/* A list of consecutive nodes becomes a run. */
static void prepare(job *j) {
  for (int v = 0; v < SG_VECTORS; v++) {
    sg_vector *vector = &j->vectors[v];
    if (vector->kind == SG_VECTOR_LIST && is_run(vector))
      *vector = sg_vector_run(sg_as_node(vector->of.list[0]), vector->count);
    j->has_nodes[v] = has_node(vector);
    j->records |= j->has_nodes[v] && j->tape->recording;
  }
}

static bool is_listed(const job *j, int v) {
  return j->vectors[v].kind == SG_VECTOR_LIST && j->has_nodes[v];
}

static bool reserve(job *j) {
  uint64_t data = j->kept, listed = 0, scratch = j->scratch;
  for (int v = 0; v < SG_VECTORS; v++) {
    uint32_t count = j->vectors[v].count;
    listed += is_listed(j, v) ? count : 0;
    data += j->has_nodes[v] ? 0 : count;
    scratch += count;
  }
  if (!sg_tape_reserve_scratch(j->tape, scratch)) return false;
  if (!j->records) return true;
  if (j->work.outputs + listed > SG_NODE_LIMIT) return false;
  return sg_tape_reserve(j->tape, (uint32_t)(j->work.outputs + listed)) &&
         sg_tape_reserve_args(j->tape, SG_RECORD_WORDS + listed) &&
         sg_tape_reserve_data(j->tape, data);
}

/* AT_ONCE samples, the columns of `to` that begin there: their rows are read side by side, and
 * whole stretches of each feature written. */
static void transpose_some(const double *const *rows, uint32_t features, uint32_t samples,
                           double *restrict to) {
  const double *row[AT_ONCE];
  memcpy(row, rows, sizeof row);
  for (uint32_t k = 0; k < features; k++, to += samples)
    for (uint32_t s = 0; s < AT_ONCE; s++) to[s] = row[s][k];
}

/* Rows of samples turned into rows of features. */
static void transpose(const sg_vector *vector, uint32_t samples, double *to) {
  uint32_t features = vector->count / samples, s = 0;
  for (; s + AT_ONCE <= samples && !sg_interrupted; s += AT_ONCE)
    transpose_some(vector->of.rows + s, features, samples, to + s);
  for (; s < samples && !sg_interrupted; s++)
    for (uint32_t k = 0; k < features; k++) to[(size_t)k * samples + s] = vector->of.rows[s][k];
}

static void lay_out(const job *j, const sg_vector *vector, double *to) {
  switch (vector->kind) {
  case SG_VECTOR_ROWS: transpose(vector, j->samples, to); break;
  case SG_VECTOR_LIST:
    SG_EACH (k, 0, vector->count) to[k] = sg_tape_value(j->tape, vector->of.list[k]);
    break;
  default: (void)sg_copy(j->tape->memory, to, vector->of.data, vector->count * sizeof *to);
  }
}

/* Where the kernel finds its operands, unless this was given up on Ctrl-C: plain numbers in the
 * tape's data when they are recorded. */
static void find_operands(job *j) {
  double *data = j->tape->data ? j->tape->data + j->tape->data_count : NULL;
  double *scratch = j->tape->scratch;
  for (int v = 0; v < SG_VECTORS; v++) {
    const sg_vector *vector = &j->vectors[v];
    double **room = j->records && !j->has_nodes[v] ? &data : &scratch;
    if (vector->kind == SG_VECTOR_RUN) {
      j->work.x[v] = j->tape->value + vector->of.first;
    } else if (vector->kind == SG_VECTOR_DATA && !j->records) {
      j->work.x[v] = vector->of.data;
    } else if (vector->count > 0) {
      lay_out(j, vector, *room);
      j->work.x[v] = *room;
      *room += vector->count;
    }
  }
  j->work.kept = j->records ? data : NULL;
  j->work.scratch = scratch;
}

/* ---- the record ---- */

/* The nodes of a list go on the record; its plain numbers become nodes for that. */
static void store_list(const job *j, sg_record *record, sg_stored *stored, const sg_value *list) {
  sg_node *listed = record->listed + (record->words - SG_RECORD_WORDS);
  stored->at = record->words - SG_RECORD_WORDS;
  SG_EACH (k, 0, stored->count) {
    bool reserved = sg_tape_operand(j->tape, list[k], &listed[k]);
    assert(reserved);
    (void)reserved;
  }
  record->words += stored->count;
}

/* After what has been counted so far. */
static sg_record *write_record(const job *j) {
  sg_tape *tape = j->tape;
  sg_record *record = (sg_record *)(tape->args + tape->arg_count);
  *record = (sg_record){.outputs = j->work.outputs, .words = SG_RECORD_WORDS};
  record->data = tape->data_count;
  memcpy(record->shape, &j->work.shape, sizeof record->shape);
  for (int v = 0; v < SG_VECTORS; v++) {
    const sg_vector *vector = &j->vectors[v];
    sg_stored *stored = &record->vectors[v];
    stored->kind = j->has_nodes[v] ? vector->kind : SG_VECTOR_DATA;
    stored->count = vector->count;
    if (!j->has_nodes[v]) {
      stored->at = record->data_count;
      record->data_count += vector->count;
      continue;
    }
    record->operands += vector->count;
    stored->at = vector->of.first;
    if (vector->kind == SG_VECTOR_LIST) store_list(j, record, stored, vector->of.list);
  }
  record->data_count += (uint32_t)j->kept;
  return record;
}

/* {args, k}, {args, k + 1}, ... as numbers of 64 bits, whose halves do not touch. */
static SG_VECTORISED void number_outputs(sg_operands *operands, uint32_t args, uint32_t k,
                                         uint32_t end) {
  uint64_t base, step;
  memcpy(&base, &(sg_operands){args, 0}, sizeof base);
  memcpy(&step, &(sg_operands){0, 1}, sizeof step);
  for (; k < end; k++) {
    uint64_t both = base + k * step;
    memcpy(operands + k, &both, sizeof both);
  }
}

/* False: given up on Ctrl-C; nothing is counted. */
static bool push_outputs(const job *j, const sg_record *record) {
  sg_tape *tape = j->tape;
  sg_node first = tape->count;
  for (uint32_t k = 0, end = 0; sg_piece(k, record->outputs, &end); k = end) {
    number_outputs(tape->operands + first, tape->arg_count, k, end);
    memset(tape->op + first + k, (int)j->op, end - k);
  }
  if (sg_gave_up(record->outputs)) return false;
  tape->count += record->outputs;
  tape->arg_count += record->words;
  tape->data_count += record->data_count;
  return true;
}

static bool has_tame_operands(const job *j) {
  for (int v = 0; v < SG_VECTORS; v++) {
    const sg_vector *vector = &j->vectors[v];
    if (j->has_nodes[v] && (vector->kind != SG_VECTOR_RUN ||
                            !sg_nodes_are_tame(j->tape, vector->of.first, vector->count)))
      return false;
  }
  return true;
}

/* Records the block, or only computes its values into `plain`. */
static bool apply(job *j, sg_shaped_value *kernel, double *plain, sg_vector *out, sg_error *error) {
  sg_tape *tape = j->tape;
  uint32_t outputs = j->work.outputs, count = tape->count, first;
  prepare(j);
  if (!reserve(j)) return sg_fail_memory(error);
  sg_record *record = j->records ? write_record(j) : NULL;
  find_operands(j);
  first = tape->count;
  j->work.y = record ? tape->value + first : plain;
  if (sg_interrupted || !kernel(&j->work) || (record && !push_outputs(j, record))) {
    tape->count = count;
    return sg_fail_interrupt(error);
  }
  if (record) record->is_tame = j->work.is_tame && has_tame_operands(j);
  *out = record ? sg_vector_run(first, outputs) : sg_vector_data(plain, outputs);
  return true;
}

/* ---- the blocks ---- */

/* More outputs than nodes can have numbers. */
static bool is_too_many(uint64_t outputs) { return outputs > SG_NODE_LIMIT; }

bool sg_apply_dense(sg_tape *tape, const sg_dense *shape, sg_vector x, sg_vector parameters,
                    double *plain, sg_vector *out, sg_error *error) {
  uint64_t outputs = (uint64_t)shape->outputs * shape->samples;
  assert(shape->inputs > 0 && outputs > 0 && sg_rows_is_activation(shape->activation));
  assert(x.count == (uint64_t)shape->inputs * shape->samples);
  assert(parameters.count == (uint64_t)shape->outputs * (shape->inputs + shape->has_bias));
  if (is_too_many(outputs)) return sg_fail_memory(error);
  job j = {.tape = tape, .op = SG_OP_DENSE, .vectors = {x, parameters}};
  j.work.shape.dense = *shape;
  j.work.outputs = (uint32_t)outputs;
  j.samples = shape->samples;
  j.kept = sg_rows_needs_operand(shape->activation) ? outputs : 0;
  return apply(&j, sg_dense_value, plain, out, error);
}

bool sg_apply_pairs(sg_tape *tape, const sg_pairs *shape, sg_vector predictions, sg_vector targets,
                    double *plain, sg_vector *out, sg_error *error) {
  assert(shape->count > 0 && sg_op_is_loss(shape->loss));
  assert(predictions.count == shape->count && targets.count == shape->count);
  job j = {.tape = tape, .op = SG_OP_PAIRS, .vectors = {predictions, targets}};
  j.work.shape.pairs = *shape;
  j.work.outputs = shape->reduction == SG_REDUCE_NONE ? shape->count : 1;
  j.samples = shape->count;
  j.scratch = shape->count;
  return apply(&j, sg_pairs_value, plain, out, error);
}

bool sg_apply_cross_entropy(sg_tape *tape, const sg_cross_entropy *shape, sg_vector scores,
                            sg_vector targets, double *plain, sg_vector *out, sg_error *error) {
  uint64_t count = (uint64_t)shape->classes * shape->samples;
  assert(count > 0 && scores.count == count);
  assert(targets.count == (shape->soft ? count : shape->samples));
  job j = {.tape = tape, .op = SG_OP_CROSS_ENTROPY, .vectors = {scores, targets}};
  j.work.shape.cross_entropy = *shape;
  j.work.outputs = shape->reduction == SG_REDUCE_NONE ? shape->samples : 1;
  j.samples = shape->samples;
  j.kept = count + (shape->soft ? 2 * (uint64_t)shape->samples : 0);
  j.scratch = shape->samples + j.kept;
  return apply(&j, sg_cross_entropy_value, plain, out, error);
}

bool sg_apply_squares(sg_tape *tape, sg_vector x, double *plain, sg_vector *out, sg_error *error) {
  job j = {.tape = tape, .op = SG_OP_SQUARES, .vectors = {x, sg_vector_data(NULL, 0)}};
  j.work.outputs = 1;
  j.work.shape.squares = x.count;
  j.samples = 1;
  return apply(&j, sg_squares_value, plain, out, error);
}
