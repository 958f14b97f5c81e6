/* sgrad: a file written whole or not at all. */
#include "builtins/data/outfile.h"

#include "builtins/data/infile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GZIP_WINDOW = 15 + 16, NAME_TRIES = 100 };

static bool fail_system(sg_outfile *out, int code) {
  return sg_vm_fail(out->vm, "cannot write %s: %s", out->path, strerror(code));
}

/* A new file beside the path; an old file's permissions are its. */
static bool open_temporary(sg_outfile *out, const struct stat *old) {
  for (int i = 0; i < NAME_TRIES; i++) {
    snprintf(out->temporary, sizeof out->temporary, "%s.%ld-%d.tmp", out->path, (long)getpid(), i);
    out->descriptor = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (out->descriptor >= 0) break;
    int code = errno;
    if (code == EEXIST && i + 1 < NAME_TRIES) continue;
    out->temporary[0] = '\0';
    return fail_system(out, code);
  }
  if (old && fchmod(out->descriptor, old->st_mode & 07777) != 0) return fail_system(out, errno);
  return true;
}

/* A rename would replace a link that leads nowhere, not make the file that it names. */
static bool open_new(sg_outfile *out) {
  struct stat link;
  if (lstat(out->path, &link) != 0) return open_temporary(out, NULL);
  return sg_vm_fail(out->vm, "cannot write %s: it is a link to a file that is not there",
                    out->path);
}

static bool open_descriptor(sg_outfile *out) {
  struct stat old;
  if (stat(out->path, &old) != 0) return errno == ENOENT ? open_new(out) : fail_system(out, errno);
  bool may_write =
      faccessat(AT_FDCWD, out->path, W_OK, AT_EACCESS) == 0; /* a rename would not ask */
  if (S_ISREG(old.st_mode)) return may_write ? open_temporary(out, &old) : fail_system(out, errno);
  if (S_ISDIR(old.st_mode)) return fail_system(out, EISDIR);
  out->direct = true;
  out->descriptor = open(out->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  return out->descriptor >= 0 || fail_system(out, errno);
}

static bool start_zip(sg_outfile *out) {
  out->zip.zalloc = sg_zip_allocate;
  out->zip.zfree = sg_zip_release;
  out->zip.opaque = out->vm->memory;
  int status = deflateInit2(&out->zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                            Z_DEFAULT_STRATEGY);
  out->zipped = status == Z_OK;
  return out->zipped || sg_vm_fail_memory(out->vm);
}

bool sg_outfile_open(sg_outfile *out, sg_vm *vm, const char *path) {
  size_t length = strlen(path);
  out->vm = vm;
  out->descriptor = -1;
  out->direct = out->zipped = false;
  out->count = 0;
  out->temporary[0] = '\0';
  memset(&out->zip, 0, sizeof out->zip);
  out->chunk = sg_allocate(vm->memory, SG_OUTFILE_CHUNK);
  if (!out->chunk) return sg_vm_fail_memory(vm);
  if (!realpath(path, out->path)) snprintf(out->path, sizeof out->path, "%s", path);
  if (length >= sizeof out->path) return fail_system(out, ENAMETOOLONG);
  if (!open_descriptor(out)) return false;
  return length < 3 || strcmp(path + length - 3, ".gz") != 0 || start_zip(out);
}

static bool write_all(sg_outfile *out, const char *bytes, size_t count) {
  while (count) {
    if (!sg_vm_poll(out->vm)) return false;
    ssize_t done = write(out->descriptor, bytes, count);
    if (done >= 0) {
      bytes += done;
      count -= (size_t)done;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      struct pollfd wait = {.fd = out->descriptor, .events = POLLOUT};
      poll(&wait, 1, 100);
    } else if (errno != EINTR) {
      return fail_system(out, errno);
    }
  }
  return true;
}

static bool flush(sg_outfile *out) {
  size_t count = out->count;
  out->count = 0;
  return write_all(out, out->chunk, count);
}

/* Zips the bytes; `mode` Z_FINISH ends the file. */
static bool zip(sg_outfile *out, const char *bytes, size_t count, int mode) {
  out->zip.next_in = (const Bytef *)bytes;
  out->zip.avail_in = (uInt)count;
  int status = Z_OK;
  do {
    out->zip.next_out = (Bytef *)out->chunk;
    out->zip.avail_out = SG_OUTFILE_CHUNK;
    status = deflate(&out->zip, mode);
    out->count = SG_OUTFILE_CHUNK - out->zip.avail_out;
    if (!flush(out)) return false;
  } while (mode == Z_FINISH ? status != Z_STREAM_END : out->zip.avail_out == 0);
  return true;
}

bool sg_outfile_write(sg_outfile *out, const char *bytes, size_t count) {
  while (count) {
    size_t part = count < SG_OUTFILE_CHUNK ? count : SG_OUTFILE_CHUNK;
    if (out->zipped) {
      if (!zip(out, bytes, part, Z_NO_FLUSH)) return false;
    } else {
      if (out->count + part > SG_OUTFILE_CHUNK && !flush(out)) return false;
      memcpy(out->chunk + out->count, bytes, part);
      out->count += part;
    }
    bytes += part;
    count -= part;
  }
  return true;
}

/* Makes a rename last: the directory is synced too, where the system lets it. */
static void sync_directory(const char *path) {
  char directory[PATH_MAX];
  const char *slash = strrchr(path, '/');
  size_t length = slash ? (size_t)(slash - path) : 0;
  if (slash) snprintf(directory, sizeof directory, "%.*s", (int)(length ? length : 1), path);
  int descriptor = open(slash ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

bool sg_outfile_commit(sg_outfile *out) {
  if (out->zipped ? !zip(out, "", 0, Z_FINISH) : !flush(out)) return false;
  if (!out->direct && fsync(out->descriptor) != 0) return fail_system(out, errno);
  int failed = close(out->descriptor);
  out->descriptor = -1;
  if (failed) return fail_system(out, errno);
  if (out->direct) return true;
  if (rename(out->temporary, out->path) != 0) return fail_system(out, errno);
  out->temporary[0] = '\0';
  sync_directory(out->path);
  return true;
}

void sg_outfile_close(sg_outfile *out) {
  if (out->zipped) deflateEnd(&out->zip);
  if (out->descriptor >= 0) close(out->descriptor);
  if (out->temporary[0]) unlink(out->temporary);
  sg_release(out->vm->memory, out->chunk, out->chunk ? SG_OUTFILE_CHUNK : 0);
}
