/* sgrad tests: the pages of :help. */
#include "graph/backward.h"
#include "repl/help/help.h"
#include "sgrad.h"
#include "syntax/token.h"
#include "view/markdown.h"
#include "view/reference.h"

#include "base/utf8.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *help_suite(void);

enum { SCREEN_LINES = 24, SCREEN_COLUMNS = 80 };

static const size_t widths[] = {79, 60, 40, 20};

static sg_memory memory;
static sg_buffer out;
static sg_interpreter *sgrad;

static void report(void *context, const sg_error *error, const char *text) {
  (void)context;
  (void)error;
  fputs(text, stderr);
}

static void setup(void) {
  sg_memory_init(&memory);
  sg_buffer_init(&out, &memory);
  sgrad = sg_open(&(sg_host){.has_seed = true, .report = report});
  ck_assert_ptr_nonnull(sgrad);
}

static void teardown(void) {
  sg_close(sgrad);
  sg_buffer_clear(&out);
}

static sg_page page_of(size_t columns, bool color) {
  out.count = 0;
  return (sg_page){&out, columns, color};
}

static size_t width_of(const char *text, size_t bytes) { return sg_utf8_length(text, bytes); }

/* Lines of the page; fails when one is too wide or holds an escape byte. */
static int count_lines(const char *name, size_t columns) {
  int lines = 0;
  for (const char *at = out.items, *end = at + out.count; at < end; lines++) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    ck_assert_msg(newline != NULL, "%s: the last line has no end", name);
    ck_assert_msg(width_of(at, (size_t)(newline - at)) <= columns, "%s: too wide: %.*s", name,
                  (int)(newline - at), at);
    ck_assert_msg(memchr(at, '\x1b', (size_t)(newline - at)) == NULL, "%s: an escape", name);
    ck_assert_msg(newline == at || newline[-1] != ' ', "%s: blanks behind: %.*s", name,
                  (int)(newline - at), at);
    at = newline + 1;
  }
  return lines;
}

static bool explain(const char *name, size_t columns, bool color) {
  sg_page page = page_of(columns, color);
  bool found;
  ck_assert(sg_help_explain(sg_get_vm(sgrad), &page, name, &found));
  ck_assert(!out.failed);
  return found;
}

/* The page, the line that asked for it, and the prompt below. */
START_TEST(front_page_fits_the_screen) {
  sg_page page = page_of(SCREEN_COLUMNS - 1, false);
  sg_help_front(&page);
  ck_assert_int_le(count_lines(":help", SCREEN_COLUMNS - 1), SCREEN_LINES - 1);
  for (const sg_command *row = sg_commands_table(); row->name; row++) {
    char name[64];
    snprintf(name, sizeof name, ":%s", row->name);
    ck_assert_msg(strstr(sg_buffer_text(&out), name) != NULL, "%s is not on it", name);
  }
}
END_TEST

START_TEST(front_page_fits_narrow_screens) {
  sg_page page = page_of(widths[_i], false);
  sg_help_front(&page);
  count_lines(":help", widths[_i] < 40 ? 40 : widths[_i]);
}
END_TEST

START_TEST(front_page_has_every_topic) {
  sg_page page = page_of(SCREEN_COLUMNS - 1, false);
  sg_help_front(&page);
  char name[SG_TOPIC_NAME_SIZE];
  for (sg_topic topic = {0}; sg_topic_next(&topic);)
    ck_assert_msg(strstr(sg_buffer_text(&out), sg_topic_name(&topic, 0, name)) != NULL, "%s", name);
}
END_TEST

START_TEST(topics_fit_any_width) {
  char name[SG_TOPIC_NAME_SIZE];
  int topics = 0;
  for (sg_topic topic = {0}; sg_topic_next(&topic); topics++) {
    sg_page page = page_of(widths[_i], false);
    sg_page_markdown(&page, topic.body, topic.body_bytes);
    sg_topic_name(&topic, 0, name);
    /* Code stays as it stands: it fits a usual screen. */
    count_lines(name, widths[_i] < SCREEN_COLUMNS - 1 ? SCREEN_COLUMNS - 1 : widths[_i]);
  }
  ck_assert_int_gt(topics, 20);
}
END_TEST

START_TEST(every_section_is_a_topic) {
  static const char section[] = "\n## ";
  sg_topic topic = {0};
  for (const char *at = sg_reference; (at = strstr(at, section)) != NULL; at++) {
    bool found = sg_topic_next(&topic);
    while (found && topic.heading < at + strlen(section)) found = sg_topic_next(&topic);
    ck_assert_msg(found && topic.heading == at + strlen(section), "no topic: %.40s", at + 1);
  }
}
END_TEST

/* A name of a topic means that topic alone. */
START_TEST(topic_names_are_unique) {
  char name[SG_TOPIC_NAME_SIZE];
  for (sg_topic topic = {0}; sg_topic_next(&topic);) {
    for (size_t i = 0; sg_topic_name(&topic, i, name) != NULL; i++) {
      sg_topic found;
      ck_assert(sg_topic_find(name, &found));
      ck_assert_msg(found.body == topic.body, "%s names two topics", name);
    }
  }
}
END_TEST

/* A topic's name that is a builtin's would be shown with it: only where both are wanted. */
START_TEST(topic_names_hide_nothing) {
  char name[SG_TOPIC_NAME_SIZE];
  for (sg_topic topic = {0}; sg_topic_next(&topic);) {
    for (size_t i = 0; sg_topic_name(&topic, i, name) != NULL; i++) {
      bool wanted = strcmp(name, "random") == 0 || strcmp(name, "keys") == 0;
      const sg_global *global = sg_vm_global(sg_get_vm(sgrad), name, strlen(name));
      ck_assert_msg(global == NULL || wanted, "%s is a builtin and a topic", name);
    }
  }
}
END_TEST

/* What a section says of functions leaves none of its own out. */
START_TEST(topics_name_their_builtins) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++) {
    sg_topic topic;
    ck_assert(sg_topic_find(row->topic, &topic));
    bool named = false;
    size_t bytes = strlen(row->name);
    for (const char *at = topic.body; !named && at + bytes < topic.body + topic.body_bytes; at++)
      named =
          strncmp(at, row->name, bytes) == 0 && strchr("` ,(", at[-1]) && strchr("`( ,", at[bytes]);
    ck_assert_msg(named, "the topic %s does not speak of %s", row->topic, row->name);
  }
}
END_TEST

START_TEST(builtins_have_whole_pages) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++) {
    ck_assert(explain(row->name, 79, false));
    count_lines(row->name, 79);
    const char *text = sg_buffer_text(&out);
    ck_assert_msg(strstr(text, "\n  example   ") != NULL, "%s has no example", row->name);
    ck_assert_msg(strstr(text, "\n  see also  ") != NULL, "%s has no relations", row->name);
    ck_assert_msg(strstr(text, "nothing") == NULL, "%s: what is nothing?", row->name);
    ck_assert(explain(row->name, 79, true));
    ck_assert_ptr_nonnull(strchr(sg_buffer_text(&out), '\x1b'));
  }
}
END_TEST

START_TEST(words_have_pages) {
  for (const sg_help_word *word = sg_help_words; word->name; word++) {
    ck_assert(explain(word->name, 79, false));
    count_lines(word->name, 79);
  }
}
END_TEST

START_TEST(tokens_have_pages) {
  static const char *const spellings[] = {
#define SG_TOKEN(id, spelling, ...) spelling,
#define SG_ALIAS(id, spelling)
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix)
#include "syntax/tokens.def"
  };
  for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
    ck_assert_msg(sg_help_find_word(spellings[i]) != NULL, "no help on '%s'", spellings[i]);
}
END_TEST

static bool exists(const char *name) {
  const sg_global *global = sg_vm_global(sg_get_vm(sgrad), name, strlen(name));
  if (global != NULL && !sg_is_undefined(global->builtin)) return true;
  return name[0] == ':' ? sg_commands_find(name + 1) != NULL : sg_help_find_word(name) != NULL;
}

START_TEST(families_name_what_exists) {
  ck_assert(sg_set_args(sgrad, NULL, 0));
  for (const char *const *family = sg_help_families; *family; family++) {
    char names[256], *rest = names;
    ck_assert_uint_lt(strlen(*family), sizeof names);
    memcpy(names, *family, strlen(*family) + 1);
    for (char *name; (name = strsep(&rest, " ")) != NULL;)
      ck_assert_msg(exists(name), "'%s': there is no %s", *family, name);
  }
}
END_TEST

START_TEST(commands_have_pages) {
  for (const sg_command *row = sg_commands_table(); row->name; row++) {
    char name[64];
    snprintf(name, sizeof name, ":%s", row->name);
    ck_assert(explain(name, 79, false));
    count_lines(name, 79);
    ck_assert_msg(strstr(sg_buffer_text(&out), "\n  see also  ") != NULL, "%s", name);
  }
}
END_TEST

/* Whether a row of the operations, at these operands, is what its text says. */
static void hold_text(const char *name, const char *text, double a, double b, double wanted) {
  char code[512];
  if (text[0] == '\0') return;
  sg_set_number(sgrad, "a", a);
  sg_set_number(sgrad, "b", b);
  out.count = 0;
  snprintf(code, sizeof code, "sech2 = x => 1 - tanh(x)**2; result = no_grad { %s }", text);
  ck_assert_msg(sg_run(sgrad, name, code, SG_ALL) == SG_OK, "%s: %s", name, text);
  double value = 0;
  ck_assert(sg_get_number(sgrad, "result", &value, NULL));
  ck_assert_msg(fabs(value - wanted) <= 1e-9 * (1 + fabs(wanted)), "%s: %s is %g at %g, %g, not %g",
                name, text, value, a, b, wanted);
}

static void hold_row(sg_op op, double a, double b) {
  const sg_op_info *info = sg_op_get(op);
  sg_op_text text = sg_op_get_text(op);
  sg_tape *tape = &sg_get_vm(sgrad)->tape;
  sg_value x[2], y, partials[2];
  sg_error error;
  sg_error_clear(&error);
  ck_assert(sg_tape_leaf(tape, a, &x[0]) && sg_tape_leaf(tape, b, &x[1]));
  ck_assert(info->arity == 1 ? sg_apply1(tape, op, x[0], &y) : sg_apply2(tape, op, x[0], x[1], &y));
  ck_assert(sg_tape_gradient(tape, y, x, 2, partials, &error));
  double value = sg_tape_value(tape, y), da = sg_tape_value(tape, partials[0]),
         db = sg_tape_value(tape, partials[1]);
  hold_text(info->name, text.value, a, b, value);
  hold_text(info->name, text.da, a, b, da);
  hold_text(info->name, text.db, a, b, db);
}

START_TEST(formulas_hold) {
  srand(1);
  for (int op = SG_OP_CUT + 1; op < SG_OP_COUNT; op++) {
    const sg_op_info *info = sg_op_get((sg_op)op);
    if (sg_op_is_block((sg_op)op) || op == SG_OP_ROUND) continue;
    for (int k = 0; k < 10; k++) {
      double range = info->check_high - info->check_low;
      double a = info->check_low + range * rand() / RAND_MAX;
      double b = info->check_low + range * rand() / RAND_MAX;
      hold_row((sg_op)op, a, b);
    }
  }
}
END_TEST

/* The texts of blocks, for lists of three. */
static const struct {
  sg_op op;
  const char *call;
} blocks[] = {{SG_OP_SUM, "sum"},    {SG_OP_MEAN, "mean"},           {SG_OP_VAR, "var"},
              {SG_OP_STD, "std"},    {SG_OP_PROD, "prod"},           {SG_OP_NORM, "norm"},
              {SG_OP_SOFTMAX, NULL}, {SG_OP_LOGSUMEXP, "logsumexp"}, {SG_OP_LOG_SOFTMAX, NULL}};

START_TEST(formulas_of_lists_hold) {
  static const char close[] = "near(p, q) = assert(abs(p - q) < 1e-12); xs = [0.5, -2, 1.25];";
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    sg_op_text text = sg_op_get_text(blocks[i].op);
    char code[1024];
    if (blocks[i].call == NULL)
      snprintf(code, sizeof code, "%s for k, x in enumerate(xs) { near(%s, %s(xs)[k]) }", close,
               text.value, sg_op_get(blocks[i].op)->name);
    else
      snprintf(
          code, sizeof code,
          "%s near(%s, %s(xs)); g = grad(%s)(xs); for k, x in enumerate(xs) { near(%s, g[k]) }",
          close, text.value, blocks[i].call, blocks[i].call, text.da);
    ck_assert_msg(sg_run(sgrad, "formula", code, SG_ALL) == SG_OK, "%s", code);
  }
  sg_op_text dot = sg_op_get_text(SG_OP_DOT), clip = sg_op_get_text(SG_OP_CLIP);
  char code[1024];
  snprintf(code, sizeof code,
           "a = [1, 2]; b = [3, 5]; assert(%s == dot(a, b)); assert(grad(dot)(a, b) == [%s, %s]);"
           "lo = -1; hi = 1; for x in [-2, -1, 0.5, 1, 3] { assert(%s == clip(x, lo, hi));"
           "assert(%s == grad(clip, wrt=0)(x, lo, hi)) }",
           dot.value, dot.da, dot.db, clip.value, clip.da);
  ck_assert_msg(sg_run(sgrad, "formula", code, SG_ALL) == SG_OK, "%s", code);
}
END_TEST

/* Code in the texts of rows that looks like a name is one. */
static void check_names(const char *owner, const char *parameters, const char *text) {
  for (const char *at = text; (at = strchr(at, '`')) != NULL;) {
    const char *start = at + 1, *end = strchr(start, '`');
    ck_assert_msg(end != NULL, "%s: a lone backtick", owner);
    size_t bytes = strspn(start, "abcdefghijklmnopqrstuvwxyz_0123456789");
    char name[64];
    ck_assert_uint_lt(bytes, sizeof name);
    memcpy(name, start, bytes);
    name[bytes] = '\0';
    bool called = start[bytes] == '(' && bytes > 1 && name[0] > '9';
    bool whole = start + bytes == end && bytes > 2 && name[0] > '9';
    ck_assert_msg(!(called || whole) || exists(name) || strstr(parameters, name) != NULL,
                  "%s speaks of `%s`, which is not there", owner, name);
    at = end + 1;
  }
}

START_TEST(texts_name_what_exists) {
  for (const sg_builtin *row = sg_builtin_tables[_i]; row->name; row++) {
    char parameters[256];
    snprintf(parameters, sizeof parameters, "%s key value", row->parameters);
    check_names(row->name, parameters, row->doc);
  }
  for (const sg_help_word *word = sg_help_words; word->name; word++)
    check_names(word->name, "", word->doc);
}
END_TEST

/* A function that the reference calls is one, or is defined in one of its blocks. */
START_TEST(reference_calls_what_exists) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  for (const char *at = sg_reference; *at != '\0';) {
    size_t bytes = strspn(at, letters);
    char name[64], definition[80], def[80];
    if (bytes > 2 && bytes < sizeof name && at[bytes] == '(' && at[-1] != '.' && at[-1] != '\\') {
      memcpy(name, at, bytes);
      name[bytes] = '\0';
      snprintf(definition, sizeof definition, "\n%s(", name);
      snprintf(def, sizeof def, "def %s(", name);
      bool own = strstr(sg_reference, definition) || strstr(sg_reference, def);
      snprintf(definition, sizeof definition, "%s = ", name);
      ck_assert_msg(own || exists(name) || strstr(sg_reference, definition), "what is %s()?", name);
    }
    at += bytes + (at[bytes] != 0);
  }
}
END_TEST

static void expect_markdown(const char *text, bool color, const char *wanted) {
  sg_page page = page_of(30, color);
  sg_page_markdown(&page, text, strlen(text));
  ck_assert_str_eq(sg_buffer_text(&out), wanted);
}

START_TEST(markdown_becomes_a_page) {
  expect_markdown("# Head\n\nSome `code` and **bold** [link](to.md).\n", false,
                  "Head\n\n  Some 'code' and bold link.\n");
  expect_markdown("a `b c` `+=` ``x`` 2 * 3 \\* [i] <http://x>", false,
                  "  a b c '+=' x 2 * 3 * [i]\n  <http://x>\n");
  expect_markdown("- one two three four five six seven\n  eight\n- b\n", false,
                  "  - one two three four five\n    six seven eight\n  - b\n");
  expect_markdown("```sgrad\nx = 1\n\n# expect: 1\nprint(x)   # 12345678901234567890\n```\n", false,
                  "    x = 1\n\n    # 1\n    print(x)\n    # 12345678901234567890\n");
  expect_markdown("| a | |\n| --- | --- |\n| `x` | one two three four five six |\n| y | |\n", false,
                  "  x  one two three four five\n     six\n  y\n");
  expect_markdown("| a | b |\n| --- | --- |\n| `p \\| q` | `**` |\n", false,
                  "  a      b\n  p | q  **\n");
  expect_markdown("<!-- no\n-->\nx\n\n\n\ny", false, "  x\n\n  y\n");
  expect_markdown("[t](http://a.b) z", false, "  t <http://a.b> z\n");
}
END_TEST

START_TEST(styles_stop_at_line_ends) {
  expect_markdown("**aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbb**", true,
                  "  \x1b[1maaaaaaaaaaaaaaaa\x1b[0m\n  \x1b[1mbbbbbbbbbbbbbbbbb\x1b[0m\n");
  expect_markdown("`in` x", true, "  \x1b[36min\x1b[0m x\n");
}
END_TEST

START_TEST(long_words_are_cut) {
  expect_markdown("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false,
                  "  aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  aaaaaaaaa\n");
}
END_TEST

Suite *help_suite(void) {
  int tables = 0;
  while (sg_builtin_tables[tables]) tables++;
  Suite *suite = suite_create("help");
  TCase *tests = tcase_create("help");
  tcase_set_timeout(tests, 60);
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_add_test(tests, front_page_fits_the_screen);
  tcase_add_loop_test(tests, front_page_fits_narrow_screens, 0, sizeof widths / sizeof *widths);
  tcase_add_test(tests, front_page_has_every_topic);
  tcase_add_loop_test(tests, topics_fit_any_width, 0, sizeof widths / sizeof *widths);
  tcase_add_test(tests, every_section_is_a_topic);
  tcase_add_test(tests, topic_names_are_unique);
  tcase_add_test(tests, topic_names_hide_nothing);
  tcase_add_loop_test(tests, topics_name_their_builtins, 0, tables);
  tcase_add_loop_test(tests, builtins_have_whole_pages, 0, tables);
  tcase_add_test(tests, words_have_pages);
  tcase_add_test(tests, tokens_have_pages);
  tcase_add_test(tests, families_name_what_exists);
  tcase_add_test(tests, commands_have_pages);
  tcase_add_test(tests, formulas_hold);
  tcase_add_test(tests, formulas_of_lists_hold);
  tcase_add_loop_test(tests, texts_name_what_exists, 0, tables);
  tcase_add_test(tests, reference_calls_what_exists);
  tcase_add_test(tests, markdown_becomes_a_page);
  tcase_add_test(tests, styles_stop_at_line_ends);
  tcase_add_test(tests, long_words_are_cut);
  suite_add_tcase(suite, tests);
  return suite;
}
