/* sgrad: how a shaped block lies on the tape. Internal to src/graph.
 *
 * In tape->args a record: how many nodes are among the operands, how many outputs, the shape, the
 * operand vectors, and the nodes of those that are lists. In tape->data a range of doubles: vectors
 * of plain numbers, then what the value's kernel keeps for the sweep. Operands are counted over all
 * vectors, plain numbers left out.
 *
 * A layer is tame when its operands, sums and derivatives are finite, and whatever lies behind it
 * is a leaf or an output of a tame layer. Through it 0 passes on 0 alone, so in its sweep 0 may
 * stand for "no number" wherever every node is reached: that is faster, and the gradients are the
 * same.
 */
#ifndef SG_GRAPH_RECORD_H
#define SG_GRAPH_RECORD_H

#include "graph/shaped.h"

enum { SG_VECTORS = 2 };

/* A vector as stored. RUN: `at` is the first node; LIST: where it begins in `listed`; DATA: where
 * it begins in the block's data. An absent one is DATA of no numbers. */
typedef struct sg_stored {
  uint32_t kind; /* an sg_vector_kind; ROWS are stored as DATA */
  uint32_t at;
  uint32_t count;
} sg_stored;

typedef union sg_shape {
  sg_dense dense;
  sg_pairs pairs;
  sg_cross_entropy cross_entropy;
  uint32_t squares; /* how many */
} sg_shape;

typedef struct sg_record {
  uint32_t operands;   /* as in every block's args */
  uint32_t outputs;    /* as in every block's args */
  uint32_t words;      /* of this record, `listed` included */
  uint32_t data;       /* where the block's data begins in tape->data */
  uint32_t data_count; /* how many doubles it has there */
  uint32_t is_tame;    /* of a layer: for whoever uses an output, 0 may stand for "no number" */
  uint32_t shape[sizeof(sg_shape) / sizeof(uint32_t)];
  sg_stored vectors[SG_VECTORS];
  sg_node listed[];
} sg_record;

_Static_assert(sizeof(sg_record) % sizeof(uint32_t) == 0, "a record is words of args");
enum { SG_RECORD_WORDS = sizeof(sg_record) / sizeof(uint32_t) };

/* Valid until args grow. */
static inline sg_record *sg_record_get(const sg_tape *tape, sg_node node) {
  return (sg_record *)(tape->args + tape->operands[node].a);
}

static inline sg_shape sg_record_shape(const sg_record *record) {
  sg_shape shape;
  memcpy(&shape, record->shape, sizeof shape);
  return shape;
}

/* Where the block keeps what its kernel left for the sweep. */
static inline uint32_t sg_record_kept(const sg_record *record) {
  uint32_t kept = record->data;
  for (int v = 0; v < SG_VECTORS; v++)
    if (record->vectors[v].kind == SG_VECTOR_DATA) kept += record->vectors[v].count;
  return kept;
}

/* Whether the nodes are leaves, or outputs of one tame layer. */
bool sg_nodes_are_tame(const sg_tape *tape, sg_node first, uint32_t count);

sg_node sg_record_operand(const sg_record *record, uint32_t k);
/* How many operands from the k-th on are consecutive nodes: `*first` and those after it. */
uint32_t sg_record_run(const sg_record *record, uint32_t k, sg_node *first);
/* What one output uses: how many of the operands, and which of them is the i-th. */
uint32_t sg_record_used_count(const sg_record *record, sg_op op, uint32_t output);
uint32_t sg_record_used(const sg_record *record, sg_op op, uint32_t output, uint32_t i);

#endif
