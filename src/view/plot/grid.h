/* sgrad: a rectangle of characters of a terminal, each with its colours; and how it is written.
 *
 * A cell holds a code point, or the dots of a braille pattern (two across, four down).
 */
#ifndef SG_VIEW_PLOT_GRID_H
#define SG_VIEW_PLOT_GRID_H

#include "base/buffer.h"

/* What a terminal can show. */
typedef enum sg_colors { SG_COLORS_NONE, SG_COLORS_8, SG_COLORS_256 } sg_colors;
typedef struct sg_terminal {
  uint32_t columns, rows; /* that a picture may take */
  bool unicode;
  sg_colors colors;
} sg_terminal;

/* The colour of a character: a row of the palette, in one of its tones. */
typedef enum sg_tone {
  SG_TONE_NONE,
  SG_TONE_LINE,
  SG_TONE_TINT,
  SG_TONE_MARK,
  SG_TONE_BOLD,
  SG_TONE_DIM
} sg_tone;
typedef struct sg_ink {
  uint8_t tone; /* an sg_tone; BOLD and DIM have no colour */
  uint8_t color;
} sg_ink;

typedef struct sg_cell_text {
  uint32_t code; /* 0: the braille pattern of `dots`, a blank when there are none */
  uint8_t dots;
  sg_ink front, back;
} sg_cell_text;

typedef struct sg_grid {
  sg_memory *memory; /* not owned */
  uint32_t columns, rows;
  sg_cell_text *cells; /* [rows][columns], owned */
} sg_grid;

bool sg_grid_init(sg_grid *grid, sg_memory *memory, uint32_t columns, uint32_t rows);
void sg_grid_clear(sg_grid *grid);
/* Outside the grid these do nothing. */
void sg_grid_put(sg_grid *grid, int64_t column, int64_t row, uint32_t code, sg_ink ink);
/* Where lines of two colours share cells, they take turns. x = 2 * column, y = 4 * row. */
void sg_grid_dot(sg_grid *grid, int64_t x, int64_t y, sg_ink ink);
/* Text in valid UTF-8; returns its width in columns. */
uint32_t sg_grid_text(sg_grid *grid, int64_t column, int64_t row, const char *text, sg_ink ink);
uint32_t sg_text_width(const char *text);
/* Appends its lines, without the blanks at their ends. */
void sg_grid_write(const sg_grid *grid, const sg_terminal *terminal, sg_buffer *out);

#endif
