/* sgrad: the tape's memory, its leaves and their gradients. */
#include "graph/tape.h"

#include "base/vectors.h"
#include "graph/formula.h"
#include "graph/record.h"

#include <assert.h>
#include <string.h>

enum { FIRST_ALLOCATED = 1024, KEEP_ALLOCATED = 1 << 24, LONG_BLOCK = 256 };

void sg_tape_init(sg_tape *tape, sg_memory *memory) {
  *tape = (sg_tape){.memory = memory,
                    .recording = true,
                    .collect_at = SG_COLLECT_LEAST,
                    .data_collect_at = SG_COLLECT_DATA};
  tape->attention = &tape->own_attention;
}

void sg_tape_clear(sg_tape *tape) {
  sg_memory *memory = tape->memory;
  sg_release(memory, tape->value, tape->allocated * sizeof *tape->value);
  sg_release(memory, tape->operands, tape->allocated * sizeof *tape->operands);
  sg_release(memory, tape->op, tape->allocated * sizeof *tape->op);
  sg_release(memory, tape->grad, tape->grad_capacity * sizeof *tape->grad);
  sg_release(memory, tape->spare, tape->spare_capacity * sizeof *tape->spare);
  sg_release(memory, tape->args, tape->arg_capacity * sizeof *tape->args);
  sg_release(memory, tape->data, tape->data_capacity * sizeof *tape->data);
  sg_release(memory, tape->scratch, tape->scratch_capacity * sizeof *tape->scratch);
  sg_release(memory, tape->reached, tape->reached_capacity * sizeof *tape->reached);
  sg_release(memory, tape->reach_bits, tape->reach_words * sizeof *tape->reach_bits);
  sg_formulas_free(memory, tape->formulas);
  sg_tape_init(tape, memory);
}

static bool resize(sg_memory *memory, void **items, size_t item_size, uint32_t from, uint32_t to) {
  if (to == 0) {
    sg_release(memory, *items, from * item_size);
    *items = NULL;
    return true;
  }
  void *moved = sg_resize(memory, *items, from * item_size, to * item_size);
  if (moved) *items = moved;
  return moved != NULL;
}

/* All three arrays, or none: growth that cannot be finished is undone, and shrinking never fails.
 */
static bool allocate(sg_tape *tape, uint32_t to) {
  void **arrays[] = {(void **)&tape->value, (void **)&tape->operands, (void **)&tape->op};
  const size_t sizes[] = {sizeof *tape->value, sizeof *tape->operands, sizeof *tape->op};
  uint32_t from = tape->allocated;
  int done = 0;
  while (done < 3 && resize(tape->memory, arrays[done], sizes[done], from, to)) done++;
  for (int i = 0; done < 3 && i < done; i++) resize(tape->memory, arrays[i], sizes[i], to, from);
  if (done == 3) tape->allocated = to;
  return done == 3;
}

static void set_capacity(sg_tape *tape, uint32_t need) {
  bool ahead = need <= tape->collect_at && tape->collect_at < tape->allocated;
  tape->capacity = ahead ? tape->collect_at : tape->allocated;
}

/* By a half, and in steps of an eighth when large: there resizing moves no bytes. */
static uint32_t choose_allocated(const sg_tape *tape, uint32_t need) {
  enum { NODE_SIZE = sizeof *tape->value + sizeof *tape->operands + sizeof *tape->op };
  uint64_t more = tape->allocated / (tape->allocated < KEEP_ALLOCATED ? 2 : 8);
  uint64_t wanted = tape->allocated + more;
  if (wanted < FIRST_ALLOCATED) wanted = FIRST_ALLOCATED;
  if (wanted < need) wanted = need;
  if (wanted > SG_NODE_LIMIT) wanted = SG_NODE_LIMIT;
  return (uint32_t)sg_memory_growth(tape->memory, tape->allocated, need, wanted, NODE_SIZE);
}

bool sg_tape_grow(sg_tape *tape, uint32_t more) {
  if (more > SG_NODE_LIMIT - tape->count) return false;
  uint32_t need = tape->count + more;
  if (need > tape->allocated) {
    if (!allocate(tape, choose_allocated(tape, need)) && !allocate(tape, need)) return false;
  }
  if (need > tape->collect_at) *tape->attention = true;
  set_capacity(tape, need);
  return true;
}

void sg_tape_settle(sg_tape *tape, uint32_t collect_at) {
  tape->collect_at = collect_at;
  if (tape->allocated > KEEP_ALLOCATED && tape->count < tape->allocated / 8)
    (void)allocate(tape, tape->allocated / 2);
  set_capacity(tape, tape->count);
}

bool sg_tape_reserve_args(sg_tape *tape, size_t more) {
  return sg_reserve(tape->memory, (void **)&tape->args, &tape->arg_capacity, tape->arg_count + more,
                    sizeof *tape->args);
}

bool sg_tape_reserve_data(sg_tape *tape, size_t more) {
  if (tape->data_count + more > tape->data_collect_at) *tape->attention = true;
  return sg_reserve(tape->memory, (void **)&tape->data, &tape->data_capacity,
                    tape->data_count + more, sizeof *tape->data);
}

bool sg_tape_reserve_scratch(sg_tape *tape, size_t count) {
  return sg_reserve(tape->memory, (void **)&tape->scratch, &tape->scratch_capacity, count,
                    sizeof *tape->scratch);
}

bool sg_tape_leaf(sg_tape *tape, double value, sg_value *out) {
  if (!sg_tape_reserve(tape, 1)) return false;
  *out = sg_node_value(sg_tape_push(tape, SG_OP_LEAF, 0, 0, value));
  return true;
}

uint32_t sg_node_operand_count(const sg_tape *tape, sg_node node) {
  if (sg_node_is_block(tape, node)) return tape->args[tape->operands[node].a];
  return (uint32_t)sg_op_arities[tape->op[node]];
}

sg_node sg_node_operand(const sg_tape *tape, sg_node node, uint32_t k) {
  assert(k < sg_node_operand_count(tape, node));
  sg_operands operands = tape->operands[node];
  if (sg_node_is_shaped(tape, node)) return sg_record_operand(sg_record_get(tape, node), k);
  if (sg_node_is_block(tape, node)) return tape->args[operands.a + SG_ARGS_HEADER + k];
  return k == 0 ? operands.a : operands.b;
}

uint32_t sg_node_operand_run(const sg_tape *tape, sg_node node, uint32_t k, sg_node *first) {
  if (sg_node_is_shaped(tape, node)) return sg_record_run(sg_record_get(tape, node), k, first);
  *first = sg_node_operand(tape, node, k);
  return 1;
}

uint32_t sg_node_used_count(const sg_tape *tape, sg_node node) {
  if (!sg_node_is_shaped(tape, node)) return sg_node_operand_count(tape, node);
  const sg_record *record = sg_record_get(tape, node);
  return sg_record_used_count(record, (sg_op)tape->op[node], tape->operands[node].b);
}

uint32_t sg_node_used(const sg_tape *tape, sg_node node, uint32_t i) {
  if (!sg_node_is_shaped(tape, node)) return i;
  const sg_record *record = sg_record_get(tape, node);
  return sg_record_used(record, (sg_op)tape->op[node], tape->operands[node].b, i);
}

uint32_t sg_node_output_count(const sg_tape *tape, sg_node node) {
  return sg_node_is_block(tape, node) ? tape->args[tape->operands[node].a + 1] : 1;
}

sg_node sg_node_first_output(const sg_tape *tape, sg_node node) {
  return sg_node_is_block(tape, node) ? node - tape->operands[node].b : node;
}

sg_node sg_tape_first_leaf(const sg_tape *tape, sg_node last, sg_node least) {
  _Static_assert(SG_OP_LEAF == 0, "eight leaves are eight zero bytes");
  sg_node first = last;
  for (uint64_t eight = 0; first - least >= 8; first -= 8) {
    memcpy(&eight, tape->op + first - 8, sizeof eight);
    if (eight != 0) break;
  }
  while (first > least && tape->op[first - 1] == SG_OP_LEAF) first--;
  return first;
}

SG_VECTORISED void sg_tape_mark_changed(sg_tape *tape, sg_node first, uint32_t count) {
  const sg_operands changed = {tape->count, 0};
  sg_operands *operands = tape->operands + first;
  for (uint32_t k = 0; k < count; k++) operands[k] = changed;
  tape->last_change = tape->count;
}

void sg_node_set_data(sg_tape *tape, sg_node leaf, double value) {
  assert(sg_node_is_leaf(tape, leaf));
  tape->value[leaf] = value;
  sg_tape_mark_changed(tape, leaf, 1);
}

bool sg_node_is_stale(const sg_tape *tape, sg_node node) {
  uint32_t count = sg_node_operand_count(tape, node), run = 0;
  if (count > LONG_BLOCK && sg_interrupted) return true;
  for (uint32_t k = 0; k < count && !sg_gave_up(k); k += run) {
    sg_node first;
    run = sg_node_operand_run(tape, node, k, &first);
    SG_EACH (i, 0, run)
      if (tape->op[first + i] == SG_OP_LEAF && tape->operands[first + i].a > node) return true;
  }
  return sg_gave_up(count);
}

static uint32_t least(uint32_t x, uint32_t y) { return x < y ? x : y; }

void sg_tape_truncate(sg_tape *tape, sg_tape_mark mark) {
  assert(mark.nodes <= tape->count && mark.args <= tape->arg_count);
  tape->count = mark.nodes;
  tape->arg_count = mark.args;
  tape->data_count = mark.data;
  tape->grad_count = least(tape->grad_count, mark.nodes);
  tape->settled = least(tape->settled, mark.nodes);
  tape->settled_args = least(tape->settled_args, mark.args);
  tape->settled_data = least(tape->settled_data, mark.data);
  for (sg_node i = 0; tape->last_change > mark.nodes && i < mark.nodes; i++)
    if (tape->op[i] == SG_OP_LEAF) tape->operands[i].a = least(tape->operands[i].a, mark.nodes);
  tape->last_change = least(tape->last_change, mark.nodes);
}

static bool is_unset(double grad) {
  uint64_t bits;
  memcpy(&bits, &grad, sizeof bits);
  return bits == SG_NO_GRAD_BITS;
}

bool sg_node_has_grad(const sg_tape *tape, sg_node node) {
  return node < tape->grad_count && tape->op[node] != SG_OP_CONST && !is_unset(tape->grad[node]);
}

double sg_node_grad(const sg_tape *tape, sg_node node) {
  return sg_node_has_grad(tape, node) ? tape->grad[node] : 0.;
}

static SG_VECTORISED void clear(double *grad, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) grad[k] = -0.;
}

bool sg_tape_reserve_grad(sg_tape *tape, sg_node node) {
  if (node >= tape->grad_count) {
    if (!sg_reserve(tape->memory, (void **)&tape->grad, &tape->grad_capacity, (size_t)node + 1,
                    sizeof *tape->grad))
      return false;
    for (uint32_t i = tape->grad_count, end = 0; sg_piece(i, node + 1, &end); i = end) {
      clear(tape->grad + i, end - i);
      tape->grad_count = end;
    }
    if (tape->grad_count <= node) return false;
  }
  return true;
}

bool sg_node_set_grad(sg_tape *tape, sg_node node, double grad) {
  if (!sg_tape_reserve_grad(tape, node)) return false;
  tape->grad[node] = grad + 0.;
  return true;
}

void sg_node_zero_grad(sg_tape *tape, sg_node node) {
  if (node < tape->grad_count) tape->grad[node] = -0.;
}

/* NULL: out of memory, or given up on Ctrl-C. */
static double *copy_grads(const sg_tape *tape) {
  size_t size = tape->grad_capacity * sizeof *tape->grad;
  double *copy = sg_allocate(tape->memory, size);
  if (!copy || sg_copy(tape->memory, copy, tape->grad, tape->grad_count * sizeof *copy))
    return copy;
  sg_release(tape->memory, copy, size);
  return NULL;
}

/* Many go in a copy of the gradients, which replaces them: all or nothing. */
bool sg_tape_zero_grad(sg_tape *tape, const sg_node *nodes, uint32_t count) {
  enum { AT_ONCE = 1 << 21 };
  if (!nodes) count = tape->grad_count;
  double *grad = count > AT_ONCE && tape->grad ? copy_grads(tape) : NULL;
  bool copied = grad != NULL;
  if (!copied && count > AT_ONCE && sg_yields(tape->memory)) return false;
  if (!copied) grad = tape->grad;
  for (uint32_t i = 0, end = count; copied ? sg_piece(i, count, &end) : i < count;)
    for (; i < end; i++) {
      sg_node node = nodes ? nodes[i] : i;
      if (node < tape->grad_count && (nodes || tape->op[node] == SG_OP_LEAF)) grad[node] = -0.;
    }
  if (!copied) return true;
  bool whole = !sg_gave_up(count);
  sg_release(tape->memory, whole ? tape->grad : grad, tape->grad_capacity * sizeof *grad);
  if (whole) tape->grad = grad;
  return whole;
}

/* Where no gradient is left above them, none is stored of them either. */
void sg_tape_zero_run(sg_tape *tape, sg_node first, uint32_t count) {
  for (uint32_t looks = SG_PIECE; looks > 0 && tape->grad_count > first + count; looks--)
    if (sg_node_has_grad(tape, tape->grad_count - 1))
      break;
    else
      tape->grad_count--;
  if (first >= tape->grad_count) return;
  if (count >= tape->grad_count - first)
    tape->grad_count = first;
  else
    clear(tape->grad + first, count);
}
