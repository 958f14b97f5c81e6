/* sgrad: a model called with a batch of samples. */
#include "builtins/nn/forward.h"

#include "builtins/argument.h"

/* Whether a stage is a model of the language's own stages, or a builtin that only computes. */
static bool is_closed(sg_value stage) {
  const sg_chain *chain = sg_find_chain(stage);
  for (uint32_t i = 0; chain && i < chain->count; i++)
    if (!is_closed(chain->stages[i])) return false;
  if (sg_find_model(stage)) return true;
  return sg_is_kind(stage, SG_BUILTIN) && !sg_as_bound(stage)->count &&
         sg_as_bound(stage)->builtin->op;
}

bool sg_forward_init(sg_forward *forward, sg_vm *vm, const sg_builtin *builtin, sg_value model) {
  *forward =
      (sg_forward){.vm = vm, .builtin = builtin, .model = model, .own = sg_find_model(model)};
  if (!sg_is_callable(model)) {
    sg_vm_fail(vm, "%s() takes a model or a function for 'model', not %s", builtin->name,
               sg_type_phrase(model));
    return sg_is_record(model) &&
           sg_vm_note(vm, "a record of weights is the optimizer's: train(xs => map(f, xs), xs, "
                          "ys, optimizer=adam(r)), where f(x) computes with them");
  }
  if (!forward->own) return true;
  const sg_chain *chain = sg_find_chain(model);
  forward->is_closed = is_closed(model);
  forward->flag_count = chain ? chain->size : 1;
  forward->flags = sg_allocate(vm->memory, forward->flag_count * sizeof *forward->flags);
  return forward->flags || sg_vm_fail_memory(vm);
}

void sg_forward_clear(sg_forward *forward) {
  if (forward->flags)
    sg_release(forward->vm->memory, forward->flags, forward->flag_count * sizeof *forward->flags);
  forward->flags = NULL;
}

/* ---- samples ---- */

/* "train(): sample 3 of 'xs'" */
typedef struct place {
  const sg_forward *forward;
  const char *name;
  uint32_t sample;
} place;

static bool refuse_item(const place *p) {
  const sg_forward *f = p->forward;
  sg_vm_fail(f->vm, "%s(): sample %u of '%s' is no list of numbers", f->builtin->name, p->sample,
             p->name);
  return sg_vm_note(f->vm, "a sample is a list, of a single number too: [[x] for x in %s]",
                    p->name);
}

static bool refuse_size(const place *p, uint32_t wanted, uint32_t given) {
  const sg_forward *f = p->forward;
  char model[SG_MODEL_DESCRIBED];
  const char *ending = given == 1 ? "" : "s";
  if (sg_stage_inputs(f->model) == 0)
    return sg_vm_fail(f->vm, "%s(): sample %u of '%s' has %u number%s, but sample 0 has %u",
                      f->builtin->name, p->sample, p->name, given, ending, wanted);
  return sg_vm_fail(f->vm, "%s(): sample %u of '%s' has %u number%s, but %s takes %u",
                    f->builtin->name, p->sample, p->name, given, ending,
                    sg_model_describe(f->vm, &f->own->head, model, sizeof model), wanted);
}

static bool check_sample(const place *p, sg_value sample, uint32_t wanted) {
  sg_vm *vm = p->forward->vm;
  if (!sg_is_list(sample)) return refuse_item(p);
  const sg_list *list = sg_as_list(sample);
  for (uint32_t k = 0; !list->plain && k < list->count; k++)
    if (!sg_is_number(list->items[k]))
      return sg_vm_fail(vm, "%s(): number %u of sample %u of '%s' is %s", p->forward->builtin->name,
                        k, p->sample, p->name, sg_type_phrase(list->items[k]));
  return list->count == wanted || refuse_size(p, wanted, list->count);
}

bool sg_forward_check(const sg_forward *forward, const char *name, const sg_list *samples) {
  place p = {.forward = forward, .name = name};
  if (!forward->own) return true;
  uint32_t wanted = sg_stage_inputs(forward->model);
  if (!wanted && sg_is_list(samples->items[0])) wanted = sg_as_list(samples->items[0])->count;
  for (; p.sample < samples->count; p.sample++)
    if (!check_sample(&p, samples->items[p.sample], wanted) || !sg_vm_poll(forward->vm))
      return false;
  return true;
}

/* Writes each part's flag down. Returns where the next one goes. */
static bool *keep_flags(sg_model *model, bool *flags) {
  const sg_chain *chain = sg_find_chain(sg_object_value(model));
  *flags++ = model->training;
  for (uint32_t i = 0; chain && i < chain->count; i++) {
    sg_model *stage = sg_find_model(chain->stages[i]);
    if (stage) flags = keep_flags(stage, flags);
  }
  return flags;
}

static const bool *put_flags(sg_model *model, const bool *flags) {
  const sg_chain *chain = sg_find_chain(sg_object_value(model));
  model->training = *flags++;
  for (uint32_t i = 0; chain && i < chain->count; i++) {
    sg_model *stage = sg_find_model(chain->stages[i]);
    if (stage) flags = put_flags(stage, flags);
  }
  return flags;
}

static bool check_scores(const sg_forward *forward, uint32_t samples, sg_value scores) {
  sg_vm *vm = forward->vm;
  const char *builtin = forward->builtin->name;
  if (!sg_is_list(scores)) {
    sg_vm_fail(vm, "%s() takes a model that gives a list of outputs for a list of samples, not %s",
               builtin, sg_type_phrase(scores));
    return sg_vm_note(vm, "of a function f of one sample, xs => map(f, xs) is one of a list");
  }
  if (sg_as_list(scores)->count != samples)
    return sg_vm_fail(vm, "%s(): the model gave %u outputs for %u samples", builtin,
                      sg_as_list(scores)->count, samples);
  return true;
}

bool sg_forward_run(const sg_forward *forward, sg_batch *batch, bool training) {
  keep_flags(forward->own, forward->flags);
  sg_model_set_training(forward->own, training);
  bool ok = sg_model_run(forward->vm, &forward->own->head, batch);
  put_flags(forward->own, forward->flags);
  return ok;
}

bool sg_forward_call(const sg_forward *forward, sg_value batch, bool training, sg_value *scores) {
  uint32_t samples = sg_as_list(batch)->count;
  if (forward->own) {
    keep_flags(forward->own, forward->flags);
    sg_model_set_training(forward->own, training);
  }
  bool ok = sg_vm_call(forward->vm, forward->model, &batch, 1, scores);
  if (forward->own) put_flags(forward->own, forward->flags);
  return ok && check_scores(forward, samples, *scores);
}
