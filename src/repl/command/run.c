/* sgrad: the commands that run or look at code: :ast :load :quit :time. */
#include "repl/command/command.h"

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
