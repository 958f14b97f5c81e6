/* sgrad: a line from the person at the keyboard. */
#include "repl/lineedit.h"

#include "base/error.h"
#include "config.h"
#include "repl/places.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

static sg_line read_plain(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  const char *text;
  size_t bytes;
  sg_console_write(edit->console, prompt, strlen(prompt));
  bool got = sg_console_read(edit->console, &text, &bytes);
  if (sg_interrupted) {
    sg_interrupted = 0;
    sg_console_write(edit->console, "\n", 1);
    return SG_LINE_DROPPED;
  }
  if (edit->console->input.failed) return SG_LINE_NO_MEMORY;
  if (!got) return SG_LINE_END;
  sg_buffer_add(line, text, bytes);
  return line->failed ? SG_LINE_NO_MEMORY : SG_LINE_READ;
}

#ifndef HAVE_READLINE

void sg_lineedit_init(sg_lineedit *edit, sg_console *console, sg_memory *memory) {
  *edit = (sg_lineedit){.console = console, .signals = -1};
  sg_buffer_init(&edit->history, memory);
}

void sg_lineedit_clear(sg_lineedit *edit) { sg_buffer_clear(&edit->history); }

sg_line sg_lineedit_read(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  return read_plain(edit, prompt, line);
}

void sg_lineedit_remember(sg_lineedit *edit, const char *text) {
  (void)edit;
  (void)text;
}

size_t sg_lineedit_count(const sg_lineedit *edit) {
  (void)edit;
  return 0;
}

const char *sg_lineedit_entry(const sg_lineedit *edit, size_t index) {
  (void)edit;
  (void)index;
  return "";
}

#else

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { RESERVE = 1 << 18, ENTRIES_KEPT = 10000 };

/* Readline is one for the whole process and its callbacks carry no context: these are its. */
static sg_lineedit *current; /* whose line is being read */
static void *reserve;        /* memory for the rest of a line when there is no more */

/* --- Readline's allocator, whose own version leaves the process when there is no more. It mixes
 * xfree with free, so these must be the C library's blocks. */

void *xmalloc(size_t size);
void *xrealloc(void *block, size_t size);
void xfree(void *block);

static bool spend_reserve(void) {
  if (reserve == NULL) return false;
  free(reserve);
  reserve = NULL;
  if (current != NULL) current->dropped = true;
  return true;
}

void *xmalloc(size_t size) {
  void *block = malloc(size);
  if (block == NULL && spend_reserve()) block = malloc(size);
  if (block == NULL) abort();
  return block;
}

void *xrealloc(void *block, size_t size) {
  void *moved = realloc(block, size);
  if (moved == NULL && spend_reserve()) moved = realloc(block, size);
  if (moved == NULL) abort();
  return moved;
}

void xfree(void *block) { free(block); }

/* --- Keys and signals. While a line is read, signals come by a descriptor, beside the keys: none
 * is missed, and nothing jumps out of a handler. */

static void stop_process(void) {
  rl_deprep_terminal();
  raise(SIGSTOP);
  rl_prep_terminal(1);
  rl_forced_update_display();
}

static void take_signal(sg_lineedit *edit) {
  struct signalfd_siginfo info;
  if (read(edit->signals, &info, sizeof info) != (ssize_t)sizeof info) return;
  switch (info.ssi_signo) {
  case SIGINT: edit->dropped = true; break;
  case SIGWINCH: rl_resize_terminal(); break;
  case SIGTSTP: stop_process(); break;
  default: break;
  }
}

/* What Readline reads keys by. After Ctrl-C every key is an end of file, whatever mode it is in. */
static int read_key(FILE *stream) {
  for (;;) {
    if (current->dropped) return EOF;
    struct pollfd ready[] = {{.fd = current->signals, .events = POLLIN},
                             {.fd = fileno(stream), .events = POLLIN}};
    if (poll(ready, 2, -1) < 0 && errno != EINTR) return EOF;
    if (ready[0].revents != 0) {
      take_signal(current);
      continue;
    }
    unsigned char key;
    ssize_t got = ready[1].revents == 0 ? 0 : read(fileno(stream), &key, 1);
    if (got == 1) return key;
    if (ready[1].revents != 0 && (got == 0 || (errno != EINTR && errno != EAGAIN))) return EOF;
  }
}

static void init_readline(void) {
  setlocale(LC_CTYPE, "");
  rl_readline_name = "sgrad";
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_getc_function = read_key;
  using_history();
  stifle_history(ENTRIES_KEPT);
  history_comment_char = '\001'; /* with time stamps, entries of several lines stay whole */
  history_write_timestamps = 1;
}

void sg_lineedit_init(sg_lineedit *edit, sg_console *console, sg_memory *memory) {
  *edit = (sg_lineedit){.console = console, .signals = -1};
  sg_buffer_init(&edit->history, memory);
  edit->editing = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  if (!edit->editing) return;
  init_readline();
  const char *path = sg_place_history(&edit->history) ? sg_buffer_text(&edit->history) : NULL;
  if (path != NULL && sg_place_make(path))
    (void)read_history(path);
  else
    sg_buffer_clear(&edit->history);
}

void sg_lineedit_clear(sg_lineedit *edit) {
  sg_buffer_clear(&edit->history);
  if (!edit->editing) return;
  clear_history();
  free(reserve);
  reserve = NULL;
}

static sg_line read_edited(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  if (reserve == NULL) reserve = malloc(RESERVE);
  edit->dropped = false;
  current = edit;
  char *text = readline(prompt);
  current = NULL;
  sg_line result = edit->dropped ? SG_LINE_DROPPED : text == NULL ? SG_LINE_END : SG_LINE_READ;
  if (result == SG_LINE_READ) sg_buffer_puts(line, text);
  free(text);
  if (edit->dropped && reserve == NULL) return SG_LINE_NO_MEMORY;
  if (edit->dropped) sg_console_write(edit->console, "\n", 1);
  return line->failed ? SG_LINE_NO_MEMORY : result;
}

sg_line sg_lineedit_read(sg_lineedit *edit, const char *prompt, sg_buffer *line) {
  if (!edit->editing) return read_plain(edit, prompt, line);
  sigset_t ours, before;
  sigemptyset(&ours);
  sigaddset(&ours, SIGINT);
  sigaddset(&ours, SIGWINCH);
  sigaddset(&ours, SIGTSTP);
  edit->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
  if (edit->signals < 0) return read_plain(edit, prompt, line);
  sg_console_flush(edit->console);
  sigprocmask(SIG_BLOCK, &ours, &before);
  sg_line result = read_edited(edit, prompt, line);
  sigprocmask(SIG_SETMASK, &before, NULL);
  close(edit->signals);
  edit->signals = -1;
  return result;
}

void sg_lineedit_remember(sg_lineedit *edit, const char *text) {
  if (!edit->editing) return;
  add_history(text);
  if (edit->history.count > 0) (void)append_history(1, sg_buffer_text(&edit->history));
}

size_t sg_lineedit_count(const sg_lineedit *edit) {
  return edit->editing ? (size_t)history_length : 0;
}

const char *sg_lineedit_entry(const sg_lineedit *edit, size_t index) {
  assert(index < sg_lineedit_count(edit));
  return history_list()[index]->line;
}

#endif
