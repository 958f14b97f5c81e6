/* sgrad: tests of dense layers as blocks: against their expansion, sample by sample, and at
 * corners.
 */
#include "graph/product.h"
#include "tests/unit/shaped_kit.h"

Suite *shaped_suite(void);

/* ---- a layer against its expansion ---- */

/* All activations: rows of one operand that the language has, and the two with a constant. */
static bool is_activation(sg_op op) {
  const sg_op_info *info = sg_op_get(op);
  return (info->arity == 1 && !info->hidden) || op == SG_OP_LEAKY_RELU || op == SG_OP_ELU;
}

/* Inputs and parameters that put the sums in the activation's domain: all in [low, high] / inputs,
 * around its middle. */
static void fill(sg_random *random, sg_op op, const sg_dense *s, double *x, double *p) {
  const sg_op_info *info = sg_op_get(op);
  double middle = (info->check_low + info->check_high) / 2.;
  double reach = (info->check_high - info->check_low) / 2. / (s->inputs + 1);
  uint32_t stride = s->inputs + s->has_bias;
  for (uint32_t k = 0; k < s->inputs * s->samples; k++) x[k] = 2. * sg_random_unit(random) - 1.;
  for (uint32_t k = 0; k < s->outputs * stride; k++) {
    p[k] = reach * (2. * sg_random_unit(random) - 1.);
    if (s->has_bias && k % stride == s->inputs) p[k] += middle;
  }
}

/* How the vectors are given. */
enum { RUNS, LISTS, X_DATA, PARAMETERS_DATA, KINDS };

static void check_layer(const sg_dense *s, int kind, uint64_t seed) {
  layer_kit l;
  sg_random random;
  sg_random_seed(&random, seed);
  layer_open(&l, s);
  fill(&random, s->activation, s, l.x, l.p);
  layer_apply(&l,
              kind == X_DATA  ? GIVEN_DATA
              : kind == LISTS ? GIVEN_LIST
                              : GIVEN_RUN,
              kind == PARAMETERS_DATA ? GIVEN_DATA
              : kind == LISTS         ? GIVEN_LIST
                                      : GIVEN_RUN);
  layer_expand(&l);
  uint32_t outputs = s->outputs * s->samples;
  for (uint32_t k = 0; k < outputs; k++)
    ck_assert_msg(kit_same(layer_value(&l, k), kit_value(&l.kit, l.expanded[k])),
                  "%s, output %u: %.17g, expanded %.17g", sg_op_get(s->activation)->name, k,
                  layer_value(&l, k), kit_value(&l.kit, l.expanded[k]));
  layer_check_gradients(&l, 1e-12, 1e-14);
  layer_close(&l);
}

START_TEST(layers_against_expansion) {
  sg_op op = (sg_op)_i;
  if (!is_activation(op)) return;
  static const uint32_t shapes[][3] = {{1, 1, 1},  {2, 3, 1},  {3, 2, 5},  {5, 9, 8},
                                       {4, 8, 11}, {7, 6, 33}, {6, 5, 70}, {17, 11, 1}};
  for (size_t n = 0; n < sizeof shapes / sizeof *shapes; n++)
    for (int kind = 0; kind < KINDS; kind++) {
      sg_dense s = {.inputs = shapes[n][0],
                    .outputs = shapes[n][1],
                    .samples = shapes[n][2],
                    .has_bias = (n + (size_t)kind) % 3 != 0 || sg_op_get(op)->check_low >= 0.,
                    .activation = op,
                    .constant = op == SG_OP_ELU ? 1.25 : 0.01};
      check_layer(&s, kind, (uint64_t)op * 100 + n);
    }
}
END_TEST

/* ---- one by one ---- */

START_TEST(batch_is_one_by_one) {
  const sg_dense s = {
      .inputs = 13, .outputs = 11, .samples = 37, .has_bias = true, .activation = SG_OP_TANH};
  layer_kit l;
  sg_random random;
  sg_random_seed(&random, 5);
  layer_open(&l, &s);
  fill(&random, SG_OP_TANH, &s, l.x, l.p);
  layer_apply(&l, GIVEN_DATA, GIVEN_RUN);
  for (uint32_t i = 0; i < s.samples; i++) {
    sg_dense one = s;
    double x[13], plain[11];
    sg_vector out;
    one.samples = 1;
    for (uint32_t k = 0; k < s.inputs; k++) x[k] = l.x[k * s.samples + i];
    ck_assert(sg_apply_dense(&l.kit.tape, &one, sg_vector_data(x, 13), l.parameters, plain, &out,
                             &l.kit.error));
    for (uint32_t k = 0; k < s.outputs; k++)
      ck_assert(kit_value(&l.kit, sg_vector_get(out, k)) == layer_value(&l, k * s.samples + i));
  }
  /* rows are the same samples; nothing is recorded in no_grad */
  double rows[37][13], plain[11 * 37];
  const double *starts[37];
  for (uint32_t i = 0; i < s.samples; i++) starts[i] = rows[i];
  for (uint32_t i = 0; i < s.samples * s.inputs; i++) rows[i % s.samples][i / s.samples] = l.x[i];
  for (int recording = 0; recording < 2; recording++) {
    sg_vector out;
    l.kit.tape.recording = recording;
    ck_assert(sg_apply_dense(&l.kit.tape, &s, sg_vector_rows(starts, 37 * 13), l.parameters, plain,
                             &out, &l.kit.error));
    ck_assert_int_eq(out.kind, recording ? SG_VECTOR_RUN : SG_VECTOR_DATA);
    for (uint32_t k = 0; k < 11 * 37; k++)
      ck_assert(kit_value(&l.kit, sg_vector_get(out, k)) == layer_value(&l, k));
  }
  layer_close(&l);
}
END_TEST

/* ---- corners ---- */

/* Every number an operand may be, zeros and what is not finite among them. */
static double draw_corner(sg_random *random) {
  static const double corners[] = {0., -0., 1., -1., 0.5, -2., INFINITY, -INFINITY, NAN};
  uint64_t k = sg_random_below(random, 30);
  return k < 9 ? corners[k] : 2. * sg_random_unit(random) - 1.;
}

/* Of every third output, or of all. */
static sg_value mix_some(layer_kit *l, bool expanded, bool some) {
  sg_value y = sg_number(0.);
  for (uint32_t k = 0; k < l->outputs; k++) {
    if (some && k % 3 != 1) continue;
    sg_value x = expanded ? l->expanded[k] : sg_vector_get(l->out, k);
    y = kit_apply2(&l->kit, SG_OP_ADD, y, kit_apply2(&l->kit, SG_OP_MUL, x, sg_number(k % 4 + 1.)));
  }
  return y;
}

/* What a sweep left in the operands, and takes it away. */
static void take_gradients(layer_kit *l, sg_value y, double *grads, bool *has) {
  if (sg_is_node(y)) kit_backward(&l->kit, y);
  for (uint32_t k = 0; k < l->operand_count; k++) {
    if (!sg_is_node(l->operands[k])) continue;
    sg_node node = sg_as_node(l->operands[k]);
    has[k] = sg_node_has_grad(&l->kit.tape, node);
    grads[k] = sg_node_grad(&l->kit.tape, node);
    sg_node_zero_grad(&l->kit.tape, node);
  }
}

static void check_corners(const sg_dense *s, given how, bool some, uint64_t seed) {
  layer_kit l;
  sg_random random;
  sg_random_seed(&random, seed);
  layer_open(&l, s);
  for (uint32_t k = 0; k < l.inputs; k++) l.x[k] = draw_corner(&random);
  for (uint32_t k = 0; k < l.parameter_count; k++) l.p[k] = draw_corner(&random);
  layer_apply(&l, how, how);
  layer_expand(&l);
  double *swept = kit_array(l.operand_count, sizeof *swept);
  double *expanded = kit_array(l.operand_count, sizeof *expanded);
  bool *has_swept = kit_array(l.operand_count, 1), *has_expanded = kit_array(l.operand_count, 1);
  take_gradients(&l, mix_some(&l, false, some), swept, has_swept);
  take_gradients(&l, mix_some(&l, true, some), expanded, has_expanded);
  for (uint32_t k = 0; k < l.operand_count; k++)
    ck_assert_msg(has_swept[k] == has_expanded[k] && kit_near(swept[k], expanded[k], 1e-12, 1e-14),
                  "%s %ux%ux%u seed %d, d %u: %d %.17g, expanded %d %.17g",
                  sg_op_get(s->activation)->name, s->inputs, s->outputs, s->samples, (int)seed, k,
                  has_swept[k], swept[k], has_expanded[k], expanded[k]);
  free(swept);
  free(expanded);
  free(has_swept);
  free(has_expanded);
  layer_close(&l);
}

START_TEST(corners_against_expansion) {
  static const sg_op ops[] = {SG_OP_RELU, SG_OP_LEAKY_RELU, SG_OP_ELU, SG_OP_TANH, SG_OP_IDENTITY};
  static const uint32_t shapes[][3] = {{2, 3, 1}, {3, 6, 5}, {2, 1, 9}, {5, 2, 70}, {9, 4, 1}};
  for (uint64_t n = 0; n < 60; n++) {
    const uint32_t *shape = shapes[n % 5];
    sg_dense s = {.inputs = shape[0],
                  .outputs = shape[1],
                  .samples = shape[2],
                  .has_bias = n % 7 != 0,
                  .activation = ops[_i],
                  .constant = 0.25};
    check_corners(&s, n % 2 ? GIVEN_RUN : GIVEN_LIST, n % 3 == 0, n);
  }
}
END_TEST

/* Two layers of relu on top of each other, as blocks and expanded. */
typedef struct tower {
  kit kit;
  sg_dense lower, upper;
  uint32_t x, p, q;     /* how many leaves are inputs, parameters below and above, in this order */
  uint32_t middle, top; /* how many outputs of the two */
  sg_value *leaves;
  sg_vector y, z;                    /* the blocks' outputs */
  sg_value *expanded_y, *expanded_z; /* behind those of y the upper parameters */
} tower;

static void tower_apply(tower *t) {
  sg_node first = sg_as_node(t->leaves[0]);
  sg_vector x = sg_vector_run(first, t->x), p = sg_vector_run(first + t->x, t->p);
  sg_vector q = sg_vector_run(first + t->x + t->p, t->q);
  sg_tape *tape = &t->kit.tape;
  ck_assert(sg_apply_dense(tape, &t->lower, x, p, NULL, &t->y, &t->kit.error));
  ck_assert(sg_apply_dense(tape, &t->upper, t->y, q, NULL, &t->z, &t->kit.error));
  ck_assert(sg_node_expand(tape, tape, t->y.of.first, t->leaves, t->expanded_y));
  for (uint32_t i = 0; i < t->q; i++) t->expanded_y[t->middle + i] = t->leaves[t->x + t->p + i];
  ck_assert(sg_node_expand(tape, tape, t->z.of.first, t->expanded_y, t->expanded_z));
}

static void tower_open(tower *t, uint32_t samples, uint32_t hidden, double bias, uint64_t seed) {
  sg_random random;
  sg_random_seed(&random, seed);
  kit_open(&t->kit);
  t->lower = (sg_dense){.inputs = 2,
                        .outputs = hidden,
                        .samples = samples,
                        .has_bias = true,
                        .activation = SG_OP_RELU};
  t->upper = t->lower;
  t->upper.inputs = hidden;
  t->upper.outputs = 3;
  t->x = 2 * samples, t->p = 3 * hidden, t->q = 3 * (hidden + 1);
  t->middle = hidden * samples, t->top = 3 * samples;
  t->leaves = kit_array(t->x + t->p + t->q, sizeof(sg_value));
  t->expanded_y = kit_array(t->middle + t->q, sizeof(sg_value));
  t->expanded_z = kit_array(t->top, sizeof(sg_value));
  for (uint32_t i = 0; i < t->x + t->p + t->q; i++) {
    bool is_bias = i >= t->x + t->p && (i - t->x - t->p) % (hidden + 1) == hidden;
    t->leaves[i] = kit_leaf(&t->kit, is_bias ? bias : 2. * sg_random_unit(&random) - 1.);
  }
  tower_apply(t);
}

static void tower_close(tower *t) {
  free(t->leaves);
  free(t->expanded_y);
  free(t->expanded_z);
  kit_close(&t->kit);
}

/* The gradients of the leaves and of the lower outputs. */
static void tower_sweep(tower *t, bool expanded, bool *has, double *grads) {
  sg_value sum = sg_number(0.);
  uint32_t leaves = t->x + t->p + t->q;
  for (uint32_t i = 0; i < t->top; i++) {
    sg_value z = expanded ? t->expanded_z[i] : sg_vector_get(t->z, i);
    sum = kit_apply2(&t->kit, SG_OP_ADD, z, sum);
  }
  kit_backward(&t->kit, sum);
  for (uint32_t i = 0; i < leaves + t->middle; i++) {
    sg_value v = i < leaves ? t->leaves[i]
                 : expanded ? t->expanded_y[i - leaves]
                            : sg_vector_get(t->y, i - leaves);
    has[i] = sg_node_has_grad(&t->kit.tape, sg_as_node(v));
    grads[i] = kit_grad(&t->kit, v);
  }
  sg_tape_zero_grad(&t->kit.tape, NULL, 0);
}

/* With the upper layer mostly inactive whole samples and neurons of the lower one are reached by no
 * number. */
static void check_two(uint32_t samples, uint32_t hidden, double bias, uint64_t seed) {
  tower t;
  tower_open(&t, samples, hidden, bias, seed);
  uint32_t count = t.x + t.p + t.q + t.middle;
  bool *has = kit_array(count, 1), *wanted_has = kit_array(count, 1);
  double *grads = kit_array(count, 8), *wanted = kit_array(count, 8);
  tower_sweep(&t, false, has, grads);
  tower_sweep(&t, true, wanted_has, wanted);
  for (uint32_t i = 0; i < count; i++) {
    ck_assert_msg(has[i] == wanted_has[i], "%u of %u", i, count);
    ck_assert(kit_near(wanted[i], grads[i], 1e-12, 1e-14));
  }
  void *arrays[] = {has, wanted_has, grads, wanted};
  for (int i = 0; i < 4; i++) free(arrays[i]);
  tower_close(&t);
}

START_TEST(two_layers_against_expansion) {
  static const uint32_t samples[] = {1, 3, 63, 64, 65, 130, 200};
  for (uint32_t n = 0; n < 28; n++) check_two(samples[n % 7], 1 + n % 6, -0.4 * (n % 4), n);
}
END_TEST

/* Whatever lies behind an inactive relu, and whatever weight stands before it, nothing passes; and
 * what was reached has gradient 0 all the same. */
START_TEST(inactive_relu_passes_nothing) {
  kit k;
  kit_open(&k);
  sg_value u = kit_leaf(&k, 0.), x = kit_apply1(&k, SG_OP_SQRT, u), out;
  sg_value p[3] = {kit_leaf(&k, -INFINITY), kit_leaf(&k, 1.), kit_leaf(&k, -1.)};
  sg_value inputs[2] = {kit_leaf(&k, 1.), x};
  sg_dense s = {
      .inputs = 2, .outputs = 1, .samples = 1, .has_bias = true, .activation = SG_OP_RELU};
  sg_vector outputs;
  ck_assert(sg_apply_dense(&k.tape, &s, sg_vector_list(inputs, 2), sg_vector_list(p, 3), NULL,
                           &outputs, &k.error));
  out = sg_vector_get(outputs, 0);
  ck_assert_double_eq(kit_value(&k, out), 0.);
  kit_backward(&k, out);
  sg_value reached[] = {u, x, inputs[0], p[0], p[1], p[2]};
  for (int i = 0; i < 6; i++) {
    ck_assert(sg_node_has_grad(&k.tape, sg_as_node(reached[i])));
    ck_assert_double_eq(kit_grad(&k, reached[i]), 0.);
  }
  kit_close(&k);
}
END_TEST

/* ---- higher derivatives ---- */

START_TEST(second_derivatives) {
  static const sg_op ops[] = {SG_OP_TANH, SG_OP_SIGMOID, SG_OP_RELU, SG_OP_GELU};
  for (int n = 0; n < 4; n++) {
    sg_dense s = {.inputs = 2, .outputs = 2, .samples = 3, .has_bias = true, .activation = ops[n]};
    layer_kit l;
    sg_random random;
    sg_random_seed(&random, 3);
    layer_open(&l, &s);
    fill(&random, ops[n], &s, l.x, l.p);
    layer_apply(&l, GIVEN_RUN, GIVEN_RUN);
    layer_expand(&l);
    sg_value outputs[6], d[12], e[12], dd[12], ee[12];
    for (uint32_t k = 0; k < 6; k++) outputs[k] = sg_vector_get(l.out, k);
    sg_value y = kit_mix(&l.kit, outputs, 6), z = kit_mix(&l.kit, l.expanded, 6);
    ck_assert(sg_tape_gradient(&l.kit.tape, y, l.operands, 12, d, &l.kit.error));
    ck_assert(sg_tape_gradient(&l.kit.tape, z, l.operands, 12, e, &l.kit.error));
    for (int i = 0; i < 12; i++) {
      ck_assert(kit_near(kit_value(&l.kit, d[i]), kit_value(&l.kit, e[i]), 1e-13, 0.));
      ck_assert(sg_tape_gradient(&l.kit.tape, d[i], l.operands, 12, dd, &l.kit.error));
      ck_assert(sg_tape_gradient(&l.kit.tape, e[i], l.operands, 12, ee, &l.kit.error));
      for (int j = 0; j < 12; j++)
        ck_assert(kit_near(kit_value(&l.kit, dd[j]), kit_value(&l.kit, ee[j]), 1e-12, 1e-15));
    }
    layer_close(&l);
  }
}
END_TEST

/* ---- the vectors of the machine ---- */

/* Matrices for the kernels: a [rows][depth], b [depth][columns], d [rows][columns]. */
typedef struct matrices {
  uint32_t rows, depth, columns;
  double *a, *b, *d, *b_rest, *d_rest;
} matrices;

static double *draw(sg_random *random, uint32_t count) {
  double *x = kit_array(count, sizeof *x);
  for (uint32_t k = 0; k < count; k++) x[k] = sg_random_unit(random) - 0.5;
  return x;
}

/* The last columns % SG_LANES of each row, then 0; NULL: there are none. */
static double *take_rest(const double *x, uint32_t rows, uint32_t columns) {
  uint32_t left = columns % SG_LANES;
  if (left == 0) return NULL;
  double *rest = kit_array(rows * SG_LANES, sizeof *rest);
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t k = 0; k < left; k++) rest[r * SG_LANES + k] = x[(r + 1) * columns - left + k];
  return rest;
}

static void matrices_open(matrices *m, sg_random *random, const uint32_t shape[3]) {
  *m = (matrices){.rows = shape[0], .depth = shape[1], .columns = shape[2]};
  m->a = draw(random, m->rows * m->depth);
  m->b = draw(random, m->depth * m->columns);
  m->d = draw(random, m->rows * m->columns);
  m->b_rest = take_rest(m->b, m->depth, m->columns);
  m->d_rest = take_rest(m->d, m->rows, m->columns);
}

static void matrices_close(matrices *m) {
  double *arrays[] = {m->a, m->b, m->d, m->b_rest, m->d_rest};
  for (int i = 0; i < 5; i++) free(arrays[i]);
}

/* What the i-th kernels make of them, in all ways of putting it: c, then the totals. */
static double *run_kernels(const matrices *m, int i, bool has_bias) {
  static const double start = 0.5;
  const sg_product_kernels *kernels = sg_product_kernels_get(i);
  double *c = kit_array(m->rows * (m->columns + m->depth + 1), sizeof *c);
  double *totals = c + m->rows * m->columns;
  for (int put = SG_PUT; put <= SG_ADD_NUMBER; put++) {
    ck_assert(kernels->product(&(sg_product){m->rows, m->depth, m->columns, m->a, m->depth, 1, m->b,
                                             m->columns, &start, 0, c, (sg_putting)put}));
    ck_assert(kernels->sums(&(sg_sums){m->rows, m->depth, m->columns, has_bias, (sg_putting)put,
                                       m->d, m->b, m->d_rest, m->b_rest, totals}));
  }
  return c;
}

START_TEST(all_kernels_agree) {
  static const uint32_t shapes[][3] = {{3, 5, 1},    {16, 2, 100}, {7, 7, 7},  {5, 4, 8},
                                       {10, 33, 64}, {9, 12, 17},  {1, 1, 33}, {6, 21, 3}};
  sg_random random;
  sg_random_seed(&random, 11);
  for (size_t n = 0; n < sizeof shapes / sizeof *shapes; n++) {
    matrices m;
    matrices_open(&m, &random, shapes[n]);
    double *first = run_kernels(&m, 0, n % 2);
    for (int i = 1; sg_product_kernels_get(i); i++) {
      double *other = run_kernels(&m, i, n % 2);
      ck_assert_mem_eq(other, first, m.rows * (m.columns + m.depth + 1) * sizeof *first);
      free(other);
    }
    free(first);
    matrices_close(&m);
  }
}
END_TEST

Suite *shaped_suite(void) {
  Suite *suite = suite_create("shaped");
  TCase *tests = tcase_create("shaped");
  tcase_add_loop_test(tests, layers_against_expansion, SG_OP_NEGATE, SG_OP_SUM);
  tcase_add_test(tests, batch_is_one_by_one);
  tcase_add_loop_test(tests, corners_against_expansion, 0, 5);
  tcase_add_test(tests, two_layers_against_expansion);
  tcase_add_test(tests, inactive_relu_passes_nothing);
  tcase_add_test(tests, second_derivatives);
  tcase_add_test(tests, all_kernels_agree);
  suite_add_tcase(suite, tests);
  return suite;
}
