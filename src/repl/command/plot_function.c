/* sgrad: a function as a curve. */
#include "repl/command/plot_function.h"

#include "repl/command/plot_region.h"

enum { PLACES = 241 };

/* A function being asked. */
typedef struct oracle {
  sg_vm *vm;
  const sg_plot_value *function;
  bool lists; /* it takes samples of one number */
} oracle;

static bool make_question(const oracle *o, double x, sg_value *out) {
  *out = sg_number(x);
  if (!o->lists) return true;
  sg_list *sample = sg_list_new(&o->vm->heap, 1);
  if (sample == NULL || !sg_list_append(&o->vm->heap, sample, *out))
    return sg_vm_fail_memory(o->vm);
  *out = sg_object_value(sample);
  return true;
}

static bool ask(const oracle *o, double x, double *y) {
  sg_value question, answer = SG_NONE;
  if (!make_question(o, x, &question) || !sg_plot_call(o->vm, o->function, question, &answer))
    return false;
  return sg_plot_read_number(o->vm, answer, y) ||
         sg_plot_fail(o->vm, o->function, "the function gives %s for a number, not a number",
                      sg_type_phrase(answer));
}

/* From the least to the greatest of the places. */
static bool find_range(const oracle *o, const sg_plot_value *xs, sg_range *out) {
  const sg_list *list = sg_as_list(xs->value);
  *out = SG_RANGE_EMPTY;
  for (uint32_t i = 0; i < list->count; i++) {
    double x;
    if (i % SG_PIECE == SG_PIECE - 1 && !sg_vm_poll(o->vm)) return false;
    if (!sg_plot_read_number(o->vm, list->items[i], &x))
      return sg_plot_fail(o->vm, xs, "a plot needs numbers: item %u is %s", (unsigned)i,
                          sg_type_phrase(list->items[i]));
    if (x - x == 0) sg_range_add(out, x);
  }
  return true;
}

static bool add_curve(const oracle *o, sg_figure *figure, sg_range range) {
  char name[SG_NAME_SIZE] = "";
  bool alone = figure->series.count == 0;
  sg_plot_name(name, o->function);
  if (!alone && name[0] == 0) sg_figure_name(name, sizeof name, "function", 8);
  if (sg_figure_add_series(figure, name, 0, true) == NULL) return sg_vm_fail_memory(o->vm);
  for (uint32_t i = 0; i < PLACES && range.low <= range.high; i++) {
    double share = (double)i / (PLACES - 1), y;
    double x = range.low * (1 - share) + range.high * share;
    if (!sg_vm_poll(o->vm) || !ask(o, x, &y)) return false;
    if (!sg_figure_add_point(figure, x, y)) return sg_vm_fail_memory(o->vm);
  }
  return true;
}

static bool add_points(sg_vm *vm, sg_figure *figure, const sg_plot_value *xs,
                       const sg_plot_value *ys) {
  if (!sg_plot_add_curves(vm, figure, xs, ys)) return false;
  for (uint32_t i = 0; i < figure->series.count; i++) {
    sg_series *series = &figure->series.items[i];
    series->line = false;
    series->color++; /* the first one is the curve's */
    if (series->name[0] == 0) sg_figure_name(series->name, sizeof series->name, "points", 6);
  }
  return true;
}

bool sg_plot_add_function(sg_vm *vm, sg_figure *figure, const sg_plot_value *function,
                          const sg_plot_value *xs, const sg_plot_value *ys) {
  oracle o = {.vm = vm, .function = function};
  sg_range range;
  if (!sg_is_list(xs->value))
    return sg_plot_fail(vm, xs, "a plot draws over a list of numbers, not %s",
                        sg_type_phrase(xs->value));
  o.lists = sg_as_list(xs->value)->count > 0 && sg_is_list(sg_as_list(xs->value)->items[0]);
  if (!find_range(&o, xs, &range) || (ys != NULL && !add_points(vm, figure, xs, ys))) return false;
  if (ys == NULL) {
    sg_panel *panel = sg_figure_add_panel(figure);
    sg_plot_name(panel->x_name, xs);
    sg_plot_name(panel->y_name, function);
  }
  return add_curve(&o, figure, range);
}
