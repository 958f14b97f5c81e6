/* sgrad: a graph as Graphviz DOT, in the manner of micrograd's pictures: a box for each number, an
 * ellipse for each operation, edges from operands through operations to results.
 *
 * Kinds are told apart by shape and by colours whose lightness differs too, so that they hold in
 * grey and for the colour-blind: leaves are round boxes, constants have no line around them, the
 * root has two and is dark.
 */
#ifndef SG_VIEW_DOT_H
#define SG_VIEW_DOT_H

#include "view/outline.h"

typedef struct sg_dot_options {
  const char *rankdir; /* "LR", "TB", "RL" or "BT": see sg_dot_find_rankdir */
  bool grad;           /* show gradients; a dash where no sweep has set one */
  bool compact;        /* a number and the operation that computes it are one box, a block is one
                          operation, a constant operand of two stands beside its operator, leaves
                          are grouped as outline.h says */
  uint32_t depth;      /* operations behind the root that are shown; "..." stands for the rest */
} sg_dot_options;

#define SG_DOT_DEFAULTS ((sg_dot_options){.rankdir = "LR", .grad = true, .depth = SG_DEPTH_ALL})

/* The direction that a text names, as the options want it, or NULL. */
const char *sg_dot_find_rankdir(const char *text, size_t bytes);

/* Appends the text. The same graph gives the same text, whatever else the program did. False: out
 * of memory or interrupted; the error is set. */
bool sg_view_dot(sg_vm *vm, sg_buffer *out, sg_node root, const sg_dot_options *options);
/* How many numbers that text shows. */
bool sg_view_count(sg_vm *vm, sg_node root, const sg_dot_options *options, uint32_t *count);

#endif
