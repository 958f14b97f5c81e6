/* sgrad: collection: mark, slide, rank.
 *
 * A collection is: begin; hold every node that somebody has a handle of; find; slide; then every
 * holder replaces its handle by sg_collect_moved. Between begin and the last moved nothing may be
 * pushed. Up to find it can be given up; from then on it can only be put off, and nothing else may
 * be done with the tape until it has been gone on with to its end.
 *
 * Most collections are minor. What survived the last one is settled, and lies below all that came
 * since; as operands have lower indexes, no settled node refers to a younger one. So a minor
 * collection takes the settled nodes as live and looks only at the young ones, which are still in
 * the cache. A full one looks at all, whenever tape->settled has reached tape->full_at.
 *
 * Of a live node with nothing held among what it was computed from, no gradient behind it can be
 * read any more. A full collection past SG_CUT_ABOVE live nodes lets go of its history: it becomes
 * a CUT, which keeps its value and its gradient.
 */
#ifndef SG_GRAPH_COLLECT_H
#define SG_GRAPH_COLLECT_H

#include "graph/tape.h"

/* The bitmaps are of the nodes from `first` on, a multiple of 64. */
typedef struct sg_collection {
  sg_tape *tape;
  size_t holders;        /* set by the caller before find: how many values it looks through to find
                            the handles; as many nodes are then made before the next collection */
  sg_node settled;       /* nodes below it are live and stay where they are; 0: all are looked at */
  uint32_t settled_args; /* where the operand lists of their blocks end */
  uint32_t settled_data; /* the same of their numbers in `data` */
  sg_node first;         /* settled, rounded down */
  uint64_t *held;        /* a bit a node: somebody holds it */
  uint64_t *live;        /* a bit a node: held, or an operand of a live one, or settled */
  uint64_t *reached;     /* a bit a node: held, or computed from a held one; NULL when nothing may
                            be cut */
  uint32_t *ranks;       /* live nodes before each word of `live` */
  uint32_t words;        /* of each bitmap: past the tape's length, so that positions have a rank */
  /* What find knows of the tape after the slide, and how far that has come. */
  uint32_t grad_count;
  uint32_t last_change;
  uint32_t full_at;
  sg_node dead;        /* the first dead node: below it nothing moves */
  sg_node position;    /* below it, leaves' positions have been moved */
  uint32_t arg_count;  /* operand lists up to here have been moved */
  uint32_t data_count; /* the numbers of shaped blocks likewise */
  uint32_t word;       /* the nodes of the words below it have been moved, ... */
  sg_node from;        /* ... and all below this one */
  sg_node to;          /* where the next one goes */
} sg_collection;

enum { SG_CUT_ABOVE = 1000000 };

/* Makes the next collection a full one. */
static inline void sg_collect_fully(sg_tape *tape) { tape->full_at = 0; }

bool sg_collect_begin(sg_collection *collection, sg_tape *tape); /* false: out of memory */
static inline void sg_collect_hold(sg_collection *collection, sg_node node) {
  if (node < collection->first) return;
  collection->held[(node - collection->first) >> 6] |= UINT64_C(1) << (node & 63);
}
/* Of `count` consecutive nodes. */
void sg_collect_hold_run(sg_collection *collection, sg_node first, uint32_t count);
/* Needs no memory. False: given up because of sg_interrupted; no node has moved, and the collection
 * can only be ended. */
bool sg_collect_find(sg_collection *collection);
/* Needs no memory. Sets tape->collect_at for the next time: as many young nodes as live ones,
 * within bounds, or as there are holders. False: put off because of sg_interrupted, to be called
 * again; each call gets on. */
bool sg_collect_slide(sg_collection *collection);
/* The new handle of a live node. Of any position: how many live nodes lie below it. */
static inline sg_node sg_collect_moved(const sg_collection *collection, sg_node node) {
  if (node < collection->first) return node;
  uint32_t word = (node - collection->first) >> 6;
  uint64_t below = collection->live[word] & ((UINT64_C(1) << (node & 63)) - 1);
  return collection->ranks[word] + (uint32_t)__builtin_popcountll(below);
}
/* After find: whether the node, by its old handle, is still there. */
static inline bool sg_collect_is_live(const sg_collection *collection, sg_node node) {
  return node < collection->first ||
         (collection->live[(node - collection->first) >> 6] >> (node & 63) & 1) != 0;
}
void sg_collect_end(sg_collection *collection); /* releases; needed also when begin failed */

#endif
