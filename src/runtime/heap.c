/* sgrad: the heap's collector: mark with a worklist threaded through the objects (so marking needs
 * neither memory nor the C stack), compact the tape, renumber the handles, free. */
#include "runtime/heap.h"

#include "runtime/code.h"
#include "runtime/native.h"

enum { FIRST_COLLECTION = 4 << 20, POLL_EVERY = 1024 /* objects */, TIDY_EVERY = 16384 };

struct sg_trace {
  sg_heap *heap;
  sg_collection *collection;
  sg_object *gray;
  bool moving;
};

void sg_heap_init(sg_heap *heap, sg_memory *memory, sg_tape *tape, bool *attention) {
  *heap = (sg_heap){
      .memory = memory, .tape = tape, .attention = attention, .collect_at = FIRST_COLLECTION};
}

void *sg_heap_allocate(sg_heap *heap, size_t size, sg_kind kind) {
  sg_object *object = sg_allocate(heap->memory, size);
  if (!object) return NULL;
  *object = (sg_object){.next = heap->objects, .kind = (uint8_t)kind, .mark = heap->mark};
  heap->objects = object;
  sg_heap_account(heap, size);
  return object;
}

void sg_heap_account(sg_heap *heap, size_t bytes) {
  heap->bytes += bytes;
  if (heap->bytes >= heap->collect_at) *heap->attention = true;
}

static size_t release_code(sg_heap *heap, sg_code *code) {
  sg_memory *m = heap->memory;
  sg_source_release(code->source);
  sg_release(m, code->parameter_names, code->parameters * sizeof(sg_string *));
  SG_RELEASE(m, code);
  sg_release(m, code->spans, code->span_capacity * sizeof *code->spans);
  sg_release(m, code->constants, code->constant_capacity * sizeof *code->constants);
  sg_release(m, code->names, code->name_capacity * sizeof(sg_string *));
  sg_release(m, code->formats, code->format_capacity * sizeof *code->formats);
  sg_release(m, code->captures, code->capture_capacity * sizeof *code->captures);
  return sizeof *code;
}

static size_t release_record(sg_heap *heap, sg_record *record) {
  sg_release(heap->memory, record->keys, record->key_capacity * sizeof(sg_string *));
  sg_release(heap->memory, record->values, record->value_capacity * sizeof(sg_value));
  sg_release(heap->memory, record->index, record->index_size * sizeof(uint32_t));
  return sizeof *record;
}

static size_t release_native(sg_heap *heap, sg_native *native) {
  if (native->class->clear) native->class->clear(heap->memory, native);
  return native->class->size;
}

/* Releases what an object owns; returns the object's own size. */
static size_t release_content(sg_heap *heap, sg_object *object) {
  switch ((sg_kind)object->kind) {
  case SG_STRING: {
    sg_string *string = (sg_string *)object;
    if (string->interned) sg_string_forget(heap, string);
    return sizeof *string + string->bytes + 1;
  }
  case SG_LIST: {
    sg_list *list = (sg_list *)object;
    SG_RELEASE(heap->memory, list);
    return sizeof *list;
  }
  case SG_RECORD: return release_record(heap, (sg_record *)object);
  case SG_FUNCTION:
    return sizeof(sg_function) + ((sg_function *)object)->cell_count * sizeof(sg_cell *);
  case SG_BUILTIN: return sizeof(sg_bound) + ((sg_bound *)object)->count * sizeof(sg_value);
  case SG_NATIVE: return release_native(heap, (sg_native *)object);
  case SG_CELL: return sizeof(sg_cell);
  case SG_CODE: return release_code(heap, (sg_code *)object);
  }
  return 0;
}

static void free_object(sg_heap *heap, sg_object *object) {
  size_t size = release_content(heap, object);
  sg_release(heap->memory, object, size);
}

void sg_heap_clear(sg_heap *heap) {
  while (heap->objects) {
    sg_object *object = heap->objects;
    heap->objects = object->next;
    free_object(heap, object);
  }
  sg_release(heap->memory, heap->interned, heap->interned_size * sizeof(sg_string *));
  heap->interned = NULL;
  if (sg_heap_is_moving(heap)) sg_collect_end(&heap->collection);
  heap->phase = SG_HEAP_WHOLE;
  heap->interned_size = heap->interned_count = 0;
}

void sg_trace_object(sg_trace *trace, void *object) {
  sg_object *head = object;
  if (!head || head->mark == trace->heap->mark || trace->moving) return;
  head->mark = trace->heap->mark;
  head->gray = trace->gray;
  trace->gray = head;
}

void sg_trace_value(sg_trace *trace, sg_value *slot) {
  if (sg_is_object(*slot)) {
    sg_trace_object(trace, sg_as_object(*slot));
  } else if (sg_is_node(*slot)) {
    sg_node node = sg_as_node(*slot);
    if (trace->moving)
      *slot = sg_node_value(sg_collect_moved(trace->collection, node));
    else
      sg_collect_hold(trace->collection, node);
  }
}

void sg_trace_nodes(sg_trace *trace, sg_node *first, uint32_t count) {
  if (!count) return;
  if (trace->moving)
    *first = sg_collect_moved(trace->collection, *first);
  else
    sg_collect_hold_run(trace->collection, *first, count);
}

/* Marking can be given up; moving cannot, and comes here with few. */
void sg_trace_values(sg_trace *trace, sg_value *slots, uint32_t count) {
  for (uint32_t i = 0, end = count; trace->moving ? i < count : sg_piece(i, count, &end);)
    for (; i < end; i++) sg_trace_value(trace, &slots[i]);
}

static void trace_code(sg_trace *trace, sg_code *code) {
  sg_trace_object(trace, code->name);
  for (uint32_t i = 0; i < code->parameters; i++) sg_trace_object(trace, code->parameter_names[i]);
  for (uint32_t i = 0; i < code->name_count; i++) sg_trace_object(trace, code->names[i]);
  sg_trace_values(trace, code->constants, code->constant_count);
}

static void trace_record(sg_trace *trace, sg_record *record) {
  for (uint32_t i = 0; i < record->count; i++) sg_trace_object(trace, record->keys[i]);
  sg_trace_values(trace, record->values, record->count);
}

static void trace_function(sg_trace *trace, sg_function *function) {
  sg_trace_object(trace, function->code);
  for (uint32_t i = 0; i < function->cell_count; i++) sg_trace_object(trace, function->cells[i]);
}

static void trace_native(sg_trace *trace, sg_native *native) {
  sg_trace_object(trace, native->call);
  native->class->trace(trace, native);
}

static void trace_content(sg_trace *trace, sg_object *object) {
  switch ((sg_kind)object->kind) {
  case SG_STRING: return;
  case SG_LIST: {
    sg_list *list = (sg_list *)object;
    if (!list->plain) sg_trace_values(trace, list->items, list->count);
    return;
  }
  case SG_RECORD: trace_record(trace, (sg_record *)object); return;
  case SG_FUNCTION: trace_function(trace, (sg_function *)object); return;
  case SG_BUILTIN:
    sg_trace_values(trace, ((sg_bound *)object)->held, ((sg_bound *)object)->count);
    return;
  case SG_NATIVE: trace_native(trace, (sg_native *)object); return;
  case SG_CELL: sg_trace_value(trace, &((sg_cell *)object)->value); return;
  case SG_CODE: trace_code(trace, (sg_code *)object); return;
  }
}

/* How many objects it takes as long to trace as. */
static uint32_t weigh(const sg_object *object) {
  enum { ITEMS = 16 };
  if (object->kind == SG_LIST) return 1 + ((const sg_list *)object)->count / ITEMS;
  if (object->kind == SG_RECORD) return 1 + ((const sg_record *)object)->count / ITEMS;
  return 1;
}

/* False: interrupted. */
static bool mark(sg_trace *trace) {
  trace->heap->mark++;
  trace->heap->trace_roots(trace->heap->trace_context, trace);
  for (uint64_t steps = 0; trace->gray;) {
    sg_object *object = trace->gray;
    trace->gray = object->gray;
    trace_content(trace, object);
    steps += weigh(object);
    if (steps < POLL_EVERY) continue;
    if (sg_interrupted) return false;
    steps = 0;
  }
  return !sg_interrupted;
}

/* Frees the unmarked and counts the bytes of the rest anew. Objects made meanwhile are marked.
 * False: interrupted, to be gone on with. */
static bool sweep(sg_heap *heap) {
  size_t before = heap->memory->used;
  uint32_t steps = 0, gone = 0;
  sg_object **link = heap->freed;
  while (*link && !(++steps % POLL_EVERY == 0 && sg_interrupted)) {
    sg_object *object = *link;
    if (object->mark == heap->mark) {
      link = &object->next;
    } else {
      *link = object->next;
      free_object(heap, object);
      if (++gone % TIDY_EVERY == 0) sg_memory_tidy();
    }
  }
  size_t freed = before - heap->memory->used;
  heap->bytes = heap->bytes > freed ? heap->bytes - freed : 0;
  heap->freed = link;
  return !*link;
}

/* A list's handles, in pieces. False: put off. */
static bool move_list(sg_trace *trace, sg_list *list) {
  uint32_t *done = &trace->heap->moved_items;
  while (!list->plain && *done < list->count) {
    uint32_t rest = list->count - *done, piece = rest < SG_PIECE ? rest : SG_PIECE;
    sg_trace_values(trace, list->items + *done, piece);
    *done += piece;
    if (sg_interrupted) return false;
  }
  *done = 0;
  return true;
}

/* The handles in live objects. False: put off. */
static bool move_handles(sg_heap *heap) {
  sg_trace trace = {.heap = heap, .collection = &heap->collection, .moving = true};
  for (uint32_t steps = 1; heap->moved; steps++) {
    sg_object *object = heap->moved;
    bool live = object->mark == heap->mark;
    if (live && object->kind != SG_LIST) trace_content(&trace, object);
    if (live && object->kind == SG_LIST && !move_list(&trace, (sg_list *)object)) return false;
    heap->moved = object->next;
    if (steps % POLL_EVERY == 0 && sg_interrupted) return false;
  }
  return true;
}

/* Labels and roots, of which there are few. */
static void move_roots(sg_heap *heap) {
  sg_trace trace = {.heap = heap, .collection = &heap->collection, .moving = true};
  if (heap->drop_dead) heap->drop_dead(heap->trace_context, &heap->collection);
  heap->trace_roots(heap->trace_context, &trace);
}

/* The next time: at twice what lives, and before the memory limit is reached. */
static size_t next_collection(const sg_heap *heap) {
  size_t next = heap->bytes * 2 > FIRST_COLLECTION ? heap->bytes * 2 : FIRST_COLLECTION;
  const sg_memory *memory = heap->memory;
  size_t spare = memory->limit > memory->used ? memory->limit - memory->used : 0;
  return next > heap->bytes + spare / 2 ? heap->bytes + spare / 2 : next;
}

void sg_heap_schedule(sg_heap *heap) { heap->collect_at = next_collection(heap); }

/* The limit does not bind the collector, or a session that is full could never be emptied. */
static bool begin_unlimited(sg_heap *heap, sg_collection *collection) {
  size_t limit = heap->memory->limit;
  heap->memory->limit = SIZE_MAX;
  bool ok = sg_collect_begin(collection, heap->tape);
  heap->memory->limit = limit;
  if (!ok) sg_collect_end(collection);
  return ok;
}

bool sg_heap_settle(sg_heap *heap) {
  if (heap->phase == SG_HEAP_SLIDING) {
    if (!sg_collect_slide(&heap->collection)) return false;
    move_roots(heap);
    heap->moved = heap->objects;
    heap->moved_items = 0;
    heap->phase = SG_HEAP_MOVING;
  }
  if (heap->phase == SG_HEAP_MOVING) {
    if (!move_handles(heap)) return false;
    sg_collect_end(&heap->collection);
    heap->freed = &heap->objects;
    heap->phase = SG_HEAP_FREEING;
  }
  return true;
}

/* What has been begun. False: put off. */
static bool finish(sg_heap *heap) {
  *heap->attention = true;
  if (!sg_heap_settle(heap) || (heap->phase == SG_HEAP_FREEING && !sweep(heap))) return false;
  heap->phase = SG_HEAP_WHOLE;
  sg_heap_schedule(heap);
  *heap->attention = false;
  return true;
}

bool sg_heap_collect(sg_heap *heap) {
  sg_collection *collection = &heap->collection;
  if (heap->phase != SG_HEAP_WHOLE && !finish(heap)) return false;
  if (!begin_unlimited(heap, collection)) return false;
  sg_trace trace = {.heap = heap, .collection = collection};
  collection->holders = heap->bytes / sizeof(sg_value);
  if (!mark(&trace) || !sg_collect_find(collection)) {
    sg_collect_end(collection);
    return false;
  }
  heap->phase = SG_HEAP_SLIDING;
  return finish(heap);
}
