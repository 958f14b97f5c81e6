/* sgrad: walks over numbers nested in lists and records, and on request in models.
 *
 * Invariant: a walk calls nothing of sgrad's, so what it walks does not change under it but by its
 * own hand. Its depth is bounded by SG_WALK_LIMIT, past which there is an error (a list that
 * contains itself is one of those).
 */
#ifndef SG_BUILTINS_WALK_H
#define SG_BUILTINS_WALK_H

#include "runtime/native.h"

enum { SG_WALK_LIMIT = 200 };

typedef struct sg_walk sg_walk;
/* What becomes of a value that is no container. False: failed, with the error set. */
typedef bool sg_walk_step(sg_walk *walk, sg_value *slot);

struct sg_walk {
  sg_vm *vm;
  const sg_builtin *builtin; /* for messages */
  sg_walk_step *number;      /* NULL: numbers stay as they are */
  sg_walk_step *other;       /* strings, bools, functions, none; NULL: they stay */
  bool lists_only;           /* a record counts as `other` */
  bool natives;              /* a model or its kind is taken as the list of its numbers */
  void *context;
};

/* A copy of `*slot`, which is put there: containers new, each item as the steps make it, in order.
 */
bool sg_walk_copy(sg_walk *walk, sg_value *slot);
/* The steps on each item where it lies. */
bool sg_walk_each(sg_walk *walk, sg_value *slot);

/* For `other`: "relu() takes a number or a list of numbers, not a string". */
sg_walk_step sg_walk_fail_other;

#endif
