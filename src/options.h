/* sgrad: the command line: one table of options, from which parsing and --help come. */
#ifndef SG_OPTIONS_H
#define SG_OPTIONS_H

#include "repl/console.h"

/* A text given by -e or -p. */
typedef struct sg_snippet {
  const char *text; /* of argv */
  bool print;       /* -p: one expression, whose value is printed */
} sg_snippet;

typedef struct sg_options {
  sg_memory *memory; /* not owned */
  sg_snippet *items; /* the snippets in order; owned */
  uint32_t count;
  uint32_t capacity;
  bool interactive;
  bool quiet;
  bool no_init;
  bool check;
  bool format;
  bool help;
  bool version;
  sg_when color;
  bool has_seed;
  uint64_t seed;
  size_t memory_limit; /* bytes; 0: none */
  const char *file;    /* "-": standard input; NULL: none given */
  char **args;         /* what follows the file */
  size_t arg_count;
} sg_options;

typedef struct sg_option {
  char letter; /* 0: none */
  const char *name;
  const char *argument; /* as help shows it; NULL: takes none */
  const char *doc;
  size_t flag; /* the offset of the bool that it sets in sg_options, when there is no `set` */
  bool (*set)(sg_options *options, const char *argument); /* false: a bad argument */
  const char *const *words; /* what the argument may be, NULL ends; or NULL: what `set` takes */
} sg_option;

/* The rows; a NULL name ends them. */
const sg_option *sg_options_table(void);
/* False: a mistake, appended to `message` as one line. Always to be cleared. */
bool sg_options_parse(sg_options *options, sg_memory *memory, int argc, char **argv,
                      sg_buffer *message);
void sg_options_clear(sg_options *options);
void sg_options_help(sg_buffer *out);

#endif
