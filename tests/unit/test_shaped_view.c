/* sgrad tests: shaped blocks in pictures: as the elementary operations that somebody would have
 * written, of the outputs that are looked at alone. */
#include "graph/backward.h"
#include "graph/shaped.h"
#include "sgrad.h"
#include "view/elements.h"

#include <check.h>

Suite *shaped_view_suite(void);

typedef struct seen {
  uint32_t counts[SG_OP_COUNT];
  uint32_t operands; /* of shaped blocks */
  double products;   /* the sum of the gradients of products */
} seen;

static bool note(void *context, const sg_element *element) {
  seen *s = context;
  s->counts[element->op]++;
  if (sg_op_is_block(element->op)) s->operands += element->operand_count;
  for (uint32_t k = 0; k < element->operand_count; k++)
    ck_assert(element->operands[k].constant || element->operands[k].index < element->index);
  if (element->op == SG_OP_MUL) s->products += element->grad;
  return true;
}

static seen look(sg_vm *vm, sg_value root, sg_detail detail) {
  seen s = {{0}, 0, 0};
  ck_assert(sg_elements_visit(vm, sg_as_node(root), detail, note, &s));
  return s;
}

static sg_node make_leaves(sg_tape *tape, uint32_t count) {
  sg_value v = {0};
  for (uint32_t k = 0; k < count; k++) ck_assert(sg_tape_leaf(tape, 0.5 + k, &v));
  return sg_as_node(v) - count + 1;
}

static sg_vector apply(sg_tape *tape, uint32_t inputs, uint32_t outputs, uint32_t samples,
                       sg_vector x) {
  sg_dense shape = {.inputs = inputs,
                    .outputs = outputs,
                    .samples = samples,
                    .has_bias = true,
                    .activation = SG_OP_RELU};
  uint32_t count = outputs * (inputs + 1);
  sg_error error;
  sg_vector out;
  sg_error_clear(&error);
  ck_assert(sg_apply_dense(tape, &shape, x, sg_vector_run(make_leaves(tape, count), count), NULL,
                           &out, &error));
  return out;
}

/* One neuron of three: relu(b + w0*x0 + w1*x1), and nothing of the others. */
START_TEST(one_neuron) {
  sg_interpreter *sgrad = sg_open(&(sg_host){.has_seed = true});
  sg_vm *vm = sg_get_vm(sgrad);
  sg_vector x = sg_vector_run(make_leaves(&vm->tape, 2), 2);
  sg_value y = sg_vector_get(apply(&vm->tape, 2, 3, 1, x), 1);
  sg_error error;
  sg_error_clear(&error);
  ck_assert(sg_tape_backward(&vm->tape, sg_as_node(y), &error));
  seen s = look(vm, y, SG_DETAIL_ELEMENTARY);
  ck_assert_uint_eq(s.counts[SG_OP_LEAF], 5);
  ck_assert_uint_eq(s.counts[SG_OP_MUL], 2);
  ck_assert_uint_eq(s.counts[SG_OP_ADD], 2);
  ck_assert_uint_eq(s.counts[SG_OP_RELU], 1);
  ck_assert_double_eq(s.products, 2.);
  s = look(vm, y, SG_DETAIL_BLOCKS);
  ck_assert_uint_eq(s.counts[SG_OP_DENSE], 1);
  ck_assert_uint_eq(s.operands, 5);
  sg_close(sgrad);
}
END_TEST

/* Sample 1 of two through two layers, its inputs plain: they are constants at the products. */
START_TEST(one_sample) {
  sg_interpreter *sgrad = sg_open(&(sg_host){.has_seed = true});
  sg_vm *vm = sg_get_vm(sgrad);
  const double x[6] = {1, 2, 3, 4, 5, 6};
  sg_vector hidden = apply(&vm->tape, 3, 2, 2, sg_vector_data(x, 6));
  sg_value y = sg_vector_get(apply(&vm->tape, 2, 2, 2, hidden), 3);
  seen s = look(vm, y, SG_DETAIL_ELEMENTARY);
  ck_assert_uint_eq(s.counts[SG_OP_LEAF], 8 + 3);
  ck_assert_uint_eq(s.counts[SG_OP_MUL], 6 + 2);
  ck_assert_uint_eq(s.counts[SG_OP_RELU], 3);
  s = look(vm, y, SG_DETAIL_BLOCKS);
  ck_assert_uint_eq(s.counts[SG_OP_DENSE], 3);
  ck_assert_uint_eq(s.operands, 4 + 4 + 5);
  sg_close(sgrad);
}
END_TEST

/* The loss of one pair, and of all. */
START_TEST(losses) {
  sg_interpreter *sgrad = sg_open(&(sg_host){.has_seed = true});
  sg_vm *vm = sg_get_vm(sgrad);
  sg_vector x = sg_vector_run(make_leaves(&vm->tape, 6), 6), out;
  const double targets[6] = {1, -1, 1, -1, 1, -1}, classes[2] = {0, 2};
  sg_error error;
  sg_error_clear(&error);
  for (int reduction = 0; reduction < 3; reduction++) {
    sg_pairs pairs = {.loss = SG_OP_HINGE, .count = 6, .reduction = (sg_reduction)reduction};
    ck_assert(sg_apply_pairs(&vm->tape, &pairs, x, sg_vector_data(targets, 6), NULL, &out, &error));
    seen s = look(vm, sg_vector_get(out, 0), SG_DETAIL_ELEMENTARY);
    ck_assert_uint_eq(s.counts[SG_OP_HINGE], reduction == SG_REDUCE_NONE ? 1 : 6);
    ck_assert_uint_eq(s.counts[SG_OP_LEAF], reduction == SG_REDUCE_NONE ? 1 : 6);
    sg_cross_entropy shape = {.classes = 3, .samples = 2, .reduction = (sg_reduction)reduction};
    ck_assert(sg_apply_cross_entropy(&vm->tape, &shape, x, sg_vector_data(classes, 2), NULL, &out,
                                     &error));
    s = look(vm, sg_vector_get(out, out.count - 1), SG_DETAIL_ELEMENTARY);
    ck_assert_uint_eq(s.counts[SG_OP_EXP], reduction == SG_REDUCE_NONE ? 3 : 6);
    ck_assert_uint_eq(s.counts[SG_OP_LEAF], reduction == SG_REDUCE_NONE ? 3 : 6);
  }
  sg_close(sgrad);
}
END_TEST

Suite *shaped_view_suite(void) {
  Suite *suite = suite_create("shaped_view");
  TCase *tests = tcase_create("shaped_view");
  tcase_add_test(tests, one_neuron);
  tcase_add_test(tests, one_sample);
  tcase_add_test(tests, losses);
  suite_add_tcase(suite, tests);
  return suite;
}
