/* sgrad: the random generator. */
#include "base/random.h"

#include <math.h>

static uint64_t rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static uint64_t splitmix(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

void sg_random_seed(sg_random *random, uint64_t seed) {
  *random = (sg_random){.seed = seed};
  for (int i = 0; i < 4; i++) random->state[i] = splitmix(&seed);
}

uint64_t sg_random_bits(sg_random *random) {
  uint64_t *s = random->state;
  uint64_t result = rotate(s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

double sg_random_unit(sg_random *random) {
  return (double)(sg_random_bits(random) >> 11) * 0x1p-53;
}

double sg_random_normal(sg_random *random) {
  if (random->has_spare) {
    random->has_spare = false;
    return random->spare;
  }
  double u, v, s;
  do {
    u = 2 * sg_random_unit(random) - 1;
    v = 2 * sg_random_unit(random) - 1;
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  double scale = sqrt(-2 * log(s) / s);
  random->spare = v * scale;
  random->has_spare = true;
  return u * scale;
}

uint64_t sg_random_below(sg_random *random, uint64_t n) {
  uint64_t excess = (0 - n) % n; /* 2^64 mod n: that many values would be favoured */
  uint64_t bits;
  do bits = sg_random_bits(random);
  while (bits < excess);
  return bits % n;
}
