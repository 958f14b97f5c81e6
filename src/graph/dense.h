/* sgrad: a dense layer while it is swept. Internal to dense*.c.
 *
 * d holds what reaches each sum before its activation, laid out as the outputs. Where nothing
 * reaches, because an output was not reached or its activation did not select it, d is -0.0; or 0,
 * where that does the same.
 */
#ifndef SG_GRAPH_DENSE_H
#define SG_GRAPH_DENSE_H

#include "graph/product.h"
#include "graph/shaped_block.h"

/* What the sweep works with, laid out in scratch. */
typedef struct sg_layer {
  const sg_shaped_block *block;
  sg_dense shape;
  uint32_t stride;   /* from the parameters of a neuron to those of the next */
  const double *d;   /* [outputs][samples] */
  double *room;      /* [outputs][samples] for d, unless that is what reached the outputs */
  double *d_rest;    /* [outputs][8] the last columns of d, as sg_sums wants them */
  double *x_rest;    /* [inputs][8] the same of x */
  double *totals;    /* [outputs][stride] what the parameters get */
  double *products;  /* [inputs][samples] what x gets */
  uint64_t *numbers; /* [samples] 0 where no output passes on a number */
  uint64_t *neurons; /* [outputs] the same for each row of d */
  uint64_t *touched; /* [samples] 0 where no number reached an output */
  uint64_t *skipped; /* [samples / 64, rounded up] bits where an output was not selected */
} sg_layer;

/* Whether d has a number somewhere; notes where in `numbers`, which begins as 0. */
uint64_t sg_layer_find_numbers(const double *d, uint64_t *numbers, uint32_t count);
/* The sums that the parameters get, once the rests are made. */
sg_sums sg_layer_sums(const sg_layer *layer, double *to, sg_putting put);
void sg_layer_make_rests(const sg_layer *layer);
/* The products that x gets. */
sg_product sg_layer_product(const sg_layer *layer, double *to, sg_putting put);
/* y += x + 0.0: x are numbers. */
void sg_layer_add(double *y, const double *x, uint32_t count);

/* Sweeps, once d is made: where some of it may be no number, and with one sample. */
bool sg_layer_sweep_some(const sg_layer *layer);
bool sg_layer_sweep_single(const sg_layer *layer);

#endif
