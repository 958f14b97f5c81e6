/* sgrad: what people write who come from Python, C or JavaScript, and the sgrad way: notes for
 * errors, NULL where there is none. */
#ifndef SG_SYNTAX_FOREIGN_H
#define SG_SYNTAX_FOREIGN_H

#include <stddef.h>

/* For a word at which the parser stopped: lambda, elsif, print. */
const char *sg_foreign_word(const char *name, size_t bytes);
/* For an unknown name: those, and what is a library or a type elsewhere: np, dict. */
const char *sg_foreign_name(const char *name, size_t bytes);
/* For an unknown field or method: push, length. */
const char *sg_foreign_member(const char *name, size_t bytes);
/* What an unknown parameter is called here, where a function has it: learning_rate is lr. */
const char *sg_foreign_parameter(const char *name, size_t bytes);

#endif
