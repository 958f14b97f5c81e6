/* sgrad: a drawing as PNG or PDF, by the cairo library.
 *
 * The functions of cairo 1.10 and later that are used, with their types as cairo.h has them; enums
 * are ints there too.
 */
#include "view/plot/cairo.h"

#include "base/interrupt.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct cairo cairo;                 /* cairo_t */
typedef struct cairo_surface cairo_surface; /* cairo_surface_t */
typedef int cairo_write(void *closure, const unsigned char *data, unsigned length);

enum {
  CAIRO_FORMAT_RGB24 = 1,
  CAIRO_WRITE_ERROR = 11,
  CAIRO_ROUND = 1, /* both caps and joins */
  CAIRO_SLANT_NORMAL = 0
};

enum { PIECE = 10 /* corners of a line */ };

typedef struct cairo_extents {
  double x_bearing, y_bearing, width, height, x_advance, y_advance;
} cairo_extents;

/* NAME, result, arguments: cairo_NAME. */
#define CAIRO_FUNCTIONS(F)                                                                         \
  F(image_surface_create, cairo_surface *, (int format, int width, int height))                    \
  F(pdf_surface_create_for_stream, cairo_surface *,                                                \
    (cairo_write * write, void *closure, double width, double height))                             \
  F(surface_write_to_png_stream, int,                                                              \
    (cairo_surface * surface, cairo_write * write, void *closure))                                 \
  F(surface_finish, void, (cairo_surface * surface))                                               \
  F(surface_status, int, (cairo_surface * surface))                                                \
  F(surface_destroy, void, (cairo_surface * surface))                                              \
  F(create, cairo *, (cairo_surface * surface))                                                    \
  F(destroy, void, (cairo * to))                                                                   \
  F(status, int, (cairo * to))                                                                     \
  F(status_to_string, const char *, (int status))                                                  \
  F(scale, void, (cairo * to, double x, double y))                                                 \
  F(set_source_rgb, void, (cairo * to, double red, double green, double blue))                     \
  F(set_line_width, void, (cairo * to, double width))                                              \
  F(set_line_cap, void, (cairo * to, int cap))                                                     \
  F(set_line_join, void, (cairo * to, int join))                                                   \
  F(set_dash, void, (cairo * to, const double *dashes, int count, double offset))                  \
  F(move_to, void, (cairo * to, double x, double y))                                               \
  F(line_to, void, (cairo * to, double x, double y))                                               \
  F(arc, void, (cairo * to, double x, double y, double radius, double from, double angle))         \
  F(new_sub_path, void, (cairo * to))                                                              \
  F(close_path, void, (cairo * to))                                                                \
  F(fill, void, (cairo * to))                                                                      \
  F(fill_preserve, void, (cairo * to))                                                             \
  F(stroke, void, (cairo * to))                                                                    \
  F(new_path, void, (cairo * to))                                                                  \
  F(select_font_face, void, (cairo * to, const char *family, int slant, int weight))               \
  F(set_font_size, void, (cairo * to, double size))                                                \
  F(text_extents, void, (cairo * to, const char *text, cairo_extents *extents))                    \
  F(show_text, void, (cairo * to, const char *text))

typedef struct library {
  void *handle;
#define MEMBER(name, result, arguments) result(*name) arguments;
  CAIRO_FUNCTIONS(MEMBER)
#undef MEMBER
} library;

/* --- Opening. */

static bool find_function(void *handle, const char *name, void *pointer, size_t size) {
  void *symbol = dlsym(handle, name);
  memcpy(pointer, &symbol, size);
  return symbol != NULL;
}

/* What cairo and its libraries keep lives on when it is closed, so they stay where they are. */
static bool open_library(library *c, char reason[SG_CAIRO_REASON]) {
  bool ok = true;
  c->handle = dlopen("libcairo.so.2", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
#define FIND(name, result, arguments)                                                              \
  ok = ok && c->handle != NULL &&                                                                  \
       find_function(c->handle, "cairo_" #name, &c->name, sizeof c->name);
  CAIRO_FUNCTIONS(FIND)
#undef FIND
  if (ok) return true;
  const char *why = dlerror();
  snprintf(reason, SG_CAIRO_REASON, "%s", why != NULL ? why : "");
  if (c->handle != NULL) dlclose(c->handle);
  return false;
}

/* --- Painting. */

typedef struct artist {
  library cairo;
  const sg_drawing *drawing;
  cairo_surface *surface;
  struct cairo *to;
  sg_buffer *out;
  double unit;  /* of the surface, for one of the drawing */
  double drawn; /* length of the line before this piece of it: its dashes go on from there */
} artist;

static void set_color(artist *a, uint32_t color) {
  a->cairo.set_source_rgb(a->to, (color >> 16) / 255.0, (color >> 8 & 255) / 255.0,
                          (color & 255) / 255.0);
}

static void set_dashes(artist *a, const char *dashes) {
  double lengths[8];
  int count = 0;
  for (char *end; dashes != NULL && *dashes != 0 && count < 8; dashes = end)
    lengths[count++] = (double)strtol(dashes, &end, 10);
  a->cairo.set_dash(a->to, lengths, count, a->drawn);
}

static void trace_path(artist *a, const sg_shape *shape) {
  const sg_pen *pens = a->drawing->path.items + shape->first;
  for (uint32_t i = 0; i < shape->count; i++) {
    if (pens[i].move && i > 0 && shape->closed) a->cairo.close_path(a->to);
    if (pens[i].move)
      a->cairo.move_to(a->to, pens[i].x, pens[i].y);
    else
      a->cairo.line_to(a->to, pens[i].x, pens[i].y);
  }
  if (shape->closed) a->cairo.close_path(a->to);
}

static void trace_mark(artist *a, const sg_shape *shape, const sg_pen *middle) {
  const sg_point *corners;
  uint32_t count = sg_outline_corners(shape->outline, &corners);
  a->cairo.new_sub_path(a->to);
  if (count == 0) a->cairo.arc(a->to, middle->x, middle->y, shape->size, 0, 2 * acos(-1.0));
  for (uint32_t k = 0; k < count; k++)
    a->cairo.line_to(a->to, middle->x + corners[k].x * shape->size,
                     middle->y + corners[k].y * shape->size);
  a->cairo.close_path(a->to);
}

static void paint(artist *a, const sg_paint *how) {
  if (how->fill != SG_NO_PAINT) {
    set_color(a, how->fill);
    a->cairo.fill_preserve(a->to);
  }
  if (how->stroke != SG_NO_PAINT) {
    set_color(a, how->stroke);
    set_dashes(a, how->dashes);
    a->cairo.set_line_width(a->to, how->width);
    a->cairo.stroke(a->to);
  }
  a->cairo.new_path(a->to);
}

/* Each mark on its own: one path of thousands takes cairo more than linear time. */
static void paint_marks(artist *a, const sg_shape *shape) {
  for (uint32_t i = 0; i < shape->count && !sg_interrupted; i++) {
    trace_mark(a, shape, &a->drawing->path.items[shape->first + i]);
    paint(a, &shape->paint);
  }
}

static void paint_path(artist *a, const sg_shape *shape) {
  trace_path(a, shape);
  paint(a, &shape->paint);
}

/* What cairo counts its dashes by: from where the pen was put down last. */
static double measure(const sg_pen *pens, uint32_t count, double drawn) {
  for (uint32_t i = 1; i < count; i++)
    drawn = pens[i].move ? 0 : drawn + hypot(pens[i].x - pens[i - 1].x, pens[i].y - pens[i - 1].y);
  return drawn;
}

/* In pieces: of a long line that crosses itself, cairo would take more than linear time. */
static void paint_line(artist *a, const sg_shape *shape) {
  sg_shape piece = *shape;
  const uint32_t end = shape->first + shape->count;
  for (uint32_t i = shape->first; i < end && !sg_interrupted; i += PIECE) {
    piece.first = i > shape->first ? i - 1 : i;
    piece.count = (end - i < PIECE ? end - i : PIECE) + (i - piece.first);
    const sg_pen *first = &a->drawing->path.items[piece.first];
    a->cairo.move_to(a->to, first->x, first->y);
    paint_path(a, &piece);
    a->drawn = measure(first, piece.count, a->drawn);
  }
  a->drawn = 0;
}

static void paint_text(artist *a, const sg_shape *shape) {
  char text[2 * SG_NAME_SIZE];
  cairo_extents extents;
  static const double shares[] = {0, 0.5, 1};
  snprintf(text, sizeof text, "%.*s", (int)shape->count, a->drawing->text.items + shape->first);
  a->cairo.select_font_face(a->to, "sans-serif", CAIRO_SLANT_NORMAL, shape->bold);
  a->cairo.set_font_size(a->to, shape->size);
  a->cairo.text_extents(a->to, text, &extents);
  set_color(a, shape->paint.fill);
  a->cairo.move_to(a->to, shape->x - extents.x_advance * shares[shape->anchor], shape->y);
  a->cairo.show_text(a->to, text);
  a->cairo.new_path(a->to);
}

static void paint_shape(artist *a, const sg_shape *shape) {
  if (shape->count == 0) return;
  if (shape->kind == SG_SHAPE_TEXT)
    paint_text(a, shape);
  else if (shape->kind == SG_SHAPE_MARKS)
    paint_marks(a, shape);
  else if (shape->paint.fill == SG_NO_PAINT && !shape->closed)
    paint_line(a, shape);
  else
    paint_path(a, shape);
}

static void paint_all(artist *a) {
  a->cairo.scale(a->to, a->unit, a->unit);
  a->cairo.set_line_cap(a->to, CAIRO_ROUND);
  a->cairo.set_line_join(a->to, CAIRO_ROUND);
  for (uint32_t i = 0; i < a->drawing->shapes.count && !sg_interrupted; i++)
    paint_shape(a, &a->drawing->shapes.items[i]);
}

/* --- Files. */

static int write_bytes(void *closure, const unsigned char *data, unsigned length) {
  sg_buffer *out = closure;
  sg_buffer_add(out, (const char *)data, length);
  return out->failed || sg_interrupted ? CAIRO_WRITE_ERROR : 0;
}

static cairo_surface *make_surface(artist *a, sg_picture picture) {
  double width = a->drawing->width * a->unit, height = a->drawing->height * a->unit;
  if (picture == SG_PICTURE_PDF)
    return a->cairo.pdf_surface_create_for_stream(write_bytes, a->out, width, height);
  return a->cairo.image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(width), (int)ceil(height));
}

/* 0 or cairo's status. */
static int draw(artist *a, sg_picture picture) {
  a->surface = make_surface(a, picture);
  a->to = a->cairo.create(a->surface);
  int status = a->cairo.status(a->to);
  if (status == 0) {
    paint_all(a);
    status = a->cairo.status(a->to);
  }
  a->cairo.destroy(a->to);
  if (status == 0 && picture == SG_PICTURE_PNG && !sg_interrupted)
    status = a->cairo.surface_write_to_png_stream(a->surface, write_bytes, a->out);
  a->cairo.surface_finish(a->surface);
  if (status == 0) status = a->cairo.surface_status(a->surface);
  a->cairo.surface_destroy(a->surface);
  return status;
}

sg_cairo_result sg_cairo_write(const sg_drawing *drawing, sg_picture picture, sg_buffer *out,
                               char reason[SG_CAIRO_REASON]) {
  artist a = {.drawing = drawing, .out = out, .unit = picture == SG_PICTURE_PNG ? 2 : 0.75};
  reason[0] = 0;
  if (!open_library(&a.cairo, reason)) return SG_CAIRO_MISSING;
  int status = draw(&a, picture);
  if (status != 0) snprintf(reason, SG_CAIRO_REASON, "%s", a.cairo.status_to_string(status));
  dlclose(a.cairo.handle);
  if (out->failed || sg_interrupted) return SG_CAIRO_MEMORY;
  return status == 0 ? SG_CAIRO_OK : SG_CAIRO_FAILED;
}
