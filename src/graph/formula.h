/* sgrad: the derivative texts of ops.def, parsed, and evaluated on numbers of the graph.
 *
 * A text is parsed when first asked for, into terms that the tape keeps. Internal to src/graph.
 */
#ifndef SG_GRAPH_FORMULA_H
#define SG_GRAPH_FORMULA_H

#include "graph/tape.h"

typedef enum sg_partial {
  SG_PARTIAL_NUMBER,  /* a number was stored */
  SG_PARTIAL_NOTHING, /* the operation does not select this operand */
  SG_PARTIAL_FAILED   /* out of memory */
} sg_partial;

/* d(op)/d(operand `k`) at a, b, y = numbers[0..3), as a number of the graph: plain where it follows
 * from plain numbers alone. `op` is a row of one or two operands. */
sg_partial sg_formula_partial(sg_tape *tape, sg_op op, int k, const sg_value numbers[3],
                              sg_value *out);

/* x * y and x ** y without a node where y (for *, either) is the plain number that changes nothing.
 */
bool sg_formula_times(sg_tape *tape, sg_value x, sg_value y, sg_value *out);

void sg_formulas_free(sg_memory *memory, sg_formulas *formulas); /* NULL is fine */

#endif
