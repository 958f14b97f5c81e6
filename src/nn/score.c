/* sgrad: how a model does on many samples. */
#include "nn/score.h"

#include <math.h>

static bool is_outside(const double *scores, uint32_t samples) {
  for (uint32_t s = 0; s < samples; s++)
    if (!(scores[s] >= 0. && scores[s] <= 1.)) return true;
  return false;
}

sg_right sg_right_of_signs(const double *scores, const double *targets, uint32_t samples) {
  return (sg_right){.samples = samples,
                    .at_zero = sg_metric_count_signs(scores, targets, samples, 0.),
                    .at_half = sg_metric_count_signs(scores, targets, samples, 0.5),
                    .is_outside = is_outside(scores, samples)};
}

sg_right sg_right_of_classes(const double *scores, const uint32_t *classes, uint32_t samples,
                             uint32_t width) {
  uint32_t right = sg_metric_count_classes(scores, classes, samples, width);
  return (sg_right){.samples = samples, .at_zero = right, .at_half = right};
}

void sg_right_add(sg_right *sum, const sg_right *more) {
  sum->samples += more->samples;
  sum->at_zero += more->at_zero;
  sum->at_half += more->at_half;
  sum->is_outside = sum->is_outside || more->is_outside;
}

double sg_right_share(const sg_right *right, sg_threshold threshold) {
  bool half =
      threshold == SG_THRESHOLD_HALF || (threshold == SG_THRESHOLD_SEEN && !right->is_outside);
  return right->samples ? (double)(half ? right->at_half : right->at_zero) / right->samples : NAN;
}

static void count(sg_score *score, const sg_batch_score *batch, uint32_t samples) {
  score->samples += samples;
  score->batches++;
  sg_right_add(&score->right, &batch->right);
}

void sg_score_add_step(sg_score *score, const sg_batch_score *batch, uint32_t samples) {
  count(score, batch, samples);
  score->total += batch->loss;
  score->loss = score->total / score->batches;
}

void sg_score_add_batch(sg_score *score, const sg_batch_score *batch, uint32_t samples) {
  count(score, batch, samples);
  score->loss += (batch->loss - score->loss) * ((double)samples / score->samples);
}
