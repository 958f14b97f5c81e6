/* sgrad tests: an allocation of an interpreter that fails. */
#ifndef SG_TESTS_FAULT_KIT_H
#define SG_TESTS_FAULT_KIT_H

#include "sgrad.h"

/* What sg_host.context points to, or begins with. */
typedef struct faults {
  uint64_t calls; /* allocations so far */
  uint64_t first; /* the one that fails; 0: none */
  bool once;      /* those after it do not */
} faults;

static inline bool fault(void *context, uint64_t call) {
  faults *f = context;
  f->calls = call;
  return f->first > 0 && (call == f->first || (!f->once && call > f->first));
}

/* A host that reads nothing. */
static inline bool write_nothing(void *context, const char *text, size_t bytes) {
  (void)context;
  (void)text;
  (void)bytes;
  return true;
}

#endif
