/* sgrad: a stable merge sort of places. */
#ifndef SG_BUILTINS_SORT_H
#define SG_BUILTINS_SORT_H

#include "runtime/vm.h"

/* Whether item i comes strictly before item j. */
typedef bool sg_sort_before(const void *context, uint32_t i, uint32_t j);

/* Fills order[0 .. count) with the places 0 .. count - 1 of the items in sorted order; equal ones
 * keep theirs. False: out of memory or interrupted, error set. */
bool sg_sort_order(sg_vm *vm, uint32_t *order, uint32_t count, sg_sort_before *before,
                   const void *context);

/* How `<` orders: numbers with nan last, and strings by code point. */
bool sg_sort_numbers_before(double x, double y);
bool sg_sort_strings_before(const sg_string *x, const sg_string *y);

#endif
