/* sgrad: data sets made by formula. */
#include "nn/dataset.h"

#include <math.h>
#include <string.h>

static const double pi = 3.141592653589793238;

static uint32_t count_group(const sg_dataset *set, uint32_t group) {
  return set->starts[group + 1] - set->starts[group];
}

static double draw_noise(const sg_dataset *set, uint32_t group, sg_random *random) {
  double deviation = set->noises[group];
  return deviation > 0 ? deviation * sg_random_normal(random) : 0;
}

static void blur(const sg_dataset *set, uint32_t group, sg_random *random, double *x) {
  for (uint32_t i = 0; i < set->features; i++) x[i] += draw_noise(set, group, random);
}

/* -1 for the first of two groups, 1 for the second. */
static double give_sign(uint32_t group) { return group == 0 ? -1 : 1; }

/* NumPy's linspace(0, end, count): the last one is `end` itself. */
static double space_at(double end, uint32_t count, uint32_t k) {
  if (count < 2) return 0;
  return k + 1 == count ? end : k * (end / (count - 1));
}

static double fill_moons(const sg_dataset *set, uint32_t group, uint32_t k, sg_random *random,
                         double *x) {
  double t = space_at(pi, count_group(set, group), k);
  x[0] = group == 0 ? cos(t) : 1 - cos(t);
  x[1] = group == 0 ? sin(t) : 1 - sin(t) - 0.5;
  blur(set, group, random, x);
  return give_sign(group);
}

static double fill_circles(const sg_dataset *set, uint32_t group, uint32_t k, sg_random *random,
                           double *x) {
  double t = k * (2 * pi / count_group(set, group));
  double radius = group == 0 ? 1 : set->factor;
  x[0] = cos(t) * radius;
  x[1] = sin(t) * radius;
  blur(set, group, random, x);
  return give_sign(group);
}

static double fill_spiral(const sg_dataset *set, uint32_t group, uint32_t k, sg_random *random,
                          double *x) {
  double r = space_at(1, count_group(set, group), k);
  double t = 2 * pi * ((double)group / set->groups + set->turns * r);
  t += draw_noise(set, group, random);
  x[0] = r * sin(t);
  x[1] = r * cos(t);
  return group;
}

static double fill_blobs(const sg_dataset *set, uint32_t group, uint32_t k, sg_random *random,
                         double *x) {
  (void)k;
  memcpy(x, set->centers + (size_t)group * set->features, set->features * sizeof *x);
  blur(set, group, random, x);
  return group;
}

static double fill_xor(const sg_dataset *set, uint32_t group, uint32_t k, sg_random *random,
                       double *x) {
  uint32_t a = k >> 1 & 1;
  uint32_t b = k & 1;
  x[0] = a;
  x[1] = b;
  blur(set, group, random, x);
  return a ^ b;
}

const sg_dataset_row sg_datasets[] = {
    {.name = "moons",
     .formula = "`(cos(t), sin(t))` of class -1 and `(1 - cos(t), 1/2 - sin(t))` of class 1, t in "
                "even steps from 0 to pi",
     .source = "scikit-learn's make_moons",
     .last_gets_rest = true,
     .fill = fill_moons},
    {.name = "circles",
     .formula = "`(cos(t), sin(t))` of class -1 and `factor` times that of class 1, t in even "
                "steps from 0 to below 2*pi",
     .source = "scikit-learn's make_circles",
     .last_gets_rest = true,
     .fill = fill_circles},
    {.name = "spiral",
     .formula = "arm j: `(r * sin(t), r * cos(t))`, r in even steps from 0 to 1, "
                "`t = 2*pi * (j/arms + turns*r) + noise * normal()`",
     .source = "Stanford's CS231n, its case study of a small network; there arm j starts at 4*j",
     .fill = fill_spiral},
    {.name = "blobs",
     .formula = "class j: `centers[j] + noise * normal()` in each feature",
     .source = "scikit-learn's make_blobs",
     .fill = fill_blobs},
    {.name = "xor",
     .formula = "`(0, 0)`, `(0, 1)`, `(1, 0)`, `(1, 1)` in turn, of class 0, 1, 1, 0",
     .source = "Minsky and Papert, Perceptrons, 1969",
     .fill = fill_xor},
    {.name = NULL},
};

const sg_dataset_row *sg_dataset_find(const char *name) {
  for (const sg_dataset_row *row = sg_datasets; row->name; row++)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

static void *allocate_zeros(sg_memory *memory, size_t count, size_t item_size) {
  size_t size = count * item_size;
  void *block = sg_allocate(memory, size);
  if (!block || sg_fill(memory, block, 0, size)) return block;
  sg_release(memory, block, size);
  return NULL;
}

bool sg_dataset_init(sg_dataset *set, sg_memory *memory, const sg_dataset_row *row, uint32_t groups,
                     uint32_t features) {
  *set = (sg_dataset){.row = row, .memory = memory, .features = features, .groups = groups};
  set->starts = allocate_zeros(memory, (size_t)groups + 1, sizeof *set->starts);
  if (set->starts) set->noises = allocate_zeros(memory, groups, sizeof *set->noises);
  return set->noises != NULL;
}

void sg_dataset_clear(sg_dataset *set) {
  size_t groups = set->groups;
  sg_release(set->memory, set->starts, (groups + 1) * sizeof *set->starts);
  sg_release(set->memory, set->noises, groups * sizeof *set->noises);
  sg_release(set->memory, set->centers, groups * set->features * sizeof *set->centers);
}

void sg_dataset_share(sg_dataset *set, uint32_t n) {
  uint32_t each = n / set->groups;
  uint32_t rest = n % set->groups;
  for (uint32_t g = 0; g < set->groups; g++) {
    bool more = set->row->last_gets_rest ? g >= set->groups - rest : g < rest;
    set->starts[g + 1] = set->starts[g] + each + more;
  }
}

bool sg_dataset_add_centers(sg_dataset *set) {
  set->centers =
      allocate_zeros(set->memory, (size_t)set->groups * set->features, sizeof *set->centers);
  return set->centers != NULL;
}

/* The last group that starts at i or before and is not empty. */
static uint32_t find_group(const sg_dataset *set, uint32_t i) {
  uint32_t low = 0;
  uint32_t high = set->groups;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (set->starts[middle] <= i)
      low = middle;
    else
      high = middle;
  }
  return low;
}

double sg_dataset_sample(const sg_dataset *set, uint32_t i, sg_random *random, double *x) {
  uint32_t group = find_group(set, i);
  return set->row->fill(set, group, i - set->starts[group], random, x);
}
