/* sgrad: what train() tells of itself while it runs: one live line on a terminal. */
#include "builtins/nn/train.h"

#include <math.h>
#include <stdio.h>

static const double redraw = 0.1; /* seconds from one line to the next */

/* Columns. A terminal shows the ^C that ends a training behind the line, on which it must fit. */
enum { BAR = 24, BAR_LEAST = 8, GAP = 2, ECHO = 2 };

static size_t show(const sg_vm *vm, const char *text, size_t bytes) {
  return vm->status ? vm->status(vm->status_context, text, bytes) : 0;
}

/* ---- parts ---- */

static void add_rate(sg_buffer *out, double rate) {
  char digits[32];
  int count = snprintf(digits, sizeof digits, "%.0f", fmin(rate, 1e15));
  for (int i = 0; i < count; i++) {
    if (i && (count - i) % 3 == 0) sg_buffer_putc(out, ',');
    sg_buffer_putc(out, digits[i]);
  }
  sg_buffer_puts(out, " samples/s");
}

static void add_time(sg_buffer *out, double seconds) {
  unsigned long s = (unsigned long)ceil(fmin(seconds, 1e9));
  if (s < 60)
    sg_buffer_printf(out, "%lu s left", s);
  else if (s < 3600)
    sg_buffer_printf(out, "%lu:%02lu left", s / 60, s % 60);
  else
    sg_buffer_printf(out, "%lu:%02lu:%02lu left", s / 3600, s / 60 % 60, s % 60);
}

static void add_bar(const sg_vm *vm, sg_buffer *out, size_t width, double share) {
  static const char *const unicode[] = {"\u2500", "\u2501"}, *const ascii[] = {"-", "="};
  size_t done = (size_t)(share * (double)width);
  for (size_t i = 0; i < width; i++) sg_buffer_puts(out, (vm->unicode ? unicode : ascii)[i < done]);
}

/* ---- the line ---- */

typedef struct line {
  const sg_report *report;
  double elapsed;
  double share;      /* of all epochs that is done */
  sg_buffer numbers; /* what stands behind the bar, all of it ASCII */
  size_t left;       /* columns */
} line;

static const sg_epoch *get_epoch(const line *l) {
  return l->report->last.number ? &l->report->last : &l->report->train->epoch;
}

typedef void add_part(const line *l, sg_buffer *out);

static void add_loss(const line *l, sg_buffer *out) {
  sg_buffer_puts(out, "loss ");
  sg_report_add_loss(out, get_epoch(l)->score.loss);
}

static void add_accuracy(const line *l, sg_buffer *out) {
  const sg_epoch *epoch = get_epoch(l);
  if (!l->report->objective->counts) return;
  sg_buffer_puts(out, "accuracy ");
  sg_report_add_share(out, sg_report_accuracy(l->report, epoch, &epoch->score.right), 5);
}

static void add_time_left(const line *l, sg_buffer *out) {
  add_time(out, l->elapsed / l->share - l->elapsed);
}

static void add_samples(const line *l, sg_buffer *out) {
  add_rate(out, (double)l->report->seen / l->elapsed);
}

/* By how much they matter where the line is short. */
static const struct {
  add_part *add;
  bool before_bar; /* rather than a bar */
} parts[] = {{add_loss, true}, {add_accuracy, true}, {add_time_left, false}, {add_samples, false}};

static void add_numbers(line *l) {
  sg_buffer part;
  sg_buffer_init(&part, l->report->vm->memory);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t bar = parts[i].before_bar ? 0 : BAR_LEAST + GAP;
    part.count = 0;
    parts[i].add(l, &part);
    if (part.failed || part.count == 0 || l->left < part.count + GAP + bar) continue;
    sg_buffer_printf(&l->numbers, "%*s%.*s", GAP, "", (int)part.count, part.items);
    l->left -= part.count + GAP;
  }
  sg_buffer_clear(&part);
}

static void lay_out(line *l, sg_buffer *out, size_t columns) {
  sg_report_add_number(l->report, out, l->report->train->epoch.number);
  if (out->count > columns) out->count = (uint32_t)columns;
  l->left = columns - out->count;
  add_numbers(l);
  if (l->left >= BAR_LEAST + GAP) {
    sg_buffer_printf(out, "%*s", GAP, "");
    add_bar(l->report->vm, out, l->left < BAR + GAP ? l->left - GAP : BAR, l->share);
  }
  sg_buffer_add(out, l->numbers.items, l->numbers.count);
}

static void draw(const sg_report *r, double now) {
  size_t columns = show(r->vm, NULL, 0);
  line l = {.report = r,
            .elapsed = now - r->start,
            .share = (double)r->seen / ((double)r->samples * r->train->epochs)};
  if (columns <= ECHO + 1 || !get_epoch(&l)->score.batches) return;
  sg_buffer out;
  sg_buffer_init(&out, r->vm->memory);
  sg_buffer_init(&l.numbers, r->vm->memory);
  lay_out(&l, &out, columns - ECHO - 1);
  if (!out.failed && !l.numbers.failed) show(r->vm, out.items, out.count);
  sg_buffer_clear(&l.numbers);
  sg_buffer_clear(&out);
}

void sg_report_step(sg_report *r, uint32_t samples) {
  r->seen += samples;
  if (r->silent || !r->vm->status) return;
  double now = sg_train_clock();
  if (now - r->shown < redraw) return;
  r->shown = now;
  draw(r, now);
}

size_t sg_report_columns(const sg_report *r) { return show(r->vm, NULL, 0); }

void sg_report_drop(const sg_report *r, bool interrupted) {
  if (r->silent) return;
  if (interrupted) show(r->vm, " ", 1);
  show(r->vm, "", 0);
}
