/* sgrad: values as the prompt shows them: whatever they are, less than a screen.
 *
 * A function shows its source, a model its layers, of many lines the first and the last. A record,
 * or a list of lists, that is wider than a line stands with an item on each.
 */
#include "base/style.h"
#include "base/utf8.h"
#include "runtime/code.h"
#include "runtime/vm.h"

enum {
  WIDTH = 78,       /* columns */
  LIMIT = 12 * 80,  /* bytes of what is shown in one piece */
  MOST_ROWS = 16,   /* items that stand on lines of their own; of more, the ends */
  ROW_END = 6,      /* how many at each end */
  MOST_LINES = 20,  /* of a function's source */
  FIRST_LINES = 14, /* of a longer one */
  LAST_LINES = 4,   /* the same */
  LINE_BYTES = 2 * WIDTH
};

/* --- A function's source, and what prints in lines. */

static const char *find_line_end(const char *text, const char *end) {
  const char *newline = memchr(text, '\n', (size_t)(end - text));
  return newline ? newline : end;
}

static uint32_t count_lines(const char *text, const char *end) {
  uint32_t lines = 1;
  for (; (text = find_line_end(text, end)) < end; text++) lines++;
  return lines;
}

static void add_line(sg_buffer *out, const char *text, size_t bytes) {
  size_t shown = bytes > LINE_BYTES ? sg_utf8_start(text, LINE_BYTES) : bytes;
  sg_buffer_add(out, text, shown);
  if (shown < bytes) sg_buffer_puts(out, "...");
}

static void add_lines(sg_buffer *out, const char *text, const char *end) {
  uint32_t lines = count_lines(text, end);
  for (uint32_t i = 0; i < lines; i++) {
    const char *line_end = find_line_end(text, end);
    bool shown = lines <= MOST_LINES || i < FIRST_LINES || i >= lines - LAST_LINES;
    if (i > 0 && (shown || i == FIRST_LINES)) sg_buffer_putc(out, '\n');
    if (shown) add_line(out, text, (size_t)(line_end - text));
    if (!shown && i == FIRST_LINES) sg_buffer_puts(out, "  ...");
    text = line_end + 1;
  }
}

static bool add_source(sg_vm *vm, sg_buffer *out, const sg_code *code) {
  const char *text = code->source->text;
  add_lines(out, text + code->span.start, text + code->span.end);
  return !out->failed || sg_vm_fail_memory(vm);
}

/* A model and its kind: their lines, as print shows them. */
static bool add_native(sg_vm *vm, sg_buffer *out, sg_value v) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_value_text(vm, &text, v, false);
  if (ok) add_lines(out, text.items, text.items + text.count);
  sg_buffer_clear(&text);
  return ok && (!out->failed || sg_vm_fail_memory(vm));
}

/* --- Records and lists of lists, an item a line. */

static bool is_container(sg_value v) { return sg_is_list(v) || sg_is_record(v); }

static bool has_rows(sg_value v) {
  if (sg_is_record(v)) return sg_as_record(v)->count > 0;
  return sg_is_list(v) && sg_as_list(v)->count > 1 && is_container(sg_as_list(v)->items[0]);
}

static bool add_row(sg_vm *vm, sg_buffer *out, sg_value v, uint32_t i, int digits) {
  uint32_t start = out->count;
  if (sg_is_record(v)) sg_value_short_key(vm, out, sg_as_record(v)->keys[i]);
  uint32_t used = out->count - start;
  sg_value item = sg_is_record(v) ? sg_as_record(v)->values[i] : sg_as_list(v)->items[i];
  return sg_value_short(vm, out, item, digits, used < WIDTH / 2 ? WIDTH - 2 - used : WIDTH / 2);
}

static bool add_rows(sg_vm *vm, sg_buffer *out, sg_value v, int digits) {
  uint32_t count = sg_is_record(v) ? sg_as_record(v)->count : sg_as_list(v)->count;
  sg_buffer_putc(out, sg_is_record(v) ? '{' : '[');
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) sg_buffer_puts(out, ",\n ");
    if (count > MOST_ROWS && i == ROW_END) {
      sg_buffer_puts(out, "...,\n ");
      i = count - ROW_END;
    }
    if (!add_row(vm, out, v, i, digits)) return false;
  }
  sg_buffer_putc(out, sg_is_record(v) ? '}' : ']');
  return !out->failed || sg_vm_fail_memory(vm);
}

bool sg_value_echo_value(sg_vm *vm, sg_buffer *out, sg_value v, int digits) {
  uint32_t start = out->count;
  if (sg_is_kind(v, SG_FUNCTION)) return add_source(vm, out, sg_as_function(v)->code);
  if (sg_is_native(v)) return add_native(vm, out, v);
  if (!sg_value_short(vm, out, v, digits, LIMIT)) return false;
  if (out->count - start <= WIDTH || !has_rows(v)) return true;
  out->count = start;
  return add_rows(vm, out, v, digits);
}

void sg_value_echo_grad(sg_vm *vm, sg_buffer *out, sg_value v, int digits, bool color) {
  char text[SG_NUMBER_SIZE];
  if (!sg_is_node(v) || !sg_node_has_grad(&vm->tape, sg_as_node(v))) return;
  sg_style_begin(out, color, SG_STYLE_DIM);
  sg_buffer_printf(out, " | grad %s",
                   sg_number_short(text, sg_node_grad(&vm->tape, sg_as_node(v)), digits));
  sg_style_begin(out, color, SG_STYLE_PLAIN);
}

bool sg_value_echo(sg_vm *vm, sg_buffer *out, sg_value v, int digits) {
  if (!sg_value_echo_value(vm, out, v, digits)) return false;
  sg_value_echo_grad(vm, out, v, digits, false);
  return !out->failed || sg_vm_fail_memory(vm);
}
