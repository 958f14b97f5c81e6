/* sgrad: source texts, places in them, and errors.
 *
 * An error is plain data with room of its own, so that failing needs no memory. The first failure
 * wins: sg_fail on an error that is already set changes nothing. One function prints.
 */
#ifndef SG_BASE_ERROR_H
#define SG_BASE_ERROR_H

#include "base/buffer.h"
#include "base/interrupt.h"

typedef enum sg_status {
  SG_OK,
  SG_ERROR,       /* a mistake in the program or its data */
  SG_INCOMPLETE,  /* the text ends inside a statement: more input may complete it */
  SG_NO_MEMORY,   /* the allocator said no */
  SG_INTERRUPTED, /* sg_interrupted was seen */
  SG_EXIT         /* the program called exit(n) */
} sg_status;

/* A range of bytes in a source: [start, end). */
typedef struct sg_span {
  uint32_t start;
  uint32_t end;
} sg_span;

/* A text that was read as a program. Shared by counting: functions keep the text they came from. */
typedef struct sg_source {
  sg_memory *memory;
  char *name; /* as errors show it: a path, "<stdin>", "<prompt>" */
  char *text; /* `length` bytes, then a zero */
  uint32_t length;
  uint32_t holders;
  uint32_t *line_starts; /* byte offset of each line; owned */
  uint32_t line_count;
} sg_source;

/* Copies both; NULL when out of memory or `length` passes 2^32 - 2. The caller holds it once. */
sg_source *sg_source_new(sg_memory *memory, const char *name, const char *text, size_t length);
sg_source *sg_source_retain(sg_source *source);
void sg_source_release(sg_source *source); /* frees with the last holder; NULL is fine */
/* Line and column from 1; the column counts code points. */
void sg_source_place(const sg_source *source, uint32_t offset, uint32_t *line, uint32_t *column);

enum { SG_MESSAGE_SIZE = 512, SG_TRACE_SIZE = 20 };

typedef struct sg_trace_entry {
  const sg_source *source; /* not held */
  sg_span span;            /* of the call */
  char function[48];       /* the one that the call stands in, shortened; "" at top level */
} sg_trace_entry;

typedef struct sg_error {
  sg_status status;        /* SG_OK: no error */
  bool settled;            /* a later failure was ignored, so the notes to it are too */
  const sg_source *source; /* where `span` lies; NULL: no place to show. Not held. */
  sg_span span;
  char message[SG_MESSAGE_SIZE];  /* UTF-8, one line, escaped, cut with "..." at a code point */
  char note[2 * SG_MESSAGE_SIZE]; /* may hold several lines, each printed as a note; "" for none */
  int exit_code;                  /* for SG_EXIT */
  bool unwound;                   /* a call has been left: the next places are calls on the way */
  uint32_t trace_count; /* calls passed through in all; the first half and the last half */
  sg_trace_entry trace[SG_TRACE_SIZE]; /* of SG_TRACE_SIZE are kept, innermost first */
} sg_error;

void sg_error_clear(sg_error *error);
/* Sets status SG_ERROR, the span and the message unless an error is set already. Returns false. */
__attribute__((format(printf, 3, 4))) bool sg_fail(sg_error *error, sg_span span,
                                                   const char *format, ...);
/* Adds a line of advice to the error just made. Returns false. */
__attribute__((format(printf, 2, 3))) bool sg_note(sg_error *error, const char *format, ...);
/* SG_NO_MEMORY, "out of memory"; after Ctrl-C sg_fail_interrupt, since what cannot tell the two
 * apart gives up in the same way (base/memory.h). Returns false. */
bool sg_fail_memory(sg_error *error);
bool sg_fail_interrupt(sg_error *error); /* SG_INTERRUPTED, "interrupted". Returns false. */
/* Adds a call to the trace. */
void sg_error_trace(sg_error *error, const sg_source *source, sg_span span, const char *function);

/* FILE:LINE:COL: error: MESSAGE, the source line (cut to a screen around the place), the caret
 * line, notes, trace. These two alone print errors. `color`: with SGR escapes. */
void sg_error_print(sg_buffer *out, const sg_error *error, bool color);

/* A line of a terminal, right above the one that is to be written. */
typedef struct sg_error_row {
  const char *text; /* not zero-terminated; NULL: none */
  size_t bytes;
  int margin;  /* columns before the text */
  int columns; /* of the terminal */
  bool color;
} sg_error_row;

/* The same below a row that shows the source: the caret line, error: MESSAGE, notes, trace; what is
 * longer than a row is broken between words. False, and nothing is appended: the error is not in
 * that text, or a terminal does not show it as it is in one row. */
bool sg_error_print_under(sg_buffer *out, const sg_error *error, const sg_error_row *row);

/* The nearest of the names that `next` yields (NULL ends) to a misspelt one, or NULL when none is
 * near: Damerau-Levenshtein distance at most a third of the length, case ignored; ties to a name of
 * the same length, then to the first. */
const char *sg_nearest_name(const char *name, const char *(*next)(void *context), void *context);

#endif
