/* sgrad: confusion: which classes a model takes for which. */
#include "base/utf8.h"
#include "builtins/argument.h"
#include "builtins/nn/train.h"

#include <math.h>

enum { MODEL, XS, YS, LABELS };
enum { CLASSES = 1000, LABEL = 20 }; /* at most: classes; columns of a label */

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

/* False: there is no such class; a target that is a list has been changed since it was read. */
static bool find_class(const job *j, sg_value target, uint32_t *class) {
  double x = get_number(j, target, 0);
  if (j->objective.targets.width > 1)
    *class = find_largest(j, target, j->classes);
  else if (j->objective.outputs == 1)
    *class = x > 0.;
  else if (x >= 0. && x < j->classes)
    *class = (uint32_t)x;
  else
    return sg_vm_fail(j->vm, "confusion(): a target was changed meanwhile");
  return true;
}

static bool count_one(job *j, sg_value score, sg_value target) {
  uint32_t class = 0;
  if (!find_class(j, target, &class)) return false;
  if (j->objective.outputs > 1) {
    j->cells[class * j->classes + find_largest(j, score, j->classes)]++;
    return true;
  }
  double x = get_number(j, score, 0);
  j->cells[class * 2 + (x > 0.)]++;
  j->halves[class * 2 + (x > 0.5)]++;
  j->is_outside = j->is_outside || !(x >= 0. && x <= 1.);
  return true;
}

static bool count(void *context, const sg_list *scores, const sg_list *targets) {
  job *j = context;
  if (!begin(j)) return false;
  for (uint32_t s = 0; s < scores->count; s++)
    if (!count_one(j, scores->items[s], targets->items[s])) return false;
  return true;
}

static void choose(job *j) {
  bool half = j->objective.threshold == SG_THRESHOLD_HALF ||
              (j->objective.threshold == SG_THRESHOLD_SEEN && !j->is_outside);
  if (j->objective.outputs == 1 && half) memcpy(j->cells, j->halves, sizeof j->halves);
}

/* ---- the table ---- */

typedef struct table {
  const job *j;
  sg_buffer *out;
  size_t *widths; /* [classes + 1] of the columns, the totals' last; owned */
  size_t left;    /* width of the labels before them */
} table;

static const char total_label[] = "total";

/* What a class is called: at most LABEL columns. */
static void add_label(const job *j, sg_buffer *out, uint32_t class) {
  int sign = j->objective.targets.kind == SG_TARGET_SIGNS ? 2 * (int)class - 1 : (int)class;
  size_t start = out->count, end = start, columns = 0, wide = 0;
  if (!j->labels) {
    sg_buffer_printf(out, "%d", sign);
    return;
  }
  const sg_string *text = sg_as_string(j->labels->items[class]);
  sg_buffer_escape(out, text->text, text->bytes, '"');
  while (end < out->count) {
    size_t bytes = sg_utf8_step(out->items + end, out->count - end, &wide);
    if (columns + wide > LABEL) break;
    columns += wide;
    end += bytes;
  }
  out->count = (uint32_t)end;
}

/* Moves what was appended since `start` to the right side of a column. */
static void align(sg_buffer *out, uint32_t start, size_t width) {
  size_t bytes = out->count - start, columns = sg_buffer_columns(out, start);
  size_t gap = columns < width ? width - columns : 0;
  sg_buffer_pad(out, ' ', gap);
  if (out->failed) return;
  memmove(out->items + start + gap, out->items + start, bytes);
  memset(out->items + start, ' ', gap);
}

static uint32_t sum(const job *j, uint32_t first, uint32_t step) {
  uint32_t total = 0;
  for (uint32_t k = 0; k < j->classes; k++) total += j->cells[first + k * step];
  return total;
}

static size_t at_least(size_t width, size_t other) { return width > other ? width : other; }

/* A column is as wide as its label and its total. */
static void measure(table *t, uint32_t total) {
  const job *j = t->j;
  t->left = strlen(total_label);
  t->widths[j->classes] = at_least(t->left, (size_t)sg_number_digits(total));
  for (uint32_t c = 0; c < j->classes; c++) {
    uint32_t start = t->out->count;
    add_label(j, t->out, c);
    size_t label = sg_buffer_columns(t->out, start);
    t->out->count = start;
    t->left = at_least(t->left, label);
    t->widths[c] = at_least(label, (size_t)sg_number_digits(sum(j, c, j->classes)));
  }
}

static void add_number(table *t, uint32_t column, uint32_t number) {
  sg_buffer_printf(t->out, "  %*u", (int)t->widths[column], (unsigned)number);
}

/* "true", or as many blanks; then a label for the row. */
static void begin_row(table *t, const char *name, uint32_t class) {
  sg_buffer_printf(t->out, "%-5s", name);
  uint32_t start = t->out->count;
  if (class < t->j->classes)
    add_label(t->j, t->out, class);
  else
    sg_buffer_puts(t->out, total_label);
  align(t->out, start, t->left);
}

static void add_head(table *t) {
  const job *j = t->j;
  sg_buffer_printf(t->out, "%*s  predicted\n%*s", (int)t->left + 5, "", (int)t->left + 5, "");
  for (uint32_t c = 0; c < j->classes; c++) {
    sg_buffer_puts(t->out, "  ");
    uint32_t start = t->out->count;
    add_label(j, t->out, c);
    align(t->out, start, t->widths[c]);
  }
  sg_buffer_printf(t->out, "  %*s\n", (int)t->widths[j->classes], total_label);
}

static void add_table(table *t, uint32_t total) {
  const job *j = t->j;
  uint32_t classes = j->classes;
  measure(t, total);
  add_head(t);
  for (uint32_t row = 0; row < classes && !sg_interrupted; row++) {
    begin_row(t, row ? "" : "true", row);
    for (uint32_t c = 0; c < classes; c++) add_number(t, c, j->cells[row * classes + c]);
    add_number(t, classes, sum(j, row * classes, 1));
    sg_buffer_putc(t->out, '\n');
  }
  begin_row(t, "", classes);
  for (uint32_t c = 0; c < classes; c++) add_number(t, c, sum(j, c, classes));
  add_number(t, classes, total);
  sg_buffer_putc(t->out, '\n');
}

static bool print(const job *j, uint32_t total) {
  sg_buffer out;
  sg_memory *memory = j->vm->memory;
  size_t bytes = ((size_t)j->classes + 1) * sizeof(size_t);
  table t = {.j = j, .out = &out, .widths = sg_allocate(memory, bytes)};
  if (!t.widths) return sg_vm_fail_memory(j->vm);
  sg_buffer_init(&out, memory);
  add_table(&t, total);
  bool ok = (!out.failed || sg_vm_fail_memory(j->vm)) && sg_vm_poll(j->vm) &&
            sg_vm_write(j->vm, out.items, out.count);
  sg_buffer_clear(&out);
  sg_release(memory, t.widths, bytes);
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
  if (!sg_keep_list(j->vm, &labels)) return false;
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
