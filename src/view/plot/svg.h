/* sgrad: a drawing as SVG 1.1. */
#ifndef SG_VIEW_PLOT_SVG_H
#define SG_VIEW_PLOT_SVG_H

#include "view/plot/drawing.h"

/* Appends the document. Coordinates are rounded to a hundredth of a pixel. False: out of memory. */
bool sg_svg_write(const sg_drawing *drawing, sg_buffer *out);

#endif
