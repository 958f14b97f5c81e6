/* sgrad: what a model is to learn. */
#include "builtins/nn/objective.h"

#include "builtins/argument.h"
#include "builtins/nn/argument.h"

#include <math.h>

/* ---- targets ---- */

/* The numbers of a target or of an output: itself, or the items of a list. */
static const sg_value *get_numbers(const sg_value *v, uint32_t *count) {
  *count = 1;
  if (!sg_is_list(*v)) return v;
  *count = sg_as_list(*v)->count;
  return sg_as_list(*v)->items;
}

/* What could still be, while targets are looked at one by one. */
typedef struct guess {
  bool signs, bits, classes, shares;
  bool minus;     /* a -1 was seen */
  double largest; /* number */
} guess;

static void look_at(guess *g, double x) {
  g->signs = g->signs && (x == -1. || x == 1.);
  g->bits = g->bits && (x == 0. || x == 1.);
  g->classes = g->classes && x >= 0. && x == floor(x) && x < SG_COUNT_LIMIT;
  g->minus = g->minus || x == -1.;
  if (x > g->largest) g->largest = x;
}

static bool fail_target(sg_vm *vm, const sg_builtin *builtin, uint32_t s, sg_value v) {
  return sg_vm_fail(vm, "%s() takes numbers or lists of numbers as targets, but target %u is %s",
                    builtin->name, s, sg_type_phrase(v));
}

static bool read_target(sg_vm *vm, const sg_builtin *builtin, const sg_list *ys, uint32_t s,
                        uint32_t width, guess *g) {
  uint32_t count;
  double sum = 0.;
  const sg_value *numbers = get_numbers(&ys->items[s], &count);
  if (count != width)
    return sg_vm_fail(vm,
                      "%s() takes targets of one size, but target 0 has %u number%s and "
                      "target %u %u",
                      builtin->name, width, width == 1 ? "" : "s", s, count);
  for (uint32_t k = 0; k < count; k++) {
    if (!sg_is_number(numbers[k])) return fail_target(vm, builtin, s, ys->items[s]);
    double x = sg_tape_value(&vm->tape, numbers[k]);
    look_at(g, x);
    g->shares = g->shares && x >= 0.;
    sum += x;
  }
  g->shares = g->shares && fabs(sum - 1.) < 1e-6;
  return sg_poll_at(vm, s);
}

static void conclude(const guess *g, sg_targets *out) {
  bool is_one = out->width == 1;
  out->classes = is_one && g->classes ? (uint32_t)g->largest + 1 : out->width;
  out->kind = SG_TARGET_NUMBERS;
  if (is_one && g->bits)
    out->kind = SG_TARGET_BITS;
  else if (is_one && g->signs && g->minus)
    out->kind = SG_TARGET_SIGNS;
  else if (is_one && g->classes)
    out->kind = SG_TARGET_CLASSES;
  else if (!is_one && g->shares)
    out->kind = SG_TARGET_SHARES;
  if (out->kind == SG_TARGET_BITS) out->classes = 2;
}

bool sg_targets_read(sg_vm *vm, const sg_builtin *builtin, const sg_list *ys, sg_targets *out) {
  guess g = {.signs = true, .bits = true, .classes = true, .shares = true};
  *out = (sg_targets){.kind = SG_TARGET_NUMBERS};
  get_numbers(&ys->items[0], &out->width);
  if (out->width == 0) return fail_target(vm, builtin, 0, ys->items[0]);
  for (uint32_t s = 0; s < ys->count; s++)
    if (!read_target(vm, builtin, ys, s, out->width, &g)) return false;
  conclude(&g, out);
  return true;
}

/* Whether they are indices of so many classes. */
static bool are_indices(const sg_targets *targets, uint32_t classes) {
  bool whole = targets->kind == SG_TARGET_BITS || targets->kind == SG_TARGET_CLASSES;
  return whole && targets->classes <= classes;
}

bool sg_targets_fit(const sg_targets *targets, const sg_targets *others, uint32_t outputs) {
  if (others->width != targets->width) return false;
  return outputs < 2 || targets->width > 1 || are_indices(others, outputs);
}

/* ---- the loss ---- */

static const char *get_loss_name(uint32_t k) { return sg_losses[k].name; }

static bool refuse_loss(const sg_objective *o, const char *name) {
  sg_vm_fail(o->vm, "%s(): no loss '%s'", o->builtin->name, name);
  return sg_note_names(o->vm, name, get_loss_name, ", and any function of scores and targets");
}

static void set_loss(sg_objective *o, const sg_loss *row) {
  o->row = row;
  o->loss = sg_get_builtin(o->vm, row->name);
}

static bool read_loss(sg_objective *o, sg_value loss) {
  const char *name = sg_name_given(loss);
  const sg_loss *row = name ? sg_loss_find(name) : NULL;
  o->loss = SG_UNDEFINED;
  o->is_told = !sg_is_undefined(loss) && !sg_is_none(loss);
  if (!o->is_told) return true;
  if (row) return set_loss(o, row), true;
  if (sg_is_string(loss)) return refuse_loss(o, name);
  o->loss = loss;
  return sg_is_callable(loss) ||
         sg_vm_fail(o->vm, "%s() takes the name of a loss or a function for 'loss', not %s",
                    o->builtin->name, sg_type_phrase(loss));
}

bool sg_objective_init(sg_objective *o, sg_vm *vm, const sg_builtin *builtin, sg_value loss,
                       const sg_list *ys) {
  *o = (sg_objective){.vm = vm, .builtin = builtin};
  return read_loss(o, loss) && sg_targets_read(vm, builtin, ys, &o->targets);
}

void sg_objective_clear(sg_objective *o) {
  if (o->vm) sg_release(o->vm->memory, o->room, o->capacity * sizeof *o->room);
  o->room = NULL;
}

/* ---- settling ---- */

static bool has_classes(const sg_objective *o) {
  if (o->outputs < 2) return false;
  if (o->targets.kind == SG_TARGET_SHARES) return o->targets.width == o->outputs;
  return are_indices(&o->targets, o->outputs);
}

static bool has_signs(const sg_objective *o) {
  return o->outputs == 1 &&
         (o->targets.kind == SG_TARGET_SIGNS || o->targets.kind == SG_TARGET_BITS);
}

/* Whether a model ends in sigmoid. */
static bool gives_probabilities(sg_value model) {
  sg_activation activation;
  for (const sg_chain *chain; (chain = sg_find_chain(model));)
    model = chain->stages[chain->count - 1];
  const sg_dense_model *dense = sg_find_dense(model);
  if (dense) return dense->layer.activation.op == SG_OP_SIGMOID;
  return sg_find_activation(model, &activation) && activation.op == SG_OP_SIGMOID;
}

static const char *choose_loss(const sg_objective *o, sg_value model) {
  if (has_classes(o)) return "cross_entropy";
  if (!has_signs(o)) return "mse";
  if (o->targets.kind == SG_TARGET_SIGNS) return "hinge";
  return gives_probabilities(model) ? "bce" : "bce_logits";
}

static sg_threshold choose_threshold(const sg_objective *o, sg_value model) {
  if (o->targets.kind == SG_TARGET_SIGNS) return SG_THRESHOLD_ZERO;
  if (gives_probabilities(model)) return SG_THRESHOLD_HALF;
  if (!o->row || !(o->is_told || sg_find_model(model))) return SG_THRESHOLD_SEEN;
  return strcmp(o->row->name, "bce_logits") == 0 ? SG_THRESHOLD_ZERO : SG_THRESHOLD_HALF;
}

/* Several outputs of which no loss knows what they have to do with the targets. */
static bool refuse_outputs(const sg_objective *o) {
  sg_target_kind kind = o->targets.kind;
  sg_vm_fail(o->vm, "%s(): the model gives %u numbers for a sample, but a target is one number",
             o->builtin->name, o->outputs);
  if (kind == SG_TARGET_BITS || kind == SG_TARGET_CLASSES)
    return sg_vm_note(o->vm, "for classes 0 to %u it gives %u numbers, one for each",
                      o->targets.classes - 1, o->targets.classes);
  return sg_vm_note(o->vm, "for targets of %s it gives one number",
                    kind == SG_TARGET_SIGNS ? "-1 and 1" : "one number");
}

/* A list of single scores would be taken for the scores of one sample. */
static bool refuse_single(const sg_objective *o) {
  sg_vm_fail(o->vm, "%s(): %s takes a score for each class, but the model gives one number",
             o->builtin->name, o->row->name);
  return sg_vm_note(o->vm, "bce_logits is the loss of one score and targets of 0 and 1");
}

bool sg_objective_settle(sg_objective *o, sg_value model, sg_value scores) {
  if (o->outputs) return true;
  get_numbers(&sg_as_list(scores)->items[0], &o->outputs);
  if (o->outputs == 1 && o->row && sg_loss_has_classes(o->row)) return refuse_single(o);
  if (!o->is_told && o->outputs > 1 && o->targets.width == 1 && !has_classes(o))
    return refuse_outputs(o);
  if (sg_is_undefined(o->loss)) set_loss(o, sg_loss_find(choose_loss(o, model)));
  o->counts = has_classes(o) || has_signs(o);
  o->threshold = choose_threshold(o, model);
  return true;
}

bool sg_objective_apply(const sg_objective *o, sg_value scores, sg_value targets, sg_value *out) {
  sg_value args[] = {scores, targets};
  if (!sg_vm_call(o->vm, o->loss, args, 2, out)) return false;
  return sg_is_number(*out) || sg_vm_fail(o->vm, "%s() takes a loss that gives one number, not %s",
                                          o->builtin->name, sg_type_phrase(*out));
}

/* ---- counting ---- */

/* Lays the numbers of `count` lists or numbers out feature-major; what is missing is nan. */
static bool lay_out(const sg_objective *o, const sg_list *from, uint32_t width, double *out) {
  for (uint32_t s = 0; s < from->count; s++) {
    uint32_t count;
    const sg_value *numbers = get_numbers(&from->items[s], &count);
    for (uint32_t k = 0; k < width; k++) {
      bool is_there = k < count && sg_is_number(numbers[k]);
      out[(size_t)k * from->count + s] = is_there ? sg_tape_value(&o->vm->tape, numbers[k]) : NAN;
    }
    if (!sg_vm_poll(o->vm)) return false;
  }
  return true;
}

/* The class of each sample, of targets `width` numbers wide. */
static void find_classes(const sg_objective *o, const double *targets, uint32_t samples,
                         uint32_t width, uint32_t *classes) {
  SG_EACH (s, 0, samples) {
    double t = targets[s];
    bool is_index = t >= 0. && t < o->outputs;
    if (width > 1)
      classes[s] = sg_metric_argmax(targets + s, width, samples);
    else
      classes[s] = is_index ? (uint32_t)t : UINT32_MAX;
  }
}

/* Room for so many scores, targets and classes. */
static bool reserve(sg_objective *o, size_t samples, size_t scores, size_t targets) {
  size_t need = samples * (scores + targets + 1);
  return need <= o->capacity ||
         sg_reserve(o->vm->memory, (void **)&o->room, &o->capacity, need, sizeof *o->room) ||
         sg_vm_fail_memory(o->vm);
}

/* With room for the classes. */
static sg_right count(const sg_objective *o, const double *scores, const double *targets,
                      uint32_t width, uint32_t samples, void *classes) {
  if (o->outputs == 1) return sg_right_of_signs(scores, targets, samples);
  find_classes(o, targets, samples, width, classes);
  return sg_right_of_classes(scores, classes, samples, o->outputs);
}

bool sg_objective_count(sg_objective *o, const sg_list *scores, const sg_list *targets,
                        sg_right *out) {
  uint32_t width = o->targets.width;
  size_t samples = scores->count;
  *out = (sg_right){0};
  if (!o->counts) return true;
  if (!reserve(o, samples, o->outputs, width)) return false;
  double *score = o->room, *target = score + samples * o->outputs;
  if (!lay_out(o, scores, o->outputs, score) || !lay_out(o, targets, width, target)) return false;
  *out = count(o, score, target, width, scores->count, target + samples * width);
  return true;
}

/* Where the numbers of a batch lie: on the tape, or as they are, or gathered in `room`; some of
 * them where Ctrl-C came, which whoever takes them next will see. */
static const double *find_scores(const sg_tape *tape, const sg_batch *batch, double *room) {
  const sg_vector *x = &batch->x;
  if (x->kind == SG_VECTOR_RUN) return tape->value + x->of.first;
  if (x->kind == SG_VECTOR_DATA) return x->of.data;
  SG_EACH (k, 0, x->count) {
    uint32_t feature = k / batch->samples, sample = k % batch->samples;
    room[k] = sg_tape_value(tape, sg_batch_get(batch, feature, sample));
  }
  return room;
}

bool sg_objective_count_batch(sg_objective *o, const sg_batch *scores, const double *targets,
                              sg_right *out) {
  *out = (sg_right){0};
  if (!o->counts) return true;
  if (!reserve(o, scores->samples, scores->features, 0)) return false;
  double *room = o->room, *classes = room + scores->x.count;
  *out = count(o, find_scores(&o->vm->tape, scores, room), targets, 1, scores->samples, classes);
  return true;
}
