/* sgrad: tokens: what they are, where newlines stand, how brackets pair. */
#include "syntax/ast.h"
#include "syntax/token.h"

#include <check.h>
#include <string.h>

typedef struct lexed {
  sg_memory memory;
  sg_source *source;
  sg_tokens tokens;
} lexed;

static void lex(lexed *l, const char *text) {
  sg_memory_init(&l->memory);
  l->source = sg_source_new(&l->memory, "test", text, strlen(text));
  ck_assert_ptr_nonnull(l->source);
  ck_assert(sg_lex(&l->memory, l->source, true, &l->tokens, NULL));
}

static void lexed_clear(lexed *l) {
  sg_tokens_clear(&l->tokens, &l->memory);
  sg_source_release(l->source);
  ck_assert_uint_eq(l->memory.used, 0);
}

typedef struct sample {
  const char *text;
  uint8_t kinds[12]; /* up to END, which is 0 */
} sample;

#define T(kind) SG_TOKEN_##kind

static const sample samples[] = {
    {"", {0}},
    {"a \u03b8\u2081 _x1", {T(NAME), T(NAME), T(NAME)}},
    {"and True None notx", {T(AND), T(TRUE), T(NONE), T(NAME)}},
    {"2.relu", {T(NUMBER), T(DOT), T(NAME)}},
    {"2. 1.5e-3 .5 1_0", {T(NUMBER), T(NUMBER), T(NUMBER), T(NUMBER)}},
    {"2..x", {T(NUMBER), T(DOT), T(NAME)}},
    {"1.2.3", {T(NUMBER)}},
    {"**= ** *= *", {T(POWER_ASSIGN), T(POWER), T(STAR_ASSIGN), T(STAR)}},
    {"a//b a//=b", {T(NAME), T(SLASHES), T(NAME), T(NAME), T(SLASHES_ASSIGN), T(NAME)}},
    {"=> == = =", {T(ARROW), T(EQUAL), T(ASSIGN), T(ASSIGN)}},
    {"a && b", {T(NAME), T(FOREIGN), T(NAME)}},
    {"'a\\'b' \"c\"", {T(STRING), T(STRING)}},
    {"f\"a{b:c}\"",
     {T(FSTRING), T(FSTRING_TEXT), T(FSTRING_OPEN), T(NAME), T(FSTRING_FORMAT), T(FSTRING_CLOSE),
      T(FSTRING_END)}},
    {"f'{\"x\"}'", {T(FSTRING), T(FSTRING_OPEN), T(STRING), T(FSTRING_CLOSE), T(FSTRING_END)}},
    {"f\"{f\"{1}\"}\"",
     {T(FSTRING), T(FSTRING_OPEN), T(FSTRING), T(FSTRING_OPEN), T(NUMBER), T(FSTRING_CLOSE),
      T(FSTRING_END), T(FSTRING_CLOSE), T(FSTRING_END)}},
    {"f\"{{\\u{3b1}}}\"", {T(FSTRING), T(FSTRING_TEXT), T(FSTRING_END)}},
    {"f\"{ {a:1}[0:1] }\"",
     {T(FSTRING), T(FSTRING_OPEN), T(LEFT_BRACE), T(NAME), T(COLON), T(NUMBER), T(RIGHT_BRACE),
      T(LEFT_SQUARE), T(NUMBER), T(COLON), T(NUMBER), T(RIGHT_SQUARE)}},
    {":graph f(x) # c", {T(COMMAND)}},
    {"?relu\nx", {T(COMMAND), T(NAME)}},
    {"(\n:x", {T(LEFT_ROUND), T(COLON), T(NAME)}},
    {"// it's", {T(BROKEN)}},
    {"{a: 1\n// 2}",
     {T(LEFT_BRACE), T(NAME), T(COLON), T(NUMBER), T(SLASHES), T(NUMBER), T(RIGHT_BRACE)}},
    {"'abc\nx", {T(BROKEN), T(NAME)}},
    {"\"\"\"a\nb\"\"\" x", {T(BROKEN), T(NAME)}},
    {"r'a'", {T(BROKEN)}},
    {"\\\nx", {T(BROKEN), T(NAME)}},
    {"/* a\n b */ x", {T(BROKEN), T(NAME)}},
    {"\xff\xfe x", {T(BROKEN), T(NAME)}},
    {"\xef\xbb\xbfx\r\ny", {T(NAME), T(NAME)}},
    {"\u00a0", {T(BROKEN)}},
};

START_TEST(text_becomes_tokens) {
  const sample *s = &samples[_i];
  lexed l;
  lex(&l, s->text);
  for (uint32_t i = 0; i < l.tokens.count && i < sizeof s->kinds; i++)
    ck_assert_msg(l.tokens.items[i].kind == s->kinds[i], "'%s': token %u is %s", s->text,
                  (unsigned)i, sg_token_description(l.tokens.items[i].kind));
  lexed_clear(&l);
}
END_TEST

START_TEST(tokens_know_newlines_and_partners) {
  lexed l;
  lex(&l, "a (b\n[c]) # d\n# e\nf");
  static const bool newlines[] = {true, false, false, true, false, false, false, true, false};
  for (uint32_t i = 0; i < l.tokens.count; i++)
    ck_assert_int_eq(l.tokens.items[i].newline, newlines[i]);
  ck_assert_uint_eq(l.tokens.items[1].partner, 6);
  ck_assert_uint_eq(l.tokens.items[3].partner, 5);
  ck_assert_uint_eq(l.tokens.comments.count, 2);
  ck_assert(!l.tokens.comments.items[0].own_line);
  ck_assert(l.tokens.comments.items[1].own_line);
  lexed_clear(&l);
}
END_TEST

START_TEST(a_brace_closes_over_forgotten_brackets) {
  lexed l;
  lex(&l, "{ ( [ } x");
  ck_assert_uint_eq(l.tokens.items[0].partner, 3);
  ck_assert_uint_eq(l.tokens.items[1].partner, 0);
  lexed_clear(&l);
}
END_TEST

START_TEST(keywords_are_no_names) {
  ck_assert(sg_is_name("x", 1));
  ck_assert(sg_is_name("inn", 3));
  ck_assert(sg_is_name("\u03b8\u2081", 5));
  ck_assert(!sg_is_name("in", 2));
  ck_assert(!sg_is_name("True", 4));
  ck_assert(!sg_is_name("1x", 2));
  ck_assert(!sg_is_name("a b", 3));
  ck_assert(!sg_is_name("", 0));
}
END_TEST

Suite *lexer_suite(void);

Suite *lexer_suite(void) {
  Suite *suite = suite_create("lexer");
  TCase *tokens = tcase_create("tokens");
  tcase_add_loop_test(tokens, text_becomes_tokens, 0, sizeof samples / sizeof *samples);
  tcase_add_test(tokens, tokens_know_newlines_and_partners);
  tcase_add_test(tokens, a_brace_closes_over_forgotten_brackets);
  tcase_add_test(tokens, keywords_are_no_names);
  suite_add_tcase(suite, tokens);
  return suite;
}
