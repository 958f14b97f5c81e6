/* sgrad: grad and value_and_grad: derivatives as numbers of the graph.
 *
 * grad(f) is a builtin bound to f. Called, it gives f a fresh node for each number of its arguments
 * - so the derivative is by the arguments alone, wherever else the same numbers stand - and keeps a
 * second structure of the same nodes, out of f's reach. What f returns is differentiated by them in
 * order, and the partials take their places: the structure is the result. Since each call's nodes
 * are its own, nested calls cannot be confused.
 */
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/walk.h"
#include "graph/backward.h"

/* The arguments of f by which to differentiate, decoded from `wrt`. */
typedef struct selection {
  const sg_list *list; /* of plain doubles; NULL: all, or `only` */
  uint32_t only;       /* UINT32_MAX: all */
} selection;

static selection read_selection(const sg_call *call) {
  sg_value wrt = call->held[1];
  if (sg_is_list(wrt)) return (selection){sg_as_list(wrt), 0};
  return (selection){NULL, sg_is_double(wrt) ? (uint32_t)sg_as_double(wrt) : UINT32_MAX};
}

static bool is_selected(const selection *wrt, uint32_t i) {
  if (!wrt->list) return wrt->only == UINT32_MAX || wrt->only == i;
  for (uint32_t k = 0; k < wrt->list->count; k++)
    if (sg_as_double(wrt->list->items[k]) == i) return true;
  return false;
}

/* The k-th argument to differentiate by, k < count_selected. */
static uint32_t get_selected(const selection *wrt, uint32_t k) {
  if (wrt->list) return (uint32_t)sg_as_double(wrt->list->items[k]);
  return wrt->only == UINT32_MAX ? k : wrt->only;
}

static uint32_t count_selected(const selection *wrt, uint32_t arguments) {
  if (wrt->list) return wrt->list->count;
  return wrt->only == UINT32_MAX ? arguments : 1;
}

static bool make_none(sg_walk *walk, sg_value *slot) {
  (void)walk;
  *slot = SG_NONE;
  return true;
}

static bool make_fresh(sg_walk *walk, sg_value *slot) {
  sg_tape *tape = &walk->vm->tape;
  bool ok = sg_is_double(*slot) ? sg_tape_leaf(tape, sg_as_double(*slot), slot)
                                : sg_apply1(tape, SG_OP_IDENTITY, *slot, slot);
  return ok || sg_vm_fail_memory(walk->vm);
}

static bool gather(sg_walk *walk, sg_value *slot) {
  return sg_add_item(walk->vm, walk->context, *slot);
}

/* Puts the next partial, by the cursor over them. */
static bool put_partial(sg_walk *walk, sg_value *slot) {
  sg_value **next = walk->context;
  *slot = *(*next)++;
  return true;
}

/* dy/dx by the plain sweep, as constants. */
static bool sweep(sg_vm *vm, sg_value y, const sg_list *x, sg_value *out) {
  uint32_t count = x->count;
  SG_EACH (i, 0, count) out[i] = sg_number(0);
  if (!sg_is_node(y) || !count) return sg_vm_is_whole(vm, count);
  sg_error error;
  sg_error_clear(&error);
  sg_node *nodes = sg_allocate(vm->memory, count * sizeof *nodes);
  double *partials = sg_allocate(vm->memory, count * sizeof *partials);
  bool ok = nodes && partials;
  SG_EACH (i, 0, ok ? count : 0) nodes[i] = sg_as_node(x->items[i]);
  if (!ok)
    sg_fail_memory(&error);
  else
    ok = sg_tape_partials(&vm->tape, sg_as_node(y), nodes, count, partials, &error);
  SG_EACH (i, 0, ok ? count : 0) out[i] = sg_number(partials[i]);
  sg_release(vm->memory, nodes, nodes ? count * sizeof *nodes : 0);
  sg_release(vm->memory, partials, partials ? count * sizeof *partials : 0);
  return ok ? sg_vm_is_whole(vm, count) : sg_fail_again(vm, &error);
}

static bool sweep_as_graph(sg_vm *vm, sg_value y, const sg_list *x, sg_value *out) {
  sg_error error;
  sg_error_clear(&error);
  return !x->count || sg_tape_gradient(&vm->tape, y, x->items, x->count, out, &error) ||
         sg_fail_again(vm, &error);
}

/* Replaces each node in `*structure` by the partial of y by it: nodes, in no_grad constants. */
static bool differentiate(sg_vm *vm, const sg_builtin *builtin, sg_value y, sg_value *structure) {
  sg_list *x = sg_list_new(&vm->heap, 1);
  if (!x) return sg_vm_fail_memory(vm);
  sg_walk collect = {.vm = vm, .builtin = builtin, .number = gather, .context = x};
  if (!sg_walk_each(&collect, structure)) return false;
  sg_list *partials = sg_list_new(&vm->heap, x->count);
  if (!partials) return sg_vm_fail_memory(vm);
  bool ok = vm->tape.recording ? sweep_as_graph(vm, y, x, partials->items)
                               : sweep(vm, y, x, partials->items);
  sg_value *next = partials->items;
  sg_walk fill = {.vm = vm, .builtin = builtin, .number = put_partial, .context = &next};
  return ok && sg_walk_each(&fill, structure);
}

/* Pushes f's arguments: those selected with a fresh node for each number. */
static bool push_arguments(sg_vm *vm, const sg_call *call, const selection *wrt) {
  sg_walk fresh = {.vm = vm, .builtin = call->builtin, .number = make_fresh};
  for (uint32_t i = 0; i < call->rest_count; i++) {
    sg_value argument = call->rest[i];
    if (is_selected(wrt, i) && !sg_walk_copy(&fresh, &argument)) return false;
    if (!sg_vm_push(vm, argument)) return false;
  }
  return true;
}

/* Pushes the private structure: a list of the selected arguments, their nodes the very ones that f
 * is given, none in place of what is no number. */
static bool push_structure(sg_vm *vm, const sg_call *call, const selection *wrt,
                           const sg_value *arguments) {
  sg_walk same = {.vm = vm, .builtin = call->builtin, .other = make_none, .natives = true};
  uint32_t count = count_selected(wrt, call->rest_count);
  sg_list *list = sg_list_new(&vm->heap, count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t k = 0; k < count; k++) {
    sg_value copy = arguments[get_selected(wrt, k)];
    if (!sg_walk_copy(&same, &copy)) return false;
    sg_list_set(list, list->count++, copy);
  }
  return sg_vm_push(vm, sg_object_value(list));
}

static bool check_arguments(sg_vm *vm, const sg_call *call, const selection *wrt) {
  if (!call->rest_count)
    return sg_vm_fail(vm, "the function that %s() gives takes at least one argument",
                      call->builtin->name);
  uint32_t count = count_selected(wrt, call->rest_count);
  for (uint32_t k = 0; k < count; k++)
    if (get_selected(wrt, k) >= call->rest_count)
      return sg_vm_fail(vm, "%s() was given wrt=%u: there %s %u argument%s, counted from 0",
                        call->builtin->name, get_selected(wrt, k),
                        call->rest_count == 1 ? "is" : "are", call->rest_count,
                        call->rest_count == 1 ? "" : "s");
  return true;
}

/* Calls f, recording, and leaves the private structure at `top[rest_count]`. */
static bool call_recording(sg_vm *vm, const sg_call *call, const selection *wrt, sg_value *y) {
  sg_value *arguments = vm->top;
  bool recording = vm->tape.recording;
  vm->tape.recording = true;
  bool ok = push_arguments(vm, call, wrt) && push_structure(vm, call, wrt, arguments) &&
            sg_vm_call(vm, call->held[0], arguments, call->rest_count, y);
  vm->tape.recording = recording;
  if (ok && !sg_is_number(*y))
    return sg_vm_fail(vm, "%s() takes a function that gives one number, not %s",
                      call->builtin->name, sg_type_phrase(*y));
  return ok;
}

/* Value and gradient of the bound function at its arguments. */
static bool run_bound(sg_vm *vm, const sg_call *call, sg_value *value, sg_value *gradient) {
  selection wrt = read_selection(call);
  if (!check_arguments(vm, call, &wrt)) return false;
  bool single = !wrt.list && count_selected(&wrt, call->rest_count) == 1;
  sg_value *top = vm->top;
  sg_value y = SG_NONE;
  bool ok = call_recording(vm, call, &wrt, &y);
  vm->top = top;
  if (!ok) return false;
  *gradient = top[call->rest_count];
  *value = vm->tape.recording ? y : sg_number(sg_tape_value(&vm->tape, y));
  if (!differentiate(vm, call->builtin, y, gradient)) return false;
  if (single) *gradient = sg_as_list(*gradient)->items[0];
  return true;
}

static bool run_grad_bound(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value value;
  return run_bound(vm, call, &value, result);
}

static bool run_value_and_grad_bound(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value pair[2];
  return run_bound(vm, call, &pair[0], &pair[1]) && sg_give_list(vm, pair, 2, result);
}

static const sg_builtin grad_bound = {.name = "grad",
                                      .parameters = "*args",
                                      .forwards = true,
                                      .run = run_grad_bound,
                                      .doc = "The gradient of a function, by grad(f).",
                                      .example = "",
                                      .topic = "derivatives"};
static const sg_builtin value_and_grad_bound = {.name = "value_and_grad",
                                                .parameters = "*args",
                                                .forwards = true,
                                                .run = run_value_and_grad_bound,
                                                .doc = "Value and gradient of a function.",
                                                .example = "",
                                                .topic = "derivatives"};

/* The number of an argument, as a plain double. */
static bool read_place(sg_vm *vm, const sg_builtin *builtin, sg_value v, sg_value *out) {
  double x = sg_is_number(v) ? sg_tape_value(&vm->tape, v) : -1;
  if (!(x >= 0 && x < UINT32_MAX && x == (uint32_t)x))
    return sg_vm_fail(vm,
                      "%s() takes the number of an argument, from 0, or a list of them for 'wrt'",
                      builtin->name);
  *out = sg_number(x);
  return true;
}

/* A function bound to f and to wrt, which holds plain doubles so that it stays as it was given. */
static bool bind(sg_vm *vm, const sg_call *call, uint32_t wrt, const sg_builtin *row,
                 sg_value *result) {
  sg_value held[] = {call->args[0], SG_NONE};
  if (sg_is_given(call, wrt) && !sg_is_list(call->args[wrt])) {
    if (!read_place(vm, call->builtin, call->args[wrt], &held[1])) return false;
  } else if (sg_is_given(call, wrt)) {
    const sg_list *places = sg_as_list(call->args[wrt]);
    if (!sg_give_list(vm, places->items, places->count, &held[1])) return false;
    sg_list *copy = sg_as_list(held[1]);
    copy->plain = true;
    for (uint32_t i = 0; i < copy->count; i++)
      if (!read_place(vm, call->builtin, copy->items[i], &copy->items[i])) return false;
  }
  return sg_give_object(vm, sg_bound_new(&vm->heap, row, held, 2), result);
}

static bool need_nodes(sg_walk *walk, sg_value *slot) {
  return sg_is_node(*slot) || sg_fail_constant(walk->vm, walk->builtin);
}

/* grad(y, x): y one number, x nodes. */
static bool run_partials(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value y = call->args[0];
  sg_value x = call->args[1];
  if (!sg_is_number(y)) return sg_vm_fail_argument(vm, call, 0, "one number");
  if (!sg_is_number(x) && !sg_is_list(x) && !sg_is_record(x) && !sg_is_native(x))
    return sg_vm_fail_argument(vm, call, 1, "a node, a model, or a list or record of them,");
  sg_walk walk = {.vm = vm,
                  .builtin = call->builtin,
                  .number = need_nodes,
                  .other = make_none,
                  .natives = true};
  *result = x;
  return sg_walk_copy(&walk, result) && differentiate(vm, call->builtin, y, result);
}

static bool read_grad(sg_walk *walk, sg_value *slot) {
  if (!sg_is_node(*slot)) return sg_fail_constant(walk->vm, walk->builtin);
  *slot = sg_number(sg_node_grad(&walk->vm->tape, sg_as_node(*slot)));
  return true;
}

static bool fail_gradless(sg_walk *walk, sg_value *slot) {
  return sg_vm_fail(walk->vm, "%s() takes a function or nodes, not %s", walk->builtin->name,
                    sg_type_phrase(*slot));
}

/* A model is its numbers first, though it can be called. */
static bool has_numbers(sg_value v) { return sg_is_native(v) && sg_as_native(v)->class->numbers; }

static bool run_grad(sg_vm *vm, const sg_call *call, sg_value *result) {
  bool by = sg_is_given(call, 1);
  if (sg_is_callable(call->args[0]) && !has_numbers(call->args[0])) {
    if (!by) return bind(vm, call, 2, &grad_bound, result);
    sg_vm_fail(vm, "grad(f) takes no 'x': it gives a function");
    return sg_vm_note(vm, "grad(f)(x) is the gradient of f at x; grad(f, wrt=0) chooses arguments");
  }
  if (sg_is_given(call, 2)) return sg_vm_fail(vm, "grad() takes 'wrt' with a function only");
  if (by) return run_partials(vm, call, result);
  sg_walk walk = {.vm = vm,
                  .builtin = call->builtin,
                  .number = read_grad,
                  .other = fail_gradless,
                  .natives = true};
  *result = call->args[0];
  return sg_walk_copy(&walk, result);
}

static bool run_value_and_grad(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value f;
  return sg_vm_need_callable(vm, call, 0, &f) && bind(vm, call, 1, &value_and_grad_bound, result);
}

const sg_builtin sg_gradient_builtins[] = {
    {.name = "grad",
     .parameters = "y, x=none, wrt=none",
     .run = run_grad,
     .doc = "Three things. `grad(f)` is the derivative of a function, again a function: of one "
            "argument its partial, of several a list of them; `wrt=0` or `wrt=[0, 2]` choose. "
            "`grad(y, x)` is dy/dx as a node, and touches no `.grad`; x is a node, or lists and "
            "records of them, or a model: then the partials by its parameters, a list. `grad(x)` "
            "is `x.grad`; of a model those of its parameters, while its derivative by its input is "
            "`grad(x => model(x))`. A constant x is an error, and so is an f that gives anything "
            "but one number.",
     .example = "grad(x => x**3)(2)  # 12",
     .topic = "derivatives"},
    {.name = "value_and_grad",
     .parameters = "f, wrt=none",
     .run = run_value_and_grad,
     .doc = "The function that gives `[value, gradient]` of f, the gradient as `grad(f)` gives it.",
     .example = "value_and_grad(x => x**3)(2)  # [8, 12]",
     .topic = "derivatives"},
    {.name = NULL},
};
