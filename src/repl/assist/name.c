/* sgrad: completion: names in scope, and keywords. */
#include "repl/assist/parts.h"

/* --- Keywords, from the table of tokens: what they can begin, or go on with. */

static const struct keyword {
  const char *spelling;
  uint8_t kind;       /* sg_token_kind */
  const char *prefix; /* "sg_rule_...": it can begin an expression */
  const char *infix;  /* the same: it can follow an operand */
} keywords[] = {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix)                          \
  {spelling, SG_TOKEN_##id, #prefix, #infix},
#define SG_ALIAS(id, spelling)
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix)
#include "syntax/tokens.def"
};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

static bool is_rule(const char *text) { return text[0] == 's'; }
static bool is_word(const struct keyword *row) {
  return row->spelling[0] >= 'a' && row->spelling[0] <= 'z';
}

/* What may follow: a blank, where something must. */
static char get_append(uint8_t kind) {
  switch (kind) {
  case SG_TOKEN_BREAK:
  case SG_TOKEN_CONTINUE:
  case SG_TOKEN_TRUE:
  case SG_TOKEN_FALSE:
  case SG_TOKEN_NONE: return 0;
  default: return ' ';
  }
}

/* Where a word stands: what may come there. */
typedef enum site {
  AT_STATEMENT, /* at the beginning of one */
  AT_OPERAND,
  BEHIND_OPERAND,           /* an operator has to follow */
  BEHIND_OPERAND_IN_BRACKET /* or a comprehension's clause */
} site;

static bool is_in_bracket(const sg_typed *typed, uint32_t count) {
  uint32_t closed = 0;
  for (uint32_t i = count; i-- > 0;) {
    uint8_t kind = sg_typed_token(typed, i)->kind;
    if (kind == SG_TOKEN_RIGHT_ROUND || kind == SG_TOKEN_RIGHT_SQUARE) closed++;
    if (kind == SG_TOKEN_LEFT_BRACE || kind == SG_TOKEN_RIGHT_BRACE) return false;
    if ((kind == SG_TOKEN_LEFT_ROUND || kind == SG_TOKEN_LEFT_SQUARE) && closed-- == 0) return true;
  }
  return false;
}

/* Whether a newline stands before what is typed at `start`. */
static bool begins_line(const sg_typed *typed, uint32_t start) {
  const char *text = typed->source->text;
  while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t')) start--;
  return start == 0 || text[start - 1] == '\n';
}

static site find_site(const sg_typed *typed, uint32_t start) {
  uint32_t count = typed->count;
  while (count > 0 && sg_typed_token(typed, count - 1)->end > start) count--;
  if (count == 0) return AT_STATEMENT;
  uint8_t before = sg_typed_token(typed, count - 1)->kind;
  bool bracket = is_in_bracket(typed, count);
  if (before == SG_TOKEN_SEMICOLON || before == SG_TOKEN_LEFT_BRACE ||
      before == SG_TOKEN_RIGHT_BRACE || before == SG_TOKEN_COMMAND)
    return AT_STATEMENT;
  if (!sg_typed_ends_operand(before)) return AT_OPERAND;
  if (bracket) return BEHIND_OPERAND_IN_BRACKET;
  return begins_line(typed, start) ? AT_STATEMENT : BEHIND_OPERAND;
}

static bool may_stand(const struct keyword *row, site where) {
  bool infix = is_rule(row->infix);
  bool clause = row->kind == SG_TOKEN_FOR || row->kind == SG_TOKEN_IF;
  switch (where) {
  case AT_STATEMENT: return is_rule(row->prefix) || !infix;
  case AT_OPERAND: return is_rule(row->prefix);
  case BEHIND_OPERAND: return infix;
  default: return infix || clause;
  }
}

static void offer_keywords(sg_typed *typed, sg_span prefix, site where, bool all) {
  for (size_t i = 0; i < KEYWORDS; i++) {
    const struct keyword *row = &keywords[i];
    size_t bytes = strlen(row->spelling);
    if (!is_word(row) || !sg_offer_fits(typed, prefix, row->spelling, bytes)) continue;
    if (all || may_stand(row, where))
      sg_offer(typed, SG_RANK_NAME, row->spelling, bytes, all ? 0 : get_append(row->kind));
  }
}

void sg_offer_keywords(sg_typed *typed, sg_span prefix) {
  offer_keywords(typed, prefix, AT_STATEMENT, true);
}

/* --- Names. */

sg_value sg_complete_global(sg_vm *vm, const char *name, size_t bytes) {
  const sg_global *global = sg_vm_global(vm, name, bytes);
  if (global == NULL) return SG_UNDEFINED;
  return sg_is_undefined(global->value) ? global->builtin : global->value;
}

/* Names that begin with `_` are for those who ask for them. */
static bool is_shown(sg_span prefix, const char *name) {
  return name[0] != '_' || prefix.end > prefix.start;
}

void sg_offer_globals(sg_typed *typed, sg_span prefix, sg_global_test *test) {
  const sg_vm *vm = typed->vm;
  for (uint32_t i = 0; i < vm->global_count; i++) {
    const sg_global *global = &vm->globals[i];
    const sg_string *name = global->name;
    sg_value v = sg_is_undefined(global->value) ? global->builtin : global->value;
    if (sg_is_undefined(v) || !sg_offer_fits(typed, prefix, name->text, name->bytes)) continue;
    if (!is_shown(prefix, name->text) || (test != NULL && !test(vm, v))) continue;
    sg_offer(typed, SG_RANK_NAME, name->text, name->bytes,
             test == NULL && sg_is_callable(v) ? '(' : 0);
  }
}

typedef struct local_offer {
  sg_typed *typed;
  sg_span prefix;
} local_offer;

static void offer_local(void *context, const char *name, size_t bytes, bool function) {
  const local_offer *offer = context;
  if (sg_offer_fits(offer->typed, offer->prefix, name, bytes) && is_shown(offer->prefix, name))
    sg_offer(offer->typed, SG_RANK_NAME, name, bytes, function ? '(' : 0);
}

void sg_offer_names(sg_typed *typed, sg_span prefix) {
  site where = find_site(typed, prefix.start);
  offer_keywords(typed, prefix, where, false);
  if (where == BEHIND_OPERAND || where == BEHIND_OPERAND_IN_BRACKET) return;
  sg_scope_each(typed, offer_local, &(local_offer){typed, prefix});
  sg_offer_globals(typed, prefix, NULL);
}
