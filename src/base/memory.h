/* sgrad: the one allocator.
 *
 * Every byte the library holds comes from a sg_memory: accounted, limited, and able to fail on
 * request. Sizes are given back on release, so a block carries no header.
 *
 * Ownership in four sentences, for the whole library. What a function named _new returns is the
 * caller's, who calls the matching _free; what _init fills is cleared by _clear. A pointer passed
 * in stays the caller's unless the comment says "takes". A heap object (runtime/heap.h) belongs to
 * its heap, and lives until a collection finds it unreachable. Text given out (a message, a name)
 * is valid until the next call on the object that gave it.
 */
#ifndef SG_BASE_MEMORY_H
#define SG_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sg_memory {
  size_t used;    /* bytes handed out and not yet released */
  size_t peak;    /* the largest `used` so far */
  size_t limit;   /* `used` never passes it; SIZE_MAX: no limit */
  bool yields;    /* after Ctrl-C it gives out nothing: what needs memory gives up */
  uint64_t calls; /* allocations and growths asked for so far */
  /* When set, asked before each allocation with its number (from 1); true makes it fail. */
  bool (*fault)(void *context, uint64_t call);
  void *fault_context;
} sg_memory;

void sg_memory_init(sg_memory *memory);

/* What reading and compiling a short text takes is little: the limit does not bind it, or a session
 * that is full could never be told to let go of something. Sets the limit for a text of so many
 * bytes; returns the one before, to be put back. */
size_t sg_memory_admit_text(sg_memory *memory, size_t bytes);

/* NULL when out of memory, over the limit, after Ctrl-C where `yields` is set, or when the fault
 * hook says so. Size 0 is an error. */
void *sg_allocate(sg_memory *memory, size_t size);

/* As realloc: on failure (NULL) `block` stays valid as it was. Shrinking never fails. */
void *sg_resize(sg_memory *memory, void *block, size_t old_size, size_t new_size);

/* `block` may be NULL when size is 0. */
void sg_release(sg_memory *memory, void *block, size_t size);

/* Whether Ctrl-C asks to give up, where `yields` is set. For loops that allocate little. */
bool sg_yields(const sg_memory *memory);
/* memcpy in pieces. False: given up because of Ctrl-C, where `yields` is set. */
bool sg_copy(const sg_memory *memory, void *to, const void *from, size_t bytes);
/* The same for memset. */
bool sg_fill(const sg_memory *memory, void *to, char byte, size_t bytes);

/* To be called once in some ten thousand releases of small blocks: glibc gathers those, and would
 * join millions of them at some later allocation, too long for Ctrl-C to wait. */
void sg_memory_tidy(void);

/* How many items an array of `capacity` should grow to that needs `need` and wishes for `wish`: the
 * wish, or where the limit or 32 bits forbid that, `need` and the largest halving of what was
 * wished beyond it that fits, so that growing towards the limit takes few steps. */
size_t sg_memory_growth(const sg_memory *memory, size_t capacity, size_t need, size_t wish,
                        size_t item_size);
/* Grows an array to hold at least `need` items, by doubling. False leaves it as is. */
bool sg_reserve(sg_memory *memory, void **items, uint32_t *capacity, size_t need, size_t item_size);

/* The same for a struct with the fields `items` and `capacity`. */
#define SG_RESERVE(memory, array, need)                                                            \
  ((need) <= (array)->capacity || sg_reserve((memory), (void **)&(array)->items,                   \
                                             &(array)->capacity, (need), sizeof *(array)->items))
/* Releases the items of such a struct, which keeps its fields. */
#define SG_RELEASE(memory, array)                                                                  \
  sg_release((memory), (array)->items, (array)->capacity * sizeof *(array)->items)

#endif
