/* sgrad: JSON (RFC 8259) read by one pass over a text, and strings written.
 *
 * Strict: no comments, no trailing commas, no bytes that are not UTF-8, no unpaired surrogates, no
 * leading zeros. The reader allocates nothing and knows of no nesting: whoever reads says what is
 * to come, and bounds the depth. After the first failure, which says what is wrong and where, every
 * call fails.
 */
#ifndef SG_BASE_JSON_H
#define SG_BASE_JSON_H

#include "base/buffer.h"

typedef struct sg_json {
  const char *text; /* not owned */
  size_t count;
  size_t at;           /* the next byte */
  const char *problem; /* "a string is never closed"; NULL: none so far */
  size_t problem_at;
} sg_json;

static inline sg_json sg_json_read(const char *text, size_t count) {
  return (sg_json){.text = text, .count = count};
}

/* Sets what is wrong, at a byte, unless something is already. Always false. */
bool sg_json_fail(sg_json *json, size_t at, const char *problem);

/* The first byte of the value that comes next, past blanks: one of {["tfn-0..9 if it is one; 0 at
 * the end. */
char sg_json_peek(sg_json *json);
/* Goes past one of [{:,, or fails with "'{' expected". */
bool sg_json_take(sg_json *json, char punctuation);
/* The loop over a container: true when an item follows (the comma before it is passed), false when
 * its closing bracket is, or on failure: look at `problem`. `*first` is true before the first. */
bool sg_json_more(sg_json *json, char closing, bool *first);
/* A string's content instead of what `out` holds. On Ctrl-C, if memory yields, it is given up as
 * when out of memory: `out` has failed, without a problem. */
bool sg_json_string(sg_json *json, sg_buffer *out);
/* The same and a colon. */
bool sg_json_key(sg_json *json, sg_buffer *out);
/* The next key of an object, which must be this one. */
bool sg_json_this_key(sg_json *json, const char *key, bool *first, sg_buffer *scratch);
bool sg_json_number(sg_json *json, double *out);
/* A whole number from 0 below 2^64, written as digits. */
bool sg_json_whole(sg_json *json, uint64_t *out);
/* true, false or null: goes past it if it comes next. */
bool sg_json_is_word(sg_json *json, const char *word);
/* That nothing but blanks follows. */
bool sg_json_end(sg_json *json);

/* Appends text, valid UTF-8, as a string in quotes. */
void sg_json_quote(sg_buffer *out, const char *text, size_t bytes);

#endif
