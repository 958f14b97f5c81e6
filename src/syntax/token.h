/* sgrad: tokens and the lexer that makes them.
 *
 * Invariants: tokens stand in the order of the text, do not overlap, and the last is END (its span
 * empty). Newlines are no tokens: a token says whether one stands before it, and the parser, who
 * knows the innermost bracket, decides whether that ends a statement. A text is lexed as a whole,
 * so that the token behind a closing bracket is found in one step.
 */
#ifndef SG_SYNTAX_TOKEN_H
#define SG_SYNTAX_TOKEN_H

#include "base/error.h"

typedef enum sg_token_kind {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix) SG_TOKEN_##id,
#define SG_ALIAS(id, spelling)
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix) SG_TOKEN_##id,
#include "syntax/tokens.def"
  SG_TOKEN_KINDS
} sg_token_kind;

/* Why a token is BROKEN. */
typedef enum sg_lexical_error {
  SG_LEXICAL_NONE,
  SG_LEXICAL_CHARACTER,      /* a character that begins no token */
  SG_LEXICAL_HIDDEN,         /* a control or bidirectional character, see sg_is_hidden */
  SG_LEXICAL_UTF8,           /* bytes that are no UTF-8 */
  SG_LEXICAL_STRING,         /* a string without its closing quote */
  SG_LEXICAL_REPLACEMENT,    /* a '{' in an f-string without its '}' */
  SG_LEXICAL_TRIPLE,         /* a triple-quoted string */
  SG_LEXICAL_PREFIX,         /* r"...", b"..." and their kin */
  SG_LEXICAL_BACKSLASH,      /* a backslash outside a string */
  SG_LEXICAL_SLASHES,        /* a line that begins with // */
  SG_LEXICAL_SLASH_STAR,     /* a C comment */
  SG_LEXICAL_FSTRING_COMMENT /* '#' in the braces of an f-string */
} sg_lexical_error;

typedef struct sg_token {
  uint8_t kind; /* sg_token_kind */
  bool newline; /* a newline, or the beginning of the text, stands before it */
  uint8_t code; /* BROKEN: sg_lexical_error */
  uint32_t start;
  uint32_t end;
  uint32_t partner; /* an opening bracket: its closing one's number, 0 when unclosed; BROKEN: the
                       byte where the error is */
} sg_token;

typedef struct sg_comment {
  uint32_t start; /* of its '#' */
  uint32_t end;   /* without blanks at the end */
  bool own_line;  /* nothing stands before it on its line */
} sg_comment;

typedef struct sg_comments {
  sg_comment *items; /* owned */
  uint32_t count;
  uint32_t capacity;
} sg_comments;

typedef struct sg_tokens {
  sg_token *items; /* owned */
  uint32_t count;
  uint32_t capacity;
  sg_comments comments; /* owned */
} sg_tokens;

/* Fills `tokens` (cleared by sg_tokens_clear in any case). `commands`: lines that begin with ':' or
 * '?' outside brackets are commands. False: out of memory. `open`, unless NULL, gets the opening
 * brackets that the text leaves unclosed, outermost first, innermost ones if it is short. */
bool sg_lex(sg_memory *memory, const sg_source *source, bool commands, sg_tokens *tokens,
            sg_buffer *open);
void sg_tokens_clear(sg_tokens *tokens, sg_memory *memory);

/* "'+='" or "a name", for messages. */
const char *sg_token_description(uint8_t kind);
/* Characters that no text may hold as they are, not even in strings and comments: control
 * characters other than tab and newline, and those that reorder what a reader sees. */
bool sg_is_hidden(uint32_t code);

#endif
