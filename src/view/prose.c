/* sgrad: running text for a terminal. */
#include "view/prose.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

/* What stands for marks in a prose. */
enum { PLAIN = 1, BOLD, CODE, GLUE /* a blank that no line ends at */ };

enum { GLUED = 32 /* columns: code up to this stays on one line */ };

static bool is_mark(char c) { return c == PLAIN || c == BOLD || c == CODE; }

static sg_style style_of(char mark) {
  return mark == BOLD ? SG_STYLE_BOLD : mark == CODE ? SG_STYLE_CODE : SG_STYLE_PLAIN;
}

/* The bytes up to `end`, or 0: it does not come. */
static size_t find_end(const char *text, size_t bytes, const char *end) {
  const char *found = memmem(text, bytes, end, strlen(end));
  return found != NULL ? (size_t)(found - text) : 0;
}

/* Code that needs quotes when no colour sets it off: a word, or signs alone. */
static bool needs_quotes(const char *code, size_t bytes) {
  size_t letters = 0, others = 0;
  for (size_t i = 0; i < bytes; i++) {
    bool letter = isalpha((unsigned char)code[i]) || code[i] == '_';
    bool quote = code[i] == '"' || code[i] == '\'';
    letters += letter;
    others += !letter && (quote || !ispunct((unsigned char)code[i]));
  }
  return others == 0 && (letters == 0 || letters == bytes);
}

static void add_code(sg_buffer *out, const char *code, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    bool blank = code[i] == ' ' || code[i] == '\n';
    bool escape = code[i] == '\\' && i + 1 < bytes && code[i + 1] == '|';
    if (blank)
      sg_buffer_putc(out, bytes <= GLUED ? GLUE : ' ');
    else if (!escape)
      sg_buffer_putc(out, code[i]);
  }
}

/* `code`, or ``code``, which is never quoted: returns how many bytes it takes, 0: a lone mark. */
static size_t read_code(sg_buffer *out, const char *text, size_t bytes, bool quote) {
  const char *mark = bytes > 1 && text[1] == '`' ? "``" : "`";
  size_t skip = strlen(mark), inside = find_end(text + skip, bytes - skip, mark);
  if (inside == 0) return 0;
  quote = quote && skip == 1 && needs_quotes(text + 1, inside);
  sg_buffer_putc(out, CODE);
  if (quote) sg_buffer_putc(out, '\'');
  add_code(out, text + skip, inside);
  if (quote) sg_buffer_putc(out, '\'');
  sg_buffer_putc(out, PLAIN);
  return skip + inside + skip;
}

/* **bold** and *emphasis*. */
static size_t read_strong(sg_buffer *out, const char *text, size_t bytes) {
  const char *mark = bytes > 1 && text[1] == '*' ? "**" : "*";
  size_t skip = strlen(mark), inside = find_end(text + skip, bytes - skip, mark);
  if (inside == 0 || text[skip] == ' ') return 0;
  sg_buffer_putc(out, BOLD);
  sg_buffer_add(out, text + skip, inside);
  sg_buffer_putc(out, PLAIN);
  return skip + inside + skip;
}

/* [text](target): the text, and the target where it is an address. */
static size_t read_link(sg_buffer *out, const char *text, size_t bytes) {
  size_t label = find_end(text, bytes, "](");
  if (label == 0) return 0;
  size_t target = find_end(text + label, bytes - label, ")");
  if (target == 0) return 0;
  sg_buffer_add(out, text + 1, label - 1);
  const char *address = text + label + 2;
  if (strncmp(address, "http", 4) == 0) {
    sg_buffer_puts(out, " <");
    sg_buffer_add(out, address, target - 2);
    sg_buffer_putc(out, '>');
  }
  return label + target + 1;
}

static size_t read_mark(sg_buffer *out, const char *text, size_t bytes, bool quote) {
  switch (*text) {
  case '`': return read_code(out, text, bytes, quote);
  case '*': return read_strong(out, text, bytes);
  case '[': return read_link(out, text, bytes);
  default: return 0;
  }
}

void sg_prose_read(const sg_page *page, sg_buffer *out, const char *text, size_t bytes) {
  bool code_alone =
      bytes > 1 && text[0] == '`' && memchr(text + 1, '`', bytes - 1) == text + bytes - 1;
  for (size_t i = 0; i < bytes;) {
    size_t taken = read_mark(out, text + i, bytes - i, !page->color && !code_alone);
    bool escape = text[i] == '\\' && i + 1 < bytes && strchr("\\`*[]|<", text[i + 1]) != NULL;
    i += taken + (escape ? 1 : 0);
    if (taken > 0) continue;
    sg_buffer_putc(out, text[i] == '\n' ? ' ' : text[i]);
    i++;
  }
}

sg_prose sg_prose_of(sg_buffer *read) {
  return (sg_prose){read->items, read->failed ? 0 : read->count, SG_STYLE_PLAIN};
}

/* The character at the beginning: its bytes, and its columns. */
static size_t measure(const char *text, size_t bytes, size_t *columns) {
  size_t length = sg_utf8_step(text, bytes, columns);
  if (is_mark(*text) || *text == GLUE) *columns = *text == GLUE;
  return length;
}

size_t sg_prose_width(const sg_prose *prose) {
  size_t width = 0, columns;
  for (size_t i = 0; i < prose->bytes; width += columns)
    i += measure(prose->text + i, prose->bytes - i, &columns);
  return width;
}

/* The bytes of what fits into `columns`: up to the last blank, or cut when there is none. */
static size_t fit(const sg_prose *prose, size_t columns) {
  size_t used = 0, i = 0, blank = 0, more;
  while (i < prose->bytes) {
    size_t step = measure(prose->text + i, prose->bytes - i, &more);
    if (prose->text[i] == ' ') blank = i;
    if (used + more > columns && i > 0) return blank > 0 ? blank : i;
    used += more;
    i += step;
  }
  return i;
}

static sg_style style_behind(const sg_prose *prose, size_t bytes) {
  while (bytes > 0 && !is_mark(prose->text[bytes - 1])) bytes--;
  return bytes > 0 ? style_of(prose->text[bytes - 1]) : prose->style;
}

static void drop(sg_prose *prose, size_t bytes) {
  prose->style = style_behind(prose, bytes);
  prose->text += bytes;
  prose->bytes -= bytes;
}

static bool is_blank(char c) { return c == ' ' || c == GLUE; }

static void drop_blanks(sg_prose *prose) {
  size_t blanks = 0;
  while (blanks < prose->bytes && is_blank(prose->text[blanks])) blanks++;
  drop(prose, blanks);
}

bool sg_prose_take(sg_prose *rest, size_t columns, sg_prose *line) {
  drop_blanks(rest);
  *line = (sg_prose){rest->text, fit(rest, columns), rest->style};
  drop(rest, line->bytes);
  drop_blanks(rest);
  while (line->bytes > 0 && is_blank(line->text[line->bytes - 1])) line->bytes--;
  return line->bytes > 0;
}

void sg_prose_put(const sg_page *page, const sg_prose *line) {
  sg_style style = line->style;
  if (style != SG_STYLE_PLAIN) sg_style_begin(page->out, page->color, style);
  for (size_t i = 0; i < line->bytes; i++) {
    char c = line->text[i];
    if (is_mark(c))
      sg_style_begin(page->out, page->color, style = style_of(c));
    else
      sg_buffer_putc(page->out, c == GLUE ? ' ' : c);
  }
  if (style != SG_STYLE_PLAIN) sg_style_begin(page->out, page->color, SG_STYLE_PLAIN);
}

/* What is left of a line behind `column`; a terminal of a few columns gets overlong lines. */
static size_t room(const sg_page *page, size_t column) {
  enum { LEAST = 8 };
  return page->columns > column + LEAST ? page->columns - column : LEAST;
}

void sg_page_wrap(const sg_page *page, const char *text, size_t bytes, size_t column,
                  size_t indent) {
  sg_buffer read;
  sg_buffer_init(&read, page->out->memory);
  sg_prose_read(page, &read, text, bytes);
  sg_prose rest = sg_prose_of(&read), line;
  for (bool first = true; sg_prose_take(&rest, room(page, column), &line); first = false) {
    if (!first) sg_buffer_pad(page->out, ' ', indent);
    sg_prose_put(page, &line);
    sg_buffer_putc(page->out, '\n');
    column = indent;
  }
  page->out->failed |= read.failed;
  sg_buffer_clear(&read);
}

void sg_page_paragraph(const sg_page *page, const char *text, size_t indent) {
  sg_buffer_pad(page->out, ' ', indent);
  sg_page_wrap(page, text, strlen(text), indent, indent);
}
