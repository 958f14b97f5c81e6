/* sgrad: samples through a model to their loss without lists. */
#include "builtins/nn/direct.h"

#include "builtins/argument.h"

#include <math.h>

void sg_direct_clear(sg_direct *d) {
  if (!d->capacity) return;
  sg_memory *memory = d->forward->vm->memory;
  sg_release(memory, d->rows, d->capacity * sizeof *d->rows);
  sg_release(memory, d->targets, d->capacity * sizeof *d->targets);
  d->capacity = 0;
}

/* ---- taking up ---- */

static bool reserve(sg_direct *d, uint32_t count) {
  sg_memory *memory = d->forward->vm->memory;
  if (count <= d->capacity) return true;
  sg_direct_clear(d);
  d->rows = sg_allocate(memory, count * sizeof *d->rows);
  d->targets = d->rows ? sg_allocate(memory, count * sizeof *d->targets) : NULL;
  if (d->targets)
    d->capacity = count;
  else if (d->rows)
    sg_release(memory, d->rows, count * sizeof *d->rows);
  return d->targets != NULL;
}

/* Whether nothing of a program runs, and each sample has one target that fits the loss. bce() looks
 * at its predictions before it takes them. */
static bool is_fit(const sg_direct *d, uint32_t count) {
  const sg_objective *o = d->objective;
  uint32_t inputs = sg_stage_inputs(d->forward->model);
  if (!d->forward->is_closed || !o->row || !o->outputs || !inputs) return false;
  if (o->row->op == SG_OP_BCE) return false;
  return d->ys->plain && (sg_loss_has_classes(o->row) || o->outputs == 1) &&
         (uint64_t)count * inputs < SG_NODE_LIMIT;
}

static bool take_row(sg_direct *d, uint32_t i, sg_value sample, uint32_t inputs) {
  if (!sg_is_list(sample)) return false;
  const sg_list *row = sg_as_list(sample);
  d->rows[i] = (const double *)(const void *)row->items;
  return row->plain && row->count == inputs;
}

static bool take_target(sg_direct *d, uint32_t i, sg_value target) {
  double y = d->targets[i] = sg_as_double(target);
  if (!sg_loss_has_classes(d->objective->row)) return true;
  return y >= 0. && y < d->objective->outputs && y == floor(y);
}

bool sg_direct_take(sg_direct *d, const uint32_t *which, uint32_t count) {
  if (!is_fit(d, count) || !reserve(d, count)) return false;
  uint32_t inputs = sg_stage_inputs(d->forward->model);
  SG_EACH (i, 0, count)
    if (!take_row(d, i, d->xs->items[which[i]], inputs) ||
        !take_target(d, i, d->ys->items[which[i]]))
      return false;
  return !sg_gave_up(count);
}

/* ---- running ---- */

static bool find_loss(const sg_direct *d, const sg_batch *batch, sg_value *loss) {
  sg_vm *vm = d->forward->vm;
  sg_error error;
  sg_error_clear(&error);
  const sg_loss_shape shape = {.loss = d->objective->row,
                               .reduction = SG_REDUCE_MEAN,
                               .samples = batch->samples,
                               .width = batch->features,
                               .delta = SG_HUBER_DELTA};
  sg_vector targets = sg_vector_data(d->targets, batch->samples);
  return sg_loss_apply(&vm->tape, &shape, batch->x, targets, loss, &error) ||
         sg_fail_again(vm, &error);
}

bool sg_direct_run(sg_direct *d, uint32_t count, bool training, sg_value *loss, sg_right *right) {
  sg_vm *vm = d->forward->vm;
  uint32_t inputs = sg_stage_inputs(d->forward->model);
  sg_batch batch;
  sg_batch_init(&batch, &vm->tape, sg_vector_rows(d->rows, inputs * count), inputs, count);
  bool ok = sg_forward_run(d->forward, &batch, training) &&
            sg_objective_count_batch(d->objective, &batch, d->targets, right) &&
            find_loss(d, &batch, loss);
  sg_batch_clear(&batch);
  return ok;
}
