/* sgrad: a drawing as SVG 1.1.
 *
 * Coordinates are whole hundredths, written relative to the point before: the differences of
 * rounded places, so that errors do not add up.
 */
#include "view/plot/svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char fonts[] = "Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif";

/* A number of hundredths, without zeros that say nothing. `spaced`: a blank before it, where it has
 * no sign to part it from what stands there. */
static void write_hundredths(sg_buffer *out, long long x, bool spaced) {
  long long whole = llabs(x) / 100, rest = llabs(x) % 100;
  if (x < 0)
    sg_buffer_putc(out, '-');
  else if (spaced)
    sg_buffer_putc(out, ' ');
  if (whole > 0 || rest == 0) sg_buffer_printf(out, "%lld", whole);
  if (rest % 10 != 0)
    sg_buffer_printf(out, ".%02lld", rest);
  else if (rest != 0)
    sg_buffer_printf(out, ".%lld", rest / 10);
}

static long long hundredths(double x) { return llround(x * 100); }

static void write_attribute(sg_buffer *out, const char *name, double x) {
  sg_buffer_printf(out, " %s=\"", name);
  write_hundredths(out, hundredths(x), false);
  sg_buffer_putc(out, '"');
}

static void write_text(sg_buffer *out, const char *text, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    if (text[i] == '<' || text[i] == '>' || text[i] == '&' || text[i] == '"')
      sg_buffer_printf(out, "&#%d;", text[i]);
    else
      sg_buffer_putc(out, text[i]);
  }
}

static void write_paint(sg_buffer *out, const sg_paint *paint) {
  if (paint->fill == SG_NO_PAINT)
    sg_buffer_puts(out, " fill=\"none\"");
  else
    sg_buffer_printf(out, " fill=\"#%06x\"", (unsigned)paint->fill);
  if (paint->stroke == SG_NO_PAINT) return;
  sg_buffer_printf(out, " stroke=\"#%06x\"", (unsigned)paint->stroke);
  if (paint->width != 1) write_attribute(out, "stroke-width", paint->width);
  if (paint->dashes != NULL) sg_buffer_printf(out, " stroke-dasharray=\"%s\"", paint->dashes);
}

/* Where the pen is, in hundredths. */
typedef struct place {
  long long x, y;
} place;

static void write_step(sg_buffer *out, place *at, double x, double y, bool move) {
  long long dx = hundredths(x) - at->x, dy = hundredths(y) - at->y;
  if (move || (dx != 0 && dy != 0) || (dx == 0 && dy == 0)) {
    sg_buffer_putc(out, move ? 'm' : 'l');
    write_hundredths(out, dx, false);
    write_hundredths(out, dy, true);
  } else {
    sg_buffer_putc(out, dy == 0 ? 'h' : 'v');
    write_hundredths(out, dy == 0 ? dx : dy, false);
  }
  *at = (place){at->x + dx, at->y + dy};
}

/* Behind a closed part, a relative `m` starts from that part's first corner. */
static void write_path(sg_buffer *out, const sg_drawing *drawing, const sg_shape *shape) {
  place at = {0, 0}, first = {0, 0};
  const sg_pen *pens = drawing->path.items + shape->first;
  for (uint32_t i = 0; i < shape->count; i++) {
    if (pens[i].move && i > 0 && shape->closed) {
      sg_buffer_putc(out, 'z');
      at = first;
    }
    write_step(out, &at, pens[i].x, pens[i].y, pens[i].move);
    if (pens[i].move) first = at;
  }
  if (shape->closed) sg_buffer_putc(out, 'z');
}

static void write_circle(sg_buffer *out, double radius) {
  long long r = hundredths(radius);
  for (int half = 0; half < 2; half++) {
    sg_buffer_putc(out, 'a');
    write_hundredths(out, r, false);
    write_hundredths(out, r, true);
    sg_buffer_puts(out, " 0 1 0");
    write_hundredths(out, half == 0 ? 2 * r : -2 * r, true);
    sg_buffer_puts(out, " 0");
  }
  sg_buffer_putc(out, 'z');
}

/* One mark, around a place. */
static void write_mark(sg_buffer *out, const sg_shape *shape, double x, double y) {
  const sg_point *corners;
  uint32_t count = sg_outline_corners(shape->outline, &corners);
  double left = count == 0 ? -1 : corners[0].x, top = count == 0 ? 0 : corners[0].y;
  place at = {0, 0};
  sg_buffer_puts(out, "<path");
  write_paint(out, &shape->paint);
  sg_buffer_puts(out, " d=\"");
  write_step(out, &at, x + left * shape->size, y + top * shape->size, true);
  if (count == 0) write_circle(out, shape->size);
  for (uint32_t k = 1; k < count; k++)
    write_step(out, &at, x + corners[k].x * shape->size, y + corners[k].y * shape->size, false);
  sg_buffer_puts(out, count > 0 ? "z\"/>" : "\"/>");
}

static bool is_alike(const sg_shape *a, const sg_shape *b) {
  return a->kind == b->kind && a->outline == b->outline && a->size == b->size &&
         a->paint.fill == b->paint.fill && a->count > 1;
}

/* A name that says how the mark looks: so pictures in one document may share it. */
static void write_name(sg_buffer *out, const sg_shape *shape) {
  sg_buffer_printf(out, "mark%d-%06x-%lld", (int)shape->outline, (unsigned)shape->paint.fill,
                   hundredths(shape->size));
}

/* Defines the mark, unless a shape before it has. */
static void define_mark(sg_buffer *out, const sg_drawing *drawing, const sg_shape *shape) {
  for (const sg_shape *other = drawing->shapes.items; other < shape; other++)
    if (is_alike(other, shape)) return;
  sg_buffer_puts(out, "<marker id=\"");
  write_name(out, shape);
  sg_buffer_puts(out, "\" markerUnits=\"userSpaceOnUse\" overflow=\"visible\">");
  write_mark(out, shape, 0, 0);
  sg_buffer_puts(out, "</marker>\n");
}

/* Many marks are the corners of a line that is not to be seen. */
static void write_marks(sg_buffer *out, const sg_drawing *drawing, const sg_shape *shape) {
  static const char *const where[] = {"start", "mid", "end"};
  const sg_pen *pens = drawing->path.items + shape->first;
  if (shape->count == 1) {
    write_mark(out, shape, pens->x, pens->y);
    return;
  }
  define_mark(out, drawing, shape);
  sg_buffer_puts(out, "<path fill=\"none\"");
  for (int i = 0; i < 3; i++) {
    sg_buffer_printf(out, " marker-%s=\"url(#", where[i]);
    write_name(out, shape);
    sg_buffer_puts(out, ")\"");
  }
  sg_buffer_puts(out, " d=\"");
  place at = {0, 0};
  for (uint32_t i = 0; i < shape->count; i++) write_step(out, &at, pens[i].x, pens[i].y, i == 0);
  sg_buffer_puts(out, "\"/>");
}

static void write_label(sg_buffer *out, const sg_drawing *drawing, const sg_shape *shape) {
  static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  sg_buffer_puts(out, "<text");
  write_attribute(out, "x", shape->x);
  write_attribute(out, "y", shape->y);
  if (shape->size != 12) write_attribute(out, "font-size", shape->size);
  sg_buffer_puts(out, anchors[shape->anchor]);
  if (shape->bold) sg_buffer_puts(out, " font-weight=\"bold\"");
  sg_buffer_printf(out, " fill=\"#%06x\">", (unsigned)shape->paint.fill);
  write_text(out, drawing->text.items + shape->first, shape->count);
  sg_buffer_puts(out, "</text>");
}

static void write_line(sg_buffer *out, const sg_drawing *drawing, const sg_shape *shape) {
  sg_buffer_puts(out, "<path");
  write_paint(out, &shape->paint);
  sg_buffer_puts(out, " d=\"");
  write_path(out, drawing, shape);
  sg_buffer_puts(out, "\"/>");
}

static void write_shape(sg_buffer *out, const sg_drawing *drawing, const sg_shape *shape) {
  if (shape->count == 0) return;
  switch (shape->kind) {
  case SG_SHAPE_TEXT: write_label(out, drawing, shape); break;
  case SG_SHAPE_PATH: write_line(out, drawing, shape); break;
  case SG_SHAPE_MARKS: write_marks(out, drawing, shape); break;
  }
  sg_buffer_putc(out, '\n');
}

bool sg_svg_write(const sg_drawing *drawing, sg_buffer *out) {
  sg_buffer_puts(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
  write_attribute(out, "width", drawing->width);
  write_attribute(out, "height", drawing->height);
  sg_buffer_printf(out, " viewBox=\"0 0 %.0f %.0f\" font-family=\"%s\" font-size=\"12\"",
                   drawing->width, drawing->height, fonts);
  sg_buffer_puts(out, " stroke-linejoin=\"round\" stroke-linecap=\"round\">\n<title>");
  write_text(out, drawing->title, strlen(drawing->title));
  sg_buffer_puts(out, "</title>\n");
  for (uint32_t i = 0; i < drawing->shapes.count && !out->failed; i++)
    write_shape(out, drawing, &drawing->shapes.items[i]);
  sg_buffer_puts(out, "</svg>\n");
  return !out->failed;
}
