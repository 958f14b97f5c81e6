/* sgrad tests: models in the language: gradients by differences, batches, collections at every
 * turn, micrograd's numbers. */
#include "builtins/nn/model.h"
#include "sgrad.h"

#include <check.h>
#include <stdio.h>

Suite *model_suite(void);

typedef struct host {
  char report[2048];
  sg_vm *vm; /* when set, each allocation asks for a full collection at the next safepoint */
} host;

static void report(void *context, const sg_error *error, const char *text) {
  (void)error;
  snprintf(((host *)context)->report, sizeof((host *)context)->report, "%s", text);
}

static bool collect_soon(void *context, uint64_t call) {
  const host *h = context;
  (void)call;
  if (!h->vm) return false;
  h->vm->attention = true;
  sg_collect_fully(&h->vm->tape);
  return false;
}

/* The programs assert what they claim. */
static void run(const char *program, bool collecting) {
  host h = {.vm = NULL};
  sg_interpreter *sgrad = sg_open(&(sg_host){
      .context = &h, .report = report, .fault = collect_soon, .has_seed = true, .seed = 3});
  ck_assert_ptr_nonnull(sgrad);
  if (collecting) h.vm = sg_get_vm(sgrad);
  sg_status status = sg_run(sgrad, "program", program, SG_ALL);
  ck_assert_msg(status == SG_OK, "%s\n%s", program, h.report);
  h.vm = NULL;
  sg_close(sgrad);
}

static const char gradients[] =
    /* by central differences, in every parameter and every input */
    "def check(model, x) {\n"
    "  f() = sum(y**2 for y in model(x))\n"
    "  loss = f(); zero_grad(model); zero_grad(x); loss.backward()\n"
    "  for p in model.parameters() + x {\n"
    "    before = p.data; got = p.grad; h = 1e-6\n"
    "    p.data = before + h; up = no_grad { f() }\n"
    "    p.data = before - h; down = no_grad { f() }\n"
    "    p.data = before\n"
    "    wanted = (up - down) / (2*h)\n"
    "    assert(abs(got - wanted) <= 1e-5 * max(1, abs(wanted)), f\"{model=} {got} {wanted}\")\n"
    "  }\n"
    "}\n"
    "for act in [\"tanh\", \"relu\", \"leaky_relu\", \"elu\", \"sigmoid\", \"gelu\", \"softplus\"] "
    "{\n"
    "  check(mlp(3, [4, 2], act=act, out=\"sin\"), [0.3, -0.7, 1.1])\n"
    "}\n"
    "check(sequential(linear(2, 4, bias=false), tanh, linear(4, 3), softmax,\n"
    "                 ys => [ys[0] * ys[1], ys[2], 3], linear(3, 2)), [0.5, -0.2])\n"
    "check(sequential(layer(2, 3, act=\"silu\"), sequential(cos, layer(3, 2))), [0.1, 0.9])\n";

static const char batches[] =
    "xs = no_grad { [[uniform(-2, 2) for _ in range(3)] for _ in range(9)] }\n"
    "models = [mlp(3, [5, 1], act=a) for a in [\"relu\", \"tanh\", \"exp\", \"gelu\", \"elu\"]]\n"
    "models.append(sequential(linear(3, 4), softmax, ys => sum(ys[:2]), x => [x, x * x]))\n"
    "models.append(sequential(x => x[1:], leaky_relu, linear(2, 1)))\n"
    "for model in models {\n"
    "  whole = model(xs); single = [model(x) for x in xs]\n"
    "  assert(whole == single, f\"{model=}\")\n"
    "  assert(no_grad { model(xs) } == single)\n"
    "}\n"
    "model = mlp(3, [8, 1], act=\"tanh\")\n"
    "sum(model(xs)).backward(); whole = grad(model); zero_grad(model)\n"
    "for x in xs { model(x).backward() }\n"
    "for a, b in zip(whole, grad(model)) { assert(abs(a - b) <= 1e-12 * max(1, abs(b))) }\n";

/* Values hold over collections, in a model, in neurons and lists that came from it, and in
 * function stages that make garbage while a batch waits. */
static const char survival[] =
    "model = mlp(2, [3, 2], init=(nin, nout) => [uniform(0, 1) for _ in range(50)][7])\n"
    "before = detach(model); neuron = model.layers[0].neurons[1]; w = model.layers[1].w\n"
    "def waste(ys) { for k in range(20) { junk = [k, k + 1] }; return [y * 2 for y in ys] }\n"
    "chain = sequential(model, waste, relu, model.layers[0])\n"
    "xs = [[0.5, 1], [2, 3]]\n"
    "first = chain(xs)\n"
    "for k in range(50) { chain(xs); junk = [k]; model(xs[0]) }\n"
    "assert(chain(xs) == first)\n"
    "assert(detach(model) == before and neuron == model.layers[0].neurons[1])\n"
    "assert(w == model.layers[1].w and len(parameters(chain)) == 17)\n"
    "loss = sum(sum(y) for y in chain(xs)); loss.backward()\n"
    "assert(all([is_node(p) for p in parameters([model, neuron, w])]))\n"
    "twin = copy(chain); assert(twin(xs) == first and twin.layers[0].layers[0] != "
    "model.layers[0])\n"
    "assert(twin.layers[3] == twin.layers[3])\n";

static const char seeds[] =
    "seed(5); a = mlp(2, [4, 3]); seed(5); b = mlp(2, [4, 3])\n"
    "assert(detach(a) == detach(b))\n"
    "seed(5); c = linear(2, 4); assert(detach(c) == detach(a.layers[0]))\n"
    "seed(5); d = linear(2, 4, init=nin => uniform(-1/sqrt(nin), 1/sqrt(nin)))\n"
    "assert(abs(d.w[0][0] - c.w[0][0]) < 1e-15 and d.b == [0, 0, 0, 0])\n"
    "k = 0\n"
    "def count(nin, nout) { global k; k += 1; return 100*nin + 10*nout + k }\n"
    "assert(layer(2, 3, init=count).w == [[231, 232], [233, 234], [235, 236]])\n";

/* shared/data: micrograd's own initial parameters and losses. */
static const char micrograd[] =
    "init = read_csv(\"examples/data/moons7-init.csv\").parameter\n"
    "data = read_csv(\"examples/data/moons7-data.csv\")\n"
    "steps = read_csv(\"examples/data/moons7-steps.csv\")\n"
    "xs = no_grad { [[a, b] for a, b in zip(data.x1, data.x2)] }\n"
    "model = mlp(2, [16, 16, 1])\n"
    "for p, v in zip(model.parameters(), init) { p.data = v }\n"
    "scores = model(xs)\n"
    "loss = mean([relu(1 - y*s) for y, s in zip(data.y, scores)])\n"
    "loss += 1e-4 * sum(p*p for p in model.parameters())\n"
    "assert(abs(loss - steps.loss[0]) <= 1e-12 * abs(loss), f\"{loss} {steps.loss[0]}\")\n"
    "right = mean([(s > 0) == (y > 0) for s, y in zip(scores, data.y)])\n"
    "assert(right == steps.accuracy[0])\n";

static const char *const programs[] = {gradients, batches, survival, seeds, micrograd};

enum { PROGRAMS = sizeof programs / sizeof *programs };

START_TEST(programs_hold) { run(programs[_i], false); }
END_TEST

START_TEST(programs_hold_under_collections) { run(programs[_i], true); }
END_TEST

Suite *model_suite(void) {
  Suite *suite = suite_create("model");
  TCase *tests = tcase_create("model");
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, programs_hold, 0, PROGRAMS);
  tcase_add_loop_test(tests, programs_hold_under_collections, 0, PROGRAMS);
  suite_add_tcase(suite, tests);
  return suite;
}
