/* sgrad: tests of graph/collect.h: what lives, what moves, what is let go. */
#include "tests/unit/graph_kit.h"

Suite *collect_suite(void);

START_TEST(garbage_goes) {
  kit k;
  kit_open(&k);
  sg_value held[3];
  for (int i = 0; i < 1000; i++) kit_apply1(&k, SG_OP_EXP, kit_leaf(&k, i));
  held[0] = kit_leaf(&k, 2.);
  sg_value dead = kit_leaf(&k, 3.);
  held[1] = kit_apply2(&k, SG_OP_MUL, held[0], dead);
  kit_apply2(&k, SG_OP_ADD, held[1], dead);
  held[2] = held[0];
  kit_collect(&k, held, 3);
  ck_assert_uint_eq(k.tape.count, 3);
  ck_assert_uint_eq(sg_as_node(held[0]), 0);
  ck_assert_uint_eq(held[0].bits, held[2].bits);
  ck_assert_double_eq(kit_value(&k, held[1]), 6.);
  ck_assert_double_eq(kit_partial(&k, held[1], held[0]), 3.);
  kit_collect(&k, NULL, 0);
  ck_assert_uint_eq(k.tape.count, 0);
  ck_assert_uint_eq(k.tape.arg_count, 0);
  kit_close(&k);
}
END_TEST

/* ---- random graphs, before and after ---- */

enum { NODES = 600, HELD = 40, LEAVES = 8 };

static sg_value pick(sg_random *random, const sg_value *all, uint32_t count) {
  if (sg_random_below(random, 10) == 0) return sg_number((double)sg_random_below(random, 3));
  return all[sg_random_below(random, count)];
}

/* Bounded operations only, so that no value becomes inf or nan. */
static sg_value grow(kit *k, sg_random *random, const sg_value *all, uint32_t count,
                     sg_value *outputs) {
  static const sg_op ops[] = {SG_OP_TANH, SG_OP_SIN, SG_OP_RELU, SG_OP_ADD, SG_OP_MUL, SG_OP_MAX};
  sg_value x[6];
  for (int i = 0; i < 6; i++) x[i] = pick(random, all, count);
  uint32_t which = (uint32_t)sg_random_below(random, 9);
  if (which < 3) return kit_apply1(k, ops[which], x[0]);
  if (which < 6) return kit_apply1(k, SG_OP_TANH, kit_apply2(k, ops[which], x[0], x[1]));
  if (which == 6) return kit_block(k, SG_OP_MEAN, x, 5);
  if (which == 7) return kit_apply1(k, SG_OP_SIN, kit_block(k, SG_OP_DOT, x, 6));
  ck_assert(sg_apply_block(&k->tape, SG_OP_SOFTMAX, x, 4, outputs));
  return outputs[sg_random_below(random, 4)];
}

typedef struct record {
  double value, grad, partials[LEAVES];
  bool has_grad;
} record;

static record describe(kit *k, sg_value v, const sg_value *leaves) {
  record r = {.value = kit_value(k, v), .grad = kit_grad(k, v)};
  r.has_grad = sg_node_has_grad(&k->tape, sg_as_node(v));
  for (int i = 0; i < LEAVES; i++) r.partials[i] = kit_partial(k, v, leaves[i]);
  return r;
}

static void check_same(const record *x, const record *y) {
  ck_assert_double_eq(x->value, y->value);
  ck_assert_double_eq(x->grad, y->grad);
  ck_assert_int_eq(x->has_grad, y->has_grad);
  for (int i = 0; i < LEAVES; i++) ck_assert_double_eq(x->partials[i], y->partials[i]);
}

START_TEST(nothing_changes) {
  kit k;
  sg_random random;
  sg_value all[NODES], held[HELD], outputs[4];
  record before[HELD];
  kit_open(&k);
  sg_random_seed(&random, (uint64_t)_i);
  for (int i = 0; i < LEAVES; i++) held[i] = all[i] = kit_leaf(&k, sg_random_unit(&random));
  for (uint32_t i = LEAVES; i < NODES; i++) {
    all[i] = grow(&k, &random, all, i, outputs);
    if (!sg_is_node(all[i])) all[i] = kit_leaf(&k, 1.);
  }
  for (int i = LEAVES; i < HELD; i++) held[i] = all[sg_random_below(&random, NODES)];
  for (int i = 0; i < 3; i++)
    kit_backward(&k, all[NODES / 2 + sg_random_below(&random, NODES / 2)]);
  for (int i = 0; i < HELD; i++) before[i] = describe(&k, held[i], held);
  uint32_t count = k.tape.count;
  kit_collect(&k, held, HELD);
  ck_assert_uint_lt(k.tape.count, count);
  for (int i = 0; i < HELD; i++) {
    record after = describe(&k, held[i], held);
    check_same(&before[i], &after);
  }
  /* and the tape goes on: the same operation gives the same again */
  sg_value again = kit_apply2(&k, SG_OP_MUL, held[0], sg_number(2.));
  kit_backward(&k, again);
  ck_assert_double_eq(kit_partial(&k, again, held[0]), 2.);
  count = k.tape.count;
  kit_collect(&k, held, HELD);
  kit_collect(&k, held, HELD);
  ck_assert_uint_lt(k.tape.count, count);
  kit_close(&k);
}
END_TEST

/* Young and full collections in turn, while the graph grows on what is held. */
static void check_generation(kit *k, sg_random *random, sg_value *held, bool full) {
  sg_value all[NODES], outputs[4];
  record before[HELD];
  for (uint32_t i = 0; i < HELD; i++) all[i] = held[i];
  for (uint32_t i = HELD; i < NODES; i++) {
    all[i] = grow(k, random, all, i, outputs);
    if (!sg_is_node(all[i])) all[i] = kit_leaf(k, 1.);
  }
  for (int i = LEAVES; i < HELD; i++)
    if (sg_random_below(random, 2)) held[i] = all[sg_random_below(random, NODES)];
  for (int i = 0; i < 2; i++) kit_backward(k, held[LEAVES + i]);
  for (int i = 0; i < HELD; i++) before[i] = describe(k, held[i], held);
  uint32_t settled = k->tape.settled, count = k->tape.count;
  (full ? kit_collect : kit_collect_young)(k, held, HELD);
  ck_assert_uint_lt(k->tape.count, count);
  ck_assert(full || k->tape.count >= settled);
  ck_assert_uint_eq(k->tape.settled, k->tape.count);
  ck_assert_uint_eq(k->tape.settled_args, k->tape.arg_count);
  for (int i = 0; i < HELD; i++) {
    record after = describe(k, held[i], held);
    check_same(&before[i], &after);
  }
}

/* Operands lie below, those of blocks too. */
static void check_order(const sg_tape *tape) {
  for (sg_node i = 0; i < tape->count; i++)
    for (uint32_t n = 0; n < sg_node_operand_count(tape, i); n++)
      ck_assert_uint_lt(sg_node_operand(tape, i, n), sg_node_first_output(tape, i));
}

START_TEST(generations_change_nothing) {
  kit k;
  sg_random random;
  sg_value held[HELD];
  kit_open(&k);
  sg_random_seed(&random, (uint64_t)_i);
  for (int i = 0; i < HELD; i++) held[i] = kit_leaf(&k, sg_random_unit(&random));
  kit_collect(&k, held, HELD);
  for (int i = 0; i < 12; i++) {
    check_generation(&k, &random, held, i % 5 == 4);
    check_order(&k.tape);
  }
  kit_collect(&k, NULL, 0);
  ck_assert_uint_eq(k.tape.count, 0);
  ck_assert_uint_eq(k.tape.arg_count, 0);
  kit_close(&k);
}
END_TEST

/* What was settled goes in a full collection only, and stays where it is until then. */
START_TEST(settled_stays_put) {
  kit k;
  kit_open(&k);
  sg_value held[2] = {kit_leaf(&k, 1.), kit_leaf(&k, 2.)};
  for (int i = 0; i < 100; i++) held[1] = kit_apply1(&k, SG_OP_SIN, held[1]);
  kit_collect(&k, held, 2);
  ck_assert_uint_eq(k.tape.settled, 102);
  uint64_t place = held[1].bits;
  sg_value dead = kit_apply1(&k, SG_OP_COS, held[1]);
  held[0] = kit_apply2(&k, SG_OP_ADD, held[0], held[1]);
  sg_collection collection;
  ck_assert(sg_collect_begin(&collection, &k.tape));
  sg_collect_hold(&collection, sg_as_node(held[0]));
  ck_assert(sg_collect_find(&collection));
  ck_assert(sg_collect_slide(&collection));
  ck_assert(sg_collect_is_live(&collection, sg_as_node(held[0])));
  ck_assert(sg_collect_is_live(&collection, sg_as_node(held[1])));
  ck_assert(sg_collect_is_live(&collection, 0));
  ck_assert(!sg_collect_is_live(&collection, sg_as_node(dead)));
  ck_assert_uint_eq(sg_collect_moved(&collection, sg_as_node(held[0])), 102);
  ck_assert_uint_eq(sg_collect_moved(&collection, (sg_node)place), (sg_node)place);
  sg_collect_end(&collection);
  ck_assert_uint_eq(k.tape.count, 103);
  kit_collect_young(&k, NULL, 0);
  ck_assert_uint_eq(k.tape.count, 103);
  kit_collect(&k, NULL, 0);
  ck_assert_uint_eq(k.tape.count, 0);
  kit_close(&k);
}
END_TEST

/* A leaf that settled and is changed afterwards makes stale what was made before the change. */
START_TEST(settled_leaf_changes) {
  kit k;
  kit_open(&k);
  sg_value w = kit_leaf(&k, 1.);
  kit_collect(&k, &w, 1);
  for (int i = 0; i < 100; i++) kit_leaf(&k, 0.);
  sg_value held[3] = {w, kit_apply1(&k, SG_OP_EXP, w), w};
  for (int i = 0; i < 100; i++) kit_leaf(&k, 0.);
  sg_node_set_data(&k.tape, sg_as_node(w), 2.);
  held[2] = kit_apply1(&k, SG_OP_EXP, w);
  kit_collect_young(&k, held, 3);
  ck_assert_uint_eq(k.tape.count, 3);
  kit_leaf(&k, 0.);
  kit_collect_young(&k, held, 3);
  ck_assert(!sg_tape_backward(&k.tape, sg_as_node(held[1]), &k.error));
  kit_backward(&k, held[2]);
  ck_assert_double_eq(kit_grad(&k, held[0]), exp(2.));
  kit_close(&k);
}
END_TEST

/* Put off after every piece, it ends as one that was not. */
START_TEST(interrupt_puts_off_the_slide) {
  enum { PAIRS = 200000 };
  kit k;
  kit_open(&k);
  sg_value w = kit_leaf(&k, 3.), sum = kit_apply1(&k, SG_OP_SIN, w);
  sg_node_set_data(&k.tape, sg_as_node(w), 2.);
  bool ok = true; /* one assertion, as each is a message to the runner */
  sg_value dead;
  for (int i = 0; i < PAIRS; i++)
    ok = ok && sg_apply2(&k.tape, SG_OP_ADD, sum, w, &sum) && sg_tape_leaf(&k.tape, 0., &dead);
  ck_assert(ok);
  sg_collection collection;
  ck_assert(sg_collect_begin(&collection, &k.tape));
  sg_collect_hold(&collection, sg_as_node(w));
  sg_collect_hold(&collection, sg_as_node(sum));
  ck_assert(sg_collect_find(&collection));
  sg_interrupted = 1;
  int calls = 1;
  while (!sg_collect_slide(&collection)) calls++;
  sg_interrupted = 0;
  ck_assert_int_gt(calls, 5);
  ck_assert_uint_eq(k.tape.count, PAIRS + 2);
  w = sg_node_value(sg_collect_moved(&collection, sg_as_node(w)));
  sum = sg_node_value(sg_collect_moved(&collection, sg_as_node(sum)));
  sg_collect_end(&collection);
  for (sg_node i = 2; i < k.tape.count; i++)
    ok = ok && k.tape.operands[i].a == i - 1 && k.tape.operands[i].b == 0;
  ck_assert(ok);
  ck_assert_double_eq(kit_value(&k, w), 2.);
  ck_assert(!sg_tape_backward(&k.tape, sg_as_node(sum), &k.error)); /* sin(w) is stale still */
  kit_close(&k);
}
END_TEST

/* Given up at once, it has changed nothing. */
START_TEST(interrupt_gives_up) {
  kit k;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 2.), held[2] = {x, x};
  for (int i = 0; i < 1000; i++) kit_leaf(&k, 0.);
  held[1] = kit_apply1(&k, SG_OP_EXP, x);
  uint32_t count = k.tape.count;
  sg_collection collection;
  ck_assert(sg_collect_begin(&collection, &k.tape));
  for (int i = 0; i < 2; i++) sg_collect_hold(&collection, sg_as_node(held[i]));
  sg_interrupted = 1;
  ck_assert(!sg_collect_find(&collection));
  sg_interrupted = 0;
  sg_collect_end(&collection);
  ck_assert_uint_eq(k.tape.count, count);
  ck_assert_uint_eq(k.tape.settled, 0);
  ck_assert_double_eq(kit_partial(&k, held[1], held[0]), exp(2.));
  kit_collect(&k, held, 2);
  ck_assert_uint_eq(k.tape.count, 2);
  kit_close(&k);
}
END_TEST

/* A graph that was stale stays so, one that was fresh does too. */
START_TEST(stale_stays_stale) {
  kit k;
  kit_open(&k);
  for (int i = 0; i < 100; i++) kit_leaf(&k, 0.);
  sg_value w = kit_leaf(&k, 1.), held[3] = {w, kit_apply1(&k, SG_OP_EXP, w), w};
  for (int i = 0; i < 100; i++) kit_leaf(&k, 0.);
  sg_node_set_data(&k.tape, sg_as_node(w), 2.);
  held[2] = kit_apply1(&k, SG_OP_EXP, w);
  kit_collect(&k, held, 3);
  ck_assert_uint_eq(k.tape.count, 3);
  ck_assert(!sg_tape_backward(&k.tape, sg_as_node(held[1]), &k.error));
  ck_assert_int_eq(k.error.status, SG_ERROR);
  kit_backward(&k, held[2]);
  ck_assert_double_eq(kit_grad(&k, held[0]), exp(2.));
  /* changed when nothing lay above it */
  sg_node_set_data(&k.tape, sg_as_node(held[0]), 3.);
  kit_collect(&k, held, 1);
  kit_backward(&k, kit_apply1(&k, SG_OP_NEGATE, held[0]));
  kit_close(&k);
}
END_TEST

/* One output of a block keeps all of them. */
START_TEST(block_lives_whole) {
  kit k;
  kit_open(&k);
  sg_value x[3], y[3], held[2];
  for (int i = 0; i < 200; i++) kit_leaf(&k, 0.);
  for (int i = 0; i < 3; i++) x[i] = kit_leaf(&k, i);
  kit_block(&k, SG_OP_SUM, x, 3);
  ck_assert(sg_apply_block(&k.tape, SG_OP_SOFTMAX, x, 3, y));
  double value = kit_value(&k, y[1]), partial = kit_partial(&k, y[1], x[2]);
  held[0] = y[1];
  held[1] = x[2];
  kit_collect(&k, held, 2);
  ck_assert_uint_eq(k.tape.count, 6);
  ck_assert_uint_eq(k.tape.arg_count, 5);
  ck_assert_double_eq(kit_value(&k, held[0]), value);
  ck_assert_double_eq(kit_partial(&k, held[0], held[1]), partial);
  kit_close(&k);
}
END_TEST

Suite *collect_suite(void) {
  Suite *suite = suite_create("collect");
  TCase *tests = tcase_create("collection");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, garbage_goes);
  tcase_add_loop_test(tests, nothing_changes, 0, 20);
  tcase_add_loop_test(tests, generations_change_nothing, 0, 8);
  tcase_add_test(tests, settled_stays_put);
  tcase_add_test(tests, settled_leaf_changes);
  tcase_add_test(tests, interrupt_gives_up);
  tcase_add_test(tests, interrupt_puts_off_the_slide);
  tcase_add_test(tests, stale_stays_stale);
  tcase_add_test(tests, block_lives_whole);
  suite_add_tcase(suite, tests);
  return suite;
}
