/* sgrad: chains of stages as objects: mlp, sequential. */
#include "builtins/argument.h"
#include "builtins/nn/argument.h"
#include "builtins/nn/model.h"

#include <stdio.h>

sg_model *sg_find_model(sg_value v) {
  sg_model *found = (sg_model *)sg_find_dense(v);
  if (!found) found = (sg_model *)sg_find_chain(v);
  return found ? found : (sg_model *)sg_find_dropout(v);
}

/* ---- stages ---- */

bool sg_find_activation(sg_value stage, sg_activation *out) {
  if (!sg_is_kind(stage, SG_BUILTIN)) return false;
  const sg_builtin *row = sg_as_bound(stage)->builtin;
  return row->op && strcmp(sg_op_get((sg_op)row->op)->name, row->name) == 0 &&
         sg_activation_from((sg_op)row->op, out);
}

uint32_t sg_stage_inputs(sg_value stage) {
  const sg_dense_model *dense = sg_find_dense(stage);
  const sg_chain *chain = sg_find_chain(stage);
  if (dense) return dense->layer.inputs;
  return chain ? chain->inputs : 0;
}

uint32_t sg_stage_outputs(sg_value stage, uint32_t inputs) {
  sg_activation activation;
  const sg_dense_model *dense = sg_find_dense(stage);
  const sg_chain *chain = sg_find_chain(stage);
  if (dense) return dense->layer.outputs;
  if (chain && chain->outputs) return chain->outputs;
  bool keeps = sg_find_dropout(stage) || sg_find_activation(stage, &activation);
  return keeps ? inputs : 0;
}

uint32_t sg_stage_parameters(sg_value stage) {
  const sg_dense_model *dense = sg_find_dense(stage);
  const sg_chain *chain = sg_find_chain(stage);
  if (dense) return sg_layer_count(&dense->layer);
  return chain ? chain->parameters : 0;
}

sg_chain *sg_chain_new(sg_vm *vm, const char *maker, uint32_t count) {
  sg_chain *chain = sg_native_new(vm, &sg_chain_class);
  if (chain) {
    chain->count = count;
    chain->stages = sg_allocate(vm->memory, count * sizeof *chain->stages);
    chain->before = sg_allocate(vm->memory, count * sizeof *chain->before);
  }
  if (!chain || !chain->stages || !chain->before) {
    sg_vm_fail_memory(vm);
    return NULL;
  }
  for (uint32_t i = 0; i < count; i++) chain->stages[i] = SG_NONE;
  chain->base.maker = maker;
  chain->depth = chain->size = 1;
  return chain;
}

bool sg_chain_set(sg_vm *vm, sg_chain *chain, uint32_t i, sg_value stage) {
  const sg_chain *inner = sg_find_chain(stage);
  uint64_t parameters = (uint64_t)chain->parameters + sg_stage_parameters(stage);
  chain->stages[i] = stage;
  chain->before[i] = chain->parameters;
  chain->size += inner ? inner->size : 1;
  if (inner && inner->depth >= chain->depth) chain->depth = inner->depth + 1;
  if (chain->depth > SG_MODEL_DEPTH)
    return sg_vm_fail(vm, "models nested deeper than %d levels", SG_MODEL_DEPTH);
  if (chain->size > SG_MODEL_STAGES || parameters > SG_NODE_LIMIT / 2)
    return sg_vm_fail(vm, "%s() would be larger than a model can be", chain->base.maker);
  chain->parameters = (uint32_t)parameters;
  return true;
}

void sg_model_set_training(sg_model *model, bool training) {
  sg_chain *chain = sg_find_chain(sg_object_value(model));
  for (uint32_t i = 0; chain && i < chain->count; i++) {
    sg_model *stage = sg_find_model(chain->stages[i]);
    if (stage) sg_model_set_training(stage, training);
  }
  model->training = training;
}

bool sg_set_training(sg_vm *vm, sg_model *model, sg_value v, bool check) {
  if (!sg_is_bool(v)) return sg_vm_fail(vm, ".training must be a bool, not %s", sg_type_phrase(v));
  if (!check) sg_model_set_training(model, sg_is_true(v));
  return true;
}

/* ---- a chain's fields ---- */

static bool give_count(uint32_t count, sg_value *out) {
  *out = count ? sg_number(count) : SG_NONE;
  return true;
}

static bool give_layers(sg_vm *vm, const sg_chain *chain, sg_value *out) {
  if (!sg_give_list(vm, chain->stages, chain->count, out)) return false;
  sg_as_list(*out)->owned = true;
  return true;
}

/* What its layers have and itself does not. */
static bool refuse_inner(sg_vm *vm, const char *name) {
  static const char *const inner[] = {"w", "b", "weight", "bias", "weights", "biases", "neurons"};
  for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
    if (strcmp(name, inner[i]) == 0) {
      sg_vm_fail(vm, "a model of layers has no field '%s'", name);
      return sg_vm_note(vm, "its layers have: model.layers[0].w, .b, .neurons[0].w");
    }
  return true;
}

static bool get_chain_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out,
                            bool *found) {
  const sg_chain *chain = (const sg_chain *)native;
  *found = true;
  if (strcmp(name, "layers") == 0) return give_layers(vm, chain, out);
  if (strcmp(name, "nin") == 0) return give_count(chain->inputs, out);
  if (strcmp(name, "nout") == 0) return give_count(chain->outputs, out);
  *found = strcmp(name, "training") == 0;
  if (*found) *out = sg_bool(chain->base.training);
  return *found || refuse_inner(vm, name);
}

static bool set_chain_field(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check,
                            bool *found) {
  sg_value now;
  if (strcmp(name, "training") != 0) {
    if (!get_chain_field(vm, native, name, &now, found)) return false;
    return !*found || sg_vm_fail(vm, "the .%s of a model cannot be set", name);
  }
  *found = true;
  return sg_set_training(vm, (sg_model *)native, v, check);
}

/* ---- what the classes add ---- */

static bool visit_numbers(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context) {
  const sg_chain *chain = (const sg_chain *)native;
  for (uint32_t i = 0; i < chain->count; i++) {
    if (!sg_find_model(chain->stages[i])) continue;
    sg_native *stage = sg_as_native(chain->stages[i]);
    if (stage->class->numbers && !stage->class->numbers(vm, stage, visit, context)) return false;
  }
  return true;
}

static int name_number(const sg_native *native, uint32_t k, char *out, size_t size) {
  const sg_chain *chain = (const sg_chain *)native;
  uint32_t i = 0;
  for (uint32_t end = chain->count; end - i > 1;) {
    uint32_t middle = i + (end - i) / 2;
    if (chain->before[middle] <= k)
      i = middle;
    else
      end = middle;
  }
  int used = snprintf(out, size, "layers[%u].", (unsigned)i);
  if (used < 0 || (size_t)used >= size) return used;
  const sg_native *stage = sg_as_native(chain->stages[i]);
  int more =
      stage->class->number_name(stage, k - chain->before[i], out + used, size - (size_t)used);
  return more < 0 ? more : used + more;
}

static void trace_chain(sg_trace *trace, sg_native *native) {
  sg_chain *chain = (sg_chain *)native;
  if (chain->stages) sg_trace_values(trace, chain->stages, chain->count);
}

static void clear_chain(sg_memory *memory, sg_native *native) {
  sg_chain *chain = (sg_chain *)native;
  sg_release(memory, chain->stages, chain->stages ? chain->count * sizeof *chain->stages : 0);
  sg_release(memory, chain->before, chain->before ? chain->count * sizeof *chain->before : 0);
}

static const char *const chain_fields[] = {"layers", "nin", "nout", "training", NULL};

const sg_native_class sg_chain_class = {.phrase = "a model",
                                        .size = sizeof(sg_chain),
                                        .call = &sg_model_call,
                                        .fields = chain_fields,
                                        .field = get_chain_field,
                                        .set_field = set_chain_field,
                                        .text = sg_model_text,
                                        .numbers = visit_numbers,
                                        .number_name = name_number,
                                        .copy = sg_model_copy,
                                        .trace = trace_chain,
                                        .clear = clear_chain};
