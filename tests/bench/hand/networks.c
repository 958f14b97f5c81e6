/* sgrad: W1 and W4 by hand: loops over known sizes, vectorised over the samples by the compiler. */
#include "networks.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* Tiles as the machine's registers hold them. */
#ifdef __AVX512F__
enum { LANES = 8, VECTORS = 4, NEURONS = 4 };
#define ADD_LANES(t) (((t[0] + t[1]) + (t[2] + t[3])) + ((t[4] + t[5]) + (t[6] + t[7])))
#else
enum { LANES = 4, VECTORS = 2, NEURONS = 2 };
#define ADD_LANES(t) ((t[0] + t[1]) + (t[2] + t[3]))
#endif
enum { WIDTH = LANES * VECTORS };

typedef double vector __attribute__((vector_size(8 * LANES), aligned(8)));

/* Four neurons and WIDTH samples at a time, sums in registers. */
INLINE void forward_tile(int inputs, int n, const double *p, const double *x, double *z) {
  vector sums[4][VECTORS];
  for (int j = 0; j < 4; j++)
    for (int v = 0; v < VECTORS; v++) sums[j][v] = p[j * (inputs + 1) + inputs] - (vector){0};
  for (int k = 0; k < inputs; k++)
    for (int j = 0; j < 4; j++)
      for (int v = 0; v < VECTORS; v++)
        sums[j][v] += p[j * (inputs + 1) + k] * *(const vector *)(x + k * n + LANES * v);
  for (int j = 0; j < 4; j++)
    for (int v = 0; v < VECTORS; v++) *(vector *)(z + j * n + LANES * v) = sums[j][v];
}

/* z[j][s] = b[j] + sum over k of w[j][k] * x[k][s]. */
INLINE void forward(int inputs, int outputs, int n, const double *restrict p,
                    const double *restrict x, double *restrict z) {
  int tiled = n % WIDTH == 0 ? outputs / 4 * 4 : 0;
  for (int j = 0; j < tiled; j += 4)
    for (int s = 0; s < n; s += WIDTH)
      forward_tile(inputs, n, p + j * (inputs + 1), x + s, z + j * n + s);
  for (int j = tiled; j < outputs; j++) {
    const double *w = p + j * (inputs + 1);
    double *row = z + j * n;
    for (int s = 0; s < n; s++) row[s] = w[inputs];
    int k = 0;
    for (; k + 4 <= inputs; k += 4)
      for (int s = 0; s < n; s++)
        row[s] += w[k] * x[k * n + s] + w[k + 1] * x[(k + 1) * n + s] +
                  w[k + 2] * x[(k + 2) * n + s] + w[k + 3] * x[(k + 3) * n + s];
    for (; k < inputs; k++)
      for (int s = 0; s < n; s++) row[s] += w[k] * x[k * n + s];
  }
}

INLINE void relu(int count, double *y) {
  for (int k = 0; k < count; k++) y[k] = y[k] > 0. ? y[k] : 0.;
}

/* NEURONS neurons and four inputs at a time: each vector is loaded once for several sums. */
INLINE void update_tile(int inputs, int n, double *p, const double *x, const double *d,
                        double rate) {
  vector sums[NEURONS][4] = {{{0}}};
  for (int s = 0; s < n; s += LANES)
    for (int j = 0; j < NEURONS; j++)
      for (int k = 0; k < 4; k++)
        sums[j][k] += *(const vector *)(d + j * n + s) * *(const vector *)(x + k * n + s);
  for (int j = 0; j < NEURONS; j++)
    for (int k = 0; k < 4; k++) {
      vector t = sums[j][k];
      p[j * (inputs + 1) + k] -= rate * ADD_LANES(t);
    }
}

INLINE void update_bias(int inputs, int n, double *p, const double *row, double rate,
                        double decay) {
  double bias = 0.;
  for (int s = 0; s < n; s++) bias += row[s];
  p[inputs] -= rate * (bias + decay * p[inputs]);
}

/* The gradient of the parameters, and a step along it: nothing is kept. */
INLINE void update(int inputs, int outputs, int n, double *restrict p, const double *restrict x,
                   const double *restrict d, double rate, double decay) {
  int j = 0;
  bool fits = n % LANES == 0 && inputs % 4 == 0 && decay == 0.;
  int tiled = fits ? outputs / NEURONS * NEURONS : 0;
  for (int k = 0; tiled > 0 && k < inputs; k += 4)
    for (j = 0; j < tiled; j += NEURONS)
      update_tile(inputs, n, p + j * (inputs + 1) + k, x + k * n, d + j * n, rate);
  for (j = 0; j < tiled; j++) update_bias(inputs, n, p + j * (inputs + 1), d + j * n, rate, 0.);
  for (; j < outputs; j++) {
    double *w = p + j * (inputs + 1);
    const double *row = d + j * n;
    for (int k = 0; k < inputs; k++) {
      double g = 0.;
      for (int s = 0; s < n; s++) g += row[s] * x[k * n + s];
      w[k] -= rate * (g + decay * w[k]);
    }
    update_bias(inputs, n, w, row, rate, decay);
  }
}

/* d[k][s] = sum over j of w[j][k] * up[j][s], where the layer below was active. */
INLINE void backward(int inputs, int outputs, int n, const double *restrict p,
                     const double *restrict up, const double *restrict y, double *restrict d) {
  for (int k = 0; k < inputs; k++) {
    double *row = d + k * n;
    for (int s = 0; s < n; s++) row[s] = 0.;
    for (int j = 0; j < outputs; j++) {
      double w = p[j * (inputs + 1) + k];
      for (int s = 0; s < n; s++) row[s] += w * up[j * n + s];
    }
    for (int s = 0; s < n; s++) row[s] = y[k * n + s] > 0. ? row[s] : 0.;
  }
}

double hand_moons(double *p, const double *x, const double *t, double rate) {
  static const double decay = 1e-4;
  double y1[16 * MOONS], y2[16 * MOONS], scores[MOONS], d1[16 * MOONS], d2[16 * MOONS], d3[MOONS];
  double *p2 = p + 3 * 16, *p3 = p2 + 17 * 16, loss = 0., squares = 0.;
  forward(2, 16, MOONS, p, x, y1);
  relu(16 * MOONS, y1);
  forward(16, 16, MOONS, p2, y1, y2);
  relu(16 * MOONS, y2);
  forward(16, 1, MOONS, p3, y2, scores);
  for (int s = 0; s < MOONS; s++) {
    double margin = 1. - t[s] * scores[s];
    loss += margin > 0. ? margin : 0.;
    d3[s] = margin > 0. ? -t[s] / MOONS : 0.;
  }
  for (int k = 0; k < MOONS_PARAMETERS; k++) squares += p[k] * p[k];
  backward(16, 1, MOONS, p3, d3, y2, d2);
  backward(16, 16, MOONS, p2, d2, y1, d1);
  update(16, 1, MOONS, p3, y2, d3, rate, 2. * decay);
  update(16, 16, MOONS, p2, y1, d2, rate, 2. * decay);
  update(2, 16, MOONS, p, x, d1, rate, 2. * decay);
  return loss / MOONS + decay * squares;
}

INLINE double classify(int inputs, double *p, const double *x, const double *classes, double rate) {
  double y[32 * BATCH], scores[10 * BATCH], d1[32 * BATCH], d2[10 * BATCH], loss = 0.;
  double *p2 = p + (inputs + 1) * 32;
  forward(inputs, 32, BATCH, p, x, y);
  relu(32 * BATCH, y);
  forward(32, 10, BATCH, p2, y, scores);
  for (int s = 0; s < BATCH; s++) {
    int class = (int)classes[s];
    double largest = scores[s], sum = 0., e[10];
    for (int k = 1; k < 10; k++)
      largest = scores[k * BATCH + s] > largest ? scores[k * BATCH + s] : largest;
    for (int k = 0; k < 10; k++) sum += e[k] = exp(scores[k * BATCH + s] - largest);
    loss += log(sum) + largest - scores[class * BATCH + s];
    for (int k = 0; k < 10; k++) d2[k * BATCH + s] = (e[k] / sum - (k == class)) / BATCH;
  }
  backward(32, 10, BATCH, p2, d2, y, d1);
  update(32, 10, BATCH, p2, y, d2, rate, 0.);
  update(inputs, 32, BATCH, p, x, d1, rate, 0.);
  return loss / BATCH;
}

double hand_large(double *p, const double *x, const double *classes, double rate) {
  return classify(784, p, x, classes, rate);
}

double hand_small(double *p, const double *x, const double *classes, double rate) {
  return classify(64, p, x, classes, rate);
}
