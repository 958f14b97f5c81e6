/* sgrad: one number, or one list, from a list of numbers: blocks of ops.def. */
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/sequence.h"
#include "builtins/sort.h"

#include <math.h>

enum { SHORT_DOT = 32 }; /* numbers up to which dot needs no memory of its own */

static bool apply_block(sg_vm *vm, int op, const sg_list *xs, sg_value *out) {
  return sg_apply_block(&vm->tape, (sg_op)op, xs->items, xs->count, out) || sg_vm_fail_memory(vm);
}

static bool apply_two(sg_vm *vm, sg_op op, sg_value a, sg_value b, sg_value *out) {
  return sg_apply2(&vm->tape, op, a, b, out) || sg_vm_fail_memory(vm);
}

static bool fail_empty(sg_vm *vm, const sg_call *call) {
  return sg_vm_fail(vm, "%s() of an empty list", call->builtin->name);
}

/* The list with bools as 0 and 1: a new one if there are any. */
static bool without_bools(sg_vm *vm, sg_list **list) {
  sg_value copy;
  uint32_t i = 0;
  if ((*list)->plain) return true;
  while (i < (*list)->count && sg_is_number((*list)->items[i])) {
    if (!sg_poll_at(vm, i++)) return false;
  }
  if (i == (*list)->count) return true;
  if (!sg_give_list(vm, (*list)->items, (*list)->count, &copy)) return false;
  *list = sg_as_list(copy);
  SG_EACH (k, i, (*list)->count) {
    sg_value *item = &(*list)->items[k];
    if (sg_is_bool(*item)) *item = sg_number(sg_is_true(*item));
  }
  return sg_vm_is_whole(vm, (*list)->count);
}

/* Blocks that give one number; what they are of an empty list is `empty`. */
static bool reduce(sg_vm *vm, const sg_call *call, bool bools, double empty, sg_value *result) {
  sg_list *xs;
  *result = sg_number(empty);
  if (!sg_need_numbers(vm, call, 0, bools, &xs)) return false;
  if (!xs->count) return true;
  return (!bools || without_bools(vm, &xs)) && apply_block(vm, call->builtin->op, xs, result);
}

/* Those that nothing has none of. */
static bool run_nonempty(sg_vm *vm, const sg_call *call, sg_value *result) {
  if (sg_is_list(call->args[0]) && !sg_as_list(call->args[0])->count) return fail_empty(vm, call);
  return reduce(vm, call, call->builtin->op == SG_OP_MEAN, 0, result);
}

static bool run_logsumexp(sg_vm *vm, const sg_call *call, sg_value *result) {
  return reduce(vm, call, false, -INFINITY, result);
}

/* sum(lists, start=[]): the lists joined, as Python has it. */
static bool join_lists(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *lists;
  const sg_list *start = sg_as_list(call->args[1]);
  if (!sg_vm_need_list(vm, call, 0, &lists) ||
      !sg_give_list(vm, start->items, start->count, result))
    return false;
  for (uint32_t i = 0; i < lists->count; i++) {
    if (!sg_is_list(lists->items[i]))
      return sg_vm_fail(vm, "sum() to a list takes a list of lists, but item %u is %s", i,
                        sg_type_phrase(lists->items[i]));
    const sg_list *more = sg_as_list(lists->items[i]);
    for (uint32_t k = 0; k < more->count; k++)
      if (!sg_add_item(vm, sg_as_list(*result), more->items[k]) || !sg_poll_at(vm, k)) return false;
  }
  return true;
}

/* sum and prod: the block, then `start` by `op` unless it is the constant that changes nothing. */
static bool fold(sg_vm *vm, const sg_call *call, sg_op op, double neutral, sg_value *result) {
  sg_value start = sg_is_given(call, 1) ? call->args[1] : sg_number(neutral);
  if (!sg_is_number(start)) return sg_vm_fail_argument(vm, call, 1, "a number");
  if (!reduce(vm, call, op == SG_OP_ADD, neutral, result)) return false;
  if (sg_is_double(start) && sg_as_double(start) == neutral) return true;
  return apply_two(vm, op, start, *result, result);
}

static bool run_sum(sg_vm *vm, const sg_call *call, sg_value *result) {
  if (sg_is_list(call->args[1])) return join_lists(vm, call, result);
  return fold(vm, call, SG_OP_ADD, 0, result);
}

static bool run_prod(sg_vm *vm, const sg_call *call, sg_value *result) {
  return fold(vm, call, SG_OP_MUL, 1, result);
}

static bool run_dot(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *a;
  sg_list *b;
  *result = sg_number(0);
  if (!sg_need_numbers(vm, call, 0, false, &a) || !sg_need_numbers(vm, call, 1, false, &b))
    return false;
  if (a->count != b->count)
    return sg_vm_fail(vm, "dot() takes lists of equal length: %u and %u numbers", a->count,
                      b->count);
  if (!a->count) return true;
  sg_value short_ones[2 * SHORT_DOT];
  size_t half = a->count * sizeof *a->items;
  bool is_short = a->count <= SHORT_DOT;
  sg_value *both = is_short ? short_ones : sg_allocate(vm->memory, 2 * half);
  if (!both) return sg_vm_fail_memory(vm);
  bool ok = sg_copy(vm->memory, both, a->items, half) &&
            sg_copy(vm->memory, both + a->count, b->items, half) &&
            sg_apply_block(&vm->tape, SG_OP_DOT, both, 2 * a->count, result);
  if (!is_short) sg_release(vm->memory, both, 2 * half);
  return ok || sg_vm_fail_memory(vm);
}

/* Where it gives up on Ctrl-C, so does the block. */
static bool is_all_zeros(const sg_vm *vm, const sg_list *xs) {
  SG_EACH (i, 0, xs->count)
    if (sg_tape_value(&vm->tape, xs->items[i]) != 0) return false;
  return true;
}

/* (sum |x|**p) ** (1/p) for the orders that have no block of their own; max |x| for inf. */
static bool norm_of_order(sg_vm *vm, const sg_list *xs, double p, sg_value *result) {
  sg_list *powers = sg_list_new(&vm->heap, xs->count);
  if (!powers) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < xs->count; i++) {
    sg_value x = xs->items[i];
    if (!sg_apply1(&vm->tape, SG_OP_ABS, x, &x)) return sg_vm_fail_memory(vm);
    if (p != 1 && !isinf(p) && !apply_two(vm, SG_OP_POWER, x, sg_number(p), &x)) return false;
    sg_list_set(powers, powers->count++, x);
    if (!sg_poll_at(vm, i)) return false;
  }
  if (!apply_block(vm, isinf(p) ? SG_OP_MAX_OF : SG_OP_SUM, powers, result)) return false;
  return p == 1 || isinf(p) || apply_two(vm, SG_OP_POWER, *result, sg_number(1 / p), result);
}

static bool run_norm(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *xs;
  double p = 2;
  *result = sg_number(0);
  if (!sg_need_numbers(vm, call, 0, false, &xs)) return false;
  if (sg_is_given(call, 1) && !sg_vm_need_number(vm, call, 1, &p)) return false;
  if (!(p > 0)) return sg_vm_fail(vm, "norm() takes a number above 0 for 'p', not %g", p);
  if (!xs->count) return true;
  bool by_block =
      p == 2 || is_all_zeros(vm, xs); /* whose derivative at zeros is 0, as it is for all p */
  return by_block ? apply_block(vm, SG_OP_NORM, xs, result) : norm_of_order(vm, xs, p, result);
}

/* softmax and log_softmax: a number for each. */
static bool run_each(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *xs;
  if (!sg_need_numbers(vm, call, 0, false, &xs)) return false;
  sg_list *list = sg_list_new(&vm->heap, xs->count);
  if (!list) return sg_vm_fail_memory(vm);
  if (xs->count && !apply_block(vm, call->builtin->op, xs, list->items)) return false;
  list->count = xs->count;
  list->plain = !list->count || sg_is_double(list->items[0]);
  return sg_give_object(vm, list, result);
}

/* Whether x is chosen over y, the best so far: a nan is, over what is none. */
static bool is_better(bool want_max, double x, double y) {
  if (isnan(x) || isnan(y)) return isnan(x) && !isnan(y);
  return want_max ? x > y : x < y;
}

/* The place of the first largest or smallest number; to be polled for afterwards. */
static uint32_t find_best(const sg_vm *vm, const sg_list *xs, bool want_max) {
  uint32_t best = 0;
  SG_EACH (i, 1, xs->count)
    if (is_better(want_max, sg_tape_value(&vm->tape, xs->items[i]),
                  sg_tape_value(&vm->tape, xs->items[best])))
      best = i;
  return best;
}

static bool run_argbest(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *xs;
  if (!sg_need_numbers(vm, call, 0, false, &xs)) return false;
  if (!xs->count) return fail_empty(vm, call);
  *result = sg_number(find_best(vm, xs, call->builtin->op == SG_OP_MAX));
  return sg_vm_is_whole(vm, xs->count);
}

/* How many of the first items are numbers; with `strings`, strings. To be polled for afterwards. */
static uint32_t count_kind(const sg_list *xs, bool strings) {
  uint32_t i = 0;
  if (xs->plain && !strings) return xs->count;
  while (i < xs->count && (strings ? sg_is_string(xs->items[i]) : sg_is_number(xs->items[i])))
    if (++i % SG_PIECE == 0 && sg_interrupted) break;
  return i;
}

static uint32_t find_best_string(const sg_list *xs, bool want_max) {
  uint32_t best = 0;
  SG_EACH (i, 1, xs->count) {
    const sg_string *x = sg_as_string(xs->items[i]);
    const sg_string *y = sg_as_string(xs->items[best]);
    if (want_max ? sg_sort_strings_before(y, x) : sg_sort_strings_before(x, y)) best = i;
  }
  return best;
}

/* The place of the first largest or smallest of numbers or strings. False: they are neither. */
static bool find_place(sg_vm *vm, const sg_call *call, const sg_list *keys, uint32_t *best) {
  bool want_max = call->builtin->op == SG_OP_MAX;
  uint32_t numbers = count_kind(keys, false);
  uint32_t strings = count_kind(keys, true);
  if (!sg_vm_is_whole(vm, keys->count)) return false;
  if (numbers == keys->count)
    *best = find_best(vm, keys, want_max);
  else if (strings == keys->count)
    *best = find_best_string(keys, want_max);
  else {
    uint32_t i = numbers ? numbers : strings;
    return sg_vm_fail(vm, "%s() takes numbers or strings, all of one kind, but item %u is %s",
                      call->builtin->name, i, sg_type_phrase(keys->items[i]));
  }
  return sg_vm_is_whole(vm, keys->count);
}

static bool best_by_key(sg_vm *vm, const sg_call *call, const sg_list *xs, sg_value *result) {
  sg_value f;
  sg_value copy;
  sg_list *keys;
  uint32_t best;
  if (!sg_vm_need_callable(vm, call, 0, &f) || !sg_give_list(vm, xs->items, xs->count, &copy) ||
      !sg_sequence_map(vm, f, sg_as_list(copy), &keys) || !find_place(vm, call, keys, &best))
    return false;
  *result = sg_as_list(copy)->items[best];
  return true;
}

static bool best_of(sg_vm *vm, const sg_call *call, const sg_list *xs, sg_value *result) {
  bool want_max = call->builtin->op == SG_OP_MAX;
  uint32_t best;
  if (!xs->count && !sg_is_undefined(call->args[1])) {
    *result = call->args[1];
    return true;
  }
  if (!xs->count) return fail_empty(vm, call);
  if (sg_is_given(call, 0)) return best_by_key(vm, call, xs, result);
  if (xs->count > 1 && count_kind(xs, false) == xs->count)
    return apply_block(vm, want_max ? SG_OP_MAX_OF : SG_OP_MIN_OF, xs, result);
  if (!find_place(vm, call, xs, &best)) return false;
  *result = xs->items[best];
  return true;
}

/* max and min: of one list, or of several values. */
static bool run_best(sg_vm *vm, const sg_call *call, sg_value *result) {
  const sg_value *rest = call->rest;
  sg_list *xs;
  sg_value list;
  if (!call->rest_count)
    return sg_vm_fail(vm, "%s() takes a list, or several numbers", call->builtin->name);
  if (call->rest_count == 1)
    return sg_need_items(vm, call, call->parameters, &xs) && best_of(vm, call, xs, result);
  if (call->rest_count == 2 && sg_is_number(rest[0]) && sg_is_number(rest[1]) &&
      !sg_is_given(call, 0))
    return apply_two(vm, (sg_op)call->builtin->op, rest[0], rest[1], result);
  return sg_give_list(vm, rest, call->rest_count, &list) &&
         best_of(vm, call, sg_as_list(list), result);
}

const sg_builtin sg_aggregate_builtins[] = {
    {.name = "sum",
     .parameters = "xs, start=0",
     .run = run_sum,
     .doc = "The sum of a list of numbers, plus start. Bools count as 0 and 1; with a list as "
            "start, lists are joined.",
     .example = "sum([1, 2, 3])  # 6",
     .topic = "math",
     .op = SG_OP_SUM},
    {.name = "mean",
     .parameters = "xs",
     .run = run_nonempty,
     .doc = "The mean of a list of numbers; bools count as 0 and 1. An empty list is an error.",
     .example = "mean([1, 2, 6])  # 3",
     .topic = "math",
     .op = SG_OP_MEAN},
    {.name = "var",
     .parameters = "xs",
     .run = run_nonempty,
     .doc =
         "The variance of a list of n numbers, with n - 1 as divisor: nan of one number. An empty "
         "list is an error.",
     .example = "var([1, 2, 3])  # 1",
     .topic = "math",
     .op = SG_OP_VAR},
    {.name = "std",
     .parameters = "xs",
     .run = run_nonempty,
     .doc = "The standard deviation of a list of numbers: the square root of `var(xs)`.",
     .example = "std([1, 3, 5])  # 2",
     .topic = "math",
     .op = SG_OP_STD},
    {.name = "max",
     .parameters = "*values, key=none, default=none",
     .run = run_best,
     .doc =
         "The largest number of a list, or of several values. The gradient goes to it, and is "
         "split evenly at a tie; a nan wins. Also of strings, and of any items by `key(x)`. An "
         "empty list is an error unless there is a default. The formulas are those of two numbers.",
     .example = "max(2, 7, 3)  # 7",
     .topic = "math",
     .op = SG_OP_MAX},
    {.name = "min",
     .parameters = "*values, key=none, default=none",
     .run = run_best,
     .doc =
         "The smallest number of a list, or of several values. The gradient goes to it, and is "
         "split evenly at a tie; a nan wins. Also of strings, and of any items by `key(x)`. An "
         "empty list is an error unless there is a default. The formulas are those of two numbers.",
     .example = "min([\"b\", \"a\"])  # \"a\"",
     .topic = "math",
     .op = SG_OP_MIN},
    {.name = "prod",
     .parameters = "xs, start=1",
     .run = run_prod,
     .doc = "The product of a list of numbers, times start.",
     .example = "prod([2, 3, 4])  # 24",
     .topic = "math",
     .op = SG_OP_PROD},
    {.name = "dot",
     .parameters = "a, b",
     .run = run_dot,
     .doc =
         "The sum of the products of two lists of numbers, item by item. Different lengths are an "
         "error.",
     .example = "dot([1, 2], [3, 4])  # 11",
     .topic = "math",
     .op = SG_OP_DOT},
    {.name = "norm",
     .parameters = "xs, p=2",
     .run = run_norm,
     .doc = "The length of a list of numbers as a vector: the p-norm, for p above 0 or inf. Of an "
            "empty list 0. The formulas are those of p = 2.",
     .example = "norm([3, 4])  # 5",
     .topic = "math",
     .op = SG_OP_NORM},
    {.name = "softmax",
     .parameters = "xs",
     .run = run_each,
     .doc = "A list of numbers as probabilities: each `exp(x)` divided by the sum of all, without "
            "overflow. With s the list that it gives, the derivative of s[i] by xs[i] is "
            "`s[i] * (1 - s[i])`, by another xs[j] it is `-s[i] * s[j]`.",
     .example = "softmax([1, 1])  # [0.5, 0.5]",
     .topic = "math",
     .op = SG_OP_SOFTMAX},
    {.name = "log_softmax",
     .parameters = "xs",
     .run = run_each,
     .doc =
         "The logarithms of `softmax(xs)`, exact where those are tiny. With s = softmax(xs), the "
         "derivative of item i by xs[i] is `1 - s[i]`, by another xs[j] it is `-s[j]`.",
     .example = "log_softmax([1000, 0])  # [0, -1000]",
     .topic = "math",
     .op = SG_OP_LOG_SOFTMAX},
    {.name = "logsumexp",
     .parameters = "xs",
     .run = run_logsumexp,
     .doc =
         "The logarithm of the sum of `exp(x)` over a list, without overflow: a smooth maximum. Of "
         "an empty list -inf.",
     .example = "logsumexp([1000, 1000])  # 1000.69",
     .topic = "math",
     .op = SG_OP_LOGSUMEXP},
    {.name = "argmax",
     .parameters = "xs",
     .run = run_argbest,
     .doc = "The index of the largest number of a list: the first of several, or the first nan. An "
            "empty list is an error.",
     .example = "argmax([3, 9, 9])  # 1",
     .topic = "math",
     .op = SG_OP_MAX},
    {.name = "argmin",
     .parameters = "xs",
     .run = run_argbest,
     .doc =
         "The index of the smallest number of a list: the first of several, or the first nan. An "
         "empty list is an error.",
     .example = "argmin([3, 1, 1])  # 1",
     .topic = "math",
     .op = SG_OP_MIN},
    {.name = NULL},
};
