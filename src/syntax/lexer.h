/* sgrad: what the files of the lexer share: where it stands, what is open, and how a token is
 * added.
 *
 * Open brackets and f-strings stand on a stack of their own. What cannot be read becomes a BROKEN
 * token, which the parser reports when it gets there: one error a statement, whatever its kind.
 */
#ifndef SG_SYNTAX_LEXER_H
#define SG_SYNTAX_LEXER_H

#include "syntax/token.h"

/* What is open. An f-string stands on the stack as its quote, a '{' inside it as SG_REPLACEMENT. */
enum { SG_REPLACEMENT = 'R' };

typedef struct sg_opener {
  char kind; /* ( [ { " ' or SG_REPLACEMENT */
  uint32_t token;
} sg_opener;

typedef struct sg_openers {
  sg_opener *items;
  uint32_t count;
  uint32_t capacity;
} sg_openers;

typedef struct sg_lexer {
  sg_memory *memory;
  const char *text; /* `length` bytes and a zero */
  uint32_t length;
  uint32_t at;
  bool commands;
  bool newline; /* a newline stands before what comes */
  bool no_memory;
  bool no_star_slash; /* no C comment closes behind `at` */
  sg_tokens *tokens;
  sg_openers openers;
  uint32_t fstrings;  /* open ones */
  uint8_t first[128]; /* the first row that begins with the character, number + 1 */
} sg_lexer;

static inline bool sg_lexer_is_quote(char c) { return c == '"' || c == '\''; }

static inline bool sg_lexer_at_newline(const sg_lexer *l, uint32_t at) {
  char c = l->text[at];
  return at >= l->length || c == '\n' || (c == '\r' && l->text[at + 1] == '\n');
}

/* The kind of what was opened last and is open; 0: nothing is. */
static inline char sg_lexer_top(const sg_lexer *l) {
  return l->openers.count == 0 ? 0 : l->openers.items[l->openers.count - 1].kind;
}

/* Appends the token from `start` to `end`, where the lexer goes on. NULL: out of memory. */
sg_token *sg_lexer_add(sg_lexer *l, sg_token_kind kind, uint32_t start, uint32_t end);
/* A BROKEN one; the error is at `place`. */
void sg_lexer_add_broken(sg_lexer *l, uint32_t start, uint32_t end, sg_lexical_error code,
                         uint32_t place);
/* The token added last opens something of that kind. */
void sg_lexer_open(sg_lexer *l, char kind);
/* What was opened last is closed. */
sg_opener sg_lexer_close(sg_lexer *l);
/* Looks at the character at `*at` inside a string, comment or command and steps over it. Notes in
 * `*code` and `*place` the first one that no text may hold. */
void sg_lexer_step(const sg_lexer *l, uint32_t *at, sg_lexical_error *code, uint32_t *place);
/* The end of the line that `at` lies in. */
uint32_t sg_lexer_skip_line(const sg_lexer *l, uint32_t at);

/* lex_string.c: strings, and f-strings piece by piece. `start` is before the quote when letters
 * precede it; `code` what is wrong with those. */
void sg_lex_string(sg_lexer *l, uint32_t start, uint32_t quote, sg_lexical_error code);
void sg_lex_fstring_open(sg_lexer *l, uint32_t start, uint32_t quote);
/* Inside the quotes: text, and the bracket or quote behind it. */
void sg_lex_fstring(sg_lexer *l);
/* Inside the brackets: what follows the colon. */
void sg_lex_format(sg_lexer *l);
/* A line ends, and with it every open f-string. */
void sg_lex_drop_fstrings(sg_lexer *l);

#endif
