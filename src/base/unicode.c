/* sgrad: classes of code points, from the ranges of unicode.def. Needs no locale. */
#include "base/utf8.h"

typedef struct range {
  uint32_t first;
  uint32_t last;
} range;

typedef struct mapping {
  uint32_t first;
  uint32_t last;
  uint32_t step;
  int32_t delta;
} mapping;

#define ROW(first, last) {first, last},
#define MAPPING_ROW(first, last, step, delta) {first, last, step, delta},

static const range letters[] = {
#define LETTER ROW
#include "base/unicode.def"
};
static const range extensions[] = {
#define EXTENSION ROW
#include "base/unicode.def"
};
static const range hidden[] = {
#define HIDDEN ROW
#include "base/unicode.def"
};
static const range narrow[] = {
#define NARROW ROW
#include "base/unicode.def"
};
static const range wide[] = {
#define WIDE ROW
#include "base/unicode.def"
};
static const mapping uppers[] = {
#define UPPER MAPPING_ROW
#include "base/unicode.def"
};
static const mapping lowers[] = {
#define LOWER MAPPING_ROW
#include "base/unicode.def"
};

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define HAS(table, code) has(table, COUNT(table), code)

static bool has(const range *table, size_t count, uint32_t code) {
  const range *end = table + count;
  while (count > 0) {
    const range *middle = table + count / 2;
    if (code > middle->last) table = middle + 1;
    count = code > middle->last ? count - count / 2 - 1 : count / 2;
  }
  return table < end && code >= table->first;
}

static uint32_t map(const mapping *table, size_t count, uint32_t code) {
  const mapping *end = table + count;
  while (count > 0) {
    const mapping *middle = table + count / 2;
    if (code > middle->last) table = middle + 1;
    count = code > middle->last ? count - count / 2 - 1 : count / 2;
  }
  bool found = table < end && code >= table->first && (code - table->first) % table->step == 0;
  return found ? (uint32_t)((int32_t)code + table->delta) : code;
}

static bool is_ascii_letter(uint32_t code) { return (code | 32) >= 'a' && (code | 32) <= 'z'; }

bool sg_is_name_start(uint32_t code) {
  if (code < 0x80) return is_ascii_letter(code) || code == '_';
  return HAS(letters, code);
}

bool sg_is_name_part(uint32_t code) {
  if (code < 0x80) return is_ascii_letter(code) || code == '_' || (code >= '0' && code <= '9');
  return HAS(letters, code) || HAS(extensions, code);
}

bool sg_is_unprintable(uint32_t code) {
  if (code < 0x7f) return code < 0x20;
  return HAS(hidden, code);
}

int sg_utf8_width(uint32_t code) {
  if (code < 0x7f) return code >= 0x20;
  if (HAS(wide, code)) return 2;
  return !HAS(narrow, code);
}

uint32_t sg_code_upper(uint32_t code) {
  if (code < 0x80) return code >= 'a' && code <= 'z' ? code - 32 : code;
  return map(uppers, COUNT(uppers), code);
}

uint32_t sg_code_lower(uint32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 32 : code;
  return map(lowers, COUNT(lowers), code);
}
