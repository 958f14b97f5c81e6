/* sgrad: UTF-8 and the classes of code points that the language speaks of. */
#ifndef SG_BASE_UTF8_H
#define SG_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes the code point at text[0..bytes), bytes > 0; its length in bytes, or 0 when the bytes are
 * not valid UTF-8 (overlong forms, surrogates and values past U+10FFFF are invalid). */
size_t sg_utf8_decode(const char *text, size_t bytes, uint32_t *code);
/* Writes 1 to 4 bytes; returns how many. `code` must be a Unicode scalar value. */
size_t sg_utf8_encode(char out[4], uint32_t code);
/* Code points in valid UTF-8 text. */
size_t sg_utf8_length(const char *text, size_t bytes);
/* The offset of the first invalid byte, or `bytes` when all is valid. */
size_t sg_utf8_check(const char *text, size_t bytes);
/* The byte offset of code point `index` (at most the text's length) in valid text. */
size_t sg_utf8_offset(const char *text, size_t bytes, size_t index);
/* The first byte of the code point that byte `at` of valid text belongs to. */
size_t sg_utf8_start(const char *text, size_t at);
/* Columns that a terminal uses for it: 0, 1 or 2. */
int sg_utf8_width(uint32_t code);
/* The length of the code point at text[0..bytes), bytes > 0, and its columns; an invalid byte is
 * one by itself. */
size_t sg_utf8_step(const char *text, size_t bytes, size_t *columns);
size_t sg_utf8_columns(const char *text, size_t bytes); /* of all of them */

bool sg_is_name_start(uint32_t code); /* a Unicode letter or _ */
bool sg_is_name_part(uint32_t code);  /* those, digits, subscript digits, combining marks */
/* Control, C1, line/paragraph separators, zero-width and bidirectional controls, unassigned-like:
 * what must not reach a terminal as it is. */
bool sg_is_unprintable(uint32_t code);
/* Upper or lower case of one code point (simple mapping). */
uint32_t sg_code_upper(uint32_t code);
uint32_t sg_code_lower(uint32_t code);

#endif
