/* sgrad: the evaluator's life: set-up, roots, globals, running programs, failing. */
#include "runtime/vm.h"

#include "runtime/call.h"
#include "runtime/compile.h"

#include <stdarg.h>
#include <stdio.h>

static void trace_roots(void *context, sg_trace *trace) {
  sg_vm *vm = context;
  sg_trace_values(trace, vm->stack, (uint32_t)(vm->top - vm->stack));
  for (uint32_t i = 0; i < vm->frame_count; i++) sg_trace_object(trace, vm->frames[i].function);
  for (uint32_t i = 0; i < vm->global_count; i++) {
    sg_trace_object(trace, vm->globals[i].name);
    sg_trace_value(trace, &vm->globals[i].value);
    sg_trace_value(trace, &vm->globals[i].builtin);
  }
  for (uint32_t i = 0; i < vm->labels.count; i++) sg_trace_object(trace, vm->labels.items[i].text);
  sg_trace_value(trace, &vm->imported);
}

/* Labels go with their nodes. */
static void drop_dead(void *context, const sg_collection *collection) {
  sg_labels *labels = &((sg_vm *)context)->labels;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < labels->count; i++) {
    sg_node node = labels->items[i].node;
    if (!sg_collect_is_live(collection, node)) continue;
    labels->items[kept] = labels->items[i];
    labels->items[kept++].node = sg_collect_moved(collection, node);
  }
  labels->count = kept;
}

bool sg_vm_init(sg_vm *vm, sg_memory *memory) {
  *vm = (sg_vm){.memory = memory, .script_directory = "", .imported = SG_UNDEFINED};
  sg_error_clear(&vm->error);
  sg_tape_init(&vm->tape, memory);
  vm->tape.attention = &vm->attention;
  sg_heap_init(&vm->heap, memory, &vm->tape, &vm->attention);
  vm->heap.trace_roots = trace_roots;
  vm->heap.drop_dead = drop_dead;
  vm->heap.trace_context = vm;
  vm->stack = sg_allocate(memory, SG_STACK_SIZE * sizeof *vm->stack);
  vm->top = vm->stack;
  sg_heap_schedule(&vm->heap);
  return vm->stack || sg_fail_memory(&vm->error);
}

void sg_vm_clear(sg_vm *vm) {
  sg_memory *m = vm->memory;
  sg_heap_clear(&vm->heap);
  sg_source_release(vm->failed);
  sg_tape_clear(&vm->tape);
  sg_release(m, vm->globals, vm->global_capacity * sizeof *vm->globals);
  sg_release(m, vm->global_index, vm->global_index_size * sizeof *vm->global_index);
  sg_release(m, vm->frames, vm->frame_capacity * sizeof *vm->frames);
  SG_RELEASE(m, &vm->labels);
  if (vm->stack) sg_release(m, vm->stack, SG_STACK_SIZE * sizeof *vm->stack);
  vm->stack = vm->top = NULL;
}

/* The slot of the index where the global stands or would go. */
static uint32_t find_slot(const sg_vm *vm, const sg_string *name) {
  uint32_t mask = vm->global_index_size - 1;
  uint32_t slot = name->hash & mask;
  while (vm->global_index[slot] && vm->globals[vm->global_index[slot] - 1].name != name)
    slot = (slot + 1) & mask;
  return slot;
}

static bool grow_index(sg_vm *vm) {
  if ((vm->global_count + 1) * 2u <= vm->global_index_size) return true;
  uint32_t size = vm->global_index_size ? vm->global_index_size * 2 : 1024;
  uint32_t *index = sg_allocate(vm->memory, size * sizeof *index);
  if (!index) return false;
  memset(index, 0, size * sizeof *index);
  sg_release(vm->memory, vm->global_index, vm->global_index_size * sizeof *index);
  vm->global_index = index;
  vm->global_index_size = size;
  for (uint32_t i = 0; i < vm->global_count; i++) index[find_slot(vm, vm->globals[i].name)] = i + 1;
  return true;
}

sg_global *sg_vm_global_slot(sg_vm *vm, sg_string *name) {
  if (!grow_index(vm)) return NULL;
  uint32_t slot = find_slot(vm, name);
  if (vm->global_index[slot]) return &vm->globals[vm->global_index[slot] - 1];
  if (!sg_reserve(vm->memory, (void **)&vm->globals, &vm->global_capacity,
                  (size_t)vm->global_count + 1, sizeof *vm->globals))
    return NULL;
  vm->globals[vm->global_count] = (sg_global){name, SG_UNDEFINED, SG_UNDEFINED};
  vm->global_index[slot] = ++vm->global_count;
  return &vm->globals[vm->global_count - 1];
}

sg_global *sg_vm_global(sg_vm *vm, const char *name, size_t bytes) {
  for (uint32_t i = 0; i < vm->global_count; i++) {
    const sg_string *known = vm->globals[i].name;
    if (known->bytes == bytes && memcmp(known->text, name, bytes) == 0) return &vm->globals[i];
  }
  return NULL;
}

static sg_global *make_global(sg_vm *vm, const char *name) {
  sg_string *key = sg_string_intern(&vm->heap, name, strlen(name));
  sg_global *global = key ? sg_vm_global_slot(vm, key) : NULL;
  if (!global) sg_vm_fail_memory(vm);
  return global;
}

bool sg_vm_set_global(sg_vm *vm, const char *name, sg_value v) {
  sg_global *global = make_global(vm, name);
  if (global) global->value = v;
  return global;
}

bool sg_vm_set_builtin(sg_vm *vm, const char *name, sg_value v) {
  sg_global *global = make_global(vm, name);
  if (global) global->builtin = v;
  return global;
}

bool sg_vm_add_builtins(sg_vm *vm, const sg_builtin *rows) {
  for (const sg_builtin *row = rows; row->name; row++) {
    sg_bound *bound = sg_bound_new(&vm->heap, row, NULL, 0);
    if (!bound) return sg_vm_fail_memory(vm);
    if (!sg_vm_set_builtin(vm, row->name, sg_object_value(bound))) return false;
  }
  return true;
}

void sg_vm_finish_statement(sg_vm *vm) {
  if (vm->frame_count > 1) return;
  vm->progress.finished++;
  vm->progress.random = vm->random;
}

/* An empty tape gives its memory back, unless C code is in the middle of something. */
static void shrink_tape(sg_vm *vm) {
  bool recording = vm->tape.recording;
  if (vm->tape.count > 0 || vm->native_depth > 0) return;
  sg_tape_clear(&vm->tape);
  vm->tape.attention = &vm->attention;
  vm->tape.recording = recording;
}

void sg_vm_forget(sg_vm *vm) {
  for (uint32_t i = 0; i < vm->global_count; i++) vm->globals[i].value = SG_UNDEFINED;
  vm->labels.count = 0;
  vm->imported = SG_UNDEFINED;
  sg_collect_fully(&vm->tape);
  if (sg_heap_collect(&vm->heap)) shrink_tape(vm); /* else a later one frees what was forgotten */
}

bool sg_vm_run(sg_vm *vm, const sg_program *program, bool echo, sg_value *result) {
  size_t limit = sg_memory_admit_text(vm->memory, sg_program_source(program)->length);
  if (vm->frame_count == 0) vm->progress = (sg_progress){0};
  sg_code *code = sg_compile(vm, program, echo);
  sg_function *function = code ? sg_function_new(&vm->heap, code, 0) : NULL;
  vm->memory->limit = limit;
  if (!code) return false;
  if (vm->frame_count == 0) vm->progress = (sg_progress){.begun = true, .random = vm->random};
  if (!function) return sg_vm_fail_memory(vm);
  sg_value *top = vm->top;
  sg_arguments none = {.args = top + 1};
  *top = sg_object_value(function);
  vm->top++;
  bool ok = sg_call_enter(vm, function, none, 0, true) && sg_execute(vm, result);
  vm->top = top;
  return ok;
}

bool sg_vm_fail(sg_vm *vm, const char *format, ...) {
  if (vm->error.status != SG_OK) return false;
  char message[SG_MESSAGE_SIZE];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return sg_fail(&vm->error, (sg_span){0, 0}, "%s", message);
}

bool sg_vm_note(sg_vm *vm, const char *format, ...) {
  char message[SG_MESSAGE_SIZE];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  return sg_note(&vm->error, "%s", message);
}

bool sg_vm_fail_memory(sg_vm *vm) { return sg_fail_memory(&vm->error); }

typedef struct name_walk {
  const sg_vm *vm;
  uint32_t next;
} name_walk;

static const char *next_name(void *context) {
  name_walk *walk = context;
  while (walk->next < walk->vm->global_count) {
    const sg_global *global = &walk->vm->globals[walk->next++];
    if (!sg_is_undefined(global->value) || !sg_is_undefined(global->builtin))
      return global->name->text;
  }
  return NULL;
}

bool sg_vm_note_near(sg_vm *vm, const char *name) {
  name_walk walk = {vm, 0};
  const char *near = sg_nearest_name(name, next_name, &walk);
  return near ? sg_vm_note(vm, "did you mean '%s'?", near) : false;
}

bool sg_vm_poll(sg_vm *vm) { return !sg_interrupted || sg_fail_interrupt(&vm->error); }

bool sg_vm_safepoint(sg_vm *vm, sg_value *dead) {
  if (!sg_vm_poll(vm)) return false;
  for (sg_value *slot = dead; slot < vm->top; slot++) *slot = SG_UNDEFINED;
  if (vm->attention && !sg_heap_collect(&vm->heap)) vm->attention = sg_interrupted != 0;
  return !sg_heap_is_moving(&vm->heap) || sg_vm_poll(vm);
}

bool sg_vm_push(sg_vm *vm, sg_value v) {
  if (vm->top >= vm->stack + SG_STACK_SIZE - 1)
    return sg_vm_fail(vm, "the evaluator's stack is full (%d values)", SG_STACK_SIZE);
  *vm->top++ = v;
  return true;
}

bool sg_vm_store(sg_vm *vm, sg_value v, sg_value *out) {
  if (!sg_is_double(v) || !vm->tape.recording) {
    *out = v;
    return true;
  }
  return sg_tape_leaf(&vm->tape, sg_as_double(v), out) || sg_vm_fail_memory(vm);
}

bool sg_vm_write(sg_vm *vm, const char *text, size_t bytes) {
  return !vm->write || vm->write(vm->write_context, text, bytes) ||
         sg_vm_fail(vm, "the output could not be written");
}
