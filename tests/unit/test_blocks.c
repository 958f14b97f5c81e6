/* sgrad: tests of the blocks: kernel against expansion, and against differences, at random points.
 */
#include "tests/unit/graph_kit.h"

Suite *blocks_suite(void);

enum { MOST = 24 };

static bool is_block(sg_op op) { return sg_op_get(op)->arity == SG_ARITY_BLOCK; }

/* Operands that no kink is near: any that differ. */
static uint32_t draw(sg_random *random, sg_op op, double *x) {
  uint32_t count = 2 + (uint32_t)sg_random_below(random, MOST - 2);
  if (op == SG_OP_CLIP) count = 3;
  if (op == SG_OP_DOT) count += count % 2;
  for (uint32_t i = 0; i < count; i++) x[i] = 4. * sg_random_unit(random) - 2.;
  return count;
}

/* A mix of the outputs, so that each counts: sum of outputs[i] * (i + 1). */
static sg_value mix(kit *k, const sg_value *outputs, uint32_t count) {
  sg_value y = outputs[0];
  for (uint32_t i = 1; i < count; i++)
    y = kit_apply2(k, SG_OP_ADD, y, kit_apply2(k, SG_OP_MUL, outputs[i], sg_number(i + 1.)));
  return kit_apply1(k, SG_OP_IDENTITY, y);
}

static void check_pair(kit *k, sg_op op, sg_value block, sg_value expansion, const sg_value *x,
                       uint32_t count) {
  const char *name = sg_op_get(op)->name;
  sg_value d[MOST];
  ck_assert_msg(kit_near(kit_value(k, block), kit_value(k, expansion), 1e-12, 1e-13),
                "%s of %u: %.17g, expanded %.17g", name, count, kit_value(k, block),
                kit_value(k, expansion));
  ck_assert(sg_tape_gradient(&k->tape, block, x, count, d, &k->error));
  for (uint32_t i = 0; i < count; i++) {
    double swept = kit_partial(k, block, x[i]), expanded = kit_partial(k, expansion, x[i]);
    ck_assert_msg(kit_near(swept, expanded, 1e-12, 1e-13), "%s of %u, d %u: %.17g, expanded %.17g",
                  name, count, i, swept, expanded);
    ck_assert_msg(kit_near(kit_value(k, d[i]), swept, 1e-12, 1e-13), "%s as graph", name);
  }
  /* second derivatives of both by the first operand */
  sg_value second = kit_gradient(k, d[0], x[0]);
  sg_value other = kit_gradient(k, kit_gradient(k, expansion, x[0]), x[0]);
  ck_assert(kit_near(kit_value(k, second), kit_value(k, other), 1e-11, 1e-12));
}

START_TEST(kernel_against_expansion) {
  sg_op op = (sg_op)_i;
  if (!is_block(op)) return;
  sg_random random;
  sg_random_seed(&random, (uint64_t)op);
  for (int n = 0; n < 50; n++) {
    kit k;
    double values[MOST];
    sg_value x[MOST], y[MOST], z[MOST];
    kit_open(&k);
    uint32_t count = draw(&random, op, values), outputs = sg_op_outputs(op, count);
    for (uint32_t i = 0; i < count; i++) x[i] = kit_leaf(&k, values[i]);
    ck_assert(sg_apply_block(&k.tape, op, x, count, y));
    ck_assert(sg_tape_expand(&k.tape, op, x, count, z));
    check_pair(&k, op, mix(&k, y, outputs), mix(&k, z, outputs), x, count);
    kit_close(&k);
  }
}
END_TEST

/* By plain numbers: the C-callable value function, shifted both ways. */
START_TEST(kernel_against_differences) {
  sg_op op = (sg_op)_i;
  if (!is_block(op)) return;
  sg_random random;
  sg_random_seed(&random, (uint64_t)op);
  for (int n = 0; n < 20; n++) {
    kit k;
    double values[MOST], up[MOST], down[MOST], h = 1e-6;
    sg_value x[MOST], y[MOST];
    kit_open(&k);
    uint32_t count = draw(&random, op, values);
    for (uint32_t i = 0; i < count; i++) x[i] = kit_leaf(&k, values[i]);
    ck_assert(sg_apply_block(&k.tape, op, x, count, y));
    for (uint32_t i = 0; i < count; i++) {
      double at = values[i];
      values[i] = at + h;
      sg_op_value_block(op, values, count, up);
      values[i] = at - h;
      sg_op_value_block(op, values, count, down);
      values[i] = at;
      double slope = (up[0] - down[0]) / (2. * h);
      ck_assert_msg(kit_near(kit_partial(&k, y[0], x[i]), slope, 1e-5, 1e-5), "%s, d %u",
                    sg_op_get(op)->name, i);
    }
    kit_close(&k);
  }
}
END_TEST

/* Constants among the operands; no node, no record; outputs may take the operands' place. */
START_TEST(mixed_operands) {
  kit k;
  kit_open(&k);
  sg_value x[3] = {sg_number(1.), kit_leaf(&k, 2.), sg_number(3.)}, y;
  y = kit_block(&k, SG_OP_SUM, x, 3);
  ck_assert(sg_is_node(y));
  ck_assert_double_eq(kit_value(&k, y), 6.);
  ck_assert_double_eq(kit_partial(&k, y, x[1]), 1.);
  ck_assert_uint_eq(sg_node_operand_count(&k.tape, sg_as_node(y)), 3);
  ck_assert_uint_eq(sg_node_operand(&k.tape, sg_as_node(y), 1), sg_as_node(x[1]));
  k.tape.recording = false;
  ck_assert(!sg_is_node(kit_block(&k, SG_OP_SUM, x, 3)));
  k.tape.recording = true;
  sg_value plain[2] = {sg_number(3.), sg_number(4.)};
  ck_assert_double_eq(sg_as_double(kit_block(&k, SG_OP_NORM, plain, 2)), 5.);
  ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, x, 3, x));
  ck_assert(sg_is_node(x[0]) && sg_is_node(x[2]));
  ck_assert_uint_eq(sg_node_first_output(&k.tape, sg_as_node(x[2])), sg_as_node(x[0]));
  ck_assert_uint_eq(sg_node_output_count(&k.tape, sg_as_node(x[2])), 3);
  kit_close(&k);
}
END_TEST

/* dot of a list with itself: d/dx of x.x is 2x. */
START_TEST(dot_with_itself) {
  kit k;
  kit_open(&k);
  sg_value x[4] = {kit_leaf(&k, 3.), kit_leaf(&k, 4.)}, d[2];
  x[2] = x[0];
  x[3] = x[1];
  sg_value y = kit_block(&k, SG_OP_DOT, x, 4);
  ck_assert(sg_tape_gradient(&k.tape, y, x, 2, d, &k.error));
  ck_assert_double_eq(kit_partial(&k, y, x[1]), 8.);
  ck_assert_double_eq(kit_value(&k, d[1]), 8.);
  ck_assert_double_eq(kit_value(&k, kit_gradient(&k, d[1], x[1])), 2.);
  kit_close(&k);
}
END_TEST

/* Expansions of one operand, and of operands with the order of lanes in play. */
START_TEST(order_of_sums) {
  double x[20];
  for (int i = 0; i < 20; i++) x[i] = i % 3 ? 1. : 1e16;
  double y, z = 0.;
  sg_op_value_block(SG_OP_SUM, x, 20, &y);
  double lanes[8] = {0};
  for (int i = 0; i < 20; i++) lanes[i % 8] += x[i];
  z = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
      ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
  ck_assert_double_eq(y, z);
}
END_TEST

Suite *blocks_suite(void) {
  Suite *suite = suite_create("blocks");
  TCase *tests = tcase_create("blocks");
  tcase_add_loop_test(tests, kernel_against_expansion, SG_OP_SUM, SG_OP_COUNT);
  tcase_add_loop_test(tests, kernel_against_differences, SG_OP_SUM, SG_OP_COUNT);
  tcase_add_test(tests, mixed_operands);
  tcase_add_test(tests, dot_with_itself);
  tcase_add_test(tests, order_of_sums);
  suite_add_tcase(suite, tests);
  return suite;
}
