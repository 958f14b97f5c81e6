/* sgrad: training: epochs over batches of samples.
 *
 * The loop knows no model. It says which samples a step takes, and what follows from the numbers
 * that steps and validation give back; computing those, and telling of them, are callbacks.
 *
 * Invariant: a step that fails has changed nothing, so that wherever the loop ends the parameters
 * are as the last finished step left them.
 */
#ifndef SG_NN_TRAIN_H
#define SG_NN_TRAIN_H

#include "nn/order.h"
#include "nn/score.h"

typedef struct sg_epoch {
  uint32_t number;     /* from 1 */
  sg_score score;      /* of its steps: what each found before it moved a parameter */
  sg_score validation; /* of no samples: there is none */
  sg_right seen;       /* since the first epoch, with this one */
  double seconds;
} sg_epoch;

typedef enum sg_train_end {
  SG_TRAIN_EPOCHS,      /* all of them are done */
  SG_TRAIN_UNTIL,       /* the loss has come down to the target, or `end_epoch` wants no more */
  SG_TRAIN_PATIENCE,    /* the loss has not become smaller for so many epochs */
  SG_TRAIN_INTERRUPTED, /* by Ctrl-C, between two steps */
  SG_TRAIN_DIVERGED,    /* a loss is inf or nan; that step has changed nothing */
  SG_TRAIN_FAILED       /* a callback has */
} sg_train_end;

typedef struct sg_train {
  uint32_t batch;    /* samples of a step, at least 1; the last one of an epoch may have fewer */
  uint32_t epochs;   /* at most */
  bool shuffle;      /* before each epoch, where that has more than one step */
  double target;     /* of an epoch's loss; -inf: none */
  uint32_t patience; /* in epochs; 0: endless. It watches the validation's loss if there is one */
  sg_random *random; /* what shuffling draws from */
  void *context;     /* of the callbacks; each returns false when it has failed */
  /* Computes the loss of some samples, and moves the parameters if that is finite. */
  bool (*step)(void *context, const uint32_t *samples, uint32_t count, sg_batch_score *out);
  bool (*validate)(void *context, sg_score *out); /* NULL: there is no validation */
  bool (*end_epoch)(void *context, const sg_epoch *epoch, bool *stop);

  /* How far it has come. */
  sg_epoch epoch;       /* the one that runs, or ran last */
  uint32_t finished;    /* epochs */
  double least;         /* the smallest loss that patience has seen, ... */
  uint32_t least_epoch; /* ... and in which */
} sg_train;

/* How many steps an epoch has. */
static inline uint32_t sg_train_steps(const sg_train *train, const sg_order *order) {
  return order->count / train->batch + (order->count % train->batch > 0);
}

/* Goes through the samples of `order`, which is shuffled on the way; it has at least one. */
sg_train_end sg_train_run(sg_train *train, sg_order *order);

/* Seconds on a clock that never goes back. */
double sg_train_clock(void);

#endif
