/* sgrad: a graph as Graphviz DOT.
 *
 * Numbers are named n<rank> (inner nodes of a block n<rank>_<i>), the operation that computes
 * number n<id> o<id>, its k-th operand, when that is a constant, k<id>_<k>.
 */
#include "view/dot.h"

#include "base/number.h"
#include "base/utf8.h"
#include "view/elements.h"

#include <math.h>

enum {
  LABEL_LIMIT = 64, /* code points of a name that are shown */
  CONSTANT_DIGITS = 6
};

typedef struct drawing {
  sg_vm *vm;
  sg_buffer *out;
  const sg_dot_options *options;
} drawing;

const char *sg_dot_find_rankdir(const char *text, size_t bytes) {
  static const char *const directions[] = {"LR", "TB", "RL", "BT"};
  for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
    if (strlen(directions[i]) == bytes && memcmp(text, directions[i], bytes) == 0)
      return directions[i];
  return NULL;
}

/* One code point of a label. The backslash escapes what means something in strings and records; an
 * ampersand would begin an entity; what is unprintable appears as an escape that can be read. */
static void add_code(sg_buffer *out, const char *text, size_t bytes, uint32_t code) {
  if (bytes == 0) {
    sg_buffer_printf(out, "\\\\x%02x", (unsigned)(unsigned char)*text);
  } else if (code == '\n') {
    sg_buffer_puts(out, "\\\\n");
  } else if (code == '\t') {
    sg_buffer_puts(out, "\\\\t");
  } else if (sg_is_unprintable(code)) {
    sg_buffer_printf(out, code < 0x100 ? "\\\\x%02x" : "\\\\u\\{%x\\}", code);
  } else if (code == '&') {
    sg_buffer_puts(out, "&amp;");
  } else {
    if (code < 0x80 && strchr("\\\"{}|<> ", (int)code) != NULL) sg_buffer_putc(out, '\\');
    sg_buffer_add(out, text, bytes);
  }
}

static void add_label(sg_buffer *out, const char *text) {
  size_t left = strlen(text);
  for (int shown = 0; left > 0; shown++) {
    if (shown == LABEL_LIMIT) {
      sg_buffer_puts(out, "...");
      return;
    }
    uint32_t code = 0;
    size_t bytes = sg_utf8_decode(text, left, &code);
    add_code(out, text, bytes, code);
    text += bytes > 0 ? bytes : 1;
    left -= bytes > 0 ? bytes : 1;
  }
}

/* Four decimals; with an exponent where those would show nothing but zeros, or too many digits. */
static void add_value(sg_buffer *out, double x) {
  bool fixed = x == 0 || (fabs(x) >= 0.5e-4 && fabs(x) < 1e12);
  sg_format format = {.fill = ' ', .sign = '-', .type = fixed ? 'f' : 'e', .precision = 4};
  sg_format_number(out, &format, x);
}

static void add_id(sg_buffer *out, char kind, sg_element_id id) {
  sg_buffer_printf(out, "%c%u", kind, (unsigned)id.rank);
  if (id.inner > 0) sg_buffer_printf(out, "_%u", (unsigned)id.inner);
}

static void add_number(const drawing *d, const sg_element *element) {
  sg_buffer *out = d->out;
  sg_buffer_puts(out, "  ");
  add_id(out, 'n', element->id);
  sg_buffer_puts(out, " [shape=record, label=\"{ ");
  if (element->name != NULL) {
    add_label(out, element->name);
    sg_buffer_puts(out, " | ");
  }
  sg_buffer_puts(out, "data ");
  add_value(out, element->value);
  if (d->options->grad) {
    sg_buffer_puts(out, " | grad ");
    if (element->has_grad)
      add_value(out, element->grad);
    else
      sg_buffer_puts(out, "-");
  }
  sg_buffer_puts(out, " }\"");
  if (element->op == SG_OP_LEAF) sg_buffer_puts(out, ", fillcolor=\"#eef4fb\"");
  sg_buffer_puts(out, "]\n");
}

static void add_constant(sg_buffer *out, double x) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_printf(out, " [shape=plain, label=\"%s\"]\n",
                   sg_number_short(text, x, CONSTANT_DIGITS));
}

static void add_constant_id(sg_buffer *out, sg_element_id user, uint32_t k) {
  add_id(out, 'k', user);
  sg_buffer_printf(out, "_%u", (unsigned)k);
}

static void add_operand(sg_buffer *out, const sg_element *element, uint32_t k) {
  const sg_element_operand *operand = &element->operands[k];
  if (operand->constant) {
    sg_buffer_puts(out, "  ");
    add_constant_id(out, element->id, k);
    add_constant(out, operand->value);
  }
  sg_buffer_puts(out, "  ");
  if (operand->constant)
    add_constant_id(out, element->id, k);
  else
    add_id(out, 'n', operand->id);
  sg_buffer_puts(out, " -> ");
  add_id(out, 'o', element->id);
  sg_buffer_putc(out, '\n');
}

/* Where the order of the operands matters, their edges arrive in that order. */
static bool is_ordered(const sg_element *element) {
  switch (element->op) {
  case SG_OP_SUB:
  case SG_OP_DIV:
  case SG_OP_FLOOR_DIVIDE:
  case SG_OP_MODULO:
  case SG_OP_POWER:
  case SG_OP_ATAN2:
  case SG_OP_LEAKY_RELU:
  case SG_OP_ELU:
  case SG_OP_CLIP: return true;
  default: return false;
  }
}

static void add_operation(sg_buffer *out, const sg_element *element) {
  sg_buffer_puts(out, "  ");
  add_id(out, 'o', element->id);
  sg_buffer_puts(out, " [label=\"");
  add_label(out, sg_op_get(element->op)->name);
  sg_buffer_puts(out, is_ordered(element) ? "\", ordering=in]\n" : "\"]\n");
  for (uint32_t k = 0; k < element->operand_count; k++) add_operand(out, element, k);
  sg_buffer_puts(out, "  ");
  add_id(out, 'o', element->id);
  sg_buffer_puts(out, " -> ");
  add_id(out, 'n', element->id);
  sg_buffer_putc(out, '\n');
}

/* What stands where the history of a node was let go. */
static void add_ellipsis(sg_buffer *out, sg_element_id id) {
  sg_buffer_puts(out, "  ");
  add_id(out, 'o', id);
  sg_buffer_puts(out, " [shape=plain, label=\"...\"]\n  ");
  add_id(out, 'o', id);
  sg_buffer_puts(out, " -> ");
  add_id(out, 'n', id);
  sg_buffer_puts(out, " [style=dashed]\n");
}

static bool draw(void *context, const sg_element *element) {
  const drawing *d = context;
  add_number(d, element);
  if (element->op == SG_OP_CUT)
    add_ellipsis(d->out, element->id);
  else if (element->operand_count > 0)
    add_operation(d->out, element);
  return !d->out->failed || sg_vm_fail_memory(d->vm);
}

bool sg_view_dot(sg_vm *vm, sg_buffer *out, sg_node root, const sg_dot_options *options) {
  drawing d = {vm, out, options};
  sg_buffer_printf(out,
                   "digraph sgrad {\n"
                   "  rankdir=%s\n"
                   "  node [fontname=\"Helvetica\", fontsize=12, style=filled, fillcolor=white, "
                   "width=0.35, height=0.35, margin=\"0.1,0.05\"]\n"
                   "  edge [arrowsize=0.7]\n",
                   options->rankdir);
  if (!sg_elements_visit(vm, root, SG_DETAIL_ELEMENTARY, draw, &d)) return false;
  sg_buffer_puts(out, "}\n");
  return !out->failed || sg_vm_fail_memory(vm);
}
