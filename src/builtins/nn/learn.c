/* sgrad: a step of training. */
#include "builtins/nn/learn.h"

#include "builtins/argument.h"
#include "builtins/nn/argument.h"
#include "graph/backward.h"

#include <math.h>

/* ---- the optimizer ---- */

/* What train() takes for lr unless told, where the optimizer's own is too careful. */
static const struct {
  const char *optimizer;
  double lr;
} rates[] = {{"sgd", 0.1}, {"adam", 0.01}, {"adamw", 0.01}, {"adagrad", 0.1}};

static sg_value find_rate(const char *optimizer) {
  for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
    if (strcmp(rates[i].optimizer, optimizer) == 0) return sg_number(rates[i].lr);
  return SG_UNDEFINED;
}

static const char *get_optimizer_name(uint32_t k) { return sg_optimizers[k].name; }

static bool refuse_optimizer(sg_vm *vm, const char *name) {
  sg_vm_fail(vm, "train(): no optimizer '%s'", name);
  return sg_note_names(vm, name, get_optimizer_name, "");
}

static bool make_optimizer(sg_learner *l, const sg_optimizer_row *row, sg_value lr, sg_value *out) {
  sg_value args[] = {l->forward.model, lr};
  if (!l->forward.own) {
    sg_vm_fail(l->vm, "train() takes an optimizer with a function for 'model', since that does not "
                      "tell its parameters");
    return sg_vm_note(l->vm, "optimizer=%s(params, lr=0.01) says what to train", row->name);
  }
  if (sg_is_undefined(lr)) args[1] = find_rate(row->name);
  return sg_vm_call(l->vm, sg_get_builtin(l->vm, row->name), args, sg_is_undefined(args[1]) ? 1 : 2,
                    out);
}

static bool refuse_rate(sg_vm *vm) {
  sg_vm_fail(vm, "train() takes 'lr' with the name of an optimizer only");
  return sg_vm_note(vm, "an optimizer has its own: opt.lr = 0.1");
}

static bool refuse_kind(sg_vm *vm, sg_value v) {
  sg_vm_fail(vm, "train() takes the name of an optimizer or an optimizer for 'optimizer', not %s",
             sg_type_phrase(v));
  return sg_is_callable(v) && sg_vm_note(vm, "an optimizer is what adam(model, lr=0.01) gives");
}

static bool read_optimizer(sg_learner *l, sg_value given, sg_value lr) {
  sg_value made = given;
  bool is_told = !sg_is_undefined(given) && !sg_is_none(given);
  const char *name = is_told ? sg_name_given(given) : "adam";
  const sg_optimizer_row *row = name ? sg_optimizer_find(name) : NULL;
  if (sg_is_none(lr)) lr = SG_UNDEFINED;
  if (!row && sg_is_string(given)) return refuse_optimizer(l->vm, name);
  if (row && !make_optimizer(l, row, lr, &made)) return false;
  l->optimizer = sg_find_optimizer(made);
  if (!l->optimizer) return refuse_kind(l->vm, given);
  if (!row && !sg_is_undefined(lr)) return refuse_rate(l->vm);
  return sg_vm_push(l->vm, made);
}

/* Stops at leaves that the optimizer moves. */
static bool are_elsewhere(void *context, sg_node first, uint32_t count) {
  const sg_leaf_runs *runs = context;
  for (uint32_t k = 0; k < runs->count; k++)
    if (first < runs->items[k].first + runs->items[k].count && runs->items[k].first < first + count)
      return false;
  return !sg_interrupted;
}

/* An optimizer of other parameters than the model's would do nothing, and take long for it. */
static bool check_optimizer(const sg_learner *l) {
  bool is_known = l->forward.is_closed && (l->objective.row || !l->objective.is_told);
  if (!is_known) return true;
  sg_native *model = &l->forward.own->head;
  if (!model->class->numbers(l->vm, model, are_elsewhere, &l->optimizer->core.runs)) return true;
  sg_vm_fail(l->vm, "train(): the optimizer moves none of the model's parameters");
  return sg_vm_note(l->vm, "optimizer=%s(model, lr=0.01) moves them all",
                    l->optimizer->core.row->name);
}

/* ---- the learner ---- */

bool sg_learner_init(sg_learner *l, sg_vm *vm, const sg_call *call, uint32_t model, uint32_t loss,
                     uint32_t optimizer, uint32_t lr) {
  l->vm = vm;
  l->direct =
      (sg_direct){.forward = &l->forward, .objective = &l->objective, .xs = l->xs, .ys = l->ys};
  return sg_forward_init(&l->forward, vm, call->builtin, call->args[model]) &&
         sg_objective_init(&l->objective, vm, call->builtin, call->args[loss], l->ys) &&
         read_optimizer(l, call->args[optimizer], call->args[lr]) && check_optimizer(l);
}

void sg_learner_clear(sg_learner *l) {
  sg_direct_clear(&l->direct);
  sg_objective_clear(&l->objective);
  sg_forward_clear(&l->forward);
}

/* ---- a step ---- */

/* loss + l2 * l2(params) */
static bool add_penalty(const sg_learner *l, sg_value *loss) {
  sg_value penalty, optimizer = sg_object_value(l->optimizer);
  if (l->l2 == 0.) return true;
  return sg_vm_call(l->vm, sg_get_builtin(l->vm, "l2"), &optimizer, 1, &penalty) &&
         sg_vm_arithmetic(l->vm, SG_MULTIPLY, sg_number(l->l2), penalty, &penalty) &&
         sg_vm_arithmetic(l->vm, SG_ADD, *loss, penalty, loss);
}

static bool refuse_constant(sg_vm *vm) {
  sg_vm_fail(vm, "train(): the loss is a constant, which depends on no parameter");
  return sg_vm_note(vm, "what the model gives must be computed from the optimizer's parameters, "
                        "outside no_grad { }");
}

/* What the model gives for the samples, their loss, and how many of them are right. */
static bool compare(sg_learner *l, sg_value samples, sg_value targets, sg_value *loss,
                    sg_right *right) {
  sg_value scores;
  return sg_forward_call(&l->forward, samples, true, &scores) &&
         sg_objective_settle(&l->objective, l->forward.model, scores) &&
         sg_objective_count(&l->objective, sg_as_list(scores), sg_as_list(targets), right) &&
         sg_objective_apply(&l->objective, scores, targets, loss);
}

/* The same by lists, as a program would do it. */
static bool compare_lists(sg_learner *l, const uint32_t *which, uint32_t count, sg_value *loss,
                          sg_right *right) {
  sg_vm *vm = l->vm;
  sg_value samples, targets;
  if (!sg_give_picked(vm, l->ys, which, count, &targets) || !sg_vm_push(vm, targets)) return false;
  bool ok = sg_give_picked(vm, l->xs, which, count, &samples) &&
            compare(l, samples, targets, loss, right);
  sg_vm_pop(vm);
  return ok;
}

static bool go_backward(sg_learner *l, sg_value loss) {
  sg_error error;
  sg_error_clear(&error);
  sg_optimizer_zero_grad(&l->optimizer->core, &l->vm->tape);
  return sg_tape_backward(&l->vm->tape, sg_as_node(loss), &error) || sg_fail_again(l->vm, &error);
}

/* The loss, and the gradient of each parameter unless it is not finite. */
static bool find_gradient(sg_learner *l, const uint32_t *which, uint32_t count,
                          sg_batch_score *out) {
  sg_value loss;
  bool ok = sg_direct_take(&l->direct, which, count)
                ? sg_direct_run(&l->direct, count, true, &loss, &out->right)
                : compare_lists(l, which, count, &loss, &out->right);
  if (!ok || !add_penalty(l, &loss)) return false;
  if (!sg_is_node(loss)) return refuse_constant(l->vm);
  l->loss = out->loss = sg_tape_value(&l->vm->tape, loss);
  return !isfinite(out->loss) || go_backward(l, loss);
}

/* Where no function of a program has seen the nodes of this step, nobody holds one. */
static bool find_and_forget(sg_learner *l, const uint32_t *which, uint32_t count,
                            sg_batch_score *out) {
  sg_tape *tape = &l->vm->tape;
  sg_tape_mark mark = sg_tape_get_mark(tape);
  bool ok = find_gradient(l, which, count, out);
  if (l->forward.is_closed && l->objective.row) sg_tape_truncate(tape, mark);
  return ok;
}

bool sg_learner_step(sg_learner *l, const uint32_t *samples, uint32_t count, sg_batch_score *out) {
  if (!find_and_forget(l, samples, count, out)) return false;
  if (isfinite(out->loss) && !sg_optimizer_run(l->vm, l->optimizer)) return false;
  return sg_vm_safepoint(l->vm, l->vm->top);
}

/* ---- what went wrong ---- */

typedef struct search {
  const sg_tape *tape;
  uint32_t seen; /* parameters looked at */
  double value;  /* of the last one */
} search;

/* Stops at the first parameter that is not finite. */
static bool is_finite_run(void *context, sg_node first, uint32_t count) {
  search *s = context;
  for (uint32_t k = 0; k < count; k++, s->seen++) {
    s->value = s->tape->value[first + k];
    if (!isfinite(s->value)) return false;
  }
  return true;
}

/* Whether a number is to blame; it is in `text` then. */
static bool is_bad(const sg_learner *l, sg_value v, char text[SG_NUMBER_SIZE]) {
  double x = sg_is_number(v) ? sg_tape_value(&l->vm->tape, v) : 0.;
  if (!isfinite(x)) sg_number_text(text, x);
  return !isfinite(x);
}

/* Notes one among the samples or their targets. */
static bool note_item(const sg_learner *l, const sg_list *items, const char *name) {
  char text[SG_NUMBER_SIZE];
  SG_EACH (s, 0, items->count) {
    const sg_list *item = sg_is_list(items->items[s]) ? sg_as_list(items->items[s]) : NULL;
    if (is_bad(l, items->items[s], text)) return !sg_vm_note(l->vm, "%s %u is %s", name, s, text);
    for (uint32_t k = 0; item && k < item->count; k++)
      if (is_bad(l, item->items[k], text))
        return !sg_vm_note(l->vm, "number %u of %s %u is %s", k, name, s, text);
  }
  return false;
}

static bool note_parameter(const sg_learner *l) {
  char text[SG_NUMBER_SIZE], name[80] = "";
  search s = {.tape = &l->vm->tape};
  sg_native *owner = l->forward.own ? &l->forward.own->head : &l->optimizer->head;
  if (!owner->class->numbers || owner->class->numbers(l->vm, owner, is_finite_run, &s))
    return false;
  if (owner->class->number_name) owner->class->number_name(owner, s.seen, name, sizeof name);
  return !sg_vm_note(l->vm, "parameter %s%s%u is %s", name, *name ? ", number " : "", s.seen,
                     sg_number_text(text, s.value));
}

bool sg_learner_note_cause(const sg_learner *l) {
  if (note_item(l, l->xs, "sample") || note_item(l, l->ys, "target") || note_parameter(l))
    return false;
  return sg_vm_note(l->vm, "a smaller lr, standardize(xs) or clipped gradients may help");
}
