/* sgrad tests: optimizers, step by step beside PyTorch's (tests/data/optimizers.txt). */
#include "base/interrupt.h"
#include "nn/clip.h"
#include "nn/optimizer.h"
#include "nn/schedule.h"
#include "tests/unit/graph_kit.h"

#include <stdio.h>
#include <stdlib.h>

Suite *optimizer_suite(void);

enum { PARAMETERS = 4, STEPS = 100 };

static const double start[PARAMETERS] = {0.7, -1.2, 2.1, 0.3};

/* ---- the function of scripts/fixtures/optimizers.py ---- */

static sg_value times(kit *k, double factor, sg_value x) {
  return kit_apply2(k, SG_OP_MUL, sg_number(factor), x);
}

static sg_value f(kit *k, sg_node first) {
  sg_value p[PARAMETERS];
  for (uint32_t i = 0; i < PARAMETERS; i++) p[i] = sg_node_value(first + i);
  sg_value inner = kit_apply2(k, SG_OP_ADD, times(k, 2, p[1]), p[2]);
  const sg_value terms[] = {
      kit_apply2(k, SG_OP_MUL, kit_apply1(k, SG_OP_SIN, p[0]), kit_apply1(k, SG_OP_COS, p[1])),
      times(k, 0.5, kit_apply1(k, SG_OP_SIN, inner)),
      kit_apply1(k, SG_OP_COS, kit_apply2(k, SG_OP_MUL, p[2], p[3])),
      times(k, 0.1, kit_apply1(k, SG_OP_SIN, times(k, 3, p[3]))),
  };
  return kit_block(k, SG_OP_SUM, terms, 4);
}

/* ---- the fixture ---- */

/* "lr=0.05 betas=0.9,0.999" */
static void read_hyper(sg_optimizer *optimizer, char *text) {
  for (char *word = strtok(text, " \n"); word; word = strtok(NULL, " \n")) {
    char *value = strchr(word, '=');
    *value++ = '\0';
    const sg_hyper_row *row = sg_hyper_find(optimizer->row, word);
    ck_assert_msg(row != NULL, "%s", word);
    if (row->kind == SG_HYPER_FLAG) {
      *sg_hyper_flag(&optimizer->hyper, row) = *value == '1';
      continue;
    }
    double *numbers = sg_hyper_numbers(&optimizer->hyper, row);
    numbers[0] = strtod(value, &value);
    if (row->kind == SG_HYPER_PAIR) numbers[1] = strtod(value + 1, NULL);
  }
}

static sg_node make_leaves(kit *k, const double *values, uint32_t count) {
  sg_node first = sg_as_node(kit_leaf(k, values[0]));
  for (uint32_t i = 1; i < count; i++) kit_leaf(k, values[i]);
  return first;
}

/* One step as the script has it; parameter 1 has no gradient in every third. */
static void step(kit *k, sg_optimizer *optimizer, sg_node first, uint32_t number) {
  sg_tape_mark mark = sg_tape_get_mark(&k->tape);
  sg_optimizer_zero_grad(optimizer, &k->tape);
  kit_backward(k, f(k, first));
  if (number % 3 == 0) sg_node_zero_grad(&k->tape, first + 1);
  ck_assert(sg_optimizer_step(optimizer, &k->tape));
  sg_tape_truncate(&k->tape, mark);
}

static void check_line(const kit *k, const char *name, const char *line, sg_node first) {
  char *at;
  long number = strtol(line, &at, 10);
  for (uint32_t i = 0; i < PARAMETERS; i++) {
    double wanted = strtod(at, &at), got = k->tape.value[first + i];
    ck_assert_msg(fabs(got - wanted) <= 1e-12 * fmax(1., fabs(wanted)),
                  "%s, step %ld, parameter %u: %.17g, PyTorch %.17g", name, number, i, got, wanted);
  }
}

/* Reads the lines of one case, whose first is in `line`; the next case's first is left there. False
 * at the end. */
static bool check_case(FILE *file, char *line, size_t size) {
  kit k;
  sg_optimizer optimizer;
  char name[512];
  snprintf(name, sizeof name, "%s", line);
  char *hyper = strchr(line, ' ');
  *hyper++ = '\0';
  kit_open(&k);
  sg_node first = make_leaves(&k, start, PARAMETERS), leaves[PARAMETERS];
  for (uint32_t i = 0; i < PARAMETERS; i++) leaves[i] = first + i;
  ck_assert(sg_optimizer_init(&optimizer, &k.memory, sg_optimizer_find(line), leaves, PARAMETERS));
  read_hyper(&optimizer, hyper);
  bool more;
  for (uint32_t number = 1;
       (more = fgets(line, (int)size, file)) && *line >= '0' && *line <= '9';) {
    for (; number <= (uint32_t)strtol(line, NULL, 10); number++)
      step(&k, &optimizer, first, number);
    check_line(&k, name, line, first);
  }
  ck_assert_uint_eq(optimizer.steps, STEPS);
  sg_optimizer_clear(&optimizer, &k.memory);
  kit_close(&k);
  return more;
}

START_TEST(steps_as_pytorch) {
  char line[512];
  int cases = 0;
  FILE *file = fopen("tests/data/optimizers.txt", "r");
  ck_assert_ptr_nonnull(file);
  while (fgets(line, sizeof line, file) && *line == '#') continue;
  bool more = true;
  for (; more; cases++) more = check_case(file, line, sizeof line);
  fclose(file);
  ck_assert_int_ge(cases, 196);
}
END_TEST

/* ---- runs ---- */

enum { MANY = 1500 };

static double gradient(uint32_t i, uint32_t number) { return sin(0.1 * i) + 0.01 * number; }

/* Whether parameter i has a gradient in a step: holes of all sizes, also past the last gradient. */
static bool has_gradient(uint32_t i, uint32_t number) {
  if (number == 0) return true;
  if (number == 1) return i < 700;
  return i % 97 != number && (i < 600 || i > 605 + number);
}

/* The same steps with leaves in a row, and with leaves apart from each other. */
static void run_many(const char *name, uint32_t stride, double *out) {
  kit k;
  sg_optimizer optimizer;
  sg_node leaves[MANY];
  kit_open(&k);
  for (uint32_t i = 0; i < MANY; i++) {
    leaves[i] = sg_as_node(kit_leaf(&k, cos(i)));
    for (uint32_t n = 1; n < stride; n++) kit_leaf(&k, 0);
  }
  ck_assert(sg_optimizer_init(&optimizer, &k.memory, sg_optimizer_find(name), leaves, MANY));
  ck_assert_uint_eq(optimizer.runs.count, stride == 1 ? 1 : MANY);
  optimizer.hyper.momentum = 0.9;
  for (uint32_t number = 0; number < 6; number++) {
    sg_optimizer_zero_grad(&optimizer, &k.tape);
    for (uint32_t i = 0; i < MANY; i++)
      if (has_gradient(i, number)) sg_node_set_grad(&k.tape, leaves[i], gradient(i, number));
    ck_assert(sg_optimizer_step(&optimizer, &k.tape));
  }
  for (uint32_t i = 0; i < MANY; i++) out[i] = k.tape.value[leaves[i]];
  sg_optimizer_clear(&optimizer, &k.memory);
  kit_close(&k);
}

START_TEST(runs_as_one_by_one) {
  static double together[MANY], apart[MANY];
  const char *name = sg_optimizers[_i].name;
  run_many(name, 1, together);
  run_many(name, 2, apart);
  for (uint32_t i = 0; i < MANY; i++)
    ck_assert_msg(together[i] == apart[i], "%s: %u: %.17g %.17g", name, i, together[i], apart[i]);
}
END_TEST

START_TEST(no_gradient_no_step) {
  kit k;
  sg_optimizer optimizer;
  kit_open(&k);
  sg_node first = make_leaves(&k, start, PARAMETERS);
  ck_assert(sg_optimizer_init(&optimizer, &k.memory, sg_optimizer_find("adam"), &first, 1));
  ck_assert(sg_optimizer_step(&optimizer, &k.tape)); /* before any gradient on the tape */
  ck_assert(sg_node_set_grad(&k.tape, first + 1, 1.));
  ck_assert(sg_optimizer_step(&optimizer, &k.tape));
  ck_assert(k.tape.value[first] == start[0] && k.tape.last_change == 0);
  ck_assert(optimizer.state[0][0] == 0. && optimizer.steps == 2);
  sg_optimizer_clear(&optimizer, &k.memory);
  kit_close(&k);
}
END_TEST

START_TEST(step_makes_graphs_stale) {
  kit k;
  sg_optimizer optimizer;
  kit_open(&k);
  sg_value x = kit_leaf(&k, 3), y = kit_apply1(&k, SG_OP_SIN, x);
  sg_node leaf = sg_as_node(x);
  ck_assert(sg_optimizer_init(&optimizer, &k.memory, sg_optimizer_find("sgd"), &leaf, 1));
  kit_backward(&k, y);
  ck_assert(sg_optimizer_step(&optimizer, &k.tape));
  ck_assert(sg_node_is_stale(&k.tape, sg_as_node(y)));
  ck_assert(!sg_tape_backward(&k.tape, sg_as_node(y), &k.error));
  sg_optimizer_clear(&optimizer, &k.memory);
  kit_close(&k);
}
END_TEST

/* ---- memory ---- */

static bool fails_at(void *context, uint64_t call) { return call == *(const uint64_t *)context; }

/* A step that fails changes nothing, wherever memory runs out. */
START_TEST(failed_step_changes_nothing) {
  for (uint64_t n = 1;; n++) {
    kit k;
    sg_optimizer optimizer;
    kit_open(&k);
    sg_node first = make_leaves(&k, start, PARAMETERS), leaves[] = {first, first + 2};
    ck_assert(sg_optimizer_init(&optimizer, &k.memory, &sg_optimizers[_i], leaves, 2));
    optimizer.hyper.momentum = 0.9;
    optimizer.hyper.amsgrad = optimizer.hyper.centered = true;
    for (uint32_t i = 0; i < 2; i++) ck_assert(sg_node_set_grad(&k.tape, leaves[i], 1.));
    uint64_t call = k.memory.calls + n;
    k.memory.fault_context = &call;
    k.memory.fault = fails_at;
    bool ok = sg_optimizer_step(&optimizer, &k.tape);
    for (uint32_t i = 0; i < 2; i++)
      ck_assert((k.tape.value[leaves[i]] == start[leaves[i] - first]) == !ok);
    ck_assert_uint_eq(optimizer.steps, ok);
    k.memory.fault = NULL;
    ck_assert(ok || sg_optimizer_step(&optimizer, &k.tape));
    sg_optimizer_clear(&optimizer, &k.memory);
    kit_close(&k);
    if (ok) break;
  }
}
END_TEST

START_TEST(failed_making_leaves_nothing) {
  for (uint64_t call = 1;; call++) {
    sg_memory memory;
    sg_optimizer optimizer;
    const sg_node leaves[] = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    sg_memory_init(&memory);
    memory.fault_context = &call;
    memory.fault = fails_at;
    bool ok = sg_optimizer_init(&optimizer, &memory, sg_optimizers, leaves, 10);
    sg_optimizer_clear(&optimizer, &memory);
    ck_assert_uint_eq(memory.used, 0);
    if (ok) break;
  }
}
END_TEST

/* ---- long steps ---- */

/* Leaves that lie apart: each takes as long as many in a row. */
enum { LONG = 600000, HOLE = 700, STATES_OF_ADAM = 3 };

/* What comes with an allocation: Ctrl-C, or from then on no memory. */
typedef struct mishap {
  uint64_t call;
  bool interrupts;
} mishap;

static bool befall(void *context, uint64_t call) {
  const mishap *m = context;
  if (call == m->call && m->interrupts) sg_interrupted = 1;
  return call >= m->call && !m->interrupts;
}

static void open_long(kit *k, sg_optimizer *optimizer) {
  sg_node *leaves = malloc(LONG * sizeof *leaves);
  kit_open(k);
  for (uint32_t i = 0; i < LONG; i++) {
    leaves[i] = sg_as_node(kit_leaf(k, 1.));
    kit_leaf(k, 2.);
  }
  ck_assert(sg_optimizer_init(optimizer, &k->memory, sg_optimizer_find("adam"), leaves, LONG));
  free(leaves);
  ck_assert(sg_tape_reserve_grad(&k->tape, 2 * LONG - 1));
  for (uint32_t i = 0; i < LONG; i++)
    if (i != HOLE) k->tape.grad[(size_t)2 * i] = 1. + i % 7;
}

static void close_long(kit *k, sg_optimizer *optimizer) {
  k->memory.fault = NULL;
  sg_optimizer_clear(optimizer, &k->memory);
  kit_close(k);
}

/* Whether all is as one step, or none, leaves it. */
static void check_long(const kit *k, const sg_optimizer *optimizer, bool stepped) {
  const sg_tape *tape = &k->tape;
  const double *steps = optimizer->state[0], *mean = optimizer->state[1];
  bool same = true;
  ck_assert_uint_eq(optimizer->steps, stepped);
  for (uint32_t i = 0; i < LONG; i++) {
    bool moved = stepped && i != HOLE;
    same &= fabs(tape->value[(size_t)2 * i] - (moved ? 0.999 : 1.)) < 1e-9;
    same &= tape->value[(size_t)2 * i + 1] == 2.;
    same &= !steps || steps[i] == moved;
    same &= !mean || fabs(mean[i] - (moved ? 0.1 * (1. + i % 7) : 0.)) < 1e-12;
    same &= (tape->operands[(size_t)2 * i].a == tape->count) == moved;
  }
  ck_assert(same);
}

/* A step with something that comes with its n-th allocation from now on. */
static bool step_with(kit *k, sg_optimizer *optimizer, uint64_t n, bool interrupts) {
  mishap m = {k->memory.calls + n, interrupts};
  k->memory.fault_context = &m;
  k->memory.fault = befall;
  bool ok = sg_optimizer_step(optimizer, &k->tape);
  k->memory.fault = NULL;
  ck_assert(!(ok && sg_interrupted));
  sg_interrupted = 0;
  return ok;
}

START_TEST(interrupted_step_changes_nothing) {
  kit k;
  sg_optimizer optimizer;
  uint64_t n = 1;
  open_long(&k, &optimizer);
  for (; !step_with(&k, &optimizer, n, true); n++) check_long(&k, &optimizer, false);
  ck_assert_uint_gt(n, 1 + STATES_OF_ADAM + 1); /* in the copies of values and states too */
  check_long(&k, &optimizer, true);
  close_long(&k, &optimizer);
}
END_TEST

START_TEST(without_memory_for_copies_it_steps_in_place) {
  for (uint64_t n = 1; n <= STATES_OF_ADAM + 4; n += 2) {
    kit k;
    sg_optimizer optimizer;
    open_long(&k, &optimizer);
    bool ok = step_with(&k, &optimizer, n, false);
    ck_assert(ok == (n > STATES_OF_ADAM));
    check_long(&k, &optimizer, ok);
    close_long(&k, &optimizer);
  }
}
END_TEST

/* ---- tables ---- */

START_TEST(defaults_fit_their_ranges) {
  for (const sg_optimizer_row *row = sg_optimizers; row->name; row++) {
    sg_hyper hyper = sg_hyper_defaults(row);
    int states = 0;
    ck_assert_ptr_null(sg_hyper_conflict(&hyper));
    for (const sg_hyper_row *one = row->hyper; one->name; one++) {
      if (one->kind == SG_HYPER_FLAG) continue;
      ck_assert(sg_hyper_fits(one, *sg_hyper_numbers(&hyper, one)));
      ck_assert(!sg_hyper_fits(one, NAN) && !sg_hyper_fits(one, INFINITY));
    }
    for (const sg_state_row *one = row->state; one->name; one++) states++;
    ck_assert_int_le(states, SG_STATES);
    ck_assert_str_eq(row->state->name, "step");
    ck_assert_ptr_eq(sg_optimizer_find(row->name), row);
  }
  ck_assert_ptr_null(sg_optimizer_find("lbfgs"));
  ck_assert_ptr_null(sg_hyper_find(sg_optimizers, "betas"));
}
END_TEST

/* ---- clipping and schedules, beside PyTorch 1.13's ---- */

START_TEST(clips_as_pytorch) {
  static const struct {
    double type, most, norm, first;
  } cases[] = {{2, 1, 5., 3. / 5.000001},        {2, 10, 5., 3.},
               {1, 1, 7., 3. / 7.000001},        {3, 1, 4.497941445275415, 3. / 4.497942445275415},
               {INFINITY, 2, 4., 6. / 4.000001}, {0.5, 0, 13.92820323027551, 0.}};
  for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
    kit k;
    double norm;
    kit_open(&k);
    sg_node first = make_leaves(&k, start, PARAMETERS);
    const sg_node nodes[] = {first, first + 1, first + 2};
    sg_node_set_grad(&k.tape, first, 3.);
    sg_node_set_grad(&k.tape, first + 2, -4.);
    ck_assert(sg_grad_norm(&k.tape, nodes, 3, cases[n].type, &norm));
    sg_grad_clip(&k.tape, nodes, 3, norm, cases[n].most);
    ck_assert_double_eq_tol(norm, cases[n].norm, 1e-12);
    ck_assert_double_eq_tol(sg_node_grad(&k.tape, first), cases[n].first, 1e-12);
    ck_assert(!sg_node_has_grad(&k.tape, first + 1));
    ck_assert(sg_grad_norm(&k.tape, nodes, 0, 2., &norm) && norm == 0.);
    ck_assert(sg_grad_norm(&k.tape, nodes + 1, 1, 2., &norm) && norm == 0.);
    kit_close(&k);
  }
}
END_TEST

START_TEST(schedules_as_pytorch) {
  char line[1024], name[32];
  double lr, a, b, c;
  int cases = 0;
  FILE *file = fopen("tests/data/schedules.txt", "r");
  ck_assert_ptr_nonnull(file);
  while (fgets(line, sizeof line, file)) {
    int used;
    if (sscanf(line, "%31s %lf %lf %lf %lf%n", name, &lr, &a, &b, &c, &used) != 5) continue;
    char *at = line + used;
    for (double k = 0.; *at != '\n'; k++) {
      double wanted = strtod(at, &at);
      double got = *name == 'c'   ? sg_schedule_cosine(lr, a, b, k)
                   : *name == 's' ? sg_schedule_step_decay(lr, a, b, k)
                                  : sg_schedule_warmup(lr, a, b, c, k);
      ck_assert_msg(fabs(got - wanted) <= 1e-12, "%s, step %g: %.17g, PyTorch %.17g", name, k, got,
                    wanted);
    }
    cases++;
  }
  fclose(file);
  ck_assert_int_ge(cases, 6);
}
END_TEST

Suite *optimizer_suite(void) {
  Suite *suite = suite_create("optimizer");
  TCase *tests = tcase_create("optimizer");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, steps_as_pytorch);
  tcase_add_loop_test(tests, runs_as_one_by_one, 0, 5);
  tcase_add_test(tests, no_gradient_no_step);
  tcase_add_test(tests, step_makes_graphs_stale);
  tcase_add_loop_test(tests, failed_step_changes_nothing, 0, 5);
  tcase_add_test(tests, failed_making_leaves_nothing);
  tcase_add_test(tests, interrupted_step_changes_nothing);
  tcase_add_test(tests, without_memory_for_copies_it_steps_in_place);
  tcase_add_test(tests, defaults_fit_their_ranges);
  tcase_add_test(tests, clips_as_pytorch);
  tcase_add_test(tests, schedules_as_pytorch);
  suite_add_tcase(suite, tests);
  return suite;
}
