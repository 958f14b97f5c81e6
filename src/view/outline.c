/* sgrad: how far elements lie from the root: one visit keeps who uses whom, one loop goes back. */
#include "view/outline.h"

typedef struct indexes {
  uint32_t *items;
  uint32_t count;
  uint32_t capacity;
} indexes;

typedef struct gathering {
  sg_vm *vm;
  bool edges;       /* to be kept */
  uint32_t count;   /* elements so far */
  indexes starts;   /* by index: where its operands begin in `operands` */
  indexes operands; /* indexes of the elements that are operands */
} gathering;

static bool add(gathering *g, indexes *list, uint32_t index) {
  if (!SG_RESERVE(g->vm->memory, list, (size_t)list->count + 1)) return sg_vm_fail_memory(g->vm);
  list->items[list->count++] = index;
  return true;
}

static bool gather(void *context, const sg_element *element) {
  gathering *g = context;
  g->count++;
  if (!g->edges) return true;
  if (!add(g, &g->starts, g->operands.count)) return false;
  for (uint32_t k = 0; k < element->operand_count; k++) {
    const sg_element_operand *operand = &element->operands[k];
    if (!operand->constant && !add(g, &g->operands, operand->index)) return false;
  }
  return true;
}

/* Users come behind their operands, so that a distance is final when its element's turn comes. */
static void measure(const gathering *g, uint32_t *distances) {
  uint32_t end = g->operands.count;
  for (uint32_t i = g->count; i > 0; i--) {
    uint32_t start = g->starts.items[i - 1], next = distances[i - 1] + 1;
    for (uint32_t k = start; k < end; k++) {
      uint32_t *distance = &distances[g->operands.items[k]];
      if (next < *distance) *distance = next;
    }
    end = start;
  }
}

static bool find_distances(sg_outline *outline, const gathering *g, uint32_t depth) {
  outline->distances = sg_allocate(outline->memory, g->count * sizeof *outline->distances);
  if (outline->distances == NULL) return sg_vm_fail_memory(g->vm);
  for (uint32_t i = 0; i < g->count; i++) outline->distances[i] = UINT32_MAX - 1;
  outline->distances[g->count - 1] = 0;
  measure(g, outline->distances);
  for (uint32_t i = 0; i < g->count; i++) outline->shown += outline->distances[i] <= depth;
  return true;
}

bool sg_outline_make(sg_outline *outline, sg_vm *vm, sg_node root, sg_detail detail,
                     uint32_t depth) {
  gathering g = {.vm = vm, .edges = depth != SG_DEPTH_ALL};
  *outline = (sg_outline){.memory = vm->memory};
  bool ok = sg_elements_visit(vm, root, detail, gather, &g);
  outline->count = outline->shown = g.count;
  if (ok && g.edges) {
    outline->shown = 0;
    ok = find_distances(outline, &g, depth);
  }
  sg_release(vm->memory, g.starts.items, g.starts.capacity * sizeof *g.starts.items);
  sg_release(vm->memory, g.operands.items, g.operands.capacity * sizeof *g.operands.items);
  return ok;
}

void sg_outline_clear(sg_outline *outline) {
  if (outline->distances != NULL)
    sg_release(outline->memory, outline->distances, outline->count * sizeof *outline->distances);
  outline->distances = NULL;
}
