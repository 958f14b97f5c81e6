/* sgrad: what the files of completion and hints share.
 *
 * All functions that offer candidates append to typed->out; running out of memory is noted in
 * typed->failed and looked at once, at the end.
 */
#ifndef SG_REPL_ASSIST_PARTS_H
#define SG_REPL_ASSIST_PARTS_H

#include "repl/assist/complete.h"
#include "syntax/token.h"

/* A text of the language and a place in it. The tokens are those before the cursor: what is being
 * typed is the last of them. */
typedef struct sg_typed {
  sg_memory *memory;
  sg_vm *vm;
  sg_source *source; /* held; all of the text, also behind the cursor */
  uint32_t cursor;
  sg_tokens tokens;
  uint32_t count;     /* tokens, without END and the marks of open f-strings */
  uint32_t base;      /* where the text begins in the text of the block */
  bool failed;        /* out of memory */
  sg_completion *out; /* not owned; NULL for hints */
} sg_typed;

/* complete.c. False: out of memory; to be cleared in any case. */
bool sg_typed_init(sg_typed *typed, sg_memory *memory, sg_vm *vm, const char *text, size_t bytes,
                   size_t cursor, bool commands);
void sg_typed_clear(sg_typed *typed);
static inline const sg_token *sg_typed_token(const sg_typed *typed, uint32_t i) {
  return &typed->tokens.items[i];
}
/* The text of a token. */
static inline sg_span sg_typed_span(const sg_typed *typed, uint32_t i) {
  const sg_token *token = sg_typed_token(typed, i);
  return (sg_span){token->start, token->end};
}
bool sg_typed_is_in_comment(const sg_typed *typed);
bool sg_typed_is_word(const sg_typed *typed, uint32_t i); /* a name or a keyword */
bool sg_typed_ends_operand(uint8_t kind);                 /* of a token */
/* The opening bracket of a closing one; the token's own number when there is none. */
uint32_t sg_typed_opener(const sg_typed *typed, uint32_t closer);

/* Candidates. `prefix` is what they must begin with: bytes of the text. */
void sg_offer_start(sg_typed *typed, uint32_t start); /* what is replaced begins there */
void sg_offer(sg_typed *typed, sg_rank rank, const char *text, size_t bytes, char append);
bool sg_offer_fits(const sg_typed *typed, sg_span prefix, const char *text, size_t bytes);
/* The code that ends at the cursor: names, members, arguments by name, strings, letters. */
void sg_offer_code(sg_typed *typed);

/* scope.c: calls `visit` for each name that the text itself brings into scope at the
 * cursor: assigned, a `for` variable, a parameter, a function. */
typedef void sg_scope_visit(void *context, const char *name, size_t bytes, bool function);
void sg_scope_each(sg_typed *typed, sg_scope_visit *visit, void *context);
bool sg_scope_has(sg_typed *typed, const char *name, size_t bytes);

/* name.c */
typedef bool sg_global_test(const sg_vm *vm, sg_value v);
void sg_offer_names(sg_typed *typed, sg_span prefix); /* in scope, and keywords that fit */
void sg_offer_globals(sg_typed *typed, sg_span prefix, sg_global_test *test); /* NULL: all */
void sg_offer_keywords(sg_typed *typed, sg_span prefix);
/* What a global means: the program's own value, else the builtin; SG_UNDEFINED: nothing. */
sg_value sg_complete_global(sg_vm *vm, const char *name, size_t bytes);

/* member.c: the chain `a.b[0].c` whose last token is number `last`. */
typedef enum sg_receiver {
  SG_RECEIVER_ANY, /* not known without running it */
  SG_RECEIVER_NUMBER,
  SG_RECEIVER_STRING,
  SG_RECEIVER_LIST,
  SG_RECEIVER_RECORD,
  SG_RECEIVER_NATIVE, /* a model and its kind */
  SG_RECEIVER_FUNCTION,
  SG_RECEIVER_OTHER
} sg_receiver;
typedef struct sg_chain {
  sg_receiver kind;
  sg_value value; /* SG_UNDEFINED: not known */
} sg_chain;
sg_chain sg_chain_find(sg_typed *typed, uint32_t last);
void sg_offer_members(sg_typed *typed, uint32_t dot, sg_span prefix); /* `dot`: its token */
void sg_offer_members_of(sg_typed *typed, sg_chain object, sg_span prefix);
void sg_offer_keys(sg_typed *typed, uint32_t bracket, uint32_t content); /* record["... */

/* call.c: the innermost call that the cursor stands in, and what is known of functions. */
enum { SG_PARAMETERS_SIZE = 600 };
typedef struct sg_callee {
  uint32_t bracket;                    /* token: the call's `(` */
  bool method;                         /* x.f(: the first parameter is x */
  sg_span name;                        /* as the text calls it */
  char parameters[SG_PARAMETERS_SIZE]; /* "x, y=2", cut when longer */
  const char *doc;                     /* sentences; NULL: a function of the program */
} sg_callee;
bool sg_callee_find(sg_typed *typed, sg_callee *callee);       /* false: none that is known */
bool sg_callee_describe(sg_value function, sg_callee *callee); /* parameters and doc */
/* A parameter as a signature says it; names are within `text`. */
typedef struct sg_parameter {
  const char *text; /* "slope=0.01", "*values" */
  size_t bytes;
  const char *name; /* "slope", "values" */
  size_t name_bytes;
  bool starred;
} sg_parameter;
/* Takes the first parameter off `*text`; false: there are no more. */
bool sg_parameter_next(const char **text, sg_parameter *parameter);
/* The number of the parameter being typed, as they are counted; UINT32_MAX: none. */
uint32_t sg_callee_current(const sg_typed *typed, const sg_callee *callee);
void sg_offer_arguments(sg_typed *typed, sg_span prefix); /* "name=" */

/* command.c: on a command's line. */
bool sg_typed_is_command(const sg_typed *typed);
const sg_command *sg_complete_command(const sg_typed *typed); /* its row, or NULL */
/* Whether its arguments, which begin at `*start`, are code. */
bool sg_complete_code(const sg_typed *typed, uint32_t *start);
void sg_offer_command(sg_typed *typed);

/* file.c: files whose path begins as the text from `start` on. `quote`: what closes it
 * when it is the only one; 0: the path stands without quotes, which it gets when it needs them. */
void sg_offer_files(sg_typed *typed, uint32_t start, char quote);

/* letter.c: when a backslash and a name of a letter end at the cursor, offers the letter.
 * True: it did. `quoted`: inside a string, where only a whole name will do. */
bool sg_offer_letter(sg_typed *typed, bool quoted);

#endif
