/* sgrad: completion: letters by their LaTeX names: \alpha is α. */
#include "repl/assist/parts.h"

#include <ctype.h>

/* Only what may stand in a name. */
static const struct letter {
  const char *name;
  const char *text;
} letters[] = {
    {"Delta", "Δ"},      {"Gamma", "Γ"},    {"Lambda", "Λ"},   {"Omega", "Ω"},  {"Phi", "Φ"},
    {"Pi", "Π"},         {"Psi", "Ψ"},      {"Sigma", "Σ"},    {"Theta", "Θ"},  {"Upsilon", "Υ"},
    {"Xi", "Ξ"},         {"aleph", "ℵ"},    {"alpha", "α"},    {"beta", "β"},   {"chi", "χ"},
    {"delta", "δ"},      {"ell", "ℓ"},      {"epsilon", "ε"},  {"eta", "η"},    {"gamma", "γ"},
    {"hbar", "ℏ"},       {"imath", "ı"},    {"iota", "ι"},     {"jmath", "ȷ"},  {"kappa", "κ"},
    {"lambda", "λ"},     {"mu", "μ"},       {"nu", "ν"},       {"omega", "ω"},  {"omicron", "ο"},
    {"phi", "φ"},        {"pi", "π"},       {"psi", "ψ"},      {"rho", "ρ"},    {"sigma", "σ"},
    {"tau", "τ"},        {"theta", "θ"},    {"upsilon", "υ"},  {"varphi", "ϕ"}, {"varpi", "ϖ"},
    {"varrho", "ϱ"},     {"varsigma", "ς"}, {"vartheta", "ϑ"}, {"xi", "ξ"},     {"zeta", "ζ"},
    {"varepsilon", "ϵ"},
};
enum { LETTERS = sizeof letters / sizeof *letters };

/* Digits below the line: θ_12 is θ₁₂. */
static void add_subscript(sg_buffer *out, const char *digits, size_t bytes) {
  static const char *const subscripts[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};
  for (size_t i = 0; i < bytes; i++) sg_buffer_puts(out, subscripts[digits[i] - '0']);
}

/* A name behind a backslash, taken apart. */
typedef struct spelling {
  const char *name;
  size_t bytes;
  const char *digits; /* behind `_` */
  size_t digit_count;
} spelling;

/* False: no name and subscript. */
static bool split(const char *text, size_t bytes, spelling *s) {
  size_t name = 0, digits;
  while (name < bytes && isalpha((unsigned char)text[name])) name++;
  *s = (spelling){text, name, text + name, 0};
  if (name == bytes) return true;
  for (digits = name + 1; digits < bytes && isdigit((unsigned char)text[digits]);) digits++;
  s->digits = text + name + 1;
  s->digit_count = bytes - name - 1;
  return text[name] == '_' && digits == bytes && s->digit_count > 0;
}

/* Where the backslash stands; the cursor: nowhere. A backslash behind a backslash is text. */
static uint32_t find_backslash(const sg_typed *typed, bool quoted) {
  const char *text = typed->source->text;
  uint32_t at = typed->cursor, before;
  while (at > 0 && (isalnum((unsigned char)text[at - 1]) || text[at - 1] == '_')) at--;
  if (at == 0 || text[at - 1] != '\\') return typed->cursor;
  for (before = at; before > 0 && text[before - 1] == '\\';) before--;
  return quoted && (at - before) % 2 == 0 ? typed->cursor : at - 1;
}

static void offer_found(sg_typed *typed, const char *letter, const spelling *s) {
  sg_buffer text;
  sg_buffer_init(&text, typed->memory);
  sg_buffer_puts(&text, letter);
  add_subscript(&text, s->digits, s->digit_count);
  typed->failed |= text.failed;
  if (!text.failed) sg_offer(typed, SG_RANK_FIRST, text.items, text.count, 0);
  sg_buffer_clear(&text);
}

/* The names that begin so, as they are typed. */
static void offer_longer(sg_typed *typed, const spelling *s) {
  for (size_t i = 0; i < LETTERS; i++) {
    char text[24] = "\\";
    size_t bytes = strlen(letters[i].name);
    if (bytes < s->bytes || memcmp(letters[i].name, s->name, s->bytes) != 0) continue;
    memcpy(text + 1, letters[i].name, bytes);
    sg_offer(typed, SG_RANK_FIRST, text, bytes + 1, 0);
  }
}

bool sg_offer_letter(sg_typed *typed, bool quoted) {
  uint32_t start = find_backslash(typed, quoted), matches = 0;
  const struct letter *only = NULL;
  spelling s;
  if (start == typed->cursor) return false;
  if (!split(typed->source->text + start + 1, typed->cursor - start - 1, &s)) return !quoted;
  sg_offer_start(typed, start);
  for (size_t i = 0; i < LETTERS; i++) {
    const struct letter *row = &letters[i];
    if (strlen(row->name) < s.bytes || memcmp(row->name, s.name, s.bytes) != 0) continue;
    if (row->name[s.bytes] == '\0') {
      offer_found(typed, row->text, &s);
      return true;
    }
    only = row;
    matches++;
  }
  if (quoted) return false;
  if (s.bytes == 0 && s.digit_count > 0) {
    offer_found(typed, "", &s);
  } else if (matches == 1 && s.digit_count > 0) {
    offer_found(typed, only->text, &s);
  } else if (s.digit_count == 0) {
    offer_longer(typed, &s);
  }
  return true;
}
