/* sgrad tests: what the tests of completion and hints share: an interpreter with names, and a text
 * in which `|` is the cursor. */
#ifndef SG_TESTS_COMPLETE_KIT_H
#define SG_TESTS_COMPLETE_KIT_H

#include "repl/assist/complete.h"
#include "sgrad.h"

#include <check.h>
#include <stdio.h>

static const char setup[] =
    "x = 2; y = x * 3; name = \"ada\"; flags = [true, false]\n"
    "net = mlp(2, [3, 1])\n"
    "cfg = {lr: 0.1, layers: [{w: x, act: \"tanh\"}, 7], \"a b\": 1, run: t => t}\n"
    "scale(v, factor=2, offset=max(1, 2)) = v * factor + offset\n"
    "slope = grad(scale); log10 = 5; θ = 1; θ₁ = 2; _hidden = 3; arrow = (p, q=1) => p * q\n";

typedef struct row {
  const char *typed;
  const char *shown;
} row;

typedef struct bench {
  sg_memory memory;
  sg_interpreter *sgrad;
  sg_completion found;
  sg_buffer shown;
  size_t cursor;
  char text[4096];
  bool ok;
} bench;

static inline bool fails(void *context, uint64_t call) {
  const uint64_t *first = context;
  return call >= *first;
}

static inline void open_bench(bench *b) {
  *b = (bench){0};
  sg_memory_init(&b->memory);
  sg_buffer_init(&b->shown, &b->memory);
  b->sgrad = sg_open(&(sg_host){.has_seed = true});
  ck_assert_int_eq(sg_run(b->sgrad, "test", setup, SG_ALL), SG_OK);
}

static inline void close_bench(bench *b) {
  sg_completion_clear(&b->found);
  sg_buffer_clear(&b->shown);
  sg_close(b->sgrad);
  ck_assert_uint_eq(b->memory.used, 0);
}

/* Takes the cursor's mark out. */
static inline void read_typed(bench *b, const char *typed) {
  const char *mark = strchr(typed, '|');
  ck_assert_ptr_nonnull(mark);
  b->cursor = (size_t)(mark - typed);
  snprintf(b->text, sizeof b->text, "%.*s%s", (int)b->cursor, typed, mark + 1);
}

#endif
