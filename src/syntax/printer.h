/* sgrad: the printer's state. Inside src/syntax only.
 *
 * Layout: what fits stays on a line. A bracket is tried flat first; when that passes LINE_LIMIT
 * columns, or needs a newline, the attempt is dropped at once and the bracket is broken, one item a
 * line. An attempt costs a line's worth of work, so printing stays linear.
 */
#ifndef SG_SYNTAX_PRINTER_H
#define SG_SYNTAX_PRINTER_H

#include "syntax/operators.h"

enum { SG_LINE_LIMIT = 100 };

typedef enum sg_layout {
  SG_LAYOUT_FREE,  /* newlines where they are needed */
  SG_LAYOUT_TRIAL, /* an attempt at a single line */
  SG_LAYOUT_SINGLE /* inside an f-string: a single line, whatever its length */
} sg_layout;

typedef enum sg_trial { SG_TRIAL_FITS, SG_TRIAL_TOO_LONG, SG_TRIAL_NEEDS_LINES } sg_trial;

typedef struct sg_links {
  const sg_ast **items;
  uint32_t count;
  uint32_t capacity;
} sg_links;

typedef struct sg_printer {
  const sg_program *program;
  const sg_source *source; /* the program's */
  sg_buffer *out;
  uint32_t indent; /* levels */
  uint32_t column; /* code points on the current line */
  sg_layout layout;
  sg_trial trial;   /* of the attempt being made */
  uint32_t comment; /* the next one to print */
  uint32_t seen;    /* the source up to the end of what was printed last, for blank lines; at the
                       start of a block UINT32_MAX: no blank line there */
  uint32_t start;   /* bytes of `out` that are not ours */
  sg_links links;   /* chains to the left being printed, each above its caller's; owned */
} sg_printer;

/* printer.c */
void sg_printer_put(sg_printer *p, const char *text, size_t bytes);
void sg_printer_puts(sg_printer *p, const char *text);
void sg_printer_newline(sg_printer *p);
bool sg_printer_stopped(const sg_printer *p); /* an attempt failed, or memory ran out */
bool sg_printer_is_one_line(const sg_printer *p, sg_span span); /* in the source */
/* A comment that starts in [start, end). */
bool sg_printer_has_comment(const sg_printer *p, uint32_t start, uint32_t end);
/* Comments before `end` that stand on lines of their own. */
void sg_printer_comments(sg_printer *p, uint32_t end);
/* The comment behind what was just printed, if one starts before `end`. */
void sg_printer_trailing(sg_printer *p, uint32_t end);
/* Tries `print` on a single line; leaves no trace unless it fits. */
sg_trial sg_printer_try(sg_printer *p, void (*print)(sg_printer *p, const sg_ast *ast),
                        const sg_ast *ast);

/* print_statement.c */
void sg_print_statement(sg_printer *p, const sg_ast *statement);
void sg_print_block(sg_printer *p, const sg_ast *block);
void sg_print_if(sg_printer *p, const sg_ast *ast);
/* Statements with their comments, up to byte `end`. */
void sg_print_statements(sg_printer *p, const sg_ast *block, uint32_t end);

/* print_expression.c: an expression; in parentheses when it binds looser than `level`. */
void sg_print_expression(sg_printer *p, const sg_ast *ast, sg_level level);
void sg_print_function(sg_printer *p, const sg_ast *function); /* an arrow or a definition */
void sg_print_parameters(sg_printer *p, const sg_ast *function);
void sg_print_bare(sg_printer *p, const sg_ast *ast); /* a bare list without brackets, or any */
bool sg_begins_with_brace(const sg_ast *ast);         /* when written */

/* print_bracket.c: a bracket and what it holds. */
void sg_print_list(sg_printer *p, const sg_ast *ast);
void sg_print_record(sg_printer *p, const sg_ast *ast);
void sg_print_comprehension(sg_printer *p, const sg_ast *ast);
void sg_print_arguments(sg_printer *p, const sg_ast *call);

/* print_string.c */
void sg_print_string(sg_printer *p, const sg_text *text);
void sg_print_fstring(sg_printer *p, const sg_ast *ast);

#endif
