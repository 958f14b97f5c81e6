/* sgrad: the table of :commands and how a name finds its row. */
#include "repl/commands.h"

#include "repl/command/command.h"

#include <stdio.h>

static const sg_command table[] = {
    {.name = "ast",
     .arguments = "CODE",
     .doc = "prints the syntax tree of statements",
     .run = sg_command_ast,
     .kinds = "CODE"},
    {.name = "boundary",
     .arguments = "model xs ys [FILE] [labels=NAMES] [title=TEXT] [x=TEXT] [y=TEXT]",
     .doc = "the classes that a model gives every place, with the samples: in the terminal, or a "
            "FILE.svg, .png, .pdf",
     .run = sg_command_boundary,
     .kinds = "NAME NAME NAME FILE|labels=|title=|x=|y= ..."},
    {.name = "examples",
     .arguments = "[NAME]",
     .doc = "lists the example programs; with a name, runs that one",
     .run = sg_command_examples,
     .kinds = "EXAMPLE",
     .saves = SG_SAVES_LINE},
    {.name = "graph",
     .arguments = "y [FILE] [rankdir=LR] [grad=yes] [compact] [depth=N]",
     .doc = "the graph behind y: prints DOT, or makes FILE.dot, .svg, .png, .pdf",
     .run = sg_command_graph,
     .kinds = "NODE FILE|rankdir=LR|rankdir=TB|grad=yes|grad=no|compact|depth= ..."},
    {.name = "help",
     .arguments = "[NAME|TOPIC]",
     .doc = "explains a function, an operator, a command; lists a topic",
     .run = sg_command_help,
     .kinds = "COMMAND|KEYWORD|NAME|TOPIC"},
    {.name = "history",
     .arguments = "[N|TEXT]",
     .doc = "lists the last N entries typed, or those that contain TEXT",
     .run = sg_command_history},
    {.name = "load",
     .arguments = "FILE",
     .doc = "runs a file in the global scope",
     .run = sg_command_load,
     .kinds = "FILE",
     .saves = SG_SAVES_FILE},
    {.name = "plot",
     .arguments = "[f] [xs] ys [FILE] [log=yes] [title=TEXT] [x=TEXT] [y=TEXT]",
     .doc =
         "curves of lists of numbers, of a training's history, or of a function f over xs: in the "
         "terminal, or a FILE.svg, .png, .pdf",
     .run = sg_command_plot,
     .kinds = "NAME NAME|FILE|log=yes|log=no|title=|x=|y= ..."},
    {.name = "quit", .arguments = "", .doc = "leaves", .run = sg_command_quit},
    {.name = "reset",
     .arguments = "",
     .doc = "forgets all variables and the graph, as a fresh session",
     .run = sg_command_reset},
    {.name = "save",
     .arguments = "FILE [overwrite]",
     .doc = "writes what the session did as a script that repeats it; see :help saving",
     .run = sg_command_save,
     .kinds = "FILE overwrite"},
    {.name = "scatter",
     .arguments = "xs [ys] [FILE] [labels=NAMES] [title=TEXT] [x=TEXT] [y=TEXT]",
     .doc = "samples of two numbers as points, by their class: in the terminal, or a FILE.svg, "
            ".png, .pdf",
     .run = sg_command_scatter,
     .kinds = "NAME NAME|FILE|labels=|title=|x=|y= ..."},
    {.name = "set",
     .arguments = "[NAME [VALUE]]",
     .doc = "shows the settings, or one, or changes it; see :help settings",
     .run = sg_command_set,
     .kinds = "SETTING VALUE",
     .saves = SG_SAVES_CHANGE},
    {.name = "tape",
     .arguments = "[y]",
     .doc = "lists the nodes behind y; alone, counts those of the whole tape",
     .run = sg_command_tape,
     .kinds = "NODE"},
    {.name = "time",
     .arguments = "CODE",
     .doc = "runs statements and prints how long they took",
     .run = sg_command_time,
     .kinds = "CODE",
     .saves = SG_SAVES_CODE},
    {.name = "vars",
     .arguments = "[PREFIX]",
     .doc = "lists the program's variables: name, type, value, grad",
     .run = sg_command_vars,
     .kinds = "NAME"},
    {.name = NULL},
};

const sg_command *sg_commands_table(void) { return table; }

const sg_command *sg_commands_find(const char *name) {
  for (const sg_command *row = table; row->name != NULL; row++)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

static const char *next_name(void *context) {
  const sg_command **row = context;
  return (*row)->name == NULL ? NULL : (*row)++->name;
}

/* The only row whose name begins so, or NULL; `*count` says how many there are. */
static const sg_command *find_prefix(const char *prefix, size_t bytes, int *count) {
  const sg_command *found = NULL;
  *count = 0;
  for (const sg_command *row = table; bytes > 0 && row->name != NULL; row++) {
    if (strncmp(row->name, prefix, bytes) != 0) continue;
    found = row;
    ++*count;
  }
  return *count == 1 ? found : NULL;
}

const sg_command *sg_commands_find_prefix(const char *name, size_t bytes) {
  int count;
  for (const sg_command *row = table; row->name != NULL; row++)
    if (strlen(row->name) == bytes && memcmp(row->name, name, bytes) == 0) return row;
  return find_prefix(name, bytes, &count);
}

static bool fail_unknown(sg_vm *vm, const char *name) {
  const sg_command *rows = table;
  int count;
  const sg_command *longer = find_prefix(name, strlen(name), &count);
  const char *near = longer ? longer->name : sg_nearest_name(name, next_name, &rows);
  sg_vm_fail(vm, "unknown command ':%s'", name);
  return near != NULL ? sg_vm_note(vm, "did you mean ':%s'?", near)
                      : sg_vm_note(vm, "':help' lists the commands");
}

static bool fail_ambiguous(sg_vm *vm, const char *name) {
  size_t bytes = strlen(name);
  char names[256] = "";
  size_t used = 0;
  for (const sg_command *row = table; row->name != NULL; row++) {
    size_t more = strlen(row->name) + 4;
    if (strncmp(row->name, name, bytes) != 0 || used + more > sizeof names) continue;
    used += (size_t)snprintf(names + used, sizeof names - used, "%s:%s", used > 0 ? ", " : "",
                             row->name);
  }
  return sg_vm_fail(vm, "':%s' may be %s", name, names);
}

bool sg_commands_run(void *context, sg_vm *vm, const char *name, const char *rest) {
  sg_commands script = SG_COMMANDS_DEFAULTS;
  sg_commands *commands = context != NULL ? context : &script;
  const sg_command *command = sg_commands_find(name);
  int count = 0;
  if (command == NULL && commands->prompt) command = find_prefix(name, strlen(name), &count);
  if (command != NULL) return command->run(commands, vm, rest);
  return count > 1 ? fail_ambiguous(vm, name) : fail_unknown(vm, name);
}
