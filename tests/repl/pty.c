/* sgrad tests: the program in a terminal of its own. */
#include "pty.h"

#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { WORDS = 16, PATIENCE = 20 /* seconds */, TAIL = 1500 };

static void set_environment(const char *home) {
  if (home != NULL) setenv("HOME", home, 1);
  if (home != NULL) unsetenv("SGRAD_HISTORY");
  if (home == NULL) setenv("SGRAD_HISTORY", "", 1);
  setenv("TERM", "xterm", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("INPUTRC", "/dev/null", 1);
  unsetenv("XDG_CONFIG_HOME");
  unsetenv("XDG_STATE_HOME");
}

_Noreturn static void become(const char *home, const char *const *words) {
  char *argv[WORDS] = {(char *)(size_t)SGRAD_PROGRAM};
  int count = 1;
  set_environment(home);
  for (int i = 0; words[i] != NULL && count < WORDS - 1; i++) {
    char *word = (char *)(size_t)words[i];
    if (*word >= 'A' && *word <= 'Z')
      putenv(word);
    else
      argv[count++] = word;
  }
  execv(argv[0], argv);
  _exit(127);
}

bool pty_is_available(void) {
  int ours, theirs;
  if (openpty(&ours, &theirs, NULL, NULL, NULL) != 0) return false;
  close(ours);
  close(theirs);
  return true;
}

bool pty_edits_lines(void) {
#ifdef HAVE_READLINE
  return pty_is_available();
#else
  return false;
#endif
}

void pty_open(pty *t, const char *home, const char *const *words) {
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  memset(t, 0, sizeof *t);
  t->child = forkpty(&t->terminal, NULL, NULL, &size);
  if (t->child == 0) become(home, words);
}

void pty_resize(pty *t, unsigned short rows, unsigned short columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  ioctl(t->terminal, TIOCSWINSZ, &size);
}

void pty_hang_up(pty *t) {
  close(t->terminal);
  t->terminal = -1;
}

bool pty_is_sane(const pty *t) {
  struct termios modes;
  return tcgetattr(t->terminal, &modes) == 0 && (modes.c_lflag & ICANON) != 0 &&
         (modes.c_lflag & ECHO) != 0;
}

/* Leaves out CSI sequences ("\x1b[...m") and shorter ones, carriage returns and padding. */
static void show(pty *t, const char *text, size_t bytes) {
  for (size_t i = 0; i < bytes && t->shown + 1 < sizeof t->screen; i++) {
    char c = text[i];
    if (c == '\x1b')
      t->escape = true;
    else if (t->escape)
      t->escape = c == '[' || c == '?' || c == ';' || (c >= '0' && c <= '9');
    else if (c != '\r' && c != '\0')
      t->screen[t->shown++] = c;
  }
  t->screen[t->shown] = '\0';
}

static bool read_more(pty *t, int milliseconds) {
  char chunk[4096];
  struct pollfd ready = {.fd = t->terminal, .events = POLLIN}; /* waits when hung up */
  if (poll(&ready, 1, milliseconds) <= 0) return false;
  ssize_t got = read(t->terminal, chunk, sizeof chunk);
  if (got > 0) show(t, chunk, (size_t)got);
  return got > 0;
}

void pty_type(pty *t, const char *keys) {
  size_t bytes = strlen(keys), done = 0;
  time_t end = time(NULL) + PATIENCE;
  fcntl(t->terminal, F_SETFL, O_NONBLOCK);
  while (done < bytes && time(NULL) <= end) {
    ssize_t put = write(t->terminal, keys + done, bytes - done);
    if (put > 0) done += (size_t)put;
    if (put <= 0) read_more(t, 10);
  }
  fcntl(t->terminal, F_SETFL, 0);
}

void pty_paste(pty *t, const char *text) {
  pty_type(t, "\x1b[200~");
  pty_type(t, text);
  pty_type(t, "\x1b[201~");
}

bool pty_wait(pty *t, const char *text) {
  time_t end = time(NULL) + PATIENCE;
  for (;;) {
    const char *found = strstr(t->screen + t->seen, text);
    if (found != NULL) {
      t->seen = (size_t)(found - t->screen) + strlen(text);
      return true;
    }
    if (time(NULL) > end || !read_more(t, 1000 * PATIENCE)) return false;
  }
}

const char *pty_tail(const pty *t) { return t->screen + (t->shown > TAIL ? t->shown - TAIL : 0); }

int pty_close(pty *t) {
  time_t end = time(NULL) + PATIENCE;
  int status = 0;
  pid_t gone = 0;
  while (gone == 0 && time(NULL) <= end) {
    read_more(t, 10);
    gone = waitpid(t->child, &status, WNOHANG);
  }
  if (gone == 0) {
    kill(t->child, SIGKILL);
    waitpid(t->child, &status, 0);
  }
  if (t->terminal >= 0) close(t->terminal);
  if (gone <= 0) return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
