/* sgrad: the elements of a block: its expansion, rebuilt on a tape of its own, with the adjoints
 * that follow from the gradients of its outputs. */
#include "view/elements_parts.h"

#include "graph/backward.h"

/* One block being expanded. */
typedef struct block {
  sg_op op;
  sg_node first; /* of its outputs */
  uint32_t outputs;
  uint32_t operands;
  uint32_t base; /* rank of the first output in the graph */
} block;

static bool expand(sg_elements_walk *w, const block *b) {
  sg_memory *memory = w->vm->memory;
  sg_tape_truncate(&w->expansion.scratch, (sg_tape_mark){0, 0, 0});
  bool ok = SG_RESERVE(memory, &w->expansion.inputs, b->operands) &&
            SG_RESERVE(memory, &w->expansion.outputs, b->outputs);
  SG_EACH (k, 0, ok ? b->operands : 0) {
    double value = w->tape->value[sg_node_operand(w->tape, b->first, k)];
    if (!sg_tape_leaf(&w->expansion.scratch, value, &w->expansion.inputs.items[k]))
      return sg_vm_fail_memory(w->vm);
  }
  ok = ok && !sg_gave_up(b->operands);
  ok = ok && sg_node_expand(&w->expansion.scratch, w->tape, b->first, w->expansion.inputs.items,
                            w->expansion.outputs.items);
  ok = ok && SG_RESERVE(memory, &w->expansion.parts, w->expansion.scratch.count);
  return ok || (sg_vm_poll(w->vm) && sg_vm_fail_memory(w->vm));
}

/* The node of the scratch tape that computes output k, each its own, or SG_NO_NODE when the
 * expansion is just one of the block's operands, as the sum of one number is: a block that is drawn
 * whole. */
static sg_node get_computed(const sg_elements_walk *w, const block *b, uint32_t k) {
  sg_value v = w->expansion.outputs.items[k];
  if (!sg_is_node(v) || sg_as_node(v) < b->operands) return SG_NO_NODE;
  return w->expansion.scratch.op[sg_as_node(v)] == SG_OP_CONST ? SG_NO_NODE : sg_as_node(v);
}

static void claim_outputs(sg_elements_walk *w, const block *b) {
  SG_EACH (i, 0, w->expansion.scratch.count)
    w->expansion.parts.items[i] = (sg_expansion_part){.output = SG_NO_NODE};
  SG_EACH (k, 0, b->outputs) {
    sg_node computed = get_computed(w, b, k), output = b->first + k;
    if (computed == SG_NO_NODE) continue;
    sg_expansion_part *p = &w->expansion.parts.items[computed];
    p->swept |= sg_node_has_grad(w->tape, output);
    if (!sg_elements_is_marked(w, output)) continue;
    p->wanted = true;
    if (p->output != SG_NO_NODE) continue;
    p->output = output;
    p->id.rank = sg_elements_rank(w, output);
  }
}

/* From the outputs back to what they need, then numbers for the inner nodes. */
static void number_parts(sg_elements_walk *w, const block *b) {
  SG_EACH (behind, 0, w->expansion.scratch.count - b->operands) {
    sg_node i = w->expansion.scratch.count - 1 - behind;
    const sg_expansion_part *user = &w->expansion.parts.items[i];
    uint32_t count = sg_node_operand_count(&w->expansion.scratch, i);
    for (uint32_t k = 0; (user->wanted || user->swept) && k < count; k++) { /* two at most */
      sg_expansion_part *used =
          &w->expansion.parts.items[sg_node_operand(&w->expansion.scratch, i, k)];
      used->wanted |= user->wanted;
      used->swept |= user->swept;
    }
  }
  uint32_t inner = 0;
  SG_EACH (i, b->operands, w->expansion.scratch.count) {
    sg_expansion_part *p = &w->expansion.parts.items[i];
    if (!p->wanted || p->output != SG_NO_NODE || w->expansion.scratch.op[i] == SG_OP_CONST)
      continue;
    p->id = (sg_element_id){b->base, ++inner};
  }
}

/* The sum of each output times its gradient: its partials are the inner nodes' adjoints. Plain 0
 * when no output has a gradient. */
static bool weigh_outputs(sg_elements_walk *w, const block *b, sg_value *total) {
  *total = sg_number(0);
  bool any = false;
  SG_EACH (k, 0, b->outputs) {
    if (!sg_node_has_grad(w->tape, b->first + k)) continue;
    sg_value term, grad = sg_number(sg_node_grad(w->tape, b->first + k));
    if (!sg_apply2(&w->expansion.scratch, SG_OP_MUL, w->expansion.outputs.items[k], grad, &term))
      return false;
    if (any && !sg_apply2(&w->expansion.scratch, SG_OP_ADD, *total, term, &term)) return false;
    *total = term;
    any = true;
  }
  return !sg_gave_up(b->outputs);
}

static bool sweep(sg_elements_walk *w, const block *b) {
  sg_memory *memory = w->vm->memory;
  sg_node end = w->expansion.scratch.count;
  sg_value total;
  if (!SG_RESERVE(memory, &w->expansion.nodes, end) ||
      !SG_RESERVE(memory, &w->expansion.adjoints, end) || !weigh_outputs(w, b, &total))
    return sg_vm_fail_memory(w->vm);
  if (!sg_is_node(total) || end == b->operands) return true;
  SG_EACH (i, b->operands, end) w->expansion.nodes.items[i] = i;
  return sg_tape_partials(&w->expansion.scratch, sg_as_node(total),
                          w->expansion.nodes.items + b->operands, end - b->operands,
                          w->expansion.adjoints.items + b->operands, &w->vm->error);
}

/* A node of the scratch tape as an operand. */
static sg_element_operand refer_part(const sg_elements_walk *w, const block *b, sg_node node) {
  if (node < b->operands) return sg_elements_refer(w, sg_node_operand(w->tape, b->first, node));
  return (sg_element_operand){.constant = w->expansion.scratch.op[node] == SG_OP_CONST,
                              .id = w->expansion.parts.items[node].id,
                              .index = w->expansion.parts.items[node].index,
                              .node = SG_NO_NODE,
                              .value = w->expansion.scratch.value[node]};
}

static bool visit_part(sg_elements_walk *w, const block *b, sg_node node) {
  sg_expansion_part *p = &w->expansion.parts.items[node];
  p->index = w->visited;
  sg_element element = {.id = p->id, .node = p->output, .op = (sg_op)w->expansion.scratch.op[node]};
  element.value = w->expansion.scratch.value[node];
  element.has_grad = p->swept;
  element.grad = p->swept ? w->expansion.adjoints.items[node] : 0;
  element.operand_count = sg_node_operand_count(&w->expansion.scratch, node);
  if (!SG_RESERVE(w->vm->memory, &w->operands, element.operand_count))
    return sg_vm_fail_memory(w->vm);
  for (uint32_t k = 0; k < element.operand_count; k++)
    w->operands.items[k] = refer_part(w, b, sg_node_operand(&w->expansion.scratch, node, k));
  return sg_elements_give(w, &element);
}

static bool visit_whole(sg_elements_walk *w, const block *b) {
  SG_EACH (k, 0, b->outputs)
    if (sg_elements_is_marked(w, b->first + k) && !sg_elements_visit_node(w, b->first + k))
      return false;
  return sg_vm_is_whole(w->vm, b->outputs);
}

/* What chooses among its operands expands to the chosen one alone: not what it was computed from.
 */
static bool is_choice(sg_op op) {
  return op == SG_OP_MAX_OF || op == SG_OP_MIN_OF || op == SG_OP_CLIP;
}

static bool uses_all_operands(const sg_elements_walk *w, const block *b) {
  if (sg_node_is_shaped(w->tape, b->first)) return true;
  SG_EACH (k, 0, b->operands)
    if (!w->expansion.parts.items[k].wanted) return false;
  return true;
}

/* The block that a node, the first in the graph among its outputs, belongs to. */
static block get_block(const sg_elements_walk *w, sg_node node) {
  block b = {.op = (sg_op)w->tape->op[node], .first = node - w->tape->operands[node].b};
  b.operands = sg_node_operand_count(w->tape, node);
  b.outputs = sg_node_output_count(w->tape, node);
  b.base = sg_elements_rank(w, node);
  return b;
}

static bool visit_expansion(sg_elements_walk *w, const block *b) {
  if (!expand(w, b)) return false;
  sg_node end = w->expansion.scratch.count;
  claim_outputs(w, b);
  number_parts(w, b);
  if (!sg_vm_is_whole(w->vm, end)) return false;
  if (!uses_all_operands(w, b)) return visit_whole(w, b);
  if (!sweep(w, b)) return false;
  SG_EACH (i, b->operands, end) {
    if (!w->expansion.parts.items[i].wanted || w->expansion.scratch.op[i] == SG_OP_CONST) continue;
    if (!visit_part(w, b, i)) return false;
  }
  return sg_vm_is_whole(w->vm, end);
}

bool sg_elements_visit_block(sg_elements_walk *w, sg_node node) {
  block b = get_block(w, node);
  return is_choice(b.op) ? visit_whole(w, &b) : visit_expansion(w, &b);
}

void sg_expansion_init(sg_expansion *expansion, sg_memory *memory) {
  *expansion = (sg_expansion){0};
  sg_tape_init(&expansion->scratch, memory);
}

void sg_expansion_clear(sg_expansion *expansion, sg_memory *memory) {
  SG_RELEASE(memory, &expansion->inputs);
  SG_RELEASE(memory, &expansion->outputs);
  SG_RELEASE(memory, &expansion->parts);
  SG_RELEASE(memory, &expansion->adjoints);
  SG_RELEASE(memory, &expansion->nodes);
  sg_tape_clear(&expansion->scratch);
}
