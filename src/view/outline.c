/* sgrad: how far elements lie from the root, and groups of leaves: one visit keeps who uses whom,
 * loops over that do the rest. */
#include "view/outline.h"

#include <ctype.h>

enum { NAME_LIMIT = 120 /* bytes; what is called by more stays alone */ };

/* What kind of element it is, or, of a leaf that may be grouped, which list it is in. */
#define STEM_OTHER UINT64_C(0)
#define STEM_BLOCK UINT64_C(1)
#define STEM_UNNAMED UINT64_C(2)

typedef struct item {
  uint64_t stem;  /* one of those, or a hash of the name without its index */
  uint32_t start; /* where its operands begin in `operands` */
  uint32_t uses;  /* as an operand */
} item;

typedef struct gathering {
  sg_vm *vm;
  struct {
    item *items; /* by index */
    uint32_t count;
    uint32_t capacity;
  } elements;
  struct {
    uint32_t *items; /* indexes of the elements that are operands */
    uint32_t count;
    uint32_t capacity;
  } operands;
} gathering;

size_t sg_outline_stem(const char *name) {
  size_t end = strlen(name);
  if (end < 3 || name[end - 1] != ']') return 0;
  size_t digits = end - 1;
  while (digits > 0 && isdigit((unsigned char)name[digits - 1])) digits--;
  return digits > 1 && digits < end - 1 && name[digits - 1] == '[' ? digits - 1 : 0;
}

static uint64_t find_stem(const sg_element *element) {
  if (sg_op_is_block(element->op)) return STEM_BLOCK;
  if (element->op != SG_OP_LEAF) return STEM_OTHER;
  if (element->name == NULL) return STEM_UNNAMED;
  if (strnlen(element->name, NAME_LIMIT) == NAME_LIMIT) return STEM_OTHER;
  size_t bytes = sg_outline_stem(element->name);
  uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
  for (size_t i = 0; i < bytes; i++)
    hash = (hash ^ (unsigned char)element->name[i]) * UINT64_C(1099511628211);
  return bytes > 0 ? hash | 4 : STEM_OTHER;
}

static bool gather(void *context, const sg_element *element) {
  gathering *g = context;
  sg_memory *memory = g->vm->memory;
  if (!SG_RESERVE(memory, &g->elements, (size_t)element->index + 1) ||
      !SG_RESERVE(memory, &g->operands, (size_t)g->operands.count + element->operand_count))
    return sg_vm_fail_memory(g->vm);
  g->elements.items[element->index] = (item){find_stem(element), g->operands.count, 0};
  g->elements.count = element->index + 1;
  SG_EACH (k, 0, element->operand_count) {
    const sg_element_operand *operand = &element->operands[k];
    if (operand->constant) continue;
    g->operands.items[g->operands.count++] = operand->index;
    g->elements.items[operand->index].uses++;
  }
  return sg_vm_is_whole(g->vm, element->operand_count);
}

static uint32_t get_end(const gathering *g, uint32_t i) {
  return i + 1 < g->elements.count ? g->elements.items[i + 1].start : g->operands.count;
}

/* Users come behind their operands, so that a distance is final when its element's turn comes. This
 * and what follows give up on Ctrl-C. */
static void measure(const gathering *g, uint32_t *distances) {
  uint32_t count = g->elements.count;
  SG_EACH (i, 0, count) distances[i] = i + 1 < count ? UINT32_MAX - 1 : 0;
  SG_EACH (behind, 0, count) {
    uint32_t i = count - 1 - behind, next = distances[i] + 1, end = get_end(g, i);
    SG_EACH (k, g->elements.items[i].start, end) {
      uint32_t *distance = &distances[g->operands.items[k]];
      if (next < *distance) *distance = next;
    }
  }
}

static bool may_group(const item *leaf) { return leaf->stem >= STEM_UNNAMED && leaf->uses == 1; }

/* The end of the run of leaves of one list that begins with operand k. */
static uint32_t find_run(const gathering *g, uint32_t k, uint32_t end) {
  const item *first = &g->elements.items[g->operands.items[k]];
  SG_EACH (i, k + 1, end) {
    const item *next = &g->elements.items[g->operands.items[i]];
    if (!may_group(next) || next->stem != first->stem) return i;
  }
  return end;
}

static void group_operands(const gathering *g, uint32_t user, uint8_t *groupings) {
  uint32_t end = get_end(g, user), start = g->elements.items[user].start;
  for (uint32_t after; start < end && !sg_gave_up(end); start = after) {
    bool grouped = may_group(&g->elements.items[g->operands.items[start]]);
    after = grouped ? find_run(g, start, end) : start + 1;
    if (after - start < SG_GROUP_LEAST) continue;
    SG_EACH (k, start, after)
      groupings[g->operands.items[k]] = k == start ? SG_GROUP_FIRST : SG_GROUP_NEXT;
  }
}

static bool draw_up(sg_outline *outline, const gathering *g, uint32_t depth, bool group) {
  uint32_t count = outline->count = g->elements.count;
  outline->distances = sg_allocate(outline->memory, count * sizeof *outline->distances);
  outline->groupings = sg_allocate(outline->memory, count * sizeof *outline->groupings);
  if (outline->distances == NULL || outline->groupings == NULL) return sg_vm_fail_memory(g->vm);
  measure(g, outline->distances);
  memset(outline->groupings, SG_GROUP_NONE, count);
  SG_EACH (i, 0, group ? count : 0)
    if (g->elements.items[i].stem == STEM_BLOCK) group_operands(g, i, outline->groupings);
  SG_EACH (i, 0, count)
    outline->shown += outline->distances[i] <= depth && outline->groupings[i] != SG_GROUP_NEXT;
  return sg_vm_poll(g->vm);
}

bool sg_outline_make(sg_outline *outline, sg_vm *vm, sg_node root, sg_detail detail, uint32_t depth,
                     bool group) {
  gathering g = {.vm = vm};
  *outline = (sg_outline){.memory = vm->memory};
  bool ok = sg_elements_visit(vm, root, detail, gather, &g) && draw_up(outline, &g, depth, group);
  SG_RELEASE(vm->memory, &g.elements);
  SG_RELEASE(vm->memory, &g.operands);
  return ok;
}

void sg_outline_clear(sg_outline *outline) {
  sg_memory *memory = outline->memory;
  if (outline->distances != NULL)
    sg_release(memory, outline->distances, outline->count * sizeof *outline->distances);
  if (outline->groupings != NULL)
    sg_release(memory, outline->groupings, outline->count * sizeof *outline->groupings);
  outline->distances = NULL;
  outline->groupings = NULL;
}
