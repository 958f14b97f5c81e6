/* sgrad: an argument that is a batch: one number, a list of numbers, or a list of samples, each a
 * list of equally many numbers.
 *
 * Invariant: a batch refers to lists of the program and changes none; it is valid as long as
 * nothing of sgrad's is called.
 */
#ifndef SG_BUILTINS_BATCH_H
#define SG_BUILTINS_BATCH_H

#include "graph/shaped.h"
#include "runtime/vm.h"

typedef enum sg_given_form { SG_BATCH_NUMBER, SG_BATCH_NUMBERS, SG_BATCH_SAMPLES } sg_given_form;

typedef struct sg_given_batch {
  sg_given_form form;
  uint32_t count;        /* numbers, or samples; at least 1 */
  uint32_t width;        /* numbers a sample; 1 unless SAMPLES */
  const sg_value *items; /* [count], numbers or lists */
} sg_given_batch;

/* Reads argument i. Empty lists, and samples of unequal size, are errors. */
bool sg_need_batch(sg_vm *vm, const sg_call *call, uint32_t i, sg_given_batch *batch);
/* How many numbers there are; false, error set: more than a list can hold. */
bool sg_given_total(sg_vm *vm, const sg_given_batch *batch, uint32_t *out);

/* "a number", "3 numbers", "2 samples of 3". */
enum { SG_BATCH_TEXT_SIZE = 64 };
void sg_given_describe(const sg_given_batch *batch, char out[SG_BATCH_TEXT_SIZE]);

/* The numbers of a batch as a vector, feature-major. */
typedef struct sg_flat {
  sg_vector vector;
  sg_value *owned; /* [vector.count], or NULL: the vector is a list of the program */
} sg_flat;

/* False: out of memory or interrupted, error set, nothing to clear. */
bool sg_flat_open(sg_vm *vm, const sg_given_batch *batch, sg_flat *flat);
void sg_flat_clear(sg_vm *vm, sg_flat *flat);

#endif
