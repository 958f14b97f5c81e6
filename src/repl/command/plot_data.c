/* sgrad: values of the language as figures: curves. */
#include "repl/command/plot_data.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

bool sg_plot_fail(sg_vm *vm, const sg_plot_value *at, const char *format, ...) {
  char text[SG_MESSAGE_SIZE];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  sg_vm_fail(vm, "%s", text);
  return sg_command_point_at(vm, at->text);
}

enum { NAME_SHOWN = 24 };

static double data_of(const sg_vm *vm, sg_value v) { return sg_tape_value(&vm->tape, v); }

/* --- Lists of numbers. */

static bool fail_item(sg_vm *vm, const sg_plot_value *at, uint32_t i, sg_value item) {
  return sg_plot_fail(vm, at, "a plot needs numbers: item %u is %s", (unsigned)i,
                      sg_type_phrase(item));
}

bool sg_plot_read_number(const sg_vm *vm, sg_value item, double *x) {
  if (sg_is_list(item) && sg_as_list(item)->count == 1) item = sg_as_list(item)->items[0];
  if (!sg_is_number(item)) return false;
  *x = data_of(vm, item);
  return true;
}

typedef struct curves {
  sg_vm *vm;
  sg_figure *figure;
  const sg_plot_value *ys;
  const sg_plot_value *xs; /* NULL: positions, from `first` */
  double first;
  uint32_t color;
} curves;

static bool check_lengths(const curves *c, const sg_list *list) {
  if (c->xs == NULL || sg_as_list(c->xs->value)->count == list->count) return true;
  return sg_plot_fail(c->vm, c->ys, "a plot draws as many numbers as there are places: %u over %u",
                      (unsigned)list->count, (unsigned)sg_as_list(c->xs->value)->count);
}

static bool add_point(const curves *c, uint32_t i, double y) {
  double x = c->first + i;
  if (c->xs != NULL && !sg_plot_read_number(c->vm, sg_as_list(c->xs->value)->items[i], &x))
    return fail_item(c->vm, c->xs, i, sg_as_list(c->xs->value)->items[i]);
  return sg_figure_add_point(c->figure, x, y) || sg_vm_fail_memory(c->vm);
}

static bool add_curve(curves *c, const char *name, const sg_list *list) {
  if (!check_lengths(c, list)) return false;
  if (sg_figure_add_series(c->figure, name, c->color++, true) == NULL)
    return sg_vm_fail_memory(c->vm);
  for (uint32_t i = 0; i < list->count; i++) {
    double y;
    if (i % SG_PIECE == SG_PIECE - 1 && !sg_vm_poll(c->vm)) return false;
    if (!sg_plot_read_number(c->vm, list->items[i], &y))
      return fail_item(c->vm, c->ys, i, list->items[i]);
    if (!add_point(c, i, y)) return false;
  }
  return true;
}

/* Long expressions and brackets do not name an axis. */
static void name_axis(char name[SG_NAME_SIZE], const char *text, size_t bytes) {
  if (bytes <= NAME_SHOWN && strchr("[({-", text[0]) == NULL)
    sg_figure_name(name, SG_NAME_SIZE, text, bytes);
}

void sg_plot_name(char name[SG_NAME_SIZE], const sg_plot_value *argument) {
  name_axis(name, argument->text.start, argument->text.bytes);
}

static void set_axis(sg_figure *figure, const curves *c, const char *x_name) {
  const sg_plot_value *xs = c->xs;
  sg_panel *panel = sg_figure_add_panel(figure);
  panel->x.whole = xs == NULL;
  name_axis(panel->x_name, xs == NULL ? x_name : xs->text.start,
            xs == NULL ? strlen(x_name) : xs->text.bytes);
}

static void set_y_name(sg_figure *figure, const char *text, size_t bytes) {
  name_axis(figure->panels[figure->panel_count - 1].y_name, text, bytes);
}

/* A list of lists: a curve each. */
static bool add_lists(curves *c, const sg_list *lists) {
  char name[SG_NAME_SIZE];
  if (lists->count > SG_SERIES_LIMIT) {
    sg_plot_fail(c->vm, c->ys, "a plot draws at most %d curves, not %u", SG_SERIES_LIMIT,
                 (unsigned)lists->count);
    return sg_vm_note(c->vm, "':scatter xs ys' draws samples as points");
  }
  for (uint32_t i = 0; i < lists->count; i++) {
    if (!sg_is_list(lists->items[i]))
      return sg_plot_fail(c->vm, c->ys, "a plot needs lists of numbers: item %u is %s", (unsigned)i,
                          sg_type_phrase(lists->items[i]));
    snprintf(name, sizeof name, "[%u]", (unsigned)i);
    if (!add_curve(c, name, sg_as_list(lists->items[i]))) return false;
  }
  return true;
}

/* Samples of one feature (lists of one number) are numbers too. */
static bool is_list_of_lists(const sg_list *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    if (!sg_is_list(list->items[i])) return false;
    if (sg_as_list(list->items[i])->count != 1) return true;
  }
  return false;
}

static bool add_list(curves *c) {
  const sg_list *list = sg_as_list(c->ys->value);
  set_axis(c->figure, c, "index");
  set_y_name(c->figure, c->ys->text.start, c->ys->text.bytes);
  if (list->count == 0)
    return sg_plot_fail(c->vm, c->ys, "a plot of an empty list would show nothing");
  if (is_list_of_lists(list)) return add_lists(c, list);
  return add_curve(c, c->xs == NULL ? "" : c->figure->panels[0].y_name, list);
}

/* --- Records: the history of a training, and others. */

static const sg_list *find_field(const sg_record *record, const char *name) {
  for (uint32_t i = 0; i < record->count; i++)
    if (strcmp(record->keys[i]->text, name) == 0)
      return sg_is_list(record->values[i]) ? sg_as_list(record->values[i]) : NULL;
  return NULL;
}

static bool has_field(const sg_record *record, const char *name) {
  return find_field(record, name) != NULL;
}

/* Whether there is a finite number in it and nothing but numbers. */
static bool is_curve(const sg_vm *vm, sg_value v) {
  bool some = false;
  if (!sg_is_list(v)) return false;
  const sg_list *list = sg_as_list(v);
  for (uint32_t i = 0; i < list->count; i++) {
    if (!sg_is_number(list->items[i])) return false;
    some |= isfinite(data_of(vm, list->items[i]));
  }
  return some;
}

static bool is_accuracy(const char *name) {
  size_t bytes = strlen(name), tail = strlen("accuracy");
  return bytes >= tail && strcmp(name + bytes - tail, "accuracy") == 0;
}

typedef enum part { PART_ALL, PART_LOSS, PART_ACCURACY } part;

static bool belongs(const char *name, part which) {
  if (which == PART_ALL) return true;
  if (which == PART_ACCURACY) return is_accuracy(name);
  return !is_accuracy(name) && strcmp(name, "seconds") != 0;
}

/* The fields of one panel, which there is only when it has some. */
static bool add_fields(curves *c, part which) {
  const sg_record *record = (const sg_record *)sg_as_object(c->ys->value);
  bool begun = false;
  c->color = 0;
  for (uint32_t i = 0; i < record->count; i++) {
    const char *name = record->keys[i]->text;
    if (!belongs(name, which) || !is_curve(c->vm, record->values[i])) continue;
    if (!begun) set_axis(c->figure, c, which == PART_ALL ? "index" : "epoch");
    begun = true;
    if (c->color == SG_SERIES_LIMIT)
      return sg_plot_fail(c->vm, c->ys, "a plot draws at most %d curves", SG_SERIES_LIMIT);
    if (!add_curve(c, name, sg_as_list(record->values[i]))) return false;
  }
  if (!begun) return true;
  const char *title = which == PART_LOSS ? "loss" : which == PART_ACCURACY ? "accuracy" : NULL;
  if (title != NULL)
    set_y_name(c->figure, title, strlen(title));
  else
    set_y_name(c->figure, c->ys->text.start, c->ys->text.bytes);
  return true;
}

static bool add_record(curves *c) {
  const sg_record *record = (const sg_record *)sg_as_object(c->ys->value);
  bool history = has_field(record, "loss") && has_field(record, "accuracy");
  if (history) c->first = 1;
  bool ok =
      history ? add_fields(c, PART_LOSS) && add_fields(c, PART_ACCURACY) : add_fields(c, PART_ALL);
  if (!ok || c->figure->panel_count > 0) return ok;
  return sg_plot_fail(c->vm, c->ys, "a plot finds no list of numbers in the record");
}

bool sg_plot_add_curves(sg_vm *vm, sg_figure *figure, const sg_plot_value *xs,
                        const sg_plot_value *ys) {
  curves c = {.vm = vm, .figure = figure, .xs = xs, .ys = ys};
  if (xs != NULL && !sg_is_list(xs->value))
    return sg_plot_fail(vm, xs, "a plot draws over a list of numbers, not %s",
                        sg_type_phrase(xs->value));
  if (sg_is_list(ys->value)) return add_list(&c);
  if (sg_is_record(ys->value)) return add_record(&c);
  sg_plot_fail(vm, ys,
               "a plot draws a list of numbers, a list of such lists or a record "
               "of them, not %s",
               sg_type_phrase(ys->value));
  return sg_is_callable(ys->value) &&
         sg_vm_note(vm, "a function is drawn over numbers: :plot f linspace(-3, 3, 100)");
}
