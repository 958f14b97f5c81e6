/* sgrad tests: measure N COMMAND...: runs a command N times; prints the least and the median of the
 * milliseconds that it took, and the most kilobytes that it held. Its output goes nowhere. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int run(char **argv, long *kilobytes) {
  pid_t child = fork();
  if (child == 0) {
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, 0);
    dup2(nowhere, 1);
    execvp(argv[0], argv);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) < 0 || status != 0) return 1;
  if (usage.ru_maxrss > *kilobytes) *kilobytes = usage.ru_maxrss;
  return 0;
}

int main(int argc, char **argv) {
  double times[MOST];
  long kilobytes = 0;
  int count = argc > 2 ? atoi(argv[1]) : 0;
  if (count < 1 || count > MOST) {
    fprintf(stderr, "usage: measure N COMMAND...\n");
    return 2;
  }
  for (int i = 0; i < count; i++) {
    double start = now();
    if (run(argv + 2, &kilobytes) != 0) return 1;
    times[i] = now() - start;
  }
  qsort(times, (size_t)count, sizeof *times, compare);
  printf("%.2f %.2f %ld\n", times[0], times[count / 2], kilobytes);
  return 0;
}
