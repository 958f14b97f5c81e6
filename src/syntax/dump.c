/* sgrad: the tree as indented text, one node a line, each above its children. */
#include "syntax/operators.h"

enum { DEEPEST_INDENT = 40 }; /* levels; a deeper node shows its level as a number instead */

static const char *const kind_names[] = {
    [SG_AST_NUMBER] = "number",
    [SG_AST_STRING] = "string",
    [SG_AST_FSTRING] = "fstring",
    [SG_AST_REPLACEMENT] = "replacement",
    [SG_AST_TRUE] = "true",
    [SG_AST_FALSE] = "false",
    [SG_AST_NONE] = "none",
    [SG_AST_NAME] = "name",
    [SG_AST_LIST] = "list",
    [SG_AST_RECORD] = "record",
    [SG_AST_PAIR] = "pair",
    [SG_AST_COMPREHENSION] = "comprehension",
    [SG_AST_CLAUSE_FOR] = "for",
    [SG_AST_CLAUSE_IF] = "if",
    [SG_AST_UNARY] = "unary",
    [SG_AST_BINARY] = "binary",
    [SG_AST_AND] = "and",
    [SG_AST_OR] = "or",
    [SG_AST_COMPARE] = "compare",
    [SG_AST_CALL] = "call",
    [SG_AST_METHOD] = "method",
    [SG_AST_NAMED] = "named",
    [SG_AST_FIELD] = "field",
    [SG_AST_INDEX] = "index",
    [SG_AST_SLICE] = "slice",
    [SG_AST_FUNCTION] = "function",
    [SG_AST_PARAMETER] = "parameter",
    [SG_AST_IF] = "if",
    [SG_AST_NO_GRAD] = "no_grad",
    [SG_AST_BLOCK] = "block",
    [SG_AST_EXPRESSION] = "expression",
    [SG_AST_ASSIGN] = "assign",
    [SG_AST_DEFINE] = "define",
    [SG_AST_WHILE] = "while",
    [SG_AST_FOR] = "for",
    [SG_AST_BREAK] = "break",
    [SG_AST_CONTINUE] = "continue",
    [SG_AST_RETURN] = "return",
    [SG_AST_GLOBAL] = "global",
    [SG_AST_NONLOCAL] = "nonlocal",
    [SG_AST_COMMAND] = "command",
    [SG_AST_IMPORT] = "import",
};
_Static_assert(sizeof kind_names / sizeof *kind_names == SG_AST_IMPORT + 1, "a name for each kind");

typedef struct entry {
  const sg_ast *ast; /* NULL: the absent part of a slice */
  uint32_t depth;
} entry;

typedef struct entries {
  entry *items;
  uint32_t count;
  uint32_t capacity;
} entries;

static void write_text(sg_buffer *out, const sg_ast *ast) {
  bool quoted =
      ast->kind == SG_AST_STRING || ast->kind == SG_AST_PAIR || ast->kind == SG_AST_REPLACEMENT;
  if (ast->text.start == NULL || (ast->text.bytes == 0 && !quoted)) return;
  sg_buffer_puts(out, quoted ? " \"" : " ");
  sg_buffer_escape(out, ast->text.start, ast->text.bytes, '"');
  if (quoted) sg_buffer_putc(out, '"');
}

static void write_node(sg_buffer *out, const sg_ast *ast) {
  sg_buffer_puts(out, kind_names[ast->kind]);
  if (ast->op != SG_OPERATOR_NONE) sg_buffer_printf(out, " %s", sg_operator_spelling(ast->op));
  for (uint32_t i = 0; ast->ops != NULL && i + 1 < ast->count; i++)
    sg_buffer_printf(out, " %s", sg_operator_spelling(ast->ops[i]));
  if (ast->kind == SG_AST_NUMBER) {
    char text[SG_NUMBER_SIZE];
    sg_buffer_printf(out, " %s", sg_number_text(text, ast->number));
  }
  write_text(out, ast);
  if (ast->rest.bytes > 0) {
    sg_buffer_putc(out, ' ');
    sg_buffer_escape(out, ast->rest.start, ast->rest.bytes, '"');
  }
  if (ast->quiet) sg_buffer_puts(out, " ;");
}

static void write_line(sg_buffer *out, entry e) {
  uint32_t levels = e.depth < DEEPEST_INDENT ? e.depth : DEEPEST_INDENT;
  sg_buffer_pad(out, ' ', (size_t)levels * 2);
  if (e.depth > levels) sg_buffer_printf(out, "(%u) ", (unsigned)e.depth);
  if (e.ast == NULL)
    sg_buffer_puts(out, "absent");
  else
    write_node(out, e.ast);
  sg_buffer_putc(out, '\n');
}

/* The children, last first: what is pushed last is shown next. */
static bool push_children(sg_memory *memory, entries *stack, entry parent) {
  const sg_ast *ast = parent.ast, *inner[] = {ast->c, ast->b, ast->a};
  if (!SG_RESERVE(memory, stack, (size_t)stack->count + ast->count + 3)) return false;
  bool body_last = ast->kind == SG_AST_FUNCTION;
  if (body_last) stack->items[stack->count++] = (entry){ast->a, parent.depth + 1};
  for (uint32_t i = ast->count; i-- > 0;)
    stack->items[stack->count++] = (entry){ast->items[i], parent.depth + 1};
  for (int i = 0; i < 3; i++)
    if (inner[i] != NULL && !body_last)
      stack->items[stack->count++] = (entry){inner[i], parent.depth + 1};
  return true;
}

bool sg_dump_ast(sg_buffer *out, const sg_ast *ast) {
  entries stack = {0};
  sg_memory *memory = out->memory;
  if (!SG_RESERVE(memory, &stack, 1)) return false;
  stack.items[stack.count++] = (entry){ast, 0};
  bool fits = true;
  while (fits && stack.count > 0) {
    entry next = stack.items[--stack.count];
    write_line(out, next);
    if (next.ast != NULL) fits = push_children(memory, &stack, next) && !out->failed;
  }
  SG_RELEASE(memory, &stack);
  return fits;
}
