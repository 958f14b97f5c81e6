/* sgrad: compiling expressions. Each goes to a given register, which is written last: a variable
 * keeps its old value when evaluation fails. */
#include "runtime/emit.h"

static bool compile_name(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  sg_place place;
  uint32_t index;
  sg_string *name = sg_unit_intern(unit, ast->text);
  if (!name || !sg_scope_lookup(unit, name, 0, &place)) return false;
  if (place.kind == SG_IN_GLOBAL)
    return sg_emit_wide(unit, ast->span, SG_DO_GET_GLOBAL, target, place.index);
  if (!sg_emit_name(unit, ast->span, name, &index)) return false;
  if (place.kind == SG_IN_CELL)
    return sg_emit(unit, ast->span, SG_DO_GET_CELL, target, place.index, index);
  if (place.kind == SG_IN_CAPTURE)
    return sg_emit(unit, ast->span, SG_DO_GET_CAPTURE, target, place.index, index);
  if (!place.variable->assigned && !sg_emit(unit, ast->span, SG_DO_CHECK, place.index, index, 0))
    return false;
  return sg_emit_move(unit, ast->span, target, place.index);
}

bool sg_compile_operand(sg_unit *unit, const sg_ast *ast, uint32_t *reg) {
  if (ast->kind == SG_AST_NAME) {
    sg_place place;
    sg_string *name = sg_unit_intern(unit, ast->text);
    if (!name || !sg_scope_lookup(unit, name, 0, &place)) return false;
    if (place.kind == SG_IN_REGISTER) {
      *reg = place.index;
      return compile_name(unit, ast, place.index);
    }
  }
  return sg_unit_take(unit, ast->span, 1, reg) && sg_compile_expression(unit, ast, *reg);
}

bool sg_compile_before(sg_unit *unit, const sg_ast *first, const sg_ast *second, uint32_t *reg) {
  if (first->kind == SG_AST_NAME && second && sg_scope_has_block(second))
    return sg_unit_take(unit, first->span, 1, reg) && sg_compile_expression(unit, first, *reg);
  return sg_compile_operand(unit, first, reg);
}

static bool compile_string(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  sg_string *string = sg_unit_intern(unit, ast->text);
  return string && sg_emit_load(unit, ast->span, target, sg_object_value(string));
}

static bool add_format(sg_unit *unit, const sg_format *format, uint32_t *number) {
  sg_code *code = unit->code;
  *number = 0;
  if (!format) return true;
  if (code->format_count >= UINT16_MAX)
    return sg_unit_fail(unit, code->span, "more than 65,535 formats in one function");
  if (!sg_reserve(unit->vm->memory, (void **)&code->formats, &code->format_capacity,
                  (size_t)code->format_count + 1, sizeof *format))
    return sg_fail_memory(&unit->vm->error);
  code->formats[code->format_count++] = *format;
  *number = code->format_count;
  return true;
}

/* {x}, {x:format}, {x=}: the text "x=" of the last form is a part of its own before it. */
static bool compile_replacement(sg_unit *unit, const sg_ast *part, uint32_t target) {
  uint32_t format;
  bool quoted = part->text.start && !part->format;
  return sg_compile_expression(unit, part->a, target) && add_format(unit, part->format, &format) &&
         sg_emit(unit, part->a->span, SG_DO_FORMAT, target, format, quoted);
}

static bool compile_fstring(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  uint32_t first = unit->top;
  uint32_t reg;
  for (uint32_t i = 0; i < ast->count; i++) {
    const sg_ast *part = ast->items[i];
    bool labelled = part->kind == SG_AST_REPLACEMENT && part->text.start;
    if ((part->kind == SG_AST_STRING || labelled) &&
        (!sg_unit_take(unit, part->span, 1, &reg) || !compile_string(unit, part, reg)))
      return false;
    if (part->kind == SG_AST_REPLACEMENT &&
        (!sg_unit_take(unit, part->span, 1, &reg) || !compile_replacement(unit, part, reg)))
      return false;
  }
  return sg_emit(unit, ast->span, SG_DO_TEXT, target, first, unit->top - first);
}

bool sg_compile_list(sg_unit *unit, const sg_ast *ast, uint32_t target, bool raw) {
  uint32_t list = target;
  uint32_t item;
  if (target < unit->locals && !sg_unit_take(unit, ast->span, 1, &list)) return false;
  if (!sg_unit_take(unit, ast->span, 1, &item) ||
      !sg_emit_wide(unit, ast->span, SG_DO_NEW_LIST, list, ast->count))
    return false;
  for (uint32_t i = 0; i < ast->count; i++)
    if (!sg_compile_expression(unit, ast->items[i], item) ||
        !sg_emit(unit, ast->items[i]->span, SG_DO_APPEND, list, item, raw))
      return false;
  return sg_emit_move(unit, ast->span, target, list);
}

static bool compile_record(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  uint32_t record = target;
  uint32_t item;
  if (target < unit->locals && !sg_unit_take(unit, ast->span, 1, &record)) return false;
  if (!sg_unit_take(unit, ast->span, 1, &item) ||
      !sg_emit(unit, ast->span, SG_DO_NEW_RECORD, record, 0, 0))
    return false;
  for (uint32_t i = 0; i < ast->count; i++) {
    const sg_ast *pair = ast->items[i];
    uint32_t index;
    sg_string *key = sg_unit_intern(unit, pair->text);
    if (!key || !sg_emit_name(unit, pair->span, key, &index) ||
        !sg_compile_expression(unit, pair->a, item) ||
        !sg_emit(unit, pair->span, SG_DO_SET_KEY, record, item, index))
      return false;
  }
  return sg_emit_move(unit, ast->span, target, record);
}

static bool compile_clauses(sg_unit *unit, const sg_ast *ast, uint32_t k, uint32_t list);

/* Gives the targets of a clause registers of their own; cells for those that a function captures.
 */
static bool open_variables(sg_unit *unit, const sg_ast *target, const sg_ast *within) {
  if (target->kind == SG_AST_LIST) {
    for (uint32_t i = 0; i < target->count; i++)
      if (!open_variables(unit, target->items[i], within)) return false;
    return true;
  }
  if (target->kind != SG_AST_NAME)
    return sg_unit_fail(unit, target->span, "a comprehension's variable must be a name");
  if (sg_scope_is_discard(target->text)) return true;
  uint32_t reg;
  sg_string *name = sg_unit_intern(unit, target->text);
  if (!name || !sg_unit_take(unit, target->span, 1, &reg) || !sg_scope_add(unit, name, reg, true))
    return false;
  sg_scope_mark_cells(unit, unit->variables.count - 1, within);
  return true;
}

/* Fresh cells for the variables from `first` on: one for each element. */
static bool renew_cells(sg_unit *unit, sg_span span, uint32_t first) {
  for (uint32_t i = first; i < unit->variables.count; i++) {
    const sg_variable *variable = &unit->variables.items[i];
    if (!variable->cell) continue;
    if (!sg_emit_load(unit, span, variable->reg, SG_UNDEFINED) ||
        !sg_emit(unit, span, SG_DO_NEW_CELL, variable->reg, variable->reg, 0))
      return false;
  }
  return true;
}

static bool compile_for_clause(sg_unit *unit, const sg_ast *ast, uint32_t k, uint32_t list) {
  const sg_ast *clause = ast->items[k];
  uint32_t state;
  uint32_t body;
  uint32_t item;
  uint32_t known = unit->variables.count;
  if (!sg_compile_for_open(unit, clause->b, &state, &body)) return false;
  if (!open_variables(unit, clause->a, ast) || !renew_cells(unit, clause->span, known) ||
      !sg_scope_find_register(unit, clause->a, &item))
    return false;
  if (item == UINT32_MAX && (!sg_unit_take(unit, clause->span, 1, &item) ||
                             !sg_compile_assign(unit, clause->a, item, false)))
    return false;
  if (!compile_clauses(unit, ast, k + 1, list)) return false;
  unit->variables.count = known;
  return sg_compile_for_close(unit, clause->span, state, body, item, false);
}

static bool compile_clauses(sg_unit *unit, const sg_ast *ast, uint32_t k, uint32_t list) {
  uint32_t top = unit->top;
  if (k == ast->count) {
    uint32_t item;
    bool ok = sg_compile_operand(unit, ast->a, &item) &&
              sg_emit(unit, ast->a->span, SG_DO_APPEND, list, item, 0);
    unit->top = top;
    return ok;
  }
  uint32_t jump;
  bool ok = ast->items[k]->kind == SG_AST_CLAUSE_FOR
                ? compile_for_clause(unit, ast, k, list)
                : sg_compile_condition(unit, ast->items[k]->a, &jump) &&
                      compile_clauses(unit, ast, k + 1, list);
  if (ok && ast->items[k]->kind == SG_AST_CLAUSE_IF) sg_emit_patch(unit, jump, sg_emit_here(unit));
  unit->top = top;
  return ok;
}

bool sg_compile_comprehension(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  uint32_t list;
  if (ast->count > SG_MAX_CLAUSES)
    return sg_unit_fail(unit, ast->span, "more than 100 clauses in one comprehension");
  uint32_t branch = sg_scope_branch(unit);
  if (!sg_unit_take(unit, ast->span, 1, &list) ||
      !sg_emit_wide(unit, ast->span, SG_DO_NEW_LIST, list, 0) ||
      !compile_clauses(unit, ast, 0, list))
    return false;
  sg_scope_join(unit, branch);
  return sg_emit_move(unit, ast->span, target, list);
}

static sg_opcode compare_opcode(uint8_t op) { return (sg_opcode)(op - SG_EQUAL + SG_DO_EQUAL); }

static bool compile_compare(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  uint32_t left;
  uint32_t right;
  uint32_t result;
  uint32_t jumps = UINT32_MAX; /* a chain of jumps to the end, threaded through their distances */
  if (ast->count == 2)
    return sg_compile_before(unit, ast->items[0], ast->items[1], &left) &&
           sg_compile_operand(unit, ast->items[1], &right) &&
           sg_emit(unit, ast->place, compare_opcode(ast->ops[0]), target, left, right);
  uint32_t pair;
  if (!sg_unit_take(unit, ast->span, 3, &pair)) return false;
  result = pair + 2;
  if (!sg_compile_expression(unit, ast->items[0], pair)) return false;
  uint32_t branch = sg_scope_branch(unit);
  for (uint32_t i = 1; i < ast->count; i++) {
    left = pair + ((i - 1) & 1);
    right = pair + (i & 1);
    if (!sg_compile_expression(unit, ast->items[i], right) ||
        !sg_emit(unit, ast->items[i]->span, compare_opcode(ast->ops[i - 1]), result, left, right))
      return false;
    if (i + 1 == ast->count) break;
    if (!sg_emit_wide(unit, ast->span, SG_DO_JUMP_FALSE, result, jumps)) return false;
    jumps = sg_emit_here(unit) - 1;
  }
  sg_scope_join(unit, branch);
  while (jumps != UINT32_MAX) {
    uint32_t next = sg_instruction_wide(unit->code->items[jumps]);
    sg_emit_patch(unit, jumps, sg_emit_here(unit));
    jumps = next;
  }
  return sg_emit_move(unit, ast->span, target, result);
}

static bool compile_unary(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  uint32_t reg;
  sg_opcode op = ast->op == SG_NOT      ? SG_DO_NOT
                 : ast->op == SG_NEGATE ? SG_DO_NEGATE
                                        : SG_DO_POSITIVE;
  if (ast->op == SG_NEGATE && ast->a->kind == SG_AST_NUMBER)
    return sg_emit_load(unit, ast->span, target, sg_number(-ast->a->number));
  sg_span span =
      ast->op == SG_NOT ? ast->a->span : ast->span; /* where a condition must be a bool */
  return sg_compile_operand(unit, ast->a, &reg) && sg_emit(unit, span, op, target, reg, 0);
}

static bool compile_kind(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  switch (ast->kind) {
  case SG_AST_NUMBER: return sg_emit_load(unit, ast->span, target, sg_number(ast->number));
  case SG_AST_STRING: return compile_string(unit, ast, target);
  case SG_AST_FSTRING: return compile_fstring(unit, ast, target);
  case SG_AST_TRUE: return sg_emit_load(unit, ast->span, target, SG_TRUE);
  case SG_AST_FALSE: return sg_emit_load(unit, ast->span, target, SG_FALSE);
  case SG_AST_NONE: return sg_emit_load(unit, ast->span, target, SG_NONE);
  case SG_AST_NAME: return compile_name(unit, ast, target);
  case SG_AST_LIST: return sg_compile_list(unit, ast, target, false);
  case SG_AST_RECORD: return compile_record(unit, ast, target);
  case SG_AST_COMPREHENSION: return sg_compile_comprehension(unit, ast, target);
  case SG_AST_UNARY: return compile_unary(unit, ast, target);
  case SG_AST_COMPARE: return compile_compare(unit, ast, target);
  case SG_AST_FUNCTION: return sg_compile_function(unit, ast, target);
  case SG_AST_IF: return sg_compile_if(unit, ast, target, true);
  case SG_AST_NO_GRAD: return sg_compile_no_grad(unit, ast, target, true);
  case SG_AST_BLOCK: return sg_compile_block(unit, ast, target, true);
  default: return sg_compile_chain(unit, ast, target);
  }
}

bool sg_compile_expression(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  uint32_t top = unit->top;
  bool ok = compile_kind(unit, ast, target);
  unit->top = top;
  return ok;
}

static bool emit_jump(sg_unit *unit, sg_span span, sg_opcode op, uint32_t a, uint32_t *jump) {
  *jump = sg_emit_here(unit);
  return sg_emit_wide(unit, span, op, a, 0);
}

/* The fused form of a comparison of two. */
static bool compile_compare_jump(sg_unit *unit, const sg_ast *ast, uint32_t *jump) {
  uint32_t left;
  uint32_t right;
  uint32_t offset = (uint32_t)ast->ops[0] - SG_LESS;
  const sg_ast *second = ast->items[1];
  if (!sg_compile_before(unit, ast->items[0], second, &left)) return false;
  bool constant = second->kind == SG_AST_NUMBER && unit->code->constant_count < UINT16_MAX;
  bool ok = constant ? sg_emit_constant(unit, sg_number(second->number), &right)
                     : sg_compile_operand(unit, second, &right);
  sg_opcode op = constant ? SG_DO_IF_LESS_K : SG_DO_IF_LESS;
  return ok && sg_emit(unit, ast->place, (sg_opcode)(op + offset), left, right, 0) &&
         emit_jump(unit, ast->span, SG_DO_EXTRA, 0, jump);
}

bool sg_compile_condition(sg_unit *unit, const sg_ast *ast, uint32_t *jump) {
  uint32_t top = unit->top;
  uint32_t reg;
  bool ok;
  if (ast->kind == SG_AST_COMPARE && ast->count == 2 && ast->ops[0] >= SG_LESS &&
      ast->ops[0] <= SG_GREATER_EQUAL) {
    ok = compile_compare_jump(unit, ast, jump);
  } else {
    ok = sg_compile_operand(unit, ast, &reg) &&
         emit_jump(unit, ast->span, SG_DO_JUMP_FALSE, reg, jump);
  }
  unit->top = top;
  return ok;
}
