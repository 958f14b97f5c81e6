/* sgrad: Graphviz's `dot` as a process.
 *
 * The text goes in through a socket, so that a `dot` that has gone raises no SIGPIPE; the picture
 * comes out in the temporary file of base's whole-or-nothing writer; what it complains about is
 * kept. It is the leader of a process group of its own, which Ctrl-C kills.
 */
#include "repl/command/render.h"

#include "builtins/data/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
  POLL_MS = 20, /* between looks at Ctrl-C and at the process */
  COMPLAINT_SIZE = 400
};

extern char **environ;

typedef struct renderer {
  sg_vm *vm;
  pid_t child;
  int input;     /* socket that the text goes into; -1: closed */
  int complaint; /* pipe that its standard error comes out of; -1: closed */
  const char *text;
  size_t left; /* bytes of `text` */
  size_t said; /* bytes in `said_text`; more are dropped */
  char said_text[COMPLAINT_SIZE];
  int status; /* as waitpid has it, once it is over */
} renderer;

static void close_end(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static bool fail_start(sg_vm *vm, int code) {
  if (code != ENOENT) return sg_vm_fail(vm, "cannot run Graphviz's 'dot': %s", strerror(code));
  sg_vm_fail(vm, "Graphviz is missing: there is no program 'dot' to draw with");
  return sg_vm_note(vm, "on Debian and its kin: apt-get install graphviz. A .dot FILE is written "
                        "without it");
}

/* The signals of the process as a fresh program has them, in a group of its own. */
static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, usual;
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGINT);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setsigdefault(attributes, &usual);
  posix_spawnattr_setpgroup(attributes, 0);
  return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                  POSIX_SPAWN_SETPGROUP);
}

/* Runs dot -Tformat on the three descriptors. 0 or an errno. */
static int spawn(pid_t *child, const char *format, const int streams[3]) {
  char word[16];
  snprintf(word, sizeof word, "-T%s", format);
  char program[] = "dot", sharp[] = "-Gdpi=144"; /* pixels enough for a projector */
  char *words[] = {program, word, strcmp(format, "png") == 0 ? sharp : NULL, NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0) return code;
  code = posix_spawnattr_init(&attributes);
  if (code == 0) {
    code = set_attributes(&attributes);
    for (int i = 0; i < 3 && code == 0; i++)
      code = posix_spawn_file_actions_adddup2(&actions, streams[i], i);
    if (code == 0) code = posix_spawnp(child, program, &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

static bool start(renderer *r, const char *format, int output) {
  int input[2], complaint[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0)
    return fail_start(r->vm, errno);
  r->input = input[0];
  int code = pipe2(complaint, O_CLOEXEC) == 0 ? 0 : errno;
  if (code == 0) {
    r->complaint = complaint[0];
    code = spawn(&r->child, format, (int[]){input[1], output, complaint[1]});
    close(complaint[1]);
  }
  close(input[1]);
  return code == 0 || fail_start(r->vm, code);
}

static void feed(renderer *r) {
  ssize_t put = send(r->input, r->text, r->left, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (put > 0) {
    r->text += put;
    r->left -= (size_t)put;
  }
  bool gone = put < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  if (gone || r->left == 0) close_end(&r->input);
}

static void listen_to(renderer *r) {
  char chunk[1024];
  ssize_t got = read(r->complaint, chunk, sizeof chunk);
  if (got == 0 || (got < 0 && errno != EINTR)) close_end(&r->complaint);
  if (got <= 0) return;
  size_t room = COMPLAINT_SIZE - r->said, some = (size_t)got < room ? (size_t)got : room;
  memcpy(r->said_text + r->said, chunk, some);
  r->said += some;
}

static void exchange(renderer *r) {
  struct pollfd ends[] = {{.fd = r->input, .events = POLLOUT},
                          {.fd = r->complaint, .events = POLLIN}};
  if (poll(ends, 2, POLL_MS) <= 0) return;
  if (ends[0].revents != 0) feed(r);
  if (ends[1].revents != 0) listen_to(r);
}

/* Until it is over, or Ctrl-C (false: error set). What it has complained about is then read. */
static bool converse(renderer *r) {
  for (;;) {
    if (!sg_vm_poll(r->vm)) return false;
    pid_t over = waitpid(r->child, &r->status, WNOHANG);
    bool ended = over == r->child || (over < 0 && errno != EINTR);
    if (over == r->child) r->child = -1;
    if (ended && r->complaint >= 0) fcntl(r->complaint, F_SETFL, O_NONBLOCK);
    while (ended && r->complaint >= 0) listen_to(r);
    if (ended) return true;
    exchange(r);
  }
}

/* Ends it if it runs, and waits: no process is left behind. */
static void stop(renderer *r) {
  close_end(&r->input);
  close_end(&r->complaint);
  if (r->child <= 0) return;
  kill(-r->child, SIGKILL);
  while (waitpid(r->child, &r->status, 0) < 0 && errno == EINTR) continue;
}

/* What it said, in one line. */
static bool fail_render(renderer *r) {
  const char *text = r->said_text;
  size_t bytes = r->said;
  for (; bytes > 0 && (*text == '\n' || *text == ' '); bytes--) text++;
  const char *end = memchr(text, '\n', bytes);
  if (end != NULL) bytes = (size_t)(end - text);
  if (bytes > 0) return sg_vm_fail(r->vm, "Graphviz's 'dot' failed: %.*s", (int)bytes, text);
  if (WIFSIGNALED(r->status))
    return sg_vm_fail(r->vm, "Graphviz's 'dot' failed: killed by signal %d", WTERMSIG(r->status));
  return sg_vm_fail(r->vm, "Graphviz's 'dot' failed: exit status %d", WEXITSTATUS(r->status));
}

static bool check_result(renderer *r, const sg_outfile *file) {
  struct stat result;
  if (!WIFEXITED(r->status) || WEXITSTATUS(r->status) != 0) return fail_render(r);
  bool empty = !file->direct && fstat(file->descriptor, &result) == 0 && result.st_size == 0;
  return !empty || sg_vm_fail(r->vm, "Graphviz's 'dot' failed: it drew nothing");
}

bool sg_render(sg_vm *vm, const sg_buffer *dot, const char *format, const char *path) {
  sg_outfile file;
  renderer r = {.vm = vm, .child = -1, .input = -1, .complaint = -1};
  r.text = dot->items;
  r.left = dot->count;
  struct sigaction usual = {.sa_handler = SIG_DFL}, before;
  sigemptyset(&usual.sa_mask);
  sigaction(SIGCHLD, &usual, &before); /* ignored, the status of the process would be lost */
  bool ok = sg_outfile_open(&file, vm, path) && start(&r, format, file.descriptor) && converse(&r);
  stop(&r);
  sigaction(SIGCHLD, &before, NULL);
  ok = ok && check_result(&r, &file) && sg_outfile_commit(&file);
  sg_outfile_close(&file);
  return ok;
}
