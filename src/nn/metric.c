/* sgrad: metrics. */
#include "nn/metric.h"

#include "base/interrupt.h"

#include <math.h>

/* Whether x is chosen over y, the best so far: a nan is, over what is none. */
static bool is_better(double x, double y) { return isnan(x) ? !isnan(y) : x > y; }

uint32_t sg_metric_argmax(const double *x, uint32_t count, size_t step) {
  uint32_t best = 0;
  SG_EACH (k, 1, count)
    if (is_better(x[k * step], x[best * step])) best = k;
  return best;
}

double sg_metric_threshold(const double *scores, const double *targets, uint32_t samples) {
  SG_EACH (s, 0, samples)
    if (targets[s] < 0. || !(scores[s] >= 0. && scores[s] <= 1.)) return 0.;
  return 0.5;
}

uint32_t sg_metric_count_signs(const double *scores, const double *targets, uint32_t samples,
                               double threshold) {
  uint32_t right = 0;
  SG_EACH (s, 0, samples) right += targets[s] > 0. ? scores[s] > threshold : scores[s] <= threshold;
  return right;
}

uint32_t sg_metric_count_classes(const double *scores, const uint32_t *classes, uint32_t samples,
                                 uint32_t width) {
  uint32_t right = 0;
  SG_EACH (s, 0, samples) {
    uint32_t best = sg_metric_argmax(scores + s, width, samples);
    right += best == classes[s] && !isnan(scores[(size_t)best * samples + s]);
  }
  return right;
}
