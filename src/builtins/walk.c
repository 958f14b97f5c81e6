/* sgrad: walks over numbers nested in lists and records. */
#include "builtins/walk.h"

#include "base/interrupt.h"

#include "builtins/argument.h"

/* How a walk treats one container at depth `depth`. */
typedef bool walk_value(sg_walk *walk, sg_value *slot, uint32_t depth);

static bool step(sg_walk *walk, sg_value *slot) {
  sg_walk_step *run = sg_is_number(*slot) ? walk->number : walk->other;
  return !run || run(walk, slot);
}

static bool enter(sg_walk *walk, uint32_t depth) {
  if (depth < SG_WALK_LIMIT) return sg_vm_poll(walk->vm);
  return sg_vm_fail(walk->vm, "%s() takes lists and records nested at most %d deep",
                    walk->builtin->name, SG_WALK_LIMIT);
}

static bool has_numbers(const sg_walk *walk, sg_value v) {
  return walk->natives && sg_is_native(v) && sg_as_native(v)->class->numbers;
}

static bool walk_items(sg_walk *walk, walk_value *run, sg_list *list, uint32_t depth) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (!run(walk, &list->items[i], depth + 1) || !sg_poll_at(walk->vm, i)) return false;
    list->plain &= sg_is_double(list->items[i]);
  }
  return true;
}

static bool walk_fields(sg_walk *walk, walk_value *run, sg_record *record, uint32_t depth) {
  for (uint32_t i = 0; i < record->count; i++)
    if (!run(walk, &record->values[i], depth + 1) || !sg_poll_at(walk->vm, i)) return false;
  return true;
}

static bool is_container(const sg_walk *walk, sg_value v) {
  return sg_is_list(v) || (!walk->lists_only && sg_is_record(v)) || has_numbers(walk, v);
}

static bool visit_run(void *context, sg_node first, uint32_t count) {
  sg_walk *walk = context;
  for (uint32_t i = 0; i < count; i++) {
    sg_value number = sg_node_value(first + i);
    if (!step(walk, &number) || !sg_poll_at(walk->vm, i)) return false;
  }
  return true;
}

static bool walk_leaves(sg_walk *walk, sg_value v) {
  return sg_native_leaves(walk->vm, sg_as_native(v), visit_run, walk);
}

static bool each_value(sg_walk *walk, sg_value *slot, uint32_t depth) {
  if (!is_container(walk, *slot)) return step(walk, slot);
  if (!enter(walk, depth)) return false;
  if (sg_is_native(*slot)) return walk_leaves(walk, *slot);
  return sg_is_list(*slot) ? walk_items(walk, each_value, sg_as_list(*slot), depth)
                           : walk_fields(walk, each_value, sg_as_record(*slot), depth);
}

static sg_record *copy_record(sg_heap *heap, const sg_record *record) {
  sg_record *copy = sg_record_new(heap);
  SG_EACH (i, 0, copy ? record->count : 0)
    if (!sg_record_set(heap, copy, record->keys[i], record->values[i])) return NULL;
  return sg_gave_up(record->count) ? NULL : copy;
}

typedef struct listing {
  sg_vm *vm;
  sg_list *list;
} listing;

static bool list_run(void *context, sg_node first, uint32_t count) {
  listing *l = context;
  if (!sg_list_reserve(&l->vm->heap, l->list, (size_t)l->list->count + count))
    return sg_vm_fail_memory(l->vm);
  SG_EACH (i, 0, count) sg_list_set(l->list, l->list->count++, sg_node_value(first + i));
  return sg_vm_poll(l->vm);
}

static bool list_leaves(sg_vm *vm, sg_native *native, sg_value *slot) {
  listing l = {vm, sg_list_new(&vm->heap, 0)};
  return sg_give_object(vm, l.list, slot) && sg_native_leaves(vm, native, list_run, &l);
}

static bool copy_value(sg_walk *walk, sg_value *slot, uint32_t depth) {
  if (!is_container(walk, *slot)) return step(walk, slot);
  if (!enter(walk, depth)) return false;
  if (sg_is_native(*slot))
    return list_leaves(walk->vm, sg_as_native(*slot), slot) &&
           walk_items(walk, copy_value, sg_as_list(*slot), depth);
  if (sg_is_list(*slot)) {
    const sg_list *list = sg_as_list(*slot);
    return sg_give_list(walk->vm, list->items, list->count, slot) &&
           walk_items(walk, copy_value, sg_as_list(*slot), depth);
  }
  return sg_give_object(walk->vm, copy_record(&walk->vm->heap, sg_as_record(*slot)), slot) &&
         walk_fields(walk, copy_value, sg_as_record(*slot), depth);
}

bool sg_walk_copy(sg_walk *walk, sg_value *slot) { return copy_value(walk, slot, 0); }

bool sg_walk_each(sg_walk *walk, sg_value *slot) { return each_value(walk, slot, 0); }

bool sg_walk_fail_other(sg_walk *walk, sg_value *slot) {
  return sg_vm_fail(walk->vm, "%s() takes a number or a list of numbers, not %s",
                    walk->builtin->name, sg_type_phrase(*slot));
}
