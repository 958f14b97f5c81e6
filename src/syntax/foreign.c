/* sgrad: words of Python, C and JavaScript, and the sgrad way of what they mean. */
#include "syntax/foreign.h"

#include <string.h>

typedef struct word {
  const char *name;
  const char *note;
} word;

static const char typeless[] = "types are not declared: x = 1";
static const char function_note[] = "a function is f(x) = e or def f(x) { ... }";
static const char record_note[] = "there are no classes; a record has fields: {w: 1, f: x => x}";
static const char try_note[] = "try(f) calls f and returns a record with ok, value and error";
static const char choice_note[] = "write if c { ... } elif d { ... } else { ... }";
static const char none_note[] = "the absent value is none";
static const char math_note[] = "its functions are here without a prefix: sin(x), exp(x), pi";
static const char import_note[] =
    "run(path) runs another file; functions like exp are always there";
static const char array_note[] =
    "its functions are here without a prefix: exp(x), sum(xs), zeros(3)";
static const char tensor_note[] =
    "its functions are here without a prefix: tanh(x), relu(x), softmax(xs)";
static const char list_note[] = "a list is written [1, 2], and functions return lists already";
static const char fields_note[] = "a record is written {w: 1, \"a b\": 2}";
static const char type_note[] = "type(x) == \"number\" asks for a type";
static const char size_note[] = "write len(xs)";
static const char append_note[] = "write xs.append(x), or xs += [x, y]";
static const char extend_note[] = "write xs += ys";
static const char help_note[] = "':help relu' explains relu, and ':help' is an overview";
static const char vars_note[] = "':vars' lists the variables";
static const char clear_note[] = "Ctrl-L clears the screen, ':reset' forgets the variables";
static const char run_note[] = "run(path) runs a file";
static const char plot_note[] = "':plot ys' draws curves, a command on a line of its own";
static const char train_note[] = "train(model, xs, ys) trains a model";
static const char data_note[] = "the value as plain data is x.data";
static const char optimizers_note[] =
    "opt = adam(model, lr=0.01); also sgd, adamw, rmsprop, adagrad";
static const char loss_note[] =
    "a loss is a function: mse(scores, ys), cross_entropy(scores, ys), ':help losses'";
static const char network_note[] =
    "a network is mlp(2, [16, 1]) or sequential(linear(2, 4), relu, linear(4, 1))";
static const char batches_note[] =
    "train(model, xs, ys, batch=16) makes them; also batches(xs, ys, n)";
static const char normal_note[] = "normal() is one number; [normal() for k in range(n)] are n";
static const char letter_note[] =
    "\"abc\".index(c) is the place of a letter, \"abc\"[i] the letter";
static const char device_note[] = "everything runs on the processor, in 64-bit floats";
static const char node_note[] = "every number that a program stores has a gradient";
static const char restore_note[] = "load(path) gives a model back whole";
static const char graph_note[] = "':graph y' draws what y was computed from";

/* Words met where no name of the program stands, or that no variable has. */
static const word words[] = {
    {"lambda", "an anonymous function is an arrow: x => e"},
    {"function", function_note},
    {"func", function_note},
    {"fn", function_note},
    {"fun", function_note},
    {"print", "print takes parentheses: print(x)"},
    {"let", "an assignment makes a name: x = 1"},
    {"var", "an assignment makes a name: x = 1"},
    {"const", "an assignment makes a name: x = 1"},
    {"local", "an assignment in a function makes a name local: x = 1"},
    {"auto", typeless},
    {"int", typeless},
    {"float", typeless},
    {"double", typeless},
    {"string", typeless},
    {"void", function_note},
    {"class", record_note},
    {"struct", record_note},
    {"new", record_note},
    {"try", try_note},
    {"except", try_note},
    {"catch", try_note},
    {"finally", try_note},
    {"raise", "error(message) stops with an error"},
    {"throw", "error(message) stops with an error"},
    {"assert", "assert takes parentheses: assert(c, message)"},
    {"pass", "a block may be empty: { }"},
    {"del", "names are not deleted; xs.pop(i) removes an item"},
    {"delete", "names are not deleted; xs.pop(i) removes an item"},
    {"with", "no_grad { ... } stands by itself; files are read at once: read_csv(path)"},
    {"yield", "a function returns a list: [e for x in xs]"},
    {"switch", choice_note},
    {"match", choice_note},
    {"case", choice_note},
    {"elsif", choice_note},
    {"elseif", choice_note},
    {"then", choice_note},
    {"unless", "write if not c { ... }"},
    {"until", "write while not c { ... }"},
    {"do", "a loop is while c { ... } or for x in xs { ... }"},
    {"foreach", "a loop is for x in xs { ... }"},
    {"of", "a loop is for x in xs { ... }"},
    {"is", "'==' compares: x == none"},
    {"mod", "the remainder is a % b"},
    {"div", "a quotient rounded down is a // b"},
    {"xor", "on bools, a != b"},
    {"typeof", "type(x) names the type"},
    {"import", import_note},
    {"require", import_note},
    {"include", import_note},
    {"null", none_note},
    {"nil", none_note},
    {"undefined", none_note},
    {"NULL", none_note},
    {"math", math_note},
    {"np", array_note},
    {"numpy", array_note},
    {"torch", tensor_note},
    {"Math", math_note},
    {"self", record_note},
    {"this", record_note},
};

/* Names that are ordinary ones here, once nothing has them. */
static const word names[] = {
    {"help", help_note},
    {"dir", vars_note},
    {"vars", vars_note},
    {"locals", vars_note},
    {"globals", vars_note},
    {"clear", clear_note},
    {"cls", clear_note},
    {"exec", run_note},
    {"eval", run_note},
    {"float", "every number is a float; num(text) reads one from a string"},
    {"set", "there are no sets; x in xs asks whether a list holds x"},
    {"divmod", "write a // b and a % b"},
    {"plot", plot_note},
    {"plt", plot_note},
    {"scatter", "':scatter xs ys' draws points, a command on a line of its own"},
    {"boundary", "':boundary model xs ys' draws one, a command on a line of its own"},
    {"fit", train_note},
    {"draw_dot", "':graph o' draws what o was computed from"},
    {"make_moons", "xs, ys = moons(100, noise=0.1)"},
    {"make_circles", "xs, ys = circles(100, noise=0.05)"},
    {"make_blobs", "xs, ys = blobs(100, centers=3)"},
    {"nn", network_note},
    {"keras", network_note},
    {"tf", network_note},
    {"tensorflow", network_note},
    {"Dense", network_note},
    {"Module", network_note},
    {"optim", optimizers_note},
    {"F", tensor_note},
    {"MSELoss", loss_note},
    {"L1Loss", loss_note},
    {"BCELoss", loss_note},
    {"BCEWithLogitsLoss", loss_note},
    {"CrossEntropyLoss", loss_note},
    {"NLLLoss", loss_note},
    {"DataLoader", batches_note},
    {"TensorDataset", batches_note},
    {"StandardScaler", "standardize(xs) gives each feature mean 0 and deviation 1"},
    {"pd", "read_csv(path) is a record of columns; with label=\"y\" it is xs, ys"},
    {"pandas", "read_csv(path) is a record of columns; with label=\"y\" it is xs, ys"},
    {"matmul", "a product of two lists is dot(a, b); linear(nin, nout) is one of many"},
    {"pickle", "save(x, path) and load(path) keep models, records and lists"},
    {"rand", "random() is a number from 0 to below 1"},
    {"randn", normal_note},
    {"gauss", normal_note},
    {"ord", letter_note},
    {"chr", letter_note},
    {"list", list_note},
    {"tuple", list_note},
    {"array", list_note},
    {"tensor", list_note},
    {"dict", fields_note},
    {"isinstance", type_note},
    {"open", "files are read at once: read_csv(path), run(path)"},
    {"console", "print(x) prints"},
    {"ln", "write log(x)"},
    {"e", "write exp(1)"},
    {"quit", "exit() ends a program"},
};

/* Fields and methods. */
static const word members[] = {
    {"length", size_note},
    {"size", size_note},
    {"shape", size_note},
    {"push", append_note},
    {"add", append_note},
    {"extend", extend_note},
    {"concat", extend_note},
    {"remove", "xs.pop(xs.index(x)) removes an item"},
    {"sort", "sorted(xs) gives a new list in order"},
    {"reverse", "reversed(xs) gives a new list"},
    {"get", "r[key] is a field; key in r asks for it"},
    {"has", "key in r asks for a field"},
    {"value", data_note},
    {"item", data_note},
    {"numpy", data_note},
    {"tolist", data_note},
    {"requires_grad", node_note},
    {"requires_grad_", node_note},
    {"retain_grad", node_note},
    {"format", "f\"{x:.2f}\" puts a value into a string"},
    {"startswith", "s[:n] is the start of a string"},
    {"endswith", "s[-n:] is the end of a string"},
    {"find", "part in s looks for a part"},
    {"forward", "a model is called: model(x)"},
    {"predict", "a model is called: model(x)"},
    {"fit", train_note},
    {"params", "model.parameters() lists them"},
    {"plot", plot_note},
    {"summary", "print(model) shows its layers"},
    {"eval", "model.training = false; it is false unless set"},
    {"compile", "train(model, xs, ys, loss=\"mse\", optimizer=\"adam\") takes them"},
    {"zero_", "x.grad = 0, or zero_grad(x) for all of a list, a record or a model"},
    {"to", device_note},
    {"cuda", device_note},
    {"cpu", device_note},
    {"load_state_dict", restore_note},
    {"load_weights", restore_note},
    {"learning_rate", "it is called lr: opt.lr"},
    {"param_groups", "it is called lr: opt.lr"},
    {"_prev", graph_note},
    {"_backward", graph_note},
    {"named_parameters", "model.parameters() lists them; pictures show their names"},
    {"state_dict", "save(x, path) writes a model or an optimizer whole"},
    {"includes", "x in xs looks for an item"},
};

/* Parameters of functions, and what they are called here. */
static const word parameters[] = {
    {"learning_rate", "lr"},
    {"alpha", "lr"},
    {"eta", "lr"},
    {"batch_size", "batch"},
    {"minibatch", "batch"},
    {"epoch", "epochs"},
    {"n_epochs", "epochs"},
    {"num_epochs", "epochs"},
    {"nb_epoch", "epochs"},
    {"max_epochs", "epochs"},
    {"max_iter", "epochs"},
    {"iterations", "epochs"},
    {"steps", "epochs"},
    {"verbose", "every"},
    {"log_every", "every"},
    {"callback", "on_epoch"},
    {"callbacks", "on_epoch"},
    {"validation_split", "validation"},
    {"validation_data", "validation"},
    {"val", "validation"},
    {"early_stopping", "patience"},
    {"weight_decay", "l2"},
    {"opt", "optimizer"},
    {"optim", "optimizer"},
    {"criterion", "loss"},
    {"loss_fn", "loss"},
    {"activation", "act"},
    {"output_activation", "out"},
    {"out_activation", "out"},
    {"initializer", "init"},
    {"kernel_initializer", "init"},
    {"use_bias", "bias"},
    {"in_features", "nin"},
    {"out_features", "nout"},
    {"hidden", "sizes"},
    {"layers", "sizes"},
    {"n_samples", "n"},
    {"random_state", "seed"},
    {"cluster_std", "noise"},
    {"test", "test_size"},
    {"target", "label"},
    {"delimiter", "sep"},
    {"num_classes", "k"},
    {"targets", "ys"},
};

#define FIND(rows, name, bytes) find((rows), sizeof(rows) / sizeof *(rows), (name), (bytes))

static const char *find(const word *rows, size_t count, const char *name, size_t bytes) {
  for (size_t i = 0; i < count; i++)
    if (strlen(rows[i].name) == bytes && memcmp(rows[i].name, name, bytes) == 0)
      return rows[i].note;
  return NULL;
}

const char *sg_foreign_word(const char *name, size_t bytes) { return FIND(words, name, bytes); }

const char *sg_foreign_name(const char *name, size_t bytes) {
  const char *note = FIND(names, name, bytes);
  return note ? note : FIND(words, name, bytes);
}

const char *sg_foreign_member(const char *name, size_t bytes) { return FIND(members, name, bytes); }

const char *sg_foreign_parameter(const char *name, size_t bytes) {
  return FIND(parameters, name, bytes);
}
