/* sgrad: how a model does on many samples: loss and accuracy, gathered batch by batch. */
#ifndef SG_NN_SCORE_H
#define SG_NN_SCORE_H

#include "nn/metric.h"

/* Which scores say 1 where there is one a sample. */
typedef enum sg_threshold {
  SG_THRESHOLD_ZERO, /* above 0: logits, and scores of targets -1 and 1 */
  SG_THRESHOLD_HALF, /* above 0.5: probabilities, and predictions of 0 and 1 */
  SG_THRESHOLD_SEEN  /* above 0.5 as long as all scores lay from 0 to 1, else above 0 */
} sg_threshold;

/* How many samples are right. */
typedef struct sg_right {
  uint32_t samples; /* that were looked at */
  uint32_t at_zero; /* right by a threshold of 0, or by the largest of several scores */
  uint32_t at_half; /* right by a threshold of 0.5 */
  bool is_outside;  /* some score lay outside 0 to 1 */
} sg_right;

/* Of samples with one score each, and targets of 0 and 1, or -1 and 1. */
sg_right sg_right_of_signs(const double *scores, const double *targets, uint32_t samples);
/* Of samples with a score for each class (laid out as in nn/metric.h) and the index of theirs. */
sg_right sg_right_of_classes(const double *scores, const uint32_t *classes, uint32_t samples,
                             uint32_t width);
void sg_right_add(sg_right *sum, const sg_right *more);
/* The share of samples that are right; nan of none. */
double sg_right_share(const sg_right *right, sg_threshold threshold);

/* What one batch showed. */
typedef struct sg_batch_score {
  double loss;
  sg_right right; /* all zero where nothing can be right or wrong */
} sg_batch_score;

/* What many did. */
typedef struct sg_score {
  uint32_t samples;
  uint32_t batches;
  double total; /* of the losses of steps */
  double loss;  /* the mean of what was added */
  sg_right right;
} sg_score;

/* Each batch counts alike in the mean of the losses, as an epoch's steps do: their sum, one after
 * the other, by their number, to the bit. */
void sg_score_add_step(sg_score *score, const sg_batch_score *batch, uint32_t samples);
/* Each sample counts alike. The mean of a single batch is its loss, to the bit. */
void sg_score_add_batch(sg_score *score, const sg_batch_score *batch, uint32_t samples);

#endif
