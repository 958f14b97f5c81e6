/* sgrad: operators on values of any type. */
#include "runtime/call.h"
#include "runtime/native.h"

#include <math.h>

enum { COMPARE_DEPTH = SG_NESTING_LIMIT, REPEATED_AT_ONCE = 1 << 16 };

typedef struct operation {
  const char *text; /* as written */
  sg_op row;        /* on numbers */
} operation;

static const operation operations[] = {
    [SG_ADD] = {"+", SG_OP_ADD},
    [SG_SUBTRACT] = {"-", SG_OP_SUB},
    [SG_MULTIPLY] = {"*", SG_OP_MUL},
    [SG_DIVIDE] = {"/", SG_OP_DIV},
    [SG_MODULO] = {"%", SG_OP_MODULO},
    [SG_FLOOR_DIVIDE] = {"//", SG_OP_FLOOR_DIVIDE},
    [SG_POWER] = {"**", SG_OP_POWER},
    [SG_LESS] = {"<", SG_OP_COUNT},
    [SG_LESS_EQUAL] = {"<=", SG_OP_COUNT},
    [SG_GREATER] = {">", SG_OP_COUNT},
    [SG_GREATER_EQUAL] = {">=", SG_OP_COUNT},
};

/* The way to what the operands were meant for. */
static bool note_operands(sg_vm *vm, sg_operator op, sg_value a, sg_value b) {
  const char *sign = operations[op].text;
  bool arithmetic = op <= SG_POWER;
  if ((sg_is_bool(a) && sg_is_number(b)) || (sg_is_bool(b) && sg_is_number(a)))
    return sg_vm_note(vm, "a bool is no number: where(c, x, 0) is x where c holds, else 0");
  if (op == SG_ADD && (sg_is_string(a) || sg_is_string(b)))
    return sg_vm_note(vm, "str(x) makes a string of anything, and so does f\"{x}\"");
  if (op == SG_MODULO && sg_is_string(a))
    return sg_vm_note(vm, "f\"{x:.2f}\" puts a value into a string");
  if (arithmetic && sg_is_list(a) && sg_is_list(b))
    return sg_vm_note(vm, "item by item: [x %s y for x, y in zip(xs, ys)]", sign);
  if (arithmetic && sg_is_list(a) && sg_is_number(b))
    return sg_vm_note(vm, "item by item: [x %s a for x in xs]", sign);
  if (arithmetic && sg_is_list(b) && sg_is_number(a))
    return sg_vm_note(vm, "item by item: [a %s x for x in xs]", sign);
  return false;
}

static bool refuse_operands(sg_vm *vm, sg_operator op, sg_value a, sg_value b) {
  sg_vm_fail(vm, "'%s' does not work on %s and %s", operations[op].text, sg_type_phrase(a),
             sg_type_phrase(b));
  return note_operands(vm, op, a, b);
}

static bool join_strings(sg_vm *vm, const sg_string *a, const sg_string *b, sg_value *out) {
  sg_string *joined = sg_string_reserve(&vm->heap, (size_t)a->bytes + b->bytes);
  if (!joined || !sg_copy(vm->memory, joined->text, a->text, a->bytes) ||
      !sg_copy(vm->memory, joined->text + a->bytes, b->text, b->bytes))
    return sg_vm_fail_memory(vm);
  joined->length = a->length + b->length;
  *out = sg_object_value(joined);
  return true;
}

/* There must be room. All or nothing. */
static bool append_all(sg_vm *vm, sg_list *to, const sg_value *items, uint32_t count, bool plain) {
  if (!sg_copy(vm->memory, to->items + to->count, items, count * sizeof *items))
    return sg_vm_fail_memory(vm);
  to->count += count;
  to->plain = to->plain && plain;
  return true;
}

static bool join_lists(sg_vm *vm, const sg_list *a, const sg_list *b, sg_value *out) {
  sg_list *joined = sg_list_new(&vm->heap, (size_t)a->count + b->count);
  if (!joined) return sg_vm_fail_memory(vm);
  if (!append_all(vm, joined, a->items, a->count, a->plain) ||
      !append_all(vm, joined, b->items, b->count, b->plain))
    return false;
  *out = sg_object_value(joined);
  return true;
}

/* How often to repeat, at most so often that the result has fewer than 2^32 items. */
static bool read_times(sg_vm *vm, sg_value times, size_t items, size_t *out) {
  double x = sg_tape_value(&vm->tape, times);
  char text[SG_NUMBER_SIZE];
  *out = 0;
  if (!isfinite(x) || x != trunc(x))
    return sg_vm_fail(vm, "can only repeat a whole number of times, not %s",
                      sg_number_text(text, x));
  if (x > 0 && (double)items * x >= (double)UINT32_MAX)
    return sg_vm_fail(vm, "repeating %zu item%s %s times is more than a list can hold", items,
                      items == 1 ? "" : "s", sg_number_text(text, x));
  if (x > 0 && items > 0) *out = (size_t)x;
  return true;
}

/* Makes a block of `size` bytes, a multiple of `part`, by copying what is there already, up to a
 * piece that stays in the cache: so a short part is not copied by itself again and again. */
static bool repeat_bytes(sg_vm *vm, void *block, const void *text, size_t part, size_t size) {
  size_t most = part < REPEATED_AT_ONCE ? REPEATED_AT_ONCE / (part + !part) * part : part;
  if (size > 0 && !sg_copy(vm->memory, block, text, part)) return sg_vm_fail_memory(vm);
  for (size_t done = part; done < size;) {
    size_t more = done < most ? done : most;
    if (more > size - done) more = size - done;
    if (!sg_copy(vm->memory, (char *)block + done, block, more)) return sg_vm_fail_memory(vm);
    if (done >= most && !sg_vm_poll(vm)) return false;
    done += more;
  }
  return true;
}

static bool repeat_string(sg_vm *vm, const sg_string *string, sg_value times, sg_value *out) {
  size_t count;
  if (!read_times(vm, times, string->bytes, &count)) return false;
  sg_string *repeated = sg_string_reserve(&vm->heap, string->bytes * count);
  if (!repeated) return sg_vm_fail_memory(vm);
  if (!repeat_bytes(vm, repeated->text, string->text, string->bytes, string->bytes * count))
    return false;
  repeated->length = (uint32_t)(string->length * count);
  *out = sg_object_value(repeated);
  return true;
}

static bool repeat_list(sg_vm *vm, const sg_list *list, sg_value times, bool store, sg_value *out) {
  size_t count;
  if (!read_times(vm, times, list->count, &count)) return false;
  sg_list *repeated = sg_list_new(&vm->heap, list->count * count);
  if (!repeated) return sg_vm_fail_memory(vm);
  repeated->count = (uint32_t)(list->count * count);
  repeated->plain = list->plain;
  size_t part = list->count * sizeof *list->items;
  if (!repeat_bytes(vm, repeated->items, list->items, part, part * count)) return false;
  for (uint32_t i = 0; store && i < repeated->count; i++) {
    sg_value v;
    if ((i & 0xFFFF) == 0 && !sg_vm_poll(vm)) return false;
    if (!sg_vm_store(vm, repeated->items[i], &v)) return false;
    sg_list_set(repeated, i, v);
  }
  *out = sg_object_value(repeated);
  return true;
}

bool sg_operate_repeat(sg_vm *vm, sg_value a, sg_value b, bool store, sg_value *out) {
  sg_value things = sg_is_number(a) ? b : a;
  sg_value times = sg_is_number(a) ? a : b;
  if (!sg_is_number(times) || !(sg_is_list(things) || sg_is_string(things)))
    return refuse_operands(vm, SG_MULTIPLY, a, b);
  if (sg_is_string(things)) return repeat_string(vm, sg_as_string(things), times, out);
  return repeat_list(vm, sg_as_list(things), times, store, out);
}

static bool extend(sg_vm *vm, sg_value list, sg_value more) {
  sg_list *to = sg_as_list(list);
  const sg_list *from = sg_as_list(more);
  uint32_t count = from->count;
  if (!sg_vm_can_rearrange(vm, to)) return false;
  if (!sg_list_reserve(&vm->heap, to, (size_t)to->count + count)) return sg_vm_fail_memory(vm);
  return append_all(vm, to, from->items, count, from->plain);
}

bool sg_vm_arithmetic(sg_vm *vm, sg_operator op, sg_value a, sg_value b, sg_value *out) {
  if (sg_is_number(a) && sg_is_number(b))
    return sg_apply2(&vm->tape, operations[op].row, a, b, out) || sg_vm_fail_memory(vm);
  if (op == SG_ADD && sg_is_string(a) && sg_is_string(b))
    return join_strings(vm, sg_as_string(a), sg_as_string(b), out);
  if (op == SG_ADD && sg_is_list(a) && sg_is_list(b))
    return join_lists(vm, sg_as_list(a), sg_as_list(b), out);
  if (op == SG_MULTIPLY) return sg_operate_repeat(vm, a, b, false, out);
  return refuse_operands(vm, op, a, b);
}

bool sg_operate_add_to(sg_vm *vm, sg_value a, sg_value b, sg_value *out) {
  if (!sg_is_list(a) || !sg_is_list(b)) return sg_vm_arithmetic(vm, SG_ADD, a, b, out);
  if (!extend(vm, a, b)) return false;
  *out = a;
  return true;
}

static bool equal_values(sg_vm *vm, sg_value a, sg_value b, int depth, bool *out);

static bool equal_lists(sg_vm *vm, const sg_list *a, const sg_list *b, int depth, bool *out) {
  *out = a->count == b->count;
  for (uint32_t i = 0; *out && i < a->count; i++) {
    if ((i & 0xFFFF) == 0xFFFF && !sg_vm_poll(vm)) return false;
    if (!equal_values(vm, a->items[i], b->items[i], depth, out)) return false;
  }
  return true;
}

static bool equal_records(sg_vm *vm, const sg_record *a, const sg_record *b, int depth, bool *out) {
  *out = a->count == b->count;
  for (uint32_t i = 0; *out && i < a->count; i++) {
    if ((i & 0xFFFF) == 0xFFFF && !sg_vm_poll(vm)) return false;
    const sg_value *other = sg_record_find(b, a->keys[i]);
    if (!other)
      *out = false;
    else if (!equal_values(vm, a->values[i], *other, depth, out))
      return false;
  }
  return true;
}

static bool equal_natives(const sg_native *a, const sg_native *b) {
  return a->class == b->class && a->class->equal && a->class->equal(a, b);
}

static bool equal_values(sg_vm *vm, sg_value a, sg_value b, int depth, bool *out) {
  if (sg_is_number(a) && sg_is_number(b)) {
    *out = sg_tape_value(&vm->tape, a) == sg_tape_value(&vm->tape, b);
    return true;
  }
  *out = a.bits == b.bits;
  if (*out || !sg_is_object(a) || !sg_is_object(b)) return true;
  if (sg_as_object(a)->kind != sg_as_object(b)->kind) return true;
  if (!sg_vm_poll(vm)) return false; /* lists that share parts may take long, however short */
  if (depth == 0)
    return sg_vm_fail(vm, "cannot compare what is nested deeper than %d levels", COMPARE_DEPTH);
  if (sg_is_string(a)) {
    *out = sg_string_equal(sg_as_string(a), sg_as_string(b));
    return sg_vm_poll(vm);
  }
  if (sg_is_native(a)) *out = equal_natives(sg_as_native(a), sg_as_native(b));
  if (sg_is_list(a)) return equal_lists(vm, sg_as_list(a), sg_as_list(b), depth - 1, out);
  if (sg_is_record(a)) return equal_records(vm, sg_as_record(a), sg_as_record(b), depth - 1, out);
  return true;
}

bool sg_vm_equal(sg_vm *vm, sg_value a, sg_value b, bool *out) {
  return equal_values(vm, a, b, COMPARE_DEPTH, out);
}

static bool holds(sg_operator op, double a, double b) {
  switch (op) {
  case SG_LESS: return a < b;
  case SG_LESS_EQUAL: return a <= b;
  case SG_GREATER: return a > b;
  default: return a >= b;
  }
}

bool sg_operate_compare(sg_vm *vm, sg_operator op, sg_value a, sg_value b, bool *out) {
  if (op == SG_EQUAL || op == SG_NOT_EQUAL) {
    if (!sg_vm_equal(vm, a, b, out)) return false;
    *out ^= op == SG_NOT_EQUAL;
    return true;
  }
  if (sg_is_number(a) && sg_is_number(b))
    *out = holds(op, sg_tape_value(&vm->tape, a), sg_tape_value(&vm->tape, b));
  else if (sg_is_string(a) && sg_is_string(b))
    *out = holds(op, sg_string_order(sg_as_string(a), sg_as_string(b)), 0);
  else
    return refuse_operands(vm, op, a, b);
  return sg_vm_poll(vm);
}

static bool contains(const sg_string *text, const sg_string *part) {
  return part->bytes == 0 || sg_string_find(text, 0, part) < text->bytes;
}

bool sg_operate_in(sg_vm *vm, sg_value item, sg_value container, bool *out) {
  *out = false;
  if (sg_is_list(container)) {
    const sg_list *list = sg_as_list(container);
    for (uint32_t i = 0; !*out && i < list->count; i++) {
      if ((i & 0xFFFF) == 0xFFFF && !sg_vm_poll(vm)) return false;
      if (!sg_vm_equal(vm, item, list->items[i], out)) return false;
    }
    return true;
  }
  if (sg_is_string(item) && sg_is_string(container)) {
    *out = contains(sg_as_string(container), sg_as_string(item));
    return sg_vm_poll(vm);
  }
  if (sg_is_string(item) && sg_is_record(container)) {
    sg_string *key = sg_string_key(&vm->heap, sg_as_string(item));
    if (!key) return sg_vm_fail_memory(vm);
    *out = sg_record_find(sg_as_record(container), key) != NULL;
    return true;
  }
  return sg_vm_fail(vm, "'in' looks in lists, strings and the keys of records, not for %s in %s",
                    sg_type_phrase(item), sg_type_phrase(container));
}

bool sg_operate_condition(sg_vm *vm, sg_value v) {
  if (sg_is_bool(v)) return true;
  sg_vm_fail(vm, "a condition must be a bool, not %s", sg_type_phrase(v));
  if (sg_is_number(v)) sg_vm_note(vm, "write x != 0");
  if (sg_is_list(v) || sg_is_string(v)) sg_vm_note(vm, "write len(x) > 0");
  if (sg_is_none(v)) sg_vm_note(vm, "write x != none");
  return false;
}

bool sg_operate_unary(sg_vm *vm, sg_operator op, sg_value v, sg_value *out) {
  if (op == SG_NOT) {
    if (!sg_operate_condition(vm, v)) return false;
    *out = sg_bool(!sg_is_true(v));
    return true;
  }
  if (!sg_is_number(v)) {
    return sg_vm_fail(vm, "'%s' works on a number, not on %s", op == SG_NEGATE ? "-" : "+",
                      sg_type_phrase(v));
  }
  if (op == SG_NEGATE) return sg_apply1(&vm->tape, SG_OP_NEGATE, v, out) || sg_vm_fail_memory(vm);
  *out = v;
  return true;
}
