/* sgrad: the order in which samples are taken. */
#include "nn/order.h"

bool sg_order_init(sg_order *order, sg_memory *memory, uint32_t count, sg_error *error) {
  *order = (sg_order){.memory = memory};
  if (count == 0) return true;
  order->items = sg_allocate(memory, count * sizeof *order->items);
  if (!order->items) return sg_fail_memory(error);
  order->count = count;
  SG_EACH (i, 0, count) order->items[i] = i;
  if (!sg_gave_up(count)) return true;
  sg_order_clear(order);
  return sg_fail_interrupt(error);
}

bool sg_order_shuffle(sg_order *order, sg_random *random, sg_error *error) {
  for (uint32_t i = order->count; i > 1; i--) {
    uint32_t k = (uint32_t)sg_random_below(random, i);
    uint32_t swapped = order->items[i - 1];
    order->items[i - 1] = order->items[k];
    order->items[k] = swapped;
    if (i % SG_PIECE == 0 && sg_interrupted) return sg_fail_interrupt(error);
  }
  return true;
}

void sg_order_clear(sg_order *order) {
  sg_release(order->memory, order->items, order->count * sizeof *order->items);
  order->items = NULL;
  order->count = 0;
}
