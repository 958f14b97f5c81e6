/* sgrad: the one allocator. */
#include "base/memory.h"

#include "base/interrupt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const size_t huge_block = (size_t)4 << 20;
static const size_t page = 4096;
static const size_t copied_at_once = (size_t)1 << 20;

/* Large blocks ask for huge pages: first touch is then up to twice as fast. Only advice, so its
 * result does not matter. glibc resizes such blocks by mremap, which moves no bytes as long as the
 * block is one mapping: so the advice is for the whole of it, rounded outwards to pages. */
static void advise(void *block, size_t size) {
#ifdef MADV_HUGEPAGE
  if (size < huge_block) return;
  size_t before = (uintptr_t)block % page;
  size_t whole = (before + size + page - 1) / page * page;
  (void)madvise((char *)block - before, whole, MADV_HUGEPAGE);
#else
  (void)block;
  (void)size;
#endif
}

static size_t room(const sg_memory *memory) {
  return memory->used < memory->limit ? memory->limit - memory->used : 0;
}

bool sg_yields(const sg_memory *memory) { return sg_interrupted && memory->yields; }

static inline __attribute__((always_inline)) bool admit(sg_memory *memory, size_t more) {
  memory->calls++;
  if (memory->fault && memory->fault(memory->fault_context, memory->calls)) return false;
  return more <= room(memory) && !sg_yields(memory);
}

static void account(sg_memory *memory, size_t old_size, size_t new_size) {
  assert(memory->used >= old_size);
  memory->used += new_size - old_size;
  if (memory->used > memory->peak) memory->peak = memory->used;
}

void sg_memory_init(sg_memory *memory) { *memory = (sg_memory){.limit = SIZE_MAX}; }

size_t sg_memory_admit_text(sg_memory *memory, size_t bytes) {
  enum { SHORT = 1024 };
  size_t limit = memory->limit;
  if (bytes <= SHORT) memory->limit = SIZE_MAX;
  return limit;
}

void *sg_allocate(sg_memory *memory, size_t size) {
  assert(size > 0);
  if (!admit(memory, size)) return NULL;
  void *block = malloc(size);
  if (!block) return NULL;
  advise(block, size);
  account(memory, 0, size);
  return block;
}

void *sg_resize(sg_memory *memory, void *block, size_t old_size, size_t new_size) {
  assert(new_size > 0);
  if (!block) return sg_allocate(memory, new_size);
  bool grows = new_size > old_size;
  if (grows && !admit(memory, new_size - old_size)) return NULL;
  void *moved = realloc(block, new_size);
  if (!moved && grows) return NULL;
  if (!moved) moved = block;
  if (grows) advise(moved, new_size);
  account(memory, old_size, new_size);
  return moved;
}

void sg_release(sg_memory *memory, void *block, size_t size) {
  if (!block) return;
  account(memory, size, 0);
  free(block);
}

/* An allocation of this size makes glibc join what it has gathered. */
void sg_memory_tidy(void) {
  enum { LARGE_FOR_GLIBC = 1 << 16 };
  void *volatile block = malloc(LARGE_FOR_GLIBC);
  free(block);
}

bool sg_copy(const sg_memory *memory, void *to, const void *from, size_t bytes) {
  for (size_t done = 0, part; done < bytes; done += part) {
    if (done > 0 && sg_yields(memory)) return false;
    part = bytes - done < copied_at_once ? bytes - done : copied_at_once;
    memcpy((char *)to + done, (const char *)from + done, part);
  }
  return true;
}

bool sg_fill(const sg_memory *memory, void *to, char byte, size_t bytes) {
  for (size_t done = 0, part; done < bytes; done += part) {
    if (done > 0 && sg_yields(memory)) return false;
    part = bytes - done < copied_at_once ? bytes - done : copied_at_once;
    memset((char *)to + done, byte, part);
  }
  return true;
}

size_t sg_memory_growth(const sg_memory *memory, size_t capacity, size_t need, size_t wish,
                        size_t item_size) {
  size_t most = UINT32_MAX;
  if (most > SIZE_MAX / item_size) most = SIZE_MAX / item_size;
  size_t allowed = room(memory) / item_size;
  if (allowed < most - capacity) most = capacity + allowed;
  if (need > most) return need;
  size_t extra = wish > need ? wish - need : 0;
  while (extra > most - need) extra /= 2;
  return need + extra;
}

bool sg_reserve(sg_memory *memory, void **items, uint32_t *capacity, size_t need,
                size_t item_size) {
  enum { FIRST_CAPACITY = 8 };
  if (need <= *capacity) return true;
  if (need > UINT32_MAX || need > SIZE_MAX / item_size) return false;
  size_t wish = *capacity < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : 2 * (size_t)*capacity;
  size_t grown = sg_memory_growth(memory, *capacity, need, wish, item_size);
  void *moved = sg_resize(memory, *items, *capacity * item_size, grown * item_size);
  if (!moved) return false;
  *items = moved;
  *capacity = (uint32_t)grown;
  return true;
}
