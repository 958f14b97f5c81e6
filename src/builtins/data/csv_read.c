/* sgrad: read_csv: a file as a record of columns, or as samples and targets.
 *
 * Columns are lists of plain doubles while every cell so far was a number. A column whose first
 * cell is text is stored as it comes; one that turns out to be text later is read again in a second
 * pass, since its numbers must become the texts they were written as.
 */
#include "builtins/argument.h"
#include "builtins/data/csv.h"
#include "builtins/sort.h"

#include <stdio.h>

typedef enum column_state {
  NUMBERS,
  TEXT,
  LATE /* text from some row after the first */
} column_state;

typedef struct column {
  sg_string *name;
  sg_list *items;
  column_state state;
} column;

typedef struct reader {
  sg_vm *vm;
  sg_csv csv;
  column *items; /* [count], owned */
  uint32_t count;
  uint32_t capacity;
  bool header;
  uint32_t first_line;
  uint32_t label;   /* UINT32_MAX: no samples wanted */
  sg_list *samples; /* lists of the cells but the label's */
  uint32_t rows;
} reader;

static bool is_number_cell(const sg_csv_cell *cell) {
  double x;
  return !cell->quoted && !sg_csv_is_blank(cell->text, cell->bytes) &&
         sg_csv_number(cell->text, cell->bytes, &x);
}

static bool add_column(reader *in, const sg_csv_cell *cell) {
  char number[16];
  const char *text = cell->text;
  size_t bytes = cell->bytes;
  if (!bytes && !cell->quoted) {
    snprintf(number, sizeof number, "c%u", in->count);
    text = number;
    bytes = strlen(number);
  }
  if (!SG_RESERVE(in->vm->memory, in, (size_t)in->count + 1)) return sg_vm_fail_memory(in->vm);
  sg_string *name = sg_string_intern(&in->vm->heap, text, bytes);
  sg_list *items = name ? sg_list_new(&in->vm->heap, 0) : NULL;
  if (!items) return sg_vm_fail_memory(in->vm);
  in->items[in->count++] = (column){name, items, NUMBERS};
  return true;
}

/* Reads the first row: how many columns there are, and their names if it is a header. */
static bool read_first_row(reader *in, bool told) {
  sg_csv_cell cell;
  bool numbers = false;
  do {
    if (!sg_csv_next(&in->csv, &cell)) return false;
    if (!cell.text) return sg_vm_fail(in->vm, "%s has no data", in->csv.file.path);
    if (!in->count) in->first_line = cell.line;
    if (!add_column(in, &cell)) return false;
    numbers |= is_number_cell(&cell);
  } while (!cell.last);
  if (!told) in->header = !numbers;
  return in->header || sg_csv_rewind(&in->csv);
}

/* Names of a file without header: c0, c1, ... */
static bool number_columns(reader *in) {
  for (uint32_t i = 0; i < in->count; i++) {
    char name[16];
    snprintf(name, sizeof name, "c%u", i);
    in->items[i].name = sg_string_intern(&in->vm->heap, name, strlen(name));
    if (!in->items[i].name) return sg_vm_fail_memory(in->vm);
  }
  return true;
}

static bool add_text(reader *in, column *to, const sg_csv_cell *cell) {
  sg_string *text = sg_string_intern(&in->vm->heap, cell->text, cell->bytes);
  return text ? sg_add_item(in->vm, to->items, sg_object_value(text)) : sg_vm_fail_memory(in->vm);
}

static bool add_cell(reader *in, column *to, const sg_csv_cell *cell) {
  double x;
  if (to->state == LATE) return true;
  if (to->state == TEXT) return add_text(in, to, cell);
  if (!cell->quoted && sg_csv_number(cell->text, cell->bytes, &x))
    return sg_add_item(in->vm, to->items, sg_number(x));
  to->items->count = 0;
  to->state = in->rows ? LATE : TEXT;
  return to->state == LATE || add_text(in, to, cell);
}

/* A cell of a sample. */
static bool add_feature(reader *in, const column *from, const sg_csv_cell *cell, sg_list *sample) {
  double x;
  if (!cell->quoted && sg_csv_number(cell->text, cell->bytes, &x))
    return sg_add_item(in->vm, sample, sg_number(x));
  return sg_csv_fail(&in->csv, cell->line, cell->column,
                     "text in column '%s': the columns beside the label must be numbers",
                     from->name->text);
}

static bool start_sample(reader *in, sg_list **sample) {
  *sample = NULL;
  if (!in->samples) return true;
  *sample = sg_list_new(&in->vm->heap, in->count - 1);
  return *sample ? sg_add_item(in->vm, in->samples, sg_object_value(*sample))
                 : sg_vm_fail_memory(in->vm);
}

static bool fail_width(reader *in, const sg_csv_cell *cell, const char *than) {
  return sg_csv_fail(&in->csv, cell->line, cell->column, "this row has %s cells than line %u, %u",
                     than, in->first_line, in->count);
}

/* Puts the i-th cell of a row where it belongs; in the second pass only late columns take any. */
static bool put_cell(reader *in, uint32_t i, const sg_csv_cell *cell, sg_list *sample, bool again) {
  column *to = &in->items[i];
  if (again) return to->state != LATE || add_text(in, to, cell);
  if (sample && i != in->label) return add_feature(in, to, cell, sample);
  return add_cell(in, to, cell);
}

/* Reads a row whose first cell is given. */
static bool read_row(reader *in, sg_csv_cell *cell, bool again) {
  sg_list *sample = NULL;
  if (!again && !start_sample(in, &sample)) return false;
  for (uint32_t i = 0;; i++) {
    if (!put_cell(in, i, cell, sample, again)) return false;
    if (cell->last) return i + 1 == in->count || fail_width(in, cell, "fewer");
    if (!sg_csv_next(&in->csv, cell)) return false;
    if (i + 1 == in->count) return fail_width(in, cell, "more");
  }
}

static bool read_rows(reader *in, bool again) {
  sg_csv_cell cell;
  uint32_t rows = 0;
  if (!sg_csv_next(&in->csv, &cell)) return false;
  while (cell.text) {
    if (rows == SG_COUNT_LIMIT || (again && rows == in->rows)) break;
    if (!again) in->rows = rows;
    if (!read_row(in, &cell, again) || !sg_csv_next(&in->csv, &cell)) return false;
    rows++;
  }
  if (cell.text || (again && rows != in->rows))
    return sg_vm_fail(in->vm, "%s %s", in->csv.file.path,
                      again ? "changed while it was read" : "has too many rows");
  in->rows = rows;
  return true;
}

static bool read_late_columns(reader *in) {
  bool late = false;
  for (uint32_t i = 0; i < in->count; i++) late |= in->items[i].state == LATE;
  if (!late) return true;
  if (!sg_csv_rewind(&in->csv)) return false;
  sg_csv_cell cell = {.last = !in->header};
  while (!cell.last)
    if (!sg_csv_next(&in->csv, &cell)) return false;
  return read_rows(in, true);
}

typedef struct name_walk {
  const reader *in;
  uint32_t next;
} name_walk;

static const char *next_name(void *context) {
  name_walk *walk = context;
  return walk->next < walk->in->count ? walk->in->items[walk->next++].name->text : NULL;
}

/* The note names a near column, or else the first and the last one. */
static bool fail_label(reader *in, const sg_string *label) {
  name_walk walk = {in, 0};
  const char *near = sg_nearest_name(label->text, next_name, &walk);
  sg_csv_fail(&in->csv, in->first_line, 1, "no column is called '%s'", label->text);
  if (near) return sg_vm_note(in->vm, "did you mean '%s'?", near);
  if (in->count == 1) return sg_vm_note(in->vm, "the only one is '%s'", in->items[0].name->text);
  return sg_vm_note(in->vm, "there are %u, from '%s' to '%s'", in->count, in->items[0].name->text,
                    in->items[in->count - 1].name->text);
}

static bool find_label(reader *in, const sg_string *label) {
  for (uint32_t i = 0; i < in->count; i++)
    if (sg_string_equal(in->items[i].name, label)) in->label = i;
  if (in->label == UINT32_MAX) return fail_label(in, label);
  in->samples = sg_list_new(&in->vm->heap, 0);
  return in->samples || sg_vm_fail_memory(in->vm);
}

static bool give_record(reader *in, sg_value *result) {
  sg_record *record = sg_record_new(&in->vm->heap);
  if (!record) return sg_vm_fail_memory(in->vm);
  for (uint32_t i = 0; i < in->count; i++) {
    const column *from = &in->items[i];
    if (!sg_record_set(&in->vm->heap, record, from->name, sg_object_value(from->items)))
      return sg_vm_fail_memory(in->vm);
  }
  *result = sg_object_value(record);
  return true;
}

/* Two columns of one name would be one field. */
static bool check_names(reader *in) {
  sg_value ignored;
  if (!give_record(in, &ignored)) return false;
  if (sg_as_record(ignored)->count == in->count) return true;
  for (uint32_t i = 0; i < in->count; i++) {
    const sg_string *name = in->items[i].name;
    const sg_value *last = sg_record_find(sg_as_record(ignored), name);
    if (sg_as_list(*last) == in->items[i].items) continue;
    sg_csv_fail(&in->csv, in->first_line, 1, "two columns are called '%s'", name->text);
    return sg_vm_note(in->vm, "header=false reads the first line as data");
  }
  return true;
}

static bool text_before(const void *context, uint32_t i, uint32_t j) {
  const sg_list *list = context;
  return sg_sort_strings_before(sg_as_string(list->items[i]), sg_as_string(list->items[j]));
}

/* Replaces texts by class indices: the rank of each among the different ones in sorted order. */
static bool index_classes(sg_vm *vm, sg_list *list) {
  if (!list->count) return true;
  size_t size = list->count * sizeof(uint32_t);
  uint32_t *order = sg_allocate(vm->memory, size);
  if (!order) return sg_vm_fail_memory(vm);
  bool ok = sg_sort_order(vm, order, list->count, text_before, list);
  uint32_t class = 0;
  for (uint32_t i = 0; ok && i < list->count; i++) {
    sg_value text = list->items[order[i]];
    bool last = i + 1 == list->count || list->items[order[i + 1]].bits != text.bits;
    list->items[order[i]] = sg_number(class);
    class += last;
    ok = sg_poll_at(vm, i);
  }
  list->plain = ok;
  sg_release(vm->memory, order, size);
  return ok;
}

static bool give_samples(reader *in, sg_value *result) {
  column *label = &in->items[in->label];
  if (label->state != NUMBERS && !index_classes(in->vm, label->items)) return false;
  sg_value pair[] = {sg_object_value(in->samples), sg_object_value(label->items)};
  return sg_give_list(in->vm, pair, 2, result);
}

static bool read_columns(reader *in, bool told, const sg_string *label, sg_value *result) {
  if (!read_first_row(in, told)) return false;
  if (!(in->header ? check_names(in) : number_columns(in))) return false;
  if (label && !find_label(in, label)) return false;
  if (!read_rows(in, false) || !read_late_columns(in)) return false;
  return label ? give_samples(in, result) : give_record(in, result);
}

bool sg_need_separator(sg_vm *vm, const sg_call *call, uint32_t i, char *out) {
  sg_string *text;
  *out = ',';
  if (!sg_is_given(call, i)) return true;
  if (!sg_vm_need_string(vm, call, i, &text)) return false;
  *out = text->text[0];
  if (text->bytes == 1 && strchr(",;:| \t", *out)) return true;
  return sg_vm_fail(vm, "%s() takes one of , ; : | blank and tab for 'sep'", call->builtin->name);
}

bool sg_run_read_csv(sg_vm *vm, const sg_call *call, sg_value *result) {
  sg_string *path;
  sg_string *label = NULL;
  char separator;
  reader in = {.vm = vm, .label = UINT32_MAX};
  if (!sg_need_path(vm, call, 0, &path) || !sg_need_bool(vm, call, 1, false, &in.header) ||
      (sg_is_given(call, 2) && !sg_vm_need_string(vm, call, 2, &label)) ||
      !sg_need_separator(vm, call, 3, &separator))
    return false;
  sg_buffer found;
  sg_buffer_init(&found, vm->memory);
  bool ok = sg_vm_find_path(vm, path->text, &found);
  if (ok) {
    ok = sg_csv_open(&in.csv, vm, sg_buffer_text(&found), separator) &&
         read_columns(&in, sg_is_given(call, 1), label, result);
    sg_csv_close(&in.csv);
  }
  SG_RELEASE(vm->memory, &in);
  sg_buffer_clear(&found);
  return ok;
}
