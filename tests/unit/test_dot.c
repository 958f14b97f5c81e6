/* sgrad tests: pictures of graphs: what looking costs and what it leaves alone. */
#include "view/dot.h"

#include "sgrad.h"
#include "view/elements.h"

#include <check.h>
#include <math.h>
#include <stdio.h>

Suite *dot_suite(void);

typedef struct kit {
  uint64_t calls; /* allocations so far */
  uint64_t fail;  /* the one that fails, 0: none */
  sg_interpreter *sgrad;
  sg_vm *vm;
  sg_buffer text;
} kit;

static bool fault(void *context, uint64_t call) {
  kit *k = context;
  k->calls = call;
  return k->fail > 0 && call >= k->fail;
}

static void complain(void *context, const sg_error *error, const char *text) {
  (void)context;
  (void)error;
  fputs(text, stderr);
}

static void open_kit(kit *k, const char *program) {
  *k = (kit){0};
  k->sgrad =
      sg_open(&(sg_host){.context = k, .report = complain, .fault = fault, .has_seed = true});
  ck_assert_ptr_nonnull(k->sgrad);
  k->vm = sg_get_vm(k->sgrad);
  ck_assert_int_eq(sg_run(k->sgrad, "test", program, SG_ALL), SG_OK);
  sg_buffer_init(&k->text, k->vm->memory);
}

static void close_kit(kit *k) {
  sg_buffer_clear(&k->text);
  sg_close(k->sgrad);
}

static sg_node get_node(kit *k, const char *name) {
  const sg_global *global = sg_vm_global(k->vm, name, strlen(name));
  ck_assert_ptr_nonnull(global);
  ck_assert(sg_is_node(global->value));
  return sg_as_node(global->value);
}

static const char *draw(kit *k, const char *name) {
  sg_dot_options options = SG_DOT_DEFAULTS;
  sg_buffer_clear(&k->text);
  ck_assert(sg_view_dot(k->vm, &k->text, get_node(k, name), &options));
  return sg_buffer_text(&k->text);
}

static const char program[] = "w = [0.5, -1, 2]\nb = 0.1\n"
                              "y = tanh(dot(w, [1, 2, 3]) + b)\n"
                              "p = softmax([y, b, w[0]])\n"
                              "q = dot([1, 2, 3, 4], no_grad { [0, 1, nan, 2] })\n"
                              "v = [1, 2, 3]; u = sum(v) + q * 0 + sum([b, leaf(1), leaf(2)])\n"
                              "loss = u + norm(p) + mean(w) - log(p[1]) + max(w) + std(w)\n"
                              "loss.backward()";

START_TEST(looking_changes_nothing) {
  kit k;
  open_kit(&k, program);
  const sg_tape *tape = &k.vm->tape;
  uint32_t nodes = tape->count, args = tape->arg_count, grads = tape->grad_count;
  size_t used = k.vm->memory->used;
  double grad = sg_node_grad(tape, get_node(&k, "b"));
  draw(&k, "loss");
  sg_buffer_clear(&k.text);
  ck_assert_uint_eq(tape->count, nodes);
  ck_assert_uint_eq(tape->arg_count, args);
  ck_assert_uint_eq(tape->grad_count, grads);
  ck_assert_uint_eq(k.vm->memory->used, used);
  ck_assert_double_eq(sg_node_grad(tape, get_node(&k, "b")), grad);
  close_kit(&k);
}
END_TEST

START_TEST(the_same_graph_gives_the_same_text) {
  kit k;
  open_kit(&k, program);
  sg_buffer first;
  sg_buffer_init(&first, k.vm->memory);
  sg_buffer_puts(&first, draw(&k, "loss"));
  ck_assert_int_eq(
      sg_run(k.sgrad, "test", "for i in range(1000) { t = w[0] * i }; del = 0", SG_ALL), SG_OK);
  ck_assert(sg_heap_collect(&k.vm->heap));
  ck_assert_str_eq(sg_buffer_text(&first), draw(&k, "loss"));
  sg_buffer_clear(&first);
  close_kit(&k);

  open_kit(&k, "old = [i * leaf(2) for i in range(100)]");
  ck_assert_int_eq(sg_run(k.sgrad, "test", program, SG_ALL), SG_OK);
  kit fresh;
  open_kit(&fresh, program);
  ck_assert_str_eq(draw(&fresh, "loss"), draw(&k, "loss"));
  close_kit(&fresh);
  close_kit(&k);
}
END_TEST

static const sg_dot_options variants[] = {
    {.rankdir = "LR", .grad = true, .depth = SG_DEPTH_ALL},
    {.rankdir = "TB", .compact = true, .depth = SG_DEPTH_ALL},
    {.rankdir = "LR", .grad = true, .depth = 3},
};

START_TEST(every_failing_allocation_is_an_error) {
  kit k;
  open_kit(&k, program);
  sg_dot_options options = variants[_i];
  sg_node root = get_node(&k, "loss");
  size_t used = k.vm->memory->used;
  bool done = false;
  for (uint64_t n = 1; !done; n++) {
    ck_assert_uint_lt(n, 10000);
    k.fail = k.vm->memory->calls + n;
    done = sg_view_dot(k.vm, &k.text, root, &options);
    k.fail = 0;
    if (!done) ck_assert_int_eq(k.vm->error.status, SG_NO_MEMORY);
    sg_error_clear(&k.vm->error);
    sg_buffer_clear(&k.text);
    ck_assert_uint_eq(k.vm->memory->used, used);
  }
  close_kit(&k);
}
END_TEST

static uint32_t count_text(const char *text, const char *what) {
  uint32_t count = 0;
  for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what)) count++;
  return count;
}

START_TEST(parts_are_counted_as_they_are_drawn) {
  kit k;
  open_kit(&k, program);
  sg_node root = get_node(&k, "loss");
  for (uint32_t i = 0; i < 20; i++) {
    sg_dot_options options = {.rankdir = "LR", .compact = i % 2 > 0, .depth = i / 2};
    uint32_t count;
    sg_buffer_clear(&k.text);
    ck_assert(sg_view_dot(k.vm, &k.text, root, &options));
    ck_assert(sg_view_count(k.vm, root, &options, &count));
    ck_assert_uint_eq(count_text(sg_buffer_text(&k.text), "<table"), count);
  }
  close_kit(&k);
}
END_TEST

START_TEST(an_interrupt_stops_it) {
  kit k;
  open_kit(&k, "x = 1; y = x\nfor i in range(10000) { y = y * x }");
  sg_dot_options options = SG_DOT_DEFAULTS;
  sg_interrupted = 1;
  ck_assert(!sg_view_dot(k.vm, &k.text, get_node(&k, "y"), &options));
  sg_interrupted = 0;
  ck_assert_int_eq(k.vm->error.status, SG_INTERRUPTED);
  sg_error_clear(&k.vm->error);
  close_kit(&k);
}
END_TEST

START_TEST(cut_history_is_an_ellipsis) {
  kit k;
  open_kit(&k, "x = 2; y = x * 3; z = y + 1");
  k.vm->tape.op[get_node(&k, "y")] = SG_OP_CUT;
  const char *text = draw(&k, "z");
  ck_assert_ptr_nonnull(strstr(text, "o0 [label=\"...\""));
  ck_assert_ptr_nonnull(strstr(text, "o0 -> n0 [style=dashed]"));
  ck_assert_ptr_null(strstr(text, "<b>x</b>"));
  close_kit(&k);
}
END_TEST

/* Sums gradient times value over the elements: what is inside a block has to have gradients that
 * fit those outside. */
typedef struct check_sweep {
  uint32_t inner, unset;
  double first; /* the gradient of the first inner number */
} check_sweep;

static bool look(void *context, const sg_element *element) {
  check_sweep *seen = context;
  if (element->node != SG_NO_NODE) return true;
  if (seen->inner++ == 0) seen->first = element->grad;
  seen->unset += !element->has_grad;
  return true;
}

START_TEST(inner_gradients_follow_from_the_outputs) {
  kit k;
  open_kit(&k, "x = [3, 4]; n = norm(x); y = 10 * n; y.backward()");
  check_sweep seen = {0};
  ck_assert(sg_elements_visit(k.vm, get_node(&k, "y"), SG_DETAIL_ELEMENTARY, look, &seen));
  ck_assert_uint_eq(seen.inner, 3); /* two squares and their sum */
  ck_assert_uint_eq(seen.unset, 0);
  ck_assert_double_eq_tol(seen.first, 10 * 0.5 / 5, 1e-15);
  ck_assert_int_eq(sg_run(k.sgrad, "test", "zero_grad(x); z = norm([x[0], 1])", SG_ALL), SG_OK);
  seen = (check_sweep){0};
  ck_assert(sg_elements_visit(k.vm, get_node(&k, "z"), SG_DETAIL_ELEMENTARY, look, &seen));
  ck_assert_uint_eq(seen.unset, seen.inner);
  seen = (check_sweep){0};
  ck_assert(sg_elements_visit(k.vm, get_node(&k, "y"), SG_DETAIL_BLOCKS, look, &seen));
  ck_assert_uint_eq(seen.inner, 0);
  close_kit(&k);
}
END_TEST

START_TEST(directions_are_known) {
  ck_assert_str_eq(sg_dot_find_rankdir("TBx", 2), "TB");
  ck_assert_ptr_null(sg_dot_find_rankdir("tb", 2));
  ck_assert_ptr_null(sg_dot_find_rankdir("", 0));
}
END_TEST

Suite *dot_suite(void) {
  Suite *suite = suite_create("dot");
  TCase *test = tcase_create("dot");
  tcase_add_test(test, looking_changes_nothing);
  tcase_add_test(test, the_same_graph_gives_the_same_text);
  tcase_add_loop_test(test, every_failing_allocation_is_an_error, 0,
                      sizeof variants / sizeof *variants);
  tcase_add_test(test, parts_are_counted_as_they_are_drawn);
  tcase_add_test(test, an_interrupt_stops_it);
  tcase_add_test(test, cut_history_is_an_ellipsis);
  tcase_add_test(test, inner_gradients_follow_from_the_outputs);
  tcase_add_test(test, directions_are_known);
  suite_add_tcase(suite, test);
  return suite;
}
