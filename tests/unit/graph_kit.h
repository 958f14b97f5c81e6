/* sgrad tests: a tape with what a test needs around it. */
#ifndef SG_TESTS_GRAPH_KIT_H
#define SG_TESTS_GRAPH_KIT_H

#include "base/random.h"
#include "graph/backward.h"
#include "graph/collect.h"

#include <check.h>
#include <math.h>

typedef struct kit {
  sg_memory memory;
  sg_tape tape;
  sg_error error;
} kit;

static inline void kit_open(kit *k) {
  sg_memory_init(&k->memory);
  sg_tape_init(&k->tape, &k->memory);
  k->error = (sg_error){0};
}

/* Everything was given back. */
static inline void kit_close(kit *k) {
  sg_tape_clear(&k->tape);
  ck_assert_uint_eq(k->memory.used, 0);
}

static inline sg_value kit_leaf(kit *k, double x) {
  sg_value v;
  ck_assert(sg_tape_leaf(&k->tape, x, &v));
  return v;
}

static inline sg_value kit_apply1(kit *k, sg_op op, sg_value x) {
  sg_value v;
  ck_assert(sg_apply1(&k->tape, op, x, &v));
  return v;
}

static inline sg_value kit_apply2(kit *k, sg_op op, sg_value x, sg_value y) {
  sg_value v;
  ck_assert(sg_apply2(&k->tape, op, x, y, &v));
  return v;
}

/* A block with one output. */
static inline sg_value kit_block(kit *k, sg_op op, const sg_value *x, uint32_t count) {
  sg_value v;
  ck_assert(sg_apply_block(&k->tape, op, x, count, &v));
  return v;
}

static inline double kit_value(const kit *k, sg_value v) { return sg_tape_value(&k->tape, v); }

static inline void kit_backward(kit *k, sg_value y) {
  ck_assert(sg_tape_backward(&k->tape, sg_as_node(y), &k->error));
}

static inline double kit_grad(const kit *k, sg_value x) {
  return sg_node_grad(&k->tape, sg_as_node(x));
}

/* dy/dx by the plain sweep; 0 for a plain y. */
static inline double kit_partial(kit *k, sg_value y, sg_value x) {
  double d = 0.;
  sg_node node = sg_as_node(x);
  if (!sg_is_node(y)) return 0.;
  ck_assert(sg_tape_partials(&k->tape, sg_as_node(y), &node, 1, &d, &k->error));
  return d;
}

/* dy/dx as graph. */
static inline sg_value kit_gradient(kit *k, sg_value y, sg_value x) {
  sg_value d;
  ck_assert(sg_tape_gradient(&k->tape, y, &x, 1, &d, &k->error));
  return d;
}

/* Keeps the nodes whose values are given, and replaces them by their new handles. What the last
 * collection left is taken as live. */
static inline void kit_collect_young(kit *k, sg_value *held, uint32_t count) {
  sg_collection collection;
  ck_assert(sg_collect_begin(&collection, &k->tape));
  for (uint32_t i = 0; i < count; i++) sg_collect_hold(&collection, sg_as_node(held[i]));
  ck_assert(sg_collect_find(&collection));
  ck_assert(sg_collect_slide(&collection));
  for (uint32_t i = 0; i < count; i++)
    held[i] = sg_node_value(sg_collect_moved(&collection, sg_as_node(held[i])));
  sg_collect_end(&collection);
}

/* The same, looking at all nodes. */
static inline void kit_collect(kit *k, sg_value *held, uint32_t count) {
  sg_collect_fully(&k->tape);
  kit_collect_young(k, held, count);
}

static inline bool kit_same(double x, double y) { return x == y || (isnan(x) && isnan(y)); }

/* Equal, or as near as `relative` and `absolute` say; nan equals nan. */
static inline bool kit_near(double got, double wanted, double relative, double absolute) {
  if (kit_same(got, wanted)) return true;
  return fabs(got - wanted) <= relative * fabs(wanted) || fabs(got - wanted) <= absolute;
}

#endif
