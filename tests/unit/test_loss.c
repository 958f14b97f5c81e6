/* sgrad tests: losses beside PyTorch's (tests/data/losses.txt), and metrics. */
#include "nn/loss.h"
#include "nn/metric.h"
#include "tests/unit/graph_kit.h"

#include <stdio.h>
#include <stdlib.h>

Suite *loss_suite(void);

enum { MOST = 64, LINE = 4096 };

/* ---- the fixture ---- */

typedef struct numbers {
  double items[MOST];
  uint32_t count;
} numbers;

/* A case: the head, then rows of numbers: predictions, targets, losses, gradients. */
typedef struct fixture {
  char head[LINE];
  sg_loss_shape shape;
  numbers rows[5];
  uint32_t row_count;
} fixture;

static numbers read_numbers(const char *line) {
  numbers n = {.count = 0};
  char *at = (char *)(uintptr_t)line;
  while (*at != '\n' && *at != '\0') {
    ck_assert_uint_lt(n.count, MOST);
    n.items[n.count++] = strtod(at, &at);
  }
  return n;
}

static bool is_head(const char *line) { return line[0] >= 'a' && line[0] <= 'z' && line[1] != 'n'; }

static void read_head(fixture *f) {
  char name[32], reduction[32];
  int soft;
  ck_assert_int_eq(sscanf(f->head, "%31s %31s samples=%u width=%u soft=%d delta=%lf", name,
                          reduction, &f->shape.samples, &f->shape.width, &soft, &f->shape.delta),
                   6);
  f->shape.loss = sg_loss_find(name);
  f->shape.soft = soft;
  ck_assert_ptr_nonnull(f->shape.loss);
  for (int k = 0; k < 3; k++)
    if (strcmp(reduction, sg_reduction_names[k]) == 0) f->shape.reduction = (sg_reduction)k;
}

/* The next case, whose head is in `line`, where the next one's is left. False: that was the last.
 */
static bool read_case(FILE *file, char *line, fixture *f) {
  bool more;
  *f = (fixture){.row_count = 0};
  memcpy(f->head, line, LINE);
  read_head(f);
  while ((more = fgets(line, LINE, file)) && !is_head(line))
    f->rows[f->row_count++] = read_numbers(line);
  ck_assert_uint_ge(f->row_count, 4);
  return more;
}

/* ---- a case ---- */

typedef enum given_form { AS_RUN, AS_LIST, AS_DATA, FORMS } given_form;

/* Numbers as a vector: a run of leaves, leaves with others between, or data. */
static sg_vector give(kit *k, given_form form, const numbers *n, sg_value *list) {
  if (form == AS_DATA) return sg_vector_data(n->items, n->count);
  for (uint32_t i = 0; i < n->count; i++) {
    list[i] = kit_leaf(k, n->items[i]);
    if (form == AS_LIST) kit_leaf(k, 0);
  }
  return form == AS_RUN ? sg_vector_run(sg_as_node(list[0]), n->count)
                        : sg_vector_list(list, n->count);
}

static void check_near(const fixture *f, const char *what, uint32_t i, double got, double wanted) {
  ck_assert_msg(fabs(got - wanted) <= 1e-12 * fmax(1., fabs(wanted)),
                "%s%s %u: %.17g, PyTorch %.17g", f->head, what, i, got, wanted);
}

static void check_grads(const kit *k, const fixture *f, const sg_value *list,
                        const numbers *wanted) {
  for (uint32_t i = 0; i < wanted->count; i++)
    check_near(f, "gradient", i, sg_node_grad(&k->tape, sg_as_node(list[i])), wanted->items[i]);
}

static void check_form(const fixture *f, given_form prediction, given_form target) {
  kit k;
  sg_value p[MOST], t[MOST], out[MOST], both[2 * MOST];
  uint32_t count = sg_loss_outputs(&f->shape);
  kit_open(&k);
  sg_vector predictions = give(&k, prediction, &f->rows[0], p);
  sg_vector targets = give(&k, target, &f->rows[1], t);
  ck_assert(sg_loss_apply(&k.tape, &f->shape, predictions, targets, out, &k.error));
  ck_assert_uint_eq(f->rows[2].count, count);
  for (uint32_t i = 0; i < count; i++) {
    check_near(f, "loss", i, kit_value(&k, out[i]), f->rows[2].items[i]);
    both[i] = out[i];
    both[count + i] = sg_number(i + 1.);
  }
  if (prediction != AS_DATA) {
    kit_backward(&k, kit_block(&k, SG_OP_DOT, both, 2 * count));
    check_grads(&k, f, p, &f->rows[3]);
    if (target != AS_DATA) check_grads(&k, f, t, &f->rows[4]);
  }
  kit_close(&k);
}

START_TEST(losses_as_pytorch) {
  static char line[LINE];
  static fixture f;
  int cases = 0;
  FILE *file = fopen("tests/data/losses.txt", "r");
  ck_assert_ptr_nonnull(file);
  while (fgets(line, sizeof line, file) && *line == '#') continue;
  for (bool more = true; more; cases++) {
    more = read_case(file, line, &f);
    for (int form = 0; form < FORMS; form++) {
      check_form(&f, (given_form)form, AS_DATA);
      if (f.row_count > 4) check_form(&f, (given_form)form, (given_form)form);
    }
  }
  fclose(file);
  ck_assert_int_eq(cases, 126);
}
END_TEST

/* ---- memory and interrupts ---- */

static bool fails_at(void *context, uint64_t call) { return call == *(const uint64_t *)context; }

static sg_loss_shape nll_shape(bool soft) {
  return (sg_loss_shape){.loss = sg_loss_find("nll"),
                         .reduction = SG_REDUCE_NONE,
                         .samples = 3,
                         .width = 2,
                         .soft = soft};
}

START_TEST(failures_give_everything_back) {
  const numbers x = {{-0.1, -0.2, -0.3, -0.4, -0.5, -0.6}, 6}, t = {{1, 0, 1, 0, 0, 1}, 6};
  for (int row = 0; sg_losses[row].name; row++)
    for (uint64_t call = 1;; call++) {
      kit k;
      sg_value p[MOST], out[MOST];
      sg_loss_shape shape = nll_shape(true);
      shape.loss = &sg_losses[row];
      shape.delta = 1.;
      kit_open(&k);
      sg_vector predictions = give(&k, AS_LIST, &x, p);
      uint64_t fault = k.memory.calls + call;
      k.memory.fault_context = &fault;
      k.memory.fault = fails_at;
      bool ok =
          sg_loss_apply(&k.tape, &shape, predictions, sg_vector_data(t.items, 6), out, &k.error);
      ck_assert(ok || k.error.status == SG_NO_MEMORY);
      k.memory.fault = NULL;
      kit_close(&k);
      if (ok) break;
    }
}
END_TEST

START_TEST(interrupted) {
  const numbers x = {{-0.1, -0.2, -0.3, -0.4, -0.5, -0.6}, 6}, t = {{1, 0, 1}, 3};
  kit k;
  sg_value p[MOST], out[MOST];
  sg_loss_shape shape = nll_shape(false);
  kit_open(&k);
  sg_vector predictions = give(&k, AS_RUN, &x, p);
  sg_interrupted = 1;
  ck_assert(
      !sg_loss_apply(&k.tape, &shape, predictions, sg_vector_data(t.items, 3), out, &k.error));
  sg_interrupted = 0;
  ck_assert_int_eq(k.error.status, SG_INTERRUPTED);
  kit_close(&k);
}
END_TEST

START_TEST(names) {
  ck_assert_ptr_null(sg_loss_find("rmse"));
  ck_assert(sg_loss_has_classes(sg_loss_find("nll")));
  ck_assert(!sg_loss_has_classes(sg_loss_find("hinge")));
}
END_TEST

/* ---- metrics ---- */

START_TEST(finds_the_largest) {
  const double x[] = {1, 9, 3, 9, 3, 9};
  ck_assert_uint_eq(sg_metric_argmax(x, 3, 2), 1);
  ck_assert_uint_eq(sg_metric_argmax(x, 6, 1), 1);
  const double y[] = {1, NAN, 9, NAN};
  ck_assert_uint_eq(sg_metric_argmax(y, 4, 1), 1);
}
END_TEST

START_TEST(counts_signs) {
  const double scores[] = {2, -1, 0, NAN}, signs[] = {1, 1, -1, -1}, bits[] = {1, 1, 0, 0};
  ck_assert_uint_eq(sg_metric_count_signs(scores, signs, 4, 0), 2);
  ck_assert_uint_eq(sg_metric_count_signs(scores, bits, 4, 0), 2);
  const double shares[] = {0.6, 0.4, 0.5, 1};
  ck_assert_uint_eq(sg_metric_count_signs(shares, bits, 4, 0.5), 2);
  ck_assert(sg_metric_threshold(shares, bits, 4) == 0.5);
  ck_assert(sg_metric_threshold(shares, signs, 4) == 0.);
  ck_assert(sg_metric_threshold(scores, bits, 4) == 0.);
}
END_TEST

START_TEST(counts_classes) {
  const double scores[] = {1, 5, NAN, /**/ 2, 4, 1}; /* two classes, three samples */
  const uint32_t wanted[] = {1, 0, 0};
  ck_assert_uint_eq(sg_metric_count_classes(scores, wanted, 3, 2), 2);
}
END_TEST

Suite *loss_suite(void) {
  Suite *suite = suite_create("loss");
  TCase *tests = tcase_create("loss");
  tcase_add_test(tests, losses_as_pytorch);
  tcase_add_test(tests, failures_give_everything_back);
  tcase_add_test(tests, interrupted);
  tcase_add_test(tests, names);
  tcase_add_test(tests, finds_the_largest);
  tcase_add_test(tests, counts_signs);
  tcase_add_test(tests, counts_classes);
  suite_add_tcase(suite, tests);
  return suite;
}
