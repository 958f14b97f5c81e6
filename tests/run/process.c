/* sgrad tests: running a program and keeping what it says. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void process_init(process *p, sg_memory *memory) {
  *p = (process){.folder = ".", .input = "", .seconds = 30};
  sg_buffer_init(&p->output, memory);
  sg_buffer_init(&p->errors, memory);
}

void process_clear(process *p) {
  sg_buffer_clear(&p->output);
  sg_buffer_clear(&p->errors);
}

/* The three streams: a pipe each, [0] to read from, [1] to write to. */
typedef struct pipes {
  int in[2], out[2], err[2];
} pipes;

static bool open_pipes(pipes *all) {
  return pipe2(all->in, O_CLOEXEC) == 0 && pipe2(all->out, O_CLOEXEC) == 0 &&
         pipe2(all->err, O_CLOEXEC) == 0;
}

_Noreturn static void become(const process *p, const pipes *all) {
  setpgid(0, 0);
  dup2(all->in[0], 0);
  dup2(all->out[1], 1);
  dup2(p->together ? all->out[1] : all->err[1], 2);
  signal(SIGPIPE, SIG_DFL);
  if (chdir(p->folder) == 0) execvp(p->argv[0], p->argv);
  _exit(127);
}

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void close_end(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static void feed(process *p, int *descriptor) {
  ssize_t put = p->input_bytes == 0 ? -1 : write(*descriptor, p->input, p->input_bytes);
  if (put < 0 && p->input_bytes > 0 && errno == EAGAIN) return;
  if (put > 0) {
    p->input += put;
    p->input_bytes -= (size_t)put;
  }
  if (put < 0 || p->input_bytes == 0) close_end(descriptor);
}

static void drain(sg_buffer *out, int *descriptor) {
  char chunk[16384];
  ssize_t got = read(*descriptor, chunk, sizeof chunk);
  if (got > 0) sg_buffer_add(out, chunk, (size_t)got);
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) close_end(descriptor);
}

/* Moves bytes until the program has closed its streams or its time is over. */
static void converse(process *p, pipes *all) {
  long long end = now_ms() + 1000LL * p->seconds;
  while (all->out[0] >= 0 || all->err[0] >= 0) {
    long long left = end - now_ms();
    struct pollfd ends[] = {{.fd = all->in[1], .events = POLLOUT},
                            {.fd = all->out[0], .events = POLLIN},
                            {.fd = all->err[0], .events = POLLIN}};
    if (left <= 0) {
      p->late = true;
      return;
    }
    if (poll(ends, 3, (int)left) <= 0) continue;
    if (ends[0].revents != 0) feed(p, &all->in[1]);
    if (ends[1].revents != 0) drain(&p->output, &all->out[0]);
    if (ends[2].revents != 0) drain(&p->errors, &all->err[0]);
  }
}

static int wait_for(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool process_run(process *p) {
  pipes all;
  if (!open_pipes(&all)) return false;
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) become(p, &all);
  close(all.in[0]);
  close(all.out[1]);
  close(all.err[1]);
  fcntl(all.in[1], F_SETFL, O_NONBLOCK);
  if (p->input_bytes == 0) close_end(&all.in[1]);
  converse(p, &all);
  if (p->late) kill(-child, SIGKILL);
  close_end(&all.in[1]);
  close_end(&all.out[0]);
  close_end(&all.err[0]);
  p->status = wait_for(child);
  return true;
}
