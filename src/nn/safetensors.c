/* sgrad: the safetensors format: types, the table of tensors, the header written. */
#include "nn/safetensors.h"

#include "base/interrupt.h"
#include "base/json.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- types ---- */

static uint64_t read_bits(const unsigned char *bytes, uint32_t count) {
  uint64_t bits = 0;
  for (uint32_t i = count; i-- > 0;) bits = bits << 8 | bytes[i];
  return bits;
}

static double read_f64(const unsigned char *bytes) {
  uint64_t bits = read_bits(bytes, 8);
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static double read_float_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return (double)x;
}

static double read_f32(const unsigned char *bytes) {
  return read_float_bits((uint32_t)read_bits(bytes, 4));
}

/* The upper half of an f32. */
static double read_bf16(const unsigned char *bytes) {
  return read_float_bits((uint32_t)read_bits(bytes, 2) << 16);
}

/* IEEE 754 binary16: a sign, 5 bits of exponent, 10 of the fraction. */
static double read_f16(const unsigned char *bytes) {
  uint32_t bits = (uint32_t)read_bits(bytes, 2);
  int exponent = (int)(bits >> 10 & 31);
  double fraction = (double)(bits & 1023), x;
  if (exponent == 31)
    x = fraction == 0. ? INFINITY : (double)NAN;
  else if (exponent == 0)
    x = ldexp(fraction, -24);
  else
    x = ldexp(fraction + 1024., exponent - 25);
  return bits >> 15 ? -x : x;
}

/* Two's complement of `size` bytes. */
static double read_signed(const unsigned char *bytes, uint32_t size) {
  uint64_t sign = UINT64_C(1) << (size * 8 - 1), bits = read_bits(bytes, size);
  uint64_t low = bits & (sign - 1);
  return bits & sign ? -(double)(sign - low) : (double)low;
}

static double read_i64(const unsigned char *bytes) { return read_signed(bytes, 8); }
static double read_i32(const unsigned char *bytes) { return read_signed(bytes, 4); }
static double read_i16(const unsigned char *bytes) { return read_signed(bytes, 2); }
static double read_i8(const unsigned char *bytes) { return read_signed(bytes, 1); }
static double read_u64(const unsigned char *bytes) { return (double)read_bits(bytes, 8); }
static double read_u32(const unsigned char *bytes) { return (double)read_bits(bytes, 4); }
static double read_u16(const unsigned char *bytes) { return (double)read_bits(bytes, 2); }
static double read_u8(const unsigned char *bytes) { return bytes[0]; }
static double read_bool(const unsigned char *bytes) { return bytes[0] != 0; }

/* By size, the largest first: the order of the data in files we write. */
const sg_tensor_type sg_tensor_types[] = {
    {"F64", 8, SG_TENSOR_FLOAT, read_f64},  {"I64", 8, SG_TENSOR_WHOLE, read_i64},
    {"U64", 8, SG_TENSOR_WHOLE, read_u64},  {"F32", 4, SG_TENSOR_FLOAT, read_f32},
    {"I32", 4, SG_TENSOR_WHOLE, read_i32},  {"U32", 4, SG_TENSOR_WHOLE, read_u32},
    {"F16", 2, SG_TENSOR_FLOAT, read_f16},  {"BF16", 2, SG_TENSOR_FLOAT, read_bf16},
    {"I16", 2, SG_TENSOR_WHOLE, read_i16},  {"U16", 2, SG_TENSOR_WHOLE, read_u16},
    {"I8", 1, SG_TENSOR_WHOLE, read_i8},    {"U8", 1, SG_TENSOR_WHOLE, read_u8},
    {"BOOL", 1, SG_TENSOR_BOOL, read_bool}, {NULL, 0, SG_TENSOR_BOOL, NULL},
};

enum { TYPES = sizeof sg_tensor_types / sizeof *sg_tensor_types - 1 };

const sg_tensor_type *const sg_tensor_f64 = &sg_tensor_types[0];
const sg_tensor_type *const sg_tensor_bool = &sg_tensor_types[TYPES - 1];

/* ---- the table ---- */

void sg_tensors_init(sg_tensors *tensors, sg_memory *memory) {
  *tensors = (sg_tensors){.memory = memory};
  sg_buffer_init(&tensors->names, memory);
  sg_buffer_init(&tensors->note, memory);
}

void sg_tensors_clear(sg_tensors *t) {
  sg_release(t->memory, t->order, t->order ? t->count * sizeof *t->order : 0);
  sg_release(t->memory, t->index, t->index_size * sizeof *t->index);
  SG_RELEASE(t->memory, &t->sizes);
  SG_RELEASE(t->memory, t);
  sg_buffer_clear(&t->names);
  sg_buffer_clear(&t->note);
}

/* FNV-1a. */
static uint32_t hash(const char *name, size_t bytes) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < bytes; i++) h = (h ^ (unsigned char)name[i]) * 16777619u;
  return h ^ h >> 15;
}

/* The place in the index of that name, or where it would go. */
static uint32_t find_place(const sg_tensors *t, const char *name, size_t bytes) {
  uint32_t mask = t->index_size - 1, at = hash(name, bytes) & mask;
  for (; t->index[at]; at = (at + 1) & mask) {
    const sg_tensor *one = &t->items[t->index[at] - 1];
    if (one->name_bytes == bytes && memcmp(sg_tensor_name(t, one), name, bytes) == 0) break;
  }
  return at;
}

sg_tensor *sg_tensors_find(const sg_tensors *t, const char *name, size_t bytes) {
  uint32_t number = t->index_size ? t->index[find_place(t, name, bytes)] : 0;
  return number ? &t->items[number - 1] : NULL;
}

int sg_tensor_name_shown(const sg_tensors *t, const sg_tensor *tensor) {
  enum { MOST = 60 };
  uint32_t bytes = tensor->name_bytes;
  return bytes <= MOST ? (int)bytes : (int)sg_utf8_check(sg_tensor_name(t, tensor), MOST);
}

static bool grow_index(sg_tensors *t) {
  uint32_t size = t->index_size ? t->index_size * 2 : 64;
  uint32_t *index = sg_allocate(t->memory, size * sizeof *index);
  if (!index) return false;
  memset(index, 0, size * sizeof *index);
  sg_release(t->memory, t->index, t->index_size * sizeof *t->index);
  t->index = index;
  t->index_size = size;
  for (uint32_t i = 0; i < t->count; i++) {
    const sg_tensor *one = &t->items[i];
    index[find_place(t, sg_tensor_name(t, one), one->name_bytes)] = i + 1;
    if (i % SG_PIECE == SG_PIECE - 1 && sg_yields(t->memory)) return false;
  }
  return true;
}

uint64_t sg_tensor_numbers(const sg_tensors *t, const sg_tensor *tensor) {
  const uint64_t *sizes = sg_tensor_sizes(t, tensor);
  uint64_t product = 1;
  for (uint32_t i = 0; i < tensor->dimensions; i++)
    if (sizes[i] == 0) return 0;
  for (uint32_t i = 0; i < tensor->dimensions; i++)
    if (__builtin_mul_overflow(product, sizes[i], &product)) return UINT64_MAX;
  return product;
}

sg_tensor *sg_tensors_add(sg_tensors *t, const char *name, size_t bytes, const sg_tensor_type *type,
                          const uint64_t *sizes, uint32_t dimensions) {
  sg_tensor one = {.name = t->names.count,
                   .name_bytes = (uint32_t)bytes,
                   .type = type,
                   .dimensions = dimensions,
                   .sizes = t->sizes.count};
  if ((t->count + 1) * UINT64_C(2) > t->index_size && !grow_index(t)) return NULL;
  uint32_t at = find_place(t, name, bytes);
  sg_buffer_add(&t->names, name, bytes);
  if (t->names.failed || !SG_RESERVE(t->memory, t, (size_t)t->count + 1) ||
      !SG_RESERVE(t->memory, &t->sizes, (size_t)t->sizes.count + dimensions))
    return NULL;
  for (uint32_t i = 0; i < dimensions; i++) t->sizes.items[t->sizes.count++] = sizes[i];
  t->items[t->count] = one;
  t->index[at] = ++t->count;
  return &t->items[t->count - 1];
}

/* ---- the header ---- */

bool sg_tensors_arrange(sg_tensors *t) {
  uint32_t placed = 0;
  if (!t->count) return true;
  t->order = sg_allocate(t->memory, t->count * sizeof *t->order);
  if (!t->order) return false;
  for (const sg_tensor_type *type = sg_tensor_types; type->name; type++)
    for (uint32_t i = 0; i < t->count; i++) {
      sg_tensor *one = &t->items[i];
      if (one->type != type) continue;
      one->begin = t->data_size;
      one->end = t->data_size += sg_tensor_numbers(t, one) * type->bytes;
      t->order[placed++] = i;
    }
  return true;
}

static void write_tensor(const sg_tensors *t, const sg_tensor *one, sg_buffer *out) {
  const uint64_t *sizes = sg_tensor_sizes(t, one);
  sg_buffer_putc(out, ',');
  sg_json_quote(out, sg_tensor_name(t, one), one->name_bytes);
  sg_buffer_printf(out, ":{\"dtype\":\"%s\",\"shape\":[", one->type->name);
  for (uint32_t i = 0; i < one->dimensions; i++)
    sg_buffer_printf(out, "%s%" PRIu64, i ? "," : "", sizes[i]);
  sg_buffer_printf(out, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", one->begin, one->end);
}

bool sg_tensors_write(const sg_tensors *t, const char *note, size_t note_bytes, sg_buffer *out) {
  uint32_t start = out->count + SG_TENSORS_LENGTH_BYTES;
  sg_buffer_pad(out, '\0', SG_TENSORS_LENGTH_BYTES);
  sg_buffer_puts(out, "{\"__metadata__\":{\"format\":\"pt\",\"sgrad\":");
  sg_json_quote(out, note, note_bytes);
  sg_buffer_putc(out, '}');
  for (uint32_t i = 0; i < t->count && !out->failed; i++) {
    out->failed = sg_yields(out->memory);
    write_tensor(t, &t->items[t->order[i]], out);
  }
  sg_buffer_putc(out, '}');
  if (out->failed) return false;
  sg_buffer_pad(out, ' ', -(out->count - start) & 7u);
  uint32_t length = out->count - start;
  for (int i = 0; i < 4 && !out->failed; i++)
    out->items[start - SG_TENSORS_LENGTH_BYTES + (uint32_t)i] = (char)(length >> 8 * i);
  return !out->failed && length <= SG_TENSORS_HEADER_LIMIT;
}

uint64_t sg_tensors_read_length(const unsigned char bytes[SG_TENSORS_LENGTH_BYTES]) {
  return read_bits(bytes, SG_TENSORS_LENGTH_BYTES);
}
