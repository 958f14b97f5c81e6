/* sgrad: the prompt. */
#include "repl/prompt.h"

#include "repl/assist/assist.h"
#include "repl/line/lineedit.h"

#include <stdio.h>
#include <unistd.h>

enum {
  OPEN_SIZE = 64,
  LONG = 1 << 12 /* bytes of a statement beyond which a paste is not parsed line by line */
};

typedef struct prompt {
  sg_session *session;
  sg_lineedit edit;
  sg_buffer pending;    /* the lines of the statement being typed */
  uint32_t parsed;      /* so many bytes of them, and they were not a whole statement */
  char open[OPEN_SIZE]; /* the brackets that are open there */
  bool hinted;          /* at :help, after an error */
} prompt;

/* "> ", or for a line that goes on ".. " with the brackets that are open: "..( ". */
static sg_line read_line(prompt *p) {
  p->edit.color = p->session->commands.color;
  if (p->pending.count == 0) return sg_lineedit_read(&p->edit, "> ", SG_STYLE_BOLD, &p->pending);
  char shown[OPEN_SIZE + 8];
  snprintf(shown, sizeof shown, "..%s ", p->open);
  sg_buffer_putc(&p->pending, '\n');
  return sg_lineedit_read(&p->edit, shown, SG_STYLE_DIM, &p->pending);
}

static bool is_blank(const sg_buffer *text) {
  for (uint32_t i = 0; i < text->count; i++)
    if (strchr(" \t\r\n", text->items[i]) == NULL || text->items[i] == '\0') return false;
  return true;
}

/* `exit`, `quit` or `quit()` alone, unless the program has given the name a meaning of its own. */
static bool is_leaving(prompt *p) {
  static const char *const words[] = {"exit", "quit", "quit()"};
  const char *text = sg_buffer_text(&p->pending);
  for (size_t i = 0; text != NULL && i < sizeof words / sizeof *words; i++) {
    const char *blanks = " \t\r";
    const char *word = text + strspn(text, blanks);
    size_t bytes = strlen(words[i]);
    if (strncmp(word, words[i], bytes) != 0 || word[bytes + strspn(word + bytes, blanks)] != '\0')
      continue;
    const sg_global *global =
        sg_vm_global(sg_get_vm(p->session->sgrad), words[i], strcspn(words[i], "("));
    return global == NULL || sg_is_undefined(global->value);
  }
  return false;
}

/* More lines are needed. Each one parses all of them again: where they come faster than anyone
 * types, and are many, only when they have doubled, so that a paste takes linear time. What has
 * become complete meanwhile goes on with what follows it, as in a paste between brackets. */
static bool must_go_on(prompt *p, const char *text) {
  sg_memory *memory = &p->session->memory;
  uint32_t bytes = p->pending.count;
  if (bytes > LONG && bytes / 2 < p->parsed && sg_lineedit_has_more(&p->edit)) return true;
  if (!sg_is_incomplete(p->session->sgrad, text, bytes)) return false;
  p->parsed = bytes;
  p->open[0] = '\0';
  sg_source *source = sg_source_new(memory, "", text, bytes);
  if (source != NULL) sg_parse_open(memory, source, p->open, sizeof p->open);
  sg_source_release(source);
  return true;
}

/* Once, to where the prompt is shown: errors may go elsewhere. */
static void give_hint(prompt *p) {
  static const char hint[] = "Type :help for an overview, :help NAME for one function.";
  sg_buffer text;
  if (p->hinted || !p->edit.editing) return;
  p->hinted = true;
  sg_buffer_init(&text, &p->session->memory);
  sg_style_puts(&text, p->edit.color, SG_STYLE_DIM, hint);
  sg_buffer_putc(&text, '\n');
  sg_session_print(p->session, &text);
}

/* Runs what has been typed: it is complete, right or wrong. */
static sg_status run_pending(prompt *p, const char *text) {
  sg_error_row *typed = &p->session->typed;
  sg_lineedit_remember(&p->edit, text);
  if (p->edit.editing && isatty(STDERR_FILENO)) {
    typed->text = text;
    typed->bytes = p->pending.count;
    typed->margin = p->edit.prompt_columns;
    typed->columns = sg_lineedit_columns(&p->edit);
  }
  p->session->console.disturbed = false;
  sg_status status = sg_run_typed(p->session->sgrad, "<prompt>", text, p->pending.count);
  typed->text = NULL;
  if (status == SG_ERROR) give_hint(p);
  return status;
}

/* The input has ended inside a statement: typed, that abandons it; otherwise it is an error. */
static void end_pending(prompt *p) {
  if (!p->edit.editing) sg_run(p->session->sgrad, "<prompt>", p->pending.items, p->pending.count);
}

typedef enum step { GO_ON, LEAVE } step;

static void forget_pending(prompt *p) {
  sg_buffer_clear(&p->pending);
  p->parsed = 0;
}

static void say_no_memory(prompt *p) {
  sg_console_report(&p->session->console, "error: out of memory: the line is dropped\n");
}

static step use_line(prompt *p, bool fresh, int *exit_code) {
  const char *text = sg_buffer_text(&p->pending);
  sg_status status = SG_OK;
  if (text == NULL)
    say_no_memory(p);
  else if (fresh && is_leaving(p))
    return LEAVE;
  else if (!fresh || !is_blank(&p->pending)) {
    if (must_go_on(p, text)) return GO_ON;
    status = run_pending(p, text);
  }
  forget_pending(p);
  if (status != SG_EXIT) return GO_ON;
  *exit_code = sg_exit_code(p->session->sgrad);
  return LEAVE;
}

static step take_line(prompt *p, int *exit_code) {
  bool fresh = p->pending.count == 0;
  sg_line line = read_line(p);
  if (line == SG_LINE_READ) return use_line(p, fresh, exit_code);
  if (line == SG_LINE_END && !fresh) end_pending(p);
  if (line == SG_LINE_NO_MEMORY) say_no_memory(p);
  forget_pending(p);
  return line == SG_LINE_END && fresh ? LEAVE : GO_ON;
}

int sg_prompt_run(sg_session *session, const char *greeting) {
  prompt p = {.session = session};
  sg_buffer_init(&p.pending, &session->memory);
  sg_assist assist = {session, &p.pending};
  sg_console_write(&session->console, greeting, strlen(greeting));
  sg_lineedit_set_assist(&assist);
  sg_lineedit_init(&p.edit, &session->console, &session->memory);
  session->commands.prompt = true;
  session->commands.edit = &p.edit;
  int exit_code = 0;
  while (session->console.write_errno == 0 && take_line(&p, &exit_code) == GO_ON)
    sg_interrupted = 0;
  sg_lineedit_set_assist(NULL);
  session->commands.edit = NULL;
  sg_lineedit_clear(&p.edit);
  forget_pending(&p);
  return exit_code;
}
