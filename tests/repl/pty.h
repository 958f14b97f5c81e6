/* sgrad tests: the program in a terminal of its own, driven as by a person at the keyboard. */
#ifndef TESTS_REPL_PTY_H
#define TESTS_REPL_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct pty {
  pid_t child;
  int terminal;       /* our side of it */
  char screen[65536]; /* what has been shown, escape sequences left out; zero-terminated */
  size_t shown;
  size_t seen; /* up to here what pty_wait has looked for was found */
  bool escape; /* inside an escape sequence */
} pty;

#define CTRL_C "\x03"
#define CTRL_D "\x04"
#define UP "\x1b[A"

/* False where the system gives out no pseudo-terminals: a bare chroot. */
bool pty_is_available(void);
/* Starts the program with these words behind its name (NULL ends) in a terminal of 24 by 80.
 * `home` is its HOME; a word that begins with a capital is NAME=VALUE of its environment. */
void pty_open(pty *t, const char *home, const char *const *words);
void pty_type(pty *t, const char *keys);
/* Waits until the text stands on the screen behind what was found last. False: it does not come. */
bool pty_wait(pty *t, const char *text);
/* Waits until the program has left. Its exit status; 128 + n for signal n; -1: it does not leave.
 */
int pty_close(pty *t);

/* Types a line, and waits for an answer. */
#define pty_expect(t, line, answer)                                                                \
  do {                                                                                             \
    pty_type((t), line "\r");                                                                      \
    ck_assert_msg(pty_wait((t), answer), "after '%s' no '%s' on:\n%s", line, answer, (t)->screen); \
  } while (0)

#endif
