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
  SUM_ROWS = WIDTH == SG_LANES ? 4 : 1,     /* the same of sums */
  SUM_INPUTS = 4
};

typedef double vector __attribute__((vector_size(BYTES), aligned(8), may_alias));

/* What becomes of `old`. */
INLINE double put_number(sg_putting how, double old, double x) {
  if (how == SG_PUT) return x;
  return how == SG_ADD_NUMBER ? old + (x + 0.) : x + 0.;
}

/* ---- product ---- */

INLINE double get_start(const sg_product *p, uint32_t row) { return p->start[row * p->start_row]; }

INLINE void fill(vector *v, double x) {
  double lanes[WIDTH];
  for (uint32_t l = 0; l < WIDTH; l++) lanes[l] = x;
  *v = *(const vector *)lanes;
}

/* `rows` rows, `vectors` vectors of columns. */
INLINE void multiply_tile(const sg_product *p, uint32_t row, uint32_t column, const uint32_t rows,
                          const uint32_t vectors, vector sums[TILE_ROWS][TILE_VECTORS]) {
  vector x[TILE_VECTORS];
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
}

INLINE void put_tile(const sg_product *p, uint32_t row, uint32_t column, const uint32_t rows,
                     const uint32_t vectors) {
  vector sums[TILE_ROWS][TILE_VECTORS];
  multiply_tile(p, row, column, rows, vectors, sums);
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t v = 0; v < vectors; v++) {
      vector *c = (vector *)(p->c + (size_t)(row + r) * p->columns + column + WIDTH * v);
      if (p->put != SG_PUT) sums[r][v] += 0.;
      if (p->put == SG_ADD_NUMBER) sums[r][v] += *c;
      *c = sums[r][v];
    }
}

/* The columns from `column` on, fewer than a vector has: worked out together with some before. */
INLINE void put_last(const sg_product *p, uint32_t row, uint32_t column, const uint32_t rows) {
  vector sums[TILE_ROWS][TILE_VECTORS];
  uint32_t start = p->columns - WIDTH;
  multiply_tile(p, row, start, rows, 1, sums);
  for (uint32_t r = 0; r < rows; r++)
    for (uint32_t k = column; k < p->columns; k++) {
      double *c = p->c + (size_t)(row + r) * p->columns + k;
      *c = put_number(p->put, *c, sums[r][0][k - start]);
    }
}

/* All columns of some rows. */
INLINE bool multiply_rows(const sg_product *p, uint32_t row, const uint32_t rows) {
  const uint32_t width = WIDTH * TILE_VECTORS;
  uint32_t column = 0;
  for (; column + width <= p->columns; column += width) {
    if (sg_interrupted) return false;
    put_tile(p, row, column, rows, TILE_VECTORS);
  }
  for (; column + WIDTH <= p->columns; column += WIDTH) put_tile(p, row, column, rows, 1);
  if (column < p->columns) put_last(p, row, column, rows);
  return true;
}

INLINE void put(const sg_product *p, uint32_t row, uint32_t column, double sum) {
  double *c = p->c + (size_t)row * p->columns + column;
  *c = put_number(p->put, *c, sum);
}

/* One element. */
INLINE void multiply_one(const sg_product *p, uint32_t row, uint32_t column) {
  double sum = get_start(p, row);
  const double *a = p->a + row * p->a_row, *b = p->b + column;
  for (uint32_t t = 0; t < p->depth; t++) sum += a[t * p->a_depth] * b[t * p->b_row];
  put(p, row, column, sum);
}

/* Eight rows of one column: eight sums side by side. */
INLINE void multiply_column(const sg_product *p, uint32_t row, uint32_t column, size_t a_row) {
  double sums[SG_LANES];
  const double *a = p->a + row * a_row, *b = p->b + column;
  for (uint32_t r = 0; r < SG_LANES; r++) sums[r] = get_start(p, row + r);
  for (uint32_t t = 0; t < p->depth; t++, a += p->a_depth, b += p->b_row)
    for (uint32_t r = 0; r < SG_LANES; r++) sums[r] += a[r * a_row] * b[0];
  for (uint32_t r = 0; r < SG_LANES; r++) put(p, row + r, column, sums[r]);
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
    if (!multiply_rows(p, row, TILE_ROWS)) return false;
  for (; row + 2 <= p->rows; row += 2)
    if (!multiply_rows(p, row, 2)) return false;
  return row == p->rows || multiply_rows(p, row, 1);
}

/* ---- sums ---- */

/* The sums of WIDTH times eight lanes, each in the order of sg_add_lanes. */
#if BYTES == 64
INLINE void fold(vector s[WIDTH][PARTS], double *sums) {
  vector pairs[4], quads[2];
  for (int i = 0; i < 4; i++)
    pairs[i] = __builtin_shufflevector(s[2 * i][0], s[2 * i + 1][0], 0, 8, 2, 10, 4, 12, 6, 14) +
               __builtin_shufflevector(s[2 * i][0], s[2 * i + 1][0], 1, 9, 3, 11, 5, 13, 7, 15);
  for (int i = 0; i < 2; i++)
    quads[i] = __builtin_shufflevector(pairs[2 * i], pairs[2 * i + 1], 0, 1, 4, 5, 8, 9, 12, 13) +
               __builtin_shufflevector(pairs[2 * i], pairs[2 * i + 1], 2, 3, 6, 7, 10, 11, 14, 15);
  *(vector *)sums = __builtin_shufflevector(quads[0], quads[1], 0, 1, 4, 5, 8, 9, 12, 13) +
                    __builtin_shufflevector(quads[0], quads[1], 2, 3, 6, 7, 10, 11, 14, 15);
}
#elif BYTES == 32
INLINE void fold(vector s[WIDTH][PARTS], double *sums) {
  vector halves[PARTS];
  for (int p = 0; p < PARTS; p++) {
    vector ab = __builtin_shufflevector(s[0][p], s[1][p], 0, 4, 2, 6) +
                __builtin_shufflevector(s[0][p], s[1][p], 1, 5, 3, 7);
    vector cd = __builtin_shufflevector(s[2][p], s[3][p], 0, 4, 2, 6) +
                __builtin_shufflevector(s[2][p], s[3][p], 1, 5, 3, 7);
    halves[p] =
        __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  }
  *(vector *)sums = halves[0] + halves[1];
}
#else
INLINE void fold(vector s[WIDTH][PARTS], double *sums) {
  vector pairs[PARTS];
  for (int p = 0; p < PARTS; p++)
    pairs[p] = __builtin_shufflevector(s[0][p], s[1][p], 0, 2) +
               __builtin_shufflevector(s[0][p], s[1][p], 1, 3);
  *(vector *)sums = (pairs[0] + pairs[1]) + (pairs[2] + pairs[3]);
}
#endif

/* One such sum. */
INLINE double add_up(const vector s[PARTS]) {
  double lanes[SG_LANES];
  for (uint32_t part = 0; part < PARTS; part++) *(vector *)(lanes + part * WIDTH) = s[part];
  return sg_add_lanes(lanes);
}

typedef double quad __attribute__((vector_size(32), aligned(8), may_alias));

/* Four totals side by side. */
INLINE void put_quad(const sg_sums *p, double *to, const double *totals) {
  quad four = *(const quad *)totals;
  if (p->put != SG_PUT) four += 0.;
  if (p->put == SG_ADD_NUMBER) four += *(const quad *)to;
  *(quad *)to = four;
}

/* Eight samples of `rows` rows of d with as many of `inputs` rows of x; of none, d itself. The
 * first eight are what sums begin with. */
INLINE void add_products(const double *const d[SUM_ROWS], const double *const x[SUM_INPUTS],
                         uint32_t from, const uint32_t rows, const uint32_t inputs,
                         const bool begins, vector sums[SUM_ROWS * SUM_INPUTS][PARTS]) {
  for (uint32_t part = 0; part < PARTS; part++)
    for (uint32_t r = 0; r < rows; r++) {
      vector up = *(const vector *)(d[r] + from + part * WIDTH);
      if (inputs == 0 && begins) sums[r][part] = up;
      if (inputs == 0 && !begins) sums[r][part] += up;
      for (uint32_t i = 0; i < inputs; i++) {
        vector *sum = &sums[r * inputs + i][part];
        vector product = up * *(const vector *)(x[i] + from + part * WIDTH);
        if (!begins) product += *sum;
        *sum = product;
      }
    }
}

/* Where rows `first`, `first` + 1, ... begin. */
INLINE void find_rows(const double *matrix, size_t row, uint32_t first, const uint32_t count,
                      const double **rows) {
  for (uint32_t i = 0; i < count; i++) rows[i] = matrix + (first + i) * row;
}

/* `rows` rows of d with `inputs` rows of x; of none, the sums of d. */
INLINE void sum_tile(const sg_sums *p, uint32_t row, uint32_t k, const uint32_t rows,
                     const uint32_t inputs) {
  const uint32_t each = inputs > 0 ? inputs : 1, stride = p->inputs + p->has_bias;
  const double *d[SUM_ROWS], *x[SUM_INPUTS];
  vector sums[SUM_ROWS * SUM_INPUTS][PARTS];
  double totals[SUM_ROWS * SUM_INPUTS];
  bool few = p->samples < SG_LANES;
  find_rows(few ? p->d_rest : p->d, few ? SG_LANES : p->samples, row, rows, d);
  find_rows(few ? p->x_rest : p->x, few ? SG_LANES : p->samples, k, inputs, x);
  add_products(d, x, 0, rows, inputs, true, sums);
  for (uint32_t s = SG_LANES; s + SG_LANES <= p->samples; s += SG_LANES)
    add_products(d, x, s, rows, inputs, false, sums);
  if (!few && p->d_rest) {
    find_rows(p->d_rest, SG_LANES, row, rows, d);
    find_rows(p->x_rest, SG_LANES, k, inputs, x);
    add_products(d, x, 0, rows, inputs, false, sums);
  }
  for (uint32_t i = 0; i < rows * each; i++)
    if (rows * each % WIDTH != 0)
      totals[i] = add_up(sums[i]);
    else if (i % WIDTH == 0)
      fold(sums + i, totals + i);
  double *to = p->totals + (size_t)row * stride + k;
  for (uint32_t r = 0; r < rows; r++, to += stride)
    if (inputs == SUM_INPUTS)
      put_quad(p, to, totals + r * each);
    else
      *to = put_number(p->put, *to, totals[r]);
}

/* All rows of d. */
INLINE bool sum_all(const sg_sums *p, uint32_t k, const uint32_t inputs) {
  uint32_t row = 0;
  for (; row + SUM_ROWS <= p->rows; row += SUM_ROWS) {
    if (sg_interrupted) return false;
    sum_tile(p, row, k, SUM_ROWS, inputs);
  }
  for (; row < p->rows; row++) sum_tile(p, row, k, 1, inputs);
  return true;
}

/* A few rows of x stay close at hand for all rows of d. */
TARGET static bool sum(const sg_sums *p) {
  uint32_t k = 0;
  for (; k + SUM_INPUTS <= p->inputs; k += SUM_INPUTS)
    if (!sum_all(p, k, SUM_INPUTS)) return false;
  for (; k < p->inputs; k++)
    if (!sum_all(p, k, 1)) return false;
  return !p->has_bias || sum_all(p, k, 0);
}

const sg_product_kernels KERNELS = {NAME, multiply, sum};

#endif
