/* sgrad: optimizers as objects: fields, text, what they hold. */
#include "builtins/argument.h"
#include "builtins/nn/optimizer.h"

#include <stdio.h>

/* ---- methods ---- */

static bool run_step(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  return sg_optimizer_run(vm, sg_find_optimizer(call->held[0]));
}

static bool run_zero_grad(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  sg_optimizer_zero_grad(&sg_find_optimizer(call->held[0])->core, &vm->tape);
  return true;
}

static const sg_builtin step_row = {.name = "step", .parameters = "", .run = run_step};
static const sg_builtin zero_grad_row = {
    .name = "zero_grad", .parameters = "", .run = run_zero_grad};

/* ---- hyperparameters ---- */

static bool fail_hyper(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper_row *one,
                       const char *wanted, sg_value v) {
  char text[SG_NUMBER_SIZE];
  const char *got =
      sg_is_number(v) ? sg_number_text(text, sg_tape_value(&vm->tape, v)) : sg_type_phrase(v);
  return sg_vm_fail(vm, "%s() takes %s%s for '%s', not %s", row->name, wanted,
                    one->range ? one->range->text : "", one->name, got);
}

static bool read_flag(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper_row *one, sg_value v,
                      bool *out) {
  if (!sg_is_bool(v)) return fail_hyper(vm, row, one, "a bool", v);
  *out = sg_is_true(v);
  return true;
}

static bool read_pair(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper_row *one, sg_value v,
                      double *out) {
  const sg_list *list = sg_is_list(v) ? sg_as_list(v) : NULL;
  if (!list || list->count != 2) return fail_hyper(vm, row, one, "a list of two numbers", v);
  for (int k = 0; k < 2; k++) {
    sg_value x = list->items[k];
    out[k] = sg_is_number(x) ? sg_tape_value(&vm->tape, x) : -1.;
    if (!sg_is_number(x) || !sg_hyper_fits(one, out[k]))
      return fail_hyper(vm, row, one, "two numbers", x);
  }
  return true;
}

static bool read_number(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper_row *one, sg_value v,
                        double *out) {
  double x = sg_is_number(v) ? sg_tape_value(&vm->tape, v) : 0.;
  if (!sg_is_number(v) || !sg_hyper_fits(one, x)) return fail_hyper(vm, row, one, "a number", v);
  *out = x;
  return true;
}

static bool is_rate(const sg_hyper_row *one) { return one->offset == offsetof(sg_hyper, lr); }

bool sg_optimizer_read(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper_row *one, sg_value v,
                       sg_hyper *hyper, sg_value *rate) {
  if (one->kind == SG_HYPER_FLAG) return read_flag(vm, row, one, v, sg_hyper_flag(hyper, one));
  double *numbers = sg_hyper_numbers(hyper, one);
  if (one->kind == SG_HYPER_PAIR) return read_pair(vm, row, one, v, numbers);
  if (!is_rate(one)) return read_number(vm, row, one, v, numbers);
  *rate = sg_is_callable(v) ? v : SG_NONE;
  return sg_is_callable(v) || read_number(vm, row, one, v, numbers);
}

bool sg_optimizer_check(sg_vm *vm, const sg_optimizer_row *row, const sg_hyper *hyper) {
  const char *conflict = sg_hyper_conflict(hyper);
  return !conflict || sg_vm_fail(vm, "%s(): %s", row->name, conflict);
}

/* ---- fields ---- */

static bool give_pair(sg_vm *vm, const double *numbers, sg_value *out) {
  const sg_value pair[] = {sg_number(numbers[0]), sg_number(numbers[1])};
  if (!sg_give_list(vm, pair, 2, out)) return false;
  sg_as_list(*out)->owned = true;
  return true;
}

static bool give_hyper(sg_vm *vm, sg_optimizer_object *o, const sg_hyper_row *one, sg_value *out) {
  sg_hyper *hyper = &o->core.hyper;
  if (one->kind == SG_HYPER_PAIR) return give_pair(vm, sg_hyper_numbers(hyper, one), out);
  if (one->kind == SG_HYPER_FLAG)
    *out = sg_bool(*sg_hyper_flag(hyper, one));
  else
    *out =
        is_rate(one) && !sg_is_none(o->rate) ? o->rate : sg_number(*sg_hyper_numbers(hyper, one));
  return true;
}

static bool give_params(sg_vm *vm, const sg_optimizer *core, sg_value *out) {
  sg_list *list = sg_list_new(&vm->heap, core->count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t r = 0; r < core->runs.count; r++)
    SG_EACH (k, 0, core->runs.items[r].count)
      sg_list_set(list, list->count++, sg_node_value(core->runs.items[r].first + k));
  return sg_give_object(vm, list, out) && sg_vm_poll(vm);
}

/* Fields that are no hyperparameters. */
typedef bool get_own(sg_vm *vm, const sg_optimizer_object *o, sg_value *out);

static bool get_params(sg_vm *vm, const sg_optimizer_object *o, sg_value *out) {
  return give_params(vm, &o->core, out);
}
static bool get_step(sg_vm *vm, const sg_optimizer_object *o, sg_value *out) {
  return sg_give_object(vm, o->step, out);
}
static bool get_steps(sg_vm *vm, const sg_optimizer_object *o, sg_value *out) {
  (void)vm;
  *out = sg_number((double)o->core.steps);
  return true;
}
static bool get_zero_grad(sg_vm *vm, const sg_optimizer_object *o, sg_value *out) {
  return sg_give_object(vm, o->zero_grad, out);
}

#define OWN_FIELDS(X) X(params) X(step) X(steps) X(zero_grad)

static const struct {
  const char *name;
  get_own *get;
} own_fields[] = {
#define X(name) {#name, get_##name},
    OWN_FIELDS(X)
#undef X
};

enum { OWN = sizeof own_fields / sizeof *own_fields };

static size_t find_own(const char *name) {
  size_t k = 0;
  while (k < OWN && strcmp(own_fields[k].name, name) != 0) k++;
  return k;
}

static bool get_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out, bool *found) {
  sg_optimizer_object *o = (sg_optimizer_object *)native;
  size_t own = find_own(name);
  const sg_hyper_row *one = own < OWN ? NULL : sg_hyper_find(o->core.row, name);
  *found = own < OWN || one;
  if (own < OWN) return own_fields[own].get(vm, o, out);
  return !one || give_hyper(vm, o, one, out);
}

static bool set_field(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check,
                      bool *found) {
  sg_optimizer_object *o = (sg_optimizer_object *)native;
  const sg_hyper_row *one = sg_hyper_find(o->core.row, name);
  bool own = find_own(name) < OWN;
  *found = one || own;
  if (own) return sg_vm_fail(vm, "the %s of an optimizer cannot be set", name);
  if (!one) return true;
  sg_hyper hyper = o->core.hyper;
  sg_value rate = o->rate;
  if (!sg_optimizer_read(vm, o->core.row, one, v, &hyper, &rate) ||
      !sg_optimizer_check(vm, o->core.row, &hyper))
    return false;
  if (check) return true;
  o->core.hyper = hyper;
  o->rate = rate;
  return true;
}

/* ---- text ---- */

static void add_hyper(sg_buffer *out, sg_optimizer_object *o, const sg_hyper_row *one) {
  char first[SG_NUMBER_SIZE], second[SG_NUMBER_SIZE];
  sg_hyper *hyper = &o->core.hyper;
  const double *numbers = sg_hyper_numbers(hyper, one);
  if (one->kind == SG_HYPER_FLAG)
    sg_buffer_puts(out, *sg_hyper_flag(hyper, one) ? "true" : "false");
  else if (one->kind == SG_HYPER_PAIR)
    sg_buffer_printf(out, "[%s, %s]", sg_number_text(first, numbers[0]),
                     sg_number_text(second, numbers[1]));
  else
    sg_buffer_puts(out, sg_number_text(first, *numbers));
}

/* The first line of a function's text. Nothing of it within another value, as that may be held by
 * the very function. */
static bool add_rate(sg_vm *vm, sg_buffer *out, sg_value rate, bool brief) {
  uint32_t start = out->count;
  if (brief) sg_buffer_puts(out, "...");
  if (brief) return true;
  if (!sg_value_text(vm, out, rate, true)) return false;
  const char *end = out->failed ? NULL : memchr(out->items + start, '\n', out->count - start);
  if (!end) return true;
  out->count = (uint32_t)(end - out->items);
  sg_buffer_puts(out, "...");
  return true;
}

/* One line: the name, how many parameters, all hyperparameters. */
static bool add_text(sg_vm *vm, sg_buffer *out, const sg_native *native, bool brief) {
  sg_optimizer_object *o = (sg_optimizer_object *)(uintptr_t)native;
  sg_buffer_printf(out, "%s(%u parameter%s", o->core.row->name, (unsigned)o->core.count,
                   o->core.count == 1 ? "" : "s");
  for (const sg_hyper_row *one = o->core.row->hyper; one->name; one++) {
    sg_buffer_printf(out, ", %s=", one->name);
    if (!is_rate(one) || sg_is_none(o->rate))
      add_hyper(out, o, one);
    else if (!add_rate(vm, out, o->rate, brief))
      return false;
  }
  sg_buffer_putc(out, ')');
  return true;
}

/* ---- the class ---- */

static bool visit_leaves(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context) {
  const sg_leaf_runs *runs = &((sg_optimizer_object *)native)->core.runs;
  (void)vm;
  for (uint32_t k = 0; k < runs->count; k++)
    if (!visit(context, runs->items[k].first, runs->items[k].count)) return false;
  return true;
}

static void trace(sg_trace *t, sg_native *native) {
  sg_optimizer_object *o = (sg_optimizer_object *)native;
  for (uint32_t k = 0; k < o->core.runs.count; k++)
    sg_trace_nodes(t, &o->core.runs.items[k].first, o->core.runs.items[k].count);
  sg_trace_value(t, &o->rate);
  sg_trace_object(t, o->step);
  sg_trace_object(t, o->zero_grad);
}

static void clear(sg_memory *memory, sg_native *native) {
  sg_optimizer_clear(&((sg_optimizer_object *)native)->core, memory);
}

/* A class for each row of optimizer.def: they differ in their fields. */
#define X(name) #name,
#define OPTIMIZER(name) static const char *const name##_fields[] = {
#define NUMBER(name, fallback, range) #name,
#define PAIR(name, first, second, range) #name,
#define FLAG(name) #name,
#define END(name, text, source, example)                                                           \
  OWN_FIELDS(X) NULL                                                                               \
  }                                                                                                \
  ;
#include "nn/optimizer.def"
#undef X

static const sg_native_class classes[] = {
#define END(name, text_, source, example)                                                          \
  {.phrase = "an optimizer",                                                                       \
   .size = sizeof(sg_optimizer_object),                                                            \
   .fields = name##_fields,                                                                        \
   .field = get_field,                                                                             \
   .set_field = set_field,                                                                         \
   .text = add_text,                                                                               \
   .numbers = visit_leaves,                                                                        \
   .trace = trace,                                                                                 \
   .clear = clear},
#include "nn/optimizer.def"
};

sg_optimizer_object *sg_find_optimizer(sg_value v) {
  bool is_one = sg_is_native(v) && sg_as_native(v)->class->trace == trace;
  return is_one ? (sg_optimizer_object *)sg_as_native(v) : NULL;
}

sg_optimizer_object *sg_optimizer_new(sg_vm *vm, const sg_optimizer_row *row, const sg_node *leaves,
                                      uint32_t count) {
  sg_optimizer_object *o = sg_native_new(vm, &classes[row - sg_optimizers]);
  if (!o) return sg_vm_fail_memory(vm), NULL;
  o->rate = SG_NONE;
  sg_value self = sg_object_value(o);
  bool ok = sg_optimizer_init(&o->core, vm->memory, row, leaves, count);
  o->step = ok ? sg_bound_new(&vm->heap, &step_row, &self, 1) : NULL;
  o->zero_grad = o->step ? sg_bound_new(&vm->heap, &zero_grad_row, &self, 1) : NULL;
  if (o->zero_grad) return o;
  sg_vm_fail_memory(vm);
  return NULL;
}
