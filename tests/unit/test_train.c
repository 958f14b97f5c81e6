/* sgrad tests: the loop of epochs and the gathering of scores, without a model. */
#include "nn/train.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *train_suite(void);

enum { SAMPLES = 10, CALLS = 100 };

typedef struct record {
  uint32_t counts[CALLS];          /* samples of each step */
  uint32_t order[CALLS * SAMPLES]; /* of all steps, one after another */
  uint32_t steps, samples, epochs, validations;
  const double *losses;  /* of the steps; NULL: 1, 2, 3, ... */
  const double *watched; /* of the validations; NULL: none */
  uint32_t fail_at;      /* the step that fails, from 1 */
  uint32_t stop_at;      /* the epoch after which no more are wanted */
  sg_epoch last;
} record;

static bool take_step(void *context, const uint32_t *samples, uint32_t count, sg_batch_score *out) {
  record *r = context;
  if (r->fail_at == r->steps + 1) return false;
  memcpy(r->order + r->samples, samples, count * sizeof *samples);
  r->samples += count;
  r->counts[r->steps++] = count;
  out->loss = r->losses ? r->losses[r->steps - 1] : r->steps;
  out->right = (sg_right){.samples = count, .at_zero = 1, .at_half = 2};
  return true;
}

static bool validate(void *context, sg_score *out) {
  record *r = context;
  const sg_batch_score batch = {.loss = r->watched[r->validations++]};
  sg_score_add_batch(out, &batch, 3);
  return true;
}

static bool end_epoch(void *context, const sg_epoch *epoch, bool *stop) {
  record *r = context;
  r->last = *epoch;
  *stop = ++r->epochs == r->stop_at;
  return true;
}

static sg_random randomness;

static sg_train make_plan(record *r) {
  sg_random_seed(&randomness, 7);
  return (sg_train){.batch = 4,
                    .epochs = 3,
                    .target = -INFINITY,
                    .random = &randomness,
                    .context = r,
                    .step = take_step,
                    .validate = r->watched ? validate : NULL,
                    .end_epoch = end_epoch};
}

static sg_train_end run(sg_train *plan) {
  sg_memory memory;
  sg_order order;
  sg_error error;
  sg_error_clear(&error);
  sg_memory_init(&memory);
  ck_assert(sg_order_init(&order, &memory, SAMPLES, &error));
  sg_train_end end = sg_train_run(plan, &order);
  sg_order_clear(&order);
  ck_assert_uint_eq(memory.used, 0);
  return end;
}

START_TEST(an_epoch_goes_through_all_samples_in_batches) {
  static const uint32_t counts[] = {4, 4, 2, 4, 4, 2, 4, 4, 2};
  record r = {.steps = 0};
  sg_train plan = make_plan(&r);
  ck_assert_int_eq(run(&plan), SG_TRAIN_EPOCHS);
  ck_assert_uint_eq(r.steps, 9);
  ck_assert_mem_eq(r.counts, counts, sizeof counts);
  for (uint32_t i = 0; i < r.samples; i++) ck_assert_uint_eq(r.order[i], i % SAMPLES);
  ck_assert_uint_eq(plan.finished, 3);
  ck_assert_double_eq(r.last.score.loss, 8.); /* of 7, 8 and 9 */
  ck_assert_uint_eq(r.last.score.right.at_zero, 3);
  ck_assert_uint_eq(r.last.score.right.samples, SAMPLES);
  ck_assert_uint_eq(r.last.seen.samples, 3 * SAMPLES);
}
END_TEST

START_TEST(shuffling_takes_each_sample_once) {
  record r = {.steps = 0};
  sg_train plan = make_plan(&r);
  plan.shuffle = true;
  ck_assert_int_eq(run(&plan), SG_TRAIN_EPOCHS);
  bool moved = false;
  for (uint32_t epoch = 0; epoch < 3; epoch++) {
    uint32_t seen = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) seen |= 1U << r.order[epoch * SAMPLES + i];
    ck_assert_uint_eq(seen, (1U << SAMPLES) - 1);
    moved = moved || memcmp(r.order, r.order + epoch * SAMPLES, SAMPLES * sizeof *r.order) != 0;
  }
  ck_assert(moved);
}
END_TEST

START_TEST(one_batch_is_not_shuffled) {
  record r = {.steps = 0};
  sg_train plan = make_plan(&r);
  sg_random before = randomness;
  plan.shuffle = true;
  plan.batch = SAMPLES;
  run(&plan);
  for (uint32_t i = 0; i < r.samples; i++) ck_assert_uint_eq(r.order[i], i % SAMPLES);
  ck_assert_mem_eq(before.state, randomness.state, sizeof before.state);
}
END_TEST

START_TEST(ends_where_it_should) {
  static const double falling[] = {5, 4, 3, 2, 1, 0, -1};
  static const double stuck[] = {5, 4, 4, 4, 4, 4, 4};
  record r = {.losses = falling};
  sg_train plan = make_plan(&r);
  plan.batch = SAMPLES;
  plan.epochs = 7;
  plan.target = 3;
  ck_assert_int_eq(run(&plan), SG_TRAIN_UNTIL);
  ck_assert_uint_eq(plan.finished, 3);
  r = (record){.losses = falling, .stop_at = 2};
  plan.target = -INFINITY;
  ck_assert_int_eq(run(&plan), SG_TRAIN_UNTIL);
  ck_assert_uint_eq(plan.finished, 2);
  r = (record){.losses = stuck};
  plan.patience = 2;
  ck_assert_int_eq(run(&plan), SG_TRAIN_PATIENCE);
  ck_assert_uint_eq(plan.finished, 4);
  ck_assert_uint_eq(plan.least_epoch, 2);
}
END_TEST

START_TEST(patience_watches_the_validation) {
  static const double watched[] = {3, 2, 9, 9, 9, 9, 9}, late[] = {NAN, 3, 4, 2, NAN, 9, 9};
  record r = {.watched = watched};
  sg_train plan = make_plan(&r);
  plan.epochs = 7;
  plan.patience = 3;
  ck_assert_int_eq(run(&plan), SG_TRAIN_PATIENCE);
  ck_assert_uint_eq(plan.finished, 5);
  ck_assert_double_eq(plan.least, 2.);
  r = (record){.watched = late};
  ck_assert_int_eq(run(&plan), SG_TRAIN_PATIENCE);
  ck_assert_uint_eq(plan.finished, 7);
  ck_assert_double_eq(plan.least, 2.);
}
END_TEST

START_TEST(a_step_may_fail_or_diverge) {
  static const double losses[] = {1, 1, NAN};
  record r = {.fail_at = 5};
  sg_train plan = make_plan(&r);
  ck_assert_int_eq(run(&plan), SG_TRAIN_FAILED);
  ck_assert_uint_eq(plan.finished, 1);
  ck_assert_uint_eq(plan.epoch.number, 2);
  ck_assert_uint_eq(plan.epoch.score.batches, 1);
  r = (record){.losses = losses};
  ck_assert_int_eq(run(&plan), SG_TRAIN_DIVERGED);
  ck_assert_uint_eq(plan.finished, 0);
  ck_assert_uint_eq(plan.epoch.score.batches, 2);
  ck_assert_uint_eq(r.epochs, 0);
}
END_TEST

START_TEST(ctrl_c_ends_it_between_two_steps) {
  record r = {.steps = 0};
  sg_train plan = make_plan(&r);
  sg_interrupted = 1;
  ck_assert_int_eq(run(&plan), SG_TRAIN_INTERRUPTED);
  sg_interrupted = 0;
  ck_assert_uint_eq(r.steps, 0);
}
END_TEST

START_TEST(scores_are_means) {
  sg_score score = {0};
  sg_score_add_batch(&score, &(sg_batch_score){.loss = 0.1}, 3);
  ck_assert_double_eq(score.loss, 0.1);
  sg_score_add_batch(&score, &(sg_batch_score){.loss = 0.4}, 9);
  ck_assert_double_eq_tol(score.loss, (0.3 + 3.6) / 12, 1e-15);
  ck_assert_uint_eq(score.samples, 12);
  score = (sg_score){0};
  sg_score_add_step(&score, &(sg_batch_score){.loss = 0.1}, 3);
  sg_score_add_step(&score, &(sg_batch_score){.loss = 0.2}, 3);
  sg_score_add_step(&score, &(sg_batch_score){.loss = 0.3}, 1);
  ck_assert_double_eq(score.loss, (0.1 + 0.2 + 0.3) / 3);
}
END_TEST

START_TEST(signs_are_counted_by_two_thresholds) {
  static const double scores[] = {0.2, 0.7, 0.4, 0.9}, targets[] = {0, 1, 1, 1};
  static const double wide[] = {-3, 2}, signs[] = {-1, -1};
  sg_right right = sg_right_of_signs(scores, targets, 4);
  ck_assert_double_eq(sg_right_share(&right, SG_THRESHOLD_ZERO), 0.75);
  ck_assert_double_eq(sg_right_share(&right, SG_THRESHOLD_HALF), 0.75);
  ck_assert_double_eq(sg_right_share(&right, SG_THRESHOLD_SEEN), 0.75);
  ck_assert(!right.is_outside);
  sg_right more = sg_right_of_signs(wide, signs, 2);
  sg_right_add(&right, &more);
  ck_assert(right.is_outside);
  ck_assert_uint_eq(right.at_zero, 4);
  ck_assert_uint_eq(right.at_half, 4);
  ck_assert_double_nan(sg_right_share(&(sg_right){0}, SG_THRESHOLD_ZERO));
}
END_TEST

Suite *train_suite(void) {
  Suite *suite = suite_create("train");
  TCase *tests = tcase_create("train");
  tcase_add_test(tests, an_epoch_goes_through_all_samples_in_batches);
  tcase_add_test(tests, shuffling_takes_each_sample_once);
  tcase_add_test(tests, one_batch_is_not_shuffled);
  tcase_add_test(tests, ends_where_it_should);
  tcase_add_test(tests, patience_watches_the_validation);
  tcase_add_test(tests, a_step_may_fail_or_diverge);
  tcase_add_test(tests, ctrl_c_ends_it_between_two_steps);
  tcase_add_test(tests, scores_are_means);
  tcase_add_test(tests, signs_are_counted_by_two_thresholds);
  suite_add_tcase(suite, tests);
  return suite;
}
