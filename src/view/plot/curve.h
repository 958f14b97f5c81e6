/* sgrad: a series of a figure as a line on a picture: placed, and thinned to what can be seen.
 *
 * Linear in the points. Where many fall into one column of the picture, four of them stay, and the
 * line covers what all of them would have covered; of a line that goes to and fro, the parts stay
 * that go where none before them went.
 */
#ifndef SG_VIEW_PLOT_CURVE_H
#define SG_VIEW_PLOT_CURVE_H

#include "view/plot/figure.h"

/* A panel's data area on a picture, whose y grows downward. */
typedef struct sg_area {
  double left, top, width, height;
} sg_area;

static inline double sg_area_x(sg_area frame, const sg_panel *panel, double x) {
  return frame.left + frame.width * sg_scale_place(&panel->x, x);
}
static inline double sg_area_y(sg_area frame, const sg_panel *panel, double y) {
  return frame.top + frame.height * (1 - sg_scale_place(&panel->y, y));
}

/* A corner of a path. `move`: the pen is lifted on the way to it. */
typedef struct sg_pen {
  double x, y;
  bool move;
} sg_pen;

typedef struct sg_path {
  sg_memory *memory; /* not owned */
  sg_pen *items;     /* owned */
  uint32_t count, capacity;
} sg_path;

void sg_path_clear(sg_path *path);
bool sg_path_add(sg_path *path, double x, double y, bool move); /* false: out of memory */
/* Whether corner i of `count` is a part of its own, a line from a point to itself. */
bool sg_path_is_lone(const sg_pen *pens, uint32_t count, uint32_t i);

/* Appends a series as a line, in columns of that width; a point alone is a line from it to itself.
 * False: out of memory or Ctrl-C. */
bool sg_curve_trace(const sg_figure *figure, const sg_panel *panel, const sg_series *series,
                    sg_area frame, double column, sg_path *path);
/* Appends a series as points, each a `move`, at most one for each square of that side. */
bool sg_curve_scatter(const sg_figure *figure, const sg_panel *panel, const sg_series *series,
                      sg_area frame, double side, sg_path *path);

#endif
