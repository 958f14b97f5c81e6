/* sgrad: completion: the names of files. */
#include "repl/assist/parts.h"

#include "base/utf8.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, ENTRIES = 20000 };

/* A path as it has been typed. */
typedef struct path {
  sg_typed *typed;
  char directory[PATH_SIZE]; /* with its last slash, as it was typed, but for `~`; "": this one */
  const char *prefix;        /* of the last part; in the text */
  size_t prefix_bytes;
  char quote;
  bool needs_quotes; /* a name has to stand in quotes */
} path;

/* `~/` is the person's home. */
static bool read_directory(path *p, const char *typed, size_t bytes) {
  const char *home = getenv("HOME");
  bool tilde = bytes > 1 && typed[0] == '~' && typed[1] == '/' && home != NULL;
  size_t more = tilde ? strlen(home) : 0;
  if (tilde) typed++, bytes--;
  if (more + bytes >= sizeof p->directory || memchr(typed, '\\', bytes) != NULL) return false;
  if (tilde) memcpy(p->directory, home, more);
  memcpy(p->directory + more, typed, bytes);
  p->directory[more + bytes] = '\0';
  return true;
}

/* Names that neither a string nor a terminal can show as they are are left out. */
static bool is_plain(const char *name, char quote) {
  size_t bytes = strlen(name);
  if (sg_utf8_check(name, bytes) < bytes) return false;
  for (size_t i = 0; i < bytes;) {
    uint32_t code;
    i += sg_utf8_decode(name + i, bytes - i, &code);
    if (sg_is_unprintable(code) || code == '\\' || code == (unsigned char)quote) return false;
  }
  return true;
}

static bool is_directory(const char *file) {
  struct stat about;
  return stat(file, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool is_wanted(const path *p, const char *name) {
  if (strncmp(name, p->prefix, p->prefix_bytes) != 0) return false;
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return false;
  return (name[0] != '.' || p->prefix_bytes > 0) && is_plain(name, p->quote ? p->quote : '"');
}

static void offer_entry(path *p, const char *name) {
  char file[PATH_SIZE + 300];
  size_t before = strlen(p->directory), bytes = strlen(name);
  if (!is_wanted(p, name) || before + bytes + 2 > sizeof file) return;
  memcpy(file, p->directory, before);
  memcpy(file + before, name, bytes + 1);
  bool folder = is_directory(file);
  if (folder) memcpy(file + before + bytes++, "/", 2);
  p->needs_quotes |= p->quote == 0 && strpbrk(file, " #'()[]{}") != NULL;
  sg_offer(p->typed, SG_RANK_NAME, file, before + bytes, folder ? 0 : p->quote);
}

static void read_entries(path *p) {
  DIR *folder = opendir(p->directory[0] == '\0' ? "." : p->directory);
  if (folder == NULL) return;
  const struct dirent *entry;
  for (int i = 0; i < ENTRIES && (entry = readdir(folder)) != NULL; i++)
    offer_entry(p, entry->d_name);
  closedir(folder);
}

/* Gives the candidates from number `first` on the quote that one of them needs. */
static void add_quotes(sg_typed *typed, uint32_t first) {
  sg_completion *out = typed->out;
  for (uint32_t i = first; i < out->count && !typed->failed; i++) {
    sg_buffer *texts = &out->texts;
    uint32_t at = out->items[i].text, start = texts->count;
    size_t bytes = strlen(texts->items + at);
    bool folder = bytes > 0 && texts->items[at + bytes - 1] == '/';
    sg_buffer_putc(texts, '"');
    for (size_t k = 0; k <= bytes; k++) sg_buffer_putc(texts, texts->items[at + k]);
    typed->failed |= texts->failed;
    out->items[i].text = start;
    out->items[i].append = folder ? 0 : '"';
  }
}

void sg_offer_files(sg_typed *typed, uint32_t start, char quote) {
  const char *text = typed->source->text + start;
  size_t bytes = typed->cursor - start, last = bytes;
  path p = {.typed = typed, .quote = quote};
  uint32_t first = typed->out->count;
  while (last > 0 && text[last - 1] != '/') last--;
  p.prefix = text + last;
  p.prefix_bytes = bytes - last;
  if (bytes == 1 && text[0] == '~' && getenv("HOME") != NULL) {
    sg_offer_start(typed, start);
    sg_offer(typed, SG_RANK_NAME, "~/", 2, 0);
    return;
  }
  if (!read_directory(&p, text, last)) return;
  sg_offer_start(typed, start);
  read_entries(&p);
  typed->out->paths = true;
  if (p.needs_quotes) add_quotes(typed, first);
}
