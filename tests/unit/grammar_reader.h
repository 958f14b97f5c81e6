/* sgrad: grammar/sgrad.ebnf as a tree, for tests that walk through it. */
#ifndef SG_TESTS_GRAMMAR_READER_H
#define SG_TESTS_GRAMMAR_READER_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_NODES = 4000, MAX_RULES = 200, MAX_TEXT = 1 << 20 };

typedef enum node_kind {
  TERMINAL,
  RULE,
  CHOICE,
  SEQUENCE,
  OPTIONAL,
  REPEATED,
  CONDITION
} node_kind;

typedef struct node {
  node_kind kind;
  const char *text; /* TERMINAL, RULE, CONDITION: into the grammar's text */
  size_t bytes;
  int rule;  /* RULE: its number */
  int child; /* the first one, or -1 */
  int next;  /* the next in its parent's list, or -1 */
} node;

typedef struct rule {
  const char *name;
  size_t bytes;
  int body;
  int height; /* of the shallowest derivation */
} rule;

typedef struct grammar {
  char *text;
  const char *at;
  node nodes[MAX_NODES];
  int node_count;
  rule rules[MAX_RULES];
  int rule_count;
} grammar;

grammar *read_grammar(void); /* fails the test when it cannot */
void free_grammar(grammar *g);
int find_rule(const grammar *g, const char *name, size_t bytes);
int height_of(const grammar *g, int n); /* of the shallowest derivation of a node */
bool is_word(char c);                   /* a letter or _ */

#endif
