/* sgrad: train, evaluate and confusion: what they share. */
#ifndef SG_BUILTINS_NN_TRAIN_H
#define SG_BUILTINS_NN_TRAIN_H

#include "builtins/nn/forward.h"
#include "builtins/nn/objective.h"
#include "nn/train.h"

/* Makes a list one of the same items that no program can change, rooted until the builtin returns.
 * The items may be lists, which programs can change still. False: error set. */
bool sg_keep_list(sg_vm *vm, sg_list **list);
/* Samples and as many targets, at least one of each, so kept. `i` and i + 1: which arguments.
 * False: error set. */
bool sg_need_pairs(sg_vm *vm, const sg_call *call, uint32_t i, sg_list **xs, sg_list **ys);

/* Goes through all samples, some at a time, recording nothing and with the model as it is in use.
 * `xs` and `ys` are rooted by the caller, as long as each other, changed by nobody. False: error
 * set. */
typedef struct sg_assessment {
  const sg_forward *forward;
  sg_objective *objective;
  sg_list *xs;
  sg_list *ys;
  void *context;
  /* Sees what the model gave for each batch; may be NULL. */
  bool (*see)(void *context, const sg_list *scores, const sg_list *targets);
} sg_assessment;

bool sg_assess(const sg_assessment *assessment, sg_score *out);

/* What train() tells of itself. */
typedef struct sg_report {
  sg_vm *vm;
  const sg_train *train;
  const sg_objective *objective;
  bool silent;
  uint32_t every;   /* epochs from one line to the next; 0: no such lines */
  uint32_t samples; /* of an epoch */
  uint32_t steps;   /* of an epoch */
  double start;     /* on sg_train_clock */
  double shown;     /* when the live line was shown last, or `start` */
  uint64_t seen;    /* samples, in all steps so far */
  sg_epoch last;    /* the last one finished; number 0: none yet */
} sg_report;

/* Of the terminal; 0: there is none. */
size_t sg_report_columns(const sg_report *report);
/* After each step: the live line, now and then. */
void sg_report_step(sg_report *report, uint32_t samples);
/* Takes the live line away, and the ^C with which a terminal shows an interrupt. */
void sg_report_drop(const sg_report *report, bool interrupted);
/* Lines that stay. False: one could not be written, error set. */
bool sg_report_epoch(sg_report *report, const sg_epoch *epoch);
bool sg_report_end(sg_report *report, sg_train_end end);

/* Parts of lines: "epoch  3/100", a loss padded to its column, "98.3%" after
 * padding to `width` digits. */
void sg_report_add_number(const sg_report *report, sg_buffer *out, uint32_t epoch);
void sg_report_add_loss(sg_buffer *out, double loss);
void sg_report_add_share(sg_buffer *out, double share, int width);
/* Of an epoch, by the threshold that all scores so far ask for. */
double sg_report_accuracy(const sg_report *report, const sg_epoch *epoch, const sg_right *right);

/* "epochs", "until", "patience", "interrupted". */
const char *sg_train_end_name(sg_train_end end);

sg_builtin_run sg_run_train;     /* train.c */
sg_builtin_run sg_run_evaluate;  /* evaluate.c */
sg_builtin_run sg_run_confusion; /* confusion.c */

#endif
