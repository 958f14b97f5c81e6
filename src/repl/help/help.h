/* sgrad: what the files of :help share: its tables, and the parts of its pages. */
#ifndef SG_REPL_HELP_HELP_H
#define SG_REPL_HELP_HELP_H

#include "builtins/builtins.h"
#include "graph/ops.h"
#include "repl/commands.h"
#include "view/prose.h"

enum { SG_HELP_INDENT = 2, SG_HELP_NAME_SIZE = 256 };

/* A keyword, an operator, or `args`. */
typedef struct sg_help_word {
  const char *name; /* NULL ends the table */
  const char *form; /* how it is used; NULL: as the row before it */
  const char *doc;
  const char *example; /* as a builtin's */
} sg_help_word;
extern const sg_help_word sg_help_words[];
const sg_help_word *sg_help_find_word(const char *name); /* or NULL */

/* Names that belong together, blanks between them; commands with their colon. What stands in a line
 * with a name is its "see also". NULL ends. */
extern const char *const sg_help_families[];

/* What a function or an operator does where its formula does not say: a line as an example's. */
typedef struct sg_help_corner {
  const char *name; /* NULL ends the table */
  const char *line;
} sg_help_corner;
extern const sg_help_corner sg_help_corners[];

/* Each appends to the page; a page that runs out of memory says so in its buffer. */

/* "  title     text", the text Markdown; nothing when it is empty. */
void sg_help_titled(const sg_page *page, const char *title, const char *text);
/* The same of a line of code, which stays one line. */
void sg_help_code(const sg_page *page, const char *title, const char *code);
/* The value and the derivatives of an operation, the operands called as `parameters` does. */
void sg_help_formulas(const sg_page *page, sg_op op, const char *parameters);
void sg_help_corners_of(const sg_page *page, const char *name);
/* Whom it is related to, of the names that there are. */
void sg_help_see_also(sg_vm *vm, const sg_page *page, const char *name);

/* All that is known of a name. `*found`: whether it is known. False: out of memory. */
bool sg_help_explain(sg_vm *vm, const sg_page *page, const char *name, bool *found);
/* The page of :help alone, and the list of topics. */
void sg_help_front(const sg_page *page);
void sg_help_topics(const sg_page *page);
/* The section of the reference of that name. False: there is none. */
bool sg_help_topic(const sg_page *page, const char *name);
/* Fails with the names that are near. Returns false. */
bool sg_help_fail(sg_vm *vm, const char *name);

#endif
