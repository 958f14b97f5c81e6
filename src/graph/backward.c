/* sgrad: the reverse sweep: one loop over index order, one switch on the operation.
 *
 * The derivative texts of ops.def are compiled here as C. Gradients are worked out in an array of
 * their own, which then takes the place of the tape's: so a failed sweep has changed nothing.
 */
#include "graph/backward.h"

#include "graph/blocks.h"
#include "graph/kernels.h"
#include "graph/product.h"
#include "graph/reach.h"
#include "graph/shaped_block.h"

enum {
  POLL_EVERY = 4096,       /* nodes between looks at sg_interrupted */
  SPARE_LIMIT = 1 << 24,   /* items of an array that is kept for the next sweep: 128 MiB */
  WORK_ROUNDING = 1 << 20, /* items up to which arrays are sized by powers of two */
  WORK_LEAST = 1024,
  FEW = 64 /* nodes that are looked at one by one */
};

/* Rows of which one block may have several outputs. */
enum { ONE = false, EACH = true };
static const bool has_others[SG_OP_COUNT] = {
#define OP(...)
#define BLOCK(id, name, word, outputs) [SG_OP_##id] = (outputs),
#define SHAPED(id, ...) [SG_OP_##id] = true,
#include "graph/ops.def"
};

static SG_VECTORISED void add_old(double *restrict work, const double *restrict old,
                                  uint32_t count) {
  for (uint32_t k = 0; k < count; k++) work[k] += old[k];
}

/* Gradients of leaves accumulate. All leaves in a row, down to `to` at most, at once: -0.0, where
 * there is no number, is what adding leaves alone. The lowest of them. */
static sg_node sweep_leaves(const sg_sweep *sweep, sg_node from, sg_node to) {
  sg_node first = sg_tape_first_leaf(sweep->tape, from, to);
  sg_sweep_clear_skipped(sweep, first, from - first + 1);
  if (first >= sweep->old_count) return first;
  uint32_t end = from < sweep->old_count ? from + 1 : sweep->old_count;
  add_old(sweep->work + first, sweep->old + first, end - first);
  return first;
}

/* The work of all outputs is final when the last of them is met. */
static void sweep_block(sg_sweep *sweep, sg_node last) {
  const sg_tape *tape = sweep->tape;
  const uint32_t *args = tape->args + tape->operands[last].a;
  if (sg_interrupted) return; /* the sweep is given up before its end */
  sg_block block = {.sweep = sweep,
                    .value = tape->value,
                    .operands = args + SG_ARGS_HEADER,
                    .count = args[0],
                    .first = last + 1 - args[1]};
  for (uint32_t k = 0; k < args[1]; k++) {
    if (sg_is_unreached(sweep->work[block.first + k])) continue;
    sg_block_sweeps[tape->op[last]](&block, sweep->work[block.first]);
    return;
  }
}

static bool is_last_output(const sg_tape *tape, sg_node i) {
  return tape->operands[i].b + 1 == tape->args[tape->operands[i].a + 1];
}

/* Sweeps a shaped block when its last output is met, and goes past all of them: the first output,
 * below which the sweep continues. */
static sg_node sweep_shaped(sg_sweep *sweep, sg_node i) {
  sg_node first = i - sweep->tape->operands[i].b;
  if (is_last_output(sweep->tape, i)) sg_shaped_sweep(sweep, first);
  return first;
}

/* Those that lie in one word of the bitmap are set at once: operands often are consecutive. */
static void skip_listed(const sg_sweep *sweep, const sg_node *nodes, uint32_t count) {
  uint32_t word = nodes[0] >> 6;
  uint64_t bits = 0;
  SG_EACH (k, 0, count) {
    if (nodes[k] >> 6 != word) {
      sweep->skipped[word] |= bits;
      word = nodes[k] >> 6;
      bits = 0;
    }
    bits |= UINT64_C(1) << (nodes[k] & 63);
  }
  sweep->skipped[word] |= bits;
}

static void skip_operands(sg_sweep *sweep, sg_node i) {
  const sg_tape *tape = sweep->tape;
  sg_operands operands = tape->operands[i];
  const uint32_t *args = tape->args + operands.a;
  switch (sg_op_arities[tape->op[i]]) {
  case 2: sg_sweep_set_skipped(sweep, operands.b); /* fall through */
  case 1: sg_sweep_set_skipped(sweep, operands.a); break;
  case SG_ARITY_BLOCK: skip_listed(sweep, args + SG_ARGS_HEADER, args[0]); break;
  default: break;
  }
}

/* That an operation did not select: its gradient is 0, and its operands are not selected either. */
static void sweep_skipped(sg_sweep *sweep, sg_node i) {
  const sg_tape *tape = sweep->tape;
  sweep->work[i] = 0.;
  if (tape->op[i] == SG_OP_LEAF && i < sweep->old_count) sweep->work[i] += sweep->old[i];
  if (i < tape->last_change) sweep->is_stale |= sg_node_is_stale(tape, i);
  skip_operands(sweep, i);
}

/* The lowest of the nodes from `i` down to `to` that nothing has reached, each for itself: the next
 * one has been, or its block may have other outputs. They keep the gradients they had. */
static sg_node sweep_untouched(const sg_sweep *sweep, sg_node i, sg_node to) {
  const uint8_t *ops = sweep->tape->op;
  sg_node first = i;
  while (first > to && sg_is_unreached(sweep->work[first - 1]) && !has_others[ops[first - 1]] &&
         !sg_sweep_has_skipped(sweep, first - 1))
    first--;
  if (first >= sweep->old_count) return first;
  uint32_t end = i < sweep->old_count ? i + 1 : sweep->old_count;
  memcpy(sweep->work + first, sweep->old + first, (end - first) * sizeof *sweep->work);
  return first;
}

/* A node that no number has reached: its block's other outputs may have been, or an operation that
 * did not select it; else it keeps the gradient it had. Where the sweep has got to. */
static sg_node sweep_unreached(sg_sweep *sweep, sg_node i, sg_node to) {
  const sg_tape *tape = sweep->tape;
  if (sg_node_is_shaped(tape, i)) return sweep_shaped(sweep, i);
  if (has_others[tape->op[i]] && is_last_output(tape, i)) sweep_block(sweep, i);
  if (!sg_sweep_has_skipped(sweep, i)) return sweep_untouched(sweep, i, to);
  sweep_skipped(sweep, i);
  return i;
}

/* What one operand gets. Sums and products let constants have theirs, which costs less than asking;
 * elsewhere a derivative by a constant, such as the logarithm of a power's base, is not computed.
 */
#define ADD_TO(node, derivative) work[node] += g * (derivative) + 0.
#define IS_WANTED(id, node) (SG_OP_##id < SG_OP_DIV || ops[node] != SG_OP_CONST)
#define SELECT_FOR(node, derivative)                                                               \
  do {                                                                                             \
    double d = (derivative);                                                                       \
    if (sg_is_nothing(d))                                                                          \
      sg_sweep_skip(sweep, node);                                                                  \
    else                                                                                           \
      ADD_TO(node, d);                                                                             \
  } while (0)

#define OPERANDS_1                                                                                 \
  sg_node p = operands[i].a;                                                                       \
  double a = value[p], y = value[i];                                                               \
  (void)a, (void)y;
#define OPERANDS_2                                                                                 \
  sg_node p = operands[i].a, q = operands[i].b;                                                    \
  double a = value[p], b = value[q], y = value[i];                                                 \
  (void)a, (void)b, (void)y;
#define ROW_1(id, add, da, db) add(p, da);
#define ROW_2(id, add, da, db)                                                                     \
  if (IS_WANTED(id, p)) add(p, da);                                                                \
  if (IS_WANTED(id, q)) add(q, db);
#define ROW(id, arity, add, da, db)                                                                \
  case SG_OP_##id: {                                                                               \
    OPERANDS_##arity ROW_##arity(id, add, da, db)                                                  \
  } break;

/* Nodes from `from` down to `to`. With `check`, every reached node is asked for stale operands. */
static inline __attribute__((always_inline)) void sweep_nodes(sg_sweep *sweep, sg_node from,
                                                              sg_node to, const bool check) {
  const sg_tape *tape = sweep->tape;
  const double *restrict value = tape->value;
  const sg_operands *restrict operands = tape->operands;
  const uint8_t *restrict ops = tape->op;
  double *work = sweep->work;
  for (sg_node i = from + 1; i-- > to;) {
    const double g = work[i];
    if (sg_is_unreached(g)) {
      i = sweep_unreached(sweep, i, to);
      continue;
    }
    if (check && ops[i] > SG_OP_CUT && ops[i] < SG_OP_DENSE)
      sweep->is_stale |= sg_node_is_stale(tape, i);
    switch ((sg_op)ops[i]) {
    case SG_OP_LEAF: i = sweep_leaves(sweep, i, to); break;
    case SG_OP_CONST:
    case SG_OP_CUT: break;
#define OP(id, name, arity, value, da, db, ...) ROW(id, arity, ADD_TO, da, db)
#define SELECT(id, name, arity, value, da, db, ...) ROW(id, arity, SELECT_FOR, da, db)
#include "graph/ops.def"
#define SHAPED(id, ...) case SG_OP_##id:
#define OP(...)
#include "graph/ops.def"
      i = sweep_shaped(sweep, i);
      break;
    default:
      if (is_last_output(tape, i)) sweep_block(sweep, i);
    }
  }
}

static void sweep_fresh(sg_sweep *sweep, sg_node from, sg_node to) {
  sweep_nodes(sweep, from, to, false);
}

static void sweep_checked(sg_sweep *sweep, sg_node from, sg_node to) {
  sweep_nodes(sweep, from, to, true);
}

bool sg_fail_stale(sg_error *error) {
  if (sg_interrupted) return sg_fail_interrupt(error);
  sg_fail(error, (sg_span){0}, "a leaf's .data was changed after the graph had used it");
  return sg_note(error, "compute the result again after setting .data, then its gradient");
}

/* What became of a sweep. Blocks give up on Ctrl-C, so that it comes first. */
static bool conclude(const sg_sweep *sweep, sg_error *error) {
  if (sg_interrupted) return sg_fail_interrupt(error);
  if (sweep->failed) return sg_fail_memory(error);
  return !sweep->is_stale || sg_fail_stale(error);
}

/* Some nodes, in pieces that lie on one side of last_change. */
static bool sweep_run(sg_sweep *sweep, sg_node_run some, sg_error *error) {
  uint32_t fresh = sweep->tape->last_change;
  for (uint32_t end = some.first + some.count; end > some.first;) {
    uint32_t start = end - some.first > POLL_EVERY ? end - POLL_EVERY : some.first;
    if (end > fresh && start < fresh) start = fresh;
    (end > fresh ? sweep_fresh : sweep_checked)(sweep, end - 1, start);
    if (!conclude(sweep, error)) return false;
    end = start;
  }
  return true;
}

/* Small arrays are sized in powers of two, so that a tape that grows a little between two sweeps
 * finds the spare array large enough; large ones leave an eighth, if they will be kept at all. */
static uint32_t choose_capacity(uint32_t need) {
  if (need > SPARE_LIMIT) return need;
  if (need > WORK_ROUNDING) return need + need / 8;
  uint32_t capacity = WORK_LEAST;
  while (capacity < need) capacity *= 2;
  return capacity;
}

/* Makes `spare` an array of at least `need` items. */
static bool reserve_spare(sg_tape *tape, uint32_t need) {
  if (tape->spare_capacity >= need) return true;
  sg_release(tape->memory, tape->spare, tape->spare_capacity * sizeof *tape->spare);
  tape->spare_capacity = choose_capacity(need);
  tape->spare = sg_allocate(tape->memory, tape->spare_capacity * sizeof *tape->spare);
  if (!tape->spare) {
    tape->spare_capacity = need;
    tape->spare = sg_allocate(tape->memory, need * sizeof *tape->spare);
  }
  if (!tape->spare) tape->spare_capacity = 0;
  return tape->spare != NULL;
}

static void limit_spare(sg_tape *tape) {
  if (tape->spare_capacity <= SPARE_LIMIT) return;
  sg_release(tape->memory, tape->spare, tape->spare_capacity * sizeof *tape->spare);
  tape->spare = NULL;
  tape->spare_capacity = 0;
}

/* Nothing reached yet; and with `keep`, the gradients of nodes above the sweep. */
static bool prepare(sg_sweep *sweep, sg_error *error) {
  uint32_t swept = sweep->top + 1;
  sweep->unready_end = swept;
  if (sweep->old_count <= swept) return true;
  return sg_copy(sweep->tape->memory, sweep->work + swept, sweep->old + swept,
                 (sweep->old_count - swept) * sizeof *sweep->work) ||
         sg_fail_interrupt(error);
}

static sg_node last_output(const sg_tape *tape, sg_node y) {
  return sg_node_first_output(tape, y) + sg_node_output_count(tape, y) - 1;
}

/* Sweeps just the `count` runs of tape->reached. */
static bool sweep_reached(sg_sweep *sweep, sg_node y, uint32_t count, sg_error *error) {
  const sg_node_run *runs = sweep->tape->reached;
  for (uint32_t k = 0; k < count; k++) sg_sweep_clear(sweep->work + runs[k].first, runs[k].count);
  if (!conclude(sweep, error)) return false;
  sweep->work[y] = 1.;
  for (uint32_t k = 0; k < count; k++)
    if (!sweep_run(sweep, runs[k], error)) return false;
  return true;
}

static void make_operands_ready(sg_sweep *sweep, sg_node node) {
  const sg_tape *tape = sweep->tape;
  if (sg_node_is_block(tape, node)) {
    sg_sweep_ready(sweep, 0, node);
    return;
  }
  for (uint32_t k = 0; k < sg_node_operand_count(tape, node); k++)
    sg_sweep_ready(sweep, sg_node_operand(tape, node, k), 1);
}

/* Sweeps shaped blocks, and a few nodes among them, for as long as some work is not ready: so the
 * layers of a network set their operands' work, and nobody clears it before. Where it has got to.
 */
static sg_node sweep_top(sg_sweep *sweep) {
  const sg_tape *tape = sweep->tape;
  sg_node end = sweep->top + 1;
  for (uint32_t single = 0; end > 0 && single < FEW && sweep->unready < sweep->unready_end;) {
    if (sg_interrupted) return end; /* the sweep is given up */
    bool is_shaped = sg_node_is_shaped(tape, end - 1);
    sg_node first = is_shaped ? sg_node_first_output(tape, end - 1) : end - 1;
    sg_sweep_ready(sweep, first, end - first);
    if (!is_shaped) make_operands_ready(sweep, first);
    (first >= tape->last_change ? sweep_fresh : sweep_checked)(sweep, end - 1, first);
    single += !is_shaped;
    end = first;
  }
  return end;
}

static bool sweep_tape(sg_sweep *sweep, sg_node y, sg_error *error) {
  sg_node first = sg_node_first_output(sweep->tape, y);
  if (!prepare(sweep, error)) return false;
  sg_sweep_ready(sweep, first, sweep->top + 1 - first);
  sweep->work[y] = 1.;
  sg_node end = sweep_top(sweep);
  sg_sweep_ready(sweep, 0, sweep->top + 1);
  return conclude(sweep, error) && sweep_run(sweep, (sg_node_run){0, end}, error);
}

static void exchange(sg_tape *tape) {
  double *grad = tape->grad;
  uint32_t capacity = tape->grad_capacity;
  tape->grad = tape->spare;
  tape->grad_capacity = tape->spare_capacity;
  tape->spare = grad;
  tape->spare_capacity = capacity;
}

/* Few gradients to carry over are moved, so that the sweep works where the last one did, which is
 * close at hand. */
static void reuse_grad(sg_tape *tape, uint32_t swept) {
  uint32_t count = tape->grad_count;
  if (count > swept / 8 || count > tape->spare_capacity) return;
  if (count > 0) memcpy(tape->spare, tape->grad, count * sizeof *tape->grad);
  exchange(tape);
}

/* Leaves the work in `spare`: of all nodes of the tape, or of the `*reached` runs in
 * tape->reached. With `keep`, gradients from before are carried over. */
static bool run(sg_tape *tape, sg_node y, bool keep, uint32_t *reached, sg_error *error) {
  sg_sweep sweep = {.tape = tape, .top = last_output(tape, y)};
  if (keep) {
    sweep.old = tape->grad;
    sweep.old_count = tape->grad_count;
  }
  bool few = sg_reach_find(tape, y, reached);
  if (!few) *reached = 0;
  uint32_t swept = sweep.top + 1;
  if (!reserve_spare(tape, few || swept > sweep.old_count ? swept : sweep.old_count))
    return sg_fail_memory(error);
  sweep.work = tape->spare;
  bool ok = few ? sweep_reached(&sweep, y, *reached, error) : sweep_tape(&sweep, y, error);
  sg_release(tape->memory, sweep.skipped, sweep.skipped_size);
  return ok;
}

/* The array in `spare`, of which `swept` items are new, becomes the gradients. */
static void commit(sg_tape *tape, uint32_t swept) {
  exchange(tape);
  if (swept > tape->grad_count) tape->grad_count = swept;
}

/* The same for a few runs. */
static void commit_reached(sg_tape *tape, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) {
    sg_node_run some = tape->reached[k];
    memcpy(tape->grad + some.first, tape->spare + some.first, some.count * sizeof *tape->grad);
  }
}

bool sg_tape_backward(sg_tape *tape, sg_node y, sg_error *error) {
  sg_node top = last_output(tape, y);
  uint32_t reached;
  reuse_grad(tape, top + 1);
  bool ok = run(tape, y, true, &reached, error);
  if (ok && reached > 0 && !sg_tape_reserve_grad(tape, top)) ok = sg_fail_memory(error);
  if (ok && reached > 0) commit_reached(tape, reached);
  if (ok && reached == 0) commit(tape, top + 1);
  limit_spare(tape);
  return ok;
}

bool sg_tape_partials(sg_tape *tape, sg_node y, const sg_node *x, uint32_t count, double *out,
                      sg_error *error) {
  uint32_t reached;
  if (!reserve_spare(tape, last_output(tape, y) + 1)) return sg_fail_memory(error);
  SG_EACH (k, 0, count)
    if (x[k] <= y) tape->spare[x[k]] = -0.; /* it may not be reached */
  bool ok = run(tape, y, false, &reached, error);
  SG_EACH (k, 0, ok ? count : 0) out[k] = x[k] <= y ? tape->spare[x[k]] + 0. : 0.;
  if (ok && sg_gave_up(count)) ok = sg_fail_interrupt(error);
  limit_spare(tape);
  return ok;
}
