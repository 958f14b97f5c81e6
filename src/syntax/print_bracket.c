/* sgrad: how lists, records, arguments and comprehensions are written. */
#include "syntax/printer.h"

#include <string.h>

/* Something in brackets: how it opens and closes, what stands between its items. */
typedef struct bracket {
  const char *open;
  const char *close;
  const char *comma;
  void (*item)(sg_printer *p, const sg_ast *ast);
} bracket;

static void print_any(sg_printer *p, const sg_ast *ast) {
  sg_print_expression(p, ast, SG_LEVEL_NONE);
}

static void print_key(sg_printer *p, const sg_text *key) {
  if (sg_is_name(key->start, key->bytes))
    sg_printer_put(p, key->start, key->bytes);
  else
    sg_print_string(p, key);
}

static void print_pair(sg_printer *p, const sg_ast *pair) {
  print_key(p, &pair->text);
  sg_printer_puts(p, ": ");
  print_any(p, pair->a);
}

static void print_argument(sg_printer *p, const sg_ast *ast) {
  if (ast->kind == SG_AST_NAMED) {
    sg_printer_put(p, ast->text.start, ast->text.bytes);
    sg_printer_puts(p, "=");
    print_any(p, ast->a);
  } else {
    print_any(p, ast);
  }
}

/* The element, or a clause. */
static void print_clause(sg_printer *p, const sg_ast *ast) {
  if (ast->kind == SG_AST_CLAUSE_FOR) {
    sg_printer_puts(p, "for ");
    sg_print_bare(p, ast->a);
    sg_printer_puts(p, " in ");
    print_any(p, ast->b);
  } else if (ast->kind == SG_AST_CLAUSE_IF) {
    sg_printer_puts(p, "if ");
    print_any(p, ast->a);
  } else {
    print_any(p, ast);
  }
}

static const bracket brackets[] = {
    {"[", "]", ",", print_any},      {"(", ")", ",", print_any},   {"{", "}", ",", print_pair},
    {"(", ")", ",", print_argument}, {"[", "]", "", print_clause}, {"(", ")", "", print_clause},
};

enum { LIST, ROUND_LIST, RECORD, ARGUMENTS, COMPREHENSION, ROUND_COMPREHENSION };

static unsigned bracket_of(const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_LIST: return ast->round ? ROUND_LIST : LIST;
  case SG_AST_RECORD: return RECORD;
  case SG_AST_COMPREHENSION: return ast->round ? ROUND_COMPREHENSION : COMPREHENSION;
  default: return ARGUMENTS;
  }
}

/* The items of a bracket: of a comprehension, the element counts as the first. */
static uint32_t count_items(const sg_ast *ast) {
  return ast->count + (ast->kind == SG_AST_COMPREHENSION);
}

static const sg_ast *get_item(const sg_ast *ast, uint32_t i) {
  if (ast->kind != SG_AST_COMPREHENSION) return ast->items[i];
  return i == 0 ? ast->a : ast->items[i - 1];
}

/* `sum(x for x in xs)`: a call's first argument needs no brackets of its own. */
static void print_bare_comprehension(sg_printer *p, const sg_ast *ast) {
  for (uint32_t i = 0; i < count_items(ast) && !sg_printer_stopped(p); i++) {
    if (i > 0) sg_printer_puts(p, " ");
    print_clause(p, get_item(ast, i));
  }
}

static void print_item(sg_printer *p, const sg_ast *ast, uint32_t i) {
  const sg_ast *item = get_item(ast, i);
  unsigned kind = bracket_of(ast);
  if (kind == ARGUMENTS && i == 0 && item->kind == SG_AST_COMPREHENSION && item->round)
    print_bare_comprehension(p, item);
  else
    brackets[kind].item(p, item);
}

/* Between the brackets on a line, as far as the items let it. */
static void print_flat(sg_printer *p, const sg_ast *ast) {
  const bracket *b = &brackets[bracket_of(ast)];
  sg_printer_puts(p, b->open);
  for (uint32_t i = 0; i < count_items(ast) && !sg_printer_stopped(p); i++) {
    if (i > 0) sg_printer_puts(p, b->comma), sg_printer_puts(p, " ");
    print_item(p, ast, i);
  }
  if (ast->kind == SG_AST_LIST && ast->round && ast->count == 1) sg_printer_puts(p, ",");
  sg_printer_puts(p, b->close);
}

static void print_broken(sg_printer *p, const sg_ast *ast) {
  const bracket *b = &brackets[bracket_of(ast)];
  uint32_t count = count_items(ast), end = ast->span.end - 1;
  sg_printer_puts(p, b->open);
  p->indent++;
  sg_printer_trailing(p, count > 0 ? get_item(ast, 0)->span.start : end);
  for (uint32_t i = 0; i < count && !p->out->failed; i++) {
    const sg_ast *item = get_item(ast, i);
    p->seen = UINT32_MAX;
    sg_printer_comments(p, item->span.start);
    sg_printer_newline(p);
    print_item(p, ast, i);
    sg_printer_puts(p, b->comma);
    sg_printer_trailing(p, i + 1 < count ? get_item(ast, i + 1)->span.start : end);
  }
  p->seen = UINT32_MAX;
  sg_printer_comments(p, end);
  p->indent--;
  sg_printer_newline(p);
  sg_printer_puts(p, b->close);
}

/* Where the bracket opens: a call's '(' stands behind what is called. */
static uint32_t opening(const sg_printer *p, const sg_ast *ast) {
  uint32_t at = ast->span.start;
  if (bracket_of(ast) != ARGUMENTS) return at + 1;
  at = ast->kind == SG_AST_METHOD ? ast->place.end : ast->a->span.end;
  const char *text = p->source->text;
  while (text[at] != '(') at += text[at] == '#' ? (uint32_t)strcspn(text + at, "\n") : 1;
  return at + 1;
}

/* Comments between the items, outside any of them. */
static bool has_comments(const sg_printer *p, const sg_ast *ast) {
  uint32_t from = opening(p, ast);
  if (!sg_printer_has_comment(p, from, ast->span.end)) return false;
  for (uint32_t i = 0; i < count_items(ast); i++) {
    const sg_ast *item = get_item(ast, i);
    if (sg_printer_has_comment(p, from, item->span.start)) return true;
    from = item->span.end;
  }
  return sg_printer_has_comment(p, from, ast->span.end);
}

/* Broken by whoever wrote it: the first item stands on a line of its own. */
static bool is_open(const sg_printer *p, const sg_ast *ast) {
  const char *text = p->source->text;
  uint32_t at = opening(p, ast);
  while (text[at] == ' ' || text[at] == '\t' || text[at] == '\r') at++;
  return count_items(ast) > 0 && (text[at] == '\n' || text[at] == '#');
}

static void print_bracket(sg_printer *p, const sg_ast *ast) {
  bool broken = p->layout != SG_LAYOUT_SINGLE && (is_open(p, ast) || has_comments(p, ast));
  if (broken && p->layout == SG_LAYOUT_TRIAL)
    p->trial = SG_TRIAL_NEEDS_LINES;
  else if (broken)
    print_broken(p, ast);
  else if (p->layout != SG_LAYOUT_FREE)
    print_flat(p, ast);
  else if (sg_printer_try(p, print_flat, ast) == SG_TRIAL_TOO_LONG && count_items(ast) > 0)
    print_broken(p, ast);
  else if (p->trial != SG_TRIAL_FITS)
    print_flat(p, ast);
}

void sg_print_list(sg_printer *p, const sg_ast *ast) { print_bracket(p, ast); }
void sg_print_record(sg_printer *p, const sg_ast *ast) { print_bracket(p, ast); }
void sg_print_comprehension(sg_printer *p, const sg_ast *ast) { print_bracket(p, ast); }
void sg_print_arguments(sg_printer *p, const sg_ast *call) { print_bracket(p, call); }
