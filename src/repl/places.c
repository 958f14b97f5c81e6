/* sgrad: where the files of a person's sessions lie. */
#include "repl/places.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_directory(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* $variable, which must be absolute to count, else ~/below where that home exists. */
static bool add_base(sg_buffer *path, const char *variable, const char *below) {
  const char *base = getenv(variable), *home = getenv("HOME");
  if (base != NULL && *base == '/') {
    sg_buffer_puts(path, base);
    return true;
  }
  if (home == NULL || *home != '/' || !is_directory(home)) return false;
  sg_buffer_printf(path, "%s/%s", home, below);
  return true;
}

bool sg_place_history(sg_buffer *path) {
  const char *given = getenv("SGRAD_HISTORY");
  if (given != NULL) {
    sg_buffer_puts(path, given);
    return *given != '\0' && !path->failed;
  }
  if (!add_base(path, "XDG_STATE_HOME", ".local/state")) return false;
  sg_buffer_puts(path, "/sgrad/history");
  return !path->failed;
}

bool sg_place_init(sg_buffer *path) {
  if (!add_base(path, "XDG_CONFIG_HOME", ".config")) return false;
  sg_buffer_puts(path, "/sgrad/init.sg");
  const char *text = sg_buffer_text(path);
  return text != NULL && access(text, F_OK) == 0;
}

/* The folder `up` levels above the running program's, as the kernel knows it, with its slash. */
static bool add_own_folder(sg_buffer *path, int up) {
  char program[4096];
  ssize_t bytes = readlink("/proc/self/exe", program, sizeof program);
  for (; bytes > 0 && up >= 0; up--) {
    while (--bytes > 0 && program[bytes - 1] != '/') continue;
  }
  if (bytes <= 0) return false;
  sg_buffer_add(path, program, (size_t)bytes);
  return true;
}

bool sg_place_examples(sg_buffer *path, size_t i, bool *last) {
  static const struct {
    int up; /* from the program's folder; -1: the path is absolute */
    const char *path;
  } places[] = {{1, "share/sgrad/examples"},
                {1, "examples"},
                {2, "examples"},
                {-1, SGRAD_DATADIR "/examples"}};
  *last = i + 1 >= sizeof places / sizeof *places;
  if (places[i].up >= 0 && !add_own_folder(path, places[i].up)) return false;
  sg_buffer_puts(path, places[i].path);
  return !path->failed;
}

void sg_place_make_directories(const char *path) {
  char part[4096];
  for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    size_t bytes = (size_t)(slash - path);
    if (bytes >= sizeof part) return;
    memcpy(part, path, bytes);
    part[bytes] = '\0';
    (void)mkdir(part, 0700); /* that it is there already is as good */
  }
}

/* Why an open file is not one to be used, or NULL. */
static const char *refuse(int file) {
  struct stat about;
  if (fstat(file, &about) != 0) return strerror(errno);
  if (!S_ISREG(about.st_mode)) return "not a regular file";
  if (about.st_uid != geteuid()) return "it belongs to another user";
  if ((about.st_mode & 077) != 0 && fchmod(file, 0600) != 0) return strerror(errno);
  return NULL;
}

int sg_place_open(const char *path, const char **reason) {
  int flags = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  *reason = NULL;
  if (strcmp(path, "/dev/null") == 0) return -1;
  int file = open(path, flags, 0600);
  *reason = file >= 0        ? refuse(file)
            : errno == ELOOP ? "it is a symbolic link, which is not followed"
                             : strerror(errno);
  if (*reason == NULL) return file;
  if (file >= 0) close(file);
  return -1;
}
