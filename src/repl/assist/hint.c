/* sgrad: hints: the signature of the call being typed, or what a name is. */
#include "repl/assist/hint.h"

#include "base/utf8.h"
#include "repl/assist/parts.h"
#include "repl/help/help.h"

enum { LINE_COLUMNS = 78, VALUE_COLUMNS = 60, INDENT = 2 };

typedef struct hint {
  sg_buffer *out;
  bool color;
} hint;

/* --- Text. */

/* The text on one line. */
static void add_flat(sg_buffer *out, const char *text, size_t bytes) {
  bool blank = false;
  for (size_t i = 0; i < bytes; i++) {
    bool space = strchr(" \t\r\n", text[i]) != NULL;
    if (space && !blank) sg_buffer_putc(out, ' ');
    if (!space) sg_buffer_putc(out, text[i]);
    blank = space;
  }
}

/* The first sentence of a docstring, which is Markdown, in lines that are indented. */
static void add_sentence(const hint *h, const char *doc) {
  const char *stop = strstr(doc, ". ");
  sg_page page = {h->out, LINE_COLUMNS, h->color};
  sg_buffer sentence;
  sg_buffer_init(&sentence, h->out->memory);
  sg_buffer_add(&sentence, doc, stop != NULL ? (size_t)(stop - doc) + 1 : strlen(doc));
  const char *text = sg_buffer_text(&sentence);
  if (text != NULL) sg_page_paragraph(&page, text, INDENT);
  h->out->failed |= text == NULL;
  sg_buffer_clear(&sentence);
}

/* --- Functions. */

/* "clip(x, lo=-inf, hi=inf)": parameter number `current` bold, or on a line of its own carets. */
static void add_signature(const hint *h, const char *name, size_t bytes, const char *parameters,
                          uint32_t current) {
  sg_buffer *out = h->out;
  uint32_t line = out->count, marked = 0;
  size_t from = 0, width = 0;
  sg_parameter parameter;
  sg_buffer_add(out, name, bytes);
  sg_buffer_putc(out, '(');
  for (uint32_t i = 0; sg_parameter_next(&parameters, &parameter); i++) {
    if (i > 0) sg_buffer_puts(out, ", ");
    if (i == current) from = sg_utf8_columns(out->items + line, out->count - line);
    if (i == current) sg_style_begin(out, h->color, SG_STYLE_BOLD);
    marked = i == current ? out->count : marked;
    add_flat(out, parameter.text, parameter.bytes);
    if (i == current) width = sg_utf8_columns(out->items + marked, out->count - marked);
    if (i == current) sg_style_begin(out, h->color, SG_STYLE_PLAIN);
  }
  sg_buffer_puts(out, ")\n");
  if (width == 0 || h->color) return;
  sg_buffer_pad(out, ' ', from);
  sg_buffer_pad(out, '^', width);
  sg_buffer_putc(out, '\n');
}

static bool hint_call(const hint *h, sg_typed *typed) {
  sg_callee callee;
  if (!sg_callee_find(typed, &callee)) return false;
  const char *name = typed->source->text + callee.name.start;
  add_signature(h, name, callee.name.end - callee.name.start, callee.parameters,
                sg_callee_current(typed, &callee));
  if (callee.doc != NULL) add_sentence(h, callee.doc);
  return true;
}

/* --- Names. */

/* "x: a number: 2.5". */
static bool add_value(const hint *h, sg_typed *typed, const char *name, size_t bytes, sg_value v) {
  sg_vm *vm = typed->vm;
  sg_buffer text;
  sg_buffer_init(&text, typed->memory);
  bool ok = sg_value_echo(vm, &text, v, SG_ECHO_DIGITS);
  if (!ok) sg_error_clear(&vm->error);
  if (ok && !text.failed) {
    size_t line = text.count;
    const char *newline = memchr(text.items, '\n', text.count);
    if (newline != NULL) line = (size_t)(newline - text.items);
    bool cut = line < text.count || sg_utf8_columns(text.items, line) > VALUE_COLUMNS;
    sg_buffer_add(h->out, name, bytes);
    sg_buffer_printf(h->out, ": %s", sg_type_phrase(v));
    if (!cut) sg_buffer_puts(h->out, ": ");
    if (!cut) sg_buffer_add(h->out, text.items, line);
    sg_buffer_putc(h->out, '\n');
  }
  typed->failed |= !ok || text.failed;
  sg_buffer_clear(&text);
  return true;
}

static bool add_keyword(const hint *h, const char *name, size_t bytes) {
  char text[SG_HELP_NAME_SIZE];
  if (bytes >= sizeof text) return false;
  memcpy(text, name, bytes);
  text[bytes] = '\0';
  const sg_help_word *word = sg_help_find_word(text);
  if (word == NULL || word->form == NULL) return false;
  sg_buffer_printf(h->out, "%s\n", word->form);
  add_sentence(h, word->doc);
  return true;
}

/* The last token, up to the cursor: a name, a field, a method, a keyword. */
static bool hint_name(const hint *h, sg_typed *typed) {
  if (typed->count == 0) return false;
  uint32_t last = typed->count - 1;
  const sg_token *token = sg_typed_token(typed, last);
  const char *name = typed->source->text + token->start;
  size_t bytes = token->end - token->start;
  if (!sg_typed_is_word(typed, last) || token->end != typed->cursor) return false;
  if (token->kind != SG_TOKEN_NAME) return add_keyword(h, name, bytes);
  sg_callee callee;
  sg_value v = sg_chain_find(typed, last).value;
  bool member = last > 0 && sg_typed_token(typed, last - 1)->kind == SG_TOKEN_DOT;
  if (member && sg_is_undefined(v)) v = sg_complete_global(typed->vm, name, bytes);
  if (sg_is_undefined(v)) return false;
  if (!sg_callee_describe(v, &callee)) return add_value(h, typed, name, bytes, v);
  add_signature(h, name, bytes, callee.parameters, UINT32_MAX);
  if (callee.doc != NULL) add_sentence(h, callee.doc);
  return true;
}

/* A call among the arguments, where these are code. */
static bool hint_argument(const hint *h, sg_typed *typed) {
  sg_typed code;
  uint32_t start;
  if (!sg_complete_code(typed, &start)) return false;
  const sg_source *source = typed->source;
  bool found = sg_typed_init(&code, typed->memory, typed->vm, source->text + start,
                             source->length - start, typed->cursor - start, false) &&
               hint_call(h, &code);
  typed->failed |= code.failed;
  sg_typed_clear(&code);
  return found;
}

static bool hint_command(const hint *h, sg_typed *typed) {
  const sg_command *row = sg_complete_command(typed);
  if (row == NULL) return false;
  if (hint_argument(h, typed)) return true;
  sg_buffer_printf(h->out, ":%s%s%s\n", row->name, row->arguments[0] != '\0' ? " " : "",
                   row->arguments);
  add_sentence(h, row->doc);
  return true;
}

/* --- The place. */

static size_t find_word_end(const char *text, size_t bytes, size_t cursor) {
  while (cursor < bytes) {
    uint32_t code;
    size_t step = sg_utf8_decode(text + cursor, bytes - cursor, &code);
    if (step == 0 || !sg_is_name_part(code)) break;
    cursor += step;
  }
  return cursor;
}

typedef bool finder(const hint *h, sg_typed *typed);

bool sg_hint(sg_memory *memory, sg_vm *vm, const char *text, size_t bytes, size_t cursor,
             bool color, sg_buffer *out) {
  static finder *const finders[] = {hint_command, hint_call, hint_name};
  hint h = {out, color};
  uint32_t before = out->count;
  bool found = false, failed = false;
  for (size_t i = 0; i < sizeof finders / sizeof *finders && !found && !failed; i++) {
    size_t at = finders[i] == hint_name ? find_word_end(text, bytes, cursor) : cursor;
    sg_typed typed;
    if (sg_typed_init(&typed, memory, vm, text, bytes, at, true)) found = finders[i](&h, &typed);
    failed = typed.failed || out->failed;
    sg_typed_clear(&typed);
  }
  if (failed) out->count = before;
  return !failed;
}
