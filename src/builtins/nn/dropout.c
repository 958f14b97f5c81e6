/* sgrad: dropout as an object: it passes numbers on, and in training drops some of them. */
#include "builtins/nn/argument.h"
#include "builtins/nn/model.h"

bool sg_read_probability(sg_vm *vm, const char *what, sg_value v, double *out) {
  if (!sg_is_number(v))
    return sg_vm_fail(vm, "%s takes a probability, not %s", what, sg_type_phrase(v));
  double p = sg_tape_value(&vm->tape, v);
  char text[SG_NUMBER_SIZE];
  if (!(p >= 0 && p <= 1))
    return sg_vm_fail(vm, "%s takes a probability from 0 to 1, not %s", what,
                      sg_number_text(text, p));
  *out = p;
  return true;
}

static bool set_probability(sg_vm *vm, sg_dropout *dropout, sg_value v, bool check) {
  double p = 0;
  if (!sg_read_probability(vm, ".p", v, &p)) return false;
  if (!check) dropout->p = p;
  return true;
}

sg_dropout *sg_dropout_new(sg_vm *vm, double p) {
  sg_dropout *dropout = sg_native_new(vm, &sg_dropout_class);
  if (!dropout) {
    sg_vm_fail_memory(vm);
    return NULL;
  }
  dropout->base.maker = "dropout";
  dropout->p = p;
  return dropout;
}

static bool get_dropout_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out,
                              bool *found) {
  const sg_dropout *dropout = (const sg_dropout *)native;
  (void)vm;
  *found = true;
  if (strcmp(name, "p") == 0)
    *out = sg_number(dropout->p);
  else if (strcmp(name, "training") == 0)
    *out = sg_bool(dropout->base.training);
  else
    *found = false;
  return true;
}

static bool set_dropout_field(sg_vm *vm, sg_native *native, const char *name, sg_value v,
                              bool check, bool *found) {
  sg_dropout *dropout = (sg_dropout *)native;
  *found = true;
  if (strcmp(name, "training") == 0) return sg_set_training(vm, &dropout->base, v, check);
  *found = strcmp(name, "p") == 0;
  return !*found || set_probability(vm, dropout, v, check);
}

static bool visit_nothing(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context) {
  (void)vm, (void)native, (void)visit, (void)context;
  return true;
}

static void trace_nothing(sg_trace *trace, sg_native *native) { (void)trace, (void)native; }

static const char *const dropout_fields[] = {"p", "training", NULL};

const sg_native_class sg_dropout_class = {.phrase = "a model",
                                          .size = sizeof(sg_dropout),
                                          .call = &sg_model_call,
                                          .fields = dropout_fields,
                                          .field = get_dropout_field,
                                          .set_field = set_dropout_field,
                                          .text = sg_model_text,
                                          .numbers = visit_nothing,
                                          .copy = sg_model_copy,
                                          .trace = trace_nothing};
