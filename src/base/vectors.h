/* sgrad: functions whose loops the compiler vectorises: compiled for several kinds of vectors, one
 * of which is chosen when the program starts. Numbers must not depend on which: no sum across a
 * loop, unless its lanes are written out. */
#ifndef SG_BASE_VECTORS_H
#define SG_BASE_VECTORS_H

#include <features.h>

/* Clang 14 gives such a function a name that other files do not find. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__clang__)
#define SG_VECTORISED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define SG_VECTORISED
#endif

enum { SG_LANES = 8 }; /* of a sum that is written out */

/* Their sum in one order: lane l is the sum of what stands at l, l + 8, l + 16 ... */
static inline double sg_add_lanes(const double s[SG_LANES]) {
  return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

#endif
