/* sgrad: what :help knows of names beyond their rows: families and corners. */
#include "repl/help/help.h"

#include <string.h>

const char *const sg_help_families[] = {
    "exp log expm1",
    "log log2 log10 log1p",
    "log1p expm1",
    "sqrt cbrt pow hypot **",
    "relu leaky_relu elu gelu silu softplus",
    "abs sign relu",
    "floor ceil round int //",
    "sin cos tan",
    "asin acos atan atan2",
    "sin asin",
    "cos acos",
    "tan atan",
    "sinh cosh tanh",
    "asinh acosh atanh",
    "tanh sigmoid softplus atanh",
    "erf gelu",
    "max min clip",
    "argmax argmin index",
    "max argmax",
    "min argmin",
    "where if clip",
    "identity leaf detach",
    "isnan isinf isfinite",
    "pi inf nan isnan",
    "sum prod mean dot count",
    "mean var std",
    "dot norm hypot",
    "softmax log_softmax logsumexp",
    "len count range",
    "range linspace enumerate for",
    "zeros ones linspace",
    "append insert pop",
    "index count in",
    "any all count",
    "keys values items",
    "copy detach leaf",
    "enumerate zip for",
    "map filter zip",
    "reversed sorted shuffle",
    "split join strip replace",
    "upper lower strip",
    "str num int type",
    "type is_node",
    "random uniform normal randint seed",
    "shuffle permutation choice seed",
    "leaf detach is_node no_grad",
    "backward grad zero_grad no_grad",
    "grad value_and_grad",
    "Value Scalar Node leaf",
    "graph :graph :tape",
    "neuron layer linear mlp sequential",
    "mlp linear sequential parameters",
    "parameters zero_grad backward",
    "dropout sequential",
    "read_csv write_csv read_idx",
    "moons circles spiral blobs xor",
    "one_hot standardize train_test_split",
    "train_test_split batches shuffle permutation",
    "mse mae huber hinge bce bce_logits cross_entropy nll",
    "bce bce_logits sigmoid",
    "cross_entropy nll softmax log_softmax",
    "l1 l2 norm",
    "accuracy argmax hinge cross_entropy",
    "sgd adam adamw rmsprop adagrad",
    "cosine step_decay warmup sgd",
    "clip_grad_norm norm sgd",
    "zero_grad sgd",
    "train evaluate confusion mlp adam",
    "evaluate accuracy confusion",
    "confusion accuracy argmax",
    "save load mlp",
    "load save read_csv",
    "print input str",
    "assert error try",
    "clock :time",
    "run :load :examples args",
    "exit :quit",
    "and or not",
    "if elif else",
    "for while break continue",
    "def return => nonlocal global",
    "true false none and",
    "+ - * /",
    "// % /",
    "** ^ pow",
    "== != < <= > >= in",
    "= += -= *= /= //= %= **= ^=",
    ":plot :scatter :boundary :graph",
    ":help :examples",
    ":vars :ast :tape",
    ":save :load :reset :history",
    ":reset :set :vars",
    NULL,
};

const sg_help_corner sg_help_corners[] = {
    {"relu", "grad(relu)(0)  # 0"},
    {"abs", "grad(abs)(0)  # 0"},
    {"leaky_relu", "grad(x => leaky_relu(x))(0)  # 0.01"},
    {"elu", "grad(x => elu(x))(0)  # 1"},
    {"clip", "grad(x => clip(x, 0, 1))(1)  # 1"},
    {"max", "grad((a, b) => max(a, b))(2, 2)  # [0.5, 0.5]"},
    {"min", "grad((a, b) => min(a, b))(2, 2)  # [0.5, 0.5]"},
    {"sign", "grad(sign)(0)  # 0"},
    {"floor", "grad(floor)(2)  # 0"},
    {"ceil", "grad(ceil)(2)  # 0"},
    {"round", "round([0.5, 1.5, 2.5])  # [0, 2, 2]"},
    {"sqrt", "grad(sqrt)(0)  # inf"},
    {"log", "log([0, -1])  # [-inf, nan]"},
    {"log", "grad(log)(0)  # inf"},
    {"log2", "grad(log2)(0)  # inf"},
    {"log10", "grad(log10)(0)  # inf"},
    {"log1p", "grad(log1p)(-1)  # inf"},
    {"atanh", "atanh([1, 2])  # [inf, nan]"},
    {"asin", "grad(asin)(1)  # inf"},
    {"acos", "grad(acos)(1)  # -inf"},
    {"acosh", "grad(acosh)(1)  # inf"},
    {"exp", "exp([710, -746])  # [inf, 0]"},
    {"sigmoid", "grad(sigmoid)(40)  # 4.24835e-18"},
    {"atan2", "grad(atan2)(0, 0)  # [0, 0]"},
    {"hypot", "grad(hypot)(0, 0)  # [0, 0]"},
    {"norm", "grad(norm)([0, 0])  # [0, 0]"},
    {"prod", "grad(prod)([0, 2, 3])  # [6, 0, 0]"},
    {"logsumexp", "logsumexp([-inf, -inf])  # -inf"},
    {"where", "grad(x => where(x > 0, log(x), 0))(-1)  # 0"},
    {"sorted", "sorted([nan, 2, 1])  # [1, 2, nan]"},
    {"argmax", "argmax([1, nan, 3])  # 1"},
    {"argmin", "argmin([1, nan, 0])  # 1"},
    {"*", "0 * inf  # nan"},
    {"/", "grad(x => 1 / x)(0)  # -inf"},
    {"//", "[1 // 0, 0 // 0]  # [inf, nan]"},
    {"%", "grad((a, b) => a % b)(7, 2)  # [1, -3]"},
    {"**", "[0**0, (-8)**(1/3)]  # [1, nan]"},
    {"**", "grad((a, b) => a**b)(0, 2)  # [0, 0]"},
    {"==", "nan == nan  # false"},
    {NULL, NULL},
};

void sg_help_corners_of(const sg_page *page, const char *name) {
  for (const sg_help_corner *corner = sg_help_corners; corner->name != NULL; corner++)
    if (strcmp(corner->name, name) == 0) sg_help_code(page, "corner", corner->line);
}

/* The length of the first word. */
static size_t count_word(const char *text) { return strcspn(text, " "); }

static bool has_word(const char *words, const char *name, size_t bytes) {
  for (; *words != '\0'; words += count_word(words), words += strspn(words, " "))
    if (count_word(words) == bytes && memcmp(words, name, bytes) == 0) return true;
  return false;
}

/* Commands and builtins may be fewer than the families name. */
static bool is_known(sg_vm *vm, const char *name) {
  const sg_global *global = sg_vm_global(vm, name, strlen(name));
  if (global != NULL && !sg_is_undefined(global->builtin)) return true;
  return name[0] == ':' ? sg_commands_find(name + 1) != NULL : sg_help_find_word(name) != NULL;
}

/* The other names of a family, those that `seen` does not have yet. */
static void add_family(sg_vm *vm, sg_buffer *seen, const char *family, const char *name) {
  char word[SG_HELP_NAME_SIZE];
  for (const char *at = family; *at != '\0'; at += strspn(at, " ")) {
    size_t bytes = count_word(at);
    memcpy(word, at, bytes);
    word[bytes] = '\0';
    at += bytes;
    const char *so_far = sg_buffer_text(seen);
    if (so_far == NULL) return;
    if (strcmp(word, name) == 0 || has_word(so_far, word, bytes) || !is_known(vm, word)) continue;
    if (seen->count > 0) sg_buffer_putc(seen, ' ');
    sg_buffer_puts(seen, word);
  }
}

/* "a, b": code, so that operators are no marks. */
static void add_names(const sg_page *page, const char *names) {
  sg_buffer text;
  sg_buffer_init(&text, page->out->memory);
  for (const char *at = names; *at != '\0'; at += strspn(at, " ")) {
    size_t bytes = count_word(at);
    sg_buffer_printf(&text, "%s``%.*s``", at > names ? ", " : "", (int)bytes, at);
    at += bytes;
  }
  const char *all = sg_buffer_text(&text);
  if (all != NULL) sg_help_titled(page, "see also", all);
  page->out->failed |= all == NULL;
  sg_buffer_clear(&text);
}

void sg_help_see_also(sg_vm *vm, const sg_page *page, const char *name) {
  sg_buffer names;
  sg_buffer_init(&names, page->out->memory);
  for (const char *const *family = sg_help_families; *family != NULL; family++)
    if (has_word(*family, name, strlen(name))) add_family(vm, &names, *family, name);
  const char *all = sg_buffer_text(&names);
  if (all != NULL && *all != '\0') add_names(page, all);
  page->out->failed |= all == NULL;
  sg_buffer_clear(&names);
}
