/* sgrad: what people write who come from Python, C or JavaScript, and the sgrad way. */
#include "syntax/habits.h"

#include "syntax/parser.h"

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

/* The first that fits counts. */
static const shape shapes[] = {
    {ANYWHERE, NULL, NULL, "?", NULL, "write if c { a } else { b }"},
    {ANYWHERE, NULL, NULL, "&&", NULL, "write 'and': a and b"},
    {ANYWHERE, NULL, NULL, "||", NULL, "write 'or': a or b"},
    {SG_SITE_REPLACEMENT, NULL, NULL, "!", NULL,
     "there are no conversions; f\"{x=}\" shows a string in quotes"},
    {ANYWHERE, NULL, NULL, "!", NULL, "write 'not': not a"},
    {ANYWHERE, NULL, NULL, "&", NULL, "there are no bit operators; bools are joined by 'and'"},
    {ANYWHERE, NULL, NULL, "|", NULL, "there are no bit operators; bools are joined by 'or'"},
    {ANYWHERE, NULL, NULL, "~", NULL, "there are no bit operators; 'not' negates a bool"},
    {ANYWHERE, NULL, NULL, "<<", NULL, "there are no bit operators: x * 2**n"},
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
    {SG_SITE_AFTER, NULL, NULL, "=", NULL,
     "there is no chained assignment: write b = 2, then a = b"},
    {SG_SITE_CLOSER, NULL, NULL, "=", NULL, "'==' compares; '=' is a statement of its own"},

    {SG_SITE_AFTER | SG_SITE_CLOSER, NULL, NULL, "if", NULL, "write if c { x } else { y }"},
    {SG_SITE_OPERAND | SG_SITE_AFTER | SG_SITE_STATEMENT, NULL, NULL, "else",
     "'else' without an 'if'", "it goes on behind the '}' of its if: } else {"},
    {SG_SITE_OPERAND | SG_SITE_AFTER | SG_SITE_STATEMENT, NULL, NULL, "elif",
     "'elif' without an 'if'", "it goes on behind the '}' of its if: } elif c {"},

    {SG_SITE_BLOCK, NULL, NULL, ":", NULL, "a block stands in braces: if c { ... }"},
    {SG_SITE_BLOCK, NULL, NULL, "\n", NULL, "the '{' stands on the line of its head: if c {"},
    {SG_SITE_BLOCK, NULL, NULL, NULL, NULL,
     "a block stands in braces, even a short one: if c { x }"},

    {SG_SITE_OPERAND, NULL, NULL, "//", NULL, "a comment begins with #"},
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

typedef struct word {
  const char *name;
  const char *note;
} word;

static const char typeless[] = "types are not declared: x = 1";
static const char function_note[] = "a function is f(x) = e or def f(x) { ... }";
static const char record_note[] = "there are no classes; a record has fields: {w: 1, f: x => x}";
static const char try_note[] = "try(f) calls f and returns a record with ok, value and error";
static const char choice_note[] = "write if c { ... } elif d { ... } else { ... }";
static const char none_note[] = "the absent value is none";
static const char math_note[] = "functions stand by themselves: sin(x), exp(x), pi";
static const char import_note[] =
    "run(path) runs another file; functions like exp are always there";

static const word words[] = {
    {"lambda", "an anonymous function is an arrow: x => e"},
    {"function", function_note},
    {"func", function_note},
    {"fn", function_note},
    {"fun", function_note},
    {"print", "print takes parentheses: print(x)"},
    {"let", "an assignment makes a name: x = 1"},
    {"var", "an assignment makes a name: x = 1"},
    {"const", "an assignment makes a name: x = 1"},
    {"local", "an assignment in a function makes a name local: x = 1"},
    {"auto", typeless},
    {"int", typeless},
    {"float", typeless},
    {"double", typeless},
    {"string", typeless},
    {"void", function_note},
    {"class", record_note},
    {"struct", record_note},
    {"new", record_note},
    {"try", try_note},
    {"except", try_note},
    {"catch", try_note},
    {"finally", try_note},
    {"raise", "error(message) stops with an error"},
    {"throw", "error(message) stops with an error"},
    {"assert", "assert takes parentheses: assert(c, message)"},
    {"pass", "a block may be empty: { }"},
    {"del", "names are not deleted; xs.pop(i) removes an item"},
    {"delete", "names are not deleted; xs.pop(i) removes an item"},
    {"with", "no_grad { ... } stands by itself; files are read at once: read_csv(path)"},
    {"yield", "a function returns a list: [e for x in xs]"},
    {"switch", choice_note},
    {"match", choice_note},
    {"case", choice_note},
    {"elsif", choice_note},
    {"elseif", choice_note},
    {"then", choice_note},
    {"unless", "write if not c { ... }"},
    {"until", "write while not c { ... }"},
    {"do", "a loop is while c { ... } or for x in xs { ... }"},
    {"foreach", "a loop is for x in xs { ... }"},
    {"of", "a loop is for x in xs { ... }"},
    {"is", "'==' compares: x == none"},
    {"mod", "the remainder is a % b"},
    {"div", "a quotient rounded down is a // b"},
    {"xor", "on bools, a != b"},
    {"typeof", "type(x) names the type"},
    {"import", import_note},
    {"require", import_note},
    {"include", import_note},
    {"null", none_note},
    {"nil", none_note},
    {"undefined", none_note},
    {"NULL", none_note},
    {"math", math_note},
    {"np", math_note},
    {"numpy", math_note},
    {"torch", math_note},
    {"Math", math_note},
    {"self", record_note},
    {"this", record_note},
};

const char *sg_habit_word(const char *name, size_t bytes) {
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i].name) == bytes && memcmp(words[i].name, name, bytes) == 0)
      return words[i].note;
  return NULL;
}

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
  if (t->kind != SG_TOKEN_NAME) return NULL;
  return sg_habit_word(p->source->text + t->start, t->end - t->start);
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

static bool is_text(uint8_t kind) {
  return kind == SG_TOKEN_STRING || kind == SG_TOKEN_FSTRING || kind == SG_TOKEN_FSTRING_END;
}

/* `name: value` at the start of a block that `=>` opened. */
static bool is_arrow_record(const sg_parser *p) {
  const sg_token *first = &p->tokens.items[p->statement];
  return p->kind == SG_TOKEN_COLON && p->statement >= 2 && p->next == p->statement + 1 &&
         first[-1].kind == SG_TOKEN_LEFT_BRACE && first[-2].kind == SG_TOKEN_ARROW;
}

static bool has_slashes(const sg_parser *p) {
  for (uint32_t i = p->statement; i < p->next; i++)
    if (p->tokens.items[i].kind == SG_TOKEN_SLASHES) return true;
  return false;
}

/* What no row of shapes says. */
static const char *find_other(const sg_parser *p, sg_site site) {
  if (site != SG_SITE_AFTER && site != SG_SITE_CLOSER) return NULL;
  if (is_arrow_record(p))
    return "behind '=>' a '{' opens a block; a record goes in parentheses: x => ({a: 1})";
  if (p->kind == SG_TOKEN_COLON && site == SG_SITE_AFTER) return typeless;
  if (p->next > 0 && is_text(p->tokens.items[p->next - 1].kind) && is_text(p->kind))
    return "strings are joined by +";
  return has_slashes(p) ? "'//' divides and rounds down; a comment begins with #" : NULL;
}

sg_habit sg_habit_find(const sg_parser *p, sg_site site) {
  const char *note = find_words(p, site);
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
