/* sgrad: messages for tokens that the lexer could not read. */
#include "syntax/lexical.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stdio.h>

typedef struct advice {
  uint32_t code;
  const char *note;
} advice;

/* Characters that come from word processors and web pages. */
static const advice characters[] = {
    {0x24, "names have no '$'"},
    {0x60, "strings stand in \" or '; f\"{x}\" puts values in"},
    {0xa0, "this is a no-break space; use an ordinary blank"},
    {0xb2, "a power is a ** b"},
    {0xb3, "a power is a ** b"},
    {0xb7, "a product is a * b"},
    {0xd7, "a product is a * b"},
    {0xf7, "a quotient is a / b"},
    {0x200b, "this is a zero-width space: delete it"},
    {0x2018, "strings stand in \" or '"},
    {0x2019, "strings stand in \" or '"},
    {0x201c, "strings stand in \" or '"},
    {0x201d, "strings stand in \" or '"},
    {0x2013, "minus is -"},
    {0x2192, "an arrow is x => e"},
    {0x21d2, "an arrow is x => e"},
    {0x2212, "minus is -"},
    {0x221a, "a square root is sqrt(x)"},
    {0x2260, "unequal is a != b"},
    {0x2264, "at most is a <= b"},
    {0x2265, "at least is a >= b"},
    {0x22c5, "a product is a * b"},
    {0xfeff, "this is a byte order mark: delete it"},
};

typedef struct problem {
  const char *message;
  const char *note;
} problem;

static const char letter_note[] = "at the prompt, Tab turns \\alpha into the letter";
static const char quote_note[] =
    "a quote has a backslash in a string's text alone, not in the braces of an f-string";

static const problem problems[] = {
    [SG_LEXICAL_STRING] = {"this string is not closed on its line",
                           "a newline in a string is written \\n"},
    [SG_LEXICAL_REPLACEMENT] = {"this '{' in an f-string is not closed on its line",
                                "a brace itself is written '{{'"},
    [SG_LEXICAL_TRIPLE] = {"there are no triple-quoted strings",
                           "a comment begins with #; a newline in a string is written \\n"},
    [SG_LEXICAL_PREFIX] = {"a string has no prefix but f",
                           "a backslash in a string is written \\\\"},
    [SG_LEXICAL_BACKSLASH] = {"unexpected character '\\'",
                              "a line goes on inside brackets and after an operator"},
    [SG_LEXICAL_SLASHES] = {"'//' has nothing to divide", "a comment begins with #"},
    [SG_LEXICAL_SLASH_STAR] = {"'/*' begins nothing", "a comment begins with #"},
    [SG_LEXICAL_FSTRING_COMMENT] = {"a comment inside the braces of an f-string", NULL},
};

static void *report_character(sg_parser *p, sg_span place, uint32_t code, const char *shown) {
  for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
    if (characters[i].code == code)
      return sg_parser_fail(p, place, characters[i].note, "unexpected character '%s' (U+%04X)",
                            shown, (unsigned)code);
  return sg_parser_fail(p, place, NULL, "unexpected character '%s' (U+%04X)", shown,
                        (unsigned)code);
}

static void *report_hidden(sg_parser *p, sg_span place, uint32_t code) {
  if (code == 0) return sg_parser_fail(p, place, NULL, "a NUL byte in the text");
  if (code == '\r')
    return sg_parser_fail(p, place, "lines end with LF or CRLF", "a lone carriage return");
  char note[80];
  snprintf(note, sizeof note, "in a string it is written \\u{%x}", (unsigned)code);
  return sg_parser_fail(p, place, note, "a hidden character U+%04X in the text", (unsigned)code);
}

void *sg_lexical_report(sg_parser *p) {
  const sg_token *token = sg_parser_here(p);
  const char *text = p->source->text + token->partner;
  uint32_t code = 0;
  size_t bytes = sg_utf8_decode(text, p->source->length - token->partner, &code);
  if (token->code == SG_LEXICAL_UTF8)
    return sg_parser_fail(p, (sg_span){token->partner, token->partner + 1}, "texts are UTF-8",
                          "invalid UTF-8: byte 0x%02X", (unsigned)(unsigned char)*text);
  sg_span place = {token->partner, token->partner + (uint32_t)bytes};
  if (token->code == SG_LEXICAL_HIDDEN) return report_hidden(p, place, code);
  if (token->code == SG_LEXICAL_CHARACTER) {
    char shown[5] = {0};
    sg_utf8_encode(shown, code);
    return report_character(p, place, code, shown);
  }
  const problem *known = &problems[token->code];
  const char *note = known->note;
  if (token->code == SG_LEXICAL_BACKSLASH && isalpha((unsigned char)text[1])) note = letter_note;
  if (token->code == SG_LEXICAL_BACKSLASH && (text[1] == '"' || text[1] == '\'')) note = quote_note;
  return sg_parser_fail(p, place, note, "%s", known->message);
}
