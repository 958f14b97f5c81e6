/* sgrad: compiling statements and blocks. */
#include "runtime/emit.h"

static bool compile_statement(sg_unit *unit, const sg_ast *ast);

static bool add_jump(sg_unit *unit, sg_span span, sg_opcode op, uint32_t a, uint32_t *jump) {
  *jump = sg_emit_here(unit);
  return sg_emit_wide(unit, span, op, a, 0);
}

static bool jump_back(sg_unit *unit, sg_span span, uint32_t target) {
  if (!sg_emit_wide(unit, span, SG_DO_LOOP, unit->top, 0)) return false;
  sg_emit_patch(unit, sg_emit_here(unit) - 1, target);
  return true;
}

static void open_loop(sg_unit *unit, sg_loop *loop) {
  *loop = (sg_loop){unit->loop, unit->jumps.count, unit->no_grads};
  unit->loop = loop;
}

/* Leads the loop's breaks and continues to their places. */
static void close_loop(sg_unit *unit, uint32_t next, uint32_t end) {
  for (uint32_t i = unit->loop->first_jump; i < unit->jumps.count; i++)
    sg_emit_patch(unit, unit->jumps.items[i].at, unit->jumps.items[i].is_break ? end : next);
  unit->jumps.count = unit->loop->first_jump;
  unit->loop = unit->loop->outer;
}

/* The call `range(...)`, which a `for` need not turn into a list. */
static bool is_range(sg_unit *unit, const sg_ast *list, bool *is) {
  sg_place place;
  *is = false;
  if (list->kind != SG_AST_CALL || list->a->kind != SG_AST_NAME || list->count < 1 ||
      list->count > 3 || list->items[list->count - 1]->kind == SG_AST_NAMED)
    return true;
  if (list->a->text.bytes != 5 || memcmp(list->a->text.start, "range", 5) != 0) return true;
  sg_string *name = sg_unit_intern(unit, list->a->text);
  if (!name || !sg_scope_lookup(unit, name, 0, &place)) return false;
  *is = place.kind == SG_IN_GLOBAL;
  return true;
}

bool sg_compile_for_open(sg_unit *unit, const sg_ast *list, uint32_t *state, uint32_t *body) {
  bool range;
  if (!is_range(unit, list, &range) || !sg_unit_take(unit, list->span, 4, state)) return false;
  if (!sg_compile_expression(unit, range ? list->a : list, *state)) return false;
  for (uint32_t i = 0; range && i < list->count; i++)
    if (!sg_compile_expression(unit, list->items[i], *state + 1 + i)) return false;
  if (!sg_emit(unit, list->span, range ? SG_DO_FOR_RANGE : SG_DO_FOR_LIST, *state, list->count, 0))
    return false;
  return add_jump(unit, list->span, SG_DO_JUMP, 0, body) && (*body += 1, true);
}

bool sg_compile_for_close(sg_unit *unit, sg_span span, uint32_t state, uint32_t body, uint32_t item,
                          bool store) {
  sg_emit_patch(unit, body - 1, sg_emit_here(unit));
  if (!sg_emit(unit, span, store ? SG_DO_FOR_STORE : SG_DO_FOR_NEXT, state, 0, item) ||
      !sg_emit_wide(unit, span, SG_DO_EXTRA, 0, 0))
    return false;
  sg_emit_patch(unit, sg_emit_here(unit) - 1, body);
  return true;
}

static bool compile_for(sg_unit *unit, const sg_ast *ast) {
  uint32_t state;
  uint32_t body;
  uint32_t item;
  sg_loop loop;
  if (!sg_compile_for_open(unit, ast->b, &state, &body)) return false;
  open_loop(unit, &loop);
  uint32_t branch = sg_scope_branch(unit);
  if (!sg_scope_find_register(unit, ast->a, &item)) return false;
  bool direct = item != UINT32_MAX;
  if (!direct &&
      (!sg_unit_take(unit, ast->span, 1, &item) || !sg_compile_assign(unit, ast->a, item, true)))
    return false;
  if (!sg_compile_block(unit, ast->c, 0, false)) return false;
  sg_scope_join(unit, branch);
  uint32_t next = sg_emit_here(unit);
  if (!sg_compile_for_close(unit, ast->b->span, state, body, item, direct)) return false;
  close_loop(unit, next, sg_emit_here(unit));
  return true;
}

static bool compile_while(sg_unit *unit, const sg_ast *ast) {
  uint32_t head = sg_emit_here(unit);
  uint32_t leave;
  sg_loop loop;
  if (!sg_compile_condition(unit, ast->a, &leave)) return false;
  open_loop(unit, &loop);
  uint32_t branch = sg_scope_branch(unit);
  if (!sg_compile_block(unit, ast->b, 0, false) || !jump_back(unit, ast->a->span, head))
    return false;
  sg_scope_join(unit, branch);
  sg_emit_patch(unit, leave, sg_emit_here(unit));
  close_loop(unit, head, sg_emit_here(unit));
  return true;
}

/* break and continue: `recording` becomes again what it was outside the no_grads that are left. */
static bool compile_leave(sg_unit *unit, const sg_ast *ast) {
  uint32_t jump;
  if (!unit->loop)
    return sg_unit_fail(unit, ast->span,
                        ast->kind == SG_AST_BREAK ? "'break' outside a loop"
                                                  : "'continue' outside a loop");
  uint32_t outside = unit->loop->no_grads;
  if (unit->no_grads > outside &&
      !sg_emit(unit, ast->span, SG_DO_GRAD_BACK, unit->no_grad_slots[outside], 0, 0))
    return false;
  if (!add_jump(unit, ast->span, SG_DO_JUMP, 0, &jump)) return false;
  if (!SG_RESERVE(unit->vm->memory, &unit->jumps, (size_t)unit->jumps.count + 1))
    return sg_fail_memory(&unit->vm->error);
  unit->jumps.items[unit->jumps.count++] = (sg_jump){jump, ast->kind == SG_AST_BREAK};
  return true;
}

static bool compile_return(sg_unit *unit, const sg_ast *ast) {
  uint32_t reg;
  if (!unit->is_function) return sg_unit_fail(unit, ast->span, "'return' outside a function");
  if (ast->a
          ? !sg_compile_operand(unit, ast->a, &reg)
          : !sg_unit_take(unit, ast->span, 1, &reg) || !sg_emit_load(unit, ast->span, reg, SG_NONE))
    return false;
  return sg_emit(unit, ast->span, SG_DO_RETURN, reg, 0, 0);
}

static bool compile_define(sg_unit *unit, const sg_ast *ast) {
  uint32_t reg;
  sg_ast target = {.kind = SG_AST_NAME, .span = ast->a->place, .text = ast->a->text};
  return sg_unit_take(unit, ast->span, 1, &reg) && sg_compile_function(unit, ast->a, reg) &&
         sg_compile_assign(unit, &target, reg, false);
}

static bool check_nonlocal(sg_unit *unit, const sg_ast *ast) {
  if (!unit->is_function)
    return sg_unit_fail(unit, ast->span,
                        "'global' and 'nonlocal' have a meaning in a function only");
  for (uint32_t i = 0; ast->kind == SG_AST_NONLOCAL && i < ast->count; i++) {
    sg_place place;
    sg_string *name = sg_unit_intern(unit, ast->items[i]->text);
    if (!name || !sg_scope_lookup(unit, name, 0, &place)) return false;
    if (place.kind != SG_IN_GLOBAL) continue;
    unit->vm->error.source = unit->code->source;
    return sg_fail(&unit->vm->error, ast->items[i]->span,
                   "no enclosing function has a variable '%s'", name->text);
  }
  return true;
}

static bool compile_command(sg_unit *unit, const sg_ast *ast) {
  sg_string *name = sg_unit_intern(unit, ast->text);
  sg_string *rest = sg_unit_intern(unit, ast->rest);
  uint32_t a;
  uint32_t b;
  return name && rest && sg_emit_name(unit, ast->span, name, &a) &&
         sg_emit_name(unit, ast->span, rest, &b) &&
         sg_emit(unit, ast->span, SG_DO_COMMAND, a, b, 0);
}

static bool note_imports(sg_unit *unit, const sg_ast *ast) {
  for (uint32_t i = 0; i < ast->count; i++) {
    sg_string *name = sg_unit_intern(unit, ast->items[i]->text);
    if (!name || !sg_vm_note_import(unit->vm, name)) return false;
  }
  return true;
}

static bool compile_kind(sg_unit *unit, const sg_ast *ast) {
  uint32_t reg;
  switch (ast->kind) {
  case SG_AST_EXPRESSION:
    return sg_unit_take(unit, ast->span, 1, &reg) && sg_compile_expression(unit, ast->a, reg);
  case SG_AST_ASSIGN: return sg_compile_assignment(unit, ast, &reg);
  case SG_AST_DEFINE: return compile_define(unit, ast);
  case SG_AST_IF: return sg_compile_if(unit, ast, 0, false);
  case SG_AST_NO_GRAD: return sg_compile_no_grad(unit, ast, 0, false);
  case SG_AST_WHILE: return compile_while(unit, ast);
  case SG_AST_FOR: return compile_for(unit, ast);
  case SG_AST_BREAK:
  case SG_AST_CONTINUE: return compile_leave(unit, ast);
  case SG_AST_RETURN: return compile_return(unit, ast);
  case SG_AST_GLOBAL:
  case SG_AST_NONLOCAL: return check_nonlocal(unit, ast);
  case SG_AST_COMMAND: return compile_command(unit, ast);
  case SG_AST_IMPORT: return note_imports(unit, ast);
  default: return true;
  }
}

static bool compile_statement(sg_unit *unit, const sg_ast *ast) {
  uint32_t top = unit->top;
  bool ok = compile_kind(unit, ast);
  unit->top = top;
  return ok;
}

/* A statement that has a value is an expression; `if` and `no_grad` count. */
static const sg_ast *value_of(const sg_ast *statement) {
  if (statement->kind == SG_AST_EXPRESSION) return statement->a;
  bool counts = statement->kind == SG_AST_IF || statement->kind == SG_AST_NO_GRAD;
  return counts ? statement : NULL;
}

bool sg_compile_block(sg_unit *unit, const sg_ast *block, uint32_t target, bool wanted) {
  const sg_ast *value = NULL;
  for (uint32_t i = 0; i < block->count; i++) {
    value = wanted && i + 1 == block->count ? value_of(block->items[i]) : NULL;
    bool ok = value ? sg_compile_expression(unit, value, target)
                    : compile_statement(unit, block->items[i]);
    if (!ok) return false;
  }
  return value || !wanted || sg_emit_load(unit, block->span, target, SG_NONE);
}

bool sg_compile_if(sg_unit *unit, const sg_ast *ast, uint32_t target, bool wanted) {
  uint32_t ends = UINT32_MAX; /* jumps to the end, threaded through their distances */
  uint32_t i = 0;
  for (; i + 1 < ast->count; i += 2) {
    uint32_t next;
    if (!sg_compile_condition(unit, ast->items[i], &next)) return false;
    uint32_t branch = sg_scope_branch(unit);
    if (!sg_compile_block(unit, ast->items[i + 1], target, wanted)) return false;
    sg_scope_join(unit, branch);
    if (wanted || i + 2 < ast->count) {
      if (!sg_emit_wide(unit, ast->span, SG_DO_JUMP, 0, ends)) return false;
      ends = sg_emit_here(unit) - 1;
    }
    sg_emit_patch(unit, next, sg_emit_here(unit));
  }
  uint32_t branch = sg_scope_branch(unit);
  if (i < ast->count && !sg_compile_block(unit, ast->items[i], target, wanted)) return false;
  if (i == ast->count && wanted && !sg_emit_load(unit, ast->span, target, SG_NONE)) return false;
  sg_scope_join(unit, branch);
  while (ends != UINT32_MAX) {
    uint32_t next = sg_instruction_wide(unit->code->items[ends]);
    sg_emit_patch(unit, ends, sg_emit_here(unit));
    ends = next;
  }
  return true;
}

bool sg_compile_no_grad(sg_unit *unit, const sg_ast *ast, uint32_t target, bool wanted) {
  uint32_t saved;
  if (unit->no_grads == SG_MAX_NO_GRADS)
    return sg_unit_fail(unit, ast->span, "no_grad nested deeper than 200 levels");
  uint32_t top = unit->top;
  if (!sg_unit_take(unit, ast->span, 1, &saved) ||
      !sg_emit(unit, ast->span, SG_DO_NO_GRAD, saved, 0, 0))
    return false;
  unit->no_grad_slots[unit->no_grads++] = (uint16_t)saved;
  if (!sg_compile_block(unit, ast->a, target, wanted)) return false;
  unit->no_grads--;
  unit->top = top;
  return sg_emit(unit, ast->span, SG_DO_GRAD_BACK, saved, 0, 0);
}
