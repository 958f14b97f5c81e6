/* sgrad: values as text: for print and str exactly, for the prompt's echo shortened.
 *
 * Containers are printed by a loop over a stack of their own, so that depth is bounded by memory
 * only. A set of the containers that are open finds one that stands within itself.
 */
#include "base/utf8.h"
#include "runtime/code.h"
#include "runtime/vm.h"

enum {
  LONG_LIST = 20,           /* items past which the echo shows a container's ends only */
  LIST_END = 6,             /* how many at each end */
  POLL_EVERY = 4096,        /* items */
  ESCAPE_AT_ONCE = 1 << 20, /* bytes between looks at Ctrl-C */
  EXACT = 0                 /* digits */
};

/* A container that has been opened. */
typedef struct level {
  const sg_object *container;
  uint32_t next; /* its next item */
} level;

typedef struct printer {
  sg_vm *vm;
  sg_buffer *out;
  int digits;   /* EXACT, or significant digits and long lists cut */
  level *items; /* [count], from the outermost in; owned */
  uint32_t count;
  uint32_t capacity;
  /* The open containers by address: open addressing, linear, without tombstones: what goes was the
   * last to come, so nothing was placed behind it. Owned. */
  const sg_object **open;
  uint32_t open_size;
  uint32_t steps;
  bool interrupted; /* in the middle of a string */
} printer;

static const char *const keywords[] = {
#define SG_TOKEN(id, spelling, ...) spelling,
#define SG_ALIAS(id, spelling) spelling,
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(...)
#include "syntax/tokens.def"
};

/* Whether a record's key needs no quotes. */
static bool is_name(const sg_string *key) {
  uint32_t code = 0;
  for (size_t at = 0; at < key->bytes;) {
    size_t bytes = sg_utf8_decode(key->text + at, key->bytes - at, &code);
    if (at ? !sg_is_name_part(code) : !sg_is_name_start(code)) return false;
    at += bytes;
  }
  for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
    if (strcmp(key->text, keywords[i]) == 0) return false;
  return key->bytes > 0;
}

/* Quoted in pieces, with looks at Ctrl-C, which end it early: print asks again. */
static void add_string(printer *p, const sg_string *string, bool quote) {
  if (!quote) {
    sg_buffer_add(p->out, string->text, string->bytes);
    return;
  }
  sg_buffer_putc(p->out, '"');
  for (size_t at = 0, end; at < string->bytes && !p->interrupted; at = end) {
    end = string->bytes - at > ESCAPE_AT_ONCE ? at + ESCAPE_AT_ONCE : string->bytes;
    while ((string->text[end] & 0xC0) == 0x80) end++;
    sg_buffer_escape(p->out, string->text + at, end - at, '"');
    p->interrupted = sg_interrupted;
  }
  sg_buffer_putc(p->out, '"');
}

static void add_number(printer *p, double x) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_puts(p->out, p->digits == EXACT ? sg_number_text(text, x)
                                            : sg_number_short(text, x, p->digits));
}

static void add_function(printer *p, const sg_function *function) {
  const sg_code *code = function->code;
  sg_buffer_add(p->out, code->source->text + code->span.start, code->span.end - code->span.start);
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

static bool add_value(printer *p, sg_value v, bool quote) {
  if (is_container(v)) return open_container(p, sg_as_object(v));
  add_plain(p, v, quote);
  return true;
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
  if (p->digits != EXACT && count > LONG_LIST && i == LIST_END) {
    sg_buffer_puts(p->out, "...");
    top->next = count - LIST_END;
    return true;
  }
  if (container->kind == SG_RECORD) {
    const sg_string *key = ((const sg_record *)container)->keys[i];
    add_string(p, key, !is_name(key));
    sg_buffer_puts(p->out, ": ");
  }
  return add_value(p, get_item(container, i), true);
}

static bool print(sg_vm *vm, sg_buffer *out, sg_value v, bool quote, int digits) {
  printer p = {.vm = vm, .out = out, .digits = digits};
  bool ok = add_value(&p, v, quote);
  while (ok && p.count && !out->failed)
    ok = add_next(&p) && (!(p.interrupted || ++p.steps % POLL_EVERY == 0) || sg_vm_poll(vm));
  sg_release(vm->memory, p.items, p.capacity * sizeof *p.items);
  sg_release(vm->memory, p.open, p.open_size * sizeof *p.open);
  return ok && (!p.interrupted || sg_vm_poll(vm)) && (!out->failed || sg_vm_fail_memory(vm));
}

bool sg_value_text(sg_vm *vm, sg_buffer *out, sg_value v, bool quote) {
  return print(vm, out, v, quote, EXACT);
}

bool sg_value_echo(sg_vm *vm, sg_buffer *out, sg_value v, int digits) {
  if (!print(vm, out, v, true, digits)) return false;
  if (!sg_is_node(v) || !sg_node_has_grad(&vm->tape, sg_as_node(v))) return true;
  sg_buffer_puts(out, " | grad ");
  return print(vm, out, sg_number(sg_node_grad(&vm->tape, sg_as_node(v))), false, digits);
}
