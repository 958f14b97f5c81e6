/* sgrad: load: the value put together again, as the note says. */
#include "builtins/nn/restore.h"

#include "base/interrupt.h"
#include "builtins/builtins.h"

#include <inttypes.h>

bool sg_store_fail_note(sg_stored *stored, sg_json *json) {
  sg_vm *vm = stored->vm;
  if (vm->error.status != SG_OK) return false;
  if (!json->problem) return sg_vm_fail_memory(vm);
  return sg_vm_fail(vm, "%s: in the metadata's \"sgrad\", at byte %zu: %s", stored->path,
                    json->problem_at, json->problem);
}

bool sg_restore_fail(sg_restorer *r, const char *problem) {
  return sg_json_fail(&r->json, r->json.at, problem);
}

/* ---- tensors ---- */

bool sg_restore_tensor(sg_restorer *r, uint32_t *number) {
  const sg_tensors *t = &r->stored->tensors;
  sg_json_peek(&r->json);
  size_t at = r->json.at;
  if (!sg_json_string(&r->json, &r->text)) return false;
  const sg_tensor *found = sg_tensors_find(t, r->text.items, r->text.count);
  if (!found) return sg_json_fail(&r->json, at, "the file has no tensor of this name");
  *number = (uint32_t)(found - t->items);
  return !sg_is_undefined(r->stored->values[*number]) ||
         sg_json_fail(&r->json, at, "this tensor comes for the second time");
}

sg_value sg_restore_take(sg_restorer *r, uint32_t number) {
  sg_value v = r->stored->values[number];
  r->stored->values[number] = SG_UNDEFINED;
  return v;
}

/* ---- leaves ---- */

bool sg_restore_leaves(sg_restorer *r, uint64_t count, sg_node *first) {
  uint64_t number;
  if (!sg_json_whole(&r->json, &number)) return false;
  *first = r->first + (sg_node)number;
  return (number <= r->leaf_count && count <= r->leaf_count - number) ||
         sg_restore_fail(r, "no leaves have these numbers");
}

bool sg_restore_start_runs(sg_restorer *r, sg_leaf_reader *runs) {
  *runs = (sg_leaf_reader){.first = true};
  return sg_json_take(&r->json, '[');
}

bool sg_restore_next_run(sg_restorer *r, sg_leaf_reader *runs, bool *more) {
  bool first = true;
  uint64_t count;
  *more = sg_json_more(&r->json, ']', &runs->first);
  if (!*more) return !r->json.problem;
  if (!sg_json_take(&r->json, '[') || !sg_restore_leaves(r, 0, &runs->next) ||
      !sg_json_take(&r->json, ',') || !sg_json_whole(&r->json, &count) ||
      sg_json_more(&r->json, ']', &first) || r->json.problem)
    return sg_restore_fail(r, "a run of leaves is two numbers");
  runs->left = (uint32_t)count;
  return (count > 0 && count <= r->leaf_count - (runs->next - r->first)) ||
         sg_restore_fail(r, "no leaves have these numbers");
}

/* The next leaf of the runs. */
static bool next_leaf(sg_restorer *r, sg_leaf_reader *runs, sg_node *leaf) {
  bool more = true;
  if (!runs->left && !sg_restore_next_run(r, runs, &more)) return false;
  if (!more) return sg_restore_fail(r, "too few leaves");
  *leaf = runs->next++;
  runs->left--;
  return true;
}

/* Makes the leaves of the numbers in nested lists. */
static bool make_leaves(sg_restorer *r, sg_value *v, sg_leaf_reader *runs) {
  sg_node leaf = 0;
  sg_vm *vm = r->stored->vm;
  if (sg_is_list(*v)) {
    sg_list *list = sg_as_list(*v);
    if (!sg_vm_poll(vm)) return false;
    for (uint32_t i = 0; i < list->count; i++)
      if (!sg_poll_at(vm, i) || !make_leaves(r, &list->items[i], runs)) return false;
    list->plain = list->plain && list->count == 0;
    return true;
  }
  if (!sg_is_double(*v)) return sg_restore_fail(r, "these are no numbers");
  if (!next_leaf(r, runs, &leaf)) return false;
  vm->tape.value[leaf] = sg_as_double(*v);
  *v = sg_node_value(leaf);
  return true;
}

/* Behind {"leaves": */
static bool read_leaves(sg_restorer *r, bool *first, sg_value *out) {
  uint32_t number;
  bool more;
  sg_leaf_reader runs;
  if (!sg_restore_tensor(r, &number)) return false;
  *out = sg_restore_take(r, number);
  if (!sg_json_this_key(&r->json, "at", first, &r->text) || !sg_restore_start_runs(r, &runs) ||
      !make_leaves(r, out, &runs))
    return false;
  if (runs.left || !sg_restore_next_run(r, &runs, &more) || more)
    return sg_restore_fail(r, "too many leaves");
  return sg_restore_close(r, first);
}

/* ---- nodes ---- */

bool sg_restore_close(sg_restorer *r, bool *first) {
  if (sg_json_more(&r->json, '}', first)) return sg_restore_fail(r, "an unknown key");
  return !r->json.problem;
}

bool sg_restore_items(sg_restorer *r, sg_list **out) {
  bool first = true;
  sg_vm *vm = r->stored->vm;
  *out = sg_list_new(&vm->heap, 0);
  if (!*out) return sg_vm_fail_memory(vm);
  if (!sg_json_take(&r->json, '[')) return false;
  while (sg_json_more(&r->json, ']', &first)) {
    sg_value item;
    if (!sg_restore_value(r, &item) || !sg_add_item(vm, *out, item)) return false;
  }
  return !r->json.problem;
}

static bool read_tensor(sg_restorer *r, bool *first, sg_value *out) {
  uint32_t number;
  if (!sg_restore_tensor(r, &number)) return false;
  *out = sg_restore_take(r, number);
  return sg_restore_close(r, first);
}

static bool read_list(sg_restorer *r, bool *first, sg_value *out) {
  sg_list *list;
  if (!sg_restore_items(r, &list) || !sg_restore_close(r, first)) return false;
  *out = sg_object_value(list);
  return true;
}

static bool read_record(sg_restorer *r, bool *first, sg_value *out) {
  bool first_key = true;
  sg_vm *vm = r->stored->vm;
  sg_record *record = sg_record_new(&vm->heap);
  if (!record) return sg_vm_fail_memory(vm);
  if (!sg_json_take(&r->json, '{')) return false;
  while (sg_json_more(&r->json, '}', &first_key)) {
    sg_value v;
    if (!sg_json_key(&r->json, &r->text)) return false;
    sg_string *key = sg_string_intern(&vm->heap, r->text.items, r->text.count);
    if (!key) return sg_vm_fail_memory(vm);
    if (sg_record_find(record, key))
      return sg_restore_fail(r, "this key comes for the second time");
    if (!sg_restore_value(r, &v)) return false;
    if (!sg_record_set(&vm->heap, record, key, v)) return sg_vm_fail_memory(vm);
  }
  *out = sg_object_value(record);
  return sg_restore_close(r, first);
}

/* A schedule is made again of what it held, by its own builtin, which checks that. */
static bool make_schedule(sg_restorer *r, const char *name, const sg_list *held, sg_value *out) {
  sg_vm *vm = r->stored->vm;
  for (const sg_builtin *row = sg_nn_schedule_builtins; row->name; row++) {
    if (strcmp(row->name, name) != 0) continue;
    sg_bound *bound = sg_bound_new(&vm->heap, row, NULL, 0);
    if (!bound) return sg_vm_fail_memory(vm);
    return sg_vm_call(vm, sg_object_value(bound), held->items, held->count, out);
  }
  return sg_restore_fail(r, "this function holds nothing");
}

static const sg_builtin *find_builtin(const char *name) {
  for (const sg_builtin *const *table = sg_builtin_tables; *table; table++)
    for (const sg_builtin *row = *table; row->name; row++)
      if (strcmp(row->name, name) == 0) return row;
  return NULL;
}

static bool read_function(sg_restorer *r, bool *first, sg_value *out) {
  sg_list *held;
  sg_vm *vm = r->stored->vm;
  if (!sg_json_string(&r->json, &r->text)) return false;
  const char *name = sg_buffer_text(&r->text);
  const sg_builtin *row = name ? find_builtin(name) : NULL;
  if (!name) return sg_vm_fail_memory(vm);
  if (!row) return sg_restore_fail(r, "there is no builtin of this name");
  if (sg_json_more(&r->json, '}', first)) {
    bool again = true; /* the comma is passed */
    return sg_json_this_key(&r->json, "held", &again, &r->text) && sg_restore_items(r, &held) &&
           sg_restore_close(r, first) && make_schedule(r, row->name, held, out);
  }
  sg_bound *bound = r->json.problem ? NULL : sg_bound_new(&vm->heap, row, NULL, 0);
  if (bound) *out = sg_object_value(bound);
  return bound || r->json.problem ? bound != NULL : sg_vm_fail_memory(vm);
}

static const struct {
  const char *key;
  bool (*read)(sg_restorer *r, bool *first, sg_value *out);
} forms[] = {
    {"tensor", read_tensor},
    {"leaves", read_leaves},
    {"list", read_list},
    {"record", read_record},
    {"function", read_function},
    {"model", sg_restore_model},
    {"optimizer", sg_restore_optimizer},
};

/* An object: its first key says what it is. */
static bool read_form(sg_restorer *r, sg_value *out) {
  bool first = true;
  if (!sg_json_take(&r->json, '{')) return false;
  if (!sg_json_more(&r->json, '}', &first)) return sg_restore_fail(r, "an empty object");
  sg_json_peek(&r->json);
  size_t at = r->json.at;
  if (!sg_json_key(&r->json, &r->text)) return false;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (r->text.count == strlen(forms[i].key) &&
        memcmp(r->text.items, forms[i].key, r->text.count) == 0)
      return forms[i].read(r, &first, out);
  return sg_json_fail(&r->json, at, "not known to this version of sgrad");
}

static bool read_text(sg_restorer *r, sg_value *out) {
  return sg_json_string(&r->json, &r->text) &&
         sg_give_text(r->stored->vm, r->text.items, r->text.count, out);
}

static bool read_plain(sg_restorer *r, sg_value *out) {
  double x;
  if (sg_json_is_word(&r->json, "null"))
    *out = SG_NONE;
  else if (sg_json_is_word(&r->json, "true"))
    *out = SG_TRUE;
  else if (sg_json_is_word(&r->json, "false"))
    *out = SG_FALSE;
  else if (sg_json_number(&r->json, &x))
    *out = sg_number(x);
  else
    return false;
  return true;
}

bool sg_restore_value(sg_restorer *r, sg_value *out) {
  if (!sg_vm_poll(r->stored->vm)) return false;
  char c = sg_json_peek(&r->json);
  if (c == '"') return read_text(r, out);
  if (c != '{') return read_plain(r, out);
  if (r->depth == SG_STORE_DEPTH) return sg_restore_fail(r, "nested too deeply");
  r->depth++;
  bool ok = read_form(r, out);
  r->depth--;
  return ok;
}

/* ---- the note ---- */

static bool fail_check(sg_stored *stored, const sg_tensor *tensor) {
  const sg_tensors *t = &stored->tensors;
  return sg_vm_fail(stored->vm, "%s: the data of '%.*s', from byte %" PRIu64 " on, are damaged",
                    stored->path, sg_tensor_name_shown(t, tensor), sg_tensor_name(t, tensor),
                    stored->data + tensor->begin);
}

/* The next of the checksums. */
static bool read_check(sg_restorer *r, bool *first, uint64_t *check) {
  if (!sg_vm_poll(r->stored->vm)) return false;
  if (!sg_json_more(&r->json, ']', first)) return sg_restore_fail(r, "a checksum is missing");
  return sg_json_whole(&r->json, check);
}

/* Compares those of the tensors; the note's own, the first, is for later. None: nothing is checked.
 */
static bool read_checks(sg_restorer *r, bool *some, uint64_t *own) {
  bool first = true;
  const sg_tensors *t = &r->stored->tensors;
  *some = sg_json_take(&r->json, '[') && sg_json_peek(&r->json) != ']';
  if (*some && !read_check(r, &first, own)) return false;
  for (uint32_t i = 0; *some && i < t->count; i++) {
    uint64_t check;
    if (!read_check(r, &first, &check)) return false;
    if (check != r->stored->checks[t->order[i]])
      return fail_check(r->stored, &t->items[t->order[i]]);
  }
  if (sg_json_more(&r->json, ']', &first)) return sg_restore_fail(r, "a checksum too many");
  return !r->json.problem;
}

/* Of the rest of the note. */
static bool check_rest(sg_restorer *r, bool some, uint64_t wanted) {
  sg_stored *stored = r->stored;
  uint32_t check;
  if (!some) return true;
  if (!sg_store_sum(stored->vm, r->json.text + r->json.at, r->json.count - r->json.at, &check))
    return false;
  return check == wanted ||
         sg_vm_fail(stored->vm, "%s: at byte %u: the metadata's \"sgrad\" is damaged", stored->path,
                    stored->tensors.note_place + SG_TENSORS_LENGTH_BYTES);
}

/* All leaves, one run: no more than the file has numbers for. */
static bool make_run(sg_restorer *r) {
  uint64_t count, numbers = 0;
  sg_tape *tape = &r->stored->vm->tape;
  const sg_tensors *t = &r->stored->tensors;
  if (!sg_json_whole(&r->json, &count)) return false;
  for (uint32_t i = 0; i < t->count; i++) numbers += sg_tensor_numbers(t, &t->items[i]);
  if (count > numbers || count >= SG_NODE_LIMIT) return sg_restore_fail(r, "too many leaves");
  if (!sg_tape_reserve(tape, (uint32_t)count)) return sg_vm_fail_memory(r->stored->vm);
  r->first = tape->count;
  r->leaf_count = (uint32_t)count;
  SG_EACH (i, 0, r->leaf_count) sg_tape_push(tape, SG_OP_LEAF, 0, 0, 0.);
  return sg_vm_poll(r->stored->vm);
}

static bool read_version(sg_restorer *r, bool *first) {
  uint64_t version;
  if (!sg_json_take(&r->json, '{') || !sg_json_this_key(&r->json, "version", first, &r->text) ||
      !sg_json_whole(&r->json, &version))
    return false;
  if (version == SG_STORE_VERSION) return true;
  return sg_vm_fail(r->stored->vm,
                    "%s was written by a later sgrad: its version is %" PRIu64
                    ", this sgrad reads %d",
                    r->stored->path, version, SG_STORE_VERSION);
}

static bool read_note(sg_restorer *r, sg_value *out) {
  bool first = true;
  bool some;
  uint64_t check = 0;
  return read_version(r, &first) && sg_json_this_key(&r->json, "crc32", &first, &r->text) &&
         read_checks(r, &some, &check) && check_rest(r, some, check) &&
         sg_json_this_key(&r->json, "leaves", &first, &r->text) && make_run(r) &&
         sg_json_this_key(&r->json, "value", &first, &r->text) && sg_restore_value(r, out) &&
         sg_restore_close(r, &first) && sg_json_end(&r->json);
}

/* ---- files of others ---- */

/* Floats are for keeping: leaves, as zeros() gives; whole numbers are data. */
static bool keep(sg_vm *vm, sg_value *v) {
  if (!sg_is_list(*v)) return sg_vm_store(vm, *v, v);
  sg_list *list = sg_as_list(*v);
  if (!sg_vm_poll(vm)) return false;
  for (uint32_t i = 0; i < list->count; i++)
    if (!sg_poll_at(vm, i) || !keep(vm, &list->items[i])) return false;
  list->plain = list->plain && !vm->tape.recording;
  return true;
}

static bool give_tensors(sg_stored *stored, sg_value *out) {
  sg_vm *vm = stored->vm;
  const sg_tensors *t = &stored->tensors;
  sg_record *record = sg_record_new(&vm->heap);
  if (!record) return sg_vm_fail_memory(vm);
  for (uint32_t i = 0; i < t->count; i++) {
    const sg_tensor *one = &t->items[i];
    sg_value v = stored->values[i];
    if (!sg_vm_poll(vm)) return false;
    if (one->type->kind == SG_TENSOR_FLOAT && !keep(vm, &v)) return false;
    sg_string *key = sg_string_intern(&vm->heap, sg_tensor_name(t, one), one->name_bytes);
    if (!key || !sg_record_set(&vm->heap, record, key, v)) return sg_vm_fail_memory(vm);
  }
  *out = sg_object_value(record);
  return true;
}

bool sg_store_restore(sg_stored *stored, sg_value *result) {
  if (!stored->tensors.has_note) return give_tensors(stored, result);
  sg_restorer r = {.stored = stored};
  r.json = sg_json_read(stored->tensors.note.items, stored->tensors.note.count);
  sg_buffer_init(&r.text, stored->vm->memory);
  bool ok = read_note(&r, result) || sg_store_fail_note(stored, &r.json);
  sg_buffer_clear(&r.text);
  return ok;
}
