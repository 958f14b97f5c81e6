/* sgrad: confusion: which classes a model takes for which. */
#include "builtins/argument.h"
#include "builtins/nn/train.h"

#include <math.h>
#include <stdio.h>

enum { MODEL, XS, YS, LABELS };
enum { CLASSES = 1000, LABEL = 20 }; /* at most: classes; bytes of a label */

typedef struct job {
  sg_vm *vm;
  const sg_list *labels; /* NULL: the targets' own numbers */
  sg_objective objective;
  sg_forward forward;
  uint32_t classes;
  uint32_t *cells; /* [classes * classes], row by row: the true class, then the predicted; owned */
  uint32_t halves[4]; /* the same of two classes, by a threshold of 0.5 */
  bool is_outside;    /* some score lay outside 0 to 1 */
} job;

/* ---- counting ---- */

static bool refuse_targets(const job *j) {
  const sg_objective *o = &j->objective;
  sg_vm_fail(j->vm, "confusion() takes targets that are classes, and a model with an output for "
                    "each of them or one for two");
  return sg_vm_note(j->vm, "the model gives %u number%s a sample, and %s", o->outputs,
                    o->outputs == 1 ? "" : "s",
                    o->targets.kind == SG_TARGET_NUMBERS ? "the targets are no classes"
                                                         : "there are other classes");
}

static bool begin(job *j) {
  const sg_objective *o = &j->objective;
  if (j->cells) return true;
  j->classes = o->outputs == 1 ? 2 : o->outputs;
  if (!o->counts) return refuse_targets(j);
  if (j->classes > CLASSES)
    return sg_vm_fail(j->vm, "confusion() takes at most %d classes, not %u", CLASSES, j->classes);
  if (j->labels && j->labels->count != j->classes)
    return sg_vm_fail(j->vm, "confusion() takes a label for each of %u classes, not %u", j->classes,
                      j->labels->count);
  size_t count = (size_t)j->classes * j->classes;
  j->cells = sg_allocate(j->vm->memory, count * sizeof *j->cells);
  for (size_t i = 0; j->cells && i < count; i++) j->cells[i] = 0;
  return j->cells || sg_vm_fail_memory(j->vm);
}

/* Number k of a target or an output; nan: it is none. */
static double get_number(const job *j, sg_value v, uint32_t k) {
  const sg_list *list = sg_is_list(v) ? sg_as_list(v) : NULL;
  if (list) v = k < list->count ? list->items[k] : SG_NONE;
  return sg_is_number(v) && (list || k == 0) ? sg_tape_value(&j->vm->tape, v) : NAN;
}

static uint32_t find_largest(const job *j, sg_value v, uint32_t count) {
  uint32_t best = 0;
  for (uint32_t k = 1; k < count; k++)
    if (!(get_number(j, v, k) <= get_number(j, v, best))) best = k;
  return best;
}

static uint32_t find_class(const job *j, sg_value target) {
  double x = get_number(j, target, 0);
  if (j->objective.targets.width > 1) return find_largest(j, target, j->classes);
  return j->objective.outputs == 1 ? x > 0. : (uint32_t)x;
}

static void count_one(job *j, sg_value score, sg_value target) {
  uint32_t class = find_class(j, target);
  if (j->objective.outputs > 1) {
    j->cells[class * j->classes + find_largest(j, score, j->classes)]++;
    return;
  }
  double x = get_number(j, score, 0);
  j->cells[class * 2 + (x > 0.)]++;
  j->halves[class * 2 + (x > 0.5)]++;
  j->is_outside = j->is_outside || !(x >= 0. && x <= 1.);
}

static bool count(void *context, const sg_list *scores, const sg_list *targets) {
  job *j = context;
  if (!begin(j)) return false;
  for (uint32_t s = 0; s < scores->count; s++) count_one(j, scores->items[s], targets->items[s]);
  return true;
}

static void choose(job *j) {
  bool half = j->objective.threshold == SG_THRESHOLD_HALF ||
              (j->objective.threshold == SG_THRESHOLD_SEEN && !j->is_outside);
  if (j->objective.outputs == 1 && half) memcpy(j->cells, j->halves, sizeof j->halves);
}

/* ---- the table ---- */

static int get_label(const job *j, uint32_t class, char out[LABEL + 1]) {
  bool has_signs = j->objective.targets.kind == SG_TARGET_SIGNS;
  int number = has_signs ? 2 * (int)class - 1 : (int)class;
  if (!j->labels) return snprintf(out, LABEL + 1, "%d", number);
  const sg_string *text = sg_as_string(j->labels->items[class]);
  int bytes = text->bytes < LABEL ? (int)text->bytes : LABEL;
  return snprintf(out, LABEL + 1, "%.*s", bytes, text->text);
}

/* The widest of the labels and of the numbers. */
static int find_width(const job *j, uint32_t total) {
  char text[LABEL + 1];
  int width = snprintf(text, sizeof text, "%u", (unsigned)total);
  if (width < 5) width = 5; /* "total" */
  for (uint32_t c = 0; c < j->classes; c++) {
    int label = get_label(j, c, text);
    if (label > width) width = label;
  }
  return width;
}

static uint32_t sum(const job *j, uint32_t first, uint32_t step) {
  uint32_t total = 0;
  for (uint32_t k = 0; k < j->classes; k++) total += j->cells[first + k * step];
  return total;
}

static void add_head(const job *j, sg_buffer *out, int width) {
  char label[LABEL + 1];
  sg_buffer_printf(out, "%-*s", width + 5, "");
  for (uint32_t c = 0; c < j->classes; c++) {
    get_label(j, c, label);
    sg_buffer_printf(out, "  %*s", width, label);
  }
  sg_buffer_printf(out, "  %*s\n", width, "total");
}

static void add_row(const job *j, sg_buffer *out, int width, uint32_t class) {
  char label[LABEL + 1];
  get_label(j, class, label);
  sg_buffer_printf(out, "%-5s%*s", class ? "" : "true", width, label);
  for (uint32_t c = 0; c < j->classes; c++)
    sg_buffer_printf(out, "  %*u", width, (unsigned)j->cells[class * j->classes + c]);
  sg_buffer_printf(out, "  %*u\n", width, (unsigned)sum(j, class * j->classes, 1));
}

static bool print(const job *j, uint32_t total) {
  sg_buffer out;
  int width = find_width(j, total);
  sg_buffer_init(&out, j->vm->memory);
  sg_buffer_printf(&out, "%*s  predicted\n", width + 5, "");
  add_head(j, &out, width);
  for (uint32_t c = 0; c < j->classes; c++) add_row(j, &out, width, c);
  sg_buffer_printf(&out, "%*s", width + 5, "total");
  for (uint32_t c = 0; c < j->classes; c++)
    sg_buffer_printf(&out, "  %*u", width, (unsigned)sum(j, c, j->classes));
  sg_buffer_printf(&out, "  %*u\n", width, (unsigned)total);
  bool ok = out.failed ? sg_vm_fail_memory(j->vm) : sg_vm_write(j->vm, out.items, out.count);
  sg_buffer_clear(&out);
  return ok;
}

/* ---- the builtin ---- */

static bool read_labels(job *j, const sg_call *call) {
  sg_list *labels;
  if (!sg_is_given(call, LABELS)) return true;
  if (!sg_vm_need_list(j->vm, call, LABELS, &labels)) return false;
  for (uint32_t k = 0; k < labels->count; k++)
    if (!sg_is_string(labels->items[k]))
      return sg_vm_fail(j->vm, "confusion() takes strings as labels, but item %u is %s", k,
                        sg_type_phrase(labels->items[k]));
  j->labels = labels;
  return true;
}

bool sg_run_confusion(sg_vm *vm, const sg_call *call, sg_value *result) {
  job j = {.vm = vm, .objective = {.vm = vm}, .forward = {.vm = vm}};
  sg_assessment a = {.forward = &j.forward, .objective = &j.objective, .context = &j, .see = count};
  sg_score score;
  (void)result;
  bool ok = sg_need_pairs(vm, call, XS, &a.xs, &a.ys) && read_labels(&j, call) &&
            sg_forward_init(&j.forward, vm, call->builtin, call->args[MODEL]) &&
            sg_forward_check(&j.forward, "xs", a.xs) &&
            sg_objective_init(&j.objective, vm, call->builtin, SG_NONE, a.ys) &&
            sg_assess(&a, &score);
  if (ok) choose(&j);
  ok = ok && print(&j, score.samples);
  if (j.cells) sg_release(vm->memory, j.cells, (size_t)j.classes * j.classes * sizeof *j.cells);
  sg_objective_clear(&j.objective);
  sg_forward_clear(&j.forward);
  return ok;
}
