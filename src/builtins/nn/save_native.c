/* sgrad: models and optimizers taken apart for save. */
#include "builtins/nn/model.h"
#include "builtins/nn/optimizer.h"
#include "builtins/nn/save.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- models ---- */

/* Those of one layer of a model that have no numbers yet get them one after another. */
static bool number_layer(sg_saver *s, const sg_layer *layer) {
  uint32_t number;
  if (sg_save_find_leaf(s, layer->first, &number)) return true;
  for (uint32_t i = 0; i < sg_layer_count(layer); i++)
    if (!sg_poll_at(s->vm, i) || !sg_save_add_leaf(s, layer->first + i)) return false;
  return true;
}

static bool number_stage(sg_saver *s, sg_value stage, const sg_native_class *class) {
  const sg_dense_model *dense = sg_find_dense(stage);
  const sg_chain *chain = sg_find_chain(stage);
  if (!sg_vm_poll(s->vm)) return false;
  if (dense) return dense->base.head.class != class || number_layer(s, &dense->layer);
  for (uint32_t i = 0; chain && i < chain->count; i++)
    if (!number_stage(s, chain->stages[i], class)) return false;
  return true;
}

/* Gives up on what lies too deep: a list that contains itself twice has too many ways down. */
static bool number_models(sg_saver *s, sg_value v, const sg_native_class *class, uint32_t depth) {
  const sg_list *list = sg_is_list(v) && !sg_as_list(v)->plain ? sg_as_list(v) : NULL;
  const sg_record *record = sg_is_record(v) ? sg_as_record(v) : NULL;
  uint32_t count = list ? list->count : record ? record->count : 0;
  const sg_value *items = list ? list->items : record ? record->values : NULL;
  if (sg_is_native(v)) return number_stage(s, v, class);
  if (depth == SG_STORE_DEPTH + SG_TENSOR_DIMENSIONS) return sg_save_fail_depth(s);
  for (uint32_t i = 0; i < count; i++) {
    if (!sg_poll_at(s->vm, i)) return false;
    if (sg_is_object(items[i]) && !number_models(s, items[i], class, depth + 1)) return false;
  }
  return sg_vm_poll(s->vm);
}

/* Layers first, then the neurons that are not theirs. */
bool sg_save_number_models(sg_saver *s, sg_value v) {
  return number_models(s, v, &sg_layer_class, 0) && number_models(s, v, &sg_neuron_class, 0);
}

static void add_training(sg_saver *s, const sg_model *model) {
  sg_buffer_printf(&s->note, ",\"training\":%s", model->training ? "true" : "false");
}

static bool save_bias(sg_saver *s, const sg_layer *layer) {
  uint64_t size = layer->outputs;
  sg_tensor_source source = {.kind = SG_SOURCE_BIAS, .layer = layer};
  if (layer->has_bias) return sg_save_part(s, "bias", source, &size, 1);
  sg_buffer_puts(&s->note, "null");
  return true;
}

static bool save_dense(sg_saver *s, const sg_dense_model *model) {
  const sg_layer *layer = &model->layer;
  uint32_t number = 0;
  uint64_t sizes[] = {layer->outputs, layer->inputs};
  sg_tensor_source source = {.kind = SG_SOURCE_WEIGHT, .layer = layer};
  sg_buffer_puts(&s->note, ",\"weight\":");
  if (!sg_save_part(s, "weight", source, sizes, 2)) return false;
  sg_buffer_puts(&s->note, ",\"bias\":");
  if (!save_bias(s, layer)) return false;
  sg_buffer_printf(&s->note, ",\"act\":\"%s\"", sg_activation_name(layer->activation));
  add_training(s, &model->base);
  sg_save_find_leaf(s, layer->first, &number);
  sg_buffer_printf(&s->note, ",\"at\":%u}", (unsigned)number);
  return true;
}

static bool save_chain(sg_saver *s, const sg_chain *chain) {
  sg_buffer_puts(&s->note, ",\"layers\":");
  if (!sg_save_stages(s, chain->stages, chain->count)) return false;
  add_training(s, &chain->base);
  sg_buffer_putc(&s->note, '}');
  return true;
}

static bool save_dropout(sg_saver *s, const sg_dropout *dropout) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_printf(&s->note, ",\"p\":%s", sg_number_text(text, dropout->p));
  add_training(s, &dropout->base);
  sg_buffer_putc(&s->note, '}');
  return true;
}

static bool save_model(sg_saver *s, sg_model *model) {
  sg_value v = sg_object_value(model);
  const sg_dense_model *dense = sg_find_dense(v);
  const sg_chain *chain = sg_find_chain(v);
  sg_buffer_printf(&s->note, "{\"model\":\"%s\"", model->maker);
  if (dense) return save_dense(s, dense);
  return chain ? save_chain(s, chain) : save_dropout(s, sg_find_dropout(v));
}

/* ---- optimizers ---- */

static void add_hyper(sg_saver *s, sg_optimizer_object *o, const sg_hyper_row *row) {
  char first[SG_NUMBER_SIZE], second[SG_NUMBER_SIZE];
  sg_hyper *hyper = &o->core.hyper;
  const double *numbers = sg_hyper_numbers(hyper, row);
  sg_buffer_printf(&s->note, "\"%s\":", row->name);
  if (row->kind == SG_HYPER_FLAG)
    sg_buffer_puts(&s->note, *sg_hyper_flag(hyper, row) ? "true" : "false");
  else if (row->kind == SG_HYPER_PAIR)
    sg_buffer_printf(&s->note, "[%s,%s]", sg_number_text(first, numbers[0]),
                     sg_number_text(second, numbers[1]));
  else
    sg_buffer_puts(&s->note, sg_number_text(first, *numbers));
}

/* The leaves that have no number yet, which are then the file's own: a list, or NULL if there are
 * none. */
static bool gather_own(sg_saver *s, const sg_optimizer *core, sg_list **own) {
  uint32_t number;
  *own = NULL;
  for (uint32_t r = 0; r < core->runs.count; r++)
    for (uint32_t i = 0; i < core->runs.items[r].count; i++) {
      sg_node leaf = core->runs.items[r].first + i;
      if (!sg_poll_at(s->vm, i)) return false;
      if (sg_save_find_leaf(s, leaf, &number)) continue;
      if (!*own && !(*own = sg_list_new(&s->vm->heap, 0))) return sg_vm_fail_memory(s->vm);
      if (!sg_save_add_leaf(s, leaf) || !sg_add_item(s->vm, *own, sg_node_value(leaf)))
        return false;
    }
  return sg_vm_poll(s->vm);
}

static bool save_own(sg_saver *s, const sg_optimizer *core) {
  sg_list *own;
  uint32_t from = s->leaf_count;
  if (!gather_own(s, core, &own)) return false;
  sg_buffer_puts(&s->note, ",\"own\":");
  if (!own) {
    sg_buffer_puts(&s->note, "null,\"from\":0");
    return true;
  }
  uint64_t size = own->count;
  sg_tensor_source source = {.kind = SG_SOURCE_VALUE, .value = sg_object_value(own)};
  if (!sg_save_part(s, "params", source, &size, 1)) return false;
  sg_buffer_printf(&s->note, ",\"from\":%u", (unsigned)from);
  return true;
}

static bool save_params(sg_saver *s, const sg_optimizer *core) {
  sg_leaf_numbers runs = {.some = false};
  uint32_t number = 0;
  sg_buffer_puts(&s->note, ",\"params\":[");
  for (uint32_t r = 0; r < core->runs.count; r++)
    for (uint32_t i = 0; i < core->runs.items[r].count; i++) {
      if (!sg_poll_at(s->vm, i)) return false;
      sg_save_find_leaf(s, core->runs.items[r].first + i, &number);
      sg_save_run(s, &runs, number);
    }
  sg_save_end_runs(s, &runs);
  sg_buffer_putc(&s->note, ']');
  return true;
}

static bool save_states(sg_saver *s, const sg_optimizer *core) {
  const char *separator = "";
  char part[64];
  uint64_t size = core->count;
  sg_buffer_puts(&s->note, ",\"state\":{");
  for (uint32_t k = 0; core->row->state[k].name; k++) {
    if (!core->state[k]) continue;
    sg_tensor_source source = {
        .kind = SG_SOURCE_NUMBERS, .numbers = core->state[k], .count = core->count};
    snprintf(part, sizeof part, "state.%s", core->row->state[k].name);
    sg_buffer_printf(&s->note, "%s\"%s\":", separator, core->row->state[k].name);
    if (!sg_save_part(s, part, source, &size, 1)) return false;
    separator = ",";
  }
  sg_buffer_putc(&s->note, '}');
  return true;
}

static bool save_optimizer(sg_saver *s, sg_optimizer_object *o) {
  const sg_optimizer *core = &o->core;
  sg_buffer_printf(&s->note, "{\"optimizer\":\"%s\",\"hyper\":{", core->row->name);
  for (const sg_hyper_row *row = core->row->hyper; row->name; row++) {
    if (row != core->row->hyper) sg_buffer_putc(&s->note, ',');
    add_hyper(s, o, row);
  }
  sg_buffer_puts(&s->note, "},\"rate\":");
  if (!sg_save_rate(s, o->rate)) return false;
  sg_buffer_printf(&s->note, ",\"steps\":%" PRIu64, core->steps);
  if (!save_own(s, core) || !save_params(s, core) || !save_states(s, core)) return false;
  sg_buffer_putc(&s->note, '}');
  return true;
}

bool sg_save_native(sg_saver *s, sg_native *native) {
  sg_model *model = sg_find_model(sg_object_value(native));
  sg_optimizer_object *optimizer = sg_find_optimizer(sg_object_value(native));
  if (model) return save_model(s, model);
  return optimizer ? save_optimizer(s, optimizer) : sg_save_fail(s, native->class->phrase);
}
