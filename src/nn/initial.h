/* sgrad: what parameters begin as.
 *
 * Numbers are drawn in the order of the parameters: neuron by neuron, its weights, then its bias;
 * a parameter that begins at 0 draws nothing. So the same seed gives the same network.
 */
#ifndef SG_NN_INITIAL_H
#define SG_NN_INITIAL_H

#include "base/random.h"
#include "nn/layer.h"

typedef enum sg_distribution { SG_DRAW_ZERO, SG_DRAW_UNIFORM, SG_DRAW_NORMAL } sg_distribution;

typedef struct sg_initial {
  const char *name;
  sg_distribution weights, biases;
  /* Uniform numbers lie in [-scale, scale), normal ones have that deviation. */
  double (*scale)(double inputs, double outputs);
  const char *formula; /* for people; nin and nout are the inputs and outputs of the layer */
  const char *source;
} sg_initial;

extern const sg_initial sg_initials[]; /* a row without a name ends */

const sg_initial *sg_initial_find(const char *name); /* NULL: none of that name */
/* Draws the sg_layer_count(layer) values of a layer. False: interrupted. */
bool sg_initial_draw(const sg_initial *initial, const sg_layer *layer, sg_random *random,
                     double *values);

#endif
