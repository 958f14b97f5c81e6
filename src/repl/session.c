/* sgrad: an interpreter connected to the process. */
#include "repl/session.h"

#include <unistd.h>

static bool write_text(void *context, const char *text, size_t bytes) {
  sg_session *session = context;
  return sg_console_write(&session->console, text, bytes);
}

static bool read_line(void *context, const char **line, size_t *bytes) {
  sg_session *session = context;
  return sg_console_read(&session->console, line, bytes);
}

static void report(void *context, const sg_error *error, const char *text) {
  sg_session *session = context;
  (void)error;
  sg_console_report(&session->console, text);
}

/* Shows a value and remembers it as `_`. */
static bool echo(void *context, sg_vm *vm, sg_value value) {
  sg_session *session = context;
  if (sg_is_none(value)) return true;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_value_echo(vm, &text, value, session->commands.digits);
  sg_buffer_putc(&text, '\n');
  if (ok && text.failed) ok = sg_vm_fail_memory(vm);
  ok = ok && sg_vm_write(vm, text.items, text.count);
  sg_buffer_clear(&text);
  return ok && (sg_vm_set_global(vm, "_", value) || sg_vm_fail_memory(vm));
}

void sg_session_init(sg_session *session) {
  sg_memory_init(&session->memory);
  sg_console_init(&session->console, &session->memory);
  session->commands = SG_COMMANDS_DEFAULTS;
  session->sgrad = NULL;
}

bool sg_session_open(sg_session *session, const sg_host *host, sg_when color) {
  sg_host own = *host;
  own.context = session;
  own.color = sg_console_color(color, STDERR_FILENO);
  session->commands.color = sg_console_color(color, STDOUT_FILENO);
  own.write = write_text;
  own.read = read_line;
  own.report = report;
  own.echo = echo;
  own.command = sg_commands_run;
  own.command_context = &session->commands;
  session->sgrad = sg_open(&own);
  return session->sgrad != NULL;
}

void sg_session_clear(sg_session *session) {
  sg_close(session->sgrad);
  sg_console_clear(&session->console);
}

bool sg_session_print(sg_session *session, sg_buffer *text) {
  bool ok = !text->failed && sg_console_write(&session->console, text->items, text->count);
  sg_buffer_clear(text);
  return ok;
}
