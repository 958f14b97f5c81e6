/* sgrad tests: layers, initialisations and batches, from C without the language. */
#include "graph/backward.h"
#include "nn/batch.h"
#include "nn/initial.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

Suite *network_suite(void);

enum { INPUTS = 5, OUTPUTS = 3, SAMPLES = 7, DRAWS = 200000 };

typedef struct kit {
  sg_memory memory;
  sg_tape tape;
  sg_random random;
  sg_error error;
} kit;

static void open_kit(kit *k) {
  sg_memory_init(&k->memory);
  sg_tape_init(&k->tape, &k->memory);
  sg_random_seed(&k->random, 7);
  sg_error_clear(&k->error);
}

static void close_kit(kit *k) {
  sg_tape_clear(&k->tape);
  ck_assert_uint_eq(k->memory.used, 0);
}

static sg_layer make_layer(kit *k, const char *initial, const char *activation, uint32_t inputs,
                           uint32_t outputs) {
  static double values[1 << 10];
  sg_layer layer = {.inputs = inputs, .outputs = outputs, .has_bias = true};
  ck_assert(sg_activation_find(activation, &layer.activation));
  ck_assert_uint_le(sg_layer_count(&layer), sizeof values / sizeof *values);
  sg_initial_draw(sg_initial_find(initial), &layer, &k->random, values);
  ck_assert(sg_layer_make(&k->tape, &layer, values));
  return layer;
}

/* ---- activations ---- */

START_TEST(activations_by_name) {
  sg_activation found;
  ck_assert(sg_activation_find("tanh", &found) && found.op == SG_OP_TANH);
  ck_assert(sg_activation_find("leaky_relu", &found) && found.constant == 0.01);
  ck_assert(sg_activation_find("elu", &found) && found.constant == 1);
  ck_assert(!sg_activation_find("sech2", &found) && !sg_activation_find("neg", &found));
  ck_assert(!sg_activation_find("where", &found) && !sg_activation_find("max", &found));
  uint32_t count = 0;
  for (; sg_activation_get(count); count++)
    ck_assert(sg_activation_find(sg_activation_get(count), &found));
  ck_assert_uint_gt(count, 30);
}
END_TEST

START_TEST(names_of_parameters) {
  char text[40];
  sg_layer layer = {.inputs = 2, .outputs = 4, .has_bias = true, .first = 10};
  sg_layer_parameter_name(&layer, 10, text, sizeof text);
  ck_assert_str_eq(text, "neurons[3].w[1]");
  sg_layer_parameter_name(&layer, 11, text, sizeof text);
  ck_assert_str_eq(text, "neurons[3].b");
  ck_assert_uint_eq(sg_layer_neuron(&layer, 3).first, 19);
  layer.has_bias = false;
  sg_layer_parameter_name(&layer, 7, text, sizeof text);
  ck_assert_str_eq(text, "neurons[3].w[1]");
}
END_TEST

/* ---- initialisations ---- */

typedef struct moments {
  double least, most, mean, deviation;
} moments;

/* Of the weights, or of the biases, of many neurons. */
static moments measure(const char *initial, uint32_t inputs, uint32_t outputs, bool biases) {
  sg_random random;
  sg_random_seed(&random, 11);
  sg_layer layer = {.inputs = inputs, .outputs = outputs, .has_bias = true};
  uint32_t count = sg_layer_count(&layer), used = 0;
  double *values = malloc(count * sizeof *values), sum = 0, squares = 0;
  sg_initial_draw(sg_initial_find(initial), &layer, &random, values);
  moments m = {INFINITY, -INFINITY, 0, 0};
  for (uint32_t i = 0; i < count; i++) {
    if ((i % sg_layer_stride(&layer) == inputs) != biases) continue;
    m.least = fmin(m.least, values[i]);
    m.most = fmax(m.most, values[i]);
    sum += values[i];
    squares += values[i] * values[i];
    used++;
  }
  free(values);
  m.mean = sum / used;
  m.deviation = sqrt(squares / used - m.mean * m.mean);
  return m;
}

static void check_uniform(moments m, double bound) {
  ck_assert(m.least >= -bound && m.most < bound);
  ck_assert(m.least < -0.99 * bound && m.most > 0.99 * bound);
  ck_assert_double_eq_tol(m.mean, 0, 0.02 * bound);
  ck_assert_double_eq_tol(m.deviation, bound / sqrt(3), 0.02 * bound);
}

static void check_normal(moments m, double deviation) {
  ck_assert_double_eq_tol(m.mean, 0, 0.02 * deviation);
  ck_assert_double_eq_tol(m.deviation, deviation, 0.02 * deviation);
  ck_assert(m.most > 3 * deviation && m.least < -3 * deviation);
}

static void check_zero(moments m) { ck_assert(m.least == 0 && m.most == 0); }

START_TEST(initial_distributions) {
  uint32_t nin = 25, nout = DRAWS / 25;
  check_uniform(measure("micrograd", nin, nout, false), 1);
  check_zero(measure("micrograd", nin, nout, true));
  check_uniform(measure("torch", nin, nout, false), 0.2);
  check_uniform(measure("torch", nin, nout, true), 0.2);
  check_uniform(measure("xavier", nin, nout, false), sqrt(6.0 / (nin + nout)));
  check_zero(measure("xavier", nin, nout, true));
  check_normal(measure("he", nin, nout, false), sqrt(2.0 / nin));
  check_zero(measure("he", nin, nout, true));
  check_normal(measure("lecun", nin, nout, false), 0.2);
  check_zero(measure("zeros", nin, nout, false));
  ck_assert_ptr_null(sg_initial_find("glorot"));
}
END_TEST

/* Neuron by neuron, its weights, then its bias. */
START_TEST(draws_follow_the_parameters) {
  kit k;
  open_kit(&k);
  sg_layer layer = make_layer(&k, "torch", "relu", 4, 3);
  sg_random_seed(&k.random, 7);
  for (uint32_t i = 0; i < sg_layer_count(&layer); i++)
    ck_assert(k.tape.value[layer.first + i] == 0.5 * (2 * sg_random_unit(&k.random) - 1));
  close_kit(&k);
}
END_TEST

/* ---- batches ---- */

/* A network of two layers on plain samples; the outputs' values, sample by sample. */
static void run_network(kit *k, const sg_layer *layers, const double *const *rows, uint32_t samples,
                        double *out) {
  sg_batch batch;
  sg_batch_init(&batch, &k->tape, sg_vector_rows(rows, INPUTS * samples), INPUTS, samples);
  for (int i = 0; i < 2; i++) ck_assert(sg_batch_dense(&batch, &layers[i], &k->error));
  ck_assert_uint_eq(batch.features, OUTPUTS);
  for (uint32_t s = 0; s < samples; s++)
    for (uint32_t f = 0; f < OUTPUTS; f++)
      *out++ = sg_tape_value(&k->tape, sg_batch_get(&batch, f, s));
  sg_batch_clear(&batch);
}

static void check_batch_is_single(const char *activation) {
  kit k;
  open_kit(&k);
  sg_layer layers[2];
  layers[0] = make_layer(&k, "xavier", activation, INPUTS, 16);
  layers[1] = make_layer(&k, "torch", activation, 16, OUTPUTS);
  ck_assert_uint_eq(layers[1].first, layers[0].first + sg_layer_count(&layers[0]));
  double x[SAMPLES][INPUTS], whole[SAMPLES * OUTPUTS], one[OUTPUTS], plain[SAMPLES * OUTPUTS];
  const double *rows[SAMPLES];
  for (int s = 0; s < SAMPLES; s++) {
    rows[s] = x[s];
    for (int f = 0; f < INPUTS; f++) x[s][f] = 4 * sg_random_unit(&k.random) - 2;
  }
  run_network(&k, layers, rows, SAMPLES, whole);
  for (int s = 0; s < SAMPLES; s++) {
    run_network(&k, layers, &rows[s], 1, one);
    ck_assert_msg(memcmp(one, whole + s * OUTPUTS, sizeof one) == 0, "%s", activation);
  }
  k.tape.recording = false;
  run_network(&k, layers, rows, SAMPLES, plain);
  ck_assert_msg(memcmp(plain, whole, sizeof plain) == 0, "%s without nodes", activation);
  close_kit(&k);
}

START_TEST(batch_is_single_bit_for_bit) {
  for (uint32_t i = 0; sg_activation_get(i); i++) check_batch_is_single(sg_activation_get(i));
}
END_TEST

/* A layer with an activation is that layer without one, then the function. */
START_TEST(activation_joins_its_layer) {
  for (uint32_t i = 0; sg_activation_get(i); i++) {
    kit k;
    open_kit(&k);
    sg_layer layer = make_layer(&k, "micrograd", sg_activation_get(i), 2, 2), bare = layer;
    bare.activation = SG_IDENTITY;
    double x[] = {0.3, -0.8};
    sg_batch joined, apart;
    sg_batch_init(&joined, &k.tape, sg_vector_data(x, 2), 2, 1);
    sg_batch_init(&apart, &k.tape, sg_vector_data(x, 2), 2, 1);
    ck_assert(sg_batch_dense(&joined, &layer, &k.error));
    ck_assert(sg_batch_dense(&apart, &bare, &k.error));
    ck_assert(sg_batch_activate(&apart, layer.activation, &k.error));
    for (uint32_t f = 0; f < 2; f++) {
      double a = sg_tape_value(&k.tape, sg_batch_get(&joined, f, 0));
      double b = sg_tape_value(&k.tape, sg_batch_get(&apart, f, 0));
      ck_assert_msg(memcmp(&a, &b, sizeof a) == 0, "%s", sg_activation_get(i));
    }
    sg_batch_clear(&joined);
    sg_batch_clear(&apart);
    close_kit(&k);
  }
}
END_TEST

START_TEST(dropout_scales_what_it_keeps) {
  kit k;
  open_kit(&k);
  enum { COUNT = 20000 };
  static double x[COUNT];
  for (int i = 0; i < COUNT; i++) x[i] = 1;
  sg_batch batch;
  sg_batch_init(&batch, &k.tape, sg_vector_data(x, COUNT), 1, COUNT);
  ck_assert(sg_batch_drop(&batch, 0.2, &k.random, &k.error));
  double sum = 0;
  for (uint32_t s = 0; s < COUNT; s++) {
    double y = sg_tape_value(&k.tape, sg_batch_get(&batch, 0, s));
    ck_assert(y == 0 || y == 1.25);
    sum += y;
  }
  ck_assert_double_eq_tol(sum / COUNT, 1, 0.02);
  ck_assert(sg_batch_drop(&batch, 1, &k.random, &k.error));
  for (uint32_t s = 0; s < COUNT; s++)
    ck_assert(sg_tape_value(&k.tape, sg_batch_get(&batch, 0, s)) == 0);
  sg_batch_clear(&batch);
  close_kit(&k);
}
END_TEST

Suite *network_suite(void) {
  Suite *suite = suite_create("network");
  TCase *tests = tcase_create("network");
  tcase_add_test(tests, activations_by_name);
  tcase_add_test(tests, names_of_parameters);
  tcase_add_test(tests, initial_distributions);
  tcase_add_test(tests, draws_follow_the_parameters);
  tcase_add_test(tests, batch_is_single_bit_for_bit);
  tcase_add_test(tests, activation_joins_its_layer);
  tcase_add_test(tests, dropout_scales_what_it_keeps);
  suite_add_tcase(suite, tests);
  return suite;
}
