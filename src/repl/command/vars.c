/* sgrad: the command :vars: the program's variables, one a line: name, type, value, gradient. */
#include "base/style.h"
#include "base/utf8.h"
#include "repl/command/command.h"

enum { LINE_COLUMNS = 78, NAME_COLUMNS = 20, LEAST_VALUE = 24 };

/* The widths of the columns; the value of what has no gradient runs on into the last one. */
typedef struct layout {
  size_t name;
  size_t type;
  size_t value;
} layout;

typedef struct listing {
  sg_vm *vm;
  sg_buffer out;
  sg_argument prefix; /* of the names to list */
  int digits;
} listing;

/* Columns up to the end of the text; `*cut` is where `most` of them end. */
static size_t get_width(const char *text, size_t bytes, size_t most, size_t *cut) {
  size_t width = 0;
  *cut = 0;
  for (size_t i = 0; i < bytes;) {
    size_t columns;
    i += sg_utf8_step(text + i, bytes - i, &columns);
    width += columns;
    if (width <= most) *cut = i;
  }
  return width;
}

/* A cell, cut or filled up to its width, and the gap behind it. */
static void add_cell(sg_buffer *out, const char *text, size_t bytes, size_t width) {
  size_t cut, short_cut, used = get_width(text, bytes, width, &cut);
  if (used > width) {
    get_width(text, bytes, width - 3, &short_cut);
    sg_buffer_add(out, text, short_cut);
    sg_buffer_puts(out, "...  ");
    return;
  }
  sg_buffer_add(out, text, bytes);
  sg_buffer_pad(out, ' ', width - used + 2);
}

/* Assigned by the program; `_` is not: at the prompt it holds the last value. */
static bool is_listed(const listing *l, const sg_global *global) {
  const sg_string *name = global->name;
  return !sg_is_undefined(global->value) && strcmp(name->text, "_") != 0 &&
         name->bytes >= l->prefix.bytes &&
         memcmp(name->text, l->prefix.start, l->prefix.bytes) == 0;
}

static void widen(size_t *width, size_t used, size_t most) {
  if (used > most) used = most;
  if (used > *width) *width = used;
}

static const char *get_number(const listing *l, sg_value v, char text[SG_NUMBER_SIZE]) {
  return sg_number_short(text, sg_tape_value(&l->vm->tape, v), l->digits);
}

static layout measure(const listing *l) {
  layout widths = {4, 4, 5};
  for (uint32_t i = 0; i < l->vm->global_count; i++) {
    const sg_global *global = &l->vm->globals[i];
    char text[SG_NUMBER_SIZE];
    size_t cut;
    if (!is_listed(l, global)) continue;
    widen(&widths.name, get_width(global->name->text, global->name->bytes, 0, &cut), NAME_COLUMNS);
    widen(&widths.type, strlen(sg_type_name(global->value)), NAME_COLUMNS);
    if (sg_is_number(global->value))
      widen(&widths.value, strlen(get_number(l, global->value, text)), SG_NUMBER_SIZE);
  }
  return widths;
}

static const char *get_grad(const listing *l, sg_value v, char text[SG_NUMBER_SIZE]) {
  const sg_tape *tape = &l->vm->tape;
  if (!sg_is_node(v)) return "constant";
  if (!sg_node_has_grad(tape, sg_as_node(v))) return "-";
  return sg_number_short(text, sg_node_grad(tape, sg_as_node(v)), l->digits);
}

static bool add_value(listing *l, const layout *widths, sg_value v) {
  char text[SG_NUMBER_SIZE];
  if (sg_is_number(v)) {
    const char *value = get_number(l, v, text);
    add_cell(&l->out, value, strlen(value), widths->value);
    sg_buffer_puts(&l->out, get_grad(l, v, text));
    return true;
  }
  size_t used = widths->name + widths->type + 4;
  size_t room = used + LEAST_VALUE < LINE_COLUMNS ? LINE_COLUMNS - used : LEAST_VALUE;
  return sg_value_short(l->vm, &l->out, v, l->digits, room - 3);
}

static bool add_row(listing *l, const layout *widths, const sg_global *global) {
  const char *type = sg_type_name(global->value);
  add_cell(&l->out, global->name->text, global->name->bytes, widths->name);
  add_cell(&l->out, type, strlen(type), widths->type);
  bool ok = add_value(l, widths, global->value);
  sg_buffer_putc(&l->out, '\n');
  return ok;
}

static void add_head(listing *l, const layout *widths, bool color) {
  sg_style_begin(&l->out, color, SG_STYLE_DIM);
  add_cell(&l->out, "name", 4, widths->name);
  add_cell(&l->out, "type", 4, widths->type);
  add_cell(&l->out, "value", 5, widths->value);
  sg_buffer_puts(&l->out, "grad");
  sg_style_begin(&l->out, color, SG_STYLE_PLAIN);
  sg_buffer_putc(&l->out, '\n');
}

static void add_nothing(listing *l) {
  if (l->prefix.bytes == 0) {
    sg_buffer_puts(&l->out, "no variables yet\n");
    return;
  }
  sg_buffer_puts(&l->out, "no variable begins with '");
  sg_buffer_escape(&l->out, l->prefix.start, l->prefix.bytes, '\'');
  sg_buffer_puts(&l->out, "'\n");
}

bool sg_command_vars(sg_commands *commands, sg_vm *vm, const char *rest) {
  listing l = {.vm = vm, .prefix = sg_argument_whole(rest), .digits = commands->digits};
  sg_buffer_init(&l.out, vm->memory);
  layout widths = measure(&l);
  bool ok = true, any = false;
  for (uint32_t i = 0; ok && i < vm->global_count; i++) {
    if (!is_listed(&l, &vm->globals[i])) continue;
    if (!any) add_head(&l, &widths, commands->color);
    any = true;
    ok = add_row(&l, &widths, &vm->globals[i]) && sg_vm_poll(vm);
  }
  if (ok && !any) add_nothing(&l);
  if (ok) return sg_command_print(vm, &l.out);
  sg_buffer_clear(&l.out);
  return false;
}
