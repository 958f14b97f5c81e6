/* sgrad: the journal: what a session's statements were, so that a script can repeat them.
 *
 * Invariant: the entries, in order, are the top-level statements that succeeded since the session
 * began or was reset, as they were written, without those commands that only show something. Run
 * after seed(journal.seed) they leave the variables that the session has: where a statement fails,
 * sg_journal_end puts the random generator back to where that statement began.
 *
 * `_` is no variable of a script. A statement that reads it is marked, and so is the one whose echo
 * it reads; who writes the script gives the value a name.
 */
#ifndef SG_REPL_JOURNAL_H
#define SG_REPL_JOURNAL_H

#include "repl/spill.h"
#include "runtime/vm.h"

enum {
  SG_JOURNAL_READS = 1,    /* mentions `_` */
  SG_JOURNAL_READ = 2,     /* its echo is read by a later statement */
  SG_JOURNAL_CONSTANT = 4, /* what it echoed was a constant number */
  SG_JOURNAL_FAILED = 8    /* it did not succeed, but may have done a part: for the reader only */
};

typedef struct sg_journal {
  sg_spill entries; /* each a header, then its text */
  uint64_t seed;    /* of the random generator before the first entry */
  sg_buffer args;   /* the statement that makes `args` what it is, or nothing */
  uint32_t count;   /* entries that succeeded */
  uint64_t echo;    /* where the entry lies whose value `_` is, when has_echo */
  bool has_echo;
  bool is_late;   /* a function mentions `_`: whenever it is called, the last echo counts */
  bool is_broken; /* an entry could not be kept */
  /* Of the text that runs: */
  const sg_program *program; /* NULL: none does */
  uint32_t taken;            /* its statements that are in the journal, or belong to no script */
  uint32_t echoed;           /* statement behind the one that echoed last, 0: none has */
  sg_buffer echoes;          /* a byte for each: 0 no echo, else 1, and SG_JOURNAL_CONSTANT */
  sg_buffer file;            /* path of the file that it is; empty: none */
} sg_journal;

void sg_journal_init(sg_journal *journal, sg_memory *memory);
void sg_journal_clear(sg_journal *journal);

/* The words behind the program's name. */
void sg_journal_args(sg_journal *journal, char *const *args, size_t count);
/* Forgets everything: the next statement is the first, after seed(seed). */
void sg_journal_restart(sg_journal *journal, sg_vm *vm, uint64_t seed);
/* The next text to run is this file's: one entry that loads it, if it succeeds. NULL: no file's
 * after all. */
void sg_journal_file(sg_journal *journal, const char *path);

/* Enters that a file has been loaded. */
void sg_journal_load(sg_journal *journal, const char *path);

/* What sg_host wants called. */
void sg_journal_begin(sg_journal *journal, const sg_program *program);
void sg_journal_echo(sg_journal *journal, const sg_vm *vm, sg_value value);
void sg_journal_end(sg_journal *journal, sg_vm *vm);

/* Enters what the running text has finished so far. */
void sg_journal_catch_up(sg_journal *journal, const sg_vm *vm);

/* An entry as it is given out. */
typedef struct sg_journal_entry {
  uint32_t flags;
  sg_buffer text; /* the caller's, initialised; its content is replaced */
} sg_journal_entry;
/* The entry at `*at` (0 at first), which moves on. False: there are no more, or, with
 * `*failed` set, it cannot be read. */
bool sg_journal_next(sg_journal *journal, uint64_t *at, sg_journal_entry *entry, bool *failed);

/* Calls `visit` for each place of a tree that reads the variable `_`. */
void sg_journal_each_read(const sg_ast *ast,
                          void (*visit)(void *context, sg_span span, bool in_function),
                          void *context);

#endif
