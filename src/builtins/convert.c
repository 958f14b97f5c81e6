/* sgrad: from one type to another, and asking for it. */
#include "base/utf8.h"
#include "builtins/argument.h"
#include "builtins/builtins.h"

#include <math.h>

enum { SHOWN = 40 }; /* code points of a bad text that a message shows */

static bool run_str(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value x = call->args[0];
  if (sg_is_undefined(x)) return sg_give_text(vm, "", 0, result);
  *result = x;
  if (sg_is_string(x)) return true;
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  if (sg_value_text(vm, &out, x, false)) return sg_give_buffer(vm, &out, result);
  sg_buffer_clear(&out);
  return false;
}

/* A number, bool or string as a double. */
static bool read_number(sg_vm *vm, const sg_call *call, double *x) {
  sg_value v = call->args[0];
  if (sg_is_bool(v)) {
    *x = sg_is_true(v);
    return true;
  }
  if (!sg_is_string(v)) {
    if (!sg_is_number(v)) return sg_vm_fail_argument(vm, call, 0, "a number, string or bool");
    return sg_vm_need_number(vm, call, 0, x);
  }
  const sg_string *string = sg_as_string(v);
  if (sg_number_parse(string->text, string->bytes, x)) return true;
  if (!sg_vm_is_whole(vm, string->bytes)) return false;
  size_t bytes =
      string->length > SHOWN ? sg_utf8_offset(string->text, string->bytes, SHOWN) : string->bytes;
  sg_buffer shown;
  sg_buffer_init(&shown, vm->memory);
  sg_buffer_escape(&shown, string->text, bytes, '"');
  const char *text = sg_buffer_text(&shown);
  sg_vm_fail(vm, "%s() cannot read \"%s\" as a number", call->builtin->name, text ? text : "");
  sg_buffer_clear(&shown);
  return false;
}

static bool run_num(sg_vm *vm, const sg_call *call, sg_value *result) {
  double x;
  if (!read_number(vm, call, &x)) return false;
  *result = sg_number_from_file(x);
  return true;
}

static bool run_int(sg_vm *vm, const sg_call *call, sg_value *result) {
  double x;
  if (!read_number(vm, call, &x)) return false;
  if (!isfinite(x)) return sg_vm_fail(vm, "int() of %s", isnan(x) ? "nan" : "an infinite number");
  if (sg_is_string(call->args[0]) && x != trunc(x))
    return sg_vm_fail(vm, "int() takes the text of a whole number, not %g", x);
  *result = sg_number(trunc(x) + 0.0);
  return true;
}

static bool run_type(sg_vm *vm, const sg_call *call, sg_value *result) {
  const char *name = sg_type_name(call->args[0]);
  return sg_give_object(vm, sg_string_intern(&vm->heap, name, strlen(name)), result);
}

static bool run_is_node(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)vm;
  *result = sg_bool(sg_is_node(call->args[0]));
  return true;
}

const sg_builtin sg_convert_builtins[] = {
    {.name = "str",
     .parameters = "x=\"\"",
     .run = run_str,
     .doc = "Any value as text, as print shows it. A number's text reads back to the same number.",
     .example = "str([1, \"a\"])  # \"[1, \\\"a\\\"]\"",
     .topic = "strings"},
    {.name = "num",
     .parameters = "x",
     .run = run_num,
     .doc = "A string, number or bool as a constant number. Text that is no number is an error.",
     .example = "num(\"2.5\")  # 2.5",
     .topic = "strings"},
    {.name = "int",
     .parameters = "x",
     .run = run_int,
     .doc =
         "A number without its fraction, or the text of a whole number, as a constant. Text that "
         "is no whole number, inf and nan are errors.",
     .example = "int(-2.7)  # -2",
     .topic = "strings"},
    {.name = "type",
     .parameters = "x",
     .run = run_type,
     .doc = "The type's name: number, bool, string, list, record, function or none.",
     .example = "type([1, 2])  # \"list\"",
     .topic = "strings"},
    {.name = "is_node",
     .parameters = "x",
     .run = run_is_node,
     .doc = "Whether x is a node of the graph: a number that can have a gradient.",
     .example = "x = 3; [is_node(x), is_node(3)]  # [true, false]",
     .topic = "nodes"},
    {.name = NULL},
};
