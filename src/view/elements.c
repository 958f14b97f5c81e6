/* sgrad: the elementary graph behind a node: one reverse pass marks it, one forward pass visits. */
#include "view/elements_parts.h"

#include <math.h>

enum { POLL_EVERY = 4096, POLL_WORDS = 1024 };

static sg_layer_title *find_title(const sg_elements_walk *w, sg_node node) {
  for (uint32_t i = 0; i < w->titles.count; i++)
    if (w->titles.items[i].node == node) return &w->titles.items[i];
  return NULL;
}

static bool find_layer(const sg_elements_walk *w, sg_node node, sg_dense *shape, sg_node *first) {
  return w->detail == SG_DETAIL_LAYERS && sg_node_layer(w->tape, node, shape, first);
}

/* How many of the operands that an output uses are elements: of a layer's, not the parameters. */
static uint32_t count_operands(sg_elements_walk *w, sg_node node) {
  uint32_t count = sg_node_used_count(w->tape, node);
  sg_dense shape;
  sg_node first;
  if (!find_layer(w, node, &shape, &first)) return count;
  if (!find_title(w, first)) {
    w->failed |= !SG_RESERVE(w->vm->memory, &w->titles, (size_t)w->titles.count + 1);
    if (!w->failed) w->titles.items[w->titles.count++] = (sg_layer_title){first, 0};
  }
  return count - shape.inputs - shape.has_bias;
}

/* Marks what `node` is computed from; returns how many marks are new. */
static uint32_t mark_operands(sg_elements_walk *w, sg_node node) {
  uint32_t fresh = 0, count = count_operands(w, node);
  SG_EACH (k, 0, count) {
    sg_node operand = sg_node_operand(w->tape, node, sg_node_used(w->tape, node, k));
    if (w->tape->op[operand] == SG_OP_CONST || sg_elements_is_marked(w, operand)) continue;
    w->marks[operand >> 6] |= UINT64_C(1) << (operand & 63);
    fresh++;
  }
  return fresh;
}

/* The outputs of a block share their operands, unless it is shaped: those are looked at once a
 * block, not once an output. */
static bool shares_operands(const sg_elements_walk *w, sg_node node, uint32_t *last_args) {
  if (!sg_node_is_block(w->tape, node) || sg_node_is_shaped(w->tape, node)) return false;
  uint32_t args = w->tape->operands[node].a;
  bool repeated = args == *last_args;
  *last_args = args;
  return repeated;
}

/* Given up on Ctrl-C. */
static void mark(sg_elements_walk *w, sg_node root) {
  uint32_t pending = 1, last_args = SG_NO_NODE;
  w->marks[root >> 6] |= UINT64_C(1) << (root & 63);
  for (uint32_t i = w->words; i > 0 && pending > 0; i--) {
    if (i % POLL_WORDS == 0 && sg_interrupted) return;
    for (int bit = 63; bit >= 0 && w->marks[i - 1] != 0; bit--) {
      sg_node node = (i - 1) << 6 | (uint32_t)bit;
      if (!sg_elements_is_marked(w, node)) continue;
      pending--;
      if (!shares_operands(w, node, &last_args)) pending += mark_operands(w, node);
    }
  }
}

static void rank(sg_elements_walk *w) {
  for (uint32_t i = 0; i < w->words; i++) {
    w->ranks[i] = w->count;
    w->count += (uint32_t)__builtin_popcountll(w->marks[i]);
  }
}

/* Keeps the first name of each node in the graph. What lies in `_` is not named by that. */
static bool keep_name(void *context, sg_node node, const char *name) {
  sg_elements_walk *w = context;
  bool discarded = name[0] == '_' && (name[1] == 0 || name[1] == '[' || name[1] == '.');
  sg_layer_title *layer = discarded ? NULL : find_title(w, node);
  if (layer && layer->text == 0) {
    layer->text = w->texts.count + 1;
    sg_buffer_add(&w->texts, name, strlen(name) + 1);
  }
  if (discarded || !sg_elements_is_marked(w, node) || w->names[sg_elements_rank(w, node)] > 0)
    return true;
  w->names[sg_elements_rank(w, node)] = w->texts.count + 1;
  sg_buffer_add(&w->texts, name, strlen(name) + 1);
  return !w->texts.failed;
}

static const char *get_name(const sg_elements_walk *w, sg_node node) {
  uint32_t name = w->names[sg_elements_rank(w, node)];
  return name > 0 ? w->texts.items + name - 1 : NULL;
}

bool sg_elements_give(sg_elements_walk *w, sg_element *element) {
  element->index = w->visited++;
  if (w->visited % POLL_EVERY == 0 && !sg_vm_poll(w->vm)) return false;
  if (element->node != SG_NO_NODE) {
    w->indexes[sg_elements_rank(w, element->node)] = element->index;
    element->value = w->tape->value[element->node];
    element->has_grad = sg_node_has_grad(w->tape, element->node);
    element->grad = sg_node_grad(w->tape, element->node);
    element->name = get_name(w, element->node);
  }
  element->operands = w->operands.items;
  return w->visit(w->context, element);
}

sg_element_operand sg_elements_refer(const sg_elements_walk *w, sg_node node) {
  sg_element_operand operand = {.node = SG_NO_NODE, .value = w->tape->value[node]};
  operand.constant = w->tape->op[node] == SG_OP_CONST;
  if (operand.constant) return operand;
  sg_dense shape;
  sg_node first;
  bool layer = find_layer(w, node, &shape, &first);
  operand.id.rank = sg_elements_rank(w, layer ? sg_node_first_output(w->tape, node) : node);
  operand.index = w->indexes[operand.id.rank];
  operand.node = node;
  operand.name = get_name(w, node);
  return operand;
}

/* Of a block's operands that lie in one layer and follow each other, the first stands for all. */
static bool is_repeated(const sg_elements_walk *w, const sg_element *element,
                        sg_element_operand next) {
  if (w->detail != SG_DETAIL_LAYERS || element->operand_count == 0 || next.constant) return false;
  const sg_element_operand *last = &w->operands.items[element->operand_count - 1];
  return sg_op_is_block(element->op) && !last->constant && last->index == next.index;
}

static void add_operand(sg_elements_walk *w, sg_element *element, sg_node node) {
  sg_element_operand operand = sg_elements_refer(w, node);
  if (!is_repeated(w, element, operand)) w->operands.items[element->operand_count++] = operand;
}

bool sg_elements_visit_node(sg_elements_walk *w, sg_node node) {
  sg_element element = {.node = node, .op = (sg_op)w->tape->op[node]};
  element.id.rank = sg_elements_rank(w, node);
  uint32_t count = sg_node_used_count(w->tape, node);
  if (!SG_RESERVE(w->vm->memory, &w->operands, count)) return sg_vm_fail_memory(w->vm);
  SG_EACH (k, 0, count)
    add_operand(w, &element, sg_node_operand(w->tape, node, sg_node_used(w->tape, node, k)));
  return sg_vm_is_whole(w->vm, count) && sg_elements_give(w, &element);
}

/* All outputs of a layer that are in the graph, from `node` on, as one. */
static bool visit_layer(sg_elements_walk *w, sg_node node, const sg_dense *shape, sg_node first) {
  sg_element_layer layer = {.shape = *shape};
  sg_element element = {.node = node, .op = SG_OP_DENSE, .layer = &layer};
  sg_node end = sg_node_first_output(w->tape, node) + sg_node_output_count(w->tape, node);
  const sg_layer_title *known = find_title(w, first);
  layer.parameters = shape->outputs * (shape->inputs + shape->has_bias);
  if (known && known->text) layer.name = w->texts.items + known->text - 1;
  element.id.rank = sg_elements_rank(w, node);
  for (sg_node i = node; i < end; i++) {
    if (!sg_elements_is_marked(w, i)) continue;
    sg_number_group_add(&layer.group, w->tape, i);
    w->indexes[sg_elements_rank(w, i)] = w->visited;
  }
  uint32_t count = sg_node_operand_count(w->tape, node) - layer.parameters;
  if (!SG_RESERVE(w->vm->memory, &w->operands, count)) return sg_vm_fail_memory(w->vm);
  SG_EACH (k, 0, count) {
    sg_node operand = sg_node_operand(w->tape, node, k);
    bool shown = w->tape->op[operand] == SG_OP_CONST || sg_elements_is_marked(w, operand);
    if (shown) add_operand(w, &element, operand);
  }
  return sg_vm_is_whole(w->vm, count) && sg_elements_give(w, &element);
}

static bool visit_all(sg_elements_walk *w, sg_node root) {
  for (sg_node node = 0; node <= root; node++) {
    if (w->marks[node >> 6] == 0) node |= 63;
    if (!sg_elements_is_marked(w, node)) continue;
    sg_dense shape;
    sg_node first;
    if (find_layer(w, node, &shape, &first)) {
      if (!visit_layer(w, node, &shape, first)) return false;
      node = sg_node_first_output(w->tape, node) + sg_node_output_count(w->tape, node) - 1;
      continue;
    }
    if (w->detail != SG_DETAIL_ELEMENTARY || !sg_node_is_block(w->tape, node)) {
      if (!sg_elements_visit_node(w, node)) return false;
      continue;
    }
    if (!sg_elements_visit_block(w, node)) return false;
    node = sg_node_first_output(w->tape, node) + sg_node_output_count(w->tape, node) - 1;
  }
  return true;
}

static bool prepare(sg_elements_walk *w, sg_node root) {
  uint32_t words = (root >> 6) + 1;
  w->marks = sg_allocate(w->vm->memory, words * sizeof *w->marks);
  w->ranks = sg_allocate(w->vm->memory, words * sizeof *w->ranks);
  w->words = words;
  if (w->marks == NULL || w->ranks == NULL) return sg_vm_fail_memory(w->vm);
  memset(w->marks, 0, words * sizeof *w->marks);
  mark(w, root);
  if (!sg_vm_poll(w->vm)) return false;
  if (w->failed) return sg_vm_fail_memory(w->vm);
  rank(w);
  w->names = sg_allocate(w->vm->memory, w->count * sizeof *w->names);
  w->indexes = sg_allocate(w->vm->memory, w->count * sizeof *w->indexes);
  if (w->names == NULL || w->indexes == NULL) return sg_vm_fail_memory(w->vm);
  if (!sg_fill(w->vm->memory, w->names, 0, w->count * sizeof *w->names))
    return sg_vm_fail_memory(w->vm);
  return sg_vm_each_name(w->vm, keep_name, w);
}

static void clear(sg_elements_walk *w) {
  sg_memory *memory = w->vm->memory;
  if (w->marks != NULL) sg_release(memory, w->marks, w->words * sizeof *w->marks);
  if (w->ranks != NULL) sg_release(memory, w->ranks, w->words * sizeof *w->ranks);
  if (w->names != NULL) sg_release(memory, w->names, w->count * sizeof *w->names);
  if (w->indexes != NULL) sg_release(memory, w->indexes, w->count * sizeof *w->indexes);
  sg_buffer_clear(&w->texts);
  SG_RELEASE(memory, &w->titles);
  SG_RELEASE(memory, &w->operands);
  sg_expansion_clear(&w->expansion, memory);
}

static void widen(double *low, double *high, double x, bool first) {
  if (first || isnan(x) || x < *low) *low = x;
  if (first || isnan(x) || x > *high) *high = x;
}

void sg_number_group_add(sg_number_group *group, const sg_tape *tape, sg_node node) {
  widen(&group->low, &group->high, tape->value[node], group->count++ == 0);
  if (!sg_node_has_grad(tape, node)) return;
  widen(&group->grad_low, &group->grad_high, sg_node_grad(tape, node), group->grads++ == 0);
}

bool sg_elements_visit(sg_vm *vm, sg_node root, sg_detail detail, sg_element_visit *visit_element,
                       void *context) {
  sg_elements_walk w = {.vm = vm, .tape = &vm->tape, .detail = detail};
  w.visit = visit_element;
  w.context = context;
  sg_expansion_init(&w.expansion, vm->memory);
  sg_buffer_init(&w.texts, vm->memory);
  bool ok = prepare(&w, root) && visit_all(&w, root);
  clear(&w);
  return ok;
}
