/* sgrad: Markdown's tables as columns of text. */
#include "view/markdown.h"

#include <string.h>

enum { COLUMNS = 8, GAP = 2, NARROWEST = 12 };

/* A line's cells, their blanks trimmed. Further columns are left out. */
typedef struct row {
  const char *start[COLUMNS];
  size_t bytes[COLUMNS];
  size_t count;
} row;

typedef struct table {
  const sg_page *page;
  size_t width[COLUMNS];
  size_t columns;
} table;

static void add_cell(row *cells, const char *start, const char *end) {
  if (cells->count == COLUMNS) return;
  while (start < end && *start == ' ') start++;
  while (end > start && end[-1] == ' ') end--;
  cells->start[cells->count] = start;
  cells->bytes[cells->count++] = (size_t)(end - start);
}

/* Reads "| a | b |" and returns what stands behind the line. */
static const char *read_row(const char *text, const char *end, row *cells) {
  *cells = (row){.count = 0};
  const char *start = text + 1;
  for (text++; text < end && *text != '\n'; text++) {
    if (*text != '|' || text[-1] == '\\') continue;
    add_cell(cells, start, text);
    start = text + 1;
  }
  return text < end ? text + 1 : end;
}

/* "| --- | --- |" */
static bool is_rule(const row *cells) {
  return cells->count > 0 && strspn(cells->start[0], "-:") == cells->bytes[0] &&
         cells->bytes[0] > 0;
}

static void widen(table *t, sg_buffer *scratch, const row *cells) {
  for (size_t i = 0; i < cells->count; i++) {
    scratch->count = 0;
    sg_prose_read(t->page, scratch, cells->start[i], cells->bytes[i]);
    sg_prose cell = sg_prose_of(scratch);
    size_t width = sg_prose_width(&cell);
    if (width > t->width[i]) t->width[i] = width;
  }
  if (cells->count > t->columns) t->columns = cells->count;
}

static size_t add_up(const table *t) {
  size_t all = SG_PAGE_INDENT;
  for (size_t i = 0; i < t->columns; i++) all += t->width[i] + (i > 0 ? GAP : 0);
  return all;
}

/* Takes from the widest column until the table fits. */
static void narrow(table *t) {
  while (add_up(t) > t->page->columns) {
    size_t widest = 0;
    for (size_t i = 1; i < t->columns; i++)
      if (t->width[i] > t->width[widest]) widest = i;
    if (t->width[widest] <= NARROWEST) return;
    t->width[widest]--;
  }
}

/* One line of the screen: what is left of each cell, as far as it fits. False: nothing was. */
static bool put_line(const table *t, sg_prose *rest, size_t count) {
  bool any = false;
  for (size_t i = 0; i < count; i++) any |= rest[i].bytes > 0;
  if (!any) return false;
  size_t owed = SG_PAGE_INDENT; /* blanks to stand before the next cell's text */
  for (size_t i = 0; i < count; i++) {
    sg_prose line;
    bool some = sg_prose_take(&rest[i], t->width[i], &line);
    if (some) {
      sg_buffer_pad(t->page->out, ' ', owed);
      sg_prose_put(t->page, &line);
      owed = 0;
    }
    owed += t->width[i] - (some ? sg_prose_width(&line) : 0) + GAP;
  }
  sg_buffer_putc(t->page->out, '\n');
  return true;
}

/* A head that names the first column alone says nothing that the rows do not. */
static bool is_idle(const row *head) {
  for (size_t i = 1; i < head->count; i++)
    if (head->bytes[i] > 0) return false;
  return true;
}

static void put_row(const table *t, const row *cells, sg_style style) {
  sg_buffer read[COLUMNS];
  sg_prose rest[COLUMNS];
  bool failed = false;
  for (size_t i = 0; i < cells->count; i++) {
    sg_buffer_init(&read[i], t->page->out->memory);
    sg_prose_read(t->page, &read[i], cells->start[i], cells->bytes[i]);
    rest[i] = sg_prose_of(&read[i]);
    rest[i].style = style;
    failed |= read[i].failed;
  }
  while (!failed && put_line(t, rest, cells->count)) continue;
  t->page->out->failed |= failed;
  for (size_t i = 0; i < cells->count; i++) sg_buffer_clear(&read[i]);
}

void sg_page_table(const sg_page *page, const char *text, size_t bytes) {
  table t = {.page = page};
  const char *end = text + bytes;
  sg_buffer scratch;
  sg_buffer_init(&scratch, page->out->memory);
  row cells;
  for (const char *at = text; at < end;) {
    at = read_row(at, end, &cells);
    if (!is_rule(&cells)) widen(&t, &scratch, &cells);
  }
  page->out->failed |= scratch.failed;
  sg_buffer_clear(&scratch);
  narrow(&t);
  const char *at = read_row(text, end, &cells);
  if (!is_idle(&cells)) put_row(&t, &cells, SG_STYLE_BOLD);
  while (at < end) {
    at = read_row(at, end, &cells);
    if (!is_rule(&cells)) put_row(&t, &cells, SG_STYLE_PLAIN);
  }
}
