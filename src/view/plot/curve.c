/* sgrad: a series of a figure as a line on a picture. */
#include "view/plot/curve.h"

#include "base/interrupt.h"

#include <math.h>

void sg_path_clear(sg_path *path) {
  SG_RELEASE(path->memory, path);
  *path = (sg_path){.memory = path->memory};
}

bool sg_path_add(sg_path *path, double x, double y, bool move) {
  if (!SG_RESERVE(path->memory, path, (size_t)path->count + 1)) return false;
  path->items[path->count++] = (sg_pen){x, y, move};
  return true;
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

bool sg_curve_trace(const sg_figure *figure, const sg_panel *panel, const sg_series *series,
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

/* Whether it was free. */
static bool take_square(squares *s, size_t across, size_t down) {
  size_t at = down * s->columns + across;
  uint64_t bit = UINT64_C(1) << (at % 64);
  if ((s->taken[at / 64] & bit) != 0) return false;
  s->taken[at / 64] |= bit;
  return true;
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
      if (take_square(&s, (size_t)((x - frame.left) / side), (size_t)((y - frame.top) / side)))
        ok = sg_path_add(path, x, y, true);
    }
  sg_release(s.memory, s.taken, s.words * sizeof *s.taken);
  return ok && !sg_gave_up(series->count);
}
