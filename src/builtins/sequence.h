/* sgrad: calling a function on every item of a list. */
#ifndef SG_BUILTINS_SEQUENCE_H
#define SG_BUILTINS_SEQUENCE_H

#include "runtime/vm.h"

/* A new list of f(item) for each item. Both lists are rooted meanwhile; the new one no longer is
 * afterwards. False: error set. */
bool sg_sequence_map(sg_vm *vm, sg_value f, sg_list *list, sg_list **out);

#endif
