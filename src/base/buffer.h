/* sgrad: a growable text buffer.
 *
 * Invariant: text[0..count) is what was appended so far; after a failed append (`failed`) nothing
 * more is added, so a caller appends freely and checks once at the end.
 */
#ifndef SG_BASE_BUFFER_H
#define SG_BASE_BUFFER_H

#include "base/memory.h"

typedef struct sg_buffer {
  sg_memory *memory; /* not owned */
  char *items;       /* owned; not zero-terminated, see sg_buffer_text */
  uint32_t count;
  uint32_t capacity;
  bool failed; /* out of memory (or past 2^32 - 2 bytes) in some append */
} sg_buffer;

void sg_buffer_init(sg_buffer *buffer, sg_memory *memory);
void sg_buffer_clear(sg_buffer *buffer); /* releases; the buffer may be used again */
void sg_buffer_add(sg_buffer *buffer, const char *text, size_t bytes);
void sg_buffer_puts(sg_buffer *buffer, const char *text);
void sg_buffer_putc(sg_buffer *buffer, char c);
void sg_buffer_pad(sg_buffer *buffer, char c, size_t times);
__attribute__((format(printf, 2, 3))) void sg_buffer_printf(sg_buffer *buffer, const char *format,
                                                            ...);
/* Appends text that came from input so that no control, escape, C1 or bidirectional-override
 * character and no invalid byte reaches a terminal: they appear as \x1b or \u{202e}. `quote` (0 for
 * none) is escaped too. Newline and tab stay when `quote` is 0, else become \n and \t. */
void sg_buffer_escape(sg_buffer *buffer, const char *text, size_t bytes, char quote);
/* How many columns of a terminal what was appended since `start` takes; 0 when `failed`. */
size_t sg_buffer_columns(const sg_buffer *buffer, uint32_t start);
/* The content with a terminating zero (valid until the next call), or NULL when `failed`. */
const char *sg_buffer_text(sg_buffer *buffer);

#endif
