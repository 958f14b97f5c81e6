/* sgrad: the nodes in an argument that stands for parameters. */
#include "builtins/parameters.h"

#include "builtins/argument.h"
#include "builtins/walk.h"

void sg_node_list_clear(sg_vm *vm, sg_node_list *list) {
  SG_RELEASE(vm->memory, list);
  *list = (sg_node_list){0};
}

static bool gather_node(sg_walk *walk, sg_value *slot) {
  sg_node_list *list = walk->context;
  if (!sg_is_node(*slot)) return true;
  if (!SG_RESERVE(walk->vm->memory, list, (size_t)list->count + 1))
    return sg_vm_fail_memory(walk->vm);
  list->items[list->count++] = sg_as_node(*slot);
  return true;
}

static bool gather_leaf(sg_walk *walk, sg_value *slot) {
  if (!sg_is_node(*slot) || sg_node_is_leaf(&walk->vm->tape, sg_as_node(*slot)))
    return gather_node(walk, slot);
  sg_vm_fail(walk->vm, "%s() takes leaves as parameters, but a number among them is computed",
             walk->builtin->name);
  return sg_vm_note(walk->vm, "x = leaf(x) makes a parameter of a computed number");
}

static bool is_ascending(const sg_node_list *list) {
  SG_EACH (i, 1, list->count)
    if (list->items[i - 1] >= list->items[i]) return false;
  return true;
}

/* Drops what has come before, by a bit for each node of the tape. */
static bool drop_repeated(sg_vm *vm, sg_node_list *list) {
  if (is_ascending(list)) return sg_vm_is_whole(vm, list->count);
  size_t bytes = ((size_t)vm->tape.count / 64 + 1) * sizeof(uint64_t);
  uint64_t *seen = sg_allocate(vm->memory, bytes);
  if (!seen) return sg_vm_fail_memory(vm);
  memset(seen, 0, bytes);
  uint32_t kept = 0, count = list->count;
  SG_EACH (i, 0, list->count) {
    sg_node node = list->items[i];
    uint64_t bit = UINT64_C(1) << (node & 63);
    if (!(seen[node >> 6] & bit)) list->items[kept++] = node;
    seen[node >> 6] |= bit;
  }
  list->count = kept;
  sg_release(vm->memory, seen, bytes);
  return sg_vm_is_whole(vm, count);
}

/* Each number of x as `number` takes it. */
static bool gather(sg_vm *vm, const sg_builtin *builtin, sg_value x, sg_walk_step *number,
                   sg_node_list *list) {
  sg_walk walk = {.vm = vm, .builtin = builtin, .number = number, .natives = true, .context = list};
  return sg_walk_each(&walk, &x) && drop_repeated(vm, list);
}

bool sg_gather_nodes(sg_vm *vm, const sg_builtin *builtin, sg_value x, sg_node_list *list) {
  return gather(vm, builtin, x, gather_node, list);
}

bool sg_gather_leaves(sg_vm *vm, const sg_builtin *builtin, sg_value x, sg_node_list *list) {
  return gather(vm, builtin, x, gather_leaf, list);
}
