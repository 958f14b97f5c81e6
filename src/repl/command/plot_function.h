/* sgrad: a function as a curve, and the points that it was to go through. */
#ifndef SG_REPL_COMMAND_PLOT_FUNCTION_H
#define SG_REPL_COMMAND_PLOT_FUNCTION_H

#include "repl/command/plot_data.h"

/* A panel with what a function gives evenly spaced places from the least to the greatest of `xs`,
 * over the points (xs, ys), unless ys is NULL. It is called with a number, or with a list of one
 * where the places are such lists, as in no_grad; it must be rooted. */
bool sg_plot_add_function(sg_vm *vm, sg_figure *figure, const sg_plot_value *function,
                          const sg_plot_value *xs, const sg_plot_value *ys);

#endif
