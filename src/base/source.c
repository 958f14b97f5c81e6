/* sgrad: texts that were read as programs, and places in them. */
#include "base/source.h"
#include "base/utf8.h"

#include <assert.h>
#include <string.h>

/* Bytes of the line end at text[offset): \n, \r\n or a lone \r; 0 when there is none. */
static uint32_t measure_line_end(const char *text, uint32_t length, uint32_t offset) {
  if (text[offset] == '\n') return 1;
  if (text[offset] != '\r') return 0;
  return offset + 1 < length && text[offset + 1] == '\n' ? 2 : 1;
}

/* Counts the lines and, when `starts` is given, writes where each begins. 0: given up on Ctrl-C. */
static uint32_t find_lines(const sg_memory *memory, const char *text, uint32_t length,
                           uint32_t *starts) {
  uint32_t count = 1;
  if (starts) starts[0] = 0;
  for (uint32_t i = 0; i < length;) {
    if (i % SG_PIECE == 0 && sg_yields(memory)) return 0;
    uint32_t end = measure_line_end(text, length, i);
    i += end ? end : 1;
    if (end && starts) starts[count] = i;
    if (end) count++;
  }
  return count;
}

static char *copy(sg_memory *memory, const char *text, size_t length) {
  char *made = sg_allocate(memory, length + 1);
  if (!made) return NULL;
  made[length] = '\0';
  if (sg_copy(memory, made, text, length)) return made;
  sg_release(memory, made, length + 1);
  return NULL;
}

static bool fill(sg_source *source, const char *name, const char *text) {
  source->name = copy(source->memory, name, strlen(name));
  source->text = source->name ? copy(source->memory, text, source->length) : NULL;
  if (!source->text) return false;
  uint32_t lines = find_lines(source->memory, text, source->length, NULL);
  if (lines == 0) return false;
  source->line_starts = sg_allocate(source->memory, lines * sizeof *source->line_starts);
  if (!source->line_starts) return false;
  source->line_count = lines;
  return find_lines(source->memory, text, source->length, source->line_starts) > 0;
}

static void release(sg_source *source) {
  sg_memory *memory = source->memory;
  if (source->name) sg_release(memory, source->name, strlen(source->name) + 1);
  if (source->text) sg_release(memory, source->text, (size_t)source->length + 1);
  sg_release(memory, source->line_starts, source->line_count * sizeof *source->line_starts);
  sg_release(memory, source, sizeof *source);
}

sg_source *sg_source_new(sg_memory *memory, const char *name, const char *text, size_t length) {
  if (length > UINT32_MAX - 1) return NULL;
  sg_source *source = sg_allocate(memory, sizeof *source);
  if (!source) return NULL;
  *source = (sg_source){.memory = memory, .length = (uint32_t)length, .holders = 1};
  if (fill(source, name, text)) return source;
  release(source);
  return NULL;
}

sg_source *sg_source_retain(sg_source *source) {
  source->holders++;
  return source;
}

void sg_source_release(sg_source *source) {
  if (!source) return;
  assert(source->holders > 0);
  if (--source->holders == 0) release(source);
}

static uint32_t find_line(const sg_source *source, uint32_t offset) {
  uint32_t low = 0;
  uint32_t high = source->line_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (source->line_starts[middle] <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* The byte order mark is part of the first line, but no column. */
static uint32_t skip_mark(const sg_source *source, uint32_t start) {
  static const char mark[] = "\xef\xbb\xbf";
  bool present = start == 0 && source->length >= 3 && memcmp(source->text, mark, 3) == 0;
  return present ? 3 : start;
}

void sg_source_line(const sg_source *source, uint32_t offset, sg_span *span) {
  uint32_t start = skip_mark(source, source->line_starts[find_line(source, offset)]);
  uint32_t end = start;
  while (end < source->length && !measure_line_end(source->text, source->length, end)) end++;
  *span = (sg_span){start, end};
}

void sg_source_place(const sg_source *source, uint32_t offset, uint32_t *line, uint32_t *column) {
  if (offset > source->length) offset = source->length;
  uint32_t index = find_line(source, offset);
  *line = index + 1;
  *column = 1;
  for (uint32_t i = skip_mark(source, source->line_starts[index]); i < offset; (*column)++) {
    uint32_t code;
    size_t length = sg_utf8_decode(source->text + i, source->length - i, &code);
    i += length ? (uint32_t)length : 1;
  }
}
