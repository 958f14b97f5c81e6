/* sgrad: what a value of the language may be, and the heap that holds the objects.
 *
 * Invariant: every object is on its heap's list; a collection (collect in heap.c) marks from the
 * roots and frees the rest, and at the same time collects the tape, since handles of nodes live in
 * objects. Collections happen only at safepoints of the evaluator (a loop's back edge, a call of a
 * function written in sgrad, between statements): C code that does not call back into sgrad may
 * keep values in C variables; code that does keeps them on the evaluator's stack (sg_vm_push).
 */
#ifndef SG_RUNTIME_OBJECT_H
#define SG_RUNTIME_OBJECT_H

#include "base/error.h"
#include "graph/collect.h"

#define SG_UNDEFINED                                                                               \
  ((sg_value){SG_TAG_CONSTANT | 0}) /* no value: an argument not given, an unset name */
#define SG_NONE ((sg_value){SG_TAG_CONSTANT | 1})
#define SG_FALSE ((sg_value){SG_TAG_CONSTANT | 2})
#define SG_TRUE ((sg_value){SG_TAG_CONSTANT | 3})

static inline sg_value sg_bool(bool b) { return b ? SG_TRUE : SG_FALSE; }
static inline bool sg_is_undefined(sg_value v) { return v.bits == SG_UNDEFINED.bits; }
static inline bool sg_is_none(sg_value v) { return v.bits == SG_NONE.bits; }
static inline bool sg_is_bool(sg_value v) { return (v.bits | 1) == SG_TRUE.bits; }
static inline bool sg_is_true(sg_value v) { return v.bits == SG_TRUE.bits; }
static inline bool sg_is_object(sg_value v) { return v.bits >= SG_TAG_OBJECT; }

typedef enum sg_kind {
  SG_STRING,
  SG_LIST,
  SG_RECORD,
  SG_FUNCTION, /* written in sgrad: code and the cells it captured */
  SG_BUILTIN,  /* written in C, perhaps with values bound to it (grad(f)) */
  SG_NATIVE,   /* an object of a class written in C: native.h */
  SG_CELL,     /* a captured variable */
  SG_CODE      /* a compiled function body */
} sg_kind;

typedef struct sg_object sg_object;
struct sg_object {
  sg_object *next; /* on the heap's list */
  sg_object *gray; /* the collector's worklist */
  uint8_t kind;    /* sg_kind */
  uint32_t mark;   /* the heap's: found live, or made since */
};

typedef struct sg_string {
  sg_object head;
  bool interned; /* equal interned strings are the same object; record keys are interned */
  uint32_t bytes;
  uint32_t length; /* code points; == bytes: ASCII */
  uint32_t hash;
  char text[]; /* valid UTF-8, then a zero (zeros may stand inside) */
} sg_string;

typedef struct sg_list {
  sg_object head;
  bool plain; /* items are plain doubles: the collector need not look inside */
  bool owned; /* of what a native object owns: setting an item sets the data of its leaves */
  uint32_t count;
  uint32_t capacity;
  sg_value *items;
} sg_list;

typedef struct sg_record {
  sg_object head;
  uint32_t count;
  uint32_t key_capacity;
  uint32_t value_capacity;
  sg_string **keys; /* interned, in insertion order */
  sg_value *values;
  uint32_t *index; /* open addressing, key number + 1; NULL up to 8 keys */
  uint32_t index_size;
} sg_record;

typedef struct sg_cell {
  sg_object head;
  sg_value value;
} sg_cell;

typedef struct sg_builtin sg_builtin; /* builtin.h */
typedef struct sg_code sg_code;       /* code.h */

typedef struct sg_function {
  sg_object head;
  sg_code *code;
  uint32_t cell_count;
  sg_cell *cells[];
} sg_function;

typedef struct sg_bound {
  sg_object head;
  const sg_builtin *builtin;
  uint16_t required;   /* parameters without "=", not counting a starred one */
  uint16_t parameters; /* all, not counting a starred one */
  bool starred;
  uint32_t count;  /* bound values */
  sg_value held[]; /* what builtin->run sees as call->held */
} sg_bound;

typedef struct sg_native_class sg_native_class; /* native.h */

typedef struct sg_native {
  sg_object head;
  const sg_native_class *class;
  sg_bound *call; /* what calling it calls; NULL: it cannot be called */
} sg_native;

/* What a collection does to each place that holds a value: first marks what it refers to, then,
 * when the tape has been compacted, replaces the node handle there by the moved one. */
typedef struct sg_trace sg_trace;
void sg_trace_value(sg_trace *trace, sg_value *slot);
void sg_trace_values(sg_trace *trace, sg_value *slots, uint32_t count);
void sg_trace_object(sg_trace *trace, void *object); /* NULL is fine */
/* `count` consecutive leaves, which stay consecutive. */
void sg_trace_nodes(sg_trace *trace, sg_node *first, uint32_t count);

typedef struct sg_heap {
  sg_memory *memory; /* not owned */
  sg_tape *tape;     /* not owned */
  sg_object *objects;
  uint32_t mark; /* of the latest collection, so that giving one up leaves nothing to undo */
  /* A collection that Ctrl-C has put off. */
  enum { SG_HEAP_WHOLE, SG_HEAP_SLIDING, SG_HEAP_MOVING, SG_HEAP_FREEING } phase;
  sg_collection collection; /* while sliding and moving */
  sg_object *moved;         /* the next object whose handles are to be moved ... */
  uint32_t moved_items;     /* ... but for so many of its items */
  sg_object **freed;        /* up to this link the unmarked have been freed */
  size_t bytes;             /* of all objects and what they own */
  size_t collect_at;        /* *attention is set when bytes reach it */
  bool *attention;          /* not owned */
  sg_string **interned;     /* open addressing; weak */
  uint32_t interned_count;
  uint32_t interned_size;
  void (*trace_roots)(void *context, sg_trace *trace);
  /* Between marking and moving: drops what refers to dead nodes weakly. May be NULL. */
  void (*drop_dead)(void *context, const sg_collection *collection);
  void *trace_context;
} sg_heap;

void sg_heap_init(sg_heap *heap, sg_memory *memory, sg_tape *tape, bool *attention);
void sg_heap_clear(sg_heap *heap); /* frees every object */
/* Sets when the next collection is due, by what lives and by what the memory limit leaves. */
void sg_heap_schedule(sg_heap *heap);
/* Marks, compacts the tape, moves handles, frees. False: out of memory or interrupted; nothing has
 * changed, or what has been begun is put off to the next call, for which *attention asks. */
bool sg_heap_collect(sg_heap *heap);
/* Whether a collection has been put off with handles that no longer fit the tape: nothing may be
 * done with either then but to unwind, and to call sg_heap_settle. */
static inline bool sg_heap_is_moving(const sg_heap *heap) {
  return heap->phase == SG_HEAP_SLIDING || heap->phase == SG_HEAP_MOVING;
}
/* Brings handles and tape together again. False: put off once more, because of Ctrl-C. */
bool sg_heap_settle(sg_heap *heap);

static inline sg_object *sg_as_object(sg_value v) {
  return (sg_object *)(uintptr_t)(v.bits & ~(UINT64_C(0xFFFF) << 48));
}
static inline sg_value sg_object_value(const void *object) {
  return (sg_value){SG_TAG_OBJECT | (uint64_t)(uintptr_t)object};
}
static inline bool sg_is_kind(sg_value v, sg_kind kind) {
  return sg_is_object(v) && sg_as_object(v)->kind == kind;
}
static inline bool sg_is_string(sg_value v) { return sg_is_kind(v, SG_STRING); }
static inline bool sg_is_list(sg_value v) { return sg_is_kind(v, SG_LIST); }
static inline bool sg_is_record(sg_value v) { return sg_is_kind(v, SG_RECORD); }
static inline bool sg_is_native(sg_value v) { return sg_is_kind(v, SG_NATIVE); }
static inline sg_string *sg_as_string(sg_value v) { return (sg_string *)sg_as_object(v); }
static inline sg_list *sg_as_list(sg_value v) { return (sg_list *)sg_as_object(v); }
static inline sg_record *sg_as_record(sg_value v) { return (sg_record *)sg_as_object(v); }
static inline sg_function *sg_as_function(sg_value v) { return (sg_function *)sg_as_object(v); }
static inline sg_bound *sg_as_bound(sg_value v) { return (sg_bound *)sg_as_object(v); }
static inline sg_native *sg_as_native(sg_value v) { return (sg_native *)sg_as_object(v); }
static inline bool sg_is_callable(sg_value v) {
  return sg_is_kind(v, SG_FUNCTION) || sg_is_kind(v, SG_BUILTIN) ||
         (sg_is_native(v) && sg_as_native(v)->call);
}
/* What a call of `v` runs: a builtin in place of a native object. */
static inline sg_value sg_called(sg_value v) {
  return sg_is_native(v) && sg_as_native(v)->call ? sg_object_value(sg_as_native(v)->call) : v;
}

/* Makers return NULL when out of memory, and of what is large on Ctrl-C. */
sg_string *sg_string_new(sg_heap *heap, const char *text, size_t bytes); /* valid UTF-8 */
/* Room for `bytes`; the caller fills text and sets the length. */
sg_string *sg_string_reserve(sg_heap *heap, size_t bytes);
sg_string *sg_string_intern(sg_heap *heap, const char *text, size_t bytes);
/* The interned string of equal text; NULL when out of memory. */
sg_string *sg_string_key(sg_heap *heap, sg_string *string);
/* By code points: below, at or above 0. UTF-8 bytes sort as their code points do. Both this and the
 * next two give up on Ctrl-C where texts are long: to be polled for afterwards. */
int sg_string_order(const sg_string *x, const sg_string *y);
bool sg_string_equal(const sg_string *x, const sg_string *y);
/* The byte where `part` begins, at or after byte `from`; the string's bytes when nowhere. An empty
 * part begins at `from`. */
size_t sg_string_find(const sg_string *string, size_t from, const sg_string *part);

sg_list *sg_list_new(sg_heap *heap, size_t capacity); /* empty */
bool sg_list_reserve(sg_heap *heap, sg_list *list, size_t capacity);
/* These store as they are: making leaves of constants is the caller's (sg_vm_store). */
bool sg_list_append(sg_heap *heap, sg_list *list, sg_value v);
static inline void sg_list_set(sg_list *list, uint32_t i, sg_value v) {
  list->items[i] = v;
  list->plain &= sg_is_double(v);
}

sg_record *sg_record_new(sg_heap *heap);
/* The place of a key's value, or NULL. `key` must be interned. */
sg_value *sg_record_find(const sg_record *record, const sg_string *key);
/* The same of a text that is no string: looks at every key. */
sg_value *sg_record_find_text(const sg_record *record, const char *text, size_t bytes);
bool sg_record_set(sg_heap *heap, sg_record *record, sg_string *key, sg_value v);
/* The same by text, for C code. */
bool sg_record_set_text(sg_heap *heap, sg_record *record, const char *key, sg_value v);

sg_cell *sg_cell_new(sg_heap *heap, sg_value v);
sg_function *sg_function_new(sg_heap *heap, sg_code *code, uint32_t cell_count); /* cells NULL */
sg_bound *sg_bound_new(sg_heap *heap, const sg_builtin *builtin, const sg_value *held,
                       uint32_t count);

/* "number", "bool", "string", "list", "record", "function", "none", or what a native object's class
 * says ("model"): what type(x) gives. */
const char *sg_type_name(sg_value v);
/* The same for a sentence: "a number", "none". */
const char *sg_type_phrase(sg_value v);

#endif
