/* sgrad: save: the file written, tensor by tensor. */
#include "builtins/nn/save.h"

#include <inttypes.h>

enum { CHUNK = 1 << 13 };

/* Numbers on their way: into a checksum, or into a file. */
typedef struct stream {
  sg_saver *saver;
  sg_outfile *file; /* NULL: only summed */
  uLong check;
  size_t count;
  unsigned char bytes[CHUNK];
} stream;

static bool flush(stream *out) {
  size_t count = out->count;
  out->count = 0;
  if (!sg_vm_poll(out->saver->vm)) return false;
  if (out->file) return sg_outfile_write(out->file, (const char *)out->bytes, count);
  out->check = crc32(out->check, out->bytes, (uInt)count);
  return true;
}

/* An F64, lowest byte first. */
static bool put(stream *out, double x) {
  uint64_t bits;
  if (out->count + sizeof bits > CHUNK && !flush(out)) return false;
  memcpy(&bits, &x, sizeof bits);
  for (unsigned i = 0; i < sizeof bits; i++)
    out->bytes[out->count++] = (unsigned char)(bits >> 8 * i);
  return true;
}

static bool put_value(stream *out, sg_value v) {
  if (sg_is_list(v)) {
    const sg_list *list = sg_as_list(v);
    for (uint32_t i = 0; i < list->count; i++)
      if (!put_value(out, list->items[i])) return false;
    return true;
  }
  if (sg_is_number(v)) return put(out, sg_tape_value(&out->saver->vm->tape, v));
  if (out->count == CHUNK && !flush(out)) return false;
  out->bytes[out->count++] = sg_is_true(v);
  return true;
}

static bool put_layer(stream *out, const sg_layer *layer, uint32_t from, uint32_t count) {
  const double *values = out->saver->vm->tape.value + layer->first + from;
  for (uint32_t j = 0; j < layer->outputs; j++, values += sg_layer_stride(layer))
    for (uint32_t i = 0; i < count; i++)
      if (!put(out, values[i])) return false;
  return true;
}

static bool put_source(stream *out, const sg_tensor_source *source) {
  bool ok = true;
  switch (source->kind) {
  case SG_SOURCE_VALUE: ok = put_value(out, source->value); break;
  case SG_SOURCE_WEIGHT: ok = put_layer(out, source->layer, 0, source->layer->inputs); break;
  case SG_SOURCE_BIAS: ok = put_layer(out, source->layer, source->layer->inputs, 1); break;
  case SG_SOURCE_NUMBERS:
    for (uint32_t i = 0; ok && i < source->count; i++) ok = put(out, source->numbers[i]);
    break;
  }
  return ok && flush(out);
}

static const sg_tensor_source *get_source(const sg_saver *s, uint32_t place) {
  return &s->sources.items[s->tensors.order[place]];
}

static bool sum_tensor(sg_saver *s, const sg_tensor_source *source, sg_buffer *out) {
  stream sum = {.saver = s, .check = crc32(0, NULL, 0)};
  if (!put_source(&sum, source)) return false;
  sg_buffer_printf(out, ",%lu", sum.check);
  return true;
}

/* The whole note, in `out`, of what `rest` says behind the checksums. */
static bool make_note(sg_saver *s, const sg_buffer *rest, sg_buffer *out) {
  uint32_t own;
  if (rest->failed) return sg_vm_fail_memory(s->vm);
  if (!sg_store_sum(s->vm, rest->items, rest->count, &own)) return false;
  sg_buffer_printf(out, "{\"version\":%d,\"crc32\":[%" PRIu32, SG_STORE_VERSION, own);
  for (uint32_t i = 0; i < s->tensors.count; i++)
    if (!sum_tensor(s, get_source(s, i), out)) return false;
  sg_buffer_putc(out, ']');
  sg_buffer_add(out, rest->items, rest->count);
  return !out->failed || sg_vm_fail_memory(s->vm);
}

static bool make_rest(sg_saver *s, sg_buffer *out) {
  sg_buffer_printf(out, ",\"leaves\":%u,\"value\":", (unsigned)s->leaf_count);
  sg_buffer_add(out, s->note.items, s->note.count);
  sg_buffer_putc(out, '}');
  return (!out->failed && !s->note.failed) || sg_vm_fail_memory(s->vm);
}

static bool write_file(sg_saver *s, sg_outfile *file, const sg_buffer *header) {
  stream out = {.saver = s, .file = file};
  if (!sg_outfile_write(file, header->items, header->count)) return false;
  for (uint32_t i = 0; i < s->tensors.count; i++)
    if (!put_source(&out, get_source(s, i))) return false;
  return sg_outfile_commit(file);
}

static bool write_header(sg_saver *s, const sg_buffer *note, sg_buffer *header) {
  if (sg_tensors_write(&s->tensors, note->items, note->count, header)) return true;
  if (header->failed) return sg_vm_fail_memory(s->vm);
  return sg_vm_fail(s->vm, "save(): a header of %u bytes: a safetensors file has %d at most",
                    (unsigned)header->count, SG_TENSORS_HEADER_LIMIT);
}

static bool make_header(sg_saver *s, sg_buffer *header) {
  sg_buffer rest, note;
  sg_buffer_init(&rest, s->vm->memory);
  sg_buffer_init(&note, s->vm->memory);
  bool ok = (sg_tensors_arrange(&s->tensors) || sg_vm_fail_memory(s->vm)) && make_rest(s, &rest) &&
            make_note(s, &rest, &note) && write_header(s, &note, header);
  sg_buffer_clear(&rest);
  sg_buffer_clear(&note);
  return ok;
}

static bool save_to(sg_saver *s, const char *path) {
  sg_buffer header;
  sg_outfile file;
  sg_buffer_init(&header, s->vm->memory);
  bool ok = make_header(s, &header);
  if (ok) {
    ok = sg_outfile_open(&file, s->vm, path) && write_file(s, &file, &header);
    sg_outfile_close(&file);
  }
  sg_buffer_clear(&header);
  return ok;
}

static void clear(sg_saver *s) {
  sg_memory *memory = s->vm->memory;
  sg_tensors_clear(&s->tensors);
  SG_RELEASE(memory, &s->sources);
  sg_release(memory, s->seen, s->seen_size * sizeof *s->seen);
  sg_buffer_clear(&s->note);
  sg_buffer_clear(&s->path);
  sg_buffer_clear(&s->name);
}

/* save(x, path) */
bool sg_run_save(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  sg_string *path;
  sg_saver s = {.vm = vm};
  if (!sg_need_path(vm, call, 1, &path)) return false;
  sg_tensors_init(&s.tensors, vm->memory);
  sg_buffer_init(&s.note, vm->memory);
  sg_buffer_init(&s.path, vm->memory);
  sg_buffer_init(&s.name, vm->memory);
  bool ok = sg_save_number_models(&s, call->args[0]) && sg_save_value(&s, call->args[0]) &&
            save_to(&s, path->text);
  clear(&s);
  return ok;
}
