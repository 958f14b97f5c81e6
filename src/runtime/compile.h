/* sgrad: from the syntax tree to code: names resolved, registers given out.
 *
 * Scopes: a function's parameters and every name it assigns are its locals; a comprehension's
 * variables are its own; other names are captured from an enclosing function that has them, else
 * global. A local that a function inside mentions lives in a cell.
 */
#ifndef SG_RUNTIME_COMPILE_H
#define SG_RUNTIME_COMPILE_H

#include "runtime/code.h"
#include "runtime/vm.h"

/* The code of a whole program; its value is that of the last statement when that is an expression.
 * NULL with vm->error set. The code is not rooted. */
sg_code *sg_compile(sg_vm *vm, const sg_program *program, bool echo);

#endif
