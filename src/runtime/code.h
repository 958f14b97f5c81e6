/* sgrad: compiled functions: instructions for the register machine of execute.c.
 *
 * Invariants: registers are numbered from the frame's base: parameters, other locals, temporaries;
 * an instruction reads and writes below `registers`. A jump's distance counts from the instruction
 * after it. Each instruction has a span for errors. Code is immutable once made.
 */
#ifndef SG_RUNTIME_CODE_H
#define SG_RUNTIME_CODE_H

#include "base/number.h"
#include "runtime/object.h"

/* R(x) a register, K(x) a constant, N(x) a name, x:y the 32-bit operand made of b and c. */
/* Arithmetic, and right behind it the form that stores its result, a constant number as a leaf. */
#define SG_ARITHMETIC(X, name) X(name) X(name##_STORE)

#define SG_INSTRUCTIONS(X)                                                                          \
  X(MOVE)               /* R(a) = R(b) */                                                           \
  X(LOAD)               /* R(a) = K(b:c) */                                                         \
  X(STORE)              /* R(a) = R(b), a constant number as a leaf */                              \
  X(GET_GLOBAL)         /* R(a) = global b:c */                                                     \
  X(SET_GLOBAL)         /* global b:c = R(a), stored */                                             \
  X(CHECK)              /* error unless R(a) is defined; N(b) its name */                           \
  X(GET_CELL)           /* R(a) = cell R(b), name N(c) */                                           \
  X(SET_CELL)           /* cell R(a) = R(b), stored */                                              \
  X(NEW_CELL)           /* R(a) = a new cell that holds R(b) */                                     \
  X(GET_CAPTURE)        /* R(a) = captured cell b, name N(c) */                                     \
  X(SET_CAPTURE)        /* captured cell a = R(b), stored */                                        \
  SG_ARITHMETIC(X, ADD) /* R(a) = R(b) + R(c), and so on; _RK: R(b) + K(c); _KR: K(b) + R(c) */     \
  SG_ARITHMETIC(X, SUB)                                                                             \
  SG_ARITHMETIC(X, MUL)                                                                             \
  SG_ARITHMETIC(X, DIV)                                                                             \
  SG_ARITHMETIC(X, ADD_RK)                                                                          \
  SG_ARITHMETIC(X, SUB_RK)                                                                          \
  SG_ARITHMETIC(X, MUL_RK)                                                                          \
  SG_ARITHMETIC(X, DIV_RK)                                                                          \
  SG_ARITHMETIC(X, ADD_KR)                                                                          \
  SG_ARITHMETIC(X, SUB_KR)                                                                          \
  SG_ARITHMETIC(X, MUL_KR)                                                                          \
  SG_ARITHMETIC(X, DIV_KR)                                                                          \
  SG_ARITHMETIC(X, ADD_TO) /* R(a) = R(b) += R(c): a list is extended in place */                   \
  X(FLOOR_DIVIDE)                                                                                   \
  X(MODULO)                                                                                         \
  X(POWER)                                                                                          \
  X(POWER_RK)                                                                                       \
  X(REPEAT)   /* R(a) = list literal times number: R(b) * R(c), its constants stored anew */        \
  X(NEGATE)   /* R(a) = -R(b) */                                                                    \
  X(POSITIVE) /* R(a) = R(b), a number */                                                           \
  X(NOT)      /* R(a) = not R(b) */                                                                 \
  X(EQUAL)    /* R(a) = R(b) == R(c) */                                                             \
  X(NOT_EQUAL)                                                                                      \
  X(LESS)                                                                                           \
  X(LESS_EQUAL)                                                                                     \
  X(GREATER)                                                                                        \
  X(GREATER_EQUAL)                                                                                  \
  X(IN)                                                                                             \
  X(NOT_IN)                                                                                         \
  X(JUMP)       /* by b:c */                                                                        \
  X(JUMP_FALSE) /* by b:c if R(a) is false; an error unless it is a bool */                         \
  X(JUMP_TRUE)                                                                                      \
  X(IF_LESS) /* skip the next instruction if R(a) < R(b), else jump by its b:c */                   \
  X(IF_LESS_EQUAL)                                                                                  \
  X(IF_GREATER)                                                                                     \
  X(IF_GREATER_EQUAL)                                                                               \
  X(IF_LESS_K) /* the same for R(a) < K(b) */                                                       \
  X(IF_LESS_EQUAL_K)                                                                                \
  X(IF_GREATER_K)                                                                                   \
  X(IF_GREATER_EQUAL_K)                                                                             \
  X(CHECK_BOOL) /* error unless R(a) is a bool */                                                   \
  X(LOOP)       /* jump by b:c, a safepoint; registers from a on are dead */                        \
  X(FOR_RANGE)  /* R(a) = the iteration over R(a)(R(a + 1) ... b arguments), lazily for `range` */  \
  X(FOR_LIST)   /* R(a), R(a + 1) = the iteration over R(a) */                                      \
  X(FOR_NEXT) /* R(c) = the next of iteration R(a) and jump by the EXTRA's b:c, a safepoint; or go  \
                 on behind the EXTRA at the end */                                                  \
  X(FOR_STORE)     /* the same, a constant number as a leaf */                                      \
  X(NEW_LIST)      /* R(a) = [], room for b:c */                                                    \
  X(APPEND)        /* list R(a) gets R(b), stored; raw if c */                                      \
  X(NEW_RECORD)    /* R(a) = {} */                                                                  \
  X(SET_KEY)       /* record R(a) gets R(b), stored, at N(c) */                                     \
  X(GET_FIELD)     /* R(a) = R(b).N(c) */                                                           \
  X(SET_FIELD)     /* R(a).N(b) = R(c), stored */                                                   \
  X(GET_INDEX)     /* R(a) = R(b)[R(c)] */                                                          \
  X(SET_INDEX)     /* R(a)[R(b)] = R(c), stored */                                                  \
  X(PREPARE_FIELD) /* fails as SET_FIELD R(a).N(b) would; R(c) becomes what no other one changes    \
                    */                                                                              \
  X(PREPARE_INDEX) /* the same for R(a)[R(b)] */                                                    \
  X(SLICE)         /* R(a) = R(b)[R(b + 1):R(b + 2):R(b + 3)], none where absent */                 \
  X(UNPACK)        /* R(b) ... R(b + c - 1) = the items of list R(a) */                             \
  X(FUNCTION)      /* R(a) = a function of code K(b:c) with its captures */                         \
  X(CALL)          /* R(c) = R(a)(R(a + 1) ... b arguments) */                                      \
  X(CALL_NAMED)    /* the same; of the b arguments the last are named: EXTRA a of them, by list     \
                      K(b:c) */                                                                     \
  X(CALL_METHOD)   /* R(c) = R(a + 1).f(R(a + 2) ... b arguments, R(a + 1) not counted); f is the   \
                      name of   global b:c of the first EXTRA; of a named ones a second EXTRA tells \
                    */                                                                              \
  X(EXTRA)                                                                                          \
  X(PICK)   /* R(a) = variable c of kind b (sg_place_kind), if R(a) is undefined and it a function  \
             */                                                                                     \
  X(RETURN) /* R(a) */                                                                              \
  X(DEFAULT)   /* jump by b:c if parameter R(a) was given */                                        \
  X(NO_GRAD)   /* R(a) = recording, then recording is off */                                        \
  X(GRAD_BACK) /* recording = R(a) */                                                               \
  X(TEXT)      /* R(a) = R(b) ... R(b + c - 1) as text, joined */                                   \
  X(FORMAT) /* R(a) = R(a) as text by format b - 1, if any; quoted if c is 1 and it is a string */  \
  X(COMMAND)   /* :N(a) N(b) */                                                                     \
  X(ECHO)      /* reports R(a) */                                                                   \
  X(STATEMENT) /* between top-level statements: a safepoint; registers are dead */

typedef enum sg_opcode {
#define X(name) SG_DO_##name,
  SG_INSTRUCTIONS(X)
#undef X
} sg_opcode;

typedef struct sg_instruction {
  uint16_t op;
  uint16_t a;
  uint16_t b;
  uint16_t c;
} sg_instruction;

static inline uint32_t sg_instruction_wide(sg_instruction i) { return i.b | (uint32_t)i.c << 16; }

/* Where a new function finds a variable it captures: a cell in a register of the function that
 * makes it, or one that it captured itself. */
typedef struct sg_capture {
  bool local;
  uint16_t index;
} sg_capture;

struct sg_code {
  sg_object head;
  sg_string *name;   /* "" for arrows, NULL for a top level */
  sg_source *source; /* held */
  sg_span span;      /* of the whole definition */
  uint16_t parameters;
  uint16_t required; /* without a default */
  uint16_t registers;
  sg_string **parameter_names; /* [parameters] */
  sg_span signature;           /* the parameters as written, without the parentheses */
  sg_instruction *items;       /* [count] */
  sg_span *spans;              /* [count] */
  uint32_t count;
  uint32_t capacity;
  uint32_t span_capacity;
  sg_value *constants; /* strings, numbers, codes */
  uint32_t constant_count;
  uint32_t constant_capacity;
  sg_string **names; /* interned; of fields, methods, variables; at most 65,535 */
  uint32_t name_count;
  uint32_t name_capacity;
  sg_format *formats;
  uint32_t format_count;
  uint32_t format_capacity;
  sg_capture *captures; /* [capture_count] */
  uint32_t capture_count;
  uint32_t capture_capacity;
};

/* "f(x, y=2)", as written. */
void sg_code_signature(const sg_code *code, char *out, size_t size);
sg_code *sg_code_new(sg_heap *heap, sg_source *source, sg_span span); /* empty; retains source */

#endif
