/* sgrad: copies of models: the same stages, with leaves of their own. Stages that share leaves have
 * copies that share them, since all leaves of a model are copied before its stages. */
#include "base/interrupt.h"
#include "builtins/nn/model.h"

#include <stdlib.h>

typedef struct leaf_run {
  sg_node first;
  uint32_t count;
  sg_node copy; /* of the first; the others follow it */
} leaf_run;

typedef struct copier {
  sg_vm *vm;
  leaf_run *items; /* the model's leaves: once merged, in the order of the tape and apart; owned */
  uint32_t count;
  uint32_t capacity;
} copier;

/* ---- leaves ---- */

static bool gather_run(void *context, sg_node first, uint32_t count) {
  copier *c = context;
  if (!SG_RESERVE(c->vm->memory, c, (size_t)c->count + 1)) return sg_vm_fail_memory(c->vm);
  c->items[c->count++] = (leaf_run){.first = first, .count = count};
  return sg_vm_poll(c->vm);
}

static int compare(const void *a, const void *b) {
  sg_node x = ((const leaf_run *)a)->first, y = ((const leaf_run *)b)->first;
  return (x > y) - (x < y);
}

static sg_node get_end(const leaf_run *run) { return run->first + run->count; }

/* Those that touch or overlap become one. */
static void merge_runs(copier *c) {
  uint32_t last = 0;
  if (c->count > 1) qsort(c->items, c->count, sizeof *c->items, compare);
  for (uint32_t i = 1; i < c->count; i++) {
    leaf_run *before = &c->items[last];
    if (c->items[i].first > get_end(before))
      c->items[++last] = c->items[i];
    else if (get_end(&c->items[i]) > get_end(before))
      before->count = get_end(&c->items[i]) - before->first;
  }
  if (c->count) c->count = last + 1;
}

static bool copy_run(copier *c, leaf_run *run) {
  sg_tape *tape = &c->vm->tape;
  if (!sg_tape_reserve(tape, run->count)) return sg_vm_fail_memory(c->vm);
  run->copy = tape->count;
  SG_EACH (i, 0, run->count) sg_tape_push(tape, SG_OP_LEAF, 0, 0, tape->value[run->first + i]);
  return sg_vm_poll(c->vm);
}

static bool copy_leaves(copier *c, sg_native *model) {
  if (!model->class->numbers(c->vm, model, gather_run, c)) return false;
  merge_runs(c);
  for (uint32_t i = 0; i < c->count; i++)
    if (!copy_run(c, &c->items[i])) return false;
  return true;
}

/* The copy of one of the leaves. */
static sg_node find_copy(const copier *c, sg_node leaf) {
  uint32_t at = 0;
  for (uint32_t end = c->count; end - at > 1;) {
    uint32_t middle = at + (end - at) / 2;
    if (c->items[middle].first <= leaf)
      at = middle;
    else
      end = middle;
  }
  return c->items[at].copy + (leaf - c->items[at].first);
}

/* ---- stages ---- */

static sg_model *copy_model(const copier *c, const sg_model *model);

static sg_model *copy_dense(const copier *c, const sg_dense_model *dense) {
  sg_layer layer = dense->layer;
  layer.first = find_copy(c, layer.first);
  return (sg_model *)sg_dense_model_new(c->vm, dense->base.maker, layer);
}

/* A stage's copy; a model that comes twice is one model in the copy too. */
static bool copy_stage(const copier *c, const sg_chain *from, sg_chain *to, uint32_t i) {
  sg_value stage = from->stages[i];
  const sg_model *model = sg_find_model(stage);
  if (!model) return sg_chain_set(c->vm, to, i, stage);
  for (uint32_t k = 0; k < i; k++)
    if (from->stages[k].bits == stage.bits) return sg_chain_set(c->vm, to, i, to->stages[k]);
  const sg_model *copy = sg_vm_poll(c->vm) ? copy_model(c, model) : NULL;
  return copy && sg_chain_set(c->vm, to, i, sg_object_value(copy));
}

static sg_model *copy_chain(const copier *c, const sg_chain *chain) {
  sg_chain *copy = sg_chain_new(c->vm, chain->base.maker, chain->count);
  if (!copy) return NULL;
  copy->inputs = chain->inputs;
  copy->outputs = chain->outputs;
  for (uint32_t i = 0; i < chain->count; i++)
    if (!copy_stage(c, chain, copy, i)) return NULL;
  return &copy->base;
}

/* NULL, with the error set: out of memory or interrupted. Recursive, as SG_MODEL_DEPTH allows. */
static sg_model *copy_model(const copier *c, const sg_model *model) {
  sg_value v = sg_object_value(model);
  sg_model *copy;
  if (sg_find_dense(v))
    copy = copy_dense(c, sg_find_dense(v));
  else if (sg_find_chain(v))
    copy = copy_chain(c, sg_find_chain(v));
  else
    copy = (sg_model *)sg_dropout_new(c->vm, sg_find_dropout(v)->p);
  if (copy) copy->training = model->training;
  return copy;
}

bool sg_model_copy(sg_vm *vm, sg_native *native, sg_value *out) {
  copier c = {.vm = vm};
  sg_model *copy = copy_leaves(&c, native) ? copy_model(&c, (sg_model *)native) : NULL;
  sg_release(vm->memory, c.items, c.capacity * sizeof *c.items);
  if (copy) *out = sg_object_value(copy);
  return copy != NULL;
}
