/* sgrad: bytes that are kept in the order in which they came, however many.
 *
 * Invariant: the first `filed` bytes lie in an unlinked temporary file, the rest in `tail`. Where
 * no file can be made or written, memory takes its place. What could not be kept at all is `lost`,
 * and so is everything behind it.
 */
#ifndef SG_REPL_SPILL_H
#define SG_REPL_SPILL_H

#include "base/buffer.h"

typedef struct sg_spill {
  sg_buffer tail;
  uint64_t filed;
  int file; /* -1: none yet */
} sg_spill;

void sg_spill_init(sg_spill *spill, sg_memory *memory);
void sg_spill_clear(sg_spill *spill); /* empty again, ready for use */

static inline uint64_t sg_spill_size(const sg_spill *spill) {
  return spill->filed + spill->tail.count;
}
static inline bool sg_spill_is_lost(const sg_spill *spill) { return spill->tail.failed; }

void sg_spill_add(sg_spill *spill, const void *bytes, size_t count);
/* Within what is there. False: the file cannot be read. */
bool sg_spill_read(sg_spill *spill, uint64_t at, void *out, size_t count);
/* Overwrites bytes that are there. False: the file cannot be written. */
bool sg_spill_write(sg_spill *spill, uint64_t at, const void *bytes, size_t count);

#endif
