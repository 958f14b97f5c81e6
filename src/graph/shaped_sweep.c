/* sgrad: shaped blocks swept: operands laid out, the kernel run, lists scattered, and the outputs
 * left as the sweep leaves any node. */
#include "graph/product.h"
#include "graph/shaped_block.h"

enum { CHUNK = 128 }; /* outputs that are looked at together */

static sg_shaped_sweep_kernel *const kernels[SG_OP_COUNT] = {
#define OP(...)
#define SHAPED(id, name, word) [SG_OP_##id] = sg_##word##_sweep,
#include "graph/ops.def"
};

static sg_shaped_scratch *const scratches[SG_OP_COUNT] = {
#define OP(...)
#define SHAPED(id, name, word) [SG_OP_##id] = sg_##word##_scratch,
#include "graph/ops.def"
};

void sg_view_skip(const sg_shaped_block *block, const sg_view *view, uint32_t offset,
                  uint32_t count, const uint64_t *mask) {
  if (!view->grad) return;
  if (view->stored->kind == SG_VECTOR_RUN) {
    sg_sweep_skip_some(block->sweep, view->stored->at + offset, count, mask);
    return;
  }
  const sg_node *listed = view->record->listed + view->stored->at + offset;
  for (uint32_t k = 0; k < count; k++)
    if (!mask || (mask[k / 64] >> k % 64 & 1)) sg_sweep_skip(block->sweep, listed[k]);
}

/* ---- operands ---- */

void sg_shaped_make_ready(const sg_shaped_block *block) {
  for (int v = 0; v < SG_VECTORS; v++) {
    const sg_stored *stored = block->views[v].stored;
    if (stored->kind == SG_VECTOR_RUN) sg_sweep_ready(block->sweep, stored->at, stored->count);
  }
}

/* Of a list the values are gathered, and what its nodes get, into scratch. */
static void open_list(sg_sweep *sweep, sg_view *view, double **room) {
  const sg_node *listed = view->record->listed + view->stored->at;
  double *value = *room, *grad = *room + view->count;
  SG_EACH (k, 0, view->count) {
    value[k] = sweep->tape->value[listed[k]];
    grad[k] = -0.;
  }
  view->value = value;
  view->grad = grad;
  *room += 2 * (size_t)view->count;
}

static void open_view(sg_sweep *sweep, const sg_record *record, int v, sg_view *view,
                      double **room) {
  const sg_stored *stored = &record->vectors[v];
  *view = (sg_view){.record = record, .stored = stored, .count = stored->count};
  switch (stored->kind) {
  case SG_VECTOR_RUN:
    view->value = sweep->tape->value + stored->at;
    view->grad = sweep->work + stored->at;
    break;
  case SG_VECTOR_LIST: open_list(sweep, view, room); break;
  default:
    if (stored->count > 0) view->value = sweep->tape->data + record->data + stored->at;
  }
}

static void close_view(sg_sweep *sweep, const sg_view *view) {
  if (view->stored->kind != SG_VECTOR_LIST) return;
  sg_sweep_ready(sweep, 0, sweep->top + 1);
  const sg_node *listed = view->record->listed + view->stored->at;
  SG_EACH (k, 0, view->count) sweep->work[listed[k]] += view->grad[k];
}

static size_t count_lists(const sg_record *record) {
  size_t count = 0;
  for (int v = 0; v < SG_VECTORS; v++)
    if (record->vectors[v].kind == SG_VECTOR_LIST) count += record->vectors[v].count;
  return count;
}

/* ---- outputs ---- */

static SG_VECTORISED bool has_number(const double *work, uint32_t count) {
  uint64_t found = 0;
  for (uint32_t k = 0; k < count; k++) found |= (uint64_t)!sg_is_unreached(work[k]);
  return found != 0;
}

static bool is_touched(const sg_sweep *sweep, sg_node first, uint32_t outputs) {
  for (uint32_t k = 0; k < outputs; k += CHUNK)
    if (has_number(sweep->work + first + k, outputs - k < CHUNK ? outputs - k : CHUNK)) return true;
  for (uint32_t k = 0; sweep->skipped && k < outputs; k += 64)
    if (sg_sweep_skipped(sweep, first + k, outputs - k)) return true;
  return false;
}

/* An output without a number has 0 where it was not selected, else what it had before. */
static SG_VECTORISED void finish(double *restrict work, const double *restrict old,
                                 uint32_t count) {
  for (uint32_t k = 0; k < count; k++) work[k] = sg_is_unreached(work[k]) ? old[k] : work[k];
}

/* ---- the whole ---- */

static bool run(sg_sweep *sweep, const sg_record *record, sg_node first) {
  sg_tape *tape = sweep->tape;
  sg_op op = (sg_op)tape->op[first];
  sg_shaped_block block = {.sweep = sweep, .record = record, .shape = sg_record_shape(record)};
  size_t own = scratches[op](record, &block.shape);
  sweep->failed = sweep->failed || !sg_tape_reserve_scratch(tape, own + 2 * count_lists(record));
  if (sweep->failed) return false;
  double *room = tape->scratch + own;
  block.first = first;
  block.outputs = record->outputs;
  block.y = tape->value + first;
  block.g = sweep->work + first;
  if (record->data_count > 0) block.kept = tape->data + sg_record_kept(record);
  block.scratch = tape->scratch;
  for (int v = 0; v < SG_VECTORS; v++) open_view(sweep, record, v, &block.views[v], &room);
  if (op != SG_OP_DENSE) sg_shaped_make_ready(&block);
  bool done = !sg_interrupted && kernels[op](&block); /* else lists may not be whole */
  for (int v = 0; v < SG_VECTORS; v++) close_view(sweep, &block.views[v]);
  return done;
}

void sg_shaped_sweep(sg_sweep *sweep, sg_node first) {
  const sg_record *record = sg_record_get(sweep->tape, first);
  uint32_t outputs = record->outputs;
  if (is_touched(sweep, first, outputs)) {
    if (first < sweep->tape->last_change) sweep->is_stale |= sg_node_is_stale(sweep->tape, first);
    if (!run(sweep, record, first)) return;
  }
  sg_sweep_clear_skipped(sweep, first, outputs);
  if (first >= sweep->old_count) return;
  uint32_t count = sweep->old_count - first < outputs ? sweep->old_count - first : outputs;
  finish(sweep->work + first, sweep->old + first, count);
}
