/* sgrad: the kernels of dense layers: activation(bias + weights * x) over a batch, and its sweep
 * where every output was reached by a number.
 */
#include "graph/dense.h"

#include "graph/rows.h"

static const double no_number = -0.;

static SG_VECTORISED bool is_finite(const double *x, size_t count) {
  const uint64_t exponent = UINT64_C(0x7FF) << 52;
  uint64_t found = 0;
  for (size_t k = 0; k < count; k++) {
    uint64_t bits;
    memcpy(&bits, x + k, sizeof bits);
    found |= (uint64_t)((bits & exponent) == exponent);
  }
  return found == 0;
}

/* Sums are finite only where all that went into them is. */
bool sg_dense_value(sg_shaped_work *work) {
  const sg_dense *shape = &work->shape.dense;
  uint32_t stride = shape->inputs + shape->has_bias;
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
  work->is_tame = sg_rows_is_tame(shape->activation, shape->constant) && work->records &&
                  is_finite(work->y, work->outputs);
  return shape->activation == SG_OP_IDENTITY ||
         sg_rows_activate(shape->activation, shape->constant, work->y, work->y, work->outputs);
}

static size_t count_rests(const sg_dense *shape) {
  if (shape->samples % SG_LANES == 0) return 0;
  return ((size_t)shape->inputs + shape->outputs) * SG_LANES;
}

static size_t count_totals(const sg_dense *shape) {
  return (size_t)shape->outputs * (shape->inputs + shape->has_bias);
}

static size_t count_products(const sg_record *record, const sg_dense *shape) {
  bool wanted = record->vectors[0].kind != SG_VECTOR_DATA;
  return wanted ? (size_t)shape->inputs * shape->samples : 0;
}

size_t sg_dense_scratch(const sg_record *record, const sg_shape *shape) {
  const sg_dense *s = &shape->dense;
  size_t flags = 2 * (size_t)s->samples + s->outputs + s->samples / 64 + 1;
  return (size_t)s->outputs * s->samples + count_rests(s) + count_totals(s) +
         count_products(record, s) + flags;
}

static void lay_out(sg_layer *layer, const sg_shaped_block *block) {
  const sg_dense *s = &block->shape.dense;
  *layer = (sg_layer){.block = block, .shape = *s, .stride = s->inputs + s->has_bias};
  layer->room = block->scratch;
  layer->d_rest = layer->room + (size_t)s->outputs * s->samples;
  layer->x_rest = layer->d_rest + (count_rests(s) > 0 ? (size_t)s->outputs * SG_LANES : 0);
  layer->totals = layer->d_rest + count_rests(s);
  layer->products = layer->totals + count_totals(s);
  layer->numbers = (uint64_t *)(layer->products + count_products(block->record, s));
  layer->neurons = layer->numbers + s->samples;
  layer->touched = layer->neurons + s->outputs;
  layer->skipped = layer->touched + s->samples;
}

/* What reached the outputs, through the activation. */
static bool make_d(sg_layer *layer, double none) {
  const sg_shaped_block *block = layer->block;
  sg_op op = layer->shape.activation;
  layer->d = op == SG_OP_IDENTITY ? block->g : layer->room;
  return op == SG_OP_IDENTITY ||
         sg_rows_activate_back(op, layer->shape.constant,
                               sg_rows_needs_operand(op) ? block->kept : block->y, block->y,
                               block->g, none, layer->room, block->outputs);
}

static SG_VECTORISED bool has_unreached(const double *g, uint32_t count) {
  uint64_t found = 0;
  for (uint32_t k = 0; k < count; k++) found |= (uint64_t)sg_is_unreached(g[k]);
  return found != 0;
}

/* ---- what a sweep adds ---- */

SG_VECTORISED uint64_t sg_layer_find_numbers(const double *d, uint64_t *numbers, uint32_t count) {
  uint64_t any = 0;
  for (uint32_t k = 0; k < count; k++) {
    uint64_t bits;
    memcpy(&bits, d + k, sizeof bits);
    numbers[k] |= bits ^ SG_NO_GRAD_BITS;
    any |= bits ^ SG_NO_GRAD_BITS;
  }
  return any;
}

SG_VECTORISED void sg_layer_add(double *y, const double *x, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) y[k] += x[k] + 0.;
}

static void make_rest(const double *x, uint32_t rows, uint32_t samples, double *rest) {
  uint32_t whole = samples / SG_LANES * SG_LANES;
  for (uint32_t r = 0; r < rows; r++, x += samples, rest += SG_LANES) {
    memset(rest, 0, SG_LANES * sizeof *rest);
    memcpy(rest, x + whole, (samples - whole) * sizeof *rest);
  }
}

void sg_layer_make_rests(const sg_layer *layer) {
  const sg_dense *s = &layer->shape;
  if (s->samples % SG_LANES == 0) return;
  make_rest(layer->d, s->outputs, s->samples, layer->d_rest);
  make_rest(layer->block->views[0].value, s->inputs, s->samples, layer->x_rest);
}

sg_sums sg_layer_sums(const sg_layer *layer, double *to, bool adds) {
  const sg_dense *s = &layer->shape;
  bool rests = s->samples % SG_LANES != 0;
  return (sg_sums){.rows = s->outputs,
                   .inputs = s->inputs,
                   .samples = s->samples,
                   .has_bias = s->has_bias,
                   .adds = adds,
                   .d = layer->d,
                   .x = layer->block->views[0].value,
                   .d_rest = rests ? layer->d_rest : NULL,
                   .x_rest = rests ? layer->x_rest : NULL,
                   .totals = to};
}

sg_product sg_layer_product(const sg_layer *layer, double *to, bool adds) {
  const sg_dense *s = &layer->shape;
  return (sg_product){.rows = s->inputs,
                      .depth = s->outputs,
                      .columns = s->samples,
                      .a = layer->block->views[1].value,
                      .a_row = 1,
                      .a_depth = layer->stride,
                      .b = layer->d,
                      .b_row = s->samples,
                      .start = &no_number,
                      .c = to,
                      .adds = adds};
}

/* ---- where every output was reached ---- */

/* d is numbers throughout: everything gets one. */
static bool sweep_all(const sg_layer *layer) {
  double *x = layer->block->views[0].grad, *parameters = layer->block->views[1].grad;
  if (parameters) {
    sg_layer_make_rests(layer);
    sg_sums sums = sg_layer_sums(layer, parameters, true);
    if (!sg_sums_make(&sums)) return false;
  }
  if (!x) return true;
  sg_product product = sg_layer_product(layer, x, true);
  return sg_product_make(&product);
}

bool sg_dense_sweep(const sg_shaped_block *block) {
  sg_layer layer;
  lay_out(&layer, block);
  bool single = layer.shape.samples == 1;
  bool all = !single && block->record->is_tame && !has_unreached(block->g, block->outputs);
  if (!make_d(&layer, all ? 0. : -0.)) return false;
  if (single) return sg_layer_sweep_single(&layer);
  all = all || !has_unreached(layer.d, block->outputs);
  return all ? sweep_all(&layer) : sg_layer_sweep_some(&layer);
}
