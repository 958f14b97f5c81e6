/* sgrad: :tape: the nodes behind a number as a table, or how many the tape holds. */
#include "repl/command/command.h"

#include "base/number.h"
#include "view/elements.h"

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

/* Given up on Ctrl-C. */
static void count_nodes(const sg_tape *tape, sg_buffer *out) {
  uint32_t leaves = 0, constants = 0;
  SG_EACH (i, 0, tape->count) {
    leaves += sg_node_is_leaf(tape, i);
    constants += tape->op[i] == SG_OP_CONST;
  }
  size_t node_bytes = sizeof *tape->value + sizeof *tape->operands + sizeof *tape->op;
  size_t used = tape->count * node_bytes + tape->grad_count * sizeof *tape->grad +
                tape->arg_count * sizeof *tape->args + tape->data_count * sizeof *tape->data;
  size_t held = tape->capacity * node_bytes + tape->arg_capacity * sizeof *tape->args +
                tape->data_capacity * sizeof *tape->data +
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
    if (sg_vm_is_whole(vm, vm->tape.count)) return sg_command_print(vm, &text);
    sg_buffer_clear(&text);
    return false;
  }
  if (!sg_command_evaluate_node(vm, expression, "tape", &root)) return false;
  if (list_nodes(vm, root, &text)) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}
