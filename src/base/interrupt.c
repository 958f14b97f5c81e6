/* sgrad: Ctrl-C. */
#include "base/interrupt.h"

volatile sig_atomic_t sg_interrupted;
