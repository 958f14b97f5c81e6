/* sgrad: the syntax tree.
 *
 * Invariant: nodes live in the arena of their sg_program and are immutable after parsing; a child's
 * span lies within its parent's. Left-leaning chains (a + b + c ..., f(x)(y).z[0] ...) may be
 * 10^6 deep along `a`: who walks the tree loops along `a` and recurs into everything else, whose
 * depth the parser bounds by SG_NESTING_LIMIT.
 */
#ifndef SG_SYNTAX_AST_H
#define SG_SYNTAX_AST_H

#include "base/error.h"
#include "base/number.h"

enum { SG_NESTING_LIMIT = 200 };

typedef enum sg_ast_kind {
  /* expressions */
  SG_AST_NUMBER,      /* number */
  SG_AST_STRING,      /* text */
  SG_AST_FSTRING,     /* items: STRING and REPLACEMENT parts */
  SG_AST_REPLACEMENT, /* {a=:format} in an f-string: a, format, text (what {a=} prints, or none);
                         rest: the format as written */
  SG_AST_TRUE,
  SG_AST_FALSE,
  SG_AST_NONE,
  SG_AST_NAME,          /* text */
  SG_AST_LIST,          /* items */
  SG_AST_RECORD,        /* items: PAIRs */
  SG_AST_PAIR,          /* text: the key; a: the value */
  SG_AST_COMPREHENSION, /* a: element; items: its FOR clauses (target a, list b) and FILTERs (a) in
                           order */
  SG_AST_CLAUSE_FOR,
  SG_AST_CLAUSE_IF,
  SG_AST_UNARY,     /* op: NEGATE, POSITIVE, NOT; a */
  SG_AST_BINARY,    /* op: arithmetic; a, b */
  SG_AST_AND,       /* a, b */
  SG_AST_OR,        /* a, b */
  SG_AST_COMPARE,   /* a chain: items are the operands (n + 1), ops[i] between items i and i + 1 */
  SG_AST_CALL,      /* a: callee; items: arguments, NAMED ones among them last */
  SG_AST_METHOD,    /* a: object; text: name; items: arguments */
  SG_AST_NAMED,     /* text: name; a: value */
  SG_AST_FIELD,     /* a: object; text: name */
  SG_AST_INDEX,     /* a: object; b: index */
  SG_AST_SLICE,     /* a: object; items: exactly 3, NULL where absent */
  SG_AST_FUNCTION,  /* arrow or definition. text: its name ("" for an arrow); items: PARAMETERs; a:
                       body,  an expression or a BLOCK */
  SG_AST_PARAMETER, /* text: name; a: default or NULL; target pattern is not allowed */
  SG_AST_IF, /* items: condition, block, condition, block, ..., [else block]. Also a statement */
  SG_AST_NO_GRAD, /* a: block. Also a statement */
  SG_AST_BLOCK,   /* items: statements */
  /* statements */
  SG_AST_EXPRESSION, /* a. `quiet`: it was ended by ';' */
  SG_AST_ASSIGN, /* a: target (NAME, FIELD, INDEX, or LIST of targets); b: value; op: OP_NONE for =,
                    else the arithmetic of +=. `quiet` as above */
  SG_AST_DEFINE, /* a: FUNCTION. f(x) = e and def f(x) { } */
  SG_AST_WHILE,  /* a: condition; b: block */
  SG_AST_FOR,    /* a: target; b: list; c: block */
  SG_AST_BREAK,
  SG_AST_CONTINUE,
  SG_AST_RETURN,   /* a: value or NULL */
  SG_AST_GLOBAL,   /* items: NAMEs */
  SG_AST_NONLOCAL, /* items: NAMEs */
  SG_AST_COMMAND,  /* text: the command without ':'; rest: its arguments as written, trimmed */
  SG_AST_IMPORT    /* a skipped python import; items: the NAMEs it would bind; text: the line */
} sg_ast_kind;

typedef enum sg_operator {
  SG_OPERATOR_NONE,
  SG_ADD,
  SG_SUBTRACT,
  SG_MULTIPLY,
  SG_DIVIDE,
  SG_FLOOR_DIVIDE,
  SG_MODULO,
  SG_POWER,
  SG_NEGATE,
  SG_POSITIVE,
  SG_NOT,
  SG_EQUAL,
  SG_NOT_EQUAL,
  SG_LESS,
  SG_LESS_EQUAL,
  SG_GREATER,
  SG_GREATER_EQUAL,
  SG_IN,
  SG_NOT_IN
} sg_operator;

typedef struct sg_text {
  const char *start; /* in the arena, zero-terminated; may hold zeros inside (strings only) */
  uint32_t bytes;
} sg_text;

typedef struct sg_ast sg_ast;
struct sg_ast {
  uint8_t kind;  /* sg_ast_kind */
  uint8_t op;    /* sg_operator */
  bool quiet;    /* a statement ended by ';': the prompt echoes nothing */
  bool round;    /* LIST written with ( ) or bare, COMPREHENSION in ( ) or none; DEFINE by `def`;
                    ELSE-IF and such need no mark: the printer's layout is canonical */
  bool bare;     /* LIST written without brackets */
  sg_span span;  /* the whole construct */
  sg_span place; /* where an error points: the operator, the name, the called name; else = span */
  sg_ast *a;
  sg_ast *b;
  sg_ast *c;
  sg_ast **items; /* [count] */
  uint32_t count;
  const uint8_t *ops; /* COMPARE: [count - 1] */
  double number;
  sg_text text;
  sg_text rest;
  const sg_format *format; /* REPLACEMENT: NULL when none is given */
};

/* Whether its first operand is `a`, so that such nodes make chains to the left, which may be as
 * long as the text: a binary operator, a call, a field, an index. */
bool sg_ast_is_link(const sg_ast *ast);

typedef struct sg_program sg_program; /* arena, tree, comments */

/* Syntax errors of one text, in order, each independent of the others; at most 20 are kept. */
typedef struct sg_errors {
  sg_error *items; /* owned */
  uint32_t count;
  uint32_t capacity;
} sg_errors;

void sg_errors_clear(sg_errors *errors, sg_memory *memory);

typedef enum sg_parse_mode {
  SG_PARSE_WHOLE, /* a file, stdin: the text has an end */
  SG_PARSE_PROMPT /* typed or pasted: INCOMPLETE when more lines could complete it */
} sg_parse_mode;

/* Parses a whole text. Returns SG_OK, SG_ERROR (errors filled, one at least), SG_INCOMPLETE (the
 * errors hold the one for a reader that has no more text) or SG_NO_MEMORY. `*program` is set for
 * SG_OK alone and is the caller's. The program holds `source`. */
sg_status sg_parse(sg_memory *memory, sg_source *source, sg_parse_mode mode, sg_program **program,
                   sg_errors *errors);
void sg_program_free(sg_program *program);
sg_ast *sg_program_block(const sg_program *program); /* a BLOCK of the top-level statements */
sg_source *sg_program_source(const sg_program *program);

/* A command's argument or a `-p` text: one expression and nothing else. */
sg_status sg_parse_expression(sg_memory *memory, sg_source *source, sg_program **program,
                              sg_errors *errors);

/* The open brackets at the end of an incomplete text ("(", "[{"), for the continuation prompt. */
void sg_parse_open(sg_memory *memory, const sg_source *source, char *out, size_t size);

/* printer.c: the canonical layout of a program, comments and single blank lines kept. */
bool sg_print_program(sg_buffer *out, const sg_program *program);
/* dump.c: the tree as indented text, one node a line: what `:ast` shows and tests compare. */
bool sg_dump_ast(sg_buffer *out, const sg_ast *ast);
bool sg_ast_equal(const sg_ast *x, const sg_ast *y); /* spans aside */
/* True for a name that is no keyword: what a record's key must be to stand without quotes. */
bool sg_is_name(const char *text, size_t bytes);

#endif
