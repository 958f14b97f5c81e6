/* sgrad tests: W2 and W6 on the engine alone, from C: the chain of chain.sg. Prints nanoseconds an
 * operation forward and backward, the last value, the gradient by w, and bytes a node. */
#include "graph/backward.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool run(sg_tape *tape, sg_value x, sg_value w, long turns, sg_value *s) {
  const sg_value thousand = sg_number(1000);
  for (long i = 0; i < turns; i++) {
    sg_value product;
    if (!sg_apply2(tape, SG_OP_MUL, x, w, &product)) return false;
    if (!sg_apply2(tape, SG_OP_SUB, product, *s, s)) return false;
    if (i % 5 != 4) continue;
    if (!sg_apply2(tape, SG_OP_DIV, *s, thousand, s)) return false;
    if (!sg_apply1(tape, SG_OP_TANH, *s, s)) return false;
    if (!sg_apply2(tape, SG_OP_MUL, thousand, *s, s)) return false;
  }
  return true;
}

int main(int argc, char **argv) {
  long turns = (argc > 1 ? atol(argv[1]) : 10000000) / 13 * 5;
  sg_memory memory;
  sg_tape tape;
  sg_error error;
  sg_value x, w, s;
  sg_memory_init(&memory);
  sg_tape_init(&tape, &memory);
  sg_error_clear(&error);
  bool ok =
      sg_tape_leaf(&tape, 0.5, &x) && sg_tape_leaf(&tape, 1.5, &w) && sg_tape_leaf(&tape, 0.25, &s);
  double start = now();
  ok = ok && run(&tape, x, w, turns, &s);
  double middle = now();
  ok = ok && sg_tape_backward(&tape, sg_as_node(s), &error);
  double end = now();
  if (!ok) {
    fprintf(stderr, "engine: out of memory\n");
    return 1;
  }
  double unit = 1e9 / ((double)turns / 5 * 13);
  printf("%.3f %.3f %.17g %.17g %.1f\n", (middle - start) * unit, (end - middle) * unit,
         sg_tape_value(&tape, s), sg_node_grad(&tape, sg_as_node(w)),
         (double)memory.used / tape.count);
  sg_tape_clear(&tape);
  return 0;
}
