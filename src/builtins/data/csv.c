/* sgrad: comma-separated values: cells, and the table of the builtins. */
#include "builtins/data/csv.h"

#include "base/utf8.h"
#include "builtins/builtins.h"

#include <stdarg.h>
#include <stdio.h>

bool sg_csv_fail(sg_csv *csv, uint32_t line, uint32_t column, const char *format, ...) {
  char message[SG_MESSAGE_SIZE];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return sg_vm_fail(csv->file.vm, "%s:%u:%u: %s", csv->file.path, line, column, message);
}

static void restart(sg_csv *csv) {
  csv->at = 0;
  csv->in_row = csv->after_cr = false;
  csv->line = csv->column = 1;
}

/* Reads the first chunk, past a byte order mark. */
static bool start(sg_csv *csv) {
  restart(csv);
  if (!sg_infile_next(&csv->file)) return false;
  if (csv->file.count >= 3 && memcmp(csv->file.text, "\xEF\xBB\xBF", 3) == 0) csv->at = 3;
  return true;
}

bool sg_csv_open(sg_csv *csv, sg_vm *vm, const char *path, char separator) {
  sg_buffer_init(&csv->cell, vm->memory);
  csv->separator = separator;
  memset(csv->stop, 0, sizeof csv->stop);
  csv->stop[(unsigned char)separator] = true;
  csv->stop['\n'] = csv->stop['\r'] = csv->stop['\0'] = true;
  for (int byte = 0x80; byte < 0x100; byte++) csv->stop[byte] = true;
  return sg_infile_open(&csv->file, vm, path) && start(csv);
}

bool sg_csv_rewind(sg_csv *csv) { return sg_infile_rewind(&csv->file) && start(csv); }

void sg_csv_close(sg_csv *csv) {
  sg_infile_close(&csv->file);
  sg_buffer_clear(&csv->cell);
}

/* Whether there is a byte to look at; reads on at a chunk's end. `*ok` is false after an error. */
static bool has_byte(sg_csv *csv, bool *ok) {
  if (csv->at < csv->file.count) return true;
  *ok = sg_infile_next(&csv->file);
  csv->at = 0;
  return *ok && csv->file.count;
}

static char peek(const sg_csv *csv) { return csv->file.text[csv->at]; }

static void new_line(sg_csv *csv) {
  csv->line++;
  csv->column = 1;
}

/* Goes past newlines before a row. */
static bool skip_empty_lines(sg_csv *csv) {
  bool ok = true;
  while (has_byte(csv, &ok) && (peek(csv) == '\n' || peek(csv) == '\r')) {
    char c = peek(csv);
    if (c == '\r' || !csv->after_cr) new_line(csv);
    csv->after_cr = c == '\r';
    csv->at++;
  }
  csv->after_cr = false;
  return ok;
}

/* Reads the separator, newline or end behind a cell. */
static bool end_cell(sg_csv *csv, sg_csv_cell *cell) {
  bool ok = true;
  cell->last = true;
  csv->in_row = false;
  if (!has_byte(csv, &ok)) return ok;
  char c = peek(csv);
  if (c == csv->separator) {
    cell->last = false;
    csv->in_row = true;
    csv->column++;
  } else if (c == '\n' || c == '\r') {
    csv->after_cr = c == '\r';
    new_line(csv);
  } else {
    return sg_csv_fail(csv, csv->line, csv->column, "text behind a closing quote");
  }
  csv->at++;
  return true;
}

/* Takes what lies between `from` and the place into the cell's buffer. */
static bool take(sg_csv *csv, size_t from) {
  sg_buffer_add(&csv->cell, csv->file.text + from, csv->at - from);
  return !csv->cell.failed || sg_vm_fail_memory(csv->file.vm);
}

/* Goes to the end of an unquoted cell or of the chunk, counting code points. */
static bool scan_plain(sg_csv *csv, bool *ascii) {
  const char *text = csv->file.text;
  size_t start = csv->at;
  size_t within = 0; /* bytes that continue a code point */
  for (;; csv->at++) {
    while (csv->at < csv->file.count && !csv->stop[(unsigned char)text[csv->at]]) csv->at++;
    if (csv->at == csv->file.count || !((unsigned char)text[csv->at] & 0x80)) break;
    within += ((unsigned char)text[csv->at] & 0xC0) == 0x80;
    *ascii = false;
  }
  csv->column += (uint32_t)(csv->at - start - within);
  if (csv->at < csv->file.count && text[csv->at] == '\0')
    return sg_csv_fail(csv, csv->line, csv->column, "a zero byte: this is not text");
  return true;
}

static bool read_plain(sg_csv *csv, sg_csv_cell *cell, bool *ascii) {
  bool ok = true;
  size_t from = csv->at;
  for (;;) {
    if (!scan_plain(csv, ascii)) return false;
    if (csv->at < csv->file.count) break;
    if (!take(csv, from)) return false;
    from = 0;
    if (!has_byte(csv, &ok)) break;
  }
  if (!ok) return false;
  if (csv->cell.count) {
    if (!take(csv, from)) return false;
    cell->text = csv->cell.items;
    cell->bytes = csv->cell.count;
  } else {
    cell->text = csv->file.text + from;
    cell->bytes = csv->at - from;
  }
  return end_cell(csv, cell);
}

/* One byte inside quotes. */
static bool take_quoted(sg_csv *csv) {
  char c = peek(csv);
  sg_buffer_putc(&csv->cell, c);
  csv->at++;
  if (c == '\n')
    new_line(csv);
  else
    csv->column += ((unsigned char)c & 0xC0) != 0x80;
  return !csv->cell.failed || sg_vm_fail_memory(csv->file.vm);
}

static bool read_quoted(sg_csv *csv, sg_csv_cell *cell) {
  bool ok = true;
  cell->quoted = true;
  for (;;) {
    csv->at++;
    csv->column++;
    while (has_byte(csv, &ok) && peek(csv) != '"')
      if (!take_quoted(csv)) return false;
    if (!ok) return false;
    if (csv->at == csv->file.count)
      return sg_csv_fail(csv, cell->line, cell->column, "this quote is never closed");
    csv->at++;
    csv->column++;
    if (!has_byte(csv, &ok) || peek(csv) != '"') break;
    sg_buffer_putc(&csv->cell, '"');
  }
  if (!ok) return false;
  return end_cell(csv, cell);
}

bool sg_csv_next(sg_csv *csv, sg_csv_cell *cell) {
  bool ok = true;
  bool ascii = true;
  *cell = (sg_csv_cell){.text = NULL};
  if (!csv->in_row && !skip_empty_lines(csv)) return false;
  bool more = has_byte(csv, &ok);
  if (!ok || (!more && !csv->in_row)) return ok;
  csv->cell.count = 0;
  cell->line = csv->line;
  cell->column = csv->column;
  if (more && peek(csv) == '"') {
    if (!read_quoted(csv, cell)) return false;
    if (csv->cell.failed) return sg_vm_fail_memory(csv->file.vm);
    cell->text = csv->cell.count ? csv->cell.items : "";
    cell->bytes = csv->cell.count;
    ascii = false;
  } else if (!read_plain(csv, cell, &ascii)) {
    return false;
  }
  if (!cell->text) cell->text = "";
  if (!ascii && sg_utf8_check(cell->text, cell->bytes) != cell->bytes)
    return sg_csv_fail(csv, cell->line, cell->column, "this is not UTF-8 text");
  return true;
}

bool sg_csv_is_blank(const char *text, size_t bytes) {
  for (size_t i = 0; i < bytes; i++)
    if (text[i] != ' ' && text[i] != '\t') return false;
  return true;
}

/* Up to 15 digits with a point among them: digits and power of ten are exact, so one division
 * rounds correctly (Clinger, 1990). False: something else. */
static bool read_short(const char *text, size_t bytes, double *x) {
  static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  bool negative = bytes && *text == '-';
  uint64_t digits = 0;
  size_t count = 0;
  size_t point = SIZE_MAX;
  if (bytes > 17) return false;
  for (size_t i = negative; i < bytes; i++) {
    if (text[i] == '.' && point == SIZE_MAX) {
      point = count;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return false;
    digits = digits * 10 + (uint64_t)(text[i] - '0');
    count++;
  }
  if (!count || count > 15) return false;
  double value = (double)digits / powers[point == SIZE_MAX ? 0 : count - point];
  *x = negative ? -value : value;
  return true;
}

bool sg_csv_number(const char *text, size_t bytes, double *x) {
  if (read_short(text, bytes, x)) return true;
  if (sg_number_parse(text, bytes, x)) {
    *x = sg_as_double(sg_number_from_file(*x));
    return true;
  }
  *x = __builtin_nan("");
  return sg_csv_is_blank(text, bytes);
}

const sg_builtin sg_csv_builtins[] = {
    {.name = "read_csv",
     .parameters = "path, header=none, label=none, sep=\",\"",
     .run = sg_run_read_csv,
     .doc =
         "Reads a file of comma-separated values, gzipped or not, as a record of columns in file "
         "order: lists of constants where every cell is a number, nan, inf or empty (nan), else "
         "of strings; a quoted cell is a string. The first line is a header when no cell of it "
         "is a number, unless `header=` says; without one the columns are c0, c1, ... With "
         "`label=` the name of a column, it gives `xs, ys`: the other columns as samples, that "
         "one as targets, text as class indices in sorted order. Errors name file, line and "
         "column.",
     .example = "write_csv(\"t.csv\", {x: [1, 2]}); read_csv(\"t.csv\")  # {x: [1, 2]}",
     .topic = "tables"},
    {.name = "write_csv",
     .parameters = "path, columns, sep=\",\"",
     .run = sg_run_write_csv,
     .doc = "Writes a record of columns - lists of equal length, each all numbers or all strings - "
            "so that read_csv reads it back equal; gzipped when the name ends in .gz. The old file "
            "stays until the new one is whole.",
     .example = "write_csv(\"t.csv\", {x: [1, 2], name: [\"a\", \"b\"]})  # none",
     .topic = "tables"},
    {.name = NULL},
};
