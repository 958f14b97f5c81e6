/* sgrad: scalar functions: each a row of ops.def, or a few of them.
 *
 * The first argument may be a list of numbers, however nested: the function maps over it.
 */
#include "builtins/argument.h"
#include "builtins/builtins.h"
#include "builtins/walk.h"

#include <math.h>

/* What is applied to each number. */
typedef struct application {
  sg_op op;
  sg_value b; /* the further operands */
  sg_value c;
  int64_t digits;
} application;

static bool map_numbers(sg_vm *vm, const sg_call *call, sg_walk_step *step, const application *what,
                        sg_value *result) {
  application copy = *what;
  sg_walk walk = {.vm = vm,
                  .builtin = call->builtin,
                  .number = step,
                  .other = sg_walk_fail_other,
                  .lists_only = true,
                  .context = &copy};
  *result = call->args[0];
  return sg_walk_copy(&walk, result);
}

static bool apply_one(sg_walk *walk, sg_value *slot) {
  const application *what = walk->context;
  return sg_apply1(&walk->vm->tape, what->op, *slot, slot) || sg_vm_fail_memory(walk->vm);
}

static bool apply_two(sg_walk *walk, sg_value *slot) {
  const application *what = walk->context;
  return sg_apply2(&walk->vm->tape, what->op, *slot, what->b, slot) || sg_vm_fail_memory(walk->vm);
}

static bool clip_to(sg_vm *vm, sg_value x, sg_value low, sg_value high, sg_value *out) {
  sg_value operands[] = {x, low, high};
  return sg_apply_block(&vm->tape, SG_OP_CLIP, operands, 3, out) || sg_vm_fail_memory(vm);
}

static bool apply_clip(sg_walk *walk, sg_value *slot) {
  const application *what = walk->context;
  return clip_to(walk->vm, *slot, what->b, what->c, slot);
}

static bool run_unary(sg_vm *vm, const sg_call *call, sg_value *result) {
  application what = {.op = (sg_op)call->builtin->op};
  if (sg_is_number(call->args[0]))
    return sg_apply1(&vm->tape, what.op, call->args[0], result) || sg_vm_fail_memory(vm);
  return map_numbers(vm, call, apply_one, &what, result);
}

/* A number as it is, node or constant; `fallback` when not given. */
static bool need_operand(sg_vm *vm, const sg_call *call, uint32_t i, double fallback,
                         sg_value *out) {
  *out = sg_number(fallback);
  if (!sg_is_given(call, i)) return true;
  *out = call->args[i];
  return sg_is_number(*out) || sg_vm_fail_argument(vm, call, i, "a number");
}

static bool run_with(sg_vm *vm, const sg_call *call, double fallback, sg_value *result) {
  application what = {.op = (sg_op)call->builtin->op};
  if (!need_operand(vm, call, 1, fallback, &what.b)) return false;
  if (sg_is_number(call->args[0]))
    return sg_apply2(&vm->tape, what.op, call->args[0], what.b, result) || sg_vm_fail_memory(vm);
  return map_numbers(vm, call, apply_two, &what, result);
}

static bool run_binary(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_with(vm, call, 0, result);
}

static bool run_leaky_relu(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_with(vm, call, 0.01, result);
}

static bool run_elu(sg_vm *vm, const sg_call *call, sg_value *result) {
  return run_with(vm, call, 1, result);
}

static bool apply_log(sg_walk *walk, sg_value *slot) {
  return apply_one(walk, slot) &&
         (sg_apply2(&walk->vm->tape, SG_OP_DIV, *slot, ((application *)walk->context)->c, slot) ||
          sg_vm_fail_memory(walk->vm));
}

static bool run_log(sg_vm *vm, const sg_call *call, sg_value *result) {
  application what = {.op = SG_OP_LOG};
  if (!sg_is_given(call, 1)) return map_numbers(vm, call, apply_one, &what, result);
  if (!need_operand(vm, call, 1, 0, &what.b)) return false;
  return (sg_apply1(&vm->tape, SG_OP_LOG, what.b, &what.c) || sg_vm_fail_memory(vm)) &&
         map_numbers(vm, call, apply_log, &what, result);
}

static bool run_clip(sg_vm *vm, const sg_call *call, sg_value *result) {
  application what = {.op = SG_OP_CLIP};
  return need_operand(vm, call, 1, -INFINITY, &what.b) &&
         need_operand(vm, call, 2, INFINITY, &what.c) &&
         map_numbers(vm, call, apply_clip, &what, result);
}

/* x to a multiple of 10**digits, digits > 0, halves to even: the remainder is exact, and so is what
 * is left without it. */
static double round_tens(double x, int64_t digits) {
  if (digits > 308) return copysign(0, x);
  double unit = pow(10, (double)digits);
  double rest = fmod(fabs(x), unit);
  double below = fabs(x) - rest;
  bool odd = fmod(below / unit, 2) == 1;
  bool up = rest > unit / 2 || (rest == unit / 2 && odd);
  return copysign(up ? below + unit : below, x);
}

/* x to `digits` places behind the point, correctly rounded: by way of its decimal text. */
static bool round_decimal(sg_vm *vm, double x, int64_t digits, double *out) {
  *out = x;
  if (!isfinite(x) || digits > 323 || fabs(x) >= 0x1p52) return true;
  sg_format format = {.fill = ' ', .sign = '-', .type = 'f', .precision = (int32_t)digits};
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  sg_format_number(&text, &format, x);
  bool ok = !text.failed && sg_number_parse(text.items, text.count, out);
  sg_buffer_clear(&text);
  return ok || sg_vm_fail_memory(vm);
}

/* A node's rounded value hangs on round(x) by a clip between equal bounds: its derivative is 0. */
static bool apply_round(sg_walk *walk, sg_value *slot) {
  const application *what = walk->context;
  sg_vm *vm = walk->vm;
  double x = sg_tape_value(&vm->tape, *slot);
  if (what->digits < 0 && isfinite(x))
    x = round_tens(x, -what->digits);
  else if (!round_decimal(vm, x, what->digits, &x))
    return false;
  if (sg_is_node(*slot) && vm->tape.recording)
    return apply_one(walk, slot) && clip_to(vm, *slot, sg_number(x), sg_number(x), slot);
  *slot = sg_number(x);
  return true;
}

static bool run_round(sg_vm *vm, const sg_call *call, sg_value *result) {
  application what = {.op = SG_OP_ROUND};
  if (sg_is_given(call, 1) && !sg_vm_need_whole(vm, call, 1, &what.digits)) return false;
  return map_numbers(vm, call, what.digits ? apply_round : apply_one, &what, result);
}

static bool ask_nan(sg_walk *walk, sg_value *slot) {
  *slot = sg_bool(isnan(sg_tape_value(&walk->vm->tape, *slot)));
  return true;
}

static bool ask_inf(sg_walk *walk, sg_value *slot) {
  *slot = sg_bool(isinf(sg_tape_value(&walk->vm->tape, *slot)));
  return true;
}

static bool ask_finite(sg_walk *walk, sg_value *slot) {
  *slot = sg_bool(isfinite(sg_tape_value(&walk->vm->tape, *slot)));
  return true;
}

static bool run_isnan(sg_vm *vm, const sg_call *call, sg_value *result) {
  return map_numbers(vm, call, ask_nan, &(application){0}, result);
}

static bool run_isinf(sg_vm *vm, const sg_call *call, sg_value *result) {
  return map_numbers(vm, call, ask_inf, &(application){0}, result);
}

static bool run_isfinite(sg_vm *vm, const sg_call *call, sg_value *result) {
  return map_numbers(vm, call, ask_finite, &(application){0}, result);
}

/* The chosen side by a node of its own; a node also when only the other side is one. */
static bool choose(sg_vm *vm, bool first, sg_value a, sg_value b, sg_value *out) {
  sg_value chosen = first ? a : b;
  sg_value other = first ? b : a;
  sg_node constant;
  if (sg_is_double(chosen) && sg_is_node(other) && vm->tape.recording) {
    if (!sg_tape_operand(&vm->tape, chosen, &constant)) return sg_vm_fail_memory(vm);
    chosen = sg_node_value(constant);
  }
  return sg_apply1(&vm->tape, SG_OP_WHERE, chosen, out) || sg_vm_fail_memory(vm);
}

/* The k-th number of a list, or a number that stands for all. */
static bool side(sg_vm *vm, const sg_call *call, uint32_t i, uint32_t k, sg_value *out) {
  sg_value v = *out = call->args[i];
  if (sg_is_list(v) && k < sg_as_list(v)->count) *out = sg_as_list(v)->items[k];
  return sg_is_number(*out) || sg_vm_fail_argument(vm, call, i, "numbers, as many as conditions,");
}

static bool choose_each(sg_vm *vm, const sg_call *call, sg_value *result) {
  const sg_list *conditions = sg_as_list(call->args[0]);
  sg_list *list = sg_list_new(&vm->heap, conditions->count);
  if (!list) return sg_vm_fail_memory(vm);
  for (uint32_t i = 1; i < 3; i++)
    if (sg_is_list(call->args[i]) && sg_as_list(call->args[i])->count != conditions->count)
      return sg_vm_fail(vm, "where() takes lists of equal length: %u conditions, %u numbers",
                        conditions->count, sg_as_list(call->args[i])->count);
  for (uint32_t k = 0; k < conditions->count; k++) {
    sg_value a;
    sg_value b;
    sg_value c = conditions->items[k];
    if (!sg_is_bool(c)) return sg_vm_fail_argument(vm, call, 0, "a bool or a list of bools");
    if (!side(vm, call, 1, k, &a) || !side(vm, call, 2, k, &b)) return false;
    if (!choose(vm, sg_is_true(c), a, b, &c) || !sg_poll_at(vm, k)) return false;
    sg_list_set(list, list->count++, c);
  }
  return sg_give_object(vm, list, result);
}

static bool run_where(sg_vm *vm, const sg_call *call, sg_value *result) {
  if (sg_is_list(call->args[0])) return choose_each(vm, call, result);
  if (!sg_is_bool(call->args[0]))
    return sg_vm_fail_argument(vm, call, 0, "a bool or a list of bools");
  for (uint32_t i = 1; i < 3; i++)
    if (!sg_is_number(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a number");
  return choose(vm, sg_is_true(call->args[0]), call->args[1], call->args[2], result);
}

#define MAPS " Applied to a list, it works on each number."
#define UNARY(word, id, text, line)                                                                \
  {                                                                                                \
    .name = word, .parameters = "x", .run = run_unary, .doc = text MAPS, .example = line,          \
    .topic = "math", .op = SG_OP_##id                                                              \
  }
#define ROW(word, names, function, id, text, line)                                                 \
  {                                                                                                \
    .name = word, .parameters = names, .run = function, .doc = text, .example = line,              \
    .topic = "math", .op = SG_OP_##id                                                              \
  }

const sg_builtin sg_math_builtins[] = {
    UNARY("exp", EXP, "e to the power x.", "exp([0, 1])  # [1, 2.71828]"),
    ROW("log", "x, base=e", run_log, LOG,
        "The natural logarithm, or that to another base, which divides it by `log(base)`: -inf at "
        "0, nan below." MAPS,
        "log(8, 2)  # 3"),
    UNARY("log2", LOG2, "The logarithm to base 2.", "log2(8)  # 3"),
    UNARY("log10", LOG10, "The logarithm to base 10.", "log10(1000)  # 3"),
    UNARY("log1p", LOG1P, "The logarithm of 1 + x, exact for small x too.",
          "log1p(1e-20)  # 1e-20"),
    UNARY("expm1", EXPM1, "e to the power x, minus 1, exact for small x too.",
          "expm1(1e-20)  # 1e-20"),
    UNARY("sqrt", SQRT, "The square root; nan below 0.", "sqrt(9)  # 3"),
    UNARY("cbrt", CBRT, "The cube root, of negative numbers too.", "cbrt(-8)  # -2"),
    UNARY("abs", ABS, "The absolute value. At 0 its derivative is 0.", "abs(-2)  # 2"),
    UNARY("sign", SIGN, "The sign of x: -1, 0 or 1. Its derivative is 0 everywhere.",
          "sign(-3)  # -1"),
    UNARY("floor", FLOOR, "x rounded down to a whole number. Its derivative is 0 everywhere.",
          "floor(-2.5)  # -3"),
    UNARY("ceil", CEIL, "x rounded up to a whole number. Its derivative is 0 everywhere.",
          "ceil(2.1)  # 3"),
    ROW("round", "x, n=0", run_round, ROUND,
        "x rounded to n decimals, halves to the even neighbour; n = -1 rounds to tens, -2 to "
        "hundreds. Its derivative is 0 everywhere." MAPS,
        "round(2.675, 2)  # 2.67"),
    UNARY("sin", SIN, "The sine of x in radians.", "sin(pi / 2)  # 1"),
    UNARY("cos", COS, "The cosine of x in radians.", "cos(pi)  # -1"),
    UNARY("tan", TAN, "The tangent of x in radians.", "tan(1)  # 1.55741"),
    UNARY("asin", ASIN, "The arc sine in radians; nan outside [-1, 1].", "asin(1)  # 1.5708"),
    UNARY("acos", ACOS, "The arc cosine in radians; nan outside [-1, 1].", "acos(1)  # 0"),
    UNARY("atan", ATAN, "The arc tangent in radians.", "atan(1)  # 0.785398"),
    ROW("atan2", "y, x", run_binary, ATAN2,
        "The angle of the point (x, y) in radians, from -pi to pi. Both are numbers; y may be a "
        "list of them.",
        "atan2(0, -1)  # 3.14159"),
    UNARY("sinh", SINH, "The hyperbolic sine.", "sinh(1)  # 1.1752"),
    UNARY("cosh", COSH, "The hyperbolic cosine.", "cosh(1)  # 1.54308"),
    UNARY("tanh", TANH, "The hyperbolic tangent.", "tanh(0.5)  # 0.462117"),
    UNARY("asinh", ASINH, "The inverse hyperbolic sine.", "asinh(1)  # 0.881374"),
    UNARY("acosh", ACOSH, "The inverse hyperbolic cosine; nan below 1.", "acosh(2)  # 1.31696"),
    UNARY("atanh", ATANH, "The inverse hyperbolic tangent; nan outside [-1, 1].",
          "atanh(0.5)  # 0.549306"),
    UNARY("erf", ERF,
          "The error function: `2 / sqrt(pi)` times the integral of `exp(-t**2)` from 0 to x.",
          "erf(1)  # 0.842701"),
    UNARY("relu", RELU,
          "x where it is positive, else 0: the rectified linear unit. At 0 its derivative is 0.",
          "relu([-1, 2])  # [0, 2]"),
    ROW("leaky_relu", "x, slope=0.01", run_leaky_relu, LEAKY_RELU,
        "x where it is positive, else `slope * x`: a relu that never goes flat." MAPS,
        "leaky_relu(-1, slope=0.5)  # -0.5"),
    ROW("elu", "x, alpha=1", run_elu, ELU,
        "The exponential linear unit: x where it is positive, else a curve that falls to -alpha "
        "(Clevert, Unterthiner and Hochreiter, 2015)." MAPS,
        "elu([2, -1])  # [2, -0.632121]"),
    UNARY("gelu", GELU,
          "The Gaussian error linear unit (Hendrycks and Gimpel, 2016), the exact one: x times the "
          "probability that a normal number is below x.",
          "gelu(1)  # 0.841345"),
    UNARY("silu", SILU, "The sigmoid linear unit, also called swish: `x * sigmoid(x)`.",
          "silu(1)  # 0.731059"),
    UNARY("softplus", SOFTPLUS, "A smooth relu: `log(1 + exp(x))`, without overflow.",
          "softplus(0)  # 0.693147"),
    UNARY("sigmoid", SIGMOID,
          "The logistic function, from 0 to 1: `1 / (1 + exp(-x))`, without overflow.",
          "sigmoid([0, 4])  # [0.5, 0.982014]"),
    UNARY("identity", IDENTITY, "x itself; of a node, a new node with the same value.",
          "identity(3)  # 3"),
    ROW("pow", "x, y", run_binary, POWER,
        "x to the power y, as `x**y`. Both are numbers; x may be a list of them.",
        "pow(2, 10)  # 1024"),
    ROW("hypot", "x, y", run_binary, HYPOT,
        "The length of the vector (x, y), without overflow. Both are numbers; x may be a list of "
        "them.",
        "hypot(3, 4)  # 5"),
    ROW("clip", "x, lo=-inf, hi=inf", run_clip, CLIP,
        "x, but at least lo and at most hi. Its derivative is 1 from lo to hi, both included, else "
        "0." MAPS,
        "clip([-2, 0.5, 2], -1, 1)  # [-1, 0.5, 1]"),
    ROW("where", "c, a, b", run_where, LEAF,
        "a where the bool c is true, else b. A gradient reaches the chosen side only, whatever the "
        "other is. Of a list of bools, a list: a and b are then lists of that length, or numbers "
        "for all.",
        "where([true, false], 1, [5, 6])  # [1, 6]"),
    ROW("isnan", "x", run_isnan, LEAF, "Whether x is nan." MAPS, "isnan(inf - inf)  # true"),
    ROW("isinf", "x", run_isinf, LEAF, "Whether x is inf or -inf." MAPS, "isinf(1/0)  # true"),
    ROW("isfinite", "x", run_isfinite, LEAF, "Whether x is neither inf nor nan." MAPS,
        "isfinite([1, inf])  # [true, false]"),
    {.name = NULL},
};
