/* sgrad: what the files of the line editor share. Readline is one for the whole process, and its
 * callbacks carry no context: each of these files keeps whose line is being read. */
#ifndef SG_REPL_LINE_PARTS_H
#define SG_REPL_LINE_PARTS_H

#include "repl/line/lineedit.h"

#include <stdio.h>

/* keys.c: keys and signals. Between these two Readline gets its keys from there, and
 * signals come by a descriptor beside the keys: none is missed, and nothing jumps out of a handler.
 * False: there is no such descriptor. */
bool sg_lineedit_begin_keys(sg_lineedit *edit);
void sg_lineedit_end_keys(sg_lineedit *edit);
int sg_lineedit_get_key(FILE *stream); /* rl_getc_function */
int sg_lineedit_await_key(void);       /* rl_input_available_hook */
/* Ctrl-C as a key: takes the line back, on the screen too. After the person's inputrc was read. */
void sg_lineedit_bind_drop(void);

/* block.c: lines of several lines: keys that move within them, which elsewhere do what
 * they did (Up and Down, Home and End), and how they are shown. After the person's inputrc was
 * read. */
void sg_lineedit_bind_block(const sg_lineedit *edit);

#endif
