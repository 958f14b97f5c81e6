/* sgrad: model(x): a sample or a batch of them through the stages of a model.
 *
 * A batch goes from stage to stage as a whole; a function written in sgrad, and any other that is
 * no function of each number by itself, sees one sample at a time. While one is called, a
 * collection may move what C holds, so the samples wait in lists on the evaluator's stack.
 */
#include "base/interrupt.h"
#include "builtins/argument.h"
#include "builtins/nn/model.h"
#include "nn/batch.h"

typedef struct run {
  sg_vm *vm;
  const sg_native *model; /* that was called, for messages */
  sg_batch batch;
  uint32_t features, samples;
  bool single;         /* one sample was given: the result is its output, not a list of one */
  sg_value number;     /* a sample of one number */
  const double **rows; /* [samples] plain samples, or NULL; owned */
  sg_value *values;    /* [features * samples] others, or NULL; owned */
} run;

/* ---- input ---- */

static bool refuse_size(const run *r, uint32_t wanted, uint32_t given) {
  char model[SG_MODEL_DESCRIBED];
  sg_vm_fail(r->vm, "%s takes a sample of %u number%s, not of %u",
             sg_model_describe(r->vm, r->model, model, sizeof model), wanted,
             wanted == 1 ? "" : "s", given);
  if (wanted > 1 || given <= 1) return false;
  return sg_vm_note(r->vm,
                    "a list of numbers is one sample; as many samples are [[x] for x in xs]");
}

static bool refuse_row_size(const run *r, uint32_t s, uint32_t given) {
  char model[SG_MODEL_DESCRIBED];
  if (sg_stage_inputs(sg_object_value(r->model)) == 0)
    return sg_vm_fail(r->vm, "sample %u has %u number%s, but sample 0 has %u", s, given,
                      given == 1 ? "" : "s", r->features);
  return sg_vm_fail(r->vm, "sample %u has %u number%s, but %s takes %u", s, given,
                    given == 1 ? "" : "s", sg_model_describe(r->vm, r->model, model, sizeof model),
                    r->features);
}

/* `s`: which sample of a batch, UINT32_MAX for a single one. */
static bool need_sample(const run *r, const sg_list *list, uint32_t s) {
  if (list->plain) return true;
  for (uint32_t k = 0; k < list->count; k++) {
    if (sg_is_number(list->items[k])) continue;
    const char *type = sg_type_phrase(list->items[k]);
    if (s == UINT32_MAX) return sg_vm_fail(r->vm, "number %u of the sample is %s", k, type);
    return sg_vm_fail(r->vm, "number %u of sample %u is %s", k, s, type);
  }
  return true;
}

static bool read_sample(run *r, const sg_value *items, uint32_t count) {
  uint32_t wanted = sg_stage_inputs(sg_object_value(r->model));
  if (count == 0 || (wanted && count != wanted)) return refuse_size(r, wanted ? wanted : 1, count);
  r->features = count;
  r->samples = 1;
  r->single = true;
  sg_batch_init(&r->batch, &r->vm->tape, sg_vector_list(items, count), count, 1);
  return true;
}

/* That each sample is a list of as many numbers; whether all are plain. */
static bool check_rows(run *r, const sg_list *batch, bool *plain) {
  *plain = true;
  for (uint32_t s = 0; s < batch->count; s++) {
    sg_value row = batch->items[s];
    if (!sg_is_list(row))
      return sg_vm_fail(r->vm, "sample %u of the batch is %s, not a list of numbers", s,
                        sg_type_phrase(row));
    const sg_list *sample = sg_as_list(row);
    if (sample->count != r->features) return refuse_row_size(r, s, sample->count);
    if (!need_sample(r, sample, s) || !sg_vm_poll(r->vm)) return false;
    *plain = *plain && sample->plain;
  }
  return true;
}

static bool gather_rows(run *r, const sg_list *batch) {
  r->rows = sg_allocate(r->vm->memory, r->samples * sizeof *r->rows);
  if (!r->rows) return sg_vm_fail_memory(r->vm);
  for (uint32_t s = 0; s < r->samples; s++)
    r->rows[s] = (const double *)(const void *)sg_as_list(batch->items[s])->items;
  sg_batch_init(&r->batch, &r->vm->tape, sg_vector_rows(r->rows, r->features * r->samples),
                r->features, r->samples);
  return true;
}

/* Feature-major. */
static bool gather_values(run *r, const sg_list *batch) {
  uint32_t count = r->features * r->samples;
  r->values = sg_allocate(r->vm->memory, count * sizeof *r->values);
  if (!r->values) return sg_vm_fail_memory(r->vm);
  for (uint32_t s = 0; s < r->samples; s++) {
    const sg_value *items = sg_as_list(batch->items[s])->items;
    SG_EACH (k, 0, r->features) r->values[(size_t)k * r->samples + s] = items[k];
    if (!sg_vm_poll(r->vm)) return false;
  }
  sg_batch_init(&r->batch, &r->vm->tape, sg_vector_list(r->values, count), r->features, r->samples);
  return true;
}

static bool read_batch(run *r, const sg_list *batch) {
  bool plain;
  uint32_t wanted = sg_stage_inputs(sg_object_value(r->model));
  r->features = wanted ? wanted : sg_as_list(batch->items[0])->count;
  r->samples = batch->count;
  if (r->features == 0) return refuse_size(r, 1, 0);
  if (!check_rows(r, batch, &plain)) return false;
  if ((uint64_t)r->features * r->samples >= SG_NODE_LIMIT) return sg_vm_fail_memory(r->vm);
  return plain ? gather_rows(r, batch) : gather_values(r, batch);
}

static bool read_input(run *r, sg_value x) {
  if (sg_is_number(x)) {
    r->number = x;
    return read_sample(r, &r->number, 1);
  }
  if (!sg_is_list(x))
    return sg_vm_fail(r->vm,
                      "a model takes a number, a sample (a list of numbers) or a list of "
                      "samples, not %s",
                      sg_type_phrase(x));
  const sg_list *list = sg_as_list(x);
  if (list->count && sg_is_list(list->items[0])) return read_batch(r, list);
  return need_sample(r, list, UINT32_MAX) && read_sample(r, list->items, list->count);
}

/* ---- output ---- */

/* One sample: a list of its numbers, or the number if there is only one. */
static bool give_sample(sg_vm *vm, const sg_batch *batch, uint32_t s, sg_value *out) {
  *out = sg_batch_get(batch, 0, s);
  if (batch->features == 1) return true;
  sg_list *list = sg_list_new(&vm->heap, batch->features);
  if (!list) return sg_vm_fail_memory(vm);
  SG_EACH (k, 0, batch->features) sg_list_set(list, list->count++, sg_batch_get(batch, k, s));
  *out = sg_object_value(list);
  return sg_vm_poll(vm);
}

static bool give_samples(sg_vm *vm, const sg_batch *batch, sg_value *out) {
  sg_list *list = sg_list_new(&vm->heap, batch->samples);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t s = 0; s < batch->samples; s++) {
    sg_value item;
    if (!give_sample(vm, batch, s, &item) || !sg_vm_poll(vm)) return false;
    sg_list_set(list, list->count++, item);
  }
  *out = sg_object_value(list);
  return true;
}

/* ---- stages ---- */

static bool fail_stage(run *r, const sg_error *error) { return sg_fail_again(r->vm, error); }

static bool refuse_stage_size(const run *r, const sg_dense_model *dense) {
  char layer[SG_MODEL_DESCRIBED];
  return sg_vm_fail(r->vm, "%s takes %u number%s, but the stage before it gave %u",
                    sg_model_describe(r->vm, &dense->base.head, layer, sizeof layer),
                    dense->layer.inputs, dense->layer.inputs == 1 ? "" : "s", r->batch.features);
}

static bool apply_layer(run *r, const sg_dense_model *dense, const sg_layer *layer) {
  sg_error error;
  sg_error_clear(&error);
  if (r->batch.features != layer->inputs) return refuse_stage_size(r, dense);
  return sg_batch_dense(&r->batch, layer, &error) || fail_stage(r, &error);
}

static bool drop(run *r, const sg_dropout *dropout) {
  sg_error error;
  sg_error_clear(&error);
  return !dropout->base.training || sg_batch_drop(&r->batch, dropout->p, &r->vm->random, &error) ||
         fail_stage(r, &error);
}

/* Calls a function for each of the samples, and leaves what it gives in place of them. */
static bool call_each(sg_vm *vm, sg_value function, sg_list *samples) {
  for (uint32_t s = 0; s < samples->count; s++) {
    sg_value sample = samples->items[s];
    if (!sg_vm_call(vm, function, &sample, 1, &sample)) return false;
    sg_list_set(samples, s, sample);
  }
  return true;
}

static uint32_t count_numbers(sg_value output) {
  return sg_is_list(output) ? sg_as_list(output)->count : 1;
}

static bool refuse_output(sg_vm *vm, sg_value output) {
  if (!sg_is_list(output))
    return sg_vm_fail(vm, "a stage gives a number or a list of numbers, not %s",
                      sg_type_phrase(output));
  if (!sg_as_list(output)->count) return sg_vm_fail(vm, "a stage gave an empty list");
  return sg_vm_fail(vm, "a stage gives a number or a list of numbers, not a list of other things");
}

static bool is_output(sg_value output) {
  if (sg_is_number(output)) return true;
  if (!sg_is_list(output) || !sg_as_list(output)->count) return false;
  const sg_list *list = sg_as_list(output);
  for (uint32_t k = 0; !list->plain && k < list->count; k++)
    if (!sg_is_number(list->items[k])) return false;
  return true;
}

/* What a function gave for each sample becomes the batch. */
static bool take_outputs(run *r, const sg_list *outputs) {
  sg_error error;
  sg_error_clear(&error);
  uint32_t features = count_numbers(outputs->items[0]);
  for (uint32_t s = 0; s < outputs->count; s++) {
    sg_value output = outputs->items[s];
    if (!is_output(output)) return refuse_output(r->vm, output);
    if (count_numbers(output) != features)
      return sg_vm_fail(r->vm, "a stage gave %u numbers for sample %u, but %u for sample 0",
                        count_numbers(output), s, features);
    if (!sg_vm_poll(r->vm)) return false;
  }
  sg_value *values = sg_batch_prepare(&r->batch, features, &error);
  if (!values) return fail_stage(r, &error);
  for (uint32_t s = 0; s < outputs->count; s++) {
    sg_value output = outputs->items[s];
    const sg_value *items = sg_is_list(output) ? sg_as_list(output)->items : &output;
    SG_EACH (k, 0, features) values[(size_t)k * outputs->count + s] = items[k];
    if (!sg_vm_poll(r->vm)) return false;
  }
  sg_batch_replace(&r->batch, features);
  return true;
}

static bool call_function(run *r, sg_value function) {
  sg_vm *vm = r->vm;
  sg_value samples;
  if (!give_samples(vm, &r->batch, &samples) || !sg_vm_push(vm, samples)) return false;
  bool ok = call_each(vm, function, sg_as_list(samples)) && take_outputs(r, sg_as_list(samples));
  sg_vm_pop(vm);
  return ok;
}

static bool apply_stage(run *r, sg_value stage);

/* A layer without an activation of its own takes on a function that follows it: one block. */
static bool apply_chain(run *r, const sg_chain *chain) {
  for (uint32_t i = 0; i < chain->count; i++) {
    const sg_dense_model *dense = sg_find_dense(chain->stages[i]);
    sg_layer layer;
    bool joins = dense && dense->layer.activation.op == SG_OP_IDENTITY && i + 1 < chain->count;
    if (joins) layer = dense->layer;
    joins = joins && sg_find_activation(chain->stages[i + 1], &layer.activation);
    bool ok = joins ? apply_layer(r, dense, &layer) : apply_stage(r, chain->stages[i]);
    if (!ok || !sg_vm_poll(r->vm)) return false;
    i += joins;
  }
  return true;
}

static bool apply_stage(run *r, sg_value stage) {
  sg_activation activation;
  sg_error error;
  const sg_dense_model *dense = sg_find_dense(stage);
  if (dense) return apply_layer(r, dense, &dense->layer);
  if (sg_find_chain(stage)) return apply_chain(r, sg_find_chain(stage));
  if (sg_find_dropout(stage)) return drop(r, sg_find_dropout(stage));
  if (!sg_find_activation(stage, &activation)) return call_function(r, stage);
  sg_error_clear(&error);
  return sg_batch_activate(&r->batch, activation, &error) || fail_stage(r, &error);
}

bool sg_model_run(sg_vm *vm, const sg_native *model, sg_batch *batch) {
  run r = {.vm = vm, .model = model, .batch = *batch};
  bool ok = apply_stage(&r, sg_object_value(model));
  *batch = r.batch;
  return ok;
}

/* ---- the call ---- */

static void clear(run *r) {
  sg_memory *memory = r->vm->memory;
  if (r->batch.tape) sg_batch_clear(&r->batch);
  if (r->rows) sg_release(memory, r->rows, r->samples * sizeof *r->rows);
  if (r->values)
    sg_release(memory, r->values, (size_t)r->features * r->samples * sizeof *r->values);
}

static bool run_model(sg_vm *vm, const sg_call *call, sg_value *result) {
  run r = {.vm = vm, .model = sg_as_native(call->held[0])};
  bool ok = read_input(&r, call->args[0]) && apply_stage(&r, call->held[0]) &&
            (r.single ? give_sample(vm, &r.batch, 0, result) : give_samples(vm, &r.batch, result));
  clear(&r);
  return ok;
}

const sg_builtin sg_model_call = {
    .name = "model",
    .parameters = "x",
    .run = run_model,
    .doc = "The output of a model for a sample x, a list of numbers, or of each of a list of them.",
    .example = "",
    .topic = "models"};
