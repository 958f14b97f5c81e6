/* sgrad: what nodes are called: the label the program gave, else the variable that holds it. */
#include "runtime/native.h"

#include "runtime/code.h"
#include "syntax/foreign.h"

#include <ctype.h>
#include <stdio.h>

enum { NAME_SIZE = 160, SEEN_SIZE = 64, POLL_EVERY = 1024 };

/* A list, record or native object to be looked into, and what it is called. */
typedef struct holder {
  sg_object *object;
  uint32_t name; /* where that begins in `texts` */
  uint32_t length;
} holder;

/* Each list and record is looked into once, the nearest to a variable first: a node's first name
 * is its shortest, cycles end, and what is shared costs nothing. */
typedef struct naming {
  sg_vm *vm;
  bool (*visit)(void *context, sg_node node, const char *name);
  void *context;
  struct {
    holder *items;
    uint32_t count;
    uint32_t capacity;
  } holders;
  sg_buffer texts;
  const sg_object **seen; /* [seen_size] open addressing by address; those in `holders` */
  uint32_t seen_size;
} naming;

static uint32_t find_seen(const naming *n, const sg_object *object) {
  uint64_t hash = (uint64_t)(uintptr_t)object * 0x9E3779B97F4A7C15;
  uint32_t at = (uint32_t)(hash >> 32) & (n->seen_size - 1);
  while (n->seen[at] && n->seen[at] != object) at = (at + 1) & (n->seen_size - 1);
  return at;
}

static bool resize_seen(naming *n, uint32_t size) {
  naming wider = *n;
  wider.seen_size = size;
  wider.seen = sg_allocate(n->vm->memory, size * sizeof *wider.seen);
  if (!wider.seen) return false;
  memset(wider.seen, 0, size * sizeof *wider.seen);
  for (uint32_t i = 0; i < n->holders.count; i++) {
    const sg_object *object = n->holders.items[i].object;
    wider.seen[find_seen(&wider, object)] = object;
  }
  sg_release(n->vm->memory, n->seen, n->seen_size * sizeof *n->seen);
  *n = wider;
  return true;
}

static bool add_holder(naming *n, sg_object *object, const char *name, uint32_t length) {
  if (n->holders.count >= n->seen_size / 2 &&
      !resize_seen(n, n->seen_size ? 2 * n->seen_size : SEEN_SIZE))
    return false;
  uint32_t at = find_seen(n, object);
  if (n->seen[at]) return true;
  if (!SG_RESERVE(n->vm->memory, &n->holders, (size_t)n->holders.count + 1)) return false;
  n->seen[at] = object;
  n->holders.items[n->holders.count++] = (holder){object, n->texts.count, length};
  sg_buffer_add(&n->texts, name, length);
  return !n->texts.failed;
}

/* A value that is called name[0..length], zero-terminated. */
static bool name_value(naming *n, sg_value v, const char *name, uint32_t length) {
  if (sg_is_node(v)) return n->visit(n->context, sg_as_node(v), name);
  bool holds = sg_is_record(v) || (sg_is_list(v) && !sg_as_list(v)->plain) || sg_is_native(v);
  return !holds || add_holder(n, sg_as_object(v), name, length);
}

static bool name_items(naming *n, const sg_list *list, char *name, uint32_t length) {
  for (uint32_t i = 0; i < list->count && !list->plain; i++) {
    if (i % POLL_EVERY == POLL_EVERY - 1 && sg_interrupted) return false;
    int more = snprintf(name + length, NAME_SIZE - length, "[%u]", (unsigned)i);
    if (length + (uint32_t)more >= NAME_SIZE) return true;
    if (!name_value(n, list->items[i], name, length + (uint32_t)more)) return false;
  }
  return true;
}

static bool name_fields(naming *n, const sg_record *record, char *name, uint32_t length) {
  for (uint32_t i = 0; i < record->count; i++) {
    if (i % POLL_EVERY == POLL_EVERY - 1 && sg_interrupted) return false;
    const sg_string *key = record->keys[i];
    int more = snprintf(name + length, NAME_SIZE - length,
                        sg_is_name(key->text, key->bytes) ? ".%s" : "['%s']", key->text);
    if (length + (uint32_t)more >= NAME_SIZE) continue;
    if (!name_value(n, record->values[i], name, length + (uint32_t)more)) return false;
  }
  return true;
}

/* The numbers of a native object, under names that are made as they come up. */
typedef struct number_naming {
  naming *naming;
  const sg_native *native;
  char *name; /* [NAME_SIZE], the object's own first */
  uint32_t length;
  uint32_t next;
} number_naming;

static bool name_run(void *context, sg_node first, uint32_t count) {
  number_naming *n = context;
  size_t room = NAME_SIZE - n->length - 1;
  for (uint32_t i = 0; i < count; i++, n->next++) {
    if (i % POLL_EVERY == POLL_EVERY - 1 && sg_interrupted) return false;
    int more = n->native->class->number_name(n->native, n->next, n->name + n->length + 1, room);
    if ((size_t)more >= room) continue;
    if (!n->naming->visit(n->naming->context, first + i, n->name)) return false;
  }
  return true;
}

static bool name_numbers(naming *n, sg_native *native, char *name, uint32_t length) {
  const sg_native_class *class = native->class;
  if (!class->numbers || !class->number_name || length + 1 >= NAME_SIZE) return true;
  number_naming numbers = {.naming = n, .native = native, .name = name, .length = length};
  name[length] = '.';
  return class->numbers(n->vm, native, name_run, &numbers);
}

static bool name_holder(naming *n, const holder *h, char *name) {
  switch ((sg_kind)h->object->kind) {
  case SG_LIST: return name_items(n, (const sg_list *)h->object, name, h->length);
  case SG_RECORD: return name_fields(n, (const sg_record *)h->object, name, h->length);
  default: return name_numbers(n, (sg_native *)h->object, name, h->length);
  }
}

/* First the variables that are nodes, then what the others hold. */
static bool name_globals(naming *n, bool nodes) {
  for (uint32_t i = 0; i < n->vm->global_count; i++) {
    const sg_global *global = &n->vm->globals[i];
    if (sg_is_node(global->value) != nodes || global->name->bytes >= NAME_SIZE) continue;
    if (!name_value(n, global->value, global->name->text, global->name->bytes)) return false;
  }
  return true;
}

static bool name_held(naming *n) {
  for (uint32_t i = 0; i < n->holders.count; i++) {
    if (sg_interrupted) return false;
    holder h = n->holders.items[i];
    char name[NAME_SIZE];
    memcpy(name, n->texts.items + h.name, h.length);
    if (!name_holder(n, &h, name)) return false;
  }
  return true;
}

bool sg_vm_each_name(sg_vm *vm, bool (*visit)(void *context, sg_node node, const char *name),
                     void *context) {
  naming n = {.vm = vm, .visit = visit, .context = context};
  sg_buffer_init(&n.texts, vm->memory);
  bool ok = true;
  for (uint32_t i = 0; i < vm->labels.count && ok; i++) {
    const sg_label *label = &vm->labels.items[i];
    ok = label->text->bytes == 0 || visit(context, label->node, label->text->text);
  }
  ok = ok && name_globals(&n, true) && name_globals(&n, false) && name_held(&n);
  SG_RELEASE(vm->memory, &n.holders);
  sg_release(vm->memory, n.seen, n.seen_size * sizeof *n.seen);
  sg_buffer_clear(&n.texts);
  return ok || (!sg_interrupted && sg_vm_fail_memory(vm)) || sg_fail_interrupt(&vm->error);
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

/* Whether what runs is a name behind a `//` that ends its line: a comment, as in C. */
static bool is_comment(const sg_vm *vm) {
  const sg_frame *frame = &vm->frames[vm->frame_count - 1];
  const sg_code *code = frame->function->code;
  sg_span span = code->spans[frame->pc - code->items - 1];
  const char *text = code->source->text;
  uint32_t start = span.start;
  while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t')) start--;
  size_t end = span.end + strspn(text + span.end, " \t\r");
  return start > 1 && memcmp(text + start - 2, "//", 2) == 0 &&
         (text[end] == '\n' || text[end] == '\0');
}

/* An import changes nothing: MLP is mlp here with it and without. */
static bool note_imported(sg_vm *vm, const sg_string *name) {
  char lower[64];
  if (name->bytes >= sizeof lower) return false;
  for (size_t i = 0; i <= name->bytes; i++) lower[i] = (char)tolower((unsigned char)name->text[i]);
  const sg_global *global = sg_vm_global(vm, lower, name->bytes);
  if (global && !sg_is_undefined(global->builtin))
    return sg_vm_note(vm, "an import does nothing here; did you mean '%s'?", lower);
  return sg_vm_note(vm, "an import does nothing here: what sgrad has needs none and no prefix");
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
    return note_imported(vm, name);
  if (is_comment(vm)) sg_vm_note(vm, "'//' divides and rounds down; a comment begins with #");
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
