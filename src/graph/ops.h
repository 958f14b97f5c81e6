/* sgrad: the operations as ops.def lists them: enum, names, arities, texts, value kernels. */
#ifndef SG_GRAPH_OPS_H
#define SG_GRAPH_OPS_H

#include <stdbool.h>
#include <stdint.h>

/* LEAF, CONST, CUT come first, then the rows of ops.def in order: SG_OP_ADD, SG_OP_TANH, ... */
typedef enum sg_op {
  SG_OP_LEAF,
  SG_OP_CONST,
  SG_OP_CUT,
#define OP(id, ...) SG_OP_##id,
#define BLOCK(id, ...) SG_OP_##id,
#define SHAPED(id, ...) SG_OP_##id,
#include "graph/ops.def"
  SG_OP_COUNT
} sg_op;

enum { SG_ARITY_BLOCK = -1, SG_ARITY_SHAPED = -2 };

typedef struct sg_op_info {
  const char *id;    /* "TANH" */
  const char *name;  /* "tanh", "+": what pictures and messages show */
  int arity;         /* 0 leaf kinds, 1, 2, SG_ARITY_BLOCK or SG_ARITY_SHAPED */
  const char *value; /* the text of the value, "" for blocks */
  const char *da;    /* the text of d/da in a, b, y; "" for blocks */
  const char *db;    /* "" unless there are two operands */
  bool hidden;       /* not a function of the language: it appears in derivatives only */
  bool each;         /* a block with an output for each operand */
  double check_low;  /* where random checks draw operands from */
  double check_high;
} sg_op_info;

const sg_op_info *sg_op_get(sg_op op);
/* Whether the row is a BLOCK or a SHAPED one: those come last. */
static inline bool sg_op_is_block(sg_op op) { return op >= SG_OP_SUM; }
/* Whether the row is a LOSS. */
bool sg_op_is_loss(sg_op op);
/* Their `arity` alone, for loops over nodes. */
extern const int8_t sg_op_arities[SG_OP_COUNT];
/* What help shows of a row: value and derivatives as expressions of sgrad, "" for none. Those of
 * two operands call them a and b, blocks use the parameters of their functions and x for an item.
 */
typedef struct sg_op_text {
  const char *value;
  const char *da;
  const char *db;
} sg_op_text;
sg_op_text sg_op_get_text(sg_op op);
/* The row of that name and arity (1, 2, SG_ARITY_BLOCK or SG_ARITY_SHAPED), or SG_OP_COUNT. "pow"
 * and "floordiv" are other names of "**" and "//". */
sg_op sg_op_find(const char *name, int arity);
/* Outputs of a block of `count` operands: 1, or `count` for softmax and its kind. */
uint32_t sg_op_outputs(sg_op op, uint32_t count);

/* Values between plain doubles. The operation must be a row of that arity. */
double sg_op_value1(sg_op op, double a);
double sg_op_value2(sg_op op, double a, double b);
/* x[count] -> y[sg_op_outputs(op, count)]. `count` > 0; dot takes an even count, clip takes 3. */
void sg_op_value_block(sg_op op, const double *x, uint32_t count, double *y);

#endif
