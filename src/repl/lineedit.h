/* sgrad: a line from the person at the keyboard. GNU Readline lives in lineedit.c alone, and where
 * it is not there, or there is no terminal, lines are read as they come. */
#ifndef SG_REPL_LINEEDIT_H
#define SG_REPL_LINEEDIT_H

#include "repl/console.h"

typedef enum sg_line {
  SG_LINE_READ,
  SG_LINE_END,     /* Ctrl-D on an empty line, or the end of the input */
  SG_LINE_DROPPED, /* Ctrl-C */
  SG_LINE_NO_MEMORY
} sg_line;

typedef struct sg_lineedit {
  sg_console *console; /* not owned */
  sg_buffer history;   /* path of the history file; empty: none */
  bool editing;        /* by Readline */
  bool dropped;        /* Ctrl-C came while the line was read */
  int signals;         /* descriptor by which signals come while a line is read */
} sg_lineedit;

/* At most one at a time: the terminal is one. */
void sg_lineedit_init(sg_lineedit *edit, sg_console *console, sg_memory *memory);
void sg_lineedit_clear(sg_lineedit *edit);

/* Shows the prompt and appends a line, without its end, to `line`. */
sg_line sg_lineedit_read(sg_lineedit *edit, const char *prompt, sg_buffer *line);
/* Adds an entry, of one line or more, to the history and its file. */
void sg_lineedit_remember(sg_lineedit *edit, const char *text);
/* The entries of the history, the oldest first. An entry is valid until the next is added. */
size_t sg_lineedit_count(const sg_lineedit *edit);
const char *sg_lineedit_entry(const sg_lineedit *edit, size_t index); /* index < count */

#endif
