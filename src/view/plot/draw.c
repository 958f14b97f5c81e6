/* sgrad: a figure laid out as a drawing.
 *
 * Panels stand side by side. A panel, from above: its name and legend, the data, the numbers of the
 * axis below, the name of what runs along it; on its left the numbers of the other axis.
 */
#include "view/plot/draw.h"

#include "view/plot/contour.h"

#include <math.h>
#include <string.h>

enum {
  PANEL_WIDTH = 560,
  PANEL_HEIGHT = 400,
  MARGIN = 16,
  TITLE = 30,  /* height of the title's line */
  LEGEND = 20, /* of a line of the legend */
  FOOT = 46,   /* of what is below the data */
  NOTE = 18,
  TICK_WIDTH = 70, /* between two ticks, about */
  TICK_HEIGHT = 48,
  FONT = 12,
  KEY = 30, /* width of a line in the legend */
  MARK_KEY = 16
};

static const double letter = 0.56; /* width of a letter, of the font's size, about */
static const double mark_size = 3.8;

static const uint32_t ink = 0x262626, pale = 0xe3e3e3, frame_ink = 0x8a8a8a, white = 0xffffff;

typedef struct painter {
  const sg_figure *figure;
  sg_drawing *out;
  sg_panel panel;     /* being drawn; its axes are marked */
  bool region;        /* it has one */
  double left, width; /* of the panel */
  sg_area frame;      /* of its data */
} painter;

static sg_paint stroke(uint32_t color, double width) {
  return (sg_paint){SG_NO_PAINT, color, width, NULL};
}
static sg_paint fill(uint32_t color) { return (sg_paint){color, SG_NO_PAINT, 0, NULL}; }

static sg_pen at(double x, double y) { return (sg_pen){x, y, false}; }

static double text_width(const char *text, bool bold) {
  double letters = 0;
  for (; *text != 0; text++) letters += ((unsigned char)*text & 0xc0) != 0x80;
  return letters * FONT * (bold ? letter * 1.1 : letter);
}

static const sg_series *series_of(const painter *p, uint32_t i) {
  return &p->figure->series.items[p->panel.first + i];
}

/* --- Axes. */

/* Lines on whole pixels are sharp. */
static double sharp(double x) { return floor(x) + 0.5; }

static bool draw_side(painter *p) {
  char text[SG_NUMBER_SIZE];
  double right = p->frame.left + p->frame.width;
  for (uint32_t i = 0; i < p->panel.y.count; i++) {
    double y = sg_area_y(p->frame, &p->panel, p->panel.y.ticks[i]);
    sg_scale_label(&p->panel.y, i, text);
    if (!p->region &&
        !sg_drawing_line(p->out, at(p->frame.left, sharp(y)), at(right, sharp(y)), stroke(pale, 1)))
      return false;
    if (!sg_drawing_text(p->out, p->frame.left - 7, y + 4, text, FONT, SG_ANCHOR_END, ink, false))
      return false;
  }
  return true;
}

static bool draw_bottom(painter *p) {
  char text[SG_NUMBER_SIZE];
  double bottom = p->frame.top + p->frame.height;
  for (uint32_t i = 0; i < p->panel.x.count; i++) {
    double x = sg_area_x(p->frame, &p->panel, p->panel.x.ticks[i]);
    sg_scale_label(&p->panel.x, i, text);
    if (!sg_drawing_line(p->out, at(sharp(x), bottom), at(sharp(x), bottom + 5),
                         stroke(frame_ink, 1)) ||
        !sg_drawing_text(p->out, x, bottom + 19, text, FONT, SG_ANCHOR_MIDDLE, ink, false))
      return false;
  }
  return sg_drawing_text(p->out, p->frame.left + p->frame.width / 2, bottom + 38, p->panel.x_name,
                         FONT, SG_ANCHOR_MIDDLE, ink, false);
}

static bool draw_edge(painter *p) {
  double left = sharp(p->frame.left), bottom = sharp(p->frame.top + p->frame.height);
  double right = sharp(p->frame.left + p->frame.width), top = sharp(p->frame.top);
  if (p->panel.exact)
    return sg_drawing_rectangle(p->out, (sg_area){left, top, right - left, bottom - top},
                                stroke(frame_ink, 1));
  return sg_drawing_line(p->out, at(left, bottom), at(right, bottom), stroke(frame_ink, 1));
}

/* --- Data. */

static bool has_gap(const sg_region *region) {
  for (uint32_t row = 0; row < region->rows; row++)
    for (uint32_t column = 0; column < region->columns; column++)
      if (sg_region_decide(region, sg_region_node(region, column, row)) < 0) return true;
  return false;
}

/* Where three regions meet, their straight edges leave a little triangle: behind all is the first
 * one's colour. */
static bool draw_region(painter *p) {
  const sg_region *region = &p->figure->region;
  uint32_t classes = sg_region_classes(region);
  if (!has_gap(region) && !sg_drawing_rectangle(p->out, p->frame, fill(sg_palette(0)->tint)))
    return false;
  for (uint32_t class = 0; class < classes; class ++) {
    sg_shape *shape = sg_drawing_begin(p->out, SG_SHAPE_PATH, fill(sg_palette(class)->tint));
    if (shape == NULL) return false;
    shape->closed = true;
    bool ok = sg_contour_fill(region, class, p->frame, &p->out->path);
    sg_drawing_end(p->out);
    if (!ok) return false;
  }
  if (sg_drawing_begin(p->out, SG_SHAPE_PATH, stroke(0x6a6a6a, 1.2)) == NULL) return false;
  bool ok = true; /* what parts the classes 1, 2, ... from the others is all there is */
  for (uint32_t class = 1; ok && class < classes; class ++)
    ok = sg_contour_line(region, class, p->frame, &p->out->path);
  sg_drawing_end(p->out);
  return ok;
}

static sg_paint line_paint(const sg_series *series) {
  const sg_color *color = sg_palette(series->color);
  return (sg_paint){SG_NO_PAINT, color->line, 2, color->dashes};
}

static sg_paint mark_paint(const sg_series *series) {
  return (sg_paint){sg_palette(series->color)->line, white, 0.8, NULL};
}

static bool draw_series(painter *p, const sg_series *series) {
  sg_shape_kind kind = series->line ? SG_SHAPE_PATH : SG_SHAPE_MARKS;
  sg_shape *shape =
      sg_drawing_begin(p->out, kind, series->line ? line_paint(series) : mark_paint(series));
  if (shape == NULL) return false;
  shape->outline = (sg_outline)sg_palette(series->color)->outline;
  shape->size = series->count > 2000 ? mark_size / 2 : mark_size;
  bool ok = series->line
                ? sg_curve_trace(p->figure, &p->panel, series, p->frame, 1, &p->out->path)
                : sg_curve_scatter(p->figure, &p->panel, series, p->frame, 1.5, &p->out->path);
  sg_drawing_end(p->out);
  return ok;
}

/* The points of the line just drawn that lie between gaps become marks. */
static bool mark_lone(painter *p, const sg_series *series) {
  const sg_shape *drawn = &p->out->shapes.items[p->out->shapes.count - 1];
  uint32_t first = drawn->first, count = drawn->count;
  sg_shape *marks = sg_drawing_begin(p->out, SG_SHAPE_MARKS, mark_paint(series));
  if (marks == NULL) return false;
  marks->size = mark_size;
  bool ok = true;
  for (uint32_t i = 0; ok && i < count; i++) {
    const sg_pen *pens = p->out->path.items + first;
    sg_pen pen = pens[i];
    if (sg_path_is_lone(pens, count, i)) ok = sg_path_add(&p->out->path, pen.x, pen.y, true);
  }
  sg_drawing_end(p->out);
  if (p->out->shapes.items[p->out->shapes.count - 1].count == 0) p->out->shapes.count--;
  return ok;
}

/* Points lie over curves, which they hide less of. */
static bool draw_data(painter *p) {
  if (p->region && !draw_region(p)) return false;
  for (uint32_t i = 0; i < p->panel.count; i++) {
    const sg_series *series = series_of(p, i);
    if (series->line && (!draw_series(p, series) || !mark_lone(p, series))) return false;
  }
  for (uint32_t i = 0; i < p->panel.count; i++)
    if (!series_of(p, i)->line && !draw_series(p, series_of(p, i))) return false;
  return true;
}

/* --- Names. */

static bool draw_key(painter *p, double x, double y, const sg_series *series) {
  const sg_color *color = sg_palette(series->color);
  if (series->line)
    return sg_drawing_line(p->out, at(x, y - 4), at(x + KEY - 8, y - 4), line_paint(series));
  if (p->region &&
      !sg_drawing_rectangle(p->out, (sg_area){x - 2, y - 11, 15, 14}, fill(color->tint)))
    return false;
  return sg_drawing_mark(p->out, (sg_outline)color->outline, x + 5.5, y - 4, mark_size + 0.4,
                         mark_paint(series));
}

/* The panel's name and its legend: draws, or (`draw` false) only counts their lines, into *lines.
 */
static bool place_head(painter *p, double y, bool draw, int *lines) {
  double x = p->left;
  bool legend = sg_panel_needs_legend(p->figure, &p->panel);
  *lines = p->panel.y_name[0] != 0 || legend;
  if (draw && !sg_drawing_text(p->out, x, y, p->panel.y_name, FONT, SG_ANCHOR_START, ink, true))
    return false;
  if (p->panel.y_name[0] != 0) x += text_width(p->panel.y_name, true) + 18;
  for (uint32_t i = 0; legend && i < p->panel.count; i++) {
    const sg_series *series = series_of(p, i);
    double key = series->line ? KEY : MARK_KEY, width = text_width(series->name, false);
    if (x > p->left && x + key + width > p->left + p->width) {
      x = p->left;
      y += LEGEND;
      ++*lines;
    }
    if (draw && (!draw_key(p, x, y, series) || !sg_drawing_text(p->out, x + key, y, series->name,
                                                                FONT, SG_ANCHOR_START, ink, false)))
      return false;
    x += key + width + 16;
  }
  return true;
}

/* --- The whole. */

static double label_width(const sg_scale *scale) {
  char text[SG_NUMBER_SIZE];
  double width = 0;
  for (uint32_t i = 0; i < scale->count; i++)
    width = fmax(width, text_width(sg_scale_label(scale, i, text), false));
  return width;
}

static void set_panel(painter *p, uint32_t i) {
  p->panel = p->figure->panels[i];
  p->region = i == 0 && p->figure->region.scores != NULL;
  p->width = p->figure->panel_count > 1 ? PANEL_WIDTH * 3.0 / 4 : PANEL_WIDTH;
  p->left = MARGIN + i * (p->width + 2 * MARGIN);
}

static void set_frame(painter *p, double top, double bottom) {
  sg_scale_mark(&p->panel.y, (uint32_t)((bottom - top) / TICK_HEIGHT), !p->panel.exact);
  double left = p->left + label_width(&p->panel.y) + 8;
  p->frame = (sg_area){left, top, p->left + p->width - left, bottom - top};
  sg_scale_mark(&p->panel.x, (uint32_t)(p->frame.width / TICK_WIDTH), false);
}

static bool draw_panel(painter *p, uint32_t i, double top, double data, double bottom) {
  int lines;
  set_panel(p, i);
  set_frame(p, data, bottom);
  return place_head(p, top + 12, true, &lines) && (p->region || draw_side(p)) && draw_data(p) &&
         draw_edge(p) && (!p->region || draw_side(p)) && draw_bottom(p);
}

static bool draw_frame(painter *p, double top) {
  const sg_figure *figure = p->figure;
  sg_drawing *out = p->out;
  double middle = out->width / 2, foot = out->height - MARGIN / 2;
  if (!sg_drawing_rectangle(out, (sg_area){0, 0, out->width, out->height}, fill(white)))
    return false;
  if (figure->title[0] != 0 &&
      !sg_drawing_text(out, middle, top, figure->title, 15, SG_ANCHOR_MIDDLE, ink, true))
    return false;
  return figure->note[0] == 0 ||
         sg_drawing_text(out, MARGIN, foot, figure->note, 11, SG_ANCHOR_START, 0x666666, false);
}

bool sg_plot_draw(const sg_figure *figure, sg_drawing *out) {
  painter p = {.figure = figure, .out = out};
  int lines = 0;
  for (uint32_t i = 0; i < figure->panel_count; i++) {
    int some;
    set_panel(&p, i);
    if (!place_head(&p, 0, false, &some)) return false;
    if (some > lines) lines = some;
  }
  double top = MARGIN + (figure->title[0] != 0 ? TITLE : 0), data = top + lines * LEGEND + 6;
  double bottom = data + (figure->panel_count > 1 ? PANEL_HEIGHT * 2.0 / 3 : PANEL_HEIGHT);
  out->width = ceil(p.left + p.width + MARGIN);
  out->height = ceil(bottom + FOOT + (figure->note[0] != 0 ? NOTE : 0));
  memcpy(out->title, figure->title, sizeof figure->title);
  if (out->title[0] == 0) memcpy(out->title, figure->panels[0].y_name, SG_NAME_SIZE);
  if (!draw_frame(&p, MARGIN + 10)) return false;
  for (uint32_t i = 0; i < figure->panel_count; i++)
    if (!draw_panel(&p, i, top, data, bottom)) return false;
  return true;
}
