/* sgrad: a file read in chunks, gzip or not by its content (RFC 1952). */
#include "builtins/data/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  GZIP_WINDOW = 15 + 16, /* the largest window, gzip's header */
  WAIT = 100,            /* milliseconds between looks at Ctrl-C */
  WRITER_WAITS = 10      /* how often to wait for somebody to write to a pipe */
};

/* zlib gives no size back on release, so a block carries it in front. */
void *sg_zip_allocate(void *memory, unsigned items, unsigned size) {
  size_t bytes = (size_t)items * size + sizeof(max_align_t);
  char *block = sg_allocate(memory, bytes);
  if (!block) return NULL;
  memcpy(block, &bytes, sizeof bytes);
  return block + sizeof(max_align_t);
}

void sg_zip_release(void *memory, void *block) {
  if (!block) return;
  char *start = (char *)block - sizeof(max_align_t);
  size_t bytes;
  memcpy(&bytes, start, sizeof bytes);
  sg_release(memory, start, bytes);
}

static bool fail_system(sg_infile *in, int code) {
  return sg_vm_fail(in->vm, "cannot read %s: %s", in->path, strerror(code));
}

/* Waits until there is something to read or `waits` are over. False: interrupted. */
static bool await_input(sg_infile *in, uint32_t waits) {
  struct pollfd wait = {.fd = in->descriptor, .events = POLLIN};
  while (waits-- && poll(&wait, 1, WAIT) == 0)
    if (!sg_vm_poll(in->vm)) return false;
  return true;
}

bool sg_infile_open(sg_infile *in, sg_vm *vm, const char *path) {
  *in = (sg_infile){.vm = vm, .path = path};
  sg_buffer_init(&in->kept, vm->memory);
  in->descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (in->descriptor < 0) return fail_system(in, errno);
  struct stat status;
  if (fstat(in->descriptor, &status) != 0) return fail_system(in, errno);
  if (S_ISDIR(status.st_mode)) return fail_system(in, EISDIR);
  in->seekable = S_ISREG(status.st_mode);
  in->raw = sg_allocate(vm->memory, SG_INFILE_CHUNK);
  if (!in->raw) return sg_vm_fail_memory(vm);
  return !S_ISFIFO(status.st_mode) || await_input(in, WRITER_WAITS);
}

/* Fills `raw` as far as the file goes. */
static bool read_raw(sg_infile *in, size_t *bytes) {
  for (*bytes = 0; *bytes < SG_INFILE_CHUNK;) {
    if (!sg_vm_poll(in->vm)) return false;
    ssize_t got = read(in->descriptor, in->raw + *bytes, SG_INFILE_CHUNK - *bytes);
    if (got == 0) break;
    if (got > 0)
      *bytes += (size_t)got;
    else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!await_input(in, UINT32_MAX)) return false;
    } else if (errno != EINTR)
      return fail_system(in, errno);
  }
  in->taken += *bytes;
  return true;
}

/* Reads more of the zipped bytes once they are used up. */
static bool refill(sg_infile *in) {
  if (in->zip.avail_in) return true;
  size_t bytes;
  if (!read_raw(in, &bytes)) return false;
  in->zip.next_in = (Bytef *)in->raw;
  in->zip.avail_in = (uInt)bytes;
  return true;
}

static bool start_zip(sg_infile *in) {
  in->plain = sg_allocate(in->vm->memory, SG_INFILE_CHUNK);
  if (!in->plain) return sg_vm_fail_memory(in->vm);
  in->zip.zalloc = sg_zip_allocate;
  in->zip.zfree = sg_zip_release;
  in->zip.opaque = in->vm->memory;
  if (inflateInit2(&in->zip, GZIP_WINDOW) != Z_OK) return sg_vm_fail_memory(in->vm);
  in->zipped = in->inside = true;
  return true;
}

/* At the end of a member: another may follow; what is no member is left alone, as gzip does. */
static bool next_member(sg_infile *in) {
  if (!refill(in)) return false;
  in->inside = in->zip.avail_in && in->zip.next_in[0] == 0x1F;
  if (in->inside) inflateReset(&in->zip);
  return true;
}

static bool unzip(sg_infile *in) {
  in->zip.next_out = (Bytef *)in->plain;
  in->zip.avail_out = SG_INFILE_CHUNK;
  while (in->inside && in->zip.avail_out) {
    if (!refill(in)) return false;
    if (!in->zip.avail_in)
      return sg_vm_fail(in->vm, "%s is cut short at byte %llu", in->path,
                        (unsigned long long)in->taken);
    int status = inflate(&in->zip, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      if (!next_member(in)) return false;
    } else if (status == Z_MEM_ERROR) {
      return sg_vm_fail_memory(in->vm);
    } else if (status != Z_OK) {
      return sg_vm_fail(in->vm, "%s is damaged at byte %llu: %s", in->path,
                        (unsigned long long)(in->taken - in->zip.avail_in),
                        in->zip.msg ? in->zip.msg : "not what gzip writes");
    }
  }
  in->text = in->plain;
  in->count = SG_INFILE_CHUNK - in->zip.avail_out;
  return true;
}

static bool read_chunk(sg_infile *in) {
  if (in->zipped) return unzip(in);
  if (!read_raw(in, &in->count)) return false;
  in->text = in->raw;
  bool first = !in->started;
  in->started = true;
  if (!first || in->count < 2 || memcmp(in->raw, "\x1F\x8B", 2) != 0) return true;
  if (!start_zip(in)) return false;
  in->zip.next_in = (Bytef *)in->raw;
  in->zip.avail_in = (uInt)in->count;
  return unzip(in);
}

bool sg_infile_next(sg_infile *in) {
  if (!in->seekable && in->ended) {
    in->text = in->kept.items;
    in->count = in->replayed ? 0 : in->kept.count;
    in->replayed = true;
    return true;
  }
  if (!read_chunk(in)) return false;
  in->ended |= in->count == 0;
  if (in->seekable) return true;
  in->replayed = true;
  sg_buffer_add(&in->kept, in->text, in->count);
  return !in->kept.failed || sg_vm_fail_memory(in->vm);
}

bool sg_infile_rewind(sg_infile *in) {
  if (!in->seekable) {
    while (!in->ended)
      if (!sg_infile_next(in)) return false;
    in->replayed = false;
    return true;
  }
  if (lseek(in->descriptor, 0, SEEK_SET) != 0) return fail_system(in, errno);
  in->taken = 0;
  if (!in->zipped) return true;
  in->zip.avail_in = 0;
  in->inside = true;
  return inflateReset(&in->zip) == Z_OK || sg_vm_fail_memory(in->vm);
}

void sg_infile_close(sg_infile *in) {
  if (in->zipped) inflateEnd(&in->zip);
  if (in->descriptor >= 0) close(in->descriptor);
  sg_release(in->vm->memory, in->raw, in->raw ? SG_INFILE_CHUNK : 0);
  sg_release(in->vm->memory, in->plain, in->plain ? SG_INFILE_CHUNK : 0);
  sg_buffer_clear(&in->kept);
}
