/* sgrad: the history file: what was entered, the oldest first.
 *
 * The first line of an entry is a line of the file, each further one follows behind a tab: so an
 * entry of several lines, blank ones among them, comes back whole, and the file can be read. Every
 * entry is appended on its own, so that sessions at the same time keep each other's.
 */
#ifndef SG_REPL_LINE_HISTORY_H
#define SG_REPL_LINE_HISTORY_H

#include "base/buffer.h"

enum {
  SG_HISTORY_ENTRIES = 10000,  /* the latest of the file that are loaded */
  SG_HISTORY_BYTES = 4 << 20,  /* from its end that are looked at */
  SG_HISTORY_LONGEST = 1 << 20 /* bytes of an entry, beyond which it is not written */
};

typedef struct sg_history {
  sg_buffer path; /* of the file; empty: none is kept */
} sg_history;

/* Finds the file or makes it. What stands in the way is appended to `complaint`. */
void sg_history_init(sg_history *history, sg_memory *memory, sg_buffer *complaint);
void sg_history_clear(sg_history *history);
/* Gives out what the file holds. An entry is valid during the call. */
void sg_history_load(sg_history *history, void (*take)(void *context, const char *entry),
                     void *context);
/* Writes an entry, which begins and ends with something else than a blank. */
void sg_history_append(sg_history *history, const char *entry);

#endif
