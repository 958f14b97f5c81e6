/* sgrad: the axis of a plot: which numbers it spans, where they lie on it, and its ticks.
 *
 * Invariant: low < high, both finite (in their logarithms, where `log`), so that a place is a
 * number whatever doubles come; ticks ascend and lie within.
 */
#ifndef SG_VIEW_PLOT_SCALE_H
#define SG_VIEW_PLOT_SCALE_H

#include "base/number.h"

enum { SG_TICKS = 16, SG_TICK_DIGITS = 15 };

typedef struct sg_scale {
  double low, high;
  bool log;   /* base 10; then both are above 0 */
  bool whole; /* ticks at whole numbers alone: positions in a list */
  int digits; /* significant ones that tell the ticks apart */
  uint32_t count;
  double ticks[SG_TICKS];
} sg_scale;

/* The range of some numbers, grown one by one. Empty: low > high. */
typedef struct sg_range {
  double low, high;
} sg_range;

#define SG_RANGE_EMPTY ((sg_range){__builtin_inf(), -__builtin_inf()})

static inline void sg_range_add(sg_range *range, double x) {
  if (x < range->low) range->low = x;
  if (x > range->high) range->high = x;
}

/* Spans the range; what is empty or a single number is given some room. `log`, `whole` are set. */
void sg_scale_set(sg_scale *scale, sg_range range);
/* Gives it room at both ends, as a share of its length. */
void sg_scale_widen(sg_scale *scale, double share);
/* Chooses about so many ticks, at multiples of 1, 2 or 5 times a power of ten. `round`: its ends
 * move outward to ticks. */
void sg_scale_mark(sg_scale *scale, uint32_t about, bool round);
/* 0 at the low end, 1 at the high end. x lies within. */
double sg_scale_place(const sg_scale *scale, double x);
/* The number at a place: the inverse. */
double sg_scale_at(const sg_scale *scale, double place);
const char *sg_scale_label(const sg_scale *scale, uint32_t tick, char out[SG_NUMBER_SIZE]);

#endif
