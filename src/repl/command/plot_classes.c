/* sgrad: values of the language as figures: samples as points, by their class. */
#include "repl/command/plot_data.h"

#include <math.h>
#include <stdio.h>

/* What `ys` tells apart. Keys: a number, a bool or a string. */
typedef struct class_row {
  sg_value key;
  uint32_t color;
} class_row;

typedef struct classes {
  sg_vm *vm;
  const sg_plot_value *ys;
  uint32_t count;
  class_row rows[SG_CLASS_LIMIT];
  uint8_t *of; /* the row of each sample; owned */
  uint32_t samples;
} classes;

/* --- Samples. */

static bool fail_sample(sg_vm *vm, const sg_plot_value *xs, uint32_t i, sg_value sample) {
  if (!sg_is_list(sample))
    return sg_plot_fail(vm, xs, "a sample is a list of two numbers, but sample %u is %s",
                        (unsigned)i, sg_type_phrase(sample));
  const sg_list *list = sg_as_list(sample);
  if (list->count == 2)
    return sg_plot_fail(vm, xs, "sample %u holds what is no number", (unsigned)i);
  sg_plot_fail(vm, xs, "a picture has two dimensions, but sample %u has %u", (unsigned)i,
               (unsigned)list->count);
  if (list->count < 2) return false;
  return sg_vm_note(vm, "choose two of them: [[x[0], x[1]] for x in xs]");
}

static bool is_sample(sg_value v) {
  if (!sg_is_list(v) || sg_as_list(v)->count != 2) return false;
  return sg_is_number(sg_as_list(v)->items[0]) && sg_is_number(sg_as_list(v)->items[1]);
}

bool sg_plot_need_samples(sg_vm *vm, const sg_plot_value *xs, sg_list **out) {
  if (!sg_is_list(xs->value))
    return sg_plot_fail(vm, xs, "samples are a list of lists of two numbers, not %s",
                        sg_type_phrase(xs->value));
  *out = sg_as_list(xs->value);
  if ((*out)->count == 0) return sg_plot_fail(vm, xs, "there are no samples");
  for (uint32_t i = 0; i < (*out)->count; i++) {
    if (i % SG_PIECE == SG_PIECE - 1 && !sg_vm_poll(vm)) return false;
    if (!is_sample((*out)->items[i])) return fail_sample(vm, xs, i, (*out)->items[i]);
  }
  return true;
}

/* --- Classes. */

/* The class that a one-hot or soft target says: where its largest number stands. */
static bool read_target(const sg_vm *vm, const sg_list *target, sg_value *key) {
  uint32_t best = 0;
  for (uint32_t k = 0; k < target->count; k++) {
    if (!sg_is_number(target->items[k])) return false;
    if (sg_tape_value(&vm->tape, target->items[k]) > sg_tape_value(&vm->tape, target->items[best]))
      best = k;
  }
  *key = sg_number(best);
  return target->count > 0;
}

static bool read_key(const classes *c, uint32_t i, sg_value v, sg_value *key) {
  *key = v;
  if (sg_is_number(v)) {
    *key = sg_number(sg_tape_value(&c->vm->tape, v) + 0.0);
    return true;
  }
  if (sg_is_string(v) || sg_is_bool(v)) return true;
  if (sg_is_list(v) && read_target(c->vm, sg_as_list(v), key)) return true;
  return sg_plot_fail(c->vm, c->ys, "a class is a number or a text, but target %u is %s",
                      (unsigned)i, sg_type_phrase(v));
}

static bool is_same(sg_value a, sg_value b) {
  if (sg_is_string(a) && sg_is_string(b)) return sg_string_equal(sg_as_string(a), sg_as_string(b));
  if (sg_is_double(a) && sg_is_double(b) && sg_as_double(a) == sg_as_double(b)) return true;
  return a.bits == b.bits;
}

/* The row of a key, made where there is none. */
static bool find_row(classes *c, sg_value key, uint8_t *row) {
  for (*row = 0; *row < c->count; ++*row)
    if (is_same(c->rows[*row].key, key)) return true;
  if (c->count < SG_CLASS_LIMIT) {
    c->rows[c->count++].key = key;
    return true;
  }
  return sg_plot_fail(c->vm, c->ys, "more than %d classes are too many for a picture",
                      SG_CLASS_LIMIT);
}

static bool read_classes(classes *c) {
  const sg_list *targets = sg_as_list(c->ys->value);
  for (uint32_t i = 0; i < c->samples; i++) {
    sg_value key;
    if (i % SG_PIECE == SG_PIECE - 1 && !sg_vm_poll(c->vm)) return false;
    if (!read_key(c, i, targets->items[i], &key) || !find_row(c, key, &c->of[i])) return false;
  }
  return true;
}

/* The order of rows: numbers up, nan, bools, texts. */
static bool is_before(sg_value a, sg_value b) {
  if (sg_is_string(a) && sg_is_string(b))
    return sg_string_order(sg_as_string(a), sg_as_string(b)) < 0;
  if (!sg_is_double(a) || !sg_is_double(b)) return a.bits < b.bits;
  double x = sg_as_double(a), y = sg_as_double(b);
  return x < y || (isnan(y) && !isnan(x));
}

static uint32_t find_rank(const classes *c, uint32_t row) {
  uint32_t rank = 0;
  for (uint32_t i = 0; i < c->count; i++) rank += is_before(c->rows[i].key, c->rows[row].key);
  return rank;
}

/* Class k has the colour k, also where some classes are missing. */
static bool is_index(sg_value key, uint32_t count) {
  if (!sg_is_double(key)) return false;
  double x = sg_as_double(key);
  return x >= 0 && x < count && x == floor(x);
}

static bool are_indices(const classes *c, uint32_t count) {
  for (uint32_t i = 0; i < c->count; i++)
    if (!is_index(c->rows[i].key, count)) return false;
  return true;
}

static bool is_positive(sg_value key) {
  return sg_is_double(key) ? sg_as_double(key) > 0 : sg_is_true(key);
}

static void color_rows(classes *c, uint32_t outputs) {
  bool indices = are_indices(c, outputs > 1 ? outputs : SG_CLASS_LIMIT);
  for (uint32_t i = 0; i < c->count; i++) {
    class_row *row = &c->rows[i];
    if (indices && outputs != 1)
      row->color = (uint32_t)sg_as_double(row->key);
    else
      row->color =
          c->count == 1 && !sg_is_string(row->key) ? is_positive(row->key) : find_rank(c, i);
  }
}

/* Whether the classes are those that so many outputs tell apart. */
static bool check_outputs(const classes *c, uint32_t outputs) {
  if (outputs == 0 || (outputs == 1 && c->count <= 2) || (outputs > 1 && are_indices(c, outputs)))
    return true;
  if (outputs == 1)
    return sg_plot_fail(c->vm, c->ys, "one output tells two classes apart, not %u",
                        (unsigned)c->count);
  return sg_plot_fail(c->vm, c->ys,
                      "%u outputs tell the classes 0 to %u apart, and others are here",
                      (unsigned)outputs, (unsigned)outputs - 1);
}

/* --- Series. */

static void name_row(const class_row *row, char name[SG_NAME_SIZE]) {
  char number[SG_NUMBER_SIZE];
  if (sg_is_double(row->key))
    snprintf(name, SG_NAME_SIZE, "class %s", sg_number_short(number, sg_as_double(row->key), 6));
  else if (sg_is_string(row->key))
    sg_figure_name(name, SG_NAME_SIZE, sg_as_string(row->key)->text, sg_as_string(row->key)->bytes);
  else
    snprintf(name, SG_NAME_SIZE, "%s", sg_is_true(row->key) ? "true" : "false");
}

static bool add_samples(sg_vm *vm, sg_figure *figure, const sg_list *samples, const uint8_t *of,
                        uint8_t row) {
  for (uint32_t i = 0; i < samples->count; i++) {
    if (i % SG_PIECE == SG_PIECE - 1 && !sg_vm_poll(vm)) return false;
    if (of != NULL && of[i] != row) continue;
    const sg_value *sample = sg_as_list(samples->items[i])->items;
    if (!sg_figure_add_point(figure, sg_tape_value(&vm->tape, sample[0]),
                             sg_tape_value(&vm->tape, sample[1])))
      return sg_vm_fail_memory(vm);
  }
  return true;
}

static bool add_rows(classes *c, sg_figure *figure, const sg_list *samples) {
  char name[SG_NAME_SIZE];
  for (uint32_t rank = 0; rank < c->count; rank++) {
    uint8_t i = 0;
    while (find_rank(c, i) != rank) i++;
    name_row(&c->rows[i], name);
    if (sg_figure_add_series(figure, name, c->rows[i].color, false) == NULL)
      return sg_vm_fail_memory(c->vm);
    if (!add_samples(c->vm, figure, samples, c->of, i)) return false;
  }
  return true;
}

static bool check_targets(const classes *c) {
  if (!sg_is_list(c->ys->value))
    return sg_plot_fail(c->vm, c->ys,
                        "the targets are a list with the class of each sample, not %s",
                        sg_type_phrase(c->ys->value));
  uint32_t count = sg_as_list(c->ys->value)->count;
  return count == c->samples ||
         sg_plot_fail(c->vm, c->ys, "there is a target for each sample, not %u for %u",
                      (unsigned)count, (unsigned)c->samples);
}

bool sg_plot_add_classes(sg_vm *vm, sg_figure *figure, const sg_plot_value *xs,
                         const sg_plot_value *ys, uint32_t outputs) {
  sg_list *samples;
  if (!sg_plot_need_samples(vm, xs, &samples)) return false;
  if (ys == NULL)
    return sg_figure_add_series(figure, "", 0, false) == NULL
               ? sg_vm_fail_memory(vm)
               : add_samples(vm, figure, samples, NULL, 0);
  classes c = {.vm = vm, .ys = ys, .samples = samples->count};
  if (!check_targets(&c)) return false;
  c.of = sg_allocate(vm->memory, c.samples);
  if (c.of == NULL) return sg_vm_fail_memory(vm);
  bool ok = read_classes(&c) && check_outputs(&c, outputs);
  if (ok) color_rows(&c, outputs);
  ok = ok && add_rows(&c, figure, samples);
  sg_release(vm->memory, c.of, c.samples);
  return ok;
}

/* How many classes there are: those of the region, else those up to the last one's colour. */
static uint32_t count_classes(const sg_figure *figure) {
  uint32_t count = 0;
  if (figure->region.scores != NULL) return sg_region_classes(&figure->region);
  for (uint32_t i = 0; i < figure->series.count; i++)
    if (figure->series.items[i].color >= count) count = figure->series.items[i].color + 1;
  return count;
}

bool sg_plot_name_classes(sg_vm *vm, sg_figure *figure, const sg_plot_value *labels) {
  if (!sg_is_list(labels->value))
    return sg_plot_fail(vm, labels, "the labels are a list of strings, not %s",
                        sg_type_phrase(labels->value));
  const sg_list *list = sg_as_list(labels->value);
  uint32_t count = count_classes(figure);
  if (list->count != count)
    return sg_plot_fail(vm, labels, "there is a label for each class, not %u for %u",
                        (unsigned)list->count, (unsigned)count);
  for (uint32_t i = 0; i < count; i++)
    if (!sg_is_string(list->items[i]))
      return sg_plot_fail(vm, labels, "a label is a string, but item %u is %s", (unsigned)i,
                          sg_type_phrase(list->items[i]));
  for (uint32_t i = 0; i < figure->series.count; i++) {
    sg_series *series = &figure->series.items[i];
    const sg_string *text = sg_as_string(list->items[series->color]);
    sg_figure_name(series->name, sizeof series->name, text->text, text->bytes);
  }
  return true;
}
