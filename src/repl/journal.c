/* sgrad: the journal: what a session's statements were, so that a script can repeat them. */
#include "repl/journal.h"

#include "repl/command/command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct header {
  uint32_t bytes;
  uint32_t flags;
} header;

void sg_journal_init(sg_journal *journal, sg_memory *memory) {
  *journal = (sg_journal){0};
  sg_spill_init(&journal->entries, memory);
  sg_buffer_init(&journal->echoes, memory);
  sg_buffer_init(&journal->file, memory);
  sg_buffer_init(&journal->args, memory);
}

void sg_journal_clear(sg_journal *journal) {
  sg_spill_clear(&journal->entries);
  sg_buffer_clear(&journal->echoes);
  sg_buffer_clear(&journal->file);
  sg_buffer_clear(&journal->args);
}

void sg_journal_args(sg_journal *journal, char *const *args, size_t count) {
  sg_buffer *out = &journal->args;
  if (count == 0) return;
  sg_buffer_puts(out, "args = [");
  for (size_t i = 0; i < count; i++) {
    sg_buffer_puts(out, i == 0 ? "\"" : ", \"");
    sg_buffer_escape(out, args[i], strlen(args[i]), '"');
    sg_buffer_putc(out, '"');
  }
  sg_buffer_puts(out, "]\n");
  journal->is_broken |= out->failed;
}

void sg_journal_restart(sg_journal *journal, sg_vm *vm, uint64_t seed) {
  sg_spill_clear(&journal->entries);
  journal->seed = seed;
  journal->count = 0;
  journal->has_echo = journal->is_late = journal->is_broken = false;
  journal->taken = journal->program != NULL ? vm->progress.finished + 1 : 0;
  vm->progress.random = vm->random; /* there is no way back behind this */
}

void sg_journal_file(sg_journal *journal, const char *path) {
  char full[PATH_MAX];
  journal->file.count = 0;
  if (path != NULL && realpath(path, full) != NULL && strpbrk(full, "\n\r") == NULL)
    sg_buffer_puts(&journal->file, full);
}

/* --- Where `_` is read. */

typedef struct walker {
  void (*visit)(void *context, sg_span span, bool in_function);
  void *context;
} walker;

static void walk(const walker *w, const sg_ast *ast, bool in_function);

/* A name that is assigned is not read; the object and index of a spot are. */
static void walk_target(const walker *w, const sg_ast *target, bool in_function) {
  if (target->kind == SG_AST_NAME) return;
  if (target->kind != SG_AST_LIST) walk(w, target, in_function);
  for (uint32_t i = 0; target->kind == SG_AST_LIST && i < target->count; i++)
    walk_target(w, target->items[i], in_function);
}

static bool assigns(const sg_ast *ast) {
  return (ast->kind == SG_AST_ASSIGN && ast->op == SG_OPERATOR_NONE) || ast->kind == SG_AST_FOR ||
         ast->kind == SG_AST_CLAUSE_FOR;
}

static void walk(const walker *w, const sg_ast *ast, bool in_function) {
  for (; ast != NULL; ast = ast->a) {
    if (ast->kind == SG_AST_GLOBAL || ast->kind == SG_AST_NONLOCAL || ast->kind == SG_AST_IMPORT)
      return;
    if (ast->kind == SG_AST_NAME && ast->text.bytes == 1 && ast->text.start[0] == '_')
      w->visit(w->context, ast->span, in_function);
    in_function |= ast->kind == SG_AST_FUNCTION;
    if (ast->b != NULL) walk(w, ast->b, in_function);
    if (ast->c != NULL) walk(w, ast->c, in_function);
    for (uint32_t i = 0; i < ast->count; i++)
      if (ast->items[i] != NULL) walk(w, ast->items[i], in_function);
    if (!assigns(ast)) continue;
    walk_target(w, ast->a, in_function);
    return;
  }
}

void sg_journal_each_read(const sg_ast *ast,
                          void (*visit)(void *context, sg_span span, bool in_function),
                          void *context) {
  walk(&(walker){visit, context}, ast, false);
}

typedef struct reading {
  bool any;
  bool in_function;
} reading;

static void note_read(void *context, sg_span span, bool in_function) {
  reading *found = context;
  (void)span;
  found->any = true;
  found->in_function |= in_function;
}

static reading find_reads(const sg_ast *statement) {
  reading found = {0};
  sg_journal_each_read(statement, note_read, &found);
  return found;
}

/* --- Entries. */

/* Marks the entry whose echo `_` is as read, once. */
static void mark_echo(sg_journal *journal) {
  header head;
  sg_spill *entries = &journal->entries;
  if (!journal->has_echo || sg_spill_is_lost(entries)) return;
  bool ok = sg_spill_read(entries, journal->echo, &head, sizeof head);
  if (ok && (head.flags & SG_JOURNAL_READ) != 0) return;
  head.flags |= SG_JOURNAL_READ;
  journal->is_broken |= !ok || !sg_spill_write(entries, journal->echo, &head, sizeof head);
}

static void keep(sg_journal *journal, const char *text, size_t bytes, uint32_t flags) {
  header head = {(uint32_t)bytes, flags};
  sg_spill_add(&journal->entries, &head, sizeof head);
  sg_spill_add(&journal->entries, text, bytes);
}

/* `echo`: the byte of `echoes`. */
static void add_entry(sg_journal *journal, const char *text, size_t bytes, reading reads,
                      uint8_t echo) {
  uint32_t flags = echo & SG_JOURNAL_CONSTANT;
  if (reads.any) flags |= SG_JOURNAL_READS;
  if (reads.any) mark_echo(journal);
  journal->is_late |= reads.in_function;
  if (echo != 0 && journal->is_late) flags |= SG_JOURNAL_READ;
  if (echo != 0) journal->echo = sg_spill_size(&journal->entries);
  journal->has_echo |= echo != 0;
  journal->count++;
  keep(journal, text, bytes, flags);
}

static void add_buffer(sg_journal *journal, sg_buffer *text, reading reads, uint8_t echo) {
  journal->is_broken |= text->failed;
  if (!text->failed) add_entry(journal, text->items, text->count, reads, echo);
  sg_buffer_clear(text);
}

void sg_journal_load(sg_journal *journal, const char *path) {
  sg_buffer text;
  sg_buffer_init(&text, journal->echoes.memory);
  sg_buffer_puts(&text, ":load \"");
  for (; *path != '\0'; path++) {
    if (*path == '"' || *path == '\\') sg_buffer_putc(&text, '\\');
    sg_buffer_putc(&text, *path);
  }
  sg_buffer_puts(&text, "\"\n");
  add_buffer(journal, &text, (reading){0}, 0);
}

/* `:load FILE`, by a path that leads there from anywhere. False: there is no such path. */
static bool add_load_command(sg_journal *journal, const sg_vm *vm, const sg_ast *command) {
  char path[SG_PATH_SIZE], beside[2 * PATH_MAX], full[PATH_MAX];
  sg_argument word = sg_argument_whole(command->rest.start);
  if (!sg_argument_copy_path(word, path)) return false;
  snprintf(beside, sizeof beside, "%s/%s", vm->script_directory, path);
  if (realpath(path, full) == NULL && realpath(beside, full) == NULL) return false;
  if (strpbrk(full, "\n\r") != NULL) return false;
  sg_journal_load(journal, full);
  return true;
}

/* The code of `:time CODE` is a statement, or several. */
static void add_code(sg_journal *journal, const sg_ast *command, uint8_t echo) {
  sg_memory *memory = journal->echoes.memory;
  sg_argument code = sg_argument_whole(command->rest.start);
  sg_source *source = sg_source_new(memory, "<journal>", code.start, code.bytes);
  sg_program *program = NULL;
  sg_errors errors = {0};
  sg_status status =
      source ? sg_parse(memory, source, SG_PARSE_WHOLE, &program, &errors) : SG_NO_MEMORY;
  if (status == SG_OK)
    add_entry(journal, code.start, code.bytes, find_reads(sg_program_block(program)), echo);
  else
    journal->is_broken = true;
  sg_errors_clear(&errors, memory);
  if (program != NULL) sg_program_free(program);
  sg_source_release(source);
}

static void add_command(sg_journal *journal, const sg_vm *vm, const sg_ast *command, uint8_t echo) {
  const sg_command *row = sg_commands_find_prefix(command->text.start, command->text.bytes);
  sg_buffer line;
  sg_buffer_init(&line, journal->echoes.memory);
  switch (row == NULL ? SG_SAVES_NOTHING : row->saves) {
  case SG_SAVES_NOTHING: return;
  case SG_SAVES_CODE: add_code(journal, command, echo); return;
  case SG_SAVES_FILE:
    if (add_load_command(journal, vm, command)) return;
    break;
  case SG_SAVES_LINE:
    if (command->rest.bytes == 0) return;
    break;
  case SG_SAVES_CHANGE:
    if (strpbrk(command->rest.start, " \t=") == NULL) return;
    break;
  }
  sg_buffer_printf(&line, ":%s %s\n", row->name, command->rest.start);
  add_buffer(journal, &line, (reading){0}, 0);
}

/* --- Statements of the running text. */

/* Behind a statement: its ';', and the rest of its line when that is a comment or nothing. */
static uint32_t find_end(const sg_source *source, const sg_ast *statement) {
  uint32_t at = statement->span.end;
  const char *text = source->text;
  while (at < source->length && strchr(" \t\r;", text[at]) != NULL && text[at] != '\0') at++;
  if (at < source->length && text[at] == '#')
    while (at < source->length && text[at] != '\n') at++;
  return at + (at < source->length && text[at] == '\n');
}

/* The first of a text has the comments before it too, the last those behind it. */
static sg_argument cut_statement(const sg_program *program, uint32_t i) {
  const sg_ast *block = sg_program_block(program);
  const sg_source *source = sg_program_source(program);
  uint32_t start = i == 0 ? 0 : find_end(source, block->items[i - 1]);
  uint32_t end = i + 1 == block->count ? source->length : find_end(source, block->items[i]);
  bool marked = start == 0 && source->length >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0;
  if (marked) start = 3;
  return (sg_argument){source->text + start, end - start, 0};
}

static void add_statement(sg_journal *journal, const sg_vm *vm, uint32_t i) {
  const sg_ast *statement = sg_program_block(journal->program)->items[i];
  uint8_t echo = i < journal->echoes.count ? (uint8_t)journal->echoes.items[i] : 0;
  if (statement->kind == SG_AST_COMMAND) {
    add_command(journal, vm, statement, echo);
    return;
  }
  sg_argument text = cut_statement(journal->program, i);
  add_entry(journal, text.start, text.bytes, find_reads(statement), echo);
}

/* A statement that failed may have done something first if it stands over several, or called. */
static void add_failed(sg_journal *journal, const sg_vm *vm, uint32_t i) {
  const sg_ast *statement = sg_program_block(journal->program)->items[i];
  bool compound = statement->kind == SG_AST_FOR || statement->kind == SG_AST_WHILE ||
                  statement->kind == SG_AST_IF || statement->kind == SG_AST_NO_GRAD;
  bool stopped = vm->error.status == SG_INTERRUPTED && statement->kind != SG_AST_COMMAND;
  if (!compound && !stopped && vm->error.trace_count == 0) return;
  sg_argument text = cut_statement(journal->program, i);
  keep(journal, text.start, text.bytes, SG_JOURNAL_FAILED);
}

void sg_journal_begin(sg_journal *journal, const sg_program *program) {
  journal->program = program;
  journal->taken = journal->echoed = 0;
  journal->echoes.count = 0;
}

void sg_journal_echo(sg_journal *journal, const sg_vm *vm, sg_value value) {
  sg_buffer *echoes = &journal->echoes;
  uint32_t i = vm->progress.finished;
  journal->echoed = i + 1;
  if (i >= echoes->count) sg_buffer_pad(echoes, '\0', i + 1 - echoes->count);
  if (echoes->failed)
    journal->is_broken = true;
  else
    echoes->items[i] = (char)(1 | (sg_is_double(value) ? SG_JOURNAL_CONSTANT : 0));
}

/* What has been echoed has been done, even if it could not be shown. */
static uint32_t count_done(const sg_journal *journal, const sg_vm *vm) {
  uint32_t done = vm->progress.begun ? vm->progress.finished : 0;
  return journal->echoed > done ? journal->echoed : done;
}

void sg_journal_catch_up(sg_journal *journal, const sg_vm *vm) {
  uint32_t done = journal->program != NULL ? vm->progress.finished : 0;
  while (journal->taken < done) add_statement(journal, vm, journal->taken++);
}

/* A text of comments alone. */
static void add_comment(sg_journal *journal) {
  const sg_source *source = sg_program_source(journal->program);
  if (sg_program_block(journal->program)->count > 0 || journal->file.count > 0) return;
  if (memchr(source->text, '#', source->length) == NULL) return;
  keep(journal, source->text, source->length, 0);
}

void sg_journal_end(sg_journal *journal, sg_vm *vm) {
  uint32_t done = count_done(journal, vm);
  bool ok = vm->error.status == SG_OK;
  const char *file = journal->file.count > 0 ? sg_buffer_text(&journal->file) : NULL;
  if (ok) add_comment(journal);
  if (ok && file != NULL && journal->taken == 0)
    sg_journal_load(journal, file);
  else
    while (journal->taken < done) add_statement(journal, vm, journal->taken++);
  if (!ok && vm->error.status != SG_EXIT && vm->progress.begun && done == vm->progress.finished) {
    vm->random = vm->progress.random;
    if (done < sg_program_block(journal->program)->count) add_failed(journal, vm, done);
  }
  journal->program = NULL;
  journal->file.count = 0;
  sg_buffer_clear(&journal->echoes);
}

bool sg_journal_next(sg_journal *journal, uint64_t *at, sg_journal_entry *entry, bool *failed) {
  header head;
  sg_spill *entries = &journal->entries;
  *failed = false;
  if (*at >= sg_spill_size(entries)) return false;
  *failed = true;
  if (!sg_spill_read(entries, *at, &head, sizeof head)) return false;
  entry->flags = head.flags;
  entry->text.count = 0;
  sg_buffer_pad(&entry->text, ' ', head.bytes);
  if (entry->text.failed ||
      !sg_spill_read(entries, *at + sizeof head, entry->text.items, head.bytes))
    return false;
  *at += sizeof head + head.bytes;
  *failed = false;
  return true;
}
