/* sgrad: strings and the table of interned ones. */
#include "base/utf8.h"
#include "runtime/heap.h"

enum { LONG_TEXT = 4096, SEARCHED_AT_ONCE = 1 << 20 };

/* FNV-1a, 32 bits (Fowler, Noll, Vo). Of a long text given up on Ctrl-C. */
static uint32_t hash_text(const char *text, size_t bytes) {
  uint32_t hash = 2166136261u;
  SG_EACH (i, 0, (uint32_t)bytes) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
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

/* False: given up on Ctrl-C. */
static bool fill(const sg_heap *heap, sg_string *string, const char *text) {
  for (size_t done = 0; done < string->bytes;) {
    size_t rest = string->bytes - done, part = rest < SG_PIECE ? rest : SG_PIECE;
    if (done > 0 && sg_yields(heap->memory)) return false;
    memcpy(string->text + done, text + done, part);
    string->length += (uint32_t)sg_utf8_length(text + done, part);
    done += part;
  }
  return true;
}

sg_string *sg_string_new(sg_heap *heap, const char *text, size_t bytes) {
  sg_string *string = sg_string_reserve(heap, bytes);
  return string && fill(heap, string, text) ? string : NULL;
}

int sg_string_order(const sg_string *x, const sg_string *y) {
  uint32_t shorter = x->bytes < y->bytes ? x->bytes : y->bytes;
  if (x == y || (shorter > LONG_TEXT && sg_interrupted)) return 0;
  for (uint32_t start = 0, end; sg_piece(start, shorter, &end); start = end) {
    int order = memcmp(x->text + start, y->text + start, end - start);
    if (order) return order;
  }
  return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

bool sg_string_equal(const sg_string *x, const sg_string *y) {
  return x == y ||
         (x->bytes == y->bytes && !(x->interned && y->interned) && sg_string_order(x, y) == 0);
}

size_t sg_string_find(const sg_string *string, size_t from, const sg_string *part) {
  size_t step = part->bytes > SEARCHED_AT_ONCE ? part->bytes : SEARCHED_AT_ONCE;
  for (size_t at = from; at + part->bytes <= string->bytes; at += step) {
    size_t rest = string->bytes - at;
    size_t bytes = rest > step + part->bytes ? step + part->bytes : rest;
    const char *place = memmem(string->text + at, bytes, part->text, part->bytes);
    if (place) return (size_t)(place - string->text);
    if (sg_interrupted) break;
  }
  return string->bytes;
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
  SG_EACH (i, 0, old_size)
    if (old[i]) table[find_slot(heap, old[i]->text, old[i]->bytes, old[i]->hash)] = old[i];
  if (sg_gave_up(old_size)) {
    heap->interned = old;
    heap->interned_size = old_size;
    sg_release(heap->memory, table, size * sizeof(sg_string *));
    return false;
  }
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

/* The table is weak: what it finds may be dead and waiting to be freed. */
static sg_string *keep(const sg_heap *heap, sg_string *known) {
  known->head.mark = heap->mark;
  return known;
}

sg_string *sg_string_intern(sg_heap *heap, const char *text, size_t bytes) {
  if (!bytes) text = ""; /* an empty buffer has none */
  uint32_t hash = hash_text(text, bytes);
  if (bytes > SG_PIECE && sg_interrupted) return NULL;
  if (heap->interned_size) {
    sg_string *known = heap->interned[find_slot(heap, text, bytes, hash)];
    if (known) return keep(heap, known);
  }
  return add_interned(heap, sg_string_new(heap, text, bytes), hash);
}

sg_string *sg_string_key(sg_heap *heap, sg_string *string) {
  if (string->interned) return string;
  uint32_t hash = hash_text(string->text, string->bytes);
  if (sg_gave_up(string->bytes)) return NULL;
  if (heap->interned_size) {
    sg_string *known = heap->interned[find_slot(heap, string->text, string->bytes, hash)];
    if (known) return keep(heap, known);
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
