/* sgrad: one_hot and standardize: targets and features as networks like them. */
#include "builtins/data/data.h"
#include "nn/standard.h"

#include <math.h>
#include <stdio.h>

static bool is_class(double x, uint32_t k) { return x >= 0 && x < k && x == trunc(x); }

/* "one_hot() takes class indices from 0 to 2, but item 3 is 7" */
static bool fail_class(sg_vm *vm, uint32_t k, const sg_list *list, uint32_t i, double x) {
  char place[32] = "this";
  char most[32] = "";
  char text[SG_NUMBER_SIZE];
  if (list) snprintf(place, sizeof place, "item %u", i);
  if (k < SG_COUNT_LIMIT) snprintf(most, sizeof most, " to %u", k - 1);
  return sg_vm_fail(vm, "one_hot() takes class indices from 0%s, but %s is %s", most, place,
                    sg_number_text(text, x));
}

static bool make_vector(sg_vm *vm, uint32_t k, uint32_t index, sg_value *out) {
  sg_list *vector = sg_list_new(&vm->heap, k);
  if (!vector) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < k; i++) {
    vector->items[i] = sg_number(i == index);
    if (!sg_poll_at(vm, i)) return false;
  }
  vector->count = k;
  return sg_give_object(vm, vector, out);
}

static bool make_vectors(sg_vm *vm, const sg_list *classes, uint32_t k, sg_value *result) {
  uint64_t work = 0;
  sg_value vector;
  sg_list *vectors = sg_list_new(&vm->heap, classes->count);
  if (!vectors) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < classes->count; i++) {
    double index = sg_tape_value(&vm->tape, classes->items[i]);
    if (!make_vector(vm, k, (uint32_t)index, &vector)) return false;
    sg_list_set(vectors, vectors->count++, vector);
    if (!sg_poll_work(vm, &work, k)) return false;
  }
  return sg_give_object(vm, vectors, result);
}

/* Checks the indices; without k, as many classes as they need. */
static bool check_classes(sg_vm *vm, const sg_list *classes, bool told, uint32_t *k) {
  uint32_t most = 0;
  for (uint32_t i = 0; i < classes->count; i++) {
    double index = sg_tape_value(&vm->tape, classes->items[i]);
    if (!is_class(index, *k)) return fail_class(vm, *k, classes, i, index);
    if ((uint32_t)index >= most) most = (uint32_t)index + 1;
    if (!sg_poll_at(vm, i)) return false;
  }
  if (!told) *k = most;
  return true;
}

bool sg_run_one_hot(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *classes;
  double index;
  uint32_t k = SG_COUNT_LIMIT;
  bool told = sg_is_given(call, 1);
  if (told && !sg_need_count(vm, call, 1, &k)) return false;
  if (!k) return sg_vm_fail(vm, "one_hot() takes a number from 1 for 'k', not 0");
  if (!sg_is_number(call->args[0]))
    return sg_need_numbers(vm, call, 0, false, &classes) && check_classes(vm, classes, told, &k) &&
           make_vectors(vm, classes, k, result);
  if (!sg_vm_need_number(vm, call, 0, &index)) return false;
  if (!is_class(index, k)) return fail_class(vm, k, NULL, 0, index);
  return make_vector(vm, told ? k : (uint32_t)index + 1, (uint32_t)index, result);
}

typedef struct scaler {
  sg_vm *vm;
  sg_standard standard;
  double *x; /* [features], owned: a sample */
} scaler;

typedef void add_sample(sg_standard *standard, const double *x);

static bool add_samples(scaler *s, const sg_rows *rows, add_sample *add) {
  uint64_t work = 0;
  for (uint32_t i = 0; i < rows->list->count; i++) {
    sg_rows_read(s->vm, rows, i, s->x);
    add(&s->standard, s->x);
    if (!sg_poll_work(s->vm, &work, rows->features)) return false;
  }
  return true;
}

static bool learn(scaler *s, const sg_rows *rows) {
  if (!add_samples(s, rows, sg_standard_sum)) return false;
  sg_standard_center(&s->standard);
  if (!add_samples(s, rows, sg_standard_square)) return false;
  sg_standard_finish(&s->standard);
  return true;
}

static bool add_standard(scaler *s, const sg_rows *rows, sg_list *out) {
  const sg_standard *standard = &s->standard;
  sg_list *sample = rows->flat ? out : sg_list_new(&s->vm->heap, rows->features);
  if (!sample) return sg_vm_fail_memory(s->vm);
  SG_EACH (f, 0, rows->features)
    sample->items[sample->count++] = sg_number(sg_standard_apply(standard, f, s->x[f]));
  if (!rows->flat) sg_list_set(out, out->count++, sg_object_value(sample));
  return true;
}

static bool apply(scaler *s, const sg_rows *rows, sg_value *result) {
  uint64_t work = 0;
  sg_list *out = sg_list_new(&s->vm->heap, rows->list->count);
  if (!out) return sg_vm_fail_memory(s->vm);
  for (uint32_t i = 0; i < rows->list->count; i++) {
    sg_rows_read(s->vm, rows, i, s->x);
    if (!add_standard(s, rows, out) || !sg_poll_work(s->vm, &work, rows->features)) return false;
  }
  return sg_give_object(s->vm, out, result);
}

static bool standardize(sg_vm *vm, const sg_rows *xs, const sg_rows *like, sg_value *result) {
  scaler s = {.vm = vm};
  size_t size = xs->features * sizeof(double);
  if (!sg_standard_init(&s.standard, vm->memory, xs->features)) return sg_vm_fail_memory(vm);
  s.x = sg_allocate(vm->memory, size);
  bool ok = s.x ? learn(&s, like) && apply(&s, xs, result) : sg_vm_fail_memory(vm);
  sg_release(vm->memory, s.x, size);
  sg_standard_clear(&s.standard);
  return ok;
}

bool sg_run_standardize(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_rows xs;
  sg_rows like;
  if (!sg_need_rows(vm, call, 0, &xs)) return false;
  like = xs;
  if (sg_is_given(call, 1) && !sg_need_rows(vm, call, 1, &like)) return false;
  if (!xs.list->count) return sg_give_list(vm, NULL, 0, result);
  if (!like.list->count)
    return sg_vm_fail(vm, "standardize() has nothing to learn from: 'like' is empty");
  if (xs.features == like.features) return standardize(vm, &xs, &like, result);
  return sg_vm_fail(vm, "standardize() takes samples of as many features: 'xs' has %u, 'like' %u",
                    xs.features, like.features);
}
