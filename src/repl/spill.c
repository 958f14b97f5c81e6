/* sgrad: bytes that are kept in the order in which they came, however many. */
#include "repl/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TAIL_SIZE = 1 << 16 };

void sg_spill_init(sg_spill *spill, sg_memory *memory) {
  sg_buffer_init(&spill->tail, memory);
  spill->filed = 0;
  spill->file = -1;
}

void sg_spill_clear(sg_spill *spill) {
  if (spill->file >= 0) close(spill->file);
  sg_buffer_clear(&spill->tail);
  sg_spill_init(spill, spill->tail.memory);
}

/* A file without a name, or one that loses it at once. -1: none. */
static int make_file(void) {
  const char *directory = getenv("TMPDIR");
  if (directory == NULL || *directory != '/') directory = "/tmp";
  int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  char path[4096];
  int bytes = snprintf(path, sizeof path, "%s/sgrad-XXXXXX", directory);
  if (bytes < 0 || (size_t)bytes >= sizeof path) return -1;
  file = mkostemp(path, O_CLOEXEC);
  if (file >= 0) unlink(path);
  return file;
}

static bool write_at(int file, uint64_t at, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t done = pwrite(file, bytes, count, (off_t)at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += (uint64_t)done;
    bytes += done;
    count -= (size_t)done;
  }
  return true;
}

static bool read_at(int file, uint64_t at, char *out, size_t count) {
  while (count > 0) {
    ssize_t done = pread(file, out, count, (off_t)at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += (uint64_t)done;
    out += done;
    count -= (size_t)done;
  }
  return true;
}

/* Empties the tail into the file; without one it stays, and grows. */
static void file_tail(sg_spill *spill) {
  if (spill->file < 0) spill->file = make_file();
  if (spill->file < 0) return;
  if (!write_at(spill->file, spill->filed, spill->tail.items, spill->tail.count)) return;
  spill->filed += spill->tail.count;
  spill->tail.count = 0;
  if (spill->tail.capacity > 2 * TAIL_SIZE) sg_buffer_clear(&spill->tail);
}

void sg_spill_add(sg_spill *spill, const void *bytes, size_t count) {
  sg_buffer *tail = &spill->tail;
  if (tail->count > 0 && tail->count + count > TAIL_SIZE && !tail->failed) file_tail(spill);
  sg_buffer_add(tail, bytes, count);
}

bool sg_spill_read(sg_spill *spill, uint64_t at, void *out, size_t count) {
  char *to = out;
  size_t filed = at >= spill->filed ? 0 : spill->filed - at < count ? spill->filed - at : count;
  if (filed > 0 && !read_at(spill->file, at, to, filed)) return false;
  if (filed < count)
    memcpy(to + filed, spill->tail.items + (at + filed - spill->filed), count - filed);
  return true;
}

bool sg_spill_write(sg_spill *spill, uint64_t at, const void *bytes, size_t count) {
  const char *from = bytes;
  size_t filed = at >= spill->filed ? 0 : spill->filed - at < count ? spill->filed - at : count;
  if (filed > 0 && !write_at(spill->file, at, from, filed)) return false;
  if (filed < count)
    memcpy(spill->tail.items + (at + filed - spill->filed), from + filed, count - filed);
  return true;
}
