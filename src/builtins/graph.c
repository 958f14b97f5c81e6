/* sgrad: the graph from inside the language: sweeps, leaves, constants, pictures. */
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/parameters.h"
#include "builtins/walk.h"
#include "graph/backward.h"
#include "view/dot.h"

static bool need_node(sg_vm *vm, const sg_call *call, sg_node *node) {
  sg_value y = call->args[0];
  if (!sg_is_number(y)) return sg_vm_fail_argument(vm, call, 0, "a number");
  if (!sg_is_node(y)) return sg_fail_constant(vm, call->builtin);
  *node = sg_as_node(y);
  return true;
}

static bool run_backward(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_node y = 0;
  sg_error error;
  (void)result;
  if (!need_node(vm, call, &y)) return false;
  sg_error_clear(&error);
  return sg_tape_backward(&vm->tape, y, &error) || sg_fail_again(vm, &error);
}

static bool zero_run(void *context, sg_node first, uint32_t count) {
  sg_tape_zero_run(context, first, count);
  return true;
}

/* All or nothing: the nodes are gathered before the first gradient goes, since an interrupt or a
 * nesting too deep may end the walk. */
static bool run_zero_grad(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  sg_value x = call->args[0];
  if (!sg_is_given(call, 0)) return sg_tape_zero_grad(&vm->tape, NULL, 0) || sg_vm_fail_memory(vm);
  if (!sg_is_number(x) && !sg_is_list(x) && !sg_is_record(x) && !sg_is_native(x))
    return sg_vm_fail_argument(vm, call, 0, "a number, list, record, model or optimizer");
  if (sg_is_native(x) && sg_as_native(x)->class->numbers)
    return sg_as_native(x)->class->numbers(vm, sg_as_native(x), zero_run, &vm->tape);
  sg_node_list nodes = {0};
  bool ok = sg_gather_nodes(vm, call->builtin, x, &nodes);
  if (ok && nodes.count > 0 && !sg_tape_zero_grad(&vm->tape, nodes.items, nodes.count))
    ok = sg_vm_fail_memory(vm);
  sg_node_list_clear(vm, &nodes);
  return ok;
}

static bool make_leaf(sg_walk *walk, sg_value *slot) {
  sg_tape *tape = &walk->vm->tape;
  return sg_tape_leaf(tape, sg_tape_value(tape, *slot), slot) || sg_vm_fail_memory(walk->vm);
}

/* A fresh leaf, named by argument `label` if that was given. */
static bool run_labelled(sg_vm *vm, const sg_call *call, uint32_t label, sg_value *result) {
  sg_string *text;
  *result = call->args[0];
  bool named = sg_is_given(call, label);
  if (named && !sg_vm_need_string(vm, call, label, &text)) return false;
  if (named && !sg_is_number(*result)) return sg_vm_fail_argument(vm, call, 0, "a number");
  sg_walk walk = {
      .vm = vm, .builtin = call->builtin, .number = make_leaf, .other = sg_walk_fail_other};
  if (!sg_walk_copy(&walk, result)) return false;
  return !named || !text->bytes || sg_vm_set_label(vm, sg_as_node(*result), text);
}

static bool run_leaf(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_labelled(vm, call, 1, result);
}

/* As in the notebooks: Value(data, _children=(), _op="", label=""), or name= in place of label=. */
static bool run_value(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_labelled(vm, call, sg_is_given(call, 4) ? 4 : 3, result);
}

static bool make_constant(sg_walk *walk, sg_value *slot) {
  *slot = sg_number(sg_tape_value(&walk->vm->tape, *slot));
  return true;
}

static bool run_detach(sg_vm *vm, const sg_call *call, sg_value *result) {
  *result = call->args[0];
  sg_walk walk = {.vm = vm, .builtin = call->builtin, .number = make_constant, .natives = true};
  return sg_walk_copy(&walk, result);
}

static bool read_rankdir(sg_vm *vm, const sg_call *call, uint32_t i, sg_dot_options *options) {
  sg_string *rankdir;
  if (!sg_is_given(call, i)) return true;
  if (!sg_vm_need_string(vm, call, i, &rankdir)) return false;
  options->rankdir = sg_dot_find_rankdir(rankdir->text, rankdir->bytes);
  return options->rankdir ||
         sg_vm_fail(vm, "graph() takes \"LR\", \"TB\", \"RL\" or \"BT\" for 'rankdir'");
}

static bool run_graph(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_node y = 0;
  sg_dot_options options = SG_DOT_DEFAULTS;
  if (!need_node(vm, call, &y) || !read_rankdir(vm, call, 1, &options) ||
      !sg_need_bool(vm, call, 2, true, &options.grad) ||
      !sg_need_bool(vm, call, 3, false, &options.compact))
    return false;
  if (sg_is_given(call, 4) && !sg_need_count(vm, call, 4, &options.depth)) return false;
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  if (sg_view_dot(vm, &out, y, &options)) return sg_give_buffer(vm, &out, result);
  sg_buffer_clear(&out);
  return false;
}

#define VALUE_PARAMETERS "data, _children=(), _op=\"\", label=\"\", name=\"\""
#define VALUE_DOC                                                                                  \
  "`leaf(data)`, as micrograd and its kin call it. The label or name is what pictures show."

const sg_builtin sg_graph_builtins[] = {
    {.name = "backward",
     .parameters = "y",
     .run = run_backward,
     .doc = "The reverse sweep from y: adds dy/dx to the gradient of every leaf x that y was "
            "computed from, and sets that of every node between. A constant is an error, and so is "
            "a graph that used a leaf before its `.data` was set.",
     .example = "x = 3; (x * x).backward(); x.grad  # 6",
     .topic = "gradients"},
    {.name = "zero_grad",
     .parameters = "x=none",
     .run = run_zero_grad,
     .doc = "Makes the gradient of x absent again; x is a number, or a list or record of them, "
            "however nested, a model or an optimizer. Without an argument, that of every leaf.",
     .example = "x = 3; (x * x).backward(); zero_grad(x); x.grad  # 0",
     .topic = "gradients"},
    {.name = "leaf",
     .parameters = "x, label=none",
     .run = run_leaf,
     .doc =
         "A fresh leaf with the value of x, also in `no_grad`; of lists and records, a copy with "
         "fresh leaves. The label is the name that pictures show.",
     .example = "leaf(2.5)  # 2.5",
     .topic = "nodes"},
    {.name = "Value",
     .parameters = VALUE_PARAMETERS,
     .run = run_value,
     .doc = VALUE_DOC,
     .example = "Value(2.0, label=\"a\")  # 2",
     .topic = "nodes"},
    {.name = "Scalar",
     .parameters = VALUE_PARAMETERS,
     .run = run_value,
     .doc = VALUE_DOC,
     .example = "Scalar(2.0, name=\"a\")  # 2",
     .topic = "nodes"},
    {.name = "Node",
     .parameters = VALUE_PARAMETERS,
     .run = run_value,
     .doc = VALUE_DOC,
     .example = "Node(2.0)  # 2",
     .topic = "nodes"},
    {.name = "detach",
     .parameters = "x",
     .run = run_detach,
     .doc = "The value of x as a constant, with no history; of lists and records, a copy with "
            "constants; of a model, the list of its parameters' values.",
     .example = "x = 3; is_node(detach(x * x))  # false",
     .topic = "nodes"},
    {.name = "graph",
     .parameters = "y, rankdir=\"LR\", grad=true, compact=false, depth=none",
     .run = run_graph,
     .doc = "Everything that y was computed from as a Graphviz DOT text: numbers with name, value "
            "and, with grad=true, gradient, and the operations between. rankdir is LR, TB, RL or "
            "BT; compact=true makes one box of a number and its operation, and one operation of a "
            "sum, its kind or a layer; depth=n shows what lies within n operations behind y.",
     .example = "graph(leaf(2) * 3).split()[0]  # \"digraph\"",
     .topic = "pictures"},
    {.name = NULL},
};
