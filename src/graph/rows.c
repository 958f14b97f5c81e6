/* sgrad: a loop for each row of ops.def that is an activation or a loss. */
#include "graph/rows.h"

#include "base/error.h"
#include "graph/kernels.h"
#include "graph/product.h"
#include "graph/sweep.h"

#include <assert.h>

enum { POLL_EVERY = 4096 };

/* How much of `count` is done in one go from `start` on. */
static size_t get_piece(size_t start, size_t count) {
  return count - start < POLL_EVERY ? count - start : POLL_EVERY;
}

/* Derivatives d become g * d, or no number. Apart from the loops that find them, and without a
 * branch, so that it vectorises. */
static SG_VECTORISED void scale(const double *g, double *restrict d, size_t count) {
  for (size_t k = 0; k < count; k++) {
    double product = g[k] * d[k] + 0.;
    uint64_t is_none = (uint64_t)sg_is_unreached(g[k]) | (uint64_t)sg_is_nothing(d[k]);
    d[k] = is_none ? -0. : product;
  }
}

/* The same with one g for all. */
static SG_VECTORISED void scale_by(double g, double *restrict d, size_t count) {
  uint64_t unreached = sg_is_unreached(g);
  for (size_t k = 0; k < count; k++) {
    double product = g * d[k] + 0.;
    d[k] = unreached | (uint64_t)sg_is_nothing(d[k]) ? -0. : product;
  }
}

/* ---- activations ---- */

#define FOR_EACH(id, ...)                                                                          \
  case SG_OP_##id:                                                                                 \
    for (size_t k = 0; k < count; k++) {                                                           \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
    return;
#define ROW_1 FOR_EACH
#define ROW_2(id, ...)
#define ACTIVATE(value)                                                                            \
  double a = x[k];                                                                                 \
  ys[k] = (value);
#define DIFFERENTIATE(da)                                                                          \
  double a = x[k], y = ys[k];                                                                      \
  (void)a, (void)y;                                                                                \
  d[k] = (da);
static void activate(sg_op op, const double *x, double *ys, size_t count) {
  switch (op) {
#define OP(id, name, arity, value, ...) ROW_##arity(id, ACTIVATE(value))
#define SELECT(...)
#define HIDDEN(...)
#define LOSS(...)
#include "graph/ops.def"
  default: assert(false);
  }
}

static void differentiate(sg_op op, const double *x, const double *ys, double *restrict d,
                          size_t count) {
  switch (op) {
#define OP(id, name, arity, value, da, ...) ROW_##arity(id, DIFFERENTIATE(da))
#define SELECT(...)
#define HIDDEN(...)
#define LOSS(...)
#include "graph/ops.def"
  default: assert(false);
  }
}

/* Rows that may select: relu and its kind, which have no function to call for each number. */

static SG_VECTORISED void select_all(sg_op op, const double b, const double *x, double *ys,
                                     size_t count) {
  switch (op) {
#define OP(...)
#define SELECT(id, name, arity, value, ...) FOR_EACH(id, ACTIVATE(value))
#define LOSS(...)
#include "graph/ops.def"
  default: assert(false);
  }
}

static SG_VECTORISED void differentiate_all(sg_op op, const double b, const double *x,
                                            const double *ys, double *restrict d, size_t count) {
  switch (op) {
#define OP(...)
#define SELECT(id, name, arity, value, da, ...) FOR_EACH(id, DIFFERENTIATE(da))
#define LOSS(...)
#include "graph/ops.def"
  default: assert(false);
  }
}

static bool is_selecting(sg_op op) {
  switch (op) {
#define OP(...)
#define SELECT(id, ...) case SG_OP_##id:
#define LOSS(...)
#include "graph/ops.def"
    return true;
  default: return false;
  }
}

bool sg_rows_is_activation(sg_op op) {
  const sg_op_info *info = sg_op_get(op);
  return is_selecting(op) || (info->arity == 1 && !info->hidden);
}

/* Where y is positive so is a; where y is 0, a is not positive. */
bool sg_rows_needs_operand(sg_op op) { return op != SG_OP_RELU && op != SG_OP_IDENTITY; }

bool sg_rows_is_tame(sg_op op, double b) {
  return op == SG_OP_IDENTITY || (is_selecting(op) && isfinite(b));
}

bool sg_rows_activate(sg_op op, double b, const double *a, double *y, size_t count) {
  for (size_t k = 0, piece; k < count; k += piece) {
    if (sg_interrupted) return false;
    piece = get_piece(k, count);
    if (is_selecting(op))
      select_all(op, b, a + k, y + k, piece);
    else
      activate(op, a + k, y + k, piece);
  }
  return true;
}

bool sg_rows_activate_back(sg_op op, double b, const double *a, const double *y, const double *g,
                           double *d, size_t count) {
  for (size_t k = 0, piece; k < count; k += piece) {
    if (sg_interrupted) return false;
    piece = get_piece(k, count);
    if (is_selecting(op))
      differentiate_all(op, b, a + k, y + k, d + k, piece);
    else
      differentiate(op, a + k, y + k, d + k, piece);
    scale(g + k, d + k, piece);
  }
  return true;
}

/* ---- losses ---- */

static void compare(sg_op op, double constant, const double *x, const double *t, double *ys,
                    size_t count) {
  switch (op) {
#define OP(...)
#define LOSS(id, name, arity, value, ...)                                                          \
  case SG_OP_##id:                                                                                 \
    for (size_t k = 0; k < count; k++) {                                                           \
      double a = SG_OP_##id == SG_OP_HUBER ? x[k] - t[k] : x[k];                                   \
      double b = SG_OP_##id == SG_OP_HUBER ? constant : t[k];                                      \
      ys[k] = (value);                                                                             \
    }                                                                                              \
    return;
#include "graph/ops.def"
  default: assert(false);
  }
}

static void differentiate_loss(sg_op op, double constant, const double *x, const double *t,
                               double *restrict dx, double *restrict dt, size_t count) {
  switch (op) {
#define OP(...)
#define LOSS(id, name, arity, value, da, db, ...)                                                  \
  case SG_OP_##id:                                                                                 \
    for (size_t k = 0; k < count; k++) {                                                           \
      double a = SG_OP_##id == SG_OP_HUBER ? x[k] - t[k] : x[k];                                   \
      double b = SG_OP_##id == SG_OP_HUBER ? constant : t[k], y = (value);                         \
      (void)y;                                                                                     \
      dx[k] = (da);                                                                                \
      dt[k] = SG_OP_##id == SG_OP_HUBER ? -(da) : (db);                                            \
    }                                                                                              \
    return;
#include "graph/ops.def"
  default: assert(false);
  }
}

bool sg_rows_compare(sg_op loss, double constant, const double *a, const double *b, double *y,
                     size_t count) {
  for (size_t k = 0, piece; k < count; k += piece) {
    if (sg_interrupted) return false;
    piece = get_piece(k, count);
    compare(loss, constant, a + k, b + k, y + k, piece);
  }
  return true;
}

bool sg_rows_compare_back(sg_op loss, double constant, const double *a, const double *b,
                          const double *g, bool single, double *da, double *db, size_t count) {
  for (size_t k = 0, piece; k < count; k += piece) {
    if (sg_interrupted) return false;
    piece = get_piece(k, count);
    differentiate_loss(loss, constant, a + k, b + k, da + k, db + k, piece);
    for (int side = 0; side < 2; side++) {
      double *d = (side == 0 ? da : db) + k;
      if (single)
        scale_by(g[0], d, piece);
      else
        scale(g + k, d, piece);
    }
  }
  return true;
}
