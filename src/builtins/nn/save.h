/* sgrad: what the parts of save share.
 *
 * Invariant: nothing is called back while a value is saved, so what the sources point to stays as
 * it is. Functions that return bool return false with the error set, but for want of memory in the
 * buffers, which is looked at between parts.
 */
#ifndef SG_BUILTINS_NN_SAVE_H
#define SG_BUILTINS_NN_SAVE_H

#include "builtins/data/outfile.h"
#include "builtins/nn/store.h"
#include "nn/layer.h"

/* Where the numbers of a tensor come from. */
typedef struct sg_tensor_source {
  enum {
    SG_SOURCE_VALUE,   /* `value`: a number, a bool, or nested lists of them */
    SG_SOURCE_WEIGHT,  /* of `layer`, a row for each neuron */
    SG_SOURCE_BIAS,    /* of `layer` */
    SG_SOURCE_NUMBERS, /* `count` from `numbers` */
  } kind;
  sg_value value;
  const sg_layer *layer;
  const double *numbers;
  uint32_t count;
} sg_tensor_source;

typedef struct sg_saver {
  sg_vm *vm;
  sg_tensors tensors;
  struct {
    sg_tensor_source *items; /* of each tensor */
    uint32_t capacity;
  } sources;
  sg_buffer note; /* so far */
  sg_buffer path; /* of the part being saved: "model.layers.0" */
  sg_buffer name;
  uint32_t depth;
  struct {
    sg_node node;
    uint32_t number; /* of the leaf + 1; 0: none here */
  } * seen;          /* open addressing by node, owned */
  uint32_t seen_size, seen_count;
  uint32_t leaf_count;
} sg_saver;

/* Adds to the note what the value is, and its tensors to the table. */
bool sg_save_value(sg_saver *s, sg_value v);
/* save_native.c: of a model or an optimizer. */
bool sg_save_native(sg_saver *s, sg_native *native);
/* "save() cannot put 'model.layers.2' in a file: it is a function written in sgrad". Always false.
 */
bool sg_save_fail(sg_saver *s, const char *what);
/* Of what is nested deeper than SG_STORE_DEPTH levels. Always false. */
bool sg_save_fail_depth(sg_saver *s);

/* Adds a tensor, called by the path, and its name to the note. */
bool sg_save_tensor(sg_saver *s, sg_tensor_source source, const sg_tensor_type *type,
                    const uint64_t *sizes, uint32_t dimensions);
/* The same for a part of that name of what is being saved, of F64. */
bool sg_save_part(sg_saver *s, const char *part, sg_tensor_source source, const uint64_t *sizes,
                  uint32_t dimensions);
/* A stage, path and all: "layers.3". */
bool sg_save_stages(sg_saver *s, const sg_value *stages, uint32_t count);
bool sg_save_rate(sg_saver *s, sg_value rate);

/* The number that a leaf has got. */
bool sg_save_find_leaf(const sg_saver *s, sg_node node, uint32_t *number);
/* Numbers the leaves of models before all others, so that those of a layer follow each other.
 * False: nested too deep, out of memory or interrupted; error set. */
bool sg_save_number_models(sg_saver *s, sg_value v);
/* Gives it the next one. */
bool sg_save_add_leaf(sg_saver *s, sg_node node);

/* Numbers of leaves, gathered into RUNS of the note. */
typedef struct sg_leaf_numbers {
  uint32_t first, count;
  bool some; /* a run has been written */
} sg_leaf_numbers;
void sg_save_run(sg_saver *s, sg_leaf_numbers *runs, uint32_t number);
void sg_save_end_runs(sg_saver *s, sg_leaf_numbers *runs);

#endif
