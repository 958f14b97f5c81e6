/* sgrad: how statements and blocks are written. */
#include "syntax/printer.h"

/* A block of at most one statement that was written on a line may stay on one. */
static bool may_stay(const sg_printer *p, const sg_ast *block) {
  if (p->layout == SG_LAYOUT_SINGLE) return true;
  return block->count <= 1 && sg_printer_is_one_line(p, block->span);
}

static void print_inline(sg_printer *p, const sg_ast *block) {
  if (p->layout == SG_LAYOUT_TRIAL && block->count > 1) {
    p->trial = SG_TRIAL_NEEDS_LINES;
    return;
  }
  sg_printer_puts(p, "{ ");
  for (uint32_t i = 0; i < block->count && !sg_printer_stopped(p); i++) {
    sg_print_statement(p, block->items[i]);
    sg_printer_puts(p, " ");
  }
  sg_printer_puts(p, "}");
}

static void print_lines(sg_printer *p, const sg_ast *block) {
  uint32_t end = block->span.end - 1;
  sg_printer_puts(p, "{");
  if (p->layout == SG_LAYOUT_TRIAL) p->trial = SG_TRIAL_NEEDS_LINES;
  if (sg_printer_stopped(p)) return;
  p->indent++;
  sg_printer_trailing(p, block->count > 0 ? block->items[0]->span.start : end);
  p->seen = UINT32_MAX;
  sg_print_statements(p, block, end);
  p->indent--;
  sg_printer_newline(p);
  sg_printer_puts(p, "}");
}

void sg_print_block(sg_printer *p, const sg_ast *block) {
  if (!may_stay(p, block) ||
      (p->layout == SG_LAYOUT_FREE && sg_printer_try(p, print_inline, block) != SG_TRIAL_FITS))
    print_lines(p, block);
  else if (p->layout != SG_LAYOUT_FREE)
    print_inline(p, block);
}

/* All of an if: its blocks are alike, on a line or broken. */
static void print_branches(sg_printer *p, const sg_ast *ast,
                           void (*print)(sg_printer *p, const sg_ast *block)) {
  for (uint32_t i = 0; i < ast->count && !sg_printer_stopped(p); i += 2) {
    if (i + 1 < ast->count) {
      sg_printer_puts(p, i == 0 ? "if " : " elif ");
      sg_print_expression(p, ast->items[i], SG_LEVEL_NONE);
      sg_printer_puts(p, " ");
      print(p, ast->items[i + 1]);
    } else {
      sg_printer_puts(p, " else ");
      print(p, ast->items[i]);
    }
  }
}

static void print_if_inline(sg_printer *p, const sg_ast *ast) {
  print_branches(p, ast, sg_print_block);
}

static bool may_stay_if(const sg_printer *p, const sg_ast *ast) {
  for (uint32_t i = 1; i < ast->count; i += 2)
    if (!may_stay(p, ast->items[i])) return false;
  return ast->count % 2 == 0 || may_stay(p, ast->items[ast->count - 1]);
}

void sg_print_if(sg_printer *p, const sg_ast *ast) {
  bool stays = may_stay_if(p, ast);
  if (!stays ||
      (p->layout == SG_LAYOUT_FREE && sg_printer_try(p, print_if_inline, ast) != SG_TRIAL_FITS))
    print_branches(p, ast, print_lines);
  else if (p->layout != SG_LAYOUT_FREE)
    print_if_inline(p, ast);
}

static void print_assign(sg_printer *p, const sg_ast *ast) {
  sg_print_bare(p, ast->a);
  sg_printer_puts(p, " ");
  sg_printer_puts(p, sg_operator_spelling(ast->op));
  sg_printer_puts(p, "= ");
  sg_print_bare(p, ast->b);
}

static void print_define(sg_printer *p, const sg_ast *ast) {
  const sg_ast *function = ast->a;
  if (ast->round) sg_printer_puts(p, "def ");
  sg_printer_put(p, function->text.start, function->text.bytes);
  sg_print_parameters(p, function);
  sg_printer_puts(p, ast->round ? " " : " = ");
  if (ast->round)
    sg_print_block(p, function->a);
  else
    sg_print_bare(p, function->a);
}

static void print_loop(sg_printer *p, const sg_ast *ast) {
  if (ast->kind == SG_AST_WHILE) {
    sg_printer_puts(p, "while ");
    sg_print_expression(p, ast->a, SG_LEVEL_NONE);
  } else {
    sg_printer_puts(p, "for ");
    sg_print_bare(p, ast->a);
    sg_printer_puts(p, " in ");
    sg_print_expression(p, ast->b, SG_LEVEL_NONE);
  }
  sg_printer_puts(p, " ");
  sg_print_block(p, ast->kind == SG_AST_WHILE ? ast->b : ast->c);
}

static void print_return(sg_printer *p, const sg_ast *ast) {
  sg_printer_puts(p, "return");
  if (ast->a == NULL) return;
  sg_printer_puts(p, " ");
  sg_print_bare(p, ast->a);
}

static void print_declaration(sg_printer *p, const sg_ast *ast) {
  sg_printer_puts(p, ast->kind == SG_AST_GLOBAL ? "global " : "nonlocal ");
  for (uint32_t i = 0; i < ast->count; i++) {
    if (i > 0) sg_printer_puts(p, ", ");
    sg_printer_put(p, ast->items[i]->text.start, ast->items[i]->text.bytes);
  }
}

static void print_command(sg_printer *p, const sg_ast *ast) {
  sg_printer_puts(p, ":");
  sg_printer_put(p, ast->text.start, ast->text.bytes);
  if (ast->rest.bytes > 0) sg_printer_puts(p, " ");
  sg_printer_put(p, ast->rest.start, ast->rest.bytes);
}

/* An expression as a statement; an `if` of its own would be a statement without parentheses. */
static void print_value(sg_printer *p, const sg_ast *ast) {
  bool round = ast->a->kind == SG_AST_IF || ast->a->kind == SG_AST_NO_GRAD;
  sg_printer_puts(p, round ? "(" : "");
  sg_print_expression(p, ast->a, SG_LEVEL_NONE);
  sg_printer_puts(p, round ? ")" : "");
}

void sg_print_statement(sg_printer *p, const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_EXPRESSION: print_value(p, ast); break;
  case SG_AST_ASSIGN: print_assign(p, ast); break;
  case SG_AST_DEFINE: print_define(p, ast); break;
  case SG_AST_WHILE:
  case SG_AST_FOR: print_loop(p, ast); break;
  case SG_AST_BREAK: sg_printer_puts(p, "break"); break;
  case SG_AST_CONTINUE: sg_printer_puts(p, "continue"); break;
  case SG_AST_RETURN: print_return(p, ast); break;
  case SG_AST_GLOBAL:
  case SG_AST_NONLOCAL: print_declaration(p, ast); break;
  case SG_AST_COMMAND: print_command(p, ast); break;
  case SG_AST_IMPORT: sg_printer_put(p, ast->text.start, ast->text.bytes); break;
  default: sg_print_expression(p, ast, SG_LEVEL_NONE);
  }
  if (ast->quiet) sg_printer_puts(p, ";");
}
