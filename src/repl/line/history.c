/* sgrad: the history file. */
#include "repl/line/history.h"

#include "repl/places.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void sg_history_init(sg_history *history, sg_memory *memory, sg_buffer *complaint) {
  const char *reason;
  sg_buffer_init(&history->path, memory);
  const char *path = sg_place_history(&history->path) ? sg_buffer_text(&history->path) : NULL;
  int file = -1;
  if (path != NULL) {
    sg_place_make_directories(path);
    file = sg_place_open(path, &reason);
  }
  if (file >= 0) {
    close(file);
    return;
  }
  if (path != NULL && reason != NULL) {
    sg_buffer_puts(complaint, "no history is kept: '");
    sg_buffer_escape(complaint, path, strlen(path), '\'');
    sg_buffer_printf(complaint, "': %s", reason);
  }
  sg_buffer_clear(&history->path);
}

void sg_history_clear(sg_history *history) { sg_buffer_clear(&history->path); }

static int open_file(sg_history *history) {
  const char *reason, *path = sg_buffer_text(&history->path);
  return history->path.count == 0 || path == NULL ? -1 : sg_place_open(path, &reason);
}

static bool read_all(int file, sg_buffer *text) {
  char chunk[1 << 14];
  for (;;) {
    ssize_t got = read(file, chunk, sizeof chunk);
    if (got == 0) return !text->failed;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || text->failed || text->count > 2 * SG_HISTORY_BYTES) return false;
    sg_buffer_add(text, chunk, (size_t)got);
  }
}

/* The end of the file, all of it when it is short. */
static bool read_end(int file, sg_buffer *text, bool *cut) {
  struct stat about;
  if (fstat(file, &about) != 0) return false;
  *cut = about.st_size > SG_HISTORY_BYTES;
  if (*cut && lseek(file, -SG_HISTORY_BYTES, SEEK_END) < 0) return false;
  return read_all(file, text) && sg_buffer_text(text) != NULL;
}

/* Where the next entry begins, behind the one that `at` lies in. */
static char *find_next(char *at, const char *end) {
  while (at < end) {
    char *newline = memchr(at, '\n', (size_t)(end - at));
    if (newline == NULL) return at + (end - at);
    at = newline + 1;
    if (at < end && *at != '\t' && *at != '\n') return at;
  }
  return at;
}

/* Takes the tabs out of an entry and its last newline off. */
static void restore(char *entry, char *end) {
  char *to = entry;
  for (char *from = entry; from < end; from++)
    if (from == entry || *from != '\t' || from[-1] != '\n') *to++ = *from;
  while (to > entry && to[-1] == '\n') to--;
  *to = '\0';
}

void sg_history_load(sg_history *history, void (*take)(void *context, const char *entry),
                     void *context) {
  bool cut = false;
  size_t count = 0;
  sg_buffer text;
  sg_buffer_init(&text, history->path.memory);
  int file = open_file(history);
  if (file >= 0 && read_end(file, &text, &cut)) {
    char *end = text.items + text.count;
    char *first = cut || *text.items == '\t' ? find_next(text.items, end) : text.items;
    for (char *at = first; at < end; at = find_next(at, end)) count++;
    for (char *at = first, *next; at < end; at = next) {
      next = find_next(at, end);
      if (count-- > SG_HISTORY_ENTRIES) continue;
      restore(at, next);
      take(context, at);
    }
  }
  if (file >= 0) close(file);
  sg_buffer_clear(&text);
}

/* Whether the file's last line has its end: a write may have been cut short. */
static bool is_ended(int file) {
  char last = '\n';
  struct stat about;
  if (fstat(file, &about) != 0 || about.st_size == 0) return true;
  return pread(file, &last, 1, about.st_size - 1) != 1 || last == '\n';
}

static void add_entry(sg_buffer *text, const char *entry) {
  while (*entry != '\0') {
    size_t line = strcspn(entry, "\n");
    sg_buffer_add(text, entry, line);
    sg_buffer_putc(text, '\n');
    entry += line;
    if (*entry++ == '\0') return;
    sg_buffer_putc(text, '\t');
  }
}

/* In one piece, which no other session's can come between. */
static void write_out(int file, const sg_buffer *text) {
  uint32_t done = 0;
  while (done < text->count) {
    ssize_t put = write(file, text->items + done, text->count - done);
    if (put < 0 && errno != EINTR) return;
    if (put > 0) done += (uint32_t)put;
  }
}

void sg_history_append(sg_history *history, const char *entry) {
  size_t bytes = strlen(entry);
  int file = bytes == 0 || bytes > SG_HISTORY_LONGEST ? -1 : open_file(history);
  if (file < 0) return;
  sg_buffer text;
  sg_buffer_init(&text, history->path.memory);
  if (!is_ended(file)) sg_buffer_putc(&text, '\n');
  add_entry(&text, entry);
  if (!text.failed) write_out(file, &text);
  sg_buffer_clear(&text);
  close(file);
}
