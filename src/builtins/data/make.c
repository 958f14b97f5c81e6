/* sgrad: moons, circles, spiral, blobs, xor: the data sets of nn/dataset.h as lists. */
#include "builtins/data/data.h"
#include "nn/dataset.h"

#include <math.h>

typedef struct maker {
  sg_vm *vm;
  const sg_call *call;
  const sg_dataset_row *row;
  sg_dataset set;
  sg_draw draw;
  bool shuffled;
} maker;

static maker start(sg_vm *vm, const sg_call *call) {
  return (maker){.vm = vm, .call = call, .row = sg_dataset_find(call->builtin->name)};
}

static bool fail_range(const maker *m, const char *wanted, const char *parameter, double x) {
  char text[SG_NUMBER_SIZE];
  return sg_vm_fail(m->vm, "%s() takes %s for '%s', not %s", m->row->name, wanted, parameter,
                    sg_number_text(text, x));
}

static bool init_set(maker *m, uint32_t groups, uint32_t features) {
  return sg_dataset_init(&m->set, m->vm->memory, m->row, groups, features) ||
         sg_vm_fail_memory(m->vm);
}

/* Argument `i` is a list: does it hold one number for each group? */
static bool check_length(const maker *m, uint32_t i) {
  sg_list *list;
  char name[48];
  if (!sg_need_numbers(m->vm, m->call, i, false, &list)) return false;
  if (list->count == m->set.groups) return true;
  sg_vm_parameter_name(m->call, i, name, sizeof name);
  return sg_vm_fail(m->vm, "%s() takes a number or a list of %u for '%s', not of %u", m->row->name,
                    m->set.groups, name, list->count);
}

/* The number of samples in each group. */
static bool read_counts(maker *m) {
  if (!check_length(m, 0)) return false;
  const sg_list *list = sg_as_list(m->call->args[0]);
  uint64_t total = 0;
  for (uint32_t g = 0; g < list->count; g++) {
    double count = sg_tape_value(&m->vm->tape, list->items[g]);
    if (!(count >= 0 && count <= SG_COUNT_LIMIT && count == trunc(count)))
      return fail_range(m, "whole numbers from 0", "n", count);
    total += (uint64_t)count;
    if (total > SG_COUNT_LIMIT)
      return sg_vm_fail(m->vm, "%s() makes at most %d samples", m->row->name, SG_COUNT_LIMIT);
    m->set.starts[g + 1] = (uint32_t)total;
  }
  return true;
}

/* n=: how many samples in all, or in each of several groups. */
static bool read_n(maker *m, uint32_t fallback) {
  uint32_t n = fallback;
  if (sg_is_list(m->call->args[0])) return read_counts(m);
  if (sg_is_given(m->call, 0) && !sg_need_count(m->vm, m->call, 0, &n)) return false;
  sg_dataset_share(&m->set, n);
  return true;
}

/* noise=: of all groups, or of each. None is 0. */
static bool read_noise(maker *m, double fallback) {
  sg_value given = m->call->args[1];
  double noise = sg_is_none(given) ? 0 : fallback;
  const sg_list *list = NULL;
  if (sg_is_list(given)) {
    if (!check_length(m, 1)) return false;
    list = sg_as_list(given);
  } else if (sg_is_given(m->call, 1) && !sg_vm_need_number(m->vm, m->call, 1, &noise)) {
    return false;
  }
  for (uint32_t g = 0; g < m->set.groups; g++) {
    if (list) noise = sg_tape_value(&m->vm->tape, list->items[g]);
    if (!(noise >= 0 && isfinite(noise))) return fail_range(m, "a number from 0", "noise", noise);
    m->set.noises[g] = noise;
  }
  return true;
}

/* shuffle= and seed=, the last two arguments. */
static bool read_order(maker *m) {
  uint32_t seed = m->call->parameters - 1;
  return sg_need_bool(m->vm, m->call, seed - 1, true, &m->shuffled) &&
         sg_draw_start(m->vm, m->call, seed, &m->draw);
}

static sg_list *add_sample(maker *m, uint32_t i, sg_list *ys, double *x) {
  sg_list *sample = sg_list_new(&m->vm->heap, m->set.features);
  if (!sample) return NULL;
  ys->items[ys->count++] = sg_number(sg_dataset_sample(&m->set, i, &m->draw.random, x));
  for (uint32_t f = 0; f < m->set.features; f++) sample->items[f] = sg_number(x[f]);
  sample->count = m->set.features;
  return sample;
}

static bool add_samples(maker *m, const sg_order *order, sg_list *xs, sg_list *ys, double *x) {
  uint64_t work = 0;
  for (uint32_t k = 0; k < order->count; k++) {
    sg_list *sample = add_sample(m, order->items[k], ys, x);
    if (!sample) return sg_vm_fail_memory(m->vm);
    sg_list_set(xs, xs->count++, sg_object_value(sample));
    if (!sg_poll_work(m->vm, &work, m->set.features)) return false;
  }
  return true;
}

static bool make_lists(maker *m, const sg_order *order, sg_value *result) {
  size_t size = m->set.features * sizeof(double);
  sg_list *xs = sg_list_new(&m->vm->heap, order->count);
  sg_list *ys = xs ? sg_list_new(&m->vm->heap, order->count) : NULL;
  double *x = ys ? sg_allocate(m->vm->memory, size) : NULL;
  if (!x) return sg_vm_fail_memory(m->vm);
  bool ok = add_samples(m, order, xs, ys, x);
  sg_release(m->vm->memory, x, size);
  sg_value pair[] = {sg_object_value(xs), sg_object_value(ys)};
  return ok && sg_give_list(m->vm, pair, 2, result);
}

/* Gives the set, if all went well with it, and clears it. */
static bool finish(maker *m, bool ok, sg_value *result) {
  sg_order order = {.memory = m->vm->memory};
  ok = ok && sg_make_order(m->vm, sg_dataset_count(&m->set), m->shuffled, &m->draw, &order) &&
       make_lists(m, &order, result);
  if (ok) sg_draw_end(m->vm, &m->draw);
  sg_order_clear(&order);
  if (m->set.memory) sg_dataset_clear(&m->set);
  return ok;
}

bool sg_run_moons(sg_vm *vm, const sg_call *call, sg_value *result) {
  maker m = start(vm, call);
  bool ok = init_set(&m, 2, 2) && read_n(&m, 100) && read_noise(&m, 0.1) && read_order(&m);
  return finish(&m, ok, result);
}

static bool read_factor(maker *m) {
  double *factor = &m->set.factor;
  *factor = 0.8;
  if (sg_is_given(m->call, 2) && !sg_vm_need_number(m->vm, m->call, 2, factor)) return false;
  if (*factor >= 0 && *factor < 1) return true;
  return fail_range(m, "a number from 0 to below 1", "factor", *factor);
}

bool sg_run_circles(sg_vm *vm, const sg_call *call, sg_value *result) {
  maker m = start(vm, call);
  bool ok = init_set(&m, 2, 2) && read_n(&m, 100) && read_noise(&m, 0.05) && read_factor(&m) &&
            read_order(&m);
  return finish(&m, ok, result);
}

static bool check_some(const maker *m, const char *parameter, uint32_t count) {
  if (count >= 1 && count <= SG_DATASET_MOST) return true;
  return fail_range(m, "a number from 1 to 1000000", parameter, count);
}

/* How many groups or features; *out as it was where the argument is not given. */
static bool need_some(const maker *m, uint32_t i, const char *parameter, uint32_t *out) {
  if (sg_is_given(m->call, i) && !sg_need_count(m->vm, m->call, i, out)) return false;
  return check_some(m, parameter, *out);
}

static bool read_turns(maker *m) {
  double *turns = &m->set.turns;
  *turns = 2 / 3.141592653589793238;
  if (sg_is_given(m->call, 3) && !sg_vm_need_number(m->vm, m->call, 3, turns)) return false;
  return isfinite(*turns) || fail_range(m, "a finite number", "turns", *turns);
}

bool sg_run_spiral(sg_vm *vm, const sg_call *call, sg_value *result) {
  maker m = start(vm, call);
  uint32_t arms = 3;
  bool ok = need_some(&m, 2, "arms", &arms) && init_set(&m, arms, 2) && read_n(&m, 300) &&
            read_noise(&m, 0.2) && read_turns(&m) && read_order(&m);
  return finish(&m, ok, result);
}

/* center_box=[low, high] */
static bool read_box(const maker *m, double box[2]) {
  sg_list *list;
  box[0] = -10;
  box[1] = 10;
  if (!sg_is_given(m->call, 4)) return true;
  if (!sg_need_numbers(m->vm, m->call, 4, false, &list)) return false;
  for (uint32_t i = 0; i < 2 && list->count == 2; i++)
    box[i] = sg_tape_value(&m->vm->tape, list->items[i]);
  if (list->count == 2 && box[0] <= box[1] && isfinite(box[0]) && isfinite(box[1])) return true;
  return sg_vm_fail(m->vm, "blobs() takes [low, high] for 'center_box', two numbers in order");
}

static bool draw_centers(maker *m) {
  double box[2];
  uint64_t work = 0;
  if (!read_box(m, box)) return false;
  for (uint32_t g = 0; g < m->set.groups; g++) {
    double *center = m->set.centers + (size_t)g * m->set.features;
    for (uint32_t f = 0; f < m->set.features; f++)
      center[f] = box[0] + (box[1] - box[0]) * sg_random_unit(&m->draw.random);
    if (!sg_poll_work(m->vm, &work, m->set.features)) return false;
  }
  return true;
}

static bool copy_centers(maker *m, const sg_rows *given) {
  for (uint32_t g = 0; g < m->set.groups; g++) {
    double *center = m->set.centers + (size_t)g * m->set.features;
    sg_rows_read(m->vm, given, g, center);
    for (uint32_t f = 0; f < m->set.features; f++)
      if (!isfinite(center[f])) return fail_range(m, "finite numbers", "centers", center[f]);
  }
  return true;
}

/* How many blobs, of how many features; `given` holds their centers when those are told. */
static bool read_shape(maker *m, sg_rows *given, uint32_t *groups, uint32_t *features) {
  *groups = 3;
  *features = 2;
  if (sg_is_list(m->call->args[2])) {
    if (!sg_need_rows(m->vm, m->call, 2, given)) return false;
    *groups = given->list->count;
    *features = given->features;
    return check_some(m, "centers", *groups) && check_some(m, "n_features", *features);
  }
  if (sg_is_list(m->call->args[0])) *groups = sg_as_list(m->call->args[0])->count;
  return need_some(m, 2, "centers", groups) && need_some(m, 3, "n_features", features);
}

bool sg_run_blobs(sg_vm *vm, const sg_call *call, sg_value *result) {
  maker m = start(vm, call);
  sg_rows given = {.list = NULL};
  uint32_t groups;
  uint32_t features;
  bool ok = read_shape(&m, &given, &groups, &features) && init_set(&m, groups, features) &&
            read_n(&m, 100) && read_noise(&m, 1) && read_order(&m);
  if (ok) ok = sg_dataset_add_centers(&m.set) || sg_vm_fail_memory(vm);
  ok = ok && (given.list ? copy_centers(&m, &given) : draw_centers(&m));
  return finish(&m, ok, result);
}

bool sg_run_xor(sg_vm *vm, const sg_call *call, sg_value *result) {
  maker m = start(vm, call);
  bool ok = init_set(&m, 1, 2) && read_n(&m, 4) && read_noise(&m, 0) &&
            sg_draw_start(vm, call, 2, &m.draw);
  return finish(&m, ok, result);
}
