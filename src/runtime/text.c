/* sgrad: values as text: for print and str exactly, for a line of the screen shortened.
 *
 * Containers are printed by a loop over a stack of their own, so that depth is bounded by memory
 * only. A set of the containers that are open finds one that stands within itself.
 */
#include "base/utf8.h"
#include "runtime/code.h"
#include "runtime/native.h"

enum {
  POLL_EVERY = 4096,       /* items */
  ESCAPE_AT_ONCE = 1 << 20 /* bytes between looks at Ctrl-C */
};

/* How much of a value is shown: of what is longer, the ends. */
typedef struct measure {
  uint32_t items; /* of a container */
  uint32_t end;   /* items at each end of a longer one */
  uint32_t bytes; /* of a string, or of a function's source */
} measure;

/* From generous to stingy: the first by which the text fits is taken. */
static const measure measures[] = {
    {20, 6, 800}, {20, 6, 60}, {8, 3, 60}, {4, 2, 30}, {3, 1, 20},
};
enum { MEASURES = sizeof measures / sizeof *measures };

/* A container that has been opened. */
typedef struct level {
  const sg_object *container;
  uint32_t next; /* its next item */
} level;

typedef struct printer {
  sg_vm *vm;
  sg_buffer *out;
  const measure *measure; /* NULL: exact, nothing left out */
  int digits;             /* significant ones, unless exact */
  level *items;           /* [count], from the outermost in; owned */
  uint32_t count;
  uint32_t capacity;
  /* The open containers by address: open addressing, linear, without tombstones: what goes was the
   * last to come, so nothing was placed behind it. Owned. */
  const sg_object **open;
  uint32_t open_size;
  uint32_t steps;
  bool interrupted; /* in the middle of a string */
} printer;

/* Quoted in pieces, with looks at Ctrl-C, which end it early: print asks again. */
static void add_quoted(printer *p, const char *text, size_t bytes) {
  sg_buffer_putc(p->out, '"');
  for (size_t at = 0, end; at < bytes && !p->interrupted; at = end) {
    end = bytes - at > ESCAPE_AT_ONCE ? sg_utf8_start(text, at + ESCAPE_AT_ONCE) : bytes;
    sg_buffer_escape(p->out, text + at, end - at, '"');
    p->interrupted = sg_interrupted;
  }
  sg_buffer_putc(p->out, '"');
}

/* "the first two thirds"..."and the last" of what a measure lets through. */
static void add_ends(printer *p, const sg_string *string) {
  size_t most = p->measure->bytes;
  size_t head = sg_utf8_start(string->text, most - most / 3);
  size_t tail = sg_utf8_start(string->text, string->bytes - most / 3);
  add_quoted(p, string->text, head);
  sg_buffer_puts(p->out, "...");
  add_quoted(p, string->text + tail, string->bytes - tail);
}

static void add_string(printer *p, const sg_string *string, bool quote) {
  if (p->measure && string->bytes > p->measure->bytes)
    add_ends(p, string);
  else if (quote)
    add_quoted(p, string->text, string->bytes);
  else
    sg_buffer_add(p->out, string->text, string->bytes);
}

static void add_number(printer *p, double x) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_puts(p->out,
                 p->measure ? sg_number_short(text, x, p->digits) : sg_number_text(text, x));
}

/* The source; shortened, as much of its first line as fits. */
static void add_function(printer *p, const sg_function *function) {
  const sg_code *code = function->code;
  const char *text = code->source->text + code->span.start;
  size_t bytes = code->span.end - code->span.start, shown = bytes;
  const char *end = p->measure ? memchr(text, '\n', bytes) : NULL;
  if (end) shown = (size_t)(end - text);
  if (p->measure && shown > p->measure->bytes) shown = sg_utf8_start(text, p->measure->bytes);
  sg_buffer_add(p->out, text, shown);
  if (shown < bytes) sg_buffer_puts(p->out, "...");
}

static void add_signature(printer *p, const sg_builtin *builtin) {
  sg_buffer_printf(p->out, "%s(%s)", builtin->name, builtin->parameters);
}

/* The values bound to a builtin, without those at the end that are none. */
static uint32_t count_held(const sg_bound *bound) {
  uint32_t count = bound->count;
  while (count && sg_is_none(bound->held[count - 1])) count--;
  return count;
}

static bool is_container(sg_value v) {
  return sg_is_list(v) || sg_is_record(v) ||
         (sg_is_kind(v, SG_BUILTIN) && count_held(sg_as_bound(v)));
}

static void add_plain(printer *p, sg_value v, bool quote) {
  if (sg_is_number(v))
    add_number(p, sg_tape_value(&p->vm->tape, v));
  else if (sg_is_string(v))
    add_string(p, sg_as_string(v), quote);
  else if (sg_is_bool(v))
    sg_buffer_puts(p->out, sg_is_true(v) ? "true" : "false");
  else if (sg_is_kind(v, SG_FUNCTION))
    add_function(p, sg_as_function(v));
  else if (sg_is_kind(v, SG_BUILTIN))
    add_signature(p, sg_as_bound(v)->builtin);
  else
    sg_buffer_puts(p->out, "none");
}

static uint32_t count_items(const sg_object *container) {
  if (container->kind == SG_LIST) return ((const sg_list *)container)->count;
  if (container->kind == SG_RECORD) return ((const sg_record *)container)->count;
  return count_held((const sg_bound *)container);
}

static sg_value get_item(const sg_object *container, uint32_t i) {
  if (container->kind == SG_LIST) return ((const sg_list *)container)->items[i];
  if (container->kind == SG_RECORD) return ((const sg_record *)container)->values[i];
  return ((const sg_bound *)container)->held[i];
}

static void add_opening(printer *p, const sg_object *container) {
  if (container->kind == SG_BUILTIN)
    sg_buffer_puts(p->out, ((const sg_bound *)container)->builtin->name);
  sg_buffer_putc(p->out, container->kind == SG_LIST     ? '['
                         : container->kind == SG_RECORD ? '{'
                                                        : '(');
}

static void add_closing(printer *p, const sg_object *container) {
  sg_buffer_putc(p->out, container->kind == SG_LIST     ? ']'
                         : container->kind == SG_RECORD ? '}'
                                                        : ')');
}

/* Where the container stands in the set, or would stand. */
static uint32_t find_open(const printer *p, const sg_object *container) {
  uint32_t mask = p->open_size - 1;
  uint32_t slot =
      (uint32_t)(((uintptr_t)container >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
  while (p->open[slot] && p->open[slot] != container) slot = (slot + 1) & mask;
  return slot;
}

/* Makes room in the set for one more than are open. */
static bool reserve_open(printer *p) {
  if ((p->count + 1) * 2u <= p->open_size) return true;
  uint32_t size = p->open_size ? p->open_size * 2 : 16;
  const sg_object **table = sg_allocate(p->vm->memory, size * sizeof *table);
  if (!table) return false;
  memset(table, 0, size * sizeof *table);
  sg_release(p->vm->memory, p->open, p->open_size * sizeof *table);
  p->open = table;
  p->open_size = size;
  for (uint32_t i = 0; i < p->count; i++)
    table[find_open(p, p->items[i].container)] = p->items[i].container;
  return true;
}

static bool open_container(printer *p, const sg_object *container) {
  if (!reserve_open(p) || !SG_RESERVE(p->vm->memory, p, (size_t)p->count + 1))
    return sg_vm_fail_memory(p->vm);
  uint32_t slot = find_open(p, container);
  add_opening(p, container);
  if (p->open[slot]) {
    sg_buffer_puts(p->out, "...");
    add_closing(p, container);
    return true;
  }
  p->open[slot] = container;
  p->items[p->count++] = (level){container, 0};
  return true;
}

static void close_container(printer *p) {
  const sg_object *container = p->items[--p->count].container;
  p->open[find_open(p, container)] = NULL;
  add_closing(p, container);
}

static bool add_native(printer *p, const sg_native *native, bool brief) {
  if (native->class->text) return native->class->text(p->vm, p->out, native, brief);
  sg_buffer_puts(p->out, sg_type_name(sg_object_value(native)));
  return true;
}

static bool add_value(printer *p, sg_value v, bool quote) {
  if (is_container(v)) return open_container(p, sg_as_object(v));
  if (sg_is_native(v)) return add_native(p, sg_as_native(v), quote || p->count > 0);
  add_plain(p, v, quote);
  return true;
}

static void add_key(printer *p, const sg_string *key) {
  add_string(p, key, !sg_is_name(key->text, key->bytes));
  sg_buffer_puts(p->out, ": ");
}

/* The next item of the innermost open container, or its end. */
static bool add_next(printer *p) {
  level *top = &p->items[p->count - 1];
  const sg_object *container = top->container;
  uint32_t count = count_items(container);
  if (top->next == count) {
    close_container(p);
    return true;
  }
  uint32_t i = top->next++;
  if (i) sg_buffer_puts(p->out, ", ");
  if (p->measure && count > p->measure->items && i == p->measure->end) {
    sg_buffer_puts(p->out, "...");
    top->next = count - p->measure->end;
    return true;
  }
  if (container->kind == SG_RECORD) add_key(p, ((const sg_record *)container)->keys[i]);
  return add_value(p, get_item(container, i), true);
}

/* Stops when the text is longer than `limit`: there is no more use for it. */
static bool print(printer *p, sg_value v, bool quote, size_t limit) {
  sg_vm *vm = p->vm;
  sg_buffer *out = p->out;
  uint32_t start = out->count;
  bool ok = add_value(p, v, quote);
  while (ok && p->count && !out->failed && out->count - start <= limit)
    ok = add_next(p) && (!(p->interrupted || ++p->steps % POLL_EVERY == 0) || sg_vm_poll(vm));
  SG_RELEASE(vm->memory, p);
  sg_release(vm->memory, p->open, p->open_size * sizeof *p->open);
  return ok && (!p->interrupted || sg_vm_poll(vm)) && (!out->failed || sg_vm_fail_memory(vm));
}

bool sg_value_text(sg_vm *vm, sg_buffer *out, sg_value v, bool quote) {
  printer p = {.vm = vm, .out = out};
  return print(&p, v, quote, SIZE_MAX);
}

bool sg_value_short(sg_vm *vm, sg_buffer *out, sg_value v, int digits, size_t limit) {
  uint32_t start = out->count;
  for (size_t i = 0; i < MEASURES; i++) {
    printer p = {.vm = vm, .out = out, .measure = &measures[i], .digits = digits};
    out->count = start;
    if (!print(&p, v, true, limit)) return false;
    if (out->count - start <= limit) return true;
  }
  out->count = (uint32_t)sg_utf8_start(out->items, start + limit);
  sg_buffer_puts(out, "...");
  return !out->failed || sg_vm_fail_memory(vm);
}

void sg_value_short_key(sg_vm *vm, sg_buffer *out, const sg_string *key) {
  printer p = {.vm = vm, .out = out, .measure = &measures[MEASURES - 1]};
  add_key(&p, key);
}
