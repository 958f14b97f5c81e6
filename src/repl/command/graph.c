/* sgrad: :graph: the graph behind a number as DOT text, in a file, or as a picture. */
#include "repl/command/command.h"

#include "base/number.h"
#include "builtins/data/outfile.h"
#include "repl/command/render.h"
#include "view/dot.h"

enum {
  NODES_DRAWN = 500,          /* that Graphviz is asked to place as they are */
  NODES_DRAWN_IN_PART = 5000, /* under compact or depth: it would take minutes for more */
  WORD_SHOWN = 40
};

typedef struct graph_request {
  sg_argument expression;
  char path[SG_PATH_SIZE]; /* "": print */
  const char *format;      /* of the picture, as Graphviz calls it; NULL: DOT text */
  sg_dot_options options;
} graph_request;

static int shown_bytes(sg_argument word) {
  return word.bytes < WORD_SHOWN ? (int)word.bytes : WORD_SHOWN;
}

static bool set_rankdir(sg_vm *vm, sg_argument value, sg_dot_options *options) {
  const char *name = sg_dot_find_rankdir(value.start, value.bytes);
  if (name == NULL)
    return sg_vm_fail(vm, "rankdir is LR, TB, RL or BT, not '%.*s'", shown_bytes(value),
                      value.start);
  options->rankdir = name;
  return true;
}

static bool set_grad(sg_vm *vm, sg_argument value, sg_dot_options *options) {
  return sg_argument_switch(vm, "grad", value, &options->grad);
}

static bool set_compact(sg_vm *vm, sg_argument value, sg_dot_options *options) {
  return sg_argument_switch(vm, "compact", value, &options->compact);
}

static bool set_depth(sg_vm *vm, sg_argument value, sg_dot_options *options) {
  double depth;
  if (!sg_number_parse(value.start, value.bytes, &depth) || !(depth >= 0 && depth < SG_DEPTH_ALL) ||
      depth != (double)(uint32_t)depth)
    return sg_vm_fail(vm, "depth is a whole number from 0, not '%.*s'", shown_bytes(value),
                      value.start);
  options->depth = (uint32_t)depth;
  return true;
}

static const struct option {
  const char *name;
  const char *alone; /* the value that the name alone stands for, or NULL */
  bool (*set)(sg_vm *vm, sg_argument value, sg_dot_options *options);
} option_rows[] = {{"rankdir", NULL, set_rankdir},
                   {"grad", NULL, set_grad},
                   {"compact", "yes", set_compact},
                   {"depth", NULL, set_depth}};
enum { OPTION_COUNT = sizeof option_rows / sizeof *option_rows };

static const struct format {
  const char *suffix;
  const char *name; /* NULL: DOT text */
} formats[] = {{".dot", NULL}, {".gv", NULL}, {".svg", "svg"}, {".png", "png"}, {".pdf", "pdf"}};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static const struct format *find_format(sg_argument word) {
  for (size_t i = 0; i < FORMAT_COUNT; i++)
    if (sg_argument_has_suffix(word, formats[i].suffix)) return &formats[i];
  return NULL;
}

static const char *next_option(void *context) {
  size_t *i = context;
  return *i < OPTION_COUNT ? option_rows[(*i)++].name : NULL;
}

static bool fail_option(sg_vm *vm, sg_argument name) {
  char text[WORD_SHOWN + 1];
  size_t at = 0;
  memcpy(text, name.start, (size_t)shown_bytes(name));
  text[shown_bytes(name)] = 0;
  const char *near = sg_nearest_name(text, next_option, &at);
  sg_vm_fail(vm, "':graph' has no option '%s'", text);
  if (near != NULL) return sg_vm_note(vm, "did you mean '%s'?", near);
  sg_vm_note(vm, "the options are rankdir=, grad=, compact and depth=");
  return sg_vm_note(vm, "the name of a FILE ends in .dot, .gv, .svg, .png or .pdf");
}

/* Sets the option `name`, with what stands behind its "=" (NULL start: there is none). */
static bool set_option(sg_vm *vm, sg_argument name, sg_argument value, sg_dot_options *options) {
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    const struct option *row = &option_rows[i];
    if (!sg_argument_is(name, row->name)) continue;
    if (value.start == NULL && row->alone != NULL)
      value = (sg_argument){row->alone, strlen(row->alone), 0};
    if (value.start != NULL) return row->set(vm, value, options);
    return sg_vm_fail(vm, "':graph' takes %s=VALUE", row->name);
  }
  return fail_option(vm, name);
}

/* Takes the word behind `before`: an option or the file. `*taken`: whether it was one. */
static bool take_word(sg_vm *vm, graph_request *request, sg_argument before, sg_argument word,
                      bool *taken) {
  sg_argument name, value;
  const struct format *format = find_format(word);
  *taken = before.bytes > 0;
  if (!*taken) return true;
  if (sg_argument_option(word, &name, &value))
    return set_option(vm, name, value, &request->options);
  if (format != NULL && request->path[0] != 0) return sg_vm_fail(vm, "':graph' writes one file");
  if (format != NULL) {
    request->format = format->name;
    return sg_argument_path(vm, word, request->path);
  }
  *taken = !sg_argument_continues(before, word);
  return !*taken || set_option(vm, word, (sg_argument){0}, &request->options);
}

/* "EXPRESSION [FILE] [OPTION...]", in any order behind the expression: words come off the end as
 * long as they cannot belong to the expression. */
static bool read_request(sg_vm *vm, const char *rest, graph_request *request) {
  *request = (graph_request){.options = SG_DOT_DEFAULTS};
  sg_argument line = sg_argument_whole(rest), before = line, word;
  bool taken = true;
  while (taken && sg_argument_last(&before, &word)) {
    if (!take_word(vm, request, before, word, &taken)) return false;
    if (taken) line = before;
  }
  request->expression = line;
  return true;
}

static bool write_file(sg_vm *vm, const char *path, const sg_buffer *text) {
  sg_outfile file;
  bool ok = sg_outfile_open(&file, vm, path) && sg_outfile_write(&file, text->items, text->count) &&
            sg_outfile_commit(&file);
  sg_outfile_close(&file);
  return ok;
}

/* Placing nodes takes Graphviz more than linear time, and nobody can read that many. */
static bool check_size(sg_vm *vm, const graph_request *request, sg_node root) {
  uint32_t count;
  if (request->format == NULL) return true;
  bool part = request->options.compact || request->options.depth != SG_DEPTH_ALL;
  uint32_t limit = part ? NODES_DRAWN_IN_PART : NODES_DRAWN;
  if (!sg_view_count(vm, root, &request->options, &count)) return false;
  if (count <= limit) return true;
  sg_vm_fail(vm, "%u nodes are too many for a picture: more than %u", (unsigned)count,
             (unsigned)limit);
  if (request->options.compact)
    sg_vm_note(vm, "'depth=4' draws the last 4 operations before the number");
  else
    sg_vm_note(vm, "'compact' draws fewer, 'depth=4' the last 4 operations before the number");
  return sg_vm_note(vm, "a .dot FILE has no limit");
}

/* Leaves in `text` what is to be printed. */
static bool draw(sg_vm *vm, const graph_request *request, sg_node root, sg_buffer *text) {
  if (!check_size(vm, request, root) || !sg_view_dot(vm, text, root, &request->options))
    return false;
  if (request->path[0] == 0) return true;
  bool ok = request->format == NULL ? write_file(vm, request->path, text)
                                    : sg_render(vm, text, request->format, request->path);
  sg_buffer_clear(text);
  return ok;
}

bool sg_command_graph(sg_commands *commands, sg_vm *vm, const char *rest) {
  graph_request request;
  sg_node root;
  if (!read_request(vm, rest, &request)) return false;
  if (!sg_command_evaluate_node(vm, request.expression, "graph", &root)) return false;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = draw(vm, &request, root, &text);
  if (ok && request.path[0] != 0 && commands->prompt) {
    sg_buffer_puts(&text, "wrote ");
    sg_buffer_escape(&text, request.path, strlen(request.path), 0);
    sg_buffer_putc(&text, '\n');
  }
  if (ok) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return false;
}
