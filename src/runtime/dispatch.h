/* sgrad: the words in which the evaluator's loop (execute.c) writes its instructions: loading,
 * failing, going on, arithmetic and comparison of numbers.
 *
 * They stand in a function that has `vm`, its `tape`, the innermost frame as `frame` with its
 * `code`, registers `R` and constants `K`, the instruction being run as `pc`, a table `labels` by
 * opcode, and a label `failed` for when the error is set.
 */
#ifndef SG_RUNTIME_DISPATCH_H
#define SG_RUNTIME_DISPATCH_H

#include "runtime/vm.h"

static inline bool sg_is_recording_nodes(const sg_tape *tape, sg_value x, sg_value y) {
  return sg_is_node(x) && sg_is_node(y) && tape->recording && tape->count < tape->capacity;
}

/* The next item of a list, or of a range: {none, next, step, count left}. */
static inline bool sg_next_item(sg_value *state, sg_value *item) {
  if (sg_is_none(state[0])) {
    if (state[3].bits == 0) return false;
    state[3].bits--;
    *item = state[1];
    state[1] = sg_number(sg_as_double(state[1]) + sg_as_double(state[2]));
    return true;
  }
  const sg_list *list = sg_as_list(state[0]);
  if (state[1].bits >= list->count) return false;
  *item = list->items[state[1].bits++];
  return true;
}

#define LOAD_FRAME()                                                                               \
  (frame = &vm->frames[vm->frame_count - 1], code = frame->function->code, pc = frame->pc - 1,     \
   R = frame->base, K = code->constants)
#define NEXT()                                                                                     \
  do {                                                                                             \
    pc++;                                                                                          \
    goto *labels[pc->op];                                                                          \
  } while (0)
#define TRY(call)                                                                                  \
  do {                                                                                             \
    frame->pc = pc + 1;                                                                            \
    if (!(call)) goto failed;                                                                      \
  } while (0)
#define WIDE() sg_instruction_wide(*pc)
#define JUMP() (pc += (int32_t)WIDE())
#define ATTENTION() __builtin_expect(vm->attention || sg_interrupted, 0)
#define SAFEPOINT(dead)                                                                            \
  do {                                                                                             \
    if (ATTENTION()) TRY(sg_vm_safepoint(vm, (dead)));                                             \
  } while (0)
#define STORE_INTO(place, value)                                                                   \
  do {                                                                                             \
    sg_value v_ = (value);                                                                         \
    if (sg_is_double(v_) && tape->recording)                                                       \
      TRY(sg_vm_store(vm, v_, &(place)));                                                          \
    else                                                                                           \
      (place) = v_;                                                                                \
  } while (0)
#define COMPUTE(left, right, row, expression, slow, keep)                                          \
  do {                                                                                             \
    sg_value x = (left);                                                                           \
    sg_value y = (right);                                                                          \
    if (sg_is_double(x) && sg_is_double(y)) {                                                      \
      double a = sg_as_double(x);                                                                  \
      double b = sg_as_double(y);                                                                  \
      keep(R[pc->a], sg_number(expression));                                                       \
    } else if (sg_is_recording_nodes(tape, x, y)) {                                                \
      double a = tape->value[sg_as_node(x)];                                                       \
      double b = tape->value[sg_as_node(y)];                                                       \
      R[pc->a] = sg_node_value(sg_tape_push(tape, row, sg_as_node(x), sg_as_node(y), expression)); \
    } else {                                                                                       \
      TRY(slow);                                                                                   \
    }                                                                                              \
    NEXT();                                                                                        \
  } while (0)
#define ASSIGN_TO(place, value) (place) = (value)
#define ARITHMETIC_OR(name, left, right, row, expression, slow)                                    \
  do_##name : COMPUTE(left, right, row, expression, slow, ASSIGN_TO);                              \
  do_##name##_STORE : COMPUTE(left, right, row, expression, slow, STORE_INTO)
#define ARITHMETIC(name, left, right, operator, row, expression)                                   \
  ARITHMETIC_OR(name, left, right, row, expression, sg_vm_arithmetic(vm, operator, x, y, &R[pc->a]))
#define FOR_NEXT(keep)                                                                             \
  do {                                                                                             \
    sg_value *state = &R[pc->a];                                                                   \
    SAFEPOINT(state + 4);                                                                          \
    sg_value item;                                                                                 \
    bool more = sg_next_item(state, &item);                                                        \
    if (more) keep(R[pc->c], item);                                                                \
    pc++;                                                                                          \
    if (more) JUMP();                                                                              \
    NEXT();                                                                                        \
  } while (0)
#define COMPARE(left, right, operator, expression, yes, no)                                        \
  do {                                                                                             \
    sg_value x = (left);                                                                           \
    sg_value y = (right);                                                                          \
    bool holds;                                                                                    \
    if (sg_is_number(x) && sg_is_number(y)) {                                                      \
      double a = sg_tape_value(tape, x);                                                           \
      double b = sg_tape_value(tape, y);                                                           \
      holds = (expression);                                                                        \
    } else {                                                                                       \
      TRY(sg_operate_compare(vm, operator, x, y, &holds));                                         \
    }                                                                                              \
    if (holds) {                                                                                   \
      yes;                                                                                         \
    } else {                                                                                       \
      no;                                                                                          \
    }                                                                                              \
    NEXT();                                                                                        \
  } while (0)
#define COMPARE_VALUE(operator, expression)                                                        \
  COMPARE(R[pc->b], R[pc->c], operator, expression, R[pc->a] = SG_TRUE, R[pc->a] = SG_FALSE)
#define COMPARE_JUMP(right, operator, expression)                                                  \
  COMPARE(R[pc->a], right, operator, expression, pc++, (pc++, JUMP()))

#endif
