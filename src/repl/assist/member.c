/* sgrad: completion: what may follow a dot. A chain of names, fields and constant indexes is looked
 * up as it stands: nothing runs. */
#include "repl/assist/parts.h"

#include "base/number.h"
#include "runtime/native.h"

/* --- The value before the dot. */

static sg_receiver get_receiver(sg_value v) {
  if (sg_is_undefined(v)) return SG_RECEIVER_ANY;
  if (sg_is_number(v)) return SG_RECEIVER_NUMBER;
  if (sg_is_string(v)) return SG_RECEIVER_STRING;
  if (sg_is_list(v)) return SG_RECEIVER_LIST;
  if (sg_is_record(v)) return SG_RECEIVER_RECORD;
  if (sg_is_native(v)) return SG_RECEIVER_NATIVE;
  return sg_is_callable(v) ? SG_RECEIVER_FUNCTION : SG_RECEIVER_OTHER;
}

/* Of an object written in C, whose class tells it without calling anything of the program. */
static sg_value find_native_field(sg_vm *vm, sg_native *native, const char *name, size_t bytes) {
  char text[64];
  sg_value v = SG_UNDEFINED;
  bool found = false;
  if (!native->class->field || bytes >= sizeof text) return v;
  memcpy(text, name, bytes);
  text[bytes] = '\0';
  bool ok = native->class->field(vm, native, text, &v, &found);
  if (!ok) sg_error_clear(&vm->error);
  return ok && found ? v : SG_UNDEFINED;
}

static sg_value find_field(sg_vm *vm, sg_value object, const char *name, size_t bytes) {
  if (sg_is_native(object)) return find_native_field(vm, sg_as_native(object), name, bytes);
  if (!sg_is_record(object)) return SG_UNDEFINED;
  const sg_value *place = sg_record_find_text(sg_as_record(object), name, bytes);
  return place != NULL ? *place : SG_UNDEFINED;
}

static sg_value find_item(sg_value object, double index) {
  if (!sg_is_list(object)) return SG_UNDEFINED;
  const sg_list *list = sg_as_list(object);
  double at = index < 0 ? index + list->count : index;
  if (!(at >= 0 && at < list->count) || at != (double)(uint32_t)at) return SG_UNDEFINED;
  return list->items[(uint32_t)at];
}

/* What stands between two brackets: a number, a number with its sign, a string. */
static sg_value find_index(const sg_typed *typed, sg_value object, uint32_t open, uint32_t close) {
  const char *text = typed->source->text;
  bool minus = open + 3 == close && sg_typed_token(typed, open + 1)->kind == SG_TOKEN_MINUS;
  if (open + 2 + minus != close) return SG_UNDEFINED;
  const sg_token *token = sg_typed_token(typed, close - 1);
  size_t bytes = token->end - token->start;
  if (token->kind == SG_TOKEN_STRING && !minus)
    return find_field(typed->vm, object, text + token->start + 1, bytes - 2);
  double index;
  if (token->kind != SG_TOKEN_NUMBER || !sg_number_parse(text + token->start, bytes, &index))
    return SG_UNDEFINED;
  return find_item(object, minus ? -index : index);
}

/* The first token of the chain that ends with token `last`. */
static uint32_t find_root(const sg_typed *typed, uint32_t last) {
  for (uint32_t i = last;;) {
    const sg_token *token = sg_typed_token(typed, i);
    uint32_t next = i;
    if (token->kind == SG_TOKEN_RIGHT_SQUARE) {
      uint32_t open = sg_typed_opener(typed, i);
      bool indexes =
          open < i && open > 0 && sg_typed_ends_operand(sg_typed_token(typed, open - 1)->kind);
      if (!indexes) return i;
      next = open - 1;
    } else if (i > 1 && sg_typed_is_word(typed, i) &&
               sg_typed_token(typed, i - 1)->kind == SG_TOKEN_DOT) {
      next = i - 2;
    }
    if (next == i) return i;
    i = next;
  }
}

static sg_chain find_start(sg_typed *typed, uint32_t root) {
  const sg_token *token = sg_typed_token(typed, root);
  const char *text = typed->source->text + token->start;
  size_t bytes = token->end - token->start;
  sg_chain chain = {SG_RECEIVER_ANY, SG_UNDEFINED};
  switch (token->kind) {
  case SG_TOKEN_NUMBER: chain.kind = SG_RECEIVER_NUMBER; break;
  case SG_TOKEN_STRING:
  case SG_TOKEN_FSTRING_END: chain.kind = SG_RECEIVER_STRING; break;
  case SG_TOKEN_RIGHT_SQUARE: chain.kind = SG_RECEIVER_LIST; break;
  case SG_TOKEN_NAME:
    if (sg_scope_has(typed, text, bytes)) break;
    chain.value = sg_complete_global(typed->vm, text, bytes);
    chain.kind = get_receiver(chain.value);
    break;
  default: break;
  }
  return chain;
}

static sg_chain step_field(const sg_typed *typed, sg_chain object, uint32_t name) {
  const sg_token *token = sg_typed_token(typed, name);
  const char *text = typed->source->text + token->start;
  size_t bytes = token->end - token->start;
  bool number = bytes == 4 && (memcmp(text, "data", 4) == 0 || memcmp(text, "grad", 4) == 0);
  if (number && object.kind == SG_RECEIVER_NUMBER)
    return (sg_chain){SG_RECEIVER_NUMBER, SG_UNDEFINED};
  sg_value v = find_field(typed->vm, object.value, text, bytes);
  return (sg_chain){get_receiver(v), v};
}

sg_chain sg_chain_find(sg_typed *typed, uint32_t last) {
  uint32_t i = find_root(typed, last);
  sg_chain chain = find_start(typed, i);
  while (i < last) {
    const sg_token *next = sg_typed_token(typed, ++i);
    if (next->kind == SG_TOKEN_DOT) {
      chain = step_field(typed, chain, ++i);
    } else {
      chain.value = find_index(typed, chain.value, i, next->partner);
      chain.kind = get_receiver(chain.value);
      i = next->partner;
    }
  }
  return chain;
}

/* --- What fits it. */

#define GRAPH "nodes gradients derivatives pictures"

/* Builtins of these topics whose first or second parameter is called so take such a value. */
static const struct fit {
  sg_receiver kind;
  const char *topics; /* blanks between; NULL: any */
  const char *parameter;
} fits[] = {
    {SG_RECEIVER_NUMBER, "math strings " GRAPH, "x"},
    {SG_RECEIVER_NUMBER, "math " GRAPH, "y"},
    {SG_RECEIVER_NUMBER, "math", "values"},
    {SG_RECEIVER_LIST, NULL, "xs"},
    {SG_RECEIVER_LIST, NULL, "lists"},
    {SG_RECEIVER_LIST, "math", "values"},
    {SG_RECEIVER_LIST, "math", "a"},
    {SG_RECEIVER_LIST, "lists " GRAPH, "x"},
    {SG_RECEIVER_STRING, NULL, "s"},
    {SG_RECEIVER_STRING, NULL, "sep"},
    {SG_RECEIVER_STRING, "lists", "xs"},
    {SG_RECEIVER_STRING, "strings", "x"},
    {SG_RECEIVER_RECORD, NULL, "r"},
    {SG_RECEIVER_RECORD, "lists", "xs"},
    {SG_RECEIVER_RECORD, "lists records " GRAPH, "x"},
    {SG_RECEIVER_FUNCTION, NULL, "f"},
    {SG_RECEIVER_NATIVE, NULL, "model"},
    {SG_RECEIVER_NATIVE, "models gradients", "x"},
};

static bool has_word(const char *words, const char *wanted) {
  size_t bytes = strlen(wanted);
  for (; *words != '\0'; words += strspn(words, " ")) {
    size_t word = strcspn(words, " ");
    if (word == bytes && memcmp(words, wanted, bytes) == 0) return true;
    words += word;
  }
  return false;
}

static bool has_parameter(const sg_builtin *row, const char *wanted) {
  const char *text = row->parameters;
  sg_parameter parameter;
  for (int i = 0; i < 2 && sg_parameter_next(&text, &parameter); i++)
    if (parameter.name_bytes == strlen(wanted) &&
        memcmp(parameter.name, wanted, parameter.name_bytes) == 0)
      return true;
  return false;
}

static bool is_common(const sg_builtin *row, sg_receiver kind) {
  for (size_t i = 0; i < sizeof fits / sizeof *fits; i++)
    if (fits[i].kind == kind && has_parameter(row, fits[i].parameter) &&
        (fits[i].topics == NULL || has_word(fits[i].topics, row->topic)))
      return true;
  return false;
}

static sg_rank rank_function(sg_value function, sg_receiver kind) {
  if (!sg_is_kind(function, SG_BUILTIN)) return SG_RANK_NAME;
  const sg_builtin *row = sg_as_bound(function)->builtin;
  if (row->forwards) return SG_RANK_NAME;
  return kind == SG_RECEIVER_ANY || is_common(row, kind) ? SG_RANK_COMMON : SG_RANK_RARE;
}

static void offer_functions(sg_typed *typed, sg_receiver kind, sg_span prefix) {
  const sg_vm *vm = typed->vm;
  for (uint32_t i = 0; i < vm->global_count; i++) {
    const sg_global *global = &vm->globals[i];
    sg_value v = sg_is_callable(global->value) ? global->value : global->builtin;
    const sg_string *name = global->name;
    if (sg_is_callable(v) && !sg_is_native(v) &&
        sg_offer_fits(typed, prefix, name->text, name->bytes))
      sg_offer(typed, rank_function(v, kind), name->text, name->bytes, '(');
  }
}

static void offer_field(sg_typed *typed, sg_span prefix, const char *name, size_t bytes,
                        sg_value v) {
  if (sg_is_name(name, bytes) && sg_offer_fits(typed, prefix, name, bytes))
    sg_offer(typed, SG_RANK_FIRST, name, bytes, sg_is_callable(v) ? '(' : 0);
}

void sg_offer_members_of(sg_typed *typed, sg_chain object, sg_span prefix) {
  static const char *const fields[] = {"data", "grad", "label"};
  bool number = object.kind == SG_RECEIVER_NUMBER || object.kind == SG_RECEIVER_ANY;
  for (size_t i = 0; number && i < sizeof fields / sizeof *fields; i++)
    offer_field(typed, prefix, fields[i], strlen(fields[i]), SG_NONE);
  if (sg_is_record(object.value)) {
    const sg_record *record = sg_as_record(object.value);
    for (uint32_t i = 0; i < record->count; i++)
      offer_field(typed, prefix, record->keys[i]->text, record->keys[i]->bytes, record->values[i]);
  }
  const char *const *names =
      sg_is_native(object.value) ? sg_as_native(object.value)->class->fields : NULL;
  for (; names && *names; names++) offer_field(typed, prefix, *names, strlen(*names), SG_NONE);
  offer_functions(typed, object.kind, prefix);
}

void sg_offer_members(sg_typed *typed, uint32_t dot, sg_span prefix) {
  if (dot == 0) return;
  sg_offer_members_of(typed, sg_chain_find(typed, dot - 1), prefix);
}

/* Keys that a string can hold as they are. */
static bool is_plain(const sg_string *key, char quote) {
  for (uint32_t i = 0; i < key->bytes; i++)
    if ((unsigned char)key->text[i] < ' ' || key->text[i] == '\\' || key->text[i] == quote)
      return false;
  return true;
}

void sg_offer_keys(sg_typed *typed, uint32_t bracket, uint32_t content) {
  sg_span prefix = {content, typed->cursor};
  char quote = typed->source->text[content - 1];
  if (bracket == 0) return;
  sg_value object = sg_chain_find(typed, bracket - 1).value;
  if (!sg_is_record(object)) return;
  const sg_record *record = sg_as_record(object);
  sg_offer_start(typed, content);
  for (uint32_t i = 0; i < record->count; i++) {
    const sg_string *key = record->keys[i];
    if (is_plain(key, quote) && sg_offer_fits(typed, prefix, key->text, key->bytes))
      sg_offer(typed, SG_RANK_FIRST, key->text, key->bytes, quote);
  }
}
