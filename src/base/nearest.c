/* sgrad: the nearest name to a misspelt one. */
#include "base/error.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 }; /* names beyond it have no near ones */

typedef struct word {
  uint32_t codes[LONGEST]; /* in lower case */
  int count;
} word;

static bool spell(word *out, const char *name) {
  size_t bytes = strlen(name);
  out->count = 0;
  for (size_t done = 0; done < bytes;) {
    uint32_t code;
    size_t length = sg_utf8_decode(name + done, bytes - done, &code);
    if (length == 0 || out->count == LONGEST) return false;
    out->codes[out->count++] = sg_code_lower(code);
    done += length;
  }
  return true;
}

static int least(int a, int b) { return a < b ? a : b; }

/* Optimal string alignment distance: insertions, deletions, substitutions and transpositions of
 * neighbours (Damerau 1964; Levenshtein 1966), by rows of the usual table. */
static int measure(const word *a, const word *b) {
  int rows[3][LONGEST + 1];
  int *before = rows[0], *above = rows[1], *row = rows[2];
  for (int j = 0; j <= b->count; j++) above[j] = j;
  for (int i = 1; i <= a->count; i++) {
    row[0] = i;
    for (int j = 1; j <= b->count; j++) {
      uint32_t x = a->codes[i - 1], y = b->codes[j - 1];
      int distance = least(above[j], row[j - 1]) + 1;
      distance = least(distance, above[j - 1] + (x != y));
      bool swapped = i > 1 && j > 1 && x == b->codes[j - 2] && a->codes[i - 2] == y;
      row[j] = swapped ? least(distance, before[j - 2] + 1) : distance;
    }
    int *oldest = before;
    before = above;
    above = row;
    row = oldest;
  }
  return above[b->count];
}

const char *sg_nearest_name(const char *name, const char *(*next)(void *context), void *context) {
  word wanted, other;
  if (!spell(&wanted, name)) return NULL;
  const char *nearest = NULL;
  int best = 2 * (wanted.count / 3) + 2; /* twice the distance, and 1 for another length */
  for (const char *candidate = next(context); candidate; candidate = next(context)) {
    if (strcmp(candidate, name) == 0 || !spell(&other, candidate)) continue;
    int apart = abs(other.count - wanted.count);
    if (2 * apart >= best) continue;
    int cost = 2 * measure(&wanted, &other) + (apart != 0);
    if (cost >= best) continue;
    best = cost;
    nearest = candidate;
  }
  return nearest;
}
