/* sgrad: the command :save: the session's statements as a script.
 *
 * The script is the journal's entries as they were written, behind the seed. Where a statement
 * reads `_`, a variable takes its place, and every statement whose echo is read assigns it.
 */
#include "builtins/data/outfile.h"
#include "repl/command/command.h"
#include "repl/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { NAME_SIZE = 32 };

typedef struct script {
  sg_vm *vm;
  sg_buffer out;        /* what is to be written */
  char name[NAME_SIZE]; /* of the variable that stands for `_` */
} script;

/* --- A statement and `_`. */

typedef struct spans {
  sg_memory *memory;
  sg_span *items;
  uint32_t count;
  uint32_t capacity;
  bool failed;
} spans;

static void add_span(void *context, sg_span span, bool in_function) {
  spans *reads = context;
  (void)in_function;
  if (!SG_RESERVE(reads->memory, reads, (size_t)reads->count + 1))
    reads->failed = true;
  else
    reads->items[reads->count++] = span;
}

static int compare_spans(const void *x, const void *y) {
  const sg_span *a = x, *b = y;
  return a->start < b->start ? -1 : a->start > b->start;
}

/* An entry's text being written. */
typedef struct writing {
  script *s;
  const sg_source *source;
  spans reads; /* sorted */
} writing;

/* The text of a span, `_` by its name. */
static void add_text(const writing *w, uint32_t start, uint32_t end) {
  sg_buffer *out = &w->s->out;
  for (uint32_t i = 0; i < w->reads.count; i++) {
    sg_span read = w->reads.items[i];
    if (read.start < start || read.end > end) continue;
    sg_buffer_add(out, w->source->text + start, read.start - start);
    sg_buffer_puts(out, w->s->name);
    start = read.end;
  }
  sg_buffer_add(out, w->source->text + start, end - start);
}

static void end_line(sg_buffer *out) {
  while (out->count > 0 && out->items[out->count - 1] == ' ') out->count--;
  if (out->count > 0 && out->items[out->count - 1] != '\n') sg_buffer_putc(out, '\n');
}

static bool is_name(const sg_ast *target) {
  return target->kind == SG_AST_NAME && !(target->text.bytes == 1 && target->text.start[0] == '_');
}

/* x = e and x += e: the variable holds what was echoed. */
static void add_assignment(const writing *w, const sg_ast *statement) {
  sg_buffer *out = &w->s->out;
  add_text(w, 0, w->source->length);
  end_line(out);
  sg_buffer_printf(out, "%s = ", w->s->name);
  add_text(w, statement->span.start, statement->a->span.end);
  end_line(out);
}

/* p.data = e, a, b = e: what was echoed is e. A constant that it is stays one. */
static void add_unnamed(const writing *w, const sg_ast *statement, bool constant) {
  sg_buffer *out = &w->s->out;
  bool assigns = statement->kind == SG_AST_ASSIGN;
  uint32_t end = statement->span.end;
  add_text(w, 0, statement->span.start);
  sg_buffer_printf(out, assigns ? "%s =" : "%s = ", w->s->name);
  add_text(w, assigns ? statement->place.end : statement->span.start,
           assigns ? end : w->source->length);
  end_line(out);
  if (constant) sg_buffer_printf(out, "no_grad { %s = %s.data }\n", w->s->name, w->s->name);
  if (!assigns) return;
  if (statement->a->kind != SG_AST_NAME) {
    add_text(w, statement->span.start, statement->place.start);
    sg_buffer_printf(out, "= %s", w->s->name);
  }
  add_text(w, end, w->source->length);
}

/* A statement whose echo is read. */
static void add_read(const writing *w, const sg_ast *statement, bool constant) {
  sg_buffer *out = &w->s->out;
  bool assigns = statement->kind == SG_AST_ASSIGN;
  bool updates = assigns && statement->op != SG_OPERATOR_NONE;
  if (assigns && (updates || is_name(statement->a))) {
    add_assignment(w, statement);
    if (constant) sg_buffer_printf(out, "no_grad { %s = %s.data }\n", w->s->name, w->s->name);
  } else {
    add_unnamed(w, statement, constant);
  }
}

static bool add_parsed(script *s, const sg_journal_entry *entry, sg_source *source,
                       const sg_program *program) {
  writing w = {s, source, {.memory = s->vm->memory}};
  const sg_ast *block = sg_program_block(program);
  sg_journal_each_read(block, add_span, &w.reads);
  if (w.reads.count > 0) qsort(w.reads.items, w.reads.count, sizeof *w.reads.items, compare_spans);
  if ((entry->flags & SG_JOURNAL_READ) != 0)
    add_read(&w, block->items[block->count - 1], (entry->flags & SG_JOURNAL_CONSTANT) != 0);
  else
    add_text(&w, 0, source->length);
  SG_RELEASE(w.reads.memory, &w.reads);
  return !w.reads.failed || sg_vm_fail_memory(s->vm);
}

static bool add_rewritten(script *s, const sg_journal_entry *entry) {
  sg_memory *memory = s->vm->memory;
  sg_source *source = sg_source_new(memory, "<journal>", entry->text.items, entry->text.count);
  sg_program *program = NULL;
  sg_errors errors = {0};
  if (source != NULL) sg_parse(memory, source, SG_PARSE_WHOLE, &program, &errors);
  bool ok = program != NULL ? add_parsed(s, entry, source, program) : sg_vm_fail_memory(s->vm);
  sg_errors_clear(&errors, memory);
  if (program != NULL) sg_program_free(program);
  sg_source_release(source);
  return ok;
}

/* What a statement did before it failed cannot be repeated: it stands there to be seen. */
static void add_failed(sg_buffer *out, const sg_buffer *text) {
  sg_buffer_puts(out, "# Not repeated: it failed, or was stopped, after it had begun.\n");
  for (uint32_t at = 0; at < text->count;) {
    const char *newline = memchr(text->items + at, '\n', text->count - at);
    uint32_t end = newline == NULL ? text->count : (uint32_t)(newline - text->items);
    sg_buffer_puts(out, "# ");
    sg_buffer_add(out, text->items + at, end - at);
    sg_buffer_putc(out, '\n');
    at = end + 1;
  }
}

static bool add_entry(script *s, const sg_journal_entry *entry) {
  bool ok = true;
  if ((entry->flags & SG_JOURNAL_FAILED) != 0)
    add_failed(&s->out, &entry->text);
  else if ((entry->flags & (SG_JOURNAL_READ | SG_JOURNAL_READS)) != 0)
    ok = add_rewritten(s, entry);
  else
    sg_buffer_add(&s->out, entry->text.items, entry->text.count);
  end_line(&s->out);
  return ok && (!s->out.failed || sg_vm_fail_memory(s->vm));
}

/* --- The whole. */

static bool fail_broken(sg_vm *vm) {
  return sg_vm_fail(vm, "the session cannot be saved: its statements could not all be kept");
}

/* Calls `use` for every entry. */
static bool each_entry(script *s, sg_journal *journal, void *context,
                       bool (*use)(script *s, const sg_journal_entry *entry, void *context)) {
  sg_journal_entry entry = {0};
  sg_buffer_init(&entry.text, s->vm->memory);
  uint64_t at = 0;
  bool failed = false, ok = true;
  while (ok && sg_journal_next(journal, &at, &entry, &failed))
    ok = sg_vm_poll(s->vm) && use(s, &entry, context);
  if (ok && failed) ok = entry.text.failed ? sg_vm_fail_memory(s->vm) : fail_broken(s->vm);
  sg_buffer_clear(&entry.text);
  return ok;
}

/* Is the name that stands for `_` in use? */
static bool look_for_name(script *s, const sg_journal_entry *entry, void *context) {
  *(bool *)context |= entry->text.count > 0 && memmem(entry->text.items, entry->text.count, s->name,
                                                      strlen(s->name)) != NULL;
  return true;
}

static bool choose_name(script *s, sg_journal *journal) {
  bool used = true;
  for (int i = 0; used; i++) {
    const sg_global *global;
    if (i == 0)
      snprintf(s->name, NAME_SIZE, "last");
    else
      snprintf(s->name, NAME_SIZE, "last%d", i + 1);
    global = sg_vm_global(s->vm, s->name, strlen(s->name));
    used = global != NULL;
    if (!each_entry(s, journal, &used, look_for_name)) return false;
  }
  return true;
}

static bool write_entry(script *s, const sg_journal_entry *entry, void *context) {
  sg_outfile *file = context;
  if (!add_entry(s, entry)) return false;
  bool ok = sg_outfile_write(file, s->out.items, s->out.count);
  s->out.count = 0;
  return ok;
}

static bool write_script(script *s, sg_journal *journal, sg_outfile *file) {
  sg_buffer_printf(&s->out,
                   "# A session of sgrad, saved by :save. To repeat it: sgrad FILE, or :load FILE\n"
                   "seed(%llu)\n",
                   (unsigned long long)journal->seed);
  sg_buffer_add(&s->out, journal->args.items, journal->args.count);
  if (s->out.failed) return sg_vm_fail_memory(s->vm);
  if (!sg_outfile_write(file, s->out.items, s->out.count)) return false;
  s->out.count = 0;
  return each_entry(s, journal, file, write_entry);
}

/* --- The file. */

static bool is_same(const struct stat *now, const sg_saved *saved) {
  return saved->inode == (uint64_t)now->st_ino && saved->device == (uint64_t)now->st_dev &&
         saved->bytes == (uint64_t)now->st_size && saved->seconds == (int64_t)now->st_mtim.tv_sec &&
         saved->nanoseconds == (int64_t)now->st_mtim.tv_nsec;
}

/* A file that holds something is replaced when this session wrote it and it is as it was written,
 * or when that is asked for. */
static bool may_replace(sg_vm *vm, const sg_saved *saved, const char *path) {
  struct stat now;
  if (stat(path, &now) != 0 || !S_ISREG(now.st_mode) || now.st_size == 0) return true;
  if (is_same(&now, saved)) return true;
  sg_vm_fail(vm, "there is a file '%s' already", path);
  return sg_vm_note(vm, "':save %s overwrite' replaces it", path);
}

static void remember_file(sg_saved *saved, const char *path) {
  struct stat now;
  if (stat(path, &now) != 0 || !S_ISREG(now.st_mode)) return;
  *saved = (sg_saved){(uint64_t)now.st_dev, (uint64_t)now.st_ino, (uint64_t)now.st_size,
                      (int64_t)now.st_mtim.tv_sec, (int64_t)now.st_mtim.tv_nsec};
}

static bool save(sg_session *session, sg_vm *vm, const char *path) {
  sg_outfile file;
  script s = {.vm = vm};
  sg_buffer_init(&s.out, vm->memory);
  bool ok = choose_name(&s, &session->journal);
  if (ok) {
    ok = sg_outfile_open(&file, vm, path) && write_script(&s, &session->journal, &file) &&
         sg_outfile_commit(&file);
    sg_outfile_close(&file);
  }
  sg_buffer_clear(&s.out);
  if (ok) remember_file(&session->saved, path);
  return ok;
}

static bool say_saved(sg_vm *vm, uint32_t count, const char *path) {
  sg_buffer text;
  sg_buffer_init(&text, vm->memory);
  sg_buffer_printf(&text, "saved %u statement%s to ", count, count == 1 ? "" : "s");
  sg_buffer_escape(&text, path, strlen(path), 0);
  sg_buffer_putc(&text, '\n');
  return sg_command_print(vm, &text);
}

bool sg_command_save(sg_commands *commands, sg_vm *vm, const char *rest) {
  sg_argument line = sg_argument_whole(rest), word = {0};
  char path[SG_PATH_SIZE];
  if (commands->session == NULL) return sg_vm_fail(vm, "there is no session here to save");
  (void)sg_argument_first(&line, &word);
  if (!sg_argument_path(vm, word, path)) return false;
  bool overwrite = sg_argument_is(line, "overwrite");
  if (!overwrite && line.bytes > 0)
    return sg_vm_fail(vm, "':save' takes a file and the word 'overwrite', not '%.*s'",
                      line.bytes < 100 ? (int)line.bytes : 100, line.start);
  sg_session *session = commands->session;
  sg_journal_catch_up(&session->journal, vm);
  if (session->journal.is_broken || sg_spill_is_lost(&session->journal.entries))
    return fail_broken(vm);
  if (!overwrite && !may_replace(vm, &session->saved, path)) return false;
  if (!save(session, vm, path)) return false;
  return !commands->prompt || say_saved(vm, session->journal.count, path);
}
