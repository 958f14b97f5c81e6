/* sgrad: products of matrices in registers, for one kind of vectors. Internal to product_*.c, which
 * include it after defining
 *   TARGET    an attribute that lets functions use the vectors
 *   BYTES     in a vector: 64, 32 or 16
 *   KERNELS   the name of the sg_product_kernels that it makes
 *   NAME      their name as text
 * or nothing: then they are for the vectors that every machine has.
 *
 * Vectors are GCC's extension, which clang has too. Results do not depend on BYTES: the elements of
 * a product are sums of their own, and sums have eight lanes in one or several vectors.
 */
#ifndef SG_GRAPH_PRODUCT_KERNELS_H
#define SG_GRAPH_PRODUCT_KERNELS_H

#include "base/error.h"
#include "graph/product.h"

#ifndef BYTES
#define TARGET
#define BYTES 16
#define KERNELS sg_product_plain
#define NAME "plain"
#endif

#define INLINE static inline __attribute__((always_inline))

enum {
  WIDTH = BYTES / sizeof(double),
  PARTS = SG_LANES / WIDTH,                 /* vectors that hold the eight lanes of a sum */
  TILE_ROWS = 4,                            /* of a product: as the registers allow */
  TILE_VECTORS = WIDTH == SG_LANES ? 4 : 2, /* the same of columns */
  SUM_ROWS = WIDTH == SG_LANES ? SG_SUM_ROWS : 1,
  QUAD = 4 /* sums that are folded together */
};

typedef double vector __attribute__((vector_size(BYTES), aligned(8), may_alias));

/* ---- product ---- */

INLINE double get_start(const sg_product *p, uint32_t row) { return p->start[row * p->start_row]; }

INLINE void fill(vector *v, double x) {
  double lanes[WIDTH];
  for (uint32_t l = 0; l < WIDTH; l++) lanes[l] = x;
  *v = *(const vector *)lanes;
}

/* `rows` rows, `vectors` vectors of columns. */
INLINE void multiply_tile(const sg_product *p, uint32_t row, uint32_t column, const uint32_t rows,
                          const uint32_t vectors) {
  vector sums[TILE_ROWS][TILE_VECTORS], x[TILE_VECTORS];
  const double *a = p->a + row * p->a_row, *b = p->b + column;
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t v = 0; v < vectors; v++) fill(&sums[r][v], get_start(p, row + r));
  for (uint32_t t = 0; t < p->depth; t++, a += p->a_depth, b += p->b_row) {
    for (uint32_t v = 0; v < vectors; v++) x[v] = *(const vector *)(b + WIDTH * v);
    for (uint32_t r = 0; r < rows; r++) {
      double w = a[r * p->a_row];
      for (uint32_t v = 0; v < vectors; v++) sums[r][v] += w * x[v];
    }
  }
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t v = 0; v < vectors; v++)
      *(vector *)(p->c + (size_t)(row + r) * p->columns + column + WIDTH * v) = sums[r][v];
}

/* All columns of some rows. The last tile may overlap the one before: it writes the same there. */
INLINE bool multiply_rows(const sg_product *p, uint32_t row, const uint32_t rows,
                          const uint32_t vectors) {
  const uint32_t width = WIDTH * vectors;
  uint32_t column = 0;
  for (; column + width <= p->columns; column += width) {
    if (sg_interrupted) return false;
    multiply_tile(p, row, column, rows, vectors);
  }
  for (; column < p->columns; column += WIDTH) {
    if (column + WIDTH > p->columns) column = p->columns - WIDTH;
    multiply_tile(p, row, column, rows, 1);
  }
  return true;
}

/* One element. */
INLINE void multiply_one(const sg_product *p, uint32_t row, uint32_t column) {
  double sum = get_start(p, row);
  const double *a = p->a + row * p->a_row, *b = p->b + column;
  for (uint32_t t = 0; t < p->depth; t++) sum += a[t * p->a_depth] * b[t * p->b_row];
  p->c[(size_t)row * p->columns + column] = sum;
}

/* Eight rows of one column: eight sums side by side. */
INLINE void multiply_column(const sg_product *p, uint32_t row, uint32_t column, size_t a_row) {
  double sums[SG_LANES];
  const double *a = p->a + row * a_row, *b = p->b + column;
  for (uint32_t r = 0; r < SG_LANES; r++) sums[r] = get_start(p, row + r);
  for (uint32_t t = 0; t < p->depth; t++, a += p->a_depth, b += p->b_row)
    for (uint32_t r = 0; r < SG_LANES; r++) sums[r] += a[r * a_row] * b[0];
  for (uint32_t r = 0; r < SG_LANES; r++) p->c[(size_t)(row + r) * p->columns + column] = sums[r];
}

/* Fewer than eight columns. */
INLINE bool multiply_few(const sg_product *p) {
  for (uint32_t column = 0; column < p->columns; column++) {
    uint32_t row = 0;
    for (; row + SG_LANES <= p->rows; row += SG_LANES) {
      if (sg_interrupted) return false;
      if (p->a_row == 1)
        multiply_column(p, row, column, 1);
      else
        multiply_column(p, row, column, p->a_row);
    }
    for (; row < p->rows; row++) multiply_one(p, row, column);
  }
  return true;
}

TARGET static bool multiply(const sg_product *p) {
  if (p->columns < WIDTH) return multiply_few(p);
  uint32_t row = 0;
  for (; row + TILE_ROWS <= p->rows; row += TILE_ROWS)
    if (!multiply_rows(p, row, TILE_ROWS, TILE_VECTORS)) return false;
  for (; row < p->rows; row++)
    if (!multiply_rows(p, row, 1, TILE_VECTORS)) return false;
  return true;
}

/* ---- sums ---- */

typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));

/* The sums of two times eight lanes, in the order of sg_add_lanes. */
INLINE pair fold_pair(const double a[SG_LANES], const double b[SG_LANES]) {
  pair quarters[4];
  for (int i = 0; i < 4; i++) {
    pair x = *(const pair *)(a + 2 * i), y = *(const pair *)(b + 2 * i);
    quarters[i] = __builtin_shufflevector(x, y, 0, 2) + __builtin_shufflevector(x, y, 1, 3);
  }
  return (quarters[0] + quarters[1]) + (quarters[2] + quarters[3]);
}

/* The same of four times eight. */
INLINE void fold_quad(vector s[QUAD][PARTS], double *sums) {
#if BYTES == 64
  vector a = s[0][0], b = s[1][0], c = s[2][0], d = s[3][0];
  vector ab = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
              __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  vector cd = __builtin_shufflevector(c, d, 0, 8, 2, 10, 4, 12, 6, 14) +
              __builtin_shufflevector(c, d, 1, 9, 3, 11, 5, 13, 7, 15);
  vector halves = __builtin_shufflevector(ab, cd, 0, 1, 8, 9, 4, 5, 12, 13) +
                  __builtin_shufflevector(ab, cd, 2, 3, 10, 11, 6, 7, 14, 15);
  for (int k = 0; k < QUAD; k++) sums[k] = halves[k] + halves[k + QUAD];
#else
  for (int k = 0; k < QUAD; k += 2)
    *(pair *)(sums + k) = fold_pair((const double *)s[k], (const double *)s[k + 1]);
#endif
}

/* Adds eight products, of four rows of x from `x` on, `x_row` apart, to each of `rows` rows. */
INLINE void add_products(const sg_sums *p, const double *d, const double *x, size_t x_row,
                         const uint32_t rows, vector sums[SUM_ROWS][QUAD][PARTS]) {
  const size_t d_row = sg_lanes_up(p->samples);
  for (uint32_t part = 0; part < PARTS; part++)
    for (uint32_t r = 0; r < rows; r++)
      for (uint32_t i = 0; i < QUAD; i++)
        sums[r][i][part] += *(const vector *)(d + r * d_row + part * WIDTH) *
                            *(const vector *)(x + i * x_row + part * WIDTH);
}

/* `rows` rows of d with four of x. */
INLINE void sum_quad(const sg_sums *p, uint32_t row, uint32_t k, const uint32_t rows) {
  vector sums[SUM_ROWS][QUAD][PARTS] = {{{{0}}}};
  const double *d = p->d + row * sg_lanes_up(p->samples), *x = p->x + (size_t)k * p->samples;
  uint32_t s = 0;
  for (; s + SG_LANES <= p->samples; s += SG_LANES)
    add_products(p, d + s, x + s, p->samples, rows, sums);
  if (p->rest) add_products(p, d + s, p->rest + (size_t)k * SG_LANES, SG_LANES, rows, sums);
  for (uint32_t r = 0; r < rows; r++)
    fold_quad(sums[r], p->totals + (size_t)(row + r) * p->inputs + k);
}

INLINE void sum_one(const sg_sums *p, uint32_t row, uint32_t k) {
  vector sums[PARTS] = {{0}};
  const double *d = p->d + row * sg_lanes_up(p->samples), *x = p->x + (size_t)k * p->samples;
  uint32_t s = 0;
  for (; s + SG_LANES <= p->samples; s += SG_LANES)
    for (uint32_t part = 0; part < PARTS; part++)
      sums[part] +=
          *(const vector *)(d + s + part * WIDTH) * *(const vector *)(x + s + part * WIDTH);
  if (p->rest) x = p->rest + (size_t)k * SG_LANES;
  for (uint32_t part = 0; p->rest && part < PARTS; part++)
    sums[part] += *(const vector *)(d + s + part * WIDTH) * *(const vector *)(x + part * WIDTH);
  p->totals[(size_t)row * p->inputs + k] = sg_add_lanes((const double *)sums);
}

TARGET static bool sum(const sg_sums *p) {
  uint32_t k = 0;
  for (; k + QUAD <= p->inputs; k += QUAD) {
    if (sg_interrupted) return false;
    uint32_t row = 0;
    for (; row + SUM_ROWS <= p->rows; row += SUM_ROWS) sum_quad(p, row, k, SUM_ROWS);
    for (; row < p->rows; row++) sum_quad(p, row, k, 1);
  }
  for (; k < p->inputs; k++)
    for (uint32_t row = 0; row < p->rows; row++) sum_one(p, row, k);
  return true;
}

const sg_product_kernels KERNELS = {NAME, multiply, sum};

#endif
