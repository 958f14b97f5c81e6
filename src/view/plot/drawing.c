/* sgrad: a drawing: paths, marks and texts. */
#include "view/plot/drawing.h"

#include <string.h>

void sg_drawing_init(sg_drawing *drawing, sg_memory *memory) {
  *drawing = (sg_drawing){.memory = memory, .path = {.memory = memory}};
  sg_buffer_init(&drawing->text, memory);
}

void sg_drawing_clear(sg_drawing *drawing) {
  sg_path_clear(&drawing->path);
  sg_buffer_clear(&drawing->text);
  SG_RELEASE(drawing->memory, &drawing->shapes);
  drawing->shapes.items = NULL;
  drawing->shapes.count = drawing->shapes.capacity = 0;
}

sg_shape *sg_drawing_begin(sg_drawing *drawing, sg_shape_kind kind, sg_paint paint) {
  if (!SG_RESERVE(drawing->memory, &drawing->shapes, (size_t)drawing->shapes.count + 1))
    return NULL;
  sg_shape *shape = &drawing->shapes.items[drawing->shapes.count++];
  *shape = (sg_shape){.kind = kind, .paint = paint, .first = drawing->path.count};
  return shape;
}

void sg_drawing_end(sg_drawing *drawing) {
  sg_shape *shape = &drawing->shapes.items[drawing->shapes.count - 1];
  shape->count = drawing->path.count - shape->first;
}

bool sg_drawing_line(sg_drawing *drawing, sg_pen from, sg_pen to, sg_paint paint) {
  if (sg_drawing_begin(drawing, SG_SHAPE_PATH, paint) == NULL) return false;
  bool ok = sg_path_add(&drawing->path, from.x, from.y, true) &&
            sg_path_add(&drawing->path, to.x, to.y, false);
  sg_drawing_end(drawing);
  return ok;
}

bool sg_drawing_rectangle(sg_drawing *drawing, sg_area frame, sg_paint paint) {
  double right = frame.left + frame.width, bottom = frame.top + frame.height;
  sg_shape *shape = sg_drawing_begin(drawing, SG_SHAPE_PATH, paint);
  if (shape == NULL) return false;
  shape->closed = true;
  bool ok = sg_path_add(&drawing->path, frame.left, frame.top, true) &&
            sg_path_add(&drawing->path, right, frame.top, false) &&
            sg_path_add(&drawing->path, right, bottom, false) &&
            sg_path_add(&drawing->path, frame.left, bottom, false);
  sg_drawing_end(drawing);
  return ok;
}

bool sg_drawing_mark(sg_drawing *drawing, sg_outline outline, double x, double y, double size,
                     sg_paint paint) {
  sg_shape *shape = sg_drawing_begin(drawing, SG_SHAPE_MARKS, paint);
  if (shape == NULL) return false;
  shape->outline = outline;
  shape->size = size;
  bool ok = sg_path_add(&drawing->path, x, y, true);
  sg_drawing_end(drawing);
  return ok;
}

bool sg_drawing_text(sg_drawing *drawing, double x, double y, const char *text, double size,
                     sg_anchor anchor, uint32_t color, bool bold) {
  sg_shape *shape = sg_drawing_begin(drawing, SG_SHAPE_TEXT, (sg_paint){color, SG_NO_PAINT, 0, 0});
  if (shape == NULL) return false;
  shape->first = drawing->text.count;
  shape->count = (uint32_t)strlen(text);
  shape->x = x;
  shape->y = y;
  shape->size = size;
  shape->anchor = anchor;
  shape->bold = bold;
  sg_buffer_puts(&drawing->text, text);
  return !drawing->text.failed;
}

uint32_t sg_outline_corners(sg_outline outline, const sg_point **corners) {
  static const sg_point square[] = {{-.85, -.85}, {.85, -.85}, {.85, .85}, {-.85, .85}};
  static const sg_point triangle[] = {{0, -1.15}, {1, .75}, {-1, .75}};
  static const sg_point diamond[] = {{0, -1.2}, {1.05, 0}, {0, 1.2}, {-1.05, 0}};
  static const sg_point cross[] = {{-.4, -1.1}, {.4, -1.1}, {.4, -.4},   {1.1, -.4},
                                   {1.1, .4},   {.4, .4},   {.4, 1.1},   {-.4, 1.1},
                                   {-.4, .4},   {-1.1, .4}, {-1.1, -.4}, {-.4, -.4}};
  static const sg_point down[] = {{-1, -.75}, {1, -.75}, {0, 1.15}};
  static const struct {
    const sg_point *corners;
    uint32_t count;
  } rows[] = {[SG_CIRCLE] = {NULL, 0},     [SG_SQUARE] = {square, 4}, [SG_TRIANGLE] = {triangle, 3},
              [SG_DIAMOND] = {diamond, 4}, [SG_CROSS] = {cross, 12},  [SG_DOWN] = {down, 3}};
  *corners = rows[outline].corners;
  return rows[outline].count;
}
