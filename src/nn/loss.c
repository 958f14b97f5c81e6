/* sgrad: losses. */
#include "nn/loss.h"

#include <assert.h>

enum { POLL_EVERY = 4096 };

const sg_loss sg_losses[] = {
#define LOSS(name, operation, parameters, text, source, example)                                   \
  {#name, text, source, SG_OP_##operation},
#include "nn/loss.def"
    {NULL, NULL, NULL, SG_OP_COUNT},
};

const char *const sg_reduction_names[] = {
    [SG_REDUCE_NONE] = "none", [SG_REDUCE_SUM] = "sum", [SG_REDUCE_MEAN] = "mean"};

const sg_loss *sg_loss_find(const char *name) {
  for (const sg_loss *loss = sg_losses; loss->name; loss++)
    if (strcmp(loss->name, name) == 0) return loss;
  return NULL;
}

uint32_t sg_loss_outputs(const sg_loss_shape *shape) {
  if (shape->reduction != SG_REDUCE_NONE) return 1;
  return sg_loss_has_classes(shape->loss) ? shape->samples : shape->samples * shape->width;
}

/* ---- by one block ---- */

static bool apply_block(sg_tape *tape, const sg_loss_shape *shape, sg_vector predictions,
                        sg_vector targets, double *plain, sg_vector *out, sg_error *error) {
  if (!sg_loss_has_classes(shape->loss)) {
    const sg_pairs pairs = {.loss = shape->loss->op,
                            .reduction = shape->reduction,
                            .count = shape->samples * shape->width,
                            .constant = shape->delta};
    return sg_apply_pairs(tape, &pairs, predictions, targets, plain, out, error);
  }
  const sg_cross_entropy classes = {.classes = shape->width,
                                    .samples = shape->samples,
                                    .reduction = shape->reduction,
                                    .soft = shape->soft};
  return sg_apply_cross_entropy(tape, &classes, predictions, targets, plain, out, error);
}

static bool apply_shaped(sg_tape *tape, const sg_loss_shape *shape, sg_vector predictions,
                         sg_vector targets, sg_value *out, sg_error *error) {
  uint32_t count = sg_loss_outputs(shape);
  double one;
  double *plain = count == 1 ? &one : sg_allocate(tape->memory, count * sizeof *plain);
  sg_vector result;
  if (!plain) return sg_fail_memory(error);
  bool ok = apply_block(tape, shape, predictions, targets, plain, &result, error);
  SG_EACH (k, 0, ok ? count : 0) out[k] = sg_vector_get(result, k);
  if (ok && sg_gave_up(count)) ok = sg_fail_interrupt(error);
  if (plain != &one) sg_release(tape->memory, plain, count * sizeof *plain);
  return ok;
}

/* ---- nll ---- */

static sg_value get_number(sg_vector v, uint32_t k) {
  assert(v.kind != SG_VECTOR_ROWS);
  return v.kind == SG_VECTOR_LIST ? v.of.list[k] : sg_vector_get(v, k);
}

/* The sum over the classes of target times logarithm, of one sample. `room`: 2 * width. */
static bool apply_soft(sg_tape *tape, const sg_loss_shape *shape, sg_vector logs, sg_vector targets,
                       uint32_t sample, sg_value *room, sg_value *out) {
  for (uint32_t k = 0; k < shape->width; k++) {
    room[k] = get_number(logs, k * shape->samples + sample);
    room[shape->width + k] = get_number(targets, k * shape->samples + sample);
  }
  return sg_apply_block(tape, SG_OP_DOT, room, 2 * shape->width, out);
}

/* The logarithm of each sample's class, into `chosen`; `room` follows there. */
static bool choose(sg_tape *tape, const sg_loss_shape *shape, sg_vector logs, sg_vector targets,
                   sg_value *chosen, sg_error *error) {
  sg_value *room = chosen + shape->samples;
  for (uint32_t s = 0; s < shape->samples; s++) {
    if (s % POLL_EVERY == 0 && sg_interrupted) return sg_fail_interrupt(error);
    if (!shape->soft)
      chosen[s] = get_number(logs, (uint32_t)targets.of.data[s] * shape->samples + s);
    else if (!apply_soft(tape, shape, logs, targets, s, room, &chosen[s]))
      return sg_fail_memory(error);
  }
  return true;
}

static bool negate(sg_tape *tape, const sg_loss_shape *shape, const sg_value *chosen,
                   sg_value *out) {
  sg_op op = shape->reduction == SG_REDUCE_SUM ? SG_OP_SUM : SG_OP_MEAN;
  sg_value reduced;
  if (shape->reduction != SG_REDUCE_NONE)
    return sg_apply_block(tape, op, chosen, shape->samples, &reduced) &&
           sg_apply1(tape, SG_OP_NEGATE, reduced, out);
  SG_EACH (s, 0, shape->samples)
    if (!sg_apply1(tape, SG_OP_NEGATE, chosen[s], &out[s])) return false;
  return !sg_gave_up(shape->samples);
}

static bool apply_nll(sg_tape *tape, const sg_loss_shape *shape, sg_vector logs, sg_vector targets,
                      sg_value *out, sg_error *error) {
  size_t bytes = (shape->samples + 2 * (size_t)shape->width) * sizeof(sg_value);
  sg_value *chosen = sg_allocate(tape->memory, bytes);
  if (!chosen) return sg_fail_memory(error);
  bool ok = choose(tape, shape, logs, targets, chosen, error) &&
            (negate(tape, shape, chosen, out) || sg_fail_memory(error));
  sg_release(tape->memory, chosen, bytes);
  return ok;
}

bool sg_loss_apply(sg_tape *tape, const sg_loss_shape *shape, sg_vector predictions,
                   sg_vector targets, sg_value *out, sg_error *error) {
  bool by_dot = shape->loss->op == SG_OP_DOT;
  return (by_dot ? apply_nll : apply_shaped)(tape, shape, predictions, targets, out, error);
}
