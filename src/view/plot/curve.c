/* sgrad: a series of a figure as a line on a picture. */
#include "view/plot/curve.h"

#include "base/interrupt.h"

#include <math.h>

enum { CROWD = 5000 }; /* corners: more than a line has that goes from column to column */

void sg_path_clear(sg_path *path) {
  SG_RELEASE(path->memory, path);
  *path = (sg_path){.memory = path->memory};
}

bool sg_path_add(sg_path *path, double x, double y, bool move) {
  if (!SG_RESERVE(path->memory, path, (size_t)path->count + 1)) return false;
  path->items[path->count++] = (sg_pen){x, y, move};
  return true;
}

bool sg_path_is_lone(const sg_pen *pens, uint32_t count, uint32_t i) {
  return pens[i].move && i + 1 < count && !pens[i + 1].move && pens[i].x == pens[i + 1].x &&
         pens[i].y == pens[i + 1].y && (i + 2 == count || pens[i + 2].move);
}

/* The points of the column that the line is in: the first, those furthest up and down, the last. */
typedef struct column {
  double index;
  uint32_t count; /* 0: the pen is up */
  bool fresh;     /* the line begins in this column */
  bool up_first;  /* `up` came before `down` */
  sg_point first, up, down, last;
} column;

static void take(column *c, sg_point p) {
  if (c->count++ == 0) c->first = c->up = c->down = p;
  if (p.y < c->up.y) {
    c->up = p;
    c->up_first = false;
  }
  if (p.y > c->down.y) {
    c->down = p;
    c->up_first = true;
  }
  c->last = p;
}

static bool put(sg_path *path, sg_point p, bool move) {
  const sg_pen *last = path->count > 0 ? &path->items[path->count - 1] : NULL;
  if (!move && last != NULL && !last->move && last->x == p.x && last->y == p.y) return true;
  return sg_path_add(path, p.x, p.y, move);
}

static bool flush(column *c, sg_path *path) {
  if (c->count == 0) return true;
  sg_point a = c->up_first ? c->up : c->down, b = c->up_first ? c->down : c->up;
  bool ok = put(path, c->first, c->fresh) && put(path, a, false) && put(path, b, false) &&
            put(path, c->last, false);
  c->count = 0;
  c->fresh = false;
  return ok;
}

static bool trace_columns(const sg_figure *figure, const sg_panel *panel, const sg_series *series,
                          sg_area frame, double width, sg_path *path) {
  const sg_point *points = figure->points.items + series->first;
  column c = {.fresh = true};
  SG_EACH (i, 0, series->count) {
    if (!sg_panel_shows(panel, points[i])) {
      if (!flush(&c, path)) return false;
      c.fresh = true;
      continue;
    }
    sg_point p = {sg_area_x(frame, panel, points[i].x), sg_area_y(frame, panel, points[i].y)};
    double index = floor((p.x - frame.left) / width);
    if (c.count > 0 && index != c.index && !flush(&c, path)) return false;
    c.index = index;
    take(&c, p);
  }
  return !sg_gave_up(series->count) && flush(&c, path);
}

/* A bit for each square of the frame. */
typedef struct squares {
  sg_memory *memory;
  size_t columns, words;
  uint64_t *taken;
} squares;

static bool init_squares(squares *s, sg_memory *memory, sg_area frame, double side) {
  s->memory = memory;
  s->columns = (size_t)(frame.width / side) + 2;
  s->words = s->columns * ((size_t)(frame.height / side) + 2) / 64 + 1;
  s->taken = sg_allocate(memory, s->words * sizeof *s->taken);
  for (size_t i = 0; s->taken != NULL && i < s->words; i++) s->taken[i] = 0;
  return s->taken != NULL;
}

static void clear_squares(squares *s) {
  sg_release(s->memory, s->taken, s->words * sizeof *s->taken);
}

static size_t find_square(double x) { return x > 0 ? (size_t)x : 0; }

/* Whether the one in which a place lies was free. `x`, `y`: in sides, from the frame's corner. */
static bool take_square(squares *s, double x, double y) {
  size_t across = find_square(x), down = find_square(y);
  size_t at = down * s->columns + across;
  uint64_t bit = UINT64_C(1) << (at % 64);
  if ((s->taken[at / 64] & bit) != 0) return false;
  s->taken[at / 64] |= bit;
  return true;
}

/* Whether any on the way from one place to another was free. */
static bool take_line(squares *s, sg_point from, sg_point to) {
  double x = to.x - from.x, y = to.y - from.y;
  double steps = ceil(fmax(fabs(x), fabs(y))) + 1;
  bool some = false;
  for (double k = 0; k <= steps; k++)
    some |= take_square(s, from.x + x * (k / steps), from.y + y * (k / steps));
  return some;
}

/* Of the corners from `first` on, those stay whose lines go where none before went. */
static bool thin(sg_path *path, uint32_t first, sg_area frame, double side) {
  squares s;
  sg_pen last = {0};
  uint32_t kept = first;
  bool lifted = true;
  if (!init_squares(&s, path->memory, frame, side)) return false;
  for (uint32_t i = first; i < path->count && !sg_interrupted; i++) {
    sg_pen pen = path->items[i];
    sg_point from = {(last.x - frame.left) / side, (last.y - frame.top) / side};
    sg_point to = {(pen.x - frame.left) / side, (pen.y - frame.top) / side};
    bool draws = !pen.move && take_line(&s, from, to);
    if (draws && lifted) path->items[kept++] = (sg_pen){last.x, last.y, true};
    if (draws) path->items[kept++] = pen;
    lifted = !draws;
    last = pen;
  }
  clear_squares(&s);
  path->count = kept;
  return !sg_interrupted;
}

bool sg_curve_trace(const sg_figure *figure, const sg_panel *panel, const sg_series *series,
                    sg_area frame, double width, sg_path *path) {
  uint32_t first = path->count;
  if (!trace_columns(figure, panel, series, frame, width, path)) return false;
  return path->count - first < CROWD || thin(path, first, frame, width);
}

bool sg_curve_scatter(const sg_figure *figure, const sg_panel *panel, const sg_series *series,
                      sg_area frame, double side, sg_path *path) {
  const sg_point *points = figure->points.items + series->first;
  squares s;
  if (!init_squares(&s, path->memory, frame, side)) return false;
  bool ok = true;
  for (uint32_t i = 0, end = 0; ok && sg_piece(i, series->count, &end);)
    for (; ok && i < end; i++) {
      if (!sg_panel_shows(panel, points[i])) continue;
      double x = sg_area_x(frame, panel, points[i].x), y = sg_area_y(frame, panel, points[i].y);
      if (take_square(&s, (x - frame.left) / side, (y - frame.top) / side))
        ok = sg_path_add(path, x, y, true);
    }
  clear_squares(&s);
  return ok && !sg_gave_up(series->count);
}
