/* sgrad: the tape: every node of the graph, in parallel arrays.
 *
 * Invariants. A node is an index; its operands have lower indexes, so index order is topological
 * order and every pass is one loop. A gradient that no sweep has set is the bit pattern of -0.0
 * (SG_NO_GRAD_BITS), which is also the identity of addition; a gradient that is set is never -0.0.
 * Nodes at or above grad_count have none. Only a collection (collect.h) moves nodes.
 *
 * What a/b of `operands` mean, by the arity of the row of ops.def:
 *   LEAF            a = 0, or tape length when .data was last set: users below it are stale
 *   CONST           unused. A constant operand; its gradient means nothing
 *   CUT             unused. A computed node whose history was let go: nothing lies behind it, but
 *                   like any computed node it shows the gradient of the latest sweep
 *   one operand     a;   two operands  a, b
 *   block           a = offset in `args` of {operand count, output count, operands...},
 *                   b = which output this node is; the outputs of a block are consecutive nodes
 *   shaped block    the same, with the record of record.h in `args`; SHAPED rows come last
 */
#ifndef SG_GRAPH_TAPE_H
#define SG_GRAPH_TAPE_H

#include "base/error.h"
#include "graph/ops.h"
#include "graph/value.h"

typedef struct sg_operands {
  uint32_t a;
  uint32_t b;
} sg_operands;

/* Consecutive nodes. */
typedef struct sg_node_run {
  sg_node first;
  uint32_t count;
} sg_node_run;

enum {
  SG_CONSTANT_CACHE = 256,
  SG_COLLECT_LEAST = 16384,  /* young nodes below which no collection is asked for, ... */
  SG_COLLECT_MOST = 65536,   /* ... and of any live graph at most, unless holders are many */
  SG_COLLECT_DATA = 1 << 17, /* the least of such numbers of shaped blocks */
  SG_ARGS_HEADER = 2         /* words before the operands in `args` */
};

/* Nodes are numbered below this, so that positions and counts fit 32 bits too. */
#define SG_NODE_LIMIT (UINT32_MAX - 1)

typedef struct sg_formulas sg_formulas; /* formula.h */

typedef struct sg_tape {
  double *value;         /* [count] */
  sg_operands *operands; /* [count] */
  uint8_t *op;           /* [count], an sg_op */
  uint32_t count;
  uint32_t capacity;   /* nodes that fit before sg_tape_grow must look: at most `allocated`, and at
                          most collect_at while that lies ahead */
  uint32_t allocated;  /* items of the three arrays above */
  uint32_t collect_at; /* `*attention` is set when count passes it */
  double *grad;        /* [grad_count] */
  uint32_t grad_count;
  uint32_t grad_capacity;
  double *spare; /* an array for the next sweep to work in, unless NULL */
  uint32_t spare_capacity;
  uint32_t *args; /* operand lists of the blocks, in the order of their nodes */
  uint32_t arg_count;
  uint32_t arg_capacity;
  double *data; /* what shaped blocks keep in plain numbers, in the order of their nodes */
  uint32_t data_count;
  uint32_t data_capacity;
  uint32_t data_collect_at; /* `*attention` is set when data_count passes it */
  uint32_t settled;         /* nodes that the last collection left: all below are older than it */
  uint32_t settled_args;    /* arg_count then */
  uint32_t settled_data;    /* data_count then */
  uint32_t full_at;         /* a collection looks at the settled nodes too when these are so many */
  uint32_t last_change; /* tape length when any leaf's .data was last set: nodes from there on are
                           fresh */
  sg_node
      constants[SG_CONSTANT_CACHE]; /* recent CONST nodes by hash of value; checked before use */
  sg_node_run *reached; /* [reached_capacity] what lies behind a sweep's node; see reach.h */
  uint32_t reached_capacity;
  uint64_t *reach_bits; /* a bit a node, all zero between sweeps */
  uint32_t reach_words;
  double *scratch; /* [scratch_capacity] operand and output values of a block */
  uint32_t scratch_capacity;
  sg_formulas *formulas; /* derivative texts parsed so far, or NULL */
  bool recording;        /* false: operations on nodes give plain doubles (no_grad) */
  bool *attention;       /* set when a collection is due; never NULL */
  bool own_attention;
  sg_memory *memory;
} sg_tape;

#define SG_NO_GRAD_BITS (UINT64_C(1) << 63)

/* `attention` points to own_attention until the owner sets another. The tape must not move. */
void sg_tape_init(sg_tape *tape, sg_memory *memory);
void sg_tape_clear(sg_tape *tape);

/* Makes room for `more` nodes. False: out of memory, tape unchanged. */
bool sg_tape_grow(sg_tape *tape, uint32_t more);
static inline bool sg_tape_reserve(sg_tape *tape, uint32_t more) {
  return more <= tape->capacity - tape->count || sg_tape_grow(tape, more);
}
/* The same for operand lists. */
bool sg_tape_reserve_args(sg_tape *tape, size_t more);
/* The same for the numbers of shaped blocks. */
bool sg_tape_reserve_data(sg_tape *tape, size_t more);
/* Room for `count` doubles in `scratch`. */
bool sg_tape_reserve_scratch(sg_tape *tape, size_t count);
/* Room for the gradients of `node` and all below, absent where there was none. */
bool sg_tape_reserve_grad(sg_tape *tape, sg_node node);
/* How long the tape is. */
typedef struct sg_tape_mark {
  uint32_t nodes, args, data;
} sg_tape_mark;

static inline sg_tape_mark sg_tape_get_mark(const sg_tape *tape) {
  return (sg_tape_mark){tape->count, tape->arg_count, tape->data_count};
}
/* Drops the nodes made since the mark, of which nobody may hold one, with their gradients: a
 * training step leaves nothing behind. Without a collection between the two. */
void sg_tape_truncate(sg_tape *tape, sg_tape_mark mark);

/* After a collection: gives memory back when far more is allocated than used, and sets `collect_at`
 * and the capacity that follows from it. */
void sg_tape_settle(sg_tape *tape, uint32_t collect_at);

/* Appends; room must have been reserved. The caller computes the value. */
static inline sg_node sg_tape_push(sg_tape *tape, sg_op op, uint32_t a, uint32_t b, double value) {
  sg_node node = tape->count++;
  tape->value[node] = value;
  tape->operands[node] = (sg_operands){a, b};
  tape->op[node] = (uint8_t)op;
  return node;
}

/* The value of a number, node or plain. */
static inline double sg_tape_value(const sg_tape *tape, sg_value v) {
  return sg_is_node(v) ? tape->value[sg_as_node(v)] : sg_as_double(v);
}

/* All of the following take numbers, plain or nodes. They return false and leave `*out` alone only
 * when out of memory or, of long blocks, on Ctrl-C. Between plain doubles, or while not recording,
 * `*out` is a plain double. */
bool sg_tape_leaf(sg_tape *tape, double value, sg_value *out); /* records even in no_grad */
bool sg_apply1(sg_tape *tape, sg_op op, sg_value x, sg_value *out);
bool sg_apply2(sg_tape *tape, sg_op op, sg_value x, sg_value y, sg_value *out);
/* A block: `count` operands, sg_op_outputs(op, count) outputs. `out` may alias `x`. */
bool sg_apply_block(sg_tape *tape, sg_op op, const sg_value *x, uint32_t count, sg_value *out);
/* A node for a plain double, shared among equal ones; nodes pass through. */
bool sg_tape_operand(sg_tape *tape, sg_value v, sg_node *out);

static inline bool sg_node_is_block(const sg_tape *tape, sg_node node) {
  return sg_op_is_block((sg_op)tape->op[node]);
}
static inline bool sg_node_is_shaped(const sg_tape *tape, sg_node node) {
  return tape->op[node] >= SG_OP_DENSE;
}
/* What a node is computed from, whatever its arity: count, and the k-th. Plain numbers in a shaped
 * block are not counted. */
uint32_t sg_node_operand_count(const sg_tape *tape, sg_node node);
sg_node sg_node_operand(const sg_tape *tape, sg_node node, uint32_t k);
/* How many operands from the k-th on are consecutive nodes, at least 1: `*first` and those after
 * it. So a loop over the runs sees the parameters of a layer at once. */
uint32_t sg_node_operand_run(const sg_tape *tape, sg_node node, uint32_t k, sg_node *first);
/* Of a shaped block's operands one output may use a part, such as its own neuron's parameters: how
 * many it uses, and which of them is the i-th. Any other node uses all. */
uint32_t sg_node_used_count(const sg_tape *tape, sg_node node);
uint32_t sg_node_used(const sg_tape *tape, sg_node node, uint32_t i);
/* A block's outputs, and the first of them; of any other node 1, and itself. */
uint32_t sg_node_output_count(const sg_tape *tape, sg_node node);
sg_node sg_node_first_output(const sg_tape *tape, sg_node node);
/* Whether gradients accumulate there and .data can be set. */
static inline bool sg_node_is_leaf(const sg_tape *tape, sg_node node) {
  return tape->op[node] == SG_OP_LEAF;
}

/* The lowest of the leaves in a row below `last`, but not below `least`; `last` if there are none.
 */
sg_node sg_tape_first_leaf(const sg_tape *tape, sg_node last, sg_node least);

/* Sets a leaf's value in place. The caller has seen that it is a leaf. */
void sg_node_set_data(sg_tape *tape, sg_node leaf, double value);
/* The same for consecutive leaves whose values have been set where they lie. */
void sg_tape_mark_changed(sg_tape *tape, sg_node first, uint32_t count);
/* Whether a leaf among its operands was changed after the node had been computed from it; of a long
 * block true also on Ctrl-C. */
bool sg_node_is_stale(const sg_tape *tape, sg_node node);

bool sg_node_has_grad(const sg_tape *tape, sg_node node);
double sg_node_grad(const sg_tape *tape, sg_node node);              /* 0 when absent */
bool sg_node_set_grad(sg_tape *tape, sg_node node, double grad);     /* false: out of memory */
void sg_node_zero_grad(sg_tape *tape, sg_node node);                 /* absent again */
void sg_tape_zero_run(sg_tape *tape, sg_node first, uint32_t count); /* of consecutive nodes */
/* Of all of them, NULL: of every leaf. False: given up on Ctrl-C, nothing has changed. */
bool sg_tape_zero_grad(sg_tape *tape, const sg_node *nodes, uint32_t count);

#endif
