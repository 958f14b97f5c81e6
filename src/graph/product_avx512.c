/* sgrad: products of matrices by the vectors of AVX-512, where the compiler knows them. */
#include "graph/product.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx512f")))
#define BYTES 64
#define KERNELS sg_product_avx512
#define NAME "avx512"
#include "graph/product_kernels.h"
#endif
