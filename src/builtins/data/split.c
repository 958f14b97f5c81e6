/* sgrad: train_test_split and batches: samples and their targets in parts. */
#include "builtins/data/data.h"
#include "builtins/sort.h"

#include <math.h>

typedef struct splitter {
  sg_vm *vm;
  sg_list *xs;
  sg_list *ys;
  sg_list *classes; /* NULL: not stratified */
  bool shuffled;
  sg_draw draw;
  uint32_t tests; /* how many samples */
} splitter;

static bool fail_size(const splitter *s, double size) {
  char text[SG_NUMBER_SIZE];
  sg_number_text(text, size);
  if (size > 0 && (size < 1 || size == trunc(size)))
    return sg_vm_fail(s->vm, "a test_size of %s leaves none of %u samples to train with", text,
                      s->xs->count);
  return sg_vm_fail(s->vm,
                    "train_test_split() takes a share below 1 or a number of samples for "
                    "'test_size', not %s",
                    text);
}

/* test_size=: a share, rounded up, or a number of samples. */
static bool read_size(splitter *s, const sg_call *call, uint32_t i) {
  double size = 0.25;
  if (sg_is_given(call, i) && !sg_vm_need_number(s->vm, call, i, &size)) return false;
  double tests = size < 1 ? ceil(size * s->xs->count) : size;
  if (!(size > 0 && tests < s->xs->count && tests == trunc(tests))) return fail_size(s, size);
  s->tests = (uint32_t)tests;
  return true;
}

/* stratify=: the classes, or true for ys. */
static bool read_classes(splitter *s, const sg_call *call, uint32_t i) {
  sg_value given = call->args[i];
  if (!sg_is_given(call, i) || (sg_is_bool(given) && !sg_is_true(given))) return true;
  if (!sg_is_bool(given) && !sg_is_list(given))
    return sg_vm_fail_argument(s->vm, call, i, "a bool or a list of classes");
  s->classes = sg_is_list(given) ? sg_as_list(given) : s->ys;
  if (s->classes->count != s->xs->count)
    return sg_vm_fail(s->vm, "train_test_split() takes a class for each of %u samples, not %u",
                      s->xs->count, s->classes->count);
  SG_EACH (k, 0, s->classes->count) {
    sg_value v = s->classes->items[k];
    if (!sg_is_number(v) && !sg_is_string(v))
      return sg_vm_fail(s->vm, "classes are numbers or strings, but item %u is %s", k,
                        sg_type_phrase(v));
  }
  if (s->shuffled) return sg_vm_is_whole(s->vm, s->classes->count);
  return sg_vm_fail(s->vm, "train_test_split() cannot keep the classes' shares without shuffling");
}

/* Numbers before strings. */
static bool class_before(const void *context, uint32_t i, uint32_t j) {
  const splitter *s = context;
  sg_value a = s->classes->items[i];
  sg_value b = s->classes->items[j];
  if (sg_is_string(a) && sg_is_string(b))
    return sg_sort_strings_before(sg_as_string(a), sg_as_string(b));
  if (sg_is_string(a) || sg_is_string(b)) return sg_is_string(b);
  return sg_sort_numbers_before(sg_tape_value(&s->vm->tape, a), sg_tape_value(&s->vm->tape, b));
}

/* The classes of the samples, and what falls to each. All arrays [count], owned. */
typedef struct strata {
  const splitter *splitter;
  uint32_t *order;
  uint32_t *group; /* of each sample, from 0 */
  uint32_t *size;  /* samples of each class */
  uint32_t *tests; /* how many of them are for tests */
  uint32_t count;  /* classes */
} strata;

enum { STRATA_ARRAYS = 4 };

static size_t size_strata(const splitter *s) {
  return (size_t)STRATA_ARRAYS * s->xs->count * sizeof(uint32_t);
}

static bool init_strata(strata *t, const splitter *s) {
  uint32_t *block = sg_allocate(s->vm->memory, size_strata(s));
  size_t count = s->xs->count;
  if (!block) return sg_vm_fail_memory(s->vm);
  *t = (strata){s, block, block + count, block + 2 * count, block + 3 * count, 0};
  return true;
}

static bool find_classes(strata *t) {
  const splitter *s = t->splitter;
  uint32_t count = s->xs->count;
  if (!sg_sort_order(s->vm, t->order, count, class_before, s)) return false;
  for (uint32_t i = 0; i < count; i++) {
    bool first = i == 0 || class_before(s, t->order[i - 1], t->order[i]);
    if (first) t->size[t->count++] = 0;
    t->group[t->order[i]] = t->count - 1;
    t->size[t->count - 1]++;
    if (!sg_poll_at(s->vm, i)) return false;
  }
  return true;
}

static uint64_t remainder_of(const strata *t, uint32_t group) {
  return (uint64_t)t->size[group] * t->splitter->tests % t->splitter->xs->count;
}

static bool remainder_before(const void *context, uint32_t i, uint32_t j) {
  return remainder_of(context, i) > remainder_of(context, j);
}

/* Each class gets its share rounded down; what is left goes to the largest remainders. */
static bool share_tests(strata *t) {
  const splitter *s = t->splitter;
  uint32_t left = s->tests;
  SG_EACH (c, 0, t->count) {
    t->tests[c] = (uint32_t)((uint64_t)t->size[c] * s->tests / s->xs->count);
    left -= t->tests[c];
  }
  if (!sg_sort_order(s->vm, t->order, t->count, remainder_before, t)) return false;
  SG_EACH (i, 0, left) t->tests[t->order[i]]++;
  return sg_vm_is_whole(s->vm, t->count);
}

/* Brings the tests of each class to the front of the order, as they come in it. */
static bool move_tests(strata *t, sg_order *order) {
  uint32_t tests = 0;
  uint32_t others = t->splitter->tests;
  for (uint32_t i = 0; i < order->count; i++) {
    uint32_t *left = &t->tests[t->group[order->items[i]]];
    t->order[*left ? tests++ : others++] = order->items[i];
    *left -= *left > 0;
    if (!sg_poll_at(t->splitter->vm, i)) return false;
  }
  size_t size = order->count * sizeof *order->items;
  return sg_copy(order->memory, order->items, t->order, size) || sg_vm_fail_memory(t->splitter->vm);
}

static bool stratify(const splitter *s, sg_order *order) {
  strata t;
  if (!init_strata(&t, s)) return false;
  bool ok = find_classes(&t) && share_tests(&t) && move_tests(&t, order);
  sg_release(s->vm->memory, t.order, size_strata(s));
  return ok;
}

/* Shuffled, the tests come first in the order; else they are the last samples. */
static bool give_parts(const splitter *s, const sg_order *order, sg_value *result) {
  uint32_t trains = order->count - s->tests;
  const uint32_t *train = order->items + (s->shuffled ? s->tests : 0);
  const uint32_t *test = order->items + (s->shuffled ? 0 : trains);
  sg_value parts[4];
  return sg_give_picked(s->vm, s->xs, train, trains, &parts[0]) &&
         sg_give_picked(s->vm, s->xs, test, s->tests, &parts[1]) &&
         sg_give_picked(s->vm, s->ys, train, trains, &parts[2]) &&
         sg_give_picked(s->vm, s->ys, test, s->tests, &parts[3]) &&
         sg_give_list(s->vm, parts, 4, result);
}

bool sg_run_train_test_split(sg_vm *vm, const sg_call *call, sg_value *result) {
  splitter s = {.vm = vm};
  sg_order order;
  if (!sg_need_samples(vm, call, &s.xs, &s.ys) || !read_size(&s, call, 2) ||
      !sg_need_bool(vm, call, 3, true, &s.shuffled) || !sg_draw_start(vm, call, 4, &s.draw) ||
      !read_classes(&s, call, 5))
    return false;
  bool ok = sg_make_order(vm, s.xs->count, s.shuffled, &s.draw, &order) &&
            (!s.classes || stratify(&s, &order)) && give_parts(&s, &order, result);
  if (ok) sg_draw_end(vm, &s.draw);
  sg_order_clear(&order);
  return ok;
}

static bool add_batch(sg_vm *vm, sg_list *list, const sg_list *xs, const sg_list *ys,
                      const uint32_t *order, uint32_t count) {
  sg_value pair[2];
  sg_value batch;
  return sg_give_picked(vm, xs, order, count, &pair[0]) &&
         sg_give_picked(vm, ys, order, count, &pair[1]) && sg_give_list(vm, pair, 2, &batch) &&
         sg_add_item(vm, list, batch);
}

static bool give_batches(sg_vm *vm, const sg_list *xs, const sg_list *ys, uint32_t n,
                         const sg_order *order, sg_value *result) {
  uint64_t work = 0;
  sg_list *list = sg_list_new(&vm->heap, order->count / n + (order->count % n > 0));
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t start = 0; start < order->count;) {
    uint32_t count = order->count - start < n ? order->count - start : n;
    if (!add_batch(vm, list, xs, ys, order->items + start, count) ||
        !sg_poll_work(vm, &work, count))
      return false;
    start += count;
  }
  return sg_give_object(vm, list, result);
}

bool sg_run_batches(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *xs;
  sg_list *ys;
  sg_draw draw;
  sg_order order;
  uint32_t n;
  bool shuffled;
  if (!sg_need_samples(vm, call, &xs, &ys) || !sg_need_count(vm, call, 2, &n) ||
      !sg_need_bool(vm, call, 3, false, &shuffled) || !sg_draw_start(vm, call, 4, &draw))
    return false;
  if (!n) return sg_vm_fail(vm, "batches() takes a number from 1 for 'n', not 0");
  bool ok = sg_make_order(vm, xs->count, shuffled, &draw, &order) &&
            give_batches(vm, xs, ys, n, &order, result);
  if (ok) sg_draw_end(vm, &draw);
  sg_order_clear(&order);
  return ok;
}
