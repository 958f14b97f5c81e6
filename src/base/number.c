/* sgrad: numbers as text, and text as numbers.
 *
 * Digits go through printf and strtod without a decimal point ("12345e-3"), so the locale has no
 * say.
 */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_DIGITS = 17,  /* always enough to tell two doubles apart */
  SAFE_DIGITS = 15,  /* any decimal of so many survives a normal double */
  REPR_EXPONENT = 16 /* from here on Python's repr uses an exponent */
};

/* 0.d1d2d3... * 10^(exponent + 1), without trailing zeros. */
typedef struct decimal {
  char digits[MOST_DIGITS + 1];
  int count;
  int exponent;
} decimal;

/* x > 0, finite, correctly rounded to so many digits. */
static void round_to(decimal *out, double x, int digits) {
  char text[64]; /* a locale's decimal point may take several bytes */
  (void)snprintf(text, sizeof text, "%.*e", digits - 1, x);
  char *c = text;
  out->count = 0;
  for (; *c != 'e'; c++)
    if (*c >= '0' && *c <= '9') out->digits[out->count++] = *c;
  out->exponent = (int)strtol(c + 1, NULL, 10);
  while (out->count > 1 && out->digits[out->count - 1] == '0') out->count--;
}

static double read_back(const decimal *d) {
  char text[48];
  (void)snprintf(text, sizeof text, "%.*se%d", d->count, d->digits, d->exponent - d->count + 1);
  return strtod(text, NULL);
}

/* The neighbour one unit up in the last of `digits` places. False on a carry out of the first. */
static bool step_up(decimal *d, int digits) {
  while (d->count < digits) d->digits[d->count++] = '0';
  int i = digits - 1;
  while (i > 0 && d->digits[i] == '9') i--;
  if (d->digits[i] == '9') return false;
  d->digits[i]++;
  d->count = i + 1;
  return true;
}

/* The shortest digits that read back to x > 0, of those the nearest to x. */
static void shorten(decimal *out, double x) {
  int exponent;
  bool power = frexp(x, &exponent) == 0.5; /* the gap below a power of two is half the gap above */
  for (int digits = x < DBL_MIN ? 1 : SAFE_DIGITS; digits <= MOST_DIGITS; digits++) {
    round_to(out, x, digits);
    if (digits == MOST_DIGITS || read_back(out) == x) return;
    decimal up = *out;
    if (power && step_up(&up, digits) && read_back(&up) == x) {
      *out = up;
      return;
    }
  }
}

static char *put(char *to, const char *from, int count) {
  memcpy(to, from, (size_t)count);
  return to + count;
}

static char *put_zeros(char *to, int count) {
  memset(to, '0', (size_t)count);
  return to + count;
}

/* repr's layout: an exponent below 1e-4 and from 10^limit on. */
static void lay_out(char *to, const decimal *d, int limit) {
  int whole = d->exponent + 1; /* digits before the point */
  if (d->exponent < -4 || d->exponent >= limit) {
    *to++ = d->digits[0];
    if (d->count > 1) *to++ = '.';
    to = put(to, d->digits + 1, d->count - 1);
    (void)snprintf(to, sizeof "e-324", "e%+03d", d->exponent);
    return;
  }
  if (whole <= 0) {
    to = put(to, "0.", 2);
    to = put_zeros(to, -whole);
    to = put(to, d->digits, d->count);
  } else if (whole >= d->count) {
    to = put(to, d->digits, d->count);
    to = put_zeros(to, whole - d->count);
  } else {
    to = put(to, d->digits, whole);
    *to++ = '.';
    to = put(to, d->digits + whole, d->count - whole);
  }
  *to = '\0';
}

static void put_whole(char *to, uint64_t x) {
  char digits[24];
  int count = 0;
  do digits[count++] = (char)('0' + x % 10);
  while (x /= 10);
  while (count > 0) *to++ = digits[--count];
  *to = '\0';
}

/* The text of what needs no rounding: nan, infinities and whole numbers below `limit`. */
static bool put_simple(char *to, double x, double limit) {
  if (isnan(x) || isinf(x)) {
    memcpy(to, isnan(x) ? "nan" : "inf", sizeof "nan");
    return true;
  }
  bool whole = x < limit && x == floor(x);
  if (whole) put_whole(to, (uint64_t)x);
  return whole;
}

static char *put_sign(char *to, double x) {
  if (signbit(x) && !isnan(x)) *to++ = '-';
  return to;
}

const char *sg_number_text(char out[SG_NUMBER_SIZE], double x) {
  char *to = put_sign(out, x);
  if (put_simple(to, fabs(x), 0x1p53)) return out;
  decimal d;
  shorten(&d, fabs(x));
  lay_out(to, &d, REPR_EXPONENT);
  return out;
}

const char *sg_number_short(char out[SG_NUMBER_SIZE], double x, int digits) {
  static const double tens[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  if (digits < 1) digits = 1;
  if (digits > MOST_DIGITS) digits = MOST_DIGITS;
  int limit = digits < REPR_EXPONENT ? digits : REPR_EXPONENT;
  char *to = put_sign(out, x);
  if (put_simple(to, fabs(x), tens[limit < SAFE_DIGITS ? limit : SAFE_DIGITS])) return out;
  decimal d;
  shorten(&d, fabs(x));
  if (d.count > digits) round_to(&d, fabs(x), digits);
  lay_out(to, &d, limit);
  return out;
}
