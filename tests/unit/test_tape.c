/* sgrad: tests of graph/tape.h: nodes, constants, growth, gradients set by hand. */
#include "tests/unit/graph_kit.h"

Suite *tape_suite(void);

START_TEST(plain_numbers_stay_plain) {
  kit k;
  kit_open(&k);
  sg_value v = kit_apply2(&k, SG_OP_ADD, sg_number(1.), sg_number(2.));
  ck_assert(sg_is_double(v) && sg_as_double(v) == 3.);
  v = kit_apply1(&k, SG_OP_NEGATE, v);
  ck_assert(sg_is_double(v) && sg_as_double(v) == -3.);
  ck_assert_uint_eq(k.tape.count, 0);
  sg_value x = kit_leaf(&k, 4.);
  ck_assert(sg_is_node(kit_apply2(&k, SG_OP_ADD, x, sg_number(1.))));
  k.tape.recording = false;
  v = kit_apply2(&k, SG_OP_ADD, x, sg_number(1.));
  ck_assert(sg_is_double(v) && sg_as_double(v) == 5.);
  ck_assert(sg_is_double(kit_apply1(&k, SG_OP_SQRT, x)));
  ck_assert(sg_is_node(kit_leaf(&k, 1.)));
  kit_close(&k);
}
END_TEST

/* Equal constants share a node, -0 and 0 do not; a node passes through. */
START_TEST(constants_are_shared) {
  kit k;
  kit_open(&k);
  sg_node a, b, c, d;
  ck_assert(sg_tape_operand(&k.tape, sg_number(2.5), &a));
  ck_assert(sg_tape_operand(&k.tape, sg_number(2.5), &b));
  ck_assert(sg_tape_operand(&k.tape, sg_number(0.), &c));
  ck_assert(sg_tape_operand(&k.tape, sg_number(-0.), &d));
  ck_assert_uint_eq(a, b);
  ck_assert_uint_ne(c, d);
  ck_assert_int_eq(k.tape.op[a], SG_OP_CONST);
  ck_assert(sg_tape_operand(&k.tape, sg_node_value(a), &b));
  ck_assert_uint_eq(a, b);
  sg_value x = kit_leaf(&k, 1.), y = kit_apply2(&k, SG_OP_MUL, x, sg_number(2.5));
  ck_assert_uint_eq(sg_node_operand(&k.tape, sg_as_node(y), 1), a);
  kit_backward(&k, y);
  ck_assert(!sg_node_has_grad(&k.tape, a));
  ck_assert(!sg_node_is_leaf(&k.tape, a) && sg_node_is_leaf(&k.tape, sg_as_node(x)));
  kit_close(&k);
}
END_TEST

START_TEST(operands) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 1.), y = kit_leaf(&k, 2.);
  sg_node one = sg_as_node(kit_apply1(&k, SG_OP_EXP, x));
  sg_node two = sg_as_node(kit_apply2(&k, SG_OP_SUB, x, y));
  ck_assert_uint_eq(sg_node_operand_count(&k.tape, sg_as_node(x)), 0);
  ck_assert_uint_eq(sg_node_operand_count(&k.tape, one), 1);
  ck_assert_uint_eq(sg_node_operand_count(&k.tape, two), 2);
  ck_assert_uint_eq(sg_node_operand(&k.tape, two, 1), sg_as_node(y));
  ck_assert_uint_eq(sg_node_output_count(&k.tape, two), 1);
  ck_assert_uint_eq(sg_node_first_output(&k.tape, two), two);
  kit_close(&k);
}
END_TEST

START_TEST(gradients_by_hand) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 1.), y = kit_apply1(&k, SG_OP_EXP, x);
  ck_assert(sg_node_set_grad(&k.tape, sg_as_node(y), -0.));
  ck_assert(sg_node_has_grad(&k.tape, sg_as_node(y)));
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x)));
  ck_assert(sg_node_set_grad(&k.tape, sg_as_node(x), 7.));
  ck_assert_double_eq(kit_grad(&k, x), 7.);
  kit_backward(&k, y);
  ck_assert_double_eq(kit_grad(&k, x), 7. + exp(1.));
  sg_node_zero_grad(&k.tape, sg_as_node(x));
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(x)));
  sg_node_zero_grad(&k.tape, sg_as_node(kit_leaf(&k, 1.)));
  kit_close(&k);
}
END_TEST

/* Growth that fails anywhere leaves the tape as it was, and is tried with less. */
static bool fails_at(void *context, uint64_t call) { return call == *(uint64_t *)context; }
static bool fails_from(void *context, uint64_t call) { return call >= *(uint64_t *)context; }

static void check_growth(uint32_t filled, bool (*fault)(void *, uint64_t)) {
  for (uint64_t at = 1; at <= 3; at++) {
    kit k;
    kit_open(&k);
    for (uint32_t i = 0; i < filled; i++) kit_leaf(&k, i);
    uint64_t when = k.memory.calls + at;
    uint32_t allocated = k.tape.allocated;
    size_t used = k.memory.used;
    k.memory.fault = fault;
    k.memory.fault_context = &when;
    bool ok = sg_tape_grow(&k.tape, 5000);
    ck_assert(ok == (fault == fails_at));
    ck_assert_uint_eq(k.tape.count, filled);
    if (!ok) {
      ck_assert_uint_eq(k.tape.allocated, allocated);
      ck_assert_uint_eq(k.memory.used, used);
      sg_value v = sg_number(3.);
      ck_assert(!sg_tape_leaf(&k.tape, 1., &v) || k.tape.count < k.tape.allocated);
    }
    for (uint32_t i = 0; i < filled; i++) ck_assert_double_eq(k.tape.value[i], i);
    kit_close(&k);
  }
}

START_TEST(growth_fails) {
  check_growth(0, fails_at);
  check_growth(0, fails_from);
  check_growth(900, fails_at);
  check_growth(900, fails_from);
}
END_TEST

/* Each call that may fail for want of memory says so, and changes nothing. */
START_TEST(out_of_memory) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 1.), pair[2] = {x, sg_number(2.)};
  sg_value out = sg_number(7.), expanded;
  sg_node node = 7;
  while (k.tape.count < k.tape.capacity) kit_leaf(&k, 0.);
  uint64_t never = 0;
  k.memory.fault = fails_from;
  k.memory.fault_context = &never;
  ck_assert(!sg_tape_leaf(&k.tape, 1., &out));
  ck_assert(!sg_apply1(&k.tape, SG_OP_EXP, x, &out));
  ck_assert(!sg_apply2(&k.tape, SG_OP_ADD, x, sg_number(1.), &out));
  ck_assert(!sg_apply_block(&k.tape, SG_OP_SUM, pair, 2, &out));
  ck_assert(!sg_tape_operand(&k.tape, sg_number(1.), &node));
  ck_assert(!sg_tape_expand(&k.tape, SG_OP_SUM, pair, 2, &expanded));
  ck_assert(!sg_node_set_grad(&k.tape, sg_as_node(x), 1.));
  k.memory.fault = NULL;
  ck_assert(!sg_tape_reserve(&k.tape, UINT32_MAX));
  ck_assert_double_eq(sg_as_double(out), 7.);
  ck_assert_uint_eq(node, 7);
  ck_assert_double_eq(kit_value(&k, kit_block(&k, SG_OP_SUM, pair, 2)), 3.);
  kit_close(&k);
}
END_TEST

/* Under a limit, growth takes what is left, in few steps. */
START_TEST(limit) {
  kit k;
  kit_open(&k);
  k.memory.limit = 1000000;
  uint32_t count = 0;
  sg_value v;
  while (sg_tape_leaf(&k.tape, 1., &v)) count++;
  ck_assert_uint_gt(count, 55000);
  ck_assert_uint_lt(k.memory.calls, 120);
  kit_close(&k);
}
END_TEST

Suite *tape_suite(void) {
  Suite *suite = suite_create("tape");
  TCase *tests = tcase_create("tape");
  tcase_add_test(tests, plain_numbers_stay_plain);
  tcase_add_test(tests, constants_are_shared);
  tcase_add_test(tests, operands);
  tcase_add_test(tests, gradients_by_hand);
  tcase_add_test(tests, growth_fails);
  tcase_add_test(tests, out_of_memory);
  tcase_add_test(tests, limit);
  suite_add_tcase(suite, tests);
  return suite;
}
