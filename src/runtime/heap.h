/* sgrad: the inside of the heap, for the files that make objects. */
#ifndef SG_RUNTIME_HEAP_H
#define SG_RUNTIME_HEAP_H

#include "runtime/object.h"

/* A new object of `size` bytes on the heap's list, its head filled; NULL when out of memory. */
void *sg_heap_allocate(sg_heap *heap, size_t size, sg_kind kind);
/* Tells the heap that an object now owns `bytes` more. */
void sg_heap_account(sg_heap *heap, size_t bytes);
/* Forgets an interned string that is about to be freed. */
void sg_string_forget(sg_heap *heap, const sg_string *string);

#endif
