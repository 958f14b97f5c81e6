/* sgrad: what numbers and strings in a text stand for. */
#include "syntax/literal.h"

#include "base/utf8.h"

#include <string.h>

static const char *const escapes_note =
    "the escapes are \\n \\t \\r \\\\ \\\" \\' \\0 \\x41 \\u{3b1}; a backslash itself is \\\\";

static bool fail(sg_literal_error *error, uint32_t start, uint32_t end, const char *message,
                 const char *note) {
  *error = (sg_literal_error){{start, end}, message, note};
  return false;
}

static bool fail_memory(sg_literal_error *error) {
  *error = (sg_literal_error){0};
  return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

typedef struct digits {
  const char *text;
  uint32_t bytes;
} digits;

static char get(const digits *s, uint32_t at) { return at < s->bytes ? s->text[at] : 0; }

/* digit {["_"] digit} at `from`: how many bytes, 0 when there is none. */
static uint32_t scan_digits(const digits *s, uint32_t from) {
  uint32_t at = from;
  if (!is_digit(get(s, at))) return 0;
  while (is_digit(get(s, at)) || (get(s, at) == '_' && is_digit(get(s, at + 1)))) at++;
  return at - from;
}

/* The grammar's NUMBER: how many bytes of `s` fit; `*whole`: only digits. */
static uint32_t scan_number(const digits *s, bool *whole) {
  uint32_t n = scan_digits(s, 0);
  *whole = true;
  if (get(s, n) == '.') {
    uint32_t fraction = scan_digits(s, n + 1);
    if (n + fraction == 0) return 0;
    n += 1 + fraction;
    *whole = false;
  }
  if (n == 0 || (get(s, n) != 'e' && get(s, n) != 'E')) return n;
  uint32_t sign = get(s, n + 1) == '+' || get(s, n + 1) == '-';
  uint32_t exponent = scan_digits(s, n + 1 + sign);
  if (exponent == 0) return n;
  *whole = false;
  return n + 1 + sign + exponent;
}

static const char *number_note(const char *s, uint32_t bytes) {
  if (bytes > 1 && s[0] == '0' && strchr("xXoObB", s[1]) != NULL)
    return "numbers are decimal: 255, 1e-3";
  for (uint32_t i = 0; i + 1 < bytes; i++)
    if (s[i] == '.' && s[i + 1] == '.') return "the numbers from a up to b are range(a, b)";
  if (memchr(s, '_', bytes) != NULL) return "a '_' stands between two digits: 1_000_000";
  bool whole;
  uint32_t fits = scan_number(&(digits){s, bytes}, &whole);
  if (fits > 0 && fits < bytes && strchr(".eE", s[fits]) == NULL)
    return "a product has a sign: 2 * x";
  return NULL;
}

bool sg_literal_number(sg_arena *arena, const char *text, sg_span span, double *value,
                       sg_literal_error *error) {
  const char *s = text + span.start;
  uint32_t bytes = span.end - span.start, zeros = 0;
  bool whole;
  if (scan_number(&(digits){s, bytes}, &whole) != bytes)
    return fail(error, span.start, span.end, "this is not a number", number_note(s, bytes));
  while (zeros < bytes && (s[zeros] == '0' || s[zeros] == '_')) zeros++;
  if (whole && zeros > 0 && zeros < bytes)
    return fail(error, span.start, span.end, "a whole number does not begin with 0",
                "numbers are decimal: write 8, not 08");
  if (memchr(s, '_', bytes) != NULL) {
    char *plain = sg_arena_get(arena, bytes);
    if (plain == NULL) return fail_memory(error);
    uint32_t n = 0;
    for (uint32_t i = 0; i < bytes; i++)
      if (s[i] != '_') plain[n++] = s[i];
    s = plain;
    bytes = n;
  }
  return sg_number_parse(s, bytes, value) ||
         fail(error, span.start, span.end, "this is not a number", NULL);
}

static int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* The escapes of one letter: the letter, then what it stands for. */
static const char simple_escapes[] = "n\nt\tr\r\\\\\"\"''0\0";

static bool simple_escape(char letter, uint32_t *code) {
  for (size_t i = 0; i + 1 < sizeof simple_escapes; i += 2) {
    if (simple_escapes[i] != letter) continue;
    *code = (unsigned char)simple_escapes[i + 1];
    return true;
  }
  return false;
}

/* \x41: the bytes read, 0 when it is malformed. */
static uint32_t hex_escape(const char *s, uint32_t *code) {
  int high = hex_value(s[2]), low = high < 0 ? -1 : hex_value(s[3]);
  if (low < 0) return 0;
  *code = (uint32_t)(high * 16 + low);
  return 4;
}

/* \u{3b1}, one to six digits that make a Unicode scalar value. */
static uint32_t unicode_escape(const char *s, uint32_t *code) {
  uint32_t n = 3;
  if (s[2] != '{') return 0;
  for (*code = 0; n < 9 && hex_value(s[n]) >= 0; n++)
    *code = *code * 16 + (uint32_t)hex_value(s[n]);
  bool scalar = *code < 0xd800 || (*code > 0xdfff && *code <= 0x10ffff);
  return n > 3 && s[n] == '}' && scalar ? n + 1 : 0;
}

static bool decode_escape(const char *text, uint32_t *at, uint32_t end, uint32_t *code,
                          sg_literal_error *error) {
  const char *s = text + *at;
  uint32_t bytes = 2;
  if (s[1] == 'x')
    bytes = hex_escape(s, code);
  else if (s[1] == 'u')
    bytes = unicode_escape(s, code);
  else if (!simple_escape(s[1], code))
    return fail(error, *at, *at + 1, "this escape is not known", escapes_note);
  if (bytes == 0 || *at + bytes > end)
    return fail(error, *at, *at + 1,
                s[1] == 'x' ? "'\\x' takes two hexadecimal digits"
                            : "'\\u' takes a code point: \\u{3b1}",
                escapes_note);
  *at += bytes;
  return true;
}

bool sg_literal_string(sg_arena *arena, const char *text, sg_span span, bool braces,
                       sg_text *content, sg_literal_error *error) {
  char *out = sg_arena_get(arena, (size_t)(span.end - span.start) + 1);
  if (out == NULL) return fail_memory(error);
  uint32_t n = 0;
  for (uint32_t at = span.start; at < span.end;) {
    if (text[at] == '\\') {
      uint32_t code = 0;
      if (!decode_escape(text, &at, span.end, &code, error)) return false;
      n += (uint32_t)sg_utf8_encode(out + n, code);
      continue;
    }
    if (braces && text[at] == '}' && (at + 1 == span.end || text[at + 1] != '}'))
      return fail(error, at, at + 1, "a single '}' in an f-string", "a brace itself is '}}'");
    if (braces && (text[at] == '{' || text[at] == '}')) at++;
    out[n++] = text[at++];
  }
  *content = (sg_text){out, n};
  return true;
}
