/* sgrad: a graph as Graphviz DOT, in the manner of micrograd's pictures: a record for each number,
 * a small node for each operation, edges from operands through operations to results. */
#ifndef SG_VIEW_DOT_H
#define SG_VIEW_DOT_H

#include "runtime/vm.h"

typedef struct sg_dot_options {
  const char *rankdir; /* "LR", "TB", "RL" or "BT": see sg_dot_find_rankdir */
  bool grad;           /* show gradients; a dash where no sweep has set one */
} sg_dot_options;

#define SG_DOT_DEFAULTS ((sg_dot_options){.rankdir = "LR", .grad = true})

/* The direction that a text names, as the options want it, or NULL. */
const char *sg_dot_find_rankdir(const char *text, size_t bytes);

/* Appends the text. The same graph gives the same text, whatever else the program did. False: out
 * of memory or interrupted; the error is set. */
bool sg_view_dot(sg_vm *vm, sg_buffer *out, sg_node root, const sg_dot_options *options);

#endif
