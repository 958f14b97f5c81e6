/* sgrad tests: objects of a C class, seen from the language: a class of a few weights. */
#include "runtime/native.h"
#include "sgrad.h"

#include <check.h>
#include <stdio.h>

Suite *native_suite(void);

enum { WEIGHTS = 100 };

typedef struct pack {
  sg_native head;
  sg_node first;
  uint32_t count;
  double scale;
  sg_value note;
  double *own;
} pack;

static bool run_call(sg_vm *vm, const sg_call *call, sg_value *result) {
  const pack *p = (const pack *)sg_as_native(call->held[0]);
  *result = sg_number(0);
  for (uint32_t i = 0; i < p->count; i++) {
    sg_value term;
    if (!sg_apply2(&vm->tape, SG_OP_MUL, call->args[0], sg_node_value(p->first + i), &term) ||
        !sg_apply2(&vm->tape, SG_OP_ADD, *result, term, result))
      return sg_vm_fail_memory(vm);
  }
  return true;
}

static bool get_field(sg_vm *vm, sg_native *native, const char *name, sg_value *out, bool *found) {
  const pack *p = (const pack *)native;
  *found = true;
  if (strcmp(name, "scale") == 0) {
    *out = sg_number(p->scale);
  } else if (strcmp(name, "note") == 0) {
    *out = p->note;
  } else if (strcmp(name, "w") == 0) {
    sg_list *list = sg_list_new(&vm->heap, p->count);
    if (!list) return sg_vm_fail_memory(vm);
    list->owned = true;
    for (uint32_t i = 0; i < p->count; i++)
      sg_list_set(list, list->count++, sg_node_value(p->first + i));
    *out = sg_object_value(list);
  } else {
    *found = false;
  }
  return true;
}

static bool set_field(sg_vm *vm, sg_native *native, const char *name, sg_value v, bool check,
                      bool *found) {
  pack *p = (pack *)native;
  sg_value w;
  if (strcmp(name, "w") == 0)
    return get_field(vm, native, name, &w, found) && sg_vm_set_owned(vm, w, v, check);
  *found = strcmp(name, "scale") == 0 || strcmp(name, "note") == 0;
  if (*found && !check && *name == 's') p->scale = sg_tape_value(&vm->tape, v);
  if (*found && !check && *name == 'n') p->note = v;
  return true;
}

static bool add_text(sg_vm *vm, sg_buffer *out, const sg_native *native, bool brief) {
  (void)vm;
  sg_buffer_printf(out, brief ? "pack(%u)" : "pack of %u\nin two lines",
                   (unsigned)((const pack *)native)->count);
  return true;
}

static bool visit_numbers(sg_vm *vm, sg_native *native, sg_native_visit *visit, void *context) {
  const pack *p = (const pack *)native;
  (void)vm;
  return visit(context, p->first, 1) && visit(context, p->first + 1, p->count - 1);
}

static int write_name(const sg_native *native, uint32_t k, char *out, size_t size) {
  (void)native;
  return snprintf(out, size, "w[%u]", (unsigned)k);
}

static void trace_pack(sg_trace *trace, sg_native *native) {
  pack *p = (pack *)native;
  sg_trace_nodes(trace, &p->first, p->count);
  sg_trace_value(trace, &p->note);
}

static void clear_pack(sg_memory *memory, sg_native *native) {
  pack *p = (pack *)native;
  sg_release(memory, p->own, p->own ? sizeof *p->own : 0);
}

static const sg_builtin call_row = {.name = "pack", .parameters = "x", .run = run_call};
static const char *const fields[] = {"scale", "note", "w", NULL};
static const sg_native_class pack_class = {.phrase = "an optimizer",
                                           .size = sizeof(pack),
                                           .call = &call_row,
                                           .fields = fields,
                                           .field = get_field,
                                           .set_field = set_field,
                                           .text = add_text,
                                           .numbers = visit_numbers,
                                           .number_name = write_name,
                                           .trace = trace_pack,
                                           .clear = clear_pack};

static bool make_pack(sg_vm *vm, pack *p) {
  sg_value leaf;
  p->own = sg_allocate(vm->memory, sizeof *p->own);
  p->note = SG_NONE;
  p->scale = 2;
  for (uint32_t i = 0; p->own && i < WEIGHTS; i++) {
    if (!sg_tape_leaf(&vm->tape, i, &leaf)) return false;
    if (i == 0) p->first = sg_as_node(leaf);
    p->count = i + 1;
  }
  return p->own;
}

typedef struct seen {
  char output[2048];
  char report[2048];
} seen;

static bool write_text(void *context, const char *text, size_t bytes) {
  seen *s = context;
  size_t used = strlen(s->output);
  if (used + bytes >= sizeof s->output) return false;
  memcpy(s->output + used, text, bytes);
  s->output[used + bytes] = '\0';
  return true;
}

static void report(void *context, const sg_error *error, const char *text) {
  (void)error;
  snprintf(((seen *)context)->report, sizeof((seen *)context)->report, "%s", text);
}

static sg_interpreter *open_with_pack(seen *s) {
  *s = (seen){0};
  sg_interpreter *sgrad = sg_open(&(sg_host){.context = s, .write = write_text, .report = report});
  sg_vm *vm = sg_get_vm(sgrad);
  pack *p = sg_native_new(vm, &pack_class);
  ck_assert_ptr_nonnull(p);
  ck_assert(make_pack(vm, p) && sg_vm_set_global(vm, "p", sg_object_value(p)));
  return sgrad;
}

static void check_prints(const char *program, const char *wanted) {
  seen s;
  sg_interpreter *sgrad = open_with_pack(&s);
  ck_assert_msg(sg_run(sgrad, "test", program, SG_ALL) == SG_OK, "%s\n%s", program, s.report);
  ck_assert_str_eq(s.output, wanted);
  sg_close(sgrad);
}

static void check_fails(const char *program, const char *wanted) {
  seen s;
  sg_interpreter *sgrad = open_with_pack(&s);
  ck_assert_int_eq(sg_run(sgrad, "test", program, SG_ALL), SG_ERROR);
  ck_assert_msg(strstr(s.report, wanted) != NULL, "%s", s.report);
  sg_close(sgrad);
}

START_TEST(type_text_and_equality) {
  check_prints("print(type(p))", "optimizer\n");
  check_prints("print(p)", "pack of 100\nin two lines\n");
  check_prints("print([p], f\"{p=}\")", "[pack(100)] p=pack(100)\n");
  check_prints("q = p; print(q == p, p in [1, p], p == 1, [p] != [p])", "true true false false\n");
}
END_TEST

START_TEST(calls) {
  check_prints("print(p(2), map(p, [0, 1]), p(x=1))", "9900 [0, 4950] 4950\n");
  check_prints("print(no_grad { is_node(p(2)) }, is_node(p(2)))", "false true\n");
  check_fails("p()", "pack() is missing the argument 'x'");
  check_fails("p(1, 2)", "pack() takes 1 argument, not 2");
}
END_TEST

START_TEST(fields_and_methods) {
  check_prints("p.note = [1, p]; print(p.scale, p.note, p.w[99])", "2 [1, pack(100)] 99\n");
  check_prints("p.scale += 1; print(p.scale)", "3\n");
  check_prints("p.note = x => x + 1; print(p.note(2), p.zero_grad())", "3 none\n");
  check_fails("p.scaled", "an optimizer has no field 'scaled'");
  check_fails("p.scaled = 2", "did you mean 'scale'?");
  check_fails("p.zero_grad", "zero_grad is a function: write x.zero_grad() to call it");
  check_fails("p.fly()", "an optimizer has no method 'fly'");
}
END_TEST

START_TEST(owned_lists_set_data) {
  check_prints("w = p.w; p.w[3] = 7; p.w[4] += 0.5; print(w[3], p.w[4], p.w[3].grad)", "7 4.5 0\n");
  check_prints("p.w = [i / 2 for i in range(100)]; print(p.w[:4])", "[0, 0.5, 1, 1.5]\n");
  check_prints("a = copy(p.w); a[0] = 9; print(p.w[0])", "0\n");
  check_fails("p.w[0] = none", ".data must be a number, not none");
  check_fails("p.w = [1, 2]", "take a list of 100, not one of 2");
  check_fails("p.w = 3", "take a list of 100, not a number");
  check_prints("e = try(() => { p.w = [i for i in range(99)] + [\"a\"] }); print(e.ok, p.w[1])",
               "false 1\n");
}
END_TEST

START_TEST(gradients_reach_its_numbers) {
  check_prints(
      "p(3).backward(); print(p.w[5].grad, sum(grad(p))); zero_grad(p); print(p.w[5].grad)",
      "3 300\n0\n");
  check_prints("print(grad(p(3), p)[:3], sum(detach(p)), is_node(detach(p)[0]))",
               "[3, 3, 3] 4950 false\n");
  check_prints("v, g = value_and_grad(m => m(2)**2)(p); print(v, len(g), g[7])",
               "98010000 100 39600\n");
  check_fails("copy(p)", "copy() does not work on an optimizer");
  check_fails("relu(p)", "relu() takes a number or a list of numbers, not an optimizer");
}
END_TEST

static bool note_name(void *context, sg_node node, const char *name) {
  seen *s = context;
  (void)node;
  if (strstr(name, "[42]")) snprintf(s->output + strlen(s->output), 100, "%s ", name);
  return true;
}

START_TEST(pictures_name_its_numbers) {
  seen s;
  sg_interpreter *sgrad = open_with_pack(&s);
  ck_assert_int_eq(sg_run(sgrad, "test", "r = {deep: [1, p]}; p = 0", SG_ALL), SG_OK);
  ck_assert(sg_vm_each_name(sg_get_vm(sgrad), note_name, &s));
  ck_assert_str_eq(s.output, "r.deep[1].w[42] ");
  sg_close(sgrad);
}
END_TEST

/* Its run of leaves slides down when what lay below dies, and keeps its order. */
START_TEST(collections_move_it) {
  seen s;
  sg_interpreter *sgrad = open_with_pack(&s);
  sg_vm *vm = sg_get_vm(sgrad);
  pack *p = sg_native_new(vm, &pack_class);
  sg_value junk;
  for (int i = 0; i < 1000; i++) ck_assert(sg_tape_leaf(&vm->tape, i, &junk));
  ck_assert(make_pack(vm, p) && sg_vm_set_global(vm, "q", sg_object_value(p)));
  sg_node before = p->first;
  ck_assert_int_eq(sg_run(sgrad, "test", "q.note = {self: q, w: q.w[7]}\nz = q(1)", SG_ALL), SG_OK);
  for (int full = 0; full < 3; full++) {
    sg_collect_fully(&vm->tape);
    ck_assert(sg_heap_collect(&vm->heap));
  }
  ck_assert_uint_lt(p->first, before);
  for (uint32_t i = 0; i < WEIGHTS; i++) ck_assert(vm->tape.value[p->first + i] == i);
  ck_assert_int_eq(sg_run(sgrad, "test", "print(q.note.w, q(1), z)", SG_ALL), SG_OK);
  ck_assert_str_eq(s.output, "7 4950 4950\n");
  ck_assert_int_eq(sg_run(sgrad, "test", "q = 0; p = 0; z = 0", SG_ALL), SG_OK);
  sg_collect_fully(&vm->tape);
  ck_assert(sg_heap_collect(&vm->heap));
  ck_assert_uint_lt(vm->tape.count, 100);
  sg_close(sgrad);
}
END_TEST

Suite *native_suite(void) {
  Suite *suite = suite_create("native");
  TCase *tests = tcase_create("native");
  tcase_add_test(tests, type_text_and_equality);
  tcase_add_test(tests, calls);
  tcase_add_test(tests, fields_and_methods);
  tcase_add_test(tests, owned_lists_set_data);
  tcase_add_test(tests, gradients_reach_its_numbers);
  tcase_add_test(tests, pictures_name_its_numbers);
  tcase_add_test(tests, collections_move_it);
  suite_add_tcase(suite, tests);
  return suite;
}
