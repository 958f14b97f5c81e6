/* sgrad: makers and basic operations of lists, records, cells, functions and builtins. */
#include "runtime/object.h"

#include "runtime/builtin.h"
#include "runtime/heap.h"
#include "runtime/native.h"

enum { INDEX_ABOVE = 8 }; /* records with more keys than this have an index */

sg_list *sg_list_new(sg_heap *heap, size_t capacity) {
  sg_list *list = sg_heap_allocate(heap, sizeof *list, SG_LIST);
  if (!list) return NULL;
  list->plain = true;
  list->owned = false;
  list->count = list->capacity = 0;
  list->items = NULL;
  return sg_list_reserve(heap, list, capacity) ? list : NULL;
}

bool sg_list_reserve(sg_heap *heap, sg_list *list, size_t capacity) {
  if (capacity <= list->capacity) return true;
  size_t before = list->capacity;
  if (!sg_reserve(heap->memory, (void **)&list->items, &list->capacity, capacity,
                  sizeof *list->items))
    return false;
  sg_heap_account(heap, (list->capacity - before) * sizeof *list->items);
  return true;
}

bool sg_list_append(sg_heap *heap, sg_list *list, sg_value v) {
  if (list->count == list->capacity && !sg_list_reserve(heap, list, (size_t)list->count + 1))
    return false;
  sg_list_set(list, list->count++, v);
  return true;
}

sg_record *sg_record_new(sg_heap *heap) {
  sg_record *record = sg_heap_allocate(heap, sizeof *record, SG_RECORD);
  if (!record) return NULL;
  record->count = record->index_size = 0;
  record->key_capacity = record->value_capacity = 0;
  record->keys = NULL;
  record->values = NULL;
  record->index = NULL;
  return record;
}

/* The slot of `index` where the key stands or would go. */
static uint32_t find_slot(const sg_record *record, const sg_string *key) {
  uint32_t mask = record->index_size - 1;
  uint32_t slot = key->hash & mask;
  while (record->index[slot] && record->keys[record->index[slot] - 1] != key)
    slot = (slot + 1) & mask;
  return slot;
}

sg_value *sg_record_find(const sg_record *record, const sg_string *key) {
  if (record->index) {
    uint32_t number = record->index[find_slot(record, key)];
    return number ? &record->values[number - 1] : NULL;
  }
  for (uint32_t i = 0; i < record->count; i++)
    if (record->keys[i] == key) return &record->values[i];
  return NULL;
}

sg_value *sg_record_find_text(const sg_record *record, const char *text, size_t bytes) {
  for (uint32_t i = 0; i < record->count; i++)
    if (record->keys[i]->bytes == bytes && memcmp(record->keys[i]->text, text, bytes) == 0)
      return &record->values[i];
  return NULL;
}

/* Makes the index fit for one more key. */
static bool reserve_index(sg_heap *heap, sg_record *record) {
  if (record->count < INDEX_ABOVE || (record->count + 1) * 4u <= record->index_size * 3u)
    return true;
  uint32_t size = record->index_size ? record->index_size * 2 : 4 * INDEX_ABOVE;
  uint32_t *index = sg_allocate(heap->memory, size * sizeof *index);
  if (!index) return false;
  memset(index, 0, size * sizeof *index);
  sg_record grown = *record;
  grown.index = index;
  grown.index_size = size;
  SG_EACH (i, 0, record->count) index[find_slot(&grown, record->keys[i])] = i + 1;
  if (sg_gave_up(record->count)) {
    sg_release(heap->memory, index, size * sizeof *index);
    return false;
  }
  sg_release(heap->memory, record->index, record->index_size * sizeof *index);
  sg_heap_account(heap, (size - record->index_size) * sizeof *index);
  record->index = index;
  record->index_size = size;
  return true;
}

static bool reserve_keys(sg_heap *heap, sg_record *record) {
  size_t need = (size_t)record->count + 1;
  uint32_t before = record->key_capacity + record->value_capacity;
  bool ok = sg_reserve(heap->memory, (void **)&record->keys, &record->key_capacity, need,
                       sizeof *record->keys) &&
            sg_reserve(heap->memory, (void **)&record->values, &record->value_capacity, need,
                       sizeof *record->values);
  uint32_t after = record->key_capacity + record->value_capacity;
  sg_heap_account(heap, (after - before) * sizeof *record->values);
  return ok;
}

bool sg_record_set(sg_heap *heap, sg_record *record, sg_string *key, sg_value v) {
  sg_value *place = sg_record_find(record, key);
  if (place) {
    *place = v;
    return true;
  }
  if (!reserve_keys(heap, record) || !reserve_index(heap, record)) return false;
  if (record->index) record->index[find_slot(record, key)] = record->count + 1;
  record->keys[record->count] = key;
  record->values[record->count++] = v;
  return true;
}

bool sg_record_set_text(sg_heap *heap, sg_record *record, const char *key, sg_value v) {
  sg_string *name = sg_string_intern(heap, key, strlen(key));
  return name && sg_record_set(heap, record, name, v);
}

sg_cell *sg_cell_new(sg_heap *heap, sg_value v) {
  sg_cell *cell = sg_heap_allocate(heap, sizeof *cell, SG_CELL);
  if (cell) cell->value = v;
  return cell;
}

sg_function *sg_function_new(sg_heap *heap, sg_code *code, uint32_t cell_count) {
  size_t cells = cell_count * sizeof(sg_cell *);
  sg_function *function = sg_heap_allocate(heap, sizeof *function + cells, SG_FUNCTION);
  if (!function) return NULL;
  function->code = code;
  function->cell_count = cell_count;
  memset(function->cells, 0, cells);
  return function;
}

/* Counts the parameters of a signature: "*values, sep=\" \", n" and so on. */
static void count_parameters(sg_bound *bound, const char *text) {
  const char *name;
  size_t bytes;
  bool optional;
  bound->required = bound->parameters = 0;
  bound->starred = *text == '*';
  if (bound->starred) text = sg_builtin_next_parameter(text, &name, &bytes, &optional);
  while (*text) {
    text = sg_builtin_next_parameter(text, &name, &bytes, &optional);
    bound->parameters++;
    if (!optional) bound->required = bound->parameters;
  }
}

sg_bound *sg_bound_new(sg_heap *heap, const sg_builtin *builtin, const sg_value *held,
                       uint32_t count) {
  size_t bytes = count * sizeof *held;
  sg_bound *bound = sg_heap_allocate(heap, sizeof *bound + bytes, SG_BUILTIN);
  if (!bound) return NULL;
  bound->builtin = builtin;
  bound->count = count;
  if (count) memcpy(bound->held, held, bytes);
  count_parameters(bound, builtin->parameters);
  return bound;
}

const char *sg_builtin_next_parameter(const char *text, const char **name, size_t *bytes,
                                      bool *optional) {
  *name = text += *text == '*';
  *bytes = strcspn(text, "=,");
  *optional = text[*bytes] == '=';
  char quote = 0;
  int depth = 0;
  for (text += *bytes; *text; text++) {
    if (quote) {
      if (*text == '\\' && text[1])
        text++;
      else if (*text == quote)
        quote = 0;
      continue;
    }
    if (*text == ',' && depth == 0) break;
    if (*text == '"' || *text == '\'') quote = *text;
    if (*text == '[' || *text == '(') depth++;
    if (*text == ']' || *text == ')') depth--;
  }
  if (*text == ',') text++;
  while (*text == ' ') text++;
  return text;
}

const char *sg_type_phrase(sg_value v) {
  static const char *const phrases[] = {
      [SG_STRING] = "a string",     [SG_LIST] = "a list",        [SG_RECORD] = "a record",
      [SG_FUNCTION] = "a function", [SG_BUILTIN] = "a function", [SG_CELL] = "a cell",
      [SG_CODE] = "a code",         [SG_NATIVE] = "an object",
  };
  if (sg_is_number(v)) return "a number";
  if (sg_is_native(v)) return sg_as_native(v)->class->phrase;
  if (sg_is_object(v)) return phrases[sg_as_object(v)->kind];
  return sg_is_bool(v) ? "a bool" : "none";
}

const char *sg_type_name(sg_value v) {
  const char *phrase = sg_type_phrase(v);
  if (phrase[1] == ' ') return phrase + 2;       /* a */
  return phrase[2] == ' ' ? phrase + 3 : phrase; /* an */
}
