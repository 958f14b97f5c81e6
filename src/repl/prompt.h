/* sgrad: the prompt: reads statements, runs them, shows their values. */
#ifndef SG_REPL_PROMPT_H
#define SG_REPL_PROMPT_H

#include "repl/session.h"

/* Until the person leaves. Returns the exit status that exit() asked for, else 0. */
int sg_prompt_run(sg_session *session, const char *greeting);

#endif
