/* sgrad: how builtins read their arguments. */
#include "builtins/argument.h"

#include "base/utf8.h"

bool sg_need_bool(sg_vm *vm, const sg_call *call, uint32_t i, bool fallback, bool *out) {
  *out = fallback;
  if (!sg_is_given(call, i)) return true;
  if (!sg_is_bool(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a bool");
  *out = sg_is_true(call->args[i]);
  return true;
}

bool sg_need_count(sg_vm *vm, const sg_call *call, uint32_t i, uint32_t *out) {
  int64_t n;
  if (!sg_vm_need_whole(vm, call, i, &n)) return false;
  char name[48];
  sg_vm_parameter_name(call, i, name, sizeof name);
  if (n < 0)
    return sg_vm_fail(vm, "%s() takes a number from 0 for '%s', not %lld", call->builtin->name,
                      name, (long long)n);
  if (n > SG_COUNT_LIMIT)
    return sg_vm_fail(vm, "%s() takes at most %d for '%s', not %lld", call->builtin->name,
                      SG_COUNT_LIMIT, name, (long long)n);
  *out = (uint32_t)n;
  return true;
}

static bool refuse_item(sg_vm *vm, const sg_call *call, uint32_t i, const char *wanted,
                        uint32_t k) {
  char name[48];
  sg_value item = sg_as_list(call->args[i])->items[k];
  sg_vm_parameter_name(call, i, name, sizeof name);
  sg_vm_fail(vm, "%s() takes %s for '%s', but item %u is %s", call->builtin->name, wanted, name, k,
             sg_type_phrase(item));
  return sg_is_list(item) && call->parameters == 1 &&
         sg_vm_note(vm, "of each list: map(%s, %s)", call->builtin->name, name);
}

static bool are_numbers(const sg_list *list) {
  uint32_t others = 0;
  SG_EACH (k, 0, list->count) others += !sg_is_number(list->items[k]);
  return others == 0;
}

bool sg_need_numbers(sg_vm *vm, const sg_call *call, uint32_t i, bool bools, sg_list **out) {
  const char *wanted = bools ? "a list of numbers or bools" : "a list of numbers";
  if (!sg_is_list(call->args[i])) return sg_vm_fail_argument(vm, call, i, wanted);
  sg_list *list = *out = sg_as_list(call->args[i]);
  if (list->plain || are_numbers(list)) return sg_vm_is_whole(vm, list->count);
  SG_EACH (k, 0, list->count) {
    sg_value v = list->items[k];
    if (sg_is_number(v) || (bools && sg_is_bool(v))) continue;
    return refuse_item(vm, call, i, wanted, k);
  }
  return sg_vm_is_whole(vm, list->count);
}

static bool list_characters(sg_vm *vm, const sg_string *string, sg_list *list) {
  uint32_t code;
  for (size_t at = 0; at < string->bytes;) {
    size_t bytes = sg_utf8_decode(string->text + at, string->bytes - at, &code);
    if (!sg_add_text(vm, list, string->text + at, bytes) || !sg_poll_at(vm, list->count))
      return false;
    at += bytes;
  }
  return true;
}

static bool list_keys(sg_vm *vm, const sg_record *record, sg_list *list) {
  SG_EACH (k, 0, record->count)
    if (!sg_add_item(vm, list, sg_object_value(record->keys[k]))) return false;
  return sg_vm_is_whole(vm, record->count);
}

bool sg_need_items(sg_vm *vm, const sg_call *call, uint32_t i, sg_list **out) {
  sg_value v = call->args[i];
  if (sg_is_list(v)) {
    *out = sg_as_list(v);
    return true;
  }
  if (!sg_is_string(v) && !sg_is_record(v)) return sg_vm_fail_argument(vm, call, i, "a list");
  sg_list *list = *out =
      sg_list_new(&vm->heap, sg_is_string(v) ? sg_as_string(v)->length : sg_as_record(v)->count);
  if (!list) return sg_vm_fail_memory(vm);
  return sg_is_string(v) ? list_characters(vm, sg_as_string(v), list)
                         : list_keys(vm, sg_as_record(v), list);
}

bool sg_need_path(sg_vm *vm, const sg_call *call, uint32_t i, sg_string **out) {
  if (!sg_vm_need_string(vm, call, i, out)) return false;
  if (!(*out)->bytes) return sg_vm_fail(vm, "%s() takes a path, not \"\"", call->builtin->name);
  if (!memchr((*out)->text, '\0', (*out)->bytes)) return true;
  return sg_vm_fail(vm, "%s() takes a path without zero bytes", call->builtin->name);
}

bool sg_need_record(sg_vm *vm, const sg_call *call, uint32_t i, sg_record **out) {
  if (!sg_is_record(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a record");
  *out = sg_as_record(call->args[i]);
  return true;
}

bool sg_fail_again(sg_vm *vm, const sg_error *error) {
  if (error->status == SG_NO_MEMORY) return sg_vm_fail_memory(vm);
  if (error->status == SG_INTERRUPTED) return sg_vm_poll(vm) && sg_fail_interrupt(&vm->error);
  sg_vm_fail(vm, "%s", error->message);
  return *error->note && sg_vm_note(vm, "%s", error->note);
}

bool sg_fail_constant(sg_vm *vm, const sg_builtin *builtin) {
  sg_vm_fail(vm, "%s() of a constant, which is no node of the graph", builtin->name);
  return sg_vm_note(vm, "x = leaf(x) makes it a node%s",
                    vm->tape.recording ? "; builtins and no_grad { } give constants"
                                       : "; inside no_grad { } nothing stored is one");
}

bool sg_give_object(sg_vm *vm, const void *object, sg_value *result) {
  if (!object) return sg_vm_fail_memory(vm);
  *result = sg_object_value(object);
  return true;
}

bool sg_give_text(sg_vm *vm, const char *text, size_t bytes, sg_value *result) {
  return sg_give_object(vm, sg_string_new(&vm->heap, text, bytes), result);
}

bool sg_give_buffer(sg_vm *vm, sg_buffer *buffer, sg_value *result) {
  bool ok = buffer->failed ? sg_vm_fail_memory(vm)
                           : sg_give_text(vm, buffer->items, buffer->count, result);
  sg_buffer_clear(buffer);
  return ok;
}

bool sg_give_list(sg_vm *vm, const sg_value *items, uint32_t count, sg_value *result) {
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) {
    sg_list_set(list, i, items[i]);
    if (!sg_poll_at(vm, i)) return false;
  }
  list->count = count;
  *result = sg_object_value(list);
  return true;
}

bool sg_give_picked(sg_vm *vm, const sg_list *from, const uint32_t *which, uint32_t count,
                    sg_value *result) {
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) {
    sg_list_set(list, list->count++, from->items[which[i]]);
    if (!sg_poll_at(vm, i)) return false;
  }
  return sg_give_object(vm, list, result);
}

bool sg_add_item(sg_vm *vm, sg_list *list, sg_value v) {
  return sg_list_append(&vm->heap, list, v) || sg_vm_fail_memory(vm);
}

bool sg_add_text(sg_vm *vm, sg_list *list, const char *text, size_t bytes) {
  sg_string *string =
      bytes <= 4 ? sg_string_intern(&vm->heap, text, bytes) : sg_string_new(&vm->heap, text, bytes);
  return string ? sg_add_item(vm, list, sg_object_value(string)) : sg_vm_fail_memory(vm);
}
