/* sgrad: a grid of a model's outputs. */
#include "view/plot/region.h"

#include <math.h>

bool sg_region_init(sg_region *region, sg_memory *memory, uint32_t columns, uint32_t rows,
                    uint32_t outputs) {
  size_t count = (size_t)columns * rows * outputs;
  *region = (sg_region){memory, columns, rows, outputs, 0, NULL};
  region->scores = sg_allocate(memory, count * sizeof(double));
  if (region->scores == NULL) return false;
  for (size_t i = 0; i < count; i++) region->scores[i] = NAN;
  return true;
}

void sg_region_clear(sg_region *region) {
  size_t count = (size_t)region->columns * region->rows * region->outputs;
  if (region->scores != NULL) sg_release(region->memory, region->scores, count * sizeof(double));
  *region = (sg_region){0};
}

int sg_region_decide(const sg_region *region, const double *outputs) {
  int best = 0;
  for (uint32_t k = 0; k < region->outputs; k++) {
    if (isnan(outputs[k])) return -1;
    if (outputs[k] > outputs[best]) best = (int)k;
  }
  return region->outputs == 1 ? outputs[0] > region->threshold : best;
}

double sg_region_margin(const sg_region *region, const double *outputs, uint32_t class) {
  if (region->outputs == 1)
    return class == 1 ? outputs[0] - region->threshold : region->threshold - outputs[0];
  double other = -INFINITY;
  for (uint32_t k = 0; k < region->outputs; k++)
    if (k != class && !(outputs[k] <= other)) other = outputs[k];
  return outputs[class] - other;
}

/* The node at or before a place on an axis, and how far behind it the place lies. */
static uint32_t find_node(double place, uint32_t nodes, double *behind) {
  double at = place * (nodes - 1);
  uint32_t node = at <= 0 ? 0 : at >= nodes - 1 ? nodes - 2 : (uint32_t)at;
  *behind = at - node;
  return node;
}

static double mix(double a, double b, double share) {
  return share == 0 ? a : share == 1 ? b : a * (1 - share) + b * share;
}

int sg_region_class(const sg_region *region, double u, double v) {
  double across, up, best = 0;
  uint32_t column = find_node(u, region->columns, &across);
  uint32_t row = find_node(v, region->rows, &up);
  const double *low = sg_region_node(region, column, row);
  const double *high = sg_region_node(region, column, row + 1);
  int class = 0;
  for (uint32_t k = 0; k < region->outputs; k++) {
    double score = mix(mix(low[k], low[k + region->outputs], across),
                       mix(high[k], high[k + region->outputs], across), up);
    if (isnan(score)) return -1;
    if (region->outputs == 1) return score > region->threshold;
    if (k == 0 || score > best) {
      best = score;
      class = (int)k;
    }
  }
  return class;
}
