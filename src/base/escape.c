/* sgrad: the one escaper. */
#include "base/escape.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void show(sg_glyph *glyph, const char *format, ...) {
  va_list list;
  va_start(list, format);
  int length = vsnprintf(glyph->text, sizeof glyph->text, format, list);
  va_end(list);
  glyph->length = (size_t)length;
  glyph->width = length;
}

/* The letter behind the backslash for what has one, or 0. */
static char find_letter(uint32_t code, char quote) {
  static const char codes[] = "\n\r\t";
  static const char letters[] = "nrt";
  if (code == '\r') return 'r';
  if (quote == 0 || code == 0 || code > 0x7f) return 0;
  if (code == '\\' || code == (unsigned char)quote) return (char)code;
  const char *at = strchr(codes, (int)code);
  return at ? letters[at - codes] : 0;
}

void sg_escape_next(sg_glyph *glyph, const char *text, size_t bytes, char quote) {
  uint32_t code = 0;
  glyph->taken = sg_utf8_decode(text, bytes, &code);
  if (glyph->taken == 0) {
    glyph->taken = 1;
    show(glyph, "\\x%02x", (unsigned)(unsigned char)text[0]);
    return;
  }
  char letter = find_letter(code, quote);
  bool stays = quote == 0 && (code == '\n' || code == '\t');
  if (letter) {
    show(glyph, "\\%c", letter);
  } else if (sg_is_unprintable(code) && !stays) {
    show(glyph, code < 0x80 ? "\\x%02x" : "\\u{%x}", (unsigned)code);
  } else {
    memcpy(glyph->text, text, glyph->taken);
    glyph->length = glyph->taken;
    glyph->width = sg_utf8_width(code);
  }
}

size_t sg_escape_plain(const char *text, size_t bytes, char quote) {
  size_t count = 0;
  while (count < bytes) {
    char c = text[count];
    if (c < 0x20 || c > 0x7e) break;
    if (quote && (c == quote || c == '\\')) break;
    count++;
  }
  return count;
}
