/* sgrad: a graph as Graphviz DOT.
 *
 * Numbers are named n<rank> (inner nodes of a block n<rank>_<i>), the operation that computes
 * number n<id> o<id>, its k-th operand, when that is a constant, k<id>_<k>, and the group of leaves
 * that begins with it g<id>_<k>.
 */
#include "view/dot.h"

#include "base/number.h"
#include "view/label.h"

#include <math.h>

enum { CONSTANT_DIGITS = 6 };

typedef struct drawing {
  sg_vm *vm;
  sg_buffer *out;
  const sg_dot_options *options;
  sg_outline outline; /* without its arrays: all is shown, each in its own box */
  sg_node root;
} drawing;

/* What tells the kinds apart. Their lightness (L* of CIELAB): computed 100, leaf 93, constant 83,
 * operation 73, root 25. */
#define LEAF_STYLE ", style=\"filled,rounded\", fillcolor=\"#d9ecfa\""
#define ROOT_STYLE ", fillcolor=\"#0b3d66\", fontcolor=white, peripheries=2"
#define ROOT_LEAF_STYLE ", style=\"filled,rounded\"" ROOT_STYLE
#define OPERATION_STYLE                                                                            \
  ", shape=ellipse, margin=\"0.04,0.02\", fillcolor=\"" SG_OPERATION_COLOR "\""
#define CONSTANT_STYLE ", shape=plaintext, fillcolor=\"#cecece\""

static const char head[] =
    "  nodesep=0.2; ranksep=0.3; pad=0.15\n"
    "  node [fontname=\"Helvetica\", fontsize=12, shape=box, style=filled, fillcolor=white, "
    "color=\"#333333\", width=0.3, height=0.3, margin=\"0.05,0.03\"]\n"
    "  edge [arrowsize=0.6, color=\"#555555\"]\n";

const char *sg_dot_find_rankdir(const char *text, size_t bytes) {
  static const char *const directions[] = {"LR", "TB", "RL", "BT"};
  for (size_t i = 0; i < sizeof directions / sizeof *directions; i++)
    if (strlen(directions[i]) == bytes && memcmp(text, directions[i], bytes) == 0)
      return directions[i];
  return NULL;
}

static void add_id(sg_buffer *out, char kind, sg_element_id id) {
  sg_buffer_printf(out, "%c%u", kind, (unsigned)id.rank);
  if (id.inner > 0) sg_buffer_printf(out, "_%u", (unsigned)id.inner);
}

/* Whether the operands of an element lie beyond the depth shown, or are gone. */
static bool is_end(const drawing *d, const sg_element *element) {
  if (element->op == SG_OP_CUT) return true;
  if (element->operand_count == 0 || d->outline.distances == NULL) return false;
  return d->outline.distances[element->index] == d->options->depth;
}

/* Whether the operation is shown in the number's own box. */
static bool is_folded(const drawing *d, const sg_element *element) {
  bool computed = element->operand_count > 0 || element->layer != NULL;
  return d->options->compact && computed && !is_end(d, element);
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

static const char *get_style(const drawing *d, const sg_element *element) {
  bool leaf = element->op == SG_OP_LEAF;
  if (element->node == d->root) return leaf ? ROOT_LEAF_STYLE : ROOT_STYLE;
  return leaf ? LEAF_STYLE : "";
}

static void add_number(const drawing *d, const sg_element *element) {
  sg_buffer *out = d->out;
  bool folded = is_folded(d, element);
  sg_buffer_puts(out, "  ");
  add_id(out, 'n', element->id);
  sg_buffer_puts(out, " [label=");
  if (element->layer != NULL)
    sg_label_layer(out, element, d->options->grad);
  else
    sg_label_number(out, element, d->options->grad, folded);
  sg_buffer_puts(out, get_style(d, element));
  if (folded) sg_label_tooltip(out, element->op);
  sg_buffer_puts(out, folded && is_ordered(element) ? ", ordering=in]\n" : "]\n");
}

static void add_constant_id(sg_buffer *out, sg_element_id user, uint32_t k) {
  add_id(out, 'k', user);
  sg_buffer_printf(out, "_%u", (unsigned)k);
}

static void add_constant(sg_buffer *out, sg_element_id user, uint32_t k, double x) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_puts(out, "  ");
  add_constant_id(out, user, k);
  sg_buffer_printf(out, " [label=\"%s\"" CONSTANT_STYLE "]\n",
                   sg_number_short(text, x, CONSTANT_DIGITS));
}

/* The edge from operand k to the node of kind `user` that stands for the operation. */
static void add_operand(const drawing *d, const sg_element *element, uint32_t k, char user) {
  sg_buffer *out = d->out;
  const sg_element_operand *operand = &element->operands[k];
  if (operand->constant && user == 'n') return;
  if (operand->constant) add_constant(out, element->id, k, operand->value);
  sg_buffer_puts(out, "  ");
  if (operand->constant)
    add_constant_id(out, element->id, k);
  else
    add_id(out, 'n', operand->id);
  sg_buffer_puts(out, " -> ");
  add_id(out, user, element->id);
  sg_buffer_putc(out, '\n');
}

static void add_result(sg_buffer *out, sg_element_id id, const char *style) {
  sg_buffer_puts(out, "  ");
  add_id(out, 'o', id);
  sg_buffer_puts(out, " -> ");
  add_id(out, 'n', id);
  sg_buffer_puts(out, style);
}

static void add_operation(const drawing *d, const sg_element *element) {
  sg_buffer *out = d->out;
  sg_buffer_puts(out, "  ");
  add_id(out, 'o', element->id);
  sg_buffer_puts(out, " [label=\"");
  sg_label_text(out, sg_op_get(element->op)->name);
  sg_buffer_puts(out, "\"" OPERATION_STYLE);
  sg_label_tooltip(out, element->op);
  sg_buffer_puts(out, is_ordered(element) ? ", ordering=in]\n" : "]\n");
  for (uint32_t k = 0; k < element->operand_count; k++) add_operand(d, element, k, 'o');
  add_result(out, element->id, "\n");
}

/* What stands where history was let go, or lies too deep. */
static void add_ellipsis(sg_buffer *out, sg_element_id id) {
  sg_buffer_puts(out, "  ");
  add_id(out, 'o', id);
  sg_buffer_puts(out, " [label=\"...\", shape=plaintext, style=\"\"]\n");
  add_result(out, id, " [style=dashed]\n");
}

static sg_grouping get_grouping(const drawing *d, const sg_element_operand *operand) {
  if (operand->constant || d->outline.groupings == NULL) return SG_GROUP_NONE;
  return (sg_grouping)d->outline.groupings[operand->index];
}

static void add_leaf(const drawing *d, sg_number_group *group, const sg_element_operand *leaf) {
  if (group->count == 0) group->first = leaf->name;
  group->last = leaf->name;
  sg_number_group_add(group, &d->vm->tape, leaf->node);
}

/* Adds the leaves of the group that begins with operand k. */
static void gather(const drawing *d, const sg_element *element, uint32_t k,
                   sg_number_group *group) {
  add_leaf(d, group, &element->operands[k]);
  SG_EACH (i, k + 1, element->operand_count) {
    const sg_element_operand *operand = &element->operands[i];
    if (!operand->constant && get_grouping(d, operand) != SG_GROUP_NEXT) return;
    if (!operand->constant) add_leaf(d, group, operand);
  }
}

/* The box of the group that begins with operand k, and its edge. */
static void add_group(const drawing *d, const sg_element *element, uint32_t k) {
  sg_number_group group = {0};
  gather(d, element, k, &group);
  sg_buffer *out = d->out;
  for (int edge = 0; edge < 2; edge++) {
    sg_buffer_puts(out, "  ");
    add_id(out, 'g', element->id);
    sg_buffer_printf(out, "_%u%s", (unsigned)k, edge ? " -> " : " [label=");
    if (edge) break;
    sg_label_group(out, &group, d->options->grad);
    sg_buffer_puts(out, LEAF_STYLE "]\n");
  }
  add_id(out, 'n', element->id);
  sg_buffer_puts(out, " [penwidth=2]\n");
}

static void add_operands(const drawing *d, const sg_element *element) {
  SG_EACH (k, 0, element->operand_count) {
    sg_grouping grouping = get_grouping(d, &element->operands[k]);
    if (grouping == SG_GROUP_FIRST) add_group(d, element, k);
    if (grouping == SG_GROUP_NONE) add_operand(d, element, k, 'n');
  }
}

static bool is_shown(const drawing *d, const sg_element *element) {
  const sg_outline *outline = &d->outline;
  return outline->distances == NULL || (outline->distances[element->index] <= d->options->depth &&
                                        outline->groupings[element->index] == SG_GROUP_NONE);
}

static bool draw(void *context, const sg_element *element) {
  const drawing *d = context;
  if (!is_shown(d, element)) return true;
  add_number(d, element);
  if (is_end(d, element))
    add_ellipsis(d->out, element->id);
  else if (is_folded(d, element))
    add_operands(d, element);
  else if (element->operand_count > 0)
    add_operation(d, element);
  if (d->out->failed) return sg_vm_fail_memory(d->vm);
  return sg_vm_is_whole(d->vm, element->operand_count);
}

static sg_detail get_detail(const sg_dot_options *options) {
  return options->compact ? SG_DETAIL_LAYERS : SG_DETAIL_ELEMENTARY;
}

static bool outline(sg_vm *vm, sg_node root, const sg_dot_options *options, sg_outline *out) {
  return sg_outline_make(out, vm, root, get_detail(options), options->depth, options->compact);
}

bool sg_view_dot(sg_vm *vm, sg_buffer *out, sg_node root, const sg_dot_options *options) {
  drawing d = {.vm = vm, .out = out, .options = options, .root = root};
  d.outline.memory = vm->memory;
  bool part = options->compact || options->depth != SG_DEPTH_ALL;
  bool ok = !part || outline(vm, root, options, &d.outline);
  sg_buffer_printf(out, "digraph sgrad {\n  rankdir=%s\n%s", options->rankdir, head);
  ok = ok && sg_elements_visit(vm, root, get_detail(options), draw, &d);
  sg_outline_clear(&d.outline);
  if (!ok) return false;
  sg_buffer_puts(out, "}\n");
  return !out->failed || sg_vm_fail_memory(vm);
}

bool sg_view_count(sg_vm *vm, sg_node root, const sg_dot_options *options, uint32_t *count) {
  sg_outline whole;
  bool ok = outline(vm, root, options, &whole);
  *count = whole.shown;
  sg_outline_clear(&whole);
  return ok;
}
