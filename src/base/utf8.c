/* sgrad: UTF-8 (RFC 3629). */
#include "base/utf8.h"

size_t sg_utf8_decode(const char *text, size_t bytes, uint32_t *code) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  unsigned char first = (unsigned char)text[0];
  if (first < 0x80) {
    *code = first;
    return 1;
  }
  if (first < 0xc2 || first > 0xf4) return 0;
  size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length > bytes) return 0;
  uint32_t value = first & (0x7fU >> length);
  for (size_t i = 1; i < length; i++) {
    unsigned char next = (unsigned char)text[i];
    if ((next & 0xc0) != 0x80) return 0;
    value = value << 6 | (next & 0x3f);
  }
  if (value < least[length] || value > 0x10ffff) return 0;
  if (value >= 0xd800 && value <= 0xdfff) return 0;
  *code = value;
  return length;
}

size_t sg_utf8_encode(char out[4], uint32_t code) {
  static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = length - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (code & 0x3f));
    code >>= 6;
  }
  out[0] = (char)(marks[length] | code);
  return length;
}

static bool continues(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

size_t sg_utf8_length(const char *text, size_t bytes) {
  size_t count = 0;
  for (size_t i = 0; i < bytes; i++) count += !continues(text[i]);
  return count;
}

size_t sg_utf8_check(const char *text, size_t bytes) {
  size_t offset = 0;
  while (offset < bytes) {
    uint32_t code;
    size_t length = sg_utf8_decode(text + offset, bytes - offset, &code);
    if (length == 0) break;
    offset += length;
  }
  return offset;
}

size_t sg_utf8_offset(const char *text, size_t bytes, size_t index) {
  size_t offset = 0;
  while (offset < bytes) {
    if (!continues(text[offset]) && index-- == 0) break;
    offset++;
  }
  return offset;
}

size_t sg_utf8_start(const char *text, size_t at) {
  while (at > 0 && continues(text[at])) at--;
  return at;
}

size_t sg_utf8_step(const char *text, size_t bytes, size_t *columns) {
  uint32_t code;
  size_t length = sg_utf8_decode(text, bytes, &code);
  *columns = length > 0 ? (size_t)sg_utf8_width(code) : 1;
  return length > 0 ? length : 1;
}

size_t sg_utf8_columns(const char *text, size_t bytes) {
  size_t all = 0, columns;
  for (size_t at = 0; at < bytes; all += columns)
    at += sg_utf8_step(text + at, bytes - at, &columns);
  return all;
}
