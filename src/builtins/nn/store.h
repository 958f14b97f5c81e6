/* sgrad: values in safetensors files: save and load.
 *
 * What is numbers, or true and false, in the shape of a tensor is one; the metadata's text "sgrad"
 * says what the tensors are part of, in JSON:
 *
 *   NOTE  {"version": 1, "crc32": [C, ...], "leaves": N, "value": NODE}
 *         C of the bytes behind the checksums, then of each tensor in the order of the data; no C
 *         at all: nothing is checked
 *   NODE  null, true, false, a text, a number (a constant)
 *         {"tensor": NAME}                            constants or bools, in nested lists
 *         {"leaves": NAME, "at": RUNS}                leaves
 *         {"list": [NODE, ...]}, {"record": {KEY: NODE, ...}}
 *         {"function": NAME, "held": [NODE, ...]}     a builtin; "held" is what it was made of
 *         {"model": "linear", "weight": NAME, "bias": NAME or null, "act": NAME, "training": B,
 *          "at": K}
 *         {"model": "mlp", "layers": [NODE, ...], "training": B}
 *         {"model": "dropout", "p": P, "training": B}
 *         {"optimizer": "adam", "hyper": {NAME: number, pair or bool, ...}, "rate": NODE,
 *          "steps": N, "own": NAME or null, "from": K, "params": RUNS, "state": {NAME: NAME, ...}}
 *
 * The N leaves have numbers from 0, by which the parts of a value share them: those of a layer are
 * the numbers from K on, those of RUNS, [[K, count], ...], come one run after the other.
 */
#ifndef SG_BUILTINS_NN_STORE_H
#define SG_BUILTINS_NN_STORE_H

#include "base/json.h"
#include "builtins/argument.h"
#include "nn/safetensors.h"

enum { SG_STORE_VERSION = 1, SG_STORE_DEPTH = 200 };

/* What was read of a file. */
typedef struct sg_stored {
  sg_vm *vm;
  const char *path; /* not owned */
  sg_tensors tensors;
  sg_value *values; /* [tensors.count] nested lists of constants or bools, new ones; owned */
  uint64_t data;    /* where the data begin in the file */
  uint32_t *checks; /* [tensors.count] CRC-32 (zlib's) of the data of each; owned */
} sg_stored;

/* restore.c: the value that the note describes, or without one a record of the tensors. The
 * values are used up. */
bool sg_store_restore(sg_stored *stored, sg_value *result);
/* The CRC-32 of bytes. False: interrupted. */
bool sg_store_sum(sg_vm *vm, const char *bytes, size_t count, uint32_t *sum);
/* Fails with "PATH: in the metadata, at character 12: ...", unless an error is set. Always false.
 */
bool sg_store_fail_note(sg_stored *stored, sg_json *json);

sg_builtin_run sg_run_save; /* save.c */
sg_builtin_run sg_run_load; /* load.c */

#endif
