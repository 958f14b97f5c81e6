/* sgrad: activations and initialisations as arguments. */
#include "builtins/nn/argument.h"

#include "builtins/argument.h"

#include <stdio.h>

/* ---- names ---- */

sg_value sg_get_builtin(sg_vm *vm, const char *name) {
  return sg_vm_global(vm, name, strlen(name))->builtin;
}

const char *sg_name_given(sg_value v) {
  if (sg_is_string(v)) return sg_as_string(v)->text;
  bool is_plain = sg_is_kind(v, SG_BUILTIN) && !sg_as_bound(v)->count;
  return is_plain ? sg_as_bound(v)->builtin->name : NULL;
}

typedef struct name_walk {
  sg_name_get *get;
  uint32_t next;
} name_walk;

static const char *next_name(void *context) {
  name_walk *walk = context;
  return walk->get(walk->next++);
}

bool sg_note_near(sg_vm *vm, const char *name, sg_name_get *get) {
  name_walk walk = {get, 0};
  const char *near = sg_nearest_name(name, next_name, &walk);
  if (near) sg_vm_note(vm, "did you mean '%s'?", near);
  return near != NULL;
}

bool sg_note_names(sg_vm *vm, const char *name, sg_name_get *get, const char *ending) {
  char text[SG_MESSAGE_SIZE] = "";
  size_t used = 0;
  if (sg_note_near(vm, name, get)) return false;
  for (uint32_t k = 0; get(k) && used < sizeof text; k++)
    used += (size_t)snprintf(text + used, sizeof text - used, k ? ", %s" : "%s", get(k));
  return sg_vm_note(vm, "there are %s%s", text, ending);
}

/* ---- activations ---- */

static bool refuse_activation(sg_vm *vm, const char *what, const char *name) {
  const sg_global *global = sg_vm_global(vm, name, strlen(name));
  sg_vm_fail(vm, "%s: no activation '%s'", what, name);
  if (global && sg_is_callable(global->builtin))
    return sg_vm_note(vm,
                      "%s is no function of one number; as a stage it takes the whole output: "
                      "sequential(linear(2, 4), %s)",
                      name, name);
  if (sg_note_near(vm, name, sg_activation_get)) return false;
  return sg_vm_note(vm, "any scalar function of one number is one: relu, tanh, sigmoid, identity");
}

bool sg_read_activation(sg_vm *vm, const char *what, sg_value v, sg_activation *out) {
  *out = SG_IDENTITY;
  if (sg_is_none(v) || sg_find_activation(v, out)) return true;
  if (sg_is_string(v))
    return sg_activation_find(sg_as_string(v)->text, out) ||
           refuse_activation(vm, what, sg_as_string(v)->text);
  if (sg_is_kind(v, SG_BUILTIN)) return refuse_activation(vm, what, sg_as_bound(v)->builtin->name);
  const char *written = sg_is_callable(v) && !sg_is_native(v) ? " written in sgrad" : "";
  sg_vm_fail(vm, "%s takes a builtin scalar function or its name, not %s%s", what,
             sg_type_phrase(v), written);
  return sg_is_callable(v) && sg_vm_note(vm, "other functions can be stages of sequential(...)");
}

/* ---- initialisations ---- */

bool sg_fail_making(sg_vm *vm) { return sg_vm_poll(vm) && sg_vm_fail_memory(vm); }

static const char *get_initial(uint32_t k) { return sg_initials[k].name; }

static bool refuse_initial(sg_vm *vm, const char *what, const sg_string *name) {
  sg_vm_fail(vm, "%s: no initialisation '%s'", what, name->text);
  if (sg_note_near(vm, name->text, get_initial)) return false;
  for (const sg_initial *row = sg_initials; row->name; row++)
    sg_vm_note(vm, "\"%s\": %s", row->name, row->formula);
  return false;
}

bool sg_read_beginning(sg_vm *vm, const char *what, sg_value v, sg_beginning *out) {
  *out = (sg_beginning){.function = v};
  if (sg_is_string(v)) {
    out->row = sg_initial_find(sg_as_string(v)->text);
    return out->row || refuse_initial(vm, what, sg_as_string(v));
  }
  if (!sg_is_callable(v))
    return sg_vm_fail(vm, "%s takes a name or a function for 'init', not %s", what,
                      sg_type_phrase(v));
  if (sg_vm_required(v) <= 2) return true;
  return sg_vm_fail(vm, "%s takes a function of at most nin and nout for 'init'", what);
}

static bool call_beginning(sg_vm *vm, const char *what, sg_value function, const sg_layer *layer,
                           double *out) {
  sg_value sizes[] = {sg_number(layer->inputs), sg_number(layer->outputs)};
  sg_value value = SG_NONE;
  if (!sg_vm_call(vm, function, sizes, sg_vm_required(function), &value)) return false;
  if (!sg_is_number(value))
    return sg_vm_fail(vm, "%s takes a function that gives a number for 'init', not %s", what,
                      sg_type_phrase(value));
  *out = sg_tape_value(&vm->tape, value);
  return true;
}

bool sg_draw_beginning(sg_vm *vm, const char *what, const sg_beginning *beginning,
                       const sg_layer *layer, double *values) {
  if (beginning->row)
    return sg_initial_draw(beginning->row, layer, &vm->random, values) || sg_vm_poll(vm);
  bool recording = vm->tape.recording, ok = true;
  uint32_t count = sg_layer_count(layer), stride = sg_layer_stride(layer);
  vm->tape.recording = false;
  for (uint32_t i = 0; ok && i < count; i++) {
    values[i] = 0;
    if (i % stride < layer->inputs)
      ok = sg_vm_poll(vm) && call_beginning(vm, what, beginning->function, layer, &values[i]);
  }
  vm->tape.recording = recording;
  return ok;
}
