/* sgrad: tests of the rows of graph/ops.def: values and first and second derivatives, at fixed
 * points and against central differences. */
#include "tests/unit/graph_kit.h"

#include <string.h>

Suite *ops_suite(void);

/* y and its derivatives, by every way there is. */
typedef struct point {
  double y;
  double swept[2];     /* by the plain sweep */
  double first[2];     /* as graph */
  double second[2][2]; /* as graph of the graph */
} point;

static point differentiate(sg_op op, double a, double b) {
  kit k;
  point p = {0};
  kit_open(&k);
  sg_value x[2] = {kit_leaf(&k, a), kit_leaf(&k, b)}, d[2], dd[2];
  sg_node nodes[2] = {sg_as_node(x[0]), sg_as_node(x[1])};
  sg_value y =
      sg_op_get(op)->arity == 1 ? kit_apply1(&k, op, x[0]) : kit_apply2(&k, op, x[0], x[1]);
  p.y = kit_value(&k, y);
  ck_assert(sg_tape_partials(&k.tape, sg_as_node(y), nodes, 2, p.swept, &k.error));
  ck_assert(sg_tape_gradient(&k.tape, y, x, 2, d, &k.error));
  for (int i = 0; i < 2; i++) {
    p.first[i] = kit_value(&k, d[i]);
    ck_assert(sg_tape_gradient(&k.tape, d[i], x, 2, dd, &k.error));
    for (int j = 0; j < 2; j++) p.second[i][j] = kit_value(&k, dd[j]);
  }
  kit_close(&k);
  return p;
}

static bool is_scalar(sg_op op) { return sg_op_get(op)->arity == 1 || sg_op_get(op)->arity == 2; }

/* ---- fixed points ---- */

typedef struct fixed {
  sg_op op;
  double a, b, y, da, db, daa, dab, dbb;
} fixed;

static const fixed points[] = {
#define VALUE(id, ...) {SG_OP_##id, __VA_ARGS__},
#include "tests/unit/derivatives.def"
};

static bool within_ulps(double got, double wanted, double ulps) {
  if (kit_same(got, wanted)) return true;
  double ulp = nextafter(fabs(wanted), INFINITY) - fabs(wanted);
  return fabs(got - wanted) <= ulps * ulp;
}

static void check_first(const fixed *f, const char *way, double got, double wanted) {
  bool smooth_unit = f->op == SG_OP_GELU || f->op == SG_OP_SILU;
  bool ok = smooth_unit ? kit_near(got, wanted, 1e-12, 1e-15)
                        : within_ulps(got, wanted, f->op == SG_OP_CBRT ? 9. : 4.);
  ck_assert_msg(ok, "%s at %.17g, %.17g, %s: %.17g, not %.17g", sg_op_get(f->op)->name, f->a, f->b,
                way, got, wanted);
}

static void check_second(const fixed *f, double got, double wanted) {
  ck_assert_msg(kit_near(got, wanted, 1e-12, 1e-14),
                "second derivative of %s at %.17g, %.17g: "
                "%.17g, not %.17g",
                sg_op_get(f->op)->name, f->a, f->b, got, wanted);
}

START_TEST(fixed_points) {
  const fixed *f = &points[_i];
  point p = differentiate(f->op, f->a, f->b);
  ck_assert_msg(kit_near(p.y, f->y, 1e-12, 0.), "%s at %.17g, %.17g: %.17g, not %.17g",
                sg_op_get(f->op)->name, f->a, f->b, p.y, f->y);
  check_first(f, "swept, by a", p.swept[0], f->da);
  check_first(f, "swept, by b", p.swept[1], f->db);
  check_first(f, "as graph, by a", p.first[0], f->da);
  check_first(f, "as graph, by b", p.first[1], f->db);
  check_second(f, p.second[0][0], f->daa);
  check_second(f, p.second[0][1], f->dab);
  check_second(f, p.second[1][0], f->dab);
  check_second(f, p.second[1][1], f->dbb);
}
END_TEST

/* ---- central differences ---- */

static double value_at(sg_op op, double a, double b) {
  return sg_op_get(op)->arity == 1 ? sg_op_value1(op, a) : sg_op_value2(op, a, b);
}

static double difference(sg_op op, double a, double b, int k) {
  double h = 1e-5, da = k == 0 ? h : 0., db = k == 1 ? h : 0.;
  return (value_at(op, a + da, b + db) - value_at(op, a - da, b - db)) / (2. * h);
}

/* Nearer to a kink or a jump than the step of the difference reaches. */
static bool is_rough(sg_op op, double a, double b) {
  double near = 1e-3;
  switch (op) {
  case SG_OP_FLOOR_DIVIDE:
  case SG_OP_MODULO: return fabs(a / b - rint(a / b)) < near;
  case SG_OP_FLOOR:
  case SG_OP_CEIL: return fabs(a - rint(a)) < near;
  case SG_OP_ROUND: return fabs(fabs(a - rint(a)) - 0.5) < near;
  case SG_OP_MAX:
  case SG_OP_MIN:
  case SG_OP_ABSOLUTE_ERROR:
  case SG_OP_HUBER: return fabs(a - b) < near;
  case SG_OP_HINGE: return fabs(a * b - 1.) < 5. * near;
  case SG_OP_HYPOT: return hypot(a, b) < 0.05;
  case SG_OP_ABS:
  case SG_OP_SIGN:
  case SG_OP_RELU:
  case SG_OP_LEAKY_RELU:
  case SG_OP_ELU: return fabs(a) < near;
  default: return false;
  }
}

static void check_differences(sg_op op, double a, double b) {
  int arity = sg_op_get(op)->arity;
  double h = 1e-5;
  point p = differentiate(op, a, b), up = differentiate(op, a + h, b),
        down = differentiate(op, a - h, b);
  for (int k = 0; k < arity; k++) {
    double slope = difference(op, a, b, k), bend = (up.first[k] - down.first[k]) / (2. * h);
    ck_assert_msg(kit_near(p.first[k], slope, 1e-6, 1e-6),
                  "%s at %.17g, %.17g: d %d is %.17g, not %.17g", sg_op_get(op)->name, a, b, k,
                  p.first[k], slope);
    ck_assert_msg(kit_near(p.swept[k], p.first[k], 1e-15, 0.),
                  "%s at %.17g, %.17g: sweeps disagree", sg_op_get(op)->name, a, b);
    ck_assert_msg(kit_near(p.second[k][0], bend, 1e-5, 1e-5),
                  "%s at %.17g, %.17g: d2 %d is %.17g, not %.17g", sg_op_get(op)->name, a, b, k,
                  p.second[k][0], bend);
  }
}

START_TEST(central_differences) {
  sg_op op = (sg_op)_i;
  if (!is_scalar(op)) return;
  const sg_op_info *info = sg_op_get(op);
  sg_random random;
  sg_random_seed(&random, (uint64_t)op);
  for (int n = 0; n < 100; n++) {
    double range = info->check_high - info->check_low;
    double a = info->check_low + range * sg_random_unit(&random);
    double b = info->check_low + range * sg_random_unit(&random);
    if (!is_rough(op, a, b)) check_differences(op, a, b);
  }
}
END_TEST

/* ---- names and values ---- */

START_TEST(names) {
  for (int op = 0; op < SG_OP_COUNT; op++) {
    const sg_op_info *info = sg_op_get((sg_op)op);
    ck_assert(info->name[0] && info->id[0]);
    if (info->arity != 0) ck_assert_int_eq(sg_op_find(info->name, info->arity), op);
    if (is_scalar((sg_op)op)) ck_assert(info->value[0] && info->da[0]);
    ck_assert_int_eq(info->arity == 2, info->db[0] != 0);
  }
  ck_assert_int_eq(sg_op_find("pow", 2), SG_OP_POWER);
  ck_assert_int_eq(sg_op_find("floordiv", 2), SG_OP_FLOOR_DIVIDE);
  ck_assert_int_eq(sg_op_find("max", 2), SG_OP_MAX);
  ck_assert_int_eq(sg_op_find("max", SG_ARITY_BLOCK), SG_OP_MAX_OF);
  ck_assert_int_eq(sg_op_find("tanh", 2), SG_OP_COUNT);
  ck_assert_int_eq(sg_op_find("pow", 1), SG_OP_COUNT);
  ck_assert_int_eq(sg_op_find("tahn", 1), SG_OP_COUNT);
  ck_assert_str_eq(sg_op_get(SG_OP_TANH)->da, "sech2(a)");
  ck_assert(sg_op_get(SG_OP_SECH2)->hidden && !sg_op_get(SG_OP_TANH)->hidden);
  ck_assert_uint_eq(sg_op_outputs(SG_OP_SOFTMAX, 5), 5);
  ck_assert_uint_eq(sg_op_outputs(SG_OP_SUM, 5), 1);
}
END_TEST

/* As Python's float // and %. */
START_TEST(floor_division) {
  static const double rows[][4] = {
      {7, 2, 3, 1},
      {-7, 2, -4, 1},
      {7, -2, -4, -1},
      {-7, -2, 3, -1},
      {5.5, 0.1, 54, 0.1},
      {1, 0.1, 9, 0.1},
      {-1, INFINITY, -1, INFINITY},
      {1, INFINITY, 0, 1},
      {1, 0, INFINITY, NAN},
      {-1, 0, -INFINITY, NAN},
      {0, 0, NAN, NAN},
      {INFINITY, 2, NAN, NAN},
      {1e300, 7, 1e300 / 7, 1},
      {-0., 3, -0., 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    double a = rows[i][0], b = rows[i][1];
    double quotient = sg_op_value2(SG_OP_FLOOR_DIVIDE, a, b),
           rest = sg_op_value2(SG_OP_MODULO, a, b);
    ck_assert_msg(kit_near(quotient, rows[i][2], 1e-15, 0.), "%g // %g is %.17g", a, b, quotient);
    ck_assert_msg(kit_near(rest, rows[i][3], 1e-14, 0.), "%g %% %g is %.17g", a, b, rest);
  }
  ck_assert(!signbit(sg_op_value2(SG_OP_MODULO, 4., 2.)));
  ck_assert(signbit(sg_op_value2(SG_OP_MODULO, 4., -2.)));
  ck_assert(signbit(sg_op_value2(SG_OP_FLOOR_DIVIDE, -0., 3.)));
}
END_TEST

START_TEST(rounding) {
  static const double rows[][2] = {{0.5, 0}, {1.5, 2}, {2.5, 2}, {-0.5, -0.}, {-1.5, -2}, {2.6, 3}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    ck_assert_double_eq(sg_op_value1(SG_OP_ROUND, rows[i][0]), rows[i][1]);
}
END_TEST

Suite *ops_suite(void) {
  Suite *suite = suite_create("ops");
  TCase *tests = tcase_create("rows");
  tcase_add_loop_test(tests, fixed_points, 0, sizeof points / sizeof *points);
  tcase_add_loop_test(tests, central_differences, 0, SG_OP_COUNT);
  tcase_add_test(tests, names);
  tcase_add_test(tests, floor_division);
  tcase_add_test(tests, rounding);
  suite_add_tcase(suite, tests);
  return suite;
}
