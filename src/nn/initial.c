/* sgrad: the table of initialisations. */
#include "nn/initial.h"

#include "base/interrupt.h"

#include <math.h>

static double scale_zeros(double inputs, double outputs) {
  (void)inputs, (void)outputs;
  return 0;
}

static double scale_micrograd(double inputs, double outputs) {
  (void)inputs, (void)outputs;
  return 1;
}

static double scale_torch(double inputs, double outputs) {
  (void)outputs;
  return 1 / sqrt(inputs);
}

static double scale_xavier(double inputs, double outputs) { return sqrt(6 / (inputs + outputs)); }

static double scale_he(double inputs, double outputs) {
  (void)outputs;
  return sqrt(2 / inputs);
}

const sg_initial sg_initials[] = {
    {"micrograd", SG_DRAW_UNIFORM, SG_DRAW_ZERO, scale_micrograd, "w uniform(-1, 1), b 0",
     "micrograd's Neuron"},
    {"torch", SG_DRAW_UNIFORM, SG_DRAW_UNIFORM, scale_torch,
     "w and b uniform(-1/sqrt(nin), 1/sqrt(nin))", "PyTorch's nn.Linear"},
    {"xavier", SG_DRAW_UNIFORM, SG_DRAW_ZERO, scale_xavier,
     "w uniform(-s, s) with s = sqrt(6/(nin + nout)), b 0", "Glorot and Bengio 2010"},
    {"he", SG_DRAW_NORMAL, SG_DRAW_ZERO, scale_he, "w normal(0, sqrt(2/nin)), b 0",
     "He et al. 2015"},
    {"lecun", SG_DRAW_NORMAL, SG_DRAW_ZERO, scale_torch, "w normal(0, sqrt(1/nin)), b 0",
     "LeCun et al. 1998"},
    {"zeros", SG_DRAW_ZERO, SG_DRAW_ZERO, scale_zeros, "all 0", "to start where you like"},
    {.name = NULL},
};

const sg_initial *sg_initial_find(const char *name) {
  for (const sg_initial *row = sg_initials; row->name; row++)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

static double draw(sg_distribution distribution, double scale, sg_random *random) {
  switch (distribution) {
  case SG_DRAW_UNIFORM: return scale * (2 * sg_random_unit(random) - 1);
  case SG_DRAW_NORMAL: return scale * sg_random_normal(random);
  default: return 0;
  }
}

bool sg_initial_draw(const sg_initial *initial, const sg_layer *layer, sg_random *random,
                     double *values) {
  double scale = initial->scale(layer->inputs, layer->outputs);
  uint32_t stride = sg_layer_stride(layer), count = sg_layer_count(layer);
  SG_EACH (i, 0, count) {
    bool is_weight = i % stride < layer->inputs;
    values[i] = draw(is_weight ? initial->weights : initial->biases, scale, random);
  }
  return !sg_gave_up(count);
}
