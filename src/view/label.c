/* sgrad: what stands in the nodes of a picture. */
#include "view/label.h"

#include "base/number.h"
#include "base/utf8.h"
#include "view/outline.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

enum {
  HEAD = 24, /* code points that a long name keeps at its start */
  TAIL = 18, /* and at its end, where an index stands */
  CONSTANT_DIGITS = 6,
  GROUP_NAME_SIZE = 300,
  FORMULA_BYTES = 60 /* longer ones are left out */
};

/* What stands for a backslash: that would begin an escape of Graphviz such as \N, as an entity too.
 */
#define BACKSLASH "&#8726;"

/* One code point. */
static void add_code(sg_buffer *out, const char *text, size_t bytes, uint32_t code) {
  if (bytes == 0)
    sg_buffer_printf(out, "\\x%02x", (unsigned)(unsigned char)*text);
  else if (code == '\n' || code == '\t')
    sg_buffer_puts(out, code == '\n' ? "\\n" : "\\t");
  else if (sg_is_unprintable(code))
    sg_buffer_printf(out, code < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)code);
  else if (code == '\\')
    sg_buffer_puts(out, BACKSLASH);
  else if (code < 0x80 && strchr("&<>\"", (int)code) != NULL)
    sg_buffer_printf(out, "&#%u;", (unsigned)code);
  else
    sg_buffer_add(out, text, bytes);
}

static size_t count_codes(const char *text) {
  size_t count = 0;
  for (size_t left = strlen(text); left > 0; count++) {
    uint32_t code;
    size_t bytes = sg_utf8_decode(text, left, &code);
    text += bytes > 0 ? bytes : 1;
    left -= bytes > 0 ? bytes : 1;
  }
  return count;
}

void sg_label_text(sg_buffer *out, const char *text) {
  size_t count = count_codes(text), left = strlen(text);
  bool cut = count > HEAD + TAIL + 3;
  for (size_t i = 0; left > 0; i++) {
    uint32_t code = 0;
    size_t bytes = sg_utf8_decode(text, left, &code);
    if (!cut || i < HEAD || i >= count - TAIL) add_code(out, text, bytes, code);
    if (cut && i == HEAD) sg_buffer_puts(out, "...");
    text += bytes > 0 ? bytes : 1;
    left -= bytes > 0 ? bytes : 1;
  }
}

/* Four decimals; with an exponent where those would show nothing but zeros, or too many digits. */
static void add_value(sg_buffer *out, double x) {
  bool fixed = x == 0 || (fabs(x) >= 0.5e-4 && fabs(x) < 1e9);
  sg_format format = {.fill = ' ', .sign = '-', .type = fixed ? 'f' : 'e', .precision = 4};
  sg_format_number(out, &format, x);
}

static void begin_row(sg_buffer *out, const char *title) {
  sg_buffer_printf(out,
                   "<tr><td align=\"left\"><font point-size=\"10\">%s</font></td>"
                   "<td align=\"right\">",
                   title);
}

static void add_constant(sg_buffer *out, double x) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_puts(out, sg_number_short(text, x, CONSTANT_DIGITS));
}

/* "tanh", "** 3", "10 /", "dot (3 constants)". */
static void add_operation(sg_buffer *out, const sg_element *element) {
  const sg_op_info *info = sg_op_get(element->op);
  bool binary = info->arity == 2;
  if (binary && element->operands[0].constant) {
    add_constant(out, element->operands[0].value);
    sg_buffer_putc(out, ' ');
  }
  sg_label_text(out, info->name);
  if (binary && element->operands[1].constant) {
    sg_buffer_putc(out, ' ');
    add_constant(out, element->operands[1].value);
  }
  uint32_t constants = 0;
  SG_EACH (k, 0, element->operand_count) constants += element->operands[k].constant;
  if (sg_op_is_block(element->op) && constants > 0)
    sg_buffer_printf(out, " (%u constant%s)", (unsigned)constants, constants == 1 ? "" : "s");
}

static void add_head(sg_buffer *out, const sg_element *element, bool operation) {
  bool named = element->name != NULL && element->name[0] != 0;
  if (!named && !operation) return;
  sg_buffer_puts(out, "<tr>");
  if (operation) {
    sg_buffer_printf(out, "<td bgcolor=\"" SG_OPERATION_COLOR "\"%s><font color=\"black\">",
                     named ? "" : " colspan=\"2\"");
    add_operation(out, element);
    sg_buffer_puts(out, "</font></td>");
  }
  if (named) {
    sg_buffer_puts(out, operation ? "<td><b>" : "<td colspan=\"2\"><b>");
    sg_label_text(out, element->name);
    sg_buffer_puts(out, "</b></td>");
  }
  sg_buffer_puts(out, "</tr>");
}

void sg_label_number(sg_buffer *out, const sg_element *element, bool grad, bool operation) {
  sg_buffer_puts(out, "<<table border=\"0\" cellspacing=\"0\">");
  add_head(out, element, operation);
  begin_row(out, "value&#160;");
  add_value(out, element->value);
  sg_buffer_puts(out, "</td></tr>");
  if (grad) {
    begin_row(out, "grad");
    if (element->has_grad)
      add_value(out, element->grad);
    else
      sg_buffer_putc(out, '-');
    sg_buffer_puts(out, "</td></tr>");
  }
  sg_buffer_puts(out, "</table>>");
}

/* "-0.5000 ... 1.2500". */
static void add_range(sg_buffer *out, double low, double high) {
  add_value(out, low);
  if (!(low < high)) return;
  sg_buffer_puts(out, " ... ");
  add_value(out, high);
}

/* "w[0 ... 5]": each name is a stem and an index. */
static void add_names(sg_buffer *out, const char *first, const char *last) {
  char name[GROUP_NAME_SIZE];
  size_t stem = sg_outline_stem(last) + 1; /* with the bracket */
  snprintf(name, sizeof name, "%.*s ... %s", (int)strlen(first) - 1, first, last + stem);
  sg_buffer_puts(out, "<tr><td colspan=\"2\"><b>");
  sg_label_text(out, name);
  sg_buffer_puts(out, "</b></td></tr>");
}

static void add_ranges(sg_buffer *out, const sg_number_group *group, bool grad) {
  begin_row(out, "value&#160;");
  add_range(out, group->low, group->high);
  sg_buffer_puts(out, "</td></tr>");
  if (grad) {
    begin_row(out, "grad");
    if (group->grads > 0)
      add_range(out, group->grad_low, group->grad_high);
    else
      sg_buffer_putc(out, '-');
    sg_buffer_puts(out, "</td></tr>");
  }
}

void sg_label_group(sg_buffer *out, const sg_number_group *group, bool grad) {
  sg_buffer_puts(out, "<<table border=\"0\" cellspacing=\"0\">");
  if (group->first != NULL) add_names(out, group->first, group->last);
  sg_buffer_printf(out, "<tr><td colspan=\"2\">%u leaves</td></tr>", (unsigned)group->count);
  add_ranges(out, group, grad);
  sg_buffer_puts(out, "</table>>");
}

/* A formula of ops.def as help has it; whole numbers without their point. */
static void add_formula(sg_buffer *out, const char *title, const char *formula) {
  sg_buffer_puts(out, title);
  for (const char *p = formula; *p != 0; p++) {
    bool bare =
        *p == '.' && p > formula && isdigit((unsigned char)p[-1]) && !isdigit((unsigned char)p[1]);
    if (!bare) sg_buffer_putc(out, *p);
  }
}

/* "model.layers[0]: 48 parameters", by the name of the first of them. */
static void add_parameters(sg_buffer *out, const sg_element_layer *layer) {
  char name[GROUP_NAME_SIZE];
  sg_buffer_puts(out, "<tr><td colspan=\"2\">");
  if (layer->name != NULL) {
    const char *end = strstr(layer->name, ".neurons[");
    if (end == NULL) end = strrchr(layer->name, '.');
    snprintf(name, sizeof name, "%.*s", end ? (int)(end - layer->name) : 0, layer->name);
    sg_label_text(out, name);
    sg_buffer_puts(out, ": ");
  }
  sg_buffer_printf(out, "%u parameters</td></tr>", (unsigned)layer->parameters);
}

static void add_layer_head(sg_buffer *out, const sg_element *element) {
  const sg_dense *shape = &element->layer->shape;
  bool named = element->layer->group.count == 1 && element->name != NULL;
  sg_buffer_printf(out, "<tr><td bgcolor=\"" SG_OPERATION_COLOR "\"%s><font color=\"black\">",
                   named ? "" : " colspan=\"2\"");
  sg_buffer_printf(out, "%u &#8594; %u %s</font></td>", (unsigned)shape->inputs,
                   (unsigned)shape->outputs, sg_op_get(shape->activation)->name);
  if (named) {
    sg_buffer_puts(out, "<td><b>");
    sg_label_text(out, element->name);
    sg_buffer_puts(out, "</b></td>");
  }
  sg_buffer_puts(out, "</tr>");
}

void sg_label_layer(sg_buffer *out, const sg_element *element, bool grad) {
  const sg_element_layer *layer = element->layer;
  sg_buffer_puts(out, "<<table border=\"0\" cellspacing=\"0\">");
  add_layer_head(out, element);
  add_parameters(out, layer);
  if (layer->shape.samples > 1)
    sg_buffer_printf(out, "<tr><td colspan=\"2\">%u samples</td></tr>",
                     (unsigned)layer->shape.samples);
  add_ranges(out, &layer->group, grad);
  sg_buffer_puts(out, "</table>>");
}

void sg_label_tooltip(sg_buffer *out, sg_op op) {
  int arity = sg_op_get(op)->arity;
  sg_op_text text = sg_op_get_text(op);
  size_t longest = strlen(text.da) > strlen(text.value) ? strlen(text.da) : strlen(text.value);
  if (arity < 1 || longest > FORMULA_BYTES || strlen(text.db) > FORMULA_BYTES) return;
  add_formula(out, ", tooltip=\"y = ", text.value);
  add_formula(out, "; dy/da = ", text.da);
  if (arity == 2) add_formula(out, "; dy/db = ", text.db);
  sg_buffer_putc(out, '"');
}
