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

/* Two layers on top of each other, the upper one mostly inactive, with the gradients of both by
 * block and by expansion: whole samples and neurons of the lower one are reached by no number. */
static void check_two(uint32_t samples, uint32_t hidden, double bias, uint64_t seed) {
  kit k;
  sg_random random;
  sg_random_seed(&random, seed);
  kit_open(&k);
  sg_dense lower = {.inputs = 2,
                    .outputs = hidden,
                    .samples = samples,
                    .has_bias = true,
                    .activation = SG_OP_RELU},
           upper = lower;
  upper.inputs = hidden;
  upper.outputs = 3;
  uint32_t x = 2 * samples, p = 3 * hidden, q = 3 * (hidden + 1), all = x + p + q;
  uint32_t outputs = hidden * samples;
  sg_value *leaves = kit_array(all, sizeof *leaves), *mid = kit_array(outputs + q, 8);
  sg_value *up = kit_array(3 * samples, 8);
  for (uint32_t i = 0; i < all; i++) {
    bool is_bias = i >= x + p && (i - x - p) % (hidden + 1) == hidden;
    leaves[i] = kit_leaf(&k, is_bias ? bias : 2. * sg_random_unit(&random) - 1.);
  }
  sg_node first = sg_as_node(leaves[0]);
  sg_vector y, z;
  ck_assert(sg_apply_dense(&k.tape, &lower, sg_vector_run(first, x), sg_vector_run(first + x, p),
                           NULL, &y, &k.error));
  ck_assert(
      sg_apply_dense(&k.tape, &upper, y, sg_vector_run(first + x + p, q), NULL, &z, &k.error));
  ck_assert(sg_node_expand(&k.tape, &k.tape, y.of.first, leaves, mid));
  for (uint32_t i = 0; i < q; i++) mid[outputs + i] = leaves[x + p + i];
  ck_assert(sg_node_expand(&k.tape, &k.tape, z.of.first, mid, up));
  bool *has = kit_array(all + outputs, 1);
  double *grads = kit_array(all + outputs, 8);
  for (int expanded = 0; expanded < 2; expanded++) {
    sg_value sum = sg_number(0.);
    for (uint32_t i = 0; i < 3 * samples; i++)
      sum = kit_apply2(&k, SG_OP_ADD, expanded ? up[i] : sg_vector_get(z, i), sum);
    kit_backward(&k, sum);
    for (uint32_t i = 0; i < all + outputs; i++) {
      sg_value v = i < all ? leaves[i] : expanded ? mid[i - all] : sg_vector_get(y, i - all);
      if (expanded) {
        ck_assert_msg(sg_node_has_grad(&k.tape, sg_as_node(v)) == has[i], "%u of %u", i, all);
        ck_assert(kit_near(kit_grad(&k, v), grads[i], 1e-12, 1e-14));
      }
      has[i] = sg_node_has_grad(&k.tape, sg_as_node(v));
      grads[i] = kit_grad(&k, v);
    }
    sg_tape_zero_grad(&k.tape, NULL, 0);
  }
  void *arrays[] = {leaves, mid, up, has, grads};
  for (int i = 0; i < 5; i++) free(arrays[i]);
  kit_close(&k);
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

START_TEST(all_kernels_agree) {
  static const uint32_t shapes[][3] = {{3, 5, 1},    {16, 2, 100}, {7, 7, 7},  {5, 4, 8},
                                       {10, 33, 64}, {9, 12, 17},  {1, 1, 33}, {6, 21, 3}};
  sg_random random;
  sg_random_seed(&random, 11);
  for (size_t n = 0; n < sizeof shapes / sizeof *shapes; n++) {
    uint32_t rows = shapes[n][0], depth = shapes[n][1], columns = shapes[n][2];
    uint32_t whole = columns / SG_LANES * SG_LANES;
    double *a = kit_array((size_t)rows * depth, sizeof *a), *b = kit_array(depth * columns, 8);
    double *d = kit_array(rows * columns, 8), *x_rest = kit_array(depth * SG_LANES, 8);
    double *d_rest = kit_array(rows * SG_LANES, 8);
    double *c[4] = {NULL}, *totals[4] = {NULL}, start = 0.5;
    for (uint32_t k = 0; k < rows * depth; k++) a[k] = sg_random_unit(&random) - 0.5;
    for (uint32_t k = 0; k < depth * columns; k++) b[k] = sg_random_unit(&random) - 0.5;
    for (uint32_t k = 0; k < rows * columns; k++) d[k] = sg_random_unit(&random);
    for (uint32_t k = 0; k < depth * columns; k++)
      if (k % columns >= whole) x_rest[k / columns * SG_LANES + k % columns % SG_LANES] = b[k];
    for (uint32_t k = 0; k < rows * columns; k++)
      if (k % columns >= whole) d_rest[k / columns * SG_LANES + k % columns % SG_LANES] = d[k];
    for (int i = 0; sg_product_kernels_get(i); i++) {
      const sg_product_kernels *kernels = sg_product_kernels_get(i);
      c[i] = kit_array((size_t)rows * columns, 8);
      totals[i] = kit_array((size_t)rows * (depth + 1), 8);
      for (int put = SG_PUT; put <= SG_ADD_NUMBER; put++) {
        ck_assert(kernels->product(&(sg_product){rows, depth, columns, a, depth, 1, b, columns,
                                                 &start, 0, c[i], (sg_putting)put}));
        ck_assert(kernels->sums(&(sg_sums){rows, depth, columns, n % 2, (sg_putting)put, d, b,
                                           columns % 8 ? d_rest : NULL, columns % 8 ? x_rest : NULL,
                                           totals[i]}));
      }
      ck_assert_mem_eq(c[i], c[0], rows * columns * sizeof **c);
      ck_assert_mem_eq(totals[i], totals[0], rows * (depth + 1) * sizeof **totals);
    }
    for (int i = 0; i < 4; i++) {
      free(c[i]);
      free(totals[i]);
    }
    free(a);
    free(b);
    free(d);
    free(x_rest);
    free(d_rest);
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
