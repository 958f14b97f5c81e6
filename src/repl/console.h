/* sgrad: the process's standard streams.
 *
 * Invariant: what was written before a report or a question is on the screen before it. The first
 * failure to write is kept, and nothing is written after it. A write that Ctrl-C breaks off keeps
 * what it can for later: no reader that has stopped reading can hold the session.
 */
#ifndef SG_REPL_CONSOLE_H
#define SG_REPL_CONSOLE_H

#include "base/buffer.h"

typedef enum sg_when { SG_WHEN_AUTO, SG_WHEN_ALWAYS, SG_WHEN_NEVER } sg_when;
extern const char *const sg_when_words[]; /* by sg_when; NULL ends */

enum { SG_CONSOLE_SIZE = 1 << 14 };

typedef struct sg_console {
  sg_buffer input; /* bytes read from standard input and not given out yet, from `taken` on */
  uint32_t taken;
  bool ended;       /* standard input has */
  bool is_terminal; /* standard output is: lines appear when they are ended */
  bool is_unicode;  /* the locale said UTF-8 at the start, and the terminal is not a dumb one */
  bool midline;     /* what was written last did not end a line */
  bool has_status;  /* a line is shown that the next output takes the place of */
  bool disturbed;   /* something was written or read since its owner set this to false */
  int write_errno;  /* of the first write that failed; 0: none has */
  size_t waiting;   /* bytes of `output` to be written */
  char output[SG_CONSOLE_SIZE];
} sg_console;

/* Makes sure that descriptors 0 to 2 are taken, so that no file opened later becomes one of them.
 */
void sg_console_init(sg_console *console, sg_memory *memory);
void sg_console_clear(sg_console *console);

/* To standard output, buffered. False: it cannot be written. The callbacks of sg_host. */
bool sg_console_write(void *console, const char *text, size_t bytes);
/* Shows a line in place of the one before, until anything else is written: text without escapes
 * that fits in fewer columns than there are. No bytes: takes it away; NULL: leaves it. Returns how
 * many columns the terminal has; 0: standard output is none, or one that cannot do it. */
size_t sg_console_status(sg_console *console, const char *text, size_t bytes);
/* The next line of standard input without its end; false at the end, after Ctrl-C, or when out of
 * memory. Writes out what is buffered first. */
bool sg_console_read(void *console, const char **line, size_t *bytes);
/* All that is left of standard input. 0 or an errno, as sg_file_read. */
int sg_console_read_all(sg_console *console, sg_buffer *out);
/* For a line editor, which reads keys instead of lines. Takes a byte that was read and not given
 * out; false: there is none. */
bool sg_console_take_key(sg_console *console, unsigned char *key);
/* Reads what is there: one key, or a whole chunk where much is waiting, as of a paste. False: the
 * input has ended or failed. Never waits when there is something. */
bool sg_console_read_keys(sg_console *console);
bool sg_console_has_keys(const sg_console *console); /* more was typed or pasted already */
/* What was read of keys and not taken: forgotten, or kept as lines for sg_console_read. */
void sg_console_drop_keys(sg_console *console);
void sg_console_keep_keys(sg_console *console);
/* To standard error, behind what was written. */
void sg_console_report(sg_console *console, const char *text);
void sg_console_flush(sg_console *console);
/* Writes out and closes standard output. False: something could not be written: write_errno. */
bool sg_console_close(sg_console *console);
/* Whether to colour what goes to a descriptor: `when` it is AUTO, only on a terminal that can, as
 * NO_COLOR, CLICOLOR_FORCE and TERM=dumb say. */
bool sg_console_color(sg_when when, int descriptor);
/* How wide the terminal at standard output is; 80 where there is none. */
size_t sg_console_columns(void);
/* The same for its lines; 24 where there is none. */
size_t sg_console_rows(void);
/* Whether colours, where there are any, are those of xterm's 256. */
bool sg_console_has_256_colors(void);

#endif
