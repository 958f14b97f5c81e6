/* sgrad: a file read in chunks, gzip or not by its content.
 *
 * Invariant: text[0 .. count) is the chunk last read, plain bytes; it stays until the next
 * sg_infile_ call. What cannot be sought in (a pipe) is kept as it is read, so that it can be read
 * again. Errors: set on the evaluator, naming the file. Endless devices end by Ctrl-C or the memory
 * limit.
 */
#ifndef SG_BUILTINS_DATA_INFILE_H
#define SG_BUILTINS_DATA_INFILE_H

#include "runtime/vm.h"

#define ZLIB_CONST
#include <zlib.h>

typedef struct sg_infile {
  sg_vm *vm;        /* not owned */
  const char *path; /* not owned */
  const char *text; /* the chunk: within `raw`, `plain` or `kept` */
  size_t count;     /* 0 at the end */
  int descriptor;
  bool seekable;
  bool started; /* the first chunk has been read, so `zipped` is known */
  bool zipped;
  bool inside;    /* zipped: the end of a member has not been seen */
  bool replayed;  /* kept was handed out since the last rewind */
  uint64_t taken; /* bytes of the file in all chunks of `raw` so far */
  bool ended;     /* everything has been read once */
  char *raw;      /* [SG_INFILE_CHUNK], owned: bytes of the file */
  char *plain;    /* the same for what is unzipped; NULL until needed */
  sg_buffer kept;
  z_stream zip;
} sg_infile;

enum { SG_INFILE_CHUNK = 1 << 16 };

/* False: the error is set; close it all the same. */
bool sg_infile_open(sg_infile *in, sg_vm *vm, const char *path);
bool sg_infile_next(sg_infile *in);   /* the next chunk, empty at the end */
bool sg_infile_rewind(sg_infile *in); /* the next chunk is the first again */
void sg_infile_close(sg_infile *in);

/* zlib's memory from ours, for z_stream.zalloc and zfree with opaque = sg_memory *. */
void *sg_zip_allocate(void *memory, unsigned items, unsigned size);
void sg_zip_release(void *memory, void *block);

#endif
