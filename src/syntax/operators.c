/* sgrad: how operators are written and how tightly they bind, for those who write programs. */
#include "syntax/operators.h"

typedef struct operator_row {
  const char *spelling;
  sg_level level;
} operator_row;

static const operator_row operators[] = {
    [SG_OPERATOR_NONE] = {"", SG_LEVEL_NONE},      [SG_NEGATE] = {"-", SG_LEVEL_FACTOR},
    [SG_POSITIVE] = {"+", SG_LEVEL_FACTOR},        [SG_NOT] = {"not", SG_LEVEL_INVERSION},
    [SG_NOT_IN] = {"not in", SG_LEVEL_COMPARISON},
#define SG_BINARY(id, spelling, prefix, infix, level, as_prefix, as_infix)                         \
  [SG_##as_infix] = {spelling, SG_LEVEL_##level},
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix)
#define SG_ALIAS(id, spelling)
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix)
#include "syntax/tokens.def"
};
_Static_assert(sizeof operators / sizeof *operators == SG_NOT_IN + 1, "a row for each operator");

const char *sg_operator_spelling(uint8_t op) { return operators[op].spelling; }
sg_level sg_operator_level(uint8_t op) { return operators[op].level; }

sg_level sg_ast_level(const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_FUNCTION: return SG_LEVEL_NONE;
  case SG_AST_OR: return SG_LEVEL_DISJUNCTION;
  case SG_AST_AND: return SG_LEVEL_CONJUNCTION;
  case SG_AST_COMPARE: return SG_LEVEL_COMPARISON;
  case SG_AST_UNARY:
  case SG_AST_BINARY: return sg_operator_level(ast->op);
  case SG_AST_CALL:
  case SG_AST_METHOD:
  case SG_AST_FIELD:
  case SG_AST_INDEX:
  case SG_AST_SLICE: return SG_LEVEL_POSTFIX;
  default: return SG_LEVEL_PRIMARY;
  }
}
