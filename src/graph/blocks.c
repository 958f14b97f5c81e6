/* sgrad: the kernels of the blocks: values, and what a sweep adds to their operands. */
#include "graph/blocks.h"

#include "base/vectors.h"

#include <math.h>

static double add_up(const double *x, uint32_t count) {
  double s[SG_LANES] = {0};
  uint32_t k = 0;
  for (uint32_t end = 0; sg_piece(k, count, &end);) {
    for (; k + SG_LANES <= end; k += SG_LANES)
      for (int lane = 0; lane < SG_LANES; lane++) s[lane] += x[k + (uint32_t)lane];
    for (int lane = 0; k < end; k++, lane++) s[lane] += x[k];
  }
  return sg_add_lanes(s);
}

static double add_products(const double *x, const double *y, uint32_t count) {
  double s[SG_LANES] = {0};
  uint32_t k = 0;
  for (uint32_t end = 0; sg_piece(k, count, &end);) {
    for (; k + SG_LANES <= end; k += SG_LANES)
      for (int lane = 0; lane < SG_LANES; lane++)
        s[lane] += x[k + (uint32_t)lane] * y[k + (uint32_t)lane];
    for (int lane = 0; k < end; k++, lane++) s[lane] += x[k] * y[k];
  }
  return sg_add_lanes(s);
}

static double get_operand(const sg_block *b, uint32_t k) { return b->value[b->operands[k]]; }

static void add_to(const sg_block *b, uint32_t k, double contribution) {
  sg_sweep_add(b->sweep, b->operands[k], contribution);
}

/* Room for a number for each operand; NULL: out of memory, which fails the sweep. */
static double *get_scratch(const sg_block *b) {
  if (sg_tape_reserve_scratch(b->sweep->tape, b->count)) return b->sweep->tape->scratch;
  b->sweep->failed = true;
  return NULL;
}

/* ---- sum, mean, dot, prod ---- */

static void sum_value(const double *x, uint32_t count, double *y) { *y = add_up(x, count); }

static void sum_sweep(const sg_block *b, double g) {
  SG_EACH (k, 0, b->count) add_to(b, k, g);
}

static void mean_value(const double *x, uint32_t count, double *y) {
  *y = add_up(x, count) / count;
}

static void mean_sweep(const sg_block *b, double g) { sum_sweep(b, g / b->count); }

static void dot_value(const double *x, uint32_t count, double *y) {
  *y = add_products(x, x + count / 2, count / 2);
}

static void dot_sweep(const sg_block *b, double g) {
  uint32_t half = b->count / 2;
  SG_EACH (k, 0, half) {
    add_to(b, k, g * get_operand(b, half + k));
    add_to(b, half + k, g * get_operand(b, k));
  }
}

static void prod_value(const double *x, uint32_t count, double *y) {
  *y = 1.;
  SG_EACH (k, 0, count) *y *= x[k];
}

/* The products of all others: of those below, made going up in scratch, times those above. */
static void prod_sweep(const sg_block *b, double g) {
  double *below = get_scratch(b), above = 1.;
  if (!below) return;
  below[0] = 1.;
  SG_EACH (k, 1, b->count) below[k] = below[k - 1] * get_operand(b, k - 1);
  SG_EACH (i, 0, b->count) {
    uint32_t k = b->count - 1 - i;
    add_to(b, k, g * (below[k] * above));
    above *= get_operand(b, k);
  }
}

/* ---- var, std, norm ---- */

static void var_value(const double *x, uint32_t count, double *y) {
  double s[SG_LANES] = {0}, mean = add_up(x, count) / count;
  SG_EACH (k, 0, count) s[k % SG_LANES] += (x[k] - mean) * (x[k] - mean);
  *y = sg_add_lanes(s) / (count - 1.);
}

static double get_mean(const sg_block *b) {
  double s[SG_LANES] = {0};
  SG_EACH (k, 0, b->count) s[k % SG_LANES] += get_operand(b, k);
  return sg_add_lanes(s) / b->count;
}

static void var_sweep(const sg_block *b, double g) {
  double mean = get_mean(b), scale = 2. / (b->count - 1.);
  SG_EACH (k, 0, b->count) add_to(b, k, g * (scale * (get_operand(b, k) - mean)));
}

static void std_value(const double *x, uint32_t count, double *y) {
  var_value(x, count, y);
  *y = sqrt(*y);
}

/* Where all are equal there is a kink: 0, as for the norm of zeros. */
static void std_sweep(const sg_block *b, double g) {
  double mean = get_mean(b), scale = (b->count - 1.) * b->value[b->first];
  SG_EACH (k, 0, b->count)
    add_to(b, k, g * (scale == 0. ? 0. : (get_operand(b, k) - mean) / scale));
}

/* Scaled by the largest only where squares would overflow or lose digits. */
static void norm_value(const double *x, uint32_t count, double *y) {
  double squares = add_products(x, x, count), largest = 0., sum = 0.;
  *y = sqrt(squares);
  if (squares != squares || (squares > 1e-280 && squares < 1e300)) return;
  SG_EACH (k, 0, count) largest = fmax(largest, fabs(x[k]));
  if (largest == 0. || largest > 1.7976931348623157e308) return;
  SG_EACH (k, 0, count) sum += (x[k] / largest) * (x[k] / largest);
  *y = largest * sqrt(sum);
}

static void norm_sweep(const sg_block *b, double g) {
  double y = b->value[b->first];
  SG_EACH (k, 0, b->count) add_to(b, k, g * (y == 0. ? 0. : get_operand(b, k) / y));
}

/* ---- max, min, clip ---- */

static void max_value(const double *x, uint32_t count, double *y) {
  *y = x[0];
  SG_EACH (k, 1, count)
    if (x[k] > *y || (isnan(x[k]) && !isnan(*y))) *y = x[k];
}

static void min_value(const double *x, uint32_t count, double *y) {
  *y = x[0];
  SG_EACH (k, 1, count)
    if (x[k] < *y || (isnan(x[k]) && !isnan(*y))) *y = x[k];
}

bool sg_block_is_chosen(double x, double y) { return x == y || (isnan(x) && isnan(y)); }

static void max_sweep(const sg_block *b, double g) {
  double y = b->value[b->first];
  uint32_t ties = 0;
  SG_EACH (k, 0, b->count) ties += sg_block_is_chosen(get_operand(b, k), y);
  SG_EACH (k, 0, b->count) {
    if (sg_block_is_chosen(get_operand(b, k), y))
      add_to(b, k, g / ties);
    else
      sg_sweep_skip(b->sweep, b->operands[k]);
  }
}

static void min_sweep(const sg_block *b, double g) { max_sweep(b, g); }

uint32_t sg_block_choose_clip(const double x[3]) {
  if (isnan(x[0])) return 0;
  if (isnan(x[1])) return 1;
  if (isnan(x[2])) return 2;
  if (x[0] < x[1] && x[1] == x[2]) return SG_CLIP_NONE;
  uint32_t lower = x[0] < x[1] ? 1 : 0;
  return x[lower] > x[2] ? 2 : lower;
}

static void clip_value(const double *x, uint32_t count, double *y) {
  (void)count;
  uint32_t chosen = sg_block_choose_clip(x);
  *y = x[chosen == SG_CLIP_NONE ? 1 : chosen];
}

static void clip_sweep(const sg_block *b, double g) {
  double x[3] = {get_operand(b, 0), get_operand(b, 1), get_operand(b, 2)};
  uint32_t chosen = sg_block_choose_clip(x);
  for (uint32_t k = 0; k < 3; k++) {
    if (k == chosen)
      add_to(b, k, g);
    else
      sg_sweep_skip(b->sweep, b->operands[k]);
  }
}

/* ---- logsumexp, softmax, log_softmax: with the largest subtracted ---- */

static double find_largest(const double *x, uint32_t count) {
  double y;
  max_value(x, count, &y);
  return y;
}

/* y = exp(x - shift), and their sum; `x` may be `y`. */
static double add_exponentials(const double *x, uint32_t count, double shift, double *y) {
  SG_EACH (k, 0, count) y[k] = exp(x[k] - shift);
  return add_up(y, count);
}

static void logsumexp_value(const double *x, uint32_t count, double *y) {
  double s[SG_LANES] = {0};
  *y = find_largest(x, count);
  if (isinf(*y)) return;
  SG_EACH (k, 0, count) s[k % SG_LANES] += exp(x[k] - *y);
  *y += log(sg_add_lanes(s));
}

/* exp(x - largest) of the operands in scratch, and their sum; NULL: out of memory. Shares of the
 * sum are exact to rounding; exp(x - logsumexp) would not be. */
static double *make_exponentials(const sg_block *b, double *sum) {
  double *e = get_scratch(b);
  if (!e) return NULL;
  SG_EACH (k, 0, b->count) e[k] = get_operand(b, k);
  *sum = add_exponentials(e, b->count, find_largest(e, b->count), e);
  return e;
}

/* At -inf all get 0; at inf those that are inf share evenly. */
static void logsumexp_limit(const sg_block *b, double g, double y) {
  uint32_t ties = 0;
  SG_EACH (k, 0, b->count) ties += get_operand(b, k) == y;
  SG_EACH (k, 0, b->count) add_to(b, k, g * (y > 0. && get_operand(b, k) == y ? 1. / ties : 0.));
}

static void logsumexp_sweep(const sg_block *b, double g) {
  double y = b->value[b->first], sum;
  if (isinf(y)) {
    logsumexp_limit(b, g, y);
    return;
  }
  const double *e = make_exponentials(b, &sum);
  SG_EACH (k, 0, e ? b->count : 0) add_to(b, k, g * (e[k] / sum));
}

static void softmax_value(const double *x, uint32_t count, double *y) {
  double sum = add_exponentials(x, count, find_largest(x, count), y);
  SG_EACH (k, 0, count) y[k] /= sum;
}

static double get_work(const sg_block *b, uint32_t k) { return b->sweep->work[b->first + k]; }

static void softmax_sweep(const sg_block *b, double g) {
  (void)g;
  double s[SG_LANES] = {0};
  SG_EACH (k, 0, b->count)
    if (!sg_is_unreached(get_work(b, k)))
      s[k % SG_LANES] += get_work(b, k) * b->value[b->first + k];
  double mean = sg_add_lanes(s);
  SG_EACH (k, 0, b->count) add_to(b, k, b->value[b->first + k] * (get_work(b, k) - mean));
}

static void log_softmax_value(const double *x, uint32_t count, double *y) {
  double largest = find_largest(x, count), shift = log(add_exponentials(x, count, largest, y));
  SG_EACH (k, 0, count) y[k] = (x[k] - largest) - shift;
}

static void log_softmax_sweep(const sg_block *b, double g) {
  (void)g;
  double s[SG_LANES] = {0}, sum;
  const double *e = make_exponentials(b, &sum);
  SG_EACH (k, 0, b->count) s[k % SG_LANES] += get_work(b, k);
  double total = sg_add_lanes(s);
  SG_EACH (k, 0, e ? b->count : 0) add_to(b, k, get_work(b, k) - e[k] / sum * total);
}

sg_block_value *const sg_block_values[SG_OP_COUNT] = {
#define OP(...)
#define BLOCK(id, name, word, outputs) [SG_OP_##id] = word##_value,
#include "graph/ops.def"
};

sg_block_sweep *const sg_block_sweeps[SG_OP_COUNT] = {
#define OP(...)
#define BLOCK(id, name, word, outputs) [SG_OP_##id] = word##_sweep,
#include "graph/ops.def"
};
