/* sgrad: the canonical layout, text by text; each is also its own layout. */
#include "tests/unit/syntax_kit.h"

typedef struct layout {
  const char *written;
  const char *canonical;
} layout;

static const layout layouts[] = {
    {"", ""},
    {"# only\n", "# only\n"},
    {"a=-2**2+f(x,y = 2).z[1:2]", "a = -2**2 + f(x, y=2).z[1:2]\n"},
    {"(-x) ** 2 ^ (3 ** -2)", "(-x)**2**3**-2\n"},
    {"(2 ** 3) ** 2", "(2**3)**2\n"},
    {"a-(b-c)-(d*e)", "a - (b - c) - d * e\n"},
    {"not(a and b)or(c)", "not (a and b) or c\n"},
    {"(a<b)<c", "(a < b) < c\n"},
    {"a not   in b", "a not in b\n"},
    {"- - x", "--x\n"},
    {"(x.f)(2)", "(x.f)(2)\n"},
    {"x . f ( 2 )", "x.f(2)\n"},
    {"2.relu()", "2.relu()\n"},
    {"1_000 + 1e-3 + 2.", "1_000 + 1e-3 + 2.\n"},
    {"'a' + 'it\"s' + \"it's\"", "\"a\" + 'it\"s' + \"it's\"\n"},
    {"'\\u{3b1}\\x1b\\0\\t'", "\"\u03b1\\x1b\\0\\t\"\n"},
    {"f'{x+1:.3f} {{ {y = } {\"k\"}'", "f\"{x + 1:.3f} {{ {y = } {\"k\"}\"\n"},
    {"f\"{ {a:1}.a}\"", "f\"{ {a: 1}.a}\"\n"},
    {"{a:1,\"b c\":2,\"in\":3,'d':4}", "{a: 1, \"b c\": 2, \"in\": 3, d: 4}\n"},
    {"x=(1,);y=();z=1,2", "x = (1,);\ny = ();\nz = 1, 2\n"},
    {"a,=b", "a, = b\n"},
    {"a,(b,[c,d])=e", "a, (b, [c, d]) = e\n"},
    {"sum((x for x in xs))", "sum(x for x in xs)\n"},
    {"f(1, (x for x in xs))", "f(1, (x for x in xs))\n"},
    {"z=x=>({a:1})", "z = x => ({a: 1})\n"},
    {"z=(x,y=2)=>x", "z = (x, y=2) => x\n"},
    {"(x=>x)(1)", "(x => x)(1)\n"},
    {"(if a { b } else { c })+1", "(if a { b } else { c }) + 1\n"},
    {"(if a { b })", "(if a { b })\n"},
    {"if a{b}else if c{d}", "if a { b } elif c { d }\n"},
    {"if a{\nb}\nelse{c}", "if a {\n  b\n} else {\n  c\n}\n"},
    {"def f(x){}", "def f(x) { }\n"},
    {"def f(x){\n\n\nx\n\n\n\ny\n}", "def f(x) {\n  x\n\n  y\n}\n"},
    {"f(x,y=2)=x,y", "f(x, y=2) = x, y\n"},
    {"for i,(x,y)in zip(a,b){print(i)}", "for i, (x, y) in zip(a, b) { print(i) }\n"},
    {"while c{\nbreak}", "while c {\n  break\n}\n"},
    {"x=1   # one\n\n\n\n# two\ny=2", "x = 1  # one\n\n# two\ny = 2\n"},
    {"if c { # why\n# inner\n}", "if c {  # why\n  # inner\n}\n"},
    {"xs=[1,# one\n2]", "xs = [\n  1,  # one\n  2,\n]\n"},
    {"xs=[\n1,2]", "xs = [\n  1,\n  2,\n]\n"},
    {"x = a + # middle\n b", "x = a + b  # middle\n"},
    {":graph   f(x) # c", ":graph f(x)  # c\n"},
    {"?relu", ":help relu\n"},
    {"from a.b import (c,\n d as e,)", "from a.b import c, d as e\n"},
    {"import a.b as c,d", "import a.b as c, d\n"},
    {"f\n  # c\n  .g()", "f.g()\n# c\n"},
    {"def f(){global a,b\nreturn}", "def f() {\n  global a, b\n  return\n}\n"},
    {"x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,"
     "cccccccccccccccccccc,k=1)",
     "x = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(\n"
     "  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,\n  cccccccccccccccccccc,\n  k=1,\n)\n"},
    {"map(xs,x=>{\ny=x\ny})", "map(xs, x => {\n  y = x\n  y\n})\n"},
};

START_TEST(layout_is_canonical) {
  const layout *l = &layouts[_i];
  parsed first, second;
  parse_text(&first, SG_PARSE_WHOLE, l->written);
  ck_assert_int_eq(first.status, SG_OK);
  ck_assert(sg_print_program(&first.text, first.program));
  ck_assert_str_eq(sg_buffer_text(&first.text), l->canonical);
  parse_text(&second, SG_PARSE_WHOLE, l->canonical);
  ck_assert_int_eq(second.status, SG_OK);
  ck_assert(sg_ast_equal(sg_program_block(first.program), sg_program_block(second.program)));
  ck_assert(sg_print_program(&second.text, second.program));
  ck_assert_str_eq(sg_buffer_text(&second.text), l->canonical);
  parsed_clear(&first);
  parsed_clear(&second);
}
END_TEST

Suite *printer_suite(void);

Suite *printer_suite(void) {
  Suite *suite = suite_create("printer");
  TCase *layout_case = tcase_create("layout");
  tcase_add_loop_test(layout_case, layout_is_canonical, 0, sizeof layouts / sizeof *layouts);
  suite_add_tcase(suite, layout_case);
  return suite;
}
