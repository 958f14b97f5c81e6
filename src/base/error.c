/* sgrad: making errors. Needs no memory. */
#include "base/error.h"

#include "base/escape.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sg_error_clear(sg_error *error) {
  error->status = SG_OK;
  error->settled = false;
  error->unwound = false;
  error->source = NULL;
  error->span = (sg_span){0, 0};
  error->message[0] = '\0';
  error->note[0] = '\0';
  error->exit_code = 0;
  error->trace_count = 0;
}

/* Writes text[0..bytes) escaped, as one line, cut with "..." at a glyph where it does not fit.
 * `size` has room for the dots. */
static void write_line(char *out, size_t size, const char *text, size_t bytes) {
  static const char dots[] = "...";
  size_t count = 0;
  size_t fits = 0; /* the last count that leaves room for the dots */
  for (size_t done = 0; done < bytes;) {
    sg_glyph glyph;
    sg_escape_next(&glyph, text + done, bytes - done, 0);
    if (glyph.text[0] == '\n') glyph = (sg_glyph){1, 2, 2, "\\n"};
    if (count + glyph.length >= size) {
      memcpy(out + fits, dots, sizeof dots);
      return;
    }
    memcpy(out + count, glyph.text, glyph.length);
    count += glyph.length;
    done += glyph.taken;
    if (count + sizeof dots <= size) fits = count;
  }
  out[count] = '\0';
}

__attribute__((format(printf, 3, 0))) static void format_line(char *out, size_t size,
                                                              const char *format, va_list list) {
  char text[2 * SG_MESSAGE_SIZE + 8];
  int length = vsnprintf(text, sizeof text, format, list);
  if (length < 0) length = 0;
  if ((size_t)length >= sizeof text) length = sizeof text - 1;
  write_line(out, size, text, (size_t)length);
}

bool sg_fail(sg_error *error, sg_span span, const char *format, ...) {
  error->settled = error->status != SG_OK;
  if (error->settled) return false;
  error->status = SG_ERROR;
  error->span = span;
  va_list list;
  va_start(list, format);
  format_line(error->message, sizeof error->message, format, list);
  va_end(list);
  return false;
}

bool sg_note(sg_error *error, const char *format, ...) {
  size_t used = strlen(error->note);
  if (error->settled || error->status == SG_OK) return false;
  if (used + 8 > sizeof error->note) return false;
  if (used > 0) error->note[used++] = '\n';
  va_list list;
  va_start(list, format);
  format_line(error->note + used, sizeof error->note - used, format, list);
  va_end(list);
  return false;
}

static bool fail_plain(sg_error *error, sg_status status, const char *message) {
  error->settled = error->status != SG_OK;
  if (error->settled) return false;
  error->status = status;
  write_line(error->message, sizeof error->message, message, strlen(message));
  return false;
}

bool sg_fail_memory(sg_error *error) {
  if (sg_interrupted) return sg_fail_interrupt(error);
  return fail_plain(error, SG_NO_MEMORY, "out of memory");
}

bool sg_fail_interrupt(sg_error *error) { return fail_plain(error, SG_INTERRUPTED, "interrupted"); }

void sg_error_trace(sg_error *error, const sg_source *source, sg_span span, const char *function) {
  enum { HALF = SG_TRACE_SIZE / 2 };
  uint32_t place = error->trace_count;
  if (place >= SG_TRACE_SIZE) {
    place = SG_TRACE_SIZE - 1;
    memmove(&error->trace[HALF], &error->trace[HALF + 1], (HALF - 1) * sizeof *error->trace);
  }
  sg_trace_entry *entry = &error->trace[place];
  if (error->trace_count < UINT32_MAX) error->trace_count++;
  entry->source = source;
  entry->span = span;
  write_line(entry->function, sizeof entry->function, function, strlen(function));
}
