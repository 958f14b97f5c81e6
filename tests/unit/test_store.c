/* sgrad: tests of save and load: what comes back, what cannot be saved, files with every kind of
 * damage, allocations that fail. */
#include "store_kit.h"

Suite *store_suite(void);

/* ---- what comes back ---- */

static const char *const values[] = {
    "3.5",
    "-0.0",
    "nan",
    "true",
    "none",
    "\"text \\0 \\\"\\n\xC3\xA4 \\u{1f600}\"",
    "[]",
    "[[], []]",
    "[[], [[]]]",
    "[1, -inf, 5e-324, 0.1]",
    "[[1, 2, 3], [4, 5, 6]]",
    "[[1], [2, 3]]",
    "[1, true]",
    "[true, false, true]",
    "[[true], [false]]",
    "[[1], 2, \"x\", none, {a: [[1]]}]",
    "{}",
    "{w: [[1, 2]], b: {c: 3, d: []}, \"a.b\": 1, a: {b: 2, b_2: 3}}",
    "{\"__metadata__\": 1, \"\": [1], \"\\n\": {\"\": 2}, data: 0}",
    "{f: relu, g: softmax}",
    "no_grad { [1, 2, 3] }",
    "no_grad { {xs: [[1, 2], [3, 4]], ys: [0, 1]} }",
    "range(3000)",
    "[[[[[[[[1]]]]]]]]",
};

START_TEST(test_gives_back_what_was_saved) {
  char program[600];
  snprintf(program, sizeof program,
           "def leaves(x) { map(is_node, parameters([x])) }\n"
           "x = %s; save(x, \"f\"); y = load(\"f\")\n"
           "print(str([x]) == str([y]), type(x) == type(y), leaves(x) == leaves(y), end=\"\")",
           values[_i]);
  ck_assert_str_eq(print_of(program), "true true true");
}
END_TEST

static const char *const models[] = {
    "mlp(3, [4, 2], act=\"tanh\")",
    "mlp(3, [1], out=\"leaky_relu\")",
    "linear(3, 2, bias=false, act=\"elu\")",
    "layer(3, 2)",
    "neuron(3)",
    "sequential(linear(3, 4), relu, dropout(0.25), mlp(4, [3, 2]), softmax)",
    "sequential(relu, sequential(dropout(1)))",
};

START_TEST(test_models_compute_the_same) {
  char program[600];
  snprintf(program, sizeof program,
           "m = %s; m.training = true; save(m, \"f\"); k = load(\"f\")\n"
           "print(str(m) == str(k), k.training, parameters(m) == parameters(k), end=\" \")\n"
           "m.training = false; k.training = false; xs = [[1, 2, 3], [-0.3, 1e9, 0.1]]\n"
           "print(m(xs) == k(xs), m(xs[0]) == k(xs[0]), end=\"\")",
           models[_i]);
  ck_assert_str_eq(print_of(program), "true true true true true");
}
END_TEST

START_TEST(test_a_model_lies_as_in_pytorch) {
  const char *program = "m = mlp(2, [3, 1], init=\"zeros\"); m.layers[0].w = [[1, 2], [3, 4], [5, "
                        "6]]; m.layers[0].b = [7, 8, 9]; save(m, \"f\")";
  static const char *const wanted[] = {
      "\"layers.0.weight\":{\"dtype\":\"F64\",\"shape\":[3,2],\"data_offsets\":[0,48]}",
      "\"layers.0.bias\":{\"dtype\":\"F64\",\"shape\":[3],\"data_offsets\":[48,72]}",
      "\"layers.1.weight\":{\"dtype\":\"F64\",\"shape\":[1,3],\"data_offsets\":[72,96]}",
      "\"layers.1.bias\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[96,104]}",
  };
  static const double numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0};
  char bytes[ROOM] = {0};
  ck_assert_str_eq(print_of(program), "");
  size_t count = get_file("f", bytes),
         length = (unsigned char)bytes[0] + 256u * (unsigned char)bytes[1];
  ck_assert_uint_eq(count, 8 + length + sizeof numbers);
  ck_assert_uint_eq(length % 8, 0);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    ck_assert_ptr_nonnull(strstr(bytes + 8, wanted[i]));
  ck_assert_int_eq(memcmp(bytes + 8 + length, numbers, sizeof numbers), 0);
}
END_TEST

#define TRAINING                                                                                   \
  "def go(m, o) { for k in range(4) { o.zero_grad(); l2([m([0.5, -1]), m([2, 3])]).backward(); "   \
  "o.step() } }\n"

static const char *const optimizers[] = {
    "sgd(m, lr=0.1)",
    "sgd(m, lr=cosine(0.1, 20), momentum=0.9, nesterov=true)",
    "adam(m, lr=warmup(step_decay(0.1, 3), 5), amsgrad=true)",
    "adamw(m, betas=[0.5, 0.75])",
    "rmsprop(m, centered=true, momentum=0.5, maximize=true)",
    "adagrad(m, lr_decay=0.1, initial_accumulator_value=0.25)",
    "adam([m.layers[1], m.layers[0].b])",
};

static const char *const together[] = {
    "save({m: m, o: o}, \"f\"); r = load(\"f\"); m2, o2 = [r.m, r.o]",
    "save([o, m], \"f\"); o2, m2 = load(\"f\")",
    "save({w: parameters(m), b: [m], o: o}, \"f\"); r = load(\"f\"); m2, o2 = [r.b[0], r.o]",
};

enum {
  OPTIMIZERS = sizeof optimizers / sizeof *optimizers,
  TOGETHER = sizeof together / sizeof *together
};

/* Trained, saved, and trained on: the same numbers as without saving. */
START_TEST(test_optimizers_go_on) {
  char program[1000];
  snprintf(program, sizeof program,
           TRAINING "m = mlp(2, [3, 1], act=\"tanh\"); o = %s; go(m, o)\n%s\ngo(m, o); go(m2, o2)\n"
                    "print(m.parameters() == m2.parameters(), str(o) == str(o2), o.steps == "
                    "o2.steps, end=\"\")",
           optimizers[_i % OPTIMIZERS], together[_i / OPTIMIZERS]);
  ck_assert_str_eq(print_of(program), "true true true");
}
END_TEST

START_TEST(test_an_optimizer_alone_has_parameters_of_its_own) {
  const char *program =
      "w = [1, 2]; o = adam(w, lr=0.1); l2(w).backward(); o.step(); save(o, \"f\"); p = "
      "load(\"f\")\n"
      "o.zero_grad(); l2(w).backward(); o.step(); l2(p.params).backward(); p.step()\n"
      "print(p.params == w, p.params[0].is_node(), end=\"\")";
  ck_assert_str_eq(print_of(program), "true true");
}
END_TEST

START_TEST(test_what_is_held_together_comes_back_together) {
  const char *program =
      "w = 2; m = linear(2, 1); save({w: w, ws: [w, 3, w], m: m, n: m.layers, p: [m.w, m]}, \"f\")";
  ck_assert_str_ne(print_of(program), ""); /* a layer has no layers */
  program = "w = 2; m = mlp(2, [1]); save({ws: [w, 3, w], w: w, l: m.layers[0].neurons[0], m: m}, "
            "\"f\")\nr = load(\"f\"); r.w.data = 5; r.m.layers[0].w[0][1].data = 7\n"
            "print(r.ws, r.l.w[1], end=\"\")";
  ck_assert_str_eq(print_of(program), "[5, 3, 5] 7");
  program = "l = linear(2, 2); save(sequential(l, tanh, sequential(l)), \"f\"); m = load(\"f\")\n"
            "print(len(m.parameters()), len(copy(m).parameters()), end=\"\")";
  ck_assert_str_eq(print_of(program), "6 6");
}
END_TEST

/* ---- what cannot be saved ---- */

static const struct {
  const char *program, *message;
} refusals[] = {
    {"save(x => x, \"f\")", "save() cannot put a function written in sgrad in a file"},
    {"save({a: {b: [x => x]}}, \"f\")",
     "save() cannot put 'a.b.0' in a file: it is a function written in sgrad"},
    {"save({m: sequential(linear(1, 1), x => x)}, \"f\")",
     "save() cannot put 'm.layers.1' in a file: it is a function written in sgrad"},
    {"save({o: sgd([leaf(1)], lr=k => 1)}, \"f\")",
     "save() cannot put 'o.lr' in a file: it is a function written in sgrad"},
    {"save([grad(sin)], \"f\")",
     "save() cannot put '0' in a file: it is a function that holds values of its own"},
    {"x = []; x.append(x); save(x, \"f\")", "save() of values nested deeper than 200 levels"},
    {"x = [1]; x.append(x); x.append(x); save(x, \"f\")",
     "save() of values nested deeper than 200 levels"},
    {"save(1, \"none/f\")", "cannot write none/f: No such file or directory"},
    {"save(1, \"/dev/full\")", "cannot write /dev/full: No space left on device"},
    {"save(1, \".\")", NULL},
    {"save(1, 2)", "save() takes a string for 'path', not a number"},
    {"load(\"none\")", "cannot read none: No such file or directory"},
    {"load(\".\")", "cannot read .: Is a directory"},
};

START_TEST(test_refuses) {
  put_file("f", "old", 3);
  const char *message = print_of(refusals[_i].program);
  if (refusals[_i].message) ck_assert_str_eq(message, refusals[_i].message);
  char bytes[ROOM];
  ck_assert_uint_eq(get_file("f", bytes), 3);
  ck_assert_int_eq(memcmp(bytes, "old", 3), 0);
}
END_TEST

/* ---- damage ---- */

static const char *const saved[] = {
    "save({w: [[1, 2], [3, 4]], r: [[1], \"x\", [2, 3]], t: true, f: relu, n: none, b: [true]}, "
    "\"s\")",
    "m = mlp(2, [2]); o = adam(m, lr=cosine(1, 2)); l2(m).backward(); o.step(); save({m: m, ps: "
    "m.parameters(), o: o}, \"s\")",
    "save(sequential(linear(2, 2, bias=false), relu, dropout(0.5), neuron(2)), \"s\")",
};

/* The first of the metadata and what stands before it: a change there makes it another's file, or
 * one with other metadata. */
static bool is_label(const char *bytes, size_t i) {
  const char *start = bytes + 8, *end = strstr(start, ":\"{\\\"version");
  return bytes + i >= start && bytes + i < end;
}

START_TEST(test_every_byte_flipped) {
  char bytes[ROOM] = {0};
  ck_assert_str_eq(print_of(saved[_i]), "");
  size_t count = get_file("s", bytes);
  for (size_t i = 0; i < count; i++)
    for (int bit = 0; bit < 8; bit++) {
      bytes[i] = (char)(bytes[i] ^ 1 << bit);
      put_file("f", bytes, count);
      bytes[i] = (char)(bytes[i] ^ 1 << bit);
      const char *message = print_of("x = load(\"f\")");
      bool blank = bytes[i] == ' ';
      ck_assert_msg(*message || is_label(bytes, i) || blank, "byte %zu, bit %d", i, bit);
    }
}
END_TEST

START_TEST(test_cut_everywhere) {
  char bytes[ROOM] = {0};
  ck_assert_str_eq(print_of(saved[_i]), "");
  size_t count = get_file("s", bytes);
  for (size_t i = 0; i < count; i++) {
    put_file("f", bytes, i);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "f: cut short at byte %zu, in ", i);
    ck_assert_msg(strncmp(print_of("load(\"f\")"), wanted, strlen(wanted)) == 0, "%s",
                  run.error.message);
  }
  bytes[count] = 'x';
  put_file("f", bytes, count + 1);
  ck_assert_ptr_nonnull(strstr(print_of("load(\"f\")"), "more follows behind the data"));
}
END_TEST

START_TEST(test_zipped_and_old_permissions) {
  struct stat status;
  put_file("s.safetensors", "old", 3);
  ck_assert_int_eq(chmod("s.safetensors", 0640), 0);
  ck_assert_str_eq(print_of("save([1, 2], \"s.safetensors\"); save(range(9), \"s.gz\")\n"
                            "print(load(\"s.safetensors\"), load(\"s.gz\") == range(9), end=\"\")"),
                   "[1, 2] true");
  ck_assert_int_eq(stat("s.safetensors", &status), 0);
  ck_assert_uint_eq(status.st_mode & 07777, 0640);
}
END_TEST

/* Root may write everything, so it is another user who tries. */
START_TEST(test_keeps_a_file_that_is_read_only) {
  enum { NOBODY = 65534 };
  bool is_root = geteuid() == 0;
  put_file("f", "old", 3);
  ck_assert_int_eq(chmod("f", 0444), 0);
  ck_assert_int_eq(chmod(".", 0777), 0);
  if (is_root) ck_assert_int_eq(seteuid(NOBODY), 0);
  const char *message = print_of("save(1, \"f\")");
  if (is_root) ck_assert_int_eq(seteuid(0), 0);
  char bytes[ROOM];
  ck_assert_ptr_nonnull(strstr(message, "f: Permission denied"));
  ck_assert_uint_eq(get_file("f", bytes), 3);
}
END_TEST

/* ---- allocations that fail ---- */

/* How many allocations a program asks for when one of them fails, the file as it was or whole. */
static uint64_t run_with_fault(const char *program, uint64_t which, bool once) {
  open_session(MEMORY_LIMIT);
  uint64_t start = sg_get_memory(run.sgrad)->calls;
  run.faults = (faults){.first = which ? start + which : 0, .once = once};
  sg_status status = sg_run(run.sgrad, "<test>", program, SG_ALL);
  uint64_t calls = sg_get_memory(run.sgrad)->calls - start;
  run.faults.first = 0;
  ck_assert_msg(status == SG_OK || status == SG_NO_MEMORY, "allocation %lu: %s",
                (unsigned long)which, run.error.message);
  status = sg_run(run.sgrad, "<test>", "load(\"s\"); assert(1 + 1 == 2)", SG_ALL);
  ck_assert_msg(status == SG_OK, "after allocation %lu: %s", (unsigned long)which,
                run.error.message);
  return calls;
}

START_TEST(test_every_allocation_fails) {
  char program[600];
  ck_assert_str_eq(print_of(saved[_i]), "");
  snprintf(program, sizeof program, "%s; x = load(\"s\")", saved[_i]);
  uint64_t count = run_with_fault(program, 0, true);
  for (uint64_t call = 1; call <= count; call++)
    for (int once = 0; once < 2; once++) run_with_fault(program, call, once);
}
END_TEST

Suite *store_suite(void) {
  Suite *suite = suite_create("store");
  TCase *tests = tcase_create("files");
  tcase_add_checked_fixture(tests, set_up, tear_down);
  tcase_set_timeout(tests, 60);
  LOOP(tests, test_gives_back_what_was_saved, values);
  LOOP(tests, test_models_compute_the_same, models);
  tcase_add_test(tests, test_a_model_lies_as_in_pytorch);
  tcase_add_loop_test(tests, test_optimizers_go_on, 0, (int)OPTIMIZERS * (int)TOGETHER);
  tcase_add_test(tests, test_an_optimizer_alone_has_parameters_of_its_own);
  tcase_add_test(tests, test_what_is_held_together_comes_back_together);
  LOOP(tests, test_refuses, refusals);
  LOOP(tests, test_every_byte_flipped, saved);
  LOOP(tests, test_cut_everywhere, saved);
  tcase_add_test(tests, test_zipped_and_old_permissions);
  tcase_add_test(tests, test_keeps_a_file_that_is_read_only);
  LOOP(tests, test_every_allocation_fails, saved);
  suite_add_tcase(suite, tests);
  return suite;
}
