/* sgrad: tests of values and derivatives at kinks, edges of domains, infinities and nan: the rows
 * of the table of corners, first derivatives by both sweeps and second ones as graph. */
#include "tests/unit/graph_kit.h"

Suite *corners_suite(void);

#define INF INFINITY
#define ANY 12345. /* not asked for */

typedef struct corner {
  sg_op op;
  double a, b;           /* b: 0 for one operand */
  double y, da, db, daa; /* db: ANY for one operand */
} corner;

#define ONE(id, a, y, da, daa)                                                                     \
  { SG_OP_##id, a, 0., y, da, ANY, daa }
#define TWO(id, a, b, y, da, db, daa)                                                              \
  { SG_OP_##id, a, b, y, da, db, daa }

static const corner corners[] = {
    ONE(RELU, 0., 0., 0., 0.),
    ONE(RELU, -0., 0., 0., 0.),
    ONE(RELU, NAN, NAN, NAN, ANY),
    ONE(RELU, INF, INF, 1., 0.),
    ONE(ABS, 0., 0., 0., 0.),
    ONE(ABS, -0., 0., 0., 0.),
    ONE(ABS, NAN, NAN, NAN, ANY),
    TWO(LEAKY_RELU, 0., 0.01, 0., 0.01, 0., 0.),
    TWO(ELU, 0., 1.5, 0., 1.5, 0., 1.5),
    TWO(ELU, -INF, 1.5, -1.5, 0., -1., 0.),
    TWO(MAX, 2., 2., 2., 0.5, 0.5, 0.),
    TWO(MIN, 2., 2., 2., 0.5, 0.5, 0.),
    TWO(MAX, NAN, 1., NAN, 1., 0., 0.),
    TWO(MAX, 1., NAN, NAN, 0., 1., 0.),
    TWO(MIN, NAN, 1., NAN, 1., 0., 0.),
    TWO(MIN, 1., NAN, NAN, 0., 1., 0.),
    TWO(MAX, NAN, NAN, NAN, 0.5, 0.5, 0.),
    TWO(MIN, NAN, NAN, NAN, 0.5, 0.5, 0.),
    ONE(SIGN, 0., 0., 0., 0.),
    ONE(SIGN, NAN, NAN, 0., 0.),
    ONE(FLOOR, 1., 1., 0., 0.),
    ONE(CEIL, INF, INF, 0., 0.),
    ONE(ROUND, 0.5, 0., 0., 0.),
    TWO(FLOOR_DIVIDE, 1., 0., INF, 0., 0., 0.),
    TWO(MODULO, 1., 0., NAN, 1., -INF, 0.),
    TWO(MODULO, 7., 2., 1., 1., -3., 0.),
    TWO(MODULO, -7., 2., 1., 1., 4., 0.),
    ONE(SQRT, 0., 0., INF, -INF),
    ONE(SQRT, -0., -0., INF, -INF),
    ONE(SQRT, -1., NAN, NAN, NAN),
    ONE(SQRT, INF, INF, 0., 0.),
    ONE(LOG, 0., -INF, INF, -INF),
    ONE(LOG, -0., -INF, INF, -INF),
    ONE(LOG, -1., NAN, NAN, NAN),
    ONE(LOG, INF, INF, 0., 0.),
    ONE(LOG2, 0., -INF, INF, -INF),
    ONE(LOG2, -0., -INF, INF, -INF),
    ONE(LOG2, -1., NAN, NAN, NAN),
    ONE(LOG10, 0., -INF, INF, -INF),
    ONE(LOG10, -0., -INF, INF, -INF),
    ONE(LOG10, -1., NAN, NAN, NAN),
    ONE(LOG1P, -1., -INF, INF, -INF),
    ONE(LOG1P, -2., NAN, NAN, NAN),
    ONE(ATANH, 1., INF, INF, INF),
    ONE(ATANH, -1., -INF, INF, -INF),
    ONE(ATANH, 2., NAN, NAN, NAN),
    ONE(ATANH, -2., NAN, NAN, NAN),
    ONE(ATANH, NAN, NAN, NAN, NAN),
    ONE(ASIN, 1., 1.5707963267948966, INF, INF),
    ONE(ASIN, -1., -1.5707963267948966, INF, -INF),
    ONE(ASIN, 2., NAN, NAN, NAN),
    ONE(ACOS, 1., 0., -INF, -INF),
    ONE(ACOS, -1., 3.141592653589793, -INF, INF),
    ONE(ACOS, -2., NAN, NAN, NAN),
    ONE(ACOSH, 1., 0., INF, -INF),
    ONE(ACOSH, 0.5, NAN, NAN, NAN),
    ONE(ACOSH, -2., NAN, NAN, NAN),
    ONE(ACOSH, INF, INF, 0., 0.),
    ONE(ASINH, INF, INF, 0., 0.),
    ONE(ASINH, -INF, -INF, 0., 0.),
    ONE(CBRT, 0., 0., INF, ANY),
    ONE(CBRT, -0., -0., INF, ANY),
    TWO(DIV, 1., 0., INF, INF, -INF, 0.),
    TWO(DIV, 1., -0., -INF, -INF, -INF, 0.),
    TWO(DIV, 0., 0., NAN, INF, NAN, 0.),
    TWO(DIV, 1e100, 1e200, 1e-100, 1e-200, -1e-300, 0.),
    TWO(MUL, 0., INF, NAN, INF, 0., 0.),
    TWO(POWER, 0., 0., 1., 0., 0., 0.),
    TWO(POWER, 0., 1., 0., 1., 0., 0.),
    TWO(POWER, 0., 2., 0., 0., 0., 2.),
    TWO(POWER, 0., 0.5, 0., INF, 0., -INF),
    TWO(POWER, 0., 0.25, 0., INF, 0., -INF),
    TWO(POWER, 0., -1., INF, -INF, -INF, INF),
    TWO(POWER, -0., -1., -INF, -INF, ANY, -INF),
    TWO(POWER, -2., 2., 4., -4., NAN, ANY),
    TWO(POWER, -2., 3., -8., 12., NAN, ANY),
    TWO(POWER, -8., 1. / 3., NAN, NAN, NAN, NAN),
    TWO(POWER, -2., 0.5, NAN, NAN, NAN, NAN),
    TWO(POWER, NAN, 0., 1., 0., ANY, 0.),
    TWO(POWER, INF, 0., 1., 0., ANY, 0.),
    TWO(POWER, 1., NAN, 1., ANY, 0., ANY),
    TWO(POWER, INF, 0.25, INF, 0., INF, 0.),
    TWO(POWER, INF, -1., 0., 0., 0., 0.),
    TWO(POWER, NAN, 2., NAN, NAN, NAN, 2.),
    TWO(ATAN2, 0., 0., 0., 0., 0., 0.),
    TWO(ATAN2, 1., 0., 1.5707963267948966, 0., -1., 0.),
    TWO(ATAN2, 0., -1., 3.141592653589793, -1., 0., 0.),
    TWO(ATAN2, 1., INF, 0., 0., 0., 0.),
    TWO(HYPOT, 0., 0., 0., 0., 0., 0.),
    TWO(HYPOT, 0., 2., 2., 0., 1., 0.5),
    TWO(HYPOT, INF, 1., INF, 1., 0., ANY),
    TWO(HYPOT, NAN, 1., NAN, NAN, NAN, ANY),
    ONE(EXP, 710., INF, INF, INF),
    ONE(EXP, -746., 0., 0., 0.),
    ONE(SIGMOID, 40., 1., 4.248354255291589e-18, -4.248354255291589e-18),
    ONE(SIGMOID, -745., 4.9e-324, 4.9e-324, 4.9e-324),
    ONE(SIGMOID, INF, 1., 0., 0.),
    ONE(SIGMOID, -INF, 0., 0., 0.),
    ONE(TANH, 20., 1., 1.6993417021166355e-17, -3.398683404233271e-17),
    ONE(TANH, INF, 1., 0., 0.),
    ONE(TANH, -INF, -1., 0., 0.),
    ONE(SOFTPLUS, -40., 4.248354255291589e-18, 4.248354255291589e-18, 4.248354255291589e-18),
    ONE(SOFTPLUS, 1000., 1000., 1., 0.),
    ONE(SOFTPLUS, INF, INF, 1., 0.),
    ONE(SOFTPLUS, -INF, 0., 0., 0.),
    ONE(GELU, -INF, 0., 0., 0.),
    ONE(GELU, INF, INF, 1., 0.),
    ONE(GELU, NAN, NAN, NAN, NAN),
    ONE(SILU, -INF, 0., 0., 0.),
    ONE(SILU, INF, INF, 1., 0.),
    ONE(SILU, NAN, NAN, NAN, NAN),
    ONE(ERF, INF, 1., 0., 0.),
    ONE(ERF, -INF, -1., 0., 0.),
    ONE(ERF, NAN, NAN, NAN, NAN),
    ONE(ATAN, INF, 1.5707963267948966, 0., 0.),
    ONE(ATAN, -INF, -1.5707963267948966, 0., 0.),
};

static void check(const corner *c, const char *what, double got, double wanted) {
  bool ok = wanted == ANY || kit_near(got, wanted, 1e-15, 0.);
  ck_assert_msg(ok, "%s(%g, %g): %s is %.17g, not %.17g", sg_op_get(c->op)->name, c->a, c->b, what,
                got, wanted);
  ck_assert_msg(wanted != 0. || c->op == SG_OP_SQRT || got != 0. || strcmp(what, "value") != 0 ||
                    signbit(got) == signbit(wanted),
                "%s(%g, %g): %s has the wrong sign", sg_op_get(c->op)->name, c->a, c->b, what);
}

START_TEST(scalar) {
  const corner *c = &corners[_i];
  kit k;
  kit_open(&k);
  sg_value x[2] = {kit_leaf(&k, c->a), kit_leaf(&k, c->b)}, d[2];
  bool one = sg_op_get(c->op)->arity == 1;
  sg_value y = one ? kit_apply1(&k, c->op, x[0]) : kit_apply2(&k, c->op, x[0], x[1]);
  check(c, "value", kit_value(&k, y), c->y);
  check(c, "d/da", kit_partial(&k, y, x[0]), c->da);
  if (!one) check(c, "d/db", kit_partial(&k, y, x[1]), c->db);
  ck_assert(sg_tape_gradient(&k.tape, y, x, 2, d, &k.error));
  check(c, "d/da as graph", kit_value(&k, d[0]), c->da);
  if (!one) check(c, "d/db as graph", kit_value(&k, d[1]), c->db);
  check(c, "d2/da2 swept", kit_partial(&k, d[0], x[0]), c->daa);
  check(c, "d2/da2 as graph", kit_value(&k, kit_gradient(&k, d[0], x[0])), c->daa);
  kit_close(&k);
}
END_TEST

/* ---- powers with an exponent that is no node: every order ---- */

/* x ** exponent and its first derivatives at x, then nothing but zeros. */
typedef struct power {
  double x, exponent, derivatives[6];
} power;

static const power powers[] = {
    {2, 5, {32, 80, 160, 240, 240, 120}},
    {-2, 5, {-32, 80, -160, 240, -240, 120}},
    {0, 5, {0, 0, 0, 0, 0, 120}},
    {0, 2, {0, 0, 2, 0, 0, 0}},
    {-0., 2, {0, 0, 2, 0, 0, 0}},
    {0, 1, {0, 1, 0, 0, 0, 0}},
    {0, 0, {1, 0, 0, 0, 0, 0}},
    {-3, 1, {-3, 1, 0, 0, 0, 0}},
    {-3, 0, {1, 0, 0, 0, 0, 0}},
    {1e-310, 1, {1e-310, 1, 0, 0, 0, 0}},
    {-2, 2, {4, -4, 2, 0, 0, 0}},
    {-2, -1, {-0.5, -0.25, -0.25, -0.375, -0.75, -1.875}},
    {2,
     0.5,
     {1.4142135623730951, 0.35355339059327373, -0.08838834764831843, 0.06629126073623882,
      -0.08286407592029853, 0.14501213286052242}},
};

START_TEST(constant_exponent) {
  const power *p = &powers[_i];
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, p->x), y = kit_apply2(&k, SG_OP_POWER, x, sg_number(p->exponent));
  for (int order = 0; order < 6; order++) {
    ck_assert_msg(kit_near(kit_value(&k, y), p->derivatives[order], 1e-14, 0.),
                  "%g ** %g, derivative %d: %.17g", p->x, p->exponent, order, kit_value(&k, y));
    if (order < 5) ck_assert(kit_near(kit_partial(&k, y, x), p->derivatives[order + 1], 1e-14, 0.));
    y = kit_gradient(&k, y, x);
  }
  kit_close(&k);
}
END_TEST

/* ---- blocks ---- */

enum { MOST = 4 };

typedef struct list {
  sg_op op;
  uint32_t count;
  double x[MOST];
  double y;
  double d[MOST];
  double second; /* d2/dx0^2 */
} list;

static const list lists[] = {
    {SG_OP_LOGSUMEXP, 2, {1000, 1000}, 1000.6931471805599, {0.5, 0.5}, 0.25},
    {SG_OP_LOGSUMEXP, 2, {-INF, -INF}, -INF, {0, 0}, 0},
    {SG_OP_LOGSUMEXP, 2, {INF, 0}, INF, {1, 0}, 0},
    {SG_OP_LOGSUMEXP, 3, {INF, 0, INF}, INF, {0.5, 0, 0.5}, 0},
    {SG_OP_LOGSUMEXP, 2, {NAN, 0}, NAN, {NAN, NAN}, NAN},
    {SG_OP_NORM, 3, {0, 0, 0}, 0, {0, 0, 0}, 0},
    {SG_OP_NORM, 1, {0}, 0, {0}, 0},
    {SG_OP_NORM, 2, {3, 4}, 5, {0.6, 0.8}, 0.128},
    {SG_OP_NORM, 3, {0, 0, 5}, 5, {0, 0, 1}, 0.2},
    {SG_OP_NORM, 2, {3e200, 4e200}, 5e200, {0.6, 0.8}, 0.128e-200},
    {SG_OP_NORM, 2, {3e-200, 4e-200}, 5e-200, {0.6, 0.8}, 0.128e200},
    {SG_OP_NORM, 2, {INF, 1}, INF, {NAN, 0}, ANY},
    {SG_OP_PROD, 3, {0, 2, 3}, 0, {6, 0, 0}, 0},
    {SG_OP_PROD, 3, {0, 2, 0}, 0, {0, 0, 0}, 0},
    {SG_OP_PROD, 3, {4, 2, 0.5}, 4, {1, 2, 8}, 0},
    {SG_OP_PROD, 1, {7}, 7, {1}, 0},
    {SG_OP_MAX_OF, 3, {1, 3, 3}, 3, {0, 0.5, 0.5}, 0},
    {SG_OP_MAX_OF, 4, {3, 3, 3, 1}, 3, {1. / 3, 1. / 3, 1. / 3, 0}, 0},
    {SG_OP_MIN_OF, 3, {1, 3, 1}, 1, {0.5, 0, 0.5}, 0},
    {SG_OP_MAX_OF, 3, {1, NAN, 3}, NAN, {0, 1, 0}, 0},
    {SG_OP_MIN_OF, 3, {NAN, 1, NAN}, NAN, {0.5, 0, 0.5}, 0},
    {SG_OP_MAX_OF, 1, {2}, 2, {1}, 0},
    {SG_OP_CLIP, 3, {0, 0, 1}, 0, {1, 0, 0}, 0},
    {SG_OP_CLIP, 3, {1, 0, 1}, 1, {1, 0, 0}, 0},
    {SG_OP_CLIP, 3, {-1, 0, 1}, 0, {0, 1, 0}, 0},
    {SG_OP_CLIP, 3, {2, 0, 1}, 1, {0, 0, 1}, 0},
    {SG_OP_CLIP, 3, {-1, 0, 0}, 0, {0, 0, 0}, 0},
    {SG_OP_CLIP, 3, {0.5, 1, 0}, 0, {0, 0, 1}, 0},
    {SG_OP_CLIP, 3, {NAN, 0, 1}, NAN, {1, 0, 0}, 0},
    {SG_OP_CLIP, 3, {0, NAN, 1}, NAN, {0, 1, 0}, 0},
    {SG_OP_CLIP, 3, {0, 0, NAN}, NAN, {0, 0, 1}, 0},
    {SG_OP_VAR, 2, {1, 1}, 0, {0, 0}, 1},
    {SG_OP_VAR, 1, {1}, NAN, {NAN}, NAN},
    {SG_OP_STD, 3, {2, 2, 2}, 0, {0, 0, 0}, 0},
    {SG_OP_STD, 2, {1, 3}, 1.4142135623730951, {-0.7071067811865476, 0.7071067811865476}, 0},
    {SG_OP_SUM, 3, {1, INF, -INF}, NAN, {1, 1, 1}, 0},
    {SG_OP_MEAN, 2, {1, 4}, 2.5, {0.5, 0.5}, 0},
    {SG_OP_DOT, 4, {1, 2, 3, 4}, 11, {3, 4, 1, 2}, 0},
    {SG_OP_DOT, 2, {0, INF}, NAN, {INF, 0}, 0},
};

START_TEST(block) {
  const list *l = &lists[_i];
  const char *name = sg_op_get(l->op)->name;
  kit k;
  kit_open(&k);
  sg_value x[MOST], d[MOST];
  for (uint32_t i = 0; i < l->count; i++) x[i] = kit_leaf(&k, l->x[i]);
  sg_value y = kit_block(&k, l->op, x, l->count);
  ck_assert_msg(kit_near(kit_value(&k, y), l->y, 1e-15, 0.), "%s is %.17g", name, kit_value(&k, y));
  ck_assert(sg_tape_gradient(&k.tape, y, x, l->count, d, &k.error));
  for (uint32_t i = 0; i < l->count; i++) {
    double swept = kit_partial(&k, y, x[i]), built = kit_value(&k, d[i]);
    ck_assert_msg(kit_near(swept, l->d[i], 1e-15, 0.), "%s, d %u is %.17g", name, i, swept);
    ck_assert_msg(kit_near(built, l->d[i], 1e-15, 0.), "%s, d %u as graph: %.17g", name, i, built);
  }
  double second = kit_value(&k, kit_gradient(&k, d[0], x[0]));
  ck_assert_msg(l->second == ANY || kit_near(second, l->second, 1e-14, 1e-15),
                "%s, second derivative is %.17g", name, second);
  kit_close(&k);
}
END_TEST

START_TEST(softmax_far_apart) {
  kit k;
  kit_open(&k);
  sg_value x[2] = {kit_leaf(&k, 1000), kit_leaf(&k, -1000)}, y[2];
  ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, x, 2, y));
  ck_assert_double_eq(kit_value(&k, y[0]), 1.);
  ck_assert_double_eq(kit_value(&k, y[1]), 0.);
  for (int i = 0; i < 4; i++) {
    ck_assert_double_eq(kit_partial(&k, y[i / 2], x[i % 2]), 0.);
    sg_value d = kit_gradient(&k, y[i / 2], x[i % 2]);
    ck_assert_double_eq(kit_value(&k, d), 0.);
    ck_assert_double_eq(kit_value(&k, kit_gradient(&k, d, x[0])), 0.);
  }
  kit_close(&k);
}
END_TEST

/* ---- operands that are not selected ---- */

/* Each operation is given z = log(u) at u = 0, whose derivative is infinite, as the operand that it
 * does not select: u is reached, and gets 0. */
static sg_value pass_by(kit *k, int which, sg_value z, sg_value other) {
  sg_value more[3] = {other, z, sg_number(5.)};
  switch (which) {
  case 0: return kit_apply1(k, SG_OP_RELU, z);
  case 1: return kit_apply2(k, SG_OP_MAX, z, other);
  case 2: return kit_apply2(k, SG_OP_MAX, other, z);
  case 3: return kit_apply2(k, SG_OP_MIN, other, kit_apply1(k, SG_OP_NEGATE, z));
  case 4: return kit_apply2(k, SG_OP_LEAKY_RELU, other, z);
  case 5: return kit_apply2(k, SG_OP_ELU, other, z);
  case 6: return kit_block(k, SG_OP_MAX_OF, more, 3);
  case 7: return kit_block(k, SG_OP_CLIP, more, 3);
  default: return kit_apply1(k, SG_OP_RELU, kit_block(k, SG_OP_SUM, &z, 1));
  }
}

START_TEST(not_selected) {
  kit k;
  kit_open(&k);
  sg_value u = kit_leaf(&k, 0.), other = kit_leaf(&k, 2.);
  sg_value z = kit_apply1(&k, SG_OP_LOG, u), d[2], x[2] = {u, other};
  sg_value y = pass_by(&k, _i, kit_apply2(&k, SG_OP_MUL, z, other), other);
  kit_backward(&k, y);
  ck_assert_double_eq(kit_grad(&k, u), 0.);
  ck_assert(sg_node_has_grad(&k.tape, sg_as_node(u)));
  ck_assert(sg_node_has_grad(&k.tape, sg_as_node(z)));
  ck_assert(sg_tape_gradient(&k.tape, y, x, 2, d, &k.error));
  ck_assert_double_eq(kit_value(&k, d[0]), 0.);
  ck_assert(!isnan(kit_value(&k, d[1])));
  ck_assert_double_eq(kit_value(&k, d[1]), kit_grad(&k, other));
  kit_close(&k);
}
END_TEST

/* relu(sqrt(x)) at 0: sqrt's infinite derivative stays behind the relu at every order. */
START_TEST(not_selected_twice) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 0.), root = kit_apply1(&k, SG_OP_SQRT, x);
  sg_value y = kit_apply2(&k, SG_OP_MUL, kit_apply1(&k, SG_OP_RELU, root), kit_leaf(&k, 3.));
  for (int order = 0; order < 3; order++) {
    y = kit_gradient(&k, y, x);
    ck_assert_double_eq(kit_value(&k, y), 0.);
  }
  kit_close(&k);
}
END_TEST

Suite *corners_suite(void) {
  Suite *suite = suite_create("corners");
  TCase *tests = tcase_create("corners");
  tcase_add_loop_test(tests, scalar, 0, sizeof corners / sizeof *corners);
  tcase_add_loop_test(tests, constant_exponent, 0, sizeof powers / sizeof *powers);
  tcase_add_loop_test(tests, block, 0, sizeof lists / sizeof *lists);
  tcase_add_test(tests, softmax_far_apart);
  tcase_add_loop_test(tests, not_selected, 0, 9);
  tcase_add_test(tests, not_selected_twice);
  suite_add_tcase(suite, tests);
  return suite;
}
