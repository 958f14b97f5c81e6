/* sgrad: what train() tells of itself in lines that stay: of some epochs, and at the end. */
#include "builtins/nn/train.h"

#include <math.h>
#include <stdio.h>

const char *sg_train_end_name(sg_train_end end) {
  static const char *const names[] = {
      [SG_TRAIN_EPOCHS] = "epochs",     [SG_TRAIN_UNTIL] = "until",
      [SG_TRAIN_PATIENCE] = "patience", [SG_TRAIN_INTERRUPTED] = "interrupted",
      [SG_TRAIN_DIVERGED] = "diverged", [SG_TRAIN_FAILED] = "failed"};
  return names[end];
}

static bool write_out(sg_vm *vm, sg_buffer *line) {
  sg_buffer_putc(line, '\n');
  bool ok = line->failed ? sg_vm_fail_memory(vm) : sg_vm_write(vm, line->items, line->count);
  sg_buffer_clear(line);
  return ok;
}

/* ---- parts of lines ---- */

/* "98.3%"; 100.0% only of all, 0.0% only of none. */
void sg_report_add_share(sg_buffer *out, double share, int width) {
  bool is_part = share > 0. && share < 1.;
  double percent = is_part ? fmax(0.1, fmin(100. * share, 99.9)) : 100. * share;
  sg_buffer_printf(out, "%*.1f%%", width, percent);
}

void sg_report_add_loss(sg_buffer *out, double loss) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_printf(out, "%-9s", sg_number_short(text, loss, 4));
}

double sg_report_accuracy(const sg_report *r, const sg_epoch *epoch, const sg_right *right) {
  sg_right judged = *right;
  judged.is_outside = judged.is_outside || epoch->seen.is_outside;
  return sg_right_share(&judged, r->objective->threshold);
}

static void trim(sg_buffer *out) {
  while (out->count && out->items[out->count - 1] == ' ') out->count--;
}

void sg_report_add_number(const sg_report *r, sg_buffer *out, uint32_t epoch) {
  uint32_t epochs = r->train->epochs;
  sg_buffer_printf(out, "epoch %*u/%u", sg_number_digits(epochs), (unsigned)epoch,
                   (unsigned)epochs);
}

/* ---- lines ---- */

static void add_columns(const sg_report *r, sg_buffer *out, const char *name, const char *share,
                        const sg_epoch *epoch, const sg_score *score) {
  sg_buffer_printf(out, "  %s ", name);
  sg_report_add_loss(out, score->loss);
  if (!r->objective->counts) return;
  sg_buffer_printf(out, "  %s", share);
  sg_report_add_share(out, sg_report_accuracy(r, epoch, &score->right), 5);
}

bool sg_report_epoch(sg_report *r, const sg_epoch *epoch) {
  sg_buffer line;
  r->last = *epoch;
  if (r->silent || !r->every || epoch->number % r->every) return true;
  sg_buffer_init(&line, r->vm->memory);
  sg_report_add_number(r, &line, epoch->number);
  add_columns(r, &line, "loss", "accuracy ", epoch, &epoch->score);
  if (epoch->validation.samples) add_columns(r, &line, "validation", "", epoch, &epoch->validation);
  trim(&line);
  return write_out(r->vm, &line);
}

/* ---- the end ---- */

/* How far it came, and why no further. */
static void add_end(const sg_report *r, sg_buffer *out, sg_train_end end) {
  const sg_train *train = r->train;
  unsigned done = train->finished, epochs = train->epochs;
  const sg_score *begun = &train->epoch.score;
  if (done == epochs) {
    sg_buffer_printf(out, "%u epoch%s", done, done == 1 ? "" : "s");
    return;
  }
  sg_buffer_printf(out, "%u of %u epochs", done, epochs);
  if (end == SG_TRAIN_PATIENCE)
    sg_buffer_printf(out, ", no smaller loss since epoch %u", (unsigned)train->least_epoch);
  if (end == SG_TRAIN_UNTIL) sg_buffer_puts(out, ", until was met");
  if (end != SG_TRAIN_INTERRUPTED) return;
  if (train->epoch.number > done && begun->batches)
    sg_buffer_printf(out, " and %u of %u steps", (unsigned)begun->batches, (unsigned)r->steps);
  sg_buffer_puts(out, ", interrupted");
}

static void add_scores(const sg_report *r, sg_buffer *out, const char *prefix,
                       const sg_score *score) {
  char loss[SG_NUMBER_SIZE];
  sg_buffer_printf(out, "loss %s", sg_number_short(loss, score->loss, 4));
  if (!r->objective->counts) return;
  sg_buffer_printf(out, ", %saccuracy ", prefix);
  sg_report_add_share(out, sg_report_accuracy(r, &r->last, &score->right), 0);
}

/* Breaks a line, behind a comma, where the terminal is too narrow for it. */
static bool break_line(sg_buffer *out, const sg_buffer *line, size_t columns) {
  size_t width = 0;
  for (size_t at = 0, bytes; at < line->count; at += bytes) {
    const char *part = line->items + at, *comma = memchr(part, ',', line->count - at);
    bytes = comma ? (size_t)(comma - part) + 1 : line->count - at;
    if (width && columns && width + bytes > columns) {
      sg_buffer_puts(out, "\n ");
      width = 1;
    }
    sg_buffer_add(out, part, bytes);
    width += bytes;
  }
  return !line->failed;
}

static void add_summary(const sg_report *r, sg_buffer *line, sg_train_end end) {
  add_end(r, line, end);
  if (!r->last.number) return;
  if (sg_report_columns(r) > 0) sg_buffer_printf(line, " in %.2f s", sg_train_clock() - r->start);
  sg_buffer_printf(line, ", %s%s", r->objective->row ? r->objective->row->name : "",
                   r->objective->row ? " " : "");
  add_scores(r, line, "", &r->last.score);
  if (!r->last.validation.samples) return;
  sg_buffer_puts(line, ", val_");
  add_scores(r, line, "val_", &r->last.validation);
}

bool sg_report_end(sg_report *r, sg_train_end end) {
  sg_buffer line, out;
  sg_report_drop(r, end == SG_TRAIN_INTERRUPTED);
  if (r->silent) return true;
  sg_buffer_init(&line, r->vm->memory);
  sg_buffer_init(&out, r->vm->memory);
  add_summary(r, &line, end);
  bool ok = break_line(&out, &line, sg_report_columns(r));
  sg_buffer_clear(&line);
  if (ok) return write_out(r->vm, &out);
  sg_buffer_clear(&out);
  return sg_vm_fail_memory(r->vm);
}
