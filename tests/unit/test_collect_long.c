/* sgrad: tests of graph/collect.h: what long sessions ask of it: histories, loops, no memory. */
#include "tests/unit/graph_kit.h"

Suite *collect_long_suite(void);

/* ---- histories ---- */

static sg_value count_up(kit *k, sg_value sum, uint32_t times) {
  for (uint32_t i = 0; i < times; i++)
    ck_assert(sg_apply2(&k->tape, SG_OP_ADD, sum, sg_number(1.), &sum));
  return sum;
}

/* A running sum whose beginning nobody holds becomes a leaf; one whose beginning is held does not.
 */
START_TEST(history_is_cut) {
  kit k;
  kit_open(&k);
  sg_value w = kit_leaf(&k, 5.), used = kit_apply1(&k, SG_OP_EXP, w);
  sg_value sum = count_up(&k, kit_leaf(&k, 0.), SG_CUT_ABOVE + 10);
  kit_backward(&k, sum);
  kit_backward(&k, sum);
  sg_value held[3] = {w, used, sum};
  kit_collect(&k, held, 3);
  ck_assert_uint_eq(k.tape.count, 3);
  ck_assert_int_eq(k.tape.op[sg_as_node(held[2])], SG_OP_CUT);
  ck_assert_int_eq(k.tape.op[sg_as_node(held[1])], SG_OP_EXP);
  ck_assert_double_eq(kit_value(&k, held[2]), SG_CUT_ABOVE + 10.);
  ck_assert_double_eq(kit_grad(&k, held[2]), 1.);
  /* it still is a computed node: no accumulation, no .data */
  ck_assert(!sg_node_is_leaf(&k.tape, sg_as_node(held[2])));
  kit_backward(&k, kit_apply2(&k, SG_OP_MUL, held[2], sg_number(3.)));
  kit_backward(&k, kit_apply2(&k, SG_OP_MUL, held[2], sg_number(3.)));
  ck_assert_double_eq(kit_grad(&k, held[2]), 3.);
  ck_assert_double_eq(kit_value(&k, kit_gradient(&k, kit_apply1(&k, SG_OP_EXP, held[2]), held[2])),
                      exp(SG_CUT_ABOVE + 10.));
  kit_close(&k);
}
END_TEST

START_TEST(held_history_stays) {
  kit k;
  kit_open(&k);
  sg_value start = kit_leaf(&k, 1.), sum = count_up(&k, start, SG_CUT_ABOVE + 10);
  sg_value pair[2] = {sum, kit_leaf(&k, 2.)}, parts[2];
  ck_assert(sg_apply_block(&k.tape, SG_OP_LOG_SOFTMAX, pair, 2, parts));
  sg_value apart = kit_block(&k, SG_OP_SUM, pair + 1, 1);
  sg_value held[3] = {start, parts[1], apart};
  kit_collect(&k, held, 3);
  ck_assert_uint_gt(k.tape.count, SG_CUT_ABOVE);
  ck_assert_double_eq(kit_partial(&k, held[1], held[0]), -1.);
  ck_assert_int_eq(k.tape.op[sg_as_node(held[1])], SG_OP_LOG_SOFTMAX);
  ck_assert_int_eq(k.tape.op[sg_as_node(held[2])], SG_OP_CUT);
  kit_close(&k);
}
END_TEST

/* ---- loops ---- */

/* A million iterations that drop their graphs, collecting when attention is asked for. */
START_TEST(loop_is_bounded) {
  kit k;
  kit_open(&k);
  sg_value w = kit_leaf(&k, 0.5);
  uint32_t most = 0;
  for (int i = 0; i < 1000000; i++) {
    sg_value x[2] = {w, kit_leaf(&k, i)};
    kit_apply1(&k, SG_OP_TANH, kit_block(&k, SG_OP_SUM, x, 2));
    if (k.tape.count > most) most = k.tape.count;
    if (!*k.tape.attention) continue;
    *k.tape.attention = false;
    kit_collect(&k, &w, 1);
  }
  ck_assert_uint_le(most, SG_COLLECT_LEAST + 8);
  ck_assert_uint_lt(k.memory.peak, 4000000);
  kit_close(&k);
}
END_TEST

/* Iterations of a few generations, so that each collection finds some of one alive, which is
 * settled then and dead soon after: a full collection comes at three times what lives, or one
 * generation later. */
START_TEST(long_iterations_are_bounded) {
  enum { ITERATION = 50000 };
  kit k;
  kit_open(&k);
  sg_value held[2] = {kit_leaf(&k, 0.5), sg_number(0.)};
  uint32_t most = 0;
  for (int i = 0; i < 60; i++) {
    held[1] = held[0];
    for (int n = 0; n < ITERATION; n++) {
      held[1] = kit_apply2(&k, SG_OP_MUL, held[1], held[0]);
      if (k.tape.count > most) most = k.tape.count;
      if (!*k.tape.attention) continue;
      *k.tape.attention = false;
      kit_collect_young(&k, held, 2);
    }
    kit_backward(&k, held[1]);
  }
  ck_assert_uint_le(most, 3 * ITERATION + SG_COLLECT_MOST);
  kit_close(&k);
}
END_TEST

/* Of a graph that only grows, the settled part is looked at ever more rarely. */
START_TEST(full_collections_are_rare) {
  kit k;
  kit_open(&k);
  sg_value held[2] = {kit_leaf(&k, 0.5), kit_leaf(&k, 0.5)};
  int young = 0, full = 0;
  while (k.tape.count < 4000000) {
    held[1] = kit_apply1(&k, SG_OP_SIN, held[1]);
    held[1] = kit_apply2(&k, SG_OP_ADD, held[1], held[0]);
    if (!*k.tape.attention) continue;
    *k.tape.attention = false;
    *(k.tape.settled >= k.tape.full_at ? &full : &young) += 1;
    kit_collect_young(&k, held, 2);
  }
  ck_assert_int_ge(young, 50);
  ck_assert_int_le(full, 4);
  kit_close(&k);
}
END_TEST

/* A collection is due after so many young nodes; memory far beyond it is given back. */
START_TEST(attention_and_memory) {
  kit k;
  kit_open(&k);
  enum { MANY = 20000000 };
  sg_value x = kit_leaf(&k, 1.), y = x;
  for (uint32_t i = 1; i < 100000; i++) y = kit_apply1(&k, SG_OP_IDENTITY, y);
  ck_assert(*k.tape.attention);
  *k.tape.attention = false;
  sg_value held[2] = {x, y};
  kit_collect(&k, held, 2);
  enum { DUE = 100000 + SG_COLLECT_MOST };
  ck_assert_uint_eq(k.tape.collect_at, DUE);
  while (k.tape.count < DUE) y = kit_apply1(&k, SG_OP_IDENTITY, y);
  ck_assert(!*k.tape.attention);
  y = kit_apply1(&k, SG_OP_IDENTITY, y);
  ck_assert(*k.tape.attention);
  ck_assert(sg_tape_reserve(&k.tape, MANY));
  ck_assert_uint_ge(k.tape.allocated, MANY);
  kit_collect(&k, &x, 1);
  ck_assert_uint_eq(k.tape.collect_at, 1 + SG_COLLECT_LEAST);
  ck_assert_uint_le(k.tape.allocated, MANY / 2 + 200000);
  kit_close(&k);
}
END_TEST

static bool fails_at(void *context, uint64_t call) { return call == *(uint64_t *)context; }

START_TEST(out_of_memory) {
  kit k;
  kit_open(&k);
  sg_value x = count_up(&k, kit_leaf(&k, 1.), SG_CUT_ABOVE);
  for (uint64_t at = 1; at <= 5; at++) {
    uint64_t when = k.memory.calls + at;
    sg_collection collection;
    size_t used = k.memory.used;
    k.memory.fault = fails_at;
    k.memory.fault_context = &when;
    bool ok = sg_collect_begin(&collection, &k.tape);
    sg_collect_end(&collection);
    ck_assert(ok == (at == 5));
    ck_assert_uint_eq(k.memory.used, used);
  }
  k.memory.fault = NULL;
  kit_collect(&k, &x, 1);
  ck_assert_double_eq(kit_value(&k, x), SG_CUT_ABOVE + 1.);
  kit_close(&k);
}
END_TEST

Suite *collect_long_suite(void) {
  Suite *suite = suite_create("collect_long");
  TCase *tests = tcase_create("collection");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, history_is_cut);
  tcase_add_test(tests, held_history_stays);
  tcase_add_test(tests, loop_is_bounded);
  tcase_add_test(tests, long_iterations_are_bounded);
  tcase_add_test(tests, full_collections_are_rare);
  tcase_add_test(tests, attention_and_memory);
  tcase_add_test(tests, out_of_memory);
  suite_add_tcase(suite, tests);
  return suite;
}
