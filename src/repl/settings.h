/* sgrad: the settings of a session: one table, from which :set, its help and completion come. */
#ifndef SG_REPL_SETTINGS_H
#define SG_REPL_SETTINGS_H

#include "repl/commands.h"

typedef struct sg_setting {
  const char *name;
  const char *doc;          /* one line: what it is */
  const char *values;       /* what it may be, for messages: "a whole number from 1 to 17" */
  const char *const *words; /* its values, when they are words; NULL ends; else NULL */
  void (*get)(const sg_commands *commands, sg_buffer *out);
  /* False: no value of its; nothing has changed. */
  bool (*set)(sg_commands *commands, const char *value);
} sg_setting;

/* The rows, sorted by name; a NULL name ends them. */
const sg_setting *sg_settings_table(void);
/* The setting of that name, or NULL. */
const sg_setting *sg_settings_find(const char *name);

#endif
