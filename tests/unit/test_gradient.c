/* sgrad: tests of sg_tape_gradient: derivatives as nodes of the graph, to any order. */
#include "tests/unit/graph_kit.h"

Suite *gradient_suite(void);

START_TEST(third_derivative) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 2.), y = kit_apply2(&k, SG_OP_POWER, x, sg_number(5.));
  for (int i = 0; i < 3; i++) y = kit_gradient(&k, y, x);
  ck_assert_double_eq(kit_value(&k, y), 240.);
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x)));
  kit_close(&k);
}
END_TEST

/* d(a*b)/da is b itself; d(2*a)/da is a plain 2, by which nothing more can be said. */
START_TEST(no_needless_nodes) {
  kit k;
  kit_open(&k);
  sg_value a = kit_leaf(&k, 2.), b = kit_leaf(&k, 3.);
  sg_value d = kit_gradient(&k, kit_apply2(&k, SG_OP_MUL, a, b), a);
  ck_assert_uint_eq(d.bits, b.bits);
  d = kit_gradient(&k, kit_apply2(&k, SG_OP_MUL, sg_number(2.), a), a);
  ck_assert(sg_is_double(d) && sg_as_double(d) == 2.);
  ck_assert_double_eq(sg_as_double(kit_gradient(&k, d, a)), 0.);
  uint32_t count = k.tape.count;
  d = kit_gradient(&k, kit_block(&k, SG_OP_SUM, (sg_value[]){a, b}, 2), a);
  ck_assert_double_eq(sg_as_double(d), 1.);
  ck_assert_uint_eq(k.tape.count, count + 2);
  kit_close(&k);
}
END_TEST

/* Of no use to each other: plain numbers, an x above y, an x apart from it, the same x twice. */
START_TEST(odd_arguments) {
  kit k;
  kit_open(&k);
  sg_value a = kit_leaf(&k, 2.), apart = kit_leaf(&k, 3.), y = kit_apply1(&k, SG_OP_EXP, a);
  sg_value above = kit_leaf(&k, 4.), d[6];
  sg_value x[6] = {a, apart, above, sg_number(5.), y, a};
  ck_assert(sg_tape_gradient(&k.tape, y, x, 6, d, &k.error));
  double wanted[6] = {exp(2.), 0., 0., 0., 1., exp(2.)};
  for (int i = 0; i < 6; i++) ck_assert_double_eq(kit_value(&k, d[i]), wanted[i]);
  ck_assert(sg_tape_gradient(&k.tape, sg_number(1.), x, 6, d, &k.error));
  for (int i = 0; i < 6; i++) ck_assert_double_eq(kit_value(&k, d[i]), 0.);
  ck_assert(sg_tape_gradient(&k.tape, y, x + 1, 2, d, &k.error));
  ck_assert_double_eq(kit_value(&k, d[0]) + kit_value(&k, d[1]), 0.);
  ck_assert(sg_tape_gradient(&k.tape, y, NULL, 0, NULL, &k.error));
  kit_close(&k);
}
END_TEST

/* By an interior node, and past it: z = exp(y), y = a * a. */
START_TEST(interior_variable) {
  kit k;
  kit_open(&k);
  sg_value a = kit_leaf(&k, 0.5), y = kit_apply2(&k, SG_OP_MUL, a, a);
  sg_value z = kit_apply1(&k, SG_OP_EXP, y), x[2] = {y, a}, d[2];
  ck_assert(sg_tape_gradient(&k.tape, z, x, 2, d, &k.error));
  ck_assert_double_eq(kit_value(&k, d[0]), exp(0.25));
  ck_assert_double_eq(kit_value(&k, d[1]), exp(0.25));
  ck_assert_double_eq_tol(kit_value(&k, kit_gradient(&k, d[1], a)), 3. * exp(0.25), 1e-15);
  kit_close(&k);
}
END_TEST

/* The first output of a softmax as the variable, its operands as variables too. */
START_TEST(output_as_variable) {
  kit k;
  kit_open(&k);
  sg_value x[2] = {kit_leaf(&k, 0.5), kit_leaf(&k, -1.)}, p[2], d[3];
  ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, x, 2, p));
  sg_value y = kit_apply2(&k, SG_OP_MUL, p[0], p[0]), wrt[3] = {p[0], x[0], p[1]};
  ck_assert(sg_tape_gradient(&k.tape, y, wrt, 3, d, &k.error));
  double q = kit_value(&k, p[0]);
  ck_assert_double_eq(kit_value(&k, d[0]), 2. * q);
  ck_assert_double_eq_tol(kit_value(&k, d[1]), 2. * q * q * (1. - q), 1e-15);
  ck_assert_double_eq(kit_value(&k, d[2]), 0.);
  /* through the other output only */
  y = kit_apply1(&k, SG_OP_LOG, p[1]);
  ck_assert(sg_tape_gradient(&k.tape, y, wrt, 3, d, &k.error));
  ck_assert_double_eq(kit_value(&k, d[0]), 0.);
  ck_assert_double_eq_tol(kit_value(&k, d[1]), -q, 1e-15);
  kit_close(&k);
}
END_TEST

START_TEST(works_in_no_grad) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 3.), y = kit_apply2(&k, SG_OP_POWER, x, sg_number(3.));
  k.tape.recording = false;
  sg_value d = kit_gradient(&k, y, x);
  ck_assert(sg_is_node(d) && !k.tape.recording);
  ck_assert_double_eq(kit_value(&k, kit_gradient(&k, d, x)), 18.);
  kit_close(&k);
}
END_TEST

/* Mixed second derivatives agree in either order, and with the sweep over the graph of the first:
 * f = tanh(a * b) * softplus(a / b) + a ** b. */
START_TEST(mixed_partials) {
  kit k;
  kit_open(&k);
  sg_value a = kit_leaf(&k, 0.7), b = kit_leaf(&k, 1.3), x[2] = {a, b}, d[2];
  sg_value left = kit_apply1(&k, SG_OP_TANH, kit_apply2(&k, SG_OP_MUL, a, b));
  sg_value right = kit_apply1(&k, SG_OP_SOFTPLUS, kit_apply2(&k, SG_OP_DIV, a, b));
  sg_value f = kit_apply2(&k, SG_OP_ADD, kit_apply2(&k, SG_OP_MUL, left, right),
                          kit_apply2(&k, SG_OP_POWER, a, b));
  ck_assert(sg_tape_gradient(&k.tape, f, x, 2, d, &k.error));
  double ab = kit_value(&k, kit_gradient(&k, d[0], b)),
         ba = kit_value(&k, kit_gradient(&k, d[1], a));
  ck_assert_double_eq_tol(ab, ba, 1e-14);
  ck_assert_double_eq(ab, kit_partial(&k, d[0], b));
  kit_close(&k);
}
END_TEST

/* A chain of 300,000 operations, and a sum of 1,000: no recursion anywhere. */
START_TEST(deep_graph) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 1e-3), y = x, terms[1000];
  for (int i = 0; i < 300000; i++) y = kit_apply1(&k, SG_OP_SIN, y);
  sg_value d = kit_gradient(&k, y, x);
  ck_assert_double_eq(kit_value(&k, d), kit_partial(&k, y, x));
  for (int i = 0; i < 1000; i++) terms[i] = kit_apply2(&k, SG_OP_MUL, x, x);
  y = kit_block(&k, SG_OP_SUM, terms, 1000);
  ck_assert_double_eq_tol(kit_value(&k, kit_gradient(&k, kit_gradient(&k, y, x), x)), 2000., 1e-9);
  kit_close(&k);
}
END_TEST

enum { LEAVES = 5, NODES = 150 };

/* Bounded operations, so that values and derivatives stay finite. */
static sg_value grow(kit *k, sg_random *random, const sg_value *all, uint32_t count) {
  static const sg_op ones[] = {SG_OP_TANH, SG_OP_SIN, SG_OP_RELU, SG_OP_SOFTPLUS, SG_OP_GELU};
  static const sg_op twos[] = {SG_OP_ADD, SG_OP_MUL, SG_OP_MAX, SG_OP_LEAKY_RELU, SG_OP_HYPOT};
  static const sg_op many[] = {SG_OP_MEAN, SG_OP_LOGSUMEXP, SG_OP_PROD, SG_OP_MIN_OF, SG_OP_STD};
  sg_value x[4];
  for (int i = 0; i < 4; i++) x[i] = all[sg_random_below(random, count)];
  uint64_t which = sg_random_below(random, 5);
  switch (sg_random_below(random, 4)) {
  case 0: return kit_apply1(k, ones[which], x[0]);
  case 1: return kit_apply1(k, SG_OP_TANH, kit_apply2(k, twos[which], x[0], x[1]));
  case 2: return kit_apply1(k, SG_OP_SIN, kit_block(k, many[which], x, 4));
  default: ck_assert(sg_apply_block(&k->tape, SG_OP_SOFTMAX, x, 4, x)); return x[which % 4];
  }
}

/* Both sweeps agree on random graphs, and so do the sweep over the graph of the gradient and the
 * graph of that. */
START_TEST(agrees_with_sweep) {
  kit k;
  sg_random random;
  sg_value all[NODES], d[LEAVES], second[LEAVES];
  kit_open(&k);
  sg_random_seed(&random, (uint64_t)_i);
  for (uint32_t i = 0; i < LEAVES; i++) all[i] = kit_leaf(&k, 2. * sg_random_unit(&random) - 1.);
  for (uint32_t i = LEAVES; i < NODES; i++) all[i] = grow(&k, &random, all, i);
  sg_value y = all[NODES - 1];
  ck_assert(sg_tape_gradient(&k.tape, y, all, LEAVES, d, &k.error));
  for (int i = 0; i < LEAVES; i++) {
    ck_assert_double_eq_tol(kit_value(&k, d[i]), kit_partial(&k, y, all[i]), 1e-10);
    ck_assert(sg_tape_gradient(&k.tape, d[i], all, LEAVES, second, &k.error));
    for (int j = 0; j < LEAVES; j++)
      ck_assert_double_eq_tol(kit_value(&k, second[j]), kit_partial(&k, d[i], all[j]), 1e-8);
  }
  kit_close(&k);
}
END_TEST

static bool fails_from(void *context, uint64_t call) { return call >= *(uint64_t *)context; }
static bool fails_at(void *context, uint64_t call) { return call == *(uint64_t *)context; }

/* Every allocation in turn: an error, nothing lost, and it works afterwards. */
static void check_failing(bool (*fault)(void *, uint64_t)) {
  for (uint64_t at = 1; at < 200; at++) {
    kit k;
    kit_open(&k);
    sg_value x[3] = {kit_leaf(&k, 0.5), kit_leaf(&k, 2.), kit_leaf(&k, -1.)}, p[3], d[3];
    ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, x, 3, p));
    sg_value y = kit_apply1(&k, SG_OP_TANH, kit_block(&k, SG_OP_NORM, p, 3));
    while (k.tape.count < 1020) kit_leaf(&k, 0.);
    uint64_t when = k.memory.calls + at;
    k.memory.fault = fault;
    k.memory.fault_context = &when;
    bool ok = sg_tape_gradient(&k.tape, y, x, 3, d, &k.error);
    k.memory.fault = NULL;
    if (!ok) ck_assert_int_eq(k.error.status, SG_NO_MEMORY);
    sg_error_clear(&k.error);
    ck_assert(k.tape.recording);
    ck_assert(
        kit_near(kit_value(&k, kit_gradient(&k, y, x[0])), kit_partial(&k, y, x[0]), 1e-13, 0.));
    bool past = ok && k.memory.calls < when + 100 && at > 20;
    kit_close(&k);
    if (past) return;
  }
  ck_abort_msg("the gradient allocates too often");
}

START_TEST(out_of_memory) {
  check_failing(fails_at);
  check_failing(fails_from);
}
END_TEST

Suite *gradient_suite(void) {
  Suite *suite = suite_create("gradient");
  TCase *tests = tcase_create("as graph");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, third_derivative);
  tcase_add_test(tests, no_needless_nodes);
  tcase_add_test(tests, odd_arguments);
  tcase_add_test(tests, interior_variable);
  tcase_add_test(tests, output_as_variable);
  tcase_add_test(tests, works_in_no_grad);
  tcase_add_test(tests, mixed_partials);
  tcase_add_test(tests, deep_graph);
  tcase_add_loop_test(tests, agrees_with_sweep, 0, 30);
  tcase_add_test(tests, out_of_memory);
  suite_add_tcase(suite, tests);
  return suite;
}
