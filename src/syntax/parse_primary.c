/* sgrad: expressions that stand by themselves: names, literals, brackets, `if` and `no_grad`. */
#include "syntax/literal.h"
#include "syntax/parser.h"

sg_ast *sg_rule_name(sg_parser *p) {
  const sg_token *here = sg_parser_here(p);
  sg_parser_advance(p);
  sg_ast *name = sg_parser_node(p, SG_AST_NAME, here->start);
  if (name == NULL) return NULL;
  const char *text = p->source->text + here->start;
  return sg_parser_text(p, text, here->end - here->start, &name->text) ? name : NULL;
}

static void *fail_literal(sg_parser *p, const sg_literal_error *error) {
  if (error->message == NULL) return sg_parser_fail_memory(p);
  return sg_parser_fail(p, error->place, error->note, "%s", error->message);
}

sg_ast *sg_rule_number(sg_parser *p) {
  const sg_token *here = sg_parser_here(p);
  sg_literal_error error;
  double value;
  if (!sg_literal_number(&p->program->arena, p->source->text, (sg_span){here->start, here->end},
                         &value, &error))
    return fail_literal(p, &error);
  sg_parser_advance(p);
  sg_ast *number = sg_parser_node(p, SG_AST_NUMBER, here->start);
  if (number != NULL) number->number = value;
  return number;
}

/* A STRING node for the content [start, end) of the token here. */
static sg_ast *parse_content(sg_parser *p, uint32_t start, uint32_t end, bool braces) {
  const sg_token *here = sg_parser_here(p);
  sg_literal_error error;
  sg_text text;
  if (!sg_literal_string(&p->program->arena, p->source->text, (sg_span){start, end}, braces, &text,
                         &error))
    return fail_literal(p, &error);
  sg_parser_advance(p);
  sg_ast *string = sg_parser_node(p, SG_AST_STRING, here->start);
  if (string != NULL) string->text = text;
  return string;
}

sg_ast *sg_rule_string(sg_parser *p) {
  const sg_token *here = sg_parser_here(p);
  return parse_content(p, here->start + 1, here->end - 1, false);
}

static bool parse_format(sg_parser *p, sg_ast *part) {
  const sg_token *here = sg_parser_here(p);
  const char *text = p->source->text + here->start + 1;
  size_t bytes = here->end - here->start - 1, bad = 0;
  if (bytes > 0 && p->kind == SG_TOKEN_FSTRING_FORMAT) {
    sg_format *format = sg_arena_get(&p->program->arena, sizeof *format);
    if (format == NULL) return sg_parser_fail_memory(p) != NULL;
    if (!sg_format_parse(format, text, bytes, &bad)) {
      uint32_t place = here->start + 1 + (uint32_t)(bad < bytes ? bad : bytes);
      sg_parser_fail(p, (sg_span){place, bad < bytes ? place + 1 : place},
                     "a format is [[fill]align][sign][0][width][,][.precision][type], "
                     "type e f g % d or s",
                     "this is not a format");
      return false;
    }
    part->format = format;
    if (!sg_parser_text(p, text, bytes, &part->rest)) return false;
  }
  sg_parser_take(p, SG_TOKEN_FSTRING_FORMAT);
  return true;
}

/* The '=' of {x=}, with what stands before it in the braces. */
static bool parse_echo(sg_parser *p, sg_ast *part) {
  if (!sg_parser_take(p, SG_TOKEN_ASSIGN)) return true;
  uint32_t start = part->span.start + 1, end = sg_parser_here(p)->start;
  return sg_parser_text(p, p->source->text + start, end - start, &part->text);
}

/* {expression [=] [:format]} */
static sg_ast *parse_replacement(sg_parser *p) {
  uint32_t opener = p->next, start = sg_parser_here(p)->start;
  sg_parser_advance(p);
  sg_ast *value = sg_rule_expression(p);
  if (value == NULL) return NULL;
  sg_ast *part = sg_parser_node(p, SG_AST_REPLACEMENT, start);
  if (part == NULL || !parse_echo(p, part) || !parse_format(p, part)) return NULL;
  if (!sg_parser_close(p, SG_TOKEN_FSTRING_CLOSE, opener)) return NULL;
  part->a = value;
  part->place = value->span;
  part->span.end = sg_parser_end(p);
  return part;
}

sg_ast *sg_rule_fstring(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  bool newlines = p->context.newlines;
  p->context.newlines = false;
  sg_parser_advance(p);
  for (;;) {
    const sg_token *here = sg_parser_here(p);
    if (p->kind == SG_TOKEN_FSTRING_TEXT) {
      if (!sg_parser_push(p, parse_content(p, here->start, here->end, true))) return NULL;
    } else if (p->kind == SG_TOKEN_FSTRING_OPEN) {
      if (!sg_parser_push(p, parse_replacement(p))) return NULL;
    } else {
      break;
    }
  }
  p->context.newlines = newlines;
  if (!sg_parser_take(p, SG_TOKEN_FSTRING_END))
    return sg_parser_expected(p, SG_SITE_OTHER, "the f-string's end");
  return sg_parser_items(p, sg_parser_node(p, SG_AST_FSTRING, start), base);
}

sg_ast *sg_rule_constant(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_ast_kind kind = p->kind == SG_TOKEN_TRUE    ? SG_AST_TRUE
                     : p->kind == SG_TOKEN_FALSE ? SG_AST_FALSE
                                                 : SG_AST_NONE;
  sg_parser_advance(p);
  return sg_parser_node(p, kind, start);
}

/* Expressions and commas up to `closer`, pushed; `*commas` counts the commas. */
static bool parse_elements(sg_parser *p, sg_token_kind closer, uint32_t *commas) {
  while (p->kind != closer) {
    if (!sg_parser_push(p, sg_rule_expression(p))) return false;
    if (!sg_parser_take(p, SG_TOKEN_COMMA)) break;
    ++*commas;
  }
  return true;
}

/* A bracket's content: expressions with commas between, or a comprehension. Leaves the parser
 * behind the bracket. */
static sg_ast *parse_sequence(sg_parser *p, sg_token_kind closer) {
  uint32_t opener = p->next, base = p->pending_count, commas = 0;
  uint32_t start = sg_parser_here(p)->start;
  bool newlines = p->context.newlines, round = closer == SG_TOKEN_RIGHT_ROUND;
  p->context.newlines = false;
  sg_parser_advance(p);
  if (!parse_elements(p, closer, &commas)) return NULL;
  uint32_t count = p->pending_count - base;
  sg_ast *first = count == 1 ? p->pending[base] : NULL;
  bool comprehension = first != NULL && commas == 0 && p->kind == SG_TOKEN_FOR;
  if (comprehension) {
    p->pending_count = base;
    first = sg_rule_comprehension(p, first, start);
    if (first == NULL) return NULL;
    first->round = round;
  }
  p->context.newlines = newlines;
  if (!sg_parser_close(p, closer, opener)) return NULL;
  if (comprehension) first->span.end = first->place.end = sg_parser_end(p);
  bool group = round && first != NULL && commas == 0;
  if (group) p->pending_count = base;
  if (comprehension || group) return first;
  sg_ast *list = sg_parser_items(p, sg_parser_node(p, SG_AST_LIST, start), base);
  if (list != NULL) list->round = round;
  return list;
}

/* ( ): a group, a list, or a comprehension. */
sg_ast *sg_rule_round(sg_parser *p) { return parse_sequence(p, SG_TOKEN_RIGHT_ROUND); }

sg_ast *sg_rule_list(sg_parser *p) { return parse_sequence(p, SG_TOKEN_RIGHT_SQUARE); }

static sg_ast *parse_clause(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  bool loops = p->kind == SG_TOKEN_FOR;
  sg_ast *target = NULL;
  sg_parser_advance_joined(p);
  if (loops) {
    target = sg_rule_targets(p, true);
    if (target == NULL) return NULL;
    if (p->kind != SG_TOKEN_IN) return sg_parser_expected(p, SG_SITE_OTHER, "'in'");
    sg_parser_advance_joined(p);
  }
  sg_ast *value = sg_rule_expression(p);
  if (value == NULL) return NULL;
  sg_ast *clause = sg_parser_node(p, loops ? SG_AST_CLAUSE_FOR : SG_AST_CLAUSE_IF, start);
  if (clause == NULL) return NULL;
  clause->a = loops ? target : value;
  clause->b = loops ? value : NULL;
  return clause;
}

sg_ast *sg_rule_comprehension(sg_parser *p, sg_ast *element, uint32_t start) {
  uint32_t base = p->pending_count;
  while (p->kind == SG_TOKEN_FOR || p->kind == SG_TOKEN_IF)
    if (!sg_parser_push(p, parse_clause(p))) return NULL;
  sg_ast *made = sg_parser_items(p, sg_parser_node(p, SG_AST_COMPREHENSION, start), base);
  if (made == NULL) return NULL;
  made->a = element;
  made->round = true;
  return made;
}

static bool parse_key(sg_parser *p, sg_ast *pair) {
  const sg_token *here = sg_parser_here(p);
  const char *text = p->source->text + here->start;
  if (p->kind == SG_TOKEN_STRING) {
    sg_ast *key = sg_rule_string(p);
    if (key == NULL) return false;
    pair->text = key->text;
    return true;
  }
  if (p->kind != SG_TOKEN_NAME) {
    sg_parser_expected(p, SG_SITE_KEY, "a record's key (a name or a string)");
    return false;
  }
  sg_parser_advance(p);
  return sg_parser_text(p, text, here->end - here->start, &pair->text);
}

static sg_ast *parse_pair(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_ast *pair = sg_parser_node(p, SG_AST_PAIR, start);
  if (pair == NULL || !parse_key(p, pair)) return NULL;
  pair->place.end = sg_parser_end(p);
  if (!sg_parser_take(p, SG_TOKEN_COLON))
    return sg_parser_expected(p, SG_SITE_KEY, "':' after a record's key");
  pair->a = sg_rule_expression(p);
  pair->span.end = sg_parser_end(p);
  return pair->a == NULL ? NULL : pair;
}

sg_ast *sg_rule_record(sg_parser *p) {
  uint32_t opener = p->next, start = sg_parser_here(p)->start, base = p->pending_count;
  bool newlines = p->context.newlines;
  p->context.newlines = false;
  sg_parser_advance(p);
  while (p->kind != SG_TOKEN_RIGHT_BRACE) {
    if (!sg_parser_push(p, parse_pair(p))) return NULL;
    if (!sg_parser_take(p, SG_TOKEN_COMMA)) break;
  }
  p->context.newlines = newlines;
  if (!sg_parser_close(p, SG_TOKEN_RIGHT_BRACE, opener)) return NULL;
  return sg_parser_items(p, sg_parser_node(p, SG_AST_RECORD, start), base);
}

/* `if` or `elif`: its condition and block, pushed. */
static bool parse_branch(sg_parser *p) {
  sg_parser_advance(p);
  return sg_parser_push(p, sg_rule_expression(p)) &&
         sg_parser_push(p, sg_rule_block(p, false, false));
}

static bool parse_else(sg_parser *p, bool *more) {
  sg_parser_advance(p);
  *more = p->kind == SG_TOKEN_IF;
  return *more || sg_parser_push(p, sg_rule_block(p, false, false));
}

sg_ast *sg_rule_if(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start, base = p->pending_count;
  bool more = true;
  while (more) {
    if (!parse_branch(p)) return NULL;
    more = p->kind == SG_TOKEN_ELIF;
    if (p->kind == SG_TOKEN_ELSE && !parse_else(p, &more)) return NULL;
  }
  return sg_parser_items(p, sg_parser_node(p, SG_AST_IF, start), base);
}

sg_ast *sg_rule_no_grad(sg_parser *p) {
  uint32_t start = sg_parser_here(p)->start;
  sg_parser_advance(p);
  sg_ast *block = sg_rule_block(p, false, false);
  sg_ast *no_grad = block == NULL ? NULL : sg_parser_node(p, SG_AST_NO_GRAD, start);
  if (no_grad != NULL) no_grad->a = block;
  return no_grad;
}
