/* sgrad: dense layers: activations by name, leaves, the names of parameters. */
#include "nn/layer.h"

#include "base/interrupt.h"

#include <stdio.h>

/* Rows with two operands, with what their functions take for the second unless told. */
static const sg_activation with_constant[] = {{SG_OP_LEAKY_RELU, 0.01}, {SG_OP_ELU, 1}};

/* Rows with one operand that are not functions of the language of that name. */
static const sg_op no_functions[] = {SG_OP_NEGATE, SG_OP_WHERE};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_activation(sg_op op) {
  const sg_op_info *info = sg_op_get(op);
  for (size_t i = 0; i < COUNT(with_constant); i++)
    if (with_constant[i].op == op) return true;
  for (size_t i = 0; i < COUNT(no_functions); i++)
    if (no_functions[i] == op) return false;
  return info->arity == 1 && !info->hidden;
}

const char *sg_activation_get(uint32_t k) {
  for (int op = 0; op < SG_OP_COUNT; op++)
    if (is_activation((sg_op)op) && k-- == 0) return sg_op_get((sg_op)op)->name;
  return NULL;
}

bool sg_activation_from(sg_op op, sg_activation *out) {
  if (!is_activation(op)) return false;
  *out = (sg_activation){op, 0};
  for (size_t i = 0; i < COUNT(with_constant); i++)
    if (with_constant[i].op == op) *out = with_constant[i];
  return true;
}

bool sg_activation_find(const char *name, sg_activation *out) {
  for (int op = 0; op < SG_OP_COUNT; op++)
    if (strcmp(sg_op_get((sg_op)op)->name, name) == 0 && sg_activation_from((sg_op)op, out))
      return true;
  return false;
}

const char *sg_activation_name(sg_activation activation) { return sg_op_get(activation.op)->name; }

bool sg_layer_fits(const sg_layer *layer) {
  return ((uint64_t)layer->inputs + 1) * layer->outputs < SG_NODE_LIMIT / 2;
}

bool sg_layer_make(sg_tape *tape, sg_layer *layer, const double *values) {
  uint32_t count = sg_layer_count(layer);
  if (!sg_tape_reserve(tape, count)) return false;
  layer->first = tape->count;
  SG_EACH (i, 0, count) sg_tape_push(tape, SG_OP_LEAF, 0, 0, values[i]);
  if (!sg_gave_up(count)) return true;
  tape->count = layer->first;
  return false;
}

sg_layer sg_layer_neuron(const sg_layer *layer, uint32_t k) {
  sg_layer neuron = *layer;
  neuron.outputs = 1;
  neuron.first += k * sg_layer_stride(layer);
  return neuron;
}

int sg_layer_parameter_name(const sg_layer *layer, uint32_t k, char *out, size_t size) {
  unsigned neuron = k / sg_layer_stride(layer), i = k % sg_layer_stride(layer);
  if (i == layer->inputs) return snprintf(out, size, "neurons[%u].b", neuron);
  return snprintf(out, size, "neurons[%u].w[%u]", neuron, i);
}
