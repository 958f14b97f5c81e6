/* sgrad: models as text: in one line, as they are made; in several, a line a layer. */
#include "builtins/nn/model.h"
#include "runtime/code.h"

#include "base/utf8.h"

#include <stdio.h>

enum { SOURCE_SHOWN = 30 }; /* code points of a function's source */

/* ---- in one line ---- */

static void add_activation(sg_buffer *out, const char *name, sg_activation activation,
                           const char *unless) {
  const char *text = sg_activation_name(activation);
  if (strcmp(text, unless) != 0) sg_buffer_printf(out, ", %s=\"%s\"", name, text);
}

static void add_dense(sg_buffer *out, const sg_dense_model *model) {
  const sg_layer *layer = &model->layer;
  const char *maker = model->base.maker;
  sg_buffer_printf(out, "%s(%u", maker, (unsigned)layer->inputs);
  if (strcmp(maker, "neuron") != 0) sg_buffer_printf(out, ", %u", (unsigned)layer->outputs);
  if (!layer->has_bias) sg_buffer_puts(out, ", bias=false");
  bool is_linear = strcmp(maker, "linear") == 0;
  add_activation(out, "act", layer->activation, is_linear ? "identity" : "relu");
  sg_buffer_putc(out, ')');
}

static bool is_mlp(const sg_chain *chain) { return strcmp(chain->base.maker, "mlp") == 0; }

static void add_mlp(sg_buffer *out, const sg_chain *chain) {
  const sg_layer *last = &sg_find_dense(chain->stages[chain->count - 1])->layer;
  sg_buffer_printf(out, "mlp(%u, [", (unsigned)chain->inputs);
  for (uint32_t i = 0; i < chain->count; i++)
    sg_buffer_printf(out, i ? ", %u" : "%u",
                     (unsigned)sg_find_dense(chain->stages[i])->layer.outputs);
  sg_buffer_putc(out, ']');
  if (chain->count > 1)
    add_activation(out, "act", sg_find_dense(chain->stages[0])->layer.activation, "relu");
  add_activation(out, "out", last->activation, "identity");
  sg_buffer_putc(out, ')');
}

static bool add_chain(sg_vm *vm, sg_buffer *out, const sg_chain *chain) {
  if (is_mlp(chain)) {
    add_mlp(out, chain);
    return true;
  }
  sg_buffer_printf(out, "%s(", chain->base.maker);
  for (uint32_t i = 0; i < chain->count; i++) {
    if (i) sg_buffer_puts(out, ", ");
    if (!sg_vm_poll(vm) || !sg_stage_text(vm, out, chain->stages[i])) return false;
  }
  sg_buffer_putc(out, ')');
  return true;
}

static bool add_brief(sg_vm *vm, sg_buffer *out, sg_value model) {
  char text[SG_NUMBER_SIZE];
  const sg_dense_model *dense = sg_find_dense(model);
  const sg_dropout *dropout = sg_find_dropout(model);
  if (dense)
    add_dense(out, dense);
  else if (dropout)
    sg_buffer_printf(out, "dropout(%s)", sg_number_text(text, dropout->p));
  else
    return add_chain(vm, out, sg_find_chain(model));
  return true;
}

/* Its name, or the beginning of its source. */
static void add_function(sg_buffer *out, const sg_function *function) {
  const sg_code *code = function->code;
  if (code->name && code->name->bytes) {
    sg_buffer_puts(out, code->name->text);
    return;
  }
  const char *text = code->source->text + code->span.start;
  size_t bytes = code->span.end - code->span.start, shown = 0;
  for (int i = 0; i < SOURCE_SHOWN && shown < bytes && text[shown] != '\n'; i++) {
    uint32_t point;
    shown += sg_utf8_decode(text + shown, bytes - shown, &point);
  }
  sg_buffer_add(out, text, shown);
  if (shown < bytes) sg_buffer_puts(out, "...");
}

bool sg_stage_text(sg_vm *vm, sg_buffer *out, sg_value stage) {
  if (sg_find_model(stage)) return add_brief(vm, out, stage);
  if (sg_is_kind(stage, SG_FUNCTION))
    add_function(out, sg_as_function(stage));
  else if (sg_is_kind(stage, SG_BUILTIN))
    sg_buffer_puts(out, sg_as_bound(stage)->builtin->name);
  else
    sg_buffer_puts(out, sg_type_name(stage));
  return true;
}

const char *sg_model_describe(sg_vm *vm, const sg_native *native, char *out, size_t size) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_model_text(vm, &text, native, true) && !text.failed;
  snprintf(out, size, "%.*s", ok ? (int)text.count : 5, ok ? text.items : "model");
  sg_buffer_clear(&text);
  return out;
}

/* ---- a line a layer ---- */

static int at_least(int width, int other) { return width > other ? width : other; }

typedef struct widths {
  int place, inputs, outputs, what, parameters;
} widths;

/* What stands in the column before the parameters: an activation, or what the stage is. */
static bool add_what(sg_vm *vm, sg_buffer *out, sg_value stage) {
  const sg_dense_model *dense = sg_find_dense(stage);
  if (!dense) return sg_stage_text(vm, out, stage);
  sg_buffer_puts(out, sg_activation_name(dense->layer.activation));
  if (!dense->layer.has_bias) sg_buffer_puts(out, ", no bias");
  return true;
}

static bool measure(sg_vm *vm, const sg_chain *chain, widths *w) {
  sg_buffer what;
  *w = (widths){.place = sg_number_digits(chain->count - 1)};
  sg_buffer_init(&what, vm->memory);
  bool ok = true;
  for (uint32_t i = 0; ok && i < chain->count; i++) {
    sg_value stage = chain->stages[i];
    const sg_dense_model *dense = sg_find_dense(stage);
    sg_buffer_clear(&what);
    ok = sg_vm_poll(vm) && add_what(vm, &what, stage) && (!what.failed || sg_vm_fail_memory(vm));
    if (sg_stage_parameters(stage)) w->what = at_least(w->what, (int)what.count);
    w->parameters = at_least(w->parameters, sg_number_digits(sg_stage_parameters(stage)));
    if (!dense) continue;
    w->inputs = at_least(w->inputs, sg_number_digits(dense->layer.inputs));
    w->outputs = at_least(w->outputs, sg_number_digits(dense->layer.outputs));
  }
  sg_buffer_clear(&what);
  return ok;
}

static void pad_from(sg_buffer *out, uint32_t start, int width) {
  uint32_t used = out->count - start;
  sg_buffer_pad(out, ' ', used < (uint32_t)width ? (uint32_t)width - used : 0);
}

static void add_shape(sg_buffer *out, const sg_dense_model *dense, const widths *w) {
  if (dense)
    sg_buffer_printf(out, "%*u -> %-*u  ", w->inputs, (unsigned)dense->layer.inputs, w->outputs,
                     (unsigned)dense->layer.outputs);
  else if (w->inputs)
    sg_buffer_pad(out, ' ', (size_t)(w->inputs + w->outputs) + 6);
}

static bool add_line(sg_vm *vm, sg_buffer *out, const sg_chain *chain, uint32_t i,
                     const widths *w) {
  sg_value stage = chain->stages[i];
  uint32_t parameters = sg_stage_parameters(stage), start = out->count;
  sg_buffer_printf(out, "\n  layers[%u]", (unsigned)i);
  pad_from(out, start, w->place + 13);
  add_shape(out, sg_find_dense(stage), w);
  start = out->count;
  if (!sg_vm_poll(vm) || !add_what(vm, out, stage)) return false;
  if (!parameters) return true;
  pad_from(out, start, w->what);
  sg_buffer_printf(out, "  %*u", w->parameters, (unsigned)parameters);
  return true;
}

static void add_count(sg_buffer *out, uint32_t parameters) {
  sg_buffer_printf(out, "%u parameter%s", (unsigned)parameters, parameters == 1 ? "" : "s");
}

static void add_dense_line(sg_buffer *out, const sg_dense_model *model) {
  const sg_layer *layer = &model->layer;
  sg_buffer_printf(out, ": %u -> %u, %s, ", (unsigned)layer->inputs, (unsigned)layer->outputs,
                   sg_activation_name(layer->activation));
  add_count(out, sg_layer_count(layer));
}

static bool count_run(void *context, sg_node first, uint32_t count) {
  (void)first;
  *(uint32_t *)context += count;
  return true;
}

bool sg_model_text(sg_vm *vm, sg_buffer *out, const sg_native *native, bool brief) {
  sg_value model = sg_object_value(native);
  const sg_chain *chain = sg_find_chain(model);
  const sg_dense_model *dense = sg_find_dense(model);
  uint32_t parameters = 0;
  widths w;
  if (!add_brief(vm, out, model)) return false;
  if (!brief && dense) add_dense_line(out, dense);
  if (brief || !chain) return true;
  sg_buffer_puts(out, ": ");
  if (!sg_native_leaves(vm, sg_as_native(model), count_run, &parameters) || !measure(vm, chain, &w))
    return false;
  add_count(out, parameters);
  for (uint32_t i = 0; i < chain->count; i++)
    if (!add_line(vm, out, chain, i, &w)) return false;
  return true;
}
