/* sgrad: text as a number.
 *
 * number = blanks, ["+" | "-"], (digits, ["." [digits]] | "." digits), [("e" | "E"), [sign],
 * digits] | blanks, [sign], ("inf" | "nan"), blanks
 */
#include "base/interrupt.h"
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
  /* A midpoint between doubles has at most 768 significant digits: what follows more can only break
   * a tie, so one digit 1 stands for all of it. */
  KEPT_DIGITS = 780,
  EXPONENT_BOUND =
      100000000, /* beyond it the value is 0 or inf whatever the digits, which are fewer */
  EXACT_DIGITS = 15,
  EXACT_TENS = 22 /* 10^22 is the largest power of ten that is a double */
};

typedef struct scan {
  const char *at;
  const char *end;
} scan;

typedef struct digits {
  char text[KEPT_DIGITS + 32]; /* significant digits, room for the exponent */
  int count;
  bool any;         /* a digit was read, maybe a leading zero */
  bool more;        /* a digit other than 0 was dropped */
  int64_t exponent; /* of ten, that the digits as a whole number are scaled by */
} digits;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static bool accept(scan *s, char c) {
  if (s->at == s->end || *s->at != c) return false;
  s->at++;
  return true;
}

/* Given up on Ctrl-C after very many: the rest is then no number. */
static void read_digits(scan *s, digits *d, bool fraction) {
  for (uint32_t i = 1; s->at < s->end && is_digit(*s->at); s->at++, i++) {
    if (i % SG_PIECE == 0 && sg_interrupted) return;
    d->any = true;
    bool kept = d->count < KEPT_DIGITS;
    bool leading = d->count == 0 && *s->at == '0';
    if (kept && !leading) d->text[d->count++] = *s->at;
    if (!kept && *s->at != '0') d->more = true;
    d->exponent += !kept - fraction;
  }
}

static bool read_exponent(scan *s, digits *d) {
  if (!accept(s, 'e') && !accept(s, 'E')) return true;
  bool negative = accept(s, '-');
  if (!negative) (void)accept(s, '+');
  if (s->at == s->end || !is_digit(*s->at)) return false;
  int64_t value = 0;
  for (; s->at < s->end && is_digit(*s->at); s->at++)
    if (value < INT64_C(1) << 40) value = 10 * value + (*s->at - '0');
  d->exponent += negative ? -value : value;
  return true;
}

/* Few digits and a small power of ten: both are doubles, one rounding is all there is. */
static bool convert_exact(const digits *d, double *x) {
  static const double tens[EXACT_TENS + 1] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (FLT_EVAL_METHOD != 0 || d->count > EXACT_DIGITS) return false;
  if (d->exponent < -EXACT_TENS || d->exponent > EXACT_TENS) return false;
  int64_t whole = 0;
  for (int i = 0; i < d->count; i++) whole = 10 * whole + (d->text[i] - '0');
  *x = d->exponent < 0 ? (double)whole / tens[-d->exponent] : (double)whole * tens[d->exponent];
  return true;
}

static double convert(digits *d) {
  double x;
  if (d->count == 0) return 0;
  if (convert_exact(d, &x)) return x;
  if (d->more) {
    d->text[d->count++] = '1';
    d->exponent--;
  }
  if (d->exponent > EXPONENT_BOUND) d->exponent = EXPONENT_BOUND;
  if (d->exponent < -EXPONENT_BOUND) d->exponent = -EXPONENT_BOUND;
  size_t room = sizeof d->text - (size_t)d->count;
  (void)snprintf(d->text + d->count, room, "e%d", (int)d->exponent);
  return strtod(d->text, NULL);
}

static bool read_word(scan *s, double *x) {
  static const struct {
    char text[4];
    double value;
  } words[] = {{"inf", INFINITY}, {"nan", NAN}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (s->end - s->at < 3 || strncasecmp(s->at, words[i].text, 3) != 0) continue;
    s->at += 3;
    *x = words[i].value;
    return true;
  }
  return false;
}

static bool read_number(scan *s, double *x) {
  digits d;
  d.count = 0;
  d.any = d.more = false;
  d.exponent = 0;
  read_digits(s, &d, false);
  if (accept(s, '.')) read_digits(s, &d, true);
  if (!d.any || !read_exponent(s, &d)) return false;
  *x = convert(&d);
  return true;
}

bool sg_number_parse(const char *text, size_t bytes, double *x) {
  scan s = {text, text + bytes};
  while (s.at < s.end && is_blank(*s.at)) s.at++;
  while (s.end > s.at && is_blank(s.end[-1])) s.end--;
  bool negative = accept(&s, '-');
  if (!negative) (void)accept(&s, '+');
  double value;
  if (!read_word(&s, &value) && !read_number(&s, &value)) return false;
  if (s.at != s.end) return false;
  *x = negative ? -value : value;
  return true;
}
