/* sgrad: what a picture that shows a part has to know before it draws the first element: how far
 * each lies from the root, and which leaves one box stands for. */
#ifndef SG_VIEW_OUTLINE_H
#define SG_VIEW_OUTLINE_H

#include "view/elements.h"

#define SG_DEPTH_ALL UINT32_MAX

/* Leaves that follow each other among the operands of one block, that nothing else uses, and that
 * are elements of one list or have no name, make a group. */
typedef enum sg_grouping { SG_GROUP_NONE, SG_GROUP_FIRST, SG_GROUP_NEXT } sg_grouping;
enum { SG_GROUP_LEAST = 3 /* leaves in a group */ };

typedef struct sg_outline {
  sg_memory *memory;   /* not owned */
  uint32_t count;      /* elements */
  uint32_t shown;      /* boxes for those at most the depth away; a group is one */
  uint32_t *distances; /* [count] by index, owned: operations on the shortest way to the root */
  uint8_t *groupings;  /* [count] by index, owned: an sg_grouping */
} sg_outline;

/* `group`: whether leaves are grouped. Time and memory are linear in the graph. False: out of
 * memory or interrupted, the error is set; clear it all the same. */
bool sg_outline_make(sg_outline *outline, sg_vm *vm, sg_node root, sg_detail detail, uint32_t depth,
                     bool group);
void sg_outline_clear(sg_outline *outline);

/* The bytes of a name before the index at its end: 1 of "w[12]"; 0 when it has none. */
size_t sg_outline_stem(const char *name);

#endif
