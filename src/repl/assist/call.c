/* sgrad: completion and hints: the call that is being typed, and its parameters. */
#include "repl/assist/parts.h"

#include "runtime/code.h"

#include <stdio.h>

enum { FORWARDS = 8, PARAMETERS = 64 };

/* --- Functions. */

/* Of a function that passes its arguments on, as grad(f) gives it, the one that gets them. */
static sg_value find_receiver(sg_value function) {
  for (int i = 0; i < FORWARDS && sg_is_kind(function, SG_BUILTIN); i++) {
    const sg_bound *bound = sg_as_bound(function);
    if (!bound->builtin->forwards || bound->count == 0 || !sg_is_callable(bound->held[0])) break;
    function = bound->held[0];
  }
  return function;
}

bool sg_callee_describe(sg_value function, sg_callee *callee) {
  function = sg_called(find_receiver(function));
  callee->doc = NULL;
  if (sg_is_kind(function, SG_BUILTIN)) {
    const sg_builtin *row = sg_as_bound(function)->builtin;
    snprintf(callee->parameters, sizeof callee->parameters, "%s", row->parameters);
    callee->doc = row->doc;
    return true;
  }
  if (!sg_is_kind(function, SG_FUNCTION)) return false;
  const sg_code *code = sg_as_function(function)->code;
  sg_span span = code->signature;
  int bytes = (int)(span.end - span.start);
  snprintf(callee->parameters, sizeof callee->parameters, "%.*s", code->parameters == 0 ? 0 : bytes,
           code->source->text + span.start);
  return true;
}

bool sg_parameter_next(const char **text, sg_parameter *parameter) {
  const char *start = *text + strspn(*text, " \n\r\t");
  bool optional;
  if (*start == '\0') return false;
  *parameter = (sg_parameter){.text = start, .starred = *start == '*'};
  *text = sg_builtin_next_parameter(start, &parameter->name, &parameter->name_bytes, &optional);
  parameter->name_bytes = strcspn(parameter->name, "=, \n\r\t");
  parameter->bytes = (size_t)(*text - start);
  while (parameter->bytes > 0 && strchr(", \n\r\t", start[parameter->bytes - 1]) != NULL)
    parameter->bytes--;
  return parameter->bytes > 0;
}

/* --- The call. */

/* The innermost bracket that is open; typed->count: none. */
static uint32_t find_bracket(const sg_typed *typed) {
  for (uint32_t i = typed->count; i-- > 0;) {
    const sg_token *token = sg_typed_token(typed, i);
    bool opens = token->kind == SG_TOKEN_LEFT_ROUND || token->kind == SG_TOKEN_LEFT_SQUARE ||
                 token->kind == SG_TOKEN_LEFT_BRACE;
    if (opens && token->partner == 0) return i;
    if (token->kind == SG_TOKEN_FSTRING_OPEN) return typed->count;
  }
  return typed->count;
}

/* Whether the bracket is a call's, and no definition's. */
static bool is_call(const sg_typed *typed, uint32_t bracket) {
  if (bracket == 0 || bracket == typed->count) return false;
  const sg_token *token = sg_typed_token(typed, bracket);
  if (token->kind != SG_TOKEN_LEFT_ROUND) return false;
  if (bracket > 1 && sg_typed_token(typed, bracket - 2)->kind == SG_TOKEN_DEF) return false;
  return sg_typed_ends_operand(sg_typed_token(typed, bracket - 1)->kind);
}

bool sg_callee_find(sg_typed *typed, sg_callee *callee) {
  uint32_t bracket = find_bracket(typed);
  if (!is_call(typed, bracket)) return false;
  const char *text = typed->source->text;
  sg_span name = sg_typed_span(typed, bracket - 1);
  bool member = bracket > 2 && sg_typed_token(typed, bracket - 2)->kind == SG_TOKEN_DOT;
  sg_value function = sg_chain_find(typed, bracket - 1).value;
  callee->bracket = bracket;
  callee->name = name;
  callee->method = member && !sg_is_callable(function);
  if (callee->method)
    function = sg_complete_global(typed->vm, text + name.start, name.end - name.start);
  return sg_callee_describe(function, callee);
}

/* What has been typed of the arguments: how many stand before the cursor's, and where that one
 * begins. */
typedef struct typed_arguments {
  uint32_t before;
  uint32_t first; /* token; typed->count: nothing of it yet */
} typed_arguments;

static typed_arguments read_arguments(const sg_typed *typed, uint32_t bracket) {
  typed_arguments read = {0, bracket + 1};
  for (uint32_t i = bracket + 1; i < typed->count; i++) {
    const sg_token *token = sg_typed_token(typed, i);
    bool opener = token->kind == SG_TOKEN_LEFT_ROUND || token->kind == SG_TOKEN_LEFT_SQUARE ||
                  token->kind == SG_TOKEN_LEFT_BRACE;
    if (opener && token->partner > i) i = token->partner;
    if (token->kind != SG_TOKEN_COMMA) continue;
    read.before++;
    read.first = i + 1;
  }
  return read;
}

static bool is_named(const sg_typed *typed, uint32_t token) {
  return token + 1 < typed->count && sg_typed_token(typed, token)->kind == SG_TOKEN_NAME &&
         sg_typed_token(typed, token + 1)->kind == SG_TOKEN_ASSIGN;
}

static bool is_called(const sg_parameter *parameter, const char *name, size_t bytes) {
  return parameter->name_bytes == bytes && memcmp(parameter->name, name, bytes) == 0;
}

/* The parameter of that name, or of that place among those given by place. */
uint32_t sg_callee_current(const sg_typed *typed, const sg_callee *callee) {
  typed_arguments read = read_arguments(typed, callee->bracket);
  const char *rest = callee->parameters;
  bool named = is_named(typed, read.first);
  sg_span name = named ? sg_typed_span(typed, read.first) : (sg_span){0, 0};
  sg_parameter parameter;
  uint32_t place = read.before + callee->method;
  for (uint32_t i = 0; sg_parameter_next(&rest, &parameter); i++) {
    bool here =
        named ? !parameter.starred &&
                    is_called(&parameter, typed->source->text + name.start, name.end - name.start)
              : i == place || parameter.starred;
    if (here) return i;
  }
  return UINT32_MAX;
}

/* Whether the call has the argument `name=` already. */
static bool is_given(const sg_typed *typed, uint32_t bracket, const sg_parameter *parameter) {
  const char *text = typed->source->text;
  for (uint32_t i = bracket + 1; i < typed->count; i++) {
    const sg_token *token = sg_typed_token(typed, i);
    if (token->partner > i && token->kind == SG_TOKEN_LEFT_ROUND) i = token->partner;
    if (is_named(typed, i) && is_called(parameter, text + token->start, token->end - token->start))
      return true;
  }
  return false;
}

/* How many parameters the arguments before the cursor's take by place. */
static uint32_t count_placed(const sg_typed *typed, const sg_callee *callee) {
  uint32_t placed = callee->method;
  uint32_t i = callee->bracket + 1;
  typed_arguments read = read_arguments(typed, callee->bracket);
  while (i < read.first && !is_named(typed, i)) {
    placed++;
    for (; i < read.first && sg_typed_token(typed, i)->kind != SG_TOKEN_COMMA; i++) {
      uint32_t partner = sg_typed_token(typed, i)->partner;
      if (partner > i && partner < read.first) i = partner;
    }
    i++;
  }
  return placed;
}

void sg_offer_arguments(sg_typed *typed, sg_span prefix) {
  sg_callee callee;
  uint32_t count = typed->count;
  if (!sg_callee_find(typed, &callee)) return;
  if (count > 0 && prefix.end > prefix.start) count--;
  uint8_t before = sg_typed_token(typed, count - 1)->kind;
  if (count - 1 != callee.bracket && before != SG_TOKEN_COMMA) return;
  const char *rest = callee.parameters;
  sg_parameter parameter;
  uint32_t placed = count_placed(typed, &callee);
  for (uint32_t i = 0; i < PARAMETERS && sg_parameter_next(&rest, &parameter); i++) {
    char text[PARAMETERS + 1];
    size_t bytes = parameter.name_bytes;
    bool taken = i < placed || is_given(typed, callee.bracket, &parameter);
    if (parameter.starred) placed = 0;
    if (taken || parameter.starred || bytes >= PARAMETERS) continue;
    memcpy(text, parameter.name, bytes);
    text[bytes] = '=';
    if (sg_offer_fits(typed, prefix, text, bytes + 1))
      sg_offer(typed, SG_RANK_FIRST, text, bytes + 1, 0);
  }
}
