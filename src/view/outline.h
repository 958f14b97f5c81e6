/* sgrad: how far the elements behind a node lie from it, and how many there are: what a picture
 * that shows a part has to know before it draws the first of them. */
#ifndef SG_VIEW_OUTLINE_H
#define SG_VIEW_OUTLINE_H

#include "view/elements.h"

#define SG_DEPTH_ALL UINT32_MAX

typedef struct sg_outline {
  sg_memory *memory;   /* not owned */
  uint32_t count;      /* elements */
  uint32_t shown;      /* of them, those at most the depth away */
  uint32_t *distances; /* [count] by index, owned: operations on the shortest way to the root. NULL
                          when the depth is SG_DEPTH_ALL */
} sg_outline;

/* Time and memory are linear in the graph. False: out of memory or interrupted, the error is set;
 * clear it all the same. */
bool sg_outline_make(sg_outline *outline, sg_vm *vm, sg_node root, sg_detail detail,
                     uint32_t depth);
void sg_outline_clear(sg_outline *outline);

#endif
