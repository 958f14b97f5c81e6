/* sgrad: optimizers: rows, state, and which parameters a step moves. */
#include "nn/optimizer.h"

#include "base/interrupt.h"
#include "base/vectors.h"
#include "nn/optimizer_step.h"

#include <float.h>
#include <stddef.h>

/* ---- the tables ---- */

static bool always(const sg_hyper *hyper) { return hyper != NULL; }
static bool has_momentum(const sg_hyper *hyper) { return hyper->momentum != 0.; }
static bool has_amsgrad(const sg_hyper *hyper) { return hyper->amsgrad; }
static bool has_centered(const sg_hyper *hyper) { return hyper->centered; }

#define RANGE(id, low, high, text) static const sg_range range_##id = {low, high, text};
#include "nn/optimizer.def"

#define OPTIMIZER(name) static const sg_hyper_row name##_hyper[] = {
#define NUMBER(name, fallback, range)                                                              \
  {#name, SG_HYPER_NUMBER, offsetof(sg_hyper, name), {fallback, 0.}, &range_##range},
#define PAIR(name, first, second, range)                                                           \
  {#name, SG_HYPER_PAIR, offsetof(sg_hyper, name), {first, second}, &range_##range},
#define FLAG(name) {#name, SG_HYPER_FLAG, offsetof(sg_hyper, name), {0., 0.}, NULL},
#define END(name, text, source, example)                                                           \
  { NULL, SG_HYPER_NUMBER, 0, {0., 0.}, NULL }                                                     \
  }                                                                                                \
  ;
#include "nn/optimizer.def"

#define OPTIMIZER(name) static const sg_state_row name##_state[] = {
#define STATE(name, needed) {#name, needed},
#define END(name, text, source, example)                                                           \
  { NULL, NULL }                                                                                   \
  }                                                                                                \
  ;
#include "nn/optimizer.def"

const sg_optimizer_row sg_optimizers[] = {
#define END(name, text, source, example)                                                           \
  {#name, text, source, name##_hyper, name##_state, sg_step_##name},
#include "nn/optimizer.def"
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

const sg_optimizer_row *sg_optimizer_find(const char *name) {
  for (const sg_optimizer_row *row = sg_optimizers; row->name; row++)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

const sg_hyper_row *sg_hyper_find(const sg_optimizer_row *row, const char *name) {
  for (const sg_hyper_row *hyper = row->hyper; hyper->name; hyper++)
    if (strcmp(hyper->name, name) == 0) return hyper;
  return NULL;
}

sg_hyper sg_hyper_defaults(const sg_optimizer_row *row) {
  sg_hyper hyper = {0};
  for (const sg_hyper_row *one = row->hyper; one->name; one++)
    for (int k = 0; one->kind != SG_HYPER_FLAG && k <= (one->kind == SG_HYPER_PAIR); k++)
      sg_hyper_numbers(&hyper, one)[k] = one->fallback[k];
  return hyper;
}

const char *sg_hyper_conflict(const sg_hyper *hyper) {
  bool fits = !hyper->nesterov || (hyper->momentum > 0. && hyper->dampening == 0.);
  return fits ? NULL : "nesterov=true needs a momentum above 0, and dampening 0";
}

/* ---- leaves ---- */

/* Adds a leaf at the end; reserves by the way. */
static bool add_leaf(sg_memory *memory, sg_leaf_runs *runs, sg_node leaf) {
  sg_node_run *last = runs->count ? &runs->items[runs->count - 1] : NULL;
  if (last && last->first + last->count == leaf) {
    last->count++;
    return true;
  }
  if (!SG_RESERVE(memory, runs, (size_t)runs->count + 1)) return false;
  runs->items[runs->count++] = (sg_node_run){leaf, 1};
  return true;
}

bool sg_optimizer_init(sg_optimizer *optimizer, sg_memory *memory, const sg_optimizer_row *row,
                       const sg_node *leaves, uint32_t count) {
  *optimizer = (sg_optimizer){.row = row, .hyper = sg_hyper_defaults(row)};
  SG_EACH (k, 0, count) {
    if (!add_leaf(memory, &optimizer->runs, leaves[k])) return false;
    optimizer->count++;
  }
  return optimizer->count == count;
}

void sg_optimizer_clear(sg_optimizer *optimizer, sg_memory *memory) {
  size_t bytes = optimizer->count * sizeof(double);
  for (int k = 0; k < SG_STATES; k++)
    if (optimizer->state[k]) sg_release(memory, optimizer->state[k], bytes);
  SG_RELEASE(memory, &optimizer->runs);
  *optimizer = (sg_optimizer){0};
}

/* Runs that have come to lie one behind the other become one. */
static void join_runs(sg_leaf_runs *runs) {
  uint32_t last = 0;
  for (uint32_t k = 1; k < runs->count; k++) {
    if (runs->items[last].first + runs->items[last].count == runs->items[k].first)
      runs->items[last].count += runs->items[k].count;
    else
      runs->items[++last] = runs->items[k];
  }
  if (runs->count) runs->count = last + 1;
}

/* ---- state ---- */

double *sg_optimizer_make_state(sg_optimizer *optimizer, sg_memory *memory, uint32_t k) {
  double begin = optimizer->row->step == sg_step_adagrad && k > 0
                     ? optimizer->hyper.initial_accumulator_value
                     : 0.;
  uint32_t count = optimizer->count;
  if (optimizer->state[k]) return optimizer->state[k];
  double *state = sg_allocate(memory, count * sizeof *state);
  if (!state) return NULL;
  SG_EACH (i, 0, count) state[i] = begin;
  if (!sg_gave_up(count)) return optimizer->state[k] = state;
  sg_release(memory, state, count * sizeof *state);
  return NULL;
}

static bool make_states(sg_optimizer *optimizer, sg_memory *memory) {
  const sg_state_row *row = optimizer->row->state;
  for (uint32_t k = 0; row[k].name; k++)
    if (optimizer->count && row[k].is_needed(&optimizer->hyper) &&
        !sg_optimizer_make_state(optimizer, memory, k))
      return false;
  return true;
}

/* ---- a step ---- */

static uint64_t get_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static bool is_set(double grad) { return get_bits(grad) != SG_NO_GRAD_BITS; }

/* Whether all have gradients and have been stepped equally often: a quick look, in arithmetic that
 * the vectors of every machine have. x | -x has its top bit unless x is 0. */
static SG_VECTORISED bool is_even(const double *grad, const double *steps, uint32_t count) {
  uint64_t set = ~UINT64_C(0), other = 0;
  for (uint32_t k = 0; k < count; k++) {
    uint64_t x = get_bits(grad[k]) ^ SG_NO_GRAD_BITS;
    set &= x | (0 - x);
  }
  for (uint32_t k = 0; steps && k < count; k++) other |= get_bits(steps[k]) ^ get_bits(steps[0]);
  return set >> 63 && !other;
}

/* How many from the first on are even; it has a gradient. */
static uint32_t count_even(const double *grad, const double *steps, uint32_t count) {
  uint32_t k = 1;
  if (is_even(grad, steps, count)) return count;
  while (k < count && is_set(grad[k]) && (!steps || steps[k] == steps[0])) k++;
  return k;
}

/* What a step works on: in place, which nothing stops, or on copies, which become what they are
 * copies of when all is done. */
typedef struct work {
  const sg_optimizer *optimizer;
  sg_tape *tape;
  double *value;            /* of all nodes */
  double *state[SG_STATES]; /* as the optimizer's */
  bool copied;
  sg_leaf_runs moved; /* of copies: the leaves to be marked as changed; owned */
  sg_powers powers;
} work;

static bool note_moved(work *w, sg_node leaf, uint32_t count) {
  sg_leaf_runs *moved = &w->moved;
  sg_node_run *last = moved->count ? &moved->items[moved->count - 1] : NULL;
  if (!w->copied) {
    sg_tape_mark_changed(w->tape, leaf, count);
    return true;
  }
  if (last && last->first + last->count == leaf) {
    last->count += count;
    return true;
  }
  if (!SG_RESERVE(w->tape->memory, moved, (size_t)moved->count + 1)) return false;
  moved->items[moved->count++] = (sg_node_run){leaf, count};
  return true;
}

/* The parameters from `at` on, `count` in a row of leaves from `leaf` on, with gradients. */
static bool step_even(work *w, uint32_t at, sg_node leaf, uint32_t count) {
  const sg_optimizer *optimizer = w->optimizer;
  double *steps = w->state[0] ? w->state[0] + at : NULL;
  sg_stretch stretch = {.hyper = &optimizer->hyper,
                        .count = count,
                        .step = steps ? *steps : 0.,
                        .value = w->value + leaf,
                        .grad = w->tape->grad + leaf,
                        .powers = &w->powers};
  for (int k = 1; k < SG_STATES; k++) stretch.state[k] = w->state[k] ? w->state[k] + at : NULL;
  optimizer->row->step(&stretch);
  for (uint32_t k = 0; steps && k < count; k++) steps[k] += 1.;
  return note_moved(w, leaf, count);
}

/* Of a run whose first parameter is number `at`. False: given up, of copies only. */
static bool step_run(work *w, uint32_t at, sg_node_run run) {
  const sg_tape *tape = w->tape;
  const double *steps = w->state[0] ? w->state[0] + at : NULL;
  uint32_t known = run.first < tape->grad_count ? tape->grad_count - run.first : 0;
  uint32_t count = known < run.count ? known : run.count;
  const double *grad = count ? tape->grad + run.first : NULL;
  for (uint32_t k = 0; k < count;) {
    uint32_t most = count - k < SG_STRETCH ? count - k : SG_STRETCH;
    bool set = is_set(grad[k]);
    uint32_t even = set ? count_even(grad + k, steps ? steps + k : NULL, most) : 1;
    if (w->copied && sg_interrupted) return false;
    if (set && !step_even(w, at + k, run.first + k, even)) return false;
    k += even;
  }
  return true;
}

static bool step_runs(work *w) {
  uint32_t at = 0;
  const sg_leaf_runs *runs = &w->optimizer->runs;
  for (uint32_t k = 0; k < runs->count; k++) {
    if (!step_run(w, at, runs->items[k])) return false;
    at += runs->items[k].count;
  }
  return true;
}

/* ---- a long step ---- */

/* One that would let Ctrl-C wait, were it done in place: by the numbers that it reads and writes;
 * a run takes as long as some of them. */
static bool is_long(const sg_optimizer *optimizer) {
  enum { AT_ONCE = 1 << 25, LEAF = 3, STATE = 2, RUN = 64 };
  uint64_t each = LEAF;
  for (int k = 0; k < SG_STATES; k++) each += optimizer->state[k] ? STATE : 0;
  return optimizer->count * each + (uint64_t)RUN * optimizer->runs.count > AT_ONCE;
}

/* The first `count` of `room` numbers. NULL: out of memory or interrupted. */
static double *copy_numbers(sg_memory *memory, const double *from, uint32_t count, uint32_t room) {
  double *copy = sg_allocate(memory, room * sizeof *copy);
  if (!copy || sg_copy(memory, copy, from, count * sizeof *copy)) return copy;
  sg_release(memory, copy, room * sizeof *copy);
  return NULL;
}

static bool make_copies(work *w) {
  const sg_tape *tape = w->tape;
  uint32_t count = w->optimizer->count;
  w->value = copy_numbers(tape->memory, tape->value, tape->count, tape->allocated);
  bool ok = w->value != NULL;
  for (int k = 0; ok && k < SG_STATES; k++) {
    const double *state = w->optimizer->state[k];
    if (state) ok = (w->state[k] = copy_numbers(tape->memory, state, count, count)) != NULL;
  }
  return ok;
}

static void exchange(double **a, double **b) {
  double *kept = *a;
  *a = *b;
  *b = kept;
}

static void commit(work *w, sg_optimizer *optimizer) {
  exchange(&w->tape->value, &w->value);
  for (int k = 0; k < SG_STATES; k++) exchange(&optimizer->state[k], &w->state[k]);
  for (uint32_t k = 0; k < w->moved.count; k++)
    sg_tape_mark_changed(w->tape, w->moved.items[k].first, w->moved.items[k].count);
}

static void drop_copies(work *w) {
  sg_memory *memory = w->tape->memory;
  sg_release(memory, w->value, w->value ? w->tape->allocated * sizeof *w->value : 0);
  for (int k = 0; k < SG_STATES; k++)
    sg_release(memory, w->state[k], w->state[k] ? w->optimizer->count * sizeof(double) : 0);
  SG_RELEASE(memory, &w->moved);
}

/* False: out of memory or interrupted; nothing has changed. */
static bool step_copies(sg_optimizer *optimizer, sg_tape *tape) {
  work w = {.optimizer = optimizer, .tape = tape, .copied = true};
  bool ok = make_copies(&w) && step_runs(&w);
  if (ok) commit(&w, optimizer);
  drop_copies(&w);
  return ok;
}

static void step_in_place(const sg_optimizer *optimizer, sg_tape *tape) {
  work w = {.optimizer = optimizer, .tape = tape, .value = tape->value};
  memcpy(w.state, optimizer->state, sizeof w.state);
  step_runs(&w);
}

bool sg_optimizer_step(sg_optimizer *optimizer, sg_tape *tape) {
  if (!make_states(optimizer, tape->memory)) return false;
  join_runs(&optimizer->runs);
  bool done = is_long(optimizer) && step_copies(optimizer, tape);
  if (!done && is_long(optimizer) && sg_interrupted) return false;
  if (!done) step_in_place(optimizer, tape);
  optimizer->steps++;
  return true;
}

void sg_optimizer_zero_grad(sg_optimizer *optimizer, sg_tape *tape) {
  for (uint32_t k = 0; k < optimizer->runs.count; k++)
    sg_tape_zero_run(tape, optimizer->runs.items[k].first, optimizer->runs.items[k].count);
}
