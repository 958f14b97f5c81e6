/* sgrad: completion: where the cursor stands, and the list of candidates. */
#include "repl/assist/parts.h"

#include <ctype.h>
#include <stdlib.h>

enum { CANDIDATES = 1 << 17 }; /* at most: nobody reads more */

/* --- The text. */

/* An open f-string is marked by an empty token at the end of the text. */
static bool is_mark(const sg_token *token) {
  return token->kind == SG_TOKEN_BROKEN && token->start == token->end;
}

bool sg_typed_init(sg_typed *typed, sg_memory *memory, sg_vm *vm, const char *text, size_t bytes,
                   size_t cursor, bool commands) {
  *typed = (sg_typed){.memory = memory, .vm = vm, .cursor = (uint32_t)cursor};
  typed->source = sg_source_new(memory, "<prompt>", text, bytes);
  sg_source *before =
      typed->source != NULL ? sg_source_new(memory, "<prompt>", text, cursor) : NULL;
  typed->failed = before == NULL || !sg_lex(memory, before, commands, &typed->tokens, NULL);
  sg_source_release(before);
  if (typed->failed) return false;
  typed->count = typed->tokens.count - 1;
  while (typed->count > 0 && is_mark(sg_typed_token(typed, typed->count - 1))) typed->count--;
  return true;
}

void sg_typed_clear(sg_typed *typed) {
  sg_tokens_clear(&typed->tokens, typed->memory);
  sg_source_release(typed->source);
}

bool sg_typed_is_word(const sg_typed *typed, uint32_t i) {
  const sg_token *token = sg_typed_token(typed, i);
  unsigned char first = (unsigned char)typed->source->text[token->start];
  if (token->kind == SG_TOKEN_NAME) return true;
  return token->kind > SG_TOKEN_COMMAND && (isalpha(first) || first == '_');
}

bool sg_typed_ends_operand(uint8_t kind) {
  switch (kind) {
  case SG_TOKEN_NAME:
  case SG_TOKEN_NUMBER:
  case SG_TOKEN_STRING:
  case SG_TOKEN_FSTRING_END:
  case SG_TOKEN_TRUE:
  case SG_TOKEN_FALSE:
  case SG_TOKEN_NONE:
  case SG_TOKEN_RIGHT_ROUND:
  case SG_TOKEN_RIGHT_SQUARE: return true;
  default: return false;
  }
}

uint32_t sg_typed_opener(const sg_typed *typed, uint32_t closer) {
  for (uint32_t i = closer; i-- > 0;)
    if (sg_typed_token(typed, i)->partner == closer &&
        strchr("([{", typed->source->text[sg_typed_token(typed, i)->start]) != NULL)
      return i;
  return closer;
}

/* --- Candidates. */

void sg_offer_start(sg_typed *typed, uint32_t start) { typed->out->start = typed->base + start; }

bool sg_offer_fits(const sg_typed *typed, sg_span prefix, const char *text, size_t bytes) {
  size_t wanted = prefix.end - prefix.start;
  return wanted <= bytes && memcmp(typed->source->text + prefix.start, text, wanted) == 0;
}

void sg_offer(sg_typed *typed, sg_rank rank, const char *text, size_t bytes, char append) {
  sg_completion *out = typed->out;
  if (typed->failed || out->count == CANDIDATES) return;
  if (append != 0 && typed->source->text[typed->cursor] == append) append = 0;
  sg_candidate candidate = {out->texts.count, (uint8_t)rank, append};
  sg_buffer_add(&out->texts, text, bytes);
  sg_buffer_putc(&out->texts, '\0');
  typed->failed = out->texts.failed || !SG_RESERVE(typed->memory, out, (size_t)out->count + 1);
  if (!typed->failed) out->items[out->count++] = candidate;
}

const char *sg_completion_text(const sg_completion *completion, uint32_t i) {
  return completion->texts.items + completion->items[i].text;
}

static int compare_texts(const void *a, const void *b, void *texts) {
  const sg_candidate *x = a, *y = b;
  int order = strcmp((const char *)texts + x->text, (const char *)texts + y->text);
  if (order != 0) return order;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return (x->text > y->text) - (x->text < y->text);
}

static int compare_ranks(const void *a, const void *b, void *texts) {
  const sg_candidate *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return compare_texts(a, b, texts);
}

/* Of candidates with the same text the first offered of the first rank stays. Rare ones go where
 * there are others. */
static void settle(sg_completion *out) {
  if (out->count == 0) return;
  uint32_t kept = 0;
  qsort_r(out->items, out->count, sizeof *out->items, compare_texts, out->texts.items);
  for (uint32_t i = 0; i < out->count; i++)
    if (kept == 0 || strcmp(sg_completion_text(out, kept - 1), sg_completion_text(out, i)) != 0)
      out->items[kept++] = out->items[i];
  qsort_r(out->items, kept, sizeof *out->items, compare_ranks, out->texts.items);
  while (kept > 0 && out->items[0].rank != SG_RANK_RARE &&
         out->items[kept - 1].rank == SG_RANK_RARE)
    kept--;
  out->count = kept;
}

/* --- Where the cursor stands. */

/* Whether the comment that the tokens end with goes on to the cursor. */
bool sg_typed_is_in_comment(const sg_typed *typed) {
  const sg_comments *comments = &typed->tokens.comments;
  if (comments->count == 0) return false;
  uint32_t start = comments->items[comments->count - 1].start;
  return memchr(typed->source->text + start, '\n', typed->cursor - start) == NULL;
}

/* The first byte inside the string that is open at the cursor; 0: there is none. */
static uint32_t find_string(const sg_typed *typed) {
  const char *text = typed->source->text;
  if (typed->count == 0) return 0;
  const sg_token *last = sg_typed_token(typed, typed->count - 1);
  bool open = last->code == SG_LEXICAL_STRING || last->code == SG_LEXICAL_REPLACEMENT;
  if (last->kind == SG_TOKEN_BROKEN)
    return open && strchr("\"'", text[last->start]) != NULL ? last->start + 1 : 0;
  if (last->kind == SG_TOKEN_FSTRING) return last->end;
  return last->kind == SG_TOKEN_FSTRING_TEXT ? last->start : 0;
}

/* The quote that closes the string whose inside begins at `start`. */
static char find_quote(const sg_typed *typed, uint32_t start) {
  const char *text = typed->source->text;
  for (uint32_t i = start; i-- > 0;)
    if (text[i] == '"' || text[i] == '\'') return text[i];
  return '"';
}

static void offer_in_string(sg_typed *typed, uint32_t start) {
  if (sg_offer_letter(typed, true)) return;
  uint32_t last = typed->count - 1;
  const sg_token *token = sg_typed_token(typed, last);
  if (token->kind == SG_TOKEN_FSTRING_TEXT && last > 0 &&
      sg_typed_token(typed, last - 1)->kind != SG_TOKEN_FSTRING)
    return;
  if (token->kind == SG_TOKEN_BROKEN && last > 0 &&
      sg_typed_token(typed, last - 1)->kind == SG_TOKEN_LEFT_SQUARE)
    sg_offer_keys(typed, last - 1, start);
  if (typed->out->count == 0) sg_offer_files(typed, start, find_quote(typed, start));
}

/* `2.` is a number, and the beginning of `2.relu()`. */
static bool ends_in_point(const sg_typed *typed, uint32_t i) {
  const sg_token *token = sg_typed_token(typed, i);
  return token->kind == SG_TOKEN_NUMBER && token->end == typed->cursor &&
         typed->source->text[token->end - 1] == '.';
}

static bool is_blank(const char *text, uint32_t start, uint32_t end) {
  for (uint32_t i = start; i < end; i++)
    if (text[i] != ' ' && text[i] != '\t') return false;
  return true;
}

void sg_offer_code(sg_typed *typed) {
  sg_span prefix = {typed->cursor, typed->cursor};
  uint32_t count = typed->count, string = find_string(typed);
  if (sg_typed_is_in_comment(typed)) return;
  if (string > 0) {
    offer_in_string(typed, string);
    return;
  }
  if (sg_offer_letter(typed, false)) return;
  if (count > 0 && sg_typed_token(typed, count - 1)->end == typed->cursor &&
      sg_typed_is_word(typed, count - 1))
    prefix = sg_typed_span(typed, --count);
  sg_offer_start(typed, prefix.start);
  if (count > 0 && sg_typed_token(typed, count - 1)->kind == SG_TOKEN_DOT) {
    sg_offer_members(typed, count - 1, prefix);
  } else if (count > 0 && ends_in_point(typed, count - 1)) {
    sg_offer_members_of(typed, (sg_chain){SG_RECEIVER_NUMBER, SG_UNDEFINED}, prefix);
  } else if (count == 0 || prefix.start < prefix.end || prefix.start > 0) {
    bool clings = count > 0 && prefix.start == prefix.end &&
                  sg_typed_token(typed, count - 1)->end == typed->cursor &&
                  sg_typed_token(typed, count - 1)->kind == SG_TOKEN_NUMBER;
    if (clings) return;
    sg_offer_arguments(typed, prefix);
    sg_offer_names(typed, prefix);
  }
}

/* On a blank line of an open block: two blanks, as its lines are indented by. */
static bool offer_indentation(sg_typed *typed) {
  const char *text = typed->source->text;
  uint32_t start = typed->cursor;
  while (start > 0 && text[start - 1] != '\n') start--;
  if (start == 0 || !is_blank(text, start, typed->cursor)) return false;
  sg_offer(typed, SG_RANK_FIRST, "  ", 2, 0);
  return true;
}

static void offer(sg_typed *typed) {
  if (find_string(typed) == 0 && offer_indentation(typed)) return;
  if (sg_typed_is_command(typed))
    sg_offer_command(typed);
  else
    sg_offer_code(typed);
}

bool sg_complete(sg_memory *memory, sg_vm *vm, const char *text, size_t bytes, size_t cursor,
                 sg_completion *out) {
  sg_typed typed;
  *out = (sg_completion){.memory = memory, .start = (uint32_t)cursor, .end = (uint32_t)cursor};
  sg_buffer_init(&out->texts, memory);
  sg_typed_init(&typed, memory, vm, text, bytes, cursor, true);
  typed.out = out;
  if (!typed.failed) offer(&typed);
  bool ok = !typed.failed;
  sg_typed_clear(&typed);
  if (ok) settle(out);
  if (!ok) sg_completion_clear(out);
  return ok;
}

void sg_completion_clear(sg_completion *completion) {
  SG_RELEASE(completion->memory, completion);
  sg_buffer_clear(&completion->texts);
  completion->items = NULL;
  completion->count = completion->capacity = 0;
}
