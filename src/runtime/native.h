/* sgrad: objects of the language that are implemented in C: models, optimizers.
 *
 * A class is a constant row; its objects begin with an sg_native, and what the class adds follows.
 * The language reaches them only through the row: calls, fields, text, the numbers that belong to
 * them. Every function of a row but `trace` may be NULL, and every one that returns bool returns
 * false with the evaluator's error set. None of them calls back into sgrad, except through `call`.
 */
#ifndef SG_RUNTIME_NATIVE_H
#define SG_RUNTIME_NATIVE_H

#include "runtime/vm.h"

/* Sees `count` consecutive leaves. False: failed, with the error set. */
typedef bool sg_native_visit(void *context, sg_node first, uint32_t count);

struct sg_native_class {
  const char *phrase;        /* "a model"; type(x) gives it without its article */
  size_t size;               /* of the whole object, in bytes */
  const sg_builtin *call;    /* what a call runs, with the object in held[0]; NULL: no callable */
  const char *const *fields; /* their names, for near names and completion; NULL ends */
  /* The value of a field. `*found` is false on entry; left so, there is no such field. */
  bool (*field)(sg_vm *vm, sg_native *native, const char *name, sg_value *out, bool *found);
  /* Sets a field, or with `check` says only whether it could. */
  bool (*set_field)(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check,
                    bool *found);
  /* As print shows it, without a newline at the end; `brief`: in one line, as within a list. */
  bool (*text)(sg_vm *vm, sg_buffer *out, const sg_native *native, bool brief);
  /* The leaves that belong to it, in a stable order, by runs; a leaf may come up more than once. */
  bool (*numbers)(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context);
  /* What the k-th of them is called: "layers[0].w[1]"; as snprintf. */
  int (*number_name)(const sg_native *native, uint32_t k, char *out, size_t size);
  bool (*equal)(const sg_native *a, const sg_native *b); /* of one class; NULL: the same object */
  bool (*copy)(sg_vm *vm, sg_native *native, sg_value *out); /* NULL: it cannot be copied */
  void (*trace)(sg_trace *trace, sg_native *native);   /* each value, object and run it holds */
  void (*clear)(sg_memory *memory, sg_native *native); /* releases what it owns besides itself */
};

/* All zero but for the head, so `trace` and `clear` must take that; NULL: out of memory. */
void *sg_native_new(sg_vm *vm, const sg_native_class *class);

/* The object when `v` is one of that class, else NULL. */
static inline void *sg_find_native(sg_value v, const sg_native_class *class) {
  return sg_is_native(v) && sg_as_native(v)->class == class ? sg_as_native(v) : NULL;
}

/* The leaves that belong to it, in that order, each once, by runs. */
bool sg_native_leaves(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context);

/* Adds which fields it has to the error just made. Returns false. */
bool sg_native_note_fields(sg_vm *vm, const sg_native *native);
/* Fields, with an error for one that there is not. */
bool sg_native_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out);
bool sg_native_set_field(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check);

#endif
