/* sgrad: sgd, adam and their kin; clipping of gradients. */
#include "builtins/nn/optimizer.h"

#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/parameters.h"
#include "nn/clip.h"

#include <math.h>

/* ---- a step ---- */

/* Calls the learning rate's function with the number of the step, recording nothing. */
static bool call_rate(sg_vm *vm, const sg_optimizer_object *o, sg_value *out) {
  sg_value step = sg_number((double)o->core.steps);
  bool recording = vm->tape.recording;
  vm->tape.recording = false;
  bool ok = sg_vm_call(vm, o->rate, &step, 1, out);
  vm->tape.recording = recording;
  return ok;
}

static bool update_rate(sg_vm *vm, sg_optimizer_object *o) {
  sg_value v;
  sg_value rate = o->rate;
  char text[SG_NUMBER_SIZE];
  const sg_optimizer_row *row = o->core.row;
  if (sg_is_none(rate)) return true;
  if (!call_rate(vm, o, &v)) return false;
  double x = sg_is_number(v) ? sg_tape_value(&vm->tape, v) : -1.;
  if (sg_hyper_fits(sg_hyper_find(row, "lr"), x)) {
    o->core.hyper.lr = x;
    return true;
  }
  return sg_vm_fail(vm,
                    "%s() takes a number from 0 for 'lr', but its function gave %s for step %llu",
                    row->name, sg_is_number(v) ? sg_number_text(text, x) : sg_type_phrase(v),
                    (unsigned long long)o->core.steps);
}

bool sg_optimizer_run(sg_vm *vm, sg_optimizer_object *o) {
  if (!sg_vm_poll(vm) || !sg_vm_push(vm, sg_object_value(o))) return false;
  bool ok = update_rate(vm, o);
  sg_vm_pop(vm);
  if (!ok) return false;
  return sg_optimizer_step(&o->core, &vm->tape) || sg_vm_fail_memory(vm);
}

/* ---- making one ---- */

enum { PARAMS, HYPER }; /* arguments: the parameters, then the hyperparameters in their order */

static bool is_parameters(sg_value v) {
  return sg_is_number(v) || sg_is_list(v) || sg_is_record(v) || sg_is_native(v);
}

static bool need_leaves(sg_vm *vm, const sg_call *call, sg_node_list *leaves) {
  sg_value params = call->args[PARAMS];
  if (!is_parameters(params))
    return sg_vm_fail_argument(vm, call, PARAMS, "a list of leaves, a record or a model");
  if (!sg_gather_leaves(vm, call->builtin, params, leaves)) return false;
  if (leaves->count) return true;
  sg_vm_fail(vm, "%s() got no parameters: there is no leaf in 'params'", call->builtin->name);
  return sg_vm_note(vm,
                    "w = 0.5 stores a leaf; what builtins give, and what no_grad { } stores, is "
                    "constant until leaf(x)");
}

static bool read_hyper(sg_vm *vm, const sg_call *call, sg_optimizer_object *o) {
  const sg_optimizer_row *row = o->core.row;
  for (uint32_t k = 0; row->hyper[k].name; k++)
    if (sg_is_given(call, HYPER + k) &&
        !sg_optimizer_read(vm, row, &row->hyper[k], call->args[HYPER + k], &o->core.hyper,
                           &o->rate))
      return false;
  return sg_optimizer_check(vm, row, &o->core.hyper);
}

static bool run_optimizer(sg_vm *vm, const sg_call *call, sg_value *result) {
  const sg_optimizer_row *row = sg_optimizer_find(call->builtin->name);
  sg_node_list leaves = {0};
  bool ok = need_leaves(vm, call, &leaves);
  sg_optimizer_object *o = ok ? sg_optimizer_new(vm, row, leaves.items, leaves.count) : NULL;
  sg_node_list_clear(vm, &leaves);
  return o && read_hyper(vm, call, o) && sg_give_object(vm, o, result);
}

/* ---- clipping ---- */

enum { MAX_NORM = 1, NORM_TYPE, IF_NONFINITE };

static bool read_clip(sg_vm *vm, const sg_call *call, double *most, double *type) {
  char text[SG_NUMBER_SIZE];
  *type = 2.;
  if (!sg_vm_need_number(vm, call, MAX_NORM, most)) return false;
  if (!(*most >= 0.))
    return sg_vm_fail(vm, "clip_grad_norm() takes a number from 0 for 'max_norm', not %s",
                      sg_number_text(text, *most));
  if (sg_is_given(call, NORM_TYPE) && !sg_vm_need_number(vm, call, NORM_TYPE, type)) return false;
  return *type > 0. ||
         sg_vm_fail(vm, "clip_grad_norm() takes a number above 0, or inf, for 'norm_type', not %s",
                    sg_number_text(text, *type));
}

static bool clip(sg_vm *vm, const sg_call *call, const sg_node_list *nodes, double *norm) {
  double most = 0., type = 2.;
  bool strict;
  char text[SG_NUMBER_SIZE];
  if (!read_clip(vm, call, &most, &type) || !sg_need_bool(vm, call, IF_NONFINITE, false, &strict))
    return false;
  if (!sg_grad_norm(&vm->tape, nodes->items, nodes->count, type, norm))
    return sg_vm_fail_memory(vm);
  if (strict && !isfinite(*norm))
    return sg_vm_fail(vm, "clip_grad_norm(): the norm of the gradients is %s",
                      sg_number_text(text, *norm));
  sg_grad_clip(&vm->tape, nodes->items, nodes->count, *norm, most);
  return true;
}

static bool run_clip(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_node_list nodes = {0};
  double norm = 0.;
  if (!is_parameters(call->args[PARAMS]))
    return sg_vm_fail_argument(vm, call, PARAMS, "a number, list, record, model or optimizer");
  bool ok = sg_gather_nodes(vm, call->builtin, call->args[PARAMS], &nodes) &&
            clip(vm, call, &nodes, &norm);
  sg_node_list_clear(vm, &nodes);
  if (ok) *result = sg_number(norm);
  return ok;
}

#define OPTIMIZER_DOC                                                                              \
  " `params` is any nesting of leaves, lists, records and models; lr may be a function of the "    \
  "step, counted from 0. `opt.step()` moves the parameters that have a gradient, "                 \
  "`opt.zero_grad()` makes gradients absent, `opt.lr = 0.05` sets a hyperparameter, "              \
  "`opt.params` lists the leaves, `opt.steps` counts. "

const sg_builtin sg_nn_optimizer_builtins[] = {
#define OPTIMIZER(name_)                                                                           \
  {                                                                                                \
    .name = #name_, .run = run_optimizer, .topic = "optimizers", .parameters = "params"
#define NUMBER(name, fallback, range) ", " #name "=" #fallback
#define PAIR(name, first, second, range) ", " #name "=[" #first ", " #second "]"
#define FLAG(name) ", " #name "=false"
#define END(name, text, source, example_)                                                          \
  , .doc = text OPTIMIZER_DOC "Source: " source ".", .example = example_                           \
  }                                                                                                \
  ,
#include "nn/optimizer.def"
    {.name = "clip_grad_norm",
     .parameters = "params, max_norm, norm_type=2, error_if_nonfinite=false",
     .run = run_clip,
     .doc = "Makes the gradients of parameters smaller, so that their norm of order norm_type (a "
            "number above 0, or inf) is at most max_norm: each is multiplied by "
            "`min(1, max_norm / (norm + 1e-6))`. Gives the norm before. Source: PyTorch's "
            "clip_grad_norm_.",
     .example = "x = 3; (x * x).backward(); clip_grad_norm([x], 1)  # 6",
     .topic = "optimizers"},
    {.name = NULL},
};
