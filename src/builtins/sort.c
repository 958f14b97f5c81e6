/* sgrad: a stable merge sort of places. */
#include "builtins/sort.h"

#include "builtins/argument.h"

typedef struct sorter {
  sg_vm *vm;
  sg_sort_before *before;
  const void *context;
} sorter;

/* Merges from[low .. middle) and from[middle .. high) into `to`. False: interrupted. */
static bool merge(const sorter *s, const uint32_t *from, uint32_t *to, uint32_t low,
                  uint32_t middle, uint32_t high) {
  uint32_t left = low;
  uint32_t right = middle;
  for (uint32_t i = low; i < high; i++) {
    bool take_right =
        left == middle || (right < high && s->before(s->context, from[right], from[left]));
    to[i] = take_right ? from[right++] : from[left++];
    if (!sg_poll_at(s->vm, i)) return false;
  }
  return true;
}

/* Merges neighbours of `width` items each. */
static bool merge_all(const sorter *s, const uint32_t *from, uint32_t *to, uint64_t width,
                      uint32_t count) {
  for (uint64_t low = 0; low < count; low += 2 * width) {
    uint64_t middle = low + width < count ? low + width : count;
    uint64_t high = low + 2 * width < count ? low + 2 * width : count;
    if (!merge(s, from, to, (uint32_t)low, (uint32_t)middle, (uint32_t)high)) return false;
  }
  return true;
}

bool sg_sort_order(sg_vm *vm, uint32_t *order, uint32_t count, sg_sort_before *before,
                   const void *context) {
  sorter s = {vm, before, context};
  SG_EACH (i, 0, count) order[i] = i;
  if (count < 2) return true;
  size_t size = count * sizeof *order;
  uint32_t *spare = sg_allocate(vm->memory, size);
  if (!spare) return sg_vm_fail_memory(vm);
  bool ok = true;
  for (uint64_t width = 1; width < count && ok; width *= 2) {
    ok = merge_all(&s, order, spare, width, count);
    if (ok && !sg_copy(vm->memory, order, spare, size)) ok = sg_vm_fail_memory(vm);
  }
  sg_release(vm->memory, spare, size);
  return ok;
}

bool sg_sort_numbers_before(double x, double y) { return x < y || (x == x && y != y); }

bool sg_sort_strings_before(const sg_string *x, const sg_string *y) {
  return sg_string_order(x, y) < 0;
}
