/* sgrad: a grid of a model's outputs over a rectangle, and the class that it gives each place.
 *
 * Between the grid's nodes outputs are interpolated, bilinearly. One output tells class 1, above
 * the threshold, from class 0; of several the largest gives the class.
 */
#ifndef SG_VIEW_PLOT_REGION_H
#define SG_VIEW_PLOT_REGION_H

#include "base/memory.h"

typedef struct sg_region {
  sg_memory *memory; /* not owned */
  uint32_t columns, rows, outputs;
  double threshold;
  double *scores; /* [rows][columns][outputs], the lowest row first; owned; NULL: no region */
} sg_region;

/* Room for the scores, all nan. False: out of memory. columns, rows >= 2. */
bool sg_region_init(sg_region *region, sg_memory *memory, uint32_t columns, uint32_t rows,
                    uint32_t outputs);
void sg_region_clear(sg_region *region);
static inline double *sg_region_node(const sg_region *region, uint32_t column, uint32_t row) {
  return region->scores + ((size_t)row * region->columns + column) * region->outputs;
}
/* How many classes there may be. */
static inline uint32_t sg_region_classes(const sg_region *region) {
  return region->outputs == 1 ? 2 : region->outputs;
}
/* The class that outputs give; -1: none, one is nan. */
int sg_region_decide(const sg_region *region, const double *outputs);
/* By how much the class beats the others at a node: above 0 inside its region. */
double sg_region_margin(const sg_region *region, const double *outputs, uint32_t class);
/* The class at a place, u and v from 0 to 1; -1: none. */
int sg_region_class(const sg_region *region, double u, double v);

#endif
