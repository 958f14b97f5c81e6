/* sgrad: programs made at random from grammar/sgrad.ebnf parse, print, and parse back the same.
 *
 * The grammar is read as it stands: its rules become a tree of choices, and a program is a walk
 * through it. Conditions that the grammar states in words are rows of the table `conditions`.
 */
#include "syntax/ast.h"
#include "tests/unit/grammar_reader.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRAMS = 10000, MAX_OPEN = 1000 };

/* Walking through it. */

typedef struct context {
  bool in_loop, in_function, in_fstring;
} context;

typedef struct walk {
  const grammar *g;
  uint64_t state; /* of the random generator */
  char *out;
  size_t count;
  size_t token; /* where the current token began */
  int budget;   /* expansions left before only the shallowest ones are taken */
  bool glued;   /* inside a token */
  context context;
  char open[MAX_OPEN]; /* brackets */
  int open_count;
  unsigned names; /* made distinct so far */
} walk;

static unsigned pick(walk *w, unsigned below) {
  w->state = w->state * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)(w->state >> 33) % below;
}

static void put(walk *w, const char *text, size_t bytes) {
  ck_assert_uint_lt(w->count + bytes, MAX_TEXT);
  memcpy(w->out + w->count, text, bytes);
  w->count += bytes;
}

static void puts_out(walk *w, const char *text) { put(w, text, strlen(text)); }

static bool at_line_start(const walk *w) { return w->count == 0 || w->out[w->count - 1] == '\n'; }

/* What stands between two tokens: a blank, where brackets allow it sometimes a newline. */
static void separate(walk *w, const char *token) {
  char open = w->open_count > 0 ? w->open[w->open_count - 1] : 0;
  bool may_break = (open == '(' || open == '[') && !w->context.in_fstring;
  if (at_line_start(w)) return;
  if (may_break && pick(w, 30) == 0)
    puts_out(w, pick(w, 2) == 0 ? "\n" : "  # inside\n");
  else if (strchr("([,)]:", *token) == NULL || pick(w, 4) == 0) /* not '.': 1. is a number */
    puts_out(w, " ");
}

static void track_bracket(walk *w, char c) {
  if (strchr("([{", c) != NULL) {
    ck_assert_int_lt(w->open_count, MAX_OPEN);
    w->open[w->open_count++] = c;
  } else if (strchr(")]}", c) != NULL && w->open_count > 0) {
    w->open_count--;
  }
}

static void put_token(walk *w, const char *text, size_t bytes) {
  if (!w->glued) {
    separate(w, text);
    if (bytes == 1) track_bracket(w, *text);
  }
  put(w, text, bytes);
}

static bool is_at_line_start(walk *w) { return at_line_start(w); }
static bool is_not_in_fstring(walk *w) { return !w->context.in_fstring; }
static bool is_in_loop(walk *w) { return w->context.in_loop; }
static bool is_in_function(walk *w) { return w->context.in_function; }
static bool never(walk *w) { return w == NULL; }
static bool always(walk *w) { return w != NULL; }

static bool make_distinct(walk *w) {
  char number[16];
  snprintf(number, sizeof number, "%u", w->names++);
  puts_out(w, number);
  return true;
}

static bool make_name(walk *w) {
  if (!sg_is_name(w->out + w->token, w->count - w->token)) puts_out(w, "x");
  return true;
}

static bool put_newline(walk *w) {
  static const char *const ends[] = {
      "\n",  "\n", "\n", "\n\n", "  # comment\n", "\n# own line\n", "\n\n\n  # a\n\n# b\n\n",
      "\r\n"};
  puts_out(w, ends[pick(w, sizeof ends / sizeof *ends)]);
  return true;
}

static bool begins(const walk *w, size_t from, const char *word) {
  size_t bytes = strlen(word), at = from;
  for (bool comment = false; at < w->count; at++) {
    comment = w->out[at] == '#' || (comment && w->out[at] != '\n');
    if (!comment && strchr(" \n", w->out[at]) == NULL) break;
  }
  if (w->count - at < bytes || memcmp(w->out + at, word, bytes) != 0) return false;
  return !is_word(*word) || at + bytes == w->count || !is_word(w->out[at + bytes]);
}

static bool begins_plainly(const walk *w, size_t from) {
  return !begins(w, from, "if") && !begins(w, from, "no_grad");
}

static bool begins_without_brace(const walk *w, size_t from) { return !begins(w, from, "{"); }

/* What the grammar says between question marks. One of the four: */
typedef struct condition {
  const char *words;
  bool (*before)(walk *w);                    /* must hold, or the way is closed */
  bool (*behind)(const walk *w, size_t from); /* must hold of what comes */
  bool (*act)(walk *w);                       /* makes it so */
  const char *samples[12];                    /* characters, one of which is taken */
} condition;

static const condition conditions[] = {
    {.words = "at the start of a line", .before = is_at_line_start},
    {.words = "not in an f-string", .before = is_not_in_fstring},
    {.words = "in a loop", .before = is_in_loop},
    {.words = "in a function", .before = is_in_function},
    {.words = "before \";\" or \"}\"", .before = never},
    {.words = "up to six, a Unicode scalar value", .before = never},
    {.words = "not before a letter or _", .before = always},
    {.words = "does not begin with \"if\" or \"no_grad\"", .behind = begins_plainly},
    {.words = "does not begin with \"{\"", .behind = begins_without_brace},
    {.words = "distinct", .act = make_distinct},
    {.words = "not a keyword", .act = make_name},
    {.words = "LF or CRLF, with any comment before it, at least one", .act = put_newline},
    {.words = "a Unicode letter or _", .samples = {"a", "b", "e", "x", "y", "_", "\u03b1", "W"}},
    {.words = "a subscript digit or a combining mark", .samples = {"\u2081", "\u0301"}},
    {.words = "any character but a quote, a backslash or a newline",
     .samples = {"a", " ", "#", "{", "}", "\u00e9", "\U0001f600", ":", "\t"}},
    {.words = "any character but a quote, a brace, a backslash or a newline",
     .samples = {"a", " ", "#", "\u00e9", "\U0001f600", ":", "="}},
    {.words = "any character but a brace or the f-string's quote", .samples = {"*", "_", "\u00b7"}},
    {.words = "anything up to the end of the line or a blank and a number sign",
     .samples = {"x", "f(x, 2) + 1", "\"a # b\" c", "3#4"}},
};

static const condition *find_condition(const node *n) {
  for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
    if (strlen(conditions[i].words) == n->bytes &&
        memcmp(conditions[i].words, n->text, n->bytes) == 0)
      return &conditions[i];
  ck_abort_msg("grammar: an unknown condition '%.*s'", (int)n->bytes, n->text);
  return NULL;
}

/* False for a way that a condition closes. */
static bool is_viable(walk *w, int n) {
  const node *at = &w->g->nodes[n];
  if (at->kind == CONDITION) {
    const condition *c = find_condition(at);
    return c->before == NULL || c->before(w);
  }
  if (at->kind == RULE) {
    int only = w->g->nodes[w->g->rules[at->rule].body].child;
    int first = w->g->nodes[only].child;
    return w->g->nodes[only].next >= 0 || w->g->nodes[first].kind != CONDITION ||
           is_viable(w, first);
  }
  for (int child = at->child; child >= 0; child = w->g->nodes[child].next) {
    bool viable = is_viable(w, child);
    if (at->kind == CHOICE && viable) return true;
    if (at->kind == SEQUENCE && !viable) return false;
  }
  return at->kind != CHOICE;
}

static void walk_node(walk *w, int n);

static void walk_choice(walk *w, int n) {
  int chosen = -1, best = 0;
  unsigned seen = 0;
  for (int child = w->g->nodes[n].child; child >= 0; child = w->g->nodes[child].next) {
    if (!is_viable(w, child)) continue;
    int height = height_of(w->g, child);
    bool better = chosen < 0 || (w->budget > 0 ? pick(w, ++seen + 1) == 0 : height < best);
    if (better) chosen = child, best = height;
  }
  ck_assert_int_ge(chosen, 0);
  walk_node(w, chosen);
}

static void walk_children(walk *w, int child) {
  for (; child >= 0; child = w->g->nodes[child].next) walk_node(w, child);
}

/* A sequence whose first item is a condition on the rest. */
static void walk_checked(walk *w, const condition *c, int rest) {
  walk saved = *w;
  for (int tries = 0; tries < 50; tries++) {
    uint64_t state = w->state;
    *w = saved;
    w->state = state;
    if (tries > 20) w->budget = 0;
    walk_children(w, rest);
    if (c->behind(w, saved.count)) return;
  }
  ck_abort_msg("grammar: '%s' cannot be met", c->words);
}

static void walk_sequence(walk *w, int n) {
  int first = w->g->nodes[n].child;
  const condition *c = first >= 0 && w->g->nodes[first].kind == CONDITION
                           ? find_condition(&w->g->nodes[first])
                           : NULL;
  if (c != NULL && c->behind != NULL)
    walk_checked(w, c, w->g->nodes[first].next);
  else
    walk_children(w, first);
}

static void walk_condition(walk *w, const node *n) {
  const condition *c = find_condition(n);
  unsigned samples = 0;
  while (samples < 12 && c->samples[samples] != NULL) samples++;
  if (c->act != NULL) c->act(w);
  if (samples > 0) puts_out(w, c->samples[pick(w, samples)]);
}

static bool is_named(const node *n, const char *name) {
  return n->bytes == strlen(name) && memcmp(n->text, name, n->bytes) == 0;
}

static void enter_rule(walk *w, const node *n) {
  bool body =
      is_named(n, "function_block") || is_named(n, "arrow_body") || is_named(n, "define_body");
  if (is_named(n, "loop_block")) w->context.in_loop = true;
  if (body) w->context = (context){false, true, w->context.in_fstring};
  if (is_named(n, "REPLACEMENT")) w->context.in_fstring = true;
}

static void walk_rule(walk *w, const node *n) {
  bool token = n->text[0] >= 'A' && n->text[0] <= 'Z', glued = w->glued;
  context saved = w->context;
  if (token && !glued && !is_named(n, "NEWLINE")) separate(w, "x");
  if (token && !glued) w->token = w->count;
  enter_rule(w, n);
  w->glued = token;
  w->budget--;
  walk_node(w, w->g->rules[n->rule].body);
  w->glued = glued;
  w->context = saved;
}

static void walk_node(walk *w, int n) {
  const node *at = &w->g->nodes[n];
  switch (at->kind) {
  case TERMINAL: put_token(w, at->text, at->bytes); return;
  case RULE: walk_rule(w, at); return;
  case CHOICE: walk_choice(w, n); return;
  case SEQUENCE: walk_sequence(w, n); return;
  case CONDITION: walk_condition(w, at); return;
  case OPTIONAL:
    if (w->budget > 0 && pick(w, 3) == 0 && is_viable(w, at->child)) walk_node(w, at->child);
    return;
  case REPEATED:
    while (w->budget > 0 && pick(w, 3) == 0 && is_viable(w, at->child)) walk_node(w, at->child);
    return;
  }
}

static void make_program(walk *w, uint64_t seed) {
  int start = find_rule(w->g, "program", 7);
  w->state = seed * 2654435761u + 1;
  w->count = 0;
  w->open_count = 0;
  while (w->count == 0 || pick(w, 4) != 0) {
    w->budget = 30 + (int)pick(w, 400);
    walk_node(w, w->g->rules[start].body);
    if (w->count > 4000) return;
  }
}

/* The checks. */

static void show_errors(const char *what, const walk *w, const sg_errors *errors) {
  sg_error first = errors->count > 0 ? errors->items[0] : (sg_error){0};
  ck_abort_msg("%s: %s (byte %u)\n%.*s\n", what, first.message, (unsigned)first.span.start,
               (int)w->count, w->out);
}

static sg_program *parse(sg_memory *memory, const walk *w, const char *text, size_t bytes) {
  sg_source *source = sg_source_new(memory, "program", text, bytes);
  sg_program *program = NULL;
  sg_errors errors = {0};
  if (sg_parse(memory, source, SG_PARSE_WHOLE, &program, &errors) != SG_OK)
    show_errors(text == w->out ? "does not parse" : "does not parse back", w, &errors);
  sg_errors_clear(&errors, memory);
  sg_source_release(source);
  return program;
}

static void check_program(const walk *w) {
  sg_memory memory;
  sg_buffer printed, again;
  sg_memory_init(&memory);
  sg_buffer_init(&printed, &memory);
  sg_buffer_init(&again, &memory);
  sg_program *program = parse(&memory, w, w->out, w->count);
  ck_assert(sg_print_program(&printed, program));
  sg_program *back = parse(&memory, w, printed.items, printed.count);
  ck_assert_msg(sg_ast_equal(sg_program_block(program), sg_program_block(back)),
                "another tree:\n%.*s\n---\n%.*s", (int)w->count, w->out, (int)printed.count,
                printed.items);
  ck_assert(sg_print_program(&again, back));
  ck_assert_msg(again.count == printed.count &&
                    memcmp(again.items, printed.items, again.count) == 0,
                "another layout of\n%.*s\n---\n%.*s\n---\n%.*s", (int)w->count, w->out,
                (int)printed.count, printed.items, (int)again.count, again.items);
  sg_buffer_clear(&printed);
  sg_buffer_clear(&again);
  sg_program_free(program);
  sg_program_free(back);
  ck_assert_uint_eq(memory.used, 0);
}

START_TEST(random_programs_print_and_parse_back) {
  grammar *g = read_grammar();
  walk w = {.g = g, .out = malloc(MAX_TEXT)};
  ck_assert_ptr_nonnull(w.out);
  for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
    make_program(&w, seed);
    check_program(&w);
  }
  free(w.out);
  free_grammar(g);
}
END_TEST

Suite *grammar_suite(void);

Suite *grammar_suite(void) {
  Suite *suite = suite_create("grammar");
  TCase *programs = tcase_create("programs");
  tcase_set_timeout(programs, 120);
  tcase_add_test(programs, random_programs_print_and_parse_back);
  suite_add_tcase(suite, programs);
  return suite;
}
