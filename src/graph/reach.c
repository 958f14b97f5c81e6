/* sgrad: looking up what lies behind a node: breadth first with a bitmap, then put in order by
 * reading the bitmap, which leaves it zero. */
#include "graph/reach.h"

#include <string.h>

enum { REACH_LIMIT = 65536, REACH_SHARE = 16 };

typedef struct search {
  sg_tape *tape;
  uint32_t count;
  uint32_t limit;
} search;

static bool reserve(sg_tape *tape, uint32_t words, uint32_t limit) {
  uint32_t old_words = tape->reach_words;
  if (!sg_reserve(tape->memory, (void **)&tape->reached, &tape->reached_capacity, limit,
                  sizeof *tape->reached) ||
      !sg_reserve(tape->memory, (void **)&tape->reach_bits, &tape->reach_words, words,
                  sizeof *tape->reach_bits))
    return false;
  uint32_t more = tape->reach_words - old_words;
  if (more > 0) memset(tape->reach_bits + old_words, 0, more * sizeof *tape->reach_bits);
  return true;
}

static bool add(search *s, sg_node node) {
  uint64_t *word = &s->tape->reach_bits[node >> 6];
  uint64_t bit = UINT64_C(1) << (node & 63);
  if (*word & bit) return true;
  if (s->count == s->limit) return false;
  *word |= bit;
  s->tape->reached[s->count++] = node;
  return true;
}

static bool visit_operands(search *s, sg_node node) {
  const sg_tape *tape = s->tape;
  uint32_t count = sg_node_operand_count(tape, node);
  for (uint32_t k = 0; k < count; k++)
    if (!add(s, sg_node_operand(tape, node, k))) return false;
  return true;
}

/* The same where many may be consecutive. */
static bool visit_runs(search *s, sg_node node) {
  uint32_t count = sg_node_operand_count(s->tape, node), run = 0;
  for (uint32_t k = 0; k < count; k += run) {
    sg_node first;
    run = sg_node_operand_run(s->tape, node, k, &first);
    if (run > s->limit) return false;
    for (uint32_t i = 0; i < run; i++)
      if (!add(s, first + i)) return false;
  }
  return true;
}

static bool is_added(const search *s, sg_node node) {
  return s->tape->reach_bits[node >> 6] >> (node & 63) & 1;
}

/* A block has its operands visited from its first output alone, which the others add, once. */
static bool visit(search *s, sg_node node) {
  const sg_tape *tape = s->tape;
  if (sg_node_is_block(tape, node)) {
    sg_node first = sg_node_first_output(tape, node);
    uint32_t outputs = sg_node_output_count(tape, node);
    if (node != first && is_added(s, first)) return true;
    if (outputs > s->limit) return false;
    for (uint32_t k = 0; k < outputs; k++)
      if (!add(s, first + k)) return false;
    if (node != first) return true;
  }
  return sg_node_is_shaped(tape, node) ? visit_runs(s, node) : visit_operands(s, node);
}

static void forget(const search *s) {
  for (uint32_t i = 0; i < s->count; i++) s->tape->reach_bits[s->tape->reached[i] >> 6] = 0;
}

/* Writes the nodes from high to low, and clears their bits. */
static void put_in_order(const search *s, sg_node top) {
  uint32_t done = 0;
  for (uint32_t word = (top >> 6) + 1; done < s->count;) {
    uint64_t bits = s->tape->reach_bits[--word];
    s->tape->reach_bits[word] = 0;
    for (; bits; bits &= ~(UINT64_C(1) << (63 - __builtin_clzll(bits))))
      s->tape->reached[done++] = word << 6 | (63 - (uint32_t)__builtin_clzll(bits));
  }
}

bool sg_reach_find(sg_tape *tape, sg_node y, uint32_t *count) {
  sg_node top = sg_node_first_output(tape, y) + sg_node_output_count(tape, y) - 1;
  uint32_t limit = top / REACH_SHARE < REACH_LIMIT ? top / REACH_SHARE : REACH_LIMIT;
  if (limit == 0 || !reserve(tape, (top >> 6) + 1, limit)) return false;
  search s = {.tape = tape, .limit = limit};
  bool fits = add(&s, y);
  for (uint32_t next = 0; fits && next < s.count; next++) fits = visit(&s, tape->reached[next]);
  if (fits)
    put_in_order(&s, top);
  else
    forget(&s);
  *count = s.count;
  return fits;
}
