/* sgrad: what a plot shows, before any backend: panels of curves and points over a region.
 *
 * Invariants: the points of a series are consecutive in `points`, those of a line in the order in
 * which it runs, with what cannot be drawn (nan, inf; on a log axis what is not above 0) still
 * among them: it is a gap. Names hold no control characters. Filled by sg_figure_add_; then
 * sg_figure_fit sets the axes of each panel, and the backends (text.h, draw.h) only read.
 * Makers return false when out of memory or on Ctrl-C.
 */
#ifndef SG_VIEW_PLOT_FIGURE_H
#define SG_VIEW_PLOT_FIGURE_H

#include "view/plot/region.h"
#include "view/plot/scale.h"

enum { SG_NAME_SIZE = 64, SG_SERIES_LIMIT = 100, SG_PANELS = 2 };

typedef struct sg_point {
  double x, y;
} sg_point;

typedef struct sg_series {
  uint32_t first, count; /* in `points` */
  uint32_t color;        /* row of the palette */
  bool line;             /* a curve; else points */
  char name[SG_NAME_SIZE];
} sg_series;

typedef struct sg_panel {
  uint32_t first, count; /* its series */
  sg_scale x, y;
  bool exact; /* the axes end where the data does: no rounding to ticks */
  char x_name[SG_NAME_SIZE], y_name[SG_NAME_SIZE];
} sg_panel;

typedef struct sg_figure {
  sg_memory *memory; /* not owned */
  char title[2 * SG_NAME_SIZE];
  char note[2 * SG_NAME_SIZE]; /* below all: what is not to be seen in it */
  struct {
    sg_point *items;
    uint32_t count, capacity;
  } points;
  struct {
    sg_series *items;
    uint32_t count, capacity;
  } series;
  sg_panel panels[SG_PANELS];
  uint32_t panel_count;
  sg_region region; /* behind the points of the first panel, or empty */
  uint32_t skipped; /* points that cannot be drawn; set by sg_figure_fit */
} sg_figure;

void sg_figure_init(sg_figure *figure, sg_memory *memory);
void sg_figure_clear(sg_figure *figure);

/* Copies text, escaped and cut at a code point. */
void sg_figure_name(char *out, size_t size, const char *text, size_t bytes);

/* The next panel; what is added from now on belongs to it. NULL: there are SG_PANELS. */
sg_panel *sg_figure_add_panel(sg_figure *figure);
/* The next series, empty. NULL: out of memory. */
sg_series *sg_figure_add_series(sg_figure *figure, const char *name, uint32_t color, bool line);
/* To the latest series. */
bool sg_figure_add_point(sg_figure *figure, double x, double y);

static inline bool sg_panel_shows(const sg_panel *panel, sg_point p) {
  return p.x - p.x == 0 && p.y - p.y == 0 && (!panel->x.log || p.x > 0) &&
         (!panel->y.log || p.y > 0);
}

/* Whether the names of its series say more than its own. */
bool sg_panel_needs_legend(const sg_figure *figure, const sg_panel *panel);

/* What the points of a panel span, as far as they can be drawn. */
bool sg_figure_range(const sg_figure *figure, const sg_panel *panel, sg_range *x, sg_range *y);
/* Sets the axes of every panel but those with a region, whose axes it is for, and counts what is
 * skipped. False: Ctrl-C. */
bool sg_figure_fit(sg_figure *figure);

#endif
