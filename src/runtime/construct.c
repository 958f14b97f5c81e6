/* sgrad: what instructions make: lists, records, text, functions, cells, iterations. */
#include "runtime/construct.h"

#include "runtime/call.h"

/* Does `range(...)` count through whole numbers from a constant start? Then prepares the state. */
static bool prepare_range(sg_vm *vm, sg_value *state, uint32_t count) {
  if (!sg_is_kind(state[0], SG_BUILTIN) ||
      strcmp(sg_as_bound(state[0])->builtin->name, "range") != 0)
    return false;
  double x[3] = {0, 0, 1};
  for (uint32_t i = 0; i < count; i++) {
    if (!sg_is_number(state[1 + i])) return false;
    x[count == 1 ? 1 : i] = sg_tape_value(&vm->tape, state[1 + i]);
  }
  for (uint32_t i = 0; i < 3; i++)
    if (!(x[i] >= -0x1p53 && x[i] <= 0x1p53) || x[i] != (double)(int64_t)x[i]) return false;
  if (x[2] == 0) return false;
  double steps = (x[1] - x[0]) / x[2];
  uint64_t whole = steps > 0 ? (uint64_t)steps : 0;
  if (steps > 0 && x[0] + (double)whole * x[2] != x[1]) whole++;
  state[0] = SG_NONE;
  state[1] = sg_number(x[0]);
  state[2] = sg_number(x[2]);
  state[3].bits = whole;
  return true;
}

bool sg_construct_range(sg_vm *vm, sg_value *state, uint32_t count) {
  if (prepare_range(vm, state, count)) return true;
  sg_value list;
  if (!sg_vm_call(vm, state[0], state + 1, count, &list)) return false;
  state[0] = list;
  state[1].bits = 0;
  return sg_access_iterate(vm, state);
}

bool sg_construct_function(sg_vm *vm, const sg_frame *frame, sg_value code_value, sg_value *out) {
  sg_code *code = (sg_code *)sg_as_object(code_value);
  sg_function *function = sg_function_new(&vm->heap, code, code->capture_count);
  if (!function) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < code->capture_count; i++) {
    sg_capture capture = code->captures[i];
    function->cells[i] = capture.local ? (sg_cell *)sg_as_object(frame->base[capture.index])
                                       : frame->function->cells[capture.index];
  }
  *out = sg_object_value(function);
  return true;
}

bool sg_construct_cell(sg_vm *vm, sg_value v, sg_value *out) {
  sg_cell *cell = sg_cell_new(&vm->heap, v);
  if (!cell) return sg_vm_fail_memory(vm);
  *out = sg_object_value(cell);
  return true;
}

bool sg_construct_append(sg_vm *vm, sg_value list, sg_value v, bool raw) {
  if (!raw && !sg_vm_store(vm, v, &v)) return false;
  return sg_list_append(&vm->heap, sg_as_list(list), v) || sg_vm_fail_memory(vm);
}

bool sg_construct_pair(sg_vm *vm, sg_value record, sg_string *key, sg_value v) {
  return sg_vm_store(vm, v, &v) &&
         (sg_record_set(&vm->heap, sg_as_record(record), key, v) || sg_vm_fail_memory(vm));
}

bool sg_construct_list(sg_vm *vm, uint32_t capacity, sg_value *out) {
  sg_list *list = sg_list_new(&vm->heap, capacity);
  if (list) *out = sg_object_value(list);
  return list || sg_vm_fail_memory(vm);
}

bool sg_construct_record(sg_vm *vm, sg_value *out) {
  sg_record *record = sg_record_new(&vm->heap);
  if (record) *out = sg_object_value(record);
  return record || sg_vm_fail_memory(vm);
}

bool sg_construct_text(sg_vm *vm, const sg_value *parts, uint32_t count, sg_value *out) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < count; i++) bytes += sg_as_string(parts[i])->bytes;
  sg_string *text = sg_string_reserve(&vm->heap, bytes);
  if (!text) return sg_vm_fail_memory(vm);
  char *end = text->text;
  for (uint32_t i = 0; i < count; i++) {
    const sg_string *part = sg_as_string(parts[i]);
    if (!sg_copy(vm->memory, end, part->text, part->bytes)) return sg_vm_fail_memory(vm);
    end += part->bytes;
    text->length += part->length;
  }
  *out = sg_object_value(text);
  return true;
}

bool sg_construct_format(sg_vm *vm, const sg_format *format, bool quote, sg_value *v) {
  sg_buffer text;
  const char *wrong = NULL;
  sg_buffer_init(&text, vm->memory);
  bool ok = true;
  if (!format)
    ok = sg_value_text(vm, &text, *v, quote);
  else if (sg_is_number(*v))
    wrong = sg_format_number(&text, format, sg_tape_value(&vm->tape, *v));
  else if (sg_is_string(*v))
    wrong = sg_format_string(&text, format, sg_as_string(*v)->text, sg_as_string(*v)->bytes);
  else
    ok = sg_vm_fail(vm, "a format fits numbers and strings, not a %s", sg_type_name(*v));
  if (wrong) ok = sg_vm_fail(vm, "%s", wrong);
  if (ok && text.failed) ok = sg_vm_fail_memory(vm);
  sg_string *string = ok ? sg_string_new(&vm->heap, text.items, text.count) : NULL;
  sg_buffer_clear(&text);
  if (string) *v = sg_object_value(string);
  return string || (ok && sg_vm_fail_memory(vm));
}
