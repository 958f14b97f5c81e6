/* sgrad: what the parts of load that read the note share.
 *
 * Errors: functions return false with the error of the evaluator set, or else with a problem of
 * `json`, or with neither where memory ran out.
 */
#ifndef SG_BUILTINS_NN_RESTORE_H
#define SG_BUILTINS_NN_RESTORE_H

#include "builtins/nn/store.h"

typedef struct sg_restorer {
  sg_stored *stored;
  sg_json json;
  sg_buffer text; /* the string last read */
  uint32_t depth;
  sg_node first; /* leaf number 0: the others follow */
  uint32_t leaf_count;
} sg_restorer;

/* Sets what is wrong with the note where it has been read to. Always false. */
bool sg_restore_fail(sg_restorer *r, const char *problem);
bool sg_restore_value(sg_restorer *r, sg_value *out);
/* [NODE, ...] */
bool sg_restore_items(sg_restorer *r, sg_list **out);
/* That an object ends here. */
bool sg_restore_close(sg_restorer *r, bool *first);

/* A tensor's name, which must not have come before: its number. */
bool sg_restore_tensor(sg_restorer *r, uint32_t *number);
/* Its value, once. */
sg_value sg_restore_take(sg_restorer *r, uint32_t number);

/* The first of `count` leaves, by its number. */
bool sg_restore_leaves(sg_restorer *r, uint64_t count, sg_node *first);

/* RUNS, run by run. */
typedef struct sg_leaf_reader {
  sg_node next;
  uint32_t left; /* of the run being read */
  bool first;
} sg_leaf_reader;
bool sg_restore_start_runs(sg_restorer *r, sg_leaf_reader *runs);
/* Reads a run, of 1 leaf at least; `*more` is false at the end. */
bool sg_restore_next_run(sg_restorer *r, sg_leaf_reader *runs, bool *more);

/* restore_native.c: what follows {"model": and {"optimizer": */
bool sg_restore_model(sg_restorer *r, bool *first, sg_value *out);
bool sg_restore_optimizer(sg_restorer *r, bool *first, sg_value *out);

#endif
