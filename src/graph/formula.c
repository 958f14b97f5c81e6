/* sgrad: the derivative texts of ops.def: a recursive-descent parser and an evaluator.
 *
 *   sum     = product { ("+" | "-") product }
 *   product = unary { ("*" | "/") unary }
 *   unary   = "-" unary | primary
 *   primary = NUMBER | NAME | NAME "(" sum { "," sum } ")" | "(" sum ")"
 *           | "where" "(" test "," sum "," sum ")"
 *   test    = "isnan" "(" sum ")" | sum ("<" | "<=" | ">" | ">=" | "==") sum
 *
 * The texts are part of the program, so their nesting is fixed, and a text that does not parse is a
 * mistake in ops.def, found by an assertion. Only the chosen side of a where is evaluated.
 */
#include "graph/formula.h"

#include "base/number.h"

#include <assert.h>
#include <math.h>

typedef enum term_kind {
  NUMBER,  /* number */
  OPERAND, /* a, b or y: first */
  NOTHING,
  APPLY1, /* op, first */
  APPLY2, /* op, first, second */
  WHERE,  /* first: a test; second, third */
  LESS,   /* tests of first and second */
  LESS_EQUAL,
  GREATER,
  GREATER_EQUAL,
  EQUAL,
  IS_NAN /* test of first */
} term_kind;

typedef uint16_t term_id; /* from 1; 0: none */

typedef struct term {
  uint8_t kind;
  uint8_t op;
  term_id first;
  term_id second;
  term_id third;
  double number;
} term;

struct sg_formulas {
  term *items; /* items[0] is unused */
  uint32_t count;
  uint32_t capacity;
  term_id roots[SG_OP_COUNT][2]; /* of d/da, d/db; 0: not parsed yet */
};

typedef struct parser {
  sg_memory *memory;
  sg_formulas *formulas;
  const char *at;
  bool failed; /* out of memory */
} parser;

void sg_formulas_free(sg_memory *memory, sg_formulas *formulas) {
  if (!formulas) return;
  SG_RELEASE(memory, formulas);
  sg_release(memory, formulas, sizeof *formulas);
}

static term_id add(parser *p, term t) {
  sg_formulas *formulas = p->formulas;
  if (formulas->count == 0) formulas->count = 1;
  p->failed = p->failed || !SG_RESERVE(p->memory, formulas, formulas->count + 1);
  if (p->failed) return 0;
  assert(formulas->count < UINT16_MAX);
  formulas->items[formulas->count] = t;
  return (term_id)formulas->count++;
}

static term_id add_call(parser *p, sg_op op, term_id first, term_id second) {
  assert(op < SG_OP_COUNT);
  uint8_t kind = sg_op_get(op)->arity == 2 ? APPLY2 : APPLY1;
  return add(p, (term){.kind = kind, .op = (uint8_t)op, .first = first, .second = second});
}

static void skip_blanks(parser *p) { p->at += strspn(p->at, " "); }

static bool accept(parser *p, const char *text) {
  skip_blanks(p);
  size_t bytes = strlen(text);
  if (strncmp(p->at, text, bytes) != 0) return false;
  p->at += bytes;
  return true;
}

static void expect(parser *p, const char *text) {
  bool found = accept(p, text);
  assert(found);
  (void)found;
}

static term_id parse_sum(parser *p);

static term_id parse_number(parser *p) {
  size_t bytes = strspn(p->at, "0123456789.");
  if (p->at[bytes] == 'e') bytes += 1 + strspn(p->at + bytes + 1, "-0123456789");
  double number = 0.;
  bool valid = sg_number_parse(p->at, bytes, &number);
  assert(valid);
  (void)valid;
  p->at += bytes;
  return add(p, (term){.kind = NUMBER, .number = number});
}

static term_id parse_test(parser *p) {
  static const struct {
    const char *text;
    term_kind kind;
  } comparisons[] = {
      {"<=", LESS_EQUAL}, {"<", LESS}, {">=", GREATER_EQUAL}, {">", GREATER}, {"==", EQUAL}};
  if (accept(p, "isnan(")) {
    term_id first = parse_sum(p);
    expect(p, ")");
    return add(p, (term){.kind = IS_NAN, .first = first});
  }
  term_id first = parse_sum(p);
  size_t i = 0;
  while (!accept(p, comparisons[i].text)) assert(i < 4), i++;
  term_id second = parse_sum(p);
  return add(p, (term){.kind = (uint8_t)comparisons[i].kind, .first = first, .second = second});
}

static term_id parse_where(parser *p) {
  term t = {.kind = WHERE};
  t.first = parse_test(p);
  expect(p, ",");
  t.second = parse_sum(p);
  expect(p, ",");
  t.third = parse_sum(p);
  expect(p, ")");
  return add(p, t);
}

static term_id parse_call(parser *p, const char *name) {
  if (strcmp(name, "where") == 0) return parse_where(p);
  term_id first = parse_sum(p), second = 0;
  int arity = accept(p, ",") ? 2 : 1;
  if (arity == 2) second = parse_sum(p);
  expect(p, ")");
  return add_call(p, sg_op_find(name, arity), first, second);
}

static term_id parse_name(parser *p) {
  static const struct {
    const char *name;
    term t;
  } words[] = {{"a", {.kind = OPERAND, .first = 0}},
               {"b", {.kind = OPERAND, .first = 1}},
               {"y", {.kind = OPERAND, .first = 2}},
               {"inf", {.kind = NUMBER, .number = INFINITY}},
               {"nothing", {.kind = NOTHING}}};
  enum { WORDS = sizeof words / sizeof *words };
  char name[16];
  size_t bytes = strspn(p->at, "abcdefghijklmnopqrstuvwxyz0123456789_");
  assert(bytes > 0 && bytes < sizeof name);
  memcpy(name, p->at, bytes);
  name[bytes] = 0;
  p->at += bytes;
  if (accept(p, "(")) return parse_call(p, name);
  int i = 0;
  while (strcmp(words[i].name, name) != 0) i++, assert(i < WORDS);
  return add(p, words[i].t);
}

static term_id parse_primary(parser *p) {
  skip_blanks(p);
  if (*p->at >= '0' && *p->at <= '9') return parse_number(p);
  if (!accept(p, "(")) return parse_name(p);
  term_id inner = parse_sum(p);
  expect(p, ")");
  return inner;
}

static term_id parse_unary(parser *p) {
  bool minus = accept(p, "-");
  term_id operand = minus ? parse_unary(p) : parse_primary(p);
  return minus ? add_call(p, SG_OP_NEGATE, operand, 0) : operand;
}

static term_id parse_product(parser *p) {
  term_id left = parse_unary(p);
  for (;;) {
    sg_op op = accept(p, "*") ? SG_OP_MUL : accept(p, "/") ? SG_OP_DIV : SG_OP_COUNT;
    if (op == SG_OP_COUNT) return left;
    left = add_call(p, op, left, parse_unary(p));
  }
}

static term_id parse_sum(parser *p) {
  term_id left = parse_product(p);
  for (;;) {
    sg_op op = accept(p, "+") ? SG_OP_ADD : accept(p, "-") ? SG_OP_SUB : SG_OP_COUNT;
    if (op == SG_OP_COUNT) return left;
    left = add_call(p, op, left, parse_product(p));
  }
}

/* The root of a text, parsed now unless it has been; 0: out of memory. */
static term_id get_root(sg_tape *tape, sg_op op, int k) {
  if (!tape->formulas) {
    tape->formulas = sg_allocate(tape->memory, sizeof *tape->formulas);
    if (!tape->formulas) return 0;
    *tape->formulas = (sg_formulas){0};
  }
  term_id *root = &tape->formulas->roots[op][k];
  if (*root != 0) return *root;
  const sg_op_info *info = sg_op_get(op);
  uint32_t count = tape->formulas->count;
  parser p = {.memory = tape->memory, .formulas = tape->formulas};
  p.at = k == 0 ? info->da : info->db;
  term_id parsed = parse_sum(&p);
  assert(p.failed || *p.at == 0);
  if (p.failed)
    tape->formulas->count = count;
  else
    *root = parsed;
  return *root;
}

/* ---- evaluation ---- */

typedef struct evaluator {
  sg_tape *tape;
  const sg_value *numbers; /* a, b, y */
} evaluator;

static bool is_plain(sg_value v, double x) { return sg_is_double(v) && sg_as_double(v) == x; }

bool sg_formula_times(sg_tape *tape, sg_value x, sg_value y, sg_value *out) {
  bool first = is_plain(x, 1.), second = is_plain(y, 1.);
  if (first || second) {
    *out = second ? x : y;
    return true;
  }
  return sg_apply2(tape, SG_OP_MUL, x, y, out);
}

static sg_partial apply2(sg_tape *tape, sg_op op, sg_value x, sg_value y, sg_value *out) {
  bool ok = true;
  if (op == SG_OP_MUL)
    ok = sg_formula_times(tape, x, y, out);
  else if (op == SG_OP_POWER && is_plain(y, 1.))
    *out = x;
  else if (op == SG_OP_POWER && is_plain(y, 0.))
    *out = sg_number(1.);
  else
    ok = sg_apply2(tape, op, x, y, out);
  return ok ? SG_PARTIAL_NUMBER : SG_PARTIAL_FAILED;
}

/* The number of a term that stands in a test: its value alone counts. */
static double measure(const evaluator *e, term_id id) {
  const term *t = &e->tape->formulas->items[id];
  switch ((term_kind)t->kind) {
  case NUMBER: return t->number;
  case OPERAND: return sg_tape_value(e->tape, e->numbers[t->first]);
  case APPLY1: return sg_op_value1((sg_op)t->op, measure(e, t->first));
  default: break;
  }
  assert(t->kind == APPLY2);
  return sg_op_value2((sg_op)t->op, measure(e, t->first), measure(e, t->second));
}

static bool holds(const evaluator *e, term_id id) {
  const term *t = &e->tape->formulas->items[id];
  double x = measure(e, t->first);
  if (t->kind == IS_NAN) return isnan(x);
  double y = measure(e, t->second);
  switch ((term_kind)t->kind) {
  case LESS: return x < y;
  case LESS_EQUAL: return x <= y;
  case GREATER: return x > y;
  case GREATER_EQUAL: return x >= y;
  default: return x == y;
  }
}

static sg_partial evaluate(const evaluator *e, term_id id, sg_value *out) {
  const term t = e->tape->formulas->items[id];
  sg_value first, second;
  sg_partial state;
  switch ((term_kind)t.kind) {
  case NUMBER: *out = sg_number(t.number); return SG_PARTIAL_NUMBER;
  case OPERAND: *out = e->numbers[t.first]; return SG_PARTIAL_NUMBER;
  case NOTHING: return SG_PARTIAL_NOTHING;
  case WHERE: return evaluate(e, holds(e, t.first) ? t.second : t.third, out);
  case APPLY1:
    state = evaluate(e, t.first, &first);
    if (state != SG_PARTIAL_NUMBER) return state;
    return sg_apply1(e->tape, (sg_op)t.op, first, out) ? SG_PARTIAL_NUMBER : SG_PARTIAL_FAILED;
  default: break;
  }
  assert(t.kind == APPLY2);
  state = evaluate(e, t.first, &first);
  if (state == SG_PARTIAL_NUMBER) state = evaluate(e, t.second, &second);
  return state == SG_PARTIAL_NUMBER ? apply2(e->tape, (sg_op)t.op, first, second, out) : state;
}

sg_partial sg_formula_partial(sg_tape *tape, sg_op op, int k, const sg_value numbers[3],
                              sg_value *out) {
  term_id root = get_root(tape, op, k);
  evaluator e = {.tape = tape, .numbers = numbers};
  return root == 0 ? SG_PARTIAL_FAILED : evaluate(&e, root, out);
}
