/* sgrad: where the files of a person's sessions lie. */
#ifndef SG_REPL_PLACES_H
#define SG_REPL_PLACES_H

#include "base/buffer.h"

/* Each appends a path; false: there is none (or out of memory), `path` may hold a part. */

/* $SGRAD_HISTORY (empty: none), else ${XDG_STATE_HOME:-~/.local/state}/sgrad/history. */
bool sg_place_history(sg_buffer *path);
/* ${XDG_CONFIG_HOME:-~/.config}/sgrad/init.sg, when there is one. */
bool sg_place_init(sg_buffer *path);
/* The i-th folder where the examples may lie: those of the program's own tree, installed or built,
 * then the configured one. `*last`: there are no more behind it. */
bool sg_place_examples(sg_buffer *path, size_t i, bool *last);
/* Makes the directories that lead to a file, mode 0700. */
void sg_place_make_directories(const char *path);
/* Opens a file of this user's own, mode 0600 (made so when it is not), to be read and appended to,
 * and makes it when it is missing. -1: none, and why in `reason`, which is NULL for /dev/null.
 * Never follows a symbolic link, and opens nothing but regular files. */
int sg_place_open(const char *path, const char **reason);

#endif
