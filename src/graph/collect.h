/* sgrad: collection: mark, slide, rank.
 *
 * A collection is: begin; hold every node that somebody has a handle of; run; then every holder
 * replaces its handle by sg_collect_moved. Between begin and the last moved nothing may be pushed.
 *
 * Of a live node with nothing held among what it was computed from, no gradient behind it can be
 * read any more. Past SG_CUT_ABOVE live nodes its history is let go: it becomes a CUT, which keeps
 * its value and its gradient.
 */
#ifndef SG_GRAPH_COLLECT_H
#define SG_GRAPH_COLLECT_H

#include "graph/tape.h"

typedef struct sg_collection {
  sg_tape *tape;
  uint64_t *held;    /* a bit a node: somebody holds it */
  uint64_t *live;    /* a bit a node: held, or an operand of a live one */
  uint64_t *reached; /* a bit a node: held, or computed from a held one; NULL for small tapes */
  uint32_t *ranks;   /* live bits before each word of `live` */
  uint32_t words;    /* of each bitmap: past the tape's length, so that positions have a rank too */
} sg_collection;

enum { SG_CUT_ABOVE = 1000000 };

bool sg_collect_begin(sg_collection *collection, sg_tape *tape); /* false: out of memory */
static inline void sg_collect_hold(sg_collection *collection, sg_node node) {
  collection->held[node >> 6] |= UINT64_C(1) << (node & 63);
}
/* Needs no memory. Sets tape->collect_at for the next time: twice what lives, SG_COLLECT_LEAST at
 * least. */
void sg_collect_run(sg_collection *collection);
/* The new handle of a node that was held. Of any position: how many live nodes lie below it. */
static inline sg_node sg_collect_moved(const sg_collection *collection, sg_node node) {
  uint64_t below = collection->live[node >> 6] & ((UINT64_C(1) << (node & 63)) - 1);
  return collection->ranks[node >> 6] + (uint32_t)__builtin_popcountll(below);
}
void sg_collect_end(sg_collection *collection); /* releases; needed also when begin failed */

#endif
