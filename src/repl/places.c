/* sgrad: where the files of a person's sessions lie. */
#include "repl/places.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* $variable, which must be absolute to count, else ~/below. */
static bool add_base(sg_buffer *path, const char *variable, const char *below) {
  const char *base = getenv(variable), *home = getenv("HOME");
  if (base != NULL && *base == '/') {
    sg_buffer_puts(path, base);
    return true;
  }
  if (home == NULL || *home != '/') return false;
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
  return text != NULL && access(text, R_OK) == 0;
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

static void make_directories(const char *path) {
  char part[4096];
  for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    size_t bytes = (size_t)(slash - path);
    if (bytes >= sizeof part) return;
    memcpy(part, path, bytes);
    part[bytes] = '\0';
    (void)mkdir(part, 0700); /* that it is there already is as good */
  }
}

bool sg_place_make(const char *path) {
  if (*path == '\0') return false;
  make_directories(path);
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (file < 0) return false;
  struct stat about;
  bool ok = fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid();
  close(file);
  return ok;
}
