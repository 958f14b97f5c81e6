/* sgrad: the kernels of dense layers: activation(bias + weights * x) over a batch, and its sweep.
 *
 * In the sweep d holds what reaches each sum before its activation, row by row as the outputs, each
 * row filled up with -0.0 to whole groups of lanes. Where nothing reaches, because an output was
 * not reached or its activation did not select it, d is -0.0 too: times a finite number that adds
 * nothing. Only times inf or nan it would make a nan: so what comes out nan is done again, with
 * care.
 */
#include "graph/product.h"
#include "graph/rows.h"
#include "graph/shaped_block.h"

enum { POLL_EVERY = 64 }; /* neurons between looks at sg_interrupted */

static const double no_number = -0.;

static uint32_t get_stride(const sg_dense *shape) { return shape->inputs + shape->has_bias; }

bool sg_dense_value(const sg_shaped_work *work) {
  const sg_dense *shape = &work->shape.dense;
  uint32_t stride = get_stride(shape);
  sg_product product = {.rows = shape->outputs,
                        .depth = shape->inputs,
                        .columns = shape->samples,
                        .a = work->x[1],
                        .a_row = stride,
                        .a_depth = 1,
                        .b = work->x[0],
                        .b_row = shape->samples,
                        .start = shape->has_bias ? work->x[1] + shape->inputs : &no_number,
                        .start_row = shape->has_bias ? stride : 0,
                        .c = work->y};
  if (!sg_product_make(&product)) return false;
  if (work->kept && sg_rows_needs_operand(shape->activation))
    memcpy(work->kept, work->y, work->outputs * sizeof *work->y);
  return shape->activation == SG_OP_IDENTITY ||
         sg_rows_activate(shape->activation, shape->constant, work->y, work->y, work->outputs);
}

/* What the sweep works with, laid out in scratch. */
typedef struct dense {
  const sg_shaped_block *block;
  sg_dense shape;
  size_t row;        /* from one row of d to the next */
  double *d;         /* [outputs][row] */
  uint64_t *numbers; /* [samples] 0 where no output passes on a number */
  uint64_t *neurons; /* [outputs] the same for each row of d */
  uint64_t *touched; /* [samples] 0 where no number reached an output */
  uint64_t *skipped; /* [samples / 64, rounded up] bits where an output was not selected */
  double *rest;      /* [inputs][8] the last columns of x, as sg_sums wants them */
  double *totals;    /* [SG_SUM_ROWS][inputs] */
  double *products;  /* [inputs][samples] what x gets */
} dense;

static size_t count_rest(const sg_dense *shape) {
  return shape->samples % SG_LANES != 0 ? (size_t)shape->inputs * SG_LANES : 0;
}

static size_t count_products(const sg_record *record, const sg_dense *shape) {
  bool wanted = record->vectors[0].kind != SG_VECTOR_DATA;
  return wanted ? (size_t)shape->inputs * shape->samples : 0;
}

size_t sg_dense_scratch(const sg_record *record, const sg_shape *shape) {
  const sg_dense *s = &shape->dense;
  size_t flags = 2 * (size_t)s->samples + s->outputs + s->samples / 64 + 1;
  return s->outputs * sg_lanes_up(s->samples) + flags + count_rest(s) +
         (size_t)SG_SUM_ROWS * s->inputs + count_products(record, s);
}

static void lay_out(dense *d, const sg_shaped_block *block) {
  const sg_dense *s = &block->shape.dense;
  *d = (dense){.block = block, .shape = *s, .row = sg_lanes_up(s->samples), .d = block->scratch};
  d->numbers = (uint64_t *)(d->d + s->outputs * d->row);
  d->neurons = d->numbers + s->samples;
  d->touched = d->neurons + s->outputs;
  d->skipped = d->touched + s->samples;
  d->rest = (double *)(d->skipped + s->samples / 64 + 1);
  d->totals = d->rest + count_rest(s);
  d->products = d->totals + (size_t)SG_SUM_ROWS * s->inputs;
}

/* ---- d ---- */

static inline uint64_t get_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* Notes where the row has numbers; whether there are any. */
static SG_VECTORISED uint64_t find_numbers(const double *row, uint64_t *numbers, uint32_t samples) {
  uint64_t any = 0;
  for (uint32_t s = 0; s < samples; s++) {
    uint64_t bits = get_bits(row[s]) ^ SG_NO_GRAD_BITS;
    numbers[s] |= bits;
    any |= bits;
  }
  return any;
}

static bool make_d(dense *d) {
  const sg_dense *s = &d->shape;
  const sg_shaped_block *block = d->block;
  const double *a = sg_rows_needs_operand(s->activation) ? block->kept : block->y;
  memset(d->numbers, 0, s->samples * sizeof *d->numbers);
  for (uint32_t neuron = 0; neuron < s->outputs; neuron++) {
    size_t from = (size_t)neuron * s->samples;
    double *row = d->d + neuron * d->row;
    if (!sg_rows_activate_back(s->activation, s->constant, a + from, block->y + from,
                               block->g + from, row, s->samples))
      return false;
    for (size_t k = s->samples; k < d->row; k++) row[k] = -0.;
    d->neurons[neuron] = find_numbers(row, d->numbers, s->samples);
  }
  return true;
}

/* ---- the parameters ---- */

static SG_VECTORISED bool has_nan(const double *x, size_t count) {
  uint64_t found = 0;
  for (size_t k = 0; k < count; k++) found |= x[k] != x[k];
  return found != 0;
}

/* The same sums, where d has a number alone. */
static void sum_with_care(const dense *d, const double *row, double *totals) {
  for (uint32_t k = 0; k < d->shape.inputs; k++) {
    const double *x = d->block->views[0].value + (size_t)k * d->shape.samples;
    double sums[SG_LANES] = {0};
    for (uint32_t s = 0; s < d->shape.samples; s++)
      if (!sg_is_unreached(row[s])) sums[s % SG_LANES] += row[s] * x[s];
    totals[k] = sg_add_lanes(sums);
  }
}

static double sum_row(const dense *d, const double *row) {
  double sums[SG_LANES] = {0};
  for (size_t s = 0; s < d->row; s += SG_LANES)
    for (size_t lane = 0; lane < SG_LANES; lane++) sums[lane] += row[s + lane];
  return sg_add_lanes(sums);
}

/* Adds what is a number all right. */
static SG_VECTORISED void add_all(double *grad, const double *more, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) grad[k] += more[k] + 0.;
}

/* The same where there is a number. */
static SG_VECTORISED void add_numbers(double *grad, const double *more, const uint64_t *numbers,
                                      uint32_t count) {
  for (uint32_t k = 0; k < count; k++) {
    double number = more[k] + 0.;
    grad[k] += numbers[k] ? number : -0.;
  }
}

/* A neuron through which no number came gets none. */
static void add_neuron(const dense *d, uint32_t neuron, double *totals) {
  const sg_dense *s = &d->shape;
  const double *row = d->d + neuron * d->row;
  double *grad = d->block->views[1].grad + (size_t)neuron * get_stride(s);
  if (d->neurons[neuron] == 0) return;
  if (has_nan(totals, s->inputs)) sum_with_care(d, row, totals);
  add_all(grad, totals, s->inputs);
  if (s->has_bias) grad[s->inputs] += sum_row(d, row) + 0.;
}

static void make_rest(const dense *d) {
  uint32_t samples = d->shape.samples, whole = samples / SG_LANES * SG_LANES;
  const double *x = d->block->views[0].value;
  if (whole == samples) return;
  for (uint32_t k = 0; k < d->shape.inputs; k++)
    for (uint32_t s = 0; s < SG_LANES; s++)
      d->rest[(size_t)k * SG_LANES + s] =
          whole + s < samples ? x[(size_t)k * samples + whole + s] : 0.;
}

static bool sweep_parameters(const dense *d) {
  const sg_dense *s = &d->shape;
  if (!d->block->views[1].grad) return true;
  make_rest(d);
  sg_sums sums = {.inputs = s->inputs,
                  .samples = s->samples,
                  .x = d->block->views[0].value,
                  .rest = s->samples % SG_LANES != 0 ? d->rest : NULL,
                  .totals = d->totals};
  for (uint32_t neuron = 0; neuron < s->outputs; neuron += sums.rows) {
    sums.rows = s->outputs - neuron < SG_SUM_ROWS ? s->outputs - neuron : SG_SUM_ROWS;
    sums.d = d->d + neuron * d->row;
    if (!sg_sums_make(&sums)) return false;
    for (uint32_t r = 0; r < sums.rows; r++)
      add_neuron(d, neuron + r, d->totals + (size_t)r * s->inputs);
  }
  return true;
}

/* ---- x ---- */

static void multiply_with_care(const dense *d, uint32_t k, double *products) {
  const double *weights = d->block->views[1].value + k;
  uint32_t stride = get_stride(&d->shape);
  for (uint32_t s = 0; s < d->shape.samples; s++) {
    products[s] = -0.;
    for (uint32_t neuron = 0; neuron < d->shape.outputs; neuron++) {
      double x = d->d[neuron * d->row + s];
      if (!sg_is_unreached(x)) products[s] += weights[(size_t)neuron * stride] * x;
    }
  }
}

/* Samples through which no number came get none. */
static void add_feature(const dense *d, uint32_t k) {
  uint32_t samples = d->shape.samples;
  double *products = d->products + (size_t)k * samples;
  double *grad = d->block->views[0].grad + (size_t)k * samples;
  if (has_nan(products, samples)) multiply_with_care(d, k, products);
  add_numbers(grad, products, d->numbers, samples);
}

static bool sweep_inputs(const dense *d) {
  const sg_dense *s = &d->shape;
  if (!d->block->views[0].grad) return true;
  sg_product product = {.rows = s->inputs,
                        .depth = s->outputs,
                        .columns = s->samples,
                        .a = d->block->views[1].value,
                        .a_row = 1,
                        .a_depth = get_stride(s),
                        .b = d->d,
                        .b_row = d->row,
                        .start = &no_number,
                        .c = d->products};
  if (!sg_product_make(&product)) return false;
  for (uint32_t k = 0; k < s->inputs; k++) add_feature(d, k);
  return true;
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
static bool find_touched(const dense *d, uint32_t neuron) {
  uint32_t samples = d->shape.samples;
  size_t from = (size_t)neuron * samples;
  uint64_t any = find_numbers(d->block->g + from, d->touched, samples);
  for (uint32_t s = 0; s < samples; s += 64) {
    sg_node first = d->block->first + (sg_node)from + s;
    uint64_t bits = sg_sweep_skipped(d->block->sweep, first, samples - s);
    d->skipped[s / 64] |= bits;
    any |= bits;
  }
  return any != 0;
}

/* Parameters that no number reached, though their neuron was reached. */
static void skip_neurons(const dense *d) {
  uint32_t stride = get_stride(&d->shape);
  memset(d->touched, 0, d->shape.samples * sizeof *d->touched);
  memset(d->skipped, 0, (d->shape.samples / 64 + 1) * sizeof *d->skipped);
  for (uint32_t neuron = 0; neuron < d->shape.outputs; neuron++)
    if (find_touched(d, neuron) && d->neurons[neuron] == 0)
      sg_view_skip(d->block, &d->block->views[1], neuron * stride, stride, NULL);
}

/* Samples likewise. */
static void skip_samples(const dense *d) {
  uint32_t samples = d->shape.samples;
  for (uint32_t s = 0; s < samples; s += 64) {
    uint32_t count = samples - s < 64 ? samples - s : 64;
    uint64_t touched = d->skipped[s / 64] | find_present(d->touched + s, count);
    d->skipped[s / 64] = touched & ~find_present(d->numbers + s, count);
  }
  for (uint32_t k = 0; k < d->shape.inputs; k++)
    sg_view_skip(d->block, &d->block->views[0], k * samples, samples, d->skipped);
}

static void skip_rest(const dense *d) {
  const sg_dense *s = &d->shape;
  if (is_everywhere(d->numbers, s->samples) && is_everywhere(d->neurons, s->outputs)) return;
  skip_neurons(d);
  skip_samples(d);
}

/* ---- one sample ---- */

/* With one sample there is nothing to sum over: neurons without a number are left out, and no care
 * is needed. d and neurons are arrays side by side. */

static SG_VECTORISED void add_scaled(double *restrict to, const double *restrict x, double scale,
                                     uint32_t count) {
  for (uint32_t k = 0; k < count; k++) to[k] += x[k] * scale + 0.;
}

/* What a product of -0.0 would be there stays as it is. */
static SG_VECTORISED void add_products(double *restrict to, const double *restrict x, double scale,
                                       uint32_t count) {
  for (uint32_t k = 0; k < count; k++) to[k] += x[k] * scale;
}

static void sweep_neuron(const dense *d, uint32_t neuron) {
  const sg_view *x = &d->block->views[0], *parameters = &d->block->views[1];
  uint32_t inputs = d->shape.inputs;
  size_t from = (size_t)neuron * get_stride(&d->shape);
  double passed = d->d[neuron];
  if (x->grad) add_products(d->products, parameters->value + from, passed, inputs);
  if (!parameters->grad) return;
  add_scaled(parameters->grad + from, x->value, passed, inputs);
  if (d->shape.has_bias) parameters->grad[from + inputs] += passed;
}

/* Neurons in a row are skipped at once. */
static void skip_single(const dense *d, bool any) {
  uint32_t stride = get_stride(&d->shape), touched = 0, start = 0;
  for (uint32_t neuron = 0; neuron <= d->shape.outputs; neuron++) {
    bool skips = neuron < d->shape.outputs && d->neurons[neuron] == 0 &&
                 sg_shaped_is_touched(d->block, neuron);
    touched += skips;
    if (skips) continue;
    if (start < neuron)
      sg_view_skip(d->block, &d->block->views[1], start * stride, (neuron - start) * stride, NULL);
    start = neuron + 1;
  }
  if (touched > 0 && !any) sg_view_skip(d->block, &d->block->views[0], 0, d->shape.inputs, NULL);
}

static bool sweep_single(const dense *d) {
  const sg_dense *s = &d->shape;
  const sg_shaped_block *block = d->block;
  const double *a = sg_rows_needs_operand(s->activation) ? block->kept : block->y;
  if (!sg_rows_activate_back(s->activation, s->constant, a, block->y, block->g, d->d, s->outputs))
    return false;
  memset(d->neurons, 0, s->outputs * sizeof *d->neurons);
  bool any = find_numbers(d->d, d->neurons, s->outputs) != 0;
  for (uint32_t k = 0; block->views[0].grad && k < s->inputs; k++) d->products[k] = -0.;
  for (uint32_t neuron = 0; neuron < s->outputs; neuron++) {
    if (neuron % POLL_EVERY == 0 && sg_interrupted) return false;
    if (d->neurons[neuron] != 0) sweep_neuron(d, neuron);
  }
  if (any && block->views[0].grad) add_all(block->views[0].grad, d->products, s->inputs);
  skip_single(d, any);
  return true;
}

bool sg_dense_sweep(const sg_shaped_block *block) {
  dense d;
  lay_out(&d, block);
  if (d.shape.samples == 1) return sweep_single(&d);
  if (!make_d(&d) || !sweep_parameters(&d) || !sweep_inputs(&d)) return false;
  skip_rest(&d);
  return true;
}
