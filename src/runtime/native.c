/* sgrad: making objects of a C class, and reaching their fields by name. */
#include "runtime/native.h"

#include "runtime/heap.h"

#include <stdio.h>

void *sg_native_new(sg_vm *vm, const sg_native_class *class) {
  sg_native *native = sg_heap_allocate(&vm->heap, class->size, SG_NATIVE);
  if (!native) return NULL;
  memset((char *)native + sizeof native->head, 0, class->size - sizeof native->head);
  native->class = class;
  if (!class->call) return native;
  sg_value self = sg_object_value(native);
  native->call = sg_bound_new(&vm->heap, class->call, &self, 1);
  return native->call ? native : NULL;
}

static const char *next_field(void *context) {
  const char *const **next = context;
  return **next ? *(*next)++ : NULL;
}

bool sg_native_note_fields(sg_vm *vm, const sg_native *native) {
  char text[SG_MESSAGE_SIZE] = "";
  const char *const *fields = native->class->fields;
  if (!fields) return false;
  for (size_t used = 0; *fields && used < sizeof text; fields++)
    used += (size_t)snprintf(text + used, sizeof text - used, used ? ", %s" : "%s", *fields);
  return sg_vm_note(vm, "its fields are %s", text);
}

static bool refuse_field(sg_vm *vm, const sg_native *native, const char *name) {
  const char *const *fields = native->class->fields;
  const char *near = fields ? sg_nearest_name(name, next_field, &fields) : NULL;
  sg_vm_fail(vm, "%s has no field '%s'", native->class->phrase, name);
  if (near) return sg_vm_note(vm, "did you mean '%s'?", near);
  sg_vm_note_field(vm, name);
  return vm->error.note[0] ? false : sg_native_note_fields(vm, native);
}

bool sg_native_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out) {
  bool found = false;
  const sg_native_class *class = native->class;
  if (class->field && !class->field(vm, native, name, out, &found)) return false;
  return found || refuse_field(vm, native, name);
}

bool sg_native_set_field(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check) {
  bool found = false;
  const sg_native_class *class = native->class;
  if (class->set_field && !class->set_field(vm, native, name, v, check, &found)) return false;
  return found || refuse_field(vm, native, name);
}
