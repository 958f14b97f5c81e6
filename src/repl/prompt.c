/* sgrad: the prompt. */
#include "repl/prompt.h"

#include "repl/lineedit.h"
#include "repl/lineedit_assist.h"

#include <stdio.h>

typedef struct prompt {
  sg_session *session;
  sg_lineedit edit;
  sg_buffer pending; /* the lines of the statement being typed */
} prompt;

enum { OPEN_SIZE = 64 };

/* "> ", or for a line that goes on ".. " with the brackets that are open: "..( ". */
static sg_line read_line(prompt *p) {
  if (p->pending.count == 0) return sg_lineedit_read(&p->edit, "> ", &p->pending);
  sg_memory *memory = &p->session->memory;
  char open[OPEN_SIZE] = "", shown[OPEN_SIZE + 8];
  sg_source *source = sg_source_new(memory, "<prompt>", p->pending.items, p->pending.count);
  if (source != NULL) sg_parse_open(memory, source, open, sizeof open);
  sg_source_release(source);
  snprintf(shown, sizeof shown, "..%s ", open);
  sg_buffer_putc(&p->pending, '\n');
  return sg_lineedit_read(&p->edit, shown, &p->pending);
}

static bool is_blank(const sg_buffer *text) {
  for (uint32_t i = 0; i < text->count; i++)
    if (strchr(" \t\r\n", text->items[i]) == NULL || text->items[i] == '\0') return false;
  return true;
}

/* `exit` or `quit` alone, unless the program has given the name a meaning of its own. */
static bool is_leaving(prompt *p) {
  static const char *const words[] = {"exit", "quit"};
  const char *text = sg_buffer_text(&p->pending);
  for (size_t i = 0; text != NULL && i < 2; i++) {
    const char *blanks = " \t\r";
    const char *word = text + strspn(text, blanks);
    size_t bytes = strlen(words[i]);
    if (strncmp(word, words[i], bytes) != 0 || word[bytes + strspn(word + bytes, blanks)] != '\0')
      continue;
    const sg_global *global = sg_vm_global(sg_get_vm(p->session->sgrad), words[i], bytes);
    return global == NULL || sg_is_undefined(global->value);
  }
  return false;
}

/* Runs what has been typed; true: it was complete, right or wrong. */
static bool run_pending(prompt *p, sg_status *status) {
  sg_interpreter *sgrad = p->session->sgrad;
  const char *text = sg_buffer_text(&p->pending);
  *status = SG_NO_MEMORY;
  if (text == NULL) return true;
  *status = sg_run_typed(sgrad, "<prompt>", text, p->pending.count);
  if (*status == SG_INCOMPLETE) return false;
  sg_lineedit_remember(&p->edit, text);
  return true;
}

/* The input has ended inside a statement: typed, that abandons it; otherwise it is an error. */
static void end_pending(prompt *p) {
  if (!p->edit.editing) sg_run(p->session->sgrad, "<prompt>", p->pending.items, p->pending.count);
  sg_buffer_clear(&p->pending);
}

typedef enum step { GO_ON, LEAVE } step;

static step take_line(prompt *p, int *exit_code) {
  bool fresh = p->pending.count == 0;
  sg_line line = read_line(p);
  if (line == SG_LINE_READ) {
    if (fresh && is_leaving(p)) return LEAVE;
    sg_status status = SG_OK;
    if ((fresh && is_blank(&p->pending)) || run_pending(p, &status)) sg_buffer_clear(&p->pending);
    if (status == SG_EXIT) *exit_code = sg_exit_code(p->session->sgrad);
    return status == SG_EXIT ? LEAVE : GO_ON;
  }
  if (line == SG_LINE_END) {
    sg_console_write(&p->session->console, "\n", 1);
    if (!fresh) end_pending(p);
    return fresh ? LEAVE : GO_ON;
  }
  sg_buffer_clear(&p->pending);
  if (line == SG_LINE_NO_MEMORY)
    sg_console_report(&p->session->console, "error: out of memory: the line is dropped\n");
  return GO_ON;
}

int sg_prompt_run(sg_session *session, const char *greeting) {
  prompt p = {.session = session};
  sg_buffer_init(&p.pending, &session->memory);
  sg_assist assist = {session, &p.pending};
  sg_lineedit_set_assist(&assist);
  sg_lineedit_init(&p.edit, &session->console, &session->memory);
  session->commands.prompt = true;
  session->commands.edit = &p.edit;
  sg_console_write(&session->console, greeting, strlen(greeting));
  int exit_code = 0;
  while (session->console.write_errno == 0 && take_line(&p, &exit_code) == GO_ON)
    sg_interrupted = 0;
  sg_lineedit_set_assist(NULL);
  session->commands.edit = NULL;
  sg_lineedit_clear(&p.edit);
  sg_buffer_clear(&p.pending);
  return exit_code;
}
