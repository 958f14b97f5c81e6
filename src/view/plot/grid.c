/* sgrad: a rectangle of characters of a terminal. */
#include "view/plot/grid.h"

#include "base/utf8.h"
#include "view/plot/palette.h"

#include <string.h>

enum { BRAILLE = 0x2800, CONTINUED = 1 /* the second column of a wide character */ };

bool sg_grid_init(sg_grid *grid, sg_memory *memory, uint32_t columns, uint32_t rows) {
  size_t bytes = (size_t)columns * rows * sizeof *grid->cells;
  *grid = (sg_grid){memory, columns, rows, sg_allocate(memory, bytes)};
  if (grid->cells != NULL) memset(grid->cells, 0, bytes);
  return grid->cells != NULL;
}

void sg_grid_clear(sg_grid *grid) {
  size_t bytes = (size_t)grid->columns * grid->rows * sizeof *grid->cells;
  if (grid->cells != NULL) sg_release(grid->memory, grid->cells, bytes);
  *grid = (sg_grid){0};
}

static sg_cell_text *find_cell(sg_grid *grid, int64_t column, int64_t row) {
  if (column < 0 || row < 0 || column >= grid->columns || row >= grid->rows) return NULL;
  return &grid->cells[row * grid->columns + column];
}

void sg_grid_put(sg_grid *grid, int64_t column, int64_t row, uint32_t code, sg_ink ink) {
  sg_cell_text *cell = find_cell(grid, column, row);
  if (cell == NULL) return;
  cell->code = code;
  cell->front = ink;
}

static bool is_same(sg_ink a, sg_ink b) { return a.tone == b.tone && a.color == b.color; }

void sg_grid_dot(sg_grid *grid, int64_t x, int64_t y, sg_ink ink) {
  static const uint8_t dots[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  sg_cell_text *cell = x < 0 || y < 0 ? NULL : find_cell(grid, x / 2, y / 4);
  if (cell == NULL) return;
  bool shared = cell->dots != 0 && !is_same(cell->front, ink);
  cell->code = 0;
  cell->dots |= dots[y % 4][x % 2];
  if (!shared || x / 2 % 2 == 0) cell->front = ink;
}

uint32_t sg_text_width(const char *text) {
  uint32_t width = 0, code;
  size_t bytes = strlen(text), length;
  for (; bytes > 0 && (length = sg_utf8_decode(text, bytes, &code)) > 0; bytes -= length) {
    width += (uint32_t)sg_utf8_width(code);
    text += length;
  }
  return width;
}

uint32_t sg_grid_text(sg_grid *grid, int64_t column, int64_t row, const char *text, sg_ink ink) {
  uint32_t at = 0, code;
  size_t bytes = strlen(text), length;
  for (; bytes > 0 && (length = sg_utf8_decode(text, bytes, &code)) > 0; bytes -= length) {
    int width = sg_utf8_width(code);
    text += length;
    if (width == 0 || column + at + width > grid->columns) continue;
    sg_grid_put(grid, column + at, row, code, ink);
    if (width == 2) sg_grid_put(grid, column + at + 1, row, CONTINUED, ink);
    at += (uint32_t)width;
  }
  return at;
}

/* One colour of 256, by its tone. */
static unsigned find_256(sg_ink ink) {
  const sg_color *color = sg_palette(ink.color);
  return ink.tone == SG_TONE_TINT   ? color->tint_256
         : ink.tone == SG_TONE_MARK ? color->mark_256
                                    : color->line_256;
}

/* A colour in SGR (ECMA-48), `base` 30 for the front and 40 for the back. Of eight colours, a mark
 * on a region is black. */
static void write_color(sg_buffer *out, const sg_terminal *terminal, unsigned base, sg_ink ink) {
  if (ink.tone == SG_TONE_NONE) return;
  if (ink.tone == SG_TONE_BOLD || ink.tone == SG_TONE_DIM)
    sg_buffer_puts(out, ink.tone == SG_TONE_BOLD ? ";1" : ";2");
  else if (terminal->colors == SG_COLORS_256)
    sg_buffer_printf(out, ";%u;5;%u", base + 8, find_256(ink));
  else
    sg_buffer_printf(out, ";%u",
                     base + (ink.tone == SG_TONE_MARK ? 0 : sg_palette(ink.color)->basic));
}

static void write_cell(sg_buffer *out, const sg_cell_text *cell) {
  char text[4];
  if (cell->code == CONTINUED) return;
  uint32_t dots = cell->dots != 0 ? BRAILLE + (uint32_t)cell->dots : ' ';
  sg_buffer_add(out, text, sg_utf8_encode(text, cell->code != 0 ? cell->code : dots));
}

static bool is_blank(const sg_cell_text *cell) {
  return (cell->code == 0 || cell->code == ' ') && cell->dots == 0 &&
         cell->back.tone == SG_TONE_NONE;
}

static void write_row(const sg_cell_text *cells, uint32_t count, const sg_terminal *terminal,
                      sg_buffer *out) {
  sg_ink front = {0}, back = {0};
  for (uint32_t i = 0; i < count; i++) {
    const sg_cell_text *cell = &cells[i];
    bool same = is_same(cell->front, front) && is_same(cell->back, back);
    if (terminal->colors != SG_COLORS_NONE && !same &&
        !(is_blank(cell) && back.tone == SG_TONE_NONE)) {
      front = cell->front;
      back = cell->back;
      sg_buffer_puts(out, "\x1b[0");
      write_color(out, terminal, 30, front);
      write_color(out, terminal, 40, back);
      sg_buffer_putc(out, 'm');
    }
    write_cell(out, cell);
  }
  if (front.tone != SG_TONE_NONE || back.tone != SG_TONE_NONE) sg_buffer_puts(out, "\x1b[0m");
  sg_buffer_putc(out, '\n');
}

void sg_grid_write(const sg_grid *grid, const sg_terminal *terminal, sg_buffer *out) {
  for (uint32_t row = 0; row < grid->rows; row++) {
    const sg_cell_text *cells = grid->cells + (size_t)row * grid->columns;
    uint32_t count = grid->columns;
    while (count > 0 && is_blank(&cells[count - 1])) count--;
    write_row(cells, count, terminal, out);
  }
}
