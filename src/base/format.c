/* sgrad: Python's format mini-language. */
#include "base/interrupt.h"
#include "base/number.h"
#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_WIDTH = 1000000, MOST_PRECISION = 1000, GROUP = 3 };

/* --- Reading a format. */

static bool one_of(const char *set, char c) { return c != '\0' && strchr(set, c) != NULL; }

static void read_fill(sg_format *format, const char *text, size_t bytes, size_t *at) {
  uint32_t code;
  size_t length = bytes > 0 ? sg_utf8_decode(text, bytes, &code) : 0;
  if (length > 0 && length < bytes && one_of("<>^", text[length])) {
    format->fill = code;
    format->align = text[length];
    *at = length + 1;
  } else if (length > 0 && one_of("<>^", text[0])) {
    format->align = text[0];
    *at = 1;
  }
}

/* The digits at text[*at], at least one, of a number up to `most`; `*at` stays where it fails. */
static bool read_count(int32_t *count, int32_t most, const char *text, size_t bytes, size_t *at) {
  int32_t value = 0;
  size_t i = *at;
  for (; i < bytes && text[i] >= '0' && text[i] <= '9'; i++) {
    value = 10 * value + (text[i] - '0');
    if (value > most) return false;
  }
  if (i == *at) return false;
  *count = value;
  *at = i;
  return true;
}

static bool accept(const char *text, size_t bytes, size_t *at, char c) {
  bool found = *at < bytes && text[*at] == c;
  *at += found;
  return found;
}

bool sg_format_parse(sg_format *format, const char *text, size_t bytes, size_t *bad) {
  *format = (sg_format){.fill = ' ', .precision = -1};
  size_t *at = bad;
  *at = 0;
  read_fill(format, text, bytes, at);
  bool filled = format->align && *at > 1;
  if (*at < bytes && one_of("+- ", text[*at])) format->sign = text[(*at)++];
  if (!filled && accept(text, bytes, at, '0')) {
    format->zero = true;
    format->fill = '0';
  }
  bool digit = *at < bytes && text[*at] >= '0' && text[*at] <= '9';
  if (digit && !read_count(&format->width, MOST_WIDTH, text, bytes, at)) return false;
  format->comma = accept(text, bytes, at, ',');
  if (accept(text, bytes, at, '.') &&
      !read_count(&format->precision, MOST_PRECISION, text, bytes, at))
    return false;
  if (*at < bytes && one_of("efgEFG%ds", text[*at])) format->type = text[(*at)++];
  return *at == bytes;
}

/* --- Writing. */

static void pad(sg_buffer *out, uint32_t fill, size_t times) {
  char text[4];
  if (fill < 0x80) {
    sg_buffer_pad(out, (char)fill, times);
    return;
  }
  size_t bytes = sg_utf8_encode(text, fill);
  for (; times > 0 && !out->failed; times--) sg_buffer_add(out, text, bytes);
}

/* How many of `missing` columns go to the left. */
static size_t share_left(char align, size_t missing) {
  if (align == '<') return 0;
  return align == '^' ? missing / 2 : missing;
}

/* A number's text in three parts. `whole` is 0 for inf and nan, which are all rest. */
typedef struct parts {
  char sign;                       /* 0: none */
  char text[MOST_PRECISION + 512]; /* not zero-terminated */
  size_t whole;                    /* the digits before the point, */
  size_t length;                   /* then the rest */
} parts;

/* printf's text with the locale's decimal point, whatever it is, made a point. */
static void fix_point(char *text) {
  size_t whole = strspn(text, "0123456789");
  if (text[whole] == '\0' || one_of("eE", text[whole])) return;
  size_t point = strcspn(text + whole, "0123456789");
  text[whole] = '.';
  memmove(text + whole + 1, text + whole + point, strlen(text + whole + point) + 1);
}

static bool render(parts *p, const sg_format *format, double x) {
  int precision = format->precision < 0 ? 6 : format->precision;
  int length = 0;
  char number[SG_NUMBER_SIZE];
  switch (format->type) {
  case 'e': length = snprintf(p->text, sizeof p->text, "%.*e", precision, x); break;
  case 'E': length = snprintf(p->text, sizeof p->text, "%.*E", precision, x); break;
  case 'f': length = snprintf(p->text, sizeof p->text, "%.*f", precision, x); break;
  case 'F': length = snprintf(p->text, sizeof p->text, "%.*F", precision, x); break;
  case 'G': length = snprintf(p->text, sizeof p->text, "%.*G", precision, x); break;
  case 'd': length = snprintf(p->text, sizeof p->text, "%.0f", x); break;
  case '%': length = snprintf(p->text, sizeof p->text, "%.*f", precision, x * 100); break;
  default:
    if (format->type == 0 && format->precision < 0)
      length = snprintf(p->text, sizeof p->text, "%s", sg_number_text(number, x));
    else
      length = snprintf(p->text, sizeof p->text, "%.*g", precision, x);
  }
  if (length < 0) return false;
  if (isfinite(x) && isdigit((unsigned char)p->text[0])) fix_point(p->text);
  p->whole = strspn(p->text, "0123456789");
  p->length = strlen(p->text);
  if (format->type == '%') p->text[p->length++] = '%';
  return true;
}

static char choose_sign(const sg_format *format, double x) {
  bool negative = signbit(x) && !isnan(x) && !(format->type == 'd' && x == 0);
  if (negative) return '-';
  return format->sign == '-' ? '\0' : format->sign;
}

static size_t count_commas(bool grouped, size_t digits) {
  return grouped && digits > 0 ? (digits - 1) / GROUP : 0;
}

/* Digits that a zero-padded whole part has, so that it takes at least `columns` with its commas. */
static size_t count_digits(bool grouped, size_t whole, size_t columns) {
  if (whole == 0) return 0;
  size_t digits = grouped ? columns / (GROUP + 1) * GROUP : columns;
  while (digits + count_commas(grouped, digits) < columns) digits++;
  return digits > whole ? digits : whole;
}

static void write_whole(sg_buffer *out, const parts *p, size_t digits, bool grouped) {
  for (size_t left = digits; left > 0 && !out->failed; left--) {
    sg_buffer_putc(out, left > p->whole ? '0' : p->text[p->whole - left]);
    if (grouped && left > 1 && (left - 1) % GROUP == 0) sg_buffer_putc(out, ',');
  }
}

static void write_number(sg_buffer *out, const sg_format *format, const parts *p) {
  size_t width = (size_t)format->width;
  bool zeros = format->zero && format->align == 0;
  size_t rest = p->length - p->whole + (p->sign != 0);
  size_t columns = zeros && width > rest ? width - rest : 0;
  size_t digits = count_digits(format->comma, p->whole, columns);
  size_t used = rest + digits + count_commas(format->comma, digits);
  size_t missing = used < width ? width - used : 0;
  size_t left = share_left(format->align, missing);
  if (!zeros) pad(out, format->fill, left);
  if (p->sign) sg_buffer_putc(out, p->sign);
  if (zeros) sg_buffer_pad(out, '0', left);
  write_whole(out, p, digits, format->comma);
  sg_buffer_add(out, p->text + p->whole, p->length - p->whole);
  pad(out, format->fill, missing - left);
}

/* An error's text behind the end of `out`, where it lasts until the next call. */
static const char *explain(sg_buffer *out, double x) {
  char number[SG_NUMBER_SIZE];
  uint32_t count = out->count;
  sg_buffer_printf(out, "'d' needs a whole number, got %s", sg_number_text(number, x));
  const char *text = sg_buffer_text(out);
  out->count = count;
  return text ? text + count : "'d' needs a whole number";
}

const char *sg_format_number(sg_buffer *out, const sg_format *format, double x) {
  if (format->type == 's') return "'s' needs a string, got a number";
  if (format->type == 'd' && format->precision >= 0) return "'d' takes no precision";
  if (format->type == 'd' && !(isfinite(x) && x == floor(x))) return explain(out, x);
  parts p;
  p.sign = choose_sign(format, x);
  if (render(&p, format, fabs(x)))
    write_number(out, format, &p);
  else
    out->failed = true;
  return NULL;
}

static const char *find_misfit(const sg_format *format) {
  static const struct {
    char type;
    const char *text;
  } misfits[] = {
      {'e', "'e' needs a number, got a string"}, {'E', "'E' needs a number, got a string"},
      {'f', "'f' needs a number, got a string"}, {'F', "'F' needs a number, got a string"},
      {'g', "'g' needs a number, got a string"}, {'G', "'G' needs a number, got a string"},
      {'d', "'d' needs a number, got a string"}, {'%', "'%' needs a number, got a string"}};
  for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++)
    if (misfits[i].type == format->type) return misfits[i].text;
  if (format->sign) return "a sign needs a number, got a string";
  return format->comma ? "',' needs a number, got a string" : NULL;
}

/* Code points. Of a long text given up on Ctrl-C, as what follows then is. */
static size_t count_columns(const char *text, size_t bytes) {
  size_t count = 0;
  for (uint32_t start = 0, end; sg_piece(start, (uint32_t)bytes, &end); start = end)
    count += sg_utf8_length(text + start, end - start);
  return count;
}

const char *sg_format_string(sg_buffer *out, const sg_format *format, const char *text,
                             size_t bytes) {
  const char *misfit = find_misfit(format);
  if (misfit) return misfit;
  size_t width = (size_t)format->width;
  if (format->precision >= 0) bytes = sg_utf8_offset(text, bytes, (size_t)format->precision);
  size_t used = count_columns(text, bytes);
  size_t missing = used < width ? width - used : 0;
  size_t left = share_left(format->align ? format->align : '<', missing);
  pad(out, format->fill, left);
  sg_buffer_add(out, text, bytes);
  pad(out, format->fill, missing - left);
  return NULL;
}
