/* sgrad: the nodes in an argument that stands for parameters: a number, or any nesting of lists,
 * records and models.
 *
 * Invariant: a list of nodes is a copy of handles, valid until sgrad is called back or a safepoint
 * passes, as any handle in C code.
 */
#ifndef SG_BUILTINS_PARAMETERS_H
#define SG_BUILTINS_PARAMETERS_H

#include "runtime/vm.h"

/* Empty at first: {0}. */
typedef struct sg_node_list {
  sg_node *items; /* owned */
  uint32_t count;
  uint32_t capacity;
} sg_node_list;

void sg_node_list_clear(sg_vm *vm, sg_node_list *list);

/* Appends every node of x, once, where it comes first; constants and what is no number are passed
 * over. False: out of memory, interrupted, or nested too deep; error set, the list still to be
 * cleared. */
bool sg_gather_nodes(sg_vm *vm, const sg_builtin *builtin, sg_value x, sg_node_list *list);
/* The same for parameters, which are leaves: a computed node is an error. */
bool sg_gather_leaves(sg_vm *vm, const sg_builtin *builtin, sg_value x, sg_node_list *list);

#endif
