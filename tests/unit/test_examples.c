/* sgrad: tests of the builtins' tables: every row's example is true, every row is complete. */
#include "builtins/builtins.h"
#include "sgrad.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *examples_suite(void);

static bool collect(void *context, const char *text, size_t bytes) {
  sg_buffer_add(context, text, bytes);
  return !((sg_buffer *)context)->failed;
}

static void complain(void *context, const sg_error *error, const char *text) {
  (void)context;
  (void)error;
  fputs(text, stderr);
}

/* The value of the text's last statement, quoted as inside a list. */
static bool run_value(sg_vm *vm, const char *text, size_t bytes, sg_buffer *out) {
  sg_program *program = NULL;
  sg_errors errors = {0};
  sg_source *source = sg_source_new(vm->memory, "<example>", text, bytes);
  ck_assert_ptr_nonnull(source);
  sg_status status = sg_parse(vm->memory, source, SG_PARSE_WHOLE, &program, &errors);
  sg_errors_clear(&errors, vm->memory);
  sg_value value = SG_NONE;
  bool ok = status == SG_OK && sg_vm_run(vm, program, false, &value) &&
            sg_value_text(vm, out, value, true);
  if (!ok) fprintf(stderr, "%s: %s\n", text, vm->error.message);
  if (program) sg_program_free(program);
  sg_source_release(source);
  return ok;
}

static void check_example(const sg_builtin *row) {
  const char *mark = strstr(row->example, "  # ");
  ck_assert_msg(mark != NULL, "%s: the example says no value", row->name);
  sg_memory memory;
  sg_memory_init(&memory);
  sg_buffer printed;
  sg_buffer value;
  sg_buffer_init(&printed, &memory);
  sg_buffer_init(&value, &memory);
  sg_interpreter *sgrad = sg_open(
      &(sg_host){.context = &printed, .write = collect, .report = complain, .has_seed = true});
  ck_assert_ptr_nonnull(sgrad);
  size_t bytes = (size_t)(mark - row->example);
  ck_assert_msg(run_value(sg_get_vm(sgrad), row->example, bytes, &value), "%s", row->name);
  if (printed.count) {
    printed.count -= printed.items[printed.count - 1] == '\n';
    ck_assert_str_eq(sg_buffer_text(&printed), mark + 4);
  } else {
    ck_assert_str_eq(sg_buffer_text(&value), mark + 4);
  }
  sg_close(sgrad);
  sg_buffer_clear(&printed);
  sg_buffer_clear(&value);
}

START_TEST(test_examples_hold) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++) check_example(row);
}
END_TEST

static bool is_topic(const char *topic) {
  static const char *const topics[] = {"math", "list", "string", "random", "graph", "data", "io"};
  for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
    if (strcmp(topics[i], topic) == 0) return true;
  return false;
}

START_TEST(test_rows_are_complete) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++) {
    ck_assert(row->run != NULL);
    ck_assert_ptr_nonnull(row->parameters);
    ck_assert_msg(row->doc[strlen(row->doc) - 1] == '.', "%s: the doc is no sentence", row->name);
    ck_assert_msg(is_topic(row->topic), "%s: no topic '%s'", row->name, row->topic);
  }
}
END_TEST

static uint32_t count_rows_named(const char *name) {
  uint32_t count = 0;
  for (const sg_builtin *const *table = sg_builtin_tables; *table; table++)
    for (const sg_builtin *row = *table; row->name; row++) count += strcmp(row->name, name) == 0;
  return count;
}

START_TEST(test_names_are_unique) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++)
    ck_assert_msg(count_rows_named(row->name) == 1, "%s stands twice", row->name);
}
END_TEST

Suite *examples_suite(void) {
  int tables = 0;
  while (sg_builtin_tables[tables]) tables++;
  Suite *suite = suite_create("examples");
  TCase *tests = tcase_create("builtins");
  tcase_add_loop_test(tests, test_examples_hold, 0, tables);
  tcase_add_loop_test(tests, test_rows_are_complete, 0, tables);
  tcase_add_loop_test(tests, test_names_are_unique, 0, tables);
  suite_add_tcase(suite, tests);
  return suite;
}
