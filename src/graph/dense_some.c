/* sgrad: the sweep of a dense layer over a batch where some outputs pass on no number.
 *
 * There d is -0.0: times a finite number that adds nothing. Only times inf or nan it would make a
 * nan: so what comes out nan is done again, with care.
 */
#include "base/interrupt.h"
#include "graph/dense.h"

/* ---- the parameters ---- */

static SG_VECTORISED bool has_nan(const double *x, size_t count) {
  uint64_t found = 0;
  for (size_t k = 0; k < count; k++) found |= x[k] != x[k];
  return found != 0;
}

/* The same sums, where d has a number alone. */
static void sum_with_care(const sg_layer *layer, const double *row, double *totals) {
  for (uint32_t k = 0; k < layer->shape.inputs; k++) {
    const double *x = layer->block->views[0].value + (size_t)k * layer->shape.samples;
    double sums[SG_LANES] = {0};
    for (uint32_t s = 0; s < layer->shape.samples; s++)
      if (!sg_is_unreached(row[s])) sums[s % SG_LANES] += row[s] * x[s];
    totals[k] = sg_add_lanes(sums);
  }
}

/* Adds what is a number. */
static SG_VECTORISED void add_numbers(double *grad, const double *more, const uint64_t *numbers,
                                      uint32_t count) {
  for (uint32_t k = 0; k < count; k++) {
    double number = more[k] + 0.;
    grad[k] += numbers[k] ? number : -0.;
  }
}

/* A neuron through which no number came gets none. */
static void add_neuron(const sg_layer *layer, uint32_t neuron, double *totals) {
  const double *row = layer->d + (size_t)neuron * layer->shape.samples;
  double *grad = layer->block->views[1].grad + (size_t)neuron * layer->stride;
  if (layer->neurons[neuron] == 0) return;
  if (has_nan(totals, layer->shape.inputs)) sum_with_care(layer, row, totals);
  sg_layer_add(grad, totals, layer->stride);
}

static bool sweep_parameters(const sg_layer *layer) {
  uint32_t outputs = layer->shape.outputs;
  if (!layer->block->views[1].grad) return true;
  sg_layer_make_rests(layer);
  sg_sums sums = sg_layer_sums(layer, layer->totals, SG_PUT);
  if (!sg_sums_make(&sums)) return false;
  for (uint32_t neuron = 0; neuron < outputs && !sg_interrupted; neuron++)
    add_neuron(layer, neuron, layer->totals + (size_t)neuron * layer->stride);
  return !sg_interrupted;
}

/* ---- x ---- */

static void multiply_with_care(const sg_layer *layer, uint32_t k, double *products) {
  const double *weight = layer->block->views[1].value + k, *row = layer->d;
  uint32_t samples = layer->shape.samples;
  for (uint32_t s = 0; s < samples; s++) products[s] = -0.;
  for (uint32_t neuron = 0; neuron < layer->shape.outputs; neuron++) {
    for (uint32_t s = 0; s < samples; s++)
      if (!sg_is_unreached(row[s])) products[s] += *weight * row[s];
    row += samples;
    weight += layer->stride;
  }
}

/* Samples through which no number came get none. */
static void add_feature(const sg_layer *layer, uint32_t k) {
  uint32_t samples = layer->shape.samples;
  double *products = layer->products + (size_t)k * samples;
  double *grad = layer->block->views[0].grad + (size_t)k * samples;
  if (has_nan(products, samples)) multiply_with_care(layer, k, products);
  add_numbers(grad, products, layer->numbers, samples);
}

static bool sweep_inputs(const sg_layer *layer) {
  if (!layer->block->views[0].grad) return true;
  sg_product product = sg_layer_product(layer, layer->products, SG_PUT);
  if (!sg_product_make(&product)) return false;
  for (uint32_t k = 0; k < layer->shape.inputs && !sg_interrupted; k++) add_feature(layer, k);
  return !sg_interrupted;
}

/* ---- what was reached by no number ---- */

static bool is_everywhere(const uint64_t *numbers, uint32_t count) {
  for (uint32_t k = 0; k < count; k++)
    if (numbers[k] == 0) return false;
  return true;
}

/* A bit for each of up to 64 numbers that is not 0. */
static SG_VECTORISED uint64_t find_present(const uint64_t *from, uint64_t count) {
  uint64_t bits = 0;
  for (uint64_t k = 0; k < count; k++) bits |= (uint64_t)(from[k] != 0) << k;
  return bits;
}

/* Where the outputs of a neuron were reached, by numbers or not; whether any was. */
static bool find_touched(const sg_layer *layer, uint32_t neuron) {
  uint32_t samples = layer->shape.samples;
  size_t from = (size_t)neuron * samples;
  uint64_t any = sg_layer_find_numbers(layer->block->g + from, layer->touched, samples);
  for (uint32_t s = 0; s < samples; s += 64) {
    sg_node first = layer->block->first + (sg_node)from + s;
    uint64_t bits = sg_sweep_skipped(layer->block->sweep, first, samples - s);
    layer->skipped[s / 64] |= bits;
    any |= bits;
  }
  return any != 0;
}

/* Parameters that no number reached, though their neuron was reached. */
static void skip_neurons(const sg_layer *layer) {
  uint32_t stride = layer->stride;
  memset(layer->touched, 0, layer->shape.samples * sizeof *layer->touched);
  memset(layer->skipped, 0, (layer->shape.samples / 64 + 1) * sizeof *layer->skipped);
  for (uint32_t neuron = 0; neuron < layer->shape.outputs; neuron++)
    if (find_touched(layer, neuron) && layer->neurons[neuron] == 0)
      sg_view_skip(layer->block, &layer->block->views[1], neuron * stride, stride, NULL);
}

/* Samples likewise. */
static void skip_samples(const sg_layer *layer) {
  uint32_t samples = layer->shape.samples;
  for (uint32_t s = 0; s < samples; s += 64) {
    uint32_t count = samples - s < 64 ? samples - s : 64;
    uint64_t touched = layer->skipped[s / 64] | find_present(layer->touched + s, count);
    layer->skipped[s / 64] = touched & ~find_present(layer->numbers + s, count);
  }
  for (uint32_t k = 0; k < layer->shape.inputs; k++)
    sg_view_skip(layer->block, &layer->block->views[0], k * samples, samples, layer->skipped);
}

static void skip_rest(const sg_layer *layer) {
  const sg_dense *s = &layer->shape;
  if (is_everywhere(layer->numbers, s->samples) && is_everywhere(layer->neurons, s->outputs))
    return;
  skip_neurons(layer);
  skip_samples(layer);
}

static void find_numbers(const sg_layer *layer) {
  const sg_dense *s = &layer->shape;
  memset(layer->numbers, 0, s->samples * sizeof *layer->numbers);
  for (uint32_t neuron = 0; neuron < s->outputs; neuron++) {
    const double *row = layer->d + (size_t)neuron * s->samples;
    layer->neurons[neuron] = sg_layer_find_numbers(row, layer->numbers, s->samples);
  }
}

bool sg_layer_sweep_some(const sg_layer *layer) {
  find_numbers(layer);
  if (!sweep_parameters(layer) || !sweep_inputs(layer)) return false;
  skip_rest(layer);
  return true;
}
