/* sgrad: tests of tame layers, whose sweeps let 0 stand for "no number": they have the gradients of
 * the same layers given as lists, which are swept with care, bit for bit; and of a small graph on a
 * long tape.
 */
#include "tests/unit/shaped_kit.h"

Suite *tame_suite(void);

enum { LAYERS = 3, MOST_SAMPLES = 100, WIDEST = 11 };
enum { MOST_PARAMETERS = LAYERS * WIDEST * (WIDEST + 1), MOST_INPUTS = WIDEST * MOST_SAMPLES };
enum { USE_HINGE, USE_EACH_HINGE, USE_SCORES, USE_SOME, USES };

typedef struct net {
  uint32_t sizes[LAYERS + 1], samples;
  sg_op activation;
  int use;
  bool x_is_data;
  double x[MOST_INPUTS], p[MOST_PARAMETERS], y[MOST_SAMPLES];
} net;

/* The nodes whose gradients are looked at: x, parameters, outputs of all layers. */
typedef struct watched {
  uint32_t count;
  sg_value nodes[MOST_INPUTS * (LAYERS + 1) + MOST_PARAMETERS];
  double grads[MOST_INPUTS * (LAYERS + 1) + MOST_PARAMETERS];
  bool has[MOST_INPUTS * (LAYERS + 1) + MOST_PARAMETERS];
} watched;

static uint32_t count_parameters(const net *n) {
  uint32_t count = 0;
  for (int i = 0; i < LAYERS; i++) count += n->sizes[i + 1] * (n->sizes[i] + 1);
  return count;
}

static void fill(net *n, uint64_t seed) {
  sg_random random;
  sg_random_seed(&random, seed);
  for (uint32_t k = 0; k < n->sizes[0] * n->samples; k++)
    n->x[k] = 2. * sg_random_unit(&random) - 1.;
  for (uint32_t k = 0; k < count_parameters(n); k++) n->p[k] = 2. * sg_random_unit(&random) - 1.;
  for (uint32_t k = 0; k < n->samples; k++) n->y[k] = sg_random_unit(&random) < 0.5 ? -2. : 2.;
}

/* Leaves in a row; as a list every other one, so that they are no run. */
static sg_vector make_leaves(kit *k, const double *x, uint32_t count, bool list, watched *w) {
  sg_value *nodes = w->nodes + w->count;
  for (uint32_t i = 0; i < count; i++) {
    nodes[i] = kit_leaf(k, x[i]);
    if (list) (void)kit_leaf(k, 0.);
  }
  w->count += count;
  return sg_vector_list(nodes, count);
}

static sg_value use_scores(kit *k, const net *n, sg_vector scores) {
  sg_pairs shape = {.loss = SG_OP_HINGE, .count = n->samples, .reduction = SG_REDUCE_MEAN};
  sg_vector out = scores;
  if (n->use == USE_EACH_HINGE) shape.reduction = SG_REDUCE_NONE;
  if (n->use == USE_HINGE || n->use == USE_EACH_HINGE)
    ck_assert(sg_apply_pairs(&k->tape, &shape, scores, sg_vector_data(n->y, n->samples), NULL, &out,
                             &k->error));
  sg_value y = kit_apply1(k, SG_OP_IDENTITY, sg_vector_get(out, 0));
  for (uint32_t i = n->use == USE_SOME ? 2 : 1; i < out.count; i += n->use == USE_SOME ? 3 : 1)
    y = kit_apply2(k, SG_OP_ADD, y, sg_vector_get(out, i));
  return y;
}

/* The gradients of the net, its operands being runs or lists. */
static void sweep(kit *k, const net *n, bool list, watched *w) {
  w->count = 0;
  uint32_t inputs = n->sizes[0] * n->samples;
  sg_vector parameters = make_leaves(k, n->p, count_parameters(n), list, w);
  sg_vector x = n->x_is_data ? sg_vector_data(n->x, inputs) : make_leaves(k, n->x, inputs, list, w);
  for (int i = 0; i < LAYERS; i++) {
    sg_dense shape = {.inputs = n->sizes[i],
                      .outputs = n->sizes[i + 1],
                      .samples = n->samples,
                      .has_bias = true,
                      .activation = i + 1 < LAYERS ? n->activation : SG_OP_IDENTITY,
                      .constant = 0.25};
    parameters.count = shape.outputs * (shape.inputs + 1);
    ck_assert(sg_apply_dense(&k->tape, &shape, x, parameters, NULL, &x, &k->error));
    parameters.of.list += parameters.count;
    for (uint32_t j = 0; j < x.count; j++) w->nodes[w->count++] = sg_vector_get(x, j);
  }
  kit_backward(k, use_scores(k, n, x));
  for (uint32_t i = 0; i < w->count; i++) {
    w->has[i] = sg_node_has_grad(&k->tape, sg_as_node(w->nodes[i]));
    w->grads[i] = kit_grad(k, w->nodes[i]);
  }
}

/* A nan has no sign to compare. */
static void check_same(const watched *a, const watched *b) {
  ck_assert_uint_eq(a->count, b->count);
  for (uint32_t i = 0; i < a->count; i++)
    ck_assert_msg(a->has[i] == b->has[i] && kit_same(a->grads[i], b->grads[i]) &&
                      signbit(a->grads[i]) * (a->grads[i] == 0.) == 0,
                  "%u of %u: %d %.17g, with care %d %.17g", i, a->count, a->has[i], a->grads[i],
                  b->has[i], b->grads[i]);
}

static void check_net(const net *n) {
  static watched runs, lists;
  kit k;
  kit_open(&k);
  sweep(&k, n, false, &runs);
  sweep(&k, n, true, &lists);
  check_same(&runs, &lists);
  kit_close(&k);
}

START_TEST(tame_is_as_with_care) {
  static const sg_op ops[] = {SG_OP_RELU, SG_OP_LEAKY_RELU, SG_OP_ELU, SG_OP_IDENTITY, SG_OP_TANH};
  static const uint32_t samples[] = {1, 2, 5, 8, 9, 16, 31, 100};
  static net n;
  n = (net){.sizes = {2 + (uint32_t)_i % 3, 11, 5, 1}, .samples = samples[_i % 8]};
  for (size_t op = 0; op < sizeof ops / sizeof *ops; op++)
    for (n.use = 0; n.use < USES; n.use++) {
      n.activation = ops[op];
      n.x_is_data = (op + (size_t)n.use) % 2 == 0;
      fill(&n, (uint64_t)_i);
      check_net(&n);
    }
}
END_TEST

/* inf and nan in the place of each operand in turn. */
START_TEST(wild_operands) {
  static const double wild[] = {INFINITY, -INFINITY, NAN, 1e308};
  static net n;
  n = (net){.sizes = {2, 3, 2, 1}, .samples = 5, .activation = SG_OP_RELU, .use = _i};
  for (uint32_t place = 0; place < 10 + 20; place++)
    for (int k = 0; k < 4; k++) {
      fill(&n, place);
      *(place < 10 ? &n.x[place] : &n.p[place - 10]) = wild[k];
      check_net(&n);
    }
}
END_TEST

/* Below two layers whose sums are finite stands sqrt at 0: where the loss does not look, nothing
 * arrives there, and not 0 * inf. */
START_TEST(nothing_reaches_what_lies_behind) {
  kit k;
  kit_open(&k);
  sg_value u[4], roots[4], p[4] = {kit_leaf(&k, 1.), kit_leaf(&k, 3.)};
  for (int i = 0; i < 4; i++) u[i] = kit_leaf(&k, 0.);
  for (int i = 0; i < 4; i++) roots[i] = kit_apply1(&k, SG_OP_SQRT, u[i]);
  for (int i = 2; i < 4; i++) p[i] = kit_leaf(&k, 1.);
  sg_dense shape = {
      .inputs = 1, .outputs = 1, .samples = 4, .has_bias = true, .activation = SG_OP_IDENTITY};
  sg_pairs hinge = {.loss = SG_OP_HINGE, .count = 4, .reduction = SG_REDUCE_MEAN};
  sg_vector x = sg_vector_run(sg_as_node(roots[0]), 4), y;
  const double targets[] = {1., 1., 1., 1.};
  ck_assert(sg_apply_dense(&k.tape, &shape, x, sg_vector_list(p, 2), NULL, &x, &k.error));
  ck_assert(sg_apply_dense(&k.tape, &shape, x, sg_vector_list(p + 2, 2), NULL, &x, &k.error));
  ck_assert(sg_apply_pairs(&k.tape, &hinge, x, sg_vector_data(targets, 4), NULL, &y, &k.error));
  kit_backward(&k, sg_vector_get(y, 0));
  for (int i = 0; i < 4; i++) {
    ck_assert(sg_node_has_grad(&k.tape, sg_as_node(u[i])));
    ck_assert_double_eq(kit_grad(&k, u[i]), 0.);
  }
  kit_close(&k);
}
END_TEST

/* ---- a small graph on a long tape ---- */

/* The same net after so many dead nodes, which are not swept, and with leaves that have gradients
 * already; on a tape of its own it has the same. */
START_TEST(long_tape) {
  static const uint32_t dead[] = {0, 1000, 60000, 200000};
  static watched w, first;
  static net n;
  n = (net){.sizes = {3, 11, 5, 1}, .samples = 33, .activation = SG_OP_RELU, .use = _i};
  fill(&n, 3);
  for (int round = 0; round < 4; round++) {
    kit k;
    kit_open(&k);
    sg_value x = kit_leaf(&k, 1.), apart = x;
    for (uint32_t i = 0; i < dead[round]; i++) apart = kit_apply1(&k, SG_OP_NEGATE, apart);
    if (dead[round] > 0) kit_backward(&k, apart);
    double before = kit_grad(&k, x);
    sweep(&k, &n, round % 2 == 1, &w);
    if (round == 0) first = w;
    check_same(&w, &first);
    ck_assert(kit_grad(&k, x) == before);
    if (dead[round] > 0) ck_assert_double_eq(kit_grad(&k, apart), 1.);
    kit_close(&k);
  }
}
END_TEST

Suite *tame_suite(void) {
  Suite *suite = suite_create("tame");
  TCase *tests = tcase_create("tame");
  tcase_add_loop_test(tests, tame_is_as_with_care, 0, 24);
  tcase_add_loop_test(tests, wild_operands, 0, USES);
  tcase_add_test(tests, nothing_reaches_what_lies_behind);
  tcase_add_loop_test(tests, long_tape, 0, USES);
  suite_add_tcase(suite, tests);
  return suite;
}
