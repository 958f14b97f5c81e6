/* sgrad: data sets: what their builtins share, and the table. */
#include "builtins/data/data.h"

#include "builtins/builtins.h"

bool sg_draw_start(sg_vm *vm, const sg_call *call, uint32_t i, sg_draw *draw) {
  int64_t seed;
  draw->own = sg_is_given(call, i);
  draw->random = vm->random;
  if (!draw->own) return true;
  if (!sg_vm_need_whole(vm, call, i, &seed)) return false;
  sg_random_seed(&draw->random, (uint64_t)seed);
  return true;
}

void sg_draw_end(sg_vm *vm, const sg_draw *draw) {
  if (!draw->own) vm->random = draw->random;
}

bool sg_make_order(sg_vm *vm, uint32_t count, bool shuffled, sg_draw *draw, sg_order *order) {
  sg_error error;
  sg_error_clear(&error);
  if (sg_order_init(order, vm->memory, count, &error) &&
      (!shuffled || sg_order_shuffle(order, &draw->random, &error)))
    return true;
  return sg_fail_again(vm, &error);
}

bool sg_poll_work(sg_vm *vm, uint64_t *work, uint64_t steps) {
  enum { STEPS_OF_A_LIST = 16 };
  *work += steps + STEPS_OF_A_LIST;
  if (*work < SG_POLL_EVERY) return true;
  *work = 0;
  return sg_vm_poll(vm);
}

/* Whether item k is a sample of as many numbers as the first. */
static bool check_row(sg_vm *vm, const sg_call *call, const char *name, const sg_rows *rows,
                      uint32_t k) {
  sg_value v = rows->list->items[k];
  const char *builtin = call->builtin->name;
  if (!sg_is_list(v))
    return sg_vm_fail(vm, "%s() takes a list of samples for '%s', but item %u is %s, no list",
                      builtin, name, k, sg_type_phrase(v));
  const sg_list *row = sg_as_list(v);
  SG_EACH (i, 0, row->plain ? 0 : row->count)
    if (!sg_is_number(row->items[i]))
      return sg_vm_fail(vm,
                        "%s() takes samples of numbers for '%s', but item %u of sample %u is %s",
                        builtin, name, i, k, sg_type_phrase(row->items[i]));
  if (row->count && row->count == rows->features) return true;
  if (!row->count)
    return sg_vm_fail(vm, "%s() takes samples of numbers for '%s', but sample %u is empty", builtin,
                      name, k);
  return sg_vm_fail(vm,
                    "%s() takes samples of one length for '%s', but sample 0 has %u numbers and "
                    "sample %u has %u",
                    builtin, name, rows->features, k, row->count);
}

bool sg_need_rows(sg_vm *vm, const sg_call *call, uint32_t i, sg_rows *out) {
  uint64_t work = 0;
  char name[48];
  *out = (sg_rows){.list = NULL};
  if (!sg_is_list(call->args[i]))
    return sg_vm_fail_argument(vm, call, i, "a list of samples or of numbers");
  sg_list *list = out->list = sg_as_list(call->args[i]);
  if (!list->count) return true;
  out->flat = sg_is_number(list->items[0]);
  if (out->flat) {
    out->features = 1;
    return sg_need_numbers(vm, call, i, false, &out->list);
  }
  if (sg_is_list(list->items[0])) out->features = sg_as_list(list->items[0])->count;
  sg_vm_parameter_name(call, i, name, sizeof name);
  for (uint32_t k = 0; k < list->count; k++)
    if (!check_row(vm, call, name, out, k) || !sg_poll_work(vm, &work, out->features)) return false;
  return true;
}

void sg_rows_read(sg_vm *vm, const sg_rows *rows, uint32_t i, double *x) {
  const sg_value *items =
      rows->flat ? &rows->list->items[i] : sg_as_list(rows->list->items[i])->items;
  SG_EACH (f, 0, rows->features) x[f] = sg_tape_value(&vm->tape, items[f]);
}

bool sg_need_samples(sg_vm *vm, const sg_call *call, sg_list **xs, sg_list **ys) {
  if (!sg_vm_need_list(vm, call, 0, xs) || !sg_vm_need_list(vm, call, 1, ys)) return false;
  if ((*xs)->count == (*ys)->count) return true;
  return sg_vm_fail(vm, "%s() takes a target for each sample: 'xs' has %u, 'ys' %u",
                    call->builtin->name, (*xs)->count, (*ys)->count);
}

const sg_builtin sg_data_builtins[] = {
    {.name = "moons",
     .parameters = "n=100, noise=0.1, shuffle=true, seed=none",
     .run = sg_run_moons,
     .doc = "Two half moons in each other's arms, as `xs, ys`: n points of the plane and their "
            "classes -1 and 1, half of each. n may be [n1, n2], the points of each moon. `noise` "
            "is the standard deviation of what is added to each coordinate. `shuffle=false` keeps "
            "them in order. `seed=` takes numbers of its own and leaves those of the session.",
     .example = "xs, ys = moons(); [len(xs), len(xs[0]), sum(ys)]  # [100, 2, 0]",
     .topic = "datasets"},
    {.name = "circles",
     .parameters = "n=100, noise=0.05, factor=0.8, shuffle=true, seed=none",
     .run = sg_run_circles,
     .doc = "A circle in a circle, as `xs, ys`: n points of the plane and their classes, -1 for "
            "the outer circle of radius 1, 1 for the inner one of radius `factor`, from 0 to below "
            "1. n may be [n1, n2]. `noise`, `shuffle` and `seed` are as in moons.",
     .example = "circles(2, 0, shuffle=false)  # [[[1, 0], [0.8, 0]], [-1, 1]]",
     .topic = "datasets"},
    {.name = "spiral",
     .parameters = "n=300, noise=0.2, arms=3, turns=2/pi, shuffle=true, seed=none",
     .run = sg_run_spiral,
     .doc = "A spiral of some arms, as `xs, ys`: n points of the plane and their arms, from 0, "
            "equally many of each; n may be a list of how many. `turns` says how often an arm goes "
            "round. `noise` is the standard deviation of the angle. `shuffle` and `seed` are as in "
            "moons.",
     .example = "xs, ys = spiral(6, shuffle=false); ys  # [0, 0, 1, 1, 2, 2]",
     .topic = "datasets"},
    {.name = "blobs",
     .parameters = "n=100, noise=1, centers=3, n_features=2, center_box=[-10, 10], shuffle=true, "
                   "seed=none",
     .run = sg_run_blobs,
     .doc = "Clouds of points, as `xs, ys`: n points of `n_features` coordinates and their "
            "classes, from 0, equally many of each; n may be a list of how many. `centers` is how "
            "many clouds, their centers drawn from `center_box`, or a list of centers. `noise`, "
            "scikit-learn's cluster_std, is the standard deviation of all clouds, or a list of "
            "one for each. `shuffle` and `seed` are as in moons.",
     .example = "xs, ys = blobs(2, noise=0, centers=[[5], [5]]); xs  # [[5], [5]]",
     .topic = "datasets"},
    {.name = "xor",
     .parameters = "n=4, noise=0, seed=none",
     .run = sg_run_xor,
     .doc = "The four points of exclusive or, as `xs, ys`, their classes 0 and 1; for a larger n "
            "they repeat in turn. `noise` and `seed` are as in moons.",
     .example = "xs, ys = xor(); [xs[3], ys]  # [[1, 1], [0, 1, 1, 0]]",
     .topic = "datasets"},
    {.name = "read_idx",
     .parameters = "path",
     .run = sg_run_read_idx,
     .doc = "Reads a file in the IDX format, in which MNIST comes, gzipped or not. Of one "
            "dimension it is a flat list of constants; of more, a list of samples, each flat: "
            "images row by row. Numbers may be of any of its types (u8, i8, i16, i32, f32, f64). "
            "A pixel is 0 to 255: networks learn from x / 255. Errors name the file and the byte.",
     .example = "read_idx(\"labels.idx\")  # [7, 2, 1]",
     .topic = "datasets"},
    {.name = "one_hot",
     .parameters = "ys, k=none",
     .run = sg_run_one_hot,
     .doc = "Class indices as vectors: a list of k constants for each, 1 at the index and 0 "
            "elsewhere; of a number, one such list. Without k, as many as the largest index needs. "
            "An index that is not whole or not below k is an error.",
     .example = "one_hot([0, 2], 3)  # [[1, 0, 0], [0, 0, 1]]",
     .topic = "datasets"},
    {.name = "standardize",
     .parameters = "xs, like=xs",
     .run = sg_run_standardize,
     .doc = "Samples, each feature less its mean and divided by its standard deviation (over n, as "
            "scikit-learn's StandardScaler): a new list of constants. `like=` takes means and "
            "deviations from other samples: `standardize(x_test, like=x_train)`. A constant "
            "feature is only centred; nan stays and is passed over. A flat list of numbers counts "
            "as samples of one feature.",
     .example = "standardize([[1, 5], [3, 5]])  # [[-1, 0], [1, 0]]",
     .topic = "datasets"},
    {.name = "train_test_split",
     .parameters = "xs, ys, test_size=0.25, shuffle=true, seed=none, stratify=none",
     .run = sg_run_train_test_split,
     .doc = "Four lists, in scikit-learn's order: samples to train with, samples to test with, and "
            "the targets of each. `test_size` is a share (rounded up) or a number of samples. "
            "They are shuffled as permutation(n) shuffles; `shuffle=false` takes the last "
            "ones for tests. `stratify=ys` keeps each class's share. `seed` is as in moons.",
     .example = "train_test_split([[1], [2], [3]], [0, 0, 1], 1, false)[3]  # [1]",
     .topic = "datasets"},
    {.name = "batches",
     .parameters = "xs, ys, n, shuffle=false, seed=none",
     .run = sg_run_batches,
     .doc = "Samples and targets in parts of n, the last one perhaps smaller: a list of [xs, ys]. "
            "`shuffle=true` mixes them first, as permutation does; `seed` is as in moons.",
     .example = "[len(b) for b, _ in batches(range(5), range(5), 2)]  # [2, 2, 1]",
     .topic = "datasets"},
    {.name = NULL},
};
