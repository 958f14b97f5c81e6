/* sgrad: SPEED.md's W1 and W4 on the engine alone, from C, beside hand-written C (hand/networks.c).
 *
 * Prints for each network the microseconds a step of both, the least of several rounds, and their
 * ratio; of the engine's also those of forward, backward and update, the least of all steps. Both
 * train from the same parameters on the same data and must have the same losses.
 */
#include "tests/bench/hand/networks.h"
#include "base/random.h"
#include "base/vectors.h"
#include "graph/backward.h"
#include "graph/shaped.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 100, LAYERS = 3, CHECKED = 20 };

typedef struct network {
  const char *name;
  double (*by_hand)(double *, const double *, const double *, double);
  uint32_t sizes[LAYERS + 1]; /* 0 after the last */
  uint32_t samples, parameters;
  double rate;
  int steps;       /* a round */
  bool one_by_one; /* a block a sample */
} network;

static const network networks[] = {
    {"W1 2-16-16-1, 100 moons", hand_moons, {2, 16, 16, 1}, MOONS, MOONS_PARAMETERS, 0.5, 50, 0},
    {"W1 the same, one by one", hand_moons, {2, 16, 16, 1}, MOONS, MOONS_PARAMETERS, 0.5, 50, 1},
    {"W4 784-32-10, 64 samples", hand_large, {784, 32, 10, 0}, BATCH, LARGE_PARAMETERS, 0.1, 3, 0},
    {"W4 64-32-10, 64 samples", hand_small, {64, 32, 10, 0}, BATCH, SMALL_PARAMETERS, 0.1, 25, 0}};

/* The least microseconds of each. */
typedef struct parts {
  double forward, backward, update;
} parts;

typedef struct setting {
  const network *network;
  double *x, *y, *start; /* samples, targets, parameters to begin with */
  sg_tape tape;
  sg_error error;
  sg_node first; /* parameter */
  bool timed;    /* step notes its parts */
  parts parts;
} setting;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

/* ---- a step on the engine ---- */

/* From x, a batch of so many samples, to the outputs of the last layer. */
static bool forward(setting *s, sg_vector x, uint32_t samples, sg_vector *out) {
  const network *n = s->network;
  sg_node first = s->first;
  for (int layer = 0; layer < LAYERS && n->sizes[layer + 1] > 0; layer++) {
    bool last = layer + 1 == LAYERS || n->sizes[layer + 2] == 0;
    sg_dense shape = {.inputs = n->sizes[layer],
                      .outputs = n->sizes[layer + 1],
                      .samples = samples,
                      .has_bias = true,
                      .activation = last ? SG_OP_IDENTITY : SG_OP_RELU};
    uint32_t count = shape.outputs * (shape.inputs + 1);
    if (!sg_apply_dense(&s->tape, &shape, x, sg_vector_run(first, count), NULL, &x, &s->error))
      return false;
    first += count;
  }
  *out = x;
  return true;
}

/* All samples, together or each for itself: the scores, which `room` may hold. */
static bool score(setting *s, sg_value *room, sg_vector *out) {
  const network *n = s->network;
  if (!n->one_by_one)
    return forward(s, sg_vector_data(s->x, n->sizes[0] * n->samples), n->samples, out);
  for (uint32_t k = 0; k < n->samples; k++) {
    double x[2] = {s->x[k], s->x[n->samples + k]};
    if (!forward(s, sg_vector_data(x, 2), 1, out)) return false;
    room[k] = sg_vector_get(*out, 0);
  }
  *out = sg_vector_list(room, n->samples);
  return true;
}

/* The loss as one node. */
static bool compare(setting *s, sg_vector scores, sg_value *loss) {
  const network *n = s->network;
  sg_vector y = sg_vector_data(s->y, n->samples), out, squares;
  if (n->by_hand != hand_moons) {
    sg_cross_entropy shape = {.classes = 10, .samples = n->samples, .reduction = SG_REDUCE_MEAN};
    if (!sg_apply_cross_entropy(&s->tape, &shape, scores, y, NULL, &out, &s->error)) return false;
    *loss = sg_vector_get(out, 0);
    return true;
  }
  sg_pairs shape = {.loss = SG_OP_HINGE, .count = n->samples, .reduction = SG_REDUCE_MEAN};
  sg_vector parameters = sg_vector_run(s->first, n->parameters);
  return sg_apply_pairs(&s->tape, &shape, scores, y, NULL, &out, &s->error) &&
         sg_apply_squares(&s->tape, parameters, NULL, &squares, &s->error) &&
         sg_apply2(&s->tape, SG_OP_MUL, sg_vector_get(squares, 0), sg_number(1e-4), loss) &&
         sg_apply2(&s->tape, SG_OP_ADD, sg_vector_get(out, 0), *loss, loss);
}

/* SGD as the optimizer does it, run by run. */
static SG_VECTORISED void descend(double *value, const double *grad, double rate, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) value[k] -= rate * grad[k];
}

static void update(setting *s) {
  uint32_t count = s->network->parameters;
  descend(s->tape.value + s->first, s->tape.grad + s->first, s->network->rate, count);
  sg_tape_zero_run(&s->tape, s->first, count);
  sg_tape_mark_changed(&s->tape, s->first, count);
}

static bool step(setting *s, double *loss) {
  sg_tape_mark mark = sg_tape_get_mark(&s->tape);
  sg_vector scores;
  sg_value y, room[MOONS];
  double start = s->timed ? now() : 0.;
  if (!score(s, room, &scores) || !compare(s, scores, &y)) return false;
  double middle = s->timed ? now() : 0.;
  if (!sg_tape_backward(&s->tape, sg_as_node(y), &s->error)) return false;
  double end = s->timed ? now() : 0.;
  *loss = sg_tape_value(&s->tape, y);
  sg_tape_truncate(&s->tape, mark);
  update(s);
  if (!s->timed) return true;
  s->parts = (parts){fmin(s->parts.forward, middle - start), fmin(s->parts.backward, end - middle),
                     fmin(s->parts.update, now() - end)};
  return true;
}

/* ---- both beside each other ---- */

static void fill(setting *s) {
  const network *n = s->network;
  sg_random random;
  sg_random_seed(&random, 7);
  uint32_t stride = n->sizes[0] + 1;
  for (uint32_t k = 0; k < n->sizes[0] * n->samples; k++) s->x[k] = sg_random_unit(&random) - 0.5;
  for (uint32_t k = 0; k < n->samples; k++) {
    bool up = s->x[k] + s->x[n->samples + k] * s->x[k] > 0.02;
    s->y[k] = n->by_hand == hand_moons ? (up ? 1. : -1.) : (double)sg_random_below(&random, 10);
  }
  for (uint32_t k = 0; k < n->parameters; k++)
    s->start[k] = (2. * sg_random_unit(&random) - 1.) / sqrt(stride);
}

static bool prepare(setting *s, const network *n, sg_memory *memory) {
  *s = (setting){.network = n, .parts = {INFINITY, INFINITY, INFINITY}};
  s->x = calloc((size_t)n->sizes[0] * n->samples, sizeof *s->x);
  s->y = calloc(n->samples, sizeof *s->y);
  s->start = calloc(n->parameters, sizeof *s->start);
  sg_tape_init(&s->tape, memory);
  if (!s->x || !s->y || !s->start) return false;
  fill(s);
  for (uint32_t k = 0; k < n->parameters; k++) {
    sg_value leaf;
    if (!sg_tape_leaf(&s->tape, s->start[k], &leaf)) return false;
  }
  return true;
}

static void release(setting *s) {
  free(s->x);
  free(s->y);
  free(s->start);
  sg_tape_clear(&s->tape);
}

/* The losses of the first steps agree, and the parameters after them. */
static bool check(setting *s, double *p) {
  const network *n = s->network;
  double worst = 0., loss;
  memcpy(p, s->start, n->parameters * sizeof *p);
  for (int k = 0; k < CHECKED; k++) {
    if (!step(s, &loss)) return false;
    double wanted = n->by_hand(p, s->x, s->y, n->rate);
    worst = fmax(worst, fabs(loss - wanted) / fabs(wanted));
  }
  if (worst > 1e-9) printf("  the losses differ by %.3g\n", worst);
  return worst <= 1e-9;
}

static bool run(const network *n, sg_memory *memory) {
  setting s;
  double *p = calloc(n->parameters, sizeof *p), loss, engine = INFINITY, hand = INFINITY;
  bool ok = prepare(&s, n, memory) && p && check(&s, p);
  for (int round = 0; ok && round < ROUNDS; round++) {
    double start = now();
    for (int k = 0; ok && k < n->steps; k++) ok = step(&s, &loss);
    double middle = now();
    for (int k = 0; k < n->steps; k++) n->by_hand(p, s.x, s.y, n->rate);
    engine = fmin(engine, (middle - start) / n->steps);
    hand = fmin(hand, (now() - middle) / n->steps);
    s.timed = true;
    ok = ok && step(&s, &loss);
    s.timed = false;
  }
  if (ok)
    printf("  %-25s engine %7.2f us (%.2f + %.2f + %.2f), by hand %7.2f us, ratio %.2f\n", n->name,
           engine, s.parts.forward, s.parts.backward, s.parts.update, hand, engine / hand);
  release(&s);
  free(p);
  return ok;
}

int main(int argc, char **argv) {
  sg_memory memory;
  bool ok = true;
  sg_memory_init(&memory);
  for (size_t i = 0; i < sizeof networks / sizeof *networks; i++)
    if (argc < 2 || strstr(networks[i].name, argv[1])) ok = run(&networks[i], &memory) && ok;
  return !ok;
}
