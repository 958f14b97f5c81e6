/* sgrad: the evaluator, as builtins, commands and the embedding API see it.
 *
 * Invariants: values on the stack below `top` are rooted and never stale; `error` is SG_OK unless
 * a call has just returned false; everything a program printed is in `output` or flushed.
 */
#ifndef SG_RUNTIME_VM_H
#define SG_RUNTIME_VM_H

#include "base/random.h"
#include "runtime/builtin.h"
#include "syntax/ast.h"

enum {
  SG_CALL_LIMIT = 10000,  /* calls of functions written in sgrad, nested */
  SG_NATIVE_LIMIT = 200,  /* of them through builtins such as map */
  SG_STACK_SIZE = 1 << 20 /* values */
};

typedef struct sg_global {
  sg_string *name;  /* interned */
  sg_value value;   /* SG_UNDEFINED: not assigned by the program; then `builtin` counts */
  sg_value builtin; /* SG_UNDEFINED: no builtin of that name */
} sg_global;

/* A call that is going on. */
typedef struct sg_frame {
  sg_function *function;
  const struct sg_instruction
      *pc;        /* after the instruction being run, when not the innermost frame */
  sg_value *base; /* register 0 */
  uint16_t to;    /* register of the caller that gets the value */
  bool recording; /* what tape.recording was before the call */
  bool from_c;    /* the caller is C code */
} sg_frame;

typedef struct sg_label {
  sg_node node;
  sg_string *text;
} sg_label;

/* Names given by `p.label = "d"`; they go with their nodes. */
typedef struct sg_labels {
  sg_label *items;
  uint32_t count;
  uint32_t capacity;
} sg_labels;

/* How far the outermost program has come. */
typedef struct sg_progress {
  bool begun;        /* it has been compiled, and runs or has run */
  uint32_t finished; /* its top-level statements */
  sg_random random;  /* the generator as the statement that runs, or failed, found it */
} sg_progress;

struct sg_vm {
  sg_memory *memory; /* not owned */
  sg_heap heap;
  sg_tape tape;
  sg_error error;
  sg_random random;
  sg_progress progress;
  bool attention; /* a collection is due; looked at, with sg_interrupted, at safepoints */
  sg_value *stack;
  sg_value *top; /* first free */
  sg_frame *frames;
  uint32_t frame_count;
  uint32_t frame_capacity;
  uint32_t native_depth;
  sg_global *globals;
  uint32_t global_count;
  uint32_t global_capacity;
  uint32_t *global_index; /* open addressing by name, number + 1 */
  uint32_t global_index_size;
  sg_labels labels;
  sg_value imported; /* a record: the names that skipped imports would have bound */
  /* Output of print; false: it could not be written. */
  bool (*write)(void *context, const char *text, size_t bytes);
  void *write_context;
  /* Shows a line that stays until the next one, or anything that is written, takes its place; no
   * bytes: takes it away; NULL: leaves it. Returns the terminal's columns, 0 where there is none.
   * The callback may be NULL: nowhere. */
  size_t (*status)(void *context, const char *text, size_t bytes);
  void *status_context;
  bool unicode; /* the line, and pictures in text, may be more than ASCII */
  /* When Ctrl-C last ended what a builtin was doing and not the program, on a clock in seconds that
   * never goes back; 0: it has not. */
  double forgiven;
  /* A line for input(): true with a malloc-free view valid until the next call; false at the end.
   */
  bool (*read)(void *context, const char **line, size_t *bytes);
  void *read_context;
  /* Runs ":command rest" met in a program; NULL: commands are errors. Sets vm->error on failure. */
  bool (*command)(void *context, sg_vm *vm, const char *name, const char *rest);
  void *command_context;
  /* Called with the value of each expression statement or assignment at the prompt; NULL: no echo.
   * `quiet` ones are not reported. */
  bool (*echo)(void *context, sg_vm *vm, sg_value v);
  void *echo_context;
  const char *script_directory; /* of the script being run, for relative paths; "" when none */
  uint32_t run_depth;           /* nested run(path) */
  sg_source *failed; /* held: the text of the last file that did not parse, for its error */
  void *user;        /* whatever the embedder likes */
};

bool sg_vm_init(sg_vm *vm, sg_memory *memory); /* false: out of memory; still to be cleared */
void sg_vm_clear(sg_vm *vm);
/* Notes that a top-level statement is done, in vm->progress if it is the outermost program's. */
void sg_vm_finish_statement(sg_vm *vm);
/* Forgets every variable, the graph and its labels, builtins aside, and gives the memory back.
 * Functions that are running go on with what they hold. */
void sg_vm_forget(sg_vm *vm);
/* Puts the rows (NULL name ends) in the outermost scope. */
bool sg_vm_add_builtins(sg_vm *vm, const sg_builtin *rows);

/* Compiles and runs. `echo`: report statements to vm->echo. `*result`, if not NULL, gets the value
 * of the last statement when that is an expression, else none (not rooted). */
bool sg_vm_run(sg_vm *vm, const sg_program *program, bool echo, sg_value *result);
/* Parses and runs a file in the global scope; errors name it. */
bool sg_vm_run_file(sg_vm *vm, const char *path);
/* Where a program's path leads: as it is when that exists or the script's folder has no such file,
 * else there. Written to `out`, zero-terminated; false: out of memory. */
bool sg_vm_find_path(sg_vm *vm, const char *path, sg_buffer *out);

/* Calls any callable. From C only; counts against SG_NATIVE_LIMIT. `args` may lie anywhere. */
bool sg_vm_call(sg_vm *vm, sg_value callee, const sg_value *args, uint32_t count, sg_value *result);
/* Arguments that a callable cannot do without. */
uint32_t sg_vm_required(sg_value callee);

/* Fails with the place of the statement being run. Always false. */
__attribute__((format(printf, 2, 3))) bool sg_vm_fail(sg_vm *vm, const char *format, ...);
__attribute__((format(printf, 2, 3))) bool sg_vm_note(sg_vm *vm, const char *format, ...);
bool sg_vm_fail_memory(sg_vm *vm);
/* "sum() takes a list of numbers for 'xs', not a string". */
bool sg_vm_fail_type(sg_vm *vm, const sg_builtin *builtin, const char *parameter,
                     const char *wanted, sg_value got);
/* Remembers a name that an import, which does nothing here, would have bound. */
bool sg_vm_note_import(sg_vm *vm, sg_string *name);
/* "unknown name 'tahn'", with a near name if there is one. */
bool sg_vm_fail_name(sg_vm *vm, const sg_string *name);
/* Adds what a member of other languages' values, "length", is called here. Returns false. */
bool sg_vm_note_member(sg_vm *vm, const char *name);
/* Adds what `name` is when it is no field: a function, to be called. Returns false. */
bool sg_vm_note_field(sg_vm *vm, const char *name);
/* Adds the nearest known name to the error just made. Returns false. */
bool sg_vm_note_near(sg_vm *vm, const char *name);
/* Where collections and interrupts happen. Registers of the innermost frame from `dead` on are let
 * go. */
bool sg_vm_safepoint(sg_vm *vm, sg_value *dead);
/* Copies the name of parameter `i`, or of the starred one for values past the signature. */
void sg_vm_parameter_name(const sg_call *call, uint32_t i, char *out, size_t size);
/* The same type error for argument `i` of a call. */
bool sg_vm_fail_argument(sg_vm *vm, const sg_call *call, uint32_t i, const char *wanted);
/* To be called now and then by builtins that loop long: false (error set) after Ctrl-C. */
bool sg_vm_poll(sg_vm *vm);
/* After a loop in pieces (SG_EACH) over so many: the same, if it may have been given up. */
static inline bool sg_vm_is_whole(sg_vm *vm, uint32_t count) {
  return count <= SG_PIECE || sg_vm_poll(vm);
}

/* Roots a value until the matching pop; false: the stack is full (error set). */
bool sg_vm_push(sg_vm *vm, sg_value v);
static inline sg_value sg_vm_pop(sg_vm *vm) { return *--vm->top; }

/* What storing does: a plain double becomes a leaf (unless in no_grad), the rest stays. */
bool sg_vm_store(sg_vm *vm, sg_value v, sg_value *out);

/* The binary operators of the language on any values, and their kin. */
bool sg_vm_arithmetic(sg_vm *vm, sg_operator op, sg_value a, sg_value b, sg_value *out);
bool sg_vm_equal(sg_vm *vm, sg_value a, sg_value b, bool *out); /* contents; bounded depth */
bool sg_vm_index(sg_vm *vm, sg_value object, sg_value index, sg_value *out);
bool sg_vm_field(sg_vm *vm, sg_value object, sg_string *name, sg_value *out);
/* Sets the data of a leaf, or of all leaves in nested lists, to the numbers of `v`, of the same
 * shape: all or nothing. `check`: says only whether it could. */
bool sg_vm_set_owned(sg_vm *vm, sg_value target, sg_value v, bool check);
/* Whether items may come, go and change places: not where the list stands for what an object owns.
 */
bool sg_vm_can_rearrange(sg_vm *vm, const sg_list *list);

/* Arguments of builtins: false with a type error that names builtin and parameter. */
bool sg_vm_need_number(sg_vm *vm, const sg_call *call, uint32_t i, double *out); /* its data */
bool sg_vm_need_whole(sg_vm *vm, const sg_call *call, uint32_t i, int64_t *out); /* |x| <= 2^53 */
bool sg_vm_need_list(sg_vm *vm, const sg_call *call, uint32_t i, sg_list **out);
bool sg_vm_need_string(sg_vm *vm, const sg_call *call, uint32_t i, sg_string **out);
bool sg_vm_need_callable(sg_vm *vm, const sg_call *call, uint32_t i, sg_value *out);
/* "sum(xs, start=0)". */
void sg_builtin_signature(const sg_builtin *builtin, char *out, size_t size);

/* Globals by name, for commands, completion and C code; NULL when there is none. */
sg_global *sg_vm_global(sg_vm *vm, const char *name, size_t bytes);
/* The place of a global, made when there is none yet; NULL: out of memory. `name` is interned. */
sg_global *sg_vm_global_slot(sg_vm *vm, sg_string *name);
bool sg_vm_set_global(sg_vm *vm, const char *name, sg_value v);
bool sg_vm_set_builtin(sg_vm *vm, const char *name, sg_value v); /* pi, inf, nan */
/* Calls `visit` for every node that has a name, its best one first: its label; a global variable
 * that is it; the shortest way to it through what one holds ("w[2]", "p.bias"), in the order in
 * which the variables came up. It stops when `visit` returns false. False: so it did, out of memory
 * or interrupted; the error is set. */
bool sg_vm_each_name(sg_vm *vm, bool (*visit)(void *context, sg_node node, const char *name),
                     void *context);
bool sg_vm_set_label(sg_vm *vm, sg_node node, sg_string *label); /* NULL takes it away */

/* text.c: values as text. `quote`: strings in double quotes, as inside lists. Cycles print [...].
 */
bool sg_value_text(sg_vm *vm, sg_buffer *out, sg_value v, bool quote);
/* In about `limit` bytes: numbers with `digits` significant digits, of long containers and strings
 * the ends, of a function as much of its first line as fits. */
bool sg_value_short(sg_vm *vm, sg_buffer *out, sg_value v, int digits, size_t limit);
/* A record's key with its colon, shortened too. */
void sg_value_short_key(sg_vm *vm, sg_buffer *out, const sg_string *key);
/* echo.c: as the prompt shows it: a screen at most, with its gradient when a sweep has reached it.
 */
bool sg_value_echo(sg_vm *vm, sg_buffer *out, sg_value v, int digits);
/* Its two parts: without the gradient, and the gradient alone, " | grad 1" (`color`: dimmed). */
bool sg_value_echo_value(sg_vm *vm, sg_buffer *out, sg_value v, int digits);
void sg_value_echo_grad(sg_vm *vm, sg_buffer *out, sg_value v, int digits, bool color);

bool sg_vm_write(sg_vm *vm, const char *text, size_t bytes); /* to vm->write; false: error set */

#endif
