/* sgrad: how expressions are written: operators, and as few parentheses as they need.
 *
 * Chains to the left are printed in a loop: down to their first operand, then up again.
 */
#include "syntax/printer.h"

#include <string.h>

/* Whether the left operand (or object) of `link` needs parentheses. An `if` there would end a
 * statement that begins with it; `(x.f)(a)` is no method call. */
static bool needs_round(const sg_ast *link) {
  const sg_ast *left = link->a;
  sg_level level = sg_ast_level(link);
  if (left->kind == SG_AST_IF || left->kind == SG_AST_NO_GRAD) return true;
  if (link->kind == SG_AST_CALL && left->kind == SG_AST_FIELD) return true;
  return sg_ast_level(left) < (level == SG_LEVEL_POWER ? SG_LEVEL_POSTFIX : level);
}

/* The same for the first operand of a comparison. */
static bool needs_round_first(const sg_ast *left) {
  return left->kind == SG_AST_IF || left->kind == SG_AST_NO_GRAD ||
         sg_ast_level(left) < SG_LEVEL_SUM;
}

bool sg_begins_with_brace(const sg_ast *ast) {
  for (;;) {
    if (sg_ast_is_link(ast)) {
      if (needs_round(ast)) return false;
      ast = ast->a;
    } else if (ast->kind == SG_AST_COMPARE) {
      if (needs_round_first(ast->items[0])) return false;
      ast = ast->items[0];
    } else {
      return ast->kind == SG_AST_RECORD;
    }
  }
}

static void put_text(sg_printer *p, const sg_text *text) {
  sg_printer_put(p, text->start, text->bytes);
}

static void print_round(sg_printer *p, const sg_ast *ast) {
  sg_printer_puts(p, "(");
  sg_print_expression(p, ast, SG_LEVEL_NONE);
  sg_printer_puts(p, ")");
}

static void print_slice(sg_printer *p, const sg_ast *slice) {
  sg_printer_puts(p, "[");
  for (uint32_t i = 0; i < 3; i++) {
    if (i == 1 || (i == 2 && slice->items[2] != NULL)) sg_printer_puts(p, ":");
    if (slice->items[i] != NULL) sg_print_expression(p, slice->items[i], SG_LEVEL_NONE);
  }
  sg_printer_puts(p, "]");
}

static void print_operator(sg_printer *p, const sg_ast *ast, const char *spelling) {
  bool tight = ast->op == SG_POWER;
  sg_level level = sg_ast_level(ast);
  if (!tight) sg_printer_puts(p, " ");
  sg_printer_puts(p, spelling);
  if (!tight) sg_printer_puts(p, " ");
  sg_print_expression(p, ast->b, tight ? SG_LEVEL_FACTOR : (sg_level)(level + 1));
}

/* What stands behind the left operand. */
static void print_right(sg_printer *p, const sg_ast *link) {
  switch (link->kind) {
  case SG_AST_AND: print_operator(p, link, "and"); return;
  case SG_AST_OR: print_operator(p, link, "or"); return;
  case SG_AST_BINARY: print_operator(p, link, sg_operator_spelling(link->op)); return;
  case SG_AST_CALL: sg_print_arguments(p, link); return;
  case SG_AST_SLICE: print_slice(p, link); return;
  case SG_AST_INDEX:
    sg_printer_puts(p, "[");
    sg_print_expression(p, link->b, SG_LEVEL_NONE);
    sg_printer_puts(p, "]");
    return;
  default:
    sg_printer_puts(p, ".");
    put_text(p, &link->text);
    if (link->kind == SG_AST_METHOD) sg_print_arguments(p, link);
  }
}

static bool push_link(sg_printer *p, const sg_ast *ast) {
  if (!SG_RESERVE(p->out->memory, &p->links, (size_t)p->links.count + 1)) {
    p->out->failed = true;
    return false;
  }
  p->links.items[p->links.count++] = ast;
  return true;
}

static void print_chain(sg_printer *p, const sg_ast *ast) {
  uint32_t base = p->links.count;
  for (; sg_ast_is_link(ast); ast = ast->a) {
    if (!push_link(p, ast)) return;
    if (p->layout == SG_LAYOUT_TRIAL && p->links.count - base > SG_LINE_LIMIT)
      p->trial = SG_TRIAL_TOO_LONG;
    if (sg_printer_stopped(p)) return;
    if (needs_round(ast)) sg_printer_puts(p, "(");
  }
  sg_print_expression(p, ast, SG_LEVEL_NONE);
  while (p->links.count > base && !sg_printer_stopped(p)) {
    const sg_ast *link = p->links.items[p->links.count - 1];
    if (needs_round(link)) sg_printer_puts(p, ")");
    print_right(p, link);
    p->links.count--;
  }
}

static void print_comparison(sg_printer *p, const sg_ast *ast) {
  if (needs_round_first(ast->items[0]))
    print_round(p, ast->items[0]);
  else
    sg_print_expression(p, ast->items[0], SG_LEVEL_NONE);
  for (uint32_t i = 1; i < ast->count && !sg_printer_stopped(p); i++) {
    sg_printer_puts(p, " ");
    sg_printer_puts(p, sg_operator_spelling(ast->ops[i - 1]));
    sg_printer_puts(p, " ");
    sg_print_expression(p, ast->items[i], SG_LEVEL_SUM);
  }
}

static void print_unary(sg_printer *p, const sg_ast *ast) {
  sg_printer_puts(p, sg_operator_spelling(ast->op));
  if (ast->op == SG_NOT) sg_printer_puts(p, " ");
  sg_print_expression(p, ast->a, sg_operator_level(ast->op));
}

void sg_print_parameters(sg_printer *p, const sg_ast *function) {
  sg_printer_puts(p, "(");
  for (uint32_t i = 0; i < function->count; i++) {
    const sg_ast *parameter = function->items[i];
    if (i > 0) sg_printer_puts(p, ", ");
    put_text(p, &parameter->text);
    if (parameter->a == NULL) continue;
    sg_printer_puts(p, "=");
    sg_print_expression(p, parameter->a, SG_LEVEL_NONE);
  }
  sg_printer_puts(p, ")");
}

static void print_arrow(sg_printer *p, const sg_ast *arrow) {
  if (arrow->count == 1 && arrow->items[0]->a == NULL)
    put_text(p, &arrow->items[0]->text);
  else
    sg_print_parameters(p, arrow);
  sg_printer_puts(p, " => ");
  if (arrow->a->kind == SG_AST_BLOCK)
    sg_print_block(p, arrow->a);
  else if (sg_begins_with_brace(arrow->a))
    print_round(p, arrow->a);
  else
    sg_print_expression(p, arrow->a, SG_LEVEL_NONE);
}

void sg_print_bare(sg_printer *p, const sg_ast *ast) {
  if (ast->kind != SG_AST_LIST || !ast->bare) {
    sg_print_expression(p, ast, SG_LEVEL_NONE);
    return;
  }
  for (uint32_t i = 0; i < ast->count && !sg_printer_stopped(p); i++) {
    if (i > 0) sg_printer_puts(p, ", ");
    sg_print_expression(p, ast->items[i], SG_LEVEL_NONE);
  }
  if (ast->count == 1) sg_printer_puts(p, ",");
}

/* A number as it was written. */
static void print_number(sg_printer *p, const sg_ast *ast) {
  sg_printer_put(p, p->source->text + ast->span.start, ast->span.end - ast->span.start);
}

static void print_plain(sg_printer *p, const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_NUMBER: print_number(p, ast); return;
  case SG_AST_STRING: sg_print_string(p, &ast->text); return;
  case SG_AST_FSTRING: sg_print_fstring(p, ast); return;
  case SG_AST_TRUE: sg_printer_puts(p, "true"); return;
  case SG_AST_FALSE: sg_printer_puts(p, "false"); return;
  case SG_AST_NONE: sg_printer_puts(p, "none"); return;
  case SG_AST_NAME: put_text(p, &ast->text); return;
  case SG_AST_LIST: sg_print_list(p, ast); return;
  case SG_AST_RECORD: sg_print_record(p, ast); return;
  case SG_AST_COMPREHENSION: sg_print_comprehension(p, ast); return;
  case SG_AST_UNARY: print_unary(p, ast); return;
  case SG_AST_COMPARE: print_comparison(p, ast); return;
  case SG_AST_FUNCTION: print_arrow(p, ast); return;
  case SG_AST_IF: sg_print_if(p, ast); return;
  case SG_AST_NO_GRAD:
    sg_printer_puts(p, "no_grad ");
    sg_print_block(p, ast->a);
    return;
  default: print_chain(p, ast);
  }
}

void sg_print_expression(sg_printer *p, const sg_ast *ast, sg_level level) {
  if (sg_printer_stopped(p)) return;
  if (sg_ast_level(ast) < level)
    print_round(p, ast);
  else
    print_plain(p, ast);
}
