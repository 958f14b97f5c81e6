/* sgrad: the lexer: strings, and f-strings piece by piece. */
#include "syntax/lexer.h"

#include <string.h>

/* The end of the string that opens at `at`, or 0 when its line ends first. */
static uint32_t skip_string(const sg_lexer *l, uint32_t at, sg_lexical_error *code,
                            uint32_t *place) {
  char quote = l->text[at++];
  while (!sg_lexer_at_newline(l, at)) {
    if (l->text[at] == quote) return at + 1;
    if (l->text[at] == '\\' && !sg_lexer_at_newline(l, at + 1)) at++;
    sg_lexer_step(l, &at, code, place);
  }
  return 0;
}

static bool is_triple(const sg_lexer *l, uint32_t at) {
  const char *text = l->text + at;
  return l->fstrings == 0 && sg_lexer_is_quote(text[0]) && text[1] == text[0] && text[2] == text[0];
}

static void lex_triple(sg_lexer *l, uint32_t start, uint32_t quote) {
  char closer[4] = {l->text[quote], l->text[quote], l->text[quote], 0};
  uint32_t at = quote + 3;
  while (at < l->length && (l->text[at] != *closer || strncmp(l->text + at, closer, 3) != 0)) at++;
  sg_lexer_add_broken(l, start, at < l->length ? at + 3 : l->length, SG_LEXICAL_TRIPLE, start);
}

void sg_lex_string(sg_lexer *l, uint32_t start, uint32_t quote, sg_lexical_error code) {
  uint32_t place = start;
  if (is_triple(l, quote)) {
    lex_triple(l, start, quote);
    return;
  }
  uint32_t end = skip_string(l, quote, &code, &place);
  if (end == 0) {
    code = sg_lexer_top(l) == SG_REPLACEMENT ? SG_LEXICAL_REPLACEMENT : SG_LEXICAL_STRING;
    place = code == SG_LEXICAL_STRING
                ? start
                : l->tokens->items[l->openers.items[l->openers.count - 1].token].start;
    end = sg_lexer_skip_line(l, quote);
  }
  if (code != SG_LEXICAL_NONE)
    sg_lexer_add_broken(l, start, end, code, place);
  else
    sg_lexer_add(l, SG_TOKEN_STRING, start, end);
}

void sg_lex_fstring_open(sg_lexer *l, uint32_t start, uint32_t quote) {
  if (is_triple(l, quote)) {
    lex_triple(l, start, quote);
  } else if (sg_lexer_add(l, SG_TOKEN_FSTRING, start, quote + 1) != NULL) {
    sg_lexer_open(l, l->text[quote]);
  }
}

/* The text of an f-string up to a '{', its quote or the end of the line. */
static void lex_fstring_text(sg_lexer *l) {
  uint32_t start = l->at, at = start, place = 0;
  sg_lexical_error code = SG_LEXICAL_NONE;
  const char *text = l->text;
  while (!sg_lexer_at_newline(l, at) && text[at] != sg_lexer_top(l)) {
    if (text[at] == '{' && text[at + 1] != '{') break;
    if (text[at] == '\\' && text[at + 1] == 'u' && text[at + 2] == '{')
      at += 2;
    else if (text[at] == '{' || (text[at] == '\\' && !sg_lexer_at_newline(l, at + 1)))
      at++;
    sg_lexer_step(l, &at, &code, &place);
  }
  if (code != SG_LEXICAL_NONE)
    sg_lexer_add_broken(l, start, at, code, place);
  else if (at > start)
    sg_lexer_add(l, SG_TOKEN_FSTRING_TEXT, start, at);
}

void sg_lex_fstring(sg_lexer *l) {
  lex_fstring_text(l);
  if (l->no_memory || sg_lexer_at_newline(l, l->at)) return;
  if (l->text[l->at] == '{') {
    if (sg_lexer_add(l, SG_TOKEN_FSTRING_OPEN, l->at, l->at + 1) != NULL)
      sg_lexer_open(l, SG_REPLACEMENT);
  } else {
    sg_lexer_add(l, SG_TOKEN_FSTRING_END, l->at, l->at + 1);
    sg_lexer_close(l);
  }
}

void sg_lex_drop_fstrings(sg_lexer *l) {
  const sg_opener *open = &l->openers.items[l->openers.count - 1];
  while (open->kind != SG_REPLACEMENT && !sg_lexer_is_quote(open->kind)) open--;
  uint32_t place = l->tokens->items[open->token].start;
  sg_lexer_add_broken(l, l->at, l->at,
                      open->kind == SG_REPLACEMENT ? SG_LEXICAL_REPLACEMENT : SG_LEXICAL_STRING,
                      place);
  while (l->fstrings > 0) sg_lexer_close(l);
}

void sg_lex_format(sg_lexer *l) {
  uint32_t at = l->at, place = 0;
  sg_lexical_error code = SG_LEXICAL_NONE;
  char quote = l->openers.items[l->openers.count - 2].kind;
  while (!sg_lexer_at_newline(l, at) && l->text[at] != '}' && l->text[at] != quote)
    sg_lexer_step(l, &at, &code, &place);
  if (code != SG_LEXICAL_NONE)
    sg_lexer_add_broken(l, l->at, at, code, place);
  else
    sg_lexer_add(l, SG_TOKEN_FSTRING_FORMAT, l->at, at);
}
