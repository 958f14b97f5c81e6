/* sgrad: losses of predictions and targets, and what keeps weights small. */
#include "nn/loss.h"
#include "builtins/argument.h"
#include "builtins/batch.h"
#include "builtins/builtins.h"
#include "builtins/walk.h"

#include <math.h>

enum { PREDICTION, TARGET, REDUCTION, DELTA }; /* arguments */

typedef struct job {
  sg_loss_shape shape;
  sg_given_batch prediction;
  sg_given_batch target;
  double *indices; /* [samples], owned, when targets are indices of classes */
} job;

/* ---- arguments ---- */

static bool read_reduction(sg_vm *vm, const sg_call *call, sg_reduction *out) {
  sg_string *name;
  *out = SG_REDUCE_MEAN;
  if (!sg_is_given(call, REDUCTION)) return true;
  if (!sg_vm_need_string(vm, call, REDUCTION, &name)) return false;
  for (int k = SG_REDUCE_NONE; k <= SG_REDUCE_MEAN; k++) {
    *out = (sg_reduction)k;
    if (strcmp(name->text, sg_reduction_names[k]) == 0) return true;
  }
  return sg_vm_fail(vm, "%s() takes \"mean\", \"sum\" or \"none\" for 'reduction', not \"%s\"",
                    call->builtin->name, name->text);
}

static bool read_delta(sg_vm *vm, const sg_call *call, double *out) {
  char text[SG_NUMBER_SIZE];
  *out = SG_HUBER_DELTA;
  if (call->parameters <= DELTA || !sg_is_given(call, DELTA)) return true;
  if (!sg_vm_need_number(vm, call, DELTA, out)) return false;
  return *out > 0. || sg_vm_fail(vm, "%s() takes a number above 0 for 'delta', not %s",
                                 call->builtin->name, sg_number_text(text, *out));
}

static bool fail_sizes(sg_vm *vm, const sg_call *call, const job *j) {
  char prediction[SG_BATCH_TEXT_SIZE], target[SG_BATCH_TEXT_SIZE];
  sg_given_describe(&j->prediction, prediction);
  sg_given_describe(&j->target, target);
  return sg_vm_fail(vm, "%s() takes prediction and target of the same size, not %s and %s",
                    call->builtin->name, prediction, target);
}

/* A target for each prediction; a sample of one number is as good as a number. */
static bool match_pairs(sg_vm *vm, const sg_call *call, job *j) {
  uint32_t total;
  j->shape.samples = j->prediction.count;
  j->shape.width = j->prediction.width;
  if (j->target.count != j->prediction.count || j->target.width != j->prediction.width)
    return fail_sizes(vm, call, j);
  return sg_given_total(vm, &j->prediction, &total);
}

static bool fail_classes(sg_vm *vm, const sg_call *call, const job *j) {
  char scores[SG_BATCH_TEXT_SIZE], target[SG_BATCH_TEXT_SIZE];
  sg_given_describe(&j->prediction, scores);
  sg_given_describe(&j->target, target);
  sg_vm_fail(vm, "%s() takes a class for each sample as target, not %s for %s", call->builtin->name,
             target, scores);
  return sg_vm_note(vm, "a class is an index from 0, or a list with a share for each class");
}

/* The classes of samples: an index or a share for each; of one sample likewise. */
static bool match_classes(sg_vm *vm, const sg_call *call, job *j) {
  uint32_t total;
  const sg_given_batch *scores = &j->prediction, *target = &j->target;
  bool one = scores->form == SG_BATCH_NUMBERS;
  if (scores->form == SG_BATCH_NUMBER) {
    sg_vm_fail_argument(vm, call, PREDICTION, "a list with a number for each class");
    return sg_vm_note(vm, "bce_logits() is the loss of one score and a target of 0 or 1");
  }
  j->shape.samples = one ? 1 : scores->count;
  j->shape.width = one ? scores->count : scores->width;
  j->shape.soft = target->form == (one ? SG_BATCH_NUMBERS : SG_BATCH_SAMPLES);
  bool is_index = target->form == (one ? SG_BATCH_NUMBER : SG_BATCH_NUMBERS);
  bool fits = j->shape.soft ? target->count == scores->count && target->width == scores->width
                            : is_index && target->count == j->shape.samples;
  return fits ? sg_given_total(vm, scores, &total) : fail_classes(vm, call, j);
}

static bool is_index(double x, uint32_t width) { return x >= 0. && x < width && x == floor(x); }

static bool read_indices(sg_vm *vm, const sg_call *call, job *j) {
  char text[SG_NUMBER_SIZE];
  uint32_t samples = j->shape.samples, width = j->shape.width;
  j->indices = sg_allocate(vm->memory, samples * sizeof *j->indices);
  if (!j->indices) return sg_vm_fail_memory(vm);
  for (uint32_t s = 0; s < samples; s++) {
    double x = j->indices[s] = sg_tape_value(&vm->tape, j->target.items[s]);
    if (!is_index(x, width))
      return sg_vm_fail(
          vm, "%s() takes classes from 0 to %u, one for each of %u scores, but target %u is %s",
          call->builtin->name, width - 1, width, s, sg_number_text(text, x));
    if (!sg_poll_at(vm, s)) return false;
  }
  return true;
}

/* Scores in place of probabilities would be nan, or worse. */
static bool check_probabilities(sg_vm *vm, const sg_given_batch *batch) {
  char text[SG_NUMBER_SIZE];
  for (uint32_t s = 0; s < batch->count; s++) {
    bool is_sample = batch->form == SG_BATCH_SAMPLES;
    const sg_value *items = is_sample ? sg_as_list(batch->items[s])->items : &batch->items[s];
    for (uint32_t k = 0; k < batch->width; k++) {
      double p = sg_tape_value(&vm->tape, items[k]);
      if (!(p < 0. || p > 1.)) continue;
      sg_vm_fail(vm, "bce() takes probabilities from 0 to 1 for 'prediction', not %s",
                 sg_number_text(text, p));
      return sg_vm_note(vm, "bce_logits() is the loss of scores that may be any numbers");
    }
    if (!sg_poll_at(vm, s)) return false;
  }
  return true;
}

static bool read_job(sg_vm *vm, const sg_call *call, job *j) {
  bool has_classes = sg_loss_has_classes(j->shape.loss);
  if (!sg_need_batch(vm, call, PREDICTION, &j->prediction) ||
      !sg_need_batch(vm, call, TARGET, &j->target) ||
      !read_reduction(vm, call, &j->shape.reduction) || !read_delta(vm, call, &j->shape.delta))
    return false;
  if (!has_classes)
    return match_pairs(vm, call, j) &&
           (j->shape.loss->op != SG_OP_BCE || check_probabilities(vm, &j->prediction));
  return match_classes(vm, call, j) && (j->shape.soft || read_indices(vm, call, j));
}

/* ---- results ---- */

/* A list of losses. */
static bool give_losses(sg_vm *vm, const sg_value *out, uint32_t count, uint32_t step,
                        sg_value *result) {
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  SG_EACH (k, 0, count) sg_list_set(list, k, out[(size_t)k * step]);
  list->count = count;
  return sg_give_object(vm, list, result) && sg_vm_is_whole(vm, count);
}

/* As the predictions were given. */
static bool give_result(sg_vm *vm, const job *j, const sg_value *out, sg_value *result) {
  uint32_t count = sg_loss_outputs(&j->shape), samples = j->prediction.count;
  bool has_classes = sg_loss_has_classes(j->shape.loss);
  bool is_one = j->prediction.form == (has_classes ? SG_BATCH_NUMBERS : SG_BATCH_NUMBER);
  if (j->shape.reduction != SG_REDUCE_NONE || is_one) {
    *result = out[0];
    return true;
  }
  if (has_classes || j->prediction.form == SG_BATCH_NUMBERS)
    return give_losses(vm, out, count, 1, result);
  sg_list *list = sg_list_new(&vm->heap, samples);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t s = 0; s < samples; s++) {
    sg_value row;
    if (!give_losses(vm, out + s, j->prediction.width, samples, &row) || !sg_poll_at(vm, s))
      return false;
    sg_list_set(list, list->count++, row);
  }
  return sg_give_object(vm, list, result);
}

static bool apply(sg_vm *vm, const job *j, const sg_flat *prediction, const sg_flat *target,
                  sg_value *result) {
  sg_error error;
  sg_error_clear(&error);
  sg_value one;
  uint32_t count = sg_loss_outputs(&j->shape);
  sg_value *out = count == 1 ? &one : sg_allocate(vm->memory, count * sizeof *out);
  if (!out) return sg_vm_fail_memory(vm);
  sg_vector targets = j->indices ? sg_vector_data(j->indices, j->shape.samples) : target->vector;
  bool ok = sg_loss_apply(&vm->tape, &j->shape, prediction->vector, targets, out, &error)
                ? give_result(vm, j, out, result)
                : sg_fail_again(vm, &error);
  if (out != &one) sg_release(vm->memory, out, count * sizeof *out);
  return ok;
}

static bool apply_flat(sg_vm *vm, const job *j, sg_value *result) {
  sg_flat prediction, target = {0};
  if (!sg_flat_open(vm, &j->prediction, &prediction)) return false;
  bool ok = (j->indices || sg_flat_open(vm, &j->target, &target)) &&
            apply(vm, j, &prediction, &target, result);
  sg_flat_clear(vm, &prediction);
  sg_flat_clear(vm, &target);
  return ok;
}

static bool run_loss(sg_vm *vm, const sg_call *call, sg_value *result) {
  job j = {.shape.loss = sg_loss_find(call->builtin->name)};
  bool ok = read_job(vm, call, &j) && apply_flat(vm, &j, result);
  if (j.indices) sg_release(vm->memory, j.indices, j.shape.samples * sizeof *j.indices);
  return ok;
}

/* ---- weights ---- */

static bool gather(sg_walk *walk, sg_value *slot) {
  return sg_add_item(walk->vm, walk->context, *slot);
}

static bool is_numbers(const sg_list *list) {
  SG_EACH (k, 0, list->plain ? 0 : list->count)
    if (!sg_is_number(list->items[k])) return false;
  return true;
}

/* Extends a run, or stops where it ends. */
static bool extend(void *context, sg_node first, uint32_t count) {
  sg_vector *run = context;
  if (run->count == 0) run->of.first = first;
  if (run->of.first + run->count != first) return false;
  run->count += count;
  return true;
}

/* The numbers of a model or its kind, where they are one run. */
static bool find_run(sg_vm *vm, sg_value x, sg_vector *out) {
  *out = sg_vector_run(0, 0);
  return sg_is_native(x) && sg_as_native(x)->class->numbers &&
         sg_as_native(x)->class->numbers(vm, sg_as_native(x), extend, out);
}

/* Every number of the argument: where it lies when that is a list or a run, else in a new list. */
static bool need_weights(sg_vm *vm, const sg_call *call, sg_vector *out) {
  sg_value x = call->args[0];
  if (!sg_is_number(x) && !sg_is_list(x) && !sg_is_record(x) && !sg_is_native(x))
    return sg_vm_fail_argument(vm, call, 0, "a number, list, record or model");
  if (find_run(vm, x, out)) return true;
  sg_list *list = sg_is_list(x) && is_numbers(sg_as_list(x)) ? sg_as_list(x) : NULL;
  if (!list) {
    list = sg_list_new(&vm->heap, 0);
    if (!list) return sg_vm_fail_memory(vm);
    sg_walk walk = {
        .vm = vm, .builtin = call->builtin, .number = gather, .natives = true, .context = list};
    if (!sg_walk_each(&walk, &x)) return false;
  }
  *out = sg_vector_list(list->items, list->count);
  return sg_vm_is_whole(vm, list->count);
}

static bool apply_l1(sg_tape *tape, sg_vector x, double *plain, sg_vector *out, sg_error *error) {
  const sg_pairs pairs = {
      .loss = SG_OP_ABSOLUTE_ERROR, .reduction = SG_REDUCE_SUM, .count = x.count};
  double *zeros = sg_allocate(tape->memory, x.count * sizeof *zeros);
  if (!zeros) return sg_fail_memory(error);
  SG_EACH (k, 0, x.count) zeros[k] = 0.;
  bool ok = sg_gave_up(x.count) ? sg_fail_interrupt(error)
                                : sg_apply_pairs(tape, &pairs, x, sg_vector_data(zeros, x.count),
                                                 plain, out, error);
  sg_release(tape->memory, zeros, x.count * sizeof *zeros);
  return ok;
}

typedef bool penalty(sg_tape *tape, sg_vector x, double *plain, sg_vector *out, sg_error *error);

static bool penalize(sg_vm *vm, const sg_call *call, penalty *apply_penalty, sg_value *result) {
  sg_vector weights;
  double plain;
  sg_vector out;
  sg_error error;
  sg_error_clear(&error);
  *result = sg_number(0.);
  if (!need_weights(vm, call, &weights)) return false;
  if (!weights.count) return true;
  if (!apply_penalty(&vm->tape, weights, &plain, &out, &error)) return sg_fail_again(vm, &error);
  *result = sg_vector_get(out, 0);
  return true;
}

static bool run_l1(sg_vm *vm, const sg_call *call, sg_value *result) {
  return penalize(vm, call, apply_l1, result);
}

static bool run_l2(sg_vm *vm, const sg_call *call, sg_value *result) {
  return penalize(vm, call, sg_apply_squares, result);
}

#define PAIRS_DOC                                                                                  \
  " Prediction p and target t are numbers, lists or lists of lists of one size: else an error. "
#define CLASSES_DOC                                                                                \
  " Prediction is a list with a number for each class, or a list of such lists; target is an "     \
  "index from 0, or a list with a share for each class (one-hot or soft), or a list of either. "
#define IS_PAIRS(operation)                                                                        \
  (SG_OP_##operation != SG_OP_DOT && SG_OP_##operation != SG_OP_CROSS_ENTROPY)

const sg_builtin sg_nn_loss_builtins[] = {
#define LOSS(name_, operation, extra, text, source, example_)                                      \
  {.name = #name_,                                                                                 \
   .parameters = "prediction, target, reduction=\"mean\"" extra,                                   \
   .run = run_loss,                                                                                \
   .doc = IS_PAIRS(operation)                                                                      \
              ? "The mean of " text "." PAIRS_DOC REDUCTION_DOC "Source: " source "."              \
              : "The mean of " text "." CLASSES_DOC REDUCTION_DOC "Source: " source ".",           \
   .example = example_,                                                                            \
   .topic = "losses"},
#define REDUCTION_DOC                                                                              \
  "With reduction=\"sum\" the sum, with \"none\" each loss, in the shape of the prediction. "
#include "nn/loss.def"
    {.name = "l1",
     .parameters = "params",
     .run = run_l1,
     .doc = "The sum of `abs(p)` over parameters: a number, or any nesting of lists, records and "
            "models. Times a small number and added to a loss it draws weights to exactly 0 "
            "(lasso, R. Tibshirani 1996). The derivative at 0 is 0.",
     .example = "l1({w: [1, -2], b: 3})  # 6",
     .topic = "losses"},
    {.name = "l2",
     .parameters = "params",
     .run = run_l2,
     .doc = "The sum of `p * p` over parameters: a number, or any nesting of lists, records and "
            "models. Times a small number and added to a loss it keeps weights small (ridge, "
            "weight decay).",
     .example = "l2({w: [1, -2], b: 3})  # 14",
     .topic = "losses"},
    {.name = NULL},
};
