/* sgrad: the builtins that make models, and parameters. */
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/nn/argument.h"
#include "builtins/walk.h"

#include <stdio.h>

/* A size from 1. */
static bool need_size(sg_vm *vm, const sg_call *call, uint32_t i, uint32_t *out) {
  char name[48];
  int64_t n;
  if (!sg_vm_need_whole(vm, call, i, &n)) return false;
  if (n > 0) return sg_need_count(vm, call, i, out);
  sg_vm_parameter_name(call, i, name, sizeof name);
  return sg_vm_fail(vm, "%s() takes a number from 1 for '%s', not %lld", call->builtin->name, name,
                    (long long)n);
}

/* "linear()", as messages begin. */
typedef struct caller {
  char text[32];
} caller;

static caller name_caller(const sg_call *call) {
  caller c;
  snprintf(c.text, sizeof c.text, "%s()", call->builtin->name);
  return c;
}

static bool need_activation(sg_vm *vm, const sg_call *call, uint32_t i, const char *unless,
                            sg_activation *out) {
  sg_value v = call->args[i];
  bool known = sg_activation_find(unless, out);
  if (sg_is_undefined(v)) return known;
  if (!sg_is_none(v) && !sg_is_string(v) && !sg_is_callable(v))
    return sg_vm_fail_argument(vm, call, i, "a builtin scalar function or its name");
  return sg_read_activation(vm, name_caller(call).text, v, out);
}

static bool need_beginning(sg_vm *vm, const sg_call *call, uint32_t i, const char *unless,
                           sg_beginning *out) {
  *out = (sg_beginning){.row = sg_initial_find(unless)};
  return !sg_is_given(call, i) || sg_read_beginning(vm, name_caller(call).text, call->args[i], out);
}

static bool check_fits(sg_vm *vm, const sg_call *call, const sg_layer *layer) {
  if (sg_layer_fits(layer)) return true;
  return sg_vm_fail(vm, "%s(): %u inputs and %u neurons are more parameters than fit",
                    call->builtin->name, layer->inputs, layer->outputs);
}

/* Draws the values of consecutive layers and makes their leaves, which are one run. What an
 * init= function does comes before any of them. */
static bool make_leaves(sg_vm *vm, const sg_call *call, const sg_beginning *beginning,
                        sg_layer *layers, uint32_t count) {
  size_t total = 0, at = 0;
  for (uint32_t i = 0; i < count; i++) total += sg_layer_count(&layers[i]);
  double *values = sg_allocate(vm->memory, total * sizeof *values);
  if (!values) return sg_vm_fail_memory(vm);
  bool ok = true;
  for (uint32_t i = 0; ok && i < count; at += sg_layer_count(&layers[i++]))
    ok = sg_vm_poll(vm) &&
         sg_draw_beginning(vm, name_caller(call).text, beginning, &layers[i], values + at);
  at = 0;
  for (uint32_t i = 0; ok && i < count; at += sg_layer_count(&layers[i++]))
    ok = sg_layer_make(&vm->tape, &layers[i], values + at) || sg_fail_making(vm);
  sg_release(vm->memory, values, total * sizeof *values);
  return ok;
}

static bool give_dense(sg_vm *vm, const sg_call *call, const sg_beginning *beginning,
                       sg_layer *layer, sg_value *result) {
  if (!check_fits(vm, call, layer) || !make_leaves(vm, call, beginning, layer, 1)) return false;
  sg_dense_model *model = sg_dense_model_new(vm, call->builtin->name, *layer);
  if (model) *result = sg_object_value(model);
  return model != NULL;
}

/* neuron(nin, act="relu", init="micrograd") */
static bool run_neuron(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_layer layer = {.outputs = 1, .has_bias = true};
  sg_beginning beginning;
  return need_size(vm, call, 0, &layer.inputs) &&
         need_activation(vm, call, 1, "relu", &layer.activation) &&
         need_beginning(vm, call, 2, "micrograd", &beginning) &&
         give_dense(vm, call, &beginning, &layer, result);
}

/* layer(nin, nout, act="relu", init="micrograd") */
static bool run_layer(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_layer layer = {.has_bias = true};
  sg_beginning beginning;
  return need_size(vm, call, 0, &layer.inputs) && need_size(vm, call, 1, &layer.outputs) &&
         need_activation(vm, call, 2, "relu", &layer.activation) &&
         need_beginning(vm, call, 3, "micrograd", &beginning) &&
         give_dense(vm, call, &beginning, &layer, result);
}

/* linear(nin, nout, bias=true, act="identity", init="torch") */
static bool run_linear(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_layer layer = {0};
  sg_beginning beginning;
  return need_size(vm, call, 0, &layer.inputs) && need_size(vm, call, 1, &layer.outputs) &&
         sg_need_bool(vm, call, 2, true, &layer.has_bias) &&
         need_activation(vm, call, 3, "identity", &layer.activation) &&
         need_beginning(vm, call, 4, "torch", &beginning) &&
         give_dense(vm, call, &beginning, &layer, result);
}

/* ---- mlp ---- */

static bool read_layer_size(sg_vm *vm, const sg_call *call, sg_value v, uint32_t *out) {
  double x = sg_is_number(v) ? sg_tape_value(&vm->tape, v) : -1;
  if (!sg_is_number(v))
    return sg_vm_fail(vm, "%s() takes a list of layer sizes, but one of them is %s",
                      call->builtin->name, sg_type_phrase(v));
  char text[SG_NUMBER_SIZE];
  if (!(x >= 1 && x <= SG_COUNT_LIMIT && x == (uint32_t)x))
    return sg_vm_fail(vm, "%s() takes whole numbers from 1 as layer sizes, not %s",
                      call->builtin->name, sg_number_text(text, x));
  *out = (uint32_t)x;
  return true;
}

static bool read_layers(sg_vm *vm, const sg_call *call, const sg_list *sizes, sg_layer *layers) {
  sg_activation hidden, last;
  uint32_t inputs;
  if (!need_size(vm, call, 0, &inputs) || !need_activation(vm, call, 2, "relu", &hidden) ||
      !need_activation(vm, call, 3, "identity", &last))
    return false;
  for (uint32_t i = 0; i < sizes->count; i++) {
    layers[i] = (sg_layer){.inputs = inputs, .has_bias = true};
    layers[i].activation = i + 1 < sizes->count ? hidden : last;
    if (!read_layer_size(vm, call, sizes->items[i], &layers[i].outputs) ||
        !check_fits(vm, call, &layers[i]))
      return false;
    inputs = layers[i].outputs;
  }
  return true;
}

static bool give_mlp(sg_vm *vm, const sg_call *call, const sg_layer *layers, uint32_t count,
                     sg_value *result) {
  sg_chain *chain = sg_chain_new(vm, call->builtin->name, count);
  if (!chain) return false;
  chain->inputs = layers[0].inputs;
  chain->outputs = layers[count - 1].outputs;
  for (uint32_t i = 0; i < count; i++) {
    sg_dense_model *model = sg_dense_model_new(vm, "layer", layers[i]);
    if (!model || !sg_chain_set(vm, chain, i, sg_object_value(model))) return false;
  }
  *result = sg_object_value(chain);
  return true;
}

/* mlp(nin, sizes, act="relu", out="identity", init="torch") */
static bool run_mlp(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_list *sizes;
  sg_beginning beginning;
  if (!sg_is_list(call->args[1])) {
    sg_vm_fail_argument(vm, call, 1, "a list of layer sizes");
    return sg_vm_note(vm, "mlp(2, [16, 16, 1]) has two hidden layers of 16 neurons and 1 output");
  }
  sizes = sg_as_list(call->args[1]);
  if (!sizes->count) return sg_vm_fail(vm, "mlp() takes at least one layer size");
  uint32_t count = sizes->count;
  sg_layer *layers = sg_allocate(vm->memory, count * sizeof *layers);
  if (!layers) return sg_vm_fail_memory(vm);
  bool ok =
      read_layers(vm, call, sizes, layers) && need_beginning(vm, call, 4, "torch", &beginning) &&
      make_leaves(vm, call, &beginning, layers, count) && give_mlp(vm, call, layers, count, result);
  sg_release(vm->memory, layers, count * sizeof *layers);
  return ok;
}

/* ---- sequential ---- */

/* Where sizes are known, one stage must take what the one before it gives. */
static bool check_stage(sg_vm *vm, const sg_chain *chain, uint32_t i, uint32_t given) {
  uint32_t wanted = sg_stage_inputs(chain->stages[i]);
  if (!wanted || !given || wanted == given) return true;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_stage_text(vm, &text, chain->stages[i]) && !text.failed;
  if (ok)
    sg_vm_fail(vm, "sequential(): stage %u, %.*s, takes %u number%s, but stage %u gives %u", i,
               (int)text.count, text.items, wanted, wanted == 1 ? "" : "s", i - 1, given);
  else
    sg_vm_fail_memory(vm);
  sg_buffer_clear(&text);
  return false;
}

bool sg_chain_set_stages(sg_vm *vm, sg_chain *chain, const sg_value *stages) {
  uint32_t size = 0;
  bool passes = true; /* so far, each stage takes any number and gives as many */
  for (uint32_t i = 0; i < chain->count; i++) {
    if (!sg_is_callable(stages[i])) {
      sg_vm_fail(vm, "sequential() takes models and functions as stages, but stage %u is %s", i,
                 sg_type_phrase(stages[i]));
      return sg_is_string(stages[i]) &&
             sg_vm_note(vm, "write %s without quotes", sg_as_string(stages[i])->text);
    }
    if (!sg_chain_set(vm, chain, i, stages[i]) || !check_stage(vm, chain, i, size)) return false;
    if (passes && !chain->inputs) chain->inputs = sg_stage_inputs(stages[i]);
    sg_activation activation;
    passes = passes && (sg_find_dropout(stages[i]) || sg_find_activation(stages[i], &activation));
    size = sg_stage_outputs(stages[i], size);
    if (!sg_poll_at(vm, i)) return false;
  }
  chain->outputs = size;
  return true;
}

static bool run_sequential(sg_vm *vm, const sg_call *call, sg_value *result) {
  const sg_value *stages = call->rest;
  uint32_t count = call->rest_count;
  if (count == 1 && sg_is_list(stages[0])) {
    count = sg_as_list(call->rest[0])->count;
    stages = sg_as_list(call->rest[0])->items;
  }
  if (!count) return sg_vm_fail(vm, "sequential() takes at least one stage");
  sg_chain *chain = sg_chain_new(vm, call->builtin->name, count);
  if (!chain || !sg_chain_set_stages(vm, chain, stages)) return false;
  *result = sg_object_value(chain);
  return true;
}

static bool run_dropout(sg_vm *vm, const sg_call *call, sg_value *result) {
  double p = 0.5;
  if (sg_is_given(call, 0) && !sg_read_probability(vm, name_caller(call).text, call->args[0], &p))
    return false;
  sg_dropout *dropout = sg_dropout_new(vm, p);
  if (dropout) *result = sg_object_value(dropout);
  return dropout != NULL;
}

/* ---- parameters ---- */

/* The leaves found so far, each once. */
typedef struct gathering {
  sg_list *list;
  uint32_t *seen; /* open addressing by node, position in the list + 1; owned */
  uint32_t seen_size;
  bool rising; /* each lay above the one before it: nothing can have come twice */
} gathering;

static uint32_t find_seen(const gathering *g, sg_node node) {
  uint32_t mask = g->seen_size - 1;
  uint32_t at = (uint32_t)((node * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & mask;
  while (g->seen[at] && sg_as_node(g->list->items[g->seen[at] - 1]) != node) at = (at + 1) & mask;
  return at;
}

static bool index_seen(sg_vm *vm, gathering *g) {
  uint64_t size = 64;
  while (size < (uint64_t)g->list->count * 4) size *= 2;
  uint32_t *seen = sg_allocate(vm->memory, size * sizeof *seen);
  if (!seen) return sg_vm_fail_memory(vm);
  memset(seen, 0, size * sizeof *seen);
  sg_release(vm->memory, g->seen, g->seen_size * sizeof *g->seen);
  g->seen = seen;
  g->seen_size = (uint32_t)size;
  for (uint32_t i = 0; i < g->list->count; i++)
    seen[find_seen(g, sg_as_node(g->list->items[i]))] = i + 1;
  return true;
}

/* Whether the node is new; then it is taken note of. */
static bool note_seen(sg_vm *vm, gathering *g, sg_node node, bool *is_new) {
  uint32_t count = g->list->count;
  *is_new = true;
  g->rising = g->rising && (count == 0 || node > sg_as_node(g->list->items[count - 1]));
  if (g->rising) return true;
  if ((uint64_t)(count + 1) * 2 > g->seen_size && !index_seen(vm, g)) return false;
  uint32_t at = find_seen(g, node);
  *is_new = g->seen[at] == 0;
  if (*is_new) g->seen[at] = count + 1;
  return true;
}

static bool gather_leaf(sg_walk *walk, sg_value *slot) {
  gathering *g = walk->context;
  bool is_new;
  if (!sg_is_node(*slot) || !sg_node_is_leaf(&walk->vm->tape, sg_as_node(*slot))) return true;
  if (!note_seen(walk->vm, g, sg_as_node(*slot), &is_new)) return false;
  return !is_new || sg_add_item(walk->vm, g->list, *slot);
}

static bool run_parameters(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value x = call->args[0];
  if (!sg_is_number(x) && !sg_is_list(x) && !sg_is_record(x) && !sg_is_native(x))
    return sg_vm_fail_argument(vm, call, 0, "a model, or a list or record of parameters,");
  gathering g = {.list = sg_list_new(&vm->heap, 0), .rising = true};
  if (!g.list) return sg_vm_fail_memory(vm);
  sg_walk walk = {
      .vm = vm, .builtin = call->builtin, .number = gather_leaf, .natives = true, .context = &g};
  bool ok = sg_walk_each(&walk, &x);
  sg_release(vm->memory, g.seen, g.seen_size * sizeof *g.seen);
  *result = sg_object_value(g.list);
  return ok;
}

const sg_builtin sg_nn_model_builtins[] = {
    {.name = "neuron",
     .parameters = "nin, act=\"relu\", init=\"micrograd\"",
     .run = run_neuron,
     .doc = "A neuron of nin inputs, act(w[0]*x[0] + ... + b), with weights `w` and bias `b`. act "
            "is the name of any scalar function of one argument. For init see `linear`.",
     .example = "n = neuron(2, init=\"zeros\"); n.w = [1, 2]; n([3, 4])  # 11",
     .topic = "models"},
    {.name = "layer",
     .parameters = "nin, nout, act=\"relu\", init=\"micrograd\"",
     .run = run_layer,
     .doc = "nout neurons that share nin inputs, as micrograd's Layer: a list of numbers in, a "
            "list of their outputs out. Called with a list of samples it gives the list of their "
            "outputs.",
     .example = "len(layer(2, 3)([0.5, -1]))  # 3",
     .topic = "models"},
    {.name = "linear",
     .parameters = "nin, nout, bias=true, act=\"identity\", init=\"torch\"",
     .run = run_linear,
     .doc = "nout weighted sums of nin inputs, as PyTorch's nn.Linear. init is `\"torch\"`: w and "
            "b uniform(-1/sqrt(nin), 1/sqrt(nin)), PyTorch's; `\"micrograd\"`: w uniform(-1, 1), b "
            "0; `\"xavier\"`: w uniform(-s, s) with s = sqrt(6/(nin + nout)), b 0 (Glorot and "
            "Bengio 2010); `\"he\"`: w normal(0, sqrt(2/nin)), b 0 (He et al. 2015); `\"lecun\"`: "
            "w normal(0, sqrt(1/nin)), b 0 (LeCun et al. 1998); `\"zeros\"`; or a function of "
            "nin and nout, of nin alone or without arguments, called for each weight, with b 0. "
            "Numbers are "
            "drawn in the order of `parameters`.",
     .example = "linear(2, 1, init=() => 0.5)([3, 4])  # 3.5",
     .topic = "models"},
    {.name = "mlp",
     .parameters = "nin, sizes, act=\"relu\", out=\"identity\", init=\"torch\"",
     .run = run_mlp,
     .doc = "A multi-layer perceptron: dense layers of the sizes given, the last with the "
            "activation out, the others with act. Called with a list of nin numbers it gives a "
            "number if the last size is 1, else a list; with a list of samples, the list of "
            "their outputs. For init see `linear`.",
     .example = "model = mlp(2, [16, 16, 1]); len(model.parameters())  # 337",
     .topic = "models"},
    {.name = "sequential",
     .parameters = "*stages",
     .run = run_sequential,
     .doc = "Models and functions one after another. A function takes the whole output of one "
            "sample, a number or a list of numbers, and gives such; scalar functions work on each "
            "number. A model of sizes that do not fit the stage before it is an error.",
     .example = "f = sequential(layer(2, 3), softmax, sum); f([1, 2])  # 1",
     .topic = "models"},
    {.name = "dropout",
     .parameters = "p=0.5",
     .run = run_dropout,
     .doc = "A stage that passes its input on, and in training (see `:help stages`) makes each "
            "number 0 with probability p and scales the "
            "others by 1/(1 - p) (Srivastava et al. 2014, scaled as PyTorch does). Draws are "
            "sample by sample.",
     .example = "dropout(0.2)([1, 2])  # [1, 2]",
     .topic = "models"},
    {.name = "parameters",
     .parameters = "x",
     .run = run_parameters,
     .doc = "The leaves of a model, layer by layer, neuron by neuron, weights then bias; or of any "
            "nesting of lists, records and models, each once.",
     .example = "parameters({w: [1, 2], b: 0})  # [1, 2, 0]",
     .topic = "models"},
    {.name = NULL},
};
