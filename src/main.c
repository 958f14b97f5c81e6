/* sgrad: the program: what the command line asks for, and the exit status. */
#include "base/file.h"
#include "config.h"
#include "options.h"
#include "repl/prompt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { EXIT_PROGRAM = 1, EXIT_USAGE = 2, EXIT_INTERRUPT = 130 };

static void interrupt(int signal_number) {
  (void)signal_number;
  sg_interrupted = 1;
}

/* Ctrl-C is noted, without SA_RESTART, so that what blocks returns; a reader that has gone ends the
 * process quietly, as `| head` expects. */
static void set_signals(void) {
  struct sigaction action = {.sa_handler = interrupt}, before;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, NULL, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGINT, &action, NULL);
  signal(SIGPIPE, SIG_DFL);
}

static int get_exit_code(const sg_session *session, sg_status status) {
  switch (status) {
  case SG_OK: return 0;
  case SG_EXIT: return sg_exit_code(session->sgrad);
  case SG_INTERRUPTED: return EXIT_INTERRUPT;
  default: return EXIT_PROGRAM;
  }
}

/* "sgrad: " and a line on standard error. */
__attribute__((format(printf, 2, 3))) static int complain(sg_session *session, const char *format,
                                                          ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  sg_console_report(&session->console, "sgrad: ");
  sg_console_report(&session->console, text);
  sg_console_report(&session->console, "\n");
  return EXIT_USAGE;
}

static bool is_stdin(const char *path) { return path == NULL || strcmp(path, "-") == 0; }

/* The text of FILE or standard input. 0, or the exit status. */
static int read_program(sg_session *session, const char *path, sg_buffer *text) {
  int failure =
      is_stdin(path) ? sg_console_read_all(&session->console, text) : sg_file_read(text, path);
  if (failure == 0) return 0;
  if (failure == EINTR) return EXIT_INTERRUPT;
  if (is_stdin(path)) return complain(session, "cannot read standard input: %s", strerror(failure));
  sg_buffer shown;
  sg_buffer_init(&shown, &session->memory);
  sg_buffer_escape(&shown, path, strlen(path), '\'');
  const char *name = sg_buffer_text(&shown);
  complain(session, "cannot read '%s': %s", name == NULL ? "" : name, strerror(failure));
  sg_buffer_clear(&shown);
  return EXIT_USAGE;
}

/* What to do with a whole text. */
typedef sg_status use_text(sg_session *session, const char *name, const char *text, size_t bytes);

static sg_status run_text(sg_session *session, const char *name, const char *text, size_t bytes) {
  return sg_run(session->sgrad, name, text, bytes);
}

static sg_status check_text(sg_session *session, const char *name, const char *text, size_t bytes) {
  return sg_check(session->sgrad, name, text, bytes, NULL);
}

static sg_status format_text(sg_session *session, const char *name, const char *text,
                             size_t bytes) {
  sg_buffer out;
  sg_buffer_init(&out, &session->memory);
  sg_status status = sg_check(session->sgrad, name, text, bytes, &out);
  bool printed = status != SG_OK || sg_session_print(session, &out);
  sg_buffer_clear(&out);
  return printed ? status : SG_ERROR;
}

static sg_status print_value(sg_session *session, const char *text) {
  sg_buffer out;
  sg_buffer_init(&out, &session->memory);
  sg_status status = sg_evaluate(session->sgrad, "-p", text, SG_ALL, &out);
  sg_buffer_putc(&out, '\n');
  bool printed = status != SG_OK || sg_session_print(session, &out);
  sg_buffer_clear(&out);
  return printed ? status : SG_ERROR;
}

static sg_status use_snippets(sg_session *session, const sg_options *options, use_text *use) {
  sg_status status = SG_OK;
  for (uint32_t i = 0; status == SG_OK && i < options->count; i++) {
    const sg_snippet *snippet = &options->items[i];
    bool print = snippet->print && use == run_text;
    status = print
                 ? print_value(session, snippet->text)
                 : use(session, snippet->print ? "-p" : "-e", snippet->text, strlen(snippet->text));
  }
  return status;
}

static int use_file(sg_session *session, const char *path, use_text *use) {
  sg_buffer text;
  sg_buffer_init(&text, &session->memory);
  int code = read_program(session, path, &text);
  if (code == 0 && !sg_set_directory(session->sgrad, is_stdin(path) ? NULL : path))
    code = complain(session, "out of memory");
  if (code == 0) {
    sg_journal_file(&session->journal, is_stdin(path) ? NULL : path);
    sg_status status = use(session, is_stdin(path) ? "<stdin>" : path, text.items, text.count);
    sg_journal_file(&session->journal, NULL);
    code = get_exit_code(session, status);
  }
  sg_buffer_clear(&text);
  return code;
}

static int run_prompt(sg_session *session, const sg_options *options) {
  static const char greeting[] =
      "sgrad " PACKAGE_VERSION ": every number knows its gradient. :help helps, Ctrl-D leaves.\n";
  sg_interrupted = 0;
  return sg_prompt_run(session, options->quiet ? "" : greeting);
}

static int run(sg_session *session, const sg_options *options) {
  use_text *use = options->format ? format_text : options->check ? check_text : run_text;
  bool given = options->file != NULL || options->count > 0;
  bool prompt = use == run_text && (options->interactive || (!given && isatty(STDIN_FILENO)));
  if (prompt && !options->no_init && sg_session_run_init(session) == SG_EXIT)
    return sg_exit_code(session->sgrad);
  sg_status status = use_snippets(session, options, use);
  int code = get_exit_code(session, status);
  if (status == SG_OK && (options->file != NULL || (!given && !prompt)))
    code = use_file(session, options->file, use);
  bool leave = status == SG_EXIT || code == EXIT_USAGE;
  return prompt && !leave ? run_prompt(session, options) : code;
}

/* The least memory limit under which an interpreter opens and runs something, in MiB. */
static size_t find_least_memory(void) {
  enum { MIB_BITS = 20, RESERVED = 32 /* a part in so many is kept by sg_open */ };
  size_t peak = 0;
  sg_interpreter *sgrad = sg_open(&(sg_host){0});
  if (sgrad != NULL && sg_run(sgrad, "", "x = 1", SG_ALL) == SG_OK)
    peak = sg_get_memory(sgrad)->peak;
  sg_close(sgrad);
  return ((peak + peak / (RESERVED - 1)) >> MIB_BITS) + 1;
}

static int refuse_memory(sg_session *session, size_t limit) {
  size_t least = limit > 0 ? find_least_memory() : 0;
  if (limit == 0 || limit >= least << 20) return complain(session, "out of memory");
  return complain(session, "--max-memory is too small: %zuM is the least", least);
}

static int open_and_run(sg_session *session, const sg_options *options) {
  sg_host host = {
      .memory_limit = options->memory_limit, .has_seed = options->has_seed, .seed = options->seed};
  if (!sg_session_open(session, &host, options->color))
    return refuse_memory(session, options->memory_limit);
  if (!sg_set_args(session->sgrad, options->args, options->arg_count))
    return complain(session, "out of memory");
  sg_journal_args(&session->journal, options->args, options->arg_count);
  set_signals();
  return run(session, options);
}

static int print_help(sg_session *session) {
  sg_buffer text;
  sg_buffer_init(&text, &session->memory);
  sg_options_help(&text);
  return sg_session_print(session, &text) ? 0 : EXIT_USAGE;
}

static int print_version(sg_session *session) {
  static const char text[] = "sgrad " PACKAGE_VERSION "\n";
  return sg_console_write(&session->console, text, strlen(text)) ? 0 : EXIT_USAGE;
}

static int obey(sg_session *session, int argc, char **argv) {
  sg_options options;
  sg_buffer message;
  sg_buffer_init(&message, &session->memory);
  int code;
  if (!sg_options_parse(&options, &session->memory, argc, argv, &message)) {
    const char *text = sg_buffer_text(&message);
    code = complain(session, "%s\nTry 'sgrad --help'.", text == NULL ? "out of memory" : text);
  } else if (options.help)
    code = print_help(session);
  else if (options.version)
    code = print_version(session);
  else
    code = open_and_run(session, &options);
  sg_options_clear(&options);
  sg_buffer_clear(&message);
  return code;
}

int main(int argc, char **argv) {
  sg_session session;
  sg_session_init(&session);
  int code = obey(&session, argc, argv);
  bool written = sg_console_close(&session.console);
  if (!written && code != EXIT_INTERRUPT)
    code = complain(&session, "cannot write the output: %s", strerror(session.console.write_errno));
  sg_session_clear(&session);
  return code;
}
