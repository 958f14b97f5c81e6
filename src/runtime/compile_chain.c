/* sgrad: compiling chains that lean left: a + b + c, f(x).g(y)[i], p and q. They may be a million
 * links long, so they are walked with a list of their links, innermost first. */
#include "runtime/emit.h"

/* The links of one chain: items[0] is the whole, the last one stands on `base`. */
typedef struct links {
  const sg_ast **items;
  uint32_t count;
  uint32_t capacity;
} links;

/* The value so far, and where the next step may put its result. */
typedef struct step {
  uint32_t value; /* register */
  uint32_t to;    /* register */
} step;

/* The opcode on two registers. */
static sg_opcode binary_opcode(uint8_t op) {
  static const uint8_t opcodes[] = {
      [SG_ADD] = SG_DO_ADD,     [SG_SUBTRACT] = SG_DO_SUB,  [SG_MULTIPLY] = SG_DO_MUL,
      [SG_DIVIDE] = SG_DO_DIV,  [SG_MODULO] = SG_DO_MODULO, [SG_FLOOR_DIVIDE] = SG_DO_FLOOR_DIVIDE,
      [SG_POWER] = SG_DO_POWER,
  };
  return (sg_opcode)opcodes[op];
}

/* Its form with a constant on one side, or SG_DO_MOVE when there is none. */
static sg_opcode constant_right(uint8_t op) {
  if (op == SG_POWER) return SG_DO_POWER_RK;
  if (op > SG_DIVIDE) return SG_DO_MOVE;
  return (sg_opcode)(binary_opcode(op) - SG_DO_ADD + SG_DO_ADD_RK);
}

static sg_opcode constant_left(uint8_t op) {
  if (op > SG_DIVIDE) return SG_DO_MOVE;
  return (sg_opcode)(binary_opcode(op) - SG_DO_ADD + SG_DO_ADD_KR);
}

/* A number literal that fits a 16-bit constant index. */
static bool find_constant(sg_unit *unit, const sg_ast *ast, uint32_t *index) {
  return ast->kind == SG_AST_NUMBER && unit->code->constant_count < UINT16_MAX &&
         sg_emit_constant(unit, sg_number(ast->number), index);
}

bool sg_compile_arithmetic(sg_unit *unit, const sg_ast *ast, uint32_t left, uint32_t to) {
  uint32_t index;
  uint32_t right;
  sg_opcode op = binary_opcode(ast->op);
  sg_opcode with_constant = constant_right(ast->op);
  if (with_constant != SG_DO_MOVE && find_constant(unit, ast->b, &index))
    return sg_emit(unit, ast->place, with_constant, to, left, index);
  if (ast->kind == SG_AST_ASSIGN && op == SG_DO_ADD) op = SG_DO_ADD_TO;
  return sg_compile_operand(unit, ast->b, &right) && sg_emit(unit, ast->place, op, to, left, right);
}

static bool emit_logic(sg_unit *unit, const sg_ast *link, step s) {
  uint32_t jump;
  sg_opcode leave = link->kind == SG_AST_AND ? SG_DO_JUMP_FALSE : SG_DO_JUMP_TRUE;
  if (!sg_emit_move(unit, link->a->span, s.to, s.value) ||
      !sg_emit_wide(unit, link->a->span, leave, s.to, 0))
    return false;
  jump = sg_emit_here(unit) - 1;
  uint32_t branch = sg_scope_branch(unit);
  if (!sg_compile_expression(unit, link->b, s.to) ||
      !sg_emit(unit, link->b->span, SG_DO_CHECK_BOOL, s.to, 0, 0))
    return false;
  sg_scope_join(unit, branch);
  sg_emit_patch(unit, jump, sg_emit_here(unit));
  return true;
}

static uint32_t count_named(const sg_ast *call) {
  uint32_t named = 0;
  while (named < call->count && call->items[call->count - 1 - named]->kind == SG_AST_NAMED) named++;
  return named;
}

/* Evaluates the arguments into registers from `first` on. */
static bool compile_arguments(sg_unit *unit, const sg_ast *call, uint32_t first) {
  for (uint32_t i = 0; i < call->count; i++) {
    const sg_ast *argument = call->items[i];
    if (argument->kind == SG_AST_NAMED) argument = argument->a;
    if (!sg_compile_expression(unit, argument, first + i)) return false;
  }
  return true;
}

/* An EXTRA that lists the names of the named arguments. */
static bool emit_names(sg_unit *unit, const sg_ast *call, sg_span span, uint32_t named) {
  sg_list *names = sg_list_new(&unit->vm->heap, named);
  if (!names) return sg_fail_memory(&unit->vm->error);
  for (uint32_t i = call->count - named; i < call->count; i++) {
    sg_string *name = sg_unit_intern(unit, call->items[i]->text);
    if (!name) return false;
    sg_list_append(&unit->vm->heap, names, sg_object_value(name));
  }
  uint32_t index;
  return sg_emit_constant(unit, sg_object_value(names), &index) &&
         sg_emit_wide(unit, span, SG_DO_EXTRA, named, index);
}

/* `callee` is an expression to evaluate first, or NULL: s.value holds it. */
static bool emit_call(sg_unit *unit, const sg_ast *link, const sg_ast *callee, step s) {
  uint32_t base;
  uint32_t named = count_named(link);
  if (!sg_unit_take(unit, link->span, 1 + link->count, &base)) return false;
  bool ok = callee ? sg_compile_expression(unit, callee, base)
                   : sg_emit_move(unit, link->span, base, s.value);
  if (!ok || !compile_arguments(unit, link, base + 1)) return false;
  if (!sg_emit(unit, link->span, named ? SG_DO_CALL_NAMED : SG_DO_CALL, base, link->count, s.to))
    return false;
  return !named || emit_names(unit, link, link->span, named);
}

/* Tries the variables named like the method, from the nearest on, as far as they are not global. */
static bool emit_picks(sg_unit *unit, const sg_ast *link, uint32_t base, sg_place *global) {
  sg_string *name = sg_unit_intern(unit, link->text);
  if (!name || !sg_emit_load(unit, link->place, base, SG_UNDEFINED)) return false;
  for (uint32_t skip = 0;; skip++) {
    if (!sg_scope_lookup(unit, name, skip, global)) return false;
    if (global->kind == SG_IN_GLOBAL) return true;
    if (!sg_emit(unit, link->place, SG_DO_PICK, base, global->kind, global->index)) return false;
  }
}

static bool emit_method(sg_unit *unit, const sg_ast *link, const sg_ast *object, step s) {
  uint32_t base;
  uint32_t named = count_named(link);
  sg_place global;
  if (!sg_unit_take(unit, link->span, 2 + link->count, &base)) return false;
  bool ok = object ? sg_compile_expression(unit, object, base + 1)
                   : sg_emit_move(unit, link->span, base + 1, s.value);
  return ok && emit_picks(unit, link, base, &global) && compile_arguments(unit, link, base + 2) &&
         sg_emit(unit, link->place, SG_DO_CALL_METHOD, base, link->count, s.to) &&
         sg_emit_wide(unit, link->place, SG_DO_EXTRA, named, global.index) &&
         (!named || emit_names(unit, link, link->place, named));
}

static bool emit_field(sg_unit *unit, const sg_ast *link, step s) {
  sg_string *name = sg_unit_intern(unit, link->text);
  uint32_t index;
  return name && sg_emit_name(unit, link->place, name, &index) &&
         sg_emit(unit, link->place, SG_DO_GET_FIELD, s.to, s.value, index);
}

static bool emit_index(sg_unit *unit, const sg_ast *link, step s) {
  uint32_t index;
  return sg_compile_operand(unit, link->b, &index) &&
         sg_emit(unit, link->span, SG_DO_GET_INDEX, s.to, s.value, index);
}

static bool emit_slice(sg_unit *unit, const sg_ast *link, step s) {
  uint32_t base;
  if (!sg_unit_take(unit, link->span, 4, &base) || !sg_emit_move(unit, link->span, base, s.value))
    return false;
  for (uint32_t i = 0; i < 3; i++) {
    bool ok = link->items[i] ? sg_compile_expression(unit, link->items[i], base + 1 + i)
                             : sg_emit_load(unit, link->span, base + 1 + i, SG_NONE);
    if (!ok) return false;
  }
  return sg_emit(unit, link->span, SG_DO_SLICE, s.to, base, 0);
}

static bool emit_link(sg_unit *unit, const sg_ast *link, step s) {
  switch (link->kind) {
  case SG_AST_BINARY: return sg_compile_arithmetic(unit, link, s.value, s.to);
  case SG_AST_AND:
  case SG_AST_OR: return emit_logic(unit, link, s);
  case SG_AST_CALL: return emit_call(unit, link, NULL, s);
  case SG_AST_METHOD: return emit_method(unit, link, NULL, s);
  case SG_AST_FIELD: return emit_field(unit, link, s);
  case SG_AST_INDEX: return emit_index(unit, link, s);
  default: return emit_slice(unit, link, s);
  }
}

/* A list literal times a number: its constants are stored anew in each repetition. */
static bool emit_repeat(sg_unit *unit, const sg_ast *link, uint32_t to) {
  const sg_ast *literal = link->a->kind == SG_AST_LIST ? link->a : link->b;
  const sg_ast *times = literal == link->a ? link->b : link->a;
  uint32_t pair;
  if (!sg_unit_take(unit, link->span, 2, &pair)) return false;
  bool ok = literal == link->a ? sg_compile_list(unit, literal, pair, true) &&
                                     sg_compile_expression(unit, times, pair + 1)
                               : sg_compile_expression(unit, times, pair + 1) &&
                                     sg_compile_list(unit, literal, pair, true);
  return ok && sg_emit(unit, link->place, SG_DO_REPEAT, to, pair, pair + 1);
}

/* The innermost link, whose left side is no link; some forms need not load that into a register
 * first. */
static bool emit_first(sg_unit *unit, const sg_ast *link, uint32_t to) {
  uint32_t index;
  step s = {.to = to};
  if (link->kind == SG_AST_CALL) return emit_call(unit, link, link->a, s);
  if (link->kind == SG_AST_METHOD) return emit_method(unit, link, link->a, s);
  if (link->kind == SG_AST_BINARY && link->op == SG_MULTIPLY &&
      (link->a->kind == SG_AST_LIST || link->b->kind == SG_AST_LIST))
    return emit_repeat(unit, link, to);
  if (link->kind == SG_AST_BINARY && constant_left(link->op) != SG_DO_MOVE &&
      link->b->kind != SG_AST_NUMBER && find_constant(unit, link->a, &index)) {
    uint32_t right;
    return sg_compile_operand(unit, link->b, &right) &&
           sg_emit(unit, link->place, constant_left(link->op), to, index, right);
  }
  return sg_compile_before(unit, link->a, link->b, &s.value) && emit_link(unit, link, s);
}

static bool collect_links(sg_unit *unit, const sg_ast *ast, links *chain) {
  for (; sg_ast_is_link(ast); ast = ast->a) {
    if (!SG_RESERVE(unit->vm->memory, chain, (size_t)chain->count + 1))
      return sg_fail_memory(&unit->vm->error);
    chain->items[chain->count++] = ast;
  }
  return true;
}

static bool emit_chain(sg_unit *unit, const links *chain, uint32_t target) {
  uint32_t to = target; /* steps before the last one, and logic, work in a temporary */
  bool logic = chain->items[0]->kind == SG_AST_AND || chain->items[0]->kind == SG_AST_OR;
  if ((chain->count > 1 || logic) && !sg_unit_take(unit, chain->items[0]->span, 1, &to))
    return false;
  for (uint32_t i = chain->count; i-- > 0;) {
    uint32_t top = unit->top;
    const sg_ast *link = chain->items[i];
    uint32_t goal = i == 0 && !logic ? target : to;
    bool first = i + 1 == chain->count;
    if (!(first ? emit_first(unit, link, goal) : emit_link(unit, link, (step){to, goal})))
      return false;
    unit->top = top;
  }
  return !logic || sg_emit_move(unit, chain->items[0]->span, target, to);
}

bool sg_compile_chain(sg_unit *unit, const sg_ast *ast, uint32_t target) {
  links chain = {0};
  uint32_t top = unit->top;
  bool ok = collect_links(unit, ast, &chain) && emit_chain(unit, &chain, target);
  SG_RELEASE(unit->vm->memory, &chain);
  unit->top = top;
  return ok;
}
