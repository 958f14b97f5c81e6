/* sgrad: dense layers as objects: neurons, weights and biases by name. */
#include "base/interrupt.h"
#include "builtins/argument.h"
#include "builtins/nn/argument.h"
#include "builtins/nn/model.h"

sg_dense_model *sg_find_dense(sg_value v) {
  sg_dense_model *found = sg_find_native(v, &sg_layer_class);
  return found ? found : sg_find_native(v, &sg_neuron_class);
}

sg_dense_model *sg_dense_model_new(sg_vm *vm, const char *maker, sg_layer layer) {
  bool is_neuron = strcmp(maker, "neuron") == 0;
  sg_dense_model *model = sg_native_new(vm, is_neuron ? &sg_neuron_class : &sg_layer_class);
  if (!model) {
    sg_vm_fail_memory(vm);
    return NULL;
  }
  model->base.maker = maker;
  model->layer = layer;
  return model;
}

/* ---- fields ---- */

typedef enum field {
  FIELD_W,
  FIELD_B,
  FIELD_NIN,
  FIELD_NOUT,
  FIELD_ACT,
  FIELD_TRAINING,
  FIELD_WEIGHT,
  FIELD_BIAS,
  FIELD_NEURONS,
  FIELD_END
} field;

/* In the order of the enum; a neuron ends before "weight". */
static const char *const layer_fields[] = {"w",        "b",      "nin",  "nout",    "act",
                                           "training", "weight", "bias", "neurons", NULL};
static const char *const neuron_fields[] = {"w", "b", "nin", "nout", "act", "training", NULL};

static field find_field(const sg_native *native, const char *name) {
  const char *const *names = native->class->fields;
  for (int i = 0; names[i]; i++)
    if (strcmp(names[i], name) == 0) return (field)i;
  return FIELD_END;
}

static bool is_neuron(const sg_dense_model *model) {
  return model->base.head.class == &sg_neuron_class;
}

/* An empty list whose items, once appended, set data. */
static sg_list *new_owned(sg_vm *vm, uint32_t count) {
  sg_list *list = sg_list_new(&vm->heap, count);
  if (list) list->owned = true;
  return list;
}

/* `count` leaves, `stride` apart. */
static bool give_leaves(sg_vm *vm, sg_node first, uint32_t count, uint32_t stride, sg_value *out) {
  sg_list *list = new_owned(vm, count);
  if (!list) return sg_vm_fail_memory(vm);
  SG_EACH (i, 0, count) sg_list_set(list, list->count++, sg_node_value(first + i * stride));
  *out = sg_object_value(list);
  return sg_vm_poll(vm);
}

/* A list with an item for each neuron, as `give` makes it. */
static bool give_each(sg_vm *vm, const sg_dense_model *model,
                      bool (*give)(sg_vm *vm, const sg_dense_model *model, uint32_t k,
                                   sg_value *out),
                      sg_value *out) {
  uint32_t count = model->layer.outputs;
  sg_list *list = new_owned(vm, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t k = 0; k < count; k++) {
    sg_value item;
    if (!give(vm, model, k, &item)) return false;
    sg_list_set(list, list->count++, item);
  }
  *out = sg_object_value(list);
  return true;
}

static bool give_row(sg_vm *vm, const sg_dense_model *model, uint32_t k, sg_value *out) {
  sg_layer neuron = sg_layer_neuron(&model->layer, k);
  return give_leaves(vm, neuron.first, neuron.inputs, 1, out);
}

static bool give_neuron(sg_vm *vm, const sg_dense_model *model, uint32_t k, sg_value *out) {
  sg_dense_model *neuron = sg_dense_model_new(vm, "neuron", sg_layer_neuron(&model->layer, k));
  if (!neuron) return false;
  neuron->base.training = model->base.training;
  *out = sg_object_value(neuron);
  return true;
}

static bool give_bias(sg_vm *vm, const sg_dense_model *model, sg_value *out) {
  const sg_layer *layer = &model->layer;
  *out = SG_NONE;
  if (!layer->has_bias) return true;
  sg_node first = layer->first + layer->inputs;
  if (!is_neuron(model)) return give_leaves(vm, first, layer->outputs, sg_layer_stride(layer), out);
  *out = sg_node_value(first);
  return true;
}

static bool give_text(sg_vm *vm, const char *text, sg_value *out) {
  return sg_give_text(vm, text, strlen(text), out);
}

static bool get_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out, bool *found) {
  const sg_dense_model *model = (const sg_dense_model *)native;
  field which = find_field(native, name);
  *found = which != FIELD_END;
  switch (which) {
  case FIELD_W:
  case FIELD_WEIGHT:
    return is_neuron(model) ? give_row(vm, model, 0, out) : give_each(vm, model, give_row, out);
  case FIELD_B:
  case FIELD_BIAS: return give_bias(vm, model, out);
  case FIELD_NEURONS: return give_each(vm, model, give_neuron, out);
  case FIELD_ACT: return give_text(vm, sg_activation_name(model->layer.activation), out);
  case FIELD_NIN: *out = sg_number(model->layer.inputs); return true;
  case FIELD_NOUT: *out = sg_number(model->layer.outputs); return true;
  case FIELD_TRAINING: *out = sg_bool(model->base.training); return true;
  case FIELD_END: break;
  }
  return true;
}

static bool set_parameters(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check) {
  sg_value leaves;
  bool found;
  if (!get_field(vm, native, name, &leaves, &found)) return false;
  if (sg_is_none(leaves)) return sg_vm_fail(vm, "this layer was made without a bias");
  return sg_vm_set_owned(vm, leaves, v, check);
}

static bool set_activation(sg_vm *vm, sg_dense_model *model, sg_value v, bool check) {
  sg_activation activation;
  if (!sg_read_activation(vm, ".act", v, &activation)) return false;
  if (!check) model->layer.activation = activation;
  return true;
}

static bool set_field(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check,
                      bool *found) {
  sg_dense_model *model = (sg_dense_model *)native;
  field which = find_field(native, name);
  *found = which != FIELD_END;
  switch (which) {
  case FIELD_W:
  case FIELD_B:
  case FIELD_WEIGHT:
  case FIELD_BIAS: return set_parameters(vm, native, name, v, check);
  case FIELD_ACT: return set_activation(vm, model, v, check);
  case FIELD_TRAINING: return sg_set_training(vm, &model->base, v, check);
  case FIELD_END: return true;
  default: return sg_vm_fail(vm, "the .%s of a model cannot be set", name);
  }
}

/* ---- what the class adds ---- */

static bool visit_numbers(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context) {
  const sg_layer *layer = &((sg_dense_model *)native)->layer;
  (void)vm;
  return visit(context, layer->first, sg_layer_count(layer));
}

static int name_number(const sg_native *native, uint32_t k, char *out, size_t size) {
  const sg_dense_model *model = (const sg_dense_model *)native;
  int written = sg_layer_parameter_name(&model->layer, k, out, size);
  if (!is_neuron(model) || written < 0 || (size_t)written >= size) return written;
  const char *own = strchr(out, '.') + 1;
  memmove(out, own, strlen(own) + 1);
  return written - (int)(own - out);
}

static bool is_same(const sg_native *a, const sg_native *b) {
  const sg_layer *one = &((const sg_dense_model *)a)->layer;
  const sg_layer *other = &((const sg_dense_model *)b)->layer;
  return one->first == other->first && one->outputs == other->outputs;
}

static void trace_layer(sg_trace *trace, sg_native *native) {
  sg_layer *layer = &((sg_dense_model *)native)->layer;
  sg_trace_nodes(trace, &layer->first, sg_layer_count(layer));
}

#define DENSE_CLASS(names)                                                                         \
  {                                                                                                \
    .phrase = "a model", .size = sizeof(sg_dense_model), .call = &sg_model_call,                   \
    .fields = (names), .field = get_field, .set_field = set_field, .text = sg_model_text,          \
    .numbers = visit_numbers, .number_name = name_number, .equal = is_same, .copy = sg_model_copy, \
    .trace = trace_layer                                                                           \
  }

const sg_native_class sg_layer_class = DENSE_CLASS(layer_fields);
const sg_native_class sg_neuron_class = DENSE_CLASS(neuron_fields);
