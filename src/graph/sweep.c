/* sgrad: the work of a sweep: which of it is ready, and which nodes were not selected. */
#include "graph/sweep.h"

#include "base/interrupt.h"
#include "base/vectors.h"

enum { POLL_EVERY = 4096 }; /* nodes between looks at sg_interrupted */

/* ---- not selected ---- */

static bool make_skipped(sg_sweep *sweep) {
  if (sweep->skipped || sweep->failed) return !sweep->failed;
  size_t size = ((size_t)(sweep->top >> 6) + 1) * sizeof *sweep->skipped;
  sweep->skipped = sg_allocate(sweep->tape->memory, size);
  sweep->failed = sweep->skipped == NULL;
  if (sweep->failed) return false;
  sweep->skipped_size = size;
  memset(sweep->skipped, 0, size);
  return true;
}

void sg_sweep_skip(sg_sweep *sweep, sg_node node) {
  if (make_skipped(sweep)) sg_sweep_set_skipped(sweep, node);
}

/* Puts the mask's bits where the nodes lie in `skipped`. */
void sg_sweep_skip_some(sg_sweep *sweep, sg_node first, uint32_t count, const uint64_t *mask) {
  if (!make_skipped(sweep)) return;
  for (uint32_t k = 0; k < count; k += 64) {
    sg_node node = first + k;
    uint64_t bits = mask ? mask[k / 64] : ~UINT64_C(0), *words = sweep->skipped + (node >> 6);
    if (count - k < 64) bits &= (UINT64_C(1) << (count - k)) - 1;
    words[0] |= bits << (node & 63);
    if ((node & 63) != 0 && bits >> (64 - (node & 63)) != 0) words[1] |= bits >> (64 - (node & 63));
  }
}

static SG_VECTORISED void clear_skipped(double *work, uint64_t skipped, uint64_t count) {
  for (uint64_t k = 0; k < count; k++) {
    uint64_t bits, clear;
    memcpy(&bits, work + k, sizeof bits);
    clear = (uint64_t)(bits == SG_NO_GRAD_BITS) & skipped >> k;
    bits ^= clear << 63; /* -0.0 becomes 0 */
    memcpy(work + k, &bits, sizeof bits);
  }
}

void sg_sweep_clear_skipped(const sg_sweep *sweep, sg_node first, uint32_t count) {
  for (uint32_t k = 0; sweep->skipped && k < count; k += 64) {
    uint64_t bits = sg_sweep_skipped(sweep, first + k, count - k);
    if (bits) clear_skipped(sweep->work + first + k, bits, count - k < 64 ? count - k : 64);
  }
}

/* ---- ready ---- */

static SG_VECTORISED void clear(double *work, uint32_t count) {
  for (uint32_t k = 0; k < count; k++) work[k] = -0.;
}

void sg_sweep_clear(double *work, uint32_t count) {
  for (uint32_t k = 0; k < count && !sg_interrupted; k += POLL_EVERY)
    clear(work + k, count - k < POLL_EVERY ? count - k : POLL_EVERY);
}

void sg_sweep_ready(sg_sweep *s, sg_node first, uint32_t count) {
  sg_node end = first + count;
  if (end <= s->unready || first >= s->unready_end) return;
  if (end > s->unready_end) end = s->unready_end;
  if (first < s->unready) first = s->unready;
  if (end - s->unready <= s->unready_end - first) {
    sg_sweep_clear(s->work + s->unready, end - s->unready);
    s->unready = end;
  } else {
    sg_sweep_clear(s->work + first, s->unready_end - first);
    s->unready_end = first;
  }
}

/* All on the nearer side of them becomes ready too. */
bool sg_sweep_claim(sg_sweep *s, sg_node first, uint32_t count) {
  sg_node end = first + count;
  if (first < s->unready || end > s->unready_end) {
    sg_sweep_ready(s, first, count);
    return false;
  }
  if (end - s->unready <= s->unready_end - first) {
    sg_sweep_clear(s->work + s->unready, first - s->unready);
    s->unready = end;
  } else {
    sg_sweep_clear(s->work + end, s->unready_end - end);
    s->unready_end = first;
  }
  return true;
}
