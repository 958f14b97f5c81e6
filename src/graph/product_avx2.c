/* sgrad: products of matrices by the vectors of AVX2, where the compiler knows them. */
#include "graph/product.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define BYTES 32
#define KERNELS sg_product_avx2
#define NAME "avx2"
#include "graph/product_kernels.h"
#endif
