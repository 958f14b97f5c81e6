/* sgrad: JSON. */
#include "base/json.h"

#include "base/number.h"
#include "base/utf8.h"

#include <string.h>

bool sg_json_fail(sg_json *json, size_t at, const char *problem) {
  if (json->problem) return false;
  json->problem = problem;
  json->problem_at = at;
  return false;
}

enum { POLL_EVERY = 1 << 16 }; /* bytes */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The next byte, or 0 at the end. */
static char look(const sg_json *json) {
  return json->at < json->count ? json->text[json->at] : '\0';
}

char sg_json_peek(sg_json *json) {
  while (json->at < json->count && is_blank(json->text[json->at])) json->at++;
  return look(json);
}

/* ---- punctuation ---- */

static const struct {
  char mark;
  const char *problem;
} marks[] = {{'{', "'{' expected"},        {'}', "',' or '}' expected"}, {'[', "'[' expected"},
             {']', "',' or ']' expected"}, {':', "':' expected"},        {',', "',' expected"},
             {'"', "a string expected"}};

static bool fail_mark(sg_json *json, char mark) {
  size_t k = 0;
  while (marks[k].mark != mark) k++;
  return sg_json_fail(json, json->at, marks[k].problem);
}

bool sg_json_take(sg_json *json, char punctuation) {
  if (json->problem) return false;
  if (sg_json_peek(json) != punctuation) return fail_mark(json, punctuation);
  json->at++;
  return true;
}

bool sg_json_more(sg_json *json, char closing, bool *first) {
  if (json->problem) return false;
  char c = sg_json_peek(json);
  bool opening = *first;
  *first = false;
  if (c == closing) {
    json->at++;
    return false;
  }
  if (opening) return true;
  if (c != ',') return fail_mark(json, closing);
  json->at++;
  return true;
}

/* ---- strings ---- */

/* Goes past bytes that stand for themselves, POLL_EVERY at most. */
static bool take_plain(sg_json *json, sg_buffer *out) {
  size_t from = json->at, most = json->count - from < POLL_EVERY ? json->count : from + POLL_EVERY;
  while (json->at < most && (unsigned char)json->text[json->at] >= 0x20 &&
         json->text[json->at] != '"' && json->text[json->at] != '\\')
    json->at++;
  size_t bytes = json->at - from, valid = sg_utf8_check(json->text + from, bytes);
  if (json->at == most && most < json->count && valid + 4 > bytes)
    json->at = from + valid; /* a code point goes on behind this piece */
  else if (valid < bytes)
    return sg_json_fail(json, from + valid, "this is not UTF-8 text");
  sg_buffer_add(out, json->text + from, json->at - from);
  return !out->failed;
}

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four digits behind \u. */
static bool take_unit(sg_json *json, uint32_t *unit) {
  *unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(look(json));
    if (digit < 0) return sg_json_fail(json, json->at, "four hexadecimal digits expected");
    *unit = *unit << 4 | (uint32_t)digit;
    json->at++;
  }
  return true;
}

static bool take_code(sg_json *json, size_t start, sg_buffer *out) {
  uint32_t code, low;
  char text[4];
  if (!take_unit(json, &code)) return false;
  if (code >= 0xD800 && code < 0xDC00) {
    bool follows = json->count - json->at >= 2 && memcmp(json->text + json->at, "\\u", 2) == 0;
    if (!follows) return sg_json_fail(json, start, "half of a surrogate pair");
    json->at += 2;
    if (!take_unit(json, &low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return sg_json_fail(json, start, "half of a surrogate pair");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  } else if (code >= 0xDC00 && code < 0xE000) {
    return sg_json_fail(json, start, "half of a surrogate pair");
  }
  sg_buffer_add(out, text, sg_utf8_encode(text, code));
  return true;
}

static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; /* pairs: what is written, its meaning */

static bool take_escape(sg_json *json, sg_buffer *out) {
  size_t start = json->at++;
  char c = look(json);
  json->at++;
  if (c == 'u') return take_code(json, start, out);
  for (const char *pair = escapes; c && *pair; pair += 2)
    if (*pair == c) {
      sg_buffer_putc(out, pair[1]);
      return true;
    }
  return sg_json_fail(json, start, "no escape that JSON has");
}

bool sg_json_string(sg_json *json, sg_buffer *out) {
  out->count = 0;
  if (!sg_json_take(json, '"')) return false;
  size_t start = json->at - 1;
  while (json->at < json->count) {
    if (sg_yields(out->memory)) out->failed = true;
    if (out->failed) return false;
    unsigned char c = (unsigned char)json->text[json->at];
    if (c == '"') {
      json->at++;
      return true;
    }
    if (c < 0x20) return sg_json_fail(json, json->at, "a control character in a string");
    if (!(c == '\\' ? take_escape(json, out) : take_plain(json, out))) return false;
  }
  return sg_json_fail(json, start, "this string is never closed");
}

bool sg_json_key(sg_json *json, sg_buffer *out) {
  return sg_json_string(json, out) && sg_json_take(json, ':');
}

bool sg_json_this_key(sg_json *json, const char *key, bool *first, sg_buffer *scratch) {
  if (json->problem) return false;
  sg_json_peek(json);
  size_t start = json->at;
  if (!sg_json_more(json, '}', first)) return sg_json_fail(json, start, "a key is missing");
  if (!sg_json_key(json, scratch)) return false;
  bool same = scratch->count == strlen(key) && memcmp(scratch->items, key, scratch->count) == 0;
  return same || sg_json_fail(json, start, "another key expected");
}

/* ---- numbers and words ---- */

static size_t take_digits(sg_json *json) {
  size_t from = json->at;
  while (is_digit(look(json))) json->at++;
  return json->at - from;
}

static bool take_number(sg_json *json) {
  if (look(json) == '-') json->at++;
  size_t from = json->at, digits = take_digits(json);
  if (!digits || (digits > 1 && json->text[from] == '0')) return false;
  if (look(json) == '.') {
    json->at++;
    if (!take_digits(json)) return false;
  }
  if (look(json) != 'e' && look(json) != 'E') return true;
  json->at++;
  if (look(json) == '+' || look(json) == '-') json->at++;
  return take_digits(json) > 0;
}

bool sg_json_number(sg_json *json, double *out) {
  if (json->problem) return false;
  sg_json_peek(json);
  size_t start = json->at;
  if (take_number(json) && sg_number_parse(json->text + start, json->at - start, out)) return true;
  return sg_json_fail(json, start, "a number expected");
}

bool sg_json_whole(sg_json *json, uint64_t *out) {
  if (json->problem) return false;
  sg_json_peek(json);
  size_t start = json->at;
  uint64_t x = 0;
  bool fits = true;
  for (; is_digit(look(json)); json->at++)
    fits = !__builtin_mul_overflow(x, 10u, &x) &&
           !__builtin_add_overflow(x, (uint64_t)(look(json) - '0'), &x) && fits;
  size_t digits = json->at - start;
  if (!digits || (digits > 1 && json->text[start] == '0') || look(json) == '.' ||
      look(json) == 'e' || look(json) == 'E')
    return sg_json_fail(json, start, "a whole number from 0 expected");
  *out = x;
  return fits || sg_json_fail(json, start, "a number beyond 2^64");
}

bool sg_json_is_word(sg_json *json, const char *word) {
  size_t bytes = strlen(word);
  if (json->problem) return false;
  sg_json_peek(json);
  if (json->count - json->at < bytes || memcmp(json->text + json->at, word, bytes) != 0)
    return false;
  json->at += bytes;
  return true;
}

bool sg_json_end(sg_json *json) {
  if (json->problem) return false;
  sg_json_peek(json);
  return json->at == json->count || sg_json_fail(json, json->at, "something follows the end");
}

/* ---- writing ---- */

void sg_json_quote(sg_buffer *out, const char *text, size_t bytes) {
  size_t from = 0;
  sg_buffer_putc(out, '"');
  for (size_t i = 0; i < bytes && !out->failed; i++) {
    unsigned char c = (unsigned char)text[i];
    if (i % POLL_EVERY == POLL_EVERY - 1 && sg_yields(out->memory)) out->failed = true;
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    sg_buffer_add(out, text + from, i - from);
    from = i + 1;
    if (c >= 0x20)
      sg_buffer_printf(out, "\\%c", c);
    else
      sg_buffer_printf(out, "\\u%04x", c);
  }
  sg_buffer_add(out, text + from, bytes - from);
  sg_buffer_putc(out, '"');
}
