/* sgrad tests: plots: axes, thinning, drawings, and every failing allocation of a picture. */
#include "fault_kit.h"
#include "repl/commands.h"
#include "view/plot/contour.h"
#include "view/plot/draw.h"
#include "view/plot/svg.h"
#include "view/plot/text.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *plot_suite(void);

/* --- Axes. */

static sg_scale make_scale(double low, double high, bool log, uint32_t about, bool round) {
  sg_scale scale = {.log = log};
  sg_scale_set(&scale, (sg_range){low, high});
  sg_scale_mark(&scale, about, round);
  return scale;
}

/* The labels, with blanks between. */
static const char *label_all(const sg_scale *scale, char out[400]) {
  char text[SG_NUMBER_SIZE];
  size_t used = 0;
  out[0] = 0;
  for (uint32_t i = 0; i < scale->count; i++)
    used += (size_t)snprintf(out + used, 400 - used, "%s%s", i > 0 ? " " : "",
                             sg_scale_label(scale, i, text));
  return out;
}

static const struct {
  double low, high;
  bool log;
  const char *labels;
} axes[] = {
    {0, 1, false, "0 0.2 0.4 0.6 0.8 1"},
    {0, 0.3, false, "0 0.1 0.2 0.3"},
    {-1, 2, false, "-1 0 1 2"},
    {0.7, 99, false, "20 40 60 80"},
    {1e-7, 9e-7, false, "2e-07 4e-07 6e-07 8e-07"},
    {0, 5e9, false, "0 1e+09 2e+09 3e+09 4e+09 5e+09"},
    {1000000, 1000004, false, "1000000 1000001 1000002 1000003 1000004"},
    {1, 1000, true, "1 10 100 1000"},
    {1e-9, 1, true, "1e-08 1e-06 0.0001 0.01 1"},
    {3, 30, true, "5 10 20"},
};

START_TEST(ticks_are_nice_numbers) {
  char text[400];
  sg_scale scale = make_scale(axes[_i].low, axes[_i].high, axes[_i].log, 5, false);
  ck_assert_str_eq(label_all(&scale, text), axes[_i].labels);
}
END_TEST

static const double corners[] = {0,         -0.0,  1,      -1,      1e-300,   5e-324,
                                 DBL_MIN,   1e300, -1e300, DBL_MAX, -DBL_MAX, 1 + DBL_EPSILON,
                                 123456789, 0.1,   1e-12,  1e22};
enum { CORNERS = sizeof corners / sizeof *corners };

static void check_scale(double low, double high, bool log, uint32_t about, bool round) {
  sg_scale scale = make_scale(low, high, log, about, round);
  ck_assert(isfinite(scale.low) && isfinite(scale.high) && scale.low < scale.high);
  ck_assert(scale.low <= low && scale.high >= high);
  ck_assert_uint_le(scale.count, SG_TICKS);
  for (uint32_t i = 0; i < scale.count; i++) {
    ck_assert(scale.ticks[i] >= scale.low && scale.ticks[i] <= scale.high);
    ck_assert(i == 0 || scale.ticks[i] > scale.ticks[i - 1]);
    double place = sg_scale_place(&scale, scale.ticks[i]);
    ck_assert(place >= -1e-9 && place <= 1 + 1e-9);
  }
  ck_assert(fabs(sg_scale_place(&scale, low)) <= 1 && fabs(sg_scale_place(&scale, high)) <= 1);
}

START_TEST(axes_hold_for_all_doubles) {
  for (int k = 0; k < CORNERS; k++) {
    double low = fmin(corners[_i], corners[k]), high = fmax(corners[_i], corners[k]);
    for (uint32_t about = 0; about < 20; about += 3) {
      check_scale(low, high, false, about, false);
      check_scale(low, high, false, about, true);
      if (low > 0) check_scale(low, high, true, about, true);
    }
  }
}
END_TEST

/* --- Thinning. */

static void init_figure(sg_figure *figure, sg_memory *memory) {
  sg_memory_init(memory);
  sg_figure_init(figure, memory);
  ck_assert_ptr_nonnull(sg_figure_add_panel(figure));
}

START_TEST(a_curve_keeps_its_extremes_and_gaps) {
  sg_memory memory;
  sg_figure figure;
  sg_path path = {.memory = &memory};
  sg_area area = {0, 0, 100, 50};
  init_figure(&figure, &memory);
  ck_assert_ptr_nonnull(sg_figure_add_series(&figure, "a", 0, true));
  for (int i = 0; i < 100000; i++)
    ck_assert(sg_figure_add_point(&figure, i, i == 77777 ? 1 : i == 50000 ? NAN : 0));
  ck_assert(sg_figure_fit(&figure));
  ck_assert_uint_eq(figure.skipped, 1);
  ck_assert(sg_curve_trace(&figure, &figure.panels[0], figure.series.items, area, 1, &path));
  ck_assert_uint_lt(path.count, 420);
  uint32_t moves = 0;
  double top = 50;
  for (uint32_t i = 0; i < path.count; i++) {
    moves += path.items[i].move;
    top = fmin(top, path.items[i].y);
  }
  ck_assert_uint_eq(moves, 2);
  ck_assert_double_eq_tol(top, 0, 1e-9);
  sg_path_clear(&path);
  sg_figure_clear(&figure);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

/* The squares of side 1 that the lines of a path go through, in `taken`. Returns how many. */
static uint32_t cover(const sg_path *path, bool taken[51][101]) {
  uint32_t count = 0;
  for (uint32_t i = 1; i < path->count; i++) {
    const sg_pen *a = &path->items[i - 1], *b = &path->items[i];
    for (int k = 0; !b->move && k <= 2000; k++) {
      bool *square =
          &taken[(int)(a->y + (b->y - a->y) * k / 2000)][(int)(a->x + (b->x - a->x) * k / 2000)];
      count += !*square;
      *square = true;
    }
  }
  return count;
}

START_TEST(a_line_to_and_fro_is_thinned_and_still_covers_all) {
  sg_memory memory;
  sg_figure figure;
  sg_path path = {.memory = &memory};
  sg_area area = {0, 0, 100, 50};
  sg_random random;
  bool taken[51][101] = {{false}};
  sg_random_seed(&random, 1);
  init_figure(&figure, &memory);
  ck_assert_ptr_nonnull(sg_figure_add_series(&figure, "a", 0, true));
  for (int i = 0; i < 100000; i++)
    ck_assert(sg_figure_add_point(&figure, sg_random_unit(&random), sg_random_unit(&random)));
  ck_assert(sg_figure_fit(&figure));
  ck_assert(sg_curve_trace(&figure, &figure.panels[0], figure.series.items, area, 1, &path));
  ck_assert(path.items[0].move);
  ck_assert_uint_lt(path.count, 2000);
  ck_assert_uint_gt(cover(&path, taken), 4950); /* of 5000, the corners take long */
  path.count = 0;
  sg_interrupted = 1;
  ck_assert(!sg_curve_trace(&figure, &figure.panels[0], figure.series.items, area, 1, &path));
  sg_interrupted = 0;
  sg_path_clear(&path);
  sg_figure_clear(&figure);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

/* --- Regions. */

/* The area of closed parts. */
static double measure(const sg_path *path) {
  double area = 0;
  for (uint32_t i = 0; i < path->count;) {
    uint32_t end = i + 1;
    while (end < path->count && !path->items[end].move) end++;
    for (uint32_t k = i; k < end; k++) {
      const sg_pen *a = &path->items[k], *b = &path->items[k + 1 < end ? k + 1 : i];
      area += (a->x * b->y - b->x * a->y) / 2;
    }
    i = end;
  }
  return fabs(area);
}

START_TEST(the_regions_of_two_classes_fill_the_square) {
  sg_memory memory;
  sg_region region;
  sg_memory_init(&memory);
  ck_assert(sg_region_init(&region, &memory, 30, 20, 1));
  for (uint32_t row = 0; row < 20; row++)
    for (uint32_t column = 0; column < 30; column++)
      *sg_region_node(&region, column, row) = sin(column * 0.5) + cos(row * 0.7) - 0.1;
  double total = 0;
  for (uint32_t class = 0; class < 2; class ++) {
    sg_path path = {.memory = &memory};
    ck_assert(sg_contour_fill(&region, class, (sg_area){5, 7, 29, 19}, &path));
    total += measure(&path);
    sg_path_clear(&path);
  }
  ck_assert(fabs(total - 29 * 19) < 12); /* saddles are cut in two ways */
  ck_assert_int_eq(sg_region_class(&region, 0, 0), 1);
  sg_region_clear(&region);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

/* A disc of class 1, of that radius around the middle of a grid of 9 x 9. Chords a square wide
 * leave out some 0.6 of it. */
static void fill_disc(sg_region *region, sg_memory *memory, double radius) {
  ck_assert(sg_region_init(region, memory, 9, 9, 1));
  for (uint32_t row = 0; row < 9; row++)
    for (uint32_t column = 0; column < 9; column++)
      *sg_region_node(region, column, row) = radius - hypot(column - 4., row - 4.);
}

static const struct {
  double radius;
  int class;
  bool fill;
  uint32_t parts; /* of the path */
  double area;    /* of the disc or what it leaves, inside the square; 0: not looked at */
} discs[] = {{2.5, 1, true, 1, 19.63}, {2.5, 0, true, 2, 44.37}, {2.5, 1, false, 1, 19.63},
             {4.5, 1, true, 1, 58.06}, {4.5, 0, true, 4, 5.94},  {4.5, 1, false, 4, 0},
             {9, 1, true, 1, 64},      {9, 0, true, 0, 0},       {9, 1, false, 0, 0}};
enum { DISCS = sizeof discs / sizeof *discs };

START_TEST(lines_run_around_a_region_and_along_the_frame) {
  sg_memory memory;
  sg_region region;
  sg_memory_init(&memory);
  fill_disc(&region, &memory, discs[_i].radius);
  sg_path path = {.memory = &memory};
  uint32_t parts = 0, class = (uint32_t)discs[_i].class;
  const sg_area frame = {0, 0, 8, 8};
  ck_assert((discs[_i].fill ? sg_contour_fill : sg_contour_line)(&region, class, frame, &path));
  for (uint32_t i = 0; i < path.count; i++) parts += path.items[i].move;
  ck_assert_uint_eq(parts, discs[_i].parts);
  if (discs[_i].area > 0) ck_assert_double_eq_tol(measure(&path), discs[_i].area, 0.7);
  sg_path_clear(&path);
  sg_region_clear(&region);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

START_TEST(nan_has_no_class) {
  sg_memory memory;
  sg_region region;
  sg_memory_init(&memory);
  ck_assert(sg_region_init(&region, &memory, 2, 2, 3));
  ck_assert_int_eq(sg_region_class(&region, 0.5, 0.5), -1);
  ck_assert_int_eq(sg_region_decide(&region, (double[]){1, NAN, 0}), -1);
  ck_assert_int_eq(sg_region_decide(&region, (double[]){1, 2, 2}), 1);
  sg_region_clear(&region);
}
END_TEST

/* --- Pictures under failing allocations. */

typedef struct host {
  faults faults; /* first: the interpreter's context is both */
  sg_commands commands;
} host;

static const char setup[] =
    "xs = [[k % 3, k % 2] for k in range(6)]; ys = [k % 2 for k in range(6)]\n"
    "h = {loss: [3, 2, 1], accuracy: [0, nan, 1]}; f(x) = 1";

static const char *const lines[] = {":plot h",
                                    ":plot [1, 2] [[1, 5], [2, 2]] title=\"a\"",
                                    ":scatter xs",
                                    ":scatter xs ys",
                                    ":plot h x.svg",
                                    ":scatter xs [\"a\", \"b\", \"a\", \"b\", \"c\", \"d\"] x.svg",
                                    ":boundary f xs ys",
                                    ":boundary f xs ys x.svg labels=[\"a\", \"b\"]",
                                    ":plot sin [3, 1] x=a y=\"b c\"",
                                    ":plot abs [[0], [1]] [2, 1] x.svg"};
enum { LINES = sizeof lines / sizeof *lines, EXHAUSTIVE = 250, SAMPLES = 40 };

static sg_interpreter *open_host(host *h) {
  sg_interpreter *sgrad = sg_open(&(sg_host){.context = h,
                                             .write = write_nothing,
                                             .command = sg_commands_run,
                                             .command_context = &h->commands,
                                             .fault = fault,
                                             .has_seed = true});
  ck_assert_ptr_nonnull(sgrad);
  ck_assert_int_eq(sg_run(sgrad, "test", setup, SG_ALL), SG_OK);
  return sgrad;
}

/* Returns how many allocations there were. */
static uint64_t fail_at(const char *line, uint64_t n, bool once) {
  host h = {.faults.once = once};
  sg_interpreter *sgrad = open_host(&h);
  uint64_t before = h.faults.calls;
  h.faults.first = n > 0 ? h.faults.calls + n : 0;
  sg_status status = sg_run(sgrad, "test", line, SG_ALL);
  uint64_t calls = h.faults.calls - before;
  h.faults.first = 0;
  ck_assert_int_eq(status, n == 0 ? SG_OK : SG_NO_MEMORY);
  ck_assert(access("x.svg", F_OK) == 0 ? n == 0 : true);
  ck_assert_int_eq(sg_run(sgrad, "test", "assert(len(xs) == 6); z = ys[0] * 2", SG_ALL), SG_OK);
  sg_close(sgrad);
  unlink("x.svg");
  return calls;
}

START_TEST(every_failing_allocation_is_an_error) {
  char folder[] = "/tmp/sgrad-plot-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(folder));
  ck_assert_int_eq(chdir(folder), 0);
  uint64_t calls = fail_at(lines[_i], 0, false);
  uint64_t step = calls <= EXHAUSTIVE ? 1 : calls / SAMPLES;
  for (uint64_t n = 1; n <= calls; n += step) {
    fail_at(lines[_i], n, true);
    fail_at(lines[_i], n, false);
  }
  ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* --- Text. */

START_TEST(names_hold_nothing_that_a_terminal_obeys) {
  char out[SG_NAME_SIZE];
  sg_figure_name(out, sizeof out, "a\x1b[31mé\n\xff", 10);
  ck_assert_str_eq(out, "a?[31mé??");
  sg_figure_name(out, 9, "äöüßäöü", 14);
  ck_assert_str_eq(out, "äö...");
}
END_TEST

START_TEST(pictures_fit_any_terminal) {
  sg_memory memory;
  sg_figure figure;
  init_figure(&figure, &memory);
  ck_assert_ptr_nonnull(sg_figure_add_series(&figure, "curve", 0, true));
  for (int i = 0; i < 50; i++) ck_assert(sg_figure_add_point(&figure, i, sin(i)));
  ck_assert(sg_figure_fit(&figure));
  for (uint32_t columns = 1; columns < 300; columns += 7)
    for (uint32_t rows = 1; rows < 60; rows += 11) {
      sg_buffer out;
      sg_terminal terminal = {columns, rows, columns % 2, SG_COLORS_NONE};
      sg_buffer_init(&out, &memory);
      ck_assert(sg_plot_text(&figure, &terminal, &out));
      uint32_t lines_written = 0;
      for (uint32_t i = 0; i < out.count; i++) lines_written += out.items[i] == '\n';
      ck_assert_uint_le(lines_written, rows < 8 ? 8 : rows);
      sg_buffer_clear(&out);
    }
  sg_figure_clear(&figure);
  ck_assert_uint_eq(memory.used, 0);
}
END_TEST

Suite *plot_suite(void) {
  Suite *suite = suite_create("plot");
  TCase *test = tcase_create("plot");
  tcase_set_timeout(test, 120);
  tcase_add_loop_test(test, ticks_are_nice_numbers, 0, sizeof axes / sizeof *axes);
  tcase_add_loop_test(test, axes_hold_for_all_doubles, 0, CORNERS);
  tcase_add_test(test, a_curve_keeps_its_extremes_and_gaps);
  tcase_add_test(test, a_line_to_and_fro_is_thinned_and_still_covers_all);
  tcase_add_test(test, the_regions_of_two_classes_fill_the_square);
  tcase_add_loop_test(test, lines_run_around_a_region_and_along_the_frame, 0, DISCS);
  tcase_add_test(test, nan_has_no_class);
  tcase_add_loop_test(test, every_failing_allocation_is_an_error, 0, LINES);
  tcase_add_test(test, names_hold_nothing_that_a_terminal_obeys);
  tcase_add_test(test, pictures_fit_any_terminal);
  suite_add_tcase(suite, test);
  return suite;
}
