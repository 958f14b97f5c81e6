/* sgrad tests: runs files of tests, several at a time, and adds up what they count.
 *
 *   run [--program=PATH] [--under=WORDS] [--timeout=SECONDS] [--jobs=N] FILE...
 */
#include "cases.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the workers share: the next file to take, and the counts. */
typedef struct tally {
  int next;
  unsigned passed, failed;
} tally;

typedef struct setup {
  runner runner;
  int jobs;
  int count;
  char **files;
} setup;

static const char *find_value(const char *word, const char *name) {
  size_t length = strlen(name);
  return strncmp(word, name, length) == 0 ? word + length : NULL;
}

static bool read_words(setup *s, int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *value;
    if (argv[i][0] != '-')
      s->files[s->count++] = argv[i];
    else if ((value = find_value(argv[i], "--program=")) != NULL)
      s->runner.program = value;
    else if ((value = find_value(argv[i], "--under=")) != NULL)
      s->runner.under = value;
    else if ((value = find_value(argv[i], "--timeout=")) != NULL)
      s->runner.seconds = atoi(value);
    else if ((value = find_value(argv[i], "--jobs=")) != NULL)
      s->jobs = atoi(value);
    else
      return false;
  }
  return true;
}

/* What every test finds in its environment, whoever runs it. */
static void set_environment(const runner *r) {
  char text[4096 + 4096];
  const char *slash = strrchr(r->program, '/');
  int folder = slash == NULL ? 0 : (int)(slash - r->program);
  const char *path = getenv("PATH");
  snprintf(text, sizeof text, "%.*s:%s", folder, r->program, path == NULL ? "/usr/bin:/bin" : path);
  setenv("PATH", text, 1);
  snprintf(text, sizeof text, "%s%s%s", r->under, *r->under == '\0' ? "" : " ", r->program);
  setenv("SGRAD", text, 1);
  setenv("SGRAD_ROOT", r->root, 1);
  setenv("SGRAD_HISTORY", "", 1);
  setenv("HOME", "/nonexistent", 1);
  setenv("LC_ALL", "C.UTF-8", 1);
  setenv("TERM", "dumb", 1);
  static const char *const unwanted[] = {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "NO_COLOR",
                                         "CLICOLOR_FORCE",  "COLUMNS",        "LINES"};
  for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) unsetenv(unwanted[i]);
}

static void work(setup *s, tally *all) {
  for (;;) {
    int i = __atomic_fetch_add(&all->next, 1, __ATOMIC_RELAXED);
    if (i >= s->count) break;
    run_file(&s->runner, s->files[i]);
  }
  __atomic_fetch_add(&all->passed, s->runner.passed, __ATOMIC_RELAXED);
  __atomic_fetch_add(&all->failed, s->runner.failed, __ATOMIC_RELAXED);
}

static void run_all(setup *s, tally *all) {
  fflush(stdout);
  for (int i = 0; i < s->jobs; i++) {
    pid_t worker = fork();
    if (worker > 0) continue;
    work(s, all);
    if (worker == 0) _exit(0);
  }
  int status;
  while (wait(&status) > 0)
    if (status != 0) all->failed++;
}

int main(int argc, char **argv) {
  char root[PATH_MAX];
  tally *all = mmap(NULL, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  setup s = {.runner = {.program = "build/sgrad", .under = "", .seconds = 60},
             .jobs = (int)sysconf(_SC_NPROCESSORS_ONLN)};
  s.files = calloc((size_t)argc, sizeof *s.files);
  s.runner.root = getcwd(root, sizeof root);
  sg_memory_init(&s.runner.memory);
  if (all == MAP_FAILED || s.files == NULL || s.runner.root == NULL ||
      !read_words(&s, argc, argv)) {
    fprintf(stderr,
            "usage: run [--program=PATH] [--under=WORDS] [--timeout=SECONDS] [--jobs=N] FILE...\n");
    return 2;
  }
  set_environment(&s.runner);
  run_all(&s, all);
  printf("%u passed, %u failed\n", all->passed, all->failed);
  free(s.files);
  return all->failed > 0;
}
