/* sgrad: the regions of a grid as areas and lines.
 *
 * W. Lorensen and H. Cline, Marching cubes (SIGGRAPH 1987), in the plane. A square of the grid, by
 * the margins at its corners, lies inside the region, outside, or is cut by straight lines between
 * the points on its sides where the margin, interpolated, is 0. Squares that lie inside are joined
 * to rectangles along a row.
 */
#include "view/plot/contour.h"

#include <math.h>

typedef struct square {
  sg_point corners[4]; /* around it */
  double margin[4];
} square;

/* The corners of a square that lie inside, and the cuts of its sides, around it. */
typedef struct piece {
  uint32_t count;
  sg_point corners[8];
  bool cut[8];
} piece;

static sg_point place(const sg_region *region, sg_area frame, uint32_t column, uint32_t row) {
  return (sg_point){frame.left + frame.width * column / (region->columns - 1),
                    frame.top + frame.height * (1 - (double)row / (region->rows - 1))};
}

static void look(const sg_region *region, uint32_t class, sg_area frame, uint32_t column,
                 uint32_t row, square *s) {
  static const uint32_t right[] = {0, 1, 1, 0}, up[] = {0, 0, 1, 1};
  for (int i = 0; i < 4; i++) {
    const double *node = sg_region_node(region, column + right[i], row + up[i]);
    s->corners[i] = place(region, frame, column + right[i], row + up[i]);
    s->margin[i] = sg_region_margin(region, node, class);
  }
}

/* Where the margin is 0 between two corners, at one of which it is above. */
static sg_point cut(sg_point a, sg_point b, double margin_a, double margin_b) {
  double share = margin_a / (margin_a - margin_b);
  if (!(share >= 0 && share <= 1)) share = 0.5; /* nan or inf at one of them */
  return (sg_point){a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share};
}

static void clip(const square *s, piece *out) {
  out->count = 0;
  for (int i = 0; i < 4; i++) {
    int next = (i + 1) % 4;
    bool inside = s->margin[i] > 0, inside_next = s->margin[next] > 0;
    if (inside) {
      out->cut[out->count] = false;
      out->corners[out->count++] = s->corners[i];
    }
    if (inside == inside_next) continue;
    out->cut[out->count] = true;
    out->corners[out->count++] =
        cut(s->corners[i], s->corners[next], s->margin[i], s->margin[next]);
  }
}

static bool is_inside(const square *s) {
  return s->margin[0] > 0 && s->margin[1] > 0 && s->margin[2] > 0 && s->margin[3] > 0;
}

static bool add_part(sg_path *path, const sg_point *corners, uint32_t count) {
  for (uint32_t i = 0; i < count; i++)
    if (!sg_path_add(path, corners[i].x, corners[i].y, i == 0)) return false;
  return true;
}

/* The squares of a row from `start` to `end`, which lie inside. */
static bool add_run(const sg_region *region, sg_area frame, uint32_t row, uint32_t start,
                    uint32_t end, sg_path *path) {
  sg_point corners[] = {place(region, frame, start, row), place(region, frame, end, row),
                        place(region, frame, end, row + 1), place(region, frame, start, row + 1)};
  return start == end || add_part(path, corners, 4);
}

bool sg_contour_fill(const sg_region *region, uint32_t class, sg_area frame, sg_path *path) {
  for (uint32_t row = 0; row + 1 < region->rows; row++) {
    uint32_t start = 0; /* of the squares inside that are not added yet */
    for (uint32_t column = 0; column + 1 < region->columns; column++) {
      square s;
      piece part;
      look(region, class, frame, column, row, &s);
      if (is_inside(&s)) continue;
      if (!add_run(region, frame, row, start, column, path)) return false;
      start = column + 1;
      clip(&s, &part);
      if (part.count > 0 && !add_part(path, part.corners, part.count)) return false;
    }
    if (!add_run(region, frame, row, start, region->columns - 1, path)) return false;
  }
  return true;
}

/* The sides of the piece between two cuts. */
static bool add_sides(const piece *part, sg_path *path) {
  for (uint32_t i = 0; i < part->count; i++) {
    uint32_t next = (i + 1) % part->count;
    if (!part->cut[i] || !part->cut[next]) continue;
    if (!sg_path_add(path, part->corners[i].x, part->corners[i].y, true) ||
        !sg_path_add(path, part->corners[next].x, part->corners[next].y, false))
      return false;
  }
  return true;
}

bool sg_contour_line(const sg_region *region, uint32_t class, sg_area frame, sg_path *path) {
  for (uint32_t row = 0; row + 1 < region->rows; row++)
    for (uint32_t column = 0; column + 1 < region->columns; column++) {
      square s;
      piece part;
      look(region, class, frame, column, row, &s);
      clip(&s, &part);
      if (!add_sides(&part, path)) return false;
    }
  return true;
}
