/* sgrad: tests of shaped blocks on the tape: collections, truncation, stale leaves, failing
 * allocations, interrupts. */
#include "base/error.h"
#include "graph/shaped.h"
#include "tests/unit/graph_kit.h"

#include <string.h>

Suite *shaped_tape_suite(void);

enum { INPUTS = 3, HIDDEN = 5, CLASSES = 4, SAMPLES = 6 };
enum { FIRST = HIDDEN * (INPUTS + 1), PARAMETERS = FIRST + CLASSES * HIDDEN };

/* A network whose parameters are a run at first; then some are replaced, so that they are a list.
 */
typedef struct net {
  kit *kit;
  sg_value p[PARAMETERS];
  sg_value x[INPUTS * SAMPLES]; /* some plain */
  sg_value loss;
} net;

static double number(sg_random *random) { return 2. * sg_random_unit(random) - 1.; }

static void make_leaves(net *n, sg_random *random, bool list) {
  for (int k = 0; k < PARAMETERS; k++) n->p[k] = kit_leaf(n->kit, number(random));
  for (int k = 0; k < INPUTS * SAMPLES; k++) {
    double x = number(random);
    n->x[k] = k % 4 == 1 ? sg_number(x) : kit_leaf(n->kit, x);
  }
  if (list) n->p[7] = kit_apply1(n->kit, SG_OP_SIN, kit_leaf(n->kit, 0.5));
}

static bool forward(net *n, sg_op activation, bool data) {
  sg_tape *tape = &n->kit->tape;
  double x[INPUTS * SAMPLES], targets[SAMPLES];
  sg_vector hidden, scores, loss, squares, parameters = sg_vector_list(n->p, PARAMETERS);
  sg_dense first = {.inputs = INPUTS,
                    .outputs = HIDDEN,
                    .samples = SAMPLES,
                    .has_bias = true,
                    .activation = activation,
                    .constant = 0.1};
  sg_dense second = {
      .inputs = HIDDEN, .outputs = CLASSES, .samples = SAMPLES, .activation = SG_OP_IDENTITY};
  sg_cross_entropy shape = {.classes = CLASSES, .samples = SAMPLES, .reduction = SG_REDUCE_MEAN};
  for (int k = 0; k < INPUTS * SAMPLES; k++) x[k] = sg_tape_value(tape, n->x[k]);
  for (int k = 0; k < SAMPLES; k++) targets[k] = k % CLASSES;
  sg_vector inputs =
      data ? sg_vector_data(x, INPUTS * SAMPLES) : sg_vector_list(n->x, INPUTS * SAMPLES);
  return sg_apply_dense(tape, &first, inputs, sg_vector_list(n->p, FIRST), NULL, &hidden,
                        &n->kit->error) &&
         sg_apply_dense(tape, &second, hidden, sg_vector_list(n->p + FIRST, PARAMETERS - FIRST),
                        NULL, &scores, &n->kit->error) &&
         sg_apply_cross_entropy(tape, &shape, scores, sg_vector_data(targets, SAMPLES), NULL, &loss,
                                &n->kit->error) &&
         sg_apply_squares(tape, parameters, NULL, &squares, &n->kit->error) &&
         sg_apply2(tape, SG_OP_ADD, sg_vector_get(loss, 0), sg_vector_get(squares, 0), &n->loss);
}

/* ---- collections ---- */

/* All handles that a net and a list hold, replaced where nodes move. */
static void collect(kit *k, net *nets, int count, bool fully) {
  sg_value *held[4 * (PARAMETERS + INPUTS * SAMPLES + 1)], values[sizeof held / sizeof *held];
  uint32_t n = 0;
  for (int i = 0; i < count; i++) {
    for (int j = 0; j < PARAMETERS; j++) held[n++] = &nets[i].p[j];
    for (int j = 0; j < INPUTS * SAMPLES; j++)
      if (sg_is_node(nets[i].x[j])) held[n++] = &nets[i].x[j];
    held[n++] = &nets[i].loss;
  }
  for (uint32_t j = 0; j < n; j++) values[j] = *held[j];
  (fully ? kit_collect : kit_collect_young)(k, values, n);
  for (uint32_t j = 0; j < n; j++) *held[j] = values[j];
}

/* What the tape says of itself still holds. */
static void check_tape(const sg_tape *tape) {
  for (sg_node i = 0; i < tape->count; i++)
    for (uint32_t n = 0; n < sg_node_operand_count(tape, i); n++)
      ck_assert_uint_lt(sg_node_operand(tape, i, n), sg_node_first_output(tape, i));
}

/* Four networks between nodes that die; their gradients, and the second derivative of one. */
static void run_nets(uint64_t seed, bool collecting, double *grads) {
  static const sg_op activations[] = {SG_OP_RELU, SG_OP_TANH, SG_OP_LEAKY_RELU, SG_OP_IDENTITY};
  kit k;
  net nets[4];
  sg_random random, moments;
  sg_random_seed(&random, seed);
  sg_random_seed(&moments, seed + 1);
  kit_open(&k);
  for (int i = 0; i < 4; i++) {
    sg_value dead = kit_leaf(&k, 1.);
    for (int j = 0; j < 70 * i; j++) dead = kit_apply1(&k, SG_OP_SIN, dead);
    nets[i].kit = &k;
    make_leaves(&nets[i], &random, i % 2 == 1);
    net gone = nets[i]; /* a block that dies */
    ck_assert(forward(&gone, SG_OP_TANH, true));
    ck_assert(forward(&nets[i], activations[i], i == 3));
    if (collecting && sg_random_below(&moments, 3) > 0)
      collect(&k, nets, i + 1, sg_random_below(&moments, 2) > 0);
  }
  for (int i = 0; i < 4; i++) {
    kit_backward(&k, nets[i].loss);
    if (collecting) collect(&k, nets, 4, true);
  }
  check_tape(&k.tape);
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < PARAMETERS; j++) *grads++ = kit_grad(&k, nets[i].p[j]);
  sg_value d = kit_gradient(&k, nets[1].loss, nets[1].p[7]);
  *grads++ = kit_value(&k, kit_gradient(&k, d, nets[1].p[8]));
  if (collecting) {
    collect(&k, nets, 0, true);
    ck_assert_uint_eq(k.tape.count, 0);
    ck_assert_uint_eq(k.tape.arg_count, 0);
    ck_assert_uint_eq(k.tape.data_count, 0);
  }
  kit_close(&k);
}

START_TEST(collections_change_no_gradient) {
  double plain[4 * PARAMETERS + 1], moved[4 * PARAMETERS + 1];
  run_nets((uint64_t)_i, false, plain);
  run_nets((uint64_t)_i, true, moved);
  ck_assert_mem_eq(plain, moved, sizeof plain);
}
END_TEST

/* ---- truncation ---- */

/* Blocks of few nodes and many plain numbers: those alone ask for collections, and stay bounded. */
START_TEST(numbers_ask_for_collections) {
  enum { FEATURES = 1000, BATCH = 32 };
  static double x[FEATURES * BATCH];
  static sg_value w[FEATURES];
  kit k;
  kit_open(&k);
  for (int i = 0; i < FEATURES; i++) w[i] = kit_leaf(&k, 0.001 * i);
  sg_dense shape = {
      .inputs = FEATURES, .outputs = 1, .samples = BATCH, .activation = SG_OP_IDENTITY};
  sg_vector parameters = sg_vector_list(w, FEATURES), data = sg_vector_data(x, FEATURES * BATCH);
  uint32_t most = 0, collections = 0;
  for (int step = 0; step < 100; step++) {
    sg_vector out;
    ck_assert(sg_apply_dense(&k.tape, &shape, data, parameters, NULL, &out, &k.error));
    if (k.tape.data_count > most) most = k.tape.data_count;
    if (!*k.tape.attention) continue;
    *k.tape.attention = false;
    collections++;
    kit_collect_young(&k, w, FEATURES);
  }
  ck_assert_uint_ge(collections, 20);
  ck_assert_uint_le(most, SG_COLLECT_DATA + FEATURES * BATCH);
  ck_assert_uint_lt(k.tape.count, SG_COLLECT_LEAST);
  kit_close(&k);
}
END_TEST

START_TEST(truncated_steps) {
  kit k;
  net n = {.kit = &k};
  sg_random random;
  sg_random_seed(&random, 9);
  kit_open(&k);
  make_leaves(&n, &random, true);
  sg_value other = kit_leaf(&k, 0.);
  double first[PARAMETERS];
  size_t used = 0;
  for (int step = 0; step < 5; step++) {
    sg_tape_mark mark = sg_tape_get_mark(&k.tape);
    sg_node_set_data(&k.tape, sg_as_node(n.p[0]), 0.25); /* stale from here on, not later */
    ck_assert(forward(&n, SG_OP_RELU, step % 2 == 0));
    sg_node_set_data(&k.tape, sg_as_node(other), step); /* has the net looked at: it is not stale */
    kit_backward(&k, n.loss);
    sg_node_set_data(&k.tape, sg_as_node(n.p[1]), -0.25);
    ck_assert(!sg_tape_backward(&k.tape, sg_as_node(n.loss), &k.error));
    k.error = (sg_error){0};
    sg_tape_truncate(&k.tape, mark);
    ck_assert_uint_eq(k.tape.count, mark.nodes);
    ck_assert_uint_eq(k.tape.arg_count, mark.args);
    ck_assert_uint_eq(k.tape.data_count, mark.data);
    for (int j = 0; j < PARAMETERS; j++) {
      double grad = kit_grad(&k, n.p[j]);
      if (step == 1) first[j] = grad;
      if (step > 1) ck_assert_msg(grad == first[j], "%d", j);
    }
    sg_tape_zero_grad(&k.tape, NULL, 0);
    if (step == 2) used = k.memory.used;
    if (step > 2) ck_assert_uint_eq(k.memory.used, used);
  }
  kit_collect(&k, n.p, PARAMETERS);
  check_tape(&k.tape);
  kit_close(&k);
}
END_TEST

/* ---- stale leaves ---- */

START_TEST(stale_leaves) {
  for (int i = 0; i < PARAMETERS + 2; i++) {
    kit k;
    net n = {.kit = &k};
    sg_random random;
    sg_random_seed(&random, 2);
    kit_open(&k);
    make_leaves(&n, &random, false);
    sg_value other = kit_leaf(&k, 3.), d;
    ck_assert(forward(&n, SG_OP_TANH, false));
    sg_value leaf = i < PARAMETERS ? n.p[i] : i == PARAMETERS ? n.x[0] : other;
    sg_node_set_data(&k.tape, sg_as_node(leaf), 1.);
    bool fresh = i > PARAMETERS;
    ck_assert(sg_tape_backward(&k.tape, sg_as_node(n.loss), &k.error) == fresh);
    ck_assert(sg_node_has_grad(&k.tape, sg_as_node(n.p[3])) == fresh);
    ck_assert(sg_tape_gradient(&k.tape, n.loss, n.p, 1, &d, &k.error) == fresh);
    kit_close(&k);
  }
}
END_TEST

/* ---- failures ---- */

static bool fail_at(void *context, uint64_t call) { return call == *(uint64_t *)context; }

/* Every allocation of a step fails in turn: nothing has changed, and the next step is right. */
START_TEST(failing_allocations) {
  double wanted[PARAMETERS];
  for (uint64_t fail = 0, done = 0; !done; fail++) {
    kit k;
    net n = {.kit = &k};
    sg_random random;
    uint64_t call;
    sg_random_seed(&random, 4);
    kit_open(&k);
    make_leaves(&n, &random, true);
    sg_tape_mark mark = sg_tape_get_mark(&k.tape);
    call = fail == 0 ? 0 : k.memory.calls + fail;
    k.memory.fault = fail_at;
    k.memory.fault_context = &call;
    bool ok = forward(&n, SG_OP_RELU, false);
    if (!ok) ck_assert_int_eq(k.error.status, SG_NO_MEMORY);
    if (ok && !sg_tape_backward(&k.tape, sg_as_node(n.loss), &k.error)) {
      ok = false;
      for (int j = 0; j < PARAMETERS; j++)
        ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(n.p[j])));
    }
    done = fail > 0 && k.memory.calls < call;
    k.memory.fault = NULL;
    k.error = (sg_error){0};
    check_tape(&k.tape);
    if (!ok) {
      sg_tape_truncate(&k.tape, mark);
      ck_assert(forward(&n, SG_OP_RELU, false));
      kit_backward(&k, n.loss);
    }
    for (int j = 0; j < PARAMETERS; j++) {
      if (fail == 0) wanted[j] = kit_grad(&k, n.p[j]);
      ck_assert(kit_grad(&k, n.p[j]) == wanted[j]);
    }
    kit_close(&k);
  }
}
END_TEST

/* Nothing is recorded and no gradient set by what was interrupted. */
START_TEST(interrupts) {
  kit k;
  net n = {.kit = &k};
  sg_random random;
  sg_random_seed(&random, 4);
  kit_open(&k);
  make_leaves(&n, &random, true);
  uint32_t count = k.tape.count;
  sg_interrupted = 1;
  ck_assert(!forward(&n, SG_OP_RELU, false));
  ck_assert_int_eq(k.error.status, SG_INTERRUPTED);
  ck_assert_uint_eq(k.tape.count, count);
  ck_assert_uint_eq(k.tape.arg_count + k.tape.data_count, 0);
  sg_interrupted = 0;
  k.error = (sg_error){0};
  ck_assert(forward(&n, SG_OP_RELU, false));
  sg_interrupted = 1;
  ck_assert(!sg_tape_backward(&k.tape, sg_as_node(n.loss), &k.error));
  ck_assert_int_eq(k.error.status, SG_INTERRUPTED);
  sg_interrupted = 0;
  ck_assert(!sg_node_has_grad(&k.tape, sg_as_node(n.p[0])));
  kit_backward(&k, n.loss);
  kit_close(&k);
}
END_TEST

/* A batch that could not be numbered. */
START_TEST(too_many_outputs) {
  kit k;
  sg_vector out;
  kit_open(&k);
  sg_dense s = {.inputs = 1, .outputs = 65536, .samples = 65536, .activation = SG_OP_RELU};
  double x[1] = {0};
  ck_assert(!sg_apply_dense(&k.tape, &s, sg_vector_data(x, 65536), sg_vector_data(x, 65536), NULL,
                            &out, &k.error));
  ck_assert_int_eq(k.error.status, SG_NO_MEMORY);
  kit_close(&k);
}
END_TEST

Suite *shaped_tape_suite(void) {
  Suite *suite = suite_create("shaped_tape");
  TCase *tests = tcase_create("shaped_tape");
  tcase_add_loop_test(tests, collections_change_no_gradient, 0, 30);
  tcase_add_test(tests, numbers_ask_for_collections);
  tcase_add_test(tests, truncated_steps);
  tcase_add_test(tests, stale_leaves);
  tcase_add_test(tests, failing_allocations);
  tcase_add_test(tests, interrupts);
  tcase_add_test(tests, too_many_outputs);
  suite_add_tcase(suite, tests);
  return suite;
}
