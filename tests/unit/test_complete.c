/* sgrad tests: completion, without a line editor. In a typed text `|` is the cursor. */
#include "complete_kit.h"

#include "repl/assist/hint.h"
#include "repl/command/command.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *complete_suite(void);

static void complete(bench *b, const char *typed) {
  read_typed(b, typed);
  sg_completion_clear(&b->found);
  b->ok =
      sg_complete(&b->memory, sg_get_vm(b->sgrad), b->text, strlen(b->text), b->cursor, &b->found);
}

/* "re -> relu( return~": what is replaced, and the candidates, with what is appended; a blank there
 * is shown as ~. */
static const char *show(bench *b, const char *typed) {
  complete(b, typed);
  sg_buffer_clear(&b->shown);
  if (!b->ok) return "out of memory";
  ck_assert_uint_eq(b->found.end, b->cursor);
  ck_assert_uint_le(b->found.start, b->found.end);
  sg_buffer_add(&b->shown, b->text + b->found.start, b->found.end - b->found.start);
  sg_buffer_puts(&b->shown, " ->");
  for (uint32_t i = 0; i < b->found.count; i++) {
    char append = b->found.items[i].append;
    sg_buffer_printf(&b->shown, " %s", sg_completion_text(&b->found, i));
    if (append != 0) sg_buffer_putc(&b->shown, append == ' ' ? '~' : append);
  }
  return sg_buffer_text(&b->shown);
}

static void check_rows(const row *rows, size_t count) {
  bench b;
  open_bench(&b);
  for (size_t i = 0; i < count; i++) {
    const char *shown = show(&b, rows[i].typed);
    ck_assert_msg(strcmp(shown, rows[i].shown) == 0, "'%s': '%s', not '%s'", rows[i].typed, shown,
                  rows[i].shown);
  }
  close_bench(&b);
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

START_TEST(names_in_scope) {
  static const row rows[] = {
      {"rel|", "rel -> relu("},
      {"1 + rel|", "rel -> relu("},
      {"rel|u(x)", "rel -> relu("},
      {"relu|(x)", "relu -> relu"},
      {"sc|", "sc -> scale("},
      {"sl|", "sl -> slope("},
      {"log1|", "log1 -> log10 log1p("}, /* the variable hides the builtin */
      {"θ|", "θ -> θ θ₁"},
      {"x + θ₁|", "θ₁ -> θ₁"},
      {"_h|", "_h -> _hidden"},
      {"zz|", "zz ->"},
      {"12|", " ->"},
      {"1.5e|", " ->"},
      {"x # rel|", " ->"},
      {"print(rel|\n", "rel -> relu("},
      {"x = [\n  rel|", "rel -> relu("},
      {"f\"{rel|", "rel -> relu("},
      {"f\"{x} {rel|} more\"", "rel -> relu("},
      {"\xff\xfe rel|", "rel -> relu("},
      {"x ) rel|", "rel ->"},
  };
  CHECK_ROWS(rows);
}
END_TEST

START_TEST(keywords_where_they_fit) {
  static const row rows[] = {
      {"whi|", "whi -> while~"},         {"x = whi|", "whi ->"},
      {"retu|", "retu -> return~"},      {"brea|", "brea -> break"},
      {"x = no_|", "no_ -> no_grad~"},   {"tru|", "tru -> true"},
      {"for k i|", "i -> in~"},          {"[k fo|", "fo -> for~"},
      {"[k for k i|", "i -> if~ in~"},   {"x an|", "an -> and~"},
      {"if x { } els|", "els -> else~"}, {"x > 1 rel|", "rel ->"},
      {"if x == 1 o|", "o -> or~"},      {"x\nwhi|", "whi -> while~"},
  };
  CHECK_ROWS(rows);
}
END_TEST

START_TEST(names_of_the_text_itself) {
  static const row rows[] = {
      {"def f(alfa, beto=1) {\n  gama = 1\n  al|", "al -> alfa all("},
      {"def f(alfa, beto=1) {\n  gama = 1\n  gam|", "gam -> gama"},
      {"def f(alfa) {\n  gama = 1\n}\ngama|", "gama ->"},
      {"def f(alfa) {\n  gama = 1\n}\nalfa|", "alfa ->"},
      {"def fnord(alfa) {\n}\nfno|", "fno -> fnord("},
      {"fnord(alfa) = fno|", "fno -> fnord("},
      {"fnord(alfa) = alf|", "alf -> alfa"},
      {"fnord(alfa) = 1; alf|", "alf ->"},
      {"fnord(alfa) =\n  alf|", "alf -> alfa"},
      {"map(alfa => alf|", "alf -> alfa"},
      {"map(alfa => 1, alf|", "alf ->"},
      {"map((alfa, beto) => { gama = 1\n bet|", "bet -> beto"},
      {"[alf| for alfa in xs]", "alf -> alfa"},
      {"[1 for alfa, (beto, gama) in xs if bet|", "bet -> beto"},
      {"sum(alf| for alfa in xs)", "alf -> alfa"},
      {"[1 for alfa in xs]; alf|", "alf ->"},
      {"for alfa, beto in xs {\n  bet|", "bet -> beto"},
      {"while true {\n  alfa, (beto, gama) = f()\n  gam|", "gam -> gama"},
      {"if true {\n  alfa += 1; alf|", "alf -> alfa"},
      {"if true {\n  f(alfa=1); cfg.alfa = 2; alf|", "alf ->"},
      {"def f() {\n  alf|\n  alfa = 1\n}", "alf -> alfa"},
      {"def f() {\n  alf|\n}\nalfa = 1", "alf -> alfa"},
      {"def f() {\n  alf|\n}\ndef g() {\n  alfa = 1\n}", "alf ->"},
      {"def f(relu) {\n  rel|", "rel -> relu"},
      {"f = x => {\n  alfa = try(() => {\n    beto = 1\n    be|", "be -> beto"},
      {"f = x => {\n  try(() => {\n    beto = 1\n})\n  bet|", "bet ->"},
  };
  CHECK_ROWS(rows);
}
END_TEST

START_TEST(members) {
  static const row rows[] = {
      {"x.da|", "da -> data"},
      {"x.gr|", "gr -> grad graph("},
      {"x.ba|", "ba -> backward("},
      {"x.ap|", "ap -> append("}, /* rare, but nothing else fits */
      {"x.sc|", "sc -> scale("},
      {"2.rel|", "rel -> relu("},
      {"cfg.l|", "l -> layers lr leaf( len("},
      {"cfg.ru|", "ru -> run("},
      {"cfg.layers[0].ar|", "ar -> arrow("},
      {"cfg[\"layers\"][-2].ac|", "ac -> act"},
      {"cfg.layers[0].act.up|", "up -> upper("},
      {"cfg.layers[0].w.da|", "da -> data"},
      {"cfg.layers.app|", "app -> append("},
      {"cfg.layers[i].da|", "da -> data"}, /* not known: anything */
      {"cfg.layers[9].lay|", "lay -> layer("},
      {"name.up|", "up -> upper("},
      {"name.da|", "da ->"},
      {"\"a,b\".spl|", "spl -> split("},
      {"[1, 2].app|", "app -> append("},
      {"f\"{x}\".low|", "low -> lower("},
      {"foo(1).rel|", "rel -> relu("},
      {"def f(x) {\n x.up|", "up -> upper("}, /* a parameter: anything */
      {"x.data.sq|", "sq -> sqrt("},
      {"scale.gradc|", "gradc ->"},
      {"net.lay|", "lay -> layers"},
      {"net.layers[0].neurons[1].w.le|", "le -> leaf( len("},
      {"net.layers[0].neurons[1].ac|", "ac -> act"},
      {"net.layers[9].ac|", "ac -> accuracy( acos( acosh("},
      {"x\n.rel|", "rel -> relu("},
  };
  CHECK_ROWS(rows);
}
END_TEST

START_TEST(members_by_kind) {
  bench b;
  open_bench(&b);
  ck_assert_int_eq(strncmp(show(&b, "x.|"), " -> data grad label arrow( scale( slope( abs(", 44),
                   0);
  ck_assert_ptr_null(strstr(show(&b, "x.|"), "append"));
  ck_assert_ptr_null(strstr(show(&b, "x.|"), "print"));
  ck_assert_int_eq(strncmp(show(&b, "cfg.layers[0].|"), " -> act w arrow(", 16), 0);
  close_bench(&b);
}
END_TEST

START_TEST(keys_of_records) {
  static const row rows[] = {
      {"cfg[\"la|", "la -> layers\""},
      {"cfg['|']", " -> a b layers lr run"},
      {"cfg[\"a |", "a  -> a b\""},
      {"cfg.layers[0][\"a|", "a -> act\""},
  };
  CHECK_ROWS(rows);
}
END_TEST

START_TEST(arguments_by_name) {
  static const row rows[] = {
      {"scale(x, fa|", "fa -> factor= false"},
      {"scale(fa|", "fa -> factor= false"},
      {"scale(x, 1, fa|", "fa -> false"},
      {"scale(x, factor=1, of|", "of -> offset="},
      {"scale(x, factor=1, fac|", "fac ->"},
      {"scale(x, factor=fac|", "fac ->"},
      {"scale([1, 2], fac|", "fac -> factor="},
      {"x.scale(fac|", "fac -> factor="},
      {"x.scale(1, fac|", "fac ->"},
      {"cfg.run(t|", "t -> t= tan( tanh( train( train_test_split( true try( type("},
      {"slope(x, fac|", "fac -> factor="},
      {"arrow(x, q|", "q -> q="},
      {"clip(x, l|",
       "l -> lo= l1( l2( layer( leaf( leaky_relu( len( linear( linspace( load( log( log10 log1p( "
       "log2( log_softmax( "
       "logsumexp( lower("},
      {"print(1, 2, se|", "se -> sep= seed( sequential("},
      {"print(se|", "se -> sep= seed( sequential("},
      {"print(1,\n  2,\n  en|", "en -> end= enumerate("},
      {"scale(relu(x), fac|", "fac -> factor="},
      {"relu(scale(x, fac|", "fac -> factor="},
      {"def scale(fac|", "fac ->"},
      {"scale(x + fac|", "fac ->"},
      {"scale(x, [fac|", "fac ->"},
  };
  CHECK_ROWS(rows);
}
END_TEST

START_TEST(commands) {
  static const row rows[] = {
      {":he|", "he -> help~"},
      {":vars|", "vars -> vars~"},
      {":graph |", " -> cfg log10 x y θ θ₁"},
      {":graph y|", "y -> y"},
      {":graph scale(fac|", "fac -> factor="},
      {":graph cfg.lay|", "lay -> layers"},
      {":graph y rank|", "rank -> rankdir=LR rankdir=TB"},
      {":graph y grad=no rankdir=L|", "rankdir=L -> rankdir=LR"},
      {":graph y com|", "com -> compact"},
      {":set d|", "d -> digits~"},
      {":set color a|", "a -> always auto"},
      {":set grad |", " -> no yes"},
      {":gr y ran|", "ran -> rankdir=LR rankdir=TB"},
      {":help tan|", "tan -> tan tanh"},
      {":help :qu|", "qu -> quit"},
      {":help qu|", "qu -> quit"},
      {":help rand|", "rand -> randint random"},
      {":help gradi|", "gradi -> gradients"},
      {":help kin|", "kin -> kink kinks"},
      {":help whi|", "whi -> while"},
      {"?rel|", "rel -> relu"},
      {"? rel|", "rel -> relu"},
      {":time scale(x, fac|", "fac -> factor="},
      {":time cfg.la|", "la -> layers"},
      {":vars x|", "x -> x xor"},
      {":nonsense x|", " ->"},
      {":help relu # rel|", " ->"},
      {"x = 1\n:tim|", "tim -> time~"},
      {"x :he|", "he ->"},
  };
  CHECK_ROWS(rows);
}
END_TEST

static bool count_name(void *context, const char *name) {
  uint32_t *count = context;
  *count += *name != '\0';
  return true;
}

START_TEST(all_examples) {
  bench b;
  uint32_t count = 0;
  open_bench(&b);
  ck_assert(sg_examples_each(&b.memory, count_name, &count));
  complete(&b, ":examples |");
  ck_assert_uint_eq(b.found.count, count);
  close_bench(&b);
}
END_TEST

START_TEST(letters) {
  static const row rows[] = {
      {"\\alpha|", "\\alpha -> α"},
      {"\\De|", "\\De -> \\Delta"},
      {"\\Delta|", "\\Delta -> Δ"},
      {"\\theta_1|", "\\theta_1 -> θ₁"},
      {"\\theta_10|", "\\theta_10 -> θ₁₀"},
      {"x\\_2|", "\\_2 -> ₂"},
      {"α\\beta|", "\\beta -> β"},
      {"1 + \\var|", "\\var -> \\varepsilon \\varphi \\varpi \\varrho \\varsigma \\vartheta"},
      {"\\nothing|", "\\nothing ->"},
      {"\"\\alpha|", "\\alpha -> α"},
      {"f\"{x} \\mu|\"", "\\mu -> μ"},
      {"\"\\n|", "\\n ->"},
  };
  CHECK_ROWS(rows);
  bench b;
  open_bench(&b);
  complete(&b, "\\|");
  ck_assert_uint_gt(b.found.count, 40);
  for (uint32_t i = 0, count = b.found.count; i < count; i++) {
    char typed[64], program[64];
    complete(&b, "\\|");
    snprintf(typed, sizeof typed, "%s|", sg_completion_text(&b.found, i));
    complete(&b, typed);
    ck_assert_uint_eq(b.found.count, 1);
    snprintf(program, sizeof program, "%s₁ = 1", sg_completion_text(&b.found, 0));
    ck_assert_msg(sg_run(b.sgrad, "test", program, SG_ALL) == SG_OK, "%s", program);
  }
  close_bench(&b);
}
END_TEST

static void make_file(const char *path) {
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fclose(file);
}

static void enter_home(char *home) {
  ck_assert_ptr_nonnull(mkdtemp(home));
  ck_assert_int_eq(chdir(home), 0);
  setenv("HOME", home, 1);
  mkdir("data", 0700);
  make_file("data/moons.csv");
  make_file("data/mine.csv");
  make_file("data/.hidden");
  make_file("data/a\033b.csv");
  make_file("notes.sg");
  make_file("new file.sg");
}

START_TEST(files) {
  char home[] = "/tmp/sgrad-complete-XXXXXX", before[4096], shown[4096];
  ck_assert_ptr_nonnull(getcwd(before, sizeof before));
  enter_home(home);
  static const row rows[] = {
      {"read_csv(\"d|", "d -> data/"},
      {"read_csv(\"data/|", "data/ -> data/mine.csv\" data/moons.csv\""},
      {"read_csv(\"data/mo|", "data/mo -> data/moons.csv\""},
      {"read_csv('data/mo|", "data/mo -> data/moons.csv'"},
      {"read_csv('data/mo|')", "data/mo -> data/moons.csv"},
      {"read_csv(\"data/.|", "data/. -> data/.hidden\""},
      {"read_csv(\"nowhere/|", "nowhere/ ->"},
      {"read_csv(\"~|", "~ -> ~/"},
      {"\"new |", "new  -> new file.sg\""},
      {"f\"no|", "no -> notes.sg\""},
      {"f\"{x}no|", " ->"},
      {":load no|", "no -> notes.sg"},
      {":load n|", "n -> \"new file.sg\" \"notes.sg\""},
      {":load \"new |", "new  -> new file.sg\""},
      {":graph y da|", "da -> data/"},
  };
  CHECK_ROWS(rows);
  bench b;
  open_bench(&b);
  snprintf(shown, sizeof shown, "~/no -> %s/notes.sg\"", home);
  ck_assert_str_eq(show(&b, "\"~/no|"), shown);
  ck_assert(b.found.paths);
  close_bench(&b);
  ck_assert_int_eq(chdir(before), 0);
  snprintf(shown, sizeof shown, "rm -r %s", home);
  ck_assert_int_eq(system(shown), 0);
}
END_TEST

START_TEST(indentation) {
  static const row rows[] = {
      {"def f(x) {\n|", " ->   "},
      {"def f(x) {\n  |", " ->   "},
      {"x = [\n|\n]", " ->   "},
  };
  CHECK_ROWS(rows);
}
END_TEST

/* Every beginning of it, and every cursor in it, under every allocation that fails. */
START_TEST(survives_anything) {
  static const char *const texts[] = {
      "def f(a, b=[1]) {\n for k, (v, w) in a { c = k + \"x\\\"\" }\n a => c.d[0](e=1)\n}",
      ":graph cfg.layers[0].w data/x.svg rankdir=LR grad=no # x",
      "f\"{x:.3f} {cfg[\"lr\"]} {{}} \\alpha_1\" + 'a' ) ] } \\ // x /* y",
      "\xce\xb1 = \xce\\theta\xf0\x9f\x98\x80 \x00 ?x .. ..x[[[((({{{",
  };
  bench b;
  open_bench(&b);
  sg_buffer hint;
  sg_buffer_init(&hint, &b.memory);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t bytes = strlen(texts[i]);
    for (size_t cursor = 0; cursor <= bytes; cursor++) {
      for (size_t end = cursor; end <= bytes; end += bytes - cursor + (end == bytes)) {
        bool ok = sg_complete(&b.memory, sg_get_vm(b.sgrad), texts[i], end, cursor, &b.found);
        ck_assert(ok && b.found.start <= cursor);
        sg_completion_clear(&b.found);
        ck_assert(sg_hint(&b.memory, sg_get_vm(b.sgrad), texts[i], end, cursor, false, &hint));
      }
    }
  }
  sg_buffer_clear(&hint);
  close_bench(&b);
}
END_TEST

static const char *const faulty[] = {
    "x.|",
    "cfg.layers[0].|",
    "scale(x, fa|",
    ":graph y |",
    ":help |",
    "\\th|",
    "\\theta_12|",
    "cfg[\"|",
    "\"/|",
    ":load /|",
    "re|",
    "def f(a) {\n|",
    "f = a => [b| for b in xs]",
    "f\"{x.|",
};

START_TEST(out_of_memory) {
  bench b;
  open_bench(&b);
  for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
    read_typed(&b, faulty[i]);
    bool ok = false;
    for (uint64_t n = 1; !ok; n++) {
      uint64_t first = b.memory.calls + n;
      b.memory.fault = fails;
      b.memory.fault_context = &first;
      ok = sg_complete(&b.memory, sg_get_vm(b.sgrad), b.text, strlen(b.text), b.cursor, &b.found);
      b.memory.fault = NULL;
      ck_assert(ok || b.found.count == 0);
      sg_completion_clear(&b.found);
      ck_assert_uint_eq(b.memory.used, 0);
      ck_assert_uint_lt(n, 2000);
    }
  }
  close_bench(&b);
}
END_TEST

START_TEST(many_names_are_quick) {
  bench b;
  open_bench(&b);
  char name[32];
  sg_vm *vm = sg_get_vm(b.sgrad);
  for (int i = 0; i < 100000; i++) {
    snprintf(name, sizeof name, "v%d", i);
    ck_assert(sg_vm_set_global(vm, name, SG_TRUE));
  }
  complete(&b, "v9999|");
  ck_assert_uint_eq(b.found.count, 11);
  complete(&b, "|");
  ck_assert_uint_gt(b.found.count, 100000);
  close_bench(&b);
}
END_TEST

Suite *complete_suite(void) {
  Suite *suite = suite_create("complete");
  TCase *tests = tcase_create("complete");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, names_in_scope);
  tcase_add_test(tests, keywords_where_they_fit);
  tcase_add_test(tests, names_of_the_text_itself);
  tcase_add_test(tests, members);
  tcase_add_test(tests, members_by_kind);
  tcase_add_test(tests, keys_of_records);
  tcase_add_test(tests, arguments_by_name);
  tcase_add_test(tests, commands);
  tcase_add_test(tests, all_examples);
  tcase_add_test(tests, letters);
  tcase_add_test(tests, files);
  tcase_add_test(tests, indentation);
  tcase_add_test(tests, survives_anything);
  tcase_add_test(tests, out_of_memory);
  tcase_add_test(tests, many_names_are_quick);
  suite_add_tcase(suite, tests);
  return suite;
}
