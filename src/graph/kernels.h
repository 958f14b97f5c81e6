/* sgrad: what the words in ops.def mean in C, and the value kernels made from its rows.
 *
 * Internal to src/graph: the words are short and would clash elsewhere. Functions that libm has are
 * libm's; the rest follow CORNERS.md. Forms with exp(-|a|) never overflow.
 */
#ifndef SG_GRAPH_KERNELS_H
#define SG_GRAPH_KERNELS_H

#include "graph/ops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The payload marks it among the quiet nans that arithmetic makes. */
#define SG_NOTHING_BITS UINT64_C(0x7FF8005E1EC70000)

static inline double sg_nothing(void) {
  uint64_t bits = SG_NOTHING_BITS;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline bool sg_is_nothing(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits == SG_NOTHING_BITS;
}

#define where(condition, x, y) ((condition) ? (x) : (y))
#define nothing sg_nothing()
#define inf ((double)INFINITY)
#define abs(a) fabs(a)
#define round(a) rint(a) /* half to even, as Python's */

static inline double sigmoid(double a) {
  double e = exp(-fabs(a));
  return (a > 0. ? 1. : e) / (1. + e);
}

static inline double dsigmoid(double a) {
  double e = exp(-fabs(a));
  return e / ((1. + e) * (1. + e));
}

static inline double sech2(double a) {
  double e = exp(-2. * fabs(a));
  return 4. * e / ((1. + e) * (1. + e));
}

/* exp(-a^2) with a^2 = high^2 + (a - high)(a + high), where high has 26 bits, so that its square is
 * exact: rounding the square itself would cost a^2 ulp. */
static inline double gauss(double a) {
  if (fabs(a) > 28.) return 0.;
  uint64_t bits;
  memcpy(&bits, &a, sizeof bits);
  bits &= ~((UINT64_C(1) << 27) - 1);
  double high;
  memcpy(&high, &bits, sizeof high);
  return a - a == 0. ? exp(-high * high) * exp(-(a - high) * (a + high)) : a;
}

/* fmod, by the processor's division where both are whole and small. The sign of a 0 may differ. */
static inline double remainder_of(double a, double b) {
  bool small = fabs(a) < 0x1p31 && fabs(b) < 0x1p31 && b != 0.;
  int64_t m = small ? (int64_t)a : 0, n = small ? (int64_t)b : 0;
  return small && (double)m == a && (double)n == b ? (double)(m % n) : fmod(a, b);
}

/* Python's float // and %: the remainder has the divisor's sign. */
static inline double modulo(double a, double b) {
  double m = remainder_of(a, b);
  if (m == 0.) return copysign(0., b);
  return (b < 0.) != (m < 0.) ? m + b : m;
}

static inline double floordiv(double a, double b) {
  if (b == 0.) return a / b;
  double m = remainder_of(a, b), quotient = (a - m) / b;
  if (m != 0. && (b < 0.) != (m < 0.)) quotient -= 1.;
  if (quotient == 0.) return copysign(0., a / b);
  double whole = floor(quotient);
  return quotient - whole > 0.5 ? whole + 1. : whole;
}

#define SG_CASE1_1(id, value)                                                                      \
  case SG_OP_##id:                                                                                 \
    return value;
#define SG_CASE1_2(id, value)
#define SG_CASE2_1(id, value)
#define SG_CASE2_2(id, value)                                                                      \
  case SG_OP_##id: return value;

static inline double sg_kernel1(sg_op op, double a) {
  switch (op) {
#define OP(id, name, arity, value, ...) SG_CASE1_##arity(id, value)
#include "graph/ops.def"
  default: abort();
  }
}

static inline double sg_kernel2(sg_op op, double a, double b) {
  switch (op) {
#define OP(id, name, arity, value, ...) SG_CASE2_##arity(id, value)
#include "graph/ops.def"
  default: abort();
  }
}

#endif
