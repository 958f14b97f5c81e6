/* sgrad: reading and setting fields, indexes and slices; unpacking; what a `for` goes over. */
#include "base/utf8.h"
#include "runtime/call.h"
#include "runtime/native.h"

#include <math.h>

/* A node's own fields. */
typedef enum node_field { FIELD_DATA, FIELD_GRAD, FIELD_LABEL, FIELD_NONE } node_field;

static node_field find_node_field(const sg_string *name) {
  static const char *const names[] = {"data", "grad", "label"};
  for (int i = FIELD_DATA; i < FIELD_NONE; i++)
    if (strcmp(name->text, names[i]) == 0) return (node_field)i;
  return FIELD_NONE;
}

static bool refuse_constant(sg_vm *vm, const char *field) {
  sg_vm_fail(vm, "a constant has no .%s: it is no node of the graph", field);
  return sg_vm_note(vm, "x = leaf(x) makes it a node; %s",
                    vm->tape.recording ? "builtins and no_grad { } give constants"
                                       : "inside no_grad { } nothing stored is one");
}

bool sg_vm_note_field(sg_vm *vm, const char *name) {
  const sg_global *global = sg_vm_global(vm, name, strlen(name));
  if (global && (sg_is_callable(global->value) || sg_is_callable(global->builtin)))
    return sg_vm_note(vm, "%s is a function: write x.%s() to call it", name, name);
  return sg_vm_note_member(vm, name);
}

static bool refuse_field(sg_vm *vm, sg_value object, const sg_string *name) {
  sg_vm_fail(vm, "%s has no field '%s'", sg_type_phrase(object), name->text);
  return sg_vm_note_field(vm, name->text);
}

static bool node_label(sg_vm *vm, sg_node node, sg_value *out) {
  *out = SG_NONE;
  for (uint32_t i = 0; i < vm->labels.count; i++)
    if (vm->labels.items[i].node == node) *out = sg_object_value(vm->labels.items[i].text);
  return true;
}

static bool number_field(sg_vm *vm, sg_value v, const sg_string *name, sg_value *out) {
  node_field field = find_node_field(name);
  if (field == FIELD_NONE) return refuse_field(vm, v, name);
  if (field == FIELD_DATA) {
    *out = sg_number(sg_tape_value(&vm->tape, v));
    return true;
  }
  if (!sg_is_node(v)) return refuse_constant(vm, name->text);
  if (field == FIELD_LABEL) return node_label(vm, sg_as_node(v), out);
  *out = sg_number(sg_node_grad(&vm->tape, sg_as_node(v)));
  return true;
}

typedef struct key_list {
  const sg_record *record;
  uint32_t next;
} key_list;

static const char *next_key(void *context) {
  key_list *keys = context;
  return keys->next < keys->record->count ? keys->record->keys[keys->next++]->text : NULL;
}

static bool refuse_key(sg_vm *vm, const sg_record *record, const sg_string *key) {
  key_list keys = {record, 0};
  const char *near = sg_nearest_name(key->text, next_key, &keys);
  sg_vm_fail(vm, "the record has no field '%.1100s'", key->text);
  return near ? sg_vm_note(vm, "did you mean '%s'?", near) : sg_vm_note_field(vm, key->text);
}

static bool record_field(sg_vm *vm, const sg_record *record, const sg_string *name, sg_value *out) {
  const sg_value *value = sg_record_find(record, name);
  if (!value) return refuse_key(vm, record, name);
  *out = *value;
  return true;
}

bool sg_vm_field(sg_vm *vm, sg_value object, sg_string *name, sg_value *out) {
  if (sg_is_record(object)) return record_field(vm, sg_as_record(object), name, out);
  if (sg_is_number(object)) return number_field(vm, object, name, out);
  if (sg_is_native(object)) return sg_native_field(vm, sg_as_native(object), name->text, out);
  return refuse_field(vm, object, name);
}

bool sg_access_own(sg_vm *vm, sg_value object, const sg_string *name, sg_value *out, bool *found) {
  *found = false;
  if (sg_is_record(object)) {
    const sg_value *value = sg_record_find(sg_as_record(object), name);
    *found = value != NULL;
    if (value) *out = *value;
  }
  if (!sg_is_native(object)) return true;
  sg_native *native = sg_as_native(object);
  return !native->class->field || native->class->field(vm, native, name->text, out, found);
}

static bool need_number(sg_vm *vm, const char *field, sg_value v, double *out) {
  if (!sg_is_number(v))
    return sg_vm_fail(vm, ".%s must be a number, not %s", field, sg_type_phrase(v));
  *out = sg_tape_value(&vm->tape, v);
  return true;
}

static bool set_data(sg_vm *vm, sg_node node, sg_value v, bool check) {
  double x = 0;
  if (!sg_node_is_leaf(&vm->tape, node)) {
    sg_vm_fail(vm, "the .data of a computed number cannot be set");
    return sg_vm_note(vm, "only a leaf's can: a number that was stored, not computed");
  }
  if (!need_number(vm, "data", v, &x)) return false;
  if (!check) sg_node_set_data(&vm->tape, node, x);
  return true;
}

static bool poll_at(sg_vm *vm, uint32_t i) {
  return i % SG_PIECE != SG_PIECE - 1 || sg_vm_poll(vm);
}

/* Numbers, in lists or not, without their leaves: what is set next may be the data of those. Only
 * for what a check has let pass, which bounds its depth. Anything else stays. */
static bool take_data(sg_vm *vm, sg_value *v) {
  if (sg_is_node(*v)) *v = sg_number(sg_tape_value(&vm->tape, *v));
  if (!sg_is_list(*v) || sg_as_list(*v)->plain) return true;
  const sg_list *from = sg_as_list(*v);
  sg_list *copy = sg_list_new(&vm->heap, from->count);
  if (!copy) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < from->count; i++) {
    sg_value item = from->items[i];
    if (!take_data(vm, &item) || !poll_at(vm, i)) return false;
    sg_list_set(copy, copy->count++, item);
  }
  *v = sg_object_value(copy);
  return true;
}

static bool refuse_replacing(sg_vm *vm) {
  return sg_vm_fail(vm, "what a model is made of cannot be replaced; its parameters can be set");
}

bool sg_vm_can_rearrange(sg_vm *vm, const sg_list *list) {
  if (!list->owned) return true;
  refuse_replacing(vm);
  return sg_vm_note(vm, "copy(xs) is a list of your own");
}

/* Nothing between the first that is set and the last can fail. */
static bool set_owned(sg_vm *vm, sg_value target, sg_value v, bool check) {
  if (sg_is_node(target)) return set_data(vm, sg_as_node(target), v, check);
  if (sg_is_number(target))
    return sg_vm_fail(vm, "a number of this list cannot be set alone: set the whole list");
  if (!sg_is_list(target)) return refuse_replacing(vm);
  const sg_list *to = sg_as_list(target);
  if (!sg_is_list(v))
    return sg_vm_fail(vm, "parameters of this shape take a list of %u, not %s", to->count,
                      sg_type_phrase(v));
  const sg_list *from = sg_as_list(v);
  if (from->count != to->count)
    return sg_vm_fail(vm, "parameters of this shape take a list of %u, not one of %u", to->count,
                      from->count);
  for (uint32_t i = 0; i < to->count; i++)
    if (!set_owned(vm, to->items[i], from->items[i], check) || (check && !poll_at(vm, i)))
      return false;
  return true;
}

bool sg_vm_set_owned(sg_vm *vm, sg_value target, sg_value v, bool check) {
  return set_owned(vm, target, v, true) &&
         (check || (take_data(vm, &v) && set_owned(vm, target, v, false)));
}

static bool set_label(sg_vm *vm, sg_node node, sg_value v, bool check) {
  if (!sg_is_string(v) && !sg_is_none(v))
    return sg_vm_fail(vm, ".label must be a string, not %s", sg_type_phrase(v));
  return check || sg_vm_set_label(vm, node, sg_is_none(v) ? NULL : sg_as_string(v));
}

static bool set_grad(sg_vm *vm, sg_node node, sg_value v, bool check) {
  double x = 0;
  if (!need_number(vm, "grad", v, &x))
    return sg_is_none(v) && sg_vm_note(vm, "zero_grad(x) makes it absent");
  return check || sg_node_set_grad(&vm->tape, node, x) || sg_vm_fail_memory(vm);
}

static bool set_number_field(sg_vm *vm, sg_value object, const sg_string *name, sg_value v,
                             bool check) {
  node_field field = find_node_field(name);
  if (field == FIELD_NONE) {
    sg_vm_fail(vm, "a number has no field '%s' to set", name->text);
    return sg_vm_note_member(vm, name->text);
  }
  if (!sg_is_node(object)) return refuse_constant(vm, name->text);
  if (field == FIELD_DATA) return set_data(vm, sg_as_node(object), v, check);
  if (field == FIELD_GRAD) return set_grad(vm, sg_as_node(object), v, check);
  return set_label(vm, sg_as_node(object), v, check);
}

static bool set_field(sg_vm *vm, sg_value object, sg_string *name, sg_value v, bool check) {
  if (sg_is_number(object)) return set_number_field(vm, object, name, v, check);
  if (sg_is_native(object))
    return sg_native_set_field(vm, sg_as_native(object), name->text, v, check);
  if (!sg_is_record(object))
    return sg_vm_fail(vm, "%s has no fields to set", sg_type_phrase(object));
  if (check) return true;
  if (!sg_vm_store(vm, v, &v)) return false;
  return sg_record_set(&vm->heap, sg_as_record(object), name, v) || sg_vm_fail_memory(vm);
}

/* A position in something of `count` items, negative from the end. */
static bool find_position(sg_vm *vm, sg_value index, uint32_t count, const char *what,
                          uint32_t *out) {
  char text[SG_NUMBER_SIZE];
  if (!sg_is_number(index))
    return sg_vm_fail(vm, "an index must be a number, not %s", sg_type_phrase(index));
  double x = sg_tape_value(&vm->tape, index);
  if (!isfinite(x) || x != trunc(x))
    return sg_vm_fail(vm, "an index must be a whole number, not %s", sg_number_text(text, x));
  double position = x < 0 ? x + count : x;
  if (position < 0 || position >= count)
    return sg_vm_fail(vm, "index %s is out of range for a %s of %u", sg_number_text(text, x), what,
                      count);
  *out = (uint32_t)position;
  return true;
}

/* The byte where code point `i` begins. Given up on Ctrl-C. */
static size_t find_code(const sg_string *string, uint32_t i) {
  SG_EACH (at, 0, string->bytes)
    if ((string->text[at] & 0xC0) != 0x80 && i-- == 0) return at;
  return 0;
}

static bool string_piece(sg_vm *vm, const sg_string *string, uint32_t i, sg_value *out) {
  bool ascii = string->length == string->bytes;
  size_t start = ascii ? i : find_code(string, i);
  uint32_t code;
  if (!ascii && !sg_vm_is_whole(vm, string->bytes)) return false;
  size_t bytes = sg_utf8_decode(string->text + start, string->bytes - start, &code);
  sg_string *piece = sg_string_intern(&vm->heap, string->text + start, bytes);
  if (!piece) return sg_vm_fail_memory(vm);
  *out = sg_object_value(piece);
  return true;
}

bool sg_vm_index(sg_vm *vm, sg_value object, sg_value index, sg_value *out) {
  uint32_t i;
  if (sg_is_list(object)) {
    const sg_list *list = sg_as_list(object);
    if (!find_position(vm, index, list->count, "list", &i)) return false;
    *out = list->items[i];
    return true;
  }
  if (sg_is_string(object)) {
    const sg_string *string = sg_as_string(object);
    return find_position(vm, index, string->length, "string", &i) &&
           string_piece(vm, string, i, out);
  }
  if (!sg_is_record(object)) {
    sg_vm_fail(vm, "%s cannot be indexed", sg_type_phrase(object));
    return sg_is_native(object) && sg_native_note_fields(vm, sg_as_native(object));
  }
  if (!sg_is_string(index))
    return sg_vm_fail(vm, "a record's key is a string, not %s", sg_type_phrase(index));
  sg_string *key = sg_string_key(&vm->heap, sg_as_string(index));
  if (!key) return sg_vm_fail_memory(vm);
  return record_field(vm, sg_as_record(object), key, out);
}

static bool set_index(sg_vm *vm, sg_value object, sg_value index, sg_value v, bool check) {
  uint32_t i;
  if (sg_is_list(object)) {
    sg_list *list = sg_as_list(object);
    if (!find_position(vm, index, list->count, "list", &i)) return false;
    if (list->owned) return sg_vm_set_owned(vm, list->items[i], v, check);
    if (check) return true;
    if (!sg_vm_store(vm, v, &v)) return false;
    sg_list_set(list, i, v);
    return true;
  }
  if (!sg_is_record(object))
    return sg_vm_fail(
        vm, sg_is_string(object) ? "%s cannot be changed in place" : "%s has no items to set",
        sg_type_phrase(object));
  if (!sg_is_string(index))
    return sg_vm_fail(vm, "a record's key is a string, not %s", sg_type_phrase(index));
  sg_string *key = sg_string_key(&vm->heap, sg_as_string(index));
  if (!key) return sg_vm_fail_memory(vm);
  return set_field(vm, object, key, v, check);
}

bool sg_access_set_field(sg_vm *vm, sg_value object, sg_string *name, sg_value v) {
  return set_field(vm, object, name, v, false);
}

bool sg_access_set_index(sg_vm *vm, sg_value object, sg_value index, sg_value v) {
  return set_index(vm, object, index, v, false);
}

/* Whether what is stored there is data, and not the value itself. */
static bool stores_data(sg_value object) {
  return sg_is_number(object) || sg_is_native(object) ||
         (sg_is_list(object) && sg_as_list(object)->owned);
}

bool sg_access_prepare_field(sg_vm *vm, sg_value object, sg_string *name, sg_value *v) {
  return set_field(vm, object, name, *v, true) && (!stores_data(object) || take_data(vm, v));
}

bool sg_access_prepare_index(sg_vm *vm, sg_value object, sg_value index, sg_value *v) {
  return set_index(vm, object, index, *v, true) && (!stores_data(object) || take_data(vm, v));
}

/* A slice in numbers, as Python's slice.indices gives it. */
typedef struct range {
  int64_t start;
  int64_t step;
  size_t count;
} range;

static bool read_bound(sg_vm *vm, sg_value v, int64_t otherwise, int64_t *out) {
  *out = otherwise;
  if (sg_is_none(v)) return true;
  if (!sg_is_number(v))
    return sg_vm_fail(vm, "a slice's bounds are numbers, not %s", sg_type_phrase(v));
  double x = sg_tape_value(&vm->tape, v);
  char text[SG_NUMBER_SIZE];
  if (isnan(x) || x != trunc(x))
    return sg_vm_fail(vm, "a slice's bounds are whole numbers, not %s", sg_number_text(text, x));
  *out = x > 0x1p40 ? INT64_C(1) << 40 : x < -0x1p40 ? -(INT64_C(1) << 40) : (int64_t)x;
  return true;
}

static int64_t clamp(int64_t x, int64_t low, int64_t high) {
  return x < low ? low : x > high ? high : x;
}

static bool read_slice(sg_vm *vm, const sg_value *parts, int64_t length, range *out) {
  int64_t stop;
  if (!read_bound(vm, parts[3], 1, &out->step)) return false;
  if (out->step == 0) return sg_vm_fail(vm, "a slice's step cannot be 0");
  bool back = out->step < 0;
  if (!read_bound(vm, parts[1], back ? length - 1 : 0, &out->start) ||
      !read_bound(vm, parts[2], back ? -length - 1 : length, &stop))
    return false;
  int64_t low = back ? -1 : 0;
  int64_t high = back ? length - 1 : length;
  out->start =
      clamp(out->start < 0 && !(back && sg_is_none(parts[1])) ? out->start + length : out->start,
            low, high);
  stop = clamp(stop < 0 ? stop + length : stop, low, high);
  int64_t distance = back ? out->start - stop : stop - out->start;
  int64_t stride = back ? -out->step : out->step;
  out->count = distance > 0 ? (size_t)((distance + stride - 1) / stride) : 0;
  return true;
}

static bool slice_list(sg_vm *vm, const sg_list *list, range r, sg_value *out) {
  sg_list *slice = sg_list_new(&vm->heap, r.count);
  if (!slice) return sg_vm_fail_memory(vm);
  SG_EACH (k, 0, (uint32_t)r.count) slice->items[k] = list->items[r.start + (int64_t)k * r.step];
  if (!sg_vm_is_whole(vm, (uint32_t)r.count)) return false;
  slice->count = (uint32_t)r.count;
  slice->plain = list->plain;
  *out = sg_object_value(slice);
  return true;
}

/* The byte offset of every code point, or NULL: out of memory. Given up on Ctrl-C. For a string
 * that is not ASCII. */
static uint32_t *list_offsets(sg_vm *vm, const sg_string *string) {
  uint32_t *offsets = sg_allocate(vm->memory, ((size_t)string->length + 1) * sizeof *offsets);
  if (!offsets) return NULL;
  uint32_t at = 0;
  uint32_t code;
  SG_EACH (i, 0, string->length) {
    offsets[i] = at;
    at += (uint32_t)sg_utf8_decode(string->text + at, string->bytes - at, &code);
  }
  offsets[string->length] = at;
  return offsets;
}

static bool slice_string(sg_vm *vm, const sg_string *string, range r, sg_value *out) {
  bool ascii = string->length == string->bytes;
  uint32_t *offsets = ascii ? NULL : list_offsets(vm, string);
  if (!ascii && !offsets) return sg_vm_fail_memory(vm);
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  SG_EACH (k, 0, (uint32_t)r.count) {
    int64_t i = r.start + (int64_t)k * r.step;
    size_t start = ascii ? (size_t)i : offsets[i];
    sg_buffer_add(&text, string->text + start, ascii ? 1 : offsets[i + 1] - start);
  }
  bool ok = !text.failed && !sg_gave_up(string->length);
  sg_string *slice = !ok ? NULL : sg_string_new(&vm->heap, text.items, text.count);
  sg_buffer_clear(&text);
  if (offsets) sg_release(vm->memory, offsets, ((size_t)string->length + 1) * sizeof *offsets);
  if (!slice) return sg_vm_fail_memory(vm);
  *out = sg_object_value(slice);
  return true;
}

bool sg_access_slice(sg_vm *vm, const sg_value *parts, sg_value *out) {
  range r;
  if (sg_is_list(parts[0]))
    return read_slice(vm, parts, sg_as_list(parts[0])->count, &r) &&
           slice_list(vm, sg_as_list(parts[0]), r, out);
  if (sg_is_string(parts[0]))
    return read_slice(vm, parts, sg_as_string(parts[0])->length, &r) &&
           slice_string(vm, sg_as_string(parts[0]), r, out);
  return sg_vm_fail(vm, "%s cannot be sliced", sg_type_phrase(parts[0]));
}

bool sg_access_unpack(sg_vm *vm, sg_value list, uint32_t count, sg_value *out) {
  if (!sg_is_list(list)) {
    sg_vm_fail(vm, "can only unpack a list, not %s", sg_type_phrase(list));
    return sg_is_record(list) && sg_vm_note(vm, "values(r) lists what a record holds");
  }
  if (sg_as_list(list)->count != count)
    return sg_vm_fail(vm, "cannot unpack a list of %u into %u variable%s", sg_as_list(list)->count,
                      count, count == 1 ? "" : "s");
  for (uint32_t i = 0; i < count; i++) out[i] = sg_as_list(list)->items[i];
  return true;
}

static bool list_pieces(sg_vm *vm, const sg_string *string, sg_list *list) {
  for (size_t at = 0; at < string->bytes;) {
    uint32_t code;
    size_t bytes = sg_utf8_decode(string->text + at, string->bytes - at, &code);
    sg_string *piece = sg_string_intern(&vm->heap, string->text + at, bytes);
    if (!piece || !sg_list_append(&vm->heap, list, sg_object_value(piece)))
      return sg_vm_fail_memory(vm);
    if ((list->count & 0xFFFF) == 0 && !sg_vm_poll(vm)) return false;
    at += bytes;
  }
  return true;
}

static bool list_keys(sg_vm *vm, const sg_record *record, sg_list *list) {
  SG_EACH (i, 0, record->count)
    if (!sg_list_append(&vm->heap, list, sg_object_value(record->keys[i])))
      return sg_vm_fail_memory(vm);
  return sg_vm_is_whole(vm, record->count);
}

bool sg_access_iterate(sg_vm *vm, sg_value *iterable) {
  sg_value v = *iterable;
  if (sg_is_list(v)) return true;
  if (!sg_is_string(v) && !sg_is_record(v)) {
    sg_vm_fail(vm, "can go over a list, a string or a record's keys, not over %s",
               sg_type_phrase(v));
    if (sg_is_native(v)) return sg_native_note_fields(vm, sg_as_native(v));
    return sg_is_number(v) ? sg_vm_note(vm, "range(n) counts from 0 to n - 1") : false;
  }
  sg_list *list = sg_list_new(&vm->heap, 0);
  if (!list) return sg_vm_fail_memory(vm);
  bool ok = sg_is_string(v) ? list_pieces(vm, sg_as_string(v), list)
                            : list_keys(vm, sg_as_record(v), list);
  if (ok) *iterable = sg_object_value(list);
  return ok;
}
