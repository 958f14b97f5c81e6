/* sgrad: lines that are no part of the language proper: commands and Python's imports. */
#include "syntax/parser.h"

#include "base/utf8.h"

#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* The bytes of the command's name, behind its ':'. */
static size_t name_length(const char *text, size_t bytes) {
  size_t n = 0;
  while (n < bytes) {
    uint32_t code;
    size_t step = sg_utf8_decode(text + n, bytes - n, &code);
    if (step == 0 || !sg_is_name_part(code)) break;
    n += step;
  }
  return n;
}

/* What may stand right behind a command's name, or behind '?'. */
static bool may_follow(char c, bool help) {
  return help ? c != '#' : strchr(" \t([{\"'", c) != NULL;
}

static void *fail_behind(sg_parser *p, const char *at) {
  uint32_t place = (uint32_t)(at - p->source->text);
  return sg_parser_fail(p, (sg_span){place, place + 1}, ":help lists the commands",
                        "expected a blank behind the command's name");
}

/* :name rest, and ?name for :help name */
sg_ast *sg_rule_command(sg_parser *p) {
  const sg_token *here = sg_parser_here(p);
  const char *text = p->source->text + here->start + 1;
  size_t bytes = here->end - here->start - 1;
  bool help = text[-1] == '?';
  while (bytes > 0 && is_blank(*text)) text++, bytes--;
  size_t name = help ? 0 : name_length(text, bytes);
  if (!help && name == 0)
    return sg_parser_fail(p, (sg_span){here->start, here->end}, ":help lists them",
                          "expected a command's name after ':'");
  if (name < bytes && !may_follow(text[name], help)) return fail_behind(p, text + name);
  sg_parser_advance(p);
  sg_ast *command = sg_parser_node(p, SG_AST_COMMAND, here->start);
  if (command == NULL) return NULL;
  command->place = (sg_span){here->start, here->start + 1 + (uint32_t)name};
  if (!sg_parser_text(p, help ? "help" : text, help ? 4 : name, &command->text)) return NULL;
  text += name, bytes -= name;
  while (bytes > 0 && is_blank(*text)) text++, bytes--;
  return sg_parser_text(p, text, bytes, &command->rest) ? command : NULL;
}

bool sg_parser_begins_import(const sg_parser *p) {
  if (p->kind != SG_TOKEN_NAME) return false;
  uint8_t after = sg_parser_peek(p, p->next + 1);
  if (sg_parser_is(p, p->next, "import")) return after == SG_TOKEN_NAME;
  return sg_parser_is(p, p->next, "from") && (after == SG_TOKEN_NAME || after == SG_TOKEN_DOT);
}

/* a.b.c; the first of them is at the token returned. */
static bool skip_dotted(sg_parser *p) {
  while (sg_parser_take(p, SG_TOKEN_DOT)) continue;
  while (p->kind == SG_TOKEN_NAME && !sg_parser_is(p, p->next, "import")) {
    sg_parser_advance(p);
    if (!sg_parser_take(p, SG_TOKEN_DOT)) return true;
  }
  return p->kind == SG_TOKEN_NAME;
}

/* `a.b as c` of an import, pushing the name that it binds. */
static bool parse_binding(sg_parser *p) {
  if (p->kind != SG_TOKEN_NAME)
    return sg_parser_expected(p, SG_SITE_OTHER, "a name to import") != NULL;
  if (!sg_parser_push(p, sg_rule_name(p))) return false;
  if (sg_parser_take(p, SG_TOKEN_DOT) && !skip_dotted(p))
    return sg_parser_expected(p, SG_SITE_OTHER, "a name to import") != NULL;
  if (p->kind != SG_TOKEN_NAME || !sg_parser_is(p, p->next, "as")) return true;
  sg_parser_advance(p);
  if (p->kind != SG_TOKEN_NAME)
    return sg_parser_expected(p, SG_SITE_OTHER, "a name after 'as'") != NULL;
  p->pending_count--;
  return sg_parser_push(p, sg_rule_name(p));
}

static bool parse_bindings(sg_parser *p) {
  uint32_t opener = p->next;
  bool newlines = p->context.newlines, round = p->kind == SG_TOKEN_LEFT_ROUND;
  if (sg_parser_take(p, SG_TOKEN_STAR)) return true;
  if (round) {
    p->context.newlines = false;
    sg_parser_advance(p);
  }
  do {
    if (round && p->kind == SG_TOKEN_RIGHT_ROUND) break;
    if (!parse_binding(p)) return false;
    if (p->kind != SG_TOKEN_COMMA) break;
    sg_parser_advance_joined(p);
  } while (p->kind == SG_TOKEN_NAME || round);
  p->context.newlines = newlines;
  return !round || sg_parser_close(p, SG_TOKEN_RIGHT_ROUND, opener);
}

static bool parse_source(sg_parser *p) {
  if (!skip_dotted(p) || p->kind != SG_TOKEN_NAME || !sg_parser_is(p, p->next, "import"))
    return sg_parser_expected(p, SG_SITE_OTHER, "'import'") != NULL;
  sg_parser_advance(p);
  return true;
}

static bool needs_blank(const sg_parser *p, uint32_t token, uint32_t first) {
  uint8_t kind = p->tokens.items[token].kind, before = p->tokens.items[token - 1].kind;
  if (kind == SG_TOKEN_COMMA) return false;
  if (token == first + 1 || sg_parser_is(p, token, "import")) return true;
  return kind != SG_TOKEN_DOT && before != SG_TOKEN_DOT;
}

/* The tokens since `first` with single blanks, without brackets and a last comma: one line. */
static bool join_tokens(sg_parser *p, uint32_t first, sg_text *text) {
  uint32_t size = 0, n = 0;
  for (uint32_t i = first; i < p->next; i++)
    size += p->tokens.items[i].end - p->tokens.items[i].start + 1;
  char *out = sg_arena_get(&p->program->arena, (size_t)size + 1);
  if (out == NULL) return sg_parser_fail_memory(p) != NULL;
  for (uint32_t i = first; i < p->next; i++) {
    const sg_token *token = &p->tokens.items[i];
    if (token->kind == SG_TOKEN_LEFT_ROUND || token->kind == SG_TOKEN_RIGHT_ROUND) continue;
    if (i > first && needs_blank(p, i, first)) out[n++] = ' ';
    memcpy(out + n, p->source->text + token->start, token->end - token->start);
    n += token->end - token->start;
  }
  if (out[n - 1] == ',') out[--n] = 0;
  *text = (sg_text){out, n};
  return true;
}

/* `import a.b as c` and `from a.b import c, d`: skipped, but for the names that they would bind. */
sg_ast *sg_rule_import(sg_parser *p) {
  uint32_t first = p->next, start = sg_parser_here(p)->start, base = p->pending_count;
  bool from = sg_parser_is(p, first, "from");
  sg_parser_advance(p);
  if ((from && !parse_source(p)) || !parse_bindings(p)) return NULL;
  sg_ast *import = sg_parser_items(p, sg_parser_node(p, SG_AST_IMPORT, start), base);
  return import != NULL && join_tokens(p, first, &import->text) ? import : NULL;
}
