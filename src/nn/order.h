/* sgrad: the order in which samples are taken.
 *
 * Invariant: items[0 .. count) holds each of 0 .. count - 1 once. Errors: out of memory and
 * interrupts, without a place.
 */
#ifndef SG_NN_ORDER_H
#define SG_NN_ORDER_H

#include "base/error.h"
#include "base/random.h"

typedef struct sg_order {
  sg_memory *memory; /* not owned */
  uint32_t *items;   /* owned; NULL when count is 0 */
  uint32_t count;
} sg_order;

/* 0, 1, 2, ... False: error set, nothing to clear. */
bool sg_order_init(sg_order *order, sg_memory *memory, uint32_t count, sg_error *error);
/* Fisher and Yates, from the end: one draw below n for each n from `count` down to 2. */
bool sg_order_shuffle(sg_order *order, sg_random *random, sg_error *error);
void sg_order_clear(sg_order *order);

#endif
