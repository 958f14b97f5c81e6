/* sgrad: memory that is released all at once: a chain of chunks, each twice the one before. */
#include "syntax/arena.h"

#include <string.h>

enum { FIRST_CHUNK = 4096, LARGEST_CHUNK = 1 << 20 };

struct sg_chunk {
  sg_chunk *next;
  size_t size; /* of `bytes` */
  _Alignas(double) unsigned char bytes[];
};

void sg_arena_init(sg_arena *arena, sg_memory *memory) { *arena = (sg_arena){.memory = memory}; }

void sg_arena_clear(sg_arena *arena) {
  while (arena->chunks != NULL) {
    sg_chunk *chunk = arena->chunks;
    arena->chunks = chunk->next;
    sg_release(arena->memory, chunk, sizeof *chunk + chunk->size);
  }
  arena->left = 0;
}

static bool add_chunk(sg_arena *arena, size_t need) {
  size_t size = arena->chunks == NULL ? FIRST_CHUNK : arena->chunks->size * 2;
  if (size > LARGEST_CHUNK) size = LARGEST_CHUNK;
  if (size < need) size = need;
  sg_chunk *chunk = sg_allocate(arena->memory, sizeof *chunk + size);
  if (chunk == NULL) return false;
  chunk->next = arena->chunks;
  chunk->size = size;
  arena->chunks = chunk;
  arena->left = size;
  return true;
}

void *sg_arena_get(sg_arena *arena, size_t size) {
  size_t need = (size + sizeof(double) - 1) / sizeof(double) * sizeof(double);
  if (need < size) return NULL;
  if (need > arena->left && !add_chunk(arena, need)) return NULL;
  sg_chunk *chunk = arena->chunks;
  unsigned char *bytes = chunk->bytes + (chunk->size - arena->left);
  arena->left -= need;
  memset(bytes, 0, size);
  return bytes;
}
