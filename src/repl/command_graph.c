/* sgrad: the commands that show a graph: :graph and :tape. */
#include "repl/command.h"

#include "builtins/outfile.h"
#include "view/dot.h"
#include "view/elements.h"

typedef struct graph_request {
  sg_argument expression;
  char path[SG_PATH_SIZE]; /* "": print */
  sg_dot_options options;
} graph_request;

static bool has_suffix(sg_argument word, const char *suffix) {
  size_t bytes = strlen(suffix);
  return word.bytes > bytes && memcmp(word.start + word.bytes - bytes, suffix, bytes) == 0;
}

static bool has_prefix(sg_argument word, const char *prefix) {
  return word.bytes >= strlen(prefix) && memcmp(word.start, prefix, strlen(prefix)) == 0;
}

static bool set_rankdir(sg_vm *vm, sg_argument value, sg_dot_options *options) {
  const char *name = sg_dot_find_rankdir(value.start, value.bytes);
  if (name == NULL)
    return sg_vm_fail(vm, "rankdir is LR, TB, RL or BT, not '%.*s'",
                      (int)(value.bytes < 40 ? value.bytes : 40), value.start);
  options->rankdir = name;
  return true;
}

static bool set_grad(sg_vm *vm, sg_argument value, sg_dot_options *options) {
  static const struct {
    const char *text;
    bool on;
  } words[] = {{"yes", true}, {"true", true}, {"no", false}, {"false", false}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!sg_argument_is(value, words[i].text)) continue;
    options->grad = words[i].on;
    return true;
  }
  return sg_vm_fail(vm, "grad is yes or no, not '%.*s'", (int)(value.bytes < 40 ? value.bytes : 40),
                    value.start);
}

static const struct option {
  const char *prefix;
  bool (*set)(sg_vm *vm, sg_argument value, sg_dot_options *options);
} option_rows[] = {{"rankdir=", set_rankdir}, {"grad=", set_grad}};

/* Sets the option that a word such as grad=no is. `*is_option`: whether it is one. */
static bool read_option(sg_vm *vm, sg_argument word, sg_dot_options *options, bool *is_option) {
  for (size_t i = 0; i < sizeof option_rows / sizeof *option_rows; i++) {
    size_t skip = strlen(option_rows[i].prefix);
    *is_option = has_prefix(word, option_rows[i].prefix);
    if (!*is_option) continue;
    sg_argument value = {word.start + skip, word.bytes - skip};
    return option_rows[i].set(vm, value, options);
  }
  return true;
}

/* "EXPRESSION [FILE.dot] [OPTION...]": options and the file come off the end. */
static bool read_request(sg_vm *vm, const char *rest, graph_request *request) {
  *request = (graph_request){.options = SG_DOT_DEFAULTS};
  sg_argument line = sg_argument_whole(rest), before = line, word;
  bool is_option = true;
  while (is_option && sg_argument_last(&before, &word)) {
    if (!read_option(vm, word, &request->options, &is_option)) return false;
    if (is_option) line = before;
  }
  before = line;
  request->expression = line;
  if (!sg_argument_last(&before, &word) || before.bytes == 0) return true;
  static const char *const pictures[] = {".svg", ".png", ".pdf"};
  for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
    if (!has_suffix(word, pictures[i])) continue;
    sg_vm_fail(vm, "':graph' writes DOT: FILE.dot, not a '%s' file", pictures[i]);
    return sg_vm_note(vm, "Graphviz makes the picture: dot -T%s FILE.dot -o FILE%s",
                      pictures[i] + 1, pictures[i]);
  }
  if (!has_suffix(word, ".dot") && !has_suffix(word, ".gv") && !has_suffix(word, ".dot\""))
    return true;
  request->expression = before;
  return sg_argument_path(vm, word, request->path);
}

static bool write_file(sg_vm *vm, const char *path, const sg_buffer *text) {
  sg_outfile file;
  bool ok = sg_outfile_open(&file, vm, path) && sg_outfile_write(&file, text->items, text->count) &&
            sg_outfile_commit(&file);
  sg_outfile_close(&file);
  return ok;
}

bool sg_command_graph(sg_commands *commands, sg_vm *vm, const char *rest) {
  graph_request request;
  sg_node root;
  if (!read_request(vm, rest, &request)) return false;
  if (!sg_command_evaluate_node(vm, request.expression, "graph", &root)) return false;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_view_dot(vm, &text, root, &request.options);
  if (ok && request.path[0] != 0) {
    ok = write_file(vm, request.path, &text);
    sg_buffer_clear(&text);
    if (ok && commands->prompt) sg_buffer_printf(&text, "wrote %s\n", request.path);
  }
  if (ok) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}

enum { OPERANDS_SHOWN = 6, ECHO_DIGITS = 6 };

static void add_operand(sg_buffer *out, const sg_element_operand *operand) {
  char text[SG_NUMBER_SIZE];
  if (operand->constant)
    sg_buffer_puts(out, sg_number_short(text, operand->value, ECHO_DIGITS));
  else
    sg_buffer_printf(out, "n%u", (unsigned)operand->id.rank);
}

/* "n0 n1 2", or the first few and how many there are in all. */
static void add_operands(sg_buffer *out, const sg_element *element) {
  uint32_t shown =
      element->operand_count <= OPERANDS_SHOWN ? element->operand_count : OPERANDS_SHOWN - 1;
  for (uint32_t k = 0; k < shown; k++) {
    if (k > 0) sg_buffer_putc(out, ' ');
    add_operand(out, &element->operands[k]);
  }
  if (shown < element->operand_count)
    sg_buffer_printf(out, " ... (%u)", (unsigned)element->operand_count);
}

static void pad_from(sg_buffer *out, uint32_t start, uint32_t width) {
  uint32_t used = out->count - start;
  sg_buffer_pad(out, ' ', used < width ? width - used : 1);
}

typedef struct table {
  sg_vm *vm;
  sg_buffer *out;
} table;

static const struct column {
  const char *title;
  uint32_t end; /* where the next one begins */
} columns[] = {{"node", 8}, {"op", 20}, {"operands", 44}, {"value", 58}, {"grad", 72}, {"name", 0}};

static bool add_row(void *context, const sg_element *element) {
  const table *t = context;
  sg_buffer *out = t->out;
  uint32_t start = out->count;
  char text[SG_NUMBER_SIZE];
  sg_buffer_printf(out, "n%u", (unsigned)element->id.rank);
  pad_from(out, start, columns[0].end);
  sg_buffer_puts(out, sg_op_get(element->op)->name);
  pad_from(out, start, columns[1].end);
  add_operands(out, element);
  pad_from(out, start, columns[2].end);
  sg_buffer_puts(out, sg_number_short(text, element->value, ECHO_DIGITS));
  pad_from(out, start, columns[3].end);
  sg_buffer_puts(out, element->has_grad ? sg_number_short(text, element->grad, ECHO_DIGITS) : "-");
  if (element->name != NULL) {
    pad_from(out, start, columns[4].end);
    sg_buffer_escape(out, element->name, strlen(element->name), '"');
  }
  sg_buffer_putc(out, '\n');
  return !out->failed || sg_vm_fail_memory(t->vm);
}

static bool list_nodes(sg_vm *vm, sg_node root, sg_buffer *out) {
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    sg_buffer_puts(out, columns[i].title);
    if (columns[i].end > 0) pad_from(out, 0, columns[i].end);
  }
  sg_buffer_putc(out, '\n');
  table t = {vm, out};
  return sg_elements_visit(vm, root, SG_DETAIL_BLOCKS, add_row, &t);
}

static void count_nodes(const sg_tape *tape, sg_buffer *out) {
  uint32_t leaves = 0, constants = 0;
  for (sg_node i = 0; i < tape->count; i++) {
    leaves += sg_node_is_leaf(tape, i);
    constants += tape->op[i] == SG_OP_CONST;
  }
  size_t node_bytes = sizeof *tape->value + sizeof *tape->operands + sizeof *tape->op;
  size_t used = tape->count * node_bytes + tape->grad_count * sizeof *tape->grad +
                tape->arg_count * sizeof *tape->args;
  size_t held = tape->capacity * node_bytes + tape->arg_capacity * sizeof *tape->args +
                ((size_t)tape->grad_capacity + tape->spare_capacity) * sizeof *tape->grad;
  const struct {
    const char *title;
    size_t count;
  } rows[] = {{"nodes", tape->count},
              {"  leaves", leaves},
              {"  constants", constants},
              {"  computed", tape->count - leaves - constants},
              {"gradients", tape->grad_count},
              {"block operands", tape->arg_count},
              {"bytes used", used},
              {"bytes held", held}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    sg_buffer_printf(out, "%-14s %14zu\n", rows[i].title, rows[i].count);
}

bool sg_command_tape(sg_commands *commands, sg_vm *vm, const char *rest) {
  (void)commands;
  sg_argument expression = sg_argument_whole(rest);
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  sg_node root;
  if (expression.bytes == 0) {
    count_nodes(&vm->tape, &text);
    return sg_command_print(vm, &text);
  }
  if (!sg_command_evaluate_node(vm, expression, "tape", &root)) return false;
  if (list_nodes(vm, root, &text)) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}
