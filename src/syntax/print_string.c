/* sgrad: how strings and f-strings are written. */
#include "base/utf8.h"
#include "syntax/printer.h"

#include <stdio.h>
#include <string.h>

/* Escapes by letter, as the lexer reads them. */
static const char letters[] = "\nn\tt\rr\\\\";

static void put_code(sg_printer *p, uint32_t code, const char *raw, size_t bytes, char quote) {
  char text[16];
  const char *letter = code == 0 || code > 0x7f ? NULL : strchr(letters, (int)code);
  bool escaped = letter != NULL && (letter - letters) % 2 == 0;
  if (code == (unsigned char)quote)
    snprintf(text, sizeof text, "\\%c", quote);
  else if (escaped)
    snprintf(text, sizeof text, "\\%c", letter[1]);
  else if (code == 0)
    snprintf(text, sizeof text, "\\0");
  else if (sg_is_hidden(code))
    snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)code);
  else {
    sg_printer_put(p, raw, bytes);
    return;
  }
  sg_printer_puts(p, text);
}

/* The content between the quotes; `braces`: they are doubled. */
static void put_content(sg_printer *p, const sg_text *text, char quote, bool braces) {
  for (size_t at = 0; at < text->bytes && !sg_printer_stopped(p);) {
    uint32_t code;
    size_t bytes = sg_utf8_decode(text->start + at, text->bytes - at, &code);
    if (braces && (code == '{' || code == '}')) sg_printer_put(p, text->start + at, 1);
    put_code(p, code, text->start + at, bytes, quote);
    at += bytes;
  }
}

/* How many more double quotes than single ones. */
static int64_t lean(const sg_text *text) {
  int64_t more = 0;
  for (uint32_t at = 0; at < text->bytes; at++)
    more += (text->start[at] == '"') - (text->start[at] == '\'');
  return more;
}

void sg_print_string(sg_printer *p, const sg_text *text) {
  char quote[2] = {lean(text) > 0 ? '\'' : '"', 0};
  sg_printer_puts(p, quote);
  put_content(p, text, *quote, false);
  sg_printer_puts(p, quote);
}

static void put_replacement(sg_printer *p, const sg_ast *part) {
  sg_printer_puts(p, "{");
  if (part->text.start != NULL) {
    sg_printer_put(p, part->text.start, part->text.bytes);
  } else {
    if (sg_begins_with_brace(part->a)) sg_printer_puts(p, " ");
    sg_print_expression(p, part->a, SG_LEVEL_NONE);
  }
  if (part->rest.bytes > 0) {
    sg_printer_puts(p, ":");
    sg_printer_put(p, part->rest.start, part->rest.bytes);
  }
  sg_printer_puts(p, "}");
}

void sg_print_fstring(sg_printer *p, const sg_ast *ast) {
  sg_layout outer = p->layout;
  int64_t more = 0;
  for (uint32_t i = 0; i < ast->count; i++)
    if (ast->items[i]->kind == SG_AST_STRING) more += lean(&ast->items[i]->text);
  char quote[2] = {more > 0 ? '\'' : '"', 0};
  if (outer == SG_LAYOUT_FREE) p->layout = SG_LAYOUT_SINGLE;
  sg_printer_puts(p, "f");
  sg_printer_puts(p, quote);
  for (uint32_t i = 0; i < ast->count && !sg_printer_stopped(p); i++) {
    if (ast->items[i]->kind == SG_AST_STRING)
      put_content(p, &ast->items[i]->text, *quote, true);
    else
      put_replacement(p, ast->items[i]);
  }
  sg_printer_puts(p, quote);
  p->layout = outer;
}
