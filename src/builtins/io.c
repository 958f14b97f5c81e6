/* sgrad: input and output, errors, other programs' files. */
#include "base/utf8.h"
#include "builtins/argument.h"
#include "builtins/builtins.h"

#include <time.h>

/* An optional string, `fallback` when not given. */
static bool add_string(sg_vm *vm, const sg_call *call, uint32_t i, const char *fallback,
                       sg_buffer *out) {
  sg_string *string;
  if (!sg_is_given(call, i)) {
    sg_buffer_puts(out, fallback);
    return true;
  }
  if (!sg_vm_need_string(vm, call, i, &string)) return false;
  sg_buffer_add(out, string->text, string->bytes);
  return true;
}

static bool add_values(sg_vm *vm, const sg_call *call, sg_buffer *out) {
  sg_string *separator;
  if (sg_is_given(call, 0) && !sg_vm_need_string(vm, call, 0, &separator)) return false;
  for (uint32_t i = 0; i < call->rest_count; i++) {
    if (i && !add_string(vm, call, 0, " ", out)) return false;
    if (!sg_value_text(vm, out, call->rest[i], false)) return false;
  }
  return add_string(vm, call, 1, "\n", out);
}

static bool write_buffer(sg_vm *vm, const sg_buffer *buffer) {
  if (buffer->failed) return sg_vm_fail_memory(vm);
  return !buffer->count || sg_vm_write(vm, buffer->items, buffer->count);
}

static bool run_print(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  bool ok = add_values(vm, call, &out) && write_buffer(vm, &out);
  sg_buffer_clear(&out);
  return ok;
}

/* Bytes that are not UTF-8 become U+FFFD. */
static void add_valid(sg_buffer *out, const char *text, size_t bytes) {
  while (bytes && !out->failed) {
    size_t valid = sg_utf8_check(text, bytes);
    sg_buffer_add(out, text, valid);
    if (valid == bytes) return;
    sg_buffer_puts(out, "\xEF\xBF\xBD");
    text += valid + 1;
    bytes -= valid + 1;
  }
}

static bool run_input(sg_vm *vm, const sg_call *call, sg_value *result) {
  const char *line;
  size_t bytes;
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = (!sg_is_given(call, 0) || sg_value_text(vm, &text, call->args[0], false)) &&
            write_buffer(vm, &text);
  sg_buffer_clear(&text);
  if (!ok) return false;
  if (!vm->read || !vm->read(vm->read_context, &line, &bytes))
    return sg_vm_poll(vm) && sg_vm_fail(vm, "input() is at the end of the input");
  if (bytes && line[bytes - 1] == '\n') bytes--;
  if (bytes && line[bytes - 1] == '\r') bytes--;
  add_valid(&text, line, bytes);
  return sg_give_buffer(vm, &text, result);
}

/* Fails with the text of argument `i`. */
static bool fail_with(sg_vm *vm, const sg_call *call, uint32_t i) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  bool ok = sg_value_text(vm, &text, call->args[i], false);
  const char *message = ok ? sg_buffer_text(&text) : NULL;
  if (message)
    sg_vm_fail(vm, "%s", message);
  else if (ok)
    sg_vm_fail_memory(vm);
  sg_buffer_clear(&text);
  return false;
}

static bool run_assert(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  if (!sg_is_bool(call->args[0])) return sg_vm_fail_argument(vm, call, 0, "a bool");
  if (sg_is_true(call->args[0])) return true;
  return sg_is_given(call, 1) ? fail_with(vm, call, 1) : sg_vm_fail(vm, "assertion failed");
}

static bool run_error(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  return fail_with(vm, call, 0);
}

static bool give_outcome(sg_vm *vm, sg_value value, const char *message, sg_value *result) {
  sg_value error = SG_NONE;
  sg_record *record = sg_record_new(&vm->heap);
  if (!record) return sg_vm_fail_memory(vm);
  if (message && !sg_give_text(vm, message, strlen(message), &error)) return false;
  if (!sg_record_set_text(&vm->heap, record, "ok", sg_bool(!message)) ||
      !sg_record_set_text(&vm->heap, record, "value", value) ||
      !sg_record_set_text(&vm->heap, record, "error", error))
    return sg_vm_fail_memory(vm);
  *result = sg_object_value(record);
  return true;
}

/* Errors of the program and want of memory are caught; Ctrl-C and exit go on. */
static bool run_try(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_value f;
  sg_value value;
  if (!sg_vm_need_callable(vm, call, 0, &f)) return false;
  bool recording = vm->tape.recording;
  sg_value *top = vm->top;
  if (sg_vm_call(vm, f, NULL, 0, &value)) return give_outcome(vm, value, NULL, result);
  if (vm->error.status != SG_ERROR && vm->error.status != SG_NO_MEMORY) return false;
  char message[SG_MESSAGE_SIZE];
  memcpy(message, vm->error.message, sizeof message);
  vm->tape.recording = recording;
  vm->top = top;
  sg_error_clear(&vm->error);
  return give_outcome(vm, SG_NONE, message, result);
}

static bool run_clock(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)vm;
  (void)call;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  *result = sg_number((double)now.tv_sec + 1e-9 * (double)now.tv_nsec);
  return true;
}

static bool run_run(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  sg_string *path;
  return sg_need_path(vm, call, 0, &path) && sg_vm_run_file(vm, path->text);
}

static bool run_exit(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  int64_t code = 0;
  if (sg_is_given(call, 0) && !sg_vm_need_whole(vm, call, 0, &code)) return false;
  if (code < 0 || code > 255)
    return sg_vm_fail(vm, "exit() takes a status from 0 to 255, not %lld", (long long)code);
  sg_error_clear(&vm->error);
  vm->error.status = SG_EXIT;
  vm->error.exit_code = (int)code;
  return false;
}

const sg_builtin sg_io_builtins[] = {
    {.name = "print",
     .parameters = "*values, sep=\" \", end=\"\\n\"",
     .run = run_print,
     .doc =
         "Writes the values as text, sep between them and end behind. A node shows as its value, "
         "a function as its source.",
     .example = "print(1, \"a\", [2], sep=\"-\")  # 1-a-[2]",
     .topic = "printing"},
    {.name = "input",
     .parameters = "prompt=\"\"",
     .run = run_input,
     .doc =
         "Writes the prompt and reads a line, as a string without its newline. At the end of the "
         "input it is an error.",
     .example = "input()  # \"what was typed\"",
     .topic = "printing"},
    {.name = "assert",
     .parameters = "cond, message=\"assertion failed\"",
     .run = run_assert,
     .doc = "An error with the message unless cond is true. A cond that is no bool is an error.",
     .example = "assert(1 < 2)  # none",
     .topic = "errors"},
    {.name = "error",
     .parameters = "message",
     .run = run_error,
     .doc = "Fails with the message: ends the program, or the function that `try` calls.",
     .example = "try(() => error(\"no\")).error  # \"no\"",
     .topic = "errors"},
    {.name = "try",
     .parameters = "f",
     .run = run_try,
     .doc =
         "Calls f without arguments and gives a record: ok, whether it ended without an error; "
         "value, what it returned, or none; error, the message, or none. exit and Ctrl-C are not "
         "caught.",
     .example = "try(() => 1 + 1)  # {ok: true, value: 2, error: none}",
     .topic = "errors"},
    {.name = "clock",
     .parameters = "",
     .run = run_clock,
     .doc = "Seconds since some fixed moment, for measuring how long something takes.",
     .example = "clock() <= clock()  # true",
     .topic = "files"},
    {.name = "run",
     .parameters = "path",
     .run = run_run,
     .doc = "Runs a file of sgrad in the same global scope. A relative path is looked up from the "
            "working directory, then from the running script's.",
     .example = "run(\"setup.sg\")  # none",
     .topic = "files"},
    {.name = "exit",
     .parameters = "n=0",
     .run = run_exit,
     .doc = "Ends the session with exit status n, from 0 to 255.",
     .example = "if 2 + 2 != 4 { exit(1) }  # none",
     .topic = "files"},
    {.name = NULL},
};
