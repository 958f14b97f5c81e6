/* sgrad tests: programs under every failing allocation in turn, once and from then on: a clean
 * error, nothing leaked, and the next statement works. */
#include "fault_kit.h"

#include <check.h>
#include <stdio.h>

Suite *faults_suite(void);

static const char *const programs[] = {
    "x = 3; y = x**2 + 2*x; y.backward(); print(x.grad)",
    "xs = [i * 0.5 for i in range(20) if i % 2 == 0]; print(sum(xs), xs)",
    "r = {w: 1, \"a b\": [2, 3]}; r.c = \"text\"; print(r, r.keys())",
    "f(x, k=2) = x**k\nprint(f(3), f(2, k=3), map(f, [1, 2, 3]))",
    "def make(n) {\n  total = 0\n  add = () => { nonlocal total; total += n; return total }\n"
    "  return add\n}\nadd = make(2); add(); print(add())",
    "g = grad(x => x**3); print(g(2), grad(g)(2))",
    "name = \"sg\" + \"rad\"; print(f\"{name:>8}|{1/3:.3f}|{name=}\", name.upper(), "
    "name.split(\"r\"))",
    "print(sorted([3, 1, 2]), try(() => error(\"no\")).error, softmax([1, 2]))",
    "w = [0.5, -1]\nfor step in range(5) {\n  loss = sum(a**2 for a in w)\n  zero_grad(w)\n"
    "  loss.backward()\n  for p in w { p.data -= 0.1 * p.grad }\n}\nprint(loss)",
    "a, (b, c) = [1, [2, 3]]; xs = no_grad { [a, b, c] }; xs[1:] == [b, c]; print(xs)",
    "m = mlp(2, [3, 1]); ys = m([[1, 2], [3, 4]]); sum(ys).backward(); print(m, [m], grad(m))",
    "s = sequential(linear(2, 3), relu, linear(3, 2), xs => [x + 1 for x in xs], dropout(0.5)); "
    "s.training = true; print(s([[1, 2], [3, 4]]), s.layers[0].neurons[1].w, len(parameters(s)))",
    "c = copy(mlp(2, [2], init=(nin, nout) => nin / nout)); c.layers[0].w = [[1, 2], [3, 4]]; "
    "print(graph(sum(c([1, 2])), compact=true), no_grad { c([1, 2]) }, parameters([c, c.layers[0], "
    "{w: c}]))",
    "xs, ys = moons(9, seed=1); a = standardize(xs); b = blobs([2, 3]); c = xor(8, 0.1)",
    "xs = [[1], [2], [3], [4]]; ys = [0, 1, 1, 0]; a = one_hot(ys); b = batches(xs, ys, 3, true)\n"
    "a, b, c, d = train_test_split(xs, ys, 0.5, stratify=true)",
    "p = [[1, 2], [3, 4.5]]; y = cross_entropy(p, [0, 1]) + mse(p, [[1, 2], [0, 1]])\n"
    "y.backward(); print(y, nll(p, [1, 0], reduction=\"none\"), nll(p, p), l1(p), l2({p: p}))",
    "print(mse(3, 4), bce([0.5], [1]), hinge([[1], [2]], [[1], [2]], reduction=\"none\"),\n"
    "  accuracy([1, 2], [1, -1]), accuracy([[1, 2], [3, 4]], [[1, 0], [0, 1]]))",
    "w = {a: [1, 2], b: 3}\nopt = adam(w, lr=warmup(cosine(0.1, 9), 3), amsgrad=true)\n"
    "for k in range(3) {\n  opt.zero_grad()\n  l2(w).backward()\n  clip_grad_norm(w, 1)\n"
    "  opt.step()\n}\nopt.betas = [0.5, 0.5]\nprint(opt, opt.params, opt.betas)",
    "a = 1; b = [2]; c = 3; opt = sgd([c, b, a, a], lr=k => 0.1 * k, momentum=0.9)\n"
    "l1([a, b]).backward(); opt.step(); print([a, b, c], [opt])",
    "m = sequential(linear(2, 3), relu, dropout(0.5), linear(3, 1)); xs, ys = moons(9, seed=1)\n"
    "h = train(m, xs, ys, l2=0.1, batch=4, epochs=2, validation=3, on_epoch=e => 0, "
    "until=e => false); print(h)",
    "m = mlp(2, [3, 2]); xs, ys = xor(); h = train(m, xs, ys, epochs=2, batch=3, every=1)\n"
    "print(evaluate(m, xs, ys)); confusion(m, xs, ys, labels=[\"\xc3\xa4\", \"b\"])",
    "print(unknwon)",
    "x = = 3\ny = )\n",
};

enum { PROGRAMS = sizeof programs / sizeof *programs, EXHAUSTIVE = 2000, SAMPLES = 200 };

typedef struct host {
  faults faults; /* first: the interpreter's context is both */
  int reports;
} host;

static void report(void *context, const sg_error *error, const char *text) {
  host *h = context;
  (void)text;
  ck_assert_str_ne(error->message, "");
  h->reports++;
}

static sg_interpreter *open_host(host *h) {
  return sg_open(&(sg_host){.context = h,
                            .write = write_nothing,
                            .report = report,
                            .fault = fault,
                            .has_seed = true,
                            .seed = 1});
}

/* How a program ends, and after how many allocations, when none fails. */
static sg_status measure(const char *program, uint64_t *opened, uint64_t *ended) {
  host h = {0};
  sg_interpreter *sgrad = open_host(&h);
  *opened = sg_get_memory(sgrad)->calls;
  sg_status status = sg_run(sgrad, "program", program, SG_ALL);
  *ended = sg_get_memory(sgrad)->calls;
  sg_close(sgrad);
  return status;
}

static void run_with_fault(const char *program, sg_status expected, uint64_t call, bool once) {
  host h = {.faults = {.first = call, .once = once}};
  sg_interpreter *sgrad = open_host(&h);
  ck_assert_ptr_nonnull(sgrad);
  sg_status status = sg_run(sgrad, "program", program, SG_ALL);
  ck_assert_msg(status == SG_NO_MEMORY || status == expected,
                "allocation %lu of '%s' failed: status %d", (unsigned long)call, program, status);
  ck_assert_msg(status == SG_OK || h.reports > 0, "allocation %lu of '%s' failed in silence",
                (unsigned long)call, program);
  h.faults.first = 0;
  ck_assert_msg(sg_run(sgrad, "after", "after = [1, 2]; assert(sum(after) == 3)", SG_ALL) == SG_OK,
                "after allocation %lu of '%s' failed, nothing works", (unsigned long)call, program);
  sg_close(sgrad);
}

START_TEST(every_allocation_fails) {
  const char *program = programs[_i];
  uint64_t opened, ended;
  sg_status expected = measure(program, &opened, &ended);
  uint64_t count = ended - opened;
  uint64_t step = count <= EXHAUSTIVE ? 1 : count / SAMPLES;
  for (uint64_t call = opened + 1; call <= ended; call += step) {
    run_with_fault(program, expected, call, true);
    run_with_fault(program, expected, call, false);
  }
}
END_TEST

/* --- A simple statement that fails has changed nothing. */

static const char setup[] =
    "x = 3; w = [0.5, -1, 2]; r = {a: 1, b: w}; s = \"text\"; n = no_grad { [3, 1, 2] }\n"
    "y = x**2 + sum(a * a for a in w); y.backward(); z = x * x\n"
    "f(v) = sum(a**3 for a in v)\n"
    "m = mlp(2, [2]); sum(m([1, 2])).backward()\n";

/* All that a program could see of it. */
static const char state[] =
    "[x, x.grad, w, map(grad, w), r, s, n, y, y.grad, z, z.grad, x.label, str(m), m.training, "
    "map(grad, parameters(m)), parameters(m), len(w), keys(r)]";

static const char *const statements[] = {
    "x = 4",
    "x += 1",
    "x.data = 7",
    "x.data -= 0.1 * x.grad",
    "x.grad = 5",
    "x.label = \"name\"",
    "w[1] = 9",
    "m.layers[0].w = [[1, 2], [3, 4]]",
    "m.layers[0].neurons[1].w[0] += 1",
    "m.layers[0].act = \"tanh\"",
    "m.training = true",
    "zero_grad(m)",
    "k = mlp(2, [2, 2])",
    "w[0] += 1",
    "w += [1, 2, 3, 4, 5, 6, 7, 8, 9]",
    "w.append(10)",
    "w.insert(0, 10)",
    "w.pop()",
    "r.pop(\"a\")",
    "r.c = 1",
    "r[\"key\" + s] = [1, 2]",
    "r.a += 2",
    "s += s",
    "x, s = [1, 2]",
    "w[0], w[1] = w[1], w[0]",
    "shuffle(n)",
    "n = sorted(n)",
    "zero_grad(w)",
    "zero_grad(r)",
    "zero_grad()",
    "z.backward()",
    "y.backward()",
    "(x * 2 + w[0]).backward()",
    "w = grad(f)(w)",
    "x = grad(z, x)",
    "w = copy(w)",
    "n = detach(w)",
    "r = {a: r, b: [x for x in w]}",
    "n = read_csv(\"/nonexistent\")",
};

enum { STATEMENTS = sizeof statements / sizeof *statements };

/* The state as text, to be cleared; no allocation fails meanwhile. */
static void read_state(sg_interpreter *sgrad, host *h, sg_buffer *out) {
  h->faults.first = 0;
  ck_assert_int_eq(sg_evaluate(sgrad, "state", state, SG_ALL, out), SG_OK);
  ck_assert_ptr_nonnull(sg_buffer_text(out));
}

/* True: the statement has come to its end in spite of allocation `call` of its own. */
static bool run_statement_with_fault(const char *statement, uint64_t call, bool once) {
  host h = {0};
  sg_memory memory;
  sg_buffer before, after;
  sg_memory_init(&memory);
  sg_buffer_init(&before, &memory);
  sg_buffer_init(&after, &memory);
  sg_interpreter *sgrad = open_host(&h);
  ck_assert_int_eq(sg_run(sgrad, "setup", setup, SG_ALL), SG_OK);
  read_state(sgrad, &h, &before);
  h.faults.once = once;
  h.faults.first = sg_get_memory(sgrad)->calls + call;
  sg_status status = sg_run(sgrad, "statement", statement, SG_ALL);
  bool reached = sg_get_memory(sgrad)->calls >= h.faults.first;
  read_state(sgrad, &h, &after);
  if (status != SG_OK)
    ck_assert_msg(strcmp(before.items, after.items) == 0,
                  "'%s' changed something though its allocation %lu failed: %s", statement,
                  (unsigned long)call, after.items);
  sg_buffer_clear(&before);
  sg_buffer_clear(&after);
  sg_close(sgrad);
  return !reached;
}

START_TEST(failed_statements_change_nothing) {
  for (int once = 0; once < 2; once++)
    for (uint64_t call = 1; !run_statement_with_fault(statements[_i], call, once > 0); call++) {
    }
}
END_TEST

/* --- Running out of memory, again and again. */

START_TEST(a_thousand_times_out_of_memory) {
  static const char *const greedy[] = {
      "xs = []; while true { xs.append(\"word\" * 10000) }",
      "text = \"a\"; while true { text += text }",
      "ys = []; y = leaf(1); while true { y = y * 2; ys.append(y) }",
      "zs = [0] * 100000000",
      "deep = []; while true { deep = [deep, 1] }",
  };
  host h = {0};
  sg_interpreter *sgrad = sg_open(&(sg_host){
      .context = &h, .write = write_nothing, .report = report, .memory_limit = 12 << 20});
  ck_assert_ptr_nonnull(sgrad);
  ck_assert_int_eq(sg_run(sgrad, "setup", "kept = [1, 2]; n = 0", SG_ALL), SG_OK);
  for (int i = 0; i < 1000; i++) {
    const char *program = greedy[i % (int)(sizeof greedy / sizeof *greedy)];
    ck_assert_int_eq(sg_run(sgrad, "greedy", program, SG_ALL), SG_NO_MEMORY);
    ck_assert_int_eq(
        sg_run(sgrad, "next", "xs = none; text = none; ys = none; deep = none; n += 1", SG_ALL),
        SG_OK);
  }
  ck_assert_int_eq(sg_run(sgrad, "after", "assert(n == 1000 and kept == [1, 2])", SG_ALL), SG_OK);
  ck_assert_uint_le(sg_get_memory(sgrad)->peak, 12 << 20);
  sg_close(sgrad);
}
END_TEST

/* --- Memory of a long session does not grow. */

START_TEST(a_long_session_stays_small) {
  host h = {0};
  size_t used = 0;
  sg_interpreter *sgrad = open_host(&h);
  for (int i = 0; i < 60000; i++) {
    char text[96];
    snprintf(text, sizeof text, "x = %d; y = x**2; y.backward(); s = \"s%d\"; f(a) = a + %d; f(x)",
             i, i, i);
    ck_assert_int_eq(sg_run_typed(sgrad, "prompt", text, SG_ALL), SG_OK);
    if (i == 20000) used = sg_get_memory(sgrad)->peak;
  }
  ck_assert_uint_le(sg_get_memory(sgrad)->peak, used + used / 4);
  sg_close(sgrad);
}
END_TEST

START_TEST(opening_fails_cleanly) {
  uint64_t opened, ended;
  measure("", &opened, &ended);
  for (uint64_t call = 1; call <= opened; call++) {
    host h = {.faults.first = call};
    ck_assert_ptr_null(open_host(&h));
  }
}
END_TEST

Suite *faults_suite(void) {
  Suite *suite = suite_create("faults");
  TCase *tests = tcase_create("allocation");
  tcase_set_timeout(tests, 300);
  tcase_add_test(tests, opening_fails_cleanly);
  tcase_add_loop_test(tests, every_allocation_fails, 0, PROGRAMS);
  tcase_add_loop_test(tests, failed_statements_change_nothing, 0, STATEMENTS);
  tcase_add_test(tests, a_thousand_times_out_of_memory);
  tcase_add_test(tests, a_long_session_stays_small);
  suite_add_tcase(suite, tests);
  return suite;
}
