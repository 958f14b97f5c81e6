/* sgrad: looking up what lies behind a node: a bitmap read from high to low, in which operands are
 * marked on the way; then its runs. Between two searches it is zero. */
#include "graph/reach.h"

#include <string.h>

enum { LOOKS = 65536, SHARE = 16, MOST = 3 };

#define NONE UINT32_MAX

typedef struct search {
  sg_tape *tape;
  uint64_t *bits;
  uint32_t looks; /* that are left */
  uint32_t most;  /* nodes that are few */
} search;

static bool reserve(sg_tape *tape, uint32_t words, uint32_t runs) {
  uint32_t old_words = tape->reach_words;
  if (!sg_reserve(tape->memory, (void **)&tape->reached, &tape->reached_capacity, runs,
                  sizeof *tape->reached) ||
      !sg_reserve(tape->memory, (void **)&tape->reach_bits, &tape->reach_words, words,
                  sizeof *tape->reach_bits))
    return false;
  uint32_t more = tape->reach_words - old_words;
  if (more > 0) memset(tape->reach_bits + old_words, 0, more * sizeof *tape->reach_bits);
  return true;
}

/* ---- marking ---- */

static bool mark(search *s, sg_node node) {
  if (s->looks == 0) return false;
  s->looks--;
  s->bits[node >> 6] |= UINT64_C(1) << (node & 63);
  return true;
}

static bool mark_run(search *s, sg_node first, uint32_t count) {
  if (s->looks == 0 || count > s->most) return false;
  s->looks--;
  for (sg_node node = first, end = first + count, next; node < end; node = next) {
    uint64_t bits = ~UINT64_C(0) << (node & 63);
    next = (node | 63) + 1;
    if (next > end) bits &= ~(~UINT64_C(0) << (end & 63));
    s->bits[node >> 6] |= bits;
  }
  return true;
}

static bool mark_runs(search *s, sg_node node, uint32_t operands) {
  for (uint32_t k = 0, run; k < operands; k += run) {
    sg_node first;
    run = sg_node_operand_run(s->tape, node, k, &first);
    if (!mark_run(s, first, run)) return false;
  }
  return true;
}

/* A block with all of its outputs, of which `*node` is the highest marked; it becomes the first. */
static bool mark_block(search *s, sg_node *node) {
  const sg_tape *tape = s->tape;
  const uint32_t *args = tape->args + tape->operands[*node].a;
  *node -= tape->operands[*node].b;
  if (!mark_run(s, *node, args[1])) return false;
  if (sg_node_is_shaped(tape, *node)) return mark_runs(s, *node, args[0]);
  for (uint32_t k = 0; k < args[0]; k++)
    if (!mark(s, args[SG_ARGS_HEADER + k])) return false;
  return true;
}

/* Marks what the node is computed from; moves to the lowest node that is done with by that. */
static bool visit(search *s, sg_node *node) {
  const sg_tape *tape = s->tape;
  sg_operands operands = tape->operands[*node];
  switch (sg_op_arities[tape->op[*node]]) {
  case 0: *node = sg_tape_first_leaf(tape, *node, 0); return true;
  case 1: return mark(s, operands.a);
  case 2: return mark(s, operands.a) && mark(s, operands.b);
  default: return mark_block(s, node);
  }
}

/* ---- reading ---- */

/* The highest node below `end` whose bit differs from those of `flip`, or NONE. */
static sg_node find_below(const uint64_t *bits, sg_node end, uint64_t flip) {
  uint32_t word = end >> 6;
  uint64_t here = (bits[word] ^ flip) & ((UINT64_C(1) << (end & 63)) - 1);
  while (here == 0 && word > 0) here = bits[--word] ^ flip;
  return here ? word << 6 | (63 - (uint32_t)__builtin_clzll(here)) : NONE;
}

/* Writes the runs from high to low. Each has cost a look, so there is room. 0: they are too many
 * nodes. */
static uint32_t list_runs(const search *s, sg_node end) {
  uint32_t count = 0, left = s->most;
  for (sg_node high; (high = find_below(s->bits, end, 0)) != NONE; count++) {
    sg_node gap = find_below(s->bits, high, ~UINT64_C(0));
    end = gap == NONE ? 0 : gap + 1;
    if (high - end >= left) return 0;
    left -= high - end + 1;
    s->tape->reached[count] = (sg_node_run){end, high - end + 1};
  }
  return count;
}

bool sg_reach_find(sg_tape *tape, sg_node y, uint32_t *count) {
  sg_node top = sg_node_first_output(tape, y) + sg_node_output_count(tape, y) - 1;
  uint32_t words = ((top + 1) >> 6) + 1;
  uint32_t looks = top / SHARE < LOOKS ? top / SHARE : LOOKS;
  if (looks == 0 || !reserve(tape, words, looks)) return false;
  search s = {.tape = tape, .bits = tape->reach_bits, .looks = looks, .most = top / MOST};
  bool fits = mark(&s, y);
  for (sg_node node = top + 1; fits && (node = find_below(s.bits, node, 0)) != NONE;)
    fits = visit(&s, &node);
  *count = fits ? list_runs(&s, top + 1) : 0;
  memset(s.bits, 0, words * sizeof *s.bits);
  return *count > 0;
}
