/* sgrad: operations on numbers, plain or nodes. */
#include "graph/kernels.h"
#include "graph/tape.h"

#include <assert.h>

/* Fibonacci hashing of the bits: 2^64 / golden ratio, the upper eight bits. */
static uint32_t hash(uint64_t bits) {
  _Static_assert(SG_CONSTANT_CACHE == 256, "the hash has eight bits");
  return (uint32_t)(bits * UINT64_C(0x9E3779B97F4A7C15) >> 56);
}

/* Room for one node must have been reserved. */
static sg_node find_constant(sg_tape *tape, sg_value v) {
  sg_node *slot = &tape->constants[hash(v.bits)];
  if (*slot < tape->count && tape->op[*slot] == SG_OP_CONST &&
      sg_number(tape->value[*slot]).bits == v.bits)
    return *slot;
  *slot = sg_tape_push(tape, SG_OP_CONST, 0, 0, sg_as_double(v));
  return *slot;
}

static inline sg_node take_operand(sg_tape *tape, sg_value v) {
  return sg_is_node(v) ? sg_as_node(v) : find_constant(tape, v);
}

bool sg_tape_operand(sg_tape *tape, sg_value v, sg_node *out) {
  if (!sg_is_node(v) && !sg_tape_reserve(tape, 1)) return false;
  *out = take_operand(tape, v);
  return true;
}

bool sg_apply1(sg_tape *tape, sg_op op, sg_value x, sg_value *out) {
  double value = sg_kernel1(op, sg_tape_value(tape, x));
  if (!sg_is_node(x) || !tape->recording) {
    *out = sg_number(value);
    return true;
  }
  if (!sg_tape_reserve(tape, 1)) return false;
  *out = sg_node_value(sg_tape_push(tape, op, sg_as_node(x), 0, value));
  return true;
}

/* The general case of sg_apply2. Kept apart, so that the arithmetic of nodes there makes no call
 * and saves no register. */
static __attribute__((noinline)) bool apply2(sg_tape *tape, sg_op op, sg_value x, sg_value y,
                                             sg_value *out) {
  double value = sg_kernel2(op, sg_tape_value(tape, x), sg_tape_value(tape, y));
  if (!(sg_is_node(x) || sg_is_node(y)) || !tape->recording) {
    *out = sg_number(value);
    return true;
  }
  if (!sg_tape_reserve(tape, 2)) return false;
  sg_node a = take_operand(tape, x), b = take_operand(tape, y);
  *out = sg_node_value(sg_tape_push(tape, op, a, b, value));
  return true;
}

/* Of sums, differences, products and quotients. */
static inline double compute(sg_op op, double a, double b) {
  switch (op) {
  case SG_OP_ADD: return sg_kernel2(SG_OP_ADD, a, b);
  case SG_OP_SUB: return sg_kernel2(SG_OP_SUB, a, b);
  case SG_OP_MUL: return sg_kernel2(SG_OP_MUL, a, b);
  default: return sg_kernel2(SG_OP_DIV, a, b);
  }
}

bool sg_apply2(sg_tape *tape, sg_op op, sg_value x, sg_value y, sg_value *out) {
  bool records = sg_is_node(x) && sg_is_node(y) && tape->recording;
  if (op > SG_OP_DIV || !records || tape->count == tape->capacity)
    return apply2(tape, op, x, y, out);
  sg_node a = sg_as_node(x), b = sg_as_node(y);
  double value = compute(op, tape->value[a], tape->value[b]);
  *out = sg_node_value(sg_tape_push(tape, op, a, b, value));
  return true;
}

/* The values of the operands; returns how many of them are nodes. */
static uint32_t read_values(const sg_tape *tape, const sg_value *x, uint32_t count,
                            double *values) {
  uint32_t nodes = 0;
  SG_EACH (k, 0, count) {
    nodes += sg_is_node(x[k]);
    values[k] = sg_tape_value(tape, x[k]);
  }
  return nodes;
}

/* Writes the operand list; room for it and for its constants must have been reserved. Given up, it
 * leaves constants that nobody uses. */
static uint32_t write_args(sg_tape *tape, const sg_value *x, uint32_t count, uint32_t constants,
                           uint32_t outputs) {
  uint32_t offset = tape->arg_count;
  uint32_t *args = tape->args + offset, *operands = args + SG_ARGS_HEADER;
  args[0] = count;
  args[1] = outputs;
  if (constants == 0)
    SG_EACH (k, 0, count) operands[k] = sg_as_node(x[k]);
  else
    SG_EACH (k, 0, count) operands[k] = take_operand(tape, x[k]);
  tape->arg_count += SG_ARGS_HEADER + count;
  return offset;
}

static bool reserve_block(sg_tape *tape, uint32_t count, uint32_t constants, uint32_t outputs) {
  return outputs <= SG_NODE_LIMIT - constants && sg_tape_reserve(tape, constants + outputs) &&
         sg_tape_reserve_args(tape, (size_t)SG_ARGS_HEADER + count);
}

/* The outputs of a block whose operand list has been written; all or none. */
static bool push_outputs(sg_tape *tape, sg_op op, uint32_t args, const double *results,
                         uint32_t outputs, sg_value *out) {
  uint32_t before = tape->count;
  SG_EACH (k, 0, outputs) out[k] = sg_node_value(sg_tape_push(tape, op, args, k, results[k]));
  if (!sg_gave_up(outputs)) return true;
  tape->count = before;
  return false;
}

bool sg_apply_block(sg_tape *tape, sg_op op, const sg_value *x, uint32_t count, sg_value *out) {
  assert(count > 0);
  uint32_t outputs = sg_op_outputs(op, count);
  if (!sg_tape_reserve_scratch(tape, (size_t)count + outputs)) return false;
  double *values = tape->scratch, *results = tape->scratch + count;
  uint32_t nodes = read_values(tape, x, count, values);
  bool records = tape->recording && nodes > 0;
  if (records && !reserve_block(tape, count, count - nodes, outputs)) return false;
  sg_op_value_block(op, values, count, results);
  if (records) {
    uint32_t end = tape->arg_count, args = write_args(tape, x, count, count - nodes, outputs);
    if (!sg_gave_up(count) && push_outputs(tape, op, args, results, outputs, out)) return true;
    tape->arg_count = end;
    return false;
  }
  SG_EACH (k, 0, outputs) out[k] = sg_number(results[k]);
  return !sg_gave_up(count);
}
