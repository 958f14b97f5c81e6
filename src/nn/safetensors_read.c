/* sgrad: the header of a safetensors file read. */
#include "base/interrupt.h"
#include "base/json.h"
#include "base/utf8.h"
#include "nn/safetensors.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct parser {
  sg_tensors *tensors;
  sg_json json;
  sg_buffer name, key, text;
  sg_tensors_error *error;
  size_t start;   /* of the tensor that is being read */
  bool in_tensor; /* `name` is its */
} parser;

/* Always false; within a tensor the message begins with its name. */
__attribute__((format(printf, 3, 4))) static bool fail(parser *p, size_t at, const char *format,
                                                       ...) {
  enum { MOST = 60 };
  char *out = p->error->message;
  size_t size = sizeof p->error->message, used = 0, shown = p->name.count;
  va_list arguments;
  if (*out) return false;
  if (shown > MOST) shown = sg_utf8_check(p->name.items, MOST);
  if (p->in_tensor) used = (size_t)snprintf(out, size, "'%.*s': ", (int)shown, p->name.items);
  va_start(arguments, format);
  vsnprintf(out + used, size - used, format, arguments);
  va_end(arguments);
  p->error->at = at;
  return false;
}

static bool key_is(const parser *p, const char *text) {
  return p->key.count == strlen(text) && memcmp(p->key.items, text, p->key.count) == 0;
}

/* ---- one tensor ---- */

typedef struct entry {
  const sg_tensor_type *type; /* NULL, or dimensions UINT32_MAX, or no offsets: not yet seen */
  uint32_t dimensions;
  uint64_t sizes[SG_TENSOR_DIMENSIONS];
  uint64_t offsets[2];
  bool has_offsets;
} entry;

static bool read_type(parser *p, entry *e) {
  sg_json_peek(&p->json);
  size_t at = p->json.at;
  if (!sg_json_string(&p->json, &p->text)) return false;
  for (e->type = sg_tensor_types; e->type->name; e->type++)
    if (p->text.count == strlen(e->type->name) &&
        memcmp(p->text.items, e->type->name, p->text.count) == 0)
      return true;
  return fail(p, at,
              "unknown dtype: F64, F32, F16, BF16, I8 to I64, U8 to U64 and BOOL "
              "can be read");
}

static bool read_shape(parser *p, entry *e) {
  bool first = true;
  e->dimensions = 0;
  if (!sg_json_take(&p->json, '[')) return false;
  while (sg_json_more(&p->json, ']', &first)) {
    if (e->dimensions == SG_TENSOR_DIMENSIONS)
      return fail(p, p->json.at, "a shape of more than %d dimensions", SG_TENSOR_DIMENSIONS);
    if (!sg_json_whole(&p->json, &e->sizes[e->dimensions++])) return false;
  }
  return !p->json.problem;
}

static bool read_offsets(parser *p, entry *e) {
  bool first = true;
  e->has_offsets = true;
  if (!sg_json_take(&p->json, '[')) return false;
  for (int i = 0; i < 2; i++)
    if (!sg_json_more(&p->json, ']', &first) || !sg_json_whole(&p->json, &e->offsets[i]))
      return sg_json_fail(&p->json, p->json.at, "two offsets expected");
  return !sg_json_more(&p->json, ']', &first)
             ? !p->json.problem
             : sg_json_fail(&p->json, p->json.at, "two offsets expected");
}

static bool read_entry(parser *p, entry *e) {
  bool first = true;
  *e = (entry){.dimensions = UINT32_MAX};
  if (!sg_json_take(&p->json, '{')) return false;
  while (sg_json_more(&p->json, '}', &first)) {
    sg_json_peek(&p->json);
    size_t at = p->json.at;
    if (!sg_json_key(&p->json, &p->key)) return false;
    bool ok;
    if (key_is(p, "dtype") && !e->type)
      ok = read_type(p, e);
    else if (key_is(p, "shape") && e->dimensions == UINT32_MAX)
      ok = read_shape(p, e);
    else if (key_is(p, "data_offsets") && !e->has_offsets)
      ok = read_offsets(p, e);
    else
      ok = fail(p, at, "a tensor has a dtype, a shape and data_offsets, each once");
    if (!ok) return false;
  }
  if (p->json.problem) return false;
  return (e->type && e->dimensions != UINT32_MAX && e->has_offsets) ||
         fail(p, p->start, "a tensor has a dtype, a shape and data_offsets, each once");
}

/* The lists that a shape without numbers stands for: they take no bytes of the file. */
static bool has_many_lists(const entry *e) {
  uint64_t lists = 1;
  for (uint32_t i = 0; i < e->dimensions && e->sizes[i]; i++)
    if (__builtin_mul_overflow(lists, e->sizes[i], &lists) || lists > SG_TENSORS_EMPTY_LISTS)
      return true;
  return false;
}

static bool check_entry(parser *p, const entry *e, const sg_tensor *one) {
  uint64_t bytes, numbers = sg_tensor_numbers(p->tensors, one);
  if (e->offsets[0] > e->offsets[1]) return fail(p, p->start, "its data end before they begin");
  if (__builtin_mul_overflow(numbers, (uint64_t)e->type->bytes, &bytes)) bytes = UINT64_MAX;
  if (bytes != e->offsets[1] - e->offsets[0])
    return fail(p, p->start,
                "its shape is that of %" PRIu64 " numbers of type %s, its data_offsets leave "
                "%" PRIu64 " bytes",
                numbers, e->type->name, e->offsets[1] - e->offsets[0]);
  return numbers || !has_many_lists(e) ||
         fail(p, p->start, "its shape is that of more than %d lists without numbers",
              SG_TENSORS_EMPTY_LISTS);
}

static bool read_tensor(parser *p) {
  entry e;
  sg_tensors *t = p->tensors;
  if (sg_tensors_find(t, p->name.items, p->name.count))
    return fail(p, p->start, "this name comes for the second time");
  p->in_tensor = true;
  if (!read_entry(p, &e)) return false;
  sg_tensor *one = sg_tensors_add(t, p->name.items, p->name.count, e.type, e.sizes, e.dimensions);
  if (!one || !check_entry(p, &e, one)) return false;
  one->place = (uint32_t)p->start;
  one->begin = e.offsets[0];
  one->end = e.offsets[1];
  return true;
}

/* ---- the header ---- */

static bool read_metadata(parser *p) {
  bool first = true;
  if (!sg_json_take(&p->json, '{')) return false;
  while (sg_json_more(&p->json, '}', &first)) {
    sg_json_peek(&p->json);
    size_t at = p->json.at;
    if (!sg_json_key(&p->json, &p->key)) return false;
    bool ours = key_is(p, "sgrad");
    if (ours && p->tensors->has_note) return fail(p, at, "this key comes for the second time");
    if (!sg_json_string(&p->json, ours ? &p->tensors->note : &p->text)) return false;
    if (ours) p->tensors->note_place = (uint32_t)at;
    p->tensors->has_note |= ours;
  }
  return !p->json.problem;
}

static bool read_items(parser *p) {
  bool first = true, seen = false;
  if (!sg_json_take(&p->json, '{')) return false;
  while (sg_json_more(&p->json, '}', &first)) {
    sg_json_peek(&p->json);
    p->start = p->json.at;
    if (sg_yields(p->tensors->memory) || !sg_json_key(&p->json, &p->name)) return false;
    bool metadata = p->name.count == 12 && memcmp(p->name.items, "__metadata__", 12) == 0;
    if (metadata && seen) return fail(p, p->start, "this name comes for the second time");
    seen |= metadata;
    if (!(metadata ? read_metadata(p) : read_tensor(p))) return false;
    p->in_tensor = false;
  }
  return !p->json.problem && sg_json_end(&p->json);
}

/* ---- the order of the data ---- */

static bool comes_before(const sg_tensors *t, uint32_t a, uint32_t b) {
  const sg_tensor *x = &t->items[a], *y = &t->items[b];
  return x->begin < y->begin || (x->begin == y->begin && x->end <= y->end);
}

/* Merges two sorted stretches of `from` into `to`. */
static void merge(const sg_tensors *t, const uint32_t *from, uint32_t *to, uint32_t middle,
                  uint32_t end) {
  uint32_t a = 0, b = middle;
  SG_EACH (i, 0, end)
    to[i] = a < middle && (b == end || comes_before(t, from[a], from[b])) ? from[a++] : from[b++];
}

/* Sorts by begin and end, bottom up. False: out of memory or interrupted. */
static bool sort(sg_tensors *t, uint32_t *other) {
  for (uint64_t width = 1; width < t->count; width *= 2) {
    for (uint64_t at = 0; at < t->count; at += 2 * width) {
      uint64_t left = t->count - at;
      uint32_t middle = (uint32_t)(width < left ? width : left);
      uint32_t end = (uint32_t)(2 * width < left ? 2 * width : left);
      if (sg_yields(t->memory)) return false;
      merge(t, t->order + at, other + at, middle, end);
    }
    memcpy(t->order, other, t->count * sizeof *other);
  }
  return true;
}

static bool make_order(sg_tensors *t) {
  if (!t->count) return true;
  t->order = sg_allocate(t->memory, t->count * sizeof *t->order);
  uint32_t *other = sg_allocate(t->memory, t->count * sizeof *other);
  bool sorted = true;
  for (uint32_t i = 0; t->order && i < t->count; i++) {
    t->order[i] = i;
    sorted &= i == 0 || comes_before(t, i - 1, i);
  }
  bool ok = t->order && other && (sorted || sort(t, other));
  sg_release(t->memory, other, other ? t->count * sizeof *other : 0);
  return ok;
}

/* That the data have neither gaps nor overlaps. */
static bool check_order(parser *p) {
  sg_tensors *t = p->tensors;
  for (uint32_t i = 0; i < t->count; i++) {
    const sg_tensor *one = &t->items[t->order[i]];
    if (one->begin != t->data_size)
      return fail(p, one->place,
                  "the data of '%.*s' begin at offset %" PRIu64 ", those before them "
                  "end at %" PRIu64,
                  sg_tensor_name_shown(t, one), sg_tensor_name(t, one), one->begin, t->data_size);
    t->data_size = one->end;
  }
  return true;
}

bool sg_tensors_parse(sg_tensors *t, const char *header, size_t bytes, sg_tensors_error *error) {
  parser p = {.tensors = t, .json = sg_json_read(header, bytes), .error = error};
  *error = (sg_tensors_error){.at = 0};
  sg_buffer_init(&p.name, t->memory);
  sg_buffer_init(&p.key, t->memory);
  sg_buffer_init(&p.text, t->memory);
  bool ok = read_items(&p);
  if (p.json.problem) fail(&p, p.json.problem_at, "%s", p.json.problem);
  ok = ok && make_order(t) && check_order(&p);
  sg_buffer_clear(&p.name);
  sg_buffer_clear(&p.key);
  sg_buffer_clear(&p.text);
  return ok;
}
