/* sgrad: memory that is released all at once.
 *
 * Invariant: what sg_arena_get returned stays where it is until sg_arena_clear.
 */
#ifndef SG_SYNTAX_ARENA_H
#define SG_SYNTAX_ARENA_H

#include "base/memory.h"

typedef struct sg_chunk sg_chunk;

typedef struct sg_arena {
  sg_memory *memory; /* not owned */
  sg_chunk *chunks;  /* owned; the first is the one being filled */
  size_t left;       /* bytes free in it */
} sg_arena;

void sg_arena_init(sg_arena *arena, sg_memory *memory);
void sg_arena_clear(sg_arena *arena);
/* `size` bytes of zeros, aligned for pointers and doubles; NULL when out of memory. */
void *sg_arena_get(sg_arena *arena, size_t size);

#endif
