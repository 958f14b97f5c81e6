/* sgrad: random numbers, all from the session's one generator. */
#include "builtins/argument.h"
#include "builtins/builtins.h"

#include <math.h>
#include <time.h>

/* An optional number's data. */
static bool number_or(sg_vm *vm, const sg_call *call, uint32_t i, double fallback, double *out) {
  *out = fallback;
  return !sg_is_given(call, i) || sg_vm_need_number(vm, call, i, out);
}

static bool run_random(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)call;
  *result = sg_number(sg_random_unit(&vm->random));
  return true;
}

static bool run_uniform(sg_vm *vm, const sg_call *call, sg_value *result) {
  double low;
  double high;
  if (!number_or(vm, call, 0, 0, &low) || !number_or(vm, call, 1, 1, &high)) return false;
  *result = sg_number(low + (high - low) * sg_random_unit(&vm->random));
  return true;
}

static bool run_normal(sg_vm *vm, const sg_call *call, sg_value *result) {
  double mean;
  double deviation;
  if (!number_or(vm, call, 0, 0, &mean) || !number_or(vm, call, 1, 1, &deviation)) return false;
  if (deviation < 0)
    return sg_vm_fail(vm, "normal() takes a number from 0 for 'sigma', not %g", deviation);
  *result = sg_number(mean + deviation * sg_random_normal(&vm->random));
  return true;
}

static bool run_randint(sg_vm *vm, const sg_call *call, sg_value *result) {
  int64_t low;
  int64_t high;
  if (!sg_vm_need_whole(vm, call, 0, &low) || !sg_vm_need_whole(vm, call, 1, &high)) return false;
  if (low > high)
    return sg_vm_fail(vm, "randint() has nothing to choose from between %lld and %lld",
                      (long long)low, (long long)high);
  uint64_t span = (uint64_t)(high - low) + 1;
  *result = sg_number((double)(low + (int64_t)sg_random_below(&vm->random, span)));
  return true;
}

/* Fisher and Yates, from the end. */
static bool shuffle(sg_vm *vm, sg_list *list) {
  for (uint32_t i = list->count; i > 1; i--) {
    uint32_t k = (uint32_t)sg_random_below(&vm->random, i);
    sg_value swapped = list->items[i - 1];
    list->items[i - 1] = list->items[k];
    list->items[k] = swapped;
    if (!sg_poll_at(vm, i)) return false;
  }
  return true;
}

/* Shuffles a copy, whose items then change places with the list's: all or nothing. */
static bool run_shuffle(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  sg_value copy;
  (void)result;
  if (!sg_vm_need_list(vm, call, 0, &list) || !sg_vm_can_rearrange(vm, list) ||
      !sg_give_list(vm, list->items, list->count, &copy) || !shuffle(vm, sg_as_list(copy)))
    return false;
  sg_list *shuffled = sg_as_list(copy), old = *list;
  list->items = shuffled->items;
  list->capacity = shuffled->capacity;
  shuffled->items = old.items;
  shuffled->capacity = old.capacity;
  return true;
}

static bool run_permutation(sg_vm *vm, const sg_call *call, sg_value *result) {
  uint32_t count;
  if (!sg_need_count(vm, call, 0, &count)) return false;
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) {
    list->items[i] = sg_number(i);
    if (!sg_poll_at(vm, i)) return false;
  }
  list->count = count;
  return shuffle(vm, list) && sg_give_object(vm, list, result);
}

static bool run_choice(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *list;
  if (!sg_need_items(vm, call, 0, &list)) return false;
  if (!list->count) return sg_vm_fail(vm, "choice() of nothing: the list is empty");
  *result = list->items[sg_random_below(&vm->random, list->count)];
  return true;
}

static uint64_t clock_seed(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000007) ^ (uint64_t)now.tv_nsec;
}

static bool run_seed(sg_vm *vm, const sg_call *call, sg_value *result) {
  int64_t seed = 0;
  (void)result;
  bool given = sg_is_given(call, 0);
  if (given && !sg_vm_need_whole(vm, call, 0, &seed)) return false;
  sg_random_seed(&vm->random, given ? (uint64_t)seed : clock_seed());
  return true;
}

const sg_builtin sg_random_builtins[] = {
    {.name = "random",
     .parameters = "",
     .run = run_random,
     .doc = "A random number, uniform in [0, 1).",
     .example = "0 <= random() < 1  # true",
     .topic = "random"},
    {.name = "uniform",
     .parameters = "a=0, b=1",
     .run = run_uniform,
     .doc = "A random number, uniform between a and b.",
     .example = "-1 <= uniform(-1, 1) <= 1  # true",
     .topic = "random"},
    {.name = "normal",
     .parameters = "mu=0, sigma=1",
     .run = run_normal,
     .doc = "A random number of the normal distribution with mean mu and standard deviation sigma. "
            "A negative sigma is an error.",
     .example = "normal(5, 0)  # 5",
     .topic = "random"},
    {.name = "randint",
     .parameters = "a, b",
     .run = run_randint,
     .doc = "A random whole number from a to b, both included. Both must be whole, and a <= b.",
     .example = "randint(3, 3)  # 3",
     .topic = "random"},
    {.name = "shuffle",
     .parameters = "xs",
     .run = run_shuffle,
     .doc = "Puts the items of a list in random order, in place. The value is none.",
     .example = "xs = [1, 2, 3]; xs.shuffle(); sorted(xs)  # [1, 2, 3]",
     .topic = "random"},
    {.name = "permutation",
     .parameters = "n",
     .run = run_permutation,
     .doc = "A list of the whole numbers from 0 to n - 1 in random order.",
     .example = "sorted(permutation(4))  # [0, 1, 2, 3]",
     .topic = "random"},
    {.name = "choice",
     .parameters = "xs",
     .run = run_choice,
     .doc = "A random item of a list, character of a string or key of a record. An empty one is an "
            "error.",
     .example = "choice([7, 7])  # 7",
     .topic = "random"},
    {.name = "seed",
     .parameters = "n=none",
     .run = run_seed,
     .doc = "Starts the random numbers anew: the same whole number n gives the same numbers, on "
            "every platform. Without n, from the clock.",
     .example = "[seed(1), random()] == [seed(1), random()]  # true",
     .topic = "random"},
    {.name = NULL},
};
