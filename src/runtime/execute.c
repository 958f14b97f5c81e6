/* sgrad: the evaluator's loop. One function: a dispatch of instructions, with the arithmetic of
 * numbers, jumps and calls in place and everything else in access.c, operate.c, call.c.
 *
 * `pc` is the instruction being run, `R` and `K` are the innermost frame's; the frame's own pc,
 * which is that of the next instruction, is written before anything that may fail, call or collect.
 */
#include "runtime/call.h"
#include "runtime/construct.h"
#include "runtime/dispatch.h"

#pragma GCC diagnostic ignored "-Wpedantic" /* labels as values: the dispatch jumps by a table */

/* A call whose arguments stand as the function wants them, when there is room for its frame. False:
 * it is for sg_call_enter to do, or to refuse. */
static inline bool enter_quickly(sg_vm *vm, sg_function *function, sg_value *args, uint32_t count,
                                 uint16_t to, sg_frame *caller, const sg_instruction *pc) {
  const sg_code *code = function->code;
  sg_value *end = args + code->registers;
  if (count != code->parameters || vm->frame_count >= vm->frame_capacity ||
      vm->frame_count >= SG_CALL_LIMIT || end > vm->stack + SG_STACK_SIZE - SG_STACK_MARGIN)
    return false;
  if (vm->tape.recording)
    for (uint32_t k = 0; k < count; k++)
      if (sg_is_double(args[k])) return false;
  for (sg_value *slot = args + count; slot < end; slot++) *slot = SG_UNDEFINED;
  vm->top = end;
  caller->pc = pc;
  vm->frames[vm->frame_count++] = (sg_frame){.function = function,
                                             .pc = code->items,
                                             .base = args,
                                             .to = to,
                                             .recording = vm->tape.recording};
  return true;
}

/* Any call: afterwards the builtin's result stands in `result`, or the function's frame is
 * innermost. */
static bool call(sg_vm *vm, sg_value callee, sg_arguments a, uint16_t to, sg_value *result) {
  if (sg_is_kind(callee, SG_FUNCTION))
    return sg_call_enter(vm, sg_as_function(callee), a, to, false);
  if (!sg_is_callable(callee)) return sg_call_refuse(vm, callee);
  return sg_call_builtin(vm, sg_as_bound(sg_called(callee)), a, result);
}

static bool run_command(sg_vm *vm, const sg_string *name, const sg_string *rest) {
  if (!vm->command) return sg_vm_fail(vm, "no commands here: ':%s'", name->text);
  return vm->command(vm->command_context, vm, name->text, rest->text);
}

/* Ends the innermost call, whether it returned or failed. True: its caller is C code. */
static bool leave_frame(sg_vm *vm) {
  sg_frame *frame = &vm->frames[--vm->frame_count];
  vm->tape.recording = frame->recording;
  if (frame->from_c) return true;
  const sg_frame *caller = frame - 1;
  vm->top = caller->base + caller->function->code->registers;
  return false;
}

/* Gives the error its place, if it has none, and unwinds to the C code that is waiting. */
static bool unwind(sg_vm *vm) {
  for (;;) {
    const sg_frame *frame = &vm->frames[vm->frame_count - 1];
    const sg_code *code = frame->function->code;
    sg_span span = code->spans[frame->pc - code->items - 1];
    if (vm->error.unwound)
      sg_error_trace(&vm->error, code->source, span, code->name ? code->name->text : "");
    else if (!vm->error.source) {
      vm->error.source = code->source;
      vm->error.span = span;
    }
    vm->error.unwound = true;
    if (leave_frame(vm)) return false;
  }
}

bool sg_execute(sg_vm *vm, sg_value *result) {
  static const void *const labels[] = {
#define X(name) &&do_##name,
      SG_INSTRUCTIONS(X)
#undef X
  };
  sg_tape *tape = &vm->tape;
  sg_frame *frame;
  sg_code *code;
  const sg_instruction *pc;
  sg_value *R;
  const sg_value *K;

  LOAD_FRAME();
  NEXT();

do_MOVE:
  R[pc->a] = R[pc->b];
  NEXT();
do_LOAD:
  R[pc->a] = K[WIDE()];
  NEXT();
do_STORE:
  STORE_INTO(R[pc->a], R[pc->b]);
  NEXT();
do_GET_GLOBAL : {
  const sg_global *global = &vm->globals[WIDE()];
  sg_value v = sg_is_undefined(global->value) ? global->builtin : global->value;
  if (sg_is_undefined(v)) TRY(sg_vm_fail_name(vm, global->name));
  R[pc->a] = v;
  NEXT();
}
do_SET_GLOBAL:
  STORE_INTO(vm->globals[WIDE()].value, R[pc->a]);
  NEXT();
do_CHECK:
  if (sg_is_undefined(R[pc->a])) TRY(sg_vm_fail_name(vm, code->names[pc->b]));
  NEXT();
do_GET_CELL : {
  sg_value v = ((sg_cell *)sg_as_object(R[pc->b]))->value;
  if (sg_is_undefined(v)) TRY(sg_vm_fail_name(vm, code->names[pc->c]));
  R[pc->a] = v;
  NEXT();
}
do_SET_CELL:
  if (pc->c)
    ((sg_cell *)sg_as_object(R[pc->a]))->value = R[pc->b];
  else
    STORE_INTO(((sg_cell *)sg_as_object(R[pc->a]))->value, R[pc->b]);
  NEXT();
do_NEW_CELL:
  TRY(sg_construct_cell(vm, R[pc->b], &R[pc->a]));
  NEXT();
do_GET_CAPTURE : {
  sg_value v = frame->function->cells[pc->b]->value;
  if (sg_is_undefined(v)) TRY(sg_vm_fail_name(vm, code->names[pc->c]));
  R[pc->a] = v;
  NEXT();
}
do_SET_CAPTURE:
  STORE_INTO(frame->function->cells[pc->a]->value, R[pc->b]);
  NEXT();
  ARITHMETIC(ADD, R[pc->b], R[pc->c], SG_ADD, SG_OP_ADD, a + b);
  ARITHMETIC(SUB, R[pc->b], R[pc->c], SG_SUBTRACT, SG_OP_SUB, a - b);
  ARITHMETIC(MUL, R[pc->b], R[pc->c], SG_MULTIPLY, SG_OP_MUL, a * b);
  ARITHMETIC(DIV, R[pc->b], R[pc->c], SG_DIVIDE, SG_OP_DIV, a / b);
  ARITHMETIC(ADD_RK, R[pc->b], K[pc->c], SG_ADD, SG_OP_ADD, a + b);
  ARITHMETIC(SUB_RK, R[pc->b], K[pc->c], SG_SUBTRACT, SG_OP_SUB, a - b);
  ARITHMETIC(MUL_RK, R[pc->b], K[pc->c], SG_MULTIPLY, SG_OP_MUL, a * b);
  ARITHMETIC(DIV_RK, R[pc->b], K[pc->c], SG_DIVIDE, SG_OP_DIV, a / b);
  ARITHMETIC(ADD_KR, K[pc->b], R[pc->c], SG_ADD, SG_OP_ADD, a + b);
  ARITHMETIC(SUB_KR, K[pc->b], R[pc->c], SG_SUBTRACT, SG_OP_SUB, a - b);
  ARITHMETIC(MUL_KR, K[pc->b], R[pc->c], SG_MULTIPLY, SG_OP_MUL, a * b);
  ARITHMETIC(DIV_KR, K[pc->b], R[pc->c], SG_DIVIDE, SG_OP_DIV, a / b);
  ARITHMETIC_OR(ADD_TO, R[pc->b], R[pc->c], SG_OP_ADD, a + b,
                sg_operate_add_to(vm, x, y, &R[pc->a]));
do_FLOOR_DIVIDE:
  TRY(sg_vm_arithmetic(vm, SG_FLOOR_DIVIDE, R[pc->b], R[pc->c], &R[pc->a]));
  NEXT();
do_MODULO:
  TRY(sg_vm_arithmetic(vm, SG_MODULO, R[pc->b], R[pc->c], &R[pc->a]));
  NEXT();
do_POWER:
  TRY(sg_vm_arithmetic(vm, SG_POWER, R[pc->b], R[pc->c], &R[pc->a]));
  NEXT();
do_POWER_RK:
  TRY(sg_vm_arithmetic(vm, SG_POWER, R[pc->b], K[pc->c], &R[pc->a]));
  NEXT();
do_REPEAT:
  TRY(sg_operate_repeat(vm, R[pc->b], R[pc->c], true, &R[pc->a]));
  NEXT();
do_NEGATE:
  if (sg_is_double(R[pc->b]))
    R[pc->a] = sg_number(-sg_as_double(R[pc->b]));
  else
    TRY(sg_operate_unary(vm, SG_NEGATE, R[pc->b], &R[pc->a]));
  NEXT();
do_POSITIVE:
  TRY(sg_operate_unary(vm, SG_POSITIVE, R[pc->b], &R[pc->a]));
  NEXT();
do_NOT:
  TRY(sg_operate_unary(vm, SG_NOT, R[pc->b], &R[pc->a]));
  NEXT();
do_EQUAL:
  COMPARE_VALUE(SG_EQUAL, a == b);
do_NOT_EQUAL:
  COMPARE_VALUE(SG_NOT_EQUAL, a != b);
do_LESS:
  COMPARE_VALUE(SG_LESS, a < b);
do_LESS_EQUAL:
  COMPARE_VALUE(SG_LESS_EQUAL, a <= b);
do_GREATER:
  COMPARE_VALUE(SG_GREATER, a > b);
do_GREATER_EQUAL:
  COMPARE_VALUE(SG_GREATER_EQUAL, a >= b);
do_IN : {
  bool found;
  TRY(sg_operate_in(vm, R[pc->b], R[pc->c], &found));
  R[pc->a] = sg_bool(found);
  NEXT();
}
do_NOT_IN : {
  bool found;
  TRY(sg_operate_in(vm, R[pc->b], R[pc->c], &found));
  R[pc->a] = sg_bool(!found);
  NEXT();
}
do_JUMP:
  JUMP();
  NEXT();
do_JUMP_FALSE:
  if (R[pc->a].bits == SG_FALSE.bits)
    JUMP();
  else if (!sg_is_true(R[pc->a]))
    TRY(sg_operate_condition(vm, R[pc->a]));
  NEXT();
do_JUMP_TRUE:
  if (sg_is_true(R[pc->a]))
    JUMP();
  else if (R[pc->a].bits != SG_FALSE.bits)
    TRY(sg_operate_condition(vm, R[pc->a]));
  NEXT();
do_IF_LESS:
  COMPARE_JUMP(R[pc->b], SG_LESS, a < b);
do_IF_LESS_EQUAL:
  COMPARE_JUMP(R[pc->b], SG_LESS_EQUAL, a <= b);
do_IF_GREATER:
  COMPARE_JUMP(R[pc->b], SG_GREATER, a > b);
do_IF_GREATER_EQUAL:
  COMPARE_JUMP(R[pc->b], SG_GREATER_EQUAL, a >= b);
do_IF_LESS_K:
  COMPARE_JUMP(K[pc->b], SG_LESS, a < b);
do_IF_LESS_EQUAL_K:
  COMPARE_JUMP(K[pc->b], SG_LESS_EQUAL, a <= b);
do_IF_GREATER_K:
  COMPARE_JUMP(K[pc->b], SG_GREATER, a > b);
do_IF_GREATER_EQUAL_K:
  COMPARE_JUMP(K[pc->b], SG_GREATER_EQUAL, a >= b);
do_CHECK_BOOL:
  if (!sg_is_bool(R[pc->a])) TRY(sg_operate_condition(vm, R[pc->a]));
  NEXT();
do_LOOP:
  SAFEPOINT(R + pc->a);
  JUMP();
  NEXT();
do_FOR_RANGE:
  TRY(sg_construct_range(vm, &R[pc->a], pc->b));
  NEXT();
do_FOR_LIST:
  R[pc->a + 1].bits = 0;
  TRY(sg_access_iterate(vm, &R[pc->a]));
  NEXT();
do_FOR_NEXT:
  FOR_NEXT(ASSIGN_TO);
do_FOR_STORE:
  FOR_NEXT(STORE_INTO);
do_NEW_LIST:
  TRY(sg_construct_list(vm, WIDE(), &R[pc->a]));
  NEXT();
do_APPEND:
  TRY(sg_construct_append(vm, R[pc->a], R[pc->b], pc->c));
  NEXT();
do_NEW_RECORD:
  TRY(sg_construct_record(vm, &R[pc->a]));
  NEXT();
do_SET_KEY:
  TRY(sg_construct_pair(vm, R[pc->a], code->names[pc->c], R[pc->b]));
  NEXT();
do_GET_FIELD:
  TRY(sg_vm_field(vm, R[pc->b], code->names[pc->c], &R[pc->a]));
  NEXT();
do_SET_FIELD:
  TRY(sg_access_set_field(vm, R[pc->a], code->names[pc->b], R[pc->c]));
  NEXT();
do_GET_INDEX : {
  sg_value object = R[pc->b];
  sg_value index = R[pc->c];
  if (sg_is_list(object) && sg_is_number(index)) {
    const sg_list *list = sg_as_list(object);
    double x = sg_tape_value(tape, index);
    if (x >= 0 && x < (double)list->count && (double)(uint32_t)x == x) {
      R[pc->a] = list->items[(uint32_t)x];
      NEXT();
    }
  }
  TRY(sg_vm_index(vm, object, index, &R[pc->a]));
  NEXT();
}
do_SET_INDEX:
  TRY(sg_access_set_index(vm, R[pc->a], R[pc->b], R[pc->c]));
  NEXT();
do_PREPARE_FIELD:
  TRY(sg_access_prepare_field(vm, R[pc->a], code->names[pc->b], &R[pc->c]));
  NEXT();
do_PREPARE_INDEX:
  TRY(sg_access_prepare_index(vm, R[pc->a], R[pc->b], &R[pc->c]));
  NEXT();
do_SLICE:
  TRY(sg_access_slice(vm, &R[pc->b], &R[pc->a]));
  NEXT();
do_UNPACK:
  TRY(sg_access_unpack(vm, R[pc->a], pc->c, &R[pc->b]));
  NEXT();
do_FUNCTION:
  TRY(sg_construct_function(vm, frame, K[WIDE()], &R[pc->a]));
  NEXT();
do_CALL : {
  sg_value callee = R[pc->a];
  if (sg_is_kind(callee, SG_FUNCTION)) {
    SAFEPOINT(&R[pc->a + 1 + pc->b]);
    if (enter_quickly(vm, sg_as_function(callee), &R[pc->a + 1], pc->b, pc->c, frame, pc + 1)) {
      LOAD_FRAME();
      NEXT();
    }
  }
  TRY(call(vm, callee, (sg_arguments){.args = &R[pc->a + 1], .count = pc->b}, pc->c, &R[pc->c]));
  LOAD_FRAME();
  NEXT();
}
do_CALL_NAMED : {
  sg_instruction i = *pc++;
  sg_arguments a = {.args = &R[i.a + 1], .count = i.b, .names = sg_as_list(K[WIDE()])};
  TRY(call(vm, R[i.a], a, i.c, &R[i.c]));
  LOAD_FRAME();
  NEXT();
}
do_CALL_METHOD : {
  sg_instruction i = *pc++;
  uint32_t global = WIDE();
  sg_arguments a = {.args = &R[i.a + 1], .count = i.b + 1u};
  sg_value field;
  bool found;
  TRY(sg_access_own(vm, R[i.a + 1], vm->globals[global].name, &field, &found));
  if (pc->a) {
    pc++;
    a.names = sg_as_list(K[WIDE()]);
  }
  if (found) {
    R[i.a + 1] = field;
    a.args++;
    a.count--;
  } else {
    TRY(sg_call_find_method(vm, R[i.a + 1], global, &R[i.a]));
  }
  TRY(call(vm, a.args[-1], a, i.c, &R[i.c]));
  LOAD_FRAME();
  NEXT();
}
do_EXTRA:
  NEXT();
do_PICK : {
  if (!sg_is_undefined(R[pc->a])) NEXT();
  sg_value v = pc->b == 0   ? R[pc->c]
               : pc->b == 1 ? ((sg_cell *)sg_as_object(R[pc->c]))->value
                            : frame->function->cells[pc->c]->value;
  if (sg_is_callable(v)) R[pc->a] = v;
  NEXT();
}
do_RETURN : {
  sg_value value = R[pc->a];
  uint32_t to = frame->to;
  if (leave_frame(vm)) {
    if (result) *result = value;
    return true;
  }
  LOAD_FRAME();
  R[to] = value;
  NEXT();
}
do_DEFAULT:
  if (!sg_is_undefined(R[pc->a])) JUMP();
  NEXT();
do_NO_GRAD:
  R[pc->a] = sg_bool(tape->recording);
  tape->recording = false;
  NEXT();
do_GRAD_BACK:
  tape->recording = sg_is_true(R[pc->a]);
  NEXT();
do_TEXT:
  TRY(sg_construct_text(vm, &R[pc->b], pc->c, &R[pc->a]));
  NEXT();
do_FORMAT:
  TRY(sg_construct_format(vm, pc->b ? &code->formats[pc->b - 1] : NULL, pc->c, &R[pc->a]));
  NEXT();
do_COMMAND:
  TRY(run_command(vm, code->names[pc->a], code->names[pc->b]));
  LOAD_FRAME();
  NEXT();
do_ECHO:
  TRY(!vm->echo || vm->echo(vm->echo_context, vm, R[pc->a]));
  LOAD_FRAME();
  NEXT();
do_STATEMENT:
  sg_vm_finish_statement(vm);
  SAFEPOINT(R + pc->a);
  NEXT();

failed:
  return unwind(vm);
}
