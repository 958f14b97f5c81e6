/* sgrad: speed of the tape from C: the chain of SPEED.md's W2, forward and backward.
 *
 * s = x*w - s, and s = 1000*tanh(s/1000) as every tenth round: 10^7 operations (or argv[1]), whose
 * adjoint does not fade. Prints nanoseconds an operation, the first round on fresh memory and the
 * best of the later ones on reused memory, and bytes a node.
 */
#include "graph/backward.h"
#include "graph/collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { ROUNDS = 5 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double resident(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss * 1024.;
}

/* At least `operations` operations; the last value. */
static bool build(sg_tape *tape, uint32_t operations, sg_value x, sg_value w, sg_value *s) {
  bool ok = sg_tape_leaf(tape, 0.5, s);
  sg_value product, thousand = sg_number(1000.);
  for (uint32_t done = 0, round = 1; ok && done < operations; round++) {
    if (round % 10 != 0) {
      ok = sg_apply2(tape, SG_OP_MUL, x, w, &product) && sg_apply2(tape, SG_OP_SUB, product, *s, s);
      done += 2;
    } else {
      ok = sg_apply2(tape, SG_OP_DIV, *s, thousand, s) && sg_apply1(tape, SG_OP_TANH, *s, s) &&
           sg_apply2(tape, SG_OP_MUL, thousand, *s, s);
      done += 3;
    }
  }
  return ok;
}

/* Only the leaves stay. */
static bool drop(sg_tape *tape, sg_value *x, sg_value *w) {
  sg_collection collection;
  sg_collect_fully(tape);
  bool ok = sg_collect_begin(&collection, tape);
  if (ok) {
    sg_collect_hold(&collection, sg_as_node(*x));
    sg_collect_hold(&collection, sg_as_node(*w));
    ok = sg_collect_find(&collection) && sg_collect_slide(&collection);
    *x = sg_node_value(sg_collect_moved(&collection, sg_as_node(*x)));
    *w = sg_node_value(sg_collect_moved(&collection, sg_as_node(*w)));
  }
  sg_collect_end(&collection);
  return ok;
}

static bool run(sg_tape *tape, uint32_t operations) {
  sg_value x, w, s;
  sg_error error = {0};
  double before = resident();
  if (!sg_tape_leaf(tape, 1.25, &x) || !sg_tape_leaf(tape, 0.75, &w)) return false;
  double best_forward = INFINITY, best_backward = INFINITY;
  for (int round = 0; round < ROUNDS; round++) {
    double start = now();
    if (!build(tape, operations, x, w, &s)) return false;
    double middle = now(), live = resident();
    if (!sg_tape_backward(tape, sg_as_node(s), &error)) return false;
    double forward = (middle - start) / operations, backward = (now() - middle) / operations;
    if (round == 0)
      printf("fresh memory: forward %.2f ns/op, backward %.2f ns/op, %.1f bytes a node, %.1f with "
             "its gradient; d/dx %.6g\n",
             forward, backward, (live - before) / tape->count, (resident() - before) / tape->count,
             sg_node_grad(tape, sg_as_node(x)));
    best_forward = fmin(best_forward, forward);
    best_backward = fmin(best_backward, backward);
    if (!drop(tape, &x, &w)) return false;
  }
  printf("reused memory: forward %.2f ns/op, backward %.2f ns/op\n", best_forward, best_backward);
  return true;
}

int main(int argc, char **argv) {
  sg_memory memory;
  sg_memory_init(&memory);
  sg_tape tape;
  sg_tape_init(&tape, &memory);
  bool ok = run(&tape, argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000000);
  sg_tape_clear(&tape);
  if (!ok) fprintf(stderr, "bench_tape: out of memory\n");
  return !ok;
}
