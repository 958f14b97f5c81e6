/* sgrad: keys and signals while a line is edited. */
#include "repl/line/parts.h"

#include "config.h"

#ifdef HAVE_READLINE

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <readline/readline.h>

enum { CTRL_C = 3, CTRL_D = 4, CTRL_G = 7, MICROSECONDS = 1000 };

static sg_lineedit *current; /* whose line is being read */
static sigset_t before;      /* signals blocked outside */

/* --- Signals. */

static const int caught[] = {SIGINT, SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGQUIT};

static void take_terminal(void) {
  rl_prep_terminal(1);
  rl_reset_screen_size();
  rl_forced_update_display();
}

/* Lets a signal do what it does outside: it may stop the process, or end it. */
static void let_in(int signal_number) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal_number);
  raise(signal_number);
  sigprocmask(SIG_UNBLOCK, &one, NULL);
  sigprocmask(SIG_BLOCK, &one, NULL);
}

static void stop(void) {
  static const struct timespec at_once;
  sigset_t go_on;
  sigemptyset(&go_on);
  sigaddset(&go_on, SIGCONT);
  rl_deprep_terminal();
  let_in(SIGTSTP);
  (void)sigtimedwait(&go_on, NULL, &at_once);
  take_terminal();
}

/* It was stopped where nothing could be done about the terminal, and goes on. */
static void go_on_after_stop(void) {
  rl_deprep_terminal();
  take_terminal();
}

static void end_by(int signal_number) {
  rl_deprep_terminal();
  sg_console_write(current->console, "\n", 1);
  let_in(signal_number);
  take_terminal(); /* it is ignored */
}

/* What rl_resize_terminal does, but for a redisplay function of one's own. */
static void take_size(void) {
  rl_clear_visible_line();
  rl_reset_screen_size();
  rl_forced_update_display();
}

static void take_signal(void) {
  struct signalfd_siginfo info;
  if (read(current->signals, &info, sizeof info) != (ssize_t)sizeof info) return;
  switch (info.ssi_signo) {
  case SIGINT: current->dropped = true; break;
  case SIGWINCH: take_size(); break;
  case SIGTSTP: stop(); break;
  case SIGCONT: go_on_after_stop(); break;
  default: end_by((int)info.ssi_signo); break;
  }
}

bool sg_lineedit_begin_keys(sg_lineedit *edit) {
  sigset_t ours;
  sigemptyset(&ours);
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) sigaddset(&ours, caught[i]);
  edit->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
  if (edit->signals < 0) return false;
  edit->dropped = false;
  edit->drops = 0;
  edit->pasting = false;
  edit->bracket = 0;
  current = edit;
  sigprocmask(SIG_BLOCK, &ours, &before);
  return true;
}

void sg_lineedit_end_keys(sg_lineedit *edit) {
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(edit->signals);
  edit->signals = -1;
  current = NULL;
  if (edit->dropped)
    sg_console_drop_keys(edit->console);
  else
    sg_console_keep_keys(edit->console);
}

/* --- Keys. */

/* What a terminal brackets a paste with. */
static const char paste_begin[] = "\033[200~", paste_end[] = "\033[201~";
enum { BRACKET_BYTES = sizeof paste_end - 1 };

/* Follows the keys that Readline is given into a paste and out of it. */
static int give(int key) {
  int at = current->bracket;
  const char *wanted = current->pasting ? paste_end : paste_begin;
  current->bracket = key == wanted[at] ? at + 1 : key == wanted[0] ? 1 : 0;
  if (current->bracket < BRACKET_BYTES) return key;
  current->bracket = 0;
  current->pasting = !current->pasting;
  return key;
}

/* Whether Readline waits for the answer to its question about many completions. */
static bool asks(void) { return RL_ISSTATE(RL_STATE_COMPLETING) && !RL_ISSTATE(RL_STATE_READCMD); }

/* The key that leads out of where Readline gives up with a leak, or with a string without its end:
 * its question, a paste. False: it is in neither. */
static bool lead_out(int *key) {
  if (asks()) {
    *key = 'n';
    return true;
  }
  if (!current->pasting) return false;
  *key = give((unsigned char)paste_end[current->bracket]);
  return true;
}

/* Some modes of Readline take Ctrl-C for a key like any other, some leave at the end of the input
 * alone: it is told the one, then the other, until it has left them all. */
static int drop(void) {
  sg_console_drop_keys(current->console);
  return ++current->drops % 4 == 0 ? EOF : CTRL_C;
}

static void await_either(void) {
  struct pollfd ready[] = {{.fd = current->signals, .events = POLLIN},
                           {.fd = STDIN_FILENO, .events = POLLIN}};
  if (poll(ready, 2, -1) < 0) {
    current->ended = errno != EINTR;
    return;
  }
  if (ready[0].revents != 0)
    take_signal();
  else if (!sg_console_read_keys(current->console))
    current->ended = true;
}

/* Ctrl-D that was typed before the prompt was there comes as a zero: that is how Linux keeps it. */
int sg_lineedit_get_key(FILE *stream) {
  (void)stream;
  for (;;) {
    unsigned char key;
    int out;
    if ((current->dropped || current->ended) && lead_out(&out)) return out;
    if (current->dropped) return drop();
    if (current->ended) return EOF;
    if (!sg_console_take_key(current->console, &key))
      await_either();
    else if (key == CTRL_C)
      current->dropped = true;
    else if (key == CTRL_G && asks())
      return 'n';
    else
      return give(key == '\0' && rl_end == 0 ? CTRL_D : key);
  }
}

int sg_lineedit_await_key(void) {
  int patience = rl_set_keyboard_input_timeout(0);
  (void)rl_set_keyboard_input_timeout(patience);
  if (current->dropped || sg_console_has_keys(current->console)) return 1;
  struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&ready, 1, patience / MICROSECONDS) > 0;
}

static int take_back(int count, int key) {
  (void)count;
  (void)key;
  current->dropped = true;
  rl_point = rl_end;
  (*rl_redisplay_function)();
  rl_echo_signal_char(SIGINT);
  return rl_newline(1, '\n');
}

void sg_lineedit_bind_drop(void) {
  Keymap maps[] = {emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
    rl_bind_key_in_map(CTRL_C, take_back, maps[i]);
}

#endif
