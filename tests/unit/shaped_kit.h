/* sgrad tests: a dense layer with its expansion beside it, on the same operands. */
#ifndef SG_TESTS_SHAPED_KIT_H
#define SG_TESTS_SHAPED_KIT_H

#include "graph/shaped.h"
#include "tests/unit/graph_kit.h"

#include <stdlib.h>

typedef enum given { GIVEN_RUN, GIVEN_LIST, GIVEN_DATA } given;

typedef struct layer_kit {
  kit kit;
  sg_dense shape;
  uint32_t inputs, parameter_count, outputs; /* numbers in all */
  double *x, *p;                             /* what to make the operands of */
  sg_value *listed_x, *listed_p, *operands;  /* operands: as sg_node_expand wants them */
  sg_value *expanded;
  uint32_t operand_count;
  sg_vector parameters, out;
  double *plain;
} layer_kit;

static inline void *kit_array(size_t count, size_t size) {
  void *items = calloc(count + 1, size);
  ck_assert_ptr_nonnull(items);
  return items;
}

static inline void layer_open(layer_kit *l, const sg_dense *shape) {
  *l = (layer_kit){.shape = *shape};
  kit_open(&l->kit);
  l->inputs = shape->inputs * shape->samples;
  l->parameter_count = shape->outputs * (shape->inputs + shape->has_bias);
  l->outputs = shape->outputs * shape->samples;
  l->x = kit_array(l->inputs, sizeof *l->x);
  l->p = kit_array(l->parameter_count, sizeof *l->p);
  l->plain = kit_array(l->outputs, sizeof *l->plain);
  l->listed_x = kit_array(l->inputs, sizeof(sg_value));
  l->listed_p = kit_array(l->parameter_count, sizeof(sg_value));
  l->operands = kit_array((size_t)l->inputs + l->parameter_count, sizeof(sg_value));
  l->expanded = kit_array(l->outputs, sizeof(sg_value));
}

static inline void layer_close(layer_kit *l) {
  void *arrays[] = {l->x, l->p, l->plain, l->listed_x, l->listed_p, l->operands, l->expanded, NULL};
  for (int i = 0; arrays[i]; i++) free(arrays[i]);
  kit_close(&l->kit);
}

/* Lists have every fifth number plain, and nodes in no order. */
static inline sg_vector layer_give(layer_kit *l, given how, const double *x, uint32_t count,
                                   sg_value *listed) {
  if (how == GIVEN_DATA) return sg_vector_data(x, count);
  bool list = how == GIVEN_LIST;
  for (uint32_t n = 0; n < count; n++) {
    uint32_t k = list ? count - 1 - n : n;
    listed[k] = list && k % 5 == 4 ? sg_number(x[k]) : kit_leaf(&l->kit, x[k]);
  }
  for (uint32_t k = 0; k < count; k++) l->operands[l->operand_count++] = listed[k];
  return list ? sg_vector_list(listed, count) : sg_vector_run(sg_as_node(listed[0]), count);
}

static inline void layer_apply(layer_kit *l, given x, given p) {
  sg_vector inputs = layer_give(l, x, l->x, l->inputs, l->listed_x);
  l->parameters = layer_give(l, p, l->p, l->parameter_count, l->listed_p);
  ck_assert(sg_apply_dense(&l->kit.tape, &l->shape, inputs, l->parameters, l->plain, &l->out,
                           &l->kit.error));
  ck_assert_uint_eq(l->out.count, l->outputs);
}

static inline void layer_expand(layer_kit *l) {
  ck_assert(sg_node_expand(&l->kit.tape, &l->kit.tape, l->out.of.first, l->operands, l->expanded));
}

static inline double layer_value(layer_kit *l, uint32_t k) {
  return kit_value(&l->kit, sg_vector_get(l->out, k));
}

/* The sum of each output times another number. */
static inline sg_value kit_mix(kit *k, const sg_value *x, uint32_t count) {
  sg_value y = kit_apply1(k, SG_OP_IDENTITY, x[0]);
  for (uint32_t i = 1; i < count; i++) {
    double factor = (i * 7 % 11) / 4. - 1.25;
    y = kit_apply2(k, SG_OP_ADD, y, kit_apply2(k, SG_OP_MUL, x[i], sg_number(factor)));
  }
  return y;
}

/* dy/dx of the operands, the plain ones left out (their places are 0). */
static inline void layer_partials(layer_kit *l, sg_value y, double *d) {
  sg_node *nodes = kit_array(l->operand_count, sizeof *nodes);
  for (uint32_t k = 0; k < l->operand_count; k++)
    nodes[k] = sg_is_node(l->operands[k]) ? sg_as_node(l->operands[k]) : 0;
  ck_assert(
      sg_tape_partials(&l->kit.tape, sg_as_node(y), nodes, l->operand_count, d, &l->kit.error));
  free(nodes);
}

static inline void layer_check_gradients(layer_kit *l, double relative, double absolute) {
  sg_value *outputs = kit_array(l->outputs, sizeof *outputs);
  double *swept = kit_array(l->operand_count, sizeof *swept);
  double *expanded = kit_array(l->operand_count, sizeof *expanded);
  for (uint32_t k = 0; k < l->outputs; k++) outputs[k] = sg_vector_get(l->out, k);
  layer_partials(l, kit_mix(&l->kit, outputs, l->outputs), swept);
  layer_partials(l, kit_mix(&l->kit, l->expanded, l->outputs), expanded);
  for (uint32_t k = 0; k < l->operand_count; k++)
    ck_assert_msg(kit_near(swept[k], expanded[k], relative, absolute),
                  "%s %ux%ux%u, d %u: %.17g, expanded %.17g", sg_op_get(l->shape.activation)->name,
                  l->shape.inputs, l->shape.outputs, l->shape.samples, k, swept[k], expanded[k]);
  free(outputs);
  free(swept);
  free(expanded);
}

#endif
