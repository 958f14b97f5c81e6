/* sgrad: the commands that run or look at code and variables: :ast :load :quit :time :vars. */
#include "repl/command.h"

#include "base/utf8.h"

#include <time.h>

static bool need_code(sg_vm *vm, sg_argument code, const char *command) {
  return code.bytes > 0 || sg_vm_fail(vm, "':%s' needs code behind it", command);
}

bool sg_command_ast(sg_commands *commands, sg_vm *vm, const char *rest) {
  (void)commands;
  sg_argument code = sg_argument_whole(rest);
  sg_command_text parsed;
  if (!need_code(vm, code, "ast")) return false;
  if (!sg_command_parse(vm, code, SG_COMMAND_STATEMENTS, &parsed)) return false;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  const sg_ast *block = sg_program_block(parsed.program);
  for (uint32_t i = 0; i < block->count; i++) sg_dump_ast(&text, block->items[i]);
  sg_command_text_clear(&parsed);
  return sg_command_print(vm, &text);
}

bool sg_command_load(sg_commands *commands, sg_vm *vm, const char *rest) {
  (void)commands;
  sg_argument line = sg_argument_whole(rest);
  char path[SG_PATH_SIZE];
  return sg_argument_path(vm, line, path) && sg_vm_run_file(vm, path);
}

bool sg_command_quit(sg_commands *commands, sg_vm *vm, const char *rest) {
  (void)commands;
  if (sg_argument_whole(rest).bytes > 0) return sg_vm_fail(vm, "':quit' takes no arguments");
  vm->error.status = SG_EXIT;
  vm->error.exit_code = 0;
  return false;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Three significant digits in the unit that suits: "12.3 ms". */
static void add_seconds(sg_buffer *out, double seconds) {
  static const struct {
    double seconds;
    const char *name;
  } units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {0, "ns"}};
  size_t i = 0;
  while (seconds < units[i].seconds) i++;
  char text[SG_NUMBER_SIZE];
  double scale = units[i].seconds > 0 ? units[i].seconds : 1e-9;
  sg_buffer_printf(out, "%s %s\n", sg_number_short(text, seconds / scale, 3), units[i].name);
}

bool sg_command_time(sg_commands *commands, sg_vm *vm, const char *rest) {
  sg_argument code = sg_argument_whole(rest);
  sg_command_text parsed;
  if (!need_code(vm, code, "time")) return false;
  if (!sg_command_parse(vm, code, SG_COMMAND_STATEMENTS, &parsed)) return false;
  double start = now();
  bool ok = sg_command_execute(vm, code, &parsed, commands->prompt, NULL);
  double seconds = now() - start;
  sg_command_text_clear(&parsed);
  if (!ok) return false;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  add_seconds(&text, seconds);
  return sg_command_print(vm, &text);
}

enum { VALUE_COLUMNS = 60, VALUE_DIGITS = 6, TYPE_COLUMNS = 10, NAME_COLUMNS = 32 };

static size_t get_width(const char *text, size_t bytes) {
  size_t width = 0;
  for (size_t i = 0; i < bytes;) {
    uint32_t code = 0;
    size_t step = sg_utf8_decode(text + i, bytes - i, &code);
    width += step > 0 ? (size_t)sg_utf8_width(code) : 1;
    i += step > 0 ? step : 1;
  }
  return width;
}

static void add_padded(sg_buffer *out, const char *text, size_t bytes, size_t width) {
  size_t used = get_width(text, bytes);
  sg_buffer_add(out, text, bytes);
  sg_buffer_pad(out, ' ', used < width ? width - used : 0);
  sg_buffer_puts(out, "  ");
}

/* The bytes of the first line's first VALUE_COLUMNS columns. */
static size_t find_cut(const char *text, size_t bytes) {
  size_t i = 0, columns = 0;
  while (i < bytes && text[i] != '\n') {
    uint32_t code = 0;
    size_t step = sg_utf8_decode(text + i, bytes - i, &code);
    columns += step > 0 ? (size_t)sg_utf8_width(code) : 1;
    if (columns > VALUE_COLUMNS) break;
    i += step > 0 ? step : 1;
  }
  return i;
}

static bool add_short_value(sg_vm *vm, sg_buffer *out, sg_value v) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_value_echo(vm, &text, v, VALUE_DIGITS);
  if (ok && !text.failed) {
    size_t bytes = text.count;
    while (bytes > 0 && text.items[bytes - 1] == '\n') bytes--;
    size_t shown = find_cut(text.items, bytes);
    sg_buffer_escape(out, text.items, shown, 0);
    if (shown < bytes) sg_buffer_puts(out, "...");
  }
  ok = ok && (!text.failed || sg_vm_fail_memory(vm));
  sg_buffer_clear(&text);
  return ok;
}

/* Assigned by the program; `_` is not: at the prompt it holds the last value. */
static bool is_variable(const sg_global *global) {
  return !sg_is_undefined(global->value) && strcmp(global->name->text, "_") != 0;
}

static size_t find_name_width(const sg_vm *vm) {
  size_t width = 4;
  for (uint32_t i = 0; i < vm->global_count; i++) {
    const sg_global *global = &vm->globals[i];
    if (!is_variable(global)) continue;
    size_t used = get_width(global->name->text, global->name->bytes);
    if (used > width) width = used;
  }
  return width < NAME_COLUMNS ? width : NAME_COLUMNS;
}

bool sg_command_vars(sg_commands *commands, sg_vm *vm, const char *rest) {
  (void)commands;
  if (sg_argument_whole(rest).bytes > 0) return sg_vm_fail(vm, "':vars' takes no arguments");
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  size_t width = find_name_width(vm);
  bool ok = true;
  for (uint32_t i = 0; ok && i < vm->global_count; i++) {
    const sg_global *global = &vm->globals[i];
    if (!is_variable(global)) continue;
    const char *type = sg_type_name(global->value);
    add_padded(&text, global->name->text, global->name->bytes, width);
    add_padded(&text, type, strlen(type), TYPE_COLUMNS);
    ok = add_short_value(vm, &text, global->value);
    sg_buffer_putc(&text, '\n');
  }
  if (ok && text.count == 0) sg_buffer_puts(&text, "no variables yet\n");
  if (ok) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}
