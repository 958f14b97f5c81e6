/* sgrad: the IDX format. */
#include "nn/idx.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAGIC_BYTES = 4, SIZE_BYTES = 4 };

static uint64_t read_bits(const unsigned char *bytes, uint32_t count) {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < count; i++) bits = bits << 8 | bytes[i];
  return bits;
}

static double read_u8(const unsigned char *bytes) { return bytes[0]; }

static double read_i8(const unsigned char *bytes) {
  return (int8_t)(bytes[0] < 0x80 ? bytes[0] : bytes[0] - 0x100);
}

static double read_i16(const unsigned char *bytes) {
  int32_t x = (int32_t)read_bits(bytes, 2);
  return x < 0x8000 ? x : x - 0x10000;
}

static double read_i32(const unsigned char *bytes) {
  int64_t x = (int64_t)read_bits(bytes, 4);
  return (double)(x < INT64_C(0x80000000) ? x : x - INT64_C(0x100000000));
}

static double read_f32(const unsigned char *bytes) {
  uint32_t bits = (uint32_t)read_bits(bytes, 4);
  float x;
  memcpy(&x, &bits, sizeof x);
  return (double)x;
}

static double read_f64(const unsigned char *bytes) {
  uint64_t bits = read_bits(bytes, 8);
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

const sg_idx_type sg_idx_types[] = {
    {0x08, 1, "u8", read_u8},   {0x09, 1, "i8", read_i8},   {0x0B, 2, "i16", read_i16},
    {0x0C, 4, "i32", read_i32}, {0x0D, 4, "f32", read_f32}, {0x0E, 8, "f64", read_f64},
    {0, 0, NULL, NULL},
};

/* Always false. */
__attribute__((format(printf, 3, 4))) static bool fail(sg_idx_error *error, uint64_t at,
                                                       const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  error->at = at;
  return false;
}

static bool read_magic(sg_idx *idx, const unsigned char *bytes, size_t count, sg_idx_error *error) {
  for (size_t i = 0; i < 2 && i < count; i++)
    if (bytes[i] != 0)
      return fail(error, i, "no IDX file: it begins with two zero bytes, this is 0x%02x", bytes[i]);
  if (count < MAGIC_BYTES) return fail(error, count, "cut short: an IDX file begins with 4 bytes");
  for (idx->type = sg_idx_types; idx->type->name; idx->type++)
    if (idx->type->code == bytes[2]) break;
  if (!idx->type->name)
    return fail(error, 2, "unknown type 0x%02x: IDX has 0x08, 0x09 and 0x0b to 0x0e", bytes[2]);
  idx->dimensions = bytes[3];
  return idx->dimensions > 0 || fail(error, 3, "no dimensions: an array has one at least");
}

bool sg_idx_read_header(sg_idx *idx, const unsigned char *bytes, size_t count,
                        sg_idx_error *error) {
  if (!read_magic(idx, bytes, count, error)) return false;
  idx->header_bytes = MAGIC_BYTES + SIZE_BYTES * idx->dimensions;
  if (count < idx->header_bytes)
    return fail(error, count, "cut short: the sizes of %u dimensions end at byte %u",
                idx->dimensions, idx->header_bytes);
  idx->each = 1;
  for (uint32_t i = 0; i < idx->dimensions; i++) {
    uint32_t at = MAGIC_BYTES + SIZE_BYTES * i;
    idx->sizes[i] = (uint32_t)read_bits(bytes + at, SIZE_BYTES);
    if (i == 0) continue;
    if (idx->sizes[i] == 0) return fail(error, at, "a size of 0: samples without numbers");
    if (__builtin_mul_overflow(idx->each, idx->sizes[i], &idx->each)) idx->each = UINT64_MAX;
  }
  return true;
}

uint64_t sg_idx_end(const sg_idx *idx) {
  uint64_t end;
  if (__builtin_mul_overflow(idx->each, (uint64_t)idx->sizes[0], &end) ||
      __builtin_mul_overflow(end, (uint64_t)idx->type->bytes, &end) ||
      __builtin_add_overflow(end, (uint64_t)idx->header_bytes, &end))
    return UINT64_MAX;
  return end;
}

void sg_idx_describe(const sg_idx *idx, char *out, size_t size) {
  enum { TAIL = 32 }; /* one more size, the dots and the type */
  size_t used = 0;
  for (uint32_t i = 0; i < idx->dimensions; i++) {
    bool fits = used + TAIL < size;
    const char *times = i > 0 ? " x " : "";
    int bytes = fits ? snprintf(out + used, size - used, "%s%u", times, idx->sizes[i])
                     : snprintf(out + used, size - used, " x ...");
    used += (size_t)bytes;
    if (!fits) break;
  }
  snprintf(out + used, size - used, " of type %s", idx->type->name);
}
