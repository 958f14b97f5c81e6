/* sgrad: :plot, :scatter, :boundary: pictures of numbers, in the terminal or in a file. */
#include "repl/command/command.h"

#include "builtins/data/outfile.h"
#include "repl/command/plot_data.h"
#include "repl/command/plot_function.h"
#include "repl/command/plot_region.h"
#include "view/plot/cairo.h"
#include "view/plot/draw.h"
#include "view/plot/svg.h"
#include "view/plot/text.h"

#include <stdio.h>
#include <stdlib.h>

enum {
  OPERANDS = 3,
  WORD_SHOWN = 40,
  ROWS_LEFT = 2,    /* of the terminal, for the command and the next prompt */
  GRID_ACROSS = 97, /* places that a model is asked for a file */
  GRID_DOWN = 73
};

typedef enum choice { UNSAID, YES, NO } choice;

/* A command's line, read. */
typedef struct plot_request {
  const struct plot_kind *kind;
  sg_plot_value operands[OPERANDS]; /* the values are rooted once they are there; only objects
                                       among them stay true over a collection */
  uint32_t count;
  bool closed;             /* an option or the FILE has followed them */
  char path[SG_PATH_SIZE]; /* "": the terminal */
  const struct format *format;
  choice log;
  sg_argument title;    /* as it was written; NULL start: none */
  sg_argument x, y;     /* names of the axes, the same */
  sg_plot_value labels; /* the same; its value is rooted as the operands are */
  sg_terminal terminal;
} plot_request;

typedef bool make_figure(sg_vm *vm, plot_request *request, sg_figure *figure);

static make_figure make_plot, make_scatter, make_boundary;

static const struct plot_kind {
  const char *name;
  const char *usage;
  uint32_t least, most; /* operands */
  bool log, labels;     /* takes log=, labels= */
  make_figure *make;
} kinds[] = {{"plot", ":plot ys [FILE], :plot xs ys [FILE] or :plot f xs [ys] [FILE]", 1, 3, true,
              false, make_plot},
             {"scatter", ":scatter xs ys [FILE]", 1, 2, false, true, make_scatter},
             {"boundary", ":boundary model xs ys [FILE]", 3, 3, false, true, make_boundary}};
enum { PLOT, SCATTER, BOUNDARY };

/* Appends a file's bytes, or sets the error. */
typedef bool write_drawing(sg_vm *vm, const sg_drawing *drawing, sg_buffer *out);

static write_drawing write_svg, write_png, write_pdf;

static const struct format {
  const char *suffix;
  write_drawing *write;
} formats[] = {{".svg", write_svg}, {".png", write_png}, {".pdf", write_pdf}};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

/* --- The command's line. */

static const struct format *find_format(sg_argument word) {
  for (size_t i = 0; i < FORMAT_COUNT; i++)
    if (sg_argument_has_suffix(word, formats[i].suffix)) return &formats[i];
  return NULL;
}

static bool fail_word(sg_vm *vm, const plot_request *request, sg_argument word) {
  sg_vm_fail(vm, "':%s' does not take '%.*s'", request->kind->name,
             word.bytes < WORD_SHOWN ? (int)word.bytes : WORD_SHOWN, word.start);
  sg_command_point_at(vm, word);
  return sg_vm_note(vm,
                    "it is %s; the name of a FILE ends in .svg, .png or .pdf, the options are "
                    "%stitle=\"...\", x=\"...\", y=\"...\"",
                    request->kind->usage, request->kind->log ? "log=yes, " : "labels=[...], ");
}

/* Where the option's text goes; NULL: it is another option. */
static sg_argument *find_text(plot_request *request, sg_argument name) {
  if (sg_argument_is(name, "title")) return &request->title;
  if (sg_argument_is(name, "x")) return &request->x;
  return sg_argument_is(name, "y") ? &request->y : NULL;
}

static bool set_option(sg_vm *vm, plot_request *request, sg_argument word, sg_argument name,
                       sg_argument value) {
  bool on = false;
  sg_argument *text = find_text(request, name);
  if (text != NULL) {
    *text = value;
    return true;
  }
  if (request->kind->labels && sg_argument_is(name, "labels")) {
    request->labels.text = value;
    return true;
  }
  if (!request->kind->log || !sg_argument_is(name, "log")) return fail_word(vm, request, word);
  if (!sg_argument_switch(vm, "log", value, &on)) return sg_command_point_at(vm, word);
  request->log = on ? YES : NO;
  return true;
}

/* Whether a word goes on with the operand before it. A bracket behind a blank does not: that is
 * another operand. */
static bool continues(sg_argument before, sg_argument word) {
  bool bracket = strchr("([{\"'", word.start[0]) != NULL;
  return bracket ? !sg_argument_ends_operand(before) : sg_argument_continues(before, word);
}

static bool take_word(sg_vm *vm, plot_request *request, sg_argument word) {
  sg_argument name, value;
  sg_plot_value *last = request->count > 0 ? &request->operands[request->count - 1] : NULL;
  const struct format *format = find_format(word);
  bool option = last != NULL && sg_argument_option(word, &name, &value);
  request->closed |= option || (last != NULL && format != NULL);
  if (option) return set_option(vm, request, word, name, value);
  if (last != NULL && format != NULL) {
    if (request->path[0] != 0) return fail_word(vm, request, word);
    request->format = format;
    return sg_argument_path(vm, word, request->path);
  }
  if (last != NULL && !request->closed && continues(last->text, word)) {
    last->text.bytes = (size_t)(word.start - last->text.start) + word.bytes;
    return true;
  }
  bool text = word.start[0] == '"' || word.start[0] == '\'';
  if (request->count == request->kind->most || text) return fail_word(vm, request, word);
  request->operands[request->count++].text = word;
  return true;
}

static bool read_request(sg_vm *vm, const char *rest, plot_request *request) {
  sg_argument line = sg_argument_whole(rest), word;
  while (sg_argument_first(&line, &word))
    if (!take_word(vm, request, word)) return false;
  if (request->count >= request->kind->least) return true;
  sg_vm_fail(vm, "':%s' needs more to draw", request->kind->name);
  return sg_vm_note(vm, "it is %s", request->kind->usage);
}

/* --- Figures. */

static void add_log_name(sg_panel *panel) {
  size_t used = strlen(panel->y_name);
  const char *text = used == 0 ? "logarithmic" : " (log)";
  size_t bytes = strlen(text) + 1;
  if (panel->y.log && used + bytes <= sizeof panel->y_name)
    memcpy(panel->y_name + used, text, bytes);
}

/* Losses over three decades are easier to read on a logarithmic axis. */
static bool spans_decades(const sg_figure *figure) {
  sg_range x, y;
  const sg_panel *panel = &figure->panels[0];
  return strcmp(panel->y_name, "loss") == 0 && sg_figure_range(figure, panel, &x, &y) &&
         y.low > 0 && y.high / y.low >= 1000;
}

static bool check_something(sg_vm *vm, const plot_request *request, const sg_figure *figure) {
  sg_range x, y;
  if (!sg_figure_range(figure, &figure->panels[0], &x, &y)) return sg_vm_poll(vm);
  if (x.low <= x.high) return true;
  return sg_plot_fail(vm, &request->operands[request->count - 1],
                      "':%s' has nothing to draw: no number is %s", request->kind->name,
                      request->log == YES ? "above 0, as log=yes needs" : "finite");
}

static bool add_function(sg_vm *vm, const plot_request *request, sg_figure *figure) {
  const sg_plot_value *o = request->operands;
  if (!sg_is_callable(o[0].value))
    return sg_plot_fail(vm, &o[0], "':plot f xs ys' draws a function or a model, not %s",
                        sg_type_phrase(o[0].value));
  return sg_plot_add_function(vm, figure, &o[0], &o[1], request->count == 3 ? &o[2] : NULL) ||
         sg_command_relocate(vm, o[0].text);
}

static bool add_curves(sg_vm *vm, const plot_request *request, sg_figure *figure) {
  const sg_plot_value *xs = request->count == 2 ? &request->operands[0] : NULL;
  return sg_plot_add_curves(vm, figure, xs, &request->operands[request->count - 1]);
}

static bool make_plot(sg_vm *vm, plot_request *request, sg_figure *figure) {
  bool function =
      request->count == 3 || (request->count == 2 && sg_is_callable(request->operands[0].value));
  if (!(function ? add_function : add_curves)(vm, request, figure)) return false;
  sg_panel *panel = &figure->panels[0];
  panel->y.log = request->log == YES || (request->log == UNSAID && spans_decades(figure));
  return true;
}

static sg_panel *add_square(sg_figure *figure) {
  sg_panel *panel = sg_figure_add_panel(figure);
  panel->exact = true;
  sg_figure_name(panel->x_name, sizeof panel->x_name, "x[0]", 4);
  sg_figure_name(panel->y_name, sizeof panel->y_name, "x[1]", 4);
  return panel;
}

static bool is_list_of_numbers(sg_value v) {
  return sg_is_list(v) && sg_as_list(v)->count > 0 && sg_is_number(sg_as_list(v)->items[0]);
}

static bool make_points(sg_figure *figure) {
  figure->panels[0].exact = true;
  for (uint32_t i = 0; i < figure->series.count; i++) figure->series.items[i].line = false;
  return true;
}

/* Two lists of numbers are places along the two axes; samples have both. */
static bool make_scatter(sg_vm *vm, plot_request *request, sg_figure *figure) {
  const sg_plot_value *ys = request->count == 2 ? &request->operands[1] : NULL;
  if (ys != NULL && is_list_of_numbers(request->operands[0].value))
    return add_curves(vm, request, figure) && make_points(figure);
  add_square(figure);
  return sg_plot_add_classes(vm, figure, &request->operands[0], ys, 0);
}

static bool make_boundary(sg_vm *vm, plot_request *request, sg_figure *figure) {
  const sg_plot_value *o = request->operands;
  uint32_t across = GRID_ACROSS, down = GRID_DOWN;
  if (request->path[0] == 0) sg_plot_text_size(&request->terminal, &across, &down);
  add_square(figure);
  return sg_plot_add_boundary(vm, figure, &o[0], &o[1], &o[2], across, down) ||
         sg_command_relocate(vm, o[0].text);
}

static void note_skipped(sg_figure *figure) {
  bool log = figure->panel_count > 0 && figure->panels[0].y.log;
  if (figure->skipped == 0) return;
  snprintf(figure->note, sizeof figure->note, "%u of %u points left out: nan, inf%s",
           (unsigned)figure->skipped, (unsigned)figure->points.count, log ? " or not above 0" : "");
}

static void set_text(char *out, size_t size, sg_argument written) {
  sg_argument text = sg_argument_unquoted(written);
  if (written.start != NULL) sg_figure_name(out, size, text.start, text.bytes);
}

/* One name above the numbers of the first panel, one below each. */
static void name_axes(sg_figure *figure, const plot_request *request) {
  sg_panel *panels = figure->panels;
  for (uint32_t i = 0; i < figure->panel_count; i++)
    set_text(panels[i].x_name, sizeof panels[i].x_name, request->x);
  set_text(panels[0].y_name, sizeof panels[0].y_name, request->y);
  if (request->kind->log) add_log_name(&panels[0]);
}

static bool make(sg_vm *vm, plot_request *request, sg_figure *figure) {
  set_text(figure->title, sizeof figure->title, request->title);
  if (!request->kind->make(vm, request, figure) || !check_something(vm, request, figure))
    return false;
  if (request->labels.text.start != NULL && !sg_plot_name_classes(vm, figure, &request->labels))
    return false;
  name_axes(figure, request);
  if (!sg_figure_fit(figure)) return sg_vm_fail_memory(vm);
  note_skipped(figure);
  return true;
}

/* --- Output. */

static sg_terminal find_terminal(const sg_commands *commands, const sg_vm *vm) {
  size_t rows = sg_console_rows();
  sg_terminal terminal = {.columns = (uint32_t)sg_console_columns(),
                          .rows = rows > ROWS_LEFT ? (uint32_t)rows - ROWS_LEFT : 1,
                          .unicode = vm->unicode};
  if (commands->color) terminal.colors = sg_console_has_256_colors() ? SG_COLORS_256 : SG_COLORS_8;
  return terminal;
}

static bool print_figure(sg_vm *vm, const plot_request *request, const sg_figure *figure) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  if (sg_plot_text(figure, &request->terminal, &text)) return sg_command_print(vm, &text);
  sg_buffer_clear(&text);
  return sg_vm_fail_memory(vm);
}

static bool write_svg(sg_vm *vm, const sg_drawing *drawing, sg_buffer *out) {
  return sg_svg_write(drawing, out) || sg_vm_fail_memory(vm);
}

static bool write_picture(sg_vm *vm, const sg_drawing *drawing, sg_picture picture,
                          sg_buffer *out) {
  char reason[SG_CAIRO_REASON];
  switch (sg_cairo_write(drawing, picture, out, reason)) {
  case SG_CAIRO_OK: return true;
  case SG_CAIRO_MEMORY: return sg_vm_fail_memory(vm);
  case SG_CAIRO_FAILED: return sg_vm_fail(vm, "cairo failed: %s", reason);
  case SG_CAIRO_MISSING: break;
  }
  sg_vm_fail(vm, "the library cairo, which draws such pictures, is missing: %s", reason);
  return sg_vm_note(vm, "on Debian and its kin: apt-get install libcairo2. An .svg FILE is written "
                        "without it");
}

static bool write_png(sg_vm *vm, const sg_drawing *drawing, sg_buffer *out) {
  return write_picture(vm, drawing, SG_PICTURE_PNG, out);
}

static bool write_pdf(sg_vm *vm, const sg_drawing *drawing, sg_buffer *out) {
  return write_picture(vm, drawing, SG_PICTURE_PDF, out);
}

static bool write_file(sg_vm *vm, const char *path, const sg_buffer *bytes) {
  sg_outfile file;
  bool ok = sg_outfile_open(&file, vm, path) &&
            sg_outfile_write(&file, bytes->items, bytes->count) && sg_outfile_commit(&file);
  sg_outfile_close(&file);
  return ok;
}

static bool write_figure(sg_vm *vm, const plot_request *request, const sg_figure *figure) {
  sg_drawing drawing;
  sg_buffer bytes;
  sg_drawing_init(&drawing, vm->memory);
  sg_buffer_init(&bytes, vm->memory);
  bool ok = sg_plot_draw(figure, &drawing) || sg_vm_fail_memory(vm);
  ok = ok && request->format->write(vm, &drawing, &bytes) && write_file(vm, request->path, &bytes);
  sg_buffer_clear(&bytes);
  sg_drawing_clear(&drawing);
  return ok;
}

static bool say_written(sg_vm *vm, const char *path) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  sg_buffer_puts(&text, "wrote ");
  sg_buffer_escape(&text, path, strlen(path), 0);
  sg_buffer_putc(&text, '\n');
  return sg_command_print(vm, &text);
}

static bool evaluate_one(sg_vm *vm, sg_plot_value *value) {
  return sg_command_evaluate(vm, value->text, &value->value) && sg_vm_push(vm, value->value);
}

static bool evaluate(sg_vm *vm, plot_request *request) {
  for (uint32_t i = 0; i < request->count; i++)
    if (!evaluate_one(vm, &request->operands[i])) return false;
  return request->labels.text.start == NULL || evaluate_one(vm, &request->labels);
}

static bool draw(sg_commands *commands, sg_vm *vm, plot_request *request) {
  sg_figure figure;
  bool file = request->path[0] != 0;
  sg_figure_init(&figure, vm->memory);
  bool ok = make(vm, request, &figure) &&
            (file ? write_figure(vm, request, &figure) : print_figure(vm, request, &figure));
  sg_figure_clear(&figure);
  if (ok && file && commands->prompt) return say_written(vm, request->path);
  return ok;
}

static bool run(sg_commands *commands, sg_vm *vm, const char *rest, int kind) {
  plot_request request = {.kind = &kinds[kind], .terminal = find_terminal(commands, vm)};
  if (!read_request(vm, rest, &request)) return false;
  sg_value *top = vm->top;
  bool ok = evaluate(vm, &request) && draw(commands, vm, &request);
  vm->top = top;
  return ok;
}

bool sg_command_plot(sg_commands *commands, sg_vm *vm, const char *rest) {
  return run(commands, vm, rest, PLOT);
}
bool sg_command_scatter(sg_commands *commands, sg_vm *vm, const char *rest) {
  return run(commands, vm, rest, SCATTER);
}
bool sg_command_boundary(sg_commands *commands, sg_vm *vm, const char *rest) {
  return run(commands, vm, rest, BOUNDARY);
}
