/* sgrad: cosine, step_decay and warmup: functions of the step. */
#include "nn/schedule.h"
#include "builtins/argument.h"
#include "builtins/builtins.h"

#include <math.h>

enum { LR, STEPS, FIRST, LAST, HELD = 4 }; /* arguments, and what the function holds */

/* ---- the functions given ---- */

static double get_held(const sg_call *call, int k) { return sg_as_double(call->held[k]); }

/* The learning rate that is scheduled further: a number, or a function of the step. */
static bool call_lr(sg_vm *vm, const sg_call *call, double *lr) {
  sg_value v = call->held[LR];
  if (sg_is_callable(v) && !sg_vm_call(vm, v, &call->args[0], 1, &v)) return false;
  if (!sg_is_number(v))
    return sg_vm_fail(vm, "%s() takes a function that gives a number for 'lr', not %s",
                      call->builtin->name, sg_type_phrase(v));
  *lr = sg_tape_value(&vm->tape, v);
  return true;
}

typedef double get_rate(const sg_call *call, double lr, double k);

static bool run_at(sg_vm *vm, const sg_call *call, get_rate *get, sg_value *result) {
  double lr = 0., k = 0.;
  if (!sg_vm_need_number(vm, call, 0, &k) || !call_lr(vm, call, &lr)) return false;
  *result = sg_number(get(call, lr, k));
  return true;
}

static double get_cosine(const sg_call *call, double lr, double k) {
  return sg_schedule_cosine(lr, get_held(call, STEPS), get_held(call, FIRST), k);
}
static double get_step_decay(const sg_call *call, double lr, double k) {
  return sg_schedule_step_decay(lr, get_held(call, STEPS), get_held(call, FIRST), k);
}
static double get_warmup(const sg_call *call, double lr, double k) {
  return sg_schedule_warmup(lr, get_held(call, STEPS), get_held(call, FIRST), get_held(call, LAST),
                            k);
}

static bool run_cosine_at(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_at(vm, call, get_cosine, result);
}
static bool run_step_decay_at(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_at(vm, call, get_step_decay, result);
}
static bool run_warmup_at(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_at(vm, call, get_warmup, result);
}

static const sg_builtin cosine_at = {.name = "cosine", .parameters = "k", .run = run_cosine_at};
static const sg_builtin step_decay_at = {
    .name = "step_decay", .parameters = "k", .run = run_step_decay_at};
static const sg_builtin warmup_at = {.name = "warmup", .parameters = "k", .run = run_warmup_at};

/* ---- making them ---- */

static bool read_number(sg_vm *vm, const sg_call *call, uint32_t i, double fallback, bool positive,
                        sg_value *out) {
  double x = fallback;
  char name[48], text[SG_NUMBER_SIZE];
  if (sg_is_given(call, i) && !sg_vm_need_number(vm, call, i, &x)) return false;
  *out = sg_number(x);
  if (isfinite(x) && (positive ? x > 0. : x >= 0.)) return true;
  sg_vm_parameter_name(call, i, name, sizeof name);
  return sg_vm_fail(vm, "%s() takes a number %s 0 for '%s', not %s", call->builtin->name,
                    positive ? "above" : "from", name, sg_number_text(text, x));
}

static bool read_lr(sg_vm *vm, const sg_call *call, sg_value *out) {
  *out = call->args[LR];
  if (sg_is_callable(*out)) return true;
  if (!sg_is_number(*out))
    return sg_vm_fail_argument(vm, call, LR, "a number, or a function of the step,");
  return read_number(vm, call, LR, 0., false, out);
}

/* A function that holds the learning rate, the steps, and one or two numbers more. */
static bool make(sg_vm *vm, const sg_call *call, const sg_builtin *row, const double fallback[HELD],
                 sg_value *result) {
  sg_value held[HELD];
  uint32_t count = call->parameters;
  if (!read_lr(vm, call, &held[LR])) return false;
  for (uint32_t i = STEPS; i < count; i++)
    if (!read_number(vm, call, i, fallback[i], i == STEPS, &held[i])) return false;
  return sg_give_object(vm, sg_bound_new(&vm->heap, row, held, count), result);
}

static bool run_cosine(sg_vm *vm, const sg_call *call, sg_value *result) {
  return make(vm, call, &cosine_at, (double[HELD]){0., 0., 0., 0.}, result);
}
static bool run_step_decay(sg_vm *vm, const sg_call *call, sg_value *result) {
  return make(vm, call, &step_decay_at, (double[HELD]){0., 0., 0.1, 0.}, result);
}
static bool run_warmup(sg_vm *vm, const sg_call *call, sg_value *result) {
  return make(vm, call, &warmup_at, (double[HELD]){0., 5., 1. / 3., 1.}, result);
}

const sg_builtin sg_nn_schedule_builtins[] = {
    {.name = "cosine",
     .parameters = "lr, steps, last=0",
     .run = run_cosine,
     .doc =
         "A learning rate that falls from lr to `last` in so many steps along half a wave of "
         "the cosine, as a function of the step k, counted from 0: "
         "`last + (lr - last) * (1 + cos(pi * k / steps)) / 2`. After them it rises again. Source: "
         "I. Loshchilov, F. Hutter 2017; PyTorch's CosineAnnealingLR.",
     .example = "map(cosine(0.1, 4), [0, 2, 4])  # [0.1, 0.05, 0]",
     .topic = "optimizers"},
    {.name = "step_decay",
     .parameters = "lr, steps, gamma=0.1",
     .run = run_step_decay,
     .doc = "A learning rate that is multiplied by gamma after every so many steps, as a function "
            "of the step k, counted from 0: `lr * gamma**(k // steps)`. lr may be such a function "
            "itself. Source: PyTorch's StepLR.",
     .example = "map(step_decay(1, 10, gamma=0.5), [9, 10, 20])  # [1, 0.5, 0.25]",
     .topic = "optimizers"},
    {.name = "warmup",
     .parameters = "lr, steps=5, first=1/3, last=1",
     .run = run_warmup,
     .doc = "A learning rate that goes from first * lr to last * lr in so many steps and stays "
            "there, as a function of the step k, counted from 0: "
            "`lr * (first + (last - first) * min(k, steps) / steps)`. lr may be such a function "
            "itself: `warmup(cosine(0.1, 100), 10)`. Source: PyTorch's LinearLR.",
     .example = "map(warmup(0.3, 2, first=0), [0, 1, 2, 3])  # [0, 0.15, 0.3, 0.3]",
     .topic = "optimizers"},
    {.name = NULL},
};
