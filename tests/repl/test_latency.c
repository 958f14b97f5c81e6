/* sgrad tests: how soon Ctrl-C stops what takes long, and that the session is as before.
 *
 * Each row's statement is interrupted at random times. What counts is the processor time of the
 * program from the signal to the next prompt, so that a loaded machine does not matter.
 * SGRAD_LATENCY=full takes large sizes and prints a table: milliseconds that the statement takes,
 * of the worst wait, and of the processor in it; SGRAD_LATENCY=WORD the rows that contain the word.
 */
#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

Suite *latency_suite(void);

enum { OUTPUT_SIZE = 1 << 16, QUICK_TRIALS = 2, FULL_TRIALS = 4 };

/* Milliseconds. */
enum { CAP = 1000, QUICK_CAP = 100, LIMIT = 50, SLOW_LIMIT = 1000 };

/* Builds for debugging differ by an order of magnitude. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
static const bool is_slow = false;
#else
static const bool is_slow = true;
#endif

/* `n` is set before `setup`; `kept` is worth the same before and after. */
typedef struct row {
  unsigned quick, full;
  const char *setup, *statement, *kept;
} row;

static const row rows[] = {
#define ROW(...) {__VA_ARGS__},
#include "latency.def"
#undef ROW
};

typedef struct program {
  pid_t child;
  clockid_t clock;
  int input, output;
  char text[OUTPUT_SIZE]; /* the end of what came since the last question */
  size_t bytes;
} program;

static double read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

_Noreturn static void become(int input, int output) {
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  for (int i = 3; i < 64; i++) close(i);
  execl(SGRAD_PROGRAM, SGRAD_PROGRAM, "-i", "-q", "-n", "--seed=1", "--max-memory=7G", (char *)0);
  _exit(127);
}

static bool has_prompt(const program *p) {
  const char *end = p->text + p->bytes;
  return p->bytes >= 2 && end[-2] == '>' && end[-1] == ' ' && (p->bytes == 2 || end[-3] == '\n');
}

/* Takes what comes within so many milliseconds. False: nothing did. */
static bool read_some(program *p, int milliseconds) {
  struct pollfd ready = {.fd = p->output, .events = POLLIN};
  if (poll(&ready, 1, milliseconds) <= 0) return false;
  if (p->bytes > OUTPUT_SIZE / 2) {
    memmove(p->text, p->text + p->bytes - 64, 64);
    p->bytes = 64;
  }
  ssize_t got = read(p->output, p->text + p->bytes, OUTPUT_SIZE / 2 - 1);
  if (got > 0) p->bytes += (size_t)got;
  p->text[p->bytes] = '\0';
  return got > 0;
}

static bool wait_prompt(program *p, double milliseconds) {
  double end = read_clock(CLOCK_MONOTONIC) + milliseconds;
  while (!has_prompt(p)) {
    double left = end - read_clock(CLOCK_MONOTONIC);
    if (left <= 0) return false;
    if (!read_some(p, (int)left + 1) && read_clock(CLOCK_MONOTONIC) < end) return false;
  }
  return true;
}

static void tell(program *p, const char *line) {
  p->bytes = 0;
  ck_assert_int_eq(write(p->input, line, strlen(line)), (ssize_t)strlen(line));
  ck_assert_int_eq(write(p->input, "\n", 1), 1);
}

static void ask(program *p, const char *line) {
  tell(p, line);
  ck_assert_msg(wait_prompt(p, 120000), "no prompt after: %s\n%s", line, p->text);
}

static void start(program *p) {
  int in[2], out[2];
  ck_assert(pipe(in) == 0 && pipe(out) == 0);
  p->bytes = 0;
  p->child = fork();
  if (p->child == 0) become(in[0], out[1]);
  close(in[0]);
  close(out[1]);
  p->input = in[1];
  p->output = out[0];
  ck_assert_int_eq(clock_getcpuclockid(p->child, &p->clock), 0);
  ck_assert(wait_prompt(p, 20000));
}

static void stop(program *p) {
  int status;
  close(p->input);
  while (read_some(p, 20000)) continue;
  close(p->output);
  waitpid(p->child, &status, 0);
  ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "exit %d: %s", status, p->text);
}

typedef struct figures {
  double duration, wall, cpu;
  int interrupted, trials;
} figures;

/* Interrupts the statement after so long, unless it has ended by then. */
static void interrupt_after(program *p, const row *r, double milliseconds, figures *worst) {
  tell(p, r->statement);
  bool ended = wait_prompt(p, milliseconds);
  worst->trials++;
  if (ended) return;
  double wall = read_clock(CLOCK_MONOTONIC), cpu = read_clock(p->clock);
  kill(p->child, SIGINT);
  ck_assert_msg(wait_prompt(p, 60000), "no prompt after Ctrl-C in: %s\n%s", r->statement, p->text);
  wall = read_clock(CLOCK_MONOTONIC) - wall;
  cpu = read_clock(p->clock) - cpu;
  if (wall > worst->wall) worst->wall = wall;
  if (cpu > worst->cpu) worst->cpu = cpu;
  worst->interrupted += strstr(p->text, "interrupted") != NULL;
}

static const char *wish(void) { return getenv("SGRAD_LATENCY"); }

static double measure(program *p, const row *r, figures *worst) {
  double begin = read_clock(CLOCK_MONOTONIC);
  interrupt_after(p, r, wish() ? CAP : QUICK_CAP, worst);
  worst->duration = read_clock(CLOCK_MONOTONIC) - begin;
  return worst->duration;
}

static void set_up(program *p, const row *r, unsigned n) {
  char line[64];
  snprintf(line, sizeof line, "n = %u;", n);
  ask(p, line);
  if (*r->setup) ask(p, r->setup);
  ck_assert_msg(strstr(p->text, "error") == NULL, "%s: %s", r->setup, p->text);
}

static void run_row(const row *r, unsigned n, int trials, figures *worst) {
  static program p;
  char kept[256] = "";
  start(&p);
  set_up(&p, r, n);
  if (*r->kept) {
    ask(&p, r->kept);
    memcpy(kept, p.text, sizeof kept - 1);
  }
  double duration = measure(&p, r, worst);
  for (int i = 0; i < trials; i++) {
    if (*r->kept) {
      ask(&p, r->kept);
      ck_assert_msg(strncmp(kept, p.text, sizeof kept - 1) == 0, "%s: %s is %s, was %s",
                    r->statement, r->kept, p.text, kept);
    } else
      set_up(&p, r, n);
    interrupt_after(&p, r, duration * (rand() % 1000 + 1) / 1000, worst);
  }
  stop(&p);
}

START_TEST(ctrl_c_is_soon) {
  const char *word = wish();
  const row *r = &rows[_i];
  figures worst = {0};
  if (word == NULL ? r->quick == 0
                   : strcmp(word, "full") != 0 && strstr(r->statement, word) == NULL)
    return;
  run_row(r, word ? r->full : r->quick, word ? FULL_TRIALS : QUICK_TRIALS, &worst);
  int limit = is_slow ? SLOW_LIMIT : LIMIT;
  if (word == NULL) {
    ck_assert_msg(worst.cpu <= limit, "%s: %.0f ms from Ctrl-C to the prompt", r->statement,
                  worst.cpu);
    return;
  }
  fprintf(stderr, "%7.0f %6.0f %6.0f  %2d/%2d  %s%s\n", worst.duration, worst.wall, worst.cpu,
          worst.interrupted, worst.trials, worst.cpu > limit ? "*** " : "", r->statement);
}
END_TEST

Suite *latency_suite(void) {
  Suite *suite = suite_create("latency");
  TCase *tcase = tcase_create("rows");
  tcase_set_timeout(tcase, 300);
  tcase_add_loop_test(tcase, ctrl_c_is_soon, 0, sizeof rows / sizeof *rows);
  suite_add_tcase(suite, tcase);
  return suite;
}
