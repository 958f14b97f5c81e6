/* sgrad: how builtins read their arguments, beyond what vm.h offers.
 *
 * Errors: every sg_need_ returns false with the error set, and names builtin and parameter.
 */
#ifndef SG_BUILTINS_ARGUMENT_H
#define SG_BUILTINS_ARGUMENT_H

#include "runtime/vm.h"

/* An optional argument counts as given unless it is absent or none. */
static inline bool sg_is_given(const sg_call *call, uint32_t i) {
  return !sg_is_undefined(call->args[i]) && !sg_is_none(call->args[i]);
}

/* true or false; `fallback` when not given. */
bool sg_need_bool(sg_vm *vm, const sg_call *call, uint32_t i, bool fallback, bool *out);
/* A whole number from 0; at most SG_COUNT_LIMIT, which is what a list can hold. */
bool sg_need_count(sg_vm *vm, const sg_call *call, uint32_t i, uint32_t *out);
/* A list whose items are all numbers; with `bools`, true and false are let through. */
bool sg_need_numbers(sg_vm *vm, const sg_call *call, uint32_t i, bool bools, sg_list **out);
/* Anything that a `for` goes over, as a list: a list itself, a string's characters, a record's
 * keys. The list may be a new one: push it before calling back into sgrad. */
bool sg_need_items(sg_vm *vm, const sg_call *call, uint32_t i, sg_list **out);
/* A string that can name a file: neither empty nor with a zero byte in it. */
bool sg_need_path(sg_vm *vm, const sg_call *call, uint32_t i, sg_string **out);
bool sg_need_record(sg_vm *vm, const sg_call *call, uint32_t i, sg_record **out);

/* Fails as an engine's call did: its message, at the place of the statement. Always false. */
bool sg_fail_again(sg_vm *vm, const sg_error *error);
/* "grad() of a constant, which is no node of the graph", with the way out as a note. Always false.
 */
bool sg_fail_constant(sg_vm *vm, const sg_builtin *builtin);

/* Results. False: out of memory or interrupted, error set. `object` may be NULL: making it failed.
 */
bool sg_give_object(sg_vm *vm, const void *object, sg_value *result);
bool sg_give_text(sg_vm *vm, const char *text, size_t bytes, sg_value *result);
/* The same from a buffer, which is cleared. */
bool sg_give_buffer(sg_vm *vm, sg_buffer *buffer, sg_value *result);
/* A new list of the values. */
bool sg_give_list(sg_vm *vm, const sg_value *items, uint32_t count, sg_value *result);
/* A new list of the items with these numbers. */
bool sg_give_picked(sg_vm *vm, const sg_list *from, const uint32_t *which, uint32_t count,
                    sg_value *result);
/* Appends, or fails for want of memory. */
bool sg_add_item(sg_vm *vm, sg_list *list, sg_value v);
bool sg_add_text(sg_vm *vm, sg_list *list, const char *text, size_t bytes);

enum { SG_COUNT_LIMIT = UINT32_MAX / 2, SG_POLL_EVERY = 1 << 16 };

/* To be asked with a loop's counter: polls once in SG_POLL_EVERY times. False: interrupted. */
static inline bool sg_poll_at(sg_vm *vm, uint64_t i) {
  return (i & (SG_POLL_EVERY - 1)) != SG_POLL_EVERY - 1 || sg_vm_poll(vm);
}

#endif
