/* sgrad: the lexer: a text becomes tokens and comments, in one pass without recursion. */
#include "syntax/lexer.h"

#include "base/utf8.h"

#include <string.h>

typedef struct row {
  const char *spelling;
  uint8_t length;
  uint8_t kind;
} row;

static const row rows[] = {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix)                          \
  {spelling, sizeof spelling - 1, SG_TOKEN_##id},
#define SG_ALIAS(id, spelling) {spelling, sizeof spelling - 1, SG_TOKEN_##id},
#define SG_FOREIGN(spelling) {spelling, sizeof spelling - 1, SG_TOKEN_FOREIGN},
#define SG_SPECIAL(id, description, prefix)
#include "syntax/tokens.def"
};
enum { ROWS = sizeof rows / sizeof *rows };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* The length of the code point at `at`, 0 when invalid. */
static uint32_t decode(const sg_lexer *l, uint32_t at, uint32_t *code) {
  return (uint32_t)sg_utf8_decode(l->text + at, l->length - at, code);
}

sg_token *sg_lexer_add(sg_lexer *l, sg_token_kind kind, uint32_t start, uint32_t end) {
  if (!SG_RESERVE(l->memory, l->tokens, (size_t)l->tokens->count + 1)) {
    l->no_memory = true;
    return NULL;
  }
  sg_token *token = &l->tokens->items[l->tokens->count++];
  *token = (sg_token){.kind = (uint8_t)kind, .newline = l->newline, .start = start, .end = end};
  l->newline = false;
  l->at = end;
  return token;
}

void sg_lexer_add_broken(sg_lexer *l, uint32_t start, uint32_t end, sg_lexical_error code,
                         uint32_t place) {
  sg_token *token = sg_lexer_add(l, SG_TOKEN_BROKEN, start, end);
  if (token == NULL) return;
  token->code = (uint8_t)code;
  token->partner = place;
}

void sg_lexer_open(sg_lexer *l, char kind) {
  if (!SG_RESERVE(l->memory, &l->openers, (size_t)l->openers.count + 1)) {
    l->no_memory = true;
    return;
  }
  l->openers.items[l->openers.count++] = (sg_opener){kind, l->tokens->count - 1};
  if (sg_lexer_is_quote(kind)) l->fstrings++;
}

sg_opener sg_lexer_close(sg_lexer *l) {
  sg_opener last = l->openers.items[--l->openers.count];
  if (sg_lexer_is_quote(last.kind)) l->fstrings--;
  return last;
}

/* To be asked every so many characters: Ctrl-C ends a long token with the text, and sg_lex says so.
 */
static bool gives_up(const sg_lexer *l, uint32_t steps) {
  return steps % SG_PIECE == 0 && sg_yields(l->memory);
}

void sg_lexer_step(const sg_lexer *l, uint32_t *at, sg_lexical_error *code, uint32_t *place) {
  if (gives_up(l, *at)) {
    *at = l->length;
    return;
  }
  uint32_t point = (unsigned char)l->text[*at], bytes = 1;
  sg_lexical_error wrong = SG_LEXICAL_NONE;
  if (point >= 0x80) bytes = decode(l, *at, &point);
  if (bytes == 0)
    wrong = SG_LEXICAL_UTF8;
  else if (sg_is_hidden(point))
    wrong = SG_LEXICAL_HIDDEN;
  if (wrong != SG_LEXICAL_NONE && *code == SG_LEXICAL_NONE) *code = wrong, *place = *at;
  *at += bytes == 0 ? 1 : bytes;
}

static bool is_name_at(const sg_lexer *l, uint32_t at, bool (*is)(uint32_t), uint32_t *bytes) {
  uint32_t code;
  *bytes = at < l->length ? decode(l, at, &code) : 0;
  return *bytes > 0 && is(code);
}

/* The end of the run of name characters at `at`. */
static uint32_t skip_name(const sg_lexer *l, uint32_t at) {
  for (uint32_t steps = 1; !gives_up(l, steps); steps++) {
    uint32_t bytes = 1;
    char c = l->text[at];
    if (!is_letter(c) && !is_digit(c) &&
        ((unsigned char)c < 0x80 || !is_name_at(l, at, sg_is_name_part, &bytes)))
      return at;
    at += bytes;
  }
  return l->length;
}

uint32_t sg_lexer_skip_line(const sg_lexer *l, uint32_t at) {
  const char *end = memchr(l->text + at, '\n', l->length - at);
  uint32_t stop = end == NULL ? l->length : (uint32_t)(end - l->text);
  return stop > at && l->text[stop] == '\n' && l->text[stop - 1] == '\r' ? stop - 1 : stop;
}

static uint32_t trim(const sg_lexer *l, uint32_t start, uint32_t end) {
  while (end > start && (l->text[end - 1] == ' ' || l->text[end - 1] == '\t')) end--;
  return end;
}

static void lex_comment(sg_lexer *l) {
  uint32_t start = l->at, end = sg_lexer_skip_line(l, start), place = 0;
  sg_lexical_error code = SG_LEXICAL_NONE;
  sg_comments *comments = &l->tokens->comments;
  if (l->fstrings > 0) {
    sg_lexer_add_broken(l, start, start + 1, SG_LEXICAL_FSTRING_COMMENT, start);
    return;
  }
  if (!SG_RESERVE(l->memory, comments, (size_t)comments->count + 1)) {
    l->no_memory = true;
    return;
  }
  comments->items[comments->count++] = (sg_comment){start, trim(l, start, end), l->newline};
  for (uint32_t at = start; at < end;) sg_lexer_step(l, &at, &code, &place);
  if (code != SG_LEXICAL_NONE) sg_lexer_add_broken(l, start, end, code, place);
  l->at = end;
}

static const row *find_row(const sg_lexer *l, uint32_t at, uint32_t bytes) {
  unsigned char c = (unsigned char)l->text[at];
  if (c >= 128 || l->first[c] == 0) return NULL;
  for (const row *r = &rows[l->first[c] - 1]; r < rows + ROWS && r->spelling[0] == (char)c; r++) {
    bool fits = bytes == 0 || bytes == r->length;
    if (fits && strncmp(l->text + at, r->spelling, r->length) == 0) return r;
  }
  return NULL;
}

static bool is_prefix(const char *text, uint32_t bytes) {
  return bytes > 0 && bytes <= 2 && strspn(text, "rRbBuUfF") >= bytes;
}

/* A name, a keyword, or the letters before a string. */
static void lex_name(sg_lexer *l) {
  uint32_t start = l->at, end = skip_name(l, start), bytes = end - start;
  const char *text = l->text + start;
  if (sg_lexer_is_quote(l->text[end]) && is_prefix(text, bytes)) {
    if (bytes == 1 && (*text == 'f' || *text == 'F'))
      sg_lex_fstring_open(l, start, end);
    else
      sg_lex_string(l, start, end, SG_LEXICAL_PREFIX);
    return;
  }
  const row *keyword = find_row(l, start, bytes);
  sg_lexer_add(l, keyword == NULL ? SG_TOKEN_NAME : (sg_token_kind)keyword->kind, start, end);
}

static uint32_t skip_digits(const sg_lexer *l, uint32_t at) {
  for (uint32_t steps = 1; is_digit(l->text[at]) || l->text[at] == '_'; steps++, at++)
    if (gives_up(l, steps)) return l->length;
  return at;
}

/* A number and whatever clings to it: `1.2.3` and `2x` are one token, refused by the parser. */
static void lex_number(sg_lexer *l) {
  uint32_t at = skip_digits(l, l->at), bytes;
  const char *text = l->text;
  if (text[at] == '.' && !is_name_at(l, at + 1, sg_is_name_start, &bytes))
    at = skip_digits(l, at + 1);
  bool exponent = text[at] == 'e' || text[at] == 'E';
  bool sign = exponent && (text[at + 1] == '+' || text[at + 1] == '-');
  if (exponent && is_digit(text[at + 1 + sign])) at = skip_digits(l, at + 1 + sign);
  for (;;) {
    uint32_t next = skip_name(l, at);
    if (text[next] == '.' && is_digit(text[next + 1])) next++;
    if (next == at) break;
    at = next;
  }
  sg_lexer_add(l, SG_TOKEN_NUMBER, l->at, at);
}

/* The end of a command: its line's, or a blank and '#' outside quotes that close. */
static uint32_t skip_command(const sg_lexer *l) {
  uint32_t end = sg_lexer_skip_line(l, l->at);
  const char *text = l->text;
  bool may_close[2] = {true, true};
  for (uint32_t at = l->at + 1; at < end; at++) {
    if (text[at] == '#' && (text[at - 1] == ' ' || text[at - 1] == '\t')) return trim(l, l->at, at);
    if (!sg_lexer_is_quote(text[at]) || !may_close[text[at] == '"']) continue;
    const char *closer = memchr(text + at + 1, text[at], end - at - 1);
    if (closer == NULL)
      may_close[text[at] == '"'] = false;
    else
      at = (uint32_t)(closer - text);
  }
  return trim(l, l->at, end);
}

static void lex_command(sg_lexer *l) {
  uint32_t start = l->at, end = skip_command(l), place = 0;
  sg_lexical_error code = SG_LEXICAL_NONE;
  for (uint32_t at = start; at < end;) sg_lexer_step(l, &at, &code, &place);
  if (code != SG_LEXICAL_NONE)
    sg_lexer_add_broken(l, start, end, code, place);
  else
    sg_lexer_add(l, SG_TOKEN_COMMAND, start, end);
}

/* Inside a '{' that begins like a record: newlines end nothing there. */
static bool is_in_record(const sg_lexer *l) {
  if (sg_lexer_top(l) != '{') return false;
  uint32_t open = l->openers.items[l->openers.count - 1].token;
  const sg_token *token = &l->tokens->items[open];
  return open + 2 < l->tokens->count && token[2].kind == SG_TOKEN_COLON &&
         (token[1].kind == SG_TOKEN_NAME || token[1].kind == SG_TOKEN_STRING);
}

/* True when `//` at this point cannot divide anything. */
static bool begins_slashes(const sg_lexer *l) {
  if (l->text[l->at] != '/' || l->text[l->at + 1] != '/') return false;
  if (sg_lexer_top(l) == '(' || sg_lexer_top(l) == '[' || is_in_record(l)) return false;
  if (l->newline || l->tokens->count == 0) return true;
  uint8_t before = l->tokens->items[l->tokens->count - 1].kind;
  return before == SG_TOKEN_LEFT_BRACE || before == SG_TOKEN_SEMICOLON || before == SG_TOKEN_COMMA;
}

static void lex_slash_star(sg_lexer *l) {
  uint32_t at = l->at + 2;
  const char *text = l->text;
  if (!l->no_star_slash)
    while (at < l->length && (text[at] != '*' || text[at + 1] != '/')) at++;
  l->no_star_slash = l->no_star_slash || at >= l->length;
  sg_lexer_add_broken(l, l->at, l->no_star_slash ? sg_lexer_skip_line(l, l->at) : at + 2,
                      SG_LEXICAL_SLASH_STAR, l->at);
}

/* A backslash, with the newline that it was to hide. */
static void lex_backslash(sg_lexer *l) {
  uint32_t end = l->at + 1;
  while (l->text[end] == ' ' || l->text[end] == '\t' || l->text[end] == '\r') end++;
  bool joins = l->text[end] == '\n' && l->fstrings == 0;
  sg_lexer_add_broken(l, l->at, joins ? end + 1 : l->at + 1, SG_LEXICAL_BACKSLASH, l->at);
}

static void lex_unknown(sg_lexer *l) {
  uint32_t code = 0, start = l->at, bytes = decode(l, start, &code);
  if (bytes > 0) {
    bool hidden = sg_is_hidden(code);
    sg_lexer_add_broken(l, start, start + bytes, hidden ? SG_LEXICAL_HIDDEN : SG_LEXICAL_CHARACTER,
                        start);
    return;
  }
  uint32_t end = start + 1;
  while (end < l->length && decode(l, end, &code) == 0) end++;
  sg_lexer_add_broken(l, start, end, SG_LEXICAL_UTF8, start);
}

static char opener_of(char closer) { return closer == ')' ? '(' : closer == ']' ? '[' : '{'; }

/* Matches a closing bracket with what is open. A '}' closes over forgotten ( and [. Returns the
 * kind of its token. */
static sg_token_kind close_bracket(sg_lexer *l, const row *r) {
  char wanted = opener_of(*r->spelling);
  if (wanted == '{')
    while (sg_lexer_top(l) == '(' || sg_lexer_top(l) == '[') sg_lexer_close(l);
  if (sg_lexer_top(l) == SG_REPLACEMENT && wanted == '{') {
    sg_lexer_close(l);
    return SG_TOKEN_FSTRING_CLOSE;
  }
  if (sg_lexer_top(l) == wanted)
    l->tokens->items[sg_lexer_close(l).token].partner = l->tokens->count;
  else if (sg_lexer_top(l) == '(' || sg_lexer_top(l) == '[')
    sg_lexer_close(l);
  return (sg_token_kind)r->kind;
}

static void lex_operator(sg_lexer *l) {
  const row *r = find_row(l, l->at, 0);
  if (r == NULL) {
    lex_unknown(l);
    return;
  }
  sg_token_kind kind = (sg_token_kind)r->kind;
  if (strchr(")]}", *r->spelling) != NULL) kind = close_bracket(l, r);
  if (sg_lexer_add(l, kind, l->at, l->at + r->length) == NULL) return;
  if (strchr("([{", *r->spelling) != NULL) sg_lexer_open(l, *r->spelling);
}

static void lex_newline(sg_lexer *l) {
  if (l->fstrings > 0) sg_lex_drop_fstrings(l);
  l->at += l->text[l->at] == '\r' ? 2 : 1;
  l->newline = true;
}

static void lex_token(sg_lexer *l) {
  char c = l->text[l->at];
  uint32_t bytes;
  bool line_start = l->newline && l->openers.count == 0;
  if (c == ' ' || c == '\t')
    l->at++;
  else if (sg_lexer_at_newline(l, l->at))
    lex_newline(l);
  else if (c == '#')
    lex_comment(l);
  else if (is_letter(c) ||
           ((unsigned char)c >= 0x80 && is_name_at(l, l->at, sg_is_name_start, &bytes)))
    lex_name(l);
  else if (is_digit(c) || (c == '.' && is_digit(l->text[l->at + 1])))
    lex_number(l);
  else if (sg_lexer_is_quote(c))
    sg_lex_string(l, l->at, l->at, SG_LEXICAL_NONE);
  else if (l->commands && line_start && (c == ':' || c == '?'))
    lex_command(l);
  else if (c == ':' && sg_lexer_top(l) == SG_REPLACEMENT)
    sg_lex_format(l);
  else if (begins_slashes(l))
    sg_lexer_add_broken(l, l->at, sg_lexer_skip_line(l, l->at), SG_LEXICAL_SLASHES, l->at);
  else if (c == '/' && l->text[l->at + 1] == '*')
    lex_slash_star(l);
  else if (c == '\\')
    lex_backslash(l);
  else
    lex_operator(l);
}

static void list_open(const sg_lexer *l, sg_buffer *open) {
  for (uint32_t i = 0; i < l->openers.count; i++) sg_buffer_putc(open, l->openers.items[i].kind);
}

bool sg_lex(sg_memory *memory, const sg_source *source, bool commands, sg_tokens *tokens,
            sg_buffer *open) {
  sg_lexer l = {.memory = memory,
                .text = source->text,
                .length = source->length,
                .commands = commands,
                .newline = true,
                .tokens = tokens};
  *tokens = (sg_tokens){0};
  for (unsigned i = ROWS; i-- > 0;) l.first[(unsigned char)rows[i].spelling[0]] = (uint8_t)(i + 1);
  if (l.length >= 3 && memcmp(l.text, "\xef\xbb\xbf", 3) == 0) l.at = 3;
  while (l.at < l.length && !l.no_memory) {
    if (sg_lexer_is_quote(sg_lexer_top(&l)) && !sg_lexer_at_newline(&l, l.at))
      sg_lex_fstring(&l);
    else
      lex_token(&l);
    if (sg_yields(memory)) l.no_memory = true;
  }
  if (!l.no_memory && l.fstrings > 0) sg_lex_drop_fstrings(&l);
  if (!l.no_memory) sg_lexer_add(&l, SG_TOKEN_END, l.length, l.length);
  if (!l.no_memory && open != NULL) list_open(&l, open);
  SG_RELEASE(memory, &l.openers);
  return !l.no_memory;
}
