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
  if (!sg_is_callable(model))
    return sg_vm_fail(vm, "%s() takes a model or a function for 'model', not %s", builtin->name,
                      sg_type_phrase(model));
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

bool sg_pick_items(sg_vm *vm, const sg_list *from, const uint32_t *which, uint32_t count,
                   sg_value *out) {
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) {
    sg_list_set(list, list->count++, from->items[which[i]]);
    if (!sg_poll_at(vm, i)) return false;
  }
  return sg_give_object(vm, list, out);
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
