/* sgrad: what people write who come from Python, C or JavaScript, and the sgrad way. */
#ifndef SG_SYNTAX_HABITS_H
#define SG_SYNTAX_HABITS_H

#include <stddef.h>

/* Advice for a name that other languages have and sgrad has not (null, lambda, elsif): a note for
 * an error about it, or NULL. */
const char *sg_habit_word(const char *name, size_t bytes);

#endif
