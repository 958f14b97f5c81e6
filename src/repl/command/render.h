/* sgrad: pictures by Graphviz: its `dot` as a process, without a shell. */
#ifndef SG_REPL_COMMAND_RENDER_H
#define SG_REPL_COMMAND_RENDER_H

#include "runtime/vm.h"

/* Renders a DOT text to `path` in a format that `dot -T` knows. False, with the error set: `dot` is
 * missing, says that something is wrong, or is stopped by Ctrl-C; then it is gone when this
 * returns, and a file that was at `path` is as it was. */
bool sg_render(sg_vm *vm, const sg_buffer *dot, const char *format, const char *path);

#endif
