/* sgrad: collection: mark in one reverse scan of a bitmap, slide the survivors down, renumber by
 * rank.
 *
 * A block's outputs live and die together: they are consecutive nodes with one operand list.
 */
#include "graph/collect.h"

#include <string.h>

static bool has(const uint64_t *bits, sg_node node) { return bits[node >> 6] >> (node & 63) & 1; }

static void set(uint64_t *bits, sg_node node) { bits[node >> 6] |= UINT64_C(1) << (node & 63); }

static uint64_t *new_bits(const sg_collection *collection) {
  size_t size = collection->words * sizeof(uint64_t);
  uint64_t *bits = sg_allocate(collection->tape->memory, size);
  if (bits) memset(bits, 0, size);
  return bits;
}

bool sg_collect_begin(sg_collection *collection, sg_tape *tape) {
  *collection = (sg_collection){.tape = tape, .words = (tape->count >> 6) + 1};
  collection->held = new_bits(collection);
  collection->live = new_bits(collection);
  collection->ranks = sg_allocate(tape->memory, collection->words * sizeof *collection->ranks);
  bool may_cut = tape->count > SG_CUT_ABOVE;
  if (may_cut) collection->reached = new_bits(collection);
  return collection->held && collection->live && collection->ranks &&
         (collection->reached || !may_cut);
}

void sg_collect_end(sg_collection *collection) {
  sg_memory *memory = collection->tape->memory;
  size_t size = collection->words * sizeof(uint64_t);
  if (collection->held) sg_release(memory, collection->held, size);
  if (collection->live) sg_release(memory, collection->live, size);
  if (collection->reached) sg_release(memory, collection->reached, size);
  if (collection->ranks)
    sg_release(memory, collection->ranks, collection->words * sizeof *collection->ranks);
  *collection = (sg_collection){0};
}

/* Outputs above `node` have been met: if the next one is live, this was done for it. */
static void mark_block(const sg_tape *tape, uint64_t *live, sg_node node) {
  const uint32_t *args = tape->args + tape->operands[node].a;
  uint32_t output = tape->operands[node].b, outputs = args[1];
  if (output + 1 < outputs && has(live, node + 1)) return;
  for (uint32_t k = 0; k < outputs; k++) set(live, node - output + k);
  for (uint32_t k = 0; k < args[0]; k++) set(live, args[SG_ARGS_HEADER + k]);
}

/* Most operands lie in the word being scanned, whose bits stay in a register: `here`, the new value
 * of which is returned. */
static inline uint64_t mark_one(uint64_t *live, uint32_t word, uint64_t here, sg_node node) {
  uint64_t bit = UINT64_C(1) << (node & 63);
  if (node >> 6 == word) return here | bit;
  live[node >> 6] |= bit;
  return here;
}

static inline uint64_t mark_operands(const sg_tape *tape, uint64_t *live, uint64_t here,
                                     sg_node node) {
  sg_operands operands = tape->operands[node];
  uint32_t word = node >> 6;
  switch (sg_op_arities[tape->op[node]]) {
  case SG_ARITY_BLOCK:
    live[word] = here;
    mark_block(tape, live, node);
    return live[word];
  case 2: here = mark_one(live, word, here, operands.b); /* fall through */
  case 1: return mark_one(live, word, here, operands.a);
  default: return here;
  }
}

/* Each bit is tested, so that the processor can guess the next one and need not wait for it. */
static void mark(const sg_collection *collection) {
  uint64_t *live = collection->live;
  memcpy(live, collection->held, collection->words * sizeof *live);
  for (uint32_t word = collection->words; word-- > 0;) {
    uint64_t here = live[word];
    for (uint32_t k = 0; here != 0 && k < 64; k++)
      if (here >> (63 - k) & 1)
        here = mark_operands(collection->tape, live, here, word << 6 | (63 - k));
    live[word] = here;
  }
}

static uint32_t rank(sg_collection *collection) {
  uint32_t count = 0;
  for (uint32_t word = 0; word < collection->words; word++) {
    collection->ranks[word] = count;
    count += (uint32_t)__builtin_popcountll(collection->live[word]);
  }
  return count;
}

/* Whether something held is an operand, or lies behind one. Outputs of one block agree. */
static bool has_held_ancestor(const sg_collection *collection, sg_node node) {
  const uint64_t *reached = collection->reached;
  const sg_tape *tape = collection->tape;
  sg_operands operands = tape->operands[node];
  int arity = sg_op_arities[tape->op[node]];
  if (arity == 1) return has(reached, operands.a);
  if (arity == 2) return has(reached, operands.a) || has(reached, operands.b);
  const uint32_t *args = tape->args + operands.a + SG_ARGS_HEADER;
  uint32_t count = arity == SG_ARITY_BLOCK ? sg_node_operand_count(tape, node) : 0;
  for (uint32_t k = 0; k < count; k++)
    if (has(reached, args[k])) return true;
  return false;
}

/* Outputs of one block agree, so only the first is asked: `last` is what was said of the node
 * before. */
static bool cut_node(const sg_collection *collection, sg_node node, bool last) {
  sg_tape *tape = collection->tape;
  if (tape->op[node] <= SG_OP_CUT) return true;
  bool again = sg_node_is_block(tape, node) && tape->operands[node].b > 0;
  bool keeps = again ? last : has_held_ancestor(collection, node);
  if (keeps)
    set(collection->reached, node);
  else
    tape->op[node] = SG_OP_CUT;
  return keeps;
}

/* Lets go of histories in which nobody holds anything; false: there was none. */
static bool cut(const sg_collection *collection) {
  bool some = false, keeps = true;
  memcpy(collection->reached, collection->held, collection->words * sizeof *collection->reached);
  for (uint32_t word = 0; word < collection->words; word++) {
    uint64_t live = collection->live[word];
    for (uint32_t bit = 0; live != 0 && bit < 64; bit++) {
      if (!(live >> bit & 1)) continue;
      keeps = cut_node(collection, word << 6 | bit, keeps);
      some |= !keeps;
    }
  }
  return some;
}

/* Moves the operand list of a block to the end of those moved so far; its new offset. */
static uint32_t move_args(const sg_collection *collection, uint32_t from) {
  sg_tape *tape = collection->tape;
  uint32_t *args = tape->args, to = tape->arg_count, count = args[from];
  args[to] = count;
  args[to + 1] = args[from + 1];
  for (uint32_t k = SG_ARGS_HEADER; k < SG_ARGS_HEADER + count; k++)
    args[to + k] = sg_collect_moved(collection, args[from + k]);
  tape->arg_count = to + SG_ARGS_HEADER + count;
  return to;
}

static void move_operands(const sg_collection *collection, sg_op op, sg_operands *operands) {
  switch (sg_op_arities[op]) {
  case 2: operands->b = sg_collect_moved(collection, operands->b); /* fall through */
  case 1: operands->a = sg_collect_moved(collection, operands->a); break;
  default:
    if (op == SG_OP_LEAF) operands->a = sg_collect_moved(collection, operands->a);
  }
}

static void move_node(const sg_collection *collection, sg_node from, sg_node to) {
  sg_tape *tape = collection->tape;
  sg_op op = (sg_op)tape->op[from];
  sg_operands operands = tape->operands[from];
  if (!sg_node_is_block(tape, from))
    move_operands(collection, op, &operands);
  else if (operands.b == 0)
    operands.a = move_args(collection, operands.a);
  else
    operands.a = tape->operands[to - 1].a;
  tape->value[to] = tape->value[from];
  tape->op[to] = (uint8_t)op;
  tape->operands[to] = operands;
  if (from < tape->grad_count) tape->grad[to] = tape->grad[from];
}

/* The first dead position: the tape's length at most, as no node lies there. */
static sg_node find_dead(const sg_collection *collection) {
  uint32_t word = 0;
  while (~collection->live[word] == 0) word++;
  return word << 6 | (uint32_t)__builtin_ctzll(~collection->live[word]);
}

/* Where the operand lists of the blocks below `node` end. */
static uint32_t find_args_end(const sg_tape *tape, sg_node node) {
  while (tape->arg_count > 0 && node-- > 0) {
    if (!sg_node_is_block(tape, node)) continue;
    uint32_t args = tape->operands[node].a;
    return args + SG_ARGS_HEADER + tape->args[args];
  }
  return 0;
}

/* Below the first dead node nothing moves, but leaves remember positions above it. */
static void move_positions(const sg_collection *collection, sg_node dead) {
  sg_tape *tape = collection->tape;
  for (sg_node i = 0; i < dead && tape->last_change > dead; i++)
    if (tape->op[i] == SG_OP_LEAF && tape->operands[i].a > dead)
      tape->operands[i].a = sg_collect_moved(collection, tape->operands[i].a);
}

/* Moves the live nodes down in order. */
static void slide(const sg_collection *collection) {
  sg_tape *tape = collection->tape;
  sg_node to = find_dead(collection);
  move_positions(collection, to);
  tape->arg_count = find_args_end(tape, to);
  uint64_t settled = (UINT64_C(1) << (to & 63)) - 1;
  for (uint32_t word = to >> 6; word < collection->words; word++) {
    uint64_t live = collection->live[word] & ~settled;
    for (uint32_t bit = 0; live != 0 && bit < 64; bit++)
      if (live >> bit & 1) move_node(collection, word << 6 | bit, to++);
    settled = 0;
  }
  tape->count = to;
}

void sg_collect_run(sg_collection *collection) {
  sg_tape *tape = collection->tape;
  mark(collection);
  uint32_t live_count = rank(collection);
  if (live_count > SG_CUT_ABOVE && cut(collection)) {
    mark(collection);
    live_count = rank(collection);
  }
  uint32_t grad_count = sg_collect_moved(collection, tape->grad_count);
  uint32_t last_change = sg_collect_moved(collection, tape->last_change);
  slide(collection);
  tape->grad_count = grad_count;
  tape->last_change = last_change;
  uint32_t twice = live_count > SG_NODE_LIMIT / 2 ? SG_NODE_LIMIT : 2 * live_count;
  sg_tape_settle(tape, twice > SG_COLLECT_LEAST ? twice : SG_COLLECT_LEAST);
}
