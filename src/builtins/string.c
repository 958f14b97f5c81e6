/* sgrad: strings: sequences of code points, never changed in place. */
#include "base/utf8.h"
#include "builtins/argument.h"
#include "builtins/builtins.h"

/* Code points that Python's str.isspace() knows. */
static bool is_space(uint32_t code) {
  static const uint32_t others[] = {0x20,   0x85,   0xA0,   0x1680, 0x2028,
                                    0x2029, 0x202F, 0x205F, 0x3000};
  if ((code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x1F)) return true;
  if (code >= 0x2000 && code <= 0x200A) return true;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (code == others[i]) return true;
  return false;
}

/* The code point at byte `at`; its bytes are added to `*at`. */
static uint32_t next_code(const sg_string *string, size_t *at) {
  uint32_t code = 0;
  *at += sg_utf8_decode(string->text + *at, string->bytes - *at, &code);
  return code;
}

/* An optional limit where none and negative numbers mean no limit. */
static bool need_limit(sg_vm *vm, const sg_call *call, uint32_t i, uint64_t *limit) {
  int64_t n = -1;
  if (sg_is_given(call, i) && !sg_vm_need_whole(vm, call, i, &n)) return false;
  *limit = n < 0 ? UINT64_MAX : (uint64_t)n;
  return true;
}

static bool join(sg_vm *vm, const sg_string *separator, const sg_list *list, sg_value *result) {
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  bool ok = true;
  for (uint32_t i = 0; i < list->count && ok; i++) {
    if (i) sg_buffer_add(&out, separator->text, separator->bytes);
    if (sg_is_string(list->items[i])) {
      const sg_string *item = sg_as_string(list->items[i]);
      sg_buffer_add(&out, item->text, item->bytes);
      ok = sg_poll_at(vm, i);
    } else {
      ok = sg_vm_fail(vm, "join() takes a list of strings, but item %u is %s", i,
                      sg_type_phrase(list->items[i]));
      sg_vm_note(vm, "join(\", \", map(str, xs)) joins any values");
    }
  }
  if (ok) return sg_give_buffer(vm, &out, result);
  sg_buffer_clear(&out);
  return false;
}

static bool run_join(sg_vm *vm, const sg_call *call, sg_value *result) {
  uint32_t separator = !sg_is_string(call->args[0]) && sg_is_string(call->args[1]);
  sg_string *text;
  sg_list *list;
  return sg_vm_need_string(vm, call, separator, &text) &&
         sg_need_items(vm, call, 1 - separator, &list) && join(vm, text, list, result);
}

/* Where the next blank begins, which `*at` goes beyond. Given up on Ctrl-C. */
static size_t find_blank(const sg_string *string, size_t *at) {
  size_t end = *at;
  for (uint32_t i = 1; *at < string->bytes && !is_space(next_code(string, at)); i++) {
    end = *at;
    if (i % SG_PIECE == 0 && sg_interrupted) break;
  }
  return end;
}

/* Splits at runs of blanks, none of which is kept. */
static bool split_blanks(sg_vm *vm, const sg_string *string, uint64_t limit, sg_list *parts) {
  for (size_t at = 0, steps = 0; at < string->bytes; steps++) {
    size_t start = at;
    if (!sg_poll_at(vm, steps)) return false;
    if (is_space(next_code(string, &at))) continue;
    size_t end = parts->count < limit ? find_blank(string, &at) : (at = string->bytes);
    if (!sg_vm_is_whole(vm, (uint32_t)(end - start))) return false;
    if (!sg_add_text(vm, parts, string->text + start, end - start)) return false;
  }
  return true;
}

static bool split_at(sg_vm *vm, const sg_string *string, const sg_string *separator, uint64_t limit,
                     sg_list *parts) {
  size_t start = 0;
  while (parts->count < limit) {
    size_t place = sg_string_find(string, start, separator);
    if (place == string->bytes) break;
    if (!sg_add_text(vm, parts, string->text + start, place - start)) return false;
    if (!sg_poll_at(vm, parts->count)) return false;
    start = place + separator->bytes;
  }
  return sg_vm_is_whole(vm, string->bytes) &&
         sg_add_text(vm, parts, string->text + start, string->bytes - start);
}

static bool run_split(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_string *string;
  sg_string *separator = NULL;
  uint64_t limit;
  if (!sg_vm_need_string(vm, call, 0, &string) || !need_limit(vm, call, 2, &limit)) return false;
  if (sg_is_given(call, 1) && !sg_vm_need_string(vm, call, 1, &separator)) return false;
  if (separator && !separator->bytes) return sg_vm_fail(vm, "split() takes a separator, not \"\"");
  sg_list *parts = sg_list_new(&vm->heap, 0);
  if (!parts) return sg_vm_fail_memory(vm);
  *result = sg_object_value(parts);
  return separator ? split_at(vm, string, separator, limit, parts)
                   : split_blanks(vm, string, limit, parts);
}

/* What has been written, unless that was not to its end. Clears `out`. */
static bool give_text(sg_vm *vm, bool ok, sg_buffer *out, sg_value *result) {
  if (ok) return sg_give_buffer(vm, out, result);
  sg_buffer_clear(out);
  return false;
}

static bool map_codes(sg_vm *vm, const sg_call *call, uint32_t (*map)(uint32_t), sg_value *result) {
  sg_string *string;
  if (!sg_vm_need_string(vm, call, 0, &string)) return false;
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  bool ok = true;
  uint64_t codes = 0;
  for (size_t at = 0; ok && at < string->bytes;) {
    char text[4];
    sg_buffer_add(&out, text, sg_utf8_encode(text, map(next_code(string, &at))));
    ok = sg_poll_at(vm, codes++);
  }
  return give_text(vm, ok, &out, result);
}

static bool run_upper(sg_vm *vm, const sg_call *call, sg_value *result) {
  return map_codes(vm, call, sg_code_upper, result);
}

static bool run_lower(sg_vm *vm, const sg_call *call, sg_value *result) {
  return map_codes(vm, call, sg_code_lower, result);
}

/* Whether strip() takes the code point off: one of `chars`, or a blank when NULL. */
static bool is_stripped(const sg_string *chars, uint32_t code) {
  if (!chars) return is_space(code);
  for (size_t at = 0; at < chars->bytes;)
    if (next_code(chars, &at) == code) return true;
  return false;
}

static bool run_strip(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_string *string;
  sg_string *chars = NULL;
  if (!sg_vm_need_string(vm, call, 0, &string)) return false;
  if (sg_is_given(call, 1) && !sg_vm_need_string(vm, call, 1, &chars)) return false;
  size_t start = 0;
  size_t end = string->bytes;
  uint64_t steps = 0;
  for (size_t at = 0; at < end && is_stripped(chars, next_code(string, &at)); start = at)
    if (!sg_poll_at(vm, steps++)) return false;
  for (size_t at = end; at > start; end = at) {
    size_t last = at = sg_utf8_start(string->text, end - 1);
    if (!is_stripped(chars, next_code(string, &last))) break;
    if (!sg_poll_at(vm, steps++)) return false;
  }
  return sg_give_text(vm, string->text + start, end - start, result);
}

/* Python's replace of an empty text: `new` before every character and at the end. */
static bool interleave(sg_vm *vm, sg_buffer *out, const sg_string *string, const sg_string *new,
                       uint64_t limit) {
  size_t at = 0;
  for (uint64_t i = 0; i < limit; i++) {
    sg_buffer_add(out, new->text, new->bytes);
    if (at == string->bytes || out->failed) break;
    size_t before = at;
    next_code(string, &at);
    sg_buffer_add(out, string->text + before, at - before);
    if (!sg_poll_at(vm, i)) return false;
  }
  sg_buffer_add(out, string->text + at, string->bytes - at);
  return true;
}

static bool replace(sg_vm *vm, sg_buffer *out, const sg_string *string, const sg_string *old,
                    const sg_string *new, uint64_t limit) {
  size_t start = 0;
  for (uint64_t i = 0; i < limit && !out->failed; i++) {
    size_t place = sg_string_find(string, start, old);
    if (place == string->bytes) break;
    sg_buffer_add(out, string->text + start, place - start);
    sg_buffer_add(out, new->text, new->bytes);
    start = place + old->bytes;
    if (!sg_poll_at(vm, i)) return false;
  }
  sg_buffer_add(out, string->text + start, string->bytes - start);
  return sg_vm_is_whole(vm, string->bytes);
}

static bool run_replace(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_string *string;
  sg_string *old;
  sg_string *new;
  uint64_t limit;
  if (!sg_vm_need_string(vm, call, 0, &string) || !sg_vm_need_string(vm, call, 1, &old) ||
      !sg_vm_need_string(vm, call, 2, &new) || !need_limit(vm, call, 3, &limit))
    return false;
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  bool ok = old->bytes ? replace(vm, &out, string, old, new, limit)
                       : interleave(vm, &out, string, new, limit);
  return give_text(vm, ok, &out, result);
}

const sg_builtin sg_string_builtins[] = {
    {.name = "join",
     .parameters = "sep, xs",
     .run = run_join,
     .doc = "The strings of a list with sep between them. The arguments may come in either order.",
     .example = "[\"a\", \"b\"].join(\", \")  # \"a, b\"",
     .topic = "strings"},
    {.name = "split",
     .parameters = "s, sep=none, maxsplit=-1",
     .run = run_split,
     .doc = "The parts of a string between separators, by default between runs of blanks; at most "
            "maxsplit splits are made. An empty separator is an error.",
     .example = "split(\"a,b,c\", \",\", 1)  # [\"a\", \"b,c\"]",
     .topic = "strings"},
    {.name = "upper",
     .parameters = "s",
     .run = run_upper,
     .doc = "The string in upper case, each letter by itself.",
     .example = "upper(\"Ada\")  # \"ADA\"",
     .topic = "strings"},
    {.name = "lower",
     .parameters = "s",
     .run = run_lower,
     .doc = "The string in lower case, each letter by itself.",
     .example = "lower(\"Ada\")  # \"ada\"",
     .topic = "strings"},
    {.name = "strip",
     .parameters = "s, chars=none",
     .run = run_strip,
     .doc = "The string without blanks at its ends, or without the characters of `chars`.",
     .example = "strip(\"  a b \")  # \"a b\"",
     .topic = "strings"},
    {.name = "replace",
     .parameters = "s, old, new, count=-1",
     .run = run_replace,
     .doc = "The string with every `old` replaced by `new`, or the first `count` of them.",
     .example = "replace(\"aaa\", \"a\", \"b\", 2)  # \"bba\"",
     .topic = "strings"},
    {.name = NULL},
};
