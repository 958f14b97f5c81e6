/* sgrad: the kernels of losses over a batch, and of sums of squares. */
#include "base/error.h"
#include "graph/product.h"
#include "graph/rows.h"
#include "graph/shaped_block.h"

#include <math.h>

enum { POLL_EVERY = 4096 };

/* All losses of a batch, or their sum or mean. False: given up on Ctrl-C. */
static bool reduce(sg_reduction reduction, const double *losses, uint32_t count, double *y) {
  if (reduction == SG_REDUCE_NONE)
    SG_EACH (k, 0, count) y[k] = losses[k];
  else
    sg_op_value_block(reduction == SG_REDUCE_SUM ? SG_OP_SUM : SG_OP_MEAN, losses, count, y);
  return !sg_gave_up(count);
}

/* What reaches the loss of sample s, of `count`: no number, where none reached its output. */
static double get_g(const sg_shaped_block *block, sg_reduction reduction, uint32_t s,
                    uint32_t count) {
  if (reduction == SG_REDUCE_NONE) return block->g[s];
  bool is_mean = reduction == SG_REDUCE_MEAN && !sg_is_unreached(block->g[0]);
  return is_mean ? block->g[0] / count : block->g[0];
}

/* Whether the loss of sample s has been reached. */
static bool is_touched(const sg_shaped_block *block, sg_reduction reduction, uint32_t s) {
  return sg_shaped_is_touched(block, reduction == SG_REDUCE_NONE ? s : 0);
}

/* ---- pairs ---- */

bool sg_pairs_value(sg_shaped_work *work) {
  const sg_pairs *shape = &work->shape.pairs;
  if (!sg_rows_compare(shape->loss, shape->constant, work->x[0], work->x[1], work->scratch,
                       shape->count))
    return false;
  return reduce(shape->reduction, work->scratch, shape->count, work->y);
}

size_t sg_pairs_scratch(const sg_record *record, const sg_shape *shape) {
  (void)record;
  return 2 * (size_t)shape->pairs.count;
}

/* Adds what is a number; what is none leaves its operand without one. */
static void add_or_skip(const sg_shaped_block *block, const sg_view *view, const double *d) {
  sg_reduction reduction = block->shape.pairs.reduction;
  for (uint32_t k = 0; k < view->count; k++) {
    view->grad[k] += d[k];
    if (sg_is_unreached(d[k]) && is_touched(block, reduction, k))
      sg_view_skip(block, view, k, 1, NULL);
  }
}

/* Where every pair was reached, and 0 may stand for "no number". */
static SG_VECTORISED void add_all(double *grad, const double *d, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) grad[k] += d[k] + 0.;
}

static void add(const sg_shaped_block *block, const sg_view *view, const double *d) {
  bool single = block->shape.pairs.reduction != SG_REDUCE_NONE;
  if (!view->grad) return;
  if (single && !sg_is_unreached(block->g[0]) && sg_view_is_tame(block, view))
    add_all(view->grad, d, view->count);
  else
    add_or_skip(block, view, d);
}

bool sg_pairs_sweep(const sg_shaped_block *block) {
  const sg_pairs *shape = &block->shape.pairs;
  double *da = block->scratch, *db = da + shape->count;
  bool single = shape->reduction != SG_REDUCE_NONE;
  double g = get_g(block, shape->reduction, 0, shape->count);
  if (!sg_rows_compare_back(shape->loss, shape->constant, block->views[0].value,
                            block->views[1].value, single ? &g : block->g, single, da, db,
                            shape->count))
    return false;
  add(block, &block->views[0], da);
  add(block, &block->views[1], db);
  return true;
}

/* ---- cross entropy ---- */

/* One sample: where its score for class k lies, and its targets likewise. */
typedef struct sample {
  uint32_t classes;
  size_t first, step; /* the score of class k: first + k * step */
  const double *x;
  uint32_t top;  /* the class of the largest score, the first of several */
  double others; /* sum of exp(x - largest) over all classes but top */
} sample;

static sample get_sample(const sg_cross_entropy *shape, const double *x, uint32_t s) {
  size_t first = shape->by_sample ? (size_t)s * shape->classes : s;
  return (sample){.classes = shape->classes,
                  .first = first,
                  .step = shape->by_sample ? 1 : shape->samples,
                  .x = x};
}

static double get_score(const sample *s, uint32_t k) { return s->x[s->first + k * s->step]; }

/* How far the score lies below the largest. */
static double get_depth(const sample *s, uint32_t k) {
  return get_score(s, s->top) - get_score(s, k);
}

/* -log(softmax) of class k. Without the largest in the sum, log1p keeps the tails. */
static double get_loss(const sample *s, uint32_t k) { return get_depth(s, k) + log1p(s->others); }

/* Puts exp(x - largest) where the scores lie in `e`, and finds top and others; unless Ctrl-C comes.
 */
static void exponentiate(sample *s, double *e) {
  for (uint32_t k = 1; k < s->classes; k++) {
    double x = get_score(s, k), top = get_score(s, s->top);
    if (x > top || (isnan(x) && !isnan(top))) s->top = k;
  }
  s->others = get_depth(s, s->top); /* 0, or nan as all is where the largest is infinite */
  for (uint32_t k = 0; k < s->classes; k++) {
    if (k % POLL_EVERY == POLL_EVERY - 1 && sg_interrupted) return;
    e[s->first + k * s->step] = exp(-get_depth(s, k));
    if (k != s->top) s->others += e[s->first + k * s->step];
  }
}

/* The share of class k in the sum, and that of all other classes: 1 - share would lose digits. */
static double get_share(const sample *s, const double *e, uint32_t k) {
  return e[s->first + k * s->step] / (1. + s->others);
}

static double get_rest(const sample *s, const double *e, uint32_t k) {
  double rest = k == s->top ? s->others : 1. + (s->others - e[s->first + k * s->step]);
  return rest / (1. + s->others);
}

/* The loss by the index of a class; `d` becomes its derivatives. */
static double compute_index(sample *s, double target, double *d) {
  uint32_t class = (uint32_t)target;
  exponentiate(s, d);
  if (sg_interrupted) return 0.;
  double rest = get_rest(s, d, class);
  for (uint32_t k = 0; k < s->classes; k++) d[s->first + k * s->step] = get_share(s, d, k);
  d[s->first + class * s->step] = -rest;
  return get_loss(s, class);
}

/* The same by a share for each class, laid out as the scores. */
static double compute_soft(sample *s, const double *targets, double *d) {
  const double *t = targets + s->first;
  double loss = 0., total = 0.;
  exponentiate(s, d);
  if (sg_interrupted) return 0.;
  for (uint32_t k = 0; k < s->classes; k++) {
    loss += t[k * s->step] * get_loss(s, k);
    total += t[k * s->step];
  }
  for (uint32_t k = 0; k < s->classes; k++) {
    double share = get_share(s, d, k), rest = get_rest(s, d, k), target = t[k * s->step];
    d[s->first + k * s->step] = share * (total - target) - target * rest;
  }
  return loss;
}

/* Kept: the derivatives by the scores; of soft targets also the top score and log1p(others) of each
 * sample. */
bool sg_cross_entropy_value(sg_shaped_work *work) {
  const sg_cross_entropy *shape = &work->shape.cross_entropy;
  size_t count = (size_t)shape->classes * shape->samples;
  double *losses = work->scratch, *d = work->kept ? work->kept : losses + shape->samples;
  for (uint32_t s = 0; s < shape->samples; s++) {
    sample one = get_sample(shape, work->x[0], s);
    losses[s] =
        shape->soft ? compute_soft(&one, work->x[1], d) : compute_index(&one, work->x[1][s], d);
    if (sg_interrupted) return false;
    if (!shape->soft) continue;
    d[count + 2 * (size_t)s] = get_score(&one, one.top);
    d[count + 2 * (size_t)s + 1] = log1p(one.others);
  }
  return reduce(shape->reduction, losses, shape->samples, work->y);
}

size_t sg_cross_entropy_scratch(const sg_record *record, const sg_shape *shape) {
  (void)record;
  (void)shape;
  return 1;
}

static void skip_sample(const sg_shaped_block *block, const sg_view *view, const sample *s) {
  for (uint32_t k = 0; k < s->classes; k++)
    sg_view_skip(block, view, (uint32_t)(s->first + k * s->step), 1, NULL);
}

static void sweep_scores(const sg_shaped_block *block, const sample *s, double g) {
  double *grad = block->views[0].grad;
  for (uint32_t k = 0; grad && k < s->classes; k++) {
    size_t at = s->first + k * s->step;
    grad[at] += g * block->kept[at] + 0.;
  }
}

/* d/dt is -log(softmax). */
static void sweep_targets(const sg_shaped_block *block, const sample *s, uint32_t number,
                          double g) {
  const double *last = block->kept + block->views[0].count + 2 * (size_t)number;
  double *grad = block->views[1].grad;
  for (uint32_t k = 0; grad && k < s->classes; k++) {
    double depth = last[0] - get_score(s, k);
    grad[s->first + k * s->step] += g * (depth + last[1]) + 0.;
  }
}

bool sg_cross_entropy_sweep(const sg_shaped_block *block) {
  const sg_cross_entropy *shape = &block->shape.cross_entropy;
  for (uint32_t s = 0; s < shape->samples; s++) {
    if (sg_interrupted) return false;
    sample one = get_sample(shape, block->views[0].value, s);
    double g = get_g(block, shape->reduction, s, shape->samples);
    if (!sg_is_unreached(g)) {
      sweep_scores(block, &one, g);
      if (shape->soft) sweep_targets(block, &one, s, g);
    } else if (is_touched(block, shape->reduction, s)) {
      skip_sample(block, &block->views[0], &one);
      if (shape->soft) skip_sample(block, &block->views[1], &one);
    }
  }
  return true;
}

/* ---- squares ---- */

/* Of whole groups of lanes. */
static SG_VECTORISED void add_squares(double *restrict sums, const double *x, uint32_t count) {
  double lanes[SG_LANES];
  memcpy(lanes, sums, sizeof lanes);
  for (uint32_t k = 0; k < count; k += SG_LANES)
    for (uint32_t lane = 0; lane < SG_LANES; lane++) lanes[lane] += x[k + lane] * x[k + lane];
  memcpy(sums, lanes, sizeof lanes);
}

bool sg_squares_value(sg_shaped_work *work) {
  double sums[SG_LANES] = {0};
  const double *x = work->x[0];
  uint32_t count = work->shape.squares, whole = count / SG_LANES * SG_LANES;
  for (uint32_t k = 0; k < whole; k += POLL_EVERY) {
    if (sg_interrupted) return false;
    add_squares(sums, x + k, whole - k < POLL_EVERY ? whole - k : POLL_EVERY);
  }
  for (uint32_t k = whole; k < count; k++) sums[k - whole] += x[k] * x[k];
  work->y[0] = sg_add_lanes(sums);
  return true;
}

size_t sg_squares_scratch(const sg_record *record, const sg_shape *shape) {
  (void)record;
  (void)shape;
  return 1;
}

static SG_VECTORISED void add_doubled(double *grad, const double *x, double g, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) grad[k] += g * (2. * x[k]) + 0.;
}

bool sg_squares_sweep(const sg_shaped_block *block) {
  const sg_view *view = &block->views[0];
  double g = block->g[0];
  if (sg_is_unreached(g)) {
    sg_view_skip(block, view, 0, view->count, NULL);
    return true;
  }
  for (uint32_t start = 0, end; start < view->count; start = end) {
    if (sg_interrupted) return false;
    end = view->count - start < POLL_EVERY ? view->count : start + POLL_EVERY;
    add_doubled(view->grad + start, view->value + start, g, end - start);
  }
  return true;
}
