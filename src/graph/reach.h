/* sgrad: what lies behind a node, when that is little. Internal to src/graph.
 *
 * A sweep that walks the tape pays for every node between its root and its leaves, dead ones too. A
 * small graph on a long tape is therefore looked up first; a block, with its outputs and the runs
 * of its operands, counts as little as one node.
 */
#ifndef SG_GRAPH_REACH_H
#define SG_GRAPH_REACH_H

#include "graph/tape.h"

/* Finds `y`, everything behind it and the other outputs of the blocks on the way: the runs
 * tape->reached[0 .. *count), from high to low. False: they are more than a third of the nodes
 * below `y`, or it takes more looks than a sixteenth, or more memory than there is; walk the tape.
 */
bool sg_reach_find(sg_tape *tape, sg_node y, uint32_t *count);

#endif
