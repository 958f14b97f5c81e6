/* sgrad: accuracy: how many samples are right. */
#include "nn/metric.h"
#include "builtins/argument.h"
#include "builtins/batch.h"
#include "builtins/builtins.h"

#include <math.h>

enum { SCORES, TARGETS, THRESHOLD }; /* arguments */

typedef struct job {
  sg_given_batch scores;
  sg_given_batch targets;
  uint32_t samples;
  uint32_t width;    /* scores a sample */
  bool has_indices;  /* targets are a number each; else `width` */
  double *score;     /* [width * samples], feature-major; owned */
  double *target;    /* the same, or [samples]; owned */
  uint32_t *classes; /* [samples] where there are several scores; owned */
} job;

/* ---- arguments ---- */

static bool fail_sizes(sg_vm *vm, const job *j) {
  char scores[SG_BATCH_TEXT_SIZE], targets[SG_BATCH_TEXT_SIZE];
  sg_given_describe(&j->scores, scores);
  sg_given_describe(&j->targets, targets);
  return sg_vm_fail(vm, "accuracy() takes a target for each sample, not %s for %s", targets,
                    scores);
}

/* What the sizes say of the samples. */
static bool match(sg_vm *vm, job *j) {
  const sg_given_batch *scores = &j->scores, *targets = &j->targets;
  bool one = scores->form == SG_BATCH_NUMBERS && targets->form == SG_BATCH_NUMBER;
  j->samples = one ? 1 : scores->count;
  j->width = one ? scores->count : scores->width;
  j->has_indices = targets->width == 1;
  bool fits = targets->count == j->samples && (j->has_indices || targets->width == j->width);
  return fits || fail_sizes(vm, j);
}

static bool copy_numbers(sg_vm *vm, const sg_given_batch *batch, double **out) {
  sg_flat flat;
  uint32_t total;
  if (!sg_given_total(vm, batch, &total) || !sg_flat_open(vm, batch, &flat)) return false;
  *out = sg_allocate(vm->memory, total * sizeof **out);
  SG_EACH (k, 0, *out ? total : 0) (*out)[k] = sg_tape_value(&vm->tape, flat.vector.of.list[k]);
  sg_flat_clear(vm, &flat);
  return *out ? sg_vm_is_whole(vm, total) : sg_vm_fail_memory(vm);
}

static void clear(sg_vm *vm, job *j) {
  size_t samples = j->samples, width = j->width;
  if (j->score) sg_release(vm->memory, j->score, samples * width * sizeof *j->score);
  if (j->target)
    sg_release(vm->memory, j->target, samples * (j->has_indices ? 1 : width) * sizeof *j->target);
  if (j->classes) sg_release(vm->memory, j->classes, samples * sizeof *j->classes);
}

/* ---- one score a sample ---- */

/* Targets are -1 and 1, or 0 and 1. */
static bool check_signs(sg_vm *vm, const job *j) {
  char text[SG_NUMBER_SIZE];
  double other = NAN;
  SG_EACH (s, 0, j->samples) {
    double t = j->target[s];
    if ((t == -1. || t == 0.) && (isnan(other) || t == other))
      other = t;
    else if (t != 1.)
      return sg_vm_fail(vm,
                        "accuracy() of one score a sample takes targets of -1 and 1, or of 0 and "
                        "1, but target %u is %s",
                        s, sg_number_text(text, t));
  }
  return sg_vm_is_whole(vm, j->samples);
}

static bool count_signs(sg_vm *vm, const sg_call *call, const job *j, uint32_t *right) {
  double threshold = sg_metric_threshold(j->score, j->target, j->samples);
  if (!check_signs(vm, j)) return false;
  if (sg_is_given(call, THRESHOLD) && !sg_vm_need_number(vm, call, THRESHOLD, &threshold))
    return false;
  *right = sg_metric_count_signs(j->score, j->target, j->samples, threshold);
  return sg_vm_is_whole(vm, j->samples);
}

/* ---- several ---- */

static bool read_class(sg_vm *vm, const job *j, uint32_t s) {
  char text[SG_NUMBER_SIZE];
  double t = j->target[s];
  if (!j->has_indices) {
    j->classes[s] = sg_metric_argmax(j->target + s, j->width, j->samples);
    return true;
  }
  if (!(t >= 0. && t < j->width && t == floor(t)))
    return sg_vm_fail(
        vm, "accuracy() takes classes from 0 to %u, one for each of %u scores, but target %u is %s",
        j->width - 1, j->width, s, sg_number_text(text, t));
  j->classes[s] = (uint32_t)t;
  return true;
}

static bool count_classes(sg_vm *vm, const sg_call *call, job *j, uint32_t *right) {
  if (sg_is_given(call, THRESHOLD))
    return sg_vm_fail(vm, "accuracy() takes 'threshold' with one score a sample only");
  j->classes = sg_allocate(vm->memory, j->samples * sizeof *j->classes);
  if (!j->classes) return sg_vm_fail_memory(vm);
  for (uint32_t s = 0; s < j->samples; s++)
    if (!read_class(vm, j, s) || !sg_poll_at(vm, s)) return false;
  *right = sg_metric_count_classes(j->score, j->classes, j->samples, j->width);
  return sg_vm_is_whole(vm, j->samples);
}

static bool count(sg_vm *vm, const sg_call *call, job *j, uint32_t *right) {
  return copy_numbers(vm, &j->scores, &j->score) && copy_numbers(vm, &j->targets, &j->target) &&
         (j->width == 1 ? count_signs(vm, call, j, right) : count_classes(vm, call, j, right));
}

static bool run_accuracy(sg_vm *vm, const sg_call *call, sg_value *result) {
  job j = {.score = NULL};
  uint32_t right = 0;
  if (!sg_need_batch(vm, call, SCORES, &j.scores) ||
      !sg_need_batch(vm, call, TARGETS, &j.targets) || !match(vm, &j))
    return false;
  bool ok = count(vm, call, &j, &right);
  clear(vm, &j);
  if (ok) *result = sg_number((double)right / j.samples);
  return ok;
}

const sg_builtin sg_nn_metric_builtins[] = {
    {.name = "accuracy",
     .parameters = "scores, ys, threshold=none",
     .run = run_accuracy,
     .doc =
         "The share of samples that scores get right, from 0 to 1. With several scores a sample, "
         "the place of the largest is the class, and ys are indices of classes or one-hot lists. "
         "With one, ys are -1 and 1, or 0 and 1, and a score above the threshold says 1. The "
         "threshold is 0, or 0.5 where ys are 0 and 1 and all scores lie from 0 to 1, as "
         "probabilities do, unless told. A nan is wrong.",
     .example = "accuracy([[0.1, 2], [3, 1]], [1, 1])  # 0.5",
     .topic = "losses"},
    {.name = NULL},
};
