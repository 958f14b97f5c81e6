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
    {"nn", tensor_note},
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
    {"requires_grad", "a number that a program stores has a gradient"},
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
    {"named_parameters", "model.parameters() lists them; pictures show their names"},
    {"state_dict", "model.parameters() lists what a model has learnt"},
    {"includes", "x in xs looks for an item"},
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
