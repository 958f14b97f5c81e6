/* sgrad: making objects of a C class, and reaching their fields by name. */
#include "runtime/native.h"

#include "base/interrupt.h"
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

/* ---- leaves, each once ---- */

typedef struct order {
  sg_node end; /* behind the runs so far */
  bool rises;  /* each run begins there or later: no leaf has come twice */
} order;

static bool follow_run(void *context, sg_node first, uint32_t count) {
  order *o = context;
  o->rises &= first >= o->end;
  o->end = first + count;
  return true;
}

/* Passes on what has not been seen. */
typedef struct filter {
  sg_vm *vm;
  uint64_t *seen; /* a bit for each node of the tape; owned */
  sg_native_visit *visit;
  void *context;
} filter;

static bool filter_run(void *context, sg_node first, uint32_t count) {
  filter *f = context;
  uint32_t news = 0; /* in a row, before node */
  for (sg_node node = first; node < first + count; node++) {
    uint64_t bit = UINT64_C(1) << (node & 63);
    bool known = f->seen[node >> 6] & bit;
    if (node % SG_PIECE == 0 && !sg_vm_poll(f->vm)) return false;
    if (known && news && !f->visit(f->context, node - news, news)) return false;
    news = known ? 0 : news + 1;
    f->seen[node >> 6] |= bit;
  }
  return !news || f->visit(f->context, first + count - news, news);
}

bool sg_native_leaves(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context) {
  const sg_native_class *class = native->class;
  order o = {.rises = true};
  if (!class->numbers(vm, native, follow_run, &o)) return false;
  if (o.rises) return class->numbers(vm, native, visit, context);
  size_t bytes = ((size_t)vm->tape.count / 64 + 1) * sizeof(uint64_t);
  filter f = {vm, sg_allocate(vm->memory, bytes), visit, context};
  if (!f.seen) return sg_vm_fail_memory(vm);
  bool ok = (sg_fill(vm->memory, f.seen, 0, bytes) || sg_vm_fail_memory(vm)) &&
            class->numbers(vm, native, filter_run, &f);
  sg_release(vm->memory, f.seen, bytes);
  return ok;
}

/* ---- fields ---- */

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
