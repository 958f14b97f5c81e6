/* sgrad: what numbers and strings in a text stand for. */
#ifndef SG_SYNTAX_LITERAL_H
#define SG_SYNTAX_LITERAL_H

#include "syntax/arena.h"
#include "syntax/ast.h"

/* Why a literal is refused; all NULL after running out of memory. */
typedef struct sg_literal_error {
  sg_span place;
  const char *message;
  const char *note; /* or NULL */
} sg_literal_error;

/* The value of the number that fills `span`. 1e309 is inf. */
bool sg_literal_number(sg_arena *arena, const char *text, sg_span span, double *value,
                       sg_literal_error *error);
/* The content of a string: `span` is what stands between its quotes. With `braces`, the text of an
 * f-string, in which {{ and }} are braces. */
bool sg_literal_string(sg_arena *arena, const char *text, sg_span span, bool braces,
                       sg_text *content, sg_literal_error *error);

#endif
