/* sgrad: dense layers: their shapes, activations and parameters.
 *
 * Invariant: the parameters of a layer are consecutive leaves, neuron by neuron: the weights of its
 * inputs in their order, then its bias if there is one. Layers that are made one after another
 * follow each other on the tape, so that a whole network is one run. Collections keep the leaves
 * together as long as somebody holds all of them (sg_trace_nodes), and tell where they went.
 */
#ifndef SG_NN_LAYER_H
#define SG_NN_LAYER_H

#include "graph/shaped.h"

/* What a neuron makes of its weighted sum: a row of ops.def with one operand, or one of those with
 * a second, constant one. */
typedef struct sg_activation {
  sg_op op;
  double constant; /* leaky_relu's slope, elu's alpha; 0 where there is none */
} sg_activation;

#define SG_IDENTITY ((sg_activation){SG_OP_IDENTITY, 0})

/* By the name of the function: "relu". False: there is none of that name. */
bool sg_activation_find(const char *name, sg_activation *out);
/* The same by the operation. False: it is no activation. */
bool sg_activation_from(sg_op op, sg_activation *out);
const char *sg_activation_name(sg_activation activation);
/* The name of the k-th activation, NULL past the last: for near names and tests. */
const char *sg_activation_get(uint32_t k);

typedef struct sg_layer {
  uint32_t inputs;  /* at least 1 */
  uint32_t outputs; /* neurons, at least 1 */
  bool has_bias;
  sg_activation activation;
  sg_node first; /* of its parameters */
} sg_layer;

/* Parameters of one neuron, and of all. */
static inline uint32_t sg_layer_stride(const sg_layer *layer) {
  return layer->inputs + layer->has_bias;
}
static inline uint32_t sg_layer_count(const sg_layer *layer) {
  return layer->outputs * sg_layer_stride(layer);
}
/* Whether so many parameters, and the nodes of one sample, fit on a tape. */
bool sg_layer_fits(const sg_layer *layer);

/* Makes the leaves, with the values given, and sets `first`. False: out of memory or interrupted,
 * and nothing made. */
bool sg_layer_make(sg_tape *tape, sg_layer *layer, const double *values);
/* One of its neurons: a layer with one output, of the same leaves. */
sg_layer sg_layer_neuron(const sg_layer *layer, uint32_t k);

/* "neurons[3].w[1]" or "neurons[3].b": what its k-th parameter is called; as snprintf. */
int sg_layer_parameter_name(const sg_layer *layer, uint32_t k, char *out, size_t size);

#endif
