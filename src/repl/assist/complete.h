/* sgrad: completion: what may stand at the cursor of a text being typed. Knows nothing of the line
 * editor, and never runs code of the program: only names are looked up, fields and indexes that are
 * written out.
 *
 * Invariants: start <= end, both at code points of the text, and end is the cursor; candidates are
 * valid UTF-8 that holds nothing a terminal must not get.
 */
#ifndef SG_REPL_ASSIST_COMPLETE_H
#define SG_REPL_ASSIST_COMPLETE_H

#include "repl/commands.h"

/* In this order candidates are listed. */
typedef enum sg_rank {
  SG_RANK_FIRST,  /* what only fits here: fields, arguments by name */
  SG_RANK_NAME,   /* names in scope; of methods, those of the program */
  SG_RANK_COMMON, /* builtins that take such a value */
  SG_RANK_RARE    /* the rest: offered when nothing before it fits */
} sg_rank;

typedef struct sg_candidate {
  uint32_t text; /* where it begins in `texts`, zero-terminated */
  uint8_t rank;  /* sg_rank */
  char append;   /* what follows it when it is the only one, or 0 */
} sg_candidate;

typedef struct sg_completion {
  sg_memory *memory; /* not owned */
  uint32_t start;    /* the bytes of the text that a candidate replaces: [start, end) */
  uint32_t end;
  sg_candidate *items; /* owned; by rank, then by code points; no two the same */
  uint32_t count;
  uint32_t capacity;
  sg_buffer texts; /* owned */
  bool paths;      /* candidates are files: of each, the last part is what a list shows */
} sg_completion;

/* What may stand at byte `cursor` of the text of a block: the lines before this one, and this one.
 * False: out of memory, and the completion is empty. To be cleared in any case. */
bool sg_complete(sg_memory *memory, sg_vm *vm, const char *text, size_t bytes, size_t cursor,
                 sg_completion *out);
void sg_completion_clear(sg_completion *completion);
const char *sg_completion_text(const sg_completion *completion, uint32_t i);

#endif
