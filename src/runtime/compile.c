/* sgrad: compiling functions and programs. */
#include "runtime/compile.h"

#include "runtime/emit.h"
#include "runtime/heap.h"

#include <stdio.h>

static void clear_unit(sg_unit *unit) {
  sg_memory *m = unit->vm->memory;
  SG_RELEASE(m, &unit->variables);
  SG_RELEASE(m, &unit->outer_names);
  SG_RELEASE(m, &unit->assignments);
  SG_RELEASE(m, &unit->jumps);
}

/* Tells the heap what the finished code owns. */
static void account_code(sg_unit *unit) {
  const sg_code *code = unit->code;
  sg_heap_account(&unit->vm->heap, code->capacity * sizeof *code->items +
                                       code->span_capacity * sizeof *code->spans +
                                       code->constant_capacity * sizeof *code->constants);
}

void sg_code_signature(const sg_code *code, char *out, size_t size) {
  int bytes = (int)(code->signature.end - code->signature.start);
  const char *name = code->name && code->name->bytes ? code->name->text : "function";
  snprintf(out, size, "%.60s(%.*s)", name, bytes > 300 ? 300 : bytes,
           code->source->text + code->signature.start);
}

static bool declare_parameters(sg_unit *unit, const sg_ast *function) {
  sg_code *code = unit->code;
  uint32_t first;
  if (!sg_unit_take(unit, function->span, function->count, &first)) return false;
  if (function->count == 0) return true;
  code->signature =
      (sg_span){function->items[0]->span.start, function->items[function->count - 1]->span.end};
  code->parameter_names = sg_allocate(unit->vm->memory, function->count * sizeof(sg_string *));
  if (!code->parameter_names) return sg_fail_memory(&unit->vm->error);
  memset(code->parameter_names, 0, function->count * sizeof(sg_string *));
  code->parameters = (uint16_t)function->count;
  for (uint32_t i = 0; i < function->count; i++) {
    const sg_ast *parameter = function->items[i];
    sg_string *name = sg_unit_intern(unit, parameter->text);
    if (!name) return false;
    code->parameter_names[i] = name;
    if (!parameter->a) code->required = (uint16_t)(i + 1);
    if (!sg_scope_is_discard(parameter->text) && !sg_scope_add(unit, name, first + i, true))
      return false;
  }
  return true;
}

static bool compile_default(sg_unit *unit, const sg_ast *parameter, uint32_t reg) {
  uint32_t given = sg_emit_here(unit);
  if (!parameter->a) return true;
  if (!sg_emit_wide(unit, parameter->span, SG_DO_DEFAULT, reg, 0) ||
      !sg_compile_expression(unit, parameter->a, reg) ||
      !sg_emit(unit, parameter->span, SG_DO_STORE, reg, reg, 0))
    return false;
  sg_emit_patch(unit, given, sg_emit_here(unit));
  return true;
}

/* Makes the cells of the variables that live in one; of parameters in order, each after its
 * default. */
static bool compile_entry(sg_unit *unit, const sg_ast *function) {
  sg_span span = function->span;
  uint32_t variable = 0;
  for (uint32_t i = 0; i < function->count; i++) {
    if (!compile_default(unit, function->items[i], i)) return false;
    if (sg_scope_is_discard(function->items[i]->text)) continue;
    if (unit->variables.items[variable++].cell && !sg_emit(unit, span, SG_DO_NEW_CELL, i, i, 0))
      return false;
  }
  for (; variable < unit->variables.count; variable++) {
    uint32_t reg = unit->variables.items[variable].reg;
    if (unit->variables.items[variable].cell && !sg_emit(unit, span, SG_DO_NEW_CELL, reg, reg, 0))
      return false;
  }
  return true;
}

static bool compile_body(sg_unit *unit, const sg_ast *function) {
  uint32_t result;
  if (!declare_parameters(unit, function) || !sg_scope_declare(unit, function->a)) return false;
  sg_scope_mark_cells(unit, 0, function->a);
  for (uint32_t i = 0; i < function->count; i++)
    if (function->items[i]->a) sg_scope_mark_cells(unit, 0, function->items[i]->a);
  unit->locals = unit->top;
  return compile_entry(unit, function) && sg_unit_take(unit, function->span, 1, &result) &&
         sg_compile_expression(unit, function->a, result) &&
         sg_emit(unit, function->span, SG_DO_RETURN, result, 0, 0);
}

bool sg_compile_function(sg_unit *outer, const sg_ast *function, uint32_t target) {
  sg_unit unit = {.vm = outer->vm, .outer = outer, .is_function = true};
  unit.code = sg_code_new(&outer->vm->heap, outer->code->source, function->span);
  if (!unit.code) return sg_fail_memory(&outer->vm->error);
  unit.code->name = sg_unit_intern(&unit, function->text);
  bool ok = unit.code->name && compile_body(&unit, function);
  clear_unit(&unit);
  uint32_t index;
  if (!ok || !sg_emit_constant(outer, sg_object_value(unit.code), &index)) return false;
  account_code(&unit);
  return sg_emit_wide(outer, function->span, SG_DO_FUNCTION, target, index);
}

/* Evaluates a top-level statement: its value goes to the register `result`. At the prompt an
 * assignment's value is what was assigned. */
static bool compile_value(sg_unit *unit, const sg_ast *statement, uint32_t result) {
  uint32_t value;
  uint32_t top = unit->top;
  sg_ast *items[1] = {(sg_ast *)(uintptr_t)statement};
  sg_ast one = {.kind = SG_AST_BLOCK, .span = statement->span, .count = 1, .items = items};
  if (!unit->echo || statement->kind != SG_AST_ASSIGN)
    return sg_compile_block(unit, &one, result, true);
  bool ok = sg_compile_assignment(unit, statement, &value);
  unit->top = top;
  if (ok && statement->a->kind == SG_AST_NAME && !sg_scope_is_discard(statement->a->text))
    return sg_compile_expression(unit, statement->a, result);
  return ok && sg_emit_move(unit, statement->span, result, value);
}

static bool compile_top(sg_unit *unit, const sg_ast *statement, uint32_t result) {
  return compile_value(unit, statement, result) &&
         (!unit->echo || statement->quiet ||
          sg_emit(unit, statement->span, SG_DO_ECHO, result, 0, 0)) &&
         sg_emit(unit, statement->span, SG_DO_STATEMENT, result + 1, 0, 0);
}

static bool compile_program(sg_unit *unit, const sg_ast *block) {
  uint32_t result;
  if (!sg_unit_take(unit, block->span, 1, &result) ||
      !sg_emit_load(unit, block->span, result, SG_NONE))
    return false;
  for (uint32_t i = 0; i < block->count; i++)
    if (!compile_top(unit, block->items[i], result)) return false;
  return sg_emit(unit, block->span, SG_DO_RETURN, result, 0, 0);
}

sg_code *sg_compile(sg_vm *vm, const sg_program *program, bool echo) {
  const sg_ast *block = sg_program_block(program);
  sg_unit unit = {.vm = vm, .echo = echo};
  unit.code = sg_code_new(&vm->heap, sg_program_source(program), block->span);
  if (!unit.code) {
    sg_fail_memory(&vm->error);
    return NULL;
  }
  bool ok = compile_program(&unit, block);
  clear_unit(&unit);
  if (ok) account_code(&unit);
  if (!ok) vm->error.source = vm->error.source ? vm->error.source : sg_program_source(program);
  return ok ? unit.code : NULL;
}
