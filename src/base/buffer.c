/* sgrad: a growable text buffer. */
#include "base/buffer.h"

#include "base/escape.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const size_t largest = UINT32_MAX - 1;

/* Room for `bytes` more, or NULL with `failed` set. */
static char *extend(sg_buffer *buffer, size_t bytes) {
  if (buffer->failed) return NULL;
  bool fits = bytes <= largest - buffer->count;
  if (!fits || !SG_RESERVE(buffer->memory, buffer, buffer->count + bytes)) {
    buffer->failed = true;
    return NULL;
  }
  return buffer->items + buffer->count;
}

void sg_buffer_init(sg_buffer *buffer, sg_memory *memory) {
  *buffer = (sg_buffer){.memory = memory};
}

void sg_buffer_clear(sg_buffer *buffer) {
  sg_release(buffer->memory, buffer->items, buffer->capacity);
  sg_buffer_init(buffer, buffer->memory);
}

void sg_buffer_add(sg_buffer *buffer, const char *text, size_t bytes) {
  if (bytes == 0) return;
  char *room = extend(buffer, bytes);
  if (!room) return;
  if (sg_copy(buffer->memory, room, text, bytes))
    buffer->count += (uint32_t)bytes;
  else
    buffer->failed = true;
}

void sg_buffer_puts(sg_buffer *buffer, const char *text) {
  sg_buffer_add(buffer, text, strlen(text));
}

void sg_buffer_putc(sg_buffer *buffer, char c) { sg_buffer_add(buffer, &c, 1); }

void sg_buffer_pad(sg_buffer *buffer, char c, size_t times) {
  if (times == 0) return;
  char *room = extend(buffer, times);
  if (!room) return;
  if (sg_fill(buffer->memory, room, c, times))
    buffer->count += (uint32_t)times;
  else
    buffer->failed = true;
}

void sg_buffer_printf(sg_buffer *buffer, const char *format, ...) {
  char near[256];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(near, sizeof near, format, list);
  va_end(list);
  if (length < 0) {
    buffer->failed = true;
    return;
  }
  if ((size_t)length < sizeof near) {
    sg_buffer_add(buffer, near, (size_t)length);
    return;
  }
  char *room = extend(buffer, (size_t)length + 1);
  if (!room) return;
  va_start(list, format);
  (void)vsnprintf(room, (size_t)length + 1, format, list);
  va_end(list);
  buffer->count += (uint32_t)length;
}

void sg_buffer_escape(sg_buffer *buffer, const char *text, size_t bytes, char quote) {
  size_t done = 0;
  while (done < bytes && !buffer->failed) {
    size_t plain = sg_escape_plain(text + done, bytes - done, quote);
    sg_buffer_add(buffer, text + done, plain);
    done += plain;
    if (done == bytes) return;
    sg_glyph glyph;
    sg_escape_next(&glyph, text + done, bytes - done, quote);
    sg_buffer_add(buffer, glyph.text, glyph.length);
    done += glyph.taken;
  }
}

size_t sg_buffer_columns(const sg_buffer *buffer, uint32_t start) {
  if (buffer->failed || start == buffer->count) return 0;
  return sg_utf8_columns(buffer->items + start, buffer->count - start);
}

const char *sg_buffer_text(sg_buffer *buffer) {
  char *end = extend(buffer, 1);
  if (!end) return NULL;
  *end = '\0';
  return buffer->items;
}
