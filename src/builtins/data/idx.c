/* sgrad: read_idx: a file of numbers as a flat list, or as a list of flat samples. */
#include "nn/idx.h"
#include "builtins/data/data.h"
#include "builtins/data/infile.h"

#include <inttypes.h>

enum { FIRST_CAPACITY = 1 << 16, PHRASE_SIZE = 96 };

typedef struct reader {
  sg_vm *vm;
  sg_infile file;
  sg_idx idx;
  size_t at;       /* in the file's chunk */
  uint64_t passed; /* bytes in the chunks before it */
} reader;

static bool next_chunk(reader *in) {
  in->passed += in->file.count;
  in->at = 0;
  return sg_vm_poll(in->vm) && sg_infile_next(&in->file);
}

static bool read_header(reader *in) {
  sg_idx_error error;
  if (!next_chunk(in)) return false;
  if (!sg_idx_read_header(&in->idx, (const unsigned char *)in->file.text, in->file.count, &error))
    return sg_vm_fail(in->vm, "%s: at byte %" PRIu64 ": %s", in->file.path, error.at,
                      error.message);
  in->at = in->idx.header_bytes;
  return true;
}

static bool fail_end(reader *in, uint64_t end) {
  char phrase[PHRASE_SIZE];
  sg_idx_describe(&in->idx, phrase, sizeof phrase);
  if (end < sg_idx_end(&in->idx))
    return sg_vm_fail(in->vm, "%s: cut short at byte %" PRIu64 ": %s end at byte %" PRIu64,
                      in->file.path, end, phrase, sg_idx_end(&in->idx));
  return sg_vm_fail(in->vm, "%s: at byte %" PRIu64 ": more follows behind the end of %s",
                    in->file.path, sg_idx_end(&in->idx), phrase);
}

/* Refuses what no list can hold, and before anything is allocated what the memory limit forbids. */
static bool check_room(reader *in) {
  const sg_memory *memory = in->vm->memory;
  char phrase[PHRASE_SIZE];
  double numbers = (double)in->idx.sizes[0] * (double)in->idx.each;
  double bytes = numbers * sizeof(sg_value);
  size_t room = memory->limit > memory->used ? memory->limit - memory->used : 0;
  bool many = in->idx.sizes[0] > SG_COUNT_LIMIT || in->idx.each > SG_COUNT_LIMIT;
  if (!many && (memory->limit == SIZE_MAX || bytes <= (double)room)) return true;
  sg_idx_describe(&in->idx, phrase, sizeof phrase);
  if (many)
    return sg_vm_fail(in->vm, "%s: at byte 4: %s: a list holds at most %d items", in->file.path,
                      phrase, SG_COUNT_LIMIT);
  sg_vm_fail_memory(in->vm);
  return sg_vm_note(in->vm, "%s holds %s, which take %.0f MB; %.0f MB are free", in->file.path,
                    phrase, bytes / 1e6, (double)room / 1e6);
}

/* Adds at most `count` numbers from what the chunk still holds. */
static bool add_chunk(reader *in, sg_list *list, uint32_t count, uint32_t *added) {
  const sg_idx_type *type = in->idx.type;
  size_t available = (in->file.count - in->at) / type->bytes;
  *added = available < count ? (uint32_t)available : count;
  if (!sg_list_reserve(&in->vm->heap, list, (size_t)list->count + *added))
    return sg_vm_fail_memory(in->vm);
  const unsigned char *from = (const unsigned char *)in->file.text + in->at;
  for (uint32_t i = 0; i < *added; i++)
    list->items[list->count++] = sg_number_from_file(type->read(from + (size_t)i * type->bytes));
  in->at += (size_t)*added * type->bytes;
  return true;
}

/* Adds the number that begins at the chunk's end and goes on in the next one. */
static bool add_across(reader *in, sg_list *list) {
  unsigned char bytes[SG_IDX_NUMBER_SIZE];
  for (uint32_t i = 0; i < in->idx.type->bytes; i++) {
    if (in->at == in->file.count && !next_chunk(in)) return false;
    if (in->file.count == 0) return fail_end(in, in->passed);
    bytes[i] = (unsigned char)in->file.text[in->at++];
  }
  return sg_list_append(&in->vm->heap, list, sg_number_from_file(in->idx.type->read(bytes))) ||
         sg_vm_fail_memory(in->vm);
}

/* A list of the next numbers. Its room grows with what the file holds, not with what it says. */
static sg_list *read_numbers(reader *in, uint32_t count) {
  sg_list *list = sg_list_new(&in->vm->heap, count < FIRST_CAPACITY ? count : FIRST_CAPACITY);
  if (!list) {
    sg_vm_fail_memory(in->vm);
    return NULL;
  }
  while (list->count < count) {
    uint32_t added;
    if (!add_chunk(in, list, count - list->count, &added)) return NULL;
    if (list->count < count && !add_across(in, list)) return NULL;
  }
  return list;
}

static sg_list *read_samples(reader *in) {
  uint32_t count = in->idx.sizes[0];
  sg_list *list = sg_list_new(&in->vm->heap, count < FIRST_CAPACITY ? count : FIRST_CAPACITY);
  if (!list) {
    sg_vm_fail_memory(in->vm);
    return NULL;
  }
  for (uint32_t i = 0; i < count; i++) {
    sg_list *sample = read_numbers(in, (uint32_t)in->idx.each);
    if (!sample || !sg_add_item(in->vm, list, sg_object_value(sample))) return NULL;
  }
  return list;
}

static bool read_file(reader *in, sg_value *result) {
  if (!read_header(in) || !check_room(in)) return false;
  sg_list *list = in->idx.dimensions == 1 ? read_numbers(in, in->idx.sizes[0]) : read_samples(in);
  if (!list) return false;
  if (in->at == in->file.count && !next_chunk(in)) return false;
  return in->at == in->file.count ? sg_give_object(in->vm, list, result)
                                  : fail_end(in, in->passed + in->file.count);
}

bool sg_run_read_idx(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_string *path;
  sg_buffer found;
  reader in = {.vm = vm};
  if (!sg_need_path(vm, call, 0, &path)) return false;
  sg_buffer_init(&found, vm->memory);
  bool ok = sg_vm_find_path(vm, path->text, &found);
  if (ok) {
    ok = sg_infile_open(&in.file, vm, sg_buffer_text(&found)) && read_file(&in, result);
    sg_infile_close(&in.file);
  }
  sg_buffer_clear(&found);
  return ok;
}
