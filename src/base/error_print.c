/* sgrad: printing errors. */
#include "base/error.h"
#include "base/escape.h"
#include "base/source.h"
#include "base/style.h"
#include "base/utf8.h"

#include <string.h>

enum {
  SCREEN = 80, /* columns of source shown */
  DOTS = 3,    /* of them at either end of a line that is cut */
  SHOWN = SCREEN - 2 * DOTS,
  BEFORE = 48, /* at most before the place, in a line that is cut */
  TAB = 8
};

static const char dots[DOTS + 1] = "...";

static void print_place(sg_buffer *out, const sg_source *source, uint32_t offset) {
  uint32_t line, column;
  sg_source_place(source, offset, &line, &column);
  sg_buffer_escape(out, source->name, strlen(source->name), '\0');
  sg_buffer_printf(out, ":%u:%u", (unsigned)line, (unsigned)column);
}

static uint32_t take(sg_glyph *glyph, const sg_source *source, uint32_t offset, uint32_t end) {
  sg_escape_next(glyph, source->text + offset, end - offset, '\0');
  return offset + (uint32_t)glyph->taken;
}

static int measure(const sg_glyph *glyph) { return glyph->text[0] == '\t' ? TAB : glyph->width; }

/* The end of what of [start, end) fits into `columns`. */
static uint32_t fit(const sg_source *source, uint32_t start, uint32_t end, int columns) {
  while (start < end) {
    sg_glyph glyph;
    uint32_t next = take(&glyph, source, start, end);
    columns -= measure(&glyph);
    if (columns < 0) break;
    start = next;
  }
  return start;
}

/* The first byte of the code point, or the invalid byte, that ends at `offset`. */
static uint32_t step_back(const sg_source *source, uint32_t start, uint32_t offset) {
  for (uint32_t length = 1; length <= 4 && length <= offset - start; length++) {
    uint32_t code;
    if (sg_utf8_decode(source->text + offset - length, length, &code) == length)
      return offset - length;
  }
  return offset - 1;
}

/* The part of the line to show: all of it, or a screen's width with the place `at` in it. */
static sg_span choose_window(const sg_source *source, sg_span line, uint32_t at) {
  if (fit(source, line.start, line.end, SCREEN) == line.end) return line;
  uint32_t from = line.start;
  if (fit(source, line.start, line.end, BEFORE) <= at) {
    int columns = BEFORE;
    for (from = at; from > line.start;) {
      sg_glyph glyph;
      uint32_t back = step_back(source, line.start, from);
      (void)take(&glyph, source, back, from);
      columns -= measure(&glyph);
      if (columns < 0) break;
      from = back;
    }
  }
  return (sg_span){from, fit(source, from, line.end, SHOWN)};
}

static void mark_glyph(sg_buffer *out, const sg_glyph *glyph, bool first) {
  bool tab = glyph->text[0] == '\t';
  size_t columns = tab ? 0 : (size_t)glyph->width;
  if (first) sg_buffer_putc(out, '^');
  if (first && columns > 0) columns--;
  sg_buffer_pad(out, '~', columns);
  if (tab) sg_buffer_putc(out, '\t');
}

static void print_marks(sg_buffer *out, const sg_source *source, sg_span window, sg_span marked) {
  sg_glyph glyph;
  uint32_t offset = window.start;
  while (offset < window.end && offset < marked.start) {
    offset = take(&glyph, source, offset, window.end);
    if (glyph.text[0] == '\t')
      sg_buffer_putc(out, '\t');
    else
      sg_buffer_pad(out, ' ', (size_t)glyph.width);
  }
  if (offset >= window.end || offset >= marked.end) {
    sg_buffer_putc(out, '^');
    return;
  }
  for (bool first = true; offset < window.end && offset < marked.end; first = false) {
    offset = take(&glyph, source, offset, window.end);
    mark_glyph(out, &glyph, first);
  }
}

static void print_line(sg_buffer *out, const sg_source *source, sg_span span, bool color) {
  sg_span line;
  uint32_t at = span.start < source->length ? span.start : source->length;
  sg_source_line(source, at, &line);
  if (at > line.end) at = line.end;
  sg_span window = choose_window(source, line, at);
  bool cut = window.start > line.start;
  if (cut) sg_buffer_puts(out, dots);
  sg_buffer_escape(out, source->text + window.start, window.end - window.start, '\0');
  if (window.end < line.end) sg_buffer_puts(out, dots);
  sg_buffer_putc(out, '\n');
  if (cut) sg_buffer_pad(out, ' ', DOTS);
  sg_style_begin(out, color, SG_STYLE_ERROR);
  print_marks(out, source, window, (sg_span){at, span.end});
  sg_style_begin(out, color, SG_STYLE_PLAIN);
  sg_buffer_putc(out, '\n');
}

/* Goes on behind a label of so many columns. In lines of at most `columns`, 0: in one; those are
 * broken at blanks, and what follows is indented. */
static void print_words(sg_buffer *out, const char *text, size_t length, size_t label,
                        size_t columns) {
  const char *end = text + length;
  for (size_t column = label; text < end;) {
    const char *blank = memchr(text + 1, ' ', (size_t)(end - text) - 1);
    size_t bytes = (size_t)((blank ? blank : end) - text);
    uint32_t start = out->count;
    sg_buffer_escape(out, text, bytes, '\0');
    size_t width = sg_buffer_columns(out, start);
    if (columns && column > label && *text == ' ' && column + width > columns) {
      out->count = start;
      sg_buffer_puts(out, "\n ");
      sg_buffer_escape(out, text, bytes, '\0');
      column = 1;
    }
    column += width;
    text += bytes;
  }
  sg_buffer_putc(out, '\n');
}

static void print_notes(sg_buffer *out, const char *note, bool color, size_t columns) {
  static const char label[] = "note:";
  while (*note) {
    size_t length = strcspn(note, "\n");
    sg_style_puts(out, color, SG_STYLE_NOTE, label);
    sg_buffer_putc(out, ' ');
    print_words(out, note, length, sizeof label, columns);
    note += length + (note[length] == '\n');
  }
}

static bool is_same_call(const sg_trace_entry *a, const sg_trace_entry *b) {
  return a->source == b->source && a->span.start == b->span.start &&
         strcmp(a->function, b->function) == 0;
}

/* `times`: that many in a row are the same, as where a function calls itself. */
static void print_call(sg_buffer *out, const sg_trace_entry *entry, uint32_t times) {
  sg_buffer_puts(out, "  called");
  if (entry->source) {
    sg_buffer_puts(out, " at ");
    print_place(out, entry->source, entry->span.start);
  }
  if (entry->function[0]) {
    sg_buffer_puts(out, " in ");
    sg_buffer_escape(out, entry->function, strlen(entry->function), '\0');
    sg_buffer_puts(out, "()");
  }
  if (times > 1) sg_buffer_printf(out, ", %u times", (unsigned)times);
  sg_buffer_putc(out, '\n');
}

static void print_trace(sg_buffer *out, const sg_error *error) {
  uint32_t kept = error->trace_count < SG_TRACE_SIZE ? error->trace_count : SG_TRACE_SIZE;
  uint32_t dropped = error->trace_count - kept;
  for (uint32_t i = 0, times; i < kept; i += times) {
    const sg_trace_entry *entry = &error->trace[i];
    uint32_t end = dropped > 0 && i < SG_TRACE_SIZE / 2 ? SG_TRACE_SIZE / 2 : kept;
    if (dropped > 0 && i == SG_TRACE_SIZE / 2)
      sg_buffer_printf(out, "  ... %u more call%s\n", (unsigned)dropped, dropped == 1 ? "" : "s");
    for (times = 1; i + times < end && is_same_call(entry, entry + times);) times++;
    print_call(out, entry, times);
  }
}

static void print_message(sg_buffer *out, const sg_error *error, bool color, size_t columns) {
  static const char label[] = "error:";
  sg_style_puts(out, color, SG_STYLE_ERROR, label);
  sg_buffer_putc(out, ' ');
  print_words(out, error->message, strlen(error->message), sizeof label, columns);
}

void sg_error_print(sg_buffer *out, const sg_error *error, bool color) {
  sg_style_begin(out, color, SG_STYLE_BOLD);
  if (error->source)
    print_place(out, error->source, error->span.start);
  else
    sg_buffer_puts(out, "sgrad");
  sg_buffer_puts(out, ": ");
  sg_style_begin(out, color, SG_STYLE_PLAIN);
  print_message(out, error, color, 0);
  if (error->source) print_line(out, error->source, error->span, color);
  print_notes(out, error->note, color, 0);
  print_trace(out, error);
}

/* A terminal shows the source as it is, within `columns` of one row. */
static bool fits_row(const sg_source *source, int columns) {
  for (uint32_t at = 0; at < source->length;) {
    sg_glyph glyph;
    const char *text = source->text + at;
    at = take(&glyph, source, at, source->length);
    if (glyph.length != glyph.taken || memcmp(glyph.text, text, glyph.taken) != 0) return false;
    if (*text == '\n' || *text == '\t') return false;
    columns -= glyph.width;
  }
  return columns >= 0;
}

bool sg_error_print_under(sg_buffer *out, const sg_error *error, const sg_error_row *row) {
  const sg_source *source = error->source;
  if (source == NULL || source->length != row->bytes ||
      memcmp(source->text, row->text, row->bytes) != 0 ||
      !fits_row(source, row->columns - row->margin - 1))
    return false;
  sg_buffer_pad(out, ' ', (size_t)row->margin);
  sg_style_begin(out, row->color, SG_STYLE_ERROR);
  print_marks(out, source, (sg_span){0, source->length}, error->span);
  sg_style_begin(out, row->color, SG_STYLE_PLAIN);
  sg_buffer_putc(out, '\n');
  print_message(out, error, row->color, (size_t)row->columns);
  print_notes(out, error->note, row->color, (size_t)row->columns);
  print_trace(out, error);
  return true;
}
