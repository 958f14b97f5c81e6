/* sgrad: what a model says of every place. */
#include "repl/command/plot_region.h"

#include "builtins/nn/model.h"

#include <math.h>
#include <stdio.h>

enum {
  BATCH = 2048, /* samples of one call */
  OUTPUTS_MOST = SG_CLASS_LIMIT,
  SAMPLES_JUDGED = 10000 /* of more it is not said how many are right */
};

static const double margin = 0.1; /* around the samples, of their range */

/* A model being asked. */
typedef struct oracle {
  sg_vm *vm;
  const sg_plot_value *model;
  bool batches;
  uint32_t outputs; /* 0: not known yet */
} oracle;

/* --- Questions. */

static bool make_sample(sg_vm *vm, sg_point p, sg_value *out) {
  sg_list *sample = sg_list_new(&vm->heap, 2);
  if (sample == NULL || !sg_list_append(&vm->heap, sample, sg_number(p.x)) ||
      !sg_list_append(&vm->heap, sample, sg_number(p.y)))
    return sg_vm_fail_memory(vm);
  *out = sg_object_value(sample);
  return true;
}

static bool make_samples(sg_vm *vm, const sg_point *points, uint32_t count, sg_value *out) {
  sg_list *samples = sg_list_new(&vm->heap, count);
  if (samples == NULL) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < count; i++) {
    sg_value sample;
    if (!make_sample(vm, points[i], &sample)) return false;
    if (!sg_list_append(&vm->heap, samples, sample)) return sg_vm_fail_memory(vm);
  }
  *out = sg_object_value(samples);
  return true;
}

bool sg_plot_call(sg_vm *vm, const sg_plot_value *model, sg_value question, sg_value *answer) {
  bool recording = vm->tape.recording;
  vm->tape.recording = false;
  bool ok = sg_vm_call(vm, model->value, &question, 1, answer);
  vm->tape.recording = recording;
  return ok;
}

/* --- Answers. */

static bool read_number(const sg_vm *vm, sg_value v, double *out) {
  if (sg_is_number(v)) *out = sg_tape_value(&vm->tape, v);
  if (sg_is_bool(v)) *out = sg_is_true(v);
  return sg_is_number(v) || sg_is_bool(v);
}

static bool fail_answer(const oracle *o, sg_value answer) {
  const sg_list *list = sg_is_list(answer) ? sg_as_list(answer) : NULL;
  if (list != NULL && list->count == 0)
    return sg_plot_fail(o->vm, o->model, "the model gives an empty list for a sample");
  return sg_plot_fail(o->vm, o->model,
                      "the model gives %s for a sample, where a number or a list of numbers is "
                      "needed",
                      list != NULL ? "a list with something else" : sg_type_phrase(answer));
}

/* How many outputs an answer for one sample has. */
static bool count_outputs(oracle *o, sg_value answer) {
  uint32_t count = sg_is_list(answer) ? sg_as_list(answer)->count : 1;
  if (count == 0) return fail_answer(o, answer);
  if (count > OUTPUTS_MOST)
    return sg_plot_fail(o->vm, o->model, "the model gives %u numbers for a sample, more than %d",
                        (unsigned)count, OUTPUTS_MOST);
  o->outputs = count;
  return true;
}

static bool fail_count(const oracle *o, uint32_t count) {
  return sg_plot_fail(o->vm, o->model, "the model gives %u number%s for one sample, %u for another",
                      (unsigned)o->outputs, o->outputs == 1 ? "" : "s", (unsigned)count);
}

static bool read_answer(const oracle *o, sg_value answer, double *out) {
  if (!sg_is_list(answer)) {
    if (!read_number(o->vm, answer, out)) return fail_answer(o, answer);
    return o->outputs == 1 || fail_count(o, 1);
  }
  const sg_list *list = sg_as_list(answer);
  if (list->count != o->outputs) return fail_count(o, list->count);
  for (uint32_t k = 0; k < list->count; k++)
    if (!read_number(o->vm, list->items[k], &out[k])) return fail_answer(o, answer);
  return true;
}

static bool ask_one(const oracle *o, sg_point p, double *out) {
  sg_value sample = SG_NONE, answer = SG_NONE;
  return make_sample(o->vm, p, &sample) && sg_plot_call(o->vm, o->model, sample, &answer) &&
         read_answer(o, answer, out);
}

static bool ask_batch(const oracle *o, const sg_point *points, uint32_t count, double *out) {
  sg_value samples = SG_NONE, answer = SG_NONE;
  if (!make_samples(o->vm, points, count, &samples) ||
      !sg_plot_call(o->vm, o->model, samples, &answer))
    return false;
  if (!sg_is_list(answer) || sg_as_list(answer)->count != count) return fail_answer(o, answer);
  for (uint32_t i = 0; i < count; i++)
    if (!read_answer(o, sg_as_list(answer)->items[i], out + (size_t)i * o->outputs)) return false;
  return true;
}

/* The outputs of each point, [count][outputs]. */
static bool ask(const oracle *o, const sg_point *points, uint32_t count, double *out) {
  for (uint32_t i = 0; i < count;) {
    uint32_t some = !o->batches ? 1 : count - i < BATCH ? count - i : BATCH;
    double *to = out + (size_t)i * o->outputs;
    if (!sg_vm_poll(o->vm)) return false;
    if (!(o->batches ? ask_batch(o, points + i, some, to) : ask_one(o, points[i], to)))
      return false;
    i += some;
  }
  return true;
}

/* --- The samples themselves. */

static bool are_zero_and_one(const sg_vm *vm, const sg_list *targets) {
  for (uint32_t i = 0; i < targets->count; i++) {
    sg_value v = targets->items[i];
    double target = sg_is_number(v) ? sg_tape_value(&vm->tape, v) : 0;
    if (target != 0 && target != 1) return false;
  }
  return true;
}

/* accuracy()'s rule: 0.5 where the targets are 0 and 1 and all scores are as probabilities. */
static double find_threshold(const sg_vm *vm, const sg_list *targets, const double *scores,
                             uint32_t count) {
  if (!are_zero_and_one(vm, targets)) return 0;
  for (uint32_t i = 0; i < count; i++)
    if (!(scores[i] >= 0 && scores[i] <= 1)) return 0;
  return 0.5;
}

static uint32_t count_right(const sg_figure *figure, const sg_region *region,
                            const double *scores) {
  uint32_t right = 0;
  for (uint32_t i = 0; i < figure->series.count; i++) {
    const sg_series *series = &figure->series.items[i];
    for (uint32_t k = series->first; k < series->first + series->count; k++)
      right += sg_region_decide(region, scores + (size_t)k * region->outputs) == (int)series->color;
  }
  return right;
}

static void set_title(sg_figure *figure, const sg_plot_value *model, uint32_t right,
                      uint32_t count) {
  char name[SG_NAME_SIZE];
  if (figure->title[0] != 0) return;
  sg_figure_name(name, sizeof name, model->text.start, model->text.bytes);
  snprintf(figure->title, sizeof figure->title, "%s: %u of %u right", name, (unsigned)right,
           (unsigned)count);
}

/* Asks for the samples: sets the threshold and the title. */
static bool judge(const oracle *o, sg_figure *figure, const sg_plot_value *ys) {
  uint32_t count = figure->points.count < SAMPLES_JUDGED ? figure->points.count : SAMPLES_JUDGED;
  size_t bytes = (size_t)count * o->outputs * sizeof(double);
  double *scores = sg_allocate(o->vm->memory, bytes);
  if (scores == NULL) return sg_vm_fail_memory(o->vm);
  bool ok = ask(o, figure->points.items, count, scores);
  sg_region *region = &figure->region;
  if (ok && o->outputs == 1)
    region->threshold = find_threshold(o->vm, sg_as_list(ys->value), scores, count);
  if (ok && count == figure->points.count)
    set_title(figure, o->model, count_right(figure, region, scores), count);
  sg_release(o->vm->memory, scores, bytes);
  return ok;
}

/* --- The grid. */

static bool set_axes(sg_figure *figure) {
  sg_panel *panel = &figure->panels[0];
  sg_range x, y;
  if (!sg_figure_range(figure, panel, &x, &y)) return false;
  sg_scale_set(&panel->x, x);
  sg_scale_set(&panel->y, y);
  sg_scale_widen(&panel->x, margin);
  sg_scale_widen(&panel->y, margin);
  return true;
}

static bool ask_grid(const oracle *o, sg_figure *figure) {
  sg_region *region = &figure->region;
  const sg_panel *panel = &figure->panels[0];
  size_t bytes = region->columns * sizeof(sg_point);
  sg_point *points = sg_allocate(o->vm->memory, bytes);
  bool ok = points != NULL || sg_vm_fail_memory(o->vm);
  for (uint32_t row = 0; ok && row < region->rows; row++) {
    for (uint32_t i = 0; i < region->columns; i++)
      points[i] = (sg_point){sg_scale_at(&panel->x, (double)i / (region->columns - 1)),
                             sg_scale_at(&panel->y, (double)row / (region->rows - 1))};
    ok = ask(o, points, region->columns, sg_region_node(region, 0, row));
  }
  if (points != NULL) sg_release(o->vm->memory, points, bytes);
  return ok;
}

static bool refuse_model(sg_vm *vm, const sg_plot_value *model, const sg_model *own) {
  char text[SG_MODEL_DESCRIBED];
  uint32_t inputs = sg_stage_inputs(model->value);
  sg_plot_fail(vm, model, "':boundary' asks a model of two numbers, but %s takes %u",
               sg_model_describe(vm, &own->head, text, sizeof text), (unsigned)inputs);
  return inputs > 2 && sg_vm_note(vm, "a function can say which two are asked: "
                                      "(p => model([p[0], p[1], 0]))");
}

static bool check_model(sg_vm *vm, const sg_plot_value *model) {
  const sg_model *own = sg_find_model(model->value);
  uint32_t inputs = own != NULL ? sg_stage_inputs(model->value) : 0;
  if (inputs != 0 && inputs != 2) return refuse_model(vm, model, own);
  if (own != NULL || sg_is_callable(model->value)) return true;
  return sg_plot_fail(vm, model, "':boundary' asks a model, or a function of [x, y], not %s",
                      sg_type_phrase(model->value));
}

static bool probe(oracle *o, const sg_plot_value *xs) {
  sg_list *samples;
  sg_value sample = SG_NONE, answer = SG_NONE;
  if (!sg_plot_need_samples(o->vm, xs, &samples)) return false;
  const sg_value *first = sg_as_list(samples->items[0])->items;
  sg_point p = {sg_tape_value(&o->vm->tape, first[0]), sg_tape_value(&o->vm->tape, first[1])};
  return make_sample(o->vm, p, &sample) && sg_plot_call(o->vm, o->model, sample, &answer) &&
         count_outputs(o, answer);
}

bool sg_plot_add_boundary(sg_vm *vm, sg_figure *figure, const sg_plot_value *model,
                          const sg_plot_value *xs, const sg_plot_value *ys, uint32_t across,
                          uint32_t down) {
  oracle o = {.vm = vm, .model = model};
  if (!check_model(vm, model)) return false;
  o.batches = sg_find_model(model->value) != NULL;
  if (!probe(&o, xs) || !sg_plot_add_classes(vm, figure, xs, ys, o.outputs)) return false;
  if (!set_axes(figure)) return sg_vm_poll(vm);
  if (!sg_region_init(&figure->region, vm->memory, across, down, o.outputs))
    return sg_vm_fail_memory(vm);
  return judge(&o, figure, ys) && ask_grid(&o, figure);
}
