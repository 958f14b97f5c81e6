/* sgrad: the regions of a grid as areas and lines.
 *
 * W. Lorensen and H. Cline, Marching cubes (SIGGRAPH 1987), in the plane: a side of the grid is cut
 * where the margin, interpolated between its ends, is 0, and straight lines across the squares join
 * the cuts. They are followed from square to square, with the region on their left, until they end
 * where they began. Where one leaves the grid, the region ends at the frame, along which the way
 * goes on to the next cut.
 */
#include "view/plot/contour.h"

#include <string.h>

/* A side of a square: 0 below, 1 right, 2 above, 3 left; it runs around the square, from its corner
 * of that number to the next. */
typedef struct side {
  uint32_t column, row, number;
} side;

typedef struct tracer {
  const sg_region *region;
  sg_area frame;
  uint32_t class;
  bool fill; /* areas, which go along the frame; else lines, which end there */
  sg_path *path;
  uint8_t *seen; /* for each square, a bit for each of its sides that a line was followed from */
} tracer;

static size_t squares(const sg_region *region) {
  return (size_t)(region->columns - 1) * (region->rows - 1);
}

/* --- The grid. */

/* The node at a side's beginning, or (`end` 1) at its end. */
static void find_node(side s, uint32_t end, uint32_t *column, uint32_t *row) {
  static const uint8_t right[] = {0, 1, 1, 0, 0}, up[] = {0, 0, 1, 1, 0};
  *column = s.column + right[s.number + end];
  *row = s.row + up[s.number + end];
}

static double margin(const tracer *t, side s, uint32_t end) {
  uint32_t column, row;
  find_node(s, end, &column, &row);
  return sg_region_margin(t->region, sg_region_node(t->region, column, row), t->class);
}

static bool is_inside(const tracer *t, side s, uint32_t end) { return margin(t, s, end) > 0; }

static sg_point corner(const tracer *t, side s, uint32_t end) {
  uint32_t column, row;
  find_node(s, end, &column, &row);
  return (sg_point){t->frame.left + t->frame.width * column / (t->region->columns - 1),
                    t->frame.top + t->frame.height * (1 - (double)row / (t->region->rows - 1))};
}

/* Around a square, the region ends at this side. */
static bool is_exit(const tracer *t, side s) { return is_inside(t, s, 0) && !is_inside(t, s, 1); }

static bool is_at_frame(const tracer *t, side s) {
  switch (s.number) {
  case 0: return s.row == 0;
  case 1: return s.column + 2 == t->region->columns;
  case 2: return s.row + 2 == t->region->rows;
  default: return s.column == 0;
  }
}

/* The same side, of the square beyond it. */
static side beyond(side s) {
  static const int right[] = {0, 1, 0, -1}, up[] = {-1, 0, 1, 0};
  return (side){s.column + (uint32_t)right[s.number], s.row + (uint32_t)up[s.number],
                (s.number + 2) % 4};
}

/* The next side along the frame. */
static side along_frame(const tracer *t, side s) {
  static const int right[] = {1, 0, -1, 0}, up[] = {0, 1, 0, -1};
  side next = {s.column, s.row, (s.number + 1) % 4};
  if (is_at_frame(t, next)) return next;
  return (side){s.column + (uint32_t)right[s.number], s.row + (uint32_t)up[s.number], s.number};
}

/* --- The way around. */

static bool add(const tracer *t, sg_point p, bool move) {
  return sg_path_add(t->path, p.x, p.y, move);
}

static bool add_cut(const tracer *t, side s, bool move) {
  sg_point a = corner(t, s, 0), b = corner(t, s, 1);
  double margin_a = margin(t, s, 0), share = margin_a / (margin_a - margin(t, s, 1));
  if (!(share >= 0 && share <= 1)) share = 0.5; /* nan or inf at one of them */
  return add(t, (sg_point){a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share}, move);
}

static uint8_t *find_seen(const tracer *t, side s) {
  return &t->seen[(size_t)s.row * (t->region->columns - 1) + s.column];
}

/* Where the region, which ends at the side `s` of a square, begins again around it. */
static side cross(const tracer *t, side s) {
  do s.number = (s.number + 1) % 4;
  while (is_inside(t, s, 0) || !is_inside(t, s, 1));
  return s;
}

/* From a side at the frame where the region begins to where it ends. */
static bool follow_frame(const tracer *t, side *s) {
  do {
    uint32_t number = s->number;
    *s = along_frame(t, *s);
    if (t->fill && s->number != number && !add(t, corner(t, *s, 0), false)) return false;
  } while (!is_exit(t, *s));
  return true;
}

/* The line that leaves the region's square at `start`. */
static bool follow(const tracer *t, side start) {
  side s = start;
  bool move = true;
  do {
    if (!add_cut(t, s, move)) return false;
    *find_seen(t, s) |= (uint8_t)(1u << s.number);
    s = cross(t, s);
    move = is_at_frame(t, s);
    if (!move) {
      s = beyond(s);
    } else {
      if (!add_cut(t, s, false) || !follow_frame(t, &s)) return false;
      move = !t->fill;
    }
  } while ((*find_seen(t, s) & 1u << s.number) == 0);
  return t->fill || move || add_cut(t, s, false);
}

static bool follow_new(const tracer *t, side s) {
  return !is_exit(t, s) || (*find_seen(t, s) & 1u << s.number) != 0 || follow(t, s);
}

static bool add_frame(const tracer *t) {
  uint32_t right = t->region->columns - 2, above = t->region->rows - 2;
  const side sides[] = {{0, 0, 0}, {right, 0, 1}, {right, above, 2}, {0, above, 3}};
  for (int i = 0; i < 4; i++)
    if (!add(t, corner(t, sides[i], 0), i == 0)) return false;
  return true;
}

/* The lines that end at the frame, or the frame itself, where the region goes all along it. */
static bool trace_frame(const tracer *t) {
  const side first = {0, 0, 0};
  bool whole = is_inside(t, first, 0);
  side s = first;
  do {
    if (!follow_new(t, s)) return false;
    whole = whole && is_inside(t, s, 1);
    s = along_frame(t, s);
  } while (s.column != 0 || s.row != 0 || s.number != 0);
  return !whole || !t->fill || add_frame(t);
}

static bool trace_all(const tracer *t) {
  if (!trace_frame(t)) return false;
  side s;
  for (s.row = 0; s.row + 1 < t->region->rows; s.row++)
    for (s.column = 0; s.column + 1 < t->region->columns; s.column++)
      for (s.number = 0; s.number < 4; s.number++)
        if (!follow_new(t, s)) return false;
  return true;
}

static bool trace(const sg_region *region, uint32_t class, sg_area frame, bool fill,
                  sg_path *path) {
  size_t count = squares(region);
  tracer t = {region, frame, class, fill, path, sg_allocate(path->memory, count)};
  if (t.seen == NULL) return false;
  memset(t.seen, 0, count);
  bool ok = trace_all(&t);
  sg_release(path->memory, t.seen, count);
  return ok;
}

bool sg_contour_fill(const sg_region *region, uint32_t class, sg_area frame, sg_path *path) {
  return trace(region, class, frame, true, path);
}

bool sg_contour_line(const sg_region *region, uint32_t class, sg_area frame, sg_path *path) {
  return trace(region, class, frame, false, path);
}
