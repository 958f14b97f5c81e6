/* sgrad: the networks of SPEED.md's W1 and W4 in hand-written C: the mark that sgrad is held to.
 *
 * Compiled -O3 -march=native -ffast-math, for these sizes alone. Layouts are sgrad's: samples of a
 * batch side by side, parameters neuron by neuron with the bias last. Each does one step of SGD,
 * full batch, and gives the loss that it started from.
 */
#ifndef SG_BENCH_NETWORKS_H
#define SG_BENCH_NETWORKS_H

enum { MOONS = 100, BATCH = 64 };
enum {
  MOONS_PARAMETERS = 3 * 16 + 17 * 16 + 17,
  LARGE_PARAMETERS = 785 * 32 + 33 * 10,
  SMALL_PARAMETERS = 65 * 32 + 33 * 10
};

/* 2-16-16-1, relu, hinge, 1e-4 times the sum of squares; y is -1 or 1. */
double hand_moons(double *parameters, const double *x, const double *y, double rate);
/* 784-32-10 and 64-32-10, relu, softmax cross entropy, mean of the batch. */
double hand_large(double *parameters, const double *x, const double *classes, double rate);
double hand_small(double *parameters, const double *x, const double *classes, double rate);

#endif
