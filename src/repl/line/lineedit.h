/* sgrad: a line from the person at the keyboard. GNU Readline lives in this folder and in
 * repl/assist/assist.c alone; where it is not there, or there is no terminal, lines are read as
 * they come. */
#ifndef SG_REPL_LINE_LINEEDIT_H
#define SG_REPL_LINE_LINEEDIT_H

#include "base/style.h"
#include "repl/console.h"
#include "repl/line/history.h"

typedef enum sg_line {
  SG_LINE_READ,
  SG_LINE_END, /* Ctrl-D on an empty line, or the end of the input; on a new line of the screen */
  SG_LINE_DROPPED, /* Ctrl-C */
  SG_LINE_NO_MEMORY
} sg_line;

typedef struct sg_lineedit {
  sg_console *console; /* not owned */
  sg_history history;  /* its file; its entries are Readline's */
  bool editing;        /* by Readline */
  bool color;          /* prompts may carry styles; the caller's to set */
  bool dropped;        /* Ctrl-C came while the line was read */
  bool ended;          /* the terminal has gone */
  int drops;           /* how often the line editor was told that the line is dropped */
  bool pasting;        /* between the brackets of a paste */
  int bracket;         /* bytes of the next such bracket that have come */
  int signals;         /* descriptor by which signals come while a line is read */
  int prompt_columns;  /* of the latest prompt */
} sg_lineedit;

/* At most one at a time: the terminal is one. Says when the history cannot be kept. */
void sg_lineedit_init(sg_lineedit *edit, sg_console *console, sg_memory *memory);
void sg_lineedit_clear(sg_lineedit *edit);

/* Shows the prompt, which is ASCII, in its style and appends a line, without its end, to `line`.
 * What is pasted between brackets is one line, whatever newlines it has. */
sg_line sg_lineedit_read(sg_lineedit *edit, const char *prompt, sg_style style, sg_buffer *line);
/* More has been typed or pasted already. False where lines are not edited. */
bool sg_lineedit_has_more(const sg_lineedit *edit);
/* Columns of the terminal; 0 where lines are not edited. */
int sg_lineedit_columns(const sg_lineedit *edit);
/* Adds an entry, of one line or more, to the history and its file: without the blanks around it,
 * and unless it is the latest one already. */
void sg_lineedit_remember(sg_lineedit *edit, const char *text);
/* The entries of the history, the oldest first. An entry is valid until the next is added. */
size_t sg_lineedit_count(const sg_lineedit *edit);
const char *sg_lineedit_entry(const sg_lineedit *edit, size_t index); /* index < count */

#endif
