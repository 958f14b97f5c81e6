/* sgrad: hints: what a person who is typing may want to be told. Like completion, a hint knows
 * nothing of the line editor and runs nothing.
 */
#ifndef SG_REPL_ASSIST_HINT_H
#define SG_REPL_ASSIST_HINT_H

#include "repl/commands.h"

/* Appends, in lines, what the call around byte `cursor` of a text takes, with the parameter that is
 * being typed marked, and a sentence; outside a call, the same of the name at the cursor; of a
 * command, its arguments. Nothing when nothing is known. `color`: with styles (base/style.h).
 * False: out of memory, and `out` is as it was. */
bool sg_hint(sg_memory *memory, sg_vm *vm, const char *text, size_t bytes, size_t cursor,
             bool color, sg_buffer *out);

#endif
