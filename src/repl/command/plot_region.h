/* sgrad: what a model says of every place: the region behind the points of its samples. */
#ifndef SG_REPL_COMMAND_PLOT_REGION_H
#define SG_REPL_COMMAND_PLOT_REGION_H

#include "repl/command/plot_data.h"

/* What a model or function gives for one argument, as in no_grad. Both must be rooted, or need not
 * be afterwards. */
bool sg_plot_call(sg_vm *vm, const sg_plot_value *model, sg_value question, sg_value *answer);
/* Makes the figure of a boundary: the points of the samples by class, and behind them the classes
 * that the model gives a grid of `across` times `down` places. The model is anything that can be
 * called with [x, y]; it must be rooted. A model of the type "model" gets the grid in batches. It
 * runs as in no_grad. The title, if it has none, says how many samples the model gets right. */
bool sg_plot_add_boundary(sg_vm *vm, sg_figure *figure, const sg_plot_value *model,
                          const sg_plot_value *xs, const sg_plot_value *ys, uint32_t across,
                          uint32_t down);

#endif
