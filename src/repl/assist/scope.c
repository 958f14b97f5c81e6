/* sgrad: completion: the names that the text being typed brings into scope at the cursor.
 *
 * One walk over the tokens, which need not make a program yet. A scope opens at a function's head
 * and ends with the bracket, the comma or the line that it stands in; names found behind the cursor
 * count when their scope was open there, as a function's own names are its own everywhere in it.
 */
#include "repl/assist/parts.h"

typedef struct scope {
  uint32_t depth; /* brackets open around its head */
  uint32_t names; /* of the list, those before it */
  bool arrow;     /* a comma ends it */
  bool clause;    /* a comprehension's: only its bracket ends it */
} scope;

typedef struct found {
  sg_span span;
  bool function;
} found;

typedef struct walk {
  sg_typed *typed;
  const sg_token *tokens; /* of the whole text */
  uint32_t count;
  const char *text;
  sg_buffer brackets; /* those open, outermost first */
  struct {
    scope *items;
    uint32_t count;
    uint32_t capacity;
  } scopes;
  struct {
    found *items;
    uint32_t count;
    uint32_t capacity;
  } names;
  bool behind;   /* the walk is behind the cursor: names stay */
  uint32_t open; /* scopes that were open at the cursor and are still */
} walk;

static void add_name(walk *w, uint32_t token, bool function) {
  const sg_token *t = &w->tokens[token];
  sg_memory *memory = w->typed->memory;
  if (t->kind != SG_TOKEN_NAME || t->end == w->typed->cursor) return;
  if (w->behind && w->scopes.count > w->open) return;
  if (!SG_RESERVE(memory, &w->names, (size_t)w->names.count + 1))
    w->typed->failed = true;
  else
    w->names.items[w->names.count++] = (found){{t->start, t->end}, function};
}

static void open_scope(walk *w, bool arrow, bool clause) {
  sg_memory *memory = w->typed->memory;
  if (!SG_RESERVE(memory, &w->scopes, (size_t)w->scopes.count + 1))
    w->typed->failed = true;
  else
    w->scopes.items[w->scopes.count++] = (scope){w->brackets.count, w->names.count, arrow, clause};
}

static void close_scope(walk *w) {
  const scope *last = &w->scopes.items[--w->scopes.count];
  if (!w->behind) w->names.count = last->names;
  if (w->scopes.count < w->open) w->open = w->scopes.count;
}

static bool is_opener(uint8_t kind) {
  return kind == SG_TOKEN_LEFT_ROUND || kind == SG_TOKEN_LEFT_SQUARE ||
         kind == SG_TOKEN_LEFT_BRACE || kind == SG_TOKEN_FSTRING_OPEN;
}

static bool is_closer(uint8_t kind) {
  return kind == SG_TOKEN_RIGHT_ROUND || kind == SG_TOKEN_RIGHT_SQUARE ||
         kind == SG_TOKEN_RIGHT_BRACE || kind == SG_TOKEN_FSTRING_CLOSE;
}

/* Whether the line may end before this token, as far as the token before it says. */
static bool ends_line(const walk *w, uint32_t i) {
  uint8_t before = w->tokens[i - 1].kind;
  return w->tokens[i].newline && (sg_typed_ends_operand(before) || before == SG_TOKEN_RIGHT_BRACE);
}

static bool ends_scope(const walk *w, const scope *s, uint32_t i) {
  uint8_t kind = w->tokens[i].kind;
  uint32_t depth = w->brackets.count;
  if (depth < s->depth) return true;
  if (depth > s->depth || s->clause) return false;
  return kind == SG_TOKEN_SEMICOLON || (s->arrow && kind == SG_TOKEN_COMMA) || ends_line(w, i);
}

/* The parameters between the brackets; of a default's names none. */
static void add_parameters(walk *w, uint32_t bracket) {
  uint32_t end = w->tokens[bracket].partner, depth = 0;
  for (uint32_t i = bracket + 1; i < end; i++) {
    uint8_t before = w->tokens[i - 1].kind;
    if (is_opener(w->tokens[i].kind)) depth++;
    if (is_closer(w->tokens[i].kind) && depth > 0) depth--;
    if (depth == 0 && (before == SG_TOKEN_COMMA || i == bracket + 1)) add_name(w, i, false);
  }
}

static bool is_at_start(const walk *w, uint32_t i) {
  if (i == 0 || w->tokens[i].newline) return true;
  uint8_t before = w->tokens[i - 1].kind;
  return before == SG_TOKEN_SEMICOLON || before == SG_TOKEN_LEFT_BRACE ||
         before == SG_TOKEN_RIGHT_BRACE;
}

static uint8_t kind_at(const walk *w, uint32_t i) {
  return i < w->count ? w->tokens[i].kind : SG_TOKEN_END;
}

/* `def f(x) {`, `f(x) = `, `(x) => ` at the bracket `i`. */
static void take_head(walk *w, uint32_t i) {
  uint32_t end = w->tokens[i].partner;
  uint8_t after = end > i ? kind_at(w, end + 1) : SG_TOKEN_END;
  bool named = i > 0 && w->tokens[i - 1].kind == SG_TOKEN_NAME;
  bool def = named && i > 1 && w->tokens[i - 2].kind == SG_TOKEN_DEF;
  bool line = named && after == SG_TOKEN_ASSIGN && is_at_start(w, i - 1);
  bool arrow = after == SG_TOKEN_ARROW;
  if (end <= i || !(def || line || arrow)) return;
  if (def || line) add_name(w, i - 1, true);
  open_scope(w, arrow, false);
  add_parameters(w, i);
}

/* The variables between `for` and `in`. In brackets they are the comprehension's own, and known in
 * front of it too. */
static void take_for(walk *w, uint32_t i) {
  for (i++; i < w->count && !w->tokens[i].newline; i++) {
    uint8_t kind = w->tokens[i].kind;
    if (kind != SG_TOKEN_NAME && kind != SG_TOKEN_COMMA && kind != SG_TOKEN_LEFT_ROUND &&
        kind != SG_TOKEN_RIGHT_ROUND)
      return;
    add_name(w, i, false);
  }
}

static bool is_assignment(uint8_t kind) {
  switch (kind) {
  case SG_TOKEN_ASSIGN:
  case SG_TOKEN_PLUS_ASSIGN:
  case SG_TOKEN_MINUS_ASSIGN:
  case SG_TOKEN_STAR_ASSIGN:
  case SG_TOKEN_SLASH_ASSIGN: return true;
  default: return false;
  }
}

/* What `a, (b, c) = ` and `a += ` assign, the operator being token `i`. */
static void take_targets(walk *w, uint32_t i) {
  while (i-- > 0) {
    uint8_t kind = w->tokens[i].kind;
    bool field = i > 0 && w->tokens[i - 1].kind == SG_TOKEN_DOT;
    if (kind != SG_TOKEN_NAME && kind != SG_TOKEN_COMMA && kind != SG_TOKEN_LEFT_ROUND &&
        kind != SG_TOKEN_RIGHT_ROUND)
      return;
    if (kind == SG_TOKEN_LEFT_ROUND && i > 0 && w->tokens[i - 1].kind == SG_TOKEN_NAME) return;
    if (!field) add_name(w, i, false);
    if (field || w->tokens[i].newline) return;
  }
}

/* Whether an `=` here assigns: the innermost bracket is a block's, or none. */
static bool is_statement(const walk *w) {
  return w->brackets.count == 0 || w->brackets.items[w->brackets.count - 1] == '{';
}

static void open_bracket(walk *w, uint32_t i) {
  uint8_t kind = w->tokens[i].kind;
  if (kind == SG_TOKEN_LEFT_ROUND) take_head(w, i);
  sg_buffer_putc(&w->brackets, w->text[w->tokens[i].start]);
  if (kind == SG_TOKEN_LEFT_SQUARE || kind == SG_TOKEN_LEFT_ROUND) open_scope(w, false, true);
}

/* A brace closes over brackets that were forgotten, as in the lexer. */
static void close_bracket(walk *w, uint32_t i) {
  sg_buffer *open = &w->brackets;
  bool brace = w->text[w->tokens[i].start] == '}';
  while (brace && open->count > 1 && open->items[open->count - 1] != '{') open->count--;
  if (open->count > 0) open->count--;
  while (w->scopes.count > 0 && w->scopes.items[w->scopes.count - 1].depth > open->count)
    close_scope(w);
}

static void take_token(walk *w, uint32_t i) {
  uint8_t kind = w->tokens[i].kind;
  while (w->scopes.count > 0 && i > 0 && ends_scope(w, &w->scopes.items[w->scopes.count - 1], i))
    close_scope(w);
  if (is_opener(kind)) open_bracket(w, i);
  if (is_closer(kind)) close_bracket(w, i);
  if (kind == SG_TOKEN_NAME && kind_at(w, i + 1) == SG_TOKEN_ARROW) {
    open_scope(w, true, false);
    add_name(w, i, false);
  }
  if (kind == SG_TOKEN_FOR) take_for(w, i);
  if (is_assignment(kind) && is_statement(w)) take_targets(w, i);
}

static void walk_tokens(walk *w) {
  for (uint32_t i = 0; i < w->count && !w->typed->failed; i++) {
    if (!w->behind && w->tokens[i].start >= w->typed->cursor) {
      w->behind = true;
      w->open = w->scopes.count;
    }
    take_token(w, i);
  }
}

void sg_scope_each(sg_typed *typed, sg_scope_visit *visit, void *context) {
  sg_tokens tokens;
  sg_memory *memory = typed->memory;
  walk w = {.typed = typed, .text = typed->source->text};
  sg_buffer_init(&w.brackets, memory);
  if (!sg_lex(memory, typed->source, true, &tokens, NULL)) {
    typed->failed = true;
  } else {
    w.tokens = tokens.items;
    w.count = tokens.count - 1;
    walk_tokens(&w);
  }
  typed->failed |= w.brackets.failed;
  for (uint32_t i = 0; i < w.names.count && !typed->failed; i++) {
    const found *n = &w.names.items[i];
    visit(context, w.text + n->span.start, n->span.end - n->span.start, n->function);
  }
  sg_tokens_clear(&tokens, memory);
  sg_buffer_clear(&w.brackets);
  SG_RELEASE(memory, &w.scopes);
  SG_RELEASE(memory, &w.names);
}

typedef struct search {
  const char *name;
  size_t bytes;
  bool found;
} search;

static void compare(void *context, const char *name, size_t bytes, bool function) {
  search *s = context;
  (void)function;
  s->found |= bytes == s->bytes && memcmp(name, s->name, bytes) == 0;
}

bool sg_scope_has(sg_typed *typed, const char *name, size_t bytes) {
  search s = {name, bytes, false};
  sg_scope_each(typed, compare, &s);
  return s.found;
}
