/* sgrad: an interpreter connected to the process. */
#include "repl/session.h"

#include "repl/places.h"

#include <unistd.h>

static bool write_text(void *context, const char *text, size_t bytes) {
  sg_session *session = context;
  return sg_console_write(&session->console, text, bytes);
}

static size_t show_status(void *context, const char *text, size_t bytes) {
  sg_session *session = context;
  return sg_console_status(&session->console, text, bytes);
}

static bool read_line(void *context, const char **line, size_t *bytes) {
  sg_session *session = context;
  return sg_console_read(&session->console, line, bytes);
}

/* With the caret below the line that was typed, when nothing stands between. */
static bool report_under(sg_session *session, const sg_error *error) {
  if (session->typed.text == NULL || session->console.disturbed) return false;
  sg_buffer out;
  sg_buffer_init(&out, &session->memory);
  bool fits = sg_error_print_under(&out, error, &session->typed);
  const char *text = fits ? sg_buffer_text(&out) : NULL;
  if (text != NULL) sg_console_report(&session->console, text);
  sg_buffer_clear(&out);
  return text != NULL;
}

/* The terminal has shown Ctrl-C as "^C", and the program may have stopped within a line. */
static void begin_line(sg_session *session, const sg_error *error) {
  if (session->typed.text == NULL) return;
  if (error->status == SG_INTERRUPTED || session->console.midline)
    sg_console_write(&session->console, "\n", 1);
}

static void report(void *context, const sg_error *error, const char *text) {
  sg_session *session = context;
  begin_line(session, error);
  if (!report_under(session, error)) sg_console_report(&session->console, text);
}

static bool show(sg_session *session, sg_vm *vm, sg_value value) {
  const sg_commands *commands = &session->commands;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_value_echo_value(vm, &text, value, commands->digits);
  if (!commands->no_grad) sg_value_echo_grad(vm, &text, value, commands->digits, commands->color);
  sg_buffer_putc(&text, '\n');
  if (ok && text.failed) ok = sg_vm_fail_memory(vm);
  ok = ok && sg_vm_write(vm, text.items, text.count);
  sg_buffer_clear(&text);
  return ok;
}

/* Remembers a value as `_`, and shows it. */
static bool echo(void *context, sg_vm *vm, sg_value value) {
  sg_session *session = context;
  if (sg_is_none(value)) return true;
  if (!sg_vm_set_global(vm, "_", value)) return sg_vm_fail_memory(vm);
  sg_journal_echo(&session->journal, vm, value);
  return show(session, vm, value);
}

static void begin(void *context, sg_vm *vm, const sg_program *program) {
  sg_session *session = context;
  (void)vm;
  sg_journal_begin(&session->journal, program);
}

static void end(void *context, sg_vm *vm, const sg_program *program) {
  sg_session *session = context;
  (void)program;
  sg_journal_end(&session->journal, vm);
}

void sg_session_init(sg_session *session) {
  sg_memory_init(&session->memory);
  sg_console_init(&session->console, &session->memory);
  session->commands = SG_COMMANDS_DEFAULTS;
  session->commands.session = session;
  sg_journal_init(&session->journal, &session->memory);
  session->saved = (sg_saved){0};
  sg_buffer_init(&session->init, &session->memory);
  session->resetting = false;
  session->sgrad = NULL;
  session->typed = (sg_error_row){0};
}

bool sg_session_open(sg_session *session, const sg_host *host, sg_when color) {
  sg_host own = *host;
  own.context = session;
  own.write = write_text;
  own.status = show_status;
  own.unicode = session->console.is_unicode;
  own.read = read_line;
  own.report = report;
  own.echo = echo;
  own.begin = begin;
  own.end = end;
  own.command = sg_commands_run;
  own.command_context = &session->commands;
  session->sgrad = sg_open(&own);
  if (session->sgrad == NULL) return false;
  session->commands.when = color;
  sg_session_color(session);
  session->journal.seed = sg_get_vm(session->sgrad)->random.seed;
  return true;
}

void sg_session_color(sg_session *session) {
  sg_when when = session->commands.when;
  session->commands.color = sg_console_color(when, STDOUT_FILENO);
  session->typed.color = sg_console_color(when, STDERR_FILENO);
  sg_set_color(session->sgrad, session->typed.color);
}

void sg_session_clear(sg_session *session) {
  sg_close(session->sgrad);
  sg_journal_clear(&session->journal);
  sg_buffer_clear(&session->init);
  sg_console_clear(&session->console);
}

sg_status sg_session_run_init(sg_session *session) {
  sg_status status = SG_OK;
  const char *path = sg_place_init(&session->init) ? sg_buffer_text(&session->init) : NULL;
  if (path != NULL) {
    sg_journal_file(&session->journal, path);
    status = sg_run_file(session->sgrad, path);
    sg_journal_file(&session->journal, NULL);
    sg_set_directory(session->sgrad, NULL);
  } else {
    sg_buffer_clear(&session->init);
  }
  return status;
}

/* A reset in the init file itself does not run it again. */
bool sg_session_reset(sg_session *session, uint32_t *count, const char **init) {
  sg_vm *vm = sg_get_vm(session->sgrad);
  bool again = session->init.count > 0 && !session->resetting;
  *count = sg_reset(session->sgrad);
  *init = again ? sg_buffer_text(&session->init) : NULL;
  sg_journal_restart(&session->journal, vm, vm->random.seed);
  if (!again) return true;
  if (*init == NULL) return sg_vm_fail_memory(vm);
  session->resetting = true;
  bool ok = sg_vm_run_file(vm, *init);
  session->resetting = false;
  if (ok) sg_journal_load(&session->journal, *init);
  return ok;
}

bool sg_session_print(sg_session *session, sg_buffer *text) {
  bool ok = !text->failed && sg_console_write(&session->console, text->items, text->count);
  sg_buffer_clear(text);
  return ok;
}
