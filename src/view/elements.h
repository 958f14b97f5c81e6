/* sgrad: the elementary graph behind a node: what pictures, tables and steps show.
 *
 * Blocks of the tape (sum, dot, softmax ...) appear whole or as the elementary operations of their
 * expansion. These are rebuilt on a tape of the walk's own, one block at a time, so looking at a
 * graph changes neither it, nor a gradient, nor the nodes' numbers. Constants are no elements of
 * their own: they appear at each operation that uses them.
 *
 * Elements come in topological order: every operand before its users. Time and memory are linear in
 * the part of the tape between the root and its farthest ancestor; nothing recurs.
 */
#ifndef SG_VIEW_ELEMENTS_H
#define SG_VIEW_ELEMENTS_H

#include "graph/shaped.h"
#include "runtime/vm.h"

#define SG_NO_NODE UINT32_MAX

/* Stable within a graph: the same graph has the same ids, wherever its nodes lie on the tape. */
typedef struct sg_element_id {
  uint32_t rank;  /* of the node among the root's ancestors, in the order of the tape, from 0 */
  uint32_t inner; /* 0: the node itself; else the inner node of that number of the block whose first
                     output in the graph has that rank */
} sg_element_id;

typedef struct sg_element_operand {
  bool constant;
  sg_element_id id; /* unless constant */
  uint32_t index;   /* of the element, unless constant */
  sg_node node;     /* on the tape; SG_NO_NODE for the inner node of a block, and for a constant */
  const char *name; /* as of the element */
  double value;
} sg_element_operand;

/* Numbers that one box stands for. */
typedef struct sg_number_group {
  uint32_t count;
  const char *first, *last; /* names such as "w[0]", "w[5]"; NULL: they have none */
  double low, high;         /* values; nan when one is */
  uint32_t grads;           /* how many have a gradient */
  double grad_low, grad_high;
} sg_number_group;

void sg_number_group_add(sg_number_group *group, const sg_tape *tape, sg_node node);

/* A dense layer: its outputs in the graph are one element, its parameters none. */
typedef struct sg_element_layer {
  sg_dense shape;
  uint32_t parameters;
  const char *name; /* of the first parameter; NULL: none */
  sg_number_group group;
} sg_element_layer;

typedef struct sg_element {
  sg_element_id id;
  uint32_t index;                     /* of the visit, from 0; of the last one, the root's, most */
  sg_node node;                       /* on the tape; SG_NO_NODE for the inner node of a block */
  sg_op op;                           /* LEAF, CUT, CONST (a root only), or what computed it */
  uint32_t operand_count;             /* 0 for those three */
  const sg_element_operand *operands; /* [operand_count] */
  double value;
  bool has_grad;
  double grad; /* when it has one. Of an inner node: the adjoint that follows from the gradients
                  of the block's outputs */
  const char *name;              /* NULL: none. Valid until the visit returns */
  const sg_element_layer *layer; /* NULL, but for SG_DETAIL_LAYERS; `node` is its first output */
} sg_element;

/* Called once an element; false stops the walk and is its result (the error is set). */
typedef bool sg_element_visit(void *context, const sg_element *element);

typedef enum sg_detail {
  SG_DETAIL_BLOCKS,    /* a block is one operation with many operands, as on the tape */
  SG_DETAIL_LAYERS,    /* the same, and a layer with all its neurons is one element */
  SG_DETAIL_ELEMENTARY /* its multiplies and adds */
} sg_detail;

/* Visits `root` and everything that it was computed from. False: the visit said so, out of memory,
 * or interrupted; the error is set. */
bool sg_elements_visit(sg_vm *vm, sg_node root, sg_detail detail, sg_element_visit *visit,
                       void *context);

#endif
