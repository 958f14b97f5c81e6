/* sgrad: rows of ops.def over whole arrays: activations and losses. Internal to src/graph.
 *
 * "No number" is -0.0, as in a sweep (sweep.h): for a gradient that was not reached, and for a
 * derivative that is `nothing`. False: sg_interrupted was seen.
 */
#ifndef SG_GRAPH_ROWS_H
#define SG_GRAPH_ROWS_H

#include "graph/ops.h"

#include <stddef.h>

/* A row of one operand, or one of two that may select, such as LEAKY_RELU, whose second operand is
 * `b` throughout. */
bool sg_rows_is_activation(sg_op op);
/* Whether its derivative needs the operand; else the value will do in its place. */
bool sg_rows_needs_operand(sg_op op);
/* y = row(a); `y` may be `a`. */
bool sg_rows_activate(sg_op op, double b, const double *a, double *y, size_t count);
/* d = g * dy/da. */
bool sg_rows_activate_back(sg_op op, double b, const double *a, const double *y, const double *g,
                           double *d, size_t count);
/* Whether dy/da is finite or `nothing` wherever a and y are finite. */
bool sg_rows_is_tame(sg_op op, double b);

/* y = loss(a, b), of HUBER huber(a - b, constant). */
bool sg_rows_compare(sg_op loss, double constant, const double *a, const double *b, double *y,
                     size_t count);
/* da = dy/da, db = dy/db, times g[k], or g[0] with `single`. */
bool sg_rows_compare_back(sg_op loss, double constant, const double *a, const double *b,
                          const double *g, bool single, double *da, double *db, size_t count);

#endif
