/* sgrad: the builtins: a table a subject, all of them in one list.
 *
 * Invariant: rows and tables are constant; a table ends in a row without a name, and no name stands
 * in two of them. To add a builtin, add a row; to add a subject, add its table here and to the list
 * in builtins.c.
 */
#ifndef SG_BUILTINS_BUILTINS_H
#define SG_BUILTINS_BUILTINS_H

#include "runtime/builtin.h"

extern const sg_builtin *const sg_builtin_tables[]; /* NULL ends */

/* Names that begin as plain numbers: pi, inf, nan. */
typedef struct sg_builtin_constant {
  const char *name; /* NULL ends */
  double value;
  const char *doc;
} sg_builtin_constant;

extern const sg_builtin_constant sg_builtin_constants[];

extern const sg_builtin sg_math_builtins[];         /* math.c: scalar functions */
extern const sg_builtin sg_aggregate_builtins[];    /* aggregate.c: sum, mean, max, softmax, ... */
extern const sg_builtin sg_list_builtins[];         /* list.c: making, changing, asking lists */
extern const sg_builtin sg_sequence_builtins[];     /* sequence.c: zip, map, filter, sorted, ... */
extern const sg_builtin sg_string_builtins[];       /* string.c */
extern const sg_builtin sg_convert_builtins[];      /* convert.c: str, num, int, type, ... */
extern const sg_builtin sg_random_builtins[];       /* random.c */
extern const sg_builtin sg_graph_builtins[];        /* graph.c: backward, zero_grad, leaf, ... */
extern const sg_builtin sg_gradient_builtins[];     /* gradient.c: grad, value_and_grad */
extern const sg_builtin sg_nn_model_builtins[];     /* nn/model.c: mlp, linear, parameters, ... */
extern const sg_builtin sg_nn_store_builtins[];     /* nn/store.c: save, load */
extern const sg_builtin sg_nn_loss_builtins[];      /* nn/loss.c: mse, cross_entropy, l2, ... */
extern const sg_builtin sg_nn_optimizer_builtins[]; /* nn/optimizer.c: sgd, adam, ... */
extern const sg_builtin sg_nn_schedule_builtins[];  /* nn/schedule.c: cosine, warmup, ... */
extern const sg_builtin sg_nn_metric_builtins[];    /* nn/metric.c: accuracy */
extern const sg_builtin sg_nn_train_builtins[];     /* nn/train.c: train, evaluate, confusion */
extern const sg_builtin sg_csv_builtins[];          /* data/csv.c */
extern const sg_builtin sg_data_builtins[]; /* data/data.c: data sets: moons, read_idx, ... */
extern const sg_builtin sg_io_builtins[];   /* io.c: print, input, try, run, ... */

#endif
