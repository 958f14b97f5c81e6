/* sgrad: the parser's state, and what its rules share. Inside src/syntax only.
 *
 * A rule is a function that bears the name of its rule in grammar/sgrad.ebnf. It stands at the
 * first token of what it parses and leaves the parser behind the last. It returns NULL after
 * reporting an error (or running out of memory); only statements recover, see sg_parser_recover.
 */
#ifndef SG_SYNTAX_PARSER_H
#define SG_SYNTAX_PARSER_H

#include "syntax/program.h"

enum {
  SG_ERROR_LIMIT = 20,      /* errors that one text reports */
  SG_PARAMETER_LIMIT = 255, /* of one function */
  /* C recursion per level is a few hundred bytes; 200 levels must fit a stack of 256 KiB */
  SG_DEPTH_LIMIT = SG_NESTING_LIMIT + 1 /* an expression within 200 brackets is the 201st level */
};

/* How tightly operators bind, loosest first. */
typedef enum sg_level {
  SG_LEVEL_NONE,
  SG_LEVEL_DISJUNCTION,
  SG_LEVEL_CONJUNCTION,
  SG_LEVEL_INVERSION,
  SG_LEVEL_COMPARISON,
  SG_LEVEL_SUM,
  SG_LEVEL_TERM,
  SG_LEVEL_FACTOR,
  SG_LEVEL_POWER,
  SG_LEVEL_POSTFIX,
  SG_LEVEL_PRIMARY /* what stands by itself */
} sg_level;

/* What was being looked for when the parser met a token that does not fit. */
typedef enum sg_site {
  SG_SITE_OPERAND = 1,       /* an expression */
  SG_SITE_AFTER = 2,         /* the end of the statement */
  SG_SITE_CLOSER = 4,        /* a closing bracket, or ',' */
  SG_SITE_BLOCK = 8,         /* the '{' of a block */
  SG_SITE_PARAMETER = 16,    /* a parameter */
  SG_SITE_KEY = 32,          /* in a record */
  SG_SITE_STATEMENT = 64,    /* a statement */
  SG_SITE_REPLACEMENT = 128, /* the '}' of an f-string's '{' */
  SG_SITE_OTHER = 256
} sg_site;

/* Where the parser is; saved before a statement and put back when the statement fails. */
typedef struct sg_context {
  bool newlines; /* the innermost bracket is a block: newlines end statements */
  bool in_loop;  /* of the function that is being parsed */
  bool in_function;
  bool declarations; /* only global and nonlocal came before in the function's block */
  uint32_t blocks;   /* open ones */
  uint32_t depth;    /* of recursion, at most SG_DEPTH_LIMIT */
} sg_context;

typedef struct sg_parser {
  sg_memory *memory;
  sg_program *program;
  const sg_source *source; /* the program's */
  sg_errors *errors;
  sg_tokens tokens; /* owned */
  uint32_t next;    /* the token that the parser stands at */
  uint32_t joined;  /* the token whose newline does not count: it follows an operator or ',' */
  uint8_t kind;     /* of the token at `next`; NEWLINE when the newline before it counts */
  bool whole;       /* SG_PARSE_WHOLE */
  bool stopped;     /* nothing more is parsed: out of memory, too deep, or too many errors */
  bool no_memory;
  bool incomplete;    /* the first error is that the text ended too early */
  bool headless;      /* a head without its block, or a foreign construct, was reported: what seems
                         misplaced behind it is no news */
  uint32_t reported;  /* the token of the latest error, number + 1 */
  uint32_t statement; /* the first token of the innermost statement */
  sg_context context;
  /* Children of nodes being built, each rule's above its caller's. */
  sg_ast **pending;
  uint32_t pending_count;
  uint32_t pending_capacity;
  uint8_t *ops; /* the same for the operators of comparison chains */
  uint32_t ops_count;
  uint32_t ops_capacity;
} sg_parser;

/* One row of the Pratt table, made from tokens.def. */
typedef struct sg_token_row {
  sg_ast *(*prefix)(sg_parser *p);
  /* `left` is the operand before the token, `start` where that operand begins, brackets included */
  sg_ast *(*infix)(sg_parser *p, sg_ast *left, uint32_t start);
  uint8_t level;     /* sg_level of `infix` */
  uint8_t as_prefix; /* sg_operator */
  uint8_t as_infix;
} sg_token_row;

extern const sg_token_row sg_token_rows[];

/* parser.c: the stream of tokens. */
static inline const sg_token *sg_parser_here(const sg_parser *p) {
  return &p->tokens.items[p->next];
}
void sg_parser_refresh(sg_parser *p); /* after a change of `next`, `joined` or the context */
void sg_parser_advance(sg_parser *p);
void sg_parser_advance_joined(sg_parser *p);           /* and on over newlines */
bool sg_parser_take(sg_parser *p, sg_token_kind kind); /* steps over it if it is here */
/* The kind of the token `ahead` (at least 1) after this one, NEWLINE when a newline ends the
 * statement before it. */
uint8_t sg_parser_peek(const sg_parser *p, uint32_t token);
bool sg_parser_is(const sg_parser *p, uint32_t token, const char *spelling);
uint32_t sg_parser_end(const sg_parser *p); /* of the token before this one, in bytes */

/* parser.c: errors. All return NULL. */
__attribute__((format(printf, 4, 5))) void *
sg_parser_fail(sg_parser *p, sg_span span, const char *note, const char *format, ...);
void *sg_parser_fail_memory(sg_parser *p);
/* "expected WHAT, got ...", with the advice of habits.c. */
void *sg_parser_expected(sg_parser *p, sg_site site, const char *what);
/* Steps over the closing bracket of the one that is token `opener`, else fails. */
bool sg_parser_close(sg_parser *p, sg_token_kind closer, uint32_t opener);
/* Goes on behind the statement that began at token `first` and failed. */
void sg_parser_recover(sg_parser *p, uint32_t first);
bool sg_parser_enter(sg_parser *p); /* one level deeper; false, reported, beyond the limit */
void sg_parser_leave(sg_parser *p);

/* parser.c: nodes. `start` is a byte; the span ends with the last token taken. */
sg_ast *sg_parser_node(sg_parser *p, sg_ast_kind kind, uint32_t start);
bool sg_parser_text(sg_parser *p, const char *start, size_t bytes, sg_text *text);
bool sg_parser_push(sg_parser *p, sg_ast *ast); /* false when `ast` is NULL or memory ran out */
/* Makes what was pushed since `base` the items of `ast`. Returns `ast`, NULL without memory. */
sg_ast *sg_parser_items(sg_parser *p, sg_ast *ast, uint32_t base);

/* parse_expression.c: operators. */
sg_ast *sg_rule_expression(sg_parser *p);
sg_ast *sg_rule_operation(sg_parser *p, sg_level level); /* operators of `level` and tighter */
sg_ast *sg_rule_disjunction(sg_parser *p, sg_ast *left, uint32_t start);
sg_ast *sg_rule_conjunction(sg_parser *p, sg_ast *left, uint32_t start);
sg_ast *sg_rule_inversion(sg_parser *p);
sg_ast *sg_rule_comparison(sg_parser *p, sg_ast *left, uint32_t start);
sg_ast *sg_rule_binary(sg_parser *p, sg_ast *left, uint32_t start);
sg_ast *sg_rule_factor(sg_parser *p);
sg_ast *sg_rule_call(sg_parser *p, sg_ast *left, uint32_t start);
sg_ast *sg_rule_index(sg_parser *p, sg_ast *left, uint32_t start);
sg_ast *sg_rule_member(sg_parser *p, sg_ast *left, uint32_t start);

/* parse_primary.c: what stands by itself. */
sg_ast *sg_rule_name(sg_parser *p);
sg_ast *sg_rule_number(sg_parser *p);
sg_ast *sg_rule_string(sg_parser *p);
sg_ast *sg_rule_fstring(sg_parser *p);
sg_ast *sg_rule_constant(sg_parser *p);
sg_ast *sg_rule_round(sg_parser *p);
sg_ast *sg_rule_list(sg_parser *p);
sg_ast *sg_rule_record(sg_parser *p);
sg_ast *sg_rule_if(sg_parser *p);
sg_ast *sg_rule_no_grad(sg_parser *p);
/* The clauses behind a comprehension's element. */
sg_ast *sg_rule_comprehension(sg_parser *p, sg_ast *element, uint32_t start);

/* parse_statement.c */
sg_ast *sg_rule_program(sg_parser *p);
sg_ast *sg_rule_statement(sg_parser *p);
sg_ast *sg_rule_simple(sg_parser *p); /* an assignment or an expression */
/* `function`: the body of one, which may return; `loop`: the body of one, which may break. */
sg_ast *sg_rule_block(sg_parser *p, bool function, bool loop);
sg_ast *sg_rule_values(sg_parser *p); /* one expression, or a bare list */
sg_ast *sg_rule_right(sg_parser *p);  /* the same on the right of `=` and behind `return` */
/* What stands before `in`. `names_only`: a comprehension's. */
sg_ast *sg_rule_targets(sg_parser *p, bool names_only);

/* parse_function.c */
bool sg_parser_begins_define(const sg_parser *p); /* f(x) = */
sg_ast *sg_rule_define(sg_parser *p);
sg_ast *sg_rule_def(sg_parser *p);
sg_ast *sg_rule_arrow(sg_parser *p);

/* parse_line.c: lines that are no part of the language proper. */
bool sg_parser_begins_import(const sg_parser *p);
sg_ast *sg_rule_import(sg_parser *p);
sg_ast *sg_rule_command(sg_parser *p);

/* habits.c: advice for those who come from Python and C. */
typedef struct sg_habit {
  const char *message; /* instead of the usual one, or NULL */
  const char *note;    /* or NULL */
  bool construct;      /* a foreign construct, of which more may follow: try, then except */
} sg_habit;
sg_habit sg_habit_find(const sg_parser *p, sg_site site);
/* True for what only goes on with a foreign construct that has been reported already. */
bool sg_habit_goes_on(const sg_parser *p);

#endif
