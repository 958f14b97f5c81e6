/* sgrad: the formulas of ops.def as :help shows them, and titled lines. */
#include "repl/help/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = 32, TITLE_COLUMNS = 10 };

void sg_help_titled(const sg_page *page, const char *title, const char *text) {
  if (text[0] == '\0') return;
  sg_buffer_printf(page->out, "  %-*s", TITLE_COLUMNS, title);
  sg_page_wrap(page, text, strlen(text), SG_HELP_INDENT + TITLE_COLUMNS,
               SG_HELP_INDENT + TITLE_COLUMNS);
}

void sg_help_code(const sg_page *page, const char *title, const char *code) {
  sg_buffer_printf(page->out, "  %-*s", TITLE_COLUMNS, title);
  sg_style_puts(page->out, page->color, SG_STYLE_CODE, code);
  sg_buffer_putc(page->out, '\n');
}

/* What stands for the words a and b of ops.def: the operands as the signature names them. */
typedef struct words {
  char a[WORD_SIZE];
  char b[WORD_SIZE];
} words;

/* "x, slope=0.01" names x and slope. */
static const char *read_parameter(const char *text, char out[WORD_SIZE], const char *otherwise) {
  text += strspn(text, ", ");
  size_t bytes = strcspn(text, "=, ");
  bool fits = bytes > 0 && bytes < WORD_SIZE;
  memcpy(out, fits ? text : otherwise, fits ? bytes : 1);
  out[fits ? bytes : 1] = '\0';
  return text + strcspn(text, ",");
}

static void read_parameters(const char *parameters, words *names) {
  if (parameters[0] == '*') parameters = "a, b";
  read_parameter(read_parameter(parameters, names->a, "a"), names->b, "b");
}

static size_t count_word(const char *text, const char *end) {
  size_t bytes = 0;
  while (text + bytes < end && (isalnum((unsigned char)text[bytes]) || text[bytes] == '_')) bytes++;
  return bytes;
}

static void add_word(sg_buffer *out, const words *names, const char *word, size_t bytes) {
  if (bytes == 1 && *word == 'a')
    sg_buffer_puts(out, names->a);
  else if (bytes == 1 && *word == 'b')
    sg_buffer_puts(out, names->b);
  else
    sg_buffer_add(out, word, bytes);
}

/* Appends an expression as code, with the names of the operands, whole numbers without their point.
 */
static void add_expression(sg_buffer *out, const words *names, const char *text, const char *end) {
  sg_buffer_puts(out, "``");
  while (text < end) {
    size_t bytes = count_word(text, end);
    bool number = bytes > 0 && isdigit((unsigned char)*text);
    if (number)
      sg_buffer_add(out, text, bytes);
    else if (bytes > 0)
      add_word(out, names, text, bytes);
    text += bytes;
    if (number && text < end && *text == '.' && !isdigit((unsigned char)text[1])) text++;
    if (text < end && count_word(text, end) == 0) sg_buffer_putc(out, *text++);
  }
  sg_buffer_puts(out, "``");
}

/* The first comma, or the parenthesis that closes, at the level of `text`. */
static const char *find_part_end(const char *text) {
  int depth = 0;
  while (*text != '\0' && !(depth == 0 && (*text == ',' || *text == ')'))) {
    depth += (*text == '(') - (*text == ')');
    text++;
  }
  return text;
}

static const char *skip_comma(const char *text) { return text + strspn(text, ", "); }

/* where(c, p, where(d, q, r)) reads "p if c, q if d, else r". */
static void add_formula(sg_buffer *out, const words *names, const char *text) {
  static const char where[] = "where(";
  const char *end = text + strlen(text);
  bool cases = false;
  while (strncmp(text, where, strlen(where)) == 0) {
    const char *condition = text + strlen(where), *condition_end = find_part_end(condition);
    const char *value = skip_comma(condition_end), *value_end = find_part_end(value);
    const char *rest = skip_comma(value_end), *rest_end = find_part_end(rest);
    if (rest_end + 1 != end) break; /* the where is only a part of it */
    add_expression(out, names, value, value_end);
    sg_buffer_puts(out, " if ");
    add_expression(out, names, condition, condition_end);
    sg_buffer_puts(out, ", ");
    text = rest;
    end = rest_end;
    cases = true;
  }
  if (cases) sg_buffer_puts(out, "else ");
  add_expression(out, names, text, end);
}

static void add_line(const sg_page *page, const words *names, const char *title,
                     const char *formula, const char *behind) {
  if (formula[0] == '\0') return;
  sg_buffer text;
  sg_buffer_init(&text, page->out->memory);
  add_formula(&text, names, formula);
  sg_buffer_puts(&text, behind);
  const char *shown = sg_buffer_text(&text);
  if (shown != NULL) sg_help_titled(page, title, shown);
  page->out->failed |= shown == NULL;
  sg_buffer_clear(&text);
}

/* exp(a) says nothing of exp. */
static bool is_name_alone(const char *formula, const char *name) {
  size_t bytes = strlen(name);
  if (strncmp(formula, name, bytes) != 0 || formula[bytes] != '(') return false;
  const char *inside = formula + bytes + 1;
  size_t word = count_word(inside, inside + strlen(inside));
  return strcmp(inside + word, ")") == 0 || strcmp(inside + word, ", b)") == 0;
}

/* Of one or two operands, called by the parameters' names. */
static void add_operands(const sg_page *page, const sg_op_text *text, const char *name,
                         const char *parameters) {
  words names;
  read_parameters(parameters, &names);
  char da[WORD_SIZE + 4], db[WORD_SIZE + 4];
  snprintf(da, sizeof da, "d/d%s", names.a);
  snprintf(db, sizeof db, "d/d%s", names.b);
  if (!is_name_alone(text->value, name)) add_line(page, &names, "value", text->value, "");
  add_line(page, &names, da, text->da, "");
  add_line(page, &names, db, text->db, "");
}

/* Of any number of operands: the items of lists. */
static void add_items(const sg_page *page, const sg_op_text *text, const char *name,
                      const char *parameters) {
  static const words as_they_are = {"a", "b"};
  bool pair = text->db[0] != '\0', list = strncmp(parameters, "xs", 2) == 0;
  const char *each = list ? " for each x of xs" : "";
  if (!is_name_alone(text->value, name))
    add_line(page, &as_they_are, "value", text->value, text->da[0] == '\0' ? each : "");
  add_line(page, &as_they_are, pair ? "d/da" : "d/dx", text->da, each);
  add_line(page, &as_they_are, "d/db", text->db, "");
}

void sg_help_formulas(const sg_page *page, sg_op op, const char *parameters) {
  const sg_op_info *info = sg_op_get(op);
  sg_op_text text = sg_op_get_text(op);
  if (info->arity == SG_ARITY_BLOCK)
    add_items(page, &text, info->name, parameters);
  else
    add_operands(page, &text, info->name, parameters);
}
