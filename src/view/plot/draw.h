/* sgrad: a figure laid out as a drawing, for files. */
#ifndef SG_VIEW_PLOT_DRAW_H
#define SG_VIEW_PLOT_DRAW_H

#include "view/plot/drawing.h"
#include "view/plot/figure.h"

/* Fills an empty drawing with the picture of a fitted figure. False: out of memory or Ctrl-C. */
bool sg_plot_draw(const sg_figure *figure, sg_drawing *drawing);

#endif
