/* sgrad: derivatives as graph: the reverse sweep with numbers of the graph for adjoints.
 *
 * Only what y depends on and what depends on an x is visited: `reached` going down from y, `active`
 * going up from the lowest x. Adjoints lie in an array by rank among the active nodes. A block is
 * expanded above y, and the sweep of its expansion ends in the adjoints of its operands.
 */
#include "graph/backward.h"

#include "graph/formula.h"
#include "graph/sweep.h"

#include <assert.h>

enum { POLL_WORDS = 16, POLL_NODES = 1024 };

/* No adjoint yet: not a number. */
#define ABSENT ((sg_value){SG_TAG_CONSTANT})

/* A node of an expansion. */
typedef struct inner {
  sg_value adjoint;
  bool active;
} inner;

typedef struct gradient {
  sg_tape *tape;
  sg_node y;
  uint32_t words;     /* of each bitmap: y's is the last */
  uint64_t *reached;  /* a bit a node: y, or an ancestor of it */
  uint64_t *active;   /* a bit a node: reached, and an x or computed from one */
  uint32_t *ranks;    /* active bits before each word */
  sg_value *adjoints; /* [adjoint_count] */
  uint32_t adjoint_count;
  sg_node expanded; /* inners[i] is of node expanded + i */
  struct {
    inner *items;
    uint32_t count;
    uint32_t capacity;
  } inners;
  struct {
    sg_value *items; /* operands of a block, then its outputs */
    uint32_t capacity;
  } numbers;
  sg_error *error;
} gradient;

static bool has(const uint64_t *bits, sg_node node) { return bits[node >> 6] >> (node & 63) & 1; }

static void set(uint64_t *bits, sg_node node) { bits[node >> 6] |= UINT64_C(1) << (node & 63); }

static bool poll(const gradient *g) { return !sg_interrupted || sg_fail_interrupt(g->error); }

/* After a loop in pieces. */
static bool is_whole(const gradient *g, uint32_t count) {
  return !sg_gave_up(count) || sg_fail_interrupt(g->error);
}

static bool fail_memory(const gradient *g) { return sg_fail_memory(g->error); }

/* ---- which nodes take part ---- */

/* Outputs of one block have the same operands: `last` saves looking at them again. */
static bool is_repeated(const sg_tape *tape, sg_node node, sg_node *last) {
  if (!sg_node_is_block(tape, node)) return false;
  sg_node first = sg_node_first_output(tape, node);
  bool repeated = *last == first;
  *last = first;
  return repeated;
}

static bool reach_operands(gradient *g, sg_node node) {
  if (node < g->tape->last_change && sg_node_is_stale(g->tape, node))
    return sg_fail_stale(g->error);
  uint32_t count = sg_node_operand_count(g->tape, node), run = 0;
  for (uint32_t k = 0; k < count && !sg_gave_up(k); k += run) {
    sg_node first;
    run = sg_node_operand_run(g->tape, node, k, &first);
    SG_EACH (i, 0, run) set(g->reached, first + i);
  }
  return is_whole(g, count);
}

/* Down to `lowest`: below it nothing depends on an x. */
static bool reach(gradient *g, sg_node lowest) {
  sg_node last = UINT32_MAX;
  set(g->reached, g->y);
  for (uint32_t word = g->words; word-- > lowest >> 6;) {
    if (word % POLL_WORDS == 0 && !poll(g)) return false;
    uint64_t below = ~UINT64_C(0);
    while (g->reached[word] & below) {
      uint32_t bit = 63 - (uint32_t)__builtin_clzll(g->reached[word] & below);
      below = (UINT64_C(1) << bit) - 1;
      sg_node node = word << 6 | bit;
      if (!is_repeated(g->tape, node, &last) && !reach_operands(g, node)) return false;
    }
  }
  return true;
}

static bool depends(const gradient *g, sg_node node) {
  uint32_t count = sg_node_operand_count(g->tape, node), run = 0;
  for (uint32_t k = 0; k < count && !sg_gave_up(k); k += run) {
    sg_node first;
    run = sg_node_operand_run(g->tape, node, k, &first);
    SG_EACH (i, 0, run)
      if (has(g->active, first + i)) return true;
  }
  return false;
}

/* Up from the lowest x, whose bits are set in `active`; counts ranks on the way. */
static bool activate(gradient *g, sg_node lowest) {
  sg_node last = UINT32_MAX;
  bool last_depends = false;
  for (uint32_t word = lowest >> 6; word < g->words; word++) {
    if (word % POLL_WORDS == 0 && !poll(g)) return false;
    g->ranks[word] = g->adjoint_count;
    for (uint64_t rest = g->reached[word]; rest; rest &= rest - 1) {
      sg_node node = word << 6 | (uint32_t)__builtin_ctzll(rest);
      if (!is_repeated(g->tape, node, &last)) last_depends = depends(g, node);
      if (last_depends) set(g->active, node);
    }
    g->active[word] &= g->reached[word];
    g->adjoint_count += (uint32_t)__builtin_popcountll(g->active[word]);
  }
  return true;
}

/* ---- adjoints ---- */

/* Where the adjoint of a node lies; NULL for what depends on no x. */
static sg_value *find_adjoint(const gradient *g, sg_node node) {
  if (node > g->y) {
    if (node < g->expanded || node - g->expanded >= g->inners.count) return NULL;
    inner *n = &g->inners.items[node - g->expanded];
    return n->active ? &n->adjoint : NULL;
  }
  if (!has(g->active, node)) return NULL;
  uint64_t below = g->active[node >> 6] & ((UINT64_C(1) << (node & 63)) - 1);
  return &g->adjoints[g->ranks[node >> 6] + (uint32_t)__builtin_popcountll(below)];
}

static bool add_adjoint(const gradient *g, sg_value *adjoint, sg_value more) {
  if (!sg_is_number(*adjoint)) {
    *adjoint = more;
    return true;
  }
  return sg_apply2(g->tape, SG_OP_ADD, *adjoint, more, adjoint) || fail_memory(g);
}

/* A node as a number: constants are plain again. */
static sg_value get_number(const gradient *g, sg_node node) {
  if (g->tape->op[node] == SG_OP_CONST) return sg_number(g->tape->value[node]);
  return sg_node_value(node);
}

/* What a row's node passes on to its operands. */
static bool sweep_row(const gradient *g, sg_node node, sg_value adjoint) {
  sg_op op = (sg_op)g->tape->op[node];
  uint32_t count = sg_node_operand_count(g->tape, node);
  sg_value numbers[3] = {{0}, {0}, sg_node_value(node)};
  for (uint32_t k = 0; k < count; k++)
    numbers[k] = get_number(g, sg_node_operand(g->tape, node, k));
  for (uint32_t k = 0; k < count; k++) {
    sg_value *target = find_adjoint(g, sg_node_operand(g->tape, node, k));
    sg_value partial, product;
    if (!target) continue;
    sg_partial state = sg_formula_partial(g->tape, op, (int)k, numbers, &partial);
    if (state == SG_PARTIAL_NOTHING) continue;
    if (state == SG_PARTIAL_FAILED || !sg_formula_times(g->tape, adjoint, partial, &product))
      return fail_memory(g);
    if (!add_adjoint(g, target, product)) return false;
  }
  return true;
}

/* Notes which of the nodes from g->expanded on depend on an x. */
static bool activate_inners(gradient *g) {
  g->inners.count = 0;
  uint32_t count = g->tape->count - g->expanded;
  if (count > 0 && !SG_RESERVE(g->tape->memory, &g->inners, count)) return fail_memory(g);
  SG_EACH (i, 0, count) {
    inner n = {.adjoint = ABSENT};
    uint32_t operands = sg_node_operand_count(g->tape, g->expanded + i);
    for (uint32_t k = 0; k < operands; k++) /* two at most */
      n.active |= find_adjoint(g, sg_node_operand(g->tape, g->expanded + i, k)) != NULL;
    g->inners.items[g->inners.count++] = n;
  }
  return is_whole(g, count);
}

/* The expansion of a block as nodes from g->expanded on; its outputs in g->numbers. */
static bool expand(gradient *g, sg_node node) {
  uint32_t count = sg_node_operand_count(g->tape, node);
  uint32_t outputs = sg_node_output_count(g->tape, node);
  if (!SG_RESERVE(g->tape->memory, &g->numbers, (size_t)count + outputs)) return fail_memory(g);
  sg_value *x = g->numbers.items;
  SG_EACH (k, 0, count) x[k] = get_number(g, sg_node_operand(g->tape, node, k));
  if (!is_whole(g, count)) return false;
  g->expanded = g->tape->count;
  if (!sg_node_expand(g->tape, g->tape, node, x, x + count)) return poll(g) && fail_memory(g);
  return activate_inners(g);
}

/* Passes the adjoints of the block's outputs on to what the expansion has for them. */
static bool seed_block(gradient *g, sg_node node) {
  sg_node first = sg_node_first_output(g->tape, node);
  const sg_value *out = g->numbers.items + sg_node_operand_count(g->tape, node);
  uint32_t count = node - first + 1;
  SG_EACH (k, 0, count) {
    sg_value *adjoint = find_adjoint(g, first + k), seed = out[k];
    sg_value *target = sg_is_node(seed) ? find_adjoint(g, sg_as_node(seed)) : NULL;
    if (!adjoint || !sg_is_number(*adjoint) || !target) continue;
    if (!add_adjoint(g, target, *adjoint)) return false;
  }
  return is_whole(g, count);
}

/* `node`: the highest active output. The lower ones' adjoints are final too: who uses them lies
 * above all outputs. */
static bool sweep_block(gradient *g, sg_node node) {
  if (!expand(g, node) || !seed_block(g, node)) return false;
  for (uint32_t i = g->inners.count; i-- > 0;) {
    sg_value adjoint = g->inners.items[i].adjoint;
    if (i % POLL_NODES == 0 && !poll(g)) return false;
    if (sg_is_number(adjoint) && !sweep_row(g, g->expanded + i, adjoint)) return false;
  }
  return true;
}

static bool sweep_node(gradient *g, sg_node node, sg_node *last) {
  sg_op op = (sg_op)g->tape->op[node];
  if (op == SG_OP_LEAF || op == SG_OP_CONST || op == SG_OP_CUT) return true;
  if (sg_node_is_block(g->tape, node))
    return is_repeated(g->tape, node, last) || sweep_block(g, node);
  sg_value adjoint = *find_adjoint(g, node);
  return !sg_is_number(adjoint) || sweep_row(g, node, adjoint);
}

static bool sweep(gradient *g, sg_node lowest) {
  sg_node last = UINT32_MAX;
  uint32_t visited = 0;
  for (uint32_t word = g->words; word-- > lowest >> 6;)
    for (uint64_t rest = g->active[word]; rest;) {
      uint32_t bit = 63 - (uint32_t)__builtin_clzll(rest);
      rest &= ~(UINT64_C(1) << bit);
      if (visited++ % POLL_NODES == 0 && !poll(g)) return false;
      if (!sweep_node(g, word << 6 | bit, &last)) return false;
    }
  return true;
}

/* ---- the whole ---- */

static bool allocate_bits(gradient *g) {
  sg_memory *memory = g->tape->memory;
  size_t size = g->words * sizeof(uint64_t);
  g->reached = sg_allocate(memory, size);
  g->active = sg_allocate(memory, size);
  g->ranks = sg_allocate(memory, g->words * sizeof *g->ranks);
  if (!g->reached || !g->active || !g->ranks) return fail_memory(g);
  memset(g->reached, 0, size);
  memset(g->active, 0, size);
  return true;
}

static void release(gradient *g) {
  sg_memory *memory = g->tape->memory;
  size_t size = g->words * sizeof(uint64_t);
  if (g->reached) sg_release(memory, g->reached, size);
  if (g->active) sg_release(memory, g->active, size);
  if (g->ranks) sg_release(memory, g->ranks, g->words * sizeof *g->ranks);
  if (g->adjoints) sg_release(memory, g->adjoints, g->adjoint_count * sizeof *g->adjoints);
  SG_RELEASE(memory, &g->inners);
  SG_RELEASE(memory, &g->numbers);
}

static bool allocate_adjoints(gradient *g) {
  g->adjoints = sg_allocate(g->tape->memory, g->adjoint_count * sizeof *g->adjoints);
  if (!g->adjoints) return fail_memory(g);
  SG_EACH (i, 0, g->adjoint_count) g->adjoints[i] = ABSENT;
  return is_whole(g, g->adjoint_count);
}

/* Marks the x that y may depend on in `active`; the lowest, or y + 1 when there is none. */
static sg_node mark_variables(gradient *g, const sg_value *x, uint32_t count) {
  sg_node lowest = g->y + 1;
  SG_EACH (k, 0, count) {
    if (!sg_is_node(x[k]) || sg_as_node(x[k]) > g->y) continue;
    set(g->active, sg_as_node(x[k]));
    if (sg_as_node(x[k]) < lowest) lowest = sg_as_node(x[k]);
  }
  return lowest;
}

static bool differentiate(gradient *g, const sg_value *x, uint32_t count) {
  if (!allocate_bits(g)) return false;
  sg_node lowest = mark_variables(g, x, count);
  if (!is_whole(g, count)) return false;
  if (!reach(g, g->tape->last_change > 0 ? 0 : lowest)) return false;
  if (lowest > g->y) return true;
  if (!activate(g, lowest)) return false;
  if (!has(g->active, g->y)) return true;
  if (!allocate_adjoints(g)) return false;
  *find_adjoint(g, g->y) = sg_number(1.);
  return sweep(g, lowest);
}

static bool collect_results(const gradient *g, const sg_value *x, uint32_t count, sg_value *out) {
  SG_EACH (k, 0, count) {
    bool within = g->adjoints && sg_is_node(x[k]) && sg_as_node(x[k]) <= g->y;
    sg_value *adjoint = within ? find_adjoint(g, sg_as_node(x[k])) : NULL;
    out[k] = adjoint && sg_is_number(*adjoint) ? *adjoint : sg_number(0.);
  }
  return is_whole(g, count);
}

bool sg_tape_gradient(sg_tape *tape, sg_value y, const sg_value *x, uint32_t count, sg_value *out,
                      sg_error *error) {
  assert(sg_is_number(y));
  if (!sg_is_node(y)) {
    SG_EACH (k, 0, count) out[k] = sg_number(0.);
    return !sg_gave_up(count) || sg_fail_interrupt(error);
  }
  gradient g = {.tape = tape, .y = sg_as_node(y), .expanded = UINT32_MAX, .error = error};
  g.words = (g.y >> 6) + 1;
  bool recording = tape->recording;
  tape->recording = true;
  bool ok = differentiate(&g, x, count);
  tape->recording = recording;
  ok = ok && collect_results(&g, x, count, out);
  release(&g);
  return ok;
}
