/* sgrad: calling: arguments put in their places, frames. The inside of the evaluator. */
#ifndef SG_RUNTIME_CALL_H
#define SG_RUNTIME_CALL_H

#include "runtime/code.h"
#include "runtime/vm.h"

enum { SG_STACK_MARGIN = 4096 }; /* values above the innermost frame that builtins may use */

/* Arguments as a call instruction has them: `count` values from `args` on, on the stack, the last
 * ones named by `names` (NULL: none). */
typedef struct sg_arguments {
  sg_value *args;
  uint32_t count;
  const sg_list *names;
} sg_arguments;

/* Starts a call of a function written in sgrad: its frame is pushed, its registers are set,
 * constant arguments are stored as leaves. */
bool sg_call_enter(sg_vm *vm, sg_function *function, sg_arguments a, uint32_t to, bool from_c);
/* Runs a builtin to its end. */
bool sg_call_builtin(sg_vm *vm, const sg_bound *bound, sg_arguments a, sg_value *result);
/* Error: not callable. */
bool sg_call_refuse(sg_vm *vm, sg_value callee);
/* The function for x.name(...) when x has no such field: *callee as PICK left it, or the global. */
bool sg_call_find_method(sg_vm *vm, sg_value object, uint32_t global, sg_value *callee);

/* execute.c: runs the innermost frame until it returns to C. */
bool sg_execute(sg_vm *vm, sg_value *result);

/* access.c: fields, indexes, slices, unpacking, text. */
bool sg_access_set_field(sg_vm *vm, sg_value object, sg_string *name, sg_value v);
bool sg_access_set_index(sg_vm *vm, sg_value object, sg_value index, sg_value v);
/* Before several are set at once: whether this one can be; `*v` becomes what no other changes. */
bool sg_access_prepare_field(sg_vm *vm, sg_value object, sg_string *name, sg_value *v);
bool sg_access_prepare_index(sg_vm *vm, sg_value object, sg_value index, sg_value *v);
bool sg_access_slice(sg_vm *vm, const sg_value *parts,
                     sg_value *out); /* object, start, stop, step */
bool sg_access_unpack(sg_vm *vm, sg_value list, uint32_t count, sg_value *out);
/* The field of a record or native object that is to be called; not found: x.name(...) is
 * name(x, ...). */
bool sg_access_own(sg_vm *vm, sg_value object, const sg_string *name, sg_value *out, bool *found);
bool sg_access_iterate(sg_vm *vm, sg_value *iterable); /* to a list */

/* operate.c */
bool sg_operate_repeat(sg_vm *vm, sg_value list, sg_value times, bool store, sg_value *out);
bool sg_operate_add_to(sg_vm *vm, sg_value a, sg_value b, sg_value *out); /* +=: extends lists */
bool sg_operate_in(sg_vm *vm, sg_value item, sg_value container, bool *out);
bool sg_operate_compare(sg_vm *vm, sg_operator op, sg_value a, sg_value b, bool *out);
bool sg_operate_condition(sg_vm *vm, sg_value v); /* error: conditions must be bool */
bool sg_operate_unary(sg_vm *vm, sg_operator op, sg_value v, sg_value *out);

#endif
