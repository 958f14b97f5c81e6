/* sgrad: products of matrices of plain doubles, for the kernels of dense layers. Internal to
 * src/graph.
 *
 * Every element is a sum in one order that is written out, without fused multiply-adds: the same
 * numbers whatever vectors the machine has. Matrices must not overlap with what is written.
 */
#ifndef SG_GRAPH_PRODUCT_H
#define SG_GRAPH_PRODUCT_H

#include "base/vectors.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a result x goes: it is put there, or x + 0.0 is, or that is added to what is there. */
typedef enum sg_putting { SG_PUT, SG_PUT_NUMBER, SG_ADD_NUMBER } sg_putting;

/* c(r, s) = start(r) + a(r, 0) * b(0, s) + a(r, 1) * b(1, s) + ..., added from left to right. */
typedef struct sg_product {
  uint32_t rows, depth, columns;
  const double *a; /* a(r, t) = a[r * a_row + t * a_depth] */
  size_t a_row, a_depth;
  const double *b; /* b(t, s) = b[t * columns + s], or with `b_row` for `columns` */
  size_t b_row;
  const double *start; /* start(r) = start[r * start_row]; -0.0 is no number at all */
  size_t start_row;
  double *c; /* c(r, s) = c[r * columns + s] */
  sg_putting put;
} sg_product;

/* total(r, k) = the sum over s of d(r, s) * x(k, s), in eight lanes; with a bias also, after the
 * last k, the sum of d(r, s). */
typedef struct sg_sums {
  uint32_t rows, inputs, samples;
  bool has_bias;
  sg_putting put;
  const double *d, *x;  /* [rows][samples], [inputs][samples] */
  const double *d_rest; /* [rows][8] the last samples % 8 of each row, then 0; NULL: none */
  const double *x_rest; /* [inputs][8] likewise */
  double *totals;       /* [rows][inputs + has_bias] */
} sg_sums;

/* False: sg_interrupted was seen, and the result is in part unset. */
bool sg_product_make(const sg_product *product);
bool sg_sums_make(const sg_sums *sums);

/* The kernels for one kind of vectors, all with the same results. */
typedef struct sg_product_kernels {
  const char *name;
  bool (*product)(const sg_product *product);
  bool (*sums)(const sg_sums *sums);
} sg_product_kernels;

extern const sg_product_kernels sg_product_plain, sg_product_avx2, sg_product_avx512;

/* The k-th that this machine can run, widest first; NULL: there are no more. */
const sg_product_kernels *sg_product_kernels_get(int k);

#endif
