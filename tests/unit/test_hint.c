/* sgrad tests: hints, without a line editor. In a typed text `|` is the cursor. */
#include "complete_kit.h"

#include "repl/assist/hint.h"

Suite *hint_suite(void);

static const char *hint(bench *b, const char *typed, bool color) {
  read_typed(b, typed);
  sg_buffer_clear(&b->shown);
  b->ok = sg_hint(&b->memory, sg_get_vm(b->sgrad), b->text, strlen(b->text), b->cursor, color,
                  &b->shown);
  return b->ok ? sg_buffer_text(&b->shown) : "out of memory";
}

START_TEST(hints) {
  static const row rows[] = {
      {"scale(|", "scale(v, factor=2, offset=max(1, 2))\n      ^\n"},
      {"scale(x, |", "scale(v, factor=2, offset=max(1, 2))\n         ^^^^^^^^\n"},
      {"scale(x, 1, [1, 2], |", "scale(v, factor=2, offset=max(1, 2))\n"},
      {"scale(x, offset=|",
       "scale(v, factor=2, offset=max(1, 2))\n                   ^^^^^^^^^^^^^^^^\n"},
      {"x.scale(|", "scale(v, factor=2, offset=max(1, 2))\n         ^^^^^^^^\n"},
      {"scale(relu(x), f(1, 2)|", "scale(v, factor=2, offset=max(1, 2))\n         ^^^^^^^^\n"},
      {"y = scale(x,\n  |", "scale(v, factor=2, offset=max(1, 2))\n         ^^^^^^^^\n"},
      {"sca|le", "scale(v, factor=2, offset=max(1, 2))\n"},
      {"arrow(|", "arrow(p, q=1)\n      ^\n"},
      {"slope(|", "slope(v, factor=2, offset=max(1, 2))\n      ^\n"},
      {"cfg.run(|", "run(t)\n    ^\n"},
      {":time scale(x, |", "scale(v, factor=2, offset=max(1, 2))\n         ^^^^^^^^\n"},
      {"|name", "name: a string: \"ada\"\n"},
      {"cfg.lr|", "lr: a number: 0.1\n"},
      {"fla|gs", "flags: a list: [true, false]\n"},
      {":load |", ":load FILE\n  runs a file in the global scope\n"},
      {"whi|le",
       "while c { ... }\n  Runs the block again and again as long as the condition is true.\n"},
      {"nothing(|", ""},
      {"zz|", ""},
      {"|", ""},
      {"x + |", ""},
  };
  bench b;
  open_bench(&b);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *shown = hint(&b, rows[i].typed, false);
    ck_assert_msg(strcmp(shown, rows[i].shown) == 0, "'%s': '%s'", rows[i].typed, shown);
  }
  ck_assert_ptr_nonnull(strstr(hint(&b, "print(1, 2, |", false), "\\n\")\n      ^^^^^^^\n  "));
  ck_assert_ptr_nonnull(strstr(hint(&b, "relu|", false), "relu(x)\n  x where it is positive"));
  ck_assert_str_eq(hint(&b, "arrow(1, |", true), "arrow(p, \x1b[1mq=1\x1b[0m)\n");
  close_bench(&b);
}
END_TEST

START_TEST(hints_out_of_memory) {
  static const char *const typed[] = {"scale(x, |", "fla|gs", "print(|", ":load |"};
  bench b;
  open_bench(&b);
  for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
    read_typed(&b, typed[i]);
    bool ok = false;
    for (uint64_t n = 1; !ok; n++) {
      uint64_t first = b.memory.calls + n;
      b.memory.fault = fails;
      b.memory.fault_context = &first;
      ok =
          sg_hint(&b.memory, sg_get_vm(b.sgrad), b.text, strlen(b.text), b.cursor, false, &b.shown);
      b.memory.fault = NULL;
      ck_assert(ok || b.shown.count == 0);
      sg_buffer_clear(&b.shown);
      ck_assert_uint_eq(b.memory.used, 0);
      ck_assert_uint_lt(n, 2000);
    }
  }
  close_bench(&b);
}
END_TEST

Suite *hint_suite(void) {
  Suite *suite = suite_create("hint");
  TCase *tests = tcase_create("hint");
  tcase_add_test(tests, hints);
  tcase_add_test(tests, hints_out_of_memory);
  suite_add_tcase(suite, tests);
  return suite;
}
