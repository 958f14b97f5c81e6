/* sgrad: collection: mark in one reverse scan of a bitmap, slide the survivors down, renumber by
 * rank.
 *
 * A block's outputs live and die together: they are consecutive nodes with one operand list. Until
 * the slide nothing has changed but operations that became CUT, which is right by itself: so up to
 * there an interrupt is obeyed by giving up, later by putting off.
 */
#include "graph/collect.h"

#include "graph/record.h"

#include <string.h>

enum { POLL_WORDS = 1024 };

/* For what counts bits: with the processor's instruction where there is one. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__)
#define COUNTS_BITS __attribute__((target_clones("popcnt", "default")))
#else
#define COUNTS_BITS
#endif

/* Compiled into such a function, so as to count bits the same way. */
#define IN_PLACE inline __attribute__((always_inline))

static bool is_interrupted(uint32_t word) { return word % POLL_WORDS == 0 && sg_interrupted; }

static uint64_t *new_bits(const sg_collection *collection) {
  size_t size = collection->words * sizeof(uint64_t);
  uint64_t *bits = sg_allocate(collection->tape->memory, size);
  if (bits) memset(bits, 0, size);
  return bits;
}

bool sg_collect_begin(sg_collection *collection, sg_tape *tape) {
  bool full = tape->settled >= tape->full_at;
  *collection = (sg_collection){.tape = tape};
  if (!full) {
    collection->settled = tape->settled;
    collection->settled_args = tape->settled_args;
    collection->settled_data = tape->settled_data;
    collection->first = tape->settled & ~UINT32_C(63);
  }
  collection->words = ((tape->count - collection->first) >> 6) + 1;
  collection->held = new_bits(collection);
  collection->live = new_bits(collection);
  collection->ranks = sg_allocate(tape->memory, collection->words * sizeof *collection->ranks);
  bool may_cut = full && tape->count > SG_CUT_ABOVE;
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

void sg_collect_hold_run(sg_collection *collection, sg_node first, uint32_t count) {
  sg_node end = first + count;
  if (first < collection->first) first = collection->first;
  while (first < end && first & 63) sg_collect_hold(collection, first++);
  for (; first + 64 <= end; first += 64)
    collection->held[(first - collection->first) >> 6] = UINT64_MAX;
  while (first < end) sg_collect_hold(collection, first++);
}

/* ---- mark ---- */

static void set_live(const sg_collection *collection, sg_node node) {
  if (node < collection->first) return;
  collection->live[(node - collection->first) >> 6] |= UINT64_C(1) << (node & 63);
}

/* The same for `count` nodes from `node` on, a word at a time. */
static void set_live_run(const sg_collection *collection, sg_node node, uint32_t count) {
  sg_node end = node + count;
  if (node < collection->first) node = collection->first;
  while (node < end) {
    uint64_t bits = ~UINT64_C(0) << (node & 63);
    sg_node next = (node | 63) + 1;
    if (next > end) bits &= ~(~UINT64_C(0) << (end & 63));
    collection->live[(node - collection->first) >> 6] |= bits;
    node = next;
  }
}

/* Outputs above `node` have been met: if the next one is live, this was done for it. */
static void mark_block(const sg_collection *collection, sg_node node) {
  const sg_tape *tape = collection->tape;
  const uint32_t *args = tape->args + tape->operands[node].a;
  uint32_t output = tape->operands[node].b, outputs = args[1];
  if (output + 1 < outputs && sg_collect_is_live(collection, node + 1)) return;
  set_live_run(collection, node - output, outputs);
  for (uint32_t k = 0; k < args[0]; k++) set_live(collection, args[SG_ARGS_HEADER + k]);
}

/* Of which `node` is the highest live output. Returns the first, with which all are done, or where
 * the bitmap begins: a settled block may lie across that. */
static sg_node mark_shaped(const sg_collection *collection, sg_node node) {
  const sg_tape *tape = collection->tape;
  const sg_record *record = sg_record_get(tape, node);
  sg_node first = node - tape->operands[node].b;
  set_live_run(collection, first, record->outputs);
  for (uint32_t k = 0, run; k < record->operands; k += run) {
    sg_node operand;
    run = sg_record_run(record, k, &operand);
    set_live_run(collection, operand, run);
  }
  return first < collection->first ? collection->first : first;
}

/* Most operands lie in the word being scanned, that of the nodes from `base` on, whose bits stay in
 * a register: `here`, the new value of which is returned. */
static inline uint64_t mark_one(const sg_collection *collection, sg_node base, uint64_t here,
                                sg_node node) {
  if (node >= base) return here | UINT64_C(1) << (node & 63);
  set_live(collection, node);
  return here;
}

static inline uint64_t mark_operands(const sg_collection *collection, uint32_t word, uint64_t here,
                                     sg_node node) {
  const sg_tape *tape = collection->tape;
  sg_operands operands = tape->operands[node];
  sg_node base = node & ~UINT32_C(63);
  switch (sg_op_arities[tape->op[node]]) {
  case SG_ARITY_BLOCK:
    collection->live[word] = here;
    mark_block(collection, node);
    return collection->live[word];
  case 2: here = mark_one(collection, base, here, operands.b); /* fall through */
  case 1: return mark_one(collection, base, here, operands.a);
  default: return here;
  }
}

static uint64_t settled_bits(const sg_collection *collection) {
  return (UINT64_C(1) << (collection->settled & 63)) - 1;
}

/* Each bit is tested, so that the processor can guess the next one and need not wait for it. A
 * shaped block is gone past at once, into the word where it begins. */
static bool mark(const sg_collection *collection) {
  const sg_tape *tape = collection->tape;
  uint64_t *live = collection->live;
  memcpy(live, collection->held, collection->words * sizeof *live);
  for (uint32_t word = collection->words; word-- > 0;) {
    if (is_interrupted(word)) return false;
    uint64_t here = live[word];
    sg_node base = collection->first + (word << 6);
    for (uint32_t k = 64; here != 0 && k-- > 0;) {
      if (!(here >> k & 1)) continue;
      if (!sg_node_is_shaped(tape, base | k)) {
        here = mark_operands(collection, word, here, base | k);
        continue;
      }
      live[word] = here;
      k = mark_shaped(collection, base | k) - collection->first;
      word = k >> 6;
      k &= 63;
      here = live[word];
      base = collection->first + (word << 6);
    }
    live[word] = here;
  }
  live[0] |= settled_bits(collection);
  return true;
}

/* How many nodes live. */
static COUNTS_BITS uint32_t rank(sg_collection *collection) {
  uint32_t count = collection->first;
  for (uint32_t word = 0; word < collection->words; word++) {
    collection->ranks[word] = count;
    count += (uint32_t)__builtin_popcountll(collection->live[word]);
  }
  return count;
}

/* ---- cut: in full collections only, where bitmaps begin with node 0 ---- */

static bool is_reached(const sg_collection *collection, sg_node node) {
  return collection->reached[node >> 6] >> (node & 63) & 1;
}

/* Whether something held is an operand, or lies behind one. Outputs of one block agree. */
static bool has_held_ancestor(const sg_collection *collection, sg_node node) {
  const sg_tape *tape = collection->tape;
  sg_operands operands = tape->operands[node];
  int arity = sg_op_arities[tape->op[node]];
  if (arity == 1) return is_reached(collection, operands.a);
  if (arity == 2) return is_reached(collection, operands.a) || is_reached(collection, operands.b);
  uint32_t count = arity < 0 ? sg_node_operand_count(tape, node) : 0;
  for (uint32_t k = 0, run; k < count; k += run) {
    sg_node first;
    run = sg_node_operand_run(tape, node, k, &first);
    for (uint32_t i = 0; i < run; i++)
      if (is_reached(collection, first + i)) return true;
  }
  return false;
}

/* Lets the node's history go unless something in it is held; whether it was kept. Outputs of one
 * block agree, so only the first is asked: `last` is what was said of the node before. */
static bool cut_node(const sg_collection *collection, sg_node node, bool last) {
  sg_tape *tape = collection->tape;
  if (tape->op[node] <= SG_OP_CUT) return true;
  bool again = sg_node_is_block(tape, node) && tape->operands[node].b > 0;
  bool keeps = again ? last : has_held_ancestor(collection, node);
  if (keeps)
    collection->reached[node >> 6] |= UINT64_C(1) << (node & 63);
  else
    tape->op[node] = SG_OP_CUT;
  return keeps;
}

/* A block is cut whole, so it is not left in the middle. */
static bool may_stop(const sg_collection *collection, uint32_t word) {
  const sg_tape *tape = collection->tape;
  sg_node node = word << 6;
  if (!is_interrupted(word)) return false;
  return node >= tape->count || !sg_node_is_block(tape, node) || tape->operands[node].b == 0;
}

/* `*some`: there were histories in which nobody holds anything. False: interrupted. */
static bool cut(const sg_collection *collection, bool *some) {
  bool keeps = true;
  memcpy(collection->reached, collection->held, collection->words * sizeof *collection->reached);
  for (uint32_t word = 0; word < collection->words; word++) {
    if (may_stop(collection, word)) return false;
    uint64_t live = collection->live[word];
    for (uint32_t k = 0; live != 0 && k < 64; k++) {
      if (!(live >> k & 1)) continue;
      keeps = cut_node(collection, word << 6 | k, keeps);
      *some |= !keeps;
    }
  }
  return true;
}

/* ---- slide ---- */

/* Moves the operand list of a block to the end of those moved so far; its new offset. */
static IN_PLACE uint32_t move_args(sg_collection *collection, uint32_t from) {
  uint32_t *args = collection->tape->args, to = collection->arg_count, count = args[from];
  args[to] = count;
  args[to + 1] = args[from + 1];
  for (uint32_t k = SG_ARGS_HEADER; k < SG_ARGS_HEADER + count; k++)
    args[to + k] = sg_collect_moved(collection, args[from + k]);
  collection->arg_count = to + SG_ARGS_HEADER + count;
  return to;
}

/* The same for a shaped block's record, and for what it has in `data`. */
static IN_PLACE uint32_t move_record(sg_collection *collection, uint32_t from) {
  sg_tape *tape = collection->tape;
  uint32_t to = collection->arg_count, words = ((const sg_record *)(tape->args + from))->words;
  memmove(tape->args + to, tape->args + from, words * sizeof *tape->args);
  sg_record *record = (sg_record *)(tape->args + to);
  for (int v = 0; v < SG_VECTORS; v++)
    if (record->vectors[v].kind == SG_VECTOR_RUN)
      record->vectors[v].at = sg_collect_moved(collection, record->vectors[v].at);
  for (uint32_t k = 0; k < words - SG_RECORD_WORDS; k++)
    record->listed[k] = sg_collect_moved(collection, record->listed[k]);
  if (record->data_count > 0)
    memmove(tape->data + collection->data_count, tape->data + record->data,
            record->data_count * sizeof *tape->data);
  record->data = collection->data_count;
  collection->arg_count += words;
  collection->data_count += record->data_count;
  return to;
}

/* `to` is where the node goes. A leaf's position is that of its last change. */
static IN_PLACE sg_operands move_operands(sg_collection *collection, sg_op op, sg_operands operands,
                                          sg_node to) {
  switch (sg_op_arities[op]) {
  case 2: operands.b = sg_collect_moved(collection, operands.b); /* fall through */
  case 1: operands.a = sg_collect_moved(collection, operands.a); break;
  case 0:
    if (op == SG_OP_LEAF) operands.a = sg_collect_moved(collection, operands.a);
    break;
  default:
    if (operands.b > 0)
      operands.a = collection->tape->operands[to - 1].a;
    else
      operands.a = move_args(collection, operands.a);
  }
  return operands;
}

static IN_PLACE void move_node(sg_collection *collection, sg_node from, sg_node to) {
  sg_tape *tape = collection->tape;
  sg_op op = (sg_op)tape->op[from];
  tape->operands[to] = move_operands(collection, op, tape->operands[from], to);
  tape->value[to] = tape->value[from];
  tape->op[to] = (uint8_t)op;
  if (from < tape->grad_count) tape->grad[to] = tape->grad[from];
}

/* All outputs of a shaped block, which live together; how many. */
static IN_PLACE uint32_t move_shaped(sg_collection *collection, sg_node from, sg_node to) {
  sg_tape *tape = collection->tape;
  sg_op op = (sg_op)tape->op[from];
  uint32_t args = move_record(collection, tape->operands[from].a), count = tape->args[args + 1];
  for (uint32_t k = 0; k < count; k++) tape->operands[to + k] = (sg_operands){args, k};
  memmove(tape->value + to, tape->value + from, count * sizeof *tape->value);
  memset(tape->op + to, (int)op, count);
  if (from >= tape->grad_count) return count;
  uint32_t known = tape->grad_count - from < count ? tape->grad_count - from : count;
  memmove(tape->grad + to, tape->grad + from, known * sizeof *tape->grad);
  return count;
}

/* The first dead position: the tape's length at most, as no node lies there. */
static sg_node find_dead(const sg_collection *collection) {
  uint32_t word = 0;
  while (~collection->live[word] == 0) word++;
  return collection->first + (word << 6 | (uint32_t)__builtin_ctzll(~collection->live[word]));
}

static uint32_t count_words(const sg_tape *tape, sg_node block) {
  if (sg_node_is_shaped(tape, block)) return sg_record_get(tape, block)->words;
  return SG_ARGS_HEADER + sg_node_operand_count(tape, block);
}

/* Where the operand lists of the blocks below `node` end. */
static uint32_t find_args_end(const sg_collection *collection, sg_node node) {
  const sg_tape *tape = collection->tape;
  while (tape->arg_count > collection->settled_args && node-- > collection->settled)
    if (sg_node_is_block(tape, node)) return tape->operands[node].a + count_words(tape, node);
  return collection->settled_args;
}

/* The same for what shaped blocks have in `data`. */
static uint32_t find_data_end(const sg_collection *collection, sg_node node) {
  const sg_tape *tape = collection->tape;
  while (tape->data_count > collection->settled_data && node-- > collection->settled) {
    if (!sg_node_is_shaped(tape, node)) continue;
    const sg_record *record = sg_record_get(tape, node);
    return record->data + record->data_count;
  }
  return collection->settled_data;
}

/* Below the first dead node nothing moves, but leaves remember positions above it. False: put off.
 */
static bool move_positions(sg_collection *collection) {
  sg_tape *tape = collection->tape;
  if (tape->last_change <= collection->dead) return true;
  while (collection->position < collection->dead) {
    sg_node i = collection->position, rest = collection->dead - i;
    collection->position += rest < SG_PIECE ? rest : SG_PIECE;
    for (; i < collection->position; i++)
      if (tape->op[i] == SG_OP_LEAF && tape->operands[i].a > collection->dead)
        tape->operands[i].a = sg_collect_moved(collection, tape->operands[i].a);
    if (sg_interrupted) return false;
  }
  return true;
}

/* Moves the live nodes of some words down in order; from the first dead one on. A shaped block may
 * reach into the words after. */
static COUNTS_BITS void move_words(sg_collection *collection, uint32_t end) {
  const sg_tape *tape = collection->tape;
  sg_node to = collection->to, from = collection->from;
  for (uint32_t word = collection->word; word < end; word++) {
    sg_node base = collection->first + (word << 6);
    uint64_t live = collection->live[word];
    if (from < base) from = base;
    for (uint32_t count; live != 0 && from - base < 64; from += count) {
      bool moves = live >> (from - base) & 1;
      count = 1;
      if (moves && sg_node_is_shaped(tape, from))
        count = move_shaped(collection, from, to);
      else if (moves)
        move_node(collection, from, to);
      to += moves ? count : 0;
    }
  }
  collection->word = end;
  collection->from = from;
  collection->to = to;
}

/* False: put off. */
static bool move_nodes(sg_collection *collection) {
  while (collection->word < collection->words) {
    uint32_t rest = collection->words - collection->word;
    move_words(collection, collection->word + (rest < POLL_WORDS ? rest : POLL_WORDS));
    if (sg_interrupted) return false;
  }
  return true;
}

/* ---- all of it ---- */

/* Marks and ranks, after which histories may be cut; `*live_count`: how many nodes live. False:
 * interrupted. */
static bool find_live(sg_collection *collection, uint32_t *live_count) {
  bool some = false;
  if (!mark(collection)) return false;
  *live_count = rank(collection);
  if (!collection->reached || *live_count <= SG_CUT_ABOVE) return true;
  if (!cut(collection, &some)) return false;
  if (!some) return true;
  if (!mark(collection)) return false;
  *live_count = rank(collection);
  return true;
}

static uint32_t times(uint32_t count, uint32_t factor) {
  return count > SG_NODE_LIMIT / factor ? SG_NODE_LIMIT : factor * count;
}

/* When the next full collection is due, after one that left `live` nodes, `kept` of them among
 * those that were settled before: soon if those were few, or a good part of them had died. Up to
 * SG_CUT_ABOVE live nodes, histories wait to be cut; so then it is not put off for long. */
static uint32_t choose_full(const sg_tape *tape, uint32_t live, uint32_t kept) {
  bool many_died = kept < tape->settled - tape->settled / 4;
  uint32_t due = times(live, tape->settled < SG_COLLECT_MOST ? 3 : many_died ? 2 : 8);
  if (due < SG_COLLECT_LEAST) due = SG_COLLECT_LEAST;
  return live <= SG_CUT_ABOVE && due > 2 * SG_CUT_ABOVE ? 2 * SG_CUT_ABOVE : due;
}

/* How many nodes, or numbers of shaped blocks, are made before the next collection: as many as
 * live, within bounds, so that what one iteration of a loop makes is mostly dead by then, and still
 * in the cache; but at least so many as make up for looking through the holders. */
static uint32_t choose_young(uint32_t live, uint32_t bound, size_t holders) {
  size_t young = live < bound ? live : bound;
  if (young < holders) young = holders;
  return young < SG_NODE_LIMIT - live ? (uint32_t)young : SG_NODE_LIMIT - live;
}

static uint32_t choose_nodes(const sg_collection *collection) {
  size_t least = collection->holders;
  if (least < SG_COLLECT_LEAST) least = SG_COLLECT_LEAST;
  return choose_young(collection->tape->count, SG_COLLECT_MOST, least);
}

/* Of these a block of a few nodes may have many. */
static uint32_t choose_data(const sg_collection *collection) {
  enum { A_HOLDER = 16 };
  size_t least = A_HOLDER * collection->holders;
  if (least < SG_COLLECT_DATA) least = SG_COLLECT_DATA;
  return choose_young(collection->tape->data_count, SG_NODE_LIMIT, least);
}

static void settle(const sg_collection *collection) {
  sg_tape *tape = collection->tape;
  uint32_t live = tape->count;
  tape->settled = live;
  tape->settled_args = tape->arg_count;
  tape->settled_data = tape->data_count;
  tape->data_collect_at = tape->data_count + choose_data(collection);
  sg_tape_settle(tape, live + choose_nodes(collection));
}

bool sg_collect_find(sg_collection *collection) {
  const sg_tape *tape = collection->tape;
  uint32_t live_count;
  if (!find_live(collection, &live_count)) return false;
  collection->full_at = tape->full_at;
  if (collection->settled == 0)
    collection->full_at =
        choose_full(tape, live_count, sg_collect_moved(collection, tape->settled));
  collection->grad_count = sg_collect_moved(collection, tape->grad_count);
  collection->last_change = sg_collect_moved(collection, tape->last_change);
  collection->to = collection->from = collection->dead = find_dead(collection);
  collection->word = (collection->dead - collection->first) >> 6;
  collection->arg_count = find_args_end(collection, collection->dead);
  collection->data_count = find_data_end(collection, collection->dead);
  return true;
}

bool sg_collect_slide(sg_collection *collection) {
  sg_tape *tape = collection->tape;
  if (!move_positions(collection) || !move_nodes(collection)) return false;
  tape->count = collection->to;
  tape->arg_count = collection->arg_count;
  tape->data_count = collection->data_count;
  tape->full_at = collection->full_at;
  tape->grad_count = collection->grad_count;
  tape->last_change = collection->last_change;
  settle(collection);
  return true;
}
