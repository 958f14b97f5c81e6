/* sgrad: what helps a person who types a line: completion by Tab and hints by Alt-h, as keys of the
 * line editor. Nothing where lines are not edited. */
#ifndef SG_REPL_ASSIST_ASSIST_H
#define SG_REPL_ASSIST_ASSIST_H

#include "repl/session.h"

typedef struct sg_assist {
  sg_session *session;      /* not owned; whose names are offered */
  const sg_buffer *pending; /* the lines of the block before the one that is edited, each ended */
} sg_assist;

/* Before the line editor starts, so that the person's inputrc has the last word. NULL: no more. */
void sg_lineedit_set_assist(const sg_assist *assist);

#endif
