/* sgrad: messages for tokens that the lexer could not read. */
#ifndef SG_SYNTAX_LEXICAL_H
#define SG_SYNTAX_LEXICAL_H

#include "syntax/parser.h"

/* Reports the BROKEN token that the parser stands at. Returns NULL. */
void *sg_lexical_report(sg_parser *p);

#endif
