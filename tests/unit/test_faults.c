/* sgrad tests: programs under every failing allocation in turn, once and from then on: a clean
 * error, nothing leaked, and the next statement works. */
#include "sgrad.h"

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
    "print(unknwon)",
    "x = = 3\ny = )\n",
};

enum { PROGRAMS = sizeof programs / sizeof *programs, EXHAUSTIVE = 2000, SAMPLES = 200 };

typedef struct host {
  uint64_t first; /* the allocation that fails; 0: none */
  bool on;        /* and all after it */
  int reports;
} host;

static bool fault(void *context, uint64_t call) {
  const host *h = context;
  return h->first > 0 && (call == h->first || (h->on && call > h->first));
}

static void report(void *context, const sg_error *error, const char *text) {
  host *h = context;
  (void)text;
  ck_assert_str_ne(error->message, "");
  h->reports++;
}

static bool write_text(void *context, const char *text, size_t bytes) {
  (void)context;
  (void)text;
  (void)bytes;
  return true;
}

static sg_interpreter *open_host(host *h) {
  return sg_open(&(sg_host){.context = h,
                            .write = write_text,
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

static void run_with_fault(const char *program, sg_status expected, uint64_t call, bool on) {
  host h = {.first = call, .on = on};
  sg_interpreter *sgrad = open_host(&h);
  ck_assert_ptr_nonnull(sgrad);
  sg_status status = sg_run(sgrad, "program", program, SG_ALL);
  ck_assert_msg(status == SG_NO_MEMORY || status == expected,
                "allocation %lu of '%s' failed: status %d", (unsigned long)call, program, status);
  ck_assert_msg(status == SG_OK || h.reports > 0, "allocation %lu of '%s' failed in silence",
                (unsigned long)call, program);
  h.first = 0;
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
    run_with_fault(program, expected, call, false);
    run_with_fault(program, expected, call, true);
  }
}
END_TEST

START_TEST(opening_fails_cleanly) {
  uint64_t opened, ended;
  measure("", &opened, &ended);
  for (uint64_t call = 1; call <= opened; call++) {
    host h = {.first = call, .on = true};
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
  suite_add_tcase(suite, tests);
  return suite;
}
