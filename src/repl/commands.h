/* sgrad: the table of :commands. A command is one row; help, completion and dispatch read the
 * table. */
#ifndef SG_REPL_COMMANDS_H
#define SG_REPL_COMMANDS_H

#include "repl/console.h"
#include "runtime/vm.h"

struct sg_session;

/* What commands know beyond the evaluator: the context of sg_commands_run. */
typedef struct sg_commands {
  bool prompt;  /* typed: prefixes of names will do, and what was done is said */
  bool color;   /* what is written to standard output may carry styles (base/style.h) */
  bool no_grad; /* the echo shows no gradients */
  sg_when when; /* :set color, of both streams */
  int digits;   /* significant ones that the echo shows */
  struct sg_session *session; /* NULL: an interpreter without one; not owned */
  /* reads the prompt's lines and keeps its history; NULL where there is no prompt; not owned */
  const struct sg_lineedit *edit;
} sg_commands;

/* `rest` is what follows the name. False with the error set. */
typedef bool sg_command_run(sg_commands *commands, sg_vm *vm, const char *rest);

/* What :save writes for a command that succeeded. */
typedef enum sg_command_saves {
  SG_SAVES_NOTHING, /* it only shows something, or begins the session anew */
  SG_SAVES_LINE,    /* the command as it is, if it has an argument: alone it only shows */
  SG_SAVES_CHANGE,  /* the same, if it has two, or name=value */
  SG_SAVES_CODE,    /* its argument: it runs that */
  SG_SAVES_FILE     /* the command with the whole path of its file */
} sg_command_saves;

typedef struct sg_command {
  const char *name;      /* without the colon */
  const char *arguments; /* as help shows them: "y [FILE.dot]" */
  const char *doc;       /* one line */
  sg_command_run *run;
  /* What Tab offers for each argument in turn: words with blanks between them, each a kind (CODE,
   * NODE, NAME, FILE: see assist/command.c) or a word as it is typed ("grad=no"), or some of
   * these with '|' between them; "..." behind the last: any number of it. NULL: nothing. */
  const char *kinds;
  sg_command_saves saves;
} sg_command;

/* The rows, sorted by name; a NULL name ends them. */
const sg_command *sg_commands_table(void);
/* The command of exactly that name, or NULL. */
const sg_command *sg_commands_find(const char *name);
/* The same, or the only one whose name begins so, as at the prompt. */
const sg_command *sg_commands_find_prefix(const char *name, size_t bytes);

enum { SG_ECHO_DIGITS = 6 };
#define SG_COMMANDS_DEFAULTS ((sg_commands){.digits = SG_ECHO_DIGITS})

/* Runs ":name rest": what sg_vm.command wants. `context` is a sg_commands, or NULL for the
 * defaults.
 */
bool sg_commands_run(void *context, sg_vm *vm, const char *name, const char *rest);

#endif
