/* sgrad: where the files of a person's sessions lie. */
#ifndef SG_REPL_PLACES_H
#define SG_REPL_PLACES_H

#include "base/buffer.h"

/* Each appends a path; false: there is none (or out of memory), `path` may hold a part. */

/* $SGRAD_HISTORY (empty: none), else ${XDG_STATE_HOME:-~/.local/state}/sgrad/history. */
bool sg_place_history(sg_buffer *path);
/* ${XDG_CONFIG_HOME:-~/.config}/sgrad/init.sg, when that can be read. */
bool sg_place_init(sg_buffer *path);
/* The i-th folder where the examples may lie: those of the program's own tree, installed or built,
 * then the configured one. `*last`: there are no more behind it. */
bool sg_place_examples(sg_buffer *path, size_t i, bool *last);
/* Makes the directories that lead to a file, mode 0700, and the file, mode 0600. False: it could
 * not be made, or is no regular file of this user (a symbolic link is never followed). */
bool sg_place_make(const char *path);

#endif
