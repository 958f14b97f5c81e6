/* sgrad: :help: a function, an operator, a keyword, a command, a variable, or a topic. All of it is
 * read from the tables: the builtins' rows, ops.def, the commands. */
#include "repl/command.h"

#include "graph/ops.h"

#include <ctype.h>
#include <stdio.h>

enum {
  WORD_SIZE = 32,
  LINE_COLUMNS = 78,
  INDENT = 2,
  TITLE_COLUMNS = 9,
  SIGNATURE_SIZE = 512,
  NAME_SIZE = 256
};

typedef struct topic {
  const char *name;
  const char *doc;
} topic;

/* The topics of builtins, in the order in which they are listed. A row's topic that is not here is
 * listed after these. */
static const topic topics[] = {
    {"math", "scalar functions, all differentiable, and aggregates of lists"},
    {"list", "lists, records and their elements"},
    {"string", "strings and conversion to and from text"},
    {"random", "random numbers from one generator"},
    {"graph", "nodes, gradients, derivatives"},
    {"data", "data sets and tables in files"},
    {"io", "printing, reading, running, stopping"},
};
enum { TOPIC_COUNT = sizeof topics / sizeof *topics };

static const struct keyword {
  const char *name;
  const char *form;
  const char *doc;
} keywords[] = {
    {"and", "a and b", "true when both are; b is looked at only when a is true"},
    {"or", "a or b", "true when one is; b is looked at only when a is false"},
    {"not", "not a", "the opposite of a bool"},
    {"in", "x in xs", "whether a list, a string or a record's keys hold x"},
    {"if", "if c { } elif d { } else { }", "conditions are bools; also an expression"},
    {"elif", "if c { } elif d { } else { }", "the next condition of an if"},
    {"else", "if c { } elif d { } else { }", "what runs when no condition of an if holds"},
    {"for", "for x in xs { }", "once for each element; 'for a, b in pairs' unpacks"},
    {"while", "while c { }", "as long as the condition holds"},
    {"break", "break", "leaves the innermost loop"},
    {"continue", "continue", "goes on with the next turn of the innermost loop"},
    {"return", "return e", "leaves the function with a value; alone, with none"},
    {"def", "def f(x, y=2) { }", "defines a function; 'f(x, y=2) = e' does in one line"},
    {"global", "global x", "lets a function assign the outermost x"},
    {"nonlocal", "nonlocal x", "lets a function assign the x of the function around it"},
    {"true", "true", "a bool"},
    {"false", "false", "a bool"},
    {"none", "none", "no value"},
    {"no_grad", "no_grad { }", "records no graph inside: operations give constants"},
};
enum { KEYWORD_COUNT = sizeof keywords / sizeof *keywords };

/* The builtin row behind a global, or NULL. */
static const sg_builtin *get_row(const sg_global *global) {
  return sg_is_kind(global->builtin, SG_BUILTIN) ? sg_as_bound(global->builtin)->builtin : NULL;
}

/* Appends the words of a text, which starts in column `column`; further lines are indented by
 * `indent`. */
static void add_wrapped(sg_buffer *out, const char *text, size_t column, size_t indent) {
  for (bool first = true; *text != 0; first = false) {
    size_t bytes = strcspn(text, " \n");
    if (!first && column + 1 + bytes > LINE_COLUMNS) {
      sg_buffer_putc(out, '\n');
      sg_buffer_pad(out, ' ', indent);
      column = indent;
    } else if (!first) {
      sg_buffer_putc(out, ' ');
      column++;
    }
    sg_buffer_add(out, text, bytes);
    column += bytes;
    text += bytes;
    while (*text == ' ' || *text == '\n') text++;
  }
  sg_buffer_putc(out, '\n');
}

static void add_paragraph(sg_buffer *out, const char *text, size_t indent) {
  sg_buffer_pad(out, ' ', indent);
  add_wrapped(out, text, indent, indent);
}

static void add_titled(sg_buffer *out, const char *title, const char *text) {
  if (text == NULL || text[0] == 0) return;
  sg_buffer_printf(out, "  %-*s", TITLE_COLUMNS, title);
  add_wrapped(out, text, INDENT + TITLE_COLUMNS, INDENT + TITLE_COLUMNS);
}

/* What stands for the words a, b and y of ops.def: the operands as the signature names them, and
 * the value. */
typedef struct words {
  char a[WORD_SIZE];
  char b[WORD_SIZE];
} words;

/* "x, slope=0.01" names x and slope. */
static const char *read_parameter(const char *text, char out[WORD_SIZE], const char *otherwise) {
  text += strspn(text, ", ");
  size_t bytes = strcspn(text, "=, *");
  bool fits = bytes > 0 && bytes < WORD_SIZE;
  memcpy(out, fits ? text : otherwise, fits ? bytes : 1);
  out[fits ? bytes : 1] = 0;
  return text + strcspn(text, ",");
}

static void add_word(sg_buffer *out, const words *names, const char *word, size_t bytes) {
  if (bytes == 1 && *word == 'a')
    sg_buffer_puts(out, names->a);
  else if (bytes == 1 && *word == 'b')
    sg_buffer_puts(out, names->b);
  else if (bytes == 1 && *word == 'y')
    sg_buffer_puts(out, "value");
  else
    sg_buffer_add(out, word, bytes);
}

static size_t count_word(const char *text) {
  size_t bytes = 0;
  while (isalnum((unsigned char)text[bytes]) || text[bytes] == '_') bytes++;
  return bytes;
}

/* Appends a formula, with the names of the operands and whole numbers without their point. */
static void add_formula(sg_buffer *out, const words *names, const char *formula) {
  for (const char *p = formula; *p != 0;) {
    size_t bytes = count_word(p);
    bool number = bytes > 0 && isdigit((unsigned char)*p);
    if (bytes > 0 && !number) add_word(out, names, p, bytes);
    if (number) sg_buffer_add(out, p, bytes);
    p += bytes;
    if (number && *p == '.' && !isdigit((unsigned char)p[1])) p++;
    if (count_word(p) == 0 && *p != 0) sg_buffer_putc(out, *p++);
  }
}

static bool add_line(sg_vm *vm, sg_buffer *out, const words *names, const char *title,
                     const char *formula) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  add_formula(&text, names, formula);
  const char *shown = sg_buffer_text(&text);
  if (shown != NULL) add_titled(out, title, shown);
  sg_buffer_clear(&text);
  return shown != NULL || sg_vm_fail_memory(vm);
}

/* The value and the derivatives of a row of ops.def; blocks have no formula. */
static bool add_formulas(sg_vm *vm, sg_buffer *out, sg_op op, const char *parameters) {
  const sg_op_info *info = sg_op_get(op);
  if (info->arity != 1 && info->arity != 2) return true;
  words names;
  read_parameter(read_parameter(parameters, names.a, "a"), names.b, "b");
  char da[WORD_SIZE + 4], db[WORD_SIZE + 4];
  snprintf(da, sizeof da, "d/d%s", names.a);
  snprintf(db, sizeof db, "d/d%s", names.b);
  return add_line(vm, out, &names, "value", info->value) &&
         add_line(vm, out, &names, da, info->da) &&
         (info->arity == 1 || add_line(vm, out, &names, db, info->db));
}

static bool explain_builtin(sg_vm *vm, sg_buffer *out, const sg_builtin *row) {
  char signature[SIGNATURE_SIZE];
  sg_builtin_signature(row, signature, sizeof signature);
  sg_buffer_printf(out, "%s\n", signature);
  add_paragraph(out, row->doc, INDENT);
  if (row->op > SG_OP_CUT && !add_formulas(vm, out, (sg_op)row->op, row->parameters)) return false;
  if (row->example != NULL)
    sg_buffer_printf(out, "  %-*s%s\n", TITLE_COLUMNS, "example", row->example);
  return true;
}

/* A function that appears in the derivatives of others. */
static bool explain_hidden(sg_vm *vm, sg_buffer *out, const char *name, bool *found) {
  sg_op op = sg_op_find(name, 1);
  *found = op != SG_OP_COUNT && sg_op_get(op)->hidden;
  if (!*found) return true;
  sg_buffer_printf(out, "%s(a)\n", name);
  add_paragraph(out, "No function of the language: it appears in derivatives.", INDENT);
  return add_formulas(vm, out, op, "a");
}

/* `*found`: whether there is such an operator. */
static bool explain_operator(sg_vm *vm, sg_buffer *out, const char *name, bool *found) {
  if (isalpha((unsigned char)name[0])) return explain_hidden(vm, out, name, found);
  if (strcmp(name, "^") == 0) name = "**";
  for (int arity = 1; arity <= 2; arity++) {
    sg_op op = sg_op_find(arity == 1 && strcmp(name, "-") == 0 ? "neg" : name, arity);
    if (op == SG_OP_COUNT) continue;
    sg_buffer_printf(out, arity == 1 ? "%sa\n" : "a %s b\n", name);
    if (!add_formulas(vm, out, op, "a, b")) return false;
    *found = true;
  }
  return true;
}

static bool explain_keyword(sg_buffer *out, const char *name) {
  for (size_t i = 0; i < KEYWORD_COUNT; i++) {
    if (strcmp(keywords[i].name, name) != 0) continue;
    sg_buffer_printf(out, "%s\n", keywords[i].form);
    add_paragraph(out, keywords[i].doc, INDENT);
    return true;
  }
  return false;
}

static void explain_command(sg_buffer *out, const sg_command *command) {
  sg_buffer_printf(out, ":%s%s%s\n", command->name, command->arguments[0] != 0 ? " " : "",
                   command->arguments);
  add_paragraph(out, command->doc, INDENT);
}

static bool explain_variable(sg_vm *vm, sg_buffer *out, const char *name, sg_value v) {
  if (!sg_is_kind(v, SG_FUNCTION)) sg_buffer_printf(out, "%s: a %s: ", name, sg_type_name(v));
  if (!sg_value_echo(vm, out, v, 6)) return false;
  sg_buffer_putc(out, '\n');
  return true;
}

/* "sum(xs, start=0)    The sum of numbers": the first sentence. */
static void add_summary(sg_vm *vm, sg_buffer *out, const sg_builtin *row) {
  enum { COLUMN = 34 };
  char signature[SIGNATURE_SIZE];
  sg_builtin_signature(row, signature, sizeof signature);
  size_t used = strlen(signature) + INDENT;
  sg_buffer_printf(out, "  %s", signature);
  if (used >= COLUMN) {
    sg_buffer_putc(out, '\n');
    used = 0;
  }
  sg_buffer_pad(out, ' ', COLUMN - used);
  const char *end = strstr(row->doc, ". ");
  size_t bytes = end != NULL ? (size_t)(end - row->doc) : strlen(row->doc);
  bytes -= bytes > 0 && row->doc[bytes - 1] == '.';
  sg_buffer sentence;
  sg_buffer_init(&sentence, vm->memory);
  sg_buffer_add(&sentence, row->doc, bytes);
  const char *text = sg_buffer_text(&sentence);
  if (text != NULL) add_wrapped(out, text, COLUMN, COLUMN);
  out->failed |= text == NULL;
  sg_buffer_clear(&sentence);
}

static bool explain_topic(sg_vm *vm, sg_buffer *out, const char *name) {
  bool found = false;
  for (uint32_t i = 0; i < vm->global_count; i++) {
    const sg_builtin *row = get_row(&vm->globals[i]);
    if (row == NULL || strcmp(row->topic, name) != 0) continue;
    add_summary(vm, out, row);
    found = true;
  }
  return found;
}

/* The names of a topic's builtins, blanks between them. */
static void add_names(const sg_vm *vm, sg_buffer *out, const char *topic_name) {
  for (uint32_t i = 0; i < vm->global_count; i++) {
    const sg_builtin *row = get_row(&vm->globals[i]);
    if (row == NULL || strcmp(row->topic, topic_name) != 0) continue;
    sg_buffer_printf(out, "%s ", row->name);
  }
}

static bool list_all(sg_vm *vm, sg_buffer *out) {
  sg_buffer_puts(out, "Commands\n");
  for (const sg_command *row = sg_commands_table(); row->name != NULL; row++)
    sg_buffer_printf(out, "  :%-10s %s\n", row->name, row->doc);
  sg_buffer_puts(out, "Topics\n");
  for (size_t i = 0; i < TOPIC_COUNT; i++) {
    sg_buffer_printf(out, "  %-11s %s\n", topics[i].name, topics[i].doc);
    sg_buffer names;
    sg_buffer_init(&names, vm->memory);
    add_names(vm, &names, topics[i].name);
    const char *text = sg_buffer_text(&names);
    if (text != NULL && text[0] != 0) add_paragraph(out, text, 14);
    sg_buffer_clear(&names);
    if (text == NULL) return sg_vm_fail_memory(vm);
  }
  add_paragraph(out,
                "':help NAME' explains a function, an operator, a keyword or a command; "
                "':help TOPIC' lists a topic.",
                0);
  return true;
}

/* Every name that has help, for the nearest one: globals, commands, topics, keywords. */
typedef struct name_walk {
  const sg_vm *vm;
  uint32_t global;
  const sg_command *command;
  size_t topic;
  size_t keyword;
} name_walk;

static const char *next_name(void *context) {
  name_walk *walk = context;
  if (walk->global < walk->vm->global_count) return walk->vm->globals[walk->global++].name->text;
  if (walk->command->name != NULL) return walk->command++->name;
  if (walk->topic < TOPIC_COUNT) return topics[walk->topic++].name;
  return walk->keyword < KEYWORD_COUNT ? keywords[walk->keyword++].name : NULL;
}

static bool fail_unknown(sg_vm *vm, const char *name) {
  name_walk walk = {.vm = vm, .command = sg_commands_table()};
  const char *near = sg_nearest_name(name, next_name, &walk);
  sg_vm_fail(vm, "there is no help on '%s'", name);
  return near != NULL ? sg_vm_note(vm, "did you mean '%s'?", near)
                      : sg_vm_note(vm, "':help' lists commands and topics");
}

/* What a global name means: the program's own variable hides a builtin. */
static bool explain_global(sg_vm *vm, sg_buffer *out, const char *name, bool *found) {
  const sg_global *global = sg_vm_global(vm, name, strlen(name));
  if (global == NULL) return true;
  *found = !sg_is_undefined(global->value) || !sg_is_undefined(global->builtin);
  if (!sg_is_undefined(global->value)) return explain_variable(vm, out, name, global->value);
  if (get_row(global) != NULL) return explain_builtin(vm, out, get_row(global));
  return !*found || explain_variable(vm, out, name, global->builtin);
}

/* A name may be a builtin and a topic: both are shown then. */
static bool explain(sg_vm *vm, sg_buffer *out, const char *name) {
  bool found = false;
  if (!explain_global(vm, out, name, &found)) return false;
  if (!found) found = explain_keyword(out, name);
  if (!found && !explain_operator(vm, out, name, &found)) return false;
  uint32_t before = out->count;
  if (found) sg_buffer_printf(out, "topic %s:\n", name);
  if (explain_topic(vm, out, name)) return true;
  out->count = before;
  if (found) return true;
  const sg_command *command = sg_commands_find(name + (name[0] == ':'));
  if (command == NULL) return fail_unknown(vm, name);
  explain_command(out, command);
  return true;
}

bool sg_command_help(sg_commands *commands, sg_vm *vm, const char *rest) {
  (void)commands;
  sg_argument word = sg_argument_whole(rest);
  char name[NAME_SIZE];
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  if (word.bytes >= sizeof name) return sg_vm_fail(vm, "':help' takes one name");
  memcpy(name, word.start, word.bytes);
  name[word.bytes] = 0;
  bool ok = word.bytes == 0 ? list_all(vm, &text) : explain(vm, &text, name);
  if (ok) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}
