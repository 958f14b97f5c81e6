/* sgrad: what people write who come from Python, C or JavaScript, and the sgrad way. */
#include "syntax/foreign.h"

#include "syntax/parser.h"

#include <ctype.h>
#include <string.h>

enum { ANYWHERE = 2 * SG_SITE_OTHER - 1 };

/* A shape of the tokens around an error, as they are spelled; NULL fits anything. */
typedef struct shape {
  unsigned sites;      /* of sg_site, added up */
  const char *first;   /* the statement's first token */
  const char *before;  /* the token before the error */
  const char *here;    /* the token at the error; "\n" for the end of a line or the text */
  const char *message; /* instead of the usual one, or NULL */
  const char *note;    /* or NULL */
} shape;

static const char prompt_note[] = "what a prompt has printed is no part of the statement behind it";
static const char define_note[] = "a function with a block is def f(x) { ... }";
static const char keyword_note[] = "a keyword as a key stands in quotes: {\"none\": value}";

/* The first that fits counts. */
static const shape shapes[] = {
    {ANYWHERE, NULL, NULL, "?", NULL,
     "write if c { a } else { b }; help on x is ?x, at the start of a line"},
    {ANYWHERE, NULL, NULL, "&&", NULL, "write 'and': a and b"},
    {ANYWHERE, NULL, NULL, "||", NULL, "write 'or': a or b"},
    {SG_SITE_REPLACEMENT, NULL, NULL, "!", NULL,
     "there are no conversions; f\"{x=}\" shows a string in quotes"},
    {ANYWHERE, NULL, NULL, "!", NULL, "write 'not': not a"},
    {ANYWHERE, NULL, NULL, "&", NULL, "there are no bit operators; bools are joined by 'and'"},
    {ANYWHERE, NULL, NULL, "|", NULL, "there are no bit operators; bools are joined by 'or'"},
    {ANYWHERE, NULL, NULL, "~", NULL, "there are no bit operators; 'not' negates a bool"},
    {ANYWHERE, NULL, NULL, "<<", NULL, "there are no bit operators: x * 2**n"},
    {SG_SITE_OPERAND, ">", NULL, ">", NULL, prompt_note},
    {SG_SITE_OPERAND, ">>", NULL, ">>", NULL, prompt_note},
    {ANYWHERE, NULL, NULL, ">>", NULL, "there are no bit operators: x // 2**n"},
    {ANYWHERE, NULL, NULL, "===", NULL, "write '=='"},
    {ANYWHERE, NULL, NULL, "!==", NULL, "write '!='"},
    {ANYWHERE, NULL, NULL, "<>", NULL, "write '!='"},
    {SG_SITE_BLOCK, "def", NULL, "->", NULL, "types are not declared: def f(x) { ... }"},
    {ANYWHERE, NULL, NULL, "->", NULL, "an arrow is x => e"},
    {ANYWHERE, NULL, NULL, ":=", NULL, "an assignment is a statement of its own: x = e"},
    {SG_SITE_OPERAND, "@", NULL, "@", NULL, "there are no decorators: f = decorate(f)"},
    {ANYWHERE, NULL, NULL, "@", NULL, "a product of two lists is dot(a, b)"},

    {ANYWHERE, "if", NULL, "=", NULL, "'==' compares: if x == 3 { ... }"},
    {ANYWHERE, "while", NULL, "=", NULL, "'==' compares: while x == 3 { ... }"},
    {SG_SITE_CLOSER | SG_SITE_OTHER, "for", NULL, "=", NULL,
     "a loop over numbers is for i in range(n) { ... }"},
    {SG_SITE_AFTER, "global", NULL, "=", NULL, "then comes the assignment: global x; x = 1"},
    {SG_SITE_AFTER, "nonlocal", NULL, "=", NULL, "then comes the assignment: nonlocal x; x = 1"},
    {SG_SITE_AFTER, NULL, NULL, "=", NULL,
     "there is no chained assignment: write b = 2, then a = b"},
    {SG_SITE_CLOSER, NULL, NULL, "=", NULL, "'==' compares; '=' is a statement of its own"},

    {SG_SITE_AFTER | SG_SITE_CLOSER, NULL, NULL, "if", NULL, "write if c { x } else { y }"},
    {SG_SITE_CLOSER, NULL, NULL, "else", NULL, "write if c { x } else { y }"},
    {SG_SITE_OPERAND | SG_SITE_AFTER | SG_SITE_STATEMENT, NULL, NULL, "else",
     "'else' without an 'if'", "it goes on behind the '}' of its if: } else {"},
    {SG_SITE_OPERAND | SG_SITE_AFTER | SG_SITE_STATEMENT, NULL, NULL, "elif",
     "'elif' without an 'if'", "it goes on behind the '}' of its if: } elif c {"},

    {SG_SITE_BLOCK, "for", NULL, ",", NULL, "a list is written [a, b]"},
    {SG_SITE_BLOCK, "def", NULL, "=", NULL, "a function in one line has no def: f(x) = e"},
    {SG_SITE_AFTER, NULL, ")", "{", NULL, define_note},
    {SG_SITE_OPERAND, NULL, NULL, "def", NULL, "an anonymous function is an arrow: x => e"},
    {SG_SITE_BLOCK, NULL, NULL, ":", NULL, "a block stands in braces: if c { ... }"},
    {SG_SITE_BLOCK, NULL, NULL, "\n", NULL, "the '{' stands on the line of its head: if c {"},
    {SG_SITE_BLOCK, NULL, NULL, NULL, NULL,
     "a block stands in braces, even a short one: if c { x }"},

    {SG_SITE_OPERAND, NULL, NULL, "//", NULL, "a comment begins with #"},
    {SG_SITE_OPERAND, "%", NULL, "%", NULL, "a command begins with a colon: :time e, :help"},
    {SG_SITE_OPERAND, NULL, ":", ",", NULL, "one index at a time: [row[0] for row in rows]"},
    {SG_SITE_OPERAND, NULL, "++", NULL, NULL, "write i += 1"},
    {SG_SITE_OPERAND, NULL, "--", NULL, NULL, "write i -= 1"},
    {SG_SITE_OPERAND, NULL, NULL, "*", NULL, "a list does not unpack into arguments or items"},
    {SG_SITE_OPERAND, NULL, NULL, "**", NULL, "a record does not unpack into arguments"},
    {SG_SITE_PARAMETER, NULL, NULL, "*", NULL, "a function has its fixed parameters; pass a list"},
    {SG_SITE_PARAMETER, NULL, NULL, "**", NULL,
     "a function has its fixed parameters; pass a record"},
    {SG_SITE_CLOSER, "def", NULL, ":", NULL, "types are not declared: def f(x) { ... }"},
    {SG_SITE_CLOSER, NULL, NULL, ",", NULL, "one index at a time: x[i][j]"},

    {SG_SITE_STATEMENT | SG_SITE_AFTER, NULL, NULL, "}", "this '}' closes nothing", NULL},
    {SG_SITE_AFTER, NULL, NULL, ")", "this ')' closes nothing", NULL},
    {SG_SITE_AFTER, NULL, NULL, "]", "this ']' closes nothing", NULL},
    {SG_SITE_OPERAND, ")", NULL, ")", "this ')' closes nothing", NULL},
    {SG_SITE_OPERAND, "]", NULL, "]", "this ']' closes nothing", NULL},

    {SG_SITE_KEY, "{", NULL, NULL, NULL,
     "there are no bare blocks: a '{' at the start of a statement is a record"},
    {SG_SITE_CLOSER, NULL, NULL, "for", NULL, "a comprehension is a list: [e for x in xs]"},
    {SG_SITE_KEY, NULL, NULL, NULL, NULL, "a record is {name: value, \"a b\": value}"},
    {SG_SITE_OTHER, NULL, ".", NULL, NULL, "a key that is no name goes in brackets: r[\"a b\"]"},
    {SG_SITE_AFTER | SG_SITE_CLOSER, NULL, NULL, "=>", NULL,
     "an arrow is x => e or (x, y=2) => e; in an operation it goes in parentheses"},
};

/* The last two operators run together: i++ */
static bool is_doubled(const sg_parser *p, const char *spelling) {
  if (p->next < 2 || spelling[0] != spelling[1] || spelling[2] != 0) return false;
  const sg_token *last = &p->tokens.items[p->next - 1];
  return last[-1].end == last->start && last[-1].kind == last->kind &&
         last->end - last->start == 1 && p->source->text[last->start] == *spelling;
}

static bool fits_before(const sg_parser *p, const char *spelling) {
  if (spelling == NULL) return true;
  return p->next > 0 && (sg_parser_is(p, p->next - 1, spelling) || is_doubled(p, spelling));
}

static bool fits_here(const sg_parser *p, const char *spelling) {
  if (spelling == NULL) return true;
  bool line_ends = p->kind == SG_TOKEN_NEWLINE || p->kind == SG_TOKEN_END;
  return *spelling == '\n' ? line_ends : !line_ends && sg_parser_is(p, p->next, spelling);
}

static const char *find_word(const sg_parser *p, uint32_t token) {
  const sg_token *t = &p->tokens.items[token];
  bool called = sg_parser_is(p, token, "print") && sg_parser_is(p, token + 1, "(");
  if (t->kind != SG_TOKEN_NAME || called) return NULL;
  return sg_foreign_word(p->source->text + t->start, t->end - t->start);
}

/* Advice by the words around the error: the one before it, at it, at the statement's start. */
static const char *find_words(const sg_parser *p, sg_site site) {
  const char *note = NULL;
  if (site == SG_SITE_PARAMETER || site == SG_SITE_KEY) return NULL;
  if (p->next > p->statement) note = find_word(p, p->next - 1);
  if (note == NULL && p->kind == SG_TOKEN_NAME) note = find_word(p, p->next);
  if (note == NULL && p->next > p->statement && site == SG_SITE_AFTER)
    note = find_word(p, p->statement);
  return note;
}

/* `name: value` at the start of a block that `=>` opened. */
static bool is_arrow_record(const sg_parser *p) {
  const sg_token *first = &p->tokens.items[p->statement];
  return p->kind == SG_TOKEN_COLON && p->statement >= 2 && p->next == p->statement + 1 &&
         first[-1].kind == SG_TOKEN_LEFT_BRACE && first[-2].kind == SG_TOKEN_ARROW;
}

/* f(x) = { x + 1 }: the brace before the error stands behind `) =`. */
static bool is_define_block(const sg_parser *p) {
  uint32_t i = p->next;
  while (i > p->statement && p->tokens.items[i].kind != SG_TOKEN_LEFT_BRACE) i--;
  return i >= p->statement + 4 && sg_parser_is(p, i - 1, "=") && sg_parser_is(p, i - 2, ")") &&
         sg_parser_is(p, p->statement + 1, "(");
}

/* {none: 1} */
static bool is_keyword_key(const sg_parser *p) {
  const sg_token *here = &p->tokens.items[p->next];
  const char *text = p->source->text + here->start;
  return isalpha((unsigned char)*text) && !sg_is_name(text, here->end - here->start) &&
         sg_parser_is(p, p->next + 1, ":");
}

static bool has_slashes(const sg_parser *p) {
  for (uint32_t i = p->statement; i < p->next; i++)
    if (p->tokens.items[i].kind == SG_TOKEN_SLASHES) return true;
  return false;
}

static bool is_text(uint8_t kind) {
  return kind == SG_TOKEN_STRING || kind == SG_TOKEN_FSTRING || kind == SG_TOKEN_FSTRING_END;
}

/* A name or a number where the statement should have ended: sin 3, 2 x, x = 1 y = 2 */
static const char *find_neighbours(const sg_parser *p) {
  if (p->kind != SG_TOKEN_NAME && p->kind != SG_TOKEN_NUMBER) return NULL;
  uint8_t before = p->tokens.items[p->next - 1].kind;
  if (is_text(before)) return "a quote in a string is \\' or \\\", or stands in the other quotes";
  if (p->source->text[p->tokens.items[p->next].start] == '.') return "an item of a list is xs[0]";
  bool assigns = p->kind == SG_TOKEN_NAME && sg_parser_is(p, p->next + 1, "=");
  if (before == SG_TOKEN_NAME && p->next == p->statement + 1)
    return assigns ? NULL : "a call has parentheses: f(x)";
  if (before == SG_TOKEN_NUMBER && p->kind == SG_TOKEN_NAME && !assigns)
    return "a product has a sign: 2 * x";
  return "between two statements of a line stands a ';'";
}

/* What no row of shapes says. */
static const char *find_other(const sg_parser *p, sg_site site) {
  if (site != SG_SITE_AFTER && site != SG_SITE_CLOSER) return NULL;
  if (is_arrow_record(p))
    return "behind '=>' a '{' opens a block; a record goes in parentheses: x => ({a: 1})";
  if (p->kind == SG_TOKEN_COLON && site == SG_SITE_AFTER) return "types are not declared: x = 1";
  if (p->next > 0 && is_text(p->tokens.items[p->next - 1].kind) && is_text(p->kind))
    return "strings are joined by +";
  if (has_slashes(p)) return "'//' divides and rounds down; a comment begins with #";
  return site == SG_SITE_AFTER && p->next > p->statement ? find_neighbours(p) : NULL;
}

sg_habit sg_habit_find(const sg_parser *p, sg_site site) {
  const char *note = find_words(p, site);
  if (site == SG_SITE_KEY && is_keyword_key(p)) note = keyword_note;
  if (site == SG_SITE_KEY && is_define_block(p)) note = define_note;
  for (size_t i = 0; note == NULL && i < sizeof shapes / sizeof *shapes; i++) {
    const shape *s = &shapes[i];
    bool fits =
        (s->sites & (unsigned)site) != 0 && fits_before(p, s->before) && fits_here(p, s->here);
    if (fits && (s->first == NULL || sg_parser_is(p, p->statement, s->first)))
      return (sg_habit){s->message, s->note, false};
  }
  return (sg_habit){NULL, note != NULL ? note : find_other(p, site), note != NULL};
}

bool sg_habit_goes_on(const sg_parser *p) {
  static const char *const words_behind[] = {"except", "catch", "finally", "case", "default"};
  if (p->kind == SG_TOKEN_ELSE || p->kind == SG_TOKEN_ELIF) return true;
  for (size_t i = 0; i < sizeof words_behind / sizeof *words_behind; i++)
    if (sg_parser_is(p, p->statement, words_behind[i])) return true;
  return false;
}
