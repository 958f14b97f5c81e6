/* sgrad: the widest kernels for products of matrices that the machine can run. */
#include "graph/product.h"

const sg_product_kernels *sg_product_kernels_get(int k) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && k-- == 0) return &sg_product_avx512;
  if (__builtin_cpu_supports("avx2") && k-- == 0) return &sg_product_avx2;
#endif
  return k == 0 ? &sg_product_plain : NULL;
}

bool sg_product_make(const sg_product *product) {
  return sg_product_kernels_get(0)->product(product);
}

bool sg_sums_make(const sg_sums *sums) { return sg_product_kernels_get(0)->sums(sums); }
