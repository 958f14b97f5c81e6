/* sgrad: training: epochs over batches of samples. */
#include "nn/train.h"

#include <math.h>
#include <time.h>

enum { GOES_ON = -1 }; /* beside sg_train_end */

double sg_train_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int run_steps(sg_train *train, const sg_order *order) {
  for (uint32_t at = 0, count; at < order->count; at += count) {
    sg_batch_score step = {.loss = 0.};
    count = order->count - at < train->batch ? order->count - at : train->batch;
    if (sg_interrupted) return SG_TRAIN_INTERRUPTED;
    if (!train->step(train->context, order->items + at, count, &step)) return SG_TRAIN_FAILED;
    if (!isfinite(step.loss)) return SG_TRAIN_DIVERGED;
    sg_score_add_step(&train->epoch.score, &step, count);
  }
  return GOES_ON;
}

static bool shuffle(const sg_train *train, sg_order *order) {
  sg_error error; /* of an interrupt: the only one there is */
  sg_error_clear(&error);
  return !train->shuffle || train->batch >= order->count ||
         sg_order_shuffle(order, train->random, &error);
}

/* Whether the epoch just done is the last one, and why. */
static int judge(sg_train *train, bool stop) {
  const sg_epoch *epoch = &train->epoch;
  double watched = epoch->validation.samples ? epoch->validation.loss : epoch->score.loss;
  if (train->finished == 1 || watched < train->least || isnan(train->least)) {
    train->least = watched;
    train->least_epoch = epoch->number;
  }
  if (stop || epoch->score.loss <= train->target) return SG_TRAIN_UNTIL;
  if (train->patience && epoch->number - train->least_epoch >= train->patience)
    return SG_TRAIN_PATIENCE;
  return GOES_ON;
}

static int run_epoch(sg_train *train, sg_order *order) {
  double start = sg_train_clock();
  sg_epoch *epoch = &train->epoch;
  bool stop = false;
  *epoch = (sg_epoch){.number = train->finished + 1, .seen = epoch->seen};
  if (!shuffle(train, order)) return SG_TRAIN_INTERRUPTED;
  int end = run_steps(train, order);
  if (end != GOES_ON) return end;
  sg_right_add(&epoch->seen, &epoch->score.right);
  if (train->validate && !train->validate(train->context, &epoch->validation))
    return SG_TRAIN_FAILED;
  epoch->seconds = sg_train_clock() - start;
  train->finished++;
  if (!train->end_epoch(train->context, epoch, &stop)) return SG_TRAIN_FAILED;
  return judge(train, stop);
}

sg_train_end sg_train_run(sg_train *train, sg_order *order) {
  int end = GOES_ON;
  train->finished = 0;
  train->epoch = (sg_epoch){.number = 0};
  while (end == GOES_ON && train->finished < train->epochs) end = run_epoch(train, order);
  return end == GOES_ON ? SG_TRAIN_EPOCHS : (sg_train_end)end;
}
