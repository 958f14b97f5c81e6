/* sgrad: statements, blocks and programs. */
#include "syntax/parser.h"

/* Reports a statement that stands where it may not. Behind a broken head that is no news. */
static void *fail_misplaced(sg_parser *p, const char *message, const char *note) {
  const sg_token *here = sg_parser_here(p);
  if (p->headless && p->errors->count > 0) return NULL;
  return sg_parser_fail(p, (sg_span){here->start, here->end}, note, "%s", message);
}

/* `;` and newlines; returns false at the end of the block or text. */
static bool skip_separators(sg_parser *p) {
  for (;;) {
    p->joined = p->next;
    sg_parser_refresh(p);
    if (p->kind != SG_TOKEN_SEMICOLON) break;
    sg_parser_advance(p);
  }
  return p->kind != SG_TOKEN_END;
}

static bool ends_with_block(const sg_ast *statement) {
  static const bool kinds[] = {[SG_AST_IF] = true,
                               [SG_AST_NO_GRAD] = true,
                               [SG_AST_WHILE] = true,
                               [SG_AST_FOR] = true,
                               [SG_AST_IMPORT] = false};
  return kinds[statement->kind] || (statement->kind == SG_AST_DEFINE && statement->round);
}

/* What follows a statement: the end of its line, `;` or '}'; or, behind a block's '}', anything
 * that cannot be taken for its continuation. */
static bool end_statement(sg_parser *p, sg_ast *statement) {
  switch (p->kind) {
  case SG_TOKEN_SEMICOLON: statement->quiet = true; return true;
  case SG_TOKEN_NEWLINE:
  case SG_TOKEN_RIGHT_BRACE:
  case SG_TOKEN_END: return true;
  default: break;
  }
  if (!ends_with_block(statement)) {
    sg_parser_expected(p, SG_SITE_AFTER, "the end of the statement");
    return false;
  }
  if (sg_token_rows[p->kind].infix == NULL) return true;
  const sg_token *here = sg_parser_here(p);
  sg_parser_fail(p, (sg_span){here->start, here->end},
                 "put it in parentheses to go on with its value: (if c { a } else { b }) + 1",
                 "the statement ended at its '}'");
  return false;
}

/* One statement, pushed; an error in it is reported and stepped over. */
static void parse_one(sg_parser *p) {
  sg_context saved = p->context;
  uint32_t first = p->next, outer = p->statement, pending = p->pending_count, ops = p->ops_count;
  p->statement = first;
  bool declares = p->kind == SG_TOKEN_GLOBAL || p->kind == SG_TOKEN_NONLOCAL;
  saved.declarations = saved.declarations && declares;
  sg_ast *statement = sg_rule_statement(p);
  bool read = statement != NULL && end_statement(p, statement);
  p->context = saved;
  p->statement = outer;
  p->pending_count = pending;
  p->ops_count = ops;
  if (read)
    sg_parser_push(p, statement);
  else
    sg_parser_recover(p, first);
}

/* A '}' that closes nothing; several in a row are one error. */
static void skip_stray_brace(sg_parser *p) {
  bool again = p->next > 0 && p->reported == p->next;
  if (again)
    p->reported = p->next + 1;
  else
    sg_parser_expected(p, SG_SITE_STATEMENT, "a statement");
  sg_parser_advance(p);
}

/* Statements up to the '}' of the block, or the end of the text when `blocks` is 0. */
static void parse_statements(sg_parser *p) {
  while (!p->stopped && skip_separators(p)) {
    if (p->kind != SG_TOKEN_RIGHT_BRACE) {
      parse_one(p);
    } else if (p->context.blocks > 0) {
      return;
    } else {
      skip_stray_brace(p);
    }
  }
}

sg_ast *sg_rule_program(sg_parser *p) {
  uint32_t base = p->pending_count;
  parse_statements(p);
  if (p->stopped) return NULL;
  return sg_parser_items(p, sg_parser_node(p, SG_AST_BLOCK, 0), base);
}

sg_ast *sg_rule_block(sg_parser *p, bool function, bool loop) {
  uint32_t opener = p->next, start = sg_parser_here(p)->start, base = p->pending_count;
  sg_context saved = p->context;
  if (p->kind != SG_TOKEN_LEFT_BRACE)
    return sg_parser_expected(p, SG_SITE_BLOCK, "the '{' of a block");
  if (!sg_parser_enter(p)) return NULL;
  p->context.newlines = true;
  p->context.blocks++;
  p->context.declarations = function;
  if (function) p->context.in_function = true;
  if (function || loop) p->context.in_loop = loop;
  sg_parser_advance(p);
  parse_statements(p);
  if (p->stopped) return NULL;
  p->context = saved;
  if (!sg_parser_close(p, SG_TOKEN_RIGHT_BRACE, opener)) return NULL;
  return sg_parser_items(p, sg_parser_node(p, SG_AST_BLOCK, start), base);
}

static bool may_end_values(const sg_parser *p) {
  if (p->kind == SG_TOKEN_END) return p->whole;
  return p->kind == SG_TOKEN_SEMICOLON || p->kind == SG_TOKEN_RIGHT_BRACE ||
         p->kind == SG_TOKEN_ASSIGN;
}

sg_ast *sg_rule_values(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  sg_ast *first = sg_rule_expression(p);
  if (first == NULL || p->kind != SG_TOKEN_COMMA) return first;
  if (!sg_parser_push(p, first)) return NULL;
  while (p->kind == SG_TOKEN_COMMA) {
    sg_parser_advance_joined(p);
    if (may_end_values(p)) break;
    if (!sg_parser_push(p, sg_rule_expression(p))) return NULL;
  }
  sg_ast *list = sg_parser_items(p, sg_parser_node(p, SG_AST_LIST, start), base);
  if (list != NULL) list->round = list->bare = true;
  return list;
}

/* What cannot be assigned to, in words. */
static const char *const unassignable[SG_AST_IMPORT + 1] = {
    [SG_AST_NUMBER] = "a number",
    [SG_AST_STRING] = "a string",
    [SG_AST_FSTRING] = "a string",
    [SG_AST_TRUE] = "true",
    [SG_AST_FALSE] = "false",
    [SG_AST_NONE] = "none",
    [SG_AST_RECORD] = "a record",
    [SG_AST_COMPREHENSION] = "a comprehension",
    [SG_AST_CALL] = "a call",
    [SG_AST_METHOD] = "a call",
    [SG_AST_SLICE] = "a slice",
    [SG_AST_FUNCTION] = "a function",
    [SG_AST_COMPARE] = "a comparison",
    [SG_AST_LIST] = "an empty list",
    [SG_AST_IF] = "an if",
    [SG_AST_NO_GRAD] = "a no_grad",
};

static bool check_target(sg_parser *p, const sg_ast *target, bool names_only) {
  bool list = target->kind == SG_AST_LIST && target->count > 0;
  bool place = target->kind == SG_AST_FIELD || target->kind == SG_AST_INDEX;
  for (uint32_t i = 0; list && i < target->count; i++)
    if (!check_target(p, target->items[i], names_only)) return false;
  if (list || target->kind == SG_AST_NAME || (place && !names_only)) return true;
  const char *what = unassignable[target->kind];
  if (place)
    sg_parser_fail(p, target->span, NULL, "a comprehension's variable must be a name");
  else
    sg_parser_fail(p, target->span, NULL, "cannot assign to %s",
                   what != NULL ? what : "an operation");
  return false;
}

sg_ast *sg_rule_targets(sg_parser *p, bool names_only) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  sg_ast *target = sg_rule_operation(p, SG_LEVEL_POSTFIX);
  if (target == NULL) return NULL;
  if (p->kind == SG_TOKEN_COMMA) {
    if (!sg_parser_push(p, target)) return NULL;
    while (p->kind == SG_TOKEN_COMMA) {
      sg_parser_advance_joined(p);
      if (p->kind == SG_TOKEN_IN) break;
      if (!sg_parser_push(p, sg_rule_operation(p, SG_LEVEL_POSTFIX))) return NULL;
    }
    target = sg_parser_items(p, sg_parser_node(p, SG_AST_LIST, start), base);
    if (target == NULL) return NULL;
    target->round = target->bare = true;
  }
  return check_target(p, target, names_only) ? target : NULL;
}

static bool is_augmented(uint8_t kind) {
  return sg_token_rows[kind].infix == NULL && sg_token_rows[kind].as_infix != SG_OPERATOR_NONE;
}

/* What stands on the right: a bare list of one would not survive a newline behind its comma. */
sg_ast *sg_rule_right(sg_parser *p) {
  sg_ast *value = sg_rule_values(p);
  if (value != NULL && value->bare) value->bare = value->count > 1;
  return value;
}

static sg_ast *parse_assignment(sg_parser *p, sg_ast *target, uint32_t start) {
  const sg_token *here = sg_parser_here(p);
  sg_operator op = (sg_operator)sg_token_rows[p->kind].as_infix;
  if (!check_target(p, target, false)) return NULL;
  if (op != SG_OPERATOR_NONE && target->kind == SG_AST_LIST)
    return sg_parser_fail(p, target->span, NULL, "%s takes one target, not a list",
                          sg_token_description(p->kind));
  sg_parser_advance_joined(p);
  sg_ast *value = sg_rule_right(p);
  sg_ast *assign = value == NULL ? NULL : sg_parser_node(p, SG_AST_ASSIGN, start);
  if (assign == NULL) return NULL;
  assign->op = (uint8_t)op;
  assign->place = (sg_span){here->start, here->end};
  assign->a = target;
  assign->b = value;
  return assign;
}

/* An assignment or an expression. */
sg_ast *sg_rule_simple(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_ast *value = sg_rule_values(p);
  if (value == NULL) return NULL;
  if (p->kind == SG_TOKEN_ASSIGN || is_augmented(p->kind)) return parse_assignment(p, value, start);
  if (value->kind == SG_AST_LIST && value->bare) {
    sg_habit habit = sg_habit_find(p, SG_SITE_STATEMENT);
    const char *note = habit.note != NULL ? habit.note : "a list is written [a, b]";
    return sg_parser_fail(p, value->span, note, "a list without brackets");
  }
  sg_ast *statement = sg_parser_node(p, SG_AST_EXPRESSION, start);
  if (statement != NULL) statement->a = value;
  return statement;
}

static sg_ast *parse_while(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_parser_advance(p);
  sg_ast *condition = sg_rule_expression(p);
  sg_ast *block = condition == NULL ? NULL : sg_rule_block(p, false, true);
  sg_ast *loop = block == NULL ? NULL : sg_parser_node(p, SG_AST_WHILE, start);
  if (loop == NULL) return NULL;
  loop->a = condition;
  loop->b = block;
  return loop;
}

static sg_ast *parse_for(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_parser_advance(p);
  sg_ast *target = sg_rule_targets(p, false);
  if (target == NULL) return NULL;
  if (p->kind != SG_TOKEN_IN) return sg_parser_expected(p, SG_SITE_OTHER, "'in'");
  sg_parser_advance_joined(p);
  sg_ast *list = sg_rule_expression(p);
  sg_ast *block = list == NULL ? NULL : sg_rule_block(p, false, true);
  sg_ast *loop = block == NULL ? NULL : sg_parser_node(p, SG_AST_FOR, start);
  if (loop == NULL) return NULL;
  loop->a = target;
  loop->b = list;
  loop->c = block;
  return loop;
}

static sg_ast *parse_jump(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_ast_kind kind = p->kind == SG_TOKEN_BREAK ? SG_AST_BREAK : SG_AST_CONTINUE;
  if (!p->context.in_loop)
    return fail_misplaced(
        p, kind == SG_AST_BREAK ? "'break' outside a loop" : "'continue' outside a loop", NULL);
  sg_parser_advance(p);
  return sg_parser_node(p, kind, start);
}

static sg_ast *parse_return(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_ast *value = NULL;
  if (!p->context.in_function) return fail_misplaced(p, "'return' outside a function", NULL);
  sg_parser_advance(p);
  if (p->kind != SG_TOKEN_NEWLINE && !may_end_values(p)) {
    value = sg_rule_right(p);
    if (value == NULL) return NULL;
  }
  sg_ast *jump = sg_parser_node(p, SG_AST_RETURN, start);
  if (jump != NULL) jump->a = value;
  return jump;
}

/* `global x, y` and `nonlocal x` */
static sg_ast *parse_declaration(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  sg_ast_kind kind = p->kind == SG_TOKEN_GLOBAL ? SG_AST_GLOBAL : SG_AST_NONLOCAL;
  if (!p->context.declarations)
    return fail_misplaced(p,
                          kind == SG_AST_GLOBAL ? "'global' stands first in a function"
                                                : "'nonlocal' stands first in a function",
                          p->context.in_function ? NULL : "outside functions every name is global");
  sg_parser_advance(p);
  do {
    if (p->kind != SG_TOKEN_NAME) return sg_parser_expected(p, SG_SITE_OTHER, "a name");
    if (!sg_parser_push(p, sg_rule_name(p))) return NULL;
    if (p->kind != SG_TOKEN_COMMA) break;
    sg_parser_advance_joined(p);
  } while (!may_end_values(p));
  return sg_parser_items(p, sg_parser_node(p, kind, start), base);
}

static sg_ast *parse_colon(sg_parser *p) {
  return fail_misplaced(p, "a command stands at the start of a line, outside blocks", NULL);
}

typedef struct statement_row {
  uint8_t kind;
  sg_ast *(*parse)(sg_parser *p);
} statement_row;

static const statement_row statement_rows[] = {
    {SG_TOKEN_IF, sg_rule_if},
    {SG_TOKEN_NO_GRAD, sg_rule_no_grad},
    {SG_TOKEN_WHILE, parse_while},
    {SG_TOKEN_FOR, parse_for},
    {SG_TOKEN_DEF, sg_rule_def},
    {SG_TOKEN_BREAK, parse_jump},
    {SG_TOKEN_CONTINUE, parse_jump},
    {SG_TOKEN_RETURN, parse_return},
    {SG_TOKEN_GLOBAL, parse_declaration},
    {SG_TOKEN_NONLOCAL, parse_declaration},
    {SG_TOKEN_COMMAND, sg_rule_command},
    {SG_TOKEN_COLON, parse_colon},
};

sg_ast *sg_rule_statement(sg_parser *p) {
  for (size_t i = 0; i < sizeof statement_rows / sizeof *statement_rows; i++)
    if (statement_rows[i].kind == p->kind) return statement_rows[i].parse(p);
  if (sg_parser_begins_import(p)) return sg_rule_import(p);
  if (sg_parser_begins_define(p)) return sg_rule_define(p);
  return sg_rule_simple(p);
}
