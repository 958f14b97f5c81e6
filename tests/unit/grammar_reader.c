/* sgrad: grammar/sgrad.ebnf as a tree, for tests that walk through it. */
#include "tests/unit/grammar_reader.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void skip_blanks(grammar *g) {
  for (;;) {
    while (*g->at != 0 && strchr(" \t\n", *g->at) != NULL) g->at++;
    if (strncmp(g->at, "(*", 2) != 0) return;
    g->at = strstr(g->at, "*)") + 2;
  }
}

static bool take(grammar *g, char c) {
  skip_blanks(g);
  if (*g->at != c) return false;
  g->at++;
  return true;
}

static int add_node(grammar *g, node_kind kind) {
  ck_assert_int_lt(g->node_count, MAX_NODES);
  g->nodes[g->node_count] = (node){.kind = kind, .child = -1, .next = -1};
  return g->node_count++;
}

static int read_until(grammar *g, node_kind kind, char closer) {
  int made = add_node(g, kind);
  const char *start = g->at;
  while (*g->at != closer) g->at++;
  g->nodes[made].text = start;
  g->nodes[made].bytes = (size_t)(g->at++ - start);
  return made;
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static int read_choice(grammar *g);

static int read_nested(grammar *g, node_kind kind, char closer) {
  int made = add_node(g, kind);
  int inner = read_choice(g);
  g->nodes[made].child = inner;
  ck_assert_msg(take(g, closer), "grammar: expected '%c' at \"%.20s\"", closer, g->at);
  return made;
}

static int read_item(grammar *g) {
  if (take(g, '"')) return read_until(g, TERMINAL, '"');
  if (take(g, '\'')) return read_until(g, TERMINAL, '\'');
  if (take(g, '[')) return read_nested(g, OPTIONAL, ']');
  if (take(g, '{')) return read_nested(g, REPEATED, '}');
  if (take(g, '(')) return read_nested(g, SEQUENCE, ')');
  if (take(g, '?')) {
    g->at++;
    int made = read_until(g, CONDITION, '?');
    g->nodes[made].bytes--;
    return made;
  }
  ck_assert_msg(is_word(*g->at), "grammar: unexpected \"%.20s\"", g->at);
  int made = add_node(g, RULE);
  g->nodes[made].text = g->at;
  while (is_word(*g->at)) g->at++;
  g->nodes[made].bytes = (size_t)(g->at - g->nodes[made].text);
  return made;
}

static int read_sequence(grammar *g) {
  int made = add_node(g, SEQUENCE), last = -1;
  for (skip_blanks(g); strchr("|;)]}", *g->at) == NULL; skip_blanks(g)) {
    int item = read_item(g);
    if (last < 0)
      g->nodes[made].child = item;
    else
      g->nodes[last].next = item;
    last = item;
  }
  return made;
}

static int read_choice(grammar *g) {
  int made = add_node(g, CHOICE), last = read_sequence(g);
  g->nodes[made].child = last;
  while (take(g, '|')) {
    int alternative = read_sequence(g);
    g->nodes[last].next = alternative;
    last = alternative;
  }
  return made;
}

int find_rule(const grammar *g, const char *name, size_t bytes) {
  for (int i = 0; i < g->rule_count; i++)
    if (g->rules[i].bytes == bytes && memcmp(g->rules[i].name, name, bytes) == 0) return i;
  ck_abort_msg("grammar: no rule '%.*s'", (int)bytes, name);
  return -1;
}

int height_of(const grammar *g, int n) {
  const node *at = &g->nodes[n];
  int height = at->kind == CHOICE ? 1000 : 0;
  if (at->kind == RULE) return 1 + g->rules[at->rule].height;
  if (at->kind != CHOICE && at->kind != SEQUENCE) return 0;
  for (int child = at->child; child >= 0; child = g->nodes[child].next) {
    int inner = height_of(g, child);
    if (at->kind == CHOICE ? inner < height : inner > height) height = inner;
  }
  return height;
}

static void measure(grammar *g) {
  for (int i = 0; i < g->rule_count; i++) g->rules[i].height = 999;
  for (bool changed = true; changed;) {
    changed = false;
    for (int i = 0; i < g->rule_count; i++) {
      int height = height_of(g, g->rules[i].body);
      changed = changed || height < g->rules[i].height;
      g->rules[i].height = height;
    }
  }
}

static char *read_text(void) {
  const char *root = getenv("SGRAD_SOURCE_DIR");
  char path[1024];
  snprintf(path, sizeof path, "%s/grammar/sgrad.ebnf", root != NULL ? root : ".");
  FILE *file = fopen(path, "rb");
  ck_assert_msg(file != NULL, "cannot open %s", path);
  char *text = calloc(1, MAX_TEXT);
  ck_assert_ptr_nonnull(text);
  ck_assert_uint_lt(fread(text, 1, MAX_TEXT - 1, file), MAX_TEXT - 1);
  fclose(file);
  return text;
}

grammar *read_grammar(void) {
  grammar *g = calloc(1, sizeof *g);
  ck_assert_ptr_nonnull(g);
  g->text = read_text();
  g->at = g->text;
  for (skip_blanks(g); *g->at != 0; skip_blanks(g)) {
    rule *r = &g->rules[g->rule_count++];
    r->name = g->at;
    while (is_word(*g->at)) g->at++;
    r->bytes = (size_t)(g->at - r->name);
    ck_assert_msg(take(g, '='), "grammar: expected '=' at \"%.20s\"", g->at);
    r->body = read_choice(g);
    ck_assert_msg(take(g, ';'), "grammar: expected ';' at \"%.20s\"", g->at);
  }
  for (int i = 0; i < g->node_count; i++)
    if (g->nodes[i].kind == RULE)
      g->nodes[i].rule = find_rule(g, g->nodes[i].text, g->nodes[i].bytes);
  measure(g);
  return g;
}

void free_grammar(grammar *g) {
  free(g->text);
  free(g);
}
