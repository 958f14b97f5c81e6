/* sgrad: calls of functions and builtins. */
#include "runtime/call.h"
#include "syntax/foreign.h"

#include <stdio.h>

void sg_builtin_signature(const sg_builtin *builtin, char *out, size_t size) {
  snprintf(out, size, "%s(%s)", builtin->name, builtin->parameters);
}

/* The names of a callable's parameters, for named arguments and messages. */
typedef struct signature {
  const sg_code *code; /* or */
  const sg_builtin *builtin;
  uint32_t parameters;
  uint32_t required;
  bool starred;
} signature;

static void write_signature(const signature *s, char *out, size_t size) {
  if (s->code)
    sg_code_signature(s->code, out, size);
  else
    sg_builtin_signature(s->builtin, out, size);
}

static const char *callee_name(const signature *s) {
  if (s->builtin) return s->builtin->name;
  return s->code->name && s->code->name->bytes ? s->code->name->text : "function";
}

static bool show_signature(sg_vm *vm, const signature *s) {
  char text[400];
  write_signature(s, text, sizeof text);
  return sg_vm_note(vm, "%s", text);
}

/* The name of parameter i and its length. */
static void find_parameter(const signature *s, uint32_t i, const char **name, size_t *bytes) {
  if (s->code) {
    *name = s->code->parameter_names[i]->text;
    *bytes = s->code->parameter_names[i]->bytes;
    return;
  }
  bool optional;
  const char *text = s->builtin->parameters;
  if (s->starred) text = sg_builtin_next_parameter(text, name, bytes, &optional);
  for (uint32_t k = 0; k <= i; k++) text = sg_builtin_next_parameter(text, name, bytes, &optional);
}

static uint32_t find_index(const signature *s, const char *wanted, size_t wanted_bytes) {
  for (uint32_t i = 0; i < s->parameters; i++) {
    const char *name;
    size_t bytes;
    find_parameter(s, i, &name, &bytes);
    if (bytes == wanted_bytes && memcmp(name, wanted, bytes) == 0) return i;
  }
  return UINT32_MAX;
}

static uint32_t parameter_index(const signature *s, const sg_string *wanted) {
  return find_index(s, wanted->text, wanted->bytes);
}

static bool refuse_name(sg_vm *vm, const signature *s, const sg_string *name) {
  const char *ours = sg_foreign_parameter(name->text, name->bytes);
  sg_vm_fail(vm, "%s() has no parameter '%s'", callee_name(s), name->text);
  if (ours && find_index(s, ours, strlen(ours)) != UINT32_MAX)
    sg_vm_note(vm, "it is called '%s' here", ours);
  return show_signature(vm, s);
}

/* random.seed(1): in Python a module, here a function. */
static bool note_module(sg_vm *vm, const signature *s, sg_value first) {
  if (!s->builtin || !sg_is_kind(first, SG_BUILTIN)) return false;
  const sg_builtin *module = sg_as_bound(first)->builtin;
  if (strcmp(module->name, "random") != 0) return false;
  return sg_vm_note(vm, "random is a function, no module: %s stands by itself", s->builtin->name);
}

static bool refuse_count(sg_vm *vm, const signature *s, uint32_t given, sg_value first) {
  const char *plural = s->parameters == 1 ? "" : "s";
  if (s->parameters == 0)
    sg_vm_fail(vm, "%s() takes no arguments, not %u", callee_name(s), given);
  else if (s->required < s->parameters)
    sg_vm_fail(vm, "%s() takes at most %u argument%s, not %u", callee_name(s), s->parameters,
               plural, given);
  else
    sg_vm_fail(vm, "%s() takes %u argument%s, not %u", callee_name(s), s->parameters, plural,
               given);
  show_signature(vm, s);
  return note_module(vm, s, first);
}

static bool refuse_missing(sg_vm *vm, const signature *s, uint32_t i) {
  const char *name;
  size_t bytes;
  find_parameter(s, i, &name, &bytes);
  sg_vm_fail(vm, "%s() is missing the argument '%.*s'", callee_name(s), (int)bytes, name);
  return show_signature(vm, s);
}

/* Moves named arguments, which `scratch` holds, to their parameters. */
static bool place_named(sg_vm *vm, const signature *s, const sg_list *names,
                        const sg_value *scratch, sg_value *args) {
  for (uint32_t k = 0; k < names->count; k++) {
    const sg_string *name = sg_as_string(names->items[k]);
    uint32_t i = parameter_index(s, name);
    if (i == UINT32_MAX) return refuse_name(vm, s, name);
    if (!sg_is_undefined(args[i])) {
      sg_vm_fail(vm, "%s() was given '%s' twice", callee_name(s), name->text);
      return show_signature(vm, s);
    }
    args[i] = scratch[k];
  }
  return true;
}

static bool reserve_stack(sg_vm *vm, const sg_value *end) {
  if (end <= vm->stack + SG_STACK_SIZE - SG_STACK_MARGIN) return true;
  sg_vm_fail(vm, "calls nested too deeply: their variables fill the stack of %d values",
             SG_STACK_SIZE);
  return false;
}

/* Puts the arguments in the order of the parameters, undefined where not given; what a starred
 * parameter takes comes after them, `*rest` values. */
static bool arrange(sg_vm *vm, const signature *s, sg_arguments a, uint32_t *rest) {
  uint32_t named = a.names ? a.names->count : 0;
  uint32_t given = a.count - named;
  *rest = s->starred ? given : 0;
  if (!s->starred && given > s->parameters) return refuse_count(vm, s, a.count, a.args[0]);
  if (!reserve_stack(vm, a.args + a.count + s->parameters + named)) return false;
  sg_value *scratch = a.args + a.count + s->parameters;
  if (named) memcpy(scratch, a.args + given, named * sizeof *scratch);
  if (s->starred) memmove(a.args + s->parameters, a.args, given * sizeof *a.args);
  for (uint32_t i = s->starred ? 0 : given; i < s->parameters; i++) a.args[i] = SG_UNDEFINED;
  if (named && !place_named(vm, s, a.names, scratch, a.args)) return false;
  for (uint32_t i = 0; i < s->required; i++)
    if (sg_is_undefined(a.args[i])) return refuse_missing(vm, s, i);
  return true;
}

static bool arrange_for_code(sg_vm *vm, const sg_code *code, sg_arguments a) {
  signature s = {.code = code, .parameters = code->parameters, .required = code->required};
  uint32_t rest;
  return arrange(vm, &s, a, &rest);
}

static bool reserve_frame(sg_vm *vm) {
  if (vm->frame_count >= SG_CALL_LIMIT) {
    sg_vm_fail(vm, "calls nested deeper than %d", SG_CALL_LIMIT);
    return sg_vm_note(vm, "a function that calls itself must stop somewhere");
  }
  if (vm->frame_count < vm->frame_capacity) return true;
  return sg_reserve(vm->memory, (void **)&vm->frames, &vm->frame_capacity,
                    (size_t)vm->frame_count + 1, sizeof *vm->frames) ||
         sg_vm_fail_memory(vm);
}

bool sg_call_enter(sg_vm *vm, sg_function *function, sg_arguments a, uint32_t to, bool from_c) {
  const sg_code *code = function->code;
  if ((a.count != code->parameters || a.names) && !arrange_for_code(vm, code, a)) return false;
  sg_value *end = a.args + code->registers;
  if (!reserve_frame(vm) || !reserve_stack(vm, end)) return false;
  for (uint32_t i = 0; i < code->parameters; i++)
    if (!sg_vm_store(vm, a.args[i], &a.args[i])) return false;
  for (sg_value *slot = a.args + code->parameters; slot < end; slot++) *slot = SG_UNDEFINED;
  vm->top = end;
  vm->frames[vm->frame_count++] = (sg_frame){.function = function,
                                             .pc = code->items,
                                             .base = a.args,
                                             .to = (uint16_t)to,
                                             .recording = vm->tape.recording,
                                             .from_c = from_c};
  return true;
}

static signature read_signature(sg_value callee) {
  if (sg_is_kind(callee, SG_FUNCTION)) {
    const sg_code *code = sg_as_function(callee)->code;
    return (signature){.code = code, .parameters = code->parameters, .required = code->required};
  }
  const sg_bound *bound = sg_as_bound(callee);
  return (signature){.builtin = bound->builtin,
                     .parameters = bound->parameters,
                     .required = bound->required,
                     .starred = bound->starred};
}

uint32_t sg_vm_required(sg_value callee) { return read_signature(sg_called(callee)).required; }

/* Puts named arguments of a forwarding builtin in the row of those of the function that it holds.
 */
static bool place_forwarded(sg_vm *vm, const sg_bound *bound, sg_arguments *a) {
  sg_value held = sg_called(bound->held[0]);
  while (sg_is_kind(held, SG_BUILTIN) && sg_as_bound(held)->builtin->forwards)
    held = sg_called(sg_as_bound(held)->held[0]);
  signature s = read_signature(held);
  uint32_t rest;
  if (s.starred) return true;
  if (!arrange(vm, &s, *a, &rest)) return false;
  uint32_t count = s.parameters;
  while (count > 0 && sg_is_undefined(a->args[count - 1])) count--;
  for (uint32_t i = 0; i < count; i++)
    if (sg_is_undefined(a->args[i])) return refuse_missing(vm, &s, i);
  *a = (sg_arguments){.args = a->args, .count = count};
  return true;
}

bool sg_call_builtin(sg_vm *vm, const sg_bound *bound, sg_arguments a, sg_value *result) {
  signature s = read_signature(sg_object_value(bound));
  uint32_t rest = 0;
  if (a.names && bound->builtin->forwards && !place_forwarded(vm, bound, &a)) return false;
  bool placed = a.count == bound->parameters && !a.names && !bound->starred;
  if (!placed && !arrange(vm, &s, a, &rest)) return false;
  sg_value *top = vm->top;
  sg_value *end = a.args + bound->parameters + rest;
  if (end > top) vm->top = end;
  sg_call call = {.builtin = bound->builtin,
                  .args = a.args,
                  .parameters = bound->parameters,
                  .rest_count = rest,
                  .rest = a.args + bound->parameters,
                  .held = bound->held};
  sg_value value = SG_NONE; /* the caller's slot stays as it is until the builtin has succeeded */
  bool ok = bound->builtin->run(vm, &call, &value);
  if (ok) *result = value;
  vm->top = top;
  return ok;
}

bool sg_call_refuse(sg_vm *vm, sg_value callee) {
  sg_vm_fail(vm, "%s is not a function that can be called", sg_type_phrase(callee));
  if (sg_is_number(callee)) return sg_vm_note(vm, "a product has a sign: 2 * (x + 1)");
  if (sg_is_record(callee)) return sg_vm_note(vm, "a function in a field is r.f(x)");
  return sg_is_list(callee) ? sg_vm_note(vm, "an item of a list is xs[0]") : false;
}

static bool refuse_method(sg_vm *vm, sg_value object, sg_string *name) {
  sg_vm_fail(vm, "%s has no method '%s'", sg_type_phrase(object), name->text);
  sg_vm_note_member(vm, name->text);
  return vm->error.note[0] ? false : sg_vm_note_near(vm, name->text);
}

bool sg_call_find_method(sg_vm *vm, sg_value object, uint32_t global, sg_value *callee) {
  if (!sg_is_undefined(*callee)) return true;
  const sg_global *slot = &vm->globals[global];
  *callee = sg_is_callable(slot->value) ? slot->value : slot->builtin;
  return sg_is_callable(*callee) || refuse_method(vm, object, slot->name);
}

bool sg_vm_call(sg_vm *vm, sg_value callee, const sg_value *args, uint32_t count,
                sg_value *result) {
  sg_value *top = vm->top;
  if (vm->native_depth >= SG_NATIVE_LIMIT)
    return sg_vm_fail(vm, "calls nested deeper than %d through builtins", SG_NATIVE_LIMIT);
  if (!sg_is_callable(callee)) return sg_call_refuse(vm, callee);
  if (!reserve_stack(vm, top + count + 1)) return false;
  *top = callee = sg_called(callee);
  if (count) memmove(top + 1, args, count * sizeof *args);
  vm->top = top + 1 + count;
  vm->native_depth++;
  sg_arguments a = {.args = top + 1, .count = count};
  bool ok = sg_is_kind(callee, SG_BUILTIN)
                ? sg_call_builtin(vm, sg_as_bound(callee), a, result)
                : sg_call_enter(vm, sg_as_function(callee), a, 0, true) && sg_execute(vm, result);
  vm->native_depth--;
  vm->top = top;
  return ok;
}
