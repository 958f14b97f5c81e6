/* sgrad: tests of the random generator. */
#include "base/random.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

Suite *random_suite(void);

/* splitmix64 of 0, and xoshiro256** from the state {1, 2, 3, 4}: the authors' reference code. */
START_TEST(reference_values) {
  static const uint64_t seeded[] = {UINT64_C(0xe220a8397b1dcdaf), UINT64_C(0x6e789e6aa1b965f4),
                                    UINT64_C(0x06c45d188009454f), UINT64_C(0xf88bb8a8724c81ec)};
  static const uint64_t bits[] = {
      11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600};
  sg_random random;
  sg_random_seed(&random, 0);
  for (int i = 0; i < 4; i++) ck_assert_uint_eq(random.state[i], seeded[i]);
  for (int i = 0; i < 4; i++) random.state[i] = (uint64_t)i + 1;
  for (int i = 0; i < 6; i++) ck_assert_uint_eq(sg_random_bits(&random), bits[i]);
}
END_TEST

START_TEST(seed_repeats) {
  sg_random a, b;
  sg_random_seed(&a, 42);
  sg_random_normal(&a); /* leaves a spare, which a new seed forgets */
  sg_random_seed(&a, 42);
  sg_random_seed(&b, 42);
  ck_assert_uint_eq(a.seed, 42);
  for (int i = 0; i < 100; i++) {
    ck_assert_double_eq(sg_random_normal(&a), sg_random_normal(&b));
    ck_assert_uint_eq(sg_random_below(&a, 10), sg_random_below(&b, 10));
  }
}
END_TEST

START_TEST(moments) {
  enum { N = 200000 };
  sg_random random;
  sg_random_seed(&random, 7);
  double sum = 0, squares = 0, units = 0;
  for (int i = 0; i < N; i++) {
    double x = sg_random_normal(&random);
    double u = sg_random_unit(&random);
    ck_assert(u >= 0 && u < 1);
    sum += x;
    squares += x * x;
    units += u;
  }
  ck_assert(fabs(sum / N) < 0.01);
  ck_assert(fabs(squares / N - 1) < 0.015);
  ck_assert(fabs(units / N - 0.5) < 0.003);
}
END_TEST

START_TEST(below_is_even) {
  enum { N = 60000 };
  sg_random random;
  sg_random_seed(&random, 9);
  int counts[6] = {0};
  for (int i = 0; i < N; i++) counts[sg_random_below(&random, 6)]++;
  for (int i = 0; i < 6; i++) ck_assert(abs(counts[i] - N / 6) < 500);
  for (int i = 0; i < 100; i++) ck_assert_uint_eq(sg_random_below(&random, 1), 0);
  uint64_t most = (UINT64_C(1) << 63) + 1; /* nearly half of all bits are thrown away */
  for (int i = 0; i < 100; i++) ck_assert_uint_lt(sg_random_below(&random, most), most);
}
END_TEST

Suite *random_suite(void) {
  Suite *suite = suite_create("random");
  TCase *test = tcase_create("random");
  tcase_add_test(test, reference_values);
  tcase_add_test(test, seed_repeats);
  tcase_add_test(test, moments);
  tcase_add_test(test, below_is_even);
  suite_add_tcase(suite, test);
  return suite;
}
