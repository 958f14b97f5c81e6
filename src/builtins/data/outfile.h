/* sgrad: a file written whole or not at all.
 *
 * Invariant: until sg_outfile_commit succeeds the old file is as it was: the bytes go to a
 * temporary file beside it, which is synced and renamed over it. What is no regular file (a device,
 * a pipe) is written directly. A name that ends in .gz is zipped. Errors are set on the evaluator,
 * naming the file.
 */
#ifndef SG_BUILTINS_DATA_OUTFILE_H
#define SG_BUILTINS_DATA_OUTFILE_H

#include "runtime/vm.h"

#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>

enum { SG_OUTFILE_CHUNK = 1 << 16 };

typedef struct sg_outfile {
  sg_vm *vm; /* not owned */
  int descriptor;
  bool direct;
  bool zipped;
  size_t count;        /* bytes in `chunk` not yet written */
  char *chunk;         /* [SG_OUTFILE_CHUNK], owned */
  char path[PATH_MAX]; /* links followed */
  char temporary[PATH_MAX + 32];
  z_stream zip;
} sg_outfile;

/* False: the error is set; close it all the same. */
bool sg_outfile_open(sg_outfile *out, sg_vm *vm, const char *path);
bool sg_outfile_write(sg_outfile *out, const char *bytes, size_t count);
bool sg_outfile_commit(sg_outfile *out);
/* Releases; without a commit the old file stays. */
void sg_outfile_close(sg_outfile *out);

#endif
