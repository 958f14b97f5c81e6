/* sgrad: comma-separated values: RFC 4180, with any newline (LF, CRLF, CR) and a byte order mark
 * skipped; lines with nothing in them are passed over. Bytes are validated: UTF-8, and no zero byte
 * outside quotes.
 */
#ifndef SG_BUILTINS_DATA_CSV_H
#define SG_BUILTINS_DATA_CSV_H

#include "builtins/data/infile.h"
#include "runtime/builtin.h"

typedef struct sg_csv_cell {
  const char *text; /* `bytes` long, not zero-terminated; valid until the next cell is read */
  size_t bytes;
  bool quoted;
  bool last;       /* of its row */
  uint32_t line;   /* where it begins, from 1 */
  uint32_t column; /* in code points, from 1 */
} sg_csv_cell;

typedef struct sg_csv {
  sg_infile file;
  size_t at; /* in the file's chunk */
  char separator;
  bool stop[256]; /* bytes that end or interrupt an unquoted cell's plain run */
  bool in_row;    /* behind a separator: one more cell follows, perhaps empty */
  bool after_cr;  /* a line feed here belongs to the newline before it */
  uint32_t line;
  uint32_t column;
  sg_buffer cell; /* of a cell that is not in one piece in the chunk */
} sg_csv;

/* False: error set; close it all the
 * same. */
bool sg_csv_open(sg_csv *csv, sg_vm *vm, const char *path, char separator);
bool sg_csv_rewind(sg_csv *csv);
/* The next cell; text is NULL at the end. False: error set. */
bool sg_csv_next(sg_csv *csv, sg_csv_cell *cell);
void sg_csv_close(sg_csv *csv);
/* "FILE:LINE:COLUMN: message". Always false. */
__attribute__((format(printf, 4, 5))) bool sg_csv_fail(sg_csv *csv, uint32_t line, uint32_t column,
                                                       const char *format, ...);

/* Whether an unquoted cell reads as a number: a number, nan, inf or blank (nan). */
bool sg_csv_number(const char *text, size_t bytes, double *x);
bool sg_csv_is_blank(const char *text, size_t bytes);

/* The argument `sep`: one of , ; : | blank and tab; a comma when not given. */
bool sg_need_separator(sg_vm *vm, const sg_call *call, uint32_t i, char *out);

/* read_csv of csv_read.c, write_csv of csv_write.c. */
sg_builtin_run sg_run_read_csv;
sg_builtin_run sg_run_write_csv;

#endif
