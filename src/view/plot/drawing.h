/* sgrad: a drawing: paths, marks and texts in the order in which they are painted, for backends
 * that know nothing of plots (svg.h, cairo.h).
 *
 * Units are pixels at 96 to the inch, y downward. Makers return false when out of memory.
 */
#ifndef SG_VIEW_PLOT_DRAWING_H
#define SG_VIEW_PLOT_DRAWING_H

#include "base/buffer.h"
#include "view/plot/curve.h"
#include "view/plot/palette.h"

#define SG_NO_PAINT UINT32_MAX

typedef struct sg_paint {
  uint32_t fill, stroke; /* 0xRRGGBB, or SG_NO_PAINT */
  double width;          /* of the stroke */
  const char *dashes;    /* of it: lengths as in sg_color; NULL: none */
} sg_paint;

typedef enum sg_shape_kind { SG_SHAPE_PATH, SG_SHAPE_MARKS, SG_SHAPE_TEXT } sg_shape_kind;
typedef enum sg_anchor { SG_ANCHOR_START, SG_ANCHOR_MIDDLE, SG_ANCHOR_END } sg_anchor;

typedef struct sg_shape {
  sg_shape_kind kind;
  sg_paint paint;
  uint32_t first, count; /* PATH: its corners in `path`; MARKS: their middles; TEXT: bytes of
                            `text`, UTF-8 without control characters */
  bool closed;           /* PATH: each part of it */
  sg_outline outline;    /* MARKS */
  double x, y;           /* TEXT: its anchor, on the base line */
  double size;           /* TEXT: of the font; MARKS: radius */
  bool bold;
  sg_anchor anchor;
} sg_shape;

typedef struct sg_drawing {
  sg_memory *memory; /* not owned */
  double width, height;
  char title[128]; /* what it is, for readers who do not see it; UTF-8 */
  sg_path path;
  sg_buffer text;
  struct {
    sg_shape *items;
    uint32_t count, capacity;
  } shapes;
} sg_drawing;

void sg_drawing_init(sg_drawing *drawing, sg_memory *memory);
void sg_drawing_clear(sg_drawing *drawing);
/* A path or marks, whose corners are then added to `path` until the next shape; NULL: no memory. */
sg_shape *sg_drawing_begin(sg_drawing *drawing, sg_shape_kind kind, sg_paint paint);
/* Counts the corners added since it began. */
void sg_drawing_end(sg_drawing *drawing);
bool sg_drawing_line(sg_drawing *drawing, sg_pen from, sg_pen to, sg_paint paint);
bool sg_drawing_rectangle(sg_drawing *drawing, sg_area frame, sg_paint paint);
bool sg_drawing_mark(sg_drawing *drawing, sg_outline outline, double x, double y, double size,
                     sg_paint paint);
bool sg_drawing_text(sg_drawing *drawing, double x, double y, const char *text, double size,
                     sg_anchor anchor, uint32_t color, bool bold);

/* The corners of a mark of radius 1 around the origin; 0: a circle. */
uint32_t sg_outline_corners(sg_outline outline, const sg_point **corners);

#endif
