/* sgrad: what the table of tokens says about each kind. */
#include "syntax/token.h"

#include "base/utf8.h"
#include "syntax/ast.h"

#include <string.h>

static const char *const descriptions[SG_TOKEN_KINDS] = {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix)                          \
  [SG_TOKEN_##id] = "'" spelling "'",
#define SG_ALIAS(id, spelling)
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix) [SG_TOKEN_##id] = description,
#include "syntax/tokens.def"
};

const char *sg_token_description(uint8_t kind) { return descriptions[kind]; }

bool sg_is_hidden(uint32_t code) {
  if (code < 0x20) return code != '\t' && code != '\n';
  if (code >= 0x7f && code < 0xa0) return true;
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void sg_tokens_clear(sg_tokens *tokens, sg_memory *memory) {
  SG_RELEASE(memory, tokens);
  SG_RELEASE(memory, &tokens->comments);
  *tokens = (sg_tokens){0};
}

/* All spellings, operators too: none of those is a name anyway. */
static const char *const spellings[] = {
#define SG_TOKEN(id, spelling, prefix, infix, level, as_prefix, as_infix) spelling,
#define SG_ALIAS(id, spelling) spelling,
#define SG_FOREIGN(spelling)
#define SG_SPECIAL(id, description, prefix)
#include "syntax/tokens.def"
};

bool sg_is_name(const char *text, size_t bytes) {
  for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
    if (strlen(spellings[i]) == bytes && memcmp(spellings[i], text, bytes) == 0) return false;
  for (size_t at = 0; at < bytes;) {
    uint32_t code;
    size_t step = sg_utf8_decode(text + at, bytes - at, &code);
    if (step == 0 || !(at == 0 ? sg_is_name_start(code) : sg_is_name_part(code))) return false;
    at += step;
  }
  return bytes > 0;
}
