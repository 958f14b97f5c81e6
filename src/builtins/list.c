/* sgrad: lists and records: making, asking and changing them. */
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/walk.h"

static bool refuse_len(sg_vm *vm, const sg_call *call) {
  sg_vm_fail_argument(vm, call, 0, "a list, string or record");
  return sg_is_native(call->args[0]) &&
         sg_vm_note(vm, "len(parameters(model)) counts numbers, len(model.layers) layers");
}

static bool run_len(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value xs = call->args[0];
  if (sg_is_list(xs))
    *result = sg_number(sg_as_list(xs)->count);
  else if (sg_is_string(xs))
    *result = sg_number(sg_as_string(xs)->length);
  else if (sg_is_record(xs))
    *result = sg_number(sg_as_record(xs)->count);
  else
    return refuse_len(vm, call);
  return true;
}

/* How many numbers range(start, stop, step) has. */
static uint64_t count_range(int64_t start, int64_t stop, int64_t step) {
  if (step > 0 ? start >= stop : start <= stop) return 0;
  uint64_t way = step > 0 ? (uint64_t)(stop - start) : (uint64_t)(start - stop);
  uint64_t stride = step > 0 ? (uint64_t)step : (uint64_t)-step;
  return (way - 1) / stride + 1;
}

static bool run_range(sg_vm *vm, const sg_call *call, sg_value *result) {
  int64_t start = 0;
  int64_t stop;
  int64_t step = 1;
  bool both = sg_is_given(call, 1);
  if (!sg_vm_need_whole(vm, call, 0, both ? &start : &stop)) return false;
  if (both && !sg_vm_need_whole(vm, call, 1, &stop)) return false;
  if (sg_is_given(call, 2) && !sg_vm_need_whole(vm, call, 2, &step)) return false;
  if (!step) return sg_vm_fail(vm, "range() takes a step other than 0");
  uint64_t count = count_range(start, stop, step);
  if (count > SG_COUNT_LIMIT)
    return sg_vm_fail(vm, "range() would make %llu numbers: a list holds at most %d",
                      (unsigned long long)count, SG_COUNT_LIMIT);
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) {
    list->items[i] = sg_number((double)(start + (int64_t)i * step));
    if (!sg_poll_at(vm, i)) return false;
  }
  list->count = (uint32_t)count;
  return sg_give_object(vm, list, result);
}

/* Each half counts from its own end, so that both ends are exact. */
static double space_at(double start, double end, uint32_t steps, uint32_t i) {
  if (steps < 2) return start;
  double step = (end - start) / (steps - 1);
  return i < steps / 2 ? start + step * i : end - step * (steps - 1 - i);
}

static bool run_linspace(sg_vm *vm, const sg_call *call, sg_value *result) {
  double start;
  double end;
  uint32_t steps;
  if (!sg_vm_need_number(vm, call, 0, &start) || !sg_vm_need_number(vm, call, 1, &end) ||
      !sg_need_count(vm, call, 2, &steps))
    return false;
  sg_list *list = sg_list_new(&vm->heap, steps);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < steps; i++) {
    list->items[i] = sg_number(space_at(start, end, steps, i));
    if (!sg_poll_at(vm, i)) return false;
  }
  list->count = steps;
  return sg_give_object(vm, list, result);
}

/* A list of leaves, or for more sizes than one a list of such lists. */
static bool fill(sg_vm *vm, double x, const uint32_t *sizes, uint32_t depth, sg_value *result) {
  if (!depth) return sg_vm_store(vm, sg_number(x), result);
  sg_list *list = sg_list_new(&vm->heap, sizes[0]);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < sizes[0]; i++) {
    sg_value item;
    if (!fill(vm, x, sizes + 1, depth - 1, &item) || !sg_poll_at(vm, i)) return false;
    sg_list_set(list, list->count++, item);
  }
  return sg_give_object(vm, list, result);
}

static bool run_fill(sg_vm *vm, const sg_call *call, double x, sg_value *result) {
  uint32_t sizes[SG_WALK_LIMIT];
  double total = 1;
  if (!call->rest_count || call->rest_count > SG_WALK_LIMIT)
    return sg_vm_fail(vm, "%s() takes from 1 to %d sizes, not %u", call->builtin->name,
                      SG_WALK_LIMIT, call->rest_count);
  for (uint32_t i = 0; i < call->rest_count; i++) {
    if (!sg_need_count(vm, call, call->parameters + i, &sizes[i])) return false;
    total *= sizes[i] ? sizes[i] : 1;
  }
  if (total > SG_COUNT_LIMIT)
    return sg_vm_fail(vm, "%s() would make %.0f numbers: at most %d are possible",
                      call->builtin->name, total, SG_COUNT_LIMIT);
  return fill(vm, x, sizes, call->rest_count, result);
}

static bool run_zeros(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_fill(vm, call, 0, result);
}

static bool run_ones(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_fill(vm, call, 1, result);
}

enum { MOVED_AT_ONCE = 1 << 20 };

/* Whether Ctrl-C came while taking back is the shorter way. */
static bool turns_back(uint32_t done, uint32_t count) { return sg_interrupted && done < count / 2; }

/* Moves items[0..count) up by one; all or nothing. */
static bool move_up(sg_vm *vm, sg_value *items, uint32_t count) {
  for (uint32_t done = 0; done < count;) {
    uint32_t rest = count - done, piece = rest < MOVED_AT_ONCE ? rest : MOVED_AT_ONCE;
    done += piece;
    sg_value *moved = items + (count - done);
    memmove(moved + 1, moved, piece * sizeof *items);
    if (!turns_back(done, count)) continue;
    memmove(moved, moved + 1, done * sizeof *items);
    return sg_vm_poll(vm);
  }
  return true;
}

/* Moves items[1..count] down by one, over items[0]; all or nothing. */
static bool move_down(sg_vm *vm, sg_value *items, uint32_t count) {
  sg_value first = items[0];
  for (uint32_t done = 0; done < count;) {
    uint32_t rest = count - done, piece = rest < MOVED_AT_ONCE ? rest : MOVED_AT_ONCE;
    memmove(items + done, items + done + 1, piece * sizeof *items);
    done += piece;
    if (!turns_back(done, count)) continue;
    memmove(items + 1, items, done * sizeof *items);
    items[0] = first;
    return sg_vm_poll(vm);
  }
  return true;
}

/* Puts a stored value at place `i` of the list. */
static bool put(sg_vm *vm, sg_list *list, uint32_t i, sg_value v) {
  if (!sg_vm_can_rearrange(vm, list)) return false;
  if (list->count >= SG_COUNT_LIMIT)
    return sg_vm_fail(vm, "a list holds at most %d items", SG_COUNT_LIMIT);
  if (!sg_list_reserve(&vm->heap, list, (size_t)list->count + 1)) return sg_vm_fail_memory(vm);
  if (!sg_vm_store(vm, v, &v)) return false;
  if (!move_up(vm, &list->items[i], list->count - i)) return false;
  list->count++;
  sg_list_set(list, i, v);
  return true;
}

static bool run_append(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  (void)result;
  return sg_vm_need_list(vm, call, 0, &list) && put(vm, list, list->count, call->args[1]);
}

static bool run_insert(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  int64_t i;
  (void)result;
  if (!sg_vm_need_list(vm, call, 0, &list) || !sg_vm_need_whole(vm, call, 1, &i)) return false;
  if (i < 0) i += list->count;
  if (i < 0) i = 0;
  if (i > list->count) i = list->count;
  return put(vm, list, (uint32_t)i, call->args[2]);
}

static bool pop_item(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list = sg_as_list(call->args[0]);
  int64_t i = -1;
  if (sg_is_given(call, 1) && !sg_vm_need_whole(vm, call, 1, &i)) return false;
  if (!sg_vm_can_rearrange(vm, list)) return false;
  if (!list->count) return sg_vm_fail(vm, "pop() from an empty list");
  int64_t at = i < 0 ? i + list->count : i;
  if (at < 0 || at >= list->count)
    return sg_vm_fail(vm, "pop() index %lld is out of range for a list of %u", (long long)i,
                      list->count);
  *result = list->items[at];
  if (!move_down(vm, &list->items[at], list->count - 1 - (uint32_t)at)) return false;
  list->count--;
  return true;
}

/* Takes a key out by exchanging the record's content with that of a copy which lacks it. */
static bool remove_key(sg_vm *vm, sg_record *record, const sg_string *key) {
  sg_record *rest = sg_record_new(&vm->heap);
  if (!rest) return sg_vm_fail_memory(vm);
  SG_EACH (i, 0, record->count)
    if (record->keys[i] != key &&
        !sg_record_set(&vm->heap, rest, record->keys[i], record->values[i]))
      return sg_vm_fail_memory(vm);
  if (!sg_vm_is_whole(vm, record->count)) return false;
  sg_record old = *record;
  sg_object head = rest->head;
  *record = *rest;
  record->head = old.head;
  *rest = old;
  rest->head = head;
  return true;
}

static bool pop_key(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_record *record = sg_as_record(call->args[0]);
  sg_string *key;
  if (!sg_is_string(call->args[1])) return sg_vm_fail_argument(vm, call, 1, "a key of the record");
  key = sg_string_key(&vm->heap, sg_as_string(call->args[1]));
  if (!key) return sg_vm_fail_memory(vm);
  const sg_value *place = sg_record_find(record, key);
  if (!place && !sg_is_undefined(call->args[2])) {
    *result = call->args[2];
    return true;
  }
  if (!place) return sg_vm_fail(vm, "pop(): the record has no field '%.1100s'", key->text);
  sg_value popped = *place;
  if (!remove_key(vm, record, key)) return false;
  *result = popped;
  return true;
}

static bool run_pop(sg_vm *vm, const sg_call *call, sg_value *result) {
  if (sg_is_list(call->args[0])) return pop_item(vm, call, result);
  if (sg_is_record(call->args[0])) return pop_key(vm, call, result);
  return sg_vm_fail_argument(vm, call, 0, "a list or record");
}

static bool index_text(sg_vm *vm, const sg_call *call, sg_value *result) {
  const sg_string *text = sg_as_string(call->args[0]);
  sg_string *part;
  if (!sg_vm_need_string(vm, call, 1, &part)) return false;
  size_t place = part->bytes ? sg_string_find(text, 0, part) : 0;
  if (!sg_vm_is_whole(vm, text->bytes)) return false;
  if (place == text->bytes && part->bytes)
    return sg_vm_fail(vm, "index(): the string does not contain it");
  size_t before = 0;
  SG_EACH (at, 0, (uint32_t)place) before += (text->text[at] & 0xC0) != 0x80;
  *result = sg_number((double)before);
  return sg_vm_is_whole(vm, text->bytes);
}

static bool run_index(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  if (sg_is_string(call->args[0])) return index_text(vm, call, result);
  if (!sg_vm_need_list(vm, call, 0, &list)) return false;
  for (uint32_t i = 0; i < list->count; i++) {
    bool equal;
    if (!sg_vm_equal(vm, list->items[i], call->args[1], &equal) || !sg_poll_at(vm, i)) return false;
    if (!equal) continue;
    *result = sg_number(i);
    return true;
  }
  return sg_vm_fail(vm, "index(): the list does not contain it");
}

static bool count_text(sg_vm *vm, const sg_call *call, sg_value *result) {
  const sg_string *text = sg_as_string(call->args[0]);
  sg_string *part;
  if (!sg_vm_need_string(vm, call, 1, &part)) return false;
  uint32_t count = part->bytes ? 0 : text->length + 1;
  size_t place = part->bytes ? sg_string_find(text, 0, part) : text->bytes;
  while (place < text->bytes) {
    if (!sg_poll_at(vm, count++)) return false;
    place = sg_string_find(text, place + part->bytes, part);
  }
  *result = sg_number(count);
  return sg_vm_is_whole(vm, text->bytes);
}

static bool fail_not_bool(sg_vm *vm, const sg_call *call, uint32_t i, sg_value v) {
  return sg_vm_fail(vm, "%s() takes a list of bools, but item %u is %s", call->builtin->name, i,
                    sg_type_phrase(v));
}

static bool run_count(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  uint32_t count = 0;
  if (sg_is_string(call->args[0])) return count_text(vm, call, result);
  if (!sg_vm_need_list(vm, call, 0, &list)) return false;
  bool any_value = !sg_is_undefined(call->args[1]);
  for (uint32_t i = 0; i < list->count; i++) {
    sg_value v = list->items[i];
    bool counts = sg_is_true(v);
    if (!any_value && !sg_is_bool(v)) return fail_not_bool(vm, call, i, v);
    if (any_value && !sg_vm_equal(vm, v, call->args[1], &counts)) return false;
    if (!sg_poll_at(vm, i)) return false;
    count += counts;
  }
  *result = sg_number(count);
  return true;
}

/* Whether some item is `wanted`; stops at the first. */
static bool search(sg_vm *vm, const sg_call *call, bool wanted, bool *found) {
  sg_list *list;
  *found = false;
  if (!sg_vm_need_list(vm, call, 0, &list)) return false;
  for (uint32_t i = 0; i < list->count && !*found; i++) {
    if (!sg_is_bool(list->items[i])) return fail_not_bool(vm, call, i, list->items[i]);
    *found = sg_is_true(list->items[i]) == wanted;
    if (!sg_poll_at(vm, i)) return false;
  }
  return true;
}

static bool run_any(sg_vm *vm, const sg_call *call, sg_value *result) {
  bool found;
  if (!search(vm, call, true, &found)) return false;
  *result = sg_bool(found);
  return true;
}

static bool run_all(sg_vm *vm, const sg_call *call, sg_value *result) {
  bool found;
  if (!search(vm, call, false, &found)) return false;
  *result = sg_bool(!found);
  return true;
}

static bool run_keys(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_record *record;
  sg_list *list;
  if (!sg_need_record(vm, call, 0, &record) || !sg_need_items(vm, call, 0, &list)) return false;
  return sg_give_object(vm, list, result);
}

static bool run_values(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_record *record;
  return sg_need_record(vm, call, 0, &record) &&
         sg_give_list(vm, record->values, record->count, result);
}

static bool run_items(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_record *record;
  if (!sg_need_record(vm, call, 0, &record)) return false;
  sg_list *list = sg_list_new(&vm->heap, record->count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < record->count; i++) {
    sg_value pair[] = {sg_object_value(record->keys[i]), record->values[i]};
    sg_value item;
    if (!sg_give_list(vm, pair, 2, &item) || !sg_add_item(vm, list, item)) return false;
  }
  return sg_give_object(vm, list, result);
}

static bool copy_native(sg_vm *vm, const sg_call *call, sg_native *native, sg_value *result) {
  if (native->class->copy) return native->class->copy(vm, native, result);
  return sg_vm_fail(vm, "%s() does not work on %s", call->builtin->name, native->class->phrase);
}

static bool run_copy(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value x = *result = call->args[0];
  if (sg_is_list(x)) return sg_give_list(vm, sg_as_list(x)->items, sg_as_list(x)->count, result);
  if (sg_is_native(x)) return copy_native(vm, call, sg_as_native(x), result);
  if (!sg_is_record(x)) return true;
  const sg_record *record = sg_as_record(x);
  sg_record *copy = sg_record_new(&vm->heap);
  SG_EACH (i, 0, copy ? record->count : 0)
    if (!sg_record_set(&vm->heap, copy, record->keys[i], record->values[i]))
      return sg_vm_fail_memory(vm);
  return sg_vm_is_whole(vm, record->count) && sg_give_object(vm, copy, result);
}

const sg_builtin sg_list_builtins[] = {
    {.name = "len",
     .parameters = "xs",
     .run = run_len,
     .doc = "The number of items of a list, characters of a string or fields of a record.",
     .example = "len([3, 4])  # 2",
     .topic = "lists"},
    {.name = "range",
     .parameters = "start, stop=none, step=1",
     .run = run_range,
     .doc = "The whole numbers from start up to but not including stop, by step, as a list of "
            "constants; `range(n)` is 0 to n - 1. A step of 0 is an error.",
     .example = "range(1, 10, 3)  # [1, 4, 7]",
     .topic = "lists"},
    {.name = "linspace",
     .parameters = "start, end, steps",
     .run = run_linspace,
     .doc = "A list of `steps` evenly spaced constants from start to end, both included.",
     .example = "linspace(0, 1, 5)  # [0, 0.25, 0.5, 0.75, 1]",
     .topic = "lists"},
    {.name = "zeros",
     .parameters = "*n",
     .run = run_zeros,
     .doc = "A list of n leaves of value 0; `zeros(rows, columns)` is a list of lists, and so on.",
     .example = "zeros(2, 3)  # [[0, 0, 0], [0, 0, 0]]",
     .topic = "lists"},
    {.name = "ones",
     .parameters = "*n",
     .run = run_ones,
     .doc = "A list of n leaves of value 1; `ones(rows, columns)` is a list of lists, and so on.",
     .example = "ones(3)  # [1, 1, 1]",
     .topic = "lists"},
    {.name = "append",
     .parameters = "xs, x",
     .run = run_append,
     .doc = "Adds x at the end of a list, in place; a constant number is stored as a leaf. The "
            "value is none.",
     .example = "xs = [1, 2]; xs.append(3); xs  # [1, 2, 3]",
     .topic = "lists"},
    {.name = "insert",
     .parameters = "xs, i, x",
     .run = run_insert,
     .doc =
         "Puts x before item i of a list, in place; i counts from the end when negative, and may "
         "lie beyond the ends. A constant number is stored as a leaf. The value is none.",
     .example = "xs = [1, 2]; xs.insert(0, 3); xs  # [3, 1, 2]",
     .topic = "lists"},
    {.name = "pop",
     .parameters = "xs, i=-1, default=none",
     .run = run_pop,
     .doc = "Takes item i out of a list, by default the last, and returns it; out of range is an "
            "error. Of a record: takes the field with that key out and returns its value; where "
            "there is none, the default if given, else an error.",
     .example = "pop([1, 2, 3])  # 3",
     .topic = "lists"},
    {.name = "index",
     .parameters = "xs, x",
     .run = run_index,
     .doc = "Where x stands first in a list, or a text in a string, counted from 0. What is not "
            "there is an error.",
     .example = "index([5, 6, 7], 6)  # 1",
     .topic = "lists"},
    {.name = "count",
     .parameters = "xs, x=true",
     .run = run_count,
     .doc = "How many items of a list equal x, or how often a text stands in a string, without "
            "overlaps. `count(bools)` counts the true ones.",
     .example = "count([1, 2, 1], 1)  # 2",
     .topic = "lists"},
    {.name = "any",
     .parameters = "xs",
     .run = run_any,
     .doc = "Whether some item of a list of bools is true; false of an empty one.",
     .example = "any([false, true])  # true",
     .topic = "lists"},
    {.name = "all",
     .parameters = "xs",
     .run = run_all,
     .doc = "Whether every item of a list of bools is true; true of an empty one.",
     .example = "all([false, true])  # false",
     .topic = "lists"},
    {.name = "keys",
     .parameters = "r",
     .run = run_keys,
     .doc = "The keys of a record, in the order they were added.",
     .example = "keys({a: 1, b: 2})  # [\"a\", \"b\"]",
     .topic = "records"},
    {.name = "values",
     .parameters = "r",
     .run = run_values,
     .doc = "The values of a record's fields, in the order of its keys.",
     .example = "values({a: 1, b: 2})  # [1, 2]",
     .topic = "records"},
    {.name = "items",
     .parameters = "r",
     .run = run_items,
     .doc = "A list of a pair `[key, value]` for each field of a record.",
     .example = "items({a: 1})  # [[\"a\", 1]]",
     .topic = "records"},
    {.name = "copy",
     .parameters = "x",
     .run = run_copy,
     .doc = "A new list or record with the same items: nodes stay themselves, inner lists are "
            "shared; a model with parameters of its own. Other values are returned as they are.",
     .example = "copy([1, [2]])  # [1, [2]]",
     .topic = "lists"},
    {.name = NULL},
};
