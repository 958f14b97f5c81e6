/* sgrad: Ctrl-C.
 *
 * Every loop that may run long looks at sg_interrupted, at least once in some ten milliseconds, and
 * gives up what it has begun: long loops over items go in pieces.
 */
#ifndef SG_BASE_INTERRUPT_H
#define SG_BASE_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Set by a signal handler, cleared when that has been reported. The only mutable global. */
extern volatile sig_atomic_t sg_interrupted;

enum { SG_PIECE = 1 << 16 };

/* The end of the next piece of a loop; false: all is done, or Ctrl-C came between two pieces. What
 * is over within the first piece is never given up. */
static inline bool sg_piece(uint32_t done, uint32_t count, uint32_t *end) {
  if (done >= count || (done >= SG_PIECE && sg_interrupted)) return false;
  *end = count - done > SG_PIECE ? done + SG_PIECE : count;
  return true;
}

/* for (uint32_t k = from; k < count; k++), given up on Ctrl-C. Leave it by return only. */
#define SG_EACH(k, from, count)                                                                    \
  for (uint32_t k = (from), k##_end = 0; sg_piece(k, (count), &k##_end);)                          \
    for (; k < k##_end; k++)

/* Whether a loop in pieces over so many may have been given up. */
static inline bool sg_gave_up(uint32_t count) { return count > SG_PIECE && sg_interrupted; }

#endif
