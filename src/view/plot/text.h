/* sgrad: a figure as lines of characters on a terminal. */
#ifndef SG_VIEW_PLOT_TEXT_H
#define SG_VIEW_PLOT_TEXT_H

#include "view/plot/figure.h"
#include "view/plot/grid.h"

/* Appends the picture of a fitted figure. What colours cannot tell apart, marks do. False: out of
 * memory or Ctrl-C. */
bool sg_plot_text(const sg_figure *figure, const sg_terminal *terminal, sg_buffer *out);

/* How fine a region need be to be shown there, in places across and down. */
void sg_plot_text_size(const sg_terminal *terminal, uint32_t *across, uint32_t *down);

#endif
