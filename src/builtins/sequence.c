/* sgrad: lists from lists: enumerate, zip, map, filter, reversed, sorted.
 *
 * What calls back into sgrad keeps every list on the evaluator's stack meanwhile, and reads items
 * afresh after each call: the function may change the list, and a collection may move nodes.
 */
#include "builtins/sequence.h"
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/sort.h"

static bool run_enumerate(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  int64_t start = 0;
  if (!sg_need_items(vm, call, 0, &list)) return false;
  if (sg_is_given(call, 1) && !sg_vm_need_whole(vm, call, 1, &start)) return false;
  sg_list *pairs = sg_list_new(&vm->heap, list->count);
  if (!pairs) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < list->count; i++) {
    sg_value pair[] = {sg_number((double)(start + i)), list->items[i]};
    sg_value item;
    if (!sg_give_list(vm, pair, 2, &item) || !sg_add_item(vm, pairs, item)) return false;
    if (!sg_poll_at(vm, i)) return false;
  }
  return sg_give_object(vm, pairs, result);
}

/* The k-th items of all the lists. */
static bool zip_row(sg_vm *vm, sg_list *const *lists, uint32_t count, uint32_t k, sg_list *rows) {
  sg_list *row = sg_list_new(&vm->heap, count);
  if (!row) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) sg_list_set(row, i, lists[i]->items[k]);
  row->count = count;
  return sg_add_item(vm, rows, sg_object_value(row));
}

static bool zip(sg_vm *vm, const sg_call *call, sg_list **lists, sg_value *result) {
  bool strict;
  if (!sg_need_bool(vm, call, 0, false, &strict)) return false;
  uint32_t shortest = UINT32_MAX;
  for (uint32_t i = 0; i < call->rest_count; i++) {
    if (!sg_need_items(vm, call, call->parameters + i, &lists[i])) return false;
    if (strict && i && lists[i]->count != lists[0]->count)
      return sg_vm_fail(vm, "zip() takes lists of equal length when strict: %u and %u items",
                        lists[0]->count, lists[i]->count);
    if (lists[i]->count < shortest) shortest = lists[i]->count;
  }
  sg_list *rows = sg_list_new(&vm->heap, shortest);
  if (!rows) return sg_vm_fail_memory(vm);
  for (uint32_t k = 0; k < shortest; k++)
    if (!zip_row(vm, lists, call->rest_count, k, rows) || !sg_poll_at(vm, k)) return false;
  return sg_give_object(vm, rows, result);
}

static bool run_zip(sg_vm *vm, const sg_call *call, sg_value *result) {
  if (!call->rest_count) return sg_give_list(vm, NULL, 0, result);
  size_t size = call->rest_count * sizeof(sg_list *);
  sg_list **lists = sg_allocate(vm->memory, size);
  if (!lists) return sg_vm_fail_memory(vm);
  bool ok = zip(vm, call, lists, result);
  sg_release(vm->memory, lists, size);
  return ok;
}

static bool run_reversed(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  if (!sg_need_items(vm, call, 0, &list)) return false;
  sg_list *copy = sg_list_new(&vm->heap, list->count);
  if (!copy) return sg_vm_fail_memory(vm);
  for (uint32_t i = list->count; i > 0; i--) {
    sg_list_set(copy, copy->count++, list->items[i - 1]);
    if (!sg_poll_at(vm, i)) return false;
  }
  return sg_give_object(vm, copy, result);
}

/* Calls f on every item of a list; `keep` says what of item and value goes to `out`. Both lists are
 * on the stack. */
typedef bool keep_item(sg_vm *vm, const sg_list *list, uint32_t i, sg_value value, sg_list *out);

static bool call_each(sg_vm *vm, sg_value f, const sg_list *list, keep_item *keep, sg_list *out) {
  for (uint32_t i = 0; i < list->count; i++) {
    sg_value item = list->items[i];
    sg_value value;
    if (!sg_vm_poll(vm)) return false; /* f may be a builtin, where no safepoint is passed */
    if (!sg_vm_call(vm, f, &item, 1, &value) || !keep(vm, list, i, value, out)) return false;
  }
  return true;
}

static bool keep_value(sg_vm *vm, const sg_list *list, uint32_t i, sg_value value, sg_list *out) {
  (void)list;
  (void)i;
  return sg_add_item(vm, out, value);
}

static bool keep_true(sg_vm *vm, const sg_list *list, uint32_t i, sg_value value, sg_list *out) {
  if (!sg_is_bool(value))
    return sg_vm_fail(vm, "filter() takes a function that gives a bool, not %s",
                      sg_type_phrase(value));
  return !sg_is_true(value) || i >= list->count || sg_add_item(vm, out, list->items[i]);
}

/* The values or chosen items of call_each, as a new list. */
static bool apply_each(sg_vm *vm, sg_value f, sg_list *list, keep_item *keep, sg_value *result) {
  sg_value *top = vm->top;
  sg_list *out = sg_list_new(&vm->heap, 0);
  if (!out) return sg_vm_fail_memory(vm);
  bool ok = sg_vm_push(vm, sg_object_value(list)) && sg_vm_push(vm, sg_object_value(out)) &&
            call_each(vm, f, list, keep, out);
  vm->top = top;
  *result = sg_object_value(out);
  return ok;
}

/* map and filter: a function and a list, in either order. */
static bool run_each(sg_vm *vm, const sg_call *call, keep_item *keep, sg_value *result) {
  uint32_t function = !sg_is_callable(call->args[0]) && sg_is_callable(call->args[1]);
  sg_value f;
  sg_list *list;
  return sg_vm_need_callable(vm, call, function, &f) &&
         sg_need_items(vm, call, 1 - function, &list) && apply_each(vm, f, list, keep, result);
}

bool sg_sequence_map(sg_vm *vm, sg_value f, sg_list *list, sg_list **out) {
  sg_value values = SG_NONE;
  if (!apply_each(vm, f, list, keep_value, &values)) return false;
  *out = sg_as_list(values);
  return true;
}

static bool run_map(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_each(vm, call, keep_value, result);
}

static bool run_filter(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_each(vm, call, keep_true, result);
}

typedef struct sort_keys {
  const sg_vm *vm;
  const sg_value *items;
  bool reverse;
} sort_keys;

static bool number_before(const void *context, uint32_t i, uint32_t j) {
  const sort_keys *keys = context;
  double x = sg_tape_value(&keys->vm->tape, keys->items[i]);
  double y = sg_tape_value(&keys->vm->tape, keys->items[j]);
  if (!keys->reverse) return sg_sort_numbers_before(x, y);
  return x > y || (x == x && y != y);
}

static bool string_before(const void *context, uint32_t i, uint32_t j) {
  const sort_keys *keys = context;
  uint32_t first = keys->reverse ? j : i;
  uint32_t second = keys->reverse ? i : j;
  return sg_sort_strings_before(sg_as_string(keys->items[first]),
                                sg_as_string(keys->items[second]));
}

/* What compares the keys: they must be all numbers or all strings. NULL: failed. */
static sg_sort_before *find_order(sg_vm *vm, const sg_list *keys) {
  if (!keys->count) return number_before;
  sg_value first = keys->items[0];
  bool numbers = sg_is_number(first);
  if (!numbers && !sg_is_string(first)) {
    sg_vm_fail(vm, "sorted() orders numbers or strings, but item 0 is %s", sg_type_phrase(first));
    return NULL;
  }
  for (uint32_t i = 1; i < keys->count; i++) {
    if (!sg_poll_at(vm, i)) return NULL;
    sg_value key = keys->items[i];
    if (numbers ? sg_is_number(key) : sg_is_string(key)) continue;
    sg_vm_fail(vm, "sorted() cannot order %s and %s: item 0 and item %u", sg_type_phrase(first),
               sg_type_phrase(key), i);
    return NULL;
  }
  return numbers ? number_before : string_before;
}

static bool sort_by(sg_vm *vm, sg_list *list, const sg_list *keys, bool reverse) {
  sg_sort_before *before = find_order(vm, keys);
  if (!before) return false;
  if (list->count < 2) return true;
  size_t order_size = list->count * sizeof(uint32_t);
  size_t item_size = list->count * sizeof(sg_value);
  uint32_t *order = sg_allocate(vm->memory, order_size);
  sg_value *old = sg_allocate(vm->memory, item_size);
  sort_keys context = {vm, keys->items, reverse};
  bool ok = order && old ? sg_sort_order(vm, order, list->count, before, &context)
                         : sg_vm_fail_memory(vm);
  if (ok && !sg_copy(vm->memory, old, list->items, item_size)) ok = sg_vm_fail_memory(vm);
  SG_EACH (i, 0, ok ? list->count : 0) list->items[i] = old[order[i]];
  ok = ok && sg_vm_is_whole(vm, list->count);
  sg_release(vm->memory, order, order ? order_size : 0);
  sg_release(vm->memory, old, old ? item_size : 0);
  return ok;
}

static bool run_sorted(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  sg_value f;
  sg_list *keys;
  bool reverse;
  if (!sg_need_items(vm, call, 0, &list) || !sg_need_bool(vm, call, 2, false, &reverse) ||
      !sg_give_list(vm, list->items, list->count, result))
    return false;
  sg_list *sorted = sg_as_list(*result);
  if (!sg_is_given(call, 1)) return sort_by(vm, sorted, sorted, reverse);
  if (!sg_vm_need_callable(vm, call, 1, &f) || !sg_sequence_map(vm, f, sorted, &keys)) return false;
  return sort_by(vm, sorted, keys, reverse);
}

const sg_builtin sg_sequence_builtins[] = {
    {.name = "enumerate",
     .parameters = "xs, start=0",
     .run = run_enumerate,
     .doc = "A list of a pair `[number, item]` for each item, counted from start.",
     .example = "enumerate([\"a\", \"b\"])  # [[0, \"a\"], [1, \"b\"]]",
     .topic = "lists"},
    {.name = "zip",
     .parameters = "*lists, strict=false",
     .run = run_zip,
     .doc = "The items of several lists side by side, as a list of lists, as long as the shortest. "
            "With strict=true, lists of different lengths are an error.",
     .example = "zip([1, 2], [3, 4])  # [[1, 3], [2, 4]]",
     .topic = "lists"},
    {.name = "map",
     .parameters = "f, xs",
     .run = run_map,
     .doc = "The list of `f(x)` for each item x of a list. The arguments may come in either order.",
     .example = "map(x => x * 2, [1, 2])  # [2, 4]",
     .topic = "lists"},
    {.name = "filter",
     .parameters = "f, xs",
     .run = run_filter,
     .doc = "The items x of a list for which `f(x)` is true; f must give a bool. The arguments may "
            "come in either order.",
     .example = "filter(x => x > 1, [1, 2, 3])  # [2, 3]",
     .topic = "lists"},
    {.name = "reversed",
     .parameters = "xs",
     .run = run_reversed,
     .doc = "A new list of the items from last to first.",
     .example = "reversed([1, 2, 3])  # [3, 2, 1]",
     .topic = "lists"},
    {.name = "sorted",
     .parameters = "xs, key=none, reverse=false",
     .run = run_sorted,
     .doc =
         "A new list of the items in order: numbers with nan last, or strings by code point; of "
         "other items by `key(x)`, which must be numbers or strings. Equal ones keep their order.",
     .example = "sorted([\"bb\", \"a\"], key=len)  # [\"a\", \"bb\"]",
     .topic = "lists"},
    {.name = NULL},
};
