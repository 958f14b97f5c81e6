/* sgrad: what a parsed text holds. Inside src/syntax only: to others a sg_program is opaque. */
#ifndef SG_SYNTAX_PROGRAM_H
#define SG_SYNTAX_PROGRAM_H

#include "syntax/arena.h"
#include "syntax/ast.h"
#include "syntax/token.h"

struct sg_program {
  sg_memory *memory;    /* not owned */
  sg_source *source;    /* held */
  sg_arena arena;       /* all nodes and their texts */
  sg_ast *block;        /* the statements */
  sg_comments comments; /* owned, in order */
};

sg_program *sg_program_new(sg_memory *memory, sg_source *source);

#endif
