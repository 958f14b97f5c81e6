/* sgrad: evaluate: a model on samples that it does not learn from. */
#include "builtins/argument.h"
#include "builtins/nn/train.h"

enum { MODEL, XS, YS, LOSS }; /* arguments of evaluate */
enum { SAMPLES = 256 };       /* at a time: so memory is bounded */

bool sg_keep_list(sg_vm *vm, sg_list **list) {
  sg_value copy;
  if (!sg_give_list(vm, (*list)->items, (*list)->count, &copy) || !sg_vm_push(vm, copy))
    return false;
  *list = sg_as_list(copy);
  return true;
}

bool sg_need_pairs(sg_vm *vm, const sg_call *call, uint32_t i, sg_list **xs, sg_list **ys) {
  char first[48], second[48];
  if (!sg_vm_need_list(vm, call, i, xs) || !sg_vm_need_list(vm, call, i + 1, ys)) return false;
  sg_vm_parameter_name(call, i, first, sizeof first);
  sg_vm_parameter_name(call, i + 1, second, sizeof second);
  if ((*xs)->count != (*ys)->count)
    return sg_vm_fail(vm, "%s() takes a target for each sample, but '%s' has %u and '%s' %u",
                      call->builtin->name, first, (*xs)->count, second, (*ys)->count);
  if ((*xs)->count == 0)
    return sg_vm_fail(vm, "%s() takes at least one sample in '%s'", call->builtin->name, first);
  return sg_keep_list(vm, xs) && sg_keep_list(vm, ys);
}

/* ---- batches without a graph ---- */

static bool assess_scores(const sg_assessment *a, sg_value scores, sg_value targets,
                          sg_batch_score *out) {
  sg_vm *vm = a->forward->vm;
  sg_value loss;
  if (!sg_objective_settle(a->objective, a->forward->model, scores) ||
      !sg_objective_count(a->objective, sg_as_list(scores), sg_as_list(targets), &out->right) ||
      (a->see && !a->see(a->context, sg_as_list(scores), sg_as_list(targets))) ||
      !sg_objective_apply(a->objective, scores, targets, &loss))
    return false;
  out->loss = sg_tape_value(&vm->tape, loss);
  return true;
}

static bool assess_batch(const sg_assessment *a, const uint32_t *which, uint32_t count,
                         sg_batch_score *out) {
  sg_vm *vm = a->forward->vm;
  sg_value targets, samples, scores;
  if (!sg_give_picked(vm, a->ys, which, count, &targets) || !sg_vm_push(vm, targets)) return false;
  bool ok = sg_give_picked(vm, a->xs, which, count, &samples) &&
            sg_forward_call(a->forward, samples, false, &scores) && sg_vm_push(vm, scores);
  if (ok) {
    ok = assess_scores(a, scores, targets, out);
    sg_vm_pop(vm);
  }
  sg_vm_pop(vm);
  return ok && sg_vm_safepoint(vm, vm->top);
}

static bool assess_all(const sg_assessment *a, sg_score *out) {
  uint32_t which[SAMPLES];
  uint32_t samples = a->xs->count;
  for (uint32_t at = 0, count; at < samples; at += count) {
    sg_batch_score batch = {.loss = 0.};
    count = samples - at < SAMPLES ? samples - at : SAMPLES;
    for (uint32_t i = 0; i < count; i++) which[i] = at + i;
    if (!assess_batch(a, which, count, &batch)) return false;
    sg_score_add_batch(out, &batch, count);
  }
  return true;
}

bool sg_assess(const sg_assessment *assessment, sg_score *out) {
  sg_tape *tape = &assessment->forward->vm->tape;
  bool recording = tape->recording;
  *out = (sg_score){0};
  tape->recording = false;
  bool ok = assess_all(assessment, out);
  tape->recording = recording;
  return ok;
}

/* ---- evaluate ---- */

static bool give_score(sg_vm *vm, const sg_objective *objective, const sg_score *score,
                       sg_value *result) {
  sg_value accuracy =
      objective->counts ? sg_number(sg_right_share(&score->right, objective->threshold)) : SG_NONE;
  sg_record *record = sg_record_new(&vm->heap);
  if (!record || !sg_record_set_text(&vm->heap, record, "loss", sg_number(score->loss)) ||
      !sg_record_set_text(&vm->heap, record, "accuracy", accuracy))
    return sg_vm_fail_memory(vm);
  return sg_give_object(vm, record, result);
}

bool sg_run_evaluate(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_forward forward = {.vm = vm};
  sg_objective objective = {.vm = vm};
  sg_assessment a = {.forward = &forward, .objective = &objective};
  sg_score score;
  bool ok = sg_need_pairs(vm, call, XS, &a.xs, &a.ys) &&
            sg_forward_init(&forward, vm, call->builtin, call->args[MODEL]) &&
            sg_forward_check(&forward, "xs", a.xs) &&
            sg_objective_init(&objective, vm, call->builtin, call->args[LOSS], a.ys) &&
            sg_assess(&a, &score) && give_score(vm, &objective, &score, result);
  sg_objective_clear(&objective);
  sg_forward_clear(&forward);
  return ok;
}
