/* sgrad: numbers as text, and text as numbers. Independent of the locale. */
#ifndef SG_BASE_NUMBER_H
#define SG_BASE_NUMBER_H

#include "base/buffer.h"

enum { SG_NUMBER_SIZE = 40 };

/* The shortest text that reads back to the same double, in the layout of Python's repr, without
 * ".0" on whole numbers: 2, -0, 0.1, 1e+22, inf, nan. Returns `out`. */
const char *sg_number_text(char out[SG_NUMBER_SIZE], double x);
/* At most `digits` (1..17) significant digits: what the prompt echoes. The same layout, but with an
 * exponent from 10^digits on, so that no rounded digit shows as 0: 1.23457e+06. */
const char *sg_number_short(char out[SG_NUMBER_SIZE], double x, int digits);
/* How many digits a whole number has. */
static inline int sg_number_digits(uint32_t x) {
  int digits = 1;
  for (; x >= 10; x /= 10) digits++;
  return digits;
}
/* Reads a whole text as a number, correctly rounded: the language's literals without `_`, a sign,
 * inf and nan in any case, surrounding blanks. False when it is anything else. */
bool sg_number_parse(const char *text, size_t bytes, double *x);

/* Python's format mini-language: [[fill]align][sign][0][width][,][.precision][e f g % d s]. */
typedef struct sg_format {
  uint32_t fill;     /* a code point */
  char align;        /* '<' '>' '^', 0: by type */
  char sign;         /* '+' '-' ' ' */
  char type;         /* 'e' 'f' 'g' '%' 'd' 's' (E F G too), 0: none given */
  bool zero;         /* pad with zeros after the sign */
  bool comma;        /* thousands */
  int32_t width;     /* 0: none; at most 1,000,000 */
  int32_t precision; /* -1: none; at most 1,000 */
} sg_format;

/* False: not a format; `*bad` is then the offset of the first byte that does not fit. */
bool sg_format_parse(sg_format *format, const char *text, size_t bytes, size_t *bad);
/* NULL, or why the value does not fit the format ("'d' needs a whole number, got 0.5"). `out` grows
 * by the formatted text. */
const char *sg_format_number(sg_buffer *out, const sg_format *format, double x);
const char *sg_format_string(sg_buffer *out, const sg_format *format, const char *text,
                             size_t bytes);

#endif
