/* sgrad: load: the header of a safetensors file and its tensors, as nested lists. */
#include "builtins/data/infile.h"
#include "builtins/nn/store.h"

#include <inttypes.h>
#include <stdio.h>

enum { FIRST_CAPACITY = 1 << 16 };

typedef struct reader {
  sg_stored stored;
  sg_infile file;
  size_t at;               /* in the file's chunk */
  uint64_t passed;         /* bytes in the chunks before it */
  const sg_tensor *tensor; /* being read */
  uLong check;
} reader;

static uint64_t place(const reader *in) { return in->passed + in->at; }

/* Whether there is a byte; reads on at a chunk's end. False, too, with an error set. */
static bool has_byte(reader *in) {
  if (in->at < in->file.count) return true;
  in->passed += in->file.count;
  in->at = 0;
  return sg_vm_poll(in->stored.vm) && sg_infile_next(&in->file) && in->file.count;
}

static bool has_error(const reader *in) { return in->stored.vm->error.status != SG_OK; }

/* ---- the header ---- */

static bool fail_cut(reader *in, const char *what, uint64_t end) {
  if (has_error(in)) return false;
  return sg_vm_fail(in->stored.vm,
                    "%s: cut short at byte %" PRIu64 ", in %s, which should end at byte %" PRIu64,
                    in->file.path, place(in), what, end);
}

static bool read_length(reader *in, uint64_t *length) {
  unsigned char bytes[SG_TENSORS_LENGTH_BYTES];
  for (size_t i = 0; i < sizeof bytes; i++) {
    if (!has_byte(in)) return fail_cut(in, "the length of the header", sizeof bytes);
    bytes[i] = (unsigned char)in->file.text[in->at++];
  }
  *length = sg_tensors_read_length(bytes);
  if (*length <= SG_TENSORS_HEADER_LIMIT) return true;
  sg_vm_fail(in->stored.vm, "%s: at byte 0: a header of %" PRIu64 " bytes, %d at most",
             in->file.path, *length, SG_TENSORS_HEADER_LIMIT);
  return sg_vm_note(in->stored.vm, "perhaps it is no safetensors file");
}

/* Its room grows with what the file holds, not with what it says. */
static bool read_header(reader *in, uint64_t length, sg_buffer *header) {
  while (header->count < length) {
    if (!has_byte(in)) return fail_cut(in, "the header", SG_TENSORS_LENGTH_BYTES + length);
    uint64_t wanted = length - header->count;
    size_t bytes = in->file.count - in->at;
    if (bytes > wanted) bytes = (size_t)wanted;
    sg_buffer_add(header, in->file.text + in->at, bytes);
    if (header->failed) return sg_vm_fail_memory(in->stored.vm);
    in->at += bytes;
  }
  return true;
}

static bool parse_header(reader *in) {
  uint64_t length = 0;
  sg_buffer header;
  sg_tensors_error error;
  if (!read_length(in, &length)) return false;
  sg_buffer_init(&header, in->stored.vm->memory);
  bool ok = read_header(in, length, &header);
  if (ok && !sg_tensors_parse(&in->stored.tensors, header.items, header.count, &error))
    ok = error.message[0] ? sg_vm_fail(in->stored.vm, "%s: at byte %zu: %s", in->file.path,
                                       error.at + SG_TENSORS_LENGTH_BYTES, error.message)
                          : sg_vm_fail_memory(in->stored.vm);
  in->stored.data = SG_TENSORS_LENGTH_BYTES + length;
  sg_buffer_clear(&header);
  return ok;
}

/* ---- the data ---- */

static bool fail_data(reader *in) {
  char what[128];
  const sg_tensors *t = &in->stored.tensors;
  snprintf(what, sizeof what, "the data of '%.*s'", sg_tensor_name_shown(t, in->tensor),
           sg_tensor_name(t, in->tensor));
  return fail_cut(in, what, in->stored.data + in->tensor->end);
}

static sg_value convert(const sg_tensor_type *type, const unsigned char *bytes) {
  double x = type->read(bytes);
  return type->kind == SG_TENSOR_BOOL ? sg_bool(x != 0.) : sg_number_from_file(x);
}

/* The next number, which may go on in the next chunk. */
static bool read_value(reader *in, sg_value *out) {
  unsigned char bytes[SG_TENSOR_NUMBER_SIZE];
  const sg_tensor_type *type = in->tensor->type;
  for (uint32_t i = 0; i < type->bytes; i++) {
    if (!has_byte(in)) return fail_data(in);
    bytes[i] = (unsigned char)in->file.text[in->at++];
  }
  in->check = crc32(in->check, bytes, type->bytes);
  *out = convert(type, bytes);
  return true;
}

/* Adds what the chunk still holds of `count` numbers. */
static bool add_chunk(reader *in, sg_list *list, uint64_t count) {
  const sg_tensor_type *type = in->tensor->type;
  size_t available = (in->file.count - in->at) / type->bytes;
  uint32_t added = available < count ? (uint32_t)available : (uint32_t)count;
  if (!sg_list_reserve(&in->stored.vm->heap, list, (size_t)list->count + added))
    return sg_vm_fail_memory(in->stored.vm);
  const unsigned char *from = (const unsigned char *)in->file.text + in->at;
  in->check = crc32(in->check, from, (uInt)added * type->bytes);
  for (uint32_t i = 0; i < added; i++)
    sg_list_set(list, list->count++, convert(type, from + (size_t)i * type->bytes));
  in->at += (size_t)added * type->bytes;
  return true;
}

static sg_list *new_list(reader *in, uint64_t count) {
  if (count > SG_COUNT_LIMIT) {
    sg_vm_fail(in->stored.vm, "%s: a list holds at most %d items", in->file.path, SG_COUNT_LIMIT);
    return NULL;
  }
  sg_list *list =
      sg_list_new(&in->stored.vm->heap, count < FIRST_CAPACITY ? count : FIRST_CAPACITY);
  if (!list) sg_vm_fail_memory(in->stored.vm);
  return list;
}

static bool read_numbers(reader *in, uint64_t count, sg_value *out) {
  sg_list *list = new_list(in, count);
  while (list && list->count < count) {
    sg_value v;
    if (!add_chunk(in, list, count - list->count)) return false;
    if (list->count == count) break;
    if (!read_value(in, &v) || !sg_add_item(in->stored.vm, list, v)) return false;
  }
  if (list) *out = sg_object_value(list);
  return list != NULL;
}

/* The part of the tensor behind dimension `depth`; as deep as there are dimensions. */
static bool read_lists(reader *in, uint32_t depth, sg_value *out) {
  const uint64_t *sizes = sg_tensor_sizes(&in->stored.tensors, in->tensor);
  if (in->tensor->dimensions == 0) return read_value(in, out);
  if (depth + 1 == in->tensor->dimensions) return read_numbers(in, sizes[depth], out);
  sg_list *list = new_list(in, sizes[depth]);
  for (uint64_t i = 0; list && i < sizes[depth]; i++) {
    sg_value item;
    if (!sg_poll_at(in->stored.vm, i) || !read_lists(in, depth + 1, &item) ||
        !sg_add_item(in->stored.vm, list, item))
      return false;
  }
  if (list) *out = sg_object_value(list);
  return list != NULL;
}

static bool read_data(reader *in) {
  sg_stored *stored = &in->stored;
  const sg_tensors *t = &stored->tensors;
  if (!t->count) return true;
  stored->values = sg_allocate(stored->vm->memory, t->count * sizeof *stored->values);
  stored->checks = sg_allocate(stored->vm->memory, t->count * sizeof *stored->checks);
  if (!stored->values || !stored->checks) return sg_vm_fail_memory(stored->vm);
  for (uint32_t i = 0; i < t->count; i++) {
    in->tensor = &t->items[t->order[i]];
    in->check = crc32(0, NULL, 0);
    if (!sg_vm_poll(stored->vm) || !read_lists(in, 0, &stored->values[t->order[i]])) return false;
    stored->checks[t->order[i]] = (uint32_t)in->check;
  }
  return true;
}

static bool read_end(reader *in) {
  if (has_byte(in))
    return sg_vm_fail(in->stored.vm, "%s: at byte %" PRIu64 ": more follows behind the data",
                      in->file.path, place(in));
  return !has_error(in);
}

static void clear(reader *in) {
  sg_stored *stored = &in->stored;
  size_t count = stored->tensors.count;
  sg_release(stored->vm->memory, stored->values, stored->values ? count * sizeof(sg_value) : 0);
  sg_release(stored->vm->memory, stored->checks, stored->checks ? count * sizeof(uint32_t) : 0);
  sg_tensors_clear(&stored->tensors);
}

/* load(path) */
bool sg_run_load(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_string *path;
  sg_buffer found;
  reader in = {.stored = {.vm = vm}};
  if (!sg_need_path(vm, call, 0, &path)) return false;
  sg_buffer_init(&found, vm->memory);
  sg_tensors_init(&in.stored.tensors, vm->memory);
  bool ok = sg_vm_find_path(vm, path->text, &found);
  if (ok) {
    in.stored.path = sg_buffer_text(&found);
    ok = sg_infile_open(&in.file, vm, in.stored.path) && parse_header(&in) && read_data(&in) &&
         read_end(&in);
    sg_infile_close(&in.file);
  }
  ok = ok && sg_store_restore(&in.stored, result);
  clear(&in);
  sg_buffer_clear(&found);
  return ok;
}
