/* sgrad tests: the program in a terminal of its own, driven as by a person at the keyboard. */
#ifndef TESTS_REPL_PTY_H
#define TESTS_REPL_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct pty {
  pid_t child;
  int terminal;         /* our side of it */
  char screen[1 << 18]; /* what has been shown, escape sequences left out; zero-terminated */
  size_t shown;
  size_t seen; /* up to here what pty_wait has looked for was found */
  bool escape; /* inside an escape sequence */
} pty;

#define CTRL_C "\x03"
#define CTRL_D "\x04"
#define CTRL_R "\x12"
#define CTRL_V "\x16"
#define CTRL_Z "\x1a"
#define ESCAPE "\x1b"
#define UP "\x1b[A"
#define DOWN "\x1b[B"
#define LEFT "\x1b[D"
#define HOME "\x1b[H"
#define END "\x1b[F"

/* False where the system gives out no pseudo-terminals: a bare chroot. */
bool pty_is_available(void);
/* The same, and the program was built with Readline: lines are edited, kept and completed. */
bool pty_edits_lines(void);
/* Starts the program in a terminal of 24 by 80. `words` stand behind its name, or, like
 * "TERM=dumb", in its environment; NULL ends. `home` is its HOME; NULL: it has none, and no
 * history. */
void pty_open(pty *t, const char *home, const char *const *words);
void pty_type(pty *t, const char *keys);
void pty_paste(pty *t, const char *text); /* as a terminal that brackets what is pasted */
void pty_resize(pty *t, unsigned short rows, unsigned short columns);
/* Closes our side of the terminal: the line is hung up. */
void pty_hang_up(pty *t);
/* Whether the terminal shows what is typed and cuts it into lines, as it does for any program. */
bool pty_is_sane(const pty *t);
/* Waits until the text stands on the screen behind what was found last. False: it does not come. */
bool pty_wait(pty *t, const char *text);
/* The end of what is on the screen, for messages. */
const char *pty_tail(const pty *t);
/* Waits until the program has left. Its exit status; 128 + n for signal n; -1: it does not leave.
 */
int pty_close(pty *t);

#define pty_await(t, text) ck_assert_msg(pty_wait((t), text), "no '%s' on:\n%s", text, pty_tail(t))
/* Types a line, and waits for an answer. */
#define pty_expect(t, line, answer)                                                                \
  do {                                                                                             \
    pty_type((t), line "\r");                                                                      \
    ck_assert_msg(pty_wait((t), answer), "after '%s' no '%s' on:\n%s", line, answer, pty_tail(t)); \
  } while (0)

#endif
