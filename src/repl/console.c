/* sgrad: the process's standard streams. */
#include "repl/console.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool is_set(const char *name) {
  const char *value = getenv(name);
  return value != NULL && *value != '\0';
}

static bool is_dumb(void) { return is_set("TERM") && strcmp(getenv("TERM"), "dumb") == 0; }

/* The first of the variables that is set decides, as in setlocale(LC_CTYPE, ""). */
static bool is_unicode(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!is_set(names[i])) continue;
    const char *name = getenv(names[i]);
    return !is_dumb() && (strcasestr(name, "utf-8") != NULL || strcasestr(name, "utf8") != NULL);
  }
  return false;
}

void sg_console_init(sg_console *console, sg_memory *memory) {
  /* A closed one reads as empty and refuses to be written: /dev/null opened the other way. */
  for (int i = 0; i <= 2; i++)
    if (fcntl(i, F_GETFD) < 0) (void)open("/dev/null", O_RDONLY);
  sg_buffer_init(&console->input, memory);
  console->taken = 0;
  console->ended = false;
  console->is_terminal = isatty(STDOUT_FILENO);
  console->is_unicode = is_unicode();
  console->midline = false;
  console->has_status = false;
  console->disturbed = false;
  console->write_errno = 0;
  console->waiting = 0;
}

void sg_console_clear(sg_console *console) { sg_buffer_clear(&console->input); }

/* Writes to a descriptor until Ctrl-C or a failure (errno; else 0). Returns how much it wrote. */
static size_t write_out(int descriptor, const char *text, size_t bytes, int *failure) {
  size_t done = 0;
  *failure = 0;
  while (done < bytes) {
    ssize_t put = write(descriptor, text + done, bytes - done);
    if (put >= 0)
      done += (size_t)put;
    else if (errno != EINTR)
      *failure = errno;
    if (put < 0 && (errno != EINTR || sg_interrupted)) break;
  }
  return done;
}

void sg_console_flush(sg_console *console) {
  if (console->write_errno != 0) return;
  size_t done = write_out(STDOUT_FILENO, console->output, console->waiting, &console->write_errno);
  console->waiting -= done;
  memmove(console->output, console->output + done, console->waiting);
}

/* Into the buffer, which is written out as it fills. */
static void put(sg_console *console, const char *text, size_t bytes) {
  while (bytes > 0 && console->write_errno == 0) {
    size_t room = SG_CONSOLE_SIZE - console->waiting;
    size_t some = bytes < room ? bytes : room;
    memcpy(console->output + console->waiting, text, some);
    console->waiting += some;
    text += some;
    bytes -= some;
    if (bytes == 0) break;
    sg_console_flush(console);
    if (console->waiting == SG_CONSOLE_SIZE) break; /* Ctrl-C: the rest is let go */
  }
}

static void puts_out(sg_console *console, const char *text) { put(console, text, strlen(text)); }

#define START_OF_LINE "\r"
#define REST_CLEARED "\x1b[K"

static void hide_status(sg_console *console) {
  if (!console->has_status) return;
  console->has_status = false;
  puts_out(console, START_OF_LINE REST_CLEARED);
  sg_console_flush(console);
}

/* In one write, without a moment in which the line is empty. */
static void show_status(sg_console *console, const char *text, size_t bytes) {
  sg_console_flush(console);
  console->has_status = console->disturbed = true;
  puts_out(console, START_OF_LINE);
  put(console, text, bytes);
  puts_out(console, REST_CLEARED);
  sg_console_flush(console);
}

size_t sg_console_status(sg_console *console, const char *text, size_t bytes) {
  const char *term = getenv("TERM");
  if (!console->is_terminal || !is_set("TERM") || strcmp(term, "dumb") == 0) return 0;
  if (text != NULL && bytes == 0) hide_status(console);
  if (bytes > 0 && !console->midline) show_status(console, text, bytes);
  return sg_console_columns();
}

bool sg_console_write(void *context, const char *text, size_t bytes) {
  sg_console *console = context;
  bool line = console->is_terminal && bytes > 0 && memchr(text, '\n', bytes) != NULL;
  if (bytes > 0) hide_status(console);
  if (bytes > 0) console->midline = text[bytes - 1] != '\n';
  console->disturbed = console->disturbed || bytes > 0;
  put(console, text, bytes);
  if (line) sg_console_flush(console);
  return console->write_errno == 0;
}

void sg_console_report(sg_console *console, const char *text) {
  int ignored;
  hide_status(console);
  sg_console_flush(console);
  console->disturbed = true;
  write_out(STDERR_FILENO, text, strlen(text), &ignored);
}

bool sg_console_close(sg_console *console) {
  sg_console_flush(console);
  if (close(STDOUT_FILENO) < 0 && console->write_errno == 0) console->write_errno = errno;
  return console->write_errno == 0;
}

/* Waits until there is something to read. A Ctrl-C from before the wait ends it too: the signal is
 * let in only while waiting. */
static void await_input(void) {
  sigset_t interrupt, before;
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, &before);
  if (!sg_interrupted) (void)ppoll(&input, 1, NULL, &before);
  sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Appends what is there to be read. False: nothing more will come. */
static bool read_more(sg_console *console) {
  char chunk[4096];
  while (!console->ended) {
    await_input();
    if (sg_interrupted) return false;
    ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    console->ended = got <= 0 && !isatty(STDIN_FILENO); /* Ctrl-D at a terminal ends a line only */
    if (got <= 0) return false;
    sg_buffer_add(&console->input, chunk, (size_t)got);
    return !console->input.failed;
  }
  return false;
}

/* Lets go of what was given out. */
static void drop_taken(sg_console *console) {
  sg_buffer *input = &console->input;
  if (console->taken == 0) return;
  input->count -= console->taken;
  memmove(input->items, input->items + console->taken, input->count);
  console->taken = 0;
}

bool sg_console_read(void *context, const char **line, size_t *bytes) {
  sg_console *console = context;
  sg_buffer *input = &console->input;
  hide_status(console);
  sg_console_flush(console);
  if (input->failed) return false;
  drop_taken(console);
  const char *end = NULL;
  uint32_t seen = 0;
  do {
    if (input->count > seen) end = memchr(input->items + seen, '\n', input->count - seen);
    seen = input->count;
  } while (end == NULL && read_more(console));
  if (input->failed || (end == NULL && (sg_interrupted || input->count == 0))) return false;
  *line = input->items;
  *bytes = end == NULL ? input->count : (size_t)(end - input->items);
  console->taken = (uint32_t)*bytes + (end != NULL);
  if (*bytes > 0 && (*line)[*bytes - 1] == '\r') --*bytes;
  console->disturbed = true;
  console->midline = console->midline && !isatty(STDIN_FILENO); /* which has shown the end */
  return true;
}

int sg_console_read_all(sg_console *console, sg_buffer *out) {
  drop_taken(console);
  sg_buffer_add(out, console->input.items, console->input.count);
  console->taken = console->input.count;
  if (out->failed) return ENOMEM;
  return console->ended ? 0 : sg_file_read_open(out, STDIN_FILENO);
}

enum { PASTE = 64 }; /* waiting keys that no one types ahead */

bool sg_console_take_key(sg_console *console, unsigned char *key) {
  if (console->taken == console->input.count) return false;
  *key = (unsigned char)console->input.items[console->taken++];
  return true;
}

static int count_waiting(void) {
  int count = 0;
  return ioctl(STDIN_FILENO, FIONREAD, &count) == 0 ? count : 0;
}

bool sg_console_read_keys(sg_console *console) {
  char chunk[4096];
  drop_taken(console);
  ssize_t got = read(STDIN_FILENO, chunk, count_waiting() < PASTE ? 1 : sizeof chunk);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got <= 0) return false;
  sg_buffer_add(&console->input, chunk, (size_t)got);
  return !console->input.failed;
}

bool sg_console_has_keys(const sg_console *console) {
  return console->taken < console->input.count || count_waiting() > 0;
}

void sg_console_drop_keys(sg_console *console) { console->taken = console->input.count; }

void sg_console_keep_keys(sg_console *console) {
  drop_taken(console);
  for (uint32_t i = 0; i < console->input.count; i++)
    if (console->input.items[i] == '\r') console->input.items[i] = '\n';
}

const char *const sg_when_words[] = {
    [SG_WHEN_AUTO] = "auto", [SG_WHEN_ALWAYS] = "always", [SG_WHEN_NEVER] = "never", NULL};

bool sg_console_color(sg_when when, int descriptor) {
  if (when != SG_WHEN_AUTO) return when == SG_WHEN_ALWAYS;
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0") != 0) return true;
  return isatty(descriptor) && is_set("TERM") && strcmp(getenv("TERM"), "dumb") != 0;
}

size_t sg_console_columns(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

size_t sg_console_rows(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

bool sg_console_has_256_colors(void) {
  const char *term = is_set("TERM") ? getenv("TERM") : "";
  return is_set("COLORTERM") || strstr(term, "256") != NULL || strstr(term, "kitty") != NULL ||
         strstr(term, "direct") != NULL;
}
