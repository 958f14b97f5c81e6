/* sgrad: prints the program's tables, for the man page, the completions of shells and the editors'
 * syntaxes, which are made from them while building: nothing is listed twice. Not installed.
 *
 * A row a line, its columns between tabs, the first saying which table it is of:
 *   version   VERSION
 *   option    LETTER  NAME  ARGUMENT  WORDS  DOC    (empty: none; WORDS: what ARGUMENT may be)
 *   command   NAME  ARGUMENTS  DOC
 *   setting   NAME  VALUES  DOC
 *   keyword   SPELLING  FIRST                       (FIRST: the first spelling of the same keyword)
 *   operator  SPELLING
 *   constant  NAME  DOC
 *   function  NAME  PARAMETERS  DOC
 */
#include "builtins/builtins.h"
#include "config.h"
#include "options.h"
#include "repl/commands.h"
#include "repl/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef struct token {
  const char *id;
  const char *spelling;
} token;

static const token tokens[] = {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix) {#id, spelling},
#define SG_ALIAS(id, spelling) {#id, spelling},
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix)
#include "syntax/tokens.def"
};
enum { TOKENS = sizeof tokens / sizeof *tokens };

/* The first spelling of the token that a row spells. */
static const char *find_first(const char *id) {
  const token *row = tokens;
  while (strcmp(row->id, id) != 0) row++;
  return row->spelling;
}

static void print_options(void) {
  for (const sg_option *row = sg_options_table(); row->name != NULL; row++) {
    printf("option\t%.*s\t%s\t%s\t", row->letter != 0, &row->letter, row->name,
           row->argument == NULL ? "" : row->argument);
    for (const char *const *word = row->words; word != NULL && *word != NULL; word++)
      printf("%s%s", word == row->words ? "" : " ", *word);
    printf("\t%s\n", row->doc);
  }
}

static void print_commands(void) {
  for (const sg_command *row = sg_commands_table(); row->name != NULL; row++)
    printf("command\t%s\t%s\t%s\n", row->name, row->arguments, row->doc);
}

static void print_settings(void) {
  for (const sg_setting *row = sg_settings_table(); row->name != NULL; row++)
    printf("setting\t%s\t%s\t%s\n", row->name, row->values, row->doc);
}

static void print_tokens(void) {
  for (int i = 0; i < TOKENS; i++) {
    if (isalpha((unsigned char)*tokens[i].spelling))
      printf("keyword\t%s\t%s\n", tokens[i].spelling, find_first(tokens[i].id));
    else
      printf("operator\t%s\n", tokens[i].spelling);
  }
}

static void print_builtins(void) {
  for (const sg_builtin_constant *row = sg_builtin_constants; row->name != NULL; row++)
    printf("constant\t%s\t%s\n", row->name, row->doc);
  for (const sg_builtin *const *table = sg_builtin_tables; *table != NULL; table++)
    for (const sg_builtin *row = *table; row->name != NULL; row++)
      printf("function\t%s\t%s\t%s\n", row->name, row->parameters, row->doc);
}

int main(void) {
  printf("version\t%s\n", PACKAGE_VERSION);
  print_options();
  print_commands();
  print_settings();
  print_tokens();
  print_builtins();
  return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
