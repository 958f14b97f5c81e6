/* sgrad: train: the arguments, the history, and the builtins' table. */
#include "builtins/nn/train.h"

#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/nn/argument.h"
#include "builtins/nn/learn.h"

#include <math.h>

enum {
  MODEL,
  XS,
  YS,
  LOSS,
  OPTIMIZER,
  LR,
  EPOCHS,
  BATCH,
  SHUFFLE,
  L2,
  VALIDATION,
  UNTIL,
  PATIENCE,
  EVERY,
  ON_EPOCH
};

enum { LINES = 10 };       /* of a run, where there is no terminal and nobody says */
enum { FORGIVEN_FOR = 1 }; /* seconds */

/* The lists of the history, by number. */
enum { H_LOSS, H_ACCURACY, H_VAL_LOSS, H_VAL_ACCURACY, H_SECONDS, H_COUNT };

static const char *const history_names[H_COUNT] = {
    [H_LOSS] = "loss",         [H_ACCURACY] = "accuracy",
    [H_VAL_LOSS] = "val_loss", [H_VAL_ACCURACY] = "val_accuracy",
    [H_SECONDS] = "seconds",
};

typedef struct job {
  sg_vm *vm;
  const sg_call *call;
  sg_learner learner;
  sg_train train;
  sg_report report;
  sg_list *validation_xs, *validation_ys; /* NULL: none; rooted */
  sg_record *history;                     /* rooted */
  sg_list *lists[H_COUNT];                /* of the history */
  sg_order order;
} job;

/* ---- numbers among the arguments ---- */

static bool refuse_number(sg_vm *vm, const sg_call *call, uint32_t i, const char *wanted,
                          double x) {
  char name[48], text[SG_NUMBER_SIZE];
  sg_vm_parameter_name(call, i, name, sizeof name);
  return sg_vm_fail(vm, "%s() takes %s for '%s', not %s", call->builtin->name, wanted, name,
                    sg_number_text(text, x));
}

static bool read_count(sg_vm *vm, const sg_call *call, uint32_t i, uint32_t least, uint32_t *out) {
  if (!sg_is_given(call, i)) return true;
  if (!sg_need_count(vm, call, i, out)) return false;
  return *out >= least || refuse_number(vm, call, i, "a number from 1", *out);
}

static bool read_l2(sg_vm *vm, const sg_call *call, double *out) {
  *out = 0.;
  if (!sg_is_given(call, L2)) return true;
  if (!sg_vm_need_number(vm, call, L2, out)) return false;
  return (*out >= 0. && isfinite(*out)) || refuse_number(vm, call, L2, "a number from 0", *out);
}

static bool read_until(job *j) {
  sg_value until = j->call->args[UNTIL];
  j->train.target = -INFINITY;
  if (!sg_is_given(j->call, UNTIL) || sg_is_callable(until)) return true;
  if (!sg_is_number(until))
    return sg_vm_fail_argument(j->vm, j->call, UNTIL, "a loss or a function");
  if (!sg_vm_need_number(j->vm, j->call, UNTIL, &j->train.target)) return false;
  return !isnan(j->train.target) ||
         refuse_number(j->vm, j->call, UNTIL, "a loss or a function", j->train.target);
}

static bool read_on_epoch(job *j) {
  sg_value f;
  return !sg_is_given(j->call, ON_EPOCH) || sg_vm_need_callable(j->vm, j->call, ON_EPOCH, &f);
}

static bool read_plan(job *j) {
  sg_train *train = &j->train;
  train->epochs = 100;
  train->batch = 16;
  return read_count(j->vm, j->call, EPOCHS, 0, &train->epochs) &&
         read_count(j->vm, j->call, BATCH, 1, &train->batch) &&
         sg_need_bool(j->vm, j->call, SHUFFLE, true, &train->shuffle) &&
         read_l2(j->vm, j->call, &j->learner.l2) &&
         read_count(j->vm, j->call, PATIENCE, 1, &train->patience) && read_until(j) &&
         read_on_epoch(j);
}

/* ---- samples ---- */

static bool refuse_validation(job *j) {
  return sg_vm_fail_argument(j->vm, j->call, VALIDATION,
                             "a share or a number of the samples, or other ones (xs, ys),");
}

/* What train_test_split takes as test_size. */
static bool check_share(job *j) {
  double x;
  uint32_t count = j->learner.xs->count;
  if (!sg_vm_need_number(j->vm, j->call, VALIDATION, &x)) return false;
  double held = x < 1. ? ceil(x * count) : x;
  if (!(x > 0.) || !(x < 1. || x == trunc(x)))
    return refuse_number(j->vm, j->call, VALIDATION, "a share below 1 or a number of samples", x);
  return held < count ||
         sg_vm_fail(j->vm, "train(): this 'validation' leaves none of %u samples to train with",
                    count);
}

static bool hold_out(job *j) {
  sg_value parts;
  sg_value args[] = {sg_object_value(j->learner.xs), sg_object_value(j->learner.ys),
                     j->call->args[VALIDATION]};
  sg_value split = sg_get_builtin(j->vm, "train_test_split");
  if (!check_share(j) || !sg_vm_call(j->vm, split, args, 3, &parts) || !sg_vm_push(j->vm, parts))
    return false;
  const sg_value *items = sg_as_list(parts)->items;
  j->learner.xs = sg_as_list(items[0]);
  j->validation_xs = sg_as_list(items[1]);
  j->learner.ys = sg_as_list(items[2]);
  j->validation_ys = sg_as_list(items[3]);
  return true;
}

static bool take_validation(job *j, const sg_list *pair) {
  if (pair->count != 2 || !sg_is_list(pair->items[0]) || !sg_is_list(pair->items[1]))
    return refuse_validation(j);
  j->validation_xs = sg_as_list(pair->items[0]);
  j->validation_ys = sg_as_list(pair->items[1]);
  if (!j->validation_xs->count || j->validation_xs->count != j->validation_ys->count)
    return sg_vm_fail(j->vm,
                      "train() takes as many samples as targets for 'validation', not %u "
                      "and %u",
                      j->validation_xs->count, j->validation_ys->count);
  return sg_keep_list(j->vm, &j->validation_xs) && sg_keep_list(j->vm, &j->validation_ys);
}

static bool read_samples(job *j) {
  sg_learner *learner = &j->learner;
  sg_value validation = j->call->args[VALIDATION];
  if (!sg_need_pairs(j->vm, j->call, XS, &learner->xs, &learner->ys)) return false;
  if (!sg_is_given(j->call, VALIDATION)) return true;
  if (sg_is_number(validation)) return hold_out(j);
  return sg_is_list(validation) ? take_validation(j, sg_as_list(validation)) : refuse_validation(j);
}

/* ---- the history ---- */

static bool make_history(job *j) {
  sg_heap *heap = &j->vm->heap;
  j->history = sg_record_new(heap);
  if (!j->history) return sg_vm_fail_memory(j->vm);
  if (!sg_vm_push(j->vm, sg_object_value(j->history))) return false;
  for (int k = 0; k < H_COUNT; k++) {
    j->lists[k] = sg_list_new(heap, 0);
    if (!j->lists[k] ||
        !sg_record_set_text(heap, j->history, history_names[k], sg_object_value(j->lists[k])))
      return sg_vm_fail_memory(j->vm);
  }
  return true;
}

static double accuracy_of(const job *j, const sg_epoch *epoch, const sg_score *score) {
  return sg_report_accuracy(&j->report, epoch, &score->right);
}

/* Which numbers an epoch has, and what they are. */
static void list_numbers(const job *j, const sg_epoch *epoch, bool has[H_COUNT],
                         double numbers[H_COUNT]) {
  bool counts = j->learner.objective.counts, validates = epoch->validation.samples > 0;
  has[H_LOSS] = has[H_SECONDS] = true;
  has[H_ACCURACY] = counts;
  has[H_VAL_LOSS] = validates;
  has[H_VAL_ACCURACY] = validates && counts;
  numbers[H_LOSS] = epoch->score.loss;
  numbers[H_ACCURACY] = accuracy_of(j, epoch, &epoch->score);
  numbers[H_VAL_LOSS] = epoch->validation.loss;
  numbers[H_VAL_ACCURACY] = accuracy_of(j, epoch, &epoch->validation);
  numbers[H_SECONDS] = epoch->seconds;
}

/* All lists become longer, or none. */
static bool add_to_history(job *j, const bool has[H_COUNT], const double numbers[H_COUNT]) {
  for (int k = 0; k < H_COUNT; k++)
    if (!sg_list_reserve(&j->vm->heap, j->lists[k], (size_t)j->lists[k]->count + 1))
      return sg_vm_fail_memory(j->vm);
  for (int k = 0; k < H_COUNT; k++)
    if (has[k]) sg_list_set(j->lists[k], j->lists[k]->count++, sg_number(numbers[k]));
  return true;
}

/* What on_epoch= and until= are given. */
static bool give_epoch(job *j, const sg_epoch *epoch, const bool has[H_COUNT],
                       const double numbers[H_COUNT], sg_value *out) {
  sg_heap *heap = &j->vm->heap;
  sg_record *record = sg_record_new(heap);
  if (!record || !sg_record_set_text(heap, record, "epoch", sg_number(epoch->number)))
    return sg_vm_fail_memory(j->vm);
  for (int k = 0; k < H_COUNT; k++)
    if (!sg_record_set_text(heap, record, history_names[k],
                            has[k] ? sg_number(numbers[k]) : SG_NONE))
      return sg_vm_fail_memory(j->vm);
  return sg_give_object(j->vm, record, out);
}

/* ---- after an epoch ---- */

static bool ask_until(job *j, sg_value epoch, bool *stop) {
  sg_value answer;
  if (!sg_is_callable(j->call->args[UNTIL])) return true;
  if (!sg_vm_call(j->vm, j->call->args[UNTIL], &epoch, 1, &answer)) return false;
  if (!sg_is_bool(answer))
    return sg_vm_fail(j->vm, "train() takes a function that gives a bool for 'until', not %s",
                      sg_type_phrase(answer));
  *stop = sg_is_true(answer);
  return true;
}

static bool call_back(job *j, sg_value epoch, bool *stop) {
  sg_value ignored;
  if (sg_is_given(j->call, ON_EPOCH) &&
      !sg_vm_call(j->vm, j->call->args[ON_EPOCH], &epoch, 1, &ignored))
    return false;
  return ask_until(j, epoch, stop);
}

static bool end_epoch(void *context, const sg_epoch *epoch, bool *stop) {
  job *j = context;
  bool has[H_COUNT];
  double numbers[H_COUNT];
  sg_value record;
  list_numbers(j, epoch, has, numbers);
  if (!add_to_history(j, has, numbers) || !sg_report_epoch(&j->report, epoch)) return false;
  if (!sg_is_given(j->call, ON_EPOCH) && !sg_is_callable(j->call->args[UNTIL])) return true;
  if (!give_epoch(j, epoch, has, numbers, &record) || !sg_vm_push(j->vm, record)) return false;
  bool ok = call_back(j, record, stop);
  sg_vm_pop(j->vm);
  return ok;
}

static bool validate(void *context, sg_score *out) {
  job *j = context;
  const sg_assessment a = {.forward = &j->learner.forward,
                           .objective = &j->learner.objective,
                           .xs = j->validation_xs,
                           .ys = j->validation_ys};
  return sg_assess(&a, out);
}

static bool run_step(void *context, const uint32_t *samples, uint32_t count, sg_batch_score *out) {
  job *j = context;
  if (!sg_learner_step(&j->learner, samples, count, out)) return false;
  sg_report_step(&j->report, count);
  return true;
}

/* ---- running ---- */

static bool prepare_report(job *j) {
  sg_report *r = &j->report;
  double now = sg_train_clock();
  *r = (sg_report){.vm = j->vm,
                   .train = &j->train,
                   .objective = &j->learner.objective,
                   .samples = j->order.count,
                   .steps = sg_train_steps(&j->train, &j->order),
                   .start = now,
                   .shown = now};
  bool given = sg_is_given(j->call, EVERY);
  if (given && !sg_need_count(j->vm, j->call, EVERY, &r->every)) return false;
  r->silent = given && r->every == 0;
  if (!given && sg_report_columns(r) == 0)
    r->every = j->train.epochs > LINES ? j->train.epochs / LINES : 1;
  return true;
}

/* Whether the model and its loss can take all samples, before a step has changed anything. */
static bool check_samples(job *j) {
  const sg_forward *forward = &j->learner.forward;
  uint32_t outputs = 0;
  sg_targets others;
  if (!sg_forward_check(forward, "xs", sg_as_list(j->call->args[XS]))) return false;
  if (!j->validation_xs) return true;
  if (!sg_forward_check(forward, "validation", j->validation_xs) ||
      !sg_targets_read(j->vm, j->call->builtin, j->validation_ys, &others))
    return false;
  if (forward->own) outputs = sg_stage_outputs(forward->model, sg_stage_inputs(forward->model));
  return sg_targets_fit(&j->learner.objective.targets, &others, outputs) ||
         sg_vm_fail(j->vm, "train(): the targets of 'validation' are not like those of 'ys'");
}

static bool prepare(job *j) {
  sg_error error;
  sg_error_clear(&error);
  if (!read_plan(j) || !read_samples(j) ||
      !sg_learner_init(&j->learner, j->vm, j->call, MODEL, LOSS, OPTIMIZER, LR) ||
      !check_samples(j) || !make_history(j))
    return false;
  if (!sg_order_init(&j->order, j->vm->memory, j->learner.xs->count, &error))
    return sg_fail_again(j->vm, &error);
  j->train.random = &j->vm->random;
  j->train.context = j;
  j->train.step = run_step;
  j->train.validate = j->validation_xs ? validate : NULL;
  j->train.end_epoch = end_epoch;
  return prepare_report(j);
}

/* The statement is not to fail for Ctrl-C: the model is as the last finished step left it. But a
 * second one so soon is for the program, which may be training in a loop. */
static bool forgive_interrupt(sg_vm *vm, sg_value *top) {
  double now = sg_train_clock();
  if (now - vm->forgiven < FORGIVEN_FOR) {
    if (vm->error.status != SG_INTERRUPTED) sg_vm_poll(vm);
    return false;
  }
  vm->forgiven = now;
  sg_error_clear(&vm->error);
  vm->top = top;
  sg_interrupted = 0;
  while (!sg_heap_settle(&vm->heap)) continue;
  return true;
}

static bool fail_diverged(job *j) {
  const sg_epoch *epoch = &j->train.epoch;
  char text[SG_NUMBER_SIZE];
  sg_vm_fail(j->vm, "train(): the loss is %s in epoch %u, step %u of %u",
             sg_number_text(text, j->learner.loss), (unsigned)epoch->number,
             (unsigned)epoch->score.batches + 1, (unsigned)j->report.steps);
  return sg_learner_note_cause(&j->learner);
}

static bool finish(job *j, sg_train_end end, sg_value *result) {
  const char *name = sg_train_end_name(end);
  sg_value text;
  if (!sg_give_text(j->vm, name, strlen(name), &text)) return false;
  if (!sg_record_set_text(&j->vm->heap, j->history, "stopped", text))
    return sg_vm_fail_memory(j->vm);
  return sg_report_end(&j->report, end) && sg_give_object(j->vm, j->history, result);
}

static bool run(job *j, sg_value *result) {
  bool recording = j->vm->tape.recording;
  sg_value *top = j->vm->top;
  j->vm->tape.recording = true;
  sg_train_end end = sg_train_run(&j->train, &j->order);
  j->vm->tape.recording = recording;
  if (end == SG_TRAIN_FAILED && j->vm->error.status == SG_INTERRUPTED) end = SG_TRAIN_INTERRUPTED;
  if (end == SG_TRAIN_INTERRUPTED && !forgive_interrupt(j->vm, top)) end = SG_TRAIN_FAILED;
  if (end == SG_TRAIN_DIVERGED || end == SG_TRAIN_FAILED) sg_report_drop(&j->report, false);
  if (end == SG_TRAIN_DIVERGED) return fail_diverged(j);
  return end != SG_TRAIN_FAILED && finish(j, end, result);
}

bool sg_run_train(sg_vm *vm, const sg_call *call, sg_value *result) {
  job j = {.vm = vm, .call = call};
  bool ok = prepare(&j) && run(&j, result);
  if (j.order.memory) sg_order_clear(&j.order);
  sg_learner_clear(&j.learner);
  return ok;
}

const sg_builtin sg_nn_train_builtins[] = {
    {.name = "train",
     .parameters = "model, xs, ys, loss=none, optimizer=\"adam\", lr=none, epochs=100, batch=16, "
                   "shuffle=true, l2=0, validation=none, until=none, patience=none, every=none, "
                   "on_epoch=none",
     .run = sg_run_train,
     .doc = "Trains a model on samples xs and their targets ys, and gives the history: a record of "
            "the lists loss, accuracy, val_loss, val_accuracy and seconds, with a number for each "
            "epoch, and stopped, what ended it. loss: a name or a function of (scores, targets), "
            "unless told what fits the targets (hinge for -1 and 1, bce_logits for 0 and 1, "
            "cross_entropy for classes, else mse). optimizer: a name or an optimizer. lr: unless "
            "told 0.01 (sgd and adagrad 0.1). l2 times l2(params) is added to the loss. "
            "validation: (xs, ys), or a share of the samples. until: a loss, or a function of an "
            "epoch. patience: epochs without a smaller loss. every: epochs from line to line, 0 "
            "for silence. on_epoch: a function of an epoch, a record of its numbers. Ctrl-C ends "
            "it with what it has learnt; a loss that is nan or inf is an error.",
     .example = "train(linear(1, 1), [[0]], [0], every=0).stopped  # \"epochs\"",
     .topic = "training"},
    {.name = "evaluate",
     .parameters = "model, xs, ys, loss=none",
     .run = sg_run_evaluate,
     .doc = "A record of loss and accuracy of a model, or of any function of a list of samples, on "
            "samples xs and their targets ys. The loss is the one that `train` would take, unless "
            "told; the accuracy is none of a regression.",
     .example = "evaluate(x => x, [0.5, 2], [1, -1])  # {loss: 1.75, accuracy: 0.5}",
     .topic = "training"},
    {.name = "confusion",
     .parameters = "model, xs, ys, labels=none",
     .run = sg_run_confusion,
     .doc = "Prints how often samples of each class (the rows) were taken for which (the columns), "
            "with totals. Targets are -1 and 1, or 0 and 1, or indices of classes, or one-hot; "
            "labels are strings to show instead, one for each class.",
     .example = "confusion(x => x, [1], [1])  #      total  0  1      1",
     .topic = "training"},
    {.name = NULL},
};
