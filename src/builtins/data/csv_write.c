/* sgrad: write_csv: a record of columns as a file that read_csv reads back equal. */
#include "builtins/argument.h"
#include "builtins/data/csv.h"
#include "builtins/data/outfile.h"

typedef struct writer {
  sg_vm *vm;
  sg_outfile file;
  sg_buffer row;
  char separator;
} writer;

/* Numbers all, or strings all: what a column of a file can be. */
static bool check_column(sg_vm *vm, const sg_string *name, sg_value v, uint32_t count) {
  if (!sg_is_list(v))
    return sg_vm_fail(vm, "write_csv() takes a record of lists, but '%s' is %s", name->text,
                      sg_type_phrase(v));
  const sg_list *list = sg_as_list(v);
  if (list->count != count)
    return sg_vm_fail(vm,
                      "write_csv() takes columns of equal length, but '%s' has %u items, not %u",
                      name->text, list->count, count);
  for (uint32_t i = 0; i < count; i++) {
    if (!sg_poll_at(vm, i)) return false;
    sg_value item = list->items[i];
    bool number = sg_is_number(item);
    if ((number || sg_is_string(item)) && number == sg_is_number(list->items[0])) continue;
    return sg_vm_fail(vm,
                      "write_csv() takes columns of numbers or of strings, but item %u of '%s' is "
                      "%s%s",
                      i, name->text, sg_type_phrase(item),
                      number || sg_is_string(item) ? " and item 0 is not" : "");
  }
  return true;
}

static bool check_columns(sg_vm *vm, const sg_record *columns) {
  if (!columns->count) return sg_vm_fail(vm, "write_csv() takes at least one column");
  uint32_t count = sg_is_list(columns->values[0]) ? sg_as_list(columns->values[0])->count : 0;
  for (uint32_t i = 0; i < columns->count; i++)
    if (!check_column(vm, columns->keys[i], columns->values[i], count)) return false;
  return true;
}

/* Whether a text would not read back as itself without quotes. */
static bool needs_quotes(const writer *out, const sg_string *text) {
  double x;
  if (!text->bytes || sg_csv_number(text->text, text->bytes, &x)) return true;
  if (memcmp(text->text, "\xEF\xBB\xBF", text->bytes < 3 ? text->bytes : 3) == 0) return true;
  for (uint32_t i = 0; i < text->bytes; i++) {
    char c = text->text[i];
    if (c == out->separator || c == '"' || c == '\n' || c == '\r' || c == '\0') return true;
  }
  return false;
}

static void add_text(writer *out, const sg_string *text) {
  if (!needs_quotes(out, text)) {
    sg_buffer_add(&out->row, text->text, text->bytes);
    return;
  }
  sg_buffer_putc(&out->row, '"');
  for (uint32_t i = 0; i < text->bytes; i++) {
    if (text->text[i] == '"') sg_buffer_putc(&out->row, '"');
    sg_buffer_putc(&out->row, text->text[i]);
  }
  sg_buffer_putc(&out->row, '"');
}

static void add_value(writer *out, sg_value v) {
  char text[SG_NUMBER_SIZE];
  if (sg_is_string(v))
    add_text(out, sg_as_string(v));
  else
    sg_buffer_puts(&out->row, sg_number_text(text, sg_tape_value(&out->vm->tape, v)));
}

static bool end_row(writer *out) {
  sg_buffer_putc(&out->row, '\n');
  if (out->row.failed) return sg_vm_fail_memory(out->vm);
  bool ok = sg_outfile_write(&out->file, out->row.items, out->row.count);
  out->row.count = 0;
  return ok;
}

static bool write_rows(writer *out, const sg_record *columns) {
  for (uint32_t i = 0; i < columns->count; i++) {
    if (i) sg_buffer_putc(&out->row, out->separator);
    add_text(out, columns->keys[i]);
  }
  if (!end_row(out)) return false;
  uint32_t rows = sg_as_list(columns->values[0])->count;
  for (uint32_t k = 0; k < rows; k++) {
    for (uint32_t i = 0; i < columns->count; i++) {
      if (i) sg_buffer_putc(&out->row, out->separator);
      add_value(out, sg_as_list(columns->values[i])->items[k]);
    }
    if (!end_row(out)) return false;
  }
  return true;
}

bool sg_run_write_csv(sg_vm *vm, const sg_call *call, sg_value *result) {
  (void)result;
  sg_string *path;
  sg_record *columns;
  writer out = {.vm = vm};
  if (!sg_need_path(vm, call, 0, &path) || !sg_need_record(vm, call, 1, &columns) ||
      !sg_need_separator(vm, call, 2, &out.separator) || !check_columns(vm, columns))
    return false;
  sg_buffer_init(&out.row, vm->memory);
  bool ok = sg_outfile_open(&out.file, vm, path->text) && write_rows(&out, columns) &&
            sg_outfile_commit(&out.file);
  sg_outfile_close(&out.file);
  sg_buffer_clear(&out.row);
  return ok;
}
