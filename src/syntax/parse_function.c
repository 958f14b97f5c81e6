/* sgrad: functions: arrows, one-line definitions, `def`, and their parameters. */
#include "syntax/parser.h"

#include <string.h>

/* The name here as a text, stepping over it. */
static bool parse_name(sg_parser *p, sg_text *text, sg_span *place) {
  const sg_token *here = sg_parser_here(p);
  *place = (sg_span){here->start, here->end};
  sg_parser_advance(p);
  return sg_parser_text(p, p->source->text + here->start, here->end - here->start, text);
}

static bool is_same_name(const sg_ast *x, const sg_ast *y) {
  return x->text.bytes == y->text.bytes && memcmp(x->text.start, y->text.start, x->text.bytes) == 0;
}

/* Against the parameters before it, those since `base`. */
static bool check_parameter(sg_parser *p, const sg_ast *parameter, uint32_t base) {
  bool discards = parameter->text.bytes == 1 && *parameter->text.start == '_';
  uint32_t count = p->pending_count - base;
  if (count == SG_PARAMETER_LIMIT)
    return sg_parser_fail(p, parameter->span, NULL, "more than %d parameters",
                          SG_PARAMETER_LIMIT) != NULL;
  for (uint32_t i = base; !discards && i < p->pending_count; i++)
    if (is_same_name(p->pending[i], parameter))
      return sg_parser_fail(p, parameter->span, NULL, "a second parameter '%.*s'",
                            (int)parameter->text.bytes, parameter->text.start) != NULL;
  if (count > 0 && parameter->a == NULL && p->pending[p->pending_count - 1]->a != NULL)
    return sg_parser_fail(p, parameter->span, "parameters with a default come last",
                          "a parameter without a default after one with") != NULL;
  return true;
}

/* One parameter, pushed. */
static bool parse_parameter(sg_parser *p, uint32_t base) {
  uint32_t start = sg_parser_here(p)->start;
  sg_text text;
  sg_span place;
  if (p->kind != SG_TOKEN_NAME)
    return sg_parser_expected(p, SG_SITE_PARAMETER, "a parameter's name") != NULL;
  if (!parse_name(p, &text, &place)) return false;
  sg_ast *value = NULL;
  if (p->kind == SG_TOKEN_ASSIGN) {
    sg_parser_advance_joined(p);
    value = sg_rule_expression(p);
    if (value == NULL) return false;
  }
  sg_ast *parameter = sg_parser_node(p, SG_AST_PARAMETER, start);
  if (parameter == NULL) return false;
  parameter->text = text;
  parameter->place = place;
  parameter->a = value;
  return check_parameter(p, parameter, base) && sg_parser_push(p, parameter);
}

/* `(x, y=2)`, pushed. */
static bool parse_parameters(sg_parser *p) {
  uint32_t opener = p->next, base = p->pending_count;
  bool newlines = p->context.newlines;
  p->context.newlines = false;
  sg_parser_advance(p);
  while (p->kind != SG_TOKEN_RIGHT_ROUND) {
    if (!parse_parameter(p, base)) return false;
    if (!sg_parser_take(p, SG_TOKEN_COMMA)) break;
  }
  p->context.newlines = newlines;
  return sg_parser_close(p, SG_TOKEN_RIGHT_ROUND, opener);
}

/* The body behind `=` or `=>`, in the context of a function of its own. */
static sg_ast *parse_body(sg_parser *p, bool block) {
  sg_context saved = p->context;
  if (block && p->kind == SG_TOKEN_LEFT_BRACE) return sg_rule_block(p, true, false);
  p->context.in_function = true;
  p->context.in_loop = p->context.declarations = false;
  sg_ast *body = block ? sg_rule_expression(p) : sg_rule_right(p);
  p->context.in_function = saved.in_function;
  p->context.in_loop = saved.in_loop;
  p->context.declarations = saved.declarations;
  return body;
}

static sg_ast *make_function(sg_parser *p, uint32_t start, uint32_t base, sg_ast *body) {
  if (body == NULL) return NULL;
  sg_ast *function = sg_parser_items(p, sg_parser_node(p, SG_AST_FUNCTION, start), base);
  if (function == NULL) return NULL;
  function->a = body;
  function->text.start = "";
  return function;
}

sg_ast *sg_rule_arrow(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  if (!sg_parser_enter(p)) return NULL;
  bool read = p->kind == SG_TOKEN_NAME ? parse_parameter(p, base) : parse_parameters(p);
  if (!read) return NULL;
  sg_parser_advance_joined(p);
  sg_ast *arrow = make_function(p, start, base, parse_body(p, true));
  sg_parser_leave(p);
  return arrow;
}

bool sg_parser_begins_define(const sg_parser *p) {
  if (p->kind != SG_TOKEN_NAME || sg_parser_peek(p, p->next + 1) != SG_TOKEN_LEFT_ROUND)
    return false;
  uint32_t closer = p->tokens.items[p->next + 1].partner;
  return closer > 0 && sg_parser_peek(p, closer + 1) == SG_TOKEN_ASSIGN;
}

static sg_ast *make_define(sg_parser *p, uint32_t start, sg_ast *function, const sg_text *name,
                           sg_span place) {
  sg_ast *define = function == NULL ? NULL : sg_parser_node(p, SG_AST_DEFINE, start);
  if (define == NULL) return NULL;
  function->text = *name;
  function->place = define->place = place;
  define->a = function;
  return define;
}

/* f(x, y=2) = e */
sg_ast *sg_rule_define(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  sg_text name;
  sg_span place;
  if (!parse_name(p, &name, &place) || !parse_parameters(p)) return NULL;
  sg_parser_advance_joined(p);
  sg_ast *function = make_function(p, start, base, parse_body(p, false));
  return make_define(p, start, function, &name, place);
}

/* def f(x, y=2) { ... } */
sg_ast *sg_rule_def(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  sg_text name;
  sg_span place;
  sg_parser_advance(p);
  if (p->kind != SG_TOKEN_NAME) return sg_parser_expected(p, SG_SITE_OTHER, "a function's name");
  if (!parse_name(p, &name, &place)) return NULL;
  if (p->kind != SG_TOKEN_LEFT_ROUND)
    return sg_parser_expected(p, SG_SITE_OTHER, "the '(' of the parameters");
  if (!parse_parameters(p)) return NULL;
  sg_ast *function = make_function(p, start, base, sg_rule_block(p, true, false));
  sg_ast *define = make_define(p, start, function, &name, place);
  if (define != NULL) define->round = true;
  return define;
}
