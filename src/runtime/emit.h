/* sgrad: the inside of the compiler: the function being compiled, its variables, and emitting.
 *
 * Invariant: registers [0, top) of `unit` are in use: locals first, then temporaries in stack
 * order. All functions that may fail return false with vm->error set; a compilation then stops.
 */
#ifndef SG_RUNTIME_EMIT_H
#define SG_RUNTIME_EMIT_H

#include "runtime/code.h"
#include "runtime/vm.h"

enum { SG_MAX_REGISTERS = 60000, SG_MAX_CLAUSES = 100 };

typedef struct sg_variable {
  sg_string *name;
  uint16_t reg;
  bool cell;     /* the register holds a cell */
  bool assigned; /* at this point of the code it surely has a value */
} sg_variable;

typedef struct sg_variables {
  sg_variable *items;
  uint32_t count;
  uint32_t capacity;
} sg_variables;

/* Jumps out of a loop that are still to be patched. */
typedef struct sg_loop {
  struct sg_loop *outer;
  uint32_t first_jump; /* in unit->jumps: of this loop and loops inside */
  uint32_t no_grads;   /* unit->no_grads at the loop's head */
} sg_loop;

typedef struct sg_jump {
  uint32_t at;
  bool is_break; /* else a continue */
} sg_jump;

typedef struct sg_jumps {
  sg_jump *items;
  uint32_t count;
  uint32_t capacity;
} sg_jumps;

/* A name that the function declares global or nonlocal. */
typedef struct sg_outer_name {
  sg_string *name;
  bool global;
} sg_outer_name;

typedef struct sg_outer_names {
  sg_outer_name *items;
  uint32_t count;
  uint32_t capacity;
} sg_outer_names;

/* Variables that became `assigned` since the program's point is conditional, to be taken back. */
typedef struct sg_assignments {
  uint32_t *items;
  uint32_t count;
  uint32_t capacity;
} sg_assignments;

enum { SG_MAX_NO_GRADS = SG_NESTING_LIMIT };

typedef struct sg_unit {
  sg_vm *vm;
  struct sg_unit *outer;  /* the enclosing function, NULL at top level */
  sg_code *code;          /* safe without a root: nothing is collected while compiling */
  sg_variables variables; /* locals, then those of open comprehensions; later ones hide earlier */
  sg_outer_names outer_names;
  sg_assignments assignments;
  sg_jumps jumps;
  uint32_t top;
  uint32_t locals; /* registers from here on are temporaries */
  sg_loop *loop;
  uint32_t no_grads;                       /* open no_grad blocks */
  uint16_t no_grad_slots[SG_MAX_NO_GRADS]; /* where each saved `recording` */
  bool is_function;
  bool echo;
} sg_unit;

/* Where a name lives, seen from a unit. */
typedef enum sg_place_kind {
  SG_IN_REGISTER,
  SG_IN_CELL,
  SG_IN_CAPTURE,
  SG_IN_GLOBAL
} sg_place_kind;
typedef struct sg_place {
  sg_place_kind kind;
  uint32_t index;        /* register, capture or global */
  sg_variable *variable; /* for the first two: until variables grow */
} sg_place;

/* emit.c */
bool sg_emit(sg_unit *unit, sg_span span, sg_opcode op, uint32_t a, uint32_t b, uint32_t c);
bool sg_emit_wide(sg_unit *unit, sg_span span, sg_opcode op, uint32_t a, uint32_t wide);
static inline uint32_t sg_emit_here(const sg_unit *unit) { return unit->code->count; }
/* Makes the jump at `at` lead to `target`. */
void sg_emit_patch(sg_unit *unit, uint32_t at, uint32_t target);
bool sg_emit_constant(sg_unit *unit, sg_value v, uint32_t *index);
bool sg_emit_name(sg_unit *unit, sg_span span, sg_string *name, uint32_t *index);
bool sg_emit_load(sg_unit *unit, sg_span span, uint32_t reg, sg_value v);
bool sg_emit_move(sg_unit *unit, sg_span span, uint32_t to, uint32_t from); /* none if equal */
/* Takes `count` new temporaries. */
bool sg_unit_take(sg_unit *unit, sg_span span, uint32_t count, uint32_t *first);
bool sg_unit_fail(sg_unit *unit, sg_span span, const char *message);
sg_string *sg_unit_intern(sg_unit *unit, sg_text text); /* NULL: error set */

/* scope.c */
bool sg_scope_declare(sg_unit *unit, const sg_ast *body); /* every name that the body assigns */
bool sg_scope_add(sg_unit *unit, sg_string *name, uint32_t reg, bool assigned);
/* Makes cells of the variables from `first` on that a function within mentions. */
void sg_scope_mark_cells(sg_unit *unit, uint32_t first, const sg_ast *within);
/* Where a name lives; `skip` passes over that many nearer ones. */
bool sg_scope_lookup(sg_unit *unit, sg_string *name, uint32_t skip, sg_place *place);
/* The register of a name that is a local variable outside a cell, else UINT32_MAX. */
bool sg_scope_find_register(sg_unit *unit, const sg_ast *target, uint32_t *reg);
bool sg_scope_assigned(sg_unit *unit, sg_variable *variable);
static inline uint32_t sg_scope_branch(const sg_unit *unit) { return unit->assignments.count; }
void sg_scope_join(sg_unit *unit, uint32_t branch); /* what was assigned since may be unassigned */
bool sg_scope_mentions(const sg_ast *ast, sg_text name);
bool sg_scope_has_block(const sg_ast *ast); /* may it assign variables? */
bool sg_scope_is_discard(sg_text name);     /* _ */

/* compile_*.c */
bool sg_compile_block(sg_unit *unit, const sg_ast *block, uint32_t target, bool wanted);
bool sg_compile_expression(sg_unit *unit, const sg_ast *ast, uint32_t target);
/* The register where the value is: its variable's own, or a new temporary. */
bool sg_compile_operand(sg_unit *unit, const sg_ast *ast, uint32_t *reg);
/* The register of `first`, safe from what evaluating `second` after it may assign. */
bool sg_compile_before(sg_unit *unit, const sg_ast *first, const sg_ast *second, uint32_t *reg);
/* A jump taken when the condition is false; `*jump` is to be patched. */
bool sg_compile_condition(sg_unit *unit, const sg_ast *ast, uint32_t *jump);
bool sg_compile_chain(sg_unit *unit, const sg_ast *ast, uint32_t target);
/* R(to) = R(left) op ast->b, for a BINARY or the op= of an ASSIGN (where + extends a list). */
bool sg_compile_arithmetic(sg_unit *unit, const sg_ast *ast, uint32_t left, uint32_t to);
bool sg_compile_list(sg_unit *unit, const sg_ast *ast, uint32_t target, bool raw);
/* Assigns the register to a target; `store`: constants become leaves. */
bool sg_compile_assign(sg_unit *unit, const sg_ast *target, uint32_t value, bool store);
/* A whole assignment; afterwards register *value, perhaps free again, holds what was assigned. */
bool sg_compile_assignment(sg_unit *unit, const sg_ast *statement, uint32_t *value);
/* Opens an iteration, its state in registers from `*state` on; `*body` is its first instruction. */
bool sg_compile_for_open(sg_unit *unit, const sg_ast *list, uint32_t *state, uint32_t *body);
/* Closes it: each item goes to the register `item`, stored if `store`. */
bool sg_compile_for_close(sg_unit *unit, sg_span span, uint32_t state, uint32_t body, uint32_t item,
                          bool store);
bool sg_compile_function(sg_unit *unit, const sg_ast *function, uint32_t target);
bool sg_compile_if(sg_unit *unit, const sg_ast *ast, uint32_t target, bool wanted);
bool sg_compile_no_grad(sg_unit *unit, const sg_ast *ast, uint32_t target, bool wanted);
bool sg_compile_comprehension(sg_unit *unit, const sg_ast *ast, uint32_t target);

#endif
