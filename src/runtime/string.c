/* sgrad: strings and the table of interned ones. */
#include "base/utf8.h"
#include "runtime/heap.h"

/* FNV-1a, 32 bits (Fowler, Noll, Vo). */
static uint32_t hash_text(const char *text, size_t bytes) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
  return hash;
}

sg_string *sg_string_reserve(sg_heap *heap, size_t bytes) {
  if (bytes >= UINT32_MAX) return NULL;
  sg_string *string = sg_heap_allocate(heap, sizeof *string + bytes + 1, SG_STRING);
  if (!string) return NULL;
  string->interned = false;
  string->bytes = (uint32_t)bytes;
  string->length = string->hash = 0;
  string->text[bytes] = '\0';
  return string;
}

void sg_string_finish(sg_string *string) {
  string->length = (uint32_t)sg_utf8_length(string->text, string->bytes);
}

sg_string *sg_string_new(sg_heap *heap, const char *text, size_t bytes) {
  sg_string *string = sg_string_reserve(heap, bytes);
  if (!string) return NULL;
  if (bytes) memcpy(string->text, text, bytes);
  sg_string_finish(string);
  return string;
}

bool sg_string_equal(const sg_string *x, const sg_string *y) {
  return x == y || (x->bytes == y->bytes && !(x->interned && y->interned) &&
                    memcmp(x->text, y->text, x->bytes) == 0);
}

/* The slot where the text stands or would go; the table is never full. */
static uint32_t find_slot(const sg_heap *heap, const char *text, size_t bytes, uint32_t hash) {
  uint32_t mask = heap->interned_size - 1;
  for (uint32_t slot = hash & mask;; slot = (slot + 1) & mask) {
    const sg_string *string = heap->interned[slot];
    if (!string ||
        (string->hash == hash && string->bytes == bytes && memcmp(string->text, text, bytes) == 0))
      return slot;
  }
}

static bool grow_table(sg_heap *heap) {
  if ((heap->interned_count + 1) * 4u <= heap->interned_size * 3u) return true;
  uint32_t old_size = heap->interned_size;
  uint32_t size = old_size ? old_size * 2 : 1024;
  sg_string **old = heap->interned;
  sg_string **table = sg_allocate(heap->memory, size * sizeof(sg_string *));
  if (!table) return false;
  memset(table, 0, size * sizeof(sg_string *));
  heap->interned = table;
  heap->interned_size = size;
  for (uint32_t i = 0; i < old_size; i++)
    if (old[i]) table[find_slot(heap, old[i]->text, old[i]->bytes, old[i]->hash)] = old[i];
  sg_release(heap->memory, old, old_size * sizeof(sg_string *));
  return true;
}

static sg_string *add_interned(sg_heap *heap, sg_string *string, uint32_t hash) {
  if (!string || !grow_table(heap)) return NULL;
  string->hash = hash;
  string->interned = true;
  heap->interned[find_slot(heap, string->text, string->bytes, hash)] = string;
  heap->interned_count++;
  return string;
}

sg_string *sg_string_intern(sg_heap *heap, const char *text, size_t bytes) {
  uint32_t hash = hash_text(text, bytes);
  if (heap->interned_size) {
    sg_string *known = heap->interned[find_slot(heap, text, bytes, hash)];
    if (known) return known;
  }
  return add_interned(heap, sg_string_new(heap, text, bytes), hash);
}

sg_string *sg_string_key(sg_heap *heap, sg_string *string) {
  if (string->interned) return string;
  uint32_t hash = hash_text(string->text, string->bytes);
  if (heap->interned_size) {
    sg_string *known = heap->interned[find_slot(heap, string->text, string->bytes, hash)];
    if (known) return known;
  }
  return add_interned(heap, string, hash);
}

/* Removal from open addressing without tombstones: the run behind the hole is put in again. */
void sg_string_forget(sg_heap *heap, const sg_string *string) {
  uint32_t mask = heap->interned_size - 1;
  uint32_t slot = find_slot(heap, string->text, string->bytes, string->hash);
  heap->interned[slot] = NULL;
  heap->interned_count--;
  for (slot = (slot + 1) & mask; heap->interned[slot]; slot = (slot + 1) & mask) {
    sg_string *moved = heap->interned[slot];
    heap->interned[slot] = NULL;
    heap->interned[find_slot(heap, moved->text, moved->bytes, moved->hash)] = moved;
  }
}
