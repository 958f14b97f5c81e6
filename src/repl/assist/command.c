/* sgrad: completion: commands and their arguments, by the kinds that a command's row lists. */
#include "repl/assist/parts.h"

#include "repl/command/command.h"
#include "repl/settings.h"
#include "view/reference.h"

/* What an argument of one kind may be. `prefix`: the word as typed so far. */
typedef void offer_kind(sg_typed *typed, sg_span prefix);

/* --- Kinds. */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool is_node(const sg_vm *vm, sg_value v) {
  (void)vm;
  return sg_is_node(v) || sg_is_record(v);
}

static void offer_all_code(sg_typed *typed, sg_span prefix) {
  sg_typed code;
  const char *text = typed->source->text;
  if (sg_typed_init(&code, typed->memory, typed->vm, text + prefix.start,
                    typed->source->length - prefix.start, typed->cursor - prefix.start, false)) {
    code.base = typed->base + prefix.start;
    code.out = typed->out;
    sg_offer_code(&code);
  }
  typed->failed |= code.failed;
  sg_typed_clear(&code);
}

/* Variables that have a graph; else whatever an expression may be. */
static void offer_nodes(sg_typed *typed, sg_span prefix) {
  const char *text = typed->source->text;
  size_t bytes = prefix.end - prefix.start;
  if (bytes == 0 || sg_is_name(text + prefix.start, bytes))
    sg_offer_globals(typed, prefix, is_node);
  if (bytes > 0 && typed->out->count == 0) offer_all_code(typed, prefix);
}

static void offer_names(sg_typed *typed, sg_span prefix) {
  sg_completion *out = typed->out;
  uint32_t before = out->count;
  sg_offer_globals(typed, prefix, NULL);
  for (uint32_t i = before; i < out->count; i++) out->items[i].append = 0;
}

static void offer_files(sg_typed *typed, sg_span prefix) {
  char quote = typed->source->text[prefix.start];
  bool quoted = prefix.end > prefix.start && (quote == '"' || quote == '\'');
  sg_offer_files(typed, prefix.start + quoted, quoted ? quote : 0);
}

/* With its colon where that has been typed. */
static void offer_commands(sg_typed *typed, sg_span prefix, bool alone) {
  for (const sg_command *row = sg_commands_table(); row->name != NULL; row++)
    if (sg_offer_fits(typed, prefix, row->name, strlen(row->name)))
      sg_offer(typed, SG_RANK_NAME, row->name, strlen(row->name),
               !alone && row->arguments[0] != '\0' ? ' ' : 0);
}

static void offer_command_names(sg_typed *typed, sg_span prefix) {
  if (prefix.end > prefix.start && typed->source->text[prefix.start] == ':') {
    prefix.start++;
    sg_offer_start(typed, prefix.start);
  }
  offer_commands(typed, prefix, true);
}

typedef struct word_offer {
  sg_typed *typed;
  sg_span prefix;
} word_offer;

static void offer_topics(sg_typed *typed, sg_span prefix) {
  char name[SG_TOPIC_NAME_SIZE];
  sg_topic topic = {0};
  while (sg_topic_next(&topic))
    for (size_t i = 0; sg_topic_name(&topic, i, name) != NULL; i++)
      if ((i == 0 || prefix.end > prefix.start) && sg_offer_fits(typed, prefix, name, strlen(name)))
        sg_offer(typed, i == 0 ? SG_RANK_NAME : SG_RANK_RARE, name, strlen(name), 0);
}

static bool offer_example(void *context, const char *name) {
  const word_offer *offer = context;
  if (sg_offer_fits(offer->typed, offer->prefix, name, strlen(name)))
    sg_offer(offer->typed, SG_RANK_NAME, name, strlen(name), 0);
  return !offer->typed->failed;
}

static void offer_examples(sg_typed *typed, sg_span prefix) {
  word_offer offer = {typed, prefix};
  typed->failed |= !sg_examples_each(typed->memory, offer_example, &offer);
}

static void offer_settings(sg_typed *typed, sg_span prefix) {
  for (const sg_setting *row = sg_settings_table(); row->name != NULL; row++)
    if (sg_offer_fits(typed, prefix, row->name, strlen(row->name)))
      sg_offer(typed, SG_RANK_NAME, row->name, strlen(row->name), ' ');
}

/* The word that ends before `at`, blanks between. */
static sg_span find_word_before(const char *text, uint32_t at) {
  while (at > 0 && is_blank(text[at - 1])) at--;
  sg_span word = {at, at};
  while (word.start > 0 && !is_blank(text[word.start - 1])) word.start--;
  return word;
}

/* The words that the setting named before may be. */
static void offer_values(sg_typed *typed, sg_span prefix) {
  const char *text = typed->source->text;
  sg_span before = find_word_before(text, prefix.start);
  size_t bytes = before.end - before.start;
  for (const sg_setting *row = sg_settings_table(); row->name != NULL; row++) {
    if (strlen(row->name) != bytes || memcmp(row->name, text + before.start, bytes) != 0) continue;
    for (const char *const *word = row->words; word != NULL && *word != NULL; word++)
      if (sg_offer_fits(typed, prefix, *word, strlen(*word)))
        sg_offer(typed, SG_RANK_NAME, *word, strlen(*word), 0);
  }
}

static const struct kind {
  const char *name;
  offer_kind *offer;
  bool whole; /* not the word alone but all of the arguments, which are code */
} kinds[] = {{"CODE", offer_all_code, true},
             {"NODE", offer_nodes, true},
             {"NAME", offer_names, false},
             {"KEYWORD", sg_offer_keywords, false},
             {"COMMAND", offer_command_names, false},
             {"TOPIC", offer_topics, false},
             {"FILE", offer_files, false},
             {"EXAMPLE", offer_examples, false},
             {"SETTING", offer_settings, false},
             {"VALUE", offer_values, false}};

static const struct kind *find_kind(const char *name, size_t bytes) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strlen(kinds[i].name) == bytes && memcmp(kinds[i].name, name, bytes) == 0) return &kinds[i];
  return NULL;
}

/* --- A command's line. */

/* The alternatives of argument number `place`; "": there is no such argument. */
static const char *find_alternatives(const char *row, uint32_t place) {
  const char *latest = row;
  for (; row != NULL && place > 0 && *row != '\0'; place--) {
    latest = row;
    row += strcspn(row, " ");
    row += *row == ' ';
  }
  return row == NULL ? "" : strncmp(row, "...", 3) == 0 ? latest : row;
}

/* Words that end in `=` want more behind them. */
static void offer_word(sg_typed *typed, sg_span prefix, const char *word, size_t bytes) {
  if (sg_offer_fits(typed, prefix, word, bytes)) sg_offer(typed, SG_RANK_FIRST, word, bytes, 0);
}

static void offer_argument(sg_typed *typed, const char *alternatives, sg_span word,
                           uint32_t arguments) {
  while (*alternatives != '\0' && *alternatives != ' ') {
    size_t bytes = strcspn(alternatives, "| ");
    const struct kind *kind = find_kind(alternatives, bytes);
    sg_span prefix = {kind != NULL && kind->whole ? arguments : word.start, word.end};
    if (kind != NULL)
      kind->offer(typed, prefix);
    else
      offer_word(typed, prefix, alternatives, bytes);
    alternatives += bytes;
    alternatives += *alternatives == '|';
  }
}

/* A quote that is not closed holds the blanks behind it. */
static bool is_open(sg_argument word) {
  char first = word.start[0];
  bool quote = first == '"' || first == '\'';
  return quote && (word.bytes == 1 || word.start[word.bytes - 1] != first);
}

/* Splits the arguments, which begin at `start`: the word at the cursor, empty behind a blank.
 * Returns its number. */
static uint32_t find_word(const sg_typed *typed, uint32_t start, sg_span *found) {
  const char *text = typed->source->text;
  sg_argument line = {text + start, typed->cursor - start, 0}, word;
  uint32_t place = 0;
  *found = (sg_span){typed->cursor, typed->cursor};
  while (sg_argument_first(&line, &word)) {
    uint32_t at = (uint32_t)(word.start - text);
    if (at + word.bytes == typed->cursor || is_open(word)) {
      found->start = at;
      return place;
    }
    place++;
  }
  return place;
}

/* The name in the command that is the last token: [start, end). */
static sg_span find_name(const sg_typed *typed) {
  const char *text = typed->source->text;
  uint32_t start = sg_typed_token(typed, typed->count - 1)->start + 1;
  while (start < typed->cursor && is_blank(text[start])) start++;
  uint32_t end = start;
  if (text[sg_typed_token(typed, typed->count - 1)->start] == '?') return (sg_span){start, end};
  while (end < typed->cursor && !is_blank(text[end])) end++;
  return (sg_span){start, end};
}

/* The last token is a command, and the cursor on its line, in no comment. */
bool sg_typed_is_command(const sg_typed *typed) {
  if (typed->count == 0 || sg_typed_is_in_comment(typed)) return false;
  const sg_token *last = sg_typed_token(typed, typed->count - 1);
  const char *text = typed->source->text;
  bool begins = last->newline && (text[last->start] == ':' || text[last->start] == '?');
  return begins && (last->kind == SG_TOKEN_COMMAND || last->kind == SG_TOKEN_BROKEN) &&
         memchr(text + last->start, '\n', typed->cursor - last->start) == NULL;
}

const sg_command *sg_complete_command(const sg_typed *typed) {
  if (!sg_typed_is_command(typed)) return NULL;
  const char *text = typed->source->text;
  if (text[sg_typed_token(typed, typed->count - 1)->start] == '?') return sg_commands_find("help");
  sg_span name = find_name(typed);
  return sg_commands_find_prefix(text + name.start, name.end - name.start);
}

static uint32_t find_arguments(const sg_typed *typed, sg_span name) {
  uint32_t start = name.end;
  while (start < typed->cursor && is_blank(typed->source->text[start])) start++;
  return start;
}

bool sg_complete_code(const sg_typed *typed, uint32_t *start) {
  const sg_command *row = sg_complete_command(typed);
  if (row == NULL || row->kinds == NULL) return false;
  *start = find_arguments(typed, find_name(typed));
  const struct kind *kind = find_kind(row->kinds, strcspn(row->kinds, "| "));
  return kind != NULL && kind->whole;
}

void sg_offer_command(sg_typed *typed) {
  const char *text = typed->source->text;
  sg_span name = find_name(typed), word;
  bool help = text[sg_typed_token(typed, typed->count - 1)->start] == '?';
  sg_offer_start(typed, name.start);
  if (!help && name.end == typed->cursor) {
    offer_commands(typed, name, false);
    return;
  }
  const sg_command *row = sg_complete_command(typed);
  sg_offer_start(typed, typed->cursor);
  if (row == NULL) return;
  uint32_t arguments = find_arguments(typed, name);
  uint32_t place = find_word(typed, arguments, &word);
  sg_offer_start(typed, word.start);
  offer_argument(typed, find_alternatives(row->kinds, place), word, arguments);
}
