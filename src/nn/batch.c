/* sgrad: a batch of samples on its way through a network. */
#include "nn/batch.h"

#include "base/interrupt.h"

void sg_batch_init(sg_batch *batch, sg_tape *tape, sg_vector x, uint32_t features,
                   uint32_t samples) {
  *batch = (sg_batch){.tape = tape, .features = features, .samples = samples, .x = x};
}

void sg_batch_clear(sg_batch *batch) {
  for (int i = 0; i < 2; i++)
    sg_release(batch->tape->memory, batch->rooms[i].of.block, batch->rooms[i].bytes);
  batch->rooms[0] = batch->rooms[1] = (sg_batch_room){.bytes = 0};
}

sg_value sg_batch_get(const sg_batch *batch, uint32_t feature, uint32_t sample) {
  const sg_vector *x = &batch->x;
  size_t at = (size_t)feature * batch->samples + sample;
  switch (x->kind) {
  case SG_VECTOR_RUN: return sg_node_value(x->of.first + (uint32_t)at);
  case SG_VECTOR_LIST: return x->of.list[at];
  case SG_VECTOR_ROWS: return sg_number(x->of.rows[sample][feature]);
  default: return sg_number(x->of.data[at]);
  }
}

/* The room that is not in use, with place for so many numbers. */
static sg_batch_room *reserve(sg_batch *batch, uint32_t features, sg_error *error) {
  uint64_t count = (uint64_t)features * batch->samples;
  sg_batch_room *room = &batch->rooms[!batch->used];
  if (count >= SG_NODE_LIMIT) {
    sg_fail_memory(error);
    return NULL;
  }
  size_t bytes = count * sizeof(sg_value);
  if (bytes <= room->bytes) return room;
  sg_memory *memory = batch->tape->memory;
  void *block = sg_allocate(memory, bytes);
  if (!block) {
    sg_fail_memory(error);
    return NULL;
  }
  sg_release(memory, room->of.block, room->bytes);
  room->of.block = block;
  room->bytes = bytes;
  return room;
}

sg_value *sg_batch_prepare(sg_batch *batch, uint32_t features, sg_error *error) {
  sg_batch_room *room = reserve(batch, features, error);
  return room ? room->of.values : NULL;
}

static void put(sg_batch *batch, uint32_t features, sg_vector x) {
  batch->used = !batch->used;
  batch->features = features;
  batch->x = x;
}

void sg_batch_replace(sg_batch *batch, uint32_t features) {
  const sg_value *values = batch->rooms[!batch->used].of.values;
  put(batch, features, sg_vector_list(values, features * batch->samples));
}

bool sg_batch_dense(sg_batch *batch, const sg_layer *layer, sg_error *error) {
  sg_dense shape = {.inputs = layer->inputs,
                    .outputs = layer->outputs,
                    .samples = batch->samples,
                    .activation = layer->activation.op,
                    .has_bias = layer->has_bias,
                    .constant = layer->activation.constant};
  sg_vector parameters = sg_vector_run(layer->first, sg_layer_count(layer));
  sg_vector out;
  double *plain = NULL; /* what is recorded needs none */
  if (!batch->tape->recording) {
    sg_batch_room *room = reserve(batch, layer->outputs, error);
    if (!room) return false;
    plain = room->of.plain;
  }
  if (!sg_apply_dense(batch->tape, &shape, batch->x, parameters, plain, &out, error)) return false;
  put(batch, layer->outputs, out);
  return true;
}

static bool activate(sg_tape *tape, sg_activation activation, sg_value x, sg_value *out) {
  if (sg_op_get(activation.op)->arity == 1) return sg_apply1(tape, activation.op, x, out);
  return sg_apply2(tape, activation.op, x, sg_number(activation.constant), out);
}

bool sg_batch_activate(sg_batch *batch, sg_activation activation, sg_error *error) {
  sg_value *values = sg_batch_prepare(batch, batch->features, error);
  uint32_t count = batch->features * batch->samples;
  if (!values) return false;
  SG_EACH (i, 0, count) {
    sg_value x = sg_batch_get(batch, i / batch->samples, i % batch->samples);
    if (!activate(batch->tape, activation, x, &values[i])) return sg_fail_memory(error);
  }
  if (sg_gave_up(count)) return sg_fail_interrupt(error);
  sg_batch_replace(batch, batch->features);
  return true;
}

bool sg_batch_drop(sg_batch *batch, double p, sg_random *random, sg_error *error) {
  sg_value *values = sg_batch_prepare(batch, batch->features, error);
  uint32_t count = batch->features * batch->samples;
  if (!values) return false;
  SG_EACH (i, 0, count) {
    uint32_t s = i / batch->features, k = i % batch->features;
    double factor = sg_random_unit(random) < p ? 0 : 1 / (1 - p);
    sg_value *out = &values[(size_t)k * batch->samples + s];
    if (!sg_apply2(batch->tape, SG_OP_MUL, sg_batch_get(batch, k, s), sg_number(factor), out))
      return sg_fail_memory(error);
  }
  if (sg_gave_up(count)) return sg_fail_interrupt(error);
  sg_batch_replace(batch, batch->features);
  return true;
}
