/* sgrad: blocks as elementary rows: what pictures draw and what derivatives as graph are built on.
 *
 * An expansion has the block's value (up to rounding) and its derivatives of every order, at the
 * corners of CORNERS.md too. Shifts and scales that keep exp and squares in range are plain
 * numbers: no derivative goes through them.
 */
#include "graph/backward.h"

#include "graph/blocks.h"
#include "graph/builder.h"
#include "graph/kernels.h"

#include <assert.h>

static double get_value(const sg_builder *b, uint32_t k) { return sg_tape_value(b->tape, b->x[k]); }

/* The operation between all operands, from the first on. */
static sg_value chain(sg_builder *b, sg_op op) {
  sg_value y = b->x[0];
  SG_EACH (k, 1, b->count) y = sg_build2(b, op, y, b->x[k]);
  return y;
}

static void sum_expand(sg_builder *b) { b->out[0] = chain(b, SG_OP_ADD); }

static void mean_expand(sg_builder *b) {
  b->out[0] = sg_build2(b, SG_OP_DIV, chain(b, SG_OP_ADD), sg_number(b->count));
}

static void prod_expand(sg_builder *b) { b->out[0] = chain(b, SG_OP_MUL); }

static void dot_expand(sg_builder *b) {
  uint32_t half = b->count / 2;
  sg_value y = sg_build2(b, SG_OP_MUL, b->x[0], b->x[half]);
  SG_EACH (k, 1, half)
    y = sg_build2(b, SG_OP_ADD, y, sg_build2(b, SG_OP_MUL, b->x[k], b->x[half + k]));
  b->out[0] = y;
}

/* The sum of the squares of x - shift; without a shift, of x. */
static sg_value add_squares(sg_builder *b, const sg_value *shift) {
  sg_value y = sg_number(0.);
  SG_EACH (k, 0, b->count) {
    sg_value x = shift ? sg_build2(b, SG_OP_SUB, b->x[k], *shift) : b->x[k];
    sg_value square = sg_build2(b, SG_OP_MUL, x, x);
    y = k == 0 ? square : sg_build2(b, SG_OP_ADD, y, square);
  }
  return y;
}

static void var_expand(sg_builder *b) {
  sg_value mean = sg_build2(b, SG_OP_DIV, chain(b, SG_OP_ADD), sg_number(b->count));
  b->out[0] = sg_build2(b, SG_OP_DIV, add_squares(b, &mean), sg_number(b->count - 1.));
}

/* hypot is 0 with derivative 0 at zeros, to every order; the root of a sum of squares is not. */
static sg_value chain_zeros(sg_builder *b) {
  sg_value y = sg_build2(b, SG_OP_HYPOT, b->x[0], sg_number(0.));
  SG_EACH (k, 1, b->count) y = sg_build2(b, SG_OP_HYPOT, y, b->x[k]);
  return y;
}

static void std_expand(sg_builder *b) {
  bool equal = b->count > 1;
  SG_EACH (k, 1, b->count) equal &= get_value(b, k) == get_value(b, 0);
  if (!equal) {
    var_expand(b);
    b->out[0] = sg_build1(b, SG_OP_SQRT, b->out[0]);
    return;
  }
  sg_value shift = sg_number(get_value(b, 0)), y = sg_number(0.);
  SG_EACH (k, 0, b->count)
    y = sg_build2(b, SG_OP_HYPOT, y, sg_build2(b, SG_OP_SUB, b->x[k], shift));
  b->out[0] = y;
}

static void norm_expand(sg_builder *b) {
  double largest = 0.;
  SG_EACH (k, 0, b->count) largest = fmax(largest, fabs(get_value(b, k)));
  if (largest == 0.) {
    b->out[0] = chain_zeros(b);
    return;
  }
  bool in_range = largest > 1e-140 && largest < 1e150;
  if (in_range || largest == inf) {
    b->out[0] = sg_build1(b, SG_OP_SQRT, add_squares(b, NULL));
    return;
  }
  sg_value y = sg_number(0.), scale = sg_number(largest);
  SG_EACH (k, 0, b->count) {
    sg_value x = sg_build2(b, SG_OP_DIV, b->x[k], scale);
    sg_value square = sg_build2(b, SG_OP_MUL, x, x);
    y = k == 0 ? square : sg_build2(b, SG_OP_ADD, y, square);
  }
  b->out[0] = sg_build2(b, SG_OP_MUL, scale, sg_build1(b, SG_OP_SQRT, y));
}

/* The mean of the operands that are the value. */
static void choose(sg_builder *b, double value) {
  sg_value y = sg_number(value);
  uint32_t ties = 0;
  SG_EACH (k, 0, b->count) {
    if (!sg_block_is_chosen(get_value(b, k), value)) continue;
    y = ties++ == 0 ? b->x[k] : sg_build2(b, SG_OP_ADD, y, b->x[k]);
  }
  b->out[0] =
      ties == 1 ? sg_build1(b, SG_OP_WHERE, y) : sg_build2(b, SG_OP_DIV, y, sg_number(ties));
}

/* The value that comes first by `op`; nan comes before all. */
static double find_first(const sg_builder *b, sg_op op) {
  double y = get_value(b, 0);
  SG_EACH (k, 1, b->count) y = sg_op_value2(op, y, get_value(b, k));
  return y;
}

static void max_expand(sg_builder *b) { choose(b, find_first(b, SG_OP_MAX)); }
static void min_expand(sg_builder *b) { choose(b, find_first(b, SG_OP_MIN)); }

static void clip_expand(sg_builder *b) {
  double x[3] = {get_value(b, 0), get_value(b, 1), get_value(b, 2)};
  uint32_t chosen = sg_block_choose_clip(x);
  b->out[0] = chosen == SG_CLIP_NONE ? sg_number(x[1]) : sg_build1(b, SG_OP_WHERE, b->x[chosen]);
}

static sg_value exponential(sg_builder *b, uint32_t k, double shift) {
  return sg_build1(b, SG_OP_EXP, sg_build2(b, SG_OP_SUB, b->x[k], sg_number(shift)));
}

static sg_value add_exponentials(sg_builder *b, double shift) {
  sg_value y = exponential(b, 0, shift);
  SG_EACH (k, 1, b->count) y = sg_build2(b, SG_OP_ADD, y, exponential(b, k, shift));
  return y;
}

static void logsumexp_expand(sg_builder *b) {
  double largest = find_first(b, SG_OP_MAX);
  if (largest == inf)
    choose(b, largest);
  else if (largest == -inf)
    b->out[0] = sg_number(largest);
  else
    b->out[0] = sg_build2(b, SG_OP_ADD, sg_number(largest),
                          sg_build1(b, SG_OP_LOG, add_exponentials(b, largest)));
}

static void softmax_expand(sg_builder *b) {
  double largest = find_first(b, SG_OP_MAX);
  sg_value sum = sg_number(0.);
  SG_EACH (k, 0, b->count) {
    b->out[k] = exponential(b, k, largest);
    sum = k == 0 ? b->out[0] : sg_build2(b, SG_OP_ADD, sum, b->out[k]);
  }
  SG_EACH (k, 0, b->count) b->out[k] = sg_build2(b, SG_OP_DIV, b->out[k], sum);
}

static void log_softmax_expand(sg_builder *b) {
  double largest = find_first(b, SG_OP_MAX);
  sg_value shift = sg_build1(b, SG_OP_LOG, add_exponentials(b, largest));
  SG_EACH (k, 0, b->count) {
    sg_value x = sg_build2(b, SG_OP_SUB, b->x[k], sg_number(largest));
    b->out[k] = sg_build2(b, SG_OP_SUB, x, shift);
  }
}

static sg_build *const expansions[SG_OP_COUNT] = {
#define OP(...)
#define BLOCK(id, name, word, outputs) [SG_OP_##id] = word##_expand,
#include "graph/ops.def"
};

bool sg_tape_expand(sg_tape *tape, sg_op op, const sg_value *x, uint32_t count, sg_value *out) {
  assert(expansions[op] && count > 0);
  sg_builder b = {.tape = tape, .x = x, .count = count, .out = out};
  expansions[op](&b);
  return !b.failed && !sg_gave_up(count);
}
