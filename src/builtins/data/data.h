/* sgrad: what the builtins of data sets share: their random numbers, and lists of samples. */
#ifndef SG_BUILTINS_DATA_DATA_H
#define SG_BUILTINS_DATA_DATA_H

#include "builtins/argument.h"
#include "nn/order.h"

/* The generator of a call: one of its own where `seed=` is given, else a copy of the session's,
 * which sg_draw_end puts back when the call has done its work: all or nothing. */
typedef struct sg_draw {
  sg_random random;
  bool own;
} sg_draw;

bool sg_draw_start(sg_vm *vm, const sg_call *call, uint32_t i, sg_draw *draw);
void sg_draw_end(sg_vm *vm, const sg_draw *draw);

/* The order of `count` samples, shuffled or as they are. False: error set; clear it all the same.
 */
bool sg_make_order(sg_vm *vm, uint32_t count, bool shuffled, sg_draw *draw, sg_order *order);

/* Polls once in a while, by what was done since: `work` counts small steps. False: interrupted. */
bool sg_poll_work(sg_vm *vm, uint64_t *work, uint64_t steps);

/* A list of samples, each a list of equally many numbers; or, flat, one of numbers, which are
 * samples of one feature. */
typedef struct sg_rows {
  sg_list *list;
  bool flat;
  uint32_t features; /* 0 when the list is empty */
} sg_rows;

bool sg_need_rows(sg_vm *vm, const sg_call *call, uint32_t i, sg_rows *out);
/* Copies the data of sample i to x[features]; given up on Ctrl-C where those are many. */
void sg_rows_read(sg_vm *vm, const sg_rows *rows, uint32_t i, double *x);

/* Samples and targets: two lists of one length. */
bool sg_need_samples(sg_vm *vm, const sg_call *call, sg_list **xs, sg_list **ys);

sg_builtin_run sg_run_moons; /* make.c */
sg_builtin_run sg_run_circles;
sg_builtin_run sg_run_spiral;
sg_builtin_run sg_run_blobs;
sg_builtin_run sg_run_xor;
sg_builtin_run sg_run_read_idx; /* idx.c */
sg_builtin_run sg_run_one_hot;  /* features.c */
sg_builtin_run sg_run_standardize;
sg_builtin_run sg_run_train_test_split; /* split.c */
sg_builtin_run sg_run_batches;

#endif
