/* sgrad: how the parser reports what it cannot read, and how it goes on.
 *
 * One error a statement, and never two at one token. After an error the rest of the statement is
 * skipped; a block in it is parsed all the same, for the errors inside.
 */
#include "syntax/lexical.h"
#include "syntax/parser.h"

#include <stdarg.h>
#include <stdio.h>

void *sg_parser_fail_memory(sg_parser *p) {
  p->no_memory = true;
  p->stopped = true;
  return NULL;
}

/* The place for another error, or NULL when this one is not to be shown. */
static sg_error *add_error(sg_parser *p) {
  if (p->stopped || p->reported == p->next + 1) return NULL;
  p->reported = p->next + 1;
  if (!SG_RESERVE(p->memory, p->errors, (size_t)p->errors->count + 1))
    return sg_parser_fail_memory(p);
  sg_error *error = &p->errors->items[p->errors->count++];
  sg_error_clear(error);
  if (p->errors->count == 1) p->incomplete = p->kind == SG_TOKEN_END;
  if (p->errors->count == SG_ERROR_LIMIT) p->stopped = true;
  return error;
}

void *sg_parser_fail(sg_parser *p, sg_span span, const char *note, const char *format, ...) {
  char message[SG_MESSAGE_SIZE];
  sg_error *error = add_error(p);
  if (error == NULL) return NULL;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  sg_fail(error, span, "%s", message);
  error->source = p->source;
  if (note != NULL) sg_note(error, "%s", note);
  return NULL;
}

/* Right behind the last token when the line or the text ended. */
static sg_span place_here(const sg_parser *p) {
  const sg_token *token = sg_parser_here(p);
  if (p->kind == SG_TOKEN_NEWLINE || p->kind == SG_TOKEN_END)
    return (sg_span){sg_parser_end(p), sg_parser_end(p)};
  return (sg_span){token->start, token->end};
}

/* The token here in words: "'x'", "a string", "the end of the line". */
static void describe_here(const sg_parser *p, char *out, size_t size) {
  const sg_token *token = sg_parser_here(p);
  uint32_t bytes = token->end - token->start;
  bool shown =
      p->kind == SG_TOKEN_NAME || p->kind == SG_TOKEN_NUMBER || p->kind == SG_TOKEN_FOREIGN;
  if (shown && bytes <= 40)
    snprintf(out, size, "'%.*s'", (int)bytes, p->source->text + token->start);
  else
    snprintf(out, size, "%s", sg_token_description(p->kind));
}

static bool is_opener(const sg_token *token) {
  return token->kind == SG_TOKEN_LEFT_ROUND || token->kind == SG_TOKEN_LEFT_SQUARE ||
         token->kind == SG_TOKEN_LEFT_BRACE;
}

static const char *closer_of(const sg_token *opener) {
  return opener->kind == SG_TOKEN_LEFT_ROUND    ? "')'"
         : opener->kind == SG_TOKEN_LEFT_SQUARE ? "']'"
                                                : "'}'";
}

static void describe_closer(const sg_parser *p, const sg_token *opener, const char *closer,
                            char *out, size_t size) {
  uint32_t line, column;
  sg_source_place(p->source, opener->start, &line, &column);
  snprintf(out, size, "%s to close the %s at %u:%u", closer, sg_token_description(opener->kind),
           (unsigned)line, (unsigned)column);
}

/* The innermost bracket of the statement that the end of the text leaves open, or NULL. */
static const sg_token *find_open(const sg_parser *p) {
  for (uint32_t i = p->next; p->kind == SG_TOKEN_END && i-- > p->statement;)
    if (is_opener(&p->tokens.items[i]) && p->tokens.items[i].partner == 0)
      return &p->tokens.items[i];
  return NULL;
}

void *sg_parser_expected(sg_parser *p, sg_site site, const char *what) {
  char got[64], closer[80];
  if (p->kind == SG_TOKEN_BROKEN) return sg_lexical_report(p);
  if (p->headless && sg_habit_goes_on(p)) return NULL;
  sg_habit habit = sg_habit_find(p, site);
  if (site == SG_SITE_BLOCK || habit.construct) p->headless = true;
  if (habit.message != NULL)
    return sg_parser_fail(p, place_here(p), habit.note, "%s", habit.message);
  bool closes = site == SG_SITE_CLOSER || site == SG_SITE_REPLACEMENT;
  if (closes && p->kind != SG_TOKEN_FOREIGN)
    return sg_parser_fail(p, place_here(p), habit.note, "expected %s", what);
  const sg_token *open = find_open(p);
  if (open != NULL) {
    describe_closer(p, open, closer_of(open), closer, sizeof closer);
    return sg_parser_fail(p, place_here(p), NULL, "expected %s", closer);
  }
  describe_here(p, got, sizeof got);
  if (p->kind == SG_TOKEN_FOREIGN)
    return sg_parser_fail(p, place_here(p), habit.note, "there is no operator %s", got);
  return sg_parser_fail(p, place_here(p), habit.note, "expected %s, got %s", what, got);
}

bool sg_parser_close(sg_parser *p, sg_token_kind closer, uint32_t opener) {
  const sg_token *open = &p->tokens.items[opener];
  char what[80];
  if (sg_parser_take(p, closer)) return true;
  describe_closer(p, open, sg_token_description((uint8_t)closer), what, sizeof what);
  sg_parser_expected(p, open->kind == SG_TOKEN_FSTRING_OPEN ? SG_SITE_REPLACEMENT : SG_SITE_CLOSER,
                     what);
  return false;
}

bool sg_parser_enter(sg_parser *p) {
  if (p->stopped) return false;
  if (p->context.depth < SG_DEPTH_LIMIT) {
    p->context.depth++;
    return true;
  }
  sg_parser_fail(p, place_here(p), NULL, "nested deeper than %d levels", SG_NESTING_LIMIT);
  p->stopped = true;
  return false;
}

void sg_parser_leave(sg_parser *p) { p->context.depth--; }

static bool ends_statement(uint8_t kind) {
  return kind == SG_TOKEN_NEWLINE || kind == SG_TOKEN_SEMICOLON || kind == SG_TOKEN_RIGHT_BRACE ||
         kind == SG_TOKEN_END;
}

/* A '{' that does not begin like a record. (Only END has no token behind it.) */
static bool opens_block(const sg_parser *p, const sg_token *token) {
  if (token->kind != SG_TOKEN_LEFT_BRACE) return false;
  bool key = token[1].kind == SG_TOKEN_NAME || token[1].kind == SG_TOKEN_STRING;
  bool bare = token[1].kind == SG_TOKEN_RIGHT_BRACE || token[1].kind == SG_TOKEN_LEFT_BRACE ||
              token[1].kind == SG_TOKEN_END;
  return !bare && !p->stopped && !(key && token[2].kind == SG_TOKEN_COLON);
}

/* Errors in a block behind a broken head count by themselves; `return` and its kin may stand there.
 */
static void skip_block(sg_parser *p) {
  sg_context saved = p->context;
  p->joined = p->next;
  sg_parser_refresh(p);
  sg_rule_block(p, true, true);
  p->context = saved;
}

void sg_parser_recover(sg_parser *p, uint32_t first) {
  uint32_t failed = p->next;
  p->next = first;
  p->joined = first;
  while (!p->stopped) {
    const sg_token *token = sg_parser_here(p);
    bool beyond = p->next >= failed && p->next > first;
    sg_parser_refresh(p);
    if (p->next >= failed && opens_block(p, token)) {
      skip_block(p);
      continue;
    }
    if (token->kind == SG_TOKEN_END || (beyond && ends_statement(p->kind))) return;
    p->next = is_opener(token) && token->partner > 0 ? token->partner + 1 : p->next + 1;
  }
}
