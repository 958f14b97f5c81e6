/* sgrad: :examples: what programs ship, and running one of them. */
#include "base/file.h"
#include "repl/command/command.h"
#include "repl/console.h"
#include "repl/places.h"
#include "view/prose.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static const char suffix[] = ".sg";

enum { NAME_SIZE = 128, INDENT = 2 };

typedef char example_name[NAME_SIZE]; /* without its suffix */

/* The examples of a folder, by name. */
typedef struct examples {
  sg_memory *memory;   /* not owned */
  sg_buffer folder;    /* its path */
  example_name *items; /* owned */
  uint32_t count;
  uint32_t capacity;
} examples;

static void clear(examples *all) {
  sg_buffer_clear(&all->folder);
  SG_RELEASE(all->memory, all);
}

static int compare(const void *a, const void *b) { return strcmp(a, b); }

/* Takes the file in when it is a program. False: out of memory. */
static bool take_file(examples *all, const char *file) {
  size_t bytes = strlen(file), behind = strlen(suffix);
  if (bytes <= behind || bytes - behind >= NAME_SIZE || file[0] == '.') return true;
  if (strcmp(file + bytes - behind, suffix) != 0) return true;
  if (!SG_RESERVE(all->memory, all, all->count + 1)) return false;
  char *name = all->items[all->count++];
  memcpy(name, file, bytes - behind);
  name[bytes - behind] = '\0';
  return true;
}

/* False: out of memory. A folder that cannot be read has no examples. */
static bool read_folder(examples *all, const char *path) {
  DIR *folder = opendir(path);
  bool ok = true;
  all->count = 0;
  if (folder == NULL) return true;
  for (const struct dirent *entry; ok && (entry = readdir(folder)) != NULL;)
    ok = take_file(all, entry->d_name);
  closedir(folder);
  if (all->count > 1) qsort(all->items, all->count, sizeof *all->items, compare);
  return ok;
}

/* The first folder with examples; `tried` gets those looked into. False: out of memory; `all` is to
 * be cleared in any case. */
static bool search(sg_memory *memory, examples *all, sg_buffer *tried) {
  *all = (examples){.memory = memory};
  sg_buffer_init(&all->folder, memory);
  bool last = false, ok = true;
  for (size_t i = 0; ok && !last && all->count == 0; i++) {
    all->folder.count = 0;
    if (!sg_place_examples(&all->folder, i, &last) && !all->folder.failed) continue;
    const char *path = sg_buffer_text(&all->folder);
    ok = path != NULL && read_folder(all, path);
    if (ok) sg_buffer_printf(tried, "%s%s", tried->count > 0 ? ", " : "", path);
  }
  return ok && !tried->failed;
}

/* The same. False: error set, there are none or memory has run out. */
static bool find_examples(sg_vm *vm, examples *all) {
  sg_buffer tried;
  sg_buffer_init(&tried, vm->memory);
  bool ok = search(vm->memory, all, &tried);
  const char *places = sg_buffer_text(&tried);
  if (!ok || places == NULL) {
    sg_vm_fail_memory(vm);
  } else if (all->count == 0) {
    sg_vm_fail(vm, "no examples are installed");
    sg_vm_note(vm, "looked in %s", places);
  }
  sg_buffer_clear(&tried);
  return vm->error.status == SG_OK;
}

bool sg_examples_each(sg_memory *memory, bool (*visit)(void *context, const char *name),
                      void *context) {
  examples all;
  sg_buffer tried;
  sg_buffer_init(&tried, memory);
  bool ok = search(memory, &all, &tried);
  for (uint32_t i = 0; ok && i < all.count; i++) ok = visit(context, all.items[i]);
  sg_buffer_clear(&tried);
  clear(&all);
  return ok;
}

/* Appends "FOLDER/NAME.sg". */
static const char *add_path(const examples *all, sg_buffer *out, const char *name) {
  sg_buffer_printf(out, "%.*s/%s%s", (int)all->folder.count, all->folder.items, name, suffix);
  return sg_buffer_text(out);
}

/* Appends a comment's line, up to the end of a sentence. Returns whether that stands in it. */
static bool add_sentence(sg_buffer *out, const char *line, size_t bytes) {
  size_t start = bytes > 1 && line[1] == ' ' ? 2 : 1, end = start;
  while (end < bytes && !(line[end] == '.' && (end + 1 == bytes || line[end + 1] == ' '))) end++;
  if (end < bytes) bytes = end + 1;
  if (out->count > 0) sg_buffer_putc(out, ' ');
  sg_buffer_escape(out, line + start, bytes - start, 0);
  return end < bytes;
}

/* The first sentence of the comment that a program begins with, behind a line for the system. */
static void add_comment(sg_buffer *out, const char *text, size_t bytes) {
  bool ended = false;
  for (size_t at = 0; !ended && at < bytes && text[at] == '#';) {
    const char *newline = memchr(text + at, '\n', bytes - at);
    size_t line = newline != NULL ? (size_t)(newline - text) - at : bytes - at;
    bool system = at == 0 && line > 1 && text[1] == '!';
    if (!system) ended = add_sentence(out, text + at, line);
    at += line + 1;
  }
}

/* "  name    what it shows" */
static void put_example(const sg_page *page, const examples *all, const char *name, size_t column) {
  sg_buffer path, text, comment;
  sg_buffer_init(&path, all->memory);
  sg_buffer_init(&text, all->memory);
  sg_buffer_init(&comment, all->memory);
  const char *file = add_path(all, &path, name);
  if (file != NULL && sg_file_read(&text, file) == 0) add_comment(&comment, text.items, text.count);
  sg_buffer_pad(page->out, ' ', INDENT);
  sg_style_puts(page->out, page->color, SG_STYLE_CODE, name);
  sg_buffer_pad(page->out, ' ', column - INDENT - strlen(name));
  sg_buffer_putc(&comment, ' ');
  if (!comment.failed && comment.count > 1)
    sg_page_wrap(page, comment.items, comment.count, column, column);
  else
    sg_buffer_putc(page->out, '\n');
  page->out->failed |= file == NULL || text.failed || comment.failed;
  sg_buffer_clear(&path);
  sg_buffer_clear(&text);
  sg_buffer_clear(&comment);
}

static bool list_examples(sg_commands *commands, sg_vm *vm, const examples *all) {
  enum { WIDEST = 99 };
  sg_buffer out;
  sg_buffer_init(&out, vm->memory);
  size_t columns = sg_console_columns() - 1, column = 0;
  sg_page page = {&out, columns < WIDEST ? columns : WIDEST, commands->color};
  for (uint32_t i = 0; i < all->count; i++) {
    size_t bytes = strlen(all->items[i]) + INDENT + 2;
    if (bytes > column) column = bytes;
  }
  sg_buffer_puts(&out, "':examples NAME' runs one of these:\n");
  for (uint32_t i = 0; i < all->count; i++) put_example(&page, all, all->items[i], column);
  sg_buffer_puts(&out, "They lie in ");
  sg_buffer_escape(&out, all->folder.items, all->folder.count, 0);
  sg_buffer_putc(&out, '\n');
  return sg_command_print(vm, &out);
}

typedef struct name_walk {
  const examples *all;
  uint32_t next;
} name_walk;

static const char *next_name(void *context) {
  name_walk *walk = context;
  return walk->next < walk->all->count ? walk->all->items[walk->next++] : NULL;
}

static bool fail_unknown(sg_vm *vm, const examples *all, const char *name) {
  name_walk walk = {all, 0};
  const char *near = sg_nearest_name(name, next_name, &walk);
  sg_vm_fail(vm, "there is no example '%s'", name);
  return near != NULL ? sg_vm_note(vm, "did you mean '%s'?", near)
                      : sg_vm_note(vm, "':examples' lists them");
}

static bool begins(const char *name, const char *start) {
  return strncmp(name, start, strlen(start)) == 0;
}

static bool fail_ambiguous(sg_vm *vm, const examples *all, const char *start) {
  sg_buffer names;
  sg_buffer_init(&names, vm->memory);
  for (uint32_t i = 0; i < all->count; i++)
    if (begins(all->items[i], start))
      sg_buffer_printf(&names, "%s%s", names.count > 0 ? ", " : "", all->items[i]);
  const char *list = sg_buffer_text(&names);
  if (list == NULL) sg_vm_fail_memory(vm);
  if (list != NULL) sg_vm_fail(vm, "'%s' may be %s", start, list);
  sg_buffer_clear(&names);
  return false;
}

/* The example of that name, or the only one whose name begins so; NULL: error set. */
static const char *find_example(sg_vm *vm, const examples *all, const char *name) {
  const char *found = NULL;
  uint32_t count = 0;
  for (uint32_t i = 0; i < all->count; i++) {
    if (strcmp(all->items[i], name) == 0) return all->items[i];
    if (!begins(all->items[i], name)) continue;
    found = all->items[i];
    count++;
  }
  if (count == 0) fail_unknown(vm, all, name);
  if (count > 1) fail_ambiguous(vm, all, name);
  return count == 1 ? found : NULL;
}

/* Runs it in the global scope, so that its variables can be looked at. */
static bool run_example(sg_vm *vm, const examples *all, const char *name) {
  const char *example = find_example(vm, all, name);
  if (example == NULL) return false;
  sg_buffer path, line;
  sg_buffer_init(&path, vm->memory);
  sg_buffer_init(&line, vm->memory);
  const char *file = add_path(all, &path, example);
  sg_buffer_puts(&line, "running ");
  if (file != NULL) sg_buffer_escape(&line, file, path.count, 0);
  sg_buffer_putc(&line, '\n');
  bool ok = file != NULL ? sg_command_print(vm, &line) && sg_vm_run_file(vm, file)
                         : sg_vm_fail_memory(vm);
  sg_buffer_clear(&path);
  sg_buffer_clear(&line);
  return ok;
}

/* The word without the suffix. */
static bool read_name(sg_vm *vm, sg_argument word, char name[SG_PATH_SIZE]) {
  if (!sg_argument_path(vm, word, name)) return false;
  size_t bytes = strlen(name), behind = strlen(suffix);
  if (bytes > behind && strcmp(name + bytes - behind, suffix) == 0) name[bytes - behind] = '\0';
  return true;
}

bool sg_command_examples(sg_commands *commands, sg_vm *vm, const char *rest) {
  sg_argument word = sg_argument_whole(rest);
  char name[SG_PATH_SIZE];
  if (word.bytes > 0 && !read_name(vm, word, name)) return false;
  examples all;
  bool ok = find_examples(vm, &all);
  if (ok) ok = word.bytes == 0 ? list_examples(commands, vm, &all) : run_example(vm, &all, name);
  clear(&all);
  return ok;
}
