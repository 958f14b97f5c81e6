/* sgrad: :help NAME: a builtin, a constant, an operator, a keyword, a command, a variable. All of
 * it is read from the tables. */
#include "nn/dataset.h"
#include "repl/help/help.h"
#include "syntax/foreign.h"
#include "view/reference.h"

#include <stdio.h>
#include <string.h>

enum { SIGNATURE_SIZE = 512, HANGING = 4, ECHO_DIGITS = SG_ECHO_DIGITS };

/* In bold, on as many lines as a long signature needs. */
static void put_heading(const sg_page *page, const char *text) {
  sg_prose rest = {text, strlen(text), SG_STYLE_BOLD}, line;
  size_t indent = 0;
  while (sg_prose_take(&rest, page->columns - indent, &line)) {
    sg_buffer_pad(page->out, ' ', indent);
    sg_prose_put(page, &line);
    sg_buffer_putc(page->out, '\n');
    indent = page->columns > 2 * HANGING ? HANGING : 0;
  }
}

/* What follows the sentences of every name. */
static void put_relations(sg_vm *vm, const sg_page *page, const char *name, const char *example) {
  if (example != NULL && *example != '\0') sg_help_code(page, "example", example);
  sg_help_corners_of(page, name);
  sg_help_see_also(vm, page, name);
}

/* How a data set is made, and after whom. */
static void put_origin(const sg_page *page, const char *name) {
  const sg_dataset_row *set = sg_dataset_find(name);
  if (set == NULL) return;
  sg_help_titled(page, "formula", set->formula);
  sg_help_titled(page, "source", set->source);
}

static void explain_builtin(sg_vm *vm, const sg_page *page, const sg_builtin *row) {
  char signature[SIGNATURE_SIZE];
  sg_builtin_signature(row, signature, sizeof signature);
  put_heading(page, signature);
  sg_page_paragraph(page, row->doc, SG_HELP_INDENT);
  sg_buffer_putc(page->out, '\n');
  sg_op op = (sg_op)row->op;
  bool formula =
      op > SG_OP_CUT && (strcmp(sg_op_get(op)->name, row->name) == 0 || op == SG_OP_POWER);
  if (formula) sg_help_formulas(page, op, row->parameters);
  put_origin(page, row->name);
  put_relations(vm, page, row->name, row->example);
  sg_help_titled(page, "topic", row->topic);
}

static const sg_builtin_constant *find_constant(const char *name) {
  for (const sg_builtin_constant *row = sg_builtin_constants; row->name != NULL; row++)
    if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

static void explain_constant(sg_vm *vm, const sg_page *page, const sg_builtin_constant *row) {
  char text[SG_NUMBER_SIZE];
  put_heading(page, row->name);
  sg_page_paragraph(page, row->doc, SG_HELP_INDENT);
  sg_buffer_putc(page->out, '\n');
  sg_help_titled(page, "value", sg_number_text(text, row->value));
  put_relations(vm, page, row->name, NULL);
}

/* An operation that pictures and derivatives show, and no program can call. */
static bool explain_hidden(const sg_page *page, const char *name) {
  sg_op op = sg_op_find(name, 1);
  if (op == SG_OP_COUNT || !sg_op_get(op)->hidden) return false;
  sg_buffer_printf(page->out, "%s(a)\n", name);
  sg_page_paragraph(page, "No function of the language: it appears in pictures of derivatives.",
                    SG_HELP_INDENT);
  sg_buffer_putc(page->out, '\n');
  sg_help_formulas(page, op, "a");
  return true;
}

static void put_operation(const sg_page *page, const char *name) {
  static const char *const powers[] = {"^", "**"};
  if (strcmp(name, powers[0]) == 0) name = powers[1];
  sg_op op = sg_op_find(name, 2);
  if (op != SG_OP_COUNT && !(name[0] >= 'a' && name[0] <= 'z')) sg_help_formulas(page, op, "a, b");
}

static bool explain_word(sg_vm *vm, const sg_page *page, const char *name) {
  const sg_help_word *word = sg_help_find_word(name), *form = word;
  if (word == NULL) return explain_hidden(page, name);
  while (form->form == NULL) form--;
  put_heading(page, form->form);
  sg_page_paragraph(page, word->doc, SG_HELP_INDENT);
  sg_buffer_putc(page->out, '\n');
  put_operation(page, name);
  put_relations(vm, page, name, word->example);
  return true;
}

static bool explain_command(sg_vm *vm, const sg_page *page, const char *name) {
  const sg_command *command = sg_commands_find(name);
  if (command == NULL) return false;
  char title[SG_HELP_NAME_SIZE];
  snprintf(title, sizeof title, ":%s%s%s", name, command->arguments[0] != 0 ? " " : "",
           command->arguments);
  put_heading(page, title);
  sg_page_paragraph(page, command->doc, SG_HELP_INDENT);
  sg_buffer_putc(page->out, '\n');
  snprintf(title, sizeof title, ":%s", name);
  put_relations(vm, page, title, NULL);
  sg_help_titled(page, "topic", "commands");
  return true;
}

static const char *describe_number(sg_vm *vm, sg_value v) {
  if (sg_is_double(v)) return "A number of the program: a constant, without a gradient.";
  return vm->tape.op[sg_as_node(v)] == SG_OP_LEAF
             ? "A number of the program: a leaf of the graph."
             : "A number of the program, computed from others: `:graph` shows how.";
}

static void describe(sg_vm *vm, const sg_page *page, sg_value v) {
  char text[64];
  snprintf(text, sizeof text, "A %s of the program.", sg_type_name(v));
  sg_page_paragraph(page, sg_is_number(v) ? describe_number(vm, v) : text, SG_HELP_INDENT);
}

/* What the program calls `name`. False: out of memory. */
static bool explain_value(sg_vm *vm, const sg_page *page, const char *name, sg_value v) {
  if (!sg_is_kind(v, SG_FUNCTION)) {
    sg_buffer_escape(page->out, name, strlen(name), 0);
    sg_buffer_puts(page->out, " = ");
  }
  if (!sg_value_echo(vm, page->out, v, ECHO_DIGITS)) return false;
  sg_buffer_putc(page->out, '\n');
  if (!sg_is_none(v)) describe(vm, page, v);
  return true;
}

/* What a global name means: the program's own variable hides a builtin. */
static bool explain_global(sg_vm *vm, const sg_page *page, const char *name, bool *found) {
  const sg_global *global = sg_vm_global(vm, name, strlen(name));
  if (global == NULL) return true;
  bool own = !sg_is_undefined(global->value), given = !sg_is_undefined(global->builtin);
  *found = own || given;
  if (own && !explain_value(vm, page, name, global->value)) return false;
  if (own && given) sg_page_paragraph(page, "It hides the builtin of that name.", SG_HELP_INDENT);
  if (own || !given) return true;
  if (sg_is_kind(global->builtin, SG_BUILTIN))
    explain_builtin(vm, page, sg_as_bound(global->builtin)->builtin);
  else if (find_constant(name) != NULL)
    explain_constant(vm, page, find_constant(name));
  else
    *found = false; /* args: among the words */
  return true;
}

/* Steps from a record to its field. */
static bool find_field(sg_value *v, const char *name, size_t bytes) {
  if (!sg_is_record(*v)) return false;
  const sg_value *place = sg_record_find_text(sg_as_record(*v), name, bytes);
  if (place != NULL) *v = *place;
  return place != NULL;
}

/* "p.w": a field of a record that a variable holds. */
static bool explain_field(sg_vm *vm, const sg_page *page, const char *name, bool *found) {
  size_t bytes = strcspn(name, ".");
  const sg_global *global = sg_vm_global(vm, name, bytes);
  if (name[bytes] == '\0' || global == NULL) return true;
  sg_value v = global->value;
  const char *at = name + bytes;
  bool is_field = !sg_is_undefined(v);
  for (; is_field && *at == '.'; at += bytes) {
    bytes = strcspn(++at, ".");
    is_field = find_field(&v, at, bytes);
  }
  if (!is_field) return true;
  *found = true;
  return explain_value(vm, page, name, v);
}

/* A name may be a builtin and a topic: both are shown then. */
static void add_topic(const sg_page *page, const char *name, bool *found) {
  uint32_t before = page->out->count;
  if (*found) sg_buffer_putc(page->out, '\n');
  if (sg_help_topic(page, name))
    *found = true;
  else
    page->out->count = before;
}

/* The builtin's page says that there is a command, too. */
static void add_command(sg_vm *vm, const sg_page *page, const char *name, bool *found) {
  if (!*found) {
    *found = explain_command(vm, page, name);
  } else if (sg_commands_find(name) != NULL) {
    char text[SG_HELP_NAME_SIZE + 32];
    snprintf(text, sizeof text, "the command `:%s`", name);
    sg_help_titled(page, "also", text);
  }
}

bool sg_help_explain(sg_vm *vm, const sg_page *page, const char *name, bool *found) {
  *found = false;
  if (name[0] == ':' && name[1] != '\0') {
    *found = explain_command(vm, page, name + 1);
    return true;
  }
  if (!explain_global(vm, page, name, found)) return false;
  if (!*found && !explain_field(vm, page, name, found)) return false;
  if (!*found) *found = explain_word(vm, page, name);
  bool known = *found;
  if (known) add_command(vm, page, name, found);
  add_topic(page, name, found);
  if (!known && !*found) add_command(vm, page, name, found);
  return true;
}

/* Every name that has help, for the nearest one. The names given out stay valid. */
typedef struct name_walk {
  const sg_vm *vm;
  uint32_t global;
  const sg_command *command;
  const sg_help_word *word;
  sg_topic topic;
  size_t name;
  size_t used;
  char names[4096]; /* of topics, one behind another */
} name_walk;

static const char *next_topic_name(name_walk *walk) {
  char *name = walk->names + walk->used;
  if (walk->used + SG_TOPIC_NAME_SIZE > sizeof walk->names) return NULL;
  while (walk->topic.names == NULL || sg_topic_name(&walk->topic, walk->name, name) == NULL) {
    walk->name = 0;
    if (!sg_topic_next(&walk->topic)) return NULL;
  }
  walk->name++;
  walk->used += strlen(name) + 1;
  return name;
}

static const char *next_name(void *context) {
  name_walk *walk = context;
  while (walk->global < walk->vm->global_count) {
    const sg_global *global = &walk->vm->globals[walk->global++];
    if (!sg_is_undefined(global->value) || !sg_is_undefined(global->builtin))
      return global->name->text;
  }
  if (walk->command->name != NULL) return walk->command++->name;
  if (walk->word->name != NULL) return walk->word++->name;
  return next_topic_name(walk);
}

/* The known name that is equal, or near, or else the first that begins so; NULL: none. */
static const char *find_near(name_walk *walk, const char *name) {
  name_walk exact = *walk, longer = *walk;
  size_t bytes = strlen(name);
  for (const char *known; (known = next_name(&exact)) != NULL;)
    if (strcmp(known, name) == 0) return name;
  const char *near = sg_nearest_name(name, next_name, walk);
  if (near != NULL || bytes < 2) return near;
  *walk = longer;
  for (const char *known; (known = next_name(walk)) != NULL;)
    if (strncmp(known, name, bytes) == 0) return known;
  return NULL;
}

bool sg_help_fail(sg_vm *vm, const char *name) {
  const name_walk start = {.vm = vm, .command = sg_commands_table(), .word = sg_help_words};
  name_walk walk = start;
  char near[SG_HELP_NAME_SIZE], first[SG_HELP_NAME_SIZE];
  const char *wanted = name + (name[0] == ':'), *found = find_near(&walk, wanted);
  if (found == NULL && strchr(wanted, ' ') != NULL) {
    walk = start;
    snprintf(first, sizeof first, "%.*s", (int)strcspn(wanted, " "), wanted);
    found = find_near(&walk, first);
  }
  snprintf(near, sizeof near, "%s", found != NULL ? found : "");
  sg_vm_fail(vm, "there is no help on '%s'", name);
  if (near[0] == '\0') {
    const char *note = sg_foreign_name(name, strlen(name));
    if (note == NULL) note = sg_foreign_member(name, strlen(name));
    return sg_vm_note(vm, "%s", note != NULL ? note : "':help' lists topics and commands");
  }
  bool command = name[0] == ':' && sg_commands_find(near) != NULL;
  return sg_vm_note(vm, "did you mean '%s%s'?", command ? ":" : "", near);
}
