/* sgrad: the arguments of :commands: words, paths, and programs that run. */
#include "repl/command/command.h"

#include "runtime/code.h"

#include <ctype.h>
#include <stdlib.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* Where a scan of a line is: inside how many brackets, which quote, after a backslash. */
typedef struct scan {
  int depth;
  char quote;
  bool escaped;
} scan;

static void step(scan *s, char c) {
  if (s->quote != 0) {
    if (!s->escaped && c == s->quote) s->quote = 0;
    s->escaped = !s->escaped && c == '\\';
  } else if (c == '"' || c == '\'') {
    s->quote = c;
  } else if (c == '(' || c == '[' || c == '{') {
    s->depth++;
  } else if ((c == ')' || c == ']' || c == '}') && s->depth > 0) {
    s->depth--;
  }
}

static bool is_outside(const scan *s) { return s->depth == 0 && s->quote == 0; }

sg_argument sg_argument_part(sg_argument text, size_t from, size_t bytes) {
  return (sg_argument){text.start + from, bytes, text.offset + from};
}

static sg_argument trim(sg_argument text) {
  while (text.bytes > 0 && is_blank(text.start[0]))
    text = sg_argument_part(text, 1, text.bytes - 1);
  while (text.bytes > 0 && is_blank(text.start[text.bytes - 1])) text.bytes--;
  return text;
}

sg_argument sg_argument_whole(const char *rest) {
  scan s = {0};
  size_t i = 0;
  for (; rest[i] != 0; i++) {
    if (rest[i] == '#' && is_outside(&s) && (i == 0 || is_blank(rest[i - 1]))) break;
    step(&s, rest[i]);
  }
  sg_argument whole = trim((sg_argument){rest, i, 0});
  whole.offset = 0;
  return whole;
}

bool sg_argument_first(sg_argument *line, sg_argument *word) {
  *line = trim(*line);
  scan s = {0};
  size_t i = 0;
  for (; i < line->bytes && !(is_outside(&s) && is_blank(line->start[i])); i++)
    step(&s, line->start[i]);
  *word = sg_argument_part(*line, 0, i);
  *line = trim(sg_argument_part(*line, i, line->bytes - i));
  return i > 0;
}

bool sg_argument_last(sg_argument *line, sg_argument *word) {
  *line = trim(*line);
  scan s = {0};
  size_t start = 0;
  for (size_t i = 0; i < line->bytes; i++) {
    if (is_outside(&s) && is_blank(line->start[i])) start = i + 1;
    step(&s, line->start[i]);
  }
  *word = sg_argument_part(*line, start, line->bytes - start);
  *line = trim(sg_argument_part(*line, 0, start));
  return word->bytes > 0;
}

bool sg_argument_is(sg_argument argument, const char *text) {
  return argument.bytes == strlen(text) && memcmp(argument.start, text, argument.bytes) == 0;
}

sg_argument sg_argument_unquoted(sg_argument word) {
  char quote = word.bytes > 1 ? word.start[0] : 0;
  bool quoted = (quote == '"' || quote == '\'') && word.start[word.bytes - 1] == quote;
  return quoted ? sg_argument_part(word, 1, word.bytes - 2) : word;
}

/* What the `~` of a word `~/...` stands for, or "". */
static const char *find_home(sg_argument word) {
  const char *home = word.bytes > 1 && memcmp(word.start, "~/", 2) == 0 ? getenv("HOME") : NULL;
  return home != NULL ? home : "";
}

bool sg_argument_copy_path(sg_argument word, char path[SG_PATH_SIZE]) {
  sg_argument inner = sg_argument_unquoted(word);
  bool quoted = inner.bytes < word.bytes;
  const char *home = find_home(word);
  size_t used = strlen(home);
  if (used + inner.bytes >= SG_PATH_SIZE) return false;
  memcpy(path, home, used);
  for (size_t i = used > 0; i < inner.bytes; i++) {
    bool escape = quoted && inner.start[i] == '\\' && i + 1 < inner.bytes &&
                  (inner.start[i + 1] == word.start[0] || inner.start[i + 1] == '\\');
    i += escape;
    path[used++] = inner.start[i];
  }
  path[used] = 0;
  return true;
}

bool sg_argument_path(sg_vm *vm, sg_argument word, char path[SG_PATH_SIZE]) {
  if (sg_argument_unquoted(word).bytes == 0) return sg_vm_fail(vm, "expected the name of a file");
  return sg_argument_copy_path(word, path) || sg_vm_fail(vm, "the name of the file is too long");
}

/* Where the running command stands. `source` is NULL when C code runs it. */
typedef struct place {
  const sg_source *source;
  sg_span span;
} place;

static place find_place(const sg_vm *vm) {
  if (vm->frame_count == 0) return (place){0};
  const sg_frame *frame = &vm->frames[vm->frame_count - 1];
  const sg_code *code = frame->function->code;
  return (place){code->source, code->spans[frame->pc - code->items - 1]};
}

/* Where a part of the arguments lies in the text of the program that the command stands in: they
 * begin behind the colon, the name and blanks. UINT32_MAX: it does not read so there. */
static uint32_t find_argument(const place *here, sg_argument text) {
  const sg_source *source = here->source;
  if (source == NULL) return UINT32_MAX;
  uint32_t at = here->span.start;
  while (at < source->length && !is_blank(source->text[at])) at++;
  while (at < source->length && is_blank(source->text[at])) at++;
  if (text.offset > source->length - at) return UINT32_MAX;
  at += (uint32_t)text.offset;
  bool same =
      text.bytes <= source->length - at && memcmp(source->text + at, text.start, text.bytes) == 0;
  return same ? at : UINT32_MAX;
}

static const char own_name[] = "<command>";

/* The text as a source of its own, behind as many empty lines and blanks as put it at the line and
 * column that it has in the program: messages that speak of places are right. */
static sg_source *make_source(sg_vm *vm, const place *here, sg_argument text) {
  uint32_t at = find_argument(here, text), line = 1, column = 1;
  if (at != UINT32_MAX) sg_source_place(here->source, at, &line, &column);
  sg_buffer padded;
  sg_buffer_init(&padded, vm->memory);
  sg_buffer_pad(&padded, '\n', line - 1);
  sg_buffer_pad(&padded, ' ', column - 1);
  sg_buffer_add(&padded, text.start, text.bytes);
  const char *all = sg_buffer_text(&padded);
  sg_source *source = all ? sg_source_new(vm->memory, own_name, all, padded.count) : NULL;
  sg_buffer_clear(&padded);
  if (source == NULL) sg_vm_fail_memory(vm);
  return source;
}

/* How a place in the source of an argument becomes one in the program's. */
typedef struct shift {
  const place *here;
  sg_argument text;
  uint32_t at; /* where it lies in the program's text, or UINT32_MAX */
} shift;

/* Whether a source is one that make_source made of that argument: it ends so. */
static bool is_own(const sg_source *source, sg_argument text) {
  return source != NULL && strcmp(source->name, own_name) == 0 && source->length >= text.bytes &&
         memcmp(source->text + source->length - text.bytes, text.start, text.bytes) == 0;
}

static void move_place(const shift *s, const sg_source **source, sg_span *span) {
  if (!is_own(*source, s->text)) return;
  uint32_t padded = (*source)->length - (uint32_t)s->text.bytes;
  *source = s->here->source;
  if (s->at == UINT32_MAX || span->start < padded)
    *span = s->here->span;
  else
    *span = (sg_span){span->start - padded + s->at, span->end - padded + s->at};
}

/* The program that the command stands in outlives the error, an argument's own source does not. */
bool sg_command_relocate(sg_vm *vm, sg_argument text) {
  sg_error *error = &vm->error;
  place here = find_place(vm);
  shift s = {&here, text, find_argument(&here, text)};
  move_place(&s, &error->source, &error->span);
  uint32_t kept = error->trace_count < SG_TRACE_SIZE ? error->trace_count : SG_TRACE_SIZE;
  for (uint32_t i = 0; i < kept; i++)
    move_place(&s, &error->trace[i].source, &error->trace[i].span);
  return false;
}

static bool take_errors(sg_vm *vm, sg_status status, const sg_errors *errors) {
  if (status == SG_NO_MEMORY || errors->count == 0) return sg_vm_fail_memory(vm);
  vm->error = errors->items[0];
  return false;
}

bool sg_command_parse(sg_vm *vm, sg_argument text, sg_command_syntax syntax, sg_command_text *out) {
  *out = (sg_command_text){0};
  place here = find_place(vm);
  out->source = make_source(vm, &here, text);
  if (out->source == NULL) return false;
  sg_errors errors = {0};
  sg_status status =
      syntax == SG_COMMAND_EXPRESSION
          ? sg_parse_expression(vm->memory, out->source, &out->program, &errors)
          : sg_parse(vm->memory, out->source, SG_PARSE_WHOLE, &out->program, &errors);
  if (status != SG_OK) {
    take_errors(vm, status, &errors);
    sg_command_relocate(vm, text);
    sg_command_text_clear(out);
  }
  sg_errors_clear(&errors, vm->memory);
  return status == SG_OK;
}

bool sg_command_execute(sg_vm *vm, sg_argument text, const sg_command_text *parsed, bool echo,
                        sg_value *result) {
  if (sg_vm_run(vm, parsed->program, echo, result)) return true;
  sg_command_relocate(vm, text);
  vm->error.unwound = false;
  return false;
}

void sg_command_text_clear(sg_command_text *text) {
  if (text->program != NULL) sg_program_free(text->program);
  sg_source_release(text->source);
  *text = (sg_command_text){0};
}

bool sg_command_evaluate(sg_vm *vm, sg_argument text, sg_value *result) {
  sg_command_text parsed;
  if (!sg_command_parse(vm, text, SG_COMMAND_EXPRESSION, &parsed)) return false;
  bool ok = sg_command_execute(vm, text, &parsed, false, result);
  sg_command_text_clear(&parsed);
  return ok;
}

static bool is_name(sg_argument text) {
  size_t i = 0;
  while (i < text.bytes && (isalnum((unsigned char)text.start[i]) || text.start[i] == '_' ||
                            (unsigned char)text.start[i] >= 0x80))
    i++;
  return i > 0 && i == text.bytes && i < 40 && !isdigit((unsigned char)text.start[0]);
}

/* Shows how to make a node of the constant. */
static bool note_leaf(sg_vm *vm, sg_argument text) {
  int bytes = text.bytes < 40 ? (int)text.bytes : 0;
  if (bytes == 0) return sg_vm_note(vm, "make it a node first: y = leaf(...)");
  return sg_vm_note(vm, "make it a node first: %.*s = leaf(%.*s)", is_name(text) ? bytes : 1,
                    is_name(text) ? text.start : "y", bytes, text.start);
}

bool sg_command_point_at(sg_vm *vm, sg_argument text) {
  place here = find_place(vm);
  uint32_t at = find_argument(&here, text);
  if (at == UINT32_MAX) return false;
  vm->error.source = here.source;
  vm->error.span = (sg_span){at, at + (uint32_t)text.bytes};
  return false;
}

bool sg_command_evaluate_node(sg_vm *vm, sg_argument text, const char *command, sg_node *node) {
  sg_value v;
  if (text.bytes == 0)
    return sg_vm_fail(vm, "':%s' needs the number whose graph it shows", command);
  if (!sg_command_evaluate(vm, text, &v)) return false;
  if (sg_is_node(v)) {
    *node = sg_as_node(v);
    return true;
  }
  if (sg_is_double(v)) {
    sg_vm_fail(vm, "':%s' of a constant: it has no graph", command);
    note_leaf(vm, text);
  } else {
    sg_vm_fail(vm, "':%s' needs a number, not %s", command, sg_type_phrase(v));
    if (sg_is_native(v) && sg_is_callable(v))
      sg_vm_note(vm, "what it gives for a sample has a graph: model([1, 2])");
  }
  return sg_command_point_at(vm, text);
}

bool sg_command_print(sg_vm *vm, sg_buffer *buffer) {
  bool ok = buffer->failed ? sg_vm_fail_memory(vm)
                           : buffer->count == 0 || sg_vm_write(vm, buffer->items, buffer->count);
  sg_buffer_clear(buffer);
  return ok;
}
