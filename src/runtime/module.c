/* sgrad: running files: run(path), and where a program's paths lead. */
#include "base/file.h"
#include "runtime/vm.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { RUN_DEPTH = 100 };

bool sg_vm_find_path(sg_vm *vm, const char *path, sg_buffer *out) {
  if (path[0] != '/' && vm->script_directory[0] && access(path, F_OK) != 0) {
    sg_buffer_puts(out, vm->script_directory);
    sg_buffer_putc(out, '/');
    sg_buffer_puts(out, path);
    const char *beside = sg_buffer_text(out);
    if (!beside) return sg_vm_fail_memory(vm);
    if (access(beside, F_OK) == 0) return true;
    out->count = 0;
  }
  sg_buffer_puts(out, path);
  return sg_buffer_text(out) || sg_vm_fail_memory(vm);
}

/* Takes the first of a file's syntax errors as the evaluator's. */
static bool report_syntax(sg_vm *vm, sg_source *source, sg_status status, const sg_errors *errors) {
  if (status == SG_NO_MEMORY || errors->count == 0) return sg_vm_fail_memory(vm);
  sg_source_release(vm->failed);
  vm->failed = sg_source_retain(source);
  vm->error = errors->items[0];
  vm->error.status = SG_ERROR;
  return false;
}

static bool run_source(sg_vm *vm, sg_source *source) {
  sg_program *program = NULL;
  sg_errors errors = {0};
  sg_status status = sg_parse(vm->memory, source, SG_PARSE_WHOLE, &program, &errors);
  bool ok = status == SG_OK ? sg_vm_run(vm, program, false, NULL)
                            : report_syntax(vm, source, status, &errors);
  sg_program_free(program);
  sg_errors_clear(&errors, vm->memory);
  return ok;
}

static bool read_source(sg_vm *vm, const char *path, sg_source **source) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  int error = sg_file_read(&text, path);
  if (error == EINTR && sg_interrupted)
    sg_vm_poll(vm);
  else if (error == ENOMEM)
    sg_vm_fail_memory(vm);
  else if (error)
    sg_vm_fail(vm, "cannot read '%s': %s", path, strerror(error));
  else
    *source = sg_source_new(vm->memory, path, text.items ? text.items : "", text.count);
  sg_buffer_clear(&text);
  return *source || (vm->error.status == SG_OK ? sg_vm_fail_memory(vm) : false);
}

/* Runs it with its own folder as the one where paths are looked up. */
static bool run_found(sg_vm *vm, char *path) {
  sg_source *source = NULL;
  if (!read_source(vm, path, &source)) return false;
  const char *outside = vm->script_directory;
  char *slash = strrchr(path, '/');
  vm->script_directory = slash ? path : ".";
  if (slash) *slash = '\0';
  vm->run_depth++;
  bool ok = run_source(vm, source);
  vm->run_depth--;
  vm->script_directory = outside;
  sg_source_release(source);
  return ok;
}

bool sg_vm_run_file(sg_vm *vm, const char *path) {
  if (vm->run_depth >= RUN_DEPTH)
    return sg_vm_fail(vm, "run() nested deeper than %d files", RUN_DEPTH);
  sg_buffer found;
  sg_buffer_init(&found, vm->memory);
  bool ok = sg_vm_find_path(vm, path, &found);
  ok = ok && run_found(vm, found.items);
  sg_buffer_clear(&found);
  return ok;
}
