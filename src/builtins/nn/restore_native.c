/* sgrad: load: models and optimizers put together again. */
#include "base/interrupt.h"
#include "builtins/nn/argument.h"
#include "builtins/nn/optimizer.h"
#include "builtins/nn/restore.h"

static bool next_key(sg_restorer *r, const char *key, bool *first) {
  return sg_json_this_key(&r->json, key, first, &r->text);
}

static bool text_is(const sg_restorer *r, const char *text) {
  return r->text.count == strlen(text) && memcmp(r->text.items, text, r->text.count) == 0;
}

static bool read_bool(sg_restorer *r, bool *out) {
  *out = sg_json_is_word(&r->json, "true");
  return *out || sg_json_is_word(&r->json, "false") || sg_restore_fail(r, "true or false expected");
}

static bool read_training(sg_restorer *r, bool *first, sg_model *model) {
  return next_key(r, "training", first) && read_bool(r, &model->training);
}

/* ---- dense layers ---- */

/* The tensors of a layer: weight has a row for each neuron. */
typedef struct dense_parts {
  sg_list *weight, *bias; /* bias: NULL if there is none */
} dense_parts;

/* That the tensor is of numbers, in so many dimensions without a 0. */
static bool take_list(sg_restorer *r, uint32_t dimensions, sg_list **out) {
  uint32_t number;
  const sg_tensors *t = &r->stored->tensors;
  if (!sg_restore_tensor(r, &number)) return false;
  const sg_tensor *one = &t->items[number];
  if (one->dimensions != dimensions || one->type->kind == SG_TENSOR_BOOL ||
      !sg_tensor_numbers(t, one))
    return sg_restore_fail(r, "the shape of this tensor does not fit");
  *out = sg_as_list(sg_restore_take(r, number));
  return true;
}

static bool read_parts(sg_restorer *r, bool *first, dense_parts *parts, sg_layer *layer) {
  parts->bias = NULL;
  if (!next_key(r, "weight", first) || !take_list(r, 2, &parts->weight) ||
      !next_key(r, "bias", first))
    return false;
  if (!sg_json_is_word(&r->json, "null") && !take_list(r, 1, &parts->bias)) return false;
  layer->outputs = parts->weight->count;
  layer->inputs = sg_as_list(parts->weight->items[0])->count;
  layer->has_bias = parts->bias != NULL;
  if (parts->bias && parts->bias->count != layer->outputs)
    return sg_restore_fail(r, "weight and bias do not fit each other");
  return sg_layer_fits(layer) || sg_restore_fail(r, "more parameters than fit");
}

static bool read_activation(sg_restorer *r, bool *first, sg_layer *layer) {
  if (!next_key(r, "act", first) || !sg_json_string(&r->json, &r->text)) return false;
  const char *name = sg_buffer_text(&r->text);
  return name && (sg_activation_find(name, &layer->activation) ||
                  sg_restore_fail(r, "there is no activation of this name"));
}

static void copy_parameters(const dense_parts *parts, const sg_layer *layer, double *values) {
  for (uint32_t j = 0; j < layer->outputs && !sg_interrupted; j++) {
    const sg_list *row = sg_as_list(parts->weight->items[j]);
    SG_EACH (i, 0, layer->inputs) *values++ = sg_as_double(row->items[i]);
    if (layer->has_bias) *values++ = sg_as_double(parts->bias->items[j]);
  }
}

/* Behind "at": sets the leaves of the layer. */
static bool fill_layer(sg_restorer *r, const dense_parts *parts, sg_layer *layer) {
  if (!sg_restore_leaves(r, sg_layer_count(layer), &layer->first)) return false;
  copy_parameters(parts, layer, r->stored->vm->tape.value + layer->first);
  return sg_vm_poll(r->stored->vm);
}

static bool read_dense(sg_restorer *r, const char *maker, bool *first, sg_value *out) {
  dense_parts parts;
  sg_layer layer = {0};
  sg_model flags = {.training = false};
  if (!read_parts(r, first, &parts, &layer) || !read_activation(r, first, &layer) ||
      !read_training(r, first, &flags) || !next_key(r, "at", first))
    return false;
  if (strcmp(maker, "neuron") == 0 && layer.outputs != 1)
    return sg_restore_fail(r, "a neuron has one output");
  if (!fill_layer(r, &parts, &layer) || !sg_restore_close(r, first)) return false;
  sg_dense_model *model = sg_dense_model_new(r->stored->vm, maker, layer);
  if (!model) return false;
  model->base.training = flags.training;
  *out = sg_object_value(model);
  return true;
}

/* ---- chains, dropout ---- */

static bool check_stages(sg_restorer *r, const char *maker, const sg_list *stages) {
  bool layers = strcmp(maker, "mlp") == 0;
  if (!stages->count) return sg_restore_fail(r, "a model without stages");
  for (uint32_t i = 0; i < stages->count; i++)
    if (layers ? !sg_find_native(stages->items[i], &sg_layer_class)
               : !sg_is_callable(stages->items[i]))
      return sg_restore_fail(r, "what is no stage stands among the stages");
  return true;
}

static bool read_chain(sg_restorer *r, const char *maker, bool *first, sg_value *out) {
  sg_list *stages;
  sg_vm *vm = r->stored->vm;
  if (!next_key(r, "layers", first) || !sg_restore_items(r, &stages) ||
      !check_stages(r, maker, stages))
    return false;
  sg_chain *chain = sg_chain_new(vm, maker, stages->count);
  if (!chain || !sg_chain_set_stages(vm, chain, stages->items) ||
      !read_training(r, first, &chain->base) || !sg_restore_close(r, first))
    return false;
  *out = sg_object_value(chain);
  return true;
}

static bool read_dropout(sg_restorer *r, const char *maker, bool *first, sg_value *out) {
  double p;
  (void)maker;
  if (!next_key(r, "p", first) || !sg_json_number(&r->json, &p)) return false;
  if (!(p >= 0 && p <= 1)) return sg_restore_fail(r, "no probability");
  sg_dropout *dropout = sg_dropout_new(r->stored->vm, p);
  if (!dropout || !read_training(r, first, &dropout->base) || !sg_restore_close(r, first))
    return false;
  *out = sg_object_value(dropout);
  return true;
}

static const struct {
  const char *maker;
  bool (*read)(sg_restorer *r, const char *maker, bool *first, sg_value *out);
} models[] = {
    {"neuron", read_dense}, {"layer", read_dense},      {"linear", read_dense},
    {"mlp", read_chain},    {"sequential", read_chain}, {"dropout", read_dropout},
};

bool sg_restore_model(sg_restorer *r, bool *first, sg_value *out) {
  if (!sg_json_string(&r->json, &r->text)) return false;
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    if (text_is(r, models[i].maker)) return models[i].read(r, models[i].maker, first, out);
  return sg_restore_fail(r, "there is no model of this name");
}

/* ---- optimizers ---- */

static bool read_pair(sg_restorer *r, sg_value *out) {
  bool first = true;
  double x[2];
  sg_value pair[2];
  if (!sg_json_take(&r->json, '[')) return false;
  for (int i = 0; i < 2; i++) {
    if (!sg_json_more(&r->json, ']', &first) || !sg_json_number(&r->json, &x[i]))
      return sg_restore_fail(r, "two numbers expected");
    pair[i] = sg_number(x[i]);
  }
  if (sg_json_more(&r->json, ']', &first)) return sg_restore_fail(r, "two numbers expected");
  return sg_give_list(r->stored->vm, pair, 2, out);
}

static bool read_hyper_value(sg_restorer *r, sg_value *out) {
  char c = sg_json_peek(&r->json);
  bool flag;
  double x;
  if (c == '[') return read_pair(r, out);
  if (c == 't' || c == 'f') {
    if (!read_bool(r, &flag)) return false;
    *out = sg_bool(flag);
    return true;
  }
  if (!sg_json_number(&r->json, &x)) return false;
  *out = sg_number(x);
  return true;
}

/* All hyperparameters of the row, in its order. */
static bool read_hypers(sg_restorer *r, const sg_optimizer_row *row, bool *first, sg_hyper *hyper) {
  bool first_key = true;
  sg_value v, rate;
  sg_vm *vm = r->stored->vm;
  if (!next_key(r, "hyper", first) || !sg_json_take(&r->json, '{')) return false;
  for (const sg_hyper_row *one = row->hyper; one->name; one++)
    if (!next_key(r, one->name, &first_key) || !read_hyper_value(r, &v) ||
        !sg_optimizer_read(vm, row, one, v, hyper, &rate))
      return false;
  return sg_restore_close(r, &first_key) && sg_optimizer_check(vm, row, hyper);
}

/* What a file has of an optimizer before its leaves are known. */
typedef struct optimizer_parts {
  const sg_optimizer_row *row;
  sg_hyper hyper;
  sg_value rate;
  uint64_t steps;
  sg_node *leaves; /* [leaf_count] of the file, owned; NULL before */
  bool *seen;      /* the same, by number */
  uint32_t count;  /* of leaves */
} optimizer_parts;

static bool read_rate(sg_restorer *r, bool *first, sg_value *out) {
  return next_key(r, "rate", first) && sg_restore_value(r, out) &&
         (sg_is_none(*out) || sg_is_callable(*out) || sg_restore_fail(r, "no function"));
}

/* The leaves that are its own. */
static bool read_own(sg_restorer *r, bool *first) {
  sg_list *own = NULL;
  sg_node leaf;
  if (!next_key(r, "own", first)) return false;
  if (!sg_json_is_word(&r->json, "null") && !take_list(r, 1, &own)) return false;
  uint32_t count = own ? own->count : 0;
  if (!next_key(r, "from", first) || !sg_restore_leaves(r, count, &leaf)) return false;
  SG_EACH (i, 0, count) r->stored->vm->tape.value[leaf + i] = sg_as_double(own->items[i]);
  return sg_vm_poll(r->stored->vm);
}

/* Adds a run of leaves, each of which comes once. */
static bool add_leaves(sg_restorer *r, const sg_leaf_reader *run, optimizer_parts *parts) {
  sg_vm *vm = r->stored->vm;
  if (run->left > r->leaf_count - parts->count)
    return sg_restore_fail(r, "a leaf for the second time");
  SG_EACH (i, 0, run->left) {
    if (parts->seen[run->next + i - r->first])
      return sg_restore_fail(r, "a leaf for the second time");
    parts->seen[run->next + i - r->first] = true;
    parts->leaves[parts->count++] = run->next + i;
  }
  return sg_vm_poll(vm);
}

static bool read_params(sg_restorer *r, bool *first, optimizer_parts *parts) {
  sg_leaf_reader run;
  bool more = true;
  if (!next_key(r, "params", first) || !sg_restore_start_runs(r, &run)) return false;
  while (sg_restore_next_run(r, &run, &more) && more)
    if (!add_leaves(r, &run, parts)) return false;
  if (r->json.problem) return false;
  return parts->count > 0 || sg_restore_fail(r, "an optimizer without parameters");
}

static const sg_state_row *find_state(const sg_restorer *r, const sg_optimizer_row *row) {
  const sg_state_row *state = row->state;
  while (state->name && !text_is(r, state->name)) state++;
  return state;
}

static bool read_states(sg_restorer *r, bool *first, sg_optimizer *core) {
  bool first_state = true;
  sg_list *list;
  if (!next_key(r, "state", first) || !sg_json_take(&r->json, '{')) return false;
  while (sg_json_more(&r->json, '}', &first_state)) {
    if (!sg_json_key(&r->json, &r->text)) return false;
    const sg_state_row *row = find_state(r, core->row);
    if (!row->name) return sg_restore_fail(r, "there is no state of this name");
    if (!take_list(r, 1, &list)) return false;
    if (list->count != core->count) return sg_restore_fail(r, "too many numbers, or too few");
    double *state =
        sg_optimizer_make_state(core, r->stored->vm->memory, (uint32_t)(row - core->row->state));
    if (!state) return sg_vm_fail_memory(r->stored->vm);
    SG_EACH (i, 0, core->count) state[i] = sg_as_double(list->items[i]);
    if (!sg_vm_poll(r->stored->vm)) return false;
  }
  return !r->json.problem;
}

static bool read_optimizer(sg_restorer *r, bool *first, optimizer_parts *parts, sg_value *out) {
  if (!read_hypers(r, parts->row, first, &parts->hyper) || !read_rate(r, first, &parts->rate) ||
      !next_key(r, "steps", first) || !sg_json_whole(&r->json, &parts->steps) ||
      !read_own(r, first) || !read_params(r, first, parts))
    return false;
  sg_optimizer_object *o = sg_optimizer_new(r->stored->vm, parts->row, parts->leaves, parts->count);
  if (!o) return false;
  o->core.hyper = parts->hyper;
  o->core.steps = parts->steps;
  o->rate = parts->rate;
  *out = sg_object_value(o);
  return read_states(r, first, &o->core) && sg_restore_close(r, first);
}

static bool make_room(sg_restorer *r, optimizer_parts *parts) {
  sg_memory *memory = r->stored->vm->memory;
  parts->leaves = sg_allocate(memory, r->leaf_count * sizeof *parts->leaves);
  parts->seen = sg_allocate(memory, r->leaf_count * sizeof *parts->seen);
  if (parts->leaves && parts->seen && sg_fill(memory, parts->seen, 0, r->leaf_count)) return true;
  return sg_vm_fail_memory(r->stored->vm);
}

static void clear_room(sg_restorer *r, optimizer_parts *parts) {
  sg_memory *memory = r->stored->vm->memory;
  size_t count = r->leaf_count;
  sg_release(memory, parts->leaves, parts->leaves ? count * sizeof *parts->leaves : 0);
  sg_release(memory, parts->seen, parts->seen ? count * sizeof *parts->seen : 0);
}

bool sg_restore_optimizer(sg_restorer *r, bool *first, sg_value *out) {
  optimizer_parts parts = {.rate = SG_NONE};
  if (!sg_json_string(&r->json, &r->text)) return false;
  const char *name = sg_buffer_text(&r->text);
  parts.row = name ? sg_optimizer_find(name) : NULL;
  if (!parts.row) return sg_restore_fail(r, "there is no optimizer of this name");
  parts.hyper = sg_hyper_defaults(parts.row);
  if (!r->leaf_count) return sg_restore_fail(r, "an optimizer without parameters");
  bool ok = make_room(r, &parts) && read_optimizer(r, first, &parts, out);
  clear_room(r, &parts);
  return ok;
}
