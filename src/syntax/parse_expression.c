/* sgrad: expressions: arrows, and the operators of tokens.def by precedence climbing.
 *
 * Chains to the left are built in a loop; whatever recurs counts a level.
 */
#include "syntax/parser.h"

const sg_token_row sg_token_rows[SG_TOKEN_KINDS] = {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix)                          \
  [SG_TOKEN_##id] = {prefix, infix, SG_LEVEL_##level, AS_##as_prefix, AS_##as_infix},
#define SG_ALIAS(id, spelling)
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix) [SG_TOKEN_##id] = {prefix, NULL, 0, 0, 0},
#define AS_NONE SG_OPERATOR_NONE
#define AS_ADD SG_ADD
#define AS_SUBTRACT SG_SUBTRACT
#define AS_MULTIPLY SG_MULTIPLY
#define AS_DIVIDE SG_DIVIDE
#define AS_FLOOR_DIVIDE SG_FLOOR_DIVIDE
#define AS_MODULO SG_MODULO
#define AS_POWER SG_POWER
#define AS_NEGATE SG_NEGATE
#define AS_POSITIVE SG_POSITIVE
#define AS_NOT SG_NOT
#define AS_EQUAL SG_EQUAL
#define AS_NOT_EQUAL SG_NOT_EQUAL
#define AS_LESS SG_LESS
#define AS_LESS_EQUAL SG_LESS_EQUAL
#define AS_GREATER SG_GREATER
#define AS_GREATER_EQUAL SG_GREATER_EQUAL
#define AS_IN SG_IN
#define AS_NOT_IN SG_NOT_IN
#include "syntax/tokens.def"
};

static const sg_token_row *row_here(const sg_parser *p) { return &sg_token_rows[p->kind]; }

static bool begins_arrow(const sg_parser *p) {
  if (p->kind == SG_TOKEN_NAME) return sg_parser_peek(p, p->next + 1) == SG_TOKEN_ARROW;
  if (p->kind != SG_TOKEN_LEFT_ROUND) return false;
  uint32_t closer = sg_parser_here(p)->partner;
  return closer > 0 && sg_parser_peek(p, closer + 1) == SG_TOKEN_ARROW;
}

sg_ast *sg_rule_expression(sg_parser *p) {
  return begins_arrow(p) ? sg_rule_arrow(p) : sg_rule_operation(p, SG_LEVEL_DISJUNCTION);
}

sg_ast *sg_rule_operation(sg_parser *p, sg_level level) {
  uint32_t start = sg_parser_here(p)->start;
  if (!sg_parser_enter(p)) return NULL;
  if (p->kind == SG_TOKEN_NOT && level > SG_LEVEL_INVERSION)
    return sg_parser_fail(p, (sg_span){start, start + 3}, "write (not x)",
                          "'not' binds looser than the operator before it");
  const sg_token_row *row = row_here(p);
  sg_ast *left = row->prefix != NULL ? row->prefix(p)
                                     : sg_parser_expected(p, SG_SITE_OPERAND, "an expression");
  while (left != NULL && (row = row_here(p))->infix != NULL && row->level >= level)
    left = row->infix(p, left, start);
  sg_parser_leave(p);
  return left;
}

/* An operator with two operands; leaves the parser behind the right one. */
static sg_ast *parse_operands(sg_parser *p, sg_ast_kind kind, sg_ast *left, uint32_t start,
                              sg_level right_level) {
  const sg_token *here = sg_parser_here(p);
  sg_span place = {here->start, here->end};
  sg_operator op = row_here(p)->as_infix;
  sg_parser_advance_joined(p);
  sg_ast *right = sg_rule_operation(p, right_level);
  if (right == NULL) return NULL;
  sg_ast *pair = sg_parser_node(p, kind, start);
  if (pair == NULL) return NULL;
  pair->op = (uint8_t)op;
  pair->place = place;
  pair->a = left;
  pair->b = right;
  return pair;
}

sg_ast *sg_rule_disjunction(sg_parser *p, sg_ast *left, uint32_t start) {
  return parse_operands(p, SG_AST_OR, left, start, SG_LEVEL_CONJUNCTION);
}

sg_ast *sg_rule_conjunction(sg_parser *p, sg_ast *left, uint32_t start) {
  return parse_operands(p, SG_AST_AND, left, start, SG_LEVEL_INVERSION);
}

/* sum, term and power of the grammar: `**` alone goes on to the right. */
sg_ast *sg_rule_binary(sg_parser *p, sg_ast *left, uint32_t start) {
  sg_level level = row_here(p)->level;
  sg_level right = level == SG_LEVEL_POWER ? SG_LEVEL_POWER : (sg_level)(level + 1);
  return parse_operands(p, SG_AST_BINARY, left, start, right);
}

static sg_ast *parse_unary(sg_parser *p, sg_level operand_level) {
  const sg_token *here = sg_parser_here(p);
  sg_span place = {here->start, here->end};
  sg_operator op = row_here(p)->as_prefix;
  sg_parser_advance(p);
  sg_ast *operand = sg_rule_operation(p, operand_level);
  if (operand == NULL) return NULL;
  sg_ast *unary = sg_parser_node(p, SG_AST_UNARY, place.start);
  if (unary == NULL) return NULL;
  unary->op = (uint8_t)op;
  unary->place = place;
  unary->a = operand;
  return unary;
}

sg_ast *sg_rule_inversion(sg_parser *p) { return parse_unary(p, SG_LEVEL_INVERSION); }

sg_ast *sg_rule_factor(sg_parser *p) { return parse_unary(p, SG_LEVEL_POWER); }

static bool push_op(sg_parser *p, sg_operator op) {
  if (p->ops_count == p->ops_capacity &&
      !sg_reserve(p->memory, (void **)&p->ops, &p->ops_capacity, (size_t)p->ops_count + 1, 1)) {
    sg_parser_fail_memory(p);
    return false;
  }
  p->ops[p->ops_count++] = (uint8_t)op;
  return true;
}

static bool parse_link(sg_parser *p) {
  if (!push_op(p, row_here(p)->as_infix)) return false;
  if (p->kind == SG_TOKEN_NOT) {
    sg_parser_advance(p);
    if (p->kind != SG_TOKEN_IN) {
      sg_parser_expected(p, SG_SITE_AFTER, "'in' after 'not'");
      return false;
    }
  }
  sg_parser_advance_joined(p);
  return sg_parser_push(p, sg_rule_operation(p, SG_LEVEL_SUM));
}

sg_ast *sg_rule_comparison(sg_parser *p, sg_ast *left, uint32_t start) {
  const sg_token *here = sg_parser_here(p);
  sg_span place = {here->start, here->end};
  uint32_t base = p->pending_count, ops_base = p->ops_count;
  if (!sg_parser_push(p, left)) return NULL;
  while (row_here(p)->infix == sg_rule_comparison)
    if (!parse_link(p)) return NULL;
  uint32_t count = p->ops_count - ops_base;
  sg_ast *chain = sg_parser_items(p, sg_parser_node(p, SG_AST_COMPARE, start), base);
  uint8_t *ops = chain == NULL ? NULL : sg_arena_get(&p->program->arena, count);
  if (ops == NULL) return sg_parser_fail_memory(p);
  for (uint32_t i = 0; i < count; i++) ops[i] = p->ops[ops_base + i];
  p->ops_count = ops_base;
  chain->ops = ops;
  chain->place = place;
  return chain;
}

/* `name=value` in a call. */
static sg_ast *parse_named(sg_parser *p) {
  const sg_token *name = sg_parser_here(p);
  sg_span place = {name->start, name->end};
  sg_parser_advance(p);
  sg_parser_advance_joined(p);
  sg_ast *value = sg_rule_expression(p);
  if (value == NULL) return NULL;
  sg_ast *named = sg_parser_node(p, SG_AST_NAMED, place.start);
  if (named == NULL) return NULL;
  named->a = value;
  named->place = place;
  const char *text = p->source->text + place.start;
  return sg_parser_text(p, text, place.end - place.start, &named->text) ? named : NULL;
}

static bool parse_argument(sg_parser *p, bool first, bool *named) {
  uint32_t start = sg_parser_here(p)->start;
  if (p->kind == SG_TOKEN_NAME && sg_parser_peek(p, p->next + 1) == SG_TOKEN_ASSIGN) {
    *named = true;
    return sg_parser_push(p, parse_named(p));
  }
  sg_ast *value = sg_rule_expression(p);
  if (value != NULL && first && p->kind == SG_TOKEN_FOR)
    value = sg_rule_comprehension(p, value, start);
  if (value != NULL && *named)
    value = sg_parser_fail(p, value->span, "arguments by position come before those by name",
                           "an argument by position after one by name");
  return sg_parser_push(p, value);
}

/* The arguments from '(' to ')', pushed. */
static bool parse_arguments(sg_parser *p) {
  uint32_t opener = p->next;
  bool newlines = p->context.newlines, named = false;
  p->context.newlines = false;
  sg_parser_advance(p);
  for (bool first = true; p->kind != SG_TOKEN_RIGHT_ROUND; first = false) {
    if (!parse_argument(p, first, &named)) return false;
    if (!sg_parser_take(p, SG_TOKEN_COMMA)) break;
  }
  p->context.newlines = newlines;
  return sg_parser_close(p, SG_TOKEN_RIGHT_ROUND, opener);
}

sg_ast *sg_rule_call(sg_parser *p, sg_ast *left, uint32_t start) {
  uint32_t base = p->pending_count;
  if (!parse_arguments(p)) return NULL;
  sg_ast *call = sg_parser_items(p, sg_parser_node(p, SG_AST_CALL, start), base);
  if (call == NULL) return NULL;
  call->a = left;
  call->place = left->place;
  return call;
}

/* One of the up to three parts of a slice, NULL where it is left out. */
static bool parse_part(sg_parser *p, sg_ast **part) {
  *part = NULL;
  if (p->kind == SG_TOKEN_COLON || p->kind == SG_TOKEN_RIGHT_SQUARE) return true;
  *part = sg_rule_expression(p);
  return *part != NULL;
}

static bool parse_slice(sg_parser *p, sg_ast *parts[3], uint32_t *colons) {
  if (!parse_part(p, &parts[0])) return false;
  for (*colons = 0; *colons < 2 && sg_parser_take(p, SG_TOKEN_COLON);) {
    ++*colons;
    if (!parse_part(p, &parts[*colons])) return false;
  }
  return true;
}

static sg_ast *make_slice(sg_parser *p, uint32_t start, sg_ast *const parts[3]) {
  sg_ast *slice = sg_parser_node(p, SG_AST_SLICE, start);
  if (slice == NULL) return NULL;
  slice->items = sg_arena_get(&p->program->arena, 3 * sizeof(sg_ast *));
  if (slice->items == NULL) return sg_parser_fail_memory(p);
  for (uint32_t i = 0; i < 3; i++) slice->items[i] = parts[i];
  slice->count = 3;
  return slice;
}

sg_ast *sg_rule_index(sg_parser *p, sg_ast *left, uint32_t start) {
  uint32_t opener = p->next, colons = 0;
  sg_ast *parts[3] = {NULL, NULL, NULL};
  bool newlines = p->context.newlines;
  p->context.newlines = false;
  sg_parser_advance(p);
  if (p->kind == SG_TOKEN_RIGHT_SQUARE) return sg_parser_expected(p, SG_SITE_OPERAND, "an index");
  if (!parse_slice(p, parts, &colons)) return NULL;
  p->context.newlines = newlines;
  if (!sg_parser_close(p, SG_TOKEN_RIGHT_SQUARE, opener)) return NULL;
  sg_ast *index = colons > 0 ? make_slice(p, start, parts) : sg_parser_node(p, SG_AST_INDEX, start);
  if (index == NULL) return NULL;
  index->a = left;
  if (colons == 0) index->b = parts[0];
  return index;
}

sg_ast *sg_rule_member(sg_parser *p, sg_ast *left, uint32_t start) {
  uint32_t base = p->pending_count;
  sg_parser_advance(p);
  const sg_token *name = sg_parser_here(p);
  sg_span place = {name->start, name->end};
  if (p->kind != SG_TOKEN_NAME) return sg_parser_expected(p, SG_SITE_OTHER, "a name after '.'");
  sg_parser_advance(p);
  bool method = p->kind == SG_TOKEN_LEFT_ROUND;
  if (method && !parse_arguments(p)) return NULL;
  sg_ast *member = sg_parser_node(p, method ? SG_AST_METHOD : SG_AST_FIELD, start);
  if (method) member = sg_parser_items(p, member, base);
  if (member == NULL) return NULL;
  member->a = left;
  member->place = place;
  const char *text = p->source->text + place.start;
  return sg_parser_text(p, text, place.end - place.start, &member->text) ? member : NULL;
}
