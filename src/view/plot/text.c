/* sgrad: a figure as lines of characters on a terminal.
 *
 * A panel, from above: its name and legend, the data with the axis on its left, the axis below, its
 * numbers, the name of what runs along it. Curves are braille dots (two across and four down in a
 * cell), points are marks, regions half blocks; without Unicode all of them are marks.
 */
#include "view/plot/text.h"

#include "view/plot/curve.h"
#include "view/plot/palette.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  ROWS_MOST = 24,
  ROWS_LEAST = 4,
  COLUMNS_LEAST = 20,
  DATA_LEAST = 8, /* columns, though they may not fit */
  COLUMNS_MOST = 132,
  TICK_ROWS = 3,     /* between two ticks, about */
  TICK_COLUMNS = 11, /* the same */
  MARK_COLUMNS = 14, /* between marks on a line that has no colour */
  LEGEND_GAP = 3
};

typedef struct glyphs {
  uint32_t side, side_tick, bottom, bottom_tick, corner, stroke;
} glyphs;

static const glyphs ascii = {'|', '+', '-', '+', '+', '-'};
static const glyphs lines = {0x2502, 0x2524, 0x2500, 0x252c, 0x2514, 0x2501};

static const sg_ink plain = {SG_TONE_NONE, 0}, dim = {SG_TONE_DIM, 0}, bold = {SG_TONE_BOLD, 0};

typedef struct plotter {
  const sg_figure *figure;
  const sg_terminal *terminal;
  const glyphs *glyphs;
  sg_grid grid;
  sg_panel panel;        /* being drawn; its axes are marked */
  bool region;           /* it has one */
  int64_t left, top;     /* the first column and row of its data */
  int64_t columns, rows; /* of its data */
  bool dots;             /* curves in braille */
} plotter;

static sg_ink ink_of(const sg_series *series, sg_tone tone) {
  return (sg_ink){(uint8_t)tone, (uint8_t)(series->color % SG_PALETTE_SIZE)};
}

static uint32_t mark_of(const plotter *p, const sg_series *series) {
  const sg_color *color = sg_palette(series->color);
  return p->terminal->unicode ? color->mark : (uint32_t)color->ascii;
}

static const sg_series *series_of(const plotter *p, uint32_t i) {
  return &p->figure->series.items[p->panel.first + i];
}

static int64_t limit(int64_t x, int64_t least, int64_t most) {
  return x < least ? least : x > most ? most : x;
}

/* --- Curves and points. */

typedef struct brush {
  plotter *p;
  const sg_series *series;
  sg_ink ink;
  bool dots;
} brush;

static void touch(const brush *b, int64_t x, int64_t y) {
  plotter *p = b->p;
  if (b->dots)
    sg_grid_dot(&p->grid, 2 * p->left + x, 4 * p->top + y, b->ink);
  else
    sg_grid_put(&p->grid, p->left + x, p->top + y, mark_of(p, b->series), b->ink);
}

/* Bresenham's line. */
static void stroke(const brush *b, int64_t x, int64_t y, int64_t to_x, int64_t to_y) {
  int64_t across = llabs(to_x - x), down = -llabs(to_y - y), error = across + down;
  int64_t right = x < to_x ? 1 : -1, under = y < to_y ? 1 : -1;
  for (;;) {
    touch(b, x, y);
    if (x == to_x && y == to_y) return;
    int64_t twice = 2 * error;
    if (twice >= down) {
      error += down;
      x += right;
    }
    if (twice <= across) {
      error += across;
      y += under;
    }
  }
}

/* The data's rectangle in dots or cells, whose middles are whole numbers. */
static sg_area find_frame(const plotter *p, bool dots) {
  return (sg_area){0, 0, (double)(p->columns * (dots ? 2 : 1) - 1),
                   (double)(p->rows * (dots ? 4 : 1) - 1)};
}

/* Marks along a line of dots, so that lines without colours can be told apart. */
static void mark_line(plotter *p, const sg_series *series, uint32_t number, const sg_path *path) {
  int64_t next = 2 + (number * 5) % MARK_COLUMNS;
  for (uint32_t i = 0; i < path->count; i++) {
    int64_t column = llround(path->items[i].x) / 2;
    if (column < next) continue;
    sg_grid_put(&p->grid, p->left + column, p->top + llround(path->items[i].y) / 4,
                mark_of(p, series), plain);
    next = column + MARK_COLUMNS;
  }
}

/* A point between gaps: a single dot is easily missed. */
static void mark_lone(plotter *p, const sg_series *series, const sg_path *path, sg_ink ink) {
  for (uint32_t i = 0; p->dots && i < path->count; i++)
    if (sg_path_is_lone(path->items, path->count, i))
      sg_grid_put(&p->grid, p->left + llround(path->items[i].x) / 2,
                  p->top + llround(path->items[i].y) / 4, mark_of(p, series), ink);
}

static bool draw_line(plotter *p, const sg_series *series) {
  sg_path path = {.memory = p->figure->memory};
  brush b = {p, series, ink_of(series, SG_TONE_LINE), p->dots};
  bool ok = sg_curve_trace(p->figure, &p->panel, series, find_frame(p, p->dots), 1, &path);
  for (uint32_t i = 0; ok && i < path.count; i++) {
    const sg_pen *from = &path.items[path.items[i].move ? i : i - 1], *to = &path.items[i];
    stroke(&b, llround(from->x), llround(from->y), llround(to->x), llround(to->y));
  }
  if (ok) mark_lone(p, series, &path, b.ink);
  sg_path_clear(&path);
  return ok;
}

static bool mark_lines(plotter *p) {
  bool needed = p->dots && p->terminal->colors == SG_COLORS_NONE && p->panel.count > 1;
  for (uint32_t i = 0; needed && i < p->panel.count; i++) {
    sg_path path = {.memory = p->figure->memory};
    const sg_series *series = series_of(p, i);
    bool ok = !series->line ||
              sg_curve_trace(p->figure, &p->panel, series, find_frame(p, true), 1, &path);
    if (ok) mark_line(p, series, i, &path);
    sg_path_clear(&path);
    if (!ok) return false;
  }
  return true;
}

static bool draw_points(plotter *p, const sg_series *series) {
  sg_path path = {.memory = p->figure->memory};
  sg_ink ink = ink_of(series, p->region ? SG_TONE_MARK : SG_TONE_LINE);
  bool ok = sg_curve_scatter(p->figure, &p->panel, series, find_frame(p, false), 0.5, &path);
  for (uint32_t i = 0; ok && i < path.count; i++)
    sg_grid_put(&p->grid, p->left + llround(path.items[i].x), p->top + llround(path.items[i].y),
                mark_of(p, series), ink);
  sg_path_clear(&path);
  return ok;
}

/* --- Regions. */

static sg_ink tint(int class) {
  if (class < 0) return plain;
  return (sg_ink){SG_TONE_TINT, (uint8_t)(class % SG_PALETTE_SIZE)};
}

/* What stands for a class's region where there are no colours. */
static uint32_t fill_of(const plotter *p, int class) {
  static const uint32_t shades[] = {' ', 0x2591, 0x2592, 0x00b7};
  if (class < 0) return '?';
  if (p->terminal->unicode && class < 4) return shades[class];
  return (uint32_t)sg_palette((uint32_t) class)->fill;
}

static void fill_cell(plotter *p, int64_t column, int64_t row) {
  const sg_region *region = &p->figure->region;
  double u = (double)column / (double)(p->columns - 1), height = (double)(p->rows * 2 - 1);
  int upper = sg_region_class(region, u, 1 - (double)(2 * row) / height);
  int lower = sg_region_class(region, u, 1 - (double)(2 * row + 1) / height);
  int64_t x = p->left + column, y = p->top + row;
  if (p->terminal->colors == SG_COLORS_NONE) {
    sg_grid_put(&p->grid, x, y, fill_of(p, upper), plain);
    return;
  }
  bool whole = upper == lower || !p->terminal->unicode;
  uint32_t half = upper < 0 ? 0x2584 : 0x2580;
  sg_grid_put(&p->grid, x, y, whole ? ' ' : half, whole ? plain : tint(upper < 0 ? lower : upper));
  p->grid.cells[y * p->grid.columns + x].back = tint(whole || upper >= 0 ? lower : -1);
}

static void fill_region(plotter *p) {
  for (int64_t row = 0; row < p->rows; row++)
    for (int64_t column = 0; column < p->columns; column++) fill_cell(p, column, row);
}

/* --- Axes. */

static uint32_t widest_label(const sg_scale *scale) {
  char text[SG_NUMBER_SIZE];
  uint32_t width = 0;
  for (uint32_t i = 0; i < scale->count; i++) {
    uint32_t label = (uint32_t)strlen(sg_scale_label(scale, i, text));
    if (label > width) width = label;
  }
  return width;
}

static void draw_side(plotter *p) {
  char text[SG_NUMBER_SIZE];
  sg_area frame = find_frame(p, p->dots);
  for (int64_t row = 0; row < p->rows; row++)
    sg_grid_put(&p->grid, p->left - 1, p->top + row, p->glyphs->side, dim);
  for (uint32_t i = 0; i < p->panel.y.count; i++) {
    int64_t row = llround(sg_area_y(frame, &p->panel, p->panel.y.ticks[i])) / (p->dots ? 4 : 1);
    sg_scale_label(&p->panel.y, i, text);
    sg_grid_text(&p->grid, p->left - 2 - (int64_t)strlen(text), p->top + row, text, plain);
    sg_grid_put(&p->grid, p->left - 1, p->top + row, p->glyphs->side_tick, dim);
  }
}

static void draw_bottom(plotter *p) {
  char text[SG_NUMBER_SIZE];
  int64_t row = p->top + p->rows, end = 0;
  sg_area frame = find_frame(p, p->dots);
  sg_grid_put(&p->grid, p->left - 1, row, p->glyphs->corner, dim);
  for (int64_t i = 0; i < p->columns; i++)
    sg_grid_put(&p->grid, p->left + i, row, p->glyphs->bottom, dim);
  for (uint32_t i = 0; i < p->panel.x.count; i++) {
    int64_t column =
        p->left + llround(sg_area_x(frame, &p->panel, p->panel.x.ticks[i])) / (p->dots ? 2 : 1);
    int64_t width = (int64_t)strlen(sg_scale_label(&p->panel.x, i, text));
    int64_t start = column - (width - 1) / 2;
    if (start + width > p->grid.columns) start = p->grid.columns - width;
    sg_grid_put(&p->grid, column, row, p->glyphs->bottom_tick, dim);
    if (start < end) continue;
    sg_grid_text(&p->grid, start, row + 1, text, plain);
    end = start + width + 1;
  }
}

/* --- Names. */

static void draw_centred(plotter *p, int64_t left, int64_t width, int64_t row, const char *text,
                         sg_ink ink) {
  int64_t room = width - (int64_t)sg_text_width(text);
  sg_grid_text(&p->grid, left + (room > 0 ? room / 2 : 0), row, text, ink);
}

static int64_t key_width(const plotter *p, uint32_t i) {
  if (series_of(p, i)->line) return 4;
  return p->region && p->terminal->colors == SG_COLORS_NONE ? 3 : 2;
}

/* What stands before a name in the legend. */
static void draw_key(plotter *p, int64_t column, int64_t row, uint32_t i) {
  const sg_series *series = series_of(p, i);
  sg_ink ink = ink_of(series, SG_TONE_LINE);
  bool colors = p->terminal->colors != SG_COLORS_NONE;
  bool marked = !p->dots || (!colors && p->panel.count > 1);
  uint32_t mark = mark_of(p, series);
  if (!series->line) {
    sg_grid_put(&p->grid, column, row, mark, ink);
    if (p->region && !colors)
      sg_grid_put(&p->grid, column + 1, row, fill_of(p, (int)series->color), plain);
    return;
  }
  for (int k = 0; k < 3; k++) {
    bool here = marked && (k == 1 || !p->dots);
    sg_grid_put(&p->grid, column + k, row, here ? mark : p->glyphs->stroke, ink);
  }
}

/* The panel's name and its legend, in as many rows as they need: draws, or (`draw` false) counts
 * them. Returns how many. */
static int64_t place_head(plotter *p, int64_t row, bool draw) {
  int64_t column = 0, first = row;
  bool legend = sg_panel_needs_legend(p->figure, &p->panel);
  if (p->panel.y_name[0] == 0 && !legend) return 0;
  if (draw) sg_grid_text(&p->grid, 0, row, p->panel.y_name, bold);
  if (p->panel.y_name[0] != 0) column = (int64_t)sg_text_width(p->panel.y_name) + LEGEND_GAP;
  for (uint32_t i = 0; legend && i < p->panel.count; i++) {
    const char *name = series_of(p, i)->name;
    int64_t key = key_width(p, i), width = key + (int64_t)sg_text_width(name);
    if (column > 0 && column + width > p->grid.columns) {
      column = 0;
      row++;
    }
    if (draw) {
      draw_key(p, column, row, i);
      sg_grid_text(&p->grid, column + key, row, name, plain);
    }
    column += width + LEGEND_GAP;
  }
  return row - first + 1;
}

/* --- The whole. */

/* Points lie over curves, which they hide less of. */
static bool draw_data(plotter *p) {
  if (p->region) fill_region(p);
  for (uint32_t i = 0; i < p->panel.count; i++)
    if (series_of(p, i)->line && !draw_line(p, series_of(p, i))) return false;
  if (!mark_lines(p)) return false;
  for (uint32_t i = 0; i < p->panel.count; i++)
    if (!series_of(p, i)->line && !draw_points(p, series_of(p, i))) return false;
  return true;
}

static void set_panel(plotter *p, uint32_t i) {
  p->panel = p->figure->panels[i];
  p->region = i == 0 && p->figure->region.scores != NULL;
  p->dots = false;
  for (uint32_t k = 0; k < p->panel.count; k++)
    p->dots |= series_of(p, k)->line && p->terminal->unicode;
}

static void set_axes(plotter *p) {
  uint32_t ticks = p->rows < 3 * TICK_ROWS ? 3 : (uint32_t)(p->rows / TICK_ROWS);
  sg_scale_mark(&p->panel.y, ticks, !p->panel.exact);
  p->left = widest_label(&p->panel.y) + 2;
  p->columns = limit((int64_t)p->grid.columns - p->left - 1, DATA_LEAST, COLUMNS_MOST);
  sg_scale_mark(&p->panel.x, (uint32_t)(p->columns / TICK_COLUMNS), false);
}

/* Whether what runs along the axis is named below the panel: the last of those with the same. */
static bool names_bottom(const sg_figure *figure, uint32_t i) {
  return figure->panels[i].x_name[0] != 0 &&
         (i + 1 == figure->panel_count ||
          strcmp(figure->panels[i].x_name, figure->panels[i + 1].x_name) != 0);
}

/* Returns the row below it; -1: failed. */
static int64_t draw_panel(plotter *p, uint32_t i, int64_t row) {
  set_panel(p, i);
  p->top = row + place_head(p, row, true);
  set_axes(p);
  draw_side(p);
  draw_bottom(p);
  if (!draw_data(p)) return -1;
  row = p->top + p->rows + 2;
  if (names_bottom(p->figure, i))
    draw_centred(p, p->left, p->columns, row++, p->panel.x_name, plain);
  return row;
}

static bool draw_all(plotter *p) {
  const sg_figure *figure = p->figure;
  int64_t row = 0;
  if (figure->title[0] != 0) draw_centred(p, 0, p->grid.columns, row++, figure->title, bold);
  for (uint32_t i = 0; i < figure->panel_count; i++) {
    row = draw_panel(p, i, row);
    if (row < 0) return false;
  }
  if (figure->note[0] != 0) sg_grid_text(&p->grid, 0, row, figure->note, dim);
  return true;
}

/* Rows besides those of the data. */
static int64_t count_rows(plotter *p) {
  const sg_figure *figure = p->figure;
  int64_t rows = (figure->title[0] != 0) + (figure->note[0] != 0);
  for (uint32_t i = 0; i < figure->panel_count; i++) {
    set_panel(p, i);
    rows += place_head(p, 0, false) + 2 + names_bottom(figure, i);
  }
  return rows;
}

bool sg_plot_text(const sg_figure *figure, const sg_terminal *terminal, sg_buffer *out) {
  plotter p = {
      .figure = figure, .terminal = terminal, .glyphs = terminal->unicode ? &lines : &ascii};
  p.grid.columns = (uint32_t)limit(terminal->columns, COLUMNS_LEAST, COLUMNS_MOST);
  int64_t around = count_rows(&p), panels = figure->panel_count;
  p.rows = limit(((int64_t)terminal->rows - around) / panels, ROWS_LEAST, ROWS_MOST);
  if (!sg_grid_init(&p.grid, figure->memory, p.grid.columns, (uint32_t)(around + p.rows * panels)))
    return false;
  bool ok = draw_all(&p);
  if (ok) sg_grid_write(&p.grid, terminal, out);
  sg_grid_clear(&p.grid);
  return ok && !out->failed;
}

void sg_plot_text_size(const sg_terminal *terminal, uint32_t *across, uint32_t *down) {
  *across = (uint32_t)limit((int64_t)terminal->columns - 8, COLUMNS_LEAST, COLUMNS_MOST);
  *down = (uint32_t)limit((int64_t)terminal->rows - 5, ROWS_LEAST, ROWS_MOST) * 2;
}
