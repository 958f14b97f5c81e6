/* sgrad: the one escaper: what a terminal may see of a text that came from input.
 *
 * Control characters, code points that hide or reorder text, and invalid bytes become \x1b (below
 * 0x80, and each invalid byte) or \u{202e}; what is shown has a known width.
 */
#ifndef SG_BASE_ESCAPE_H
#define SG_BASE_ESCAPE_H

#include <stddef.h>

enum { SG_ESCAPE_SIZE = 12 };

/* One code point or invalid byte as it is shown. */
typedef struct sg_glyph {
  size_t taken;  /* bytes of the input */
  size_t length; /* bytes of `text` */
  int width;     /* columns; 0 for a newline or tab that stays */
  char text[SG_ESCAPE_SIZE];
} sg_glyph;

/* The first glyph of text[0..bytes), bytes > 0. Newline and tab stay when `quote` is 0; otherwise
 * they, the quote and the backslash are escaped as a string literal has them. */
void sg_escape_next(sg_glyph *glyph, const char *text, size_t bytes, char quote);
/* How many bytes from the start are printable ASCII that stays as it is. */
size_t sg_escape_plain(const char *text, size_t bytes, char quote);

#endif
