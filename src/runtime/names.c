/* sgrad: what nodes are called: the label the program gave, else the variable that holds it. */
#include "runtime/vm.h"
#include "syntax/foreign.h"

#include <stdio.h>

enum { NAME_DEPTH = 4, NAME_SIZE = 160 };

typedef struct naming {
  sg_vm *vm;
  bool (*visit)(void *context, sg_node node, const char *name);
  void *context;
  char name[NAME_SIZE];
} naming;

static bool name_value(naming *n, sg_value v, size_t length, int depth);

/* False also after Ctrl-C: what large lists share is visited once for each way to it. */
static bool name_list(naming *n, const sg_list *list, size_t length, int depth) {
  if (sg_interrupted) return false;
  for (uint32_t i = 0; i < list->count && !list->plain; i++) {
    int more = snprintf(n->name + length, NAME_SIZE - length, "[%u]", i);
    if (length + (size_t)more >= NAME_SIZE) return true;
    if (!name_value(n, list->items[i], length + (size_t)more, depth)) return false;
  }
  return true;
}

static bool name_record(naming *n, const sg_record *record, size_t length, int depth) {
  if (sg_interrupted) return false;
  for (uint32_t i = 0; i < record->count; i++) {
    int more = snprintf(n->name + length, NAME_SIZE - length, ".%s", record->keys[i]->text);
    if (length + (size_t)more >= NAME_SIZE) continue;
    if (!name_value(n, record->values[i], length + (size_t)more, depth)) return false;
  }
  return true;
}

/* Visits the nodes within a value whose name so far is name[0..length). */
static bool name_value(naming *n, sg_value v, size_t length, int depth) {
  n->name[length] = '\0';
  if (sg_is_node(v)) return n->visit(n->context, sg_as_node(v), n->name);
  if (depth == 0) return true;
  if (sg_is_list(v)) return name_list(n, sg_as_list(v), length, depth - 1);
  if (sg_is_record(v)) return name_record(n, sg_as_record(v), length, depth - 1);
  return true;
}

static bool name_global(naming *n, const sg_global *global, bool containers) {
  size_t length = global->name->bytes;
  if (sg_is_node(global->value) == containers || length >= NAME_SIZE) return true;
  memcpy(n->name, global->name->text, length);
  return name_value(n, global->value, length, NAME_DEPTH);
}

bool sg_vm_each_name(sg_vm *vm, bool (*visit)(void *context, sg_node node, const char *name),
                     void *context) {
  naming n = {.vm = vm, .visit = visit, .context = context};
  for (uint32_t i = 0; i < vm->labels.count; i++)
    if (!visit(context, vm->labels.items[i].node, vm->labels.items[i].text->text)) return false;
  for (int containers = 0; containers < 2; containers++)
    for (uint32_t i = 0; i < vm->global_count; i++)
      if (!name_global(&n, &vm->globals[i], containers)) return false;
  return true;
}

typedef struct search {
  sg_node node;
  char *name;
  bool found;
} search;

static bool take_name(void *context, sg_node node, const char *name) {
  search *s = context;
  if (node != s->node) return true;
  snprintf(s->name, NAME_SIZE, "%s", name);
  s->found = true;
  return false;
}

const char *sg_vm_node_name(sg_vm *vm, sg_node node) {
  search s = {node, vm->labels.name, false};
  (void)sg_vm_each_name(vm, take_name, &s);
  return s.found ? s.name : NULL;
}

bool sg_vm_note_member(sg_vm *vm, const char *name) {
  const char *note = sg_foreign_member(name, strlen(name));
  return note ? sg_vm_note(vm, "%s", note) : false;
}

/* Whether the global scope has the name: then it was a function's own variable that had no value.
 */
static bool is_hidden(sg_vm *vm, const sg_string *name) {
  const sg_global *global = sg_vm_global(vm, name->text, name->bytes);
  return global && !(sg_is_undefined(global->value) && sg_is_undefined(global->builtin));
}

bool sg_vm_note_import(sg_vm *vm, sg_string *name) {
  if (sg_is_undefined(vm->imported)) {
    sg_record *record = sg_record_new(&vm->heap);
    if (!record) return sg_vm_fail_memory(vm);
    vm->imported = sg_object_value(record);
  }
  return sg_record_set(&vm->heap, sg_as_record(vm->imported), name, SG_TRUE) ||
         sg_vm_fail_memory(vm);
}

bool sg_vm_fail_name(sg_vm *vm, const sg_string *name) {
  sg_vm_fail(vm, "unknown name '%s'", name->text);
  if (is_hidden(vm, name))
    return sg_vm_note(vm,
                      "a function that assigns a name has it for its own; 'global %s', first in "
                      "the function, means the outer one",
                      name->text);
  const char *note = sg_foreign_name(name->text, name->bytes);
  if (note) return sg_vm_note(vm, "%s", note);
  if (sg_is_record(vm->imported) && sg_record_find(sg_as_record(vm->imported), name))
    return sg_vm_note(vm, "an import does nothing here: what sgrad has needs none and no prefix");
  return sg_vm_note_near(vm, name->text);
}

bool sg_vm_set_label(sg_vm *vm, sg_node node, sg_string *text) {
  sg_labels *labels = &vm->labels;
  uint32_t i = 0;
  while (i < labels->count && labels->items[i].node != node) i++;
  if (!text) {
    if (i < labels->count) labels->items[i] = labels->items[--labels->count];
    return true;
  }
  if (i == labels->count) {
    if (!SG_RESERVE(vm->memory, labels, (size_t)i + 1)) return sg_vm_fail_memory(vm);
    labels->count++;
  }
  labels->items[i] = (sg_label){node, text};
  return true;
}
