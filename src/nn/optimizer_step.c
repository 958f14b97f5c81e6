/* sgrad: the formulas of optimizers, in the order of PyTorch's operations. */
#include "nn/optimizer_step.h"

#include "base/vectors.h"

#include <math.h>

/* The direction: the gradient, turned around to maximize, plus the decay of weights. In `room`,
 * unless it is the gradient itself. */
static SG_VECTORISED const double *prepare(const sg_stretch *s, double decay, double *room) {
  double sign = s->hyper->maximize ? -1. : 1.;
  if (!s->hyper->maximize && decay == 0.) return s->grad;
  for (uint32_t k = 0; k < s->count; k++) room[k] = sign * s->grad[k];
  for (uint32_t k = 0; decay != 0. && k < s->count; k++) room[k] += decay * s->value[k];
  return room;
}

/* The mean that forgets: m = rate * m + (1 - rate) * g. */
static SG_VECTORISED void average(double *m, const double *g, double rate, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) m[k] = rate * m[k] + (1. - rate) * g[k];
}

static SG_VECTORISED void average_squares(double *v, const double *g, double rate, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) v[k] = rate * v[k] + (1. - rate) * g[k] * g[k];
}

/* ---- sgd ---- */

enum { SGD_BUFFER = 1 };

/* What takes the direction's place, into `room`, which may hold the direction. */
static SG_VECTORISED void add_momentum(const sg_stretch *s, const double *g, double *room) {
  const sg_hyper *h = s->hyper;
  double *b = s->state[SGD_BUFFER], share = 1. - h->dampening, momentum = h->momentum;
  for (uint32_t k = 0; k < s->count; k++)
    b[k] = s->step > 0. ? momentum * b[k] + share * g[k] : g[k];
  for (uint32_t k = 0; k < s->count; k++) room[k] = h->nesterov ? g[k] + momentum * b[k] : b[k];
}

SG_VECTORISED void sg_step_sgd(const sg_stretch *s) {
  double room[SG_STRETCH], *x = s->value, lr = s->hyper->lr;
  const double *g = prepare(s, s->hyper->weight_decay, room);
  if (s->hyper->momentum != 0.) {
    add_momentum(s, g, room);
    g = room;
  }
  for (uint32_t k = 0; k < s->count; k++) x[k] += -lr * g[k];
}

/* ---- adam, adamw ---- */

enum { ADAM_MEAN = 1, ADAM_SQUARES, ADAM_LARGEST };

/* A nan is kept: v has it from then on. */
static SG_VECTORISED void keep_largest(double *largest, const double *v, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) largest[k] = largest[k] > v[k] ? largest[k] : v[k];
}

static sg_powers get_powers(const sg_stretch *s) {
  double step = s->step + 1.;
  const double *betas = s->hyper->betas;
  if (s->powers->step != step)
    *s->powers = (sg_powers){step, pow(betas[0], step), pow(betas[1], step)};
  return *s->powers;
}

static SG_VECTORISED void step_adam(const sg_stretch *s, double decay) {
  const sg_hyper *h = s->hyper;
  sg_powers powers = get_powers(s);
  double room[SG_STRETCH], *m = s->state[ADAM_MEAN], *v = s->state[ADAM_SQUARES];
  const double *g = prepare(s, decay, room);
  average(m, g, h->betas[0], s->count);
  average_squares(v, g, h->betas[1], s->count);
  if (h->amsgrad) keep_largest(s->state[ADAM_LARGEST], v, s->count);
  if (h->amsgrad) v = s->state[ADAM_LARGEST];
  double rate = h->lr / (1. - powers.first), root = sqrt(1. - powers.second), eps = h->eps;
  for (uint32_t k = 0; k < s->count; k++) s->value[k] += -rate * m[k] / (sqrt(v[k]) / root + eps);
}

void sg_step_adam(const sg_stretch *s) { step_adam(s, s->hyper->weight_decay); }

SG_VECTORISED void sg_step_adamw(const sg_stretch *s) {
  double keep = 1. - s->hyper->lr * s->hyper->weight_decay;
  for (uint32_t k = 0; k < s->count; k++) s->value[k] *= keep;
  step_adam(s, 0.);
}

/* ---- rmsprop ---- */

enum { RMSPROP_SQUARES = 1, RMSPROP_BUFFER, RMSPROP_MEAN };

/* What g is divided by. */
static SG_VECTORISED void measure(const sg_stretch *s, const double *g, double *size) {
  const sg_hyper *h = s->hyper;
  double *v = s->state[RMSPROP_SQUARES], *m = s->state[RMSPROP_MEAN], eps = h->eps;
  average_squares(v, g, h->alpha, s->count);
  if (h->centered) average(m, g, h->alpha, s->count);
  for (uint32_t k = 0; k < s->count; k++)
    size[k] = sqrt(h->centered ? v[k] - m[k] * m[k] : v[k]) + eps;
}

SG_VECTORISED void sg_step_rmsprop(const sg_stretch *s) {
  const sg_hyper *h = s->hyper;
  double room[SG_STRETCH], size[SG_STRETCH], *b = s->state[RMSPROP_BUFFER], lr = h->lr;
  const double *g = prepare(s, h->weight_decay, room);
  measure(s, g, size);
  if (h->momentum == 0.) {
    for (uint32_t k = 0; k < s->count; k++) s->value[k] += -lr * g[k] / size[k];
    return;
  }
  for (uint32_t k = 0; k < s->count; k++) b[k] = h->momentum * b[k] + g[k] / size[k];
  for (uint32_t k = 0; k < s->count; k++) s->value[k] += -lr * b[k];
}

/* ---- adagrad ---- */

enum { ADAGRAD_SUM = 1 };

SG_VECTORISED void sg_step_adagrad(const sg_stretch *s) {
  const sg_hyper *h = s->hyper;
  double room[SG_STRETCH], *sum = s->state[ADAGRAD_SUM], eps = h->eps;
  double rate = h->lr / (1. + s->step * h->lr_decay);
  const double *g = prepare(s, h->weight_decay, room);
  for (uint32_t k = 0; k < s->count; k++) sum[k] += g[k] * g[k];
  for (uint32_t k = 0; k < s->count; k++) s->value[k] += -rate * g[k] / (sqrt(sum[k]) + eps);
}
