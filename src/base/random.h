/* sgrad: the random generator: xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64.
 * The same seed gives the same numbers on every platform. */
#ifndef SG_BASE_RANDOM_H
#define SG_BASE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sg_random {
  uint64_t state[4];
  uint64_t seed;  /* what it was last seeded with */
  bool has_spare; /* sg_random_normal makes two at a time */
  double spare;
} sg_random;

void sg_random_seed(sg_random *random, uint64_t seed);
uint64_t sg_random_bits(sg_random *random);
double sg_random_unit(sg_random *random);   /* uniform in [0, 1), 53 bits */
double sg_random_normal(sg_random *random); /* mean 0, deviation 1 (Marsaglia's polar method) */
uint64_t sg_random_below(sg_random *random, uint64_t n); /* unbiased in [0, n), n > 0 */

#endif
