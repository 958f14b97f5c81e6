/* sgrad: compiling assignments. The value is evaluated first, then the parts of the targets, then
 * everything is stored: a failure on the way leaves every target as it was. */
#include "runtime/emit.h"

static bool assign_name(sg_unit *unit, const sg_ast *target, uint32_t value, bool store) {
  if (sg_scope_is_discard(target->text)) return true;
  sg_place place;
  sg_string *name = sg_unit_intern(unit, target->text);
  if (!name || !sg_scope_lookup(unit, name, 0, &place)) return false;
  switch (place.kind) {
  case SG_IN_REGISTER:
    return sg_scope_assigned(unit, place.variable) &&
           (store ? sg_emit(unit, target->span, SG_DO_STORE, place.index, value, 0)
                  : sg_emit_move(unit, target->span, place.index, value));
  case SG_IN_CELL: return sg_emit(unit, target->span, SG_DO_SET_CELL, place.index, value, !store);
  case SG_IN_CAPTURE: return sg_emit(unit, target->span, SG_DO_SET_CAPTURE, place.index, value, 0);
  default: return sg_emit_wide(unit, target->span, SG_DO_SET_GLOBAL, value, place.index);
  }
}

/* The registers of a target x.f or x[i]: the object, and the index if any. */
typedef struct spot {
  uint32_t object;
  uint32_t key; /* register of the index, or number of the field's name */
} spot;

static bool evaluate_spot(sg_unit *unit, const sg_ast *target, spot *s) {
  if (target->kind == SG_AST_FIELD) {
    sg_string *name = sg_unit_intern(unit, target->text);
    return name && sg_compile_operand(unit, target->a, &s->object) &&
           sg_emit_name(unit, target->place, name, &s->key);
  }
  return sg_compile_before(unit, target->a, target->b, &s->object) &&
         sg_compile_operand(unit, target->b, &s->key);
}

static bool store_spot(sg_unit *unit, const sg_ast *target, spot s, uint32_t value) {
  bool field = target->kind == SG_AST_FIELD;
  return sg_emit(unit, field ? target->place : target->span,
                 field ? SG_DO_SET_FIELD : SG_DO_SET_INDEX, s.object, s.key, value);
}

static bool assign_spot(sg_unit *unit, const sg_ast *target, uint32_t value) {
  spot s;
  return evaluate_spot(unit, target, &s) && store_spot(unit, target, s, value);
}

/* What unpacking a list of targets works on: names and spots in the order of the text. */
typedef struct unpacking {
  const sg_ast **targets;
  uint32_t *values; /* registers */
  spot *spots;
  uint32_t count;
  uint32_t capacity;
  uint32_t value_capacity;
  uint32_t spot_capacity;
} unpacking;

static bool add_target(sg_unit *unit, unpacking *u, const sg_ast *target, uint32_t value) {
  sg_memory *m = unit->vm->memory;
  size_t need = (size_t)u->count + 1;
  if (!sg_reserve(m, (void **)&u->targets, &u->capacity, need, sizeof(const sg_ast *)) ||
      !sg_reserve(m, (void **)&u->values, &u->value_capacity, need, sizeof(uint32_t)) ||
      !sg_reserve(m, (void **)&u->spots, &u->spot_capacity, need, sizeof(spot)))
    return sg_fail_memory(&unit->vm->error);
  u->targets[u->count] = target;
  u->values[u->count++] = value;
  return true;
}

static bool unpack(sg_unit *unit, unpacking *u, const sg_ast *target, uint32_t value) {
  uint32_t first;
  if (target->kind != SG_AST_LIST) return add_target(unit, u, target, value);
  if (!sg_unit_take(unit, target->span, target->count, &first) ||
      !sg_emit(unit, target->span, SG_DO_UNPACK, value, first, target->count))
    return false;
  for (uint32_t i = 0; i < target->count; i++)
    if (!unpack(unit, u, target->items[i], first + i)) return false;
  return true;
}

/* Does the spot of target k depend on a name that an earlier target assigns? Then, as in Python,
 * it is evaluated after that assignment. */
static bool depends_on_earlier(const unpacking *u, uint32_t k) {
  for (uint32_t i = 0; i < k; i++)
    if (u->targets[i]->kind == SG_AST_NAME && sg_scope_mentions(u->targets[k], u->targets[i]->text))
      return true;
  return false;
}

static bool prepare_spots(sg_unit *unit, unpacking *u, bool *sequential) {
  for (uint32_t i = 0; i < u->count; i++)
    if (u->targets[i]->kind != SG_AST_NAME && depends_on_earlier(u, i)) *sequential = true;
  for (uint32_t i = 0; i < u->count && !*sequential; i++) {
    const sg_ast *target = u->targets[i];
    if (target->kind == SG_AST_NAME) continue;
    sg_opcode prepare = target->kind == SG_AST_FIELD ? SG_DO_PREPARE_FIELD : SG_DO_PREPARE_INDEX;
    if (!evaluate_spot(unit, target, &u->spots[i]) ||
        !sg_emit(unit, target->span, prepare, u->spots[i].object, u->spots[i].key, u->values[i]))
      return false;
  }
  return true;
}

static bool assign_unpacked(sg_unit *unit, unpacking *u, bool store) {
  bool sequential = false;
  if (!prepare_spots(unit, u, &sequential)) return false;
  for (uint32_t i = 0; i < u->count; i++) {
    const sg_ast *target = u->targets[i];
    bool ok = target->kind == SG_AST_NAME ? assign_name(unit, target, u->values[i], store)
              : sequential                ? assign_spot(unit, target, u->values[i])
                                          : store_spot(unit, target, u->spots[i], u->values[i]);
    if (!ok) return false;
  }
  return true;
}

bool sg_compile_assign(sg_unit *unit, const sg_ast *target, uint32_t value, bool store) {
  uint32_t top = unit->top;
  bool ok;
  if (target->kind == SG_AST_LIST) {
    unpacking u = {0};
    ok = unpack(unit, &u, target, value) && assign_unpacked(unit, &u, store);
    sg_memory *m = unit->vm->memory;
    sg_release(m, u.targets, u.capacity * sizeof(const sg_ast *));
    sg_release(m, u.values, u.value_capacity * sizeof(uint32_t));
    sg_release(m, u.spots, u.spot_capacity * sizeof(spot));
  } else if (target->kind == SG_AST_NAME) {
    ok = assign_name(unit, target, value, store);
  } else {
    ok = assign_spot(unit, target, value);
  }
  unit->top = top;
  return ok;
}

/* A local in a register is worked on in place. */
static bool augment_name(sg_unit *unit, const sg_ast *statement, uint32_t *value) {
  const sg_ast *target = statement->a;
  if (!sg_compile_before(unit, target, statement->b, value) ||
      !sg_compile_arithmetic(unit, statement, *value, *value))
    return false;
  sg_instruction *last = &unit->code->items[unit->code->count - 1];
  if (*value >= unit->locals || last->op > SG_DO_ADD_TO)
    return assign_name(unit, target, *value, true);
  last->op++; /* the storing form */
  return true;
}

static bool compile_augmented(sg_unit *unit, const sg_ast *statement, uint32_t *value) {
  const sg_ast *target = statement->a;
  spot s;
  if (target->kind == SG_AST_NAME) return augment_name(unit, statement, value);
  if (!evaluate_spot(unit, target, &s) || !sg_unit_take(unit, statement->span, 1, value))
    return false;
  bool field = target->kind == SG_AST_FIELD;
  return sg_emit(unit, field ? target->place : target->span,
                 field ? SG_DO_GET_FIELD : SG_DO_GET_INDEX, *value, s.object, s.key) &&
         sg_compile_arithmetic(unit, statement, *value, *value) &&
         store_spot(unit, target, s, *value);
}

/* Values that storing leaves as they are. */
static bool is_never_number(const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_STRING:
  case SG_AST_FSTRING:
  case SG_AST_LIST:
  case SG_AST_RECORD:
  case SG_AST_COMPREHENSION:
  case SG_AST_COMPARE:
  case SG_AST_FUNCTION:
  case SG_AST_TRUE:
  case SG_AST_FALSE:
  case SG_AST_NONE: return true;
  default: return false;
  }
}

/* Turns arithmetic that has just been emitted into its storing form. False: it was none. */
static bool store_arithmetic(sg_unit *unit, const sg_ast *value, uint32_t reg) {
  sg_instruction *last = &unit->code->items[unit->code->count - 1];
  if (value->kind != SG_AST_BINARY || last->a != reg || last->op < SG_DO_ADD ||
      last->op > SG_DO_ADD_TO)
    return false;
  last->op++;
  return true;
}

static bool compile_direct(sg_unit *unit, const sg_ast *statement, uint32_t reg) {
  const sg_ast *value = statement->b;
  return sg_compile_expression(unit, value, reg) &&
         (is_never_number(value) || store_arithmetic(unit, value, reg) ||
          sg_emit(unit, statement->a->span, SG_DO_STORE, reg, reg, 0));
}

bool sg_compile_assignment(sg_unit *unit, const sg_ast *statement, uint32_t *value) {
  const sg_ast *target = statement->a;
  uint32_t branch = sg_scope_branch(unit);
  if (statement->op != SG_OPERATOR_NONE) return compile_augmented(unit, statement, value);
  if (!sg_scope_find_register(unit, target, value)) return false;
  if (*value == UINT32_MAX)
    return sg_unit_take(unit, statement->span, 1, value) &&
           sg_compile_expression(unit, statement->b, *value) &&
           sg_compile_assign(unit, target, *value, true);
  sg_scope_join(unit, branch); /* it is assigned after its value, not before */
  return compile_direct(unit, statement, *value) && sg_scope_find_register(unit, target, value);
}
