/* sgrad: the axis of a plot. */
#include "view/plot/scale.h"

#include <float.h>
#include <math.h>

/* Doubles closer together than this share of their size are one number to the eye, and too close
 * for ticks between them. */
static const double resolution = 1e-12;

static double size_of(double low, double high) { return fmax(fabs(low), fabs(high)); }

void sg_scale_set(sg_scale *scale, sg_range range) {
  double low = range.low, high = range.high;
  if (!(low <= high)) low = high = scale->log ? 1 : 0;
  if (scale->log) {
    if (!(log10(high) - log10(low) > resolution)) {
      if (low / 2 > 0) low /= 2;
      high = fmin(high * 2, DBL_MAX);
    }
  } else if (!(high / 2 - low / 2 > size_of(low, high) * resolution)) {
    double room = fmax(size_of(low, high) / 10, DBL_MIN);
    if (low == 0) room = 1;
    low = fmax(low - room, -DBL_MAX);
    high = fmin(high + room, DBL_MAX);
  }
  scale->low = low;
  scale->high = high;
  scale->count = 0;
}

void sg_scale_widen(sg_scale *scale, double share) {
  double low = sg_scale_at(scale, -share), high = sg_scale_at(scale, 1 + share);
  if (isfinite(low) && (!scale->log || low > 0)) scale->low = low;
  if (isfinite(high)) scale->high = high;
}

double sg_scale_place(const sg_scale *scale, double x) {
  double low = scale->low / 2, high = scale->high / 2;
  if (scale->log) return (log10(x) - log10(scale->low)) / (log10(scale->high) - log10(scale->low));
  return (x / 2 - low) / (high - low);
}

double sg_scale_at(const sg_scale *scale, double place) {
  double low = scale->low, high = scale->high;
  if (scale->log) return pow(10, log10(low) * (1 - place) + log10(high) * place);
  return low * (1 - place) + high * place;
}

/* 1, 2, 5 or 10 times a power of ten, the least that is not below x; `x` itself where there is no
 * such double. */
static double round_up(double x) {
  static const double steps[] = {1, 2, 5, 10};
  double power = pow(10, floor(log10(x)));
  if (!(power >= DBL_MIN && power <= DBL_MAX / 10)) return x;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (steps[i] * power >= x * (1 - 1e-9)) return steps[i] * power;
  return 10 * power;
}

/* Ends that a rounding error would leave out are let in. */
static void add_tick(sg_scale *scale, double x, double step) {
  if (x < scale->low && x >= scale->low - step * 1e-6) x = scale->low;
  if (x > scale->high && x <= scale->high + step * 1e-6) x = scale->high;
  if (scale->count < SG_TICKS && x >= scale->low && x <= scale->high)
    scale->ticks[scale->count++] = x;
}

/* Moves the ends outward to multiples of half a step. */
static void round_ends(sg_scale *scale, double step) {
  double low = floor(scale->low / step + 1e-9) * step,
         high = ceil(scale->high / step - 1e-9) * step;
  if (!isfinite(low) || !isfinite(high)) return;
  scale->low = fmin(scale->low, low);
  scale->high = fmax(scale->high, high);
}

static void mark_linear(sg_scale *scale, uint32_t about, bool round) {
  double step = round_up(scale->high / about - scale->low / about);
  if (scale->whole && step < 1) step = 1;
  if (round) round_ends(scale, step / 2);
  double first = ceil(scale->low / step - 1e-6), last = floor(scale->high / step + 1e-6);
  for (double k = first; k <= last && scale->count < SG_TICKS; k++)
    add_tick(scale, k == 0 ? 0 : k * step, step);
  double places = log10(size_of(scale->low, scale->high) / step);
  scale->digits = places > 0 && places < SG_TICK_DIGITS - 2 ? (int)places + 2 : 2;
}

/* Powers of ten, some left out where there are many; 2 and 5 times them where there are few. */
static void mark_log(sg_scale *scale, uint32_t about, bool round) {
  static const double few[] = {1, 2, 5}, one[] = {1};
  double first = floor(log10(scale->low) + 1e-9), last = ceil(log10(scale->high) - 1e-9);
  double each = ceil((last - first) / about);
  bool fill = (log10(scale->high) - log10(scale->low)) * 3 <= about;
  if (each < 1) each = 1;
  first = floor(first / each) * each;
  last = ceil(last / each) * each;
  if (round && !fill && pow(10, first) >= DBL_MIN && isfinite(pow(10, last))) {
    scale->low = fmin(scale->low, pow(10, first));
    scale->high = fmax(scale->high, pow(10, last));
  }
  for (double k = first; k <= last; k += each)
    for (int i = 0; i < (fill ? 3 : 1); i++) add_tick(scale, pow(10, k) * (fill ? few : one)[i], 0);
  scale->digits = 2;
}

void sg_scale_mark(sg_scale *scale, uint32_t about, bool round) {
  scale->count = 0;
  if (about < 1) about = 1;
  if (about > SG_TICKS - 4) about = SG_TICKS - 4;
  if (scale->log)
    mark_log(scale, about, round);
  else
    mark_linear(scale, about, round);
}

const char *sg_scale_label(const sg_scale *scale, uint32_t tick, char out[SG_NUMBER_SIZE]) {
  double x = scale->ticks[tick];
  bool plain = fabs(x) < 1e6 && scale->digits < 7;
  sg_number_short(out, x, plain ? 7 : scale->digits);
  return out;
}
