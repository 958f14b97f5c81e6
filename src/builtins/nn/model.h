/* sgrad: models as objects of the language.
 *
 * Invariants. A model is a dense layer (neuron, layer, linear), a chain of stages (mlp, sequential)
 * or dropout, each a native object that begins with an sg_model. The stages of a chain never
 * change, so models have no cycles, SG_MODEL_DEPTH bounds how deep they nest and
 * SG_MODEL_STAGES how many stages they have in all: what follows them may recurse. The layers of an
 * mlp are made at once: their leaves are one run.
 */
#ifndef SG_BUILTINS_NN_MODEL_H
#define SG_BUILTINS_NN_MODEL_H

#include "nn/batch.h"
#include "runtime/native.h"

enum { SG_MODEL_DEPTH = 100, SG_MODEL_STAGES = 1 << 20 };

typedef struct sg_model {
  sg_native head;
  const char *maker; /* the builtin that makes it: "mlp" */
  bool training;     /* dropout acts */
} sg_model;

typedef struct sg_dense_model {
  sg_model base;
  sg_layer layer;
} sg_dense_model;

typedef struct sg_chain {
  sg_model base;
  sg_value *stages; /* [count] models, and functions of the whole output; owned */
  uint32_t *before; /* [count] parameters of the stages before each; owned */
  uint32_t count;
  uint32_t depth;      /* of chains in it, itself counted */
  uint32_t size;       /* stages in all, and itself */
  uint32_t parameters; /* in all, those of a stage as often as it comes */
  uint32_t inputs;     /* numbers of a sample; 0: any number */
  uint32_t outputs;    /* 0: nobody knows before a function has been called */
} sg_chain;

typedef struct sg_dropout {
  sg_model base;
  double p;
} sg_dropout;

/* A neuron is a dense layer with one output whose weights are a list of numbers. */
extern const sg_native_class sg_neuron_class, sg_layer_class, sg_chain_class, sg_dropout_class;
extern const sg_builtin sg_model_call; /* model(x), bound to the model */

/* NULL when the value is something else. */
sg_model *sg_find_model(sg_value v);
sg_dense_model *sg_find_dense(sg_value v);
static inline sg_chain *sg_find_chain(sg_value v) { return sg_find_native(v, &sg_chain_class); }
static inline sg_dropout *sg_find_dropout(sg_value v) {
  return sg_find_native(v, &sg_dropout_class);
}
/* Whether a stage is a function of each number by itself that a dense layer can take on. */
bool sg_find_activation(sg_value stage, sg_activation *out);

/* Numbers that a stage takes, 0: any number; and gives for `inputs` of them, 0: unknown. */
uint32_t sg_stage_inputs(sg_value stage);
uint32_t sg_stage_outputs(sg_value stage, uint32_t inputs);
uint32_t sg_stage_parameters(sg_value stage);

/* All NULL, with the error set: out of memory. */
sg_dense_model *sg_dense_model_new(sg_vm *vm, const char *maker, sg_layer layer);
sg_dropout *sg_dropout_new(sg_vm *vm, double p);
/* `count` stages, each to be set once. */
sg_chain *sg_chain_new(sg_vm *vm, const char *maker, uint32_t count);
/* False: the chain would be too large or too deep, the error set. */
bool sg_chain_set(sg_vm *vm, sg_chain *chain, uint32_t i, sg_value stage);

/* All of them, each of which must take what the one before gives. */
bool sg_chain_set_stages(sg_vm *vm, sg_chain *chain, const sg_value *stages);

/* Sets the flag of a model and of all in it. */
void sg_model_set_training(sg_model *model, bool training);
/* call.c: samples, laid out in C, through all stages: they become what the last one gives.
 * False: error set. */
bool sg_model_run(sg_vm *vm, const sg_native *model, sg_batch *batch);
/* copy.c: a model that computes the same, with leaves and flags of its own. */
bool sg_model_copy(sg_vm *vm, sg_native *model, sg_value *out);

/* text.c: "mlp(2, [16, 16, 1])", and if not brief, a line a layer. */
bool sg_model_text(sg_vm *vm, sg_buffer *out, const sg_native *native, bool brief);
/* The brief text for a message, cut where it is longer than `out`, which it returns. */
const char *sg_model_describe(sg_vm *vm, const sg_native *native, char *out, size_t size);
enum { SG_MODEL_DESCRIBED = 120 }; /* bytes of that */
/* What a stage is called in one line. */
bool sg_stage_text(sg_vm *vm, sg_buffer *out, sg_value stage);

#endif
