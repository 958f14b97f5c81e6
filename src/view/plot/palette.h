/* sgrad: the colours and marks by which plots tell curves and classes apart.
 *
 * The first eight colours are those that Okabe and Ito (Color Universal Design, 2008) chose so that
 * people with any common kind of colour blindness tell them apart, in an order in which neighbours
 * differ in grey print too; each has its own mark and its own dashes besides.
 */
#ifndef SG_VIEW_PLOT_PALETTE_H
#define SG_VIEW_PLOT_PALETTE_H

#include <stdint.h>

typedef struct sg_color {
  uint32_t line;      /* 0xRRGGBB: curves and marks */
  uint32_t tint;      /* a region of the class */
  uint8_t line_256;   /* the same of xterm's 256 colours */
  uint8_t tint_256;   /* a region ... */
  uint8_t mark_256;   /* ... and a mark on it */
  uint8_t basic;      /* one of a terminal's eight: 30 + basic */
  uint8_t outline;    /* of its mark: an sg_outline */
  char ascii;         /* its mark in a terminal without Unicode */
  char fill;          /* its region there, and without colours */
  uint32_t mark;      /* with Unicode, a code point */
  const char *dashes; /* lengths of strokes and gaps as SVG has them; NULL: none */
} sg_color;

typedef enum sg_outline {
  SG_CIRCLE,
  SG_SQUARE,
  SG_TRIANGLE,
  SG_DIAMOND,
  SG_CROSS,
  SG_DOWN
} sg_outline;

/* Row i, from the first again after the last. */
const sg_color *sg_palette(uint32_t i);
enum { SG_PALETTE_SIZE = 12 };

#endif
