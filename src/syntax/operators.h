/* sgrad: how operators are written and how tightly they bind, for those who write programs. */
#ifndef SG_SYNTAX_OPERATORS_H
#define SG_SYNTAX_OPERATORS_H

#include "syntax/parser.h"

const char *sg_operator_spelling(uint8_t op); /* of an sg_operator; "" for NONE */
sg_level sg_operator_level(uint8_t op);
/* How tightly the outermost operator of an expression binds. */
sg_level sg_ast_level(const sg_ast *ast);

#endif
