/* sgrad: an interpreter connected to the process: its streams, its commands, its echo. */
#ifndef SG_REPL_SESSION_H
#define SG_REPL_SESSION_H

#include "repl/commands.h"
#include "repl/console.h"
#include "repl/journal.h"
#include "sgrad.h"

/* A file as it was when it had been written; all zero: none. */
typedef struct sg_saved {
  uint64_t device;
  uint64_t inode;
  uint64_t bytes;
  int64_t seconds; /* of the last change */
  int64_t nanoseconds;
} sg_saved;

typedef struct sg_session {
  sg_memory memory; /* of the session itself; the interpreter has its own */
  sg_console console;
  sg_commands commands;
  sg_journal journal;
  sg_saved saved;        /* what :save wrote last */
  sg_buffer init;        /* path of the init file that has run; empty: none has */
  bool resetting;        /* the init file runs again */
  sg_interpreter *sgrad; /* owned */
  sg_error_row typed; /* what has just been typed at an edited prompt; its text is NULL elsewhere */
} sg_session;

void sg_session_init(sg_session *session); /* streams alone: no interpreter yet */
/* Opens the interpreter under the limits and seed of `host`; its callbacks are the session's.
 * False: out of memory. */
bool sg_session_open(sg_session *session, const sg_host *host, sg_when color);
void sg_session_clear(sg_session *session);

/* Runs the init file, if there is one. SG_OK: none, or as it ended: SG_EXIT where it said exit().
 */
sg_status sg_session_run_init(sg_session *session);
/* As when it was opened: no variables, no graph, another seed, the init file run again. `*count` is
 * how many variables have gone, `*init` the path of the file, or NULL. False: the error is set. */
bool sg_session_reset(sg_session *session, uint32_t *count, const char **init);
/* Obeys commands.when from now on. */
void sg_session_color(sg_session *session);

/* Gives out a buffer's text and releases it; false: out of memory, or it could not be written. */
bool sg_session_print(sg_session *session, sg_buffer *text);

#endif
