/* sgrad: what the files of elements share: the walk, and one block's expansion within it. */
#ifndef SG_VIEW_ELEMENTS_PARTS_H
#define SG_VIEW_ELEMENTS_PARTS_H

#include "view/elements.h"

/* What is known of a node of the scratch tape. */
typedef struct sg_expansion_part {
  sg_element_id id;
  uint32_t index; /* of its visit, once that has been */
  sg_node output; /* the block's output that it is, or SG_NO_NODE */
  bool wanted;    /* an output in the graph depends on it */
  bool swept;     /* an output that has a gradient depends on it */
} sg_expansion_part;

/* The block that is being visited as elementary operations. What it holds serves block after block.
 */
typedef struct sg_expansion {
  sg_tape scratch; /* one block's expansion: its operands as leaves 0..n-1, then the rest */
  struct {
    sg_value *items;
    uint32_t capacity;
  } inputs, outputs;
  struct {
    sg_expansion_part *items;
    uint32_t capacity;
  } parts;
  struct {
    double *items; /* [scratch.count] adjoints */
    uint32_t capacity;
  } adjoints;
  struct {
    sg_node *items;
    uint32_t capacity;
  } nodes;
} sg_expansion;

/* The first parameter of layers, by which they are called. */
typedef struct sg_layer_title {
  sg_node node;
  uint32_t text; /* 0, or 1 + where its name begins in `texts` */
} sg_layer_title;

typedef struct sg_elements_walk {
  sg_vm *vm;
  sg_tape *tape; /* the program's: only read */
  sg_detail detail;
  sg_element_visit *visit;
  void *context;
  uint64_t *marks; /* [words] a bit a node: in the graph, and no constant */
  uint32_t *ranks; /* [words] marks before each word */
  uint32_t words;
  uint32_t count; /* marks in all */
  uint32_t visited;
  uint32_t *names;   /* [count] by rank: 0, or 1 + where the name begins in `texts` */
  uint32_t *indexes; /* [count] by rank: of the visit */
  sg_buffer texts;   /* each ends with a zero */
  struct {
    sg_layer_title *items; /* of the layers, each once */
    uint32_t count;
    uint32_t capacity;
  } titles;
  bool failed; /* out of memory while marking */
  struct {
    sg_element_operand *items;
    uint32_t capacity;
  } operands;
  sg_expansion expansion;
} sg_elements_walk;

static inline bool sg_elements_is_marked(const sg_elements_walk *w, sg_node node) {
  return node >> 6 < w->words && (w->marks[node >> 6] >> (node & 63) & 1);
}

static inline uint32_t sg_elements_rank(const sg_elements_walk *w, sg_node node) {
  uint64_t below = w->marks[node >> 6] & ((UINT64_C(1) << (node & 63)) - 1);
  return w->ranks[node >> 6] + (uint32_t)__builtin_popcountll(below);
}

/* A node of the program's tape as an operand. */
sg_element_operand sg_elements_refer(const sg_elements_walk *w, sg_node node);
/* Visits a node as it stands on the tape. False: the error is set, as below. */
bool sg_elements_visit_node(sg_elements_walk *w, sg_node node);
/* Completes an element, whose operands are w->operands, and visits it. */
bool sg_elements_give(sg_elements_walk *w, sg_element *element);

/* elements_block.c: visits all outputs of a block that are in the graph, and what lies inside.
 * `node` is the first of them there. */
bool sg_elements_visit_block(sg_elements_walk *w, sg_node node);
void sg_expansion_init(sg_expansion *expansion, sg_memory *memory);
void sg_expansion_clear(sg_expansion *expansion, sg_memory *memory);

#endif
