/* sgrad: programs as data: making, releasing, comparing. */
#include "syntax/program.h"

#include <string.h>

sg_program *sg_program_new(sg_memory *memory, sg_source *source) {
  sg_program *program = sg_allocate(memory, sizeof *program);
  if (program == NULL) return NULL;
  *program = (sg_program){.memory = memory, .source = sg_source_retain(source)};
  sg_arena_init(&program->arena, memory);
  return program;
}

void sg_program_free(sg_program *program) {
  if (program == NULL) return;
  sg_arena_clear(&program->arena);
  SG_RELEASE(program->memory, &program->comments);
  sg_source_release(program->source);
  sg_release(program->memory, program, sizeof *program);
}

sg_ast *sg_program_block(const sg_program *program) { return program->block; }
sg_source *sg_program_source(const sg_program *program) { return program->source; }

void sg_errors_clear(sg_errors *errors, sg_memory *memory) {
  SG_RELEASE(memory, errors);
  *errors = (sg_errors){0};
}

static bool same_text(const sg_text *x, const sg_text *y) {
  return x->bytes == y->bytes && (x->bytes == 0 || memcmp(x->start, y->start, x->bytes) == 0);
}

/* The nodes by themselves: numbers by their bits, formats by what they say. */
static bool same_node(const sg_ast *x, const sg_ast *y) {
  bool marks = x->kind == y->kind && x->op == y->op && x->quiet == y->quiet &&
               x->round == y->round && x->bare == y->bare && x->count == y->count;
  return marks && memcmp(&x->number, &y->number, sizeof x->number) == 0 &&
         same_text(&x->text, &y->text) && same_text(&x->rest, &y->rest) &&
         (x->ops == NULL) == (y->ops == NULL) &&
         (x->ops == NULL || memcmp(x->ops, y->ops, x->count - 1) == 0);
}

bool sg_ast_equal(const sg_ast *x, const sg_ast *y) {
  while (x != NULL && y != NULL) {
    if (!same_node(x, y) || !sg_ast_equal(x->b, y->b) || !sg_ast_equal(x->c, y->c)) return false;
    for (uint32_t i = 0; i < x->count; i++)
      if (!sg_ast_equal(x->items[i], y->items[i])) return false;
    x = x->a;
    y = y->a;
  }
  return x == y;
}

bool sg_ast_is_link(const sg_ast *ast) {
  switch (ast->kind) {
  case SG_AST_BINARY:
  case SG_AST_AND:
  case SG_AST_OR:
  case SG_AST_CALL:
  case SG_AST_METHOD:
  case SG_AST_FIELD:
  case SG_AST_INDEX:
  case SG_AST_SLICE: return true;
  default: return false;
  }
}
