/* sgrad: the elementary graph behind a node: one reverse pass marks it, one forward pass visits. */
#include "view/elements.h"

#include "graph/backward.h"

#include <math.h>

enum { POLL_EVERY = 4096, POLL_WORDS = 1024 };

/* What is known of a node of the scratch tape. */
typedef struct part {
  sg_element_id id;
  uint32_t index; /* of its visit, once that has been */
  sg_node output; /* the block's output that it is, or SG_NO_NODE */
  bool wanted;    /* an output in the graph depends on it */
  bool swept;     /* an output that has a gradient depends on it */
} part;

/* The first parameter of layers, by which they are called. */
typedef struct title {
  sg_node node;
  uint32_t text; /* 0, or 1 + where its name begins in `texts` */
} title;

typedef struct walk {
  sg_vm *vm;
  sg_tape *tape; /* the program's: only read */
  sg_detail detail;
  sg_element_visit *visit;
  void *context;
  uint64_t *marks; /* [words] a bit a node: in the graph, and no constant */
  uint32_t *ranks; /* [words] marks before each word */
  uint32_t words;
  uint32_t count; /* marks in all */
  uint32_t visited;
  uint32_t *names;   /* [count] by rank: 0, or 1 + where the name begins in `texts` */
  uint32_t *indexes; /* [count] by rank: of the visit */
  sg_buffer texts;   /* each ends with a zero */
  struct {
    title *items; /* of the layers, each once */
    uint32_t count;
    uint32_t capacity;
  } titles;
  bool failed;     /* out of memory while marking */
  sg_tape scratch; /* one block's expansion: its operands as leaves 0..n-1, then the rest */
  struct {
    sg_value *items;
    uint32_t capacity;
  } inputs, outputs;
  struct {
    part *items;
    uint32_t capacity;
  } parts;
  struct {
    double *items; /* [scratch.count] adjoints */
    uint32_t capacity;
  } adjoints;
  struct {
    sg_node *items;
    uint32_t capacity;
  } nodes;
  struct {
    sg_element_operand *items;
    uint32_t capacity;
  } operands;
} walk;

/* One block being expanded. */
typedef struct block {
  sg_op op;
  sg_node first; /* of its outputs */
  uint32_t outputs;
  uint32_t operands;
  uint32_t base; /* rank of the first output in the graph */
} block;

static bool is_marked(const walk *w, sg_node node) {
  return node >> 6 < w->words && (w->marks[node >> 6] >> (node & 63) & 1);
}

static uint32_t get_rank(const walk *w, sg_node node) {
  uint64_t below = w->marks[node >> 6] & ((UINT64_C(1) << (node & 63)) - 1);
  return w->ranks[node >> 6] + (uint32_t)__builtin_popcountll(below);
}

static title *find_title(const walk *w, sg_node node) {
  for (uint32_t i = 0; i < w->titles.count; i++)
    if (w->titles.items[i].node == node) return &w->titles.items[i];
  return NULL;
}

static bool find_layer(const walk *w, sg_node node, sg_dense *shape, sg_node *first) {
  return w->detail == SG_DETAIL_LAYERS && sg_node_layer(w->tape, node, shape, first);
}

/* How many of the operands that an output uses are elements: of a layer's, not the parameters. */
static uint32_t count_operands(walk *w, sg_node node) {
  uint32_t count = sg_node_used_count(w->tape, node);
  sg_dense shape;
  sg_node first;
  if (!find_layer(w, node, &shape, &first)) return count;
  if (!find_title(w, first)) {
    w->failed |= !SG_RESERVE(w->vm->memory, &w->titles, (size_t)w->titles.count + 1);
    if (!w->failed) w->titles.items[w->titles.count++] = (title){first, 0};
  }
  return count - shape.inputs - shape.has_bias;
}

/* Marks what `node` is computed from; returns how many marks are new. */
static uint32_t mark_operands(walk *w, sg_node node) {
  uint32_t fresh = 0, count = count_operands(w, node);
  SG_EACH (k, 0, count) {
    sg_node operand = sg_node_operand(w->tape, node, sg_node_used(w->tape, node, k));
    if (w->tape->op[operand] == SG_OP_CONST || is_marked(w, operand)) continue;
    w->marks[operand >> 6] |= UINT64_C(1) << (operand & 63);
    fresh++;
  }
  return fresh;
}

/* The outputs of a block share their operands, unless it is shaped: those are looked at once a
 * block, not once an output. Given up on Ctrl-C. */
static void mark(walk *w, sg_node root) {
  uint32_t pending = 1, last_args = SG_NO_NODE;
  w->marks[root >> 6] |= UINT64_C(1) << (root & 63);
  for (uint32_t i = w->words; i > 0 && pending > 0; i--) {
    if (i % POLL_WORDS == 0 && sg_interrupted) return;
    for (int bit = 63; bit >= 0 && w->marks[i - 1] != 0; bit--) {
      sg_node node = (i - 1) << 6 | (uint32_t)bit;
      if (!is_marked(w, node)) continue;
      pending--;
      if (sg_node_is_block(w->tape, node) && !sg_node_is_shaped(w->tape, node)) {
        if (w->tape->operands[node].a == last_args) continue;
        last_args = w->tape->operands[node].a;
      }
      pending += mark_operands(w, node);
    }
  }
}

static void rank(walk *w) {
  for (uint32_t i = 0; i < w->words; i++) {
    w->ranks[i] = w->count;
    w->count += (uint32_t)__builtin_popcountll(w->marks[i]);
  }
}

/* Keeps the first name of each node in the graph. What lies in `_` is not named by that. */
static bool keep_name(void *context, sg_node node, const char *name) {
  walk *w = context;
  bool discarded = name[0] == '_' && (name[1] == 0 || name[1] == '[' || name[1] == '.');
  title *layer = discarded ? NULL : find_title(w, node);
  if (layer && layer->text == 0) {
    layer->text = w->texts.count + 1;
    sg_buffer_add(&w->texts, name, strlen(name) + 1);
  }
  if (discarded || !is_marked(w, node) || w->names[get_rank(w, node)] > 0) return true;
  w->names[get_rank(w, node)] = w->texts.count + 1;
  sg_buffer_add(&w->texts, name, strlen(name) + 1);
  return !w->texts.failed;
}

static const char *get_name(const walk *w, sg_node node) {
  uint32_t name = w->names[get_rank(w, node)];
  return name > 0 ? w->texts.items + name - 1 : NULL;
}

static bool visit(walk *w, sg_element *element) {
  element->index = w->visited++;
  if (w->visited % POLL_EVERY == 0 && !sg_vm_poll(w->vm)) return false;
  if (element->node != SG_NO_NODE) {
    w->indexes[get_rank(w, element->node)] = element->index;
    element->value = w->tape->value[element->node];
    element->has_grad = sg_node_has_grad(w->tape, element->node);
    element->grad = sg_node_grad(w->tape, element->node);
    element->name = get_name(w, element->node);
  }
  element->operands = w->operands.items;
  return w->visit(w->context, element);
}

/* A node of the program's tape as an operand. */
static sg_element_operand refer(const walk *w, sg_node node) {
  sg_element_operand operand = {.node = SG_NO_NODE, .value = w->tape->value[node]};
  operand.constant = w->tape->op[node] == SG_OP_CONST;
  if (operand.constant) return operand;
  sg_dense shape;
  sg_node first;
  bool layer = find_layer(w, node, &shape, &first);
  operand.id.rank = get_rank(w, layer ? sg_node_first_output(w->tape, node) : node);
  operand.index = w->indexes[operand.id.rank];
  operand.node = node;
  operand.name = get_name(w, node);
  return operand;
}

/* Of a block's operands that lie in one layer and follow each other, the first stands for all. */
static bool is_repeated(const walk *w, const sg_element *element, sg_element_operand next) {
  if (w->detail != SG_DETAIL_LAYERS || element->operand_count == 0 || next.constant) return false;
  const sg_element_operand *last = &w->operands.items[element->operand_count - 1];
  return sg_op_is_block(element->op) && !last->constant && last->index == next.index;
}

static void add_operand(walk *w, sg_element *element, sg_node node) {
  sg_element_operand operand = refer(w, node);
  if (!is_repeated(w, element, operand)) w->operands.items[element->operand_count++] = operand;
}

static bool visit_node(walk *w, sg_node node) {
  sg_element element = {.node = node, .op = (sg_op)w->tape->op[node]};
  element.id.rank = get_rank(w, node);
  uint32_t count = sg_node_used_count(w->tape, node);
  if (!SG_RESERVE(w->vm->memory, &w->operands, count)) return sg_vm_fail_memory(w->vm);
  SG_EACH (k, 0, count)
    add_operand(w, &element, sg_node_operand(w->tape, node, sg_node_used(w->tape, node, k)));
  return sg_vm_is_whole(w->vm, count) && visit(w, &element);
}

/* All outputs of a layer that are in the graph, from `node` on, as one. */
static bool visit_layer(walk *w, sg_node node, const sg_dense *shape, sg_node first) {
  sg_element_layer layer = {.shape = *shape};
  sg_element element = {.node = node, .op = SG_OP_DENSE, .layer = &layer};
  sg_node end = sg_node_first_output(w->tape, node) + sg_node_output_count(w->tape, node);
  const title *known = find_title(w, first);
  layer.parameters = shape->outputs * (shape->inputs + shape->has_bias);
  if (known && known->text) layer.name = w->texts.items + known->text - 1;
  element.id.rank = get_rank(w, node);
  for (sg_node i = node; i < end; i++) {
    if (!is_marked(w, i)) continue;
    sg_number_group_add(&layer.group, w->tape, i);
    w->indexes[get_rank(w, i)] = w->visited;
  }
  uint32_t count = sg_node_operand_count(w->tape, node) - layer.parameters;
  if (!SG_RESERVE(w->vm->memory, &w->operands, count)) return sg_vm_fail_memory(w->vm);
  SG_EACH (k, 0, count) {
    sg_node operand = sg_node_operand(w->tape, node, k);
    bool shown = w->tape->op[operand] == SG_OP_CONST || is_marked(w, operand);
    if (shown) add_operand(w, &element, operand);
  }
  return sg_vm_is_whole(w->vm, count) && visit(w, &element);
}

static bool expand(walk *w, const block *b) {
  sg_memory *memory = w->vm->memory;
  sg_tape_truncate(&w->scratch, (sg_tape_mark){0, 0, 0});
  bool ok =
      SG_RESERVE(memory, &w->inputs, b->operands) && SG_RESERVE(memory, &w->outputs, b->outputs);
  SG_EACH (k, 0, ok ? b->operands : 0) {
    double value = w->tape->value[sg_node_operand(w->tape, b->first, k)];
    if (!sg_tape_leaf(&w->scratch, value, &w->inputs.items[k])) return sg_vm_fail_memory(w->vm);
  }
  ok = ok && !sg_gave_up(b->operands);
  ok = ok && sg_node_expand(&w->scratch, w->tape, b->first, w->inputs.items, w->outputs.items);
  ok = ok && SG_RESERVE(memory, &w->parts, w->scratch.count);
  return ok || (sg_vm_poll(w->vm) && sg_vm_fail_memory(w->vm));
}

/* The node of the scratch tape that computes output k, or SG_NO_NODE when the expansion is just one
 * of the block's operands (the sum of one number) or a plain double. */
static sg_node get_computed(const walk *w, const block *b, uint32_t k) {
  sg_value v = w->outputs.items[k];
  if (!sg_is_node(v) || sg_as_node(v) < b->operands) return SG_NO_NODE;
  return w->scratch.op[sg_as_node(v)] == SG_OP_CONST ? SG_NO_NODE : sg_as_node(v);
}

static void claim_outputs(walk *w, const block *b) {
  SG_EACH (i, 0, w->scratch.count) w->parts.items[i] = (part){.output = SG_NO_NODE};
  SG_EACH (k, 0, b->outputs) {
    sg_node computed = get_computed(w, b, k), output = b->first + k;
    if (computed == SG_NO_NODE) continue;
    part *p = &w->parts.items[computed];
    p->swept |= sg_node_has_grad(w->tape, output);
    if (!is_marked(w, output)) continue;
    p->wanted = true;
    if (p->output != SG_NO_NODE) continue;
    p->output = output;
    p->id.rank = get_rank(w, output);
  }
}

/* From the outputs back to what they need, then numbers for the inner nodes. */
static void number_parts(walk *w, const block *b) {
  SG_EACH (behind, 0, w->scratch.count - b->operands) {
    sg_node i = w->scratch.count - 1 - behind;
    const part *user = &w->parts.items[i];
    uint32_t count = sg_node_operand_count(&w->scratch, i);
    for (uint32_t k = 0; (user->wanted || user->swept) && k < count; k++) { /* two at most */
      part *used = &w->parts.items[sg_node_operand(&w->scratch, i, k)];
      used->wanted |= user->wanted;
      used->swept |= user->swept;
    }
  }
  uint32_t inner = 0;
  SG_EACH (i, b->operands, w->scratch.count) {
    part *p = &w->parts.items[i];
    if (!p->wanted || p->output != SG_NO_NODE || w->scratch.op[i] == SG_OP_CONST) continue;
    p->id = (sg_element_id){b->base, ++inner};
  }
}

/* The sum of each output times its gradient: its partials are the inner nodes' adjoints. Plain 0
 * when no output has a gradient. */
static bool weigh_outputs(walk *w, const block *b, sg_value *total) {
  *total = sg_number(0);
  bool any = false;
  SG_EACH (k, 0, b->outputs) {
    if (!sg_node_has_grad(w->tape, b->first + k)) continue;
    sg_value term, grad = sg_number(sg_node_grad(w->tape, b->first + k));
    if (!sg_apply2(&w->scratch, SG_OP_MUL, w->outputs.items[k], grad, &term)) return false;
    if (any && !sg_apply2(&w->scratch, SG_OP_ADD, *total, term, &term)) return false;
    *total = term;
    any = true;
  }
  return !sg_gave_up(b->outputs);
}

static bool sweep(walk *w, const block *b) {
  sg_memory *memory = w->vm->memory;
  sg_node end = w->scratch.count;
  sg_value total;
  if (!SG_RESERVE(memory, &w->nodes, end) || !SG_RESERVE(memory, &w->adjoints, end) ||
      !weigh_outputs(w, b, &total))
    return sg_vm_fail_memory(w->vm);
  if (!sg_is_node(total) || end == b->operands) return true;
  SG_EACH (i, b->operands, end) w->nodes.items[i] = i;
  return sg_tape_partials(&w->scratch, sg_as_node(total), w->nodes.items + b->operands,
                          end - b->operands, w->adjoints.items + b->operands, &w->vm->error);
}

/* A node of the scratch tape as an operand. */
static sg_element_operand refer_part(const walk *w, const block *b, sg_node node) {
  if (node < b->operands) return refer(w, sg_node_operand(w->tape, b->first, node));
  return (sg_element_operand){.constant = w->scratch.op[node] == SG_OP_CONST,
                              .id = w->parts.items[node].id,
                              .index = w->parts.items[node].index,
                              .node = SG_NO_NODE,
                              .value = w->scratch.value[node]};
}

static bool visit_part(walk *w, const block *b, sg_node node) {
  part *p = &w->parts.items[node];
  p->index = w->visited;
  sg_element element = {.id = p->id, .node = p->output, .op = (sg_op)w->scratch.op[node]};
  element.value = w->scratch.value[node];
  element.has_grad = p->swept;
  element.grad = p->swept ? w->adjoints.items[node] : 0;
  element.operand_count = sg_node_operand_count(&w->scratch, node);
  if (!SG_RESERVE(w->vm->memory, &w->operands, element.operand_count))
    return sg_vm_fail_memory(w->vm);
  for (uint32_t k = 0; k < element.operand_count; k++)
    w->operands.items[k] = refer_part(w, b, sg_node_operand(&w->scratch, node, k));
  return visit(w, &element);
}

/* An output that no part stands for is one operation, the block itself, on what it equals. */
static bool visit_equal_output(walk *w, const block *b, uint32_t k) {
  sg_element element = {.node = b->first + k, .op = b->op, .operand_count = 1};
  element.id.rank = get_rank(w, element.node);
  if (!SG_RESERVE(w->vm->memory, &w->operands, 1)) return sg_vm_fail_memory(w->vm);
  sg_value v = w->outputs.items[k];
  w->operands.items[0] =
      sg_is_node(v)
          ? refer_part(w, b, sg_as_node(v))
          : (sg_element_operand){.constant = true, .node = SG_NO_NODE, .value = sg_as_double(v)};
  return visit(w, &element);
}

static bool visit_whole(walk *w, const block *b) {
  SG_EACH (k, 0, b->outputs)
    if (is_marked(w, b->first + k) && !visit_node(w, b->first + k)) return false;
  return sg_vm_is_whole(w->vm, b->outputs);
}

/* What chooses among its operands expands to the chosen one alone: not what it was computed from.
 */
static bool is_choice(sg_op op) {
  return op == SG_OP_MAX_OF || op == SG_OP_MIN_OF || op == SG_OP_CLIP;
}

static bool uses_all_operands(const walk *w, const block *b) {
  if (sg_node_is_shaped(w->tape, b->first)) return true;
  SG_EACH (k, 0, b->operands)
    if (!w->parts.items[k].wanted) return false;
  return true;
}

/* Visits all outputs of a block that are in the graph, and what lies inside. */
static bool visit_block(walk *w, const block *b) {
  if (is_choice(b->op)) return visit_whole(w, b);
  if (!expand(w, b)) return false;
  sg_node end = w->scratch.count;
  claim_outputs(w, b);
  number_parts(w, b);
  if (!sg_vm_is_whole(w->vm, end)) return false;
  if (!uses_all_operands(w, b)) return visit_whole(w, b);
  if (!sweep(w, b)) return false;
  SG_EACH (i, b->operands, end) {
    if (!w->parts.items[i].wanted || w->scratch.op[i] == SG_OP_CONST) continue;
    if (!visit_part(w, b, i)) return false;
  }
  SG_EACH (k, 0, b->outputs) {
    if (!is_marked(w, b->first + k)) continue;
    sg_node computed = get_computed(w, b, k);
    bool seen = computed != SG_NO_NODE && w->parts.items[computed].output == b->first + k;
    if (!seen && !visit_equal_output(w, b, k)) return false;
  }
  return sg_vm_is_whole(w->vm, end);
}

/* The block that a node, the first in the graph among its outputs, belongs to. */
static block get_block(const walk *w, sg_node node) {
  block b = {.op = (sg_op)w->tape->op[node], .first = node - w->tape->operands[node].b};
  b.operands = sg_node_operand_count(w->tape, node);
  b.outputs = sg_node_output_count(w->tape, node);
  b.base = get_rank(w, node);
  return b;
}

static bool visit_all(walk *w, sg_node root) {
  for (sg_node node = 0; node <= root; node++) {
    if (w->marks[node >> 6] == 0) node |= 63;
    if (!is_marked(w, node)) continue;
    sg_dense shape;
    sg_node first;
    if (find_layer(w, node, &shape, &first)) {
      if (!visit_layer(w, node, &shape, first)) return false;
      node = sg_node_first_output(w->tape, node) + sg_node_output_count(w->tape, node) - 1;
      continue;
    }
    if (w->detail != SG_DETAIL_ELEMENTARY || !sg_node_is_block(w->tape, node)) {
      if (!visit_node(w, node)) return false;
      continue;
    }
    block b = get_block(w, node);
    if (!visit_block(w, &b)) return false;
    node = b.first + b.outputs - 1;
  }
  return true;
}

static bool prepare(walk *w, sg_node root) {
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

#define RELEASE(memory, array)                                                                     \
  sg_release((memory), (array).items, (array).capacity * sizeof *(array).items)

static void clear(walk *w) {
  sg_memory *memory = w->vm->memory;
  if (w->marks != NULL) sg_release(memory, w->marks, w->words * sizeof *w->marks);
  if (w->ranks != NULL) sg_release(memory, w->ranks, w->words * sizeof *w->ranks);
  if (w->names != NULL) sg_release(memory, w->names, w->count * sizeof *w->names);
  if (w->indexes != NULL) sg_release(memory, w->indexes, w->count * sizeof *w->indexes);
  sg_buffer_clear(&w->texts);
  RELEASE(memory, w->titles);
  RELEASE(memory, w->inputs);
  RELEASE(memory, w->outputs);
  RELEASE(memory, w->parts);
  RELEASE(memory, w->adjoints);
  RELEASE(memory, w->nodes);
  RELEASE(memory, w->operands);
  sg_tape_clear(&w->scratch);
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
  walk w = {.vm = vm, .tape = &vm->tape, .detail = detail};
  w.visit = visit_element;
  w.context = context;
  sg_tape_init(&w.scratch, vm->memory);
  sg_buffer_init(&w.texts, vm->memory);
  bool ok = prepare(&w, root) && visit_all(&w, root);
  clear(&w);
  return ok;
}
