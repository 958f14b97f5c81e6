/* sgrad: a value in 64 bits: a plain double, a node of the graph, or what the language adds.
 *
 * Invariant (NaN boxing): bit patterns below 0xFFF9 << 48 are doubles, every NaN among them one of
 * the two quiet patterns that arithmetic makes (doubles from files pass sg_number_from_file). Then
 * come nodes (index in the low 32 bits), the language's constants, and object pointers (low 48
 * bits). So "is a double" and "is a number" are one comparison each.
 */
#ifndef SG_GRAPH_VALUE_H
#define SG_GRAPH_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct sg_value {
  uint64_t bits;
} sg_value;

typedef uint32_t sg_node; /* an index on the tape */

#define SG_TAG_NODE (UINT64_C(0xFFF9) << 48)
#define SG_TAG_CONSTANT (UINT64_C(0xFFFA) << 48) /* undefined, none, false, true */
#define SG_TAG_OBJECT (UINT64_C(0xFFFB) << 48)

static inline sg_value sg_number(double x) {
  sg_value v;
  memcpy(&v.bits, &x, sizeof x);
  return v;
}

static inline sg_value sg_number_from_file(double x) {
  return sg_number(x != x ? __builtin_nan("") : x);
}

static inline sg_value sg_node_value(sg_node node) { return (sg_value){SG_TAG_NODE | node}; }

static inline bool sg_is_double(sg_value v) { return v.bits < SG_TAG_NODE; }
static inline bool sg_is_number(sg_value v) { return v.bits < SG_TAG_CONSTANT; }
static inline bool sg_is_node(sg_value v) { return v.bits >> 48 == SG_TAG_NODE >> 48; }

static inline double sg_as_double(sg_value v) {
  double x;
  memcpy(&x, &v.bits, sizeof x);
  return x;
}

static inline sg_node sg_as_node(sg_value v) { return (sg_node)v.bits; }

#endif
