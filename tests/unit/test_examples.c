/* sgrad: tests of the tables that help reads: every example is true, every row is complete. */
#include "repl/help/help.h"
#include "sgrad.h"
#include "view/reference.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *examples_suite(void);

static bool collect(void *context, const char *text, size_t bytes) {
  sg_buffer_add(context, text, bytes);
  return !((sg_buffer *)context)->failed;
}

static bool read_line(void *context, const char **line, size_t *bytes) {
  (void)context;
  *line = "what was typed";
  *bytes = strlen(*line);
  return true;
}

static void complain(void *context, const sg_error *error, const char *text) {
  (void)context;
  (void)error;
  fputs(text, stderr);
}

/* The value of the text's last statement, as the prompt shows it. */
static bool run_value(sg_vm *vm, const char *text, size_t bytes, sg_buffer *out) {
  sg_program *program = NULL;
  sg_errors errors = {0};
  sg_source *source = sg_source_new(vm->memory, "<example>", text, bytes);
  ck_assert_ptr_nonnull(source);
  sg_status status = sg_parse(vm->memory, source, SG_PARSE_WHOLE, &program, &errors);
  sg_errors_clear(&errors, vm->memory);
  sg_value value = SG_NONE;
  bool ok = status == SG_OK && sg_vm_run(vm, program, false, &value) &&
            sg_value_echo(vm, out, value, SG_ECHO_DIGITS);
  if (!ok) fprintf(stderr, "%s: %s\n", text, vm->error.message);
  if (program) sg_program_free(program);
  sg_source_release(source);
  return ok;
}

/* "CODE  # RESULT": the last line that it prints, or else its value. */
static void check_example(const char *name, const char *example) {
  const char *mark = strstr(example, "  # ");
  ck_assert_msg(mark != NULL, "%s: the example says no value", name);
  ck_assert_msg(strlen(example) < 67, "%s: the example is too long for a line", name);
  sg_memory memory;
  sg_memory_init(&memory);
  sg_buffer printed;
  sg_buffer value;
  sg_buffer_init(&printed, &memory);
  sg_buffer_init(&value, &memory);
  sg_interpreter *sgrad = sg_open(&(sg_host){.context = &printed,
                                             .write = collect,
                                             .read = read_line,
                                             .report = complain,
                                             .has_seed = true});
  ck_assert(sgrad != NULL && sg_set_args(sgrad, NULL, 0));
  size_t bytes = (size_t)(mark - example);
  ck_assert_msg(run_value(sg_get_vm(sgrad), example, bytes, &value), "%s", name);
  if (printed.count) {
    printed.count -= printed.items[printed.count - 1] == '\n';
    const char *text = sg_buffer_text(&printed), *last = strrchr(text, '\n');
    ck_assert_str_eq(last ? last + 1 : text, mark + 4);
  } else {
    ck_assert_str_eq(sg_buffer_text(&value), mark + 4);
  }
  sg_close(sgrad);
  sg_buffer_clear(&printed);
  sg_buffer_clear(&value);
}

/* A folder of its own, with what the examples find there. */
static char folder[] = "/tmp/sgrad-examples-XXXXXX";

static void put_file(const char *name, const char *bytes, size_t count) {
  FILE *file = fopen(name, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(bytes, 1, count, file), count);
  fclose(file);
}

static void open_folder(void) {
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  put_file("setup.sg", "", 0);
  put_file("labels.idx", "\0\0\x08\1\0\0\0\3\7\2\1", 11);
}

static void close_folder(void) {
  remove("setup.sg");
  remove("labels.idx");
  remove("t.csv");
  remove("m.st");
  remove("w.safetensors");
  ck_assert_int_eq(chdir("/"), 0);
  ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(test_examples_hold) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++)
    check_example(row->name, row->example);
}
END_TEST

START_TEST(test_words_hold) {
  for (const sg_help_word *word = sg_help_words; word->name; word++) {
    ck_assert_msg(word->doc[strlen(word->doc) - 1] == '.', "%s", word->name);
    check_example(word->name, word->example);
  }
}
END_TEST

START_TEST(test_corners_hold) {
  for (const sg_help_corner *corner = sg_help_corners; corner->name; corner++)
    check_example(corner->name, corner->line);
}
END_TEST

START_TEST(test_rows_are_complete) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++) {
    ck_assert(row->run != NULL);
    ck_assert_ptr_nonnull(row->parameters);
    ck_assert_msg(row->doc[strlen(row->doc) - 1] == '.', "%s: the doc is no sentence", row->name);
    sg_topic topic;
    ck_assert_msg(sg_topic_find(row->topic, &topic), "%s: no topic '%s'", row->name, row->topic);
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
  tcase_add_checked_fixture(tests, open_folder, close_folder);
  tcase_add_test(tests, test_words_hold);
  tcase_add_test(tests, test_corners_hold);
  tcase_add_loop_test(tests, test_examples_hold, 0, tables);
  tcase_add_loop_test(tests, test_rows_are_complete, 0, tables);
  tcase_add_loop_test(tests, test_names_are_unique, 0, tables);
  suite_add_tcase(suite, tests);
  return suite;
}
