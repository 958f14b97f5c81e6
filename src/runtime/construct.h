/* sgrad: what instructions make. The inside of the evaluator: all fail with vm->error set. */
#ifndef SG_RUNTIME_CONSTRUCT_H
#define SG_RUNTIME_CONSTRUCT_H

#include "runtime/code.h"
#include "runtime/vm.h"

bool sg_construct_list(sg_vm *vm, uint32_t capacity, sg_value *out);
bool sg_construct_append(sg_vm *vm, sg_value list, sg_value v, bool raw); /* stored unless raw */
bool sg_construct_record(sg_vm *vm, sg_value *out);
bool sg_construct_pair(sg_vm *vm, sg_value record, sg_string *key, sg_value v); /* stored */
bool sg_construct_cell(sg_vm *vm, sg_value v, sg_value *out);
/* A function of the code, with the cells it captures from the frame. */
bool sg_construct_function(sg_vm *vm, const sg_frame *frame, sg_value code, sg_value *out);
/* The iteration over state[0](state[1] ... `count` arguments), in four registers: {list, next
 * index}, or for `range` with whole numbers {none, next, step, count left}. */
bool sg_construct_range(sg_vm *vm, sg_value *state, uint32_t count);
/* `*v` as text by a format (NULL: plain, strings quoted if `quote`). */
bool sg_construct_format(sg_vm *vm, const sg_format *format, bool quote, sg_value *v);
bool sg_construct_text(sg_vm *vm, const sg_value *strings, uint32_t count,
                       sg_value *out); /* joined */

#endif
