/* sgrad: an interpreter connected to the process: its streams, its commands, its echo. */
#ifndef SG_REPL_SESSION_H
#define SG_REPL_SESSION_H

#include "repl/commands.h"
#include "repl/console.h"
#include "sgrad.h"

typedef struct sg_session {
  sg_memory memory; /* of the session itself; the interpreter has its own */
  sg_console console;
  sg_commands commands;
  sg_interpreter *sgrad; /* owned */
} sg_session;

void sg_session_init(sg_session *session); /* streams alone: no interpreter yet */
/* Opens the interpreter under the limits and seed of `host`; its callbacks are the session's.
 * False: out of memory. */
bool sg_session_open(sg_session *session, const sg_host *host, sg_when color);
void sg_session_clear(sg_session *session);

/* Gives out a buffer's text and releases it; false: out of memory, or it could not be written. */
bool sg_session_print(sg_session *session, sg_buffer *text);

#endif
