/* sgrad: the parser: trees, unfinished texts, errors and their places, limits, lack of memory. */
#include "tests/unit/syntax_kit.h"

#include <math.h>
#include <stdlib.h>

/* Trees, as sg_dump_ast shows them. */

typedef struct tree {
  const char *text;
  const char *dump; /* behind the line of the block */
} tree;

static const tree trees[] = {
    {"-2**2", "  expression\n    unary -\n      binary **\n        number 2\n        number 2\n"},
    {"2**3**2", "  expression\n    binary **\n      number 2\n      binary **\n        number 3\n  "
                "      number 2\n"},
    {"2**-1", "  expression\n    binary **\n      number 2\n      unary -\n        number 1\n"},
    {"a-b-c",
     "  expression\n    binary -\n      binary -\n        name a\n        name b\n      name c\n"},
    {"a+b*c",
     "  expression\n    binary +\n      name a\n      binary *\n        name b\n        name c\n"},
    {"not a == b",
     "  expression\n    unary not\n      compare ==\n        name a\n        name b\n"},
    {"0 < x not in y",
     "  expression\n    compare < not in\n      number 0\n      name x\n      name y\n"},
    {"a or b and c",
     "  expression\n    or\n      name a\n      and\n        name b\n        name c\n"},
    {"2.relu()", "  expression\n    method relu\n      number 2\n"},
    {"x.a", "  expression\n    field a\n      name x\n"},
    {"f(1, k=2)",
     "  expression\n    call\n      name f\n      number 1\n      named k\n        number 2\n"},
    {"x[1:]",
     "  expression\n    slice\n      name x\n      number 1\n      absent\n      absent\n"},
    {"x[i]", "  expression\n    index\n      name x\n      name i\n"},
    {"(a)", "  expression\n    name a\n"},
    {"()", "  expression\n    list\n"},
    {"(a,)", "  expression\n    list\n      name a\n"},
    {"{}", "  expression\n    record\n"},
    {"x => {}", "  expression\n    function\n      parameter x\n      block\n"},
    {"x => ({})", "  expression\n    function\n      parameter x\n      record\n"},
    {"f(x) = x", "  define\n    function f\n      parameter x\n      name x\n"},
    {"f(x) == x",
     "  expression\n    compare ==\n      call\n        name f\n        name x\n      name x\n"},
    {"f(\n)\n= 1", NULL},
    {"a, b = b, a",
     "  assign\n    list\n      name a\n      name b\n    list\n      name b\n      name a\n"},
    {"x **= 2;", "  assign ** ;\n    name x\n    number 2\n"},
    {"if a { } else if b { } elif c { } else { }",
     "  if\n    name a\n    block\n    name b\n    block\n    name c\n    block\n    block\n"},
    {"x\n  # c\n\n  .y", "  expression\n    field y\n      name x\n"},
    {"x\n(y)", "  expression\n    name x\n  expression\n    name y\n"},
    {"x = 1 +\n2", "  assign\n    name x\n    binary +\n      number 1\n      number 2\n"},
    {"f(x => {\n  a\n  b\n})",
     "  expression\n    call\n      name f\n      function\n        parameter x\n        block\n"
     "          expression\n            name a\n          expression\n            name b\n"},
    {"{a: 1,\n'b': 2,}", "  expression\n    record\n      pair \"a\"\n        number 1\n      pair "
                         "\"b\"\n        number 2\n"},
    {"[x for x in xs if x for y in x]",
     "  expression\n    comprehension\n      name x\n      for\n        name x\n        name xs\n"
     "      if\n        name x\n      for\n        name y\n        name x\n"},
    {"f\"a{x:.2f}{y=}\"",
     "  expression\n    fstring\n      string \"a\"\n      replacement .2f\n        name x\n"
     "      replacement \"y=\"\n        name y\n"},
    {"while c { break }", "  while\n    name c\n    block\n      break\n"},
    {"for x in xs { continue }", "  for\n    name x\n    name xs\n    block\n      continue\n"},
    {"def f() { global a\nreturn 1, 2 }",
     "  define\n    function f\n      block\n        global\n          name a\n        return\n"
     "          list\n            number 1\n            number 2\n"},
    {"if a { 1 } b",
     "  if\n    name a\n    block\n      expression\n        number 1\n  expression\n    name b\n"},
    {"import a.b as c, d", "  import import a.b as c, d\n    name c\n    name d\n"},
    {"from a import *", "  import from a import *\n"},
    {":set digits 3", "  command set digits 3\n"},
    {"\"\\x41\\u{3b1}\\0\"", "  expression\n    string \"A\u03b1\\x00\"\n"},
};

START_TEST(text_becomes_a_tree) {
  const tree *t = &trees[_i];
  parsed p;
  parse_text(&p, SG_PARSE_WHOLE, t->text);
  ck_assert_msg((p.status == SG_OK) == (t->dump != NULL), "'%s': %s", t->text,
                p.errors.count > 0 ? p.errors.items[0].message : "");
  if (t->dump != NULL) {
    ck_assert(sg_dump_ast(&p.text, sg_program_block(p.program)));
    ck_assert_str_eq(sg_buffer_text(&p.text) + strlen("block\n"), t->dump);
  }
  parsed_clear(&p);
}
END_TEST

/* What the prompt is told. */

typedef struct state {
  const char *text;
  sg_status status;
} state;

static const state states[] = {
    {"", SG_OK},
    {"# c", SG_OK},
    {"if c { }", SG_OK},
    {"if c {", SG_INCOMPLETE},
    {"if c {\n x\n", SG_INCOMPLETE},
    {"if c { }\nelse { }", SG_OK},
    {"if c {\n if d { }\n else { }\n}", SG_OK},
    {"if c", SG_ERROR},
    {"x = 1 +", SG_INCOMPLETE},
    {"x = 1 +\n", SG_INCOMPLETE},
    {"x =", SG_INCOMPLETE},
    {"x =>", SG_INCOMPLETE},
    {"x = 1,", SG_INCOMPLETE},
    {"a and", SG_INCOMPLETE},
    {"for x in", SG_INCOMPLETE},
    {"f(", SG_INCOMPLETE},
    {"f(1, [2, {a: 3", SG_INCOMPLETE},
    {"f(x => {\n y\n", SG_INCOMPLETE},
    {"def f(x,", SG_INCOMPLETE},
    {"x = \"abc", SG_ERROR},
    {"f\"{", SG_ERROR},
    {"x.", SG_ERROR},
    {"x = )\nif c {", SG_ERROR},
    {"x\n  .y", SG_OK},
    {"f(1, 2\n", SG_INCOMPLETE},
};

START_TEST(prompt_reads_on_while_it_could_go_on) {
  parsed p;
  parse_text(&p, SG_PARSE_PROMPT, states[_i].text);
  ck_assert_msg(p.status == states[_i].status, "'%s': %d", states[_i].text, (int)p.status);
  ck_assert_int_eq(p.errors.count > 0, p.status != SG_OK);
  parsed_clear(&p);
}
END_TEST

START_TEST(open_brackets_are_told) {
  sg_memory memory;
  char open[4];
  sg_memory_init(&memory);
  sg_source *source = sg_source_new(&memory, "test", "f(x => {\n [1, (2)\n", 18);
  sg_parse_open(&memory, source, open, sizeof open);
  ck_assert_str_eq(open, "({[");
  sg_parse_open(&memory, source, open, 3);
  ck_assert_str_eq(open, "{[");
  sg_source_release(source);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

/* One expression and nothing else. */
START_TEST(an_argument_is_one_expression) {
  static const state arguments[] = {{"x + 1", SG_OK},    {"a\n+ b", SG_OK}, {"x y", SG_ERROR},
                                    {"", SG_INCOMPLETE}, {":x", SG_ERROR},  {"(1", SG_INCOMPLETE},
                                    {"x = 1", SG_ERROR}};
  for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
    sg_memory memory;
    sg_errors errors = {0};
    sg_program *program;
    const char *text = arguments[i].text;
    sg_memory_init(&memory);
    sg_source *source = sg_source_new(&memory, "test", text, strlen(text));
    ck_assert_int_eq(sg_parse_expression(&memory, source, &program, &errors), arguments[i].status);
    sg_errors_clear(&errors, &memory);
    sg_program_free(program);
    sg_source_release(source);
    ck_assert_uint_eq(memory.used, 0);
  }
}
END_TEST

START_TEST(numbers_are_read) {
  static const struct {
    const char *text;
    double value;
  } numbers[] = {{"12", 12},         {"1.5", 1.5},        {".5", 0.5},        {"1e-3", 1e-3},
                 {"1_000_000", 1e6}, {"2.", 2},           {"1_0.2_5", 10.25}, {"0", 0},
                 {"00", 0},          {"1e309", INFINITY}, {"1e-400", 0},      {"0.1", 0.1}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    parsed p;
    parse_text(&p, SG_PARSE_WHOLE, numbers[i].text);
    ck_assert_int_eq(p.status, SG_OK);
    ck_assert(sg_program_block(p.program)->items[0]->a->number == numbers[i].value);
    parsed_clear(&p);
  }
}
END_TEST

/* Limits: deep and long texts. */

typedef struct tower {
  const char *open, *middle, *close;
  bool chain; /* parses at any length */
} tower;

static const tower towers[] = {
    {"(", "1", ")", false},
    {"[", "1", "]", false},
    {"-", "1", "", false},
    {"not ", "a", "", false},
    {"2**", "2", "", false},
    {"f(", "1", ")", false},
    {"x[", "1", "]", false},
    {"{a: ", "1", "}", false},
    {"if a { ", "1", " }", false},
    {"x => ", "x", "", false},
    {"f\"{", "1", "}\"", false},
    {"1 + (", "1", ")", false},
    {"x => { ", "1", " }", false},
    {"no_grad { ", "1", " }", false},
    {"[x for x in ", "1", "]", false},
    {"(x=", "1", ") => 1", false},
    {"", "1", " + 1", true},
    {"", "a", ".b", true},
    {"", "f", "(1)", true},
    {"", "a", " and a", true},
    {"", "a", " < a", true},
    {"", "a", "[1]", true},
    {"", "if a { }", " elif b { }", true},
    {"", "a", "\nb", true},
    {"", "f(1", ", 1", true},
};

static char *build(const tower *t, size_t levels, size_t *bytes) {
  size_t open = strlen(t->open), middle = strlen(t->middle), close = strlen(t->close);
  char *text = malloc(levels * (open + close) + middle + 2), *at = text;
  ck_assert_ptr_nonnull(text);
  for (size_t i = 0; i < levels; i++) at = (char *)memcpy(at, t->open, open) + open;
  at = (char *)memcpy(at, t->middle, middle) + middle;
  for (size_t i = 0; i < levels; i++) at = (char *)memcpy(at, t->close, close) + close;
  if (strcmp(t->middle, "f(1") == 0) *at++ = ')';
  *bytes = (size_t)(at - text);
  return text;
}

START_TEST(deep_texts_are_refused_and_long_ones_parse) {
  const tower *t = &towers[_i];
  size_t bytes;
  char *text = build(t, 100000, &bytes);
  parsed p, again;
  parse_bytes(&p, SG_PARSE_WHOLE, text, bytes);
  free(text);
  ck_assert_int_eq(p.status, t->chain ? SG_OK : SG_ERROR);
  if (t->chain) {
    ck_assert(sg_print_program(&p.text, p.program));
    parse_bytes(&again, SG_PARSE_WHOLE, p.text.items, p.text.count);
    ck_assert(sg_ast_equal(sg_program_block(p.program), sg_program_block(again.program)));
    parsed_clear(&again);
    ck_assert(sg_dump_ast(&p.text, sg_program_block(p.program)));
  } else {
    ck_assert_uint_eq(p.errors.count, 1);
    ck_assert_str_eq(p.errors.items[0].message, "nested deeper than 200 levels");
  }
  parsed_clear(&p);
}
END_TEST

START_TEST(deep_and_unclosed_texts_are_refused) {
  const tower *t = &towers[_i];
  size_t bytes;
  tower open = {t->open, t->middle, "", false};
  char *text = build(&open, 100000, &bytes);
  parsed p;
  parse_bytes(&p, SG_PARSE_PROMPT, text, bytes);
  free(text);
  if (!t->chain) {
    ck_assert_int_eq(p.status, SG_ERROR);
    ck_assert_uint_eq(p.errors.count, 1);
  }
  parsed_clear(&p);
}
END_TEST

START_TEST(two_hundred_levels_are_fine) {
  static const tower brackets = {"(", "1", ")", false};
  for (size_t levels = 200; levels <= 201; levels++) {
    size_t bytes;
    char *text = build(&brackets, levels, &bytes);
    parsed p;
    parse_bytes(&p, SG_PARSE_WHOLE, text, bytes);
    free(text);
    ck_assert_int_eq(p.status, levels == 200 ? SG_OK : SG_ERROR);
    parsed_clear(&p);
  }
}
END_TEST

START_TEST(errors_are_independent_and_few) {
  parsed p;
  parse_text(&p, SG_PARSE_WHOLE, "x = )\ny = 2\nif y = 2 {\n  z = (1\n}\nprint y\n");
  ck_assert_int_eq(p.status, SG_ERROR);
  ck_assert_uint_eq(p.errors.count, 4);
  static const uint32_t lines[] = {1, 3, 5, 6};
  for (uint32_t i = 0; i < p.errors.count; i++) {
    uint32_t line, column;
    sg_source_place(p.errors.items[i].source, p.errors.items[i].span.start, &line, &column);
    ck_assert_uint_eq(line, lines[i]);
  }
  parsed_clear(&p);
}
END_TEST

START_TEST(spans_hold_their_children) {
  parsed p;
  parse_text(&p, SG_PARSE_WHOLE, "(a + b) * c.f(1)");
  const sg_ast *product = sg_program_block(p.program)->items[0]->a;
  ck_assert_uint_eq(product->span.start, 0);
  ck_assert_uint_eq(product->span.end, 16);
  ck_assert_uint_eq(product->place.start, 8);
  ck_assert_uint_eq(product->a->span.start, 1);
  ck_assert_uint_eq(product->b->place.start, 12);
  ck_assert_uint_eq(product->b->place.end, 13);
  parsed_clear(&p);
}
END_TEST

/* Every allocation fails in turn. */

static bool fail_from(void *context, uint64_t call) { return call >= *(const uint64_t *)context; }
static bool fail_once(void *context, uint64_t call) { return call == *(const uint64_t *)context; }

static const char everything[] =
    "a = [1, 2_0] # c\ndef f(x, y=2) { if x < y in a { return x } else { {k: f\"{x=:>9}\"} } }\n"
    ":graph f(1)\nfrom a.b import c\nsum(x[1:] for x, _ in (a, b) if not x); f(k=x => -x.y)\n";

static sg_status parse_failing(uint64_t at, bool (*fault)(void *, uint64_t), const char *text) {
  sg_memory memory;
  sg_errors errors = {0};
  sg_program *program = NULL;
  sg_memory_init(&memory);
  sg_source *source = sg_source_new(&memory, "test", text, strlen(text));
  uint64_t first = memory.calls + at;
  memory.fault = fault;
  memory.fault_context = &first;
  sg_status status = sg_parse(&memory, source, SG_PARSE_WHOLE, &program, &errors);
  sg_buffer out;
  sg_buffer_init(&out, &memory);
  if (status == SG_OK && !sg_print_program(&out, program)) status = SG_NO_MEMORY;
  if (status == SG_OK && !sg_dump_ast(&out, sg_program_block(program))) status = SG_NO_MEMORY;
  sg_buffer_clear(&out);
  sg_program_free(program);
  sg_errors_clear(&errors, &memory);
  sg_source_release(source);
  ck_assert_uint_eq(memory.used, 0);
  return status;
}

START_TEST(lack_of_memory_is_reported_and_leaks_nothing) {
  uint64_t once = 1, ever = 1;
  while (parse_failing(once, fail_once, everything) == SG_NO_MEMORY) once++;
  while (parse_failing(ever, fail_from, everything) == SG_NO_MEMORY) ever++;
  ck_assert_uint_gt(once, 5);
  ck_assert_uint_eq(once, ever);
  for (uint64_t at = 1; parse_failing(at, fail_from, "x = )\ny = (") == SG_NO_MEMORY;) at++;
}
END_TEST

Suite *parser_suite(void);

Suite *parser_suite(void) {
  Suite *suite = suite_create("parser");
  TCase *rules = tcase_create("rules"), *limits = tcase_create("limits");
  const int tower_count = sizeof towers / sizeof *towers;
  tcase_add_loop_test(rules, text_becomes_a_tree, 0, sizeof trees / sizeof *trees);
  tcase_add_loop_test(rules, prompt_reads_on_while_it_could_go_on, 0,
                      sizeof states / sizeof *states);
  tcase_add_test(rules, open_brackets_are_told);
  tcase_add_test(rules, an_argument_is_one_expression);
  tcase_add_test(rules, numbers_are_read);
  tcase_add_test(rules, errors_are_independent_and_few);
  tcase_add_test(rules, spans_hold_their_children);
  tcase_set_timeout(limits, 60);
  tcase_add_loop_test(limits, deep_texts_are_refused_and_long_ones_parse, 0, tower_count);
  tcase_add_loop_test(limits, deep_and_unclosed_texts_are_refused, 0, tower_count);
  tcase_add_test(limits, two_hundred_levels_are_fine);
  tcase_add_test(limits, lack_of_memory_is_reported_and_leaks_nothing);
  suite_add_tcase(suite, rules);
  suite_add_tcase(suite, limits);
  return suite;
}
