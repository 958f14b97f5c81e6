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

#endif
