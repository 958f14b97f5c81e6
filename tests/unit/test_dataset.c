/* sgrad: tests of data sets, orders and standardization from C. */
#include "nn/dataset.h"
#include "nn/order.h"
#include "nn/standard.h"

#include <check.h>
#include <math.h>

Suite *dataset_suite(void);

static sg_memory memory;
static sg_dataset set;

static void start(const char *name, uint32_t groups, uint32_t features) {
  sg_memory_init(&memory);
  ck_assert_ptr_nonnull(sg_dataset_find(name));
  ck_assert(sg_dataset_init(&set, &memory, sg_dataset_find(name), groups, features));
}

static void end(void) {
  sg_dataset_clear(&set);
  ck_assert_uint_eq(memory.used, 0);
}

static double sample(uint32_t i, double x[2]) {
  sg_random random;
  sg_random_seed(&random, 1);
  return sg_dataset_sample(&set, i, &random, x);
}

START_TEST(test_rest_goes_where_scikit_learn_puts_it) {
  start("moons", 2, 2);
  sg_dataset_share(&set, 5);
  ck_assert_uint_eq(set.starts[1], 2);
  ck_assert_uint_eq(sg_dataset_count(&set), 5);
  end();
  start("blobs", 3, 2);
  sg_dataset_share(&set, 5);
  ck_assert_uint_eq(set.starts[1], 2);
  ck_assert_uint_eq(set.starts[2], 4);
  end();
}
END_TEST

START_TEST(test_empty_groups_are_passed_over) {
  double x[2];
  start("spiral", 5, 2);
  static const uint32_t starts[] = {0, 0, 2, 2, 3, 3};
  static const double arms[] = {1, 1, 3};
  for (uint32_t g = 0; g <= 5; g++) set.starts[g] = starts[g];
  for (uint32_t i = 0; i < 3; i++) ck_assert_double_eq(sample(i, x), arms[i]);
  end();
}
END_TEST

START_TEST(test_spiral_ends_on_the_unit_circle) {
  double x[2];
  start("spiral", 3, 2);
  set.turns = 1;
  sg_dataset_share(&set, 30);
  for (uint32_t arm = 0; arm < 3; arm++) {
    double angle = 2 * acos(-1.0) * arm / 3;
    ck_assert_double_eq(sample(10 * arm, x), arm);
    ck_assert_double_eq(hypot(x[0], x[1]), 0);
    sample(10 * arm + 9, x);
    ck_assert_double_eq_tol(x[0], sin(angle), 1e-14);
    ck_assert_double_eq_tol(x[1], cos(angle), 1e-14);
  }
  end();
}
END_TEST

START_TEST(test_noise_has_its_deviation) {
  enum { COUNT = 20000 };
  double x[2], sum = 0, squares = 0;
  sg_random random;
  sg_random_seed(&random, 3);
  start("blobs", 1, 2);
  ck_assert(sg_dataset_add_centers(&set));
  set.centers[0] = 5;
  set.noises[0] = 0.5;
  sg_dataset_share(&set, COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    sg_dataset_sample(&set, i, &random, x);
    sum += x[0] - 5;
    squares += (x[0] - 5) * (x[0] - 5);
  }
  ck_assert_double_eq_tol(sum / COUNT, 0, 0.02);
  ck_assert_double_eq_tol(sqrt(squares / COUNT), 0.5, 0.02);
  end();
}
END_TEST

START_TEST(test_order_is_a_permutation_until_interrupted) {
  enum { COUNT = 1 << 17 };
  sg_order order;
  sg_random random;
  sg_error error;
  sg_error_clear(&error);
  sg_memory_init(&memory);
  sg_random_seed(&random, 1);
  ck_assert(sg_order_init(&order, &memory, COUNT, &error));
  ck_assert(sg_order_shuffle(&order, &random, &error));
  uint64_t sum = 0;
  for (uint32_t i = 0; i < COUNT; i++) sum += order.items[i];
  ck_assert_uint_eq(sum, (uint64_t)COUNT * (COUNT - 1) / 2);
  sg_interrupted = 1;
  ck_assert(!sg_order_shuffle(&order, &random, &error));
  sg_interrupted = 0;
  ck_assert_int_eq(error.status, SG_INTERRUPTED);
  sg_order_clear(&order);
  sg_error_clear(&error);
  ck_assert(sg_order_init(&order, &memory, 0, &error));
  ck_assert(sg_order_shuffle(&order, &random, &error));
  sg_order_clear(&order);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

/* A spread that is only rounding is none: 0.1 has no exact mean. */
START_TEST(test_standard_of_constants_and_gaps) {
  static const double xs[][3] = {{0.1, 1, NAN}, {0.1, 2, 4}, {0.1, 6, 8}};
  sg_standard standard;
  sg_memory_init(&memory);
  ck_assert(sg_standard_init(&standard, &memory, 3));
  for (int i = 0; i < 3; i++) sg_standard_sum(&standard, xs[i]);
  sg_standard_center(&standard);
  for (int i = 0; i < 3; i++) sg_standard_square(&standard, xs[i]);
  sg_standard_finish(&standard);
  ck_assert_double_eq(standard.deviation[0], 1);
  ck_assert_double_eq(standard.mean[1], 3);
  ck_assert_double_eq_tol(standard.deviation[1], sqrt(14.0 / 3), 1e-15);
  ck_assert_double_eq(standard.mean[2], 6);
  ck_assert_double_eq(standard.deviation[2], 2);
  ck_assert_double_eq(sg_standard_apply(&standard, 2, 10), 2);
  sg_standard_clear(&standard);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

Suite *dataset_suite(void) {
  Suite *suite = suite_create("dataset");
  TCase *tests = tcase_create("sets");
  tcase_add_test(tests, test_rest_goes_where_scikit_learn_puts_it);
  tcase_add_test(tests, test_empty_groups_are_passed_over);
  tcase_add_test(tests, test_spiral_ends_on_the_unit_circle);
  tcase_add_test(tests, test_noise_has_its_deviation);
  tcase_add_test(tests, test_order_is_a_permutation_until_interrupted);
  tcase_add_test(tests, test_standard_of_constants_and_gaps);
  suite_add_tcase(suite, tests);
  return suite;
}
