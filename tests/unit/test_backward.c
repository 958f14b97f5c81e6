/* sgrad: tests of graph/backward.h: the sweep over numbers. */
#include "tests/unit/graph_kit.h"

#include <string.h>

Suite *backward_suite(void);

/* d = a*b + b**3 and so on: micrograd's README. */
START_TEST(micrograd_example) {
  kit k;
  kit_open(&k);
  sg_value a = kit_leaf(&k, -4.), b = kit_leaf(&k, 2.), one = sg_number(1.), t, u;
  sg_value c = kit_apply2(&k, SG_OP_ADD, a, b);
  sg_value d = kit_apply2(&k, SG_OP_ADD, kit_apply2(&k, SG_OP_MUL, a, b),
                          kit_apply2(&k, SG_OP_POWER, b, sg_number(3.)));
  c = kit_apply2(&k, SG_OP_ADD, c, kit_apply2(&k, SG_OP_ADD, c, one));
  t = kit_apply2(&k, SG_OP_ADD, kit_apply2(&k, SG_OP_ADD, one, c), kit_apply1(&k, SG_OP_NEGATE, a));
  c = kit_apply2(&k, SG_OP_ADD, c, t);
  t = kit_apply1(&k, SG_OP_RELU, kit_apply2(&k, SG_OP_ADD, b, a));
  u = kit_apply2(&k, SG_OP_ADD, kit_apply2(&k, SG_OP_MUL, d, sg_number(2.)), t);
  d = kit_apply2(&k, SG_OP_ADD, d, u);
  t = kit_apply1(&k, SG_OP_RELU, kit_apply2(&k, SG_OP_SUB, b, a));
  u = kit_apply2(&k, SG_OP_ADD, kit_apply2(&k, SG_OP_MUL, sg_number(3.), d), t);
  d = kit_apply2(&k, SG_OP_ADD, d, u);
  sg_value e = kit_apply2(&k, SG_OP_SUB, c, d);
  sg_value f = kit_apply2(&k, SG_OP_POWER, e, sg_number(2.));
  sg_value g = kit_apply2(&k, SG_OP_DIV, f, sg_number(2.));
  g = kit_apply2(&k, SG_OP_ADD, g, kit_apply2(&k, SG_OP_DIV, sg_number(10.), f));
  kit_backward(&k, g);
  ck_assert_double_eq_tol(kit_value(&k, g), 24.7041, 5e-5);
  ck_assert_double_eq_tol(kit_grad(&k, a), 138.8338, 5e-5);
  ck_assert_double_eq_tol(kit_grad(&k, b), 645.5773, 5e-5);
  kit_close(&k);
}
END_TEST

/* f(x, x) and its derivative at 1.5. */
START_TEST(same_operand_twice) {
  static const struct {
    sg_op op;
    double derivative;
  } rows[] = {{SG_OP_ADD, 2.}, {SG_OP_SUB, 0.},         {SG_OP_MUL, 3.},
              {SG_OP_DIV, 0.}, {SG_OP_POWER, 2.582001}, {SG_OP_MAX, 1.},
              {SG_OP_MIN, 1.}, {SG_OP_HYPOT, 1.414214}, {SG_OP_ATAN2, 0.}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    kit k;
    kit_open(&k);
    sg_value x = kit_leaf(&k, 1.5), y = kit_apply2(&k, rows[i].op, x, x);
    kit_backward(&k, y);
    ck_assert_double_eq_tol(kit_grad(&k, x), rows[i].derivative, 1e-5);
    ck_assert_double_eq_tol(kit_value(&k, kit_gradient(&k, y, x)), rows[i].derivative, 1e-5);
    kit_close(&k);
  }
}
END_TEST

/* 2^60 paths in 60 nodes. */
START_TEST(doublings) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 1.), y = x;
  for (int i = 0; i < 60; i++) y = kit_apply2(&k, SG_OP_ADD, y, y);
  kit_backward(&k, y);
  ck_assert_double_eq(kit_grad(&k, x), 0x1p60);
  ck_assert_double_eq(kit_value(&k, kit_gradient(&k, y, x)), 0x1p60);
  kit_close(&k);
}
END_TEST

START_TEST(leaves_accumulate) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 3.), y = kit_apply2(&k, SG_OP_MUL, x, x);
  sg_value z = kit_apply2(&k, SG_OP_MUL, y, sg_number(2.)), apart = kit_leaf(&k, 1.);
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x)));
  ck_assert_double_eq(kit_grad(&k, x), 0.);
  kit_backward(&k, z);
  kit_backward(&k, z);
  ck_assert_double_eq(kit_grad(&k, x), 24.);
  ck_assert_double_eq(kit_grad(&k, y), 2.);
  ck_assert_double_eq(kit_grad(&k, z), 1.);
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(apart)));
  kit_backward(&k, y);
  ck_assert_double_eq(kit_grad(&k, x), 30.);
  ck_assert_double_eq(kit_grad(&k, y), 1.);
  ck_assert_double_eq(kit_grad(&k, z), 1.); /* the sweep before reached it */
  ck_assert(sg_tape_zero_grad(&k.tape, NULL, 0));
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x)));
  ck_assert(sg_node_has_grad(&k.tape, sg_as_node(y)));
  kit_backward(&k, x);
  ck_assert_double_eq(kit_grad(&k, x), 1.);
  kit_close(&k);
}
END_TEST

/* A gradient of 0, also as -0, is set, and stays so. */
START_TEST(zero_is_no_absence) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 0.), y = kit_apply2(&k, SG_OP_MUL, x, sg_number(-0.));
  kit_backward(&k, kit_apply1(&k, SG_OP_NEGATE, kit_apply1(&k, SG_OP_SIGN, y)));
  ck_assert(sg_node_has_grad(&k.tape, sg_as_node(x)));
  ck_assert(!signbit(kit_grad(&k, x)));
  kit_backward(&k, y);
  ck_assert(!signbit(kit_grad(&k, x)));
  kit_close(&k);
}
END_TEST

/* A chain of 10^7 nodes, swept without recursion; and partials leave gradients alone. */
START_TEST(long_chain) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 1.), y = x;
  enum { LENGTH = 10000000 };
  bool ok = true;
  for (int i = 0; ok && i < LENGTH; i++) ok = sg_apply2(&k.tape, SG_OP_ADD, y, x, &y);
  ck_assert(ok);
  ck_assert_double_eq(kit_partial(&k, y, x), LENGTH + 1.);
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x)));
  kit_backward(&k, y);
  ck_assert_double_eq(kit_grad(&k, x), LENGTH + 1.);
  kit_close(&k);
}
END_TEST

/* ---- stale graphs ---- */

static void expect_stale(kit *k, sg_value y, sg_value x) {
  double d = 7.;
  sg_value as_graph;
  sg_node node = sg_as_node(x);
  ck_assert(!sg_tape_backward(&k->tape, sg_as_node(y), &k->error));
  ck_assert_int_eq(k->error.status, SG_ERROR);
  ck_assert(strstr(k->error.message, "changed") && k->error.note[0]);
  sg_error_clear(&k->error);
  ck_assert(!sg_tape_partials(&k->tape, sg_as_node(y), &node, 1, &d, &k->error));
  ck_assert_double_eq(d, 7.);
  sg_error_clear(&k->error);
  ck_assert(!sg_tape_gradient(&k->tape, y, &x, 1, &as_graph, &k->error));
  ck_assert_int_eq(k->error.status, SG_ERROR);
  sg_error_clear(&k->error);
}

START_TEST(stale_leaf) {
  kit k;
  kit_open(&k);
  sg_value w = kit_leaf(&k, 2.), x = kit_leaf(&k, 3.);
  sg_value y = kit_apply2(&k, SG_OP_ADD, w, x), z = kit_apply2(&k, SG_OP_MUL, y, x);
  sg_value pair[2] = {w, x}, parts[2];
  sg_value block = kit_block(&k, SG_OP_SUM, pair, 2);
  ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, pair, 2, parts));
  kit_backward(&k, z);
  sg_node_set_data(&k.tape, sg_as_node(w), 5.);
  ck_assert_double_eq(kit_value(&k, w), 5.);
  expect_stale(&k, z, x);
  expect_stale(&k, block, x);
  expect_stale(&k, parts[0], x);
  expect_stale(&k, kit_apply1(&k, SG_OP_EXP, z), x);
  expect_stale(&k, kit_apply1(&k, SG_OP_RELU, kit_apply1(&k, SG_OP_NEGATE, z)), x);
  ck_assert_double_eq(kit_grad(&k, w), 3.);
  ck_assert_double_eq(kit_grad(&k, x), 8.);
  /* what is computed after the change is fine, as is what does not use w */
  sg_value fresh = kit_apply2(&k, SG_OP_MUL, w, x);
  kit_backward(&k, fresh);
  ck_assert_double_eq(kit_grad(&k, w), 6.);
  kit_backward(&k, w);
  sg_value apart = kit_apply2(&k, SG_OP_MUL, x, x);
  sg_node_set_data(&k.tape, sg_as_node(w), 6.);
  kit_backward(&k, apart);
  ck_assert_double_eq(kit_value(&k, kit_gradient(&k, apart, x)), 6.);
  expect_stale(&k, fresh, x);
  kit_close(&k);
}
END_TEST

/* ---- blocks with an output for each operand ---- */

START_TEST(softmax_outputs) {
  kit k;
  kit_open(&k);
  sg_value x[3], y[3];
  for (int i = 0; i < 3; i++) x[i] = kit_leaf(&k, i);
  ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, x, 3, y));
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < 3; j++) {
      double p = kit_value(&k, y[i]), q = kit_value(&k, y[j]);
      double wanted = p * ((i == j) - q);
      ck_assert_double_eq_tol(kit_partial(&k, y[i], x[j]), wanted, 1e-15);
    }
  }
  /* the first output alone: the others keep what an earlier sweep gave them */
  kit_backward(&k, y[2]);
  kit_backward(&k, y[0]);
  ck_assert_double_eq(kit_grad(&k, y[2]), 1.);
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(y[1])));
  /* all of them: the sum of a softmax does not move */
  ck_assert(sg_tape_zero_grad(&k.tape, NULL, 0));
  kit_backward(&k, kit_block(&k, SG_OP_SUM, y, 3));
  ck_assert_double_eq_tol(kit_grad(&k, x[1]), 0., 1e-16);
  kit_close(&k);
}
END_TEST

/* ---- failure leaves gradients as they were ---- */

typedef struct fault {
  uint64_t at; /* the allocation that fails, counted from when the fault was set */
  uint64_t seen;
  bool on; /* and all later ones */
} fault;

static bool fails(void *context, uint64_t call) {
  fault *f = context;
  (void)call;
  f->seen++;
  return f->on ? f->seen >= f->at : f->seen == f->at;
}

/* Uses every way to allocate in a sweep: work, unselected operands, scratch. */
static sg_value build_mixed(kit *k, sg_value x[4]) {
  sg_value y[4];
  for (int i = 0; i < 4; i++) y[i] = kit_apply1(k, SG_OP_RELU, x[i]);
  sg_value product = kit_block(k, SG_OP_PROD, x, 4), top = kit_block(k, SG_OP_MAX_OF, y, 4);
  ck_assert(sg_apply_block(&k->tape, SG_OP_LOG_SOFTMAX, y, 4, y));
  return kit_apply2(k, SG_OP_MUL, kit_apply2(k, SG_OP_ADD, product, y[1]), top);
}

static void check_failing(bool on) {
  for (uint64_t at = 1; at < 100; at++) {
    kit k;
    fault f = {.at = at, .on = on};
    kit_open(&k);
    sg_value x[4];
    for (int i = 0; i < 4; i++) x[i] = kit_leaf(&k, i - 1.5);
    kit_backward(&k, kit_apply1(&k, SG_OP_EXP, x[1]));
    sg_value y = build_mixed(&k, x);
    /* scratch is there already: give it back, so that it is asked for again */
    sg_release(&k.memory, k.tape.scratch, k.tape.scratch_capacity * sizeof *k.tape.scratch);
    k.tape.scratch = NULL;
    k.tape.scratch_capacity = 0;
    k.memory.fault = fails;
    k.memory.fault_context = &f;
    bool ok = sg_tape_backward(&k.tape, sg_as_node(y), &k.error);
    k.memory.fault = NULL;
    if (!ok) {
      ck_assert_int_eq(k.error.status, SG_NO_MEMORY);
      ck_assert_double_eq(kit_grad(&k, x[1]), exp(-0.5));
      ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x[0])));
      ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(y)));
      kit_backward(&k, y);
    }
    ck_assert(sg_node_has_grad(&k.tape, sg_as_node(x[0])));
    kit_close(&k);
    if (ok && f.seen < at) return;
  }
  ck_abort_msg("the sweep allocates too often");
}

START_TEST(out_of_memory) {
  check_failing(false);
  check_failing(true);
}
END_TEST

START_TEST(interrupted) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 2.), y = kit_apply2(&k, SG_OP_MUL, x, x), d;
  kit_backward(&k, y);
  sg_interrupted = 1;
  ck_assert(!sg_tape_backward(&k.tape, sg_as_node(y), &k.error));
  ck_assert_int_eq(k.error.status, SG_INTERRUPTED);
  sg_error_clear(&k.error);
  ck_assert(!sg_tape_gradient(&k.tape, y, &x, 1, &d, &k.error));
  ck_assert_int_eq(k.error.status, SG_INTERRUPTED);
  sg_interrupted = 0;
  sg_error_clear(&k.error);
  ck_assert_double_eq(kit_grad(&k, x), 4.);
  kit_backward(&k, y);
  ck_assert_double_eq(kit_grad(&k, x), 8.);
  kit_close(&k);
}
END_TEST

/* A training loop on a tape of one size allocates nothing after its first two sweeps. */
START_TEST(arrays_are_reused) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 2.), y = kit_apply2(&k, SG_OP_MUL, x, x);
  kit_backward(&k, y);
  kit_backward(&k, y);
  uint64_t calls = k.memory.calls;
  for (int i = 0; i < 100; i++) kit_backward(&k, y);
  ck_assert_double_eq(kit_partial(&k, y, x), 4.);
  ck_assert_uint_eq(k.memory.calls, calls);
  kit_close(&k);
}
END_TEST

/* An array of more than 128 MiB is not kept. */
START_TEST(large_spare_is_released) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 2.), y = x;
  enum { LENGTH = (1 << 24) + 10 };
  ck_assert(sg_tape_reserve(&k.tape, LENGTH));
  for (uint32_t i = 0; i < LENGTH - 10; i++)
    y = sg_node_value(sg_tape_push(&k.tape, SG_OP_IDENTITY, sg_as_node(y), 0, 2.));
  ck_assert_double_eq(kit_partial(&k, y, x), 1.);
  ck_assert_ptr_null(k.tape.spare);
  kit_backward(&k, y);
  kit_backward(&k, x);
  ck_assert_ptr_null(k.tape.spare);
  ck_assert_double_eq(kit_grad(&k, x), 2.);
  ck_assert_double_eq(kit_grad(&k, y), 1.);
  kit_close(&k);
}
END_TEST

Suite *backward_suite(void) {
  Suite *suite = suite_create("backward");
  TCase *tests = tcase_create("sweep");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, micrograd_example);
  tcase_add_test(tests, same_operand_twice);
  tcase_add_test(tests, doublings);
  tcase_add_test(tests, leaves_accumulate);
  tcase_add_test(tests, zero_is_no_absence);
  tcase_add_test(tests, long_chain);
  tcase_add_test(tests, stale_leaf);
  tcase_add_test(tests, softmax_outputs);
  tcase_add_test(tests, out_of_memory);
  tcase_add_test(tests, interrupted);
  tcase_add_test(tests, arrays_are_reused);
  tcase_add_test(tests, large_spare_is_released);
  suite_add_tcase(suite, tests);
  return suite;
}
