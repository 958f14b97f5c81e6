/* sgrad: what builtins ask of their arguments. */
#include "runtime/vm.h"

#include <math.h>

bool sg_vm_fail_type(sg_vm *vm, const sg_builtin *builtin, const char *parameter,
                     const char *wanted, sg_value got) {
  return sg_vm_fail(vm, "%s() takes %s for '%s', not %s", builtin->name, wanted, parameter,
                    sg_type_phrase(got));
}

void sg_vm_parameter_name(const sg_call *call, uint32_t i, char *out, size_t size) {
  const char *text = call->builtin->parameters;
  uint32_t skip = i < call->parameters ? i + (*text == '*') : 0;
  const char *name = text;
  size_t bytes = 0;
  bool optional;
  for (uint32_t k = 0; k <= skip && *text; k++)
    text = sg_builtin_next_parameter(text, &name, &bytes, &optional);
  if (bytes >= size) bytes = size - 1;
  memcpy(out, name, bytes);
  out[bytes] = '\0';
}

bool sg_vm_fail_argument(sg_vm *vm, const sg_call *call, uint32_t i, const char *wanted) {
  char name[48];
  sg_vm_parameter_name(call, i, name, sizeof name);
  return sg_vm_fail_type(vm, call->builtin, name, wanted, call->args[i]);
}

bool sg_vm_need_number(sg_vm *vm, const sg_call *call, uint32_t i, double *out) {
  if (!sg_is_number(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a number");
  *out = sg_tape_value(&vm->tape, call->args[i]);
  return true;
}

bool sg_vm_need_whole(sg_vm *vm, const sg_call *call, uint32_t i, int64_t *out) {
  double x = 0;
  if (!sg_vm_need_number(vm, call, i, &x)) return false;
  if (x >= -0x1p53 && x <= 0x1p53 && x == (double)(int64_t)x) {
    *out = (int64_t)x;
    return true;
  }
  char name[48];
  char text[SG_NUMBER_SIZE];
  sg_vm_parameter_name(call, i, name, sizeof name);
  bool too_large = isfinite(x) && x == trunc(x);
  return sg_vm_fail(vm, "%s() takes a whole number%s for '%s', not %s", call->builtin->name,
                    too_large ? " of at most 2**53" : "", name, sg_number_text(text, x));
}

bool sg_vm_need_list(sg_vm *vm, const sg_call *call, uint32_t i, sg_list **out) {
  if (!sg_is_list(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a list");
  *out = sg_as_list(call->args[i]);
  return true;
}

bool sg_vm_need_string(sg_vm *vm, const sg_call *call, uint32_t i, sg_string **out) {
  if (!sg_is_string(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a string");
  *out = sg_as_string(call->args[i]);
  return true;
}

bool sg_vm_need_callable(sg_vm *vm, const sg_call *call, uint32_t i, sg_value *out) {
  if (!sg_is_callable(call->args[i])) return sg_vm_fail_argument(vm, call, i, "a function");
  *out = call->args[i];
  return true;
}
