/* sgrad: the regions of a grid as areas and the lines between them: marching squares. */
#ifndef SG_VIEW_PLOT_CONTOUR_H
#define SG_VIEW_PLOT_CONTOUR_H

#include "view/plot/curve.h"
#include "view/plot/region.h"

/* Appends the closed parts that cover a class's region, to be filled as one path. False: no memory.
 */
bool sg_contour_fill(const sg_region *region, uint32_t class, sg_area frame, sg_path *path);
/* Appends the line where the class's region ends. */
bool sg_contour_line(const sg_region *region, uint32_t class, sg_area frame, sg_path *path);

#endif
