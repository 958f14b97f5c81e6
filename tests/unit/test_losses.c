/* sgrad: tests of losses over a batch and sums of squares: against their expansion, closed forms
 * and corners. */
#include "graph/shaped.h"
#include "tests/unit/graph_kit.h"

#include <string.h>

Suite *losses_suite(void);

enum { MOST = 64 };

/* What a block is applied to, and what came out. */
typedef struct batch {
  kit kit;
  double a[MOST], b[MOST], plain[MOST];
  sg_value x[2 * MOST]; /* the operands that are nodes, in order */
  uint32_t nodes;
  sg_vector out;
  sg_value expanded[MOST];
} batch;

static sg_vector give(batch *t, const double *x, uint32_t count, bool nodes) {
  if (!nodes) return sg_vector_data(x, count);
  for (uint32_t k = 0; k < count; k++) t->x[t->nodes + k] = kit_leaf(&t->kit, x[k]);
  t->nodes += count;
  return sg_vector_run(sg_as_node(t->x[t->nodes - count]), count);
}

static void expand(batch *t) {
  ck_assert(sg_node_expand(&t->kit.tape, &t->kit.tape, t->out.of.first, t->x, t->expanded));
}

static sg_value mix(batch *t, bool expanded) {
  sg_value y = sg_number(0.);
  for (uint32_t k = 0; k < t->out.count; k++) {
    sg_value x = expanded ? t->expanded[k] : sg_vector_get(t->out, k);
    x = kit_apply2(&t->kit, SG_OP_MUL, x, sg_number(k % 5 + 0.5));
    y = k == 0 ? x : kit_apply2(&t->kit, SG_OP_ADD, y, x);
  }
  return y;
}

/* Values, first and second derivatives are those of the expansion. */
static void check_expansion(batch *t, const char *what, double near) {
  expand(t);
  for (uint32_t k = 0; k < t->out.count; k++) {
    double got = kit_value(&t->kit, sg_vector_get(t->out, k));
    double wanted = kit_value(&t->kit, t->expanded[k]);
    ck_assert_msg(kit_near(got, wanted, near, near), "%s: %.17g, not %.17g", what, got, wanted);
  }
  sg_value y = mix(t, false), z = mix(t, true), d[2 * MOST], e[2 * MOST];
  ck_assert(sg_tape_gradient(&t->kit.tape, y, t->x, t->nodes, d, &t->kit.error));
  ck_assert(sg_tape_gradient(&t->kit.tape, z, t->x, t->nodes, e, &t->kit.error));
  for (uint32_t k = 0; k < t->nodes; k++) {
    double swept = kit_partial(&t->kit, y, t->x[k]), wanted = kit_partial(&t->kit, z, t->x[k]);
    ck_assert_msg(kit_near(swept, wanted, near, near), "%s, d %u: %.17g, not %.17g", what, k, swept,
                  wanted);
    ck_assert_msg(kit_near(kit_value(&t->kit, d[k]), wanted, near, near), "%s as graph", what);
    double bend = kit_value(&t->kit, kit_gradient(&t->kit, d[k], t->x[0]));
    double other = kit_value(&t->kit, kit_gradient(&t->kit, e[k], t->x[0]));
    ck_assert_msg(kit_near(bend, other, near, near), "%s, d2 %u", what, k);
  }
}

/* ---- pairs ---- */

static void fill(batch *t, sg_op op, uint32_t count, uint64_t seed) {
  sg_random random;
  const sg_op_info *info = sg_op_get(op);
  double range = info->check_high - info->check_low;
  sg_random_seed(&random, seed);
  for (uint32_t k = 0; k < count; k++) {
    t->a[k] = info->check_low + range * sg_random_unit(&random);
    t->b[k] = info->check_low + range * sg_random_unit(&random);
  }
}

static sg_vector apply_pairs(batch *t, const sg_pairs *s, bool nodes_a, bool nodes_b) {
  sg_vector a = give(t, t->a, s->count, nodes_a), b = give(t, t->b, s->count, nodes_b), out;
  ck_assert(sg_apply_pairs(&t->kit.tape, s, a, b, t->plain, &out, &t->kit.error));
  return out;
}

START_TEST(pairs_against_expansion) {
  sg_op op = (sg_op)_i;
  for (int n = 0; n < 36; n++) {
    batch t = {.nodes = 0};
    sg_pairs s = {.loss = op,
                  .count = n % 4 == 0 ? 1 : 13 + (uint32_t)n,
                  .reduction = (sg_reduction)(n % 3),
                  .constant = 0.75};
    kit_open(&t.kit);
    fill(&t, op, s.count, (uint64_t)n);
    t.out = apply_pairs(&t, &s, n % 5 != 0, n % 2 == 0 || n % 5 == 0);
    ck_assert_uint_eq(t.out.count, s.reduction == SG_REDUCE_NONE ? s.count : 1);
    check_expansion(&t, sg_op_get(op)->name, 1e-12);
    kit_close(&t.kit);
  }
}
END_TEST

/* Closed forms of four pairs, plain: nothing is recorded. */
START_TEST(pairs_by_hand) {
  static const struct {
    sg_op loss;
    double a[4], b[4], y[4];
  } cases[] = {{SG_OP_SQUARED_ERROR, {1, 2, -3, 0}, {0, 2.5, 1, -0.5}, {1, 0.25, 16, 0.25}},
               {SG_OP_ABSOLUTE_ERROR, {1, 2, -3, 0}, {0, 2.5, 1, -0.5}, {1, 0.5, 4, 0.5}},
               {SG_OP_HINGE, {0.5, -2, 3, 1}, {1, 1, -1, 1}, {0.5, 3, 4, 0}},
               {SG_OP_HUBER, {1, 2, -3, 0}, {0.5, 2, 1, -2}, {0.125, 0, 2.625, 1.125}},
               {SG_OP_BCE, {1, 0, 0, 1}, {1, 0, 1, 0}, {0, 0, 100, 100}},
               {SG_OP_BCE_LOGITS, {1000, -1000, 1000, -1000}, {1, 0, 0, 1}, {0, 0, 1000, 1000}}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int reduction = 0; reduction < 3; reduction++) {
      batch t = {.nodes = 0};
      sg_pairs s = {.loss = cases[i].loss,
                    .count = 4,
                    .reduction = (sg_reduction)reduction,
                    .constant = 0.75};
      const double *y = cases[i].y;
      double sum = y[0] + y[1] + y[2] + y[3];
      kit_open(&t.kit);
      memcpy(t.a, cases[i].a, sizeof cases[i].a);
      memcpy(t.b, cases[i].b, sizeof cases[i].b);
      if (s.loss == SG_OP_HUBER) sum = 0.125 + 0. + 2.71875 + 1.21875;
      t.out = apply_pairs(&t, &s, false, false);
      ck_assert_ptr_eq(t.out.of.data, t.plain);
      ck_assert_uint_eq(t.kit.tape.count, 0);
      if (reduction != SG_REDUCE_NONE)
        ck_assert_double_eq(t.plain[0], reduction == SG_REDUCE_SUM ? sum : sum / 4.);
      for (int k = 0; reduction == SG_REDUCE_NONE && s.loss != SG_OP_HUBER && k < 4; k++)
        ck_assert_double_eq(t.plain[k], y[k]);
      kit_close(&t.kit);
    }
}
END_TEST

/* What hinge does not select gets nothing, and has gradient 0. */
START_TEST(hinge_selects) {
  kit k;
  kit_open(&k);
  sg_value u = kit_leaf(&k, 0.),
           far = kit_apply2(&k, SG_OP_ADD, kit_apply1(&k, SG_OP_SQRT, u), sg_number(5.));
  sg_value scores[3] = {far, kit_leaf(&k, 0.5), kit_leaf(&k, 1.)};
  const double targets[3] = {1., 1., 1.};
  for (int reduction = 0; reduction < 3; reduction++) {
    sg_pairs s = {.loss = SG_OP_HINGE, .count = 3, .reduction = (sg_reduction)reduction};
    sg_vector out;
    ck_assert(sg_apply_pairs(&k.tape, &s, sg_vector_list(scores, 3), sg_vector_data(targets, 3),
                             NULL, &out, &k.error));
    sg_tape_zero_grad(&k.tape, NULL, 0);
    kit_backward(&k, sg_vector_get(out, 0));
    ck_assert(sg_node_has_grad(&k.tape, sg_as_node(u)));
    ck_assert_double_eq(kit_grad(&k, u), 0.);
    bool alone = reduction == SG_REDUCE_NONE;
    ck_assert(sg_node_has_grad(&k.tape, sg_as_node(scores[2])) == !alone);
    ck_assert_double_eq(kit_grad(&k, scores[1]), alone ? 0. : reduction == 1 ? -1. : -1. / 3.);
  }
  kit_close(&k);
}
END_TEST

/* ---- cross entropy ---- */

static sg_vector apply_cross_entropy(batch *t, const sg_cross_entropy *s, bool node_targets) {
  uint32_t count = s->classes * s->samples;
  sg_vector a = give(t, t->a, count, true), out;
  sg_vector b = give(t, t->b, s->soft ? count : s->samples, s->soft && node_targets);
  ck_assert(sg_apply_cross_entropy(&t->kit.tape, s, a, b, t->plain, &out, &t->kit.error));
  return out;
}

START_TEST(cross_entropy_against_expansion) {
  sg_random random;
  sg_random_seed(&random, 3);
  for (int n = 0; n < 48; n++) {
    batch t = {.nodes = 0};
    sg_cross_entropy s = {.classes = 1 + (uint32_t)n % 5,
                          .samples = 1 + (uint32_t)n % 7,
                          .reduction = (sg_reduction)(n % 3),
                          .soft = n % 2 != 0,
                          .by_sample = n % 4 > 1};
    uint32_t count = s.classes * s.samples;
    kit_open(&t.kit);
    for (uint32_t k = 0; k < count; k++) {
      t.a[k] = 8. * sg_random_unit(&random) - 4.;
      t.b[k] = s.soft ? sg_random_unit(&random) : (double)sg_random_below(&random, s.classes);
    }
    t.out = apply_cross_entropy(&t, &s, n % 3 != 0);
    check_expansion(&t, "cross_entropy", 1e-12);
    kit_close(&t.kit);
  }
}
END_TEST

/* Two classes: the loss of class 0 is softplus(x1 - x0), also in the tails. */
START_TEST(cross_entropy_in_the_tails) {
  static const struct {
    double x[2], class, loss, d;
  } cases[] = {{{0, 0}, 0, 0.6931471805599453, -0.5},
               {{40, 0}, 0, 4.248354255291589e-18, -4.248354255291589e-18},
               {{1000, -1000}, 0, 0, 0},
               {{1000, -1000}, 1, 2000, 1},
               {{-1000, 1000}, 0, 2000, -1},
               {{1000, 1000}, 1, 0.6931471805599453, 0.5},
               {{-INFINITY, 0}, 1, 0, 0},
               {{-INFINITY, 0}, 0, INFINITY, -1},
               {{INFINITY, 0}, 0, NAN, NAN}, /* as log_softmax, and PyTorch */
               {{NAN, 0}, 0, NAN, NAN}};
  for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
    batch t = {.nodes = 0};
    double class = cases[i / 2].class;
    sg_cross_entropy s = {.classes = 2, .samples = 1, .soft = i % 2 != 0};
    kit_open(&t.kit);
    memcpy(t.a, cases[i / 2].x, sizeof cases[i / 2].x);
    t.b[0] = s.soft ? class == 0. : class;
    t.b[1] = class == 1.;
    t.out = apply_cross_entropy(&t, &s, false);
    sg_value loss = sg_vector_get(t.out, 0);
    bool is_limit = s.soft && t.a[0] == -INFINITY; /* 0 * inf */
    double d = kit_partial(&t.kit, loss, t.x[0]);
    if (!is_limit) {
      ck_assert_msg(kit_near(kit_value(&t.kit, loss), cases[i / 2].loss, 1e-15, 0.), "%zu: %.17g",
                    i, kit_value(&t.kit, loss));
      ck_assert_msg(kit_near(d, cases[i / 2].d, 1e-15, 0.), "%zu: %.17g", i, d);
    }
    kit_close(&t.kit);
  }
}
END_TEST

/* Only the samples that somebody asked for are reached. */
START_TEST(cross_entropy_of_one_sample) {
  batch t = {.a = {1, 2, 3, 4}, .b = {0, 1}};
  sg_cross_entropy s = {.classes = 2, .samples = 2, .by_sample = true};
  kit_open(&t.kit);
  t.out = apply_cross_entropy(&t, &s, false);
  kit_backward(&t.kit, sg_vector_get(t.out, 1));
  for (int k = 0; k < 4; k++)
    ck_assert(sg_node_has_grad(&t.kit.tape, sg_as_node(t.x[k])) == (k >= 2));
  ck_assert(kit_near(kit_grad(&t.kit, t.x[2]), 0.2689414213699951, 1e-15, 0.));
  kit_close(&t.kit);
}
END_TEST

/* ---- squares ---- */

START_TEST(squares) {
  for (uint32_t count = 0; count < 40; count += 3) {
    batch t = {.nodes = 0};
    double sum = 0.;
    kit_open(&t.kit);
    for (uint32_t k = 0; k < count; k++) t.a[k] = k - 7.5;
    for (uint32_t k = 0; k < count; k++) sum += t.a[k] * t.a[k];
    sg_vector x = give(&t, t.a, count, count % 2 == 0);
    ck_assert(sg_apply_squares(&t.kit.tape, x, t.plain, &t.out, &t.kit.error));
    ck_assert_double_eq(kit_value(&t.kit, sg_vector_get(t.out, 0)), sum);
    if (t.out.kind == SG_VECTOR_RUN) {
      check_expansion(&t, "squares", 1e-13);
      kit_backward(&t.kit, sg_vector_get(t.out, 0));
      for (uint32_t k = 0; k < count; k++)
        ck_assert_double_eq(kit_grad(&t.kit, t.x[k]), 2. * t.a[k]);
    }
    kit_close(&t.kit);
  }
}
END_TEST

Suite *losses_suite(void) {
  Suite *suite = suite_create("losses");
  TCase *tests = tcase_create("losses");
  tcase_add_loop_test(tests, pairs_against_expansion, SG_OP_SQUARED_ERROR, SG_OP_SUM);
  tcase_add_test(tests, pairs_by_hand);
  tcase_add_test(tests, hinge_selects);
  tcase_add_test(tests, cross_entropy_against_expansion);
  tcase_add_test(tests, cross_entropy_in_the_tails);
  tcase_add_test(tests, cross_entropy_of_one_sample);
  tcase_add_test(tests, squares);
  suite_add_tcase(suite, tests);
  return suite;
}
