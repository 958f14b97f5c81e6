/* sgrad: whole files as text. */
#ifndef SG_BASE_FILE_H
#define SG_BASE_FILE_H

#include "base/buffer.h"

enum { SG_FILE_LIMIT = 1 << 30 }; /* bytes: an endless device is an error, not a full memory */

/* Appends the content of a file. Returns 0 or an errno: EISDIR for a directory, EFBIG past
 * SG_FILE_LIMIT, ENOMEM, EINTR after Ctrl-C. */
int sg_file_read(sg_buffer *out, const char *path);
/* The same for what is left to read from an open descriptor. */
int sg_file_read_open(sg_buffer *out, int descriptor);

#endif
