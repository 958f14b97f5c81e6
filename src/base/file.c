/* sgrad: whole files as text. */
#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int sg_file_read_open(sg_buffer *out, int descriptor) {
  char chunk[16384];
  size_t total = 0;
  for (;;) {
    ssize_t got = read(descriptor, chunk, sizeof chunk);
    if (sg_interrupted) return EINTR;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) return 0;
    total += (size_t)got;
    if (total > SG_FILE_LIMIT) return EFBIG;
    sg_buffer_add(out, chunk, (size_t)got);
    if (out->failed) return ENOMEM;
  }
}

int sg_file_read(sg_buffer *out, const char *path) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int failure = sg_file_read_open(out, descriptor);
  close(descriptor);
  return failure;
}
