/* sgrad: features brought to mean 0 and standard deviation 1. */
#include "nn/standard.h"

#include <float.h>
#include <math.h>

enum { ARRAYS = 4 };

static size_t size_of(uint32_t features) { return ARRAYS * sizeof(double) * features; }

bool sg_standard_init(sg_standard *standard, sg_memory *memory, uint32_t features) {
  double *block = sg_allocate(memory, size_of(features));
  if (!block) return false;
  if (!sg_fill(memory, block, 0, size_of(features))) {
    sg_release(memory, block, size_of(features));
    return false;
  }
  *standard = (sg_standard){.memory = memory,
                            .features = features,
                            .mean = block,
                            .deviation = block + features,
                            .count = block + 2 * (size_t)features,
                            .correction = block + 3 * (size_t)features};
  return true;
}

void sg_standard_clear(sg_standard *standard) {
  sg_release(standard->memory, standard->mean, size_of(standard->features));
}

void sg_standard_sum(sg_standard *standard, const double *x) {
  SG_EACH (i, 0, standard->features) {
    bool present = !isnan(x[i]);
    standard->mean[i] += present ? x[i] : 0;
    standard->count[i] += present;
  }
}

void sg_standard_center(sg_standard *standard) {
  SG_EACH (i, 0, standard->features) standard->mean[i] /= standard->count[i];
}

void sg_standard_square(sg_standard *standard, const double *x) {
  SG_EACH (i, 0, standard->features) {
    double difference = isnan(x[i]) ? 0 : x[i] - standard->mean[i];
    standard->deviation[i] += difference * difference;
    standard->correction[i] += difference;
  }
}

void sg_standard_finish(sg_standard *standard) {
  SG_EACH (i, 0, standard->features) {
    double n = standard->count[i];
    double correction = standard->correction[i];
    double variance = (standard->deviation[i] - correction * correction / n) / n;
    double rounding = n * standard->mean[i] * DBL_EPSILON;
    bool constant = variance <= n * DBL_EPSILON * variance + rounding * rounding;
    standard->deviation[i] = constant ? 1 : sqrt(variance);
  }
}
