/* sgrad: the embedding API. */
#include "sgrad.h"

#include "base/file.h"
#include "base/utf8.h"
#include "builtins/builtins.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

enum { RESERVED = 32 }; /* one part in so many of the limit is for collecting when it is reached */

struct sg_interpreter {
  sg_memory memory;  /* of everything, this struct included; under the host's limit */
  sg_memory reports; /* of errors as text: not limited, so that running out can be reported */
  sg_host host;
  sg_vm vm;
  char *directory; /* owned; NULL: none */
  size_t directory_size;
  int exit_code;
};

/* 32 bits: a seed that a program can write down. */
static uint64_t get_clock_seed(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  uint64_t mixed = ((uint64_t)t.tv_sec * 1000000007 + (uint64_t)t.tv_nsec) * 0x9E3779B97F4A7C15;
  return mixed >> 32;
}

static bool add_builtins(sg_vm *vm) {
  for (const sg_builtin *const *table = sg_builtin_tables; *table != NULL; table++)
    if (!sg_vm_add_builtins(vm, *table)) return false;
  for (const sg_builtin_constant *row = sg_builtin_constants; row->name != NULL; row++)
    if (!sg_vm_set_builtin(vm, row->name, sg_number(row->value))) return false;
  return true;
}

static void connect(sg_vm *vm, const sg_host *host) {
  vm->write = host->write;
  vm->write_context = host->context;
  vm->status = host->status;
  vm->status_context = host->context;
  vm->unicode = host->unicode;
  vm->read = host->read;
  vm->read_context = host->context;
  vm->command = host->command;
  vm->command_context = host->command_context;
  vm->echo = host->echo;
  vm->echo_context = host->context;
  vm->script_directory = "";
}

static void seed(sg_interpreter *sgrad) {
  const sg_host *host = &sgrad->host;
  sg_random_seed(&sgrad->vm.random, host->has_seed ? host->seed : get_clock_seed());
}

sg_interpreter *sg_open(const sg_host *host) {
  sg_memory memory;
  sg_memory_init(&memory);
  memory.yields = true;
  memory.fault = host->fault;
  memory.fault_context = host->context;
  if (host->memory_limit > 0) memory.limit = host->memory_limit - host->memory_limit / RESERVED;
  sg_interpreter *sgrad = sg_allocate(&memory, sizeof *sgrad);
  if (sgrad == NULL) return NULL;
  *sgrad = (sg_interpreter){.memory = memory, .host = *host};
  sg_memory_init(&sgrad->reports);
  bool ok = sg_vm_init(&sgrad->vm, &sgrad->memory);
  if (ok) connect(&sgrad->vm, host);
  if (ok) seed(sgrad);
  if (ok && add_builtins(&sgrad->vm) && sg_set_args(sgrad, NULL, 0)) return sgrad;
  sg_close(sgrad);
  return NULL;
}

void sg_close(sg_interpreter *sgrad) {
  if (sgrad == NULL) return;
  sg_vm_clear(&sgrad->vm);
  sg_release(&sgrad->memory, sgrad->directory, sgrad->directory_size);
  sg_memory memory = sgrad->memory;
  sg_release(&memory, sgrad, sizeof *sgrad);
  assert(memory.used == 0); /* nothing has leaked */
}

uint32_t sg_reset(sg_interpreter *sgrad) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < sgrad->vm.global_count; i++) {
    const sg_global *global = &sgrad->vm.globals[i];
    count += !sg_is_undefined(global->value) && strcmp(global->name->text, "_") != 0;
  }
  sg_vm_forget(&sgrad->vm);
  seed(sgrad);
  return count;
}

void sg_set_color(sg_interpreter *sgrad, bool color) { sgrad->host.color = color; }

/* After Ctrl-C a collection may have been put off. */
static void settle(sg_interpreter *sgrad) {
  while (!sg_heap_settle(&sgrad->vm.heap)) continue;
}

sg_vm *sg_get_vm(sg_interpreter *sgrad) {
  settle(sgrad);
  return &sgrad->vm;
}

const sg_memory *sg_get_memory(const sg_interpreter *sgrad) { return &sgrad->memory; }
int sg_exit_code(const sg_interpreter *sgrad) { return sgrad->exit_code; }

/* --- Reporting. */

static void report(sg_interpreter *sgrad, const sg_error *error) {
  if (sgrad->host.report == NULL) return;
  sg_buffer text;
  sg_buffer_init(&text, &sgrad->reports);
  sg_error_print(&text, error, sgrad->host.color);
  const char *shown = sg_buffer_text(&text);
  sgrad->host.report(sgrad->host.context, error, shown != NULL ? shown : error->message);
  sg_buffer_clear(&text);
}

/* A text that could not be taken in: for want of memory, or because of Ctrl-C. */
static sg_status report_memory(sg_interpreter *sgrad) {
  sg_error error;
  sg_error_clear(&error);
  sg_fail_memory(&error);
  report(sgrad, &error);
  if (error.status == SG_INTERRUPTED) sg_interrupted = 0;
  return error.status;
}

/* Frees what the failed statement held, with the part of the limit that is kept for this. */
static void make_room(sg_interpreter *sgrad) {
  size_t limit = sgrad->memory.limit;
  if (sgrad->host.memory_limit > 0) sgrad->memory.limit = sgrad->host.memory_limit;
  sg_collect_fully(&sgrad->vm.tape);
  (void)sg_heap_collect(&sgrad->vm.heap);
  sgrad->memory.limit = limit;
}

/* Between texts, what was let go may fill the limit without having been collected: then the next
 * text would not even be compiled. */
static void make_room_if_nearly_full(sg_interpreter *sgrad) {
  const sg_memory *memory = &sgrad->memory;
  if (sgrad->host.memory_limit > 0 && memory->used > memory->limit - memory->limit / 8)
    make_room(sgrad);
}

/* What the evaluator's error asks for; an interrupt or a lack of memory has then been dealt with.
 */
static sg_status report_failure(sg_interpreter *sgrad) {
  sg_error *error = &sgrad->vm.error;
  sg_status status = error->status;
  if (status == SG_EXIT) sgrad->exit_code = error->exit_code;
  if (status != SG_EXIT) report(sgrad, error);
  if (status == SG_INTERRUPTED) sg_interrupted = 0;
  if (status == SG_NO_MEMORY) make_room(sgrad);
  sg_error_clear(error);
  return status;
}

/* --- From text to status. */

typedef struct reading {
  sg_source *source;
  sg_program *program; /* NULL unless the status is SG_OK */
} reading;

static void clear_reading(reading *text) {
  if (text->program != NULL) sg_program_free(text->program);
  sg_source_release(text->source);
}

typedef enum mode { WHOLE, TYPED, EXPRESSION } mode;

static sg_status parse(sg_interpreter *sgrad, mode how, reading *text, sg_errors *errors) {
  sg_memory *memory = &sgrad->memory;
  if (how == EXPRESSION) return sg_parse_expression(memory, text->source, &text->program, errors);
  sg_parse_mode whole = how == TYPED ? SG_PARSE_PROMPT : SG_PARSE_WHOLE;
  return sg_parse(memory, text->source, whole, &text->program, errors);
}

/* Parses and reports what is wrong; always to be cleared. */
static sg_status read_text(sg_interpreter *sgrad, mode how, const char *name, const char *text,
                           size_t bytes, reading *out) {
  *out = (reading){0};
  if (!sg_heap_settle(&sgrad->vm.heap)) return report_memory(sgrad);
  make_room_if_nearly_full(sgrad);
  if (bytes == SG_ALL) bytes = strlen(text);
  size_t limit = sg_memory_admit_text(&sgrad->memory, bytes);
  *out = (reading){.source = sg_source_new(&sgrad->memory, name, text, bytes)};
  sg_errors errors = {0};
  sg_status status = out->source == NULL ? SG_NO_MEMORY : parse(sgrad, how, out, &errors);
  sgrad->memory.limit = limit;
  if (status == SG_NO_MEMORY) status = report_memory(sgrad);
  bool more = status == SG_INCOMPLETE && how == TYPED;
  if (status == SG_ERROR || (status == SG_INCOMPLETE && !more))
    for (uint32_t i = 0; i < errors.count; i++) report(sgrad, &errors.items[i]);
  sg_errors_clear(&errors, &sgrad->memory);
  return status == SG_INCOMPLETE && !more ? SG_ERROR : status;
}

static bool run_program(sg_interpreter *sgrad, const sg_program *program, bool echo,
                        sg_value *result) {
  const sg_host *host = &sgrad->host;
  if (host->begin != NULL) host->begin(host->context, &sgrad->vm, program);
  bool ok = sg_vm_run(&sgrad->vm, program, echo, result);
  if (host->end != NULL) host->end(host->context, &sgrad->vm, program);
  return ok;
}

static sg_status run_text(sg_interpreter *sgrad, mode how, const char *name, const char *text,
                          size_t bytes) {
  reading read;
  sg_status status = read_text(sgrad, how, name, text, bytes, &read);
  if (status == SG_OK && !run_program(sgrad, read.program, how == TYPED, NULL))
    status = report_failure(sgrad);
  clear_reading(&read);
  if (sgrad->vm.frame_count > 0) settle(sgrad); /* a program within one that may go on */
  return status;
}

sg_status sg_run(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes) {
  return run_text(sgrad, WHOLE, name, text, bytes);
}

sg_status sg_run_typed(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes) {
  return run_text(sgrad, TYPED, name, text, bytes);
}

bool sg_is_incomplete(sg_interpreter *sgrad, const char *text, size_t bytes) {
  sg_memory *memory = &sgrad->memory;
  size_t limit = sg_memory_admit_text(memory, bytes);
  reading read = {.source = sg_source_new(memory, "", text, bytes)};
  sg_errors errors = {0};
  sg_status status = read.source == NULL ? SG_NO_MEMORY : parse(sgrad, TYPED, &read, &errors);
  sg_errors_clear(&errors, memory);
  clear_reading(&read);
  memory->limit = limit;
  return status == SG_INCOMPLETE;
}

static sg_status report_unreadable(sg_interpreter *sgrad, const char *path, int failure) {
  if (failure == ENOMEM) return report_memory(sgrad);
  sg_vm_fail(&sgrad->vm, "cannot read '%s': %s", path, strerror(failure));
  return report_failure(sgrad);
}

sg_status sg_run_file(sg_interpreter *sgrad, const char *path) {
  sg_buffer text;
  sg_buffer_init(&text, &sgrad->memory);
  int failure = sg_file_read(&text, path);
  sg_status status = SG_OK;
  if (failure != 0)
    status = report_unreadable(sgrad, path, failure);
  else if (!sg_set_directory(sgrad, path))
    status = report_memory(sgrad);
  else
    status = sg_run(sgrad, path, text.items, text.count);
  sg_buffer_clear(&text);
  return status;
}

static bool add_value(sg_interpreter *sgrad, const sg_program *program, sg_buffer *out) {
  sg_value value = SG_NONE;
  sg_vm *vm = &sgrad->vm;
  return run_program(sgrad, program, false, &value) && sg_value_text(vm, out, value, false) &&
         (!out->failed || sg_vm_fail_memory(vm));
}

sg_status sg_evaluate(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes,
                      sg_buffer *out) {
  reading read;
  sg_status status = read_text(sgrad, EXPRESSION, name, text, bytes, &read);
  if (status == SG_OK && !add_value(sgrad, read.program, out)) status = report_failure(sgrad);
  clear_reading(&read);
  return status;
}

sg_status sg_check(sg_interpreter *sgrad, const char *name, const char *text, size_t bytes,
                   sg_buffer *out) {
  reading read;
  sg_status status = read_text(sgrad, WHOLE, name, text, bytes, &read);
  if (status == SG_OK && out != NULL && !sg_print_program(out, read.program))
    status = report_memory(sgrad);
  clear_reading(&read);
  return status;
}

/* --- What a program finds. */

bool sg_set_directory(sg_interpreter *sgrad, const char *path) {
  const char *slash = path == NULL ? NULL : strrchr(path, '/');
  size_t bytes = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
  char *directory = NULL;
  if (bytes > 0) {
    directory = sg_allocate(&sgrad->memory, bytes + 1);
    if (directory == NULL) return false;
    memcpy(directory, path, bytes);
    directory[bytes] = '\0';
  }
  sg_release(&sgrad->memory, sgrad->directory, sgrad->directory_size);
  sgrad->directory = directory;
  sgrad->directory_size = bytes == 0 ? 0 : bytes + 1;
  sgrad->vm.script_directory = directory == NULL ? "" : directory;
  return true;
}

/* Any bytes as a string of the language: what is not UTF-8 becomes U+FFFD. NULL: out of memory. */
static sg_string *new_string(sg_interpreter *sgrad, const char *text) {
  sg_buffer valid;
  sg_buffer_init(&valid, &sgrad->memory);
  for (size_t left = strlen(text); left > 0;) {
    size_t good = sg_utf8_check(text, left);
    sg_buffer_add(&valid, text, good);
    if (good < left) sg_buffer_puts(&valid, "\xEF\xBF\xBD");
    good += good < left;
    text += good;
    left -= good;
  }
  sg_string *string = NULL;
  if (!valid.failed) string = sg_string_new(&sgrad->vm.heap, valid.items, valid.count);
  sg_buffer_clear(&valid);
  return string;
}

bool sg_set_args(sg_interpreter *sgrad, char *const *args, size_t count) {
  sg_heap *heap = &sgrad->vm.heap;
  sg_list *list = sg_list_new(heap, count);
  if (list == NULL) return false;
  for (size_t i = 0; i < count; i++) {
    sg_string *text = new_string(sgrad, args[i]);
    if (text == NULL || !sg_list_append(heap, list, sg_object_value(text))) return false;
  }
  return sg_vm_set_builtin(&sgrad->vm, "args", sg_object_value(list));
}

bool sg_set_number(sg_interpreter *sgrad, const char *name, double value) {
  sg_value v;
  settle(sgrad);
  return sg_tape_leaf(&sgrad->vm.tape, value, &v) && sg_vm_set_global(&sgrad->vm, name, v);
}

bool sg_get_number(sg_interpreter *sgrad, const char *name, double *value, double *grad) {
  settle(sgrad);
  const sg_global *global = sg_vm_global(&sgrad->vm, name, strlen(name));
  if (global == NULL || !sg_is_number(global->value)) return false;
  const sg_tape *tape = &sgrad->vm.tape;
  *value = sg_tape_value(tape, global->value);
  if (grad != NULL)
    *grad = sg_is_node(global->value) ? sg_node_grad(tape, sg_as_node(global->value)) : 0;
  return true;
}
