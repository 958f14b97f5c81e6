/* sgrad: variables of the function being compiled: which names are local, which need a cell, where
 * a name lives. Walks loop along `a` (chains are long there) and recurse into the rest, whose
 * depth the parser bounds. */
#include "runtime/emit.h"

bool sg_scope_is_discard(sg_text name) { return name.bytes == 1 && name.start[0] == '_'; }

static bool is_name(sg_text text, const sg_string *name) {
  return text.bytes == name->bytes && memcmp(text.start, name->text, text.bytes) == 0;
}

static bool is_outer(const sg_unit *unit, const sg_string *name) {
  for (uint32_t i = 0; i < unit->outer_names.count; i++)
    if (unit->outer_names.items[i].name == name) return true;
  return false;
}

static sg_variable *find_variable(sg_unit *unit, const sg_string *name) {
  for (uint32_t i = unit->variables.count; i-- > 0;)
    if (unit->variables.items[i].name == name) return &unit->variables.items[i];
  return NULL;
}

bool sg_scope_add(sg_unit *unit, sg_string *name, uint32_t reg, bool assigned) {
  sg_variables *variables = &unit->variables;
  if (!SG_RESERVE(unit->vm->memory, variables, (size_t)variables->count + 1))
    return sg_fail_memory(&unit->vm->error);
  variables->items[variables->count++] =
      (sg_variable){.name = name, .reg = (uint16_t)reg, .assigned = assigned};
  return true;
}

static bool declare_name(sg_unit *unit, sg_text text, sg_span span) {
  if (sg_scope_is_discard(text)) return true;
  sg_string *name = sg_unit_intern(unit, text);
  if (!name) return false;
  if (is_outer(unit, name) || find_variable(unit, name)) return true;
  uint32_t reg;
  return sg_unit_take(unit, span, 1, &reg) && sg_scope_add(unit, name, reg, false);
}

static bool declare_target(sg_unit *unit, const sg_ast *target) {
  if (target->kind == SG_AST_NAME) return declare_name(unit, target->text, target->span);
  if (target->kind != SG_AST_LIST) return true;
  for (uint32_t i = 0; i < target->count; i++)
    if (!declare_target(unit, target->items[i])) return false;
  return true;
}

static bool declare_outer(sg_unit *unit, const sg_ast *statement) {
  for (uint32_t i = 0; i < statement->count; i++) {
    sg_string *name = sg_unit_intern(unit, statement->items[i]->text);
    sg_outer_names *names = &unit->outer_names;
    if (!name) return false;
    if (find_variable(unit, name))
      return sg_unit_fail(unit, statement->items[i]->span,
                          "this name is a local variable of the function already");
    if (!SG_RESERVE(unit->vm->memory, names, (size_t)names->count + 1))
      return sg_fail_memory(&unit->vm->error);
    names->items[names->count++] = (sg_outer_name){name, statement->kind == SG_AST_GLOBAL};
  }
  return true;
}

static bool declare_one(sg_unit *unit, const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_ASSIGN:
  case SG_AST_FOR: return declare_target(unit, ast->a);
  case SG_AST_DEFINE: return declare_name(unit, ast->a->text, ast->a->place);
  case SG_AST_GLOBAL:
  case SG_AST_NONLOCAL: return declare_outer(unit, ast);
  default: return true;
  }
}

bool sg_scope_declare(sg_unit *unit, const sg_ast *body) {
  for (const sg_ast *ast = body; ast && ast->kind != SG_AST_FUNCTION; ast = ast->a) {
    if (!declare_one(unit, ast)) return false;
    if (ast->b && !sg_scope_declare(unit, ast->b)) return false;
    if (ast->c && !sg_scope_declare(unit, ast->c)) return false;
    for (uint32_t i = 0; i < ast->count; i++)
      if (ast->items[i] && !sg_scope_declare(unit, ast->items[i])) return false;
  }
  return true;
}

static void mark_name(sg_unit *unit, uint32_t first, sg_text text) {
  for (uint32_t i = first; i < unit->variables.count; i++)
    if (is_name(text, unit->variables.items[i].name)) unit->variables.items[i].cell = true;
}

static void mark_cells(sg_unit *unit, uint32_t first, const sg_ast *ast, bool inside) {
  for (; ast; ast = ast->a) {
    inside |= ast->kind == SG_AST_FUNCTION;
    if (inside && (ast->kind == SG_AST_NAME || ast->kind == SG_AST_METHOD))
      mark_name(unit, first, ast->text);
    if (ast->b) mark_cells(unit, first, ast->b, inside);
    if (ast->c) mark_cells(unit, first, ast->c, inside);
    for (uint32_t i = 0; i < ast->count; i++)
      if (ast->items[i]) mark_cells(unit, first, ast->items[i], inside);
  }
}

void sg_scope_mark_cells(sg_unit *unit, uint32_t first, const sg_ast *within) {
  if (first < unit->variables.count) mark_cells(unit, first, within, false);
}

static bool capture(sg_unit *unit, bool local, uint32_t index, uint32_t *found) {
  sg_code *code = unit->code;
  for (uint32_t i = 0; i < code->capture_count; i++) {
    if (code->captures[i].local != local || code->captures[i].index != index) continue;
    *found = i;
    return true;
  }
  if (code->capture_count > UINT16_MAX)
    return sg_unit_fail(unit, code->span, "a function captures more than 65,536 variables");
  if (!sg_reserve(unit->vm->memory, (void **)&code->captures, &code->capture_capacity,
                  (size_t)code->capture_count + 1, sizeof *code->captures))
    return sg_fail_memory(&unit->vm->error);
  code->captures[code->capture_count] = (sg_capture){local, (uint16_t)index};
  *found = code->capture_count++;
  return true;
}

static bool is_declared_global(const sg_unit *unit, const sg_string *name) {
  for (uint32_t i = 0; i < unit->outer_names.count; i++)
    if (unit->outer_names.items[i].name == name) return unit->outer_names.items[i].global;
  return false;
}

static bool find_global(sg_unit *unit, sg_string *name, sg_place *place) {
  sg_global *global = sg_vm_global_slot(unit->vm, name);
  if (!global) return sg_fail_memory(&unit->vm->error);
  *place = (sg_place){SG_IN_GLOBAL, (uint32_t)(global - unit->vm->globals), NULL};
  return true;
}

bool sg_scope_lookup(sg_unit *unit, sg_string *name, uint32_t skip, sg_place *place) {
  sg_variable *variable = find_variable(unit, name);
  if (variable && skip-- == 0) {
    *place = (sg_place){variable->cell ? SG_IN_CELL : SG_IN_REGISTER, variable->reg, variable};
    return true;
  }
  if (!unit->outer || is_declared_global(unit, name)) return find_global(unit, name, place);
  if (!sg_scope_lookup(unit->outer, name, skip, place)) return false;
  if (place->kind == SG_IN_GLOBAL) return true;
  bool local = place->kind == SG_IN_CELL;
  uint32_t index = 0;
  if (!capture(unit, local, place->index, &index)) return false;
  *place = (sg_place){SG_IN_CAPTURE, index, NULL};
  return true;
}

bool sg_scope_find_register(sg_unit *unit, const sg_ast *target, uint32_t *reg) {
  *reg = UINT32_MAX;
  if (target->kind != SG_AST_NAME || sg_scope_is_discard(target->text)) return true;
  sg_place place;
  sg_string *name = sg_unit_intern(unit, target->text);
  if (!name || !sg_scope_lookup(unit, name, 0, &place)) return false;
  if (place.kind == SG_IN_REGISTER) *reg = place.index;
  return place.kind != SG_IN_REGISTER || sg_scope_assigned(unit, place.variable);
}

bool sg_scope_assigned(sg_unit *unit, sg_variable *variable) {
  sg_assignments *log = &unit->assignments;
  if (variable->assigned) return true;
  if (!SG_RESERVE(unit->vm->memory, log, (size_t)log->count + 1))
    return sg_fail_memory(&unit->vm->error);
  variable->assigned = true;
  log->items[log->count++] = (uint32_t)(variable - unit->variables.items);
  return true;
}

void sg_scope_join(sg_unit *unit, uint32_t branch) {
  while (unit->assignments.count > branch) {
    uint32_t index = unit->assignments.items[--unit->assignments.count];
    if (index < unit->variables.count) unit->variables.items[index].assigned = false;
  }
}

/* Is there a node below for which `test` holds? */
static bool any_below(const sg_ast *ast, bool (*test)(const sg_ast *, const void *),
                      const void *context) {
  for (; ast; ast = ast->a) {
    if (test(ast, context)) return true;
    if (ast->b && any_below(ast->b, test, context)) return true;
    if (ast->c && any_below(ast->c, test, context)) return true;
    for (uint32_t i = 0; i < ast->count; i++)
      if (ast->items[i] && any_below(ast->items[i], test, context)) return true;
  }
  return false;
}

static bool names_it(const sg_ast *ast, const void *context) {
  const sg_text *name = context;
  return ast->kind == SG_AST_NAME && ast->text.bytes == name->bytes &&
         memcmp(ast->text.start, name->start, name->bytes) == 0;
}

static bool is_block(const sg_ast *ast, const void *context) {
  (void)context;
  return ast->kind == SG_AST_BLOCK;
}

bool sg_scope_mentions(const sg_ast *ast, sg_text name) { return any_below(ast, names_it, &name); }

bool sg_scope_has_block(const sg_ast *ast) { return any_below(ast, is_block, NULL); }
