/* sgrad: the kernels of dense layers: activation(bias + weights * x) over a batch, and its sweep
 * where every output was reached by a number.
 */
#include "graph/dense.h"

#include "base/interrupt.h"
#include "graph/rows.h"

static const double no_number = -0.;

/* ---- whole arrays, in pieces ---- */

static size_t get_piece(size_t start, size_t count) {
  return count - start < SG_PIECE ? count - start : SG_PIECE;
}

/* An exponent of ones alone, of what is not finite, carries into the sign when one is added. */
static inline uint64_t carry(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (bits & UINT64_C(0x7FF) << 52) + (UINT64_C(1) << 52);
}

static SG_VECTORISED bool is_finite(const double *x, size_t count) {
  uint64_t carries = 0;
  for (size_t k = 0; k < count; k++) carries |= carry(x[k]);
  return carries >> 63 == 0;
}

/* y becomes relu(y); whether it was finite. */
static SG_VECTORISED bool activate_relu(double *y, size_t count) {
  uint64_t carries = 0;
  for (size_t k = 0; k < count; k++) {
    double x = y[k];
    carries |= carry(x);
    y[k] = x <= 0. ? 0. : x;
  }
  return carries >> 63 == 0;
}

static SG_VECTORISED bool is_reached(const double *g, size_t count) {
  uint64_t found = 0;
  for (size_t k = 0; k < count; k++) found |= (uint64_t)sg_is_unreached(g[k]);
  return found == 0;
}

/* d = relu'(y) * g of finite numbers, with 0 for "no number"; whether every g was reached. */
static SG_VECTORISED bool pass_relu(const double *y, const double *g, double *restrict d,
                                    size_t count) {
  uint64_t found = 0;
  for (size_t k = 0; k < count; k++) {
    d[k] = y[k] > 0. ? g[k] : 0.;
    found |= (uint64_t)sg_is_unreached(g[k]);
  }
  return found == 0;
}

/* 0 for "no number". */
static SG_VECTORISED void zero_unreached(double *d, size_t count) {
  for (size_t k = 0; k < count; k++) d[k] += 0.;
}

static bool is_all_reached(const double *g, size_t count) {
  bool all = true;
  for (size_t k = 0; k < count && all && !sg_interrupted; k += SG_PIECE)
    all = is_reached(g + k, get_piece(k, count));
  return all;
}

/* ---- the value ---- */

/* Applies the activation to the sums; whether they were finite, for where that matters. */
static bool activate(const sg_dense *shape, double *y, size_t count, bool *finite) {
  sg_op op = shape->activation;
  for (size_t k = 0; k < count; k += SG_PIECE) {
    size_t piece = get_piece(k, count);
    bool here = op == SG_OP_RELU ? activate_relu(y + k, piece) : is_finite(y + k, piece);
    *finite = *finite && here;
    if (sg_interrupted) return false;
  }
  return op == SG_OP_RELU || op == SG_OP_IDENTITY ||
         sg_rows_activate(op, shape->constant, y, y, count);
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
  work->is_tame = sg_rows_is_tame(shape->activation, shape->constant);
  return activate(shape, work->y, work->outputs, &work->is_tame);
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
static bool make_d(sg_layer *layer) {
  const sg_shaped_block *block = layer->block;
  sg_op op = layer->shape.activation;
  layer->d = op == SG_OP_IDENTITY ? block->g : layer->room;
  return op == SG_OP_IDENTITY ||
         sg_rows_activate_back(op, layer->shape.constant,
                               sg_rows_needs_operand(op) ? block->kept : block->y, block->y,
                               block->g, layer->room, block->outputs);
}

/* d in a tame layer. False: some output was not reached. */
static bool make_tame(sg_layer *layer) {
  const sg_shaped_block *block = layer->block;
  uint32_t count = block->outputs;
  bool is_relu = layer->shape.activation == SG_OP_RELU;
  layer->d = layer->room;
  if (!is_relu && (!is_all_reached(block->g, count) || !make_d(layer))) return false;
  for (size_t k = 0; k < count && layer->d == layer->room; k += SG_PIECE) {
    size_t piece = get_piece(k, count);
    if (sg_interrupted) return false;
    if (!is_relu)
      zero_unreached(layer->room + k, piece);
    else if (!pass_relu(block->y + k, block->g + k, layer->room + k, piece))
      return false;
  }
  return true;
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
  uint32_t left = samples % SG_LANES;
  x += samples - left;
  for (uint32_t r = 0; r < rows; r++, x += samples, rest += SG_LANES)
    for (uint32_t lane = 0; lane < SG_LANES; lane++) rest[lane] = lane < left ? x[lane] : 0.;
}

void sg_layer_make_rests(const sg_layer *layer) {
  const sg_dense *s = &layer->shape;
  if (s->samples % SG_LANES == 0) return;
  make_rest(layer->d, s->outputs, s->samples, layer->d_rest);
  make_rest(layer->block->views[0].value, s->inputs, s->samples, layer->x_rest);
}

sg_sums sg_layer_sums(const sg_layer *layer, double *to, sg_putting put) {
  const sg_dense *s = &layer->shape;
  bool rests = s->samples % SG_LANES != 0;
  return (sg_sums){.rows = s->outputs,
                   .inputs = s->inputs,
                   .samples = s->samples,
                   .has_bias = s->has_bias,
                   .put = put,
                   .d = layer->d,
                   .x = layer->block->views[0].value,
                   .d_rest = rests ? layer->d_rest : NULL,
                   .x_rest = rests ? layer->x_rest : NULL,
                   .totals = to};
}

sg_product sg_layer_product(const sg_layer *layer, double *to, sg_putting put) {
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
                      .put = put};
}

/* ---- where every output was reached ---- */

/* How an operand's work gets numbers, all of it: put where nothing has reached it yet. */
static sg_putting choose_putting(const sg_layer *layer, int v) {
  const sg_view *view = &layer->block->views[v];
  bool is_new = view->stored->kind == SG_VECTOR_RUN &&
                sg_sweep_claim(layer->block->sweep, view->stored->at, view->count);
  return is_new ? SG_PUT_NUMBER : SG_ADD_NUMBER;
}

/* d is numbers throughout: everything gets one. */
static bool sweep_all(const sg_layer *layer) {
  double *x = layer->block->views[0].grad, *parameters = layer->block->views[1].grad;
  if (parameters) {
    sg_layer_make_rests(layer);
    sg_sums sums = sg_layer_sums(layer, parameters, choose_putting(layer, 1));
    if (!sg_sums_make(&sums)) return false;
  }
  if (!x) return true;
  sg_product product = sg_layer_product(layer, x, choose_putting(layer, 0));
  return sg_product_make(&product);
}

bool sg_dense_sweep(const sg_shaped_block *block) {
  sg_layer layer;
  lay_out(&layer, block);
  bool single = layer.shape.samples == 1;
  if (!single && block->record->is_tame && make_tame(&layer)) return sweep_all(&layer);
  if (!make_d(&layer)) return false;
  if (!single && is_all_reached(layer.d, block->outputs)) return sweep_all(&layer);
  sg_shaped_make_ready(block);
  return single ? sg_layer_sweep_single(&layer) : sg_layer_sweep_some(&layer);
}
