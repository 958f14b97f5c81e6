/* sgrad: what the tests of src/syntax share: a text parsed, and what came of it as text. */
#ifndef SG_TESTS_SYNTAX_KIT_H
#define SG_TESTS_SYNTAX_KIT_H

#include "syntax/ast.h"

#include <check.h>
#include <string.h>

typedef struct parsed {
  sg_memory memory;
  sg_source *source; /* errors point into it */
  sg_status status;
  sg_program *program;
  sg_errors errors;
  sg_buffer text; /* for whatever a test writes */
} parsed;

static inline void parse_bytes(parsed *p, sg_parse_mode mode, const char *text, size_t bytes) {
  sg_memory_init(&p->memory);
  sg_buffer_init(&p->text, &p->memory);
  p->source = sg_source_new(&p->memory, "test", text, bytes);
  ck_assert_ptr_nonnull(p->source);
  p->status = sg_parse(&p->memory, p->source, mode, &p->program, &p->errors);
  ck_assert_int_eq(p->status == SG_OK, p->program != NULL);
}

static inline void parse_text(parsed *p, sg_parse_mode mode, const char *text) {
  parse_bytes(p, mode, text, strlen(text));
}

static inline void parsed_clear(parsed *p) {
  sg_buffer_clear(&p->text);
  sg_errors_clear(&p->errors, &p->memory);
  sg_program_free(p->program);
  sg_source_release(p->source);
  ck_assert_uint_eq(p->memory.used, 0);
}

#endif
