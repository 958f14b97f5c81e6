/* sgrad: the sweep of a dense layer of one sample. There is nothing to sum over: neurons without a
 * number are left out, and no care is needed. */
#include "base/error.h"
#include "graph/dense.h"

enum { POLL_EVERY = 64 }; /* neurons between looks at sg_interrupted */

static SG_VECTORISED void add_scaled(double *restrict to, const double *restrict x, double scale,
                                     uint32_t count) {
  for (uint32_t k = 0; k < count; k++) to[k] += x[k] * scale + 0.;
}

/* What a product of -0.0 would be there stays as it is. */
static SG_VECTORISED void add_products(double *restrict to, const double *restrict x, double scale,
                                       uint32_t count) {
  for (uint32_t k = 0; k < count; k++) to[k] += x[k] * scale;
}

static void sweep_neuron(const sg_layer *layer, uint32_t neuron) {
  const sg_view *x = &layer->block->views[0], *parameters = &layer->block->views[1];
  uint32_t inputs = layer->shape.inputs;
  size_t from = (size_t)neuron * layer->stride;
  double passed = layer->d[neuron];
  if (x->grad) add_products(layer->products, parameters->value + from, passed, inputs);
  if (!parameters->grad) return;
  add_scaled(parameters->grad + from, x->value, passed, inputs);
  if (layer->shape.has_bias) parameters->grad[from + inputs] += passed;
}

/* Neurons in a row are skipped at once. */
static void skip_single(const sg_layer *layer, bool any) {
  uint32_t stride = layer->stride, touched = 0, start = 0;
  for (uint32_t neuron = 0; neuron <= layer->shape.outputs; neuron++) {
    bool skips = neuron < layer->shape.outputs && layer->neurons[neuron] == 0 &&
                 sg_shaped_is_touched(layer->block, neuron);
    touched += skips;
    if (skips) continue;
    if (start < neuron)
      sg_view_skip(layer->block, &layer->block->views[1], start * stride, (neuron - start) * stride,
                   NULL);
    start = neuron + 1;
  }
  if (touched > 0 && !any)
    sg_view_skip(layer->block, &layer->block->views[0], 0, layer->shape.inputs, NULL);
}

bool sg_layer_sweep_single(const sg_layer *layer) {
  const sg_dense *s = &layer->shape;
  double *grad = layer->block->views[0].grad;
  memset(layer->neurons, 0, s->outputs * sizeof *layer->neurons);
  bool any = sg_layer_find_numbers(layer->d, layer->neurons, s->outputs) != 0;
  for (uint32_t k = 0; grad && k < s->inputs; k++) layer->products[k] = -0.;
  for (uint32_t neuron = 0; neuron < s->outputs; neuron++) {
    if (neuron % POLL_EVERY == 0 && sg_interrupted) return false;
    if (layer->neurons[neuron] != 0) sweep_neuron(layer, neuron);
  }
  if (any && grad) sg_layer_add(grad, layer->products, s->inputs);
  skip_single(layer, any);
  return true;
}
