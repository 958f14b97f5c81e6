/* sgrad: the rows of ops.def as data, and their value kernels as functions. */
#include "graph/blocks.h"
#include "graph/kernels.h"

#include <assert.h>

#define ONE false
#define EACH true

static const sg_op_info infos[SG_OP_COUNT] = {
    {.id = "LEAF", .name = "leaf", .value = "", .da = "", .db = ""},
    {.id = "CONST", .name = "const", .value = "", .da = "", .db = ""},
    {.id = "CUT", .name = "cut", .value = "", .da = "", .db = ""},
#define ROW(id, name, arity, value, da, db, hidden, low, high)                                     \
  {#id, name, arity, value, da, (arity) == 2 ? (db) : "", hidden, false, low, high},
#define OP(id, name, arity, value, da, db, low, high)                                              \
  ROW(id, name, arity, #value, #da, #db, false, low, high)
#define HIDDEN(id, name, arity, value, da, db, low, high)                                          \
  ROW(id, name, arity, #value, #da, #db, true, low, high)
#define LOSS HIDDEN
#define BLOCK(id, name, word, outputs)                                                             \
  {#id, name, SG_ARITY_BLOCK, "", "", "", false, outputs, -3, 3},
#define SHAPED(id, name, word) {#id, name, SG_ARITY_SHAPED, "", "", "", false, false, -3, 3},
#include "graph/ops.def"
#undef ROW
};

static const sg_op_text texts[SG_OP_COUNT] = {
#define OP(...)
#define TEXT(id, value, da, db) [SG_OP_##id] = {#value, #da, #db},
#include "graph/ops.def"
};

const int8_t sg_op_arities[SG_OP_COUNT] = {
#define OP(id, name, arity, ...) [SG_OP_##id] = arity,
#define BLOCK(id, ...) [SG_OP_##id] = SG_ARITY_BLOCK,
#define SHAPED(id, ...) [SG_OP_##id] = SG_ARITY_SHAPED,
#include "graph/ops.def"
};

/* Names that texts use for operators. */
static const struct {
  const char *name;
  sg_op op;
} aliases[] = {{"pow", SG_OP_POWER}, {"floordiv", SG_OP_FLOOR_DIVIDE}};

const sg_op_info *sg_op_get(sg_op op) {
  assert(op < SG_OP_COUNT);
  return &infos[op];
}

sg_op_text sg_op_get_text(sg_op op) {
  assert(op < SG_OP_COUNT);
  if (texts[op].value != NULL) return texts[op];
  return (sg_op_text){infos[op].value, infos[op].da, infos[op].db};
}

bool sg_op_is_loss(sg_op op) {
  switch (op) {
#define OP(...)
#define LOSS(id, ...) case SG_OP_##id:
#include "graph/ops.def"
    return true;
  default: return false;
  }
}

sg_op sg_op_find(const char *name, int arity) {
  for (int op = 0; op < SG_OP_COUNT; op++)
    if (infos[op].arity == arity && strcmp(infos[op].name, name) == 0) return (sg_op)op;
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (infos[aliases[i].op].arity == arity && strcmp(aliases[i].name, name) == 0)
      return aliases[i].op;
  return SG_OP_COUNT;
}

uint32_t sg_op_outputs(sg_op op, uint32_t count) { return infos[op].each ? count : 1; }

double sg_op_value1(sg_op op, double a) { return sg_kernel1(op, a); }

double sg_op_value2(sg_op op, double a, double b) { return sg_kernel2(op, a, b); }

void sg_op_value_block(sg_op op, const double *x, uint32_t count, double *y) {
  assert(infos[op].arity == SG_ARITY_BLOCK && count > 0);
  sg_block_values[op](x, count, y);
}
