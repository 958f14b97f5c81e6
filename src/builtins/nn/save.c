/* sgrad: save: a value taken apart into tensors, and a note of how they belong together. */
#include "builtins/nn/save.h"

#include "base/utf8.h"
#include "builtins/builtins.h"

/* ---- names ---- */

/* Goes into a part of the value; returns what sg_save_leave needs. */
static uint32_t enter(sg_saver *s, const char *name, size_t bytes) {
  uint32_t before = s->path.count;
  if (before) sg_buffer_putc(&s->path, '.');
  sg_buffer_add(&s->path, name, bytes);
  return before;
}

static uint32_t enter_item(sg_saver *s, uint32_t i) {
  uint32_t before = s->path.count;
  sg_buffer_printf(&s->path, before ? ".%u" : "%u", (unsigned)i);
  return before;
}

static void leave(sg_saver *s, uint32_t before) { s->path.count = before; }

bool sg_save_fail(sg_saver *s, const char *what) {
  enum { MOST = 100 };
  size_t shown = s->path.count < MOST ? s->path.count : sg_utf8_check(s->path.items, MOST);
  if (s->path.failed) return sg_vm_fail_memory(s->vm);
  if (!s->path.count) return sg_vm_fail(s->vm, "save() cannot put %s in a file", what);
  return sg_vm_fail(s->vm, "save() cannot put '%.*s' in a file: it is %s", (int)shown,
                    s->path.items, what);
}

static bool fail_function(sg_saver *s, const char *what) {
  sg_save_fail(s, what);
  sg_vm_note(s->vm, "of functions, builtins can be saved, and what cosine, step_decay and warmup "
                    "give");
  return sg_vm_note(s->vm, "save(parameters(model), path) keeps the numbers of any model");
}

/* The name of the tensor that stands for the part, in `name`: its path, made different from those
 * that there are. */
static bool make_name(sg_saver *s) {
  sg_buffer *name = &s->name;
  name->count = 0;
  if (s->path.count)
    sg_buffer_add(name, s->path.items, s->path.count);
  else
    sg_buffer_puts(name, "data");
  uint32_t bytes = name->count;
  bool taken = bytes == 12 && memcmp(name->items, "__metadata__", 12) == 0;
  for (uint32_t k = 2; !name->failed; k++) {
    if (!taken && !sg_tensors_find(&s->tensors, name->items, name->count)) return true;
    taken = false;
    name->count = bytes;
    sg_buffer_printf(name, "_%u", (unsigned)k);
  }
  return sg_vm_fail_memory(s->vm);
}

bool sg_save_tensor(sg_saver *s, sg_tensor_source source, const sg_tensor_type *type,
                    const uint64_t *sizes, uint32_t dimensions) {
  if (!make_name(s)) return false;
  if (!SG_RESERVE(s->vm->memory, &s->sources, (size_t)s->tensors.count + 1) ||
      !sg_tensors_add(&s->tensors, s->name.items, s->name.count, type, sizes, dimensions))
    return sg_vm_fail_memory(s->vm);
  s->sources.items[s->tensors.count - 1] = source;
  sg_json_quote(&s->note, s->name.items, s->name.count);
  return true;
}

bool sg_save_part(sg_saver *s, const char *part, sg_tensor_source source, const uint64_t *sizes,
                  uint32_t dimensions) {
  uint32_t before = enter(s, part, strlen(part));
  bool ok = sg_save_tensor(s, source, sg_tensor_f64, sizes, dimensions);
  leave(s, before);
  return ok;
}

/* ---- leaves by number ---- */

static uint32_t find_leaf(const sg_saver *s, sg_node node) {
  uint32_t mask = s->seen_size - 1;
  uint32_t at = (uint32_t)((node * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & mask;
  while (s->seen[at].number && s->seen[at].node != node) at = (at + 1) & mask;
  return at;
}

static bool grow_seen(sg_saver *s) {
  sg_saver bigger = *s;
  bigger.seen_size = s->seen_size ? s->seen_size * 2 : 64;
  size_t bytes = bigger.seen_size * sizeof *s->seen;
  bigger.seen = sg_allocate(s->vm->memory, bytes);
  if (!bigger.seen || !sg_fill(s->vm->memory, bigger.seen, 0, bytes)) {
    sg_release(s->vm->memory, bigger.seen, bigger.seen ? bytes : 0);
    return sg_vm_fail_memory(s->vm);
  }
  SG_EACH (i, 0, s->seen_size)
    if (s->seen[i].number) bigger.seen[find_leaf(&bigger, s->seen[i].node)] = s->seen[i];
  sg_release(s->vm->memory, s->seen, s->seen_size * sizeof *s->seen);
  s->seen = bigger.seen;
  s->seen_size = bigger.seen_size;
  return sg_vm_poll(s->vm);
}

bool sg_save_find_leaf(const sg_saver *s, sg_node node, uint32_t *number) {
  uint32_t at = s->seen_size ? find_leaf(s, node) : 0;
  if (!s->seen_size || !s->seen[at].number) return false;
  *number = s->seen[at].number - 1;
  return true;
}

bool sg_save_add_leaf(sg_saver *s, sg_node node) {
  if (((uint64_t)s->seen_count + 1) * 2 > s->seen_size && !grow_seen(s)) return false;
  uint32_t at = find_leaf(s, node);
  s->seen_count += s->seen[at].number == 0;
  s->seen[at].node = node;
  s->seen[at].number = ++s->leaf_count;
  return true;
}

void sg_save_run(sg_saver *s, sg_leaf_numbers *runs, uint32_t number) {
  if (runs->count && runs->first + runs->count == number) {
    runs->count++;
    return;
  }
  sg_save_end_runs(s, runs);
  runs->first = number;
  runs->count = 1;
}

void sg_save_end_runs(sg_saver *s, sg_leaf_numbers *runs) {
  if (runs->count)
    sg_buffer_printf(&s->note, "%s[%u,%u]", runs->some ? "," : "", (unsigned)runs->first,
                     (unsigned)runs->count);
  runs->some |= runs->count > 0;
  runs->count = 0;
}

/* ---- numbers and lists of them ---- */

/* What a nesting of lists is like. */
typedef struct shape {
  uint64_t sizes[SG_TENSOR_DIMENSIONS];
  uint32_t known;      /* of these sizes, so many are */
  uint32_t dimensions; /* UINT32_MAX until something that is no list has come */
  bool numbers, bools; /* what has come */
  bool nodes;
} shape;

static bool fits_scalar(shape *f, sg_value v, uint32_t depth) {
  f->nodes |= sg_is_node(v);
  f->numbers |= sg_is_number(v);
  f->bools |= sg_is_bool(v);
  bool fits = (sg_is_number(v) || sg_is_bool(v)) && !(f->numbers && f->bools) &&
              (f->dimensions == UINT32_MAX ? depth >= f->known : depth == f->dimensions);
  f->dimensions = depth;
  return fits;
}

/* Whether the value is of the shape, which it completes. Lists deep inside share their depth, so
 * this ends at a list that contains itself. `*ok` false: interrupted. */
static bool fits(sg_saver *s, shape *f, sg_value v, uint32_t depth, bool *ok) {
  if (!sg_is_list(v)) return fits_scalar(f, v, depth);
  const sg_list *list = sg_as_list(v);
  if (depth >= SG_TENSOR_DIMENSIONS || depth >= f->dimensions) return false;
  if (depth == f->known) f->sizes[f->known++] = list->count;
  if (f->sizes[depth] != list->count || !(*ok = *ok && sg_vm_poll(s->vm))) return false;
  if (list->plain && list->count) return fits_scalar(f, list->items[0], depth + 1);
  for (uint32_t i = 0; i < list->count; i++) {
    if (!(*ok = *ok && sg_poll_at(s->vm, i))) return false;
    if (!fits(s, f, list->items[i], depth + 1, ok)) return false;
  }
  return true;
}

/* Gives the leaves numbers that have none; a constant among them is to become one. */
static bool number_leaves(sg_saver *s, sg_value v, sg_leaf_numbers *runs) {
  if (sg_is_list(v)) {
    const sg_list *list = sg_as_list(v);
    if (!sg_vm_poll(s->vm)) return false;
    for (uint32_t i = 0; i < list->count; i++)
      if (!sg_poll_at(s->vm, i) || !number_leaves(s, list->items[i], runs)) return false;
    return true;
  }
  uint32_t number = s->leaf_count;
  bool known = sg_is_node(v) && sg_save_find_leaf(s, sg_as_node(v), &number);
  sg_save_run(s, runs, number);
  if (known) return true;
  if (sg_is_node(v)) return sg_save_add_leaf(s, sg_as_node(v));
  s->leaf_count++;
  return true;
}

static bool save_leaves(sg_saver *s, sg_value v) {
  sg_leaf_numbers runs = {.some = false};
  sg_buffer_puts(&s->note, ",\"at\":[");
  if (!number_leaves(s, v, &runs)) return false;
  sg_save_end_runs(s, &runs);
  sg_buffer_putc(&s->note, ']');
  return true;
}

/* A number, or lists of numbers or bools. */
static bool save_shaped(sg_saver *s, sg_value v, const shape *f) {
  uint32_t dimensions = f->dimensions == UINT32_MAX ? f->known : f->dimensions;
  const sg_tensor_type *type = f->bools ? sg_tensor_bool : sg_tensor_f64;
  sg_buffer_puts(&s->note, f->nodes ? "{\"leaves\":" : "{\"tensor\":");
  if (!sg_save_tensor(s, (sg_tensor_source){.kind = SG_SOURCE_VALUE, .value = v}, type, f->sizes,
                      dimensions) ||
      (f->nodes && !save_leaves(s, v)))
    return false;
  sg_buffer_putc(&s->note, '}');
  return true;
}

/* ---- the rest ---- */

static bool save_items(sg_saver *s, const sg_value *items, uint32_t count) {
  sg_buffer_putc(&s->note, '[');
  for (uint32_t i = 0; i < count; i++) {
    if (i) sg_buffer_putc(&s->note, ',');
    uint32_t before = enter_item(s, i);
    if (!sg_save_value(s, items[i])) return false;
    leave(s, before);
  }
  sg_buffer_putc(&s->note, ']');
  return true;
}

bool sg_save_stages(sg_saver *s, const sg_value *stages, uint32_t count) {
  uint32_t before = enter(s, "layers", 6);
  if (!save_items(s, stages, count)) return false;
  leave(s, before);
  return true;
}

bool sg_save_rate(sg_saver *s, sg_value rate) {
  uint32_t before = enter(s, "lr", 2);
  if (!sg_save_value(s, rate)) return false;
  leave(s, before);
  return true;
}

static bool save_list(sg_saver *s, sg_value v) {
  const sg_list *list = sg_as_list(v);
  shape f = {.dimensions = UINT32_MAX};
  bool ok = true;
  if (fits(s, &f, v, 0, &ok)) return save_shaped(s, v, &f);
  sg_buffer_puts(&s->note, "{\"list\":");
  if (!ok || !save_items(s, list->items, list->count)) return false;
  sg_buffer_putc(&s->note, '}');
  return true;
}

static bool save_record(sg_saver *s, const sg_record *record) {
  sg_buffer_puts(&s->note, "{\"record\":{");
  for (uint32_t i = 0; i < record->count; i++) {
    const sg_string *key = record->keys[i];
    if (i) sg_buffer_putc(&s->note, ',');
    sg_json_quote(&s->note, key->text, key->bytes);
    sg_buffer_putc(&s->note, ':');
    uint32_t before = enter(s, key->text, key->bytes);
    if (!sg_save_value(s, record->values[i])) return false;
    leave(s, before);
  }
  sg_buffer_puts(&s->note, "}}");
  return true;
}

static bool is_schedule(const sg_bound *bound) {
  for (const sg_builtin *row = sg_nn_schedule_builtins; row->name; row++)
    if (strcmp(row->name, bound->builtin->name) == 0) return bound->count > 0;
  return false;
}

/* A schedule holds numbers, and perhaps the function that it schedules further. */
static bool save_held(sg_saver *s, const sg_bound *bound) {
  char text[SG_NUMBER_SIZE];
  sg_buffer_puts(&s->note, ",\"held\":[");
  for (uint32_t i = 0; i < bound->count; i++) {
    sg_value v = bound->held[i];
    if (i) sg_buffer_putc(&s->note, ',');
    if (sg_is_number(v))
      sg_buffer_puts(&s->note, sg_number_text(text, sg_tape_value(&s->vm->tape, v)));
    else if (!sg_save_value(s, v))
      return false;
  }
  sg_buffer_putc(&s->note, ']');
  return true;
}

static bool save_builtin(sg_saver *s, const sg_bound *bound) {
  if (bound->count && !is_schedule(bound))
    return fail_function(s, "a function that holds values of its own");
  sg_buffer_puts(&s->note, "{\"function\":");
  sg_json_quote(&s->note, bound->builtin->name, strlen(bound->builtin->name));
  if (bound->count && !save_held(s, bound)) return false;
  sg_buffer_putc(&s->note, '}');
  return true;
}

static bool save_object(sg_saver *s, sg_value v) {
  switch ((sg_kind)sg_as_object(v)->kind) {
  case SG_STRING:
    sg_json_quote(&s->note, sg_as_string(v)->text, sg_as_string(v)->bytes);
    return true;
  case SG_LIST: return save_list(s, v);
  case SG_RECORD: return save_record(s, sg_as_record(v));
  case SG_BUILTIN: return save_builtin(s, sg_as_bound(v));
  case SG_NATIVE: return sg_save_native(s, sg_as_native(v));
  default: return fail_function(s, "a function written in sgrad");
  }
}

static bool save_plain(sg_saver *s, sg_value v) {
  shape f = {.dimensions = 0, .nodes = sg_is_node(v)};
  if (sg_is_number(v)) return save_shaped(s, v, &f);
  sg_buffer_puts(&s->note, sg_is_none(v) ? "null" : sg_is_true(v) ? "true" : "false");
  return true;
}

bool sg_save_fail_depth(sg_saver *s) {
  return sg_vm_fail(s->vm, "save() of values nested deeper than %d levels", SG_STORE_DEPTH);
}

bool sg_save_value(sg_saver *s, sg_value v) {
  if (!sg_vm_poll(s->vm)) return false;
  if (s->note.failed || s->path.failed) return sg_vm_fail_memory(s->vm);
  if (!sg_is_object(v)) return save_plain(s, v);
  if (s->depth == SG_STORE_DEPTH) return sg_save_fail_depth(s);
  s->depth++;
  bool ok = save_object(s, v);
  s->depth--;
  return ok;
}
