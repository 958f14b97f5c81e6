/* sgrad: the canonical layout of a program: lines, comments and single blank lines. */
#include "syntax/printer.h"

#include <string.h>

bool sg_printer_stopped(const sg_printer *p) {
  return p->out->failed || (p->layout == SG_LAYOUT_TRIAL && p->trial != SG_TRIAL_FITS);
}

static uint32_t count_columns(const char *text, size_t bytes) {
  uint32_t columns = 0;
  for (size_t i = 0; i < bytes; i++) columns += ((unsigned char)text[i] & 0xc0) != 0x80;
  return columns;
}

void sg_printer_put(sg_printer *p, const char *text, size_t bytes) {
  if (sg_printer_stopped(p)) return;
  p->column += count_columns(text, bytes);
  if (p->layout == SG_LAYOUT_TRIAL && p->column > SG_LINE_LIMIT)
    p->trial = SG_TRIAL_TOO_LONG;
  else
    sg_buffer_add(p->out, text, bytes);
}

void sg_printer_puts(sg_printer *p, const char *text) { sg_printer_put(p, text, strlen(text)); }

void sg_printer_newline(sg_printer *p) {
  if (sg_printer_stopped(p)) return;
  if (p->layout == SG_LAYOUT_TRIAL) {
    p->trial = SG_TRIAL_NEEDS_LINES;
    return;
  }
  sg_buffer_putc(p->out, '\n');
  p->column = 2 * p->indent;
  sg_buffer_pad(p->out, ' ', p->column);
}

bool sg_printer_is_one_line(const sg_printer *p, sg_span span) {
  return memchr(p->source->text + span.start, '\n', span.end - span.start) == NULL;
}

/* The first comment at or behind byte `start`. */
static uint32_t find_comment(const sg_comments *comments, uint32_t start) {
  uint32_t low = 0, high = comments->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (comments->items[middle].start < start)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool sg_printer_has_comment(const sg_printer *p, uint32_t start, uint32_t end) {
  const sg_comments *comments = &p->program->comments;
  uint32_t found = find_comment(comments, start);
  return found < comments->count && comments->items[found].start < end;
}

static void see(sg_printer *p, uint32_t end) {
  if (p->seen == UINT32_MAX || end > p->seen) p->seen = end;
}

static void put_comment(sg_printer *p) {
  const sg_comment *comment = &p->program->comments.items[p->comment++];
  sg_printer_put(p, p->source->text + comment->start, comment->end - comment->start);
  see(p, comment->end);
}

void sg_printer_trailing(sg_printer *p, uint32_t end) {
  const sg_comments *comments = &p->program->comments;
  if (p->layout != SG_LAYOUT_FREE || p->comment == comments->count) return;
  const sg_comment *next = &comments->items[p->comment];
  if (next->own_line || next->start >= end) return;
  sg_printer_puts(p, "  ");
  put_comment(p);
}

/* An empty line where the source has at least one between what was printed last and `start`. */
static void keep_blank_line(sg_printer *p, uint32_t start) {
  uint32_t newlines = 0;
  for (uint32_t at = p->seen; at < start && newlines < 2; at++)
    newlines += p->source->text[at] == '\n';
  if (newlines == 2) sg_buffer_putc(p->out, '\n');
}

void sg_printer_comments(sg_printer *p, uint32_t end) {
  const sg_comments *comments = &p->program->comments;
  if (p->layout != SG_LAYOUT_FREE) return;
  while (p->comment < comments->count && comments->items[p->comment].start < end) {
    keep_blank_line(p, comments->items[p->comment].start);
    if (p->out->count > p->start) sg_printer_newline(p);
    put_comment(p);
  }
}

sg_trial sg_printer_try(sg_printer *p, void (*print)(sg_printer *p, const sg_ast *ast),
                        const sg_ast *ast) {
  uint32_t count = p->out->count, column = p->column, links = p->links.count;
  p->layout = SG_LAYOUT_TRIAL;
  p->trial = SG_TRIAL_FITS;
  print(p, ast);
  p->layout = SG_LAYOUT_FREE;
  if (p->trial == SG_TRIAL_FITS) return SG_TRIAL_FITS;
  p->out->count = count;
  p->column = column;
  p->links.count = links;
  return p->trial;
}

void sg_print_statements(sg_printer *p, const sg_ast *block, uint32_t end) {
  for (uint32_t i = 0; i < block->count && !sg_printer_stopped(p); i++) {
    const sg_ast *statement = block->items[i];
    uint32_t next = i + 1 < block->count ? block->items[i + 1]->span.start : end;
    sg_printer_comments(p, statement->span.start);
    keep_blank_line(p, statement->span.start);
    if (p->out->count > p->start) sg_printer_newline(p);
    sg_print_statement(p, statement);
    see(p, statement->span.end);
    sg_printer_trailing(p, next);
  }
  sg_printer_comments(p, end);
}

bool sg_print_program(sg_buffer *out, const sg_program *program) {
  sg_printer p = {.program = program,
                  .source = program->source,
                  .out = out,
                  .seen = UINT32_MAX,
                  .start = out->count};
  sg_memory *memory = out->memory;
  sg_print_statements(&p, program->block, UINT32_MAX);
  if (out->count > p.start) sg_buffer_putc(out, '\n');
  SG_RELEASE(memory, &p.links);
  return !out->failed;
}
