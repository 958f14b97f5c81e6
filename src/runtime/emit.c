/* sgrad: emitting instructions. */
#include "runtime/emit.h"

#include "runtime/heap.h"

bool sg_unit_fail(sg_unit *unit, sg_span span, const char *message) {
  unit->vm->error.source = unit->code->source;
  return sg_fail(&unit->vm->error, span, "%s", message);
}

sg_string *sg_unit_intern(sg_unit *unit, sg_text text) {
  sg_string *string = sg_string_intern(&unit->vm->heap, text.start, text.bytes);
  if (!string) sg_fail_memory(&unit->vm->error);
  return string;
}

static bool push_span(sg_unit *unit, sg_span span) {
  sg_code *code = unit->code;
  if (code->count < code->span_capacity) {
    code->spans[code->count] = span;
    return true;
  }
  if (!sg_reserve(unit->vm->memory, (void **)&code->spans, &code->span_capacity,
                  (size_t)code->count + 1, sizeof span))
    return false;
  code->spans[code->count] = span;
  return true;
}

bool sg_emit(sg_unit *unit, sg_span span, sg_opcode op, uint32_t a, uint32_t b, uint32_t c) {
  sg_code *code = unit->code;
  if (!SG_RESERVE(unit->vm->memory, code, (size_t)code->count + 1) || !push_span(unit, span))
    return sg_fail_memory(&unit->vm->error);
  code->items[code->count++] =
      (sg_instruction){(uint16_t)op, (uint16_t)a, (uint16_t)b, (uint16_t)c};
  return true;
}

bool sg_emit_wide(sg_unit *unit, sg_span span, sg_opcode op, uint32_t a, uint32_t wide) {
  return sg_emit(unit, span, op, a, wide & 0xFFFF, wide >> 16);
}

void sg_emit_patch(sg_unit *unit, uint32_t at, uint32_t target) {
  uint32_t distance = target - (at + 1); /* two's complement: backwards is fine */
  unit->code->items[at].b = (uint16_t)(distance & 0xFFFF);
  unit->code->items[at].c = (uint16_t)(distance >> 16);
}

bool sg_emit_constant(sg_unit *unit, sg_value v, uint32_t *index) {
  sg_code *code = unit->code;
  uint32_t recent = code->constant_count > 16 ? code->constant_count - 16 : 0;
  for (uint32_t i = recent; i < code->constant_count; i++) {
    if (code->constants[i].bits != v.bits) continue;
    *index = i;
    return true;
  }
  if (!sg_reserve(unit->vm->memory, (void **)&code->constants, &code->constant_capacity,
                  (size_t)code->constant_count + 1, sizeof v))
    return sg_fail_memory(&unit->vm->error);
  code->constants[code->constant_count] = v;
  *index = code->constant_count++;
  return true;
}

bool sg_emit_name(sg_unit *unit, sg_span span, sg_string *name, uint32_t *index) {
  sg_code *code = unit->code;
  for (uint32_t i = 0; i < code->name_count; i++) {
    if (code->names[i] != name) continue;
    *index = i;
    return true;
  }
  if (code->name_count > UINT16_MAX)
    return sg_unit_fail(unit, span, "more than 65,536 different names in one function");
  if (!sg_reserve(unit->vm->memory, (void **)&code->names, &code->name_capacity,
                  (size_t)code->name_count + 1, sizeof name))
    return sg_fail_memory(&unit->vm->error);
  code->names[code->name_count] = name;
  *index = code->name_count++;
  return true;
}

bool sg_emit_load(sg_unit *unit, sg_span span, uint32_t reg, sg_value v) {
  uint32_t index;
  return sg_emit_constant(unit, v, &index) && sg_emit_wide(unit, span, SG_DO_LOAD, reg, index);
}

bool sg_emit_move(sg_unit *unit, sg_span span, uint32_t to, uint32_t from) {
  return to == from || sg_emit(unit, span, SG_DO_MOVE, to, from, 0);
}

bool sg_unit_take(sg_unit *unit, sg_span span, uint32_t count, uint32_t *first) {
  if (unit->top + count > SG_MAX_REGISTERS)
    return sg_unit_fail(unit, span,
                        "too many variables or arguments in one function (over 60,000)");
  *first = unit->top;
  unit->top += count;
  if (unit->top > unit->code->registers) unit->code->registers = (uint16_t)unit->top;
  return true;
}

sg_code *sg_code_new(sg_heap *heap, sg_source *source, sg_span span) {
  sg_code *code = sg_heap_allocate(heap, sizeof *code, SG_CODE);
  if (!code) return NULL;
  sg_object head = code->head;
  *code = (sg_code){.head = head, .source = sg_source_retain(source), .span = span};
  return code;
}
