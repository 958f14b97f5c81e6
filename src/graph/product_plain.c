/* sgrad: products of matrices by the vectors that every machine has. */
#include "graph/product_kernels.h"
