/* sgrad: the parser's entry points, its stream of tokens, and the making of nodes. */
#include "syntax/parser.h"

#include <string.h>

/* A line that begins with `.name`, `else` or `elif` goes on with the statement before it. Typed, a
 * statement that is complete does not wait for such a line; in a paste there may be one. */
static bool continues(const sg_token *token) {
  if (token->kind == SG_TOKEN_DOT) return token[1].kind == SG_TOKEN_NAME;
  return token->kind == SG_TOKEN_ELSE || token->kind == SG_TOKEN_ELIF;
}

uint8_t sg_parser_peek(const sg_parser *p, uint32_t token) {
  const sg_token *t = &p->tokens.items[token];
  bool ends = t->newline || t->kind == SG_TOKEN_END;
  if (!ends || !p->context.newlines || token == p->joined || continues(t)) return t->kind;
  return SG_TOKEN_NEWLINE;
}

void sg_parser_refresh(sg_parser *p) { p->kind = sg_parser_peek(p, p->next); }

void sg_parser_advance(sg_parser *p) {
  if (sg_parser_here(p)->kind != SG_TOKEN_END) p->next++;
  sg_parser_refresh(p);
}

void sg_parser_advance_joined(sg_parser *p) {
  if (sg_parser_here(p)->kind != SG_TOKEN_END) p->next++;
  p->joined = p->next;
  p->kind = sg_parser_here(p)->kind;
}

bool sg_parser_take(sg_parser *p, sg_token_kind kind) {
  if (p->kind != kind) return false;
  sg_parser_advance(p);
  return true;
}

bool sg_parser_is(const sg_parser *p, uint32_t token, const char *spelling) {
  const sg_token *t = &p->tokens.items[token];
  size_t bytes = strlen(spelling);
  return t->end - t->start == bytes && memcmp(p->source->text + t->start, spelling, bytes) == 0;
}

uint32_t sg_parser_end(const sg_parser *p) {
  return p->next == 0 ? sg_parser_here(p)->start : p->tokens.items[p->next - 1].end;
}

sg_ast *sg_parser_node(sg_parser *p, sg_ast_kind kind, uint32_t start) {
  sg_ast *ast = sg_arena_get(&p->program->arena, sizeof *ast);
  if (ast == NULL) return sg_parser_fail_memory(p);
  ast->kind = (uint8_t)kind;
  ast->span = (sg_span){start, sg_parser_end(p)};
  ast->place = ast->span;
  return ast;
}

bool sg_parser_text(sg_parser *p, const char *start, size_t bytes, sg_text *text) {
  char *copy = sg_arena_get(&p->program->arena, bytes + 1);
  if (copy == NULL) {
    sg_parser_fail_memory(p);
    return false;
  }
  memcpy(copy, start, bytes);
  *text = (sg_text){copy, (uint32_t)bytes};
  return true;
}

bool sg_parser_push(sg_parser *p, sg_ast *ast) {
  if (ast == NULL) return false;
  if (p->pending_count == p->pending_capacity &&
      !sg_reserve(p->memory, (void **)&p->pending, &p->pending_capacity,
                  (size_t)p->pending_count + 1, sizeof(sg_ast *))) {
    sg_parser_fail_memory(p);
    return false;
  }
  p->pending[p->pending_count++] = ast;
  return true;
}

sg_ast *sg_parser_items(sg_parser *p, sg_ast *ast, uint32_t base) {
  uint32_t count = p->pending_count - base;
  if (ast == NULL) return NULL;
  if (count > 0) {
    ast->items = sg_arena_get(&p->program->arena, count * sizeof(sg_ast *));
    if (ast->items == NULL) return sg_parser_fail_memory(p);
    memcpy(ast->items, p->pending + base, count * sizeof(sg_ast *));
  }
  ast->count = count;
  p->pending_count = base;
  return ast;
}

static void clear(sg_parser *p) {
  sg_tokens_clear(&p->tokens, p->memory);
  sg_release(p->memory, p->pending, p->pending_capacity * sizeof(sg_ast *));
  sg_release(p->memory, p->ops, p->ops_capacity);
}

static sg_ast *parse_program(sg_parser *p) {
  p->context.newlines = true;
  sg_parser_refresh(p);
  return sg_rule_program(p);
}

static sg_ast *parse_argument(sg_parser *p) {
  sg_parser_refresh(p);
  sg_ast *value = sg_rule_expression(p);
  if (value == NULL) return NULL;
  if (p->kind != SG_TOKEN_END) return sg_parser_expected(p, SG_SITE_AFTER, "the expression's end");
  sg_ast *statement = sg_parser_node(p, SG_AST_EXPRESSION, value->span.start);
  if (statement == NULL) return NULL;
  statement->a = value;
  if (!sg_parser_push(p, statement)) return NULL;
  return sg_parser_items(p, sg_parser_node(p, SG_AST_BLOCK, 0), 0);
}

/* By place: a statement may fail at its beginning after a block inside it has failed. */
static void sort_errors(sg_errors *errors) {
  for (uint32_t i = 1; i < errors->count; i++)
    for (uint32_t j = i; j > 0; j--) {
      sg_error *pair = &errors->items[j - 1];
      if (pair[0].span.start <= pair[1].span.start) break;
      sg_error swapped = pair[0];
      pair[0] = pair[1];
      pair[1] = swapped;
    }
}

static sg_status status_of(const sg_parser *p) {
  if (p->no_memory) return SG_NO_MEMORY;
  if (p->incomplete && p->errors->count == 1) return SG_INCOMPLETE;
  return p->errors->count > 0 ? SG_ERROR : SG_OK;
}

static sg_status parse(sg_memory *memory, sg_source *source, sg_program **program,
                       sg_errors *errors, bool whole, bool argument) {
  sg_parser p = {.memory = memory, .source = source, .errors = errors, .whole = whole};
  *program = NULL;
  *errors = (sg_errors){0};
  p.program = sg_program_new(memory, source);
  if (p.program == NULL) return SG_NO_MEMORY;
  if (sg_lex(memory, source, !argument, &p.tokens, NULL)) {
    p.program->block = argument ? parse_argument(&p) : parse_program(&p);
    p.program->comments = p.tokens.comments;
    p.tokens.comments = (sg_comments){0};
  } else {
    p.no_memory = true;
  }
  sg_status status = status_of(&p);
  sort_errors(errors);
  clear(&p);
  if (status == SG_OK)
    *program = p.program;
  else
    sg_program_free(p.program);
  if (status == SG_NO_MEMORY) sg_errors_clear(errors, memory);
  return status;
}

sg_status sg_parse(sg_memory *memory, sg_source *source, sg_parse_mode mode, sg_program **program,
                   sg_errors *errors) {
  return parse(memory, source, program, errors, mode == SG_PARSE_WHOLE, false);
}

sg_status sg_parse_expression(sg_memory *memory, sg_source *source, sg_program **program,
                              sg_errors *errors) {
  return parse(memory, source, program, errors, true, true);
}

void sg_parse_open(sg_memory *memory, const sg_source *source, char *out, size_t size) {
  sg_buffer open;
  sg_tokens tokens;
  if (size == 0) return;
  out[0] = 0;
  sg_buffer_init(&open, memory);
  if (sg_lex(memory, source, true, &tokens, &open) && !open.failed) {
    size_t count = open.count < size ? open.count : size - 1;
    if (count > 0) memcpy(out, open.items + (open.count - count), count);
    out[count] = 0;
  }
  sg_tokens_clear(&tokens, memory);
  sg_buffer_clear(&open);
}
